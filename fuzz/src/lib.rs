//! The layers that turn bytes into data, as the program has them.

#![allow(missing_docs, dead_code, reason = "documented where they belong")]

#[path = "../../src/base/mod.rs"]
pub mod base;
#[path = "../../src/data/mod.rs"]
pub mod data;
#[path = "../../src/spec/mod.rs"]
pub mod spec;
