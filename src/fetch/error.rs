use std::path::Path;

use super::Collection;

/// Why files could not be fetched: what happened, and what to do, as one text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// The user asked to stop. What has come so far is kept, and fetching goes on from there.
    #[error("Fetching was stopped. What has come so far is kept; fetch again to go on.")]
    Cancelled,
    /// No mirror gave the files.
    #[error("{0}")]
    Failed(String),
}

/// What went wrong with one file.
pub(super) enum Trouble {
    Cancelled,
    /// The mirror; another one may do.
    Mirror(String),
    /// This machine; another mirror would not help.
    Machine(String),
}

impl FetchError {
    /// The sentence for a collection that could not be fetched, with the way to do it by hand.
    pub(super) fn of(collection: Collection, folder: &Path, why: &str) -> Self {
        let names: Vec<&str> = collection.files().iter().map(|file| file.name).collect();
        Self::Failed(format!(
            "{} could not be fetched: {why} Without a network, put {} into this folder and open \
             it: {}",
            collection.label(),
            names.join(", "),
            folder.display()
        ))
    }
}
