//! Descent: a neural-network playground for the classroom.
//!
//! The crate is the whole application as a library; `main.rs` only starts it. How its parts fit
//! together, and which may know which, is written in `ARCHITECTURE.md` and held by a test.

#![recursion_limit = "256"]

pub mod base;
pub mod data;
pub mod fetch;
pub mod files;
pub mod headless;
pub mod record;
pub mod spec;
pub mod train;
pub mod ui;
pub mod workbench;
