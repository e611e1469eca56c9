//! Starts Descent.

fn main() {}
