//! Knows: the standard library, and a client for HTTP.
//! Never: any other part of Descent. It brings published files to a folder of this machine.

mod collection;
mod download;
mod error;
#[cfg(test)]
mod server;

pub use collection::{Collection, RemoteFile};
pub use download::{Done, MIRROR_VARIABLE, Report, cache_folder, download};
pub use error::FetchError;
