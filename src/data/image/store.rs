use std::borrow::Cow;
use std::fmt;

use super::PictureReader;
use super::decode::{Changes, Refusal, decode};
use super::folder::Item;
use super::frame::Picture;
use super::ops::{Bench, Op};
use crate::data::DataError;
use crate::data::tell::{megabytes, quoted};

/// Most bytes of the file of one picture: a photograph of a hundred million pixels has fewer.
const MAX_FILE_BYTES: u64 = 1 << 28;

/// How pictures are read: from a file to what is kept of it.
pub(super) struct Loader {
    pub(super) read: PictureReader,
    /// The steps that every picture goes through before anything random or fractional: what they
    /// leave is rounded to bytes, as image programs have it.
    pub(super) prefix: Vec<Op>,
    pub(super) most_pixels: usize,
}

/// A picture after the steps of its [`Loader`].
pub(super) struct Loaded {
    pub(super) picture: Picture,
    /// Channels, height and width in its file.
    pub(super) original: [usize; 3],
    pub(super) changes: Changes,
}

impl Loader {
    pub(super) fn load(
        &self,
        item: &Item,
        is_stopped: &(dyn Fn() -> bool + Sync),
        bench: &mut Bench,
    ) -> Result<Loaded, Refusal> {
        let decoded = decode(&self.bytes(item)?, self.most_pixels, is_stopped)?;
        let whole = decoded.picture;
        let original = [whole.channels, whole.height, whole.width];
        let picture = match self.prefix[..] {
            [] => whole,
            _ => bench.run(&whole.view(), &self.prefix, None).to_picture(),
        };
        Ok(Loaded { picture, original, changes: decoded.changes })
    }

    /// The picture as its file has it.
    pub(super) fn original(&self, item: &Item) -> Result<Picture, Refusal> {
        Ok(decode(&self.bytes(item)?, self.most_pixels, &|| false)?.picture)
    }

    fn bytes(&self, item: &Item) -> Result<Vec<u8>, Refusal> {
        if item.bytes > MAX_FILE_BYTES {
            return Err(Refusal::Unreadable(format!(
                "its file has more than {}",
                megabytes(MAX_FILE_BYTES as usize)
            )));
        }
        (self.read)(item.entry)
            .map_err(|why| Refusal::Unreadable(format!("reading it failed: {why}")))
    }
}

/// The pictures of a folder: those that fit are kept in memory as bytes, the others are read
/// each time they are needed.
pub(super) struct PictureStore {
    pub(super) loader: Loader,
    pub(super) items: Vec<Item>,
    pub(super) kept: Vec<Option<Picture>>,
    pub(super) channels: usize,
}

impl PictureStore {
    /// Channels that all pictures are seen with: a grey one among coloured ones has three.
    pub(super) fn channels(&self) -> usize {
        self.channels
    }

    /// Bytes of the pictures in memory.
    pub(super) fn bytes(&self) -> usize {
        self.kept.iter().flatten().map(|picture| picture.values.len()).sum()
    }

    /// A picture after the steady steps that come first.
    pub(super) fn picture(&self, row: usize) -> Result<Cow<'_, Picture>, DataError> {
        if let Some(picture) = &self.kept[row] {
            return Ok(Cow::Borrowed(picture));
        }
        let item = &self.items[row];
        let gone = |why: String| {
            DataError::Io(format!(
                "The picture {} was readable before, but is not any more ({why}). Load the data \
                 anew.",
                quoted(&item.name)
            ))
        };
        match self.loader.load(item, &|| false, &mut Bench::default()) {
            Ok(loaded) if [1, self.channels].contains(&loaded.picture.channels) => {
                Ok(Cow::Owned(loaded.picture))
            }
            Ok(_) => Err(gone("it has colours now".to_owned())),
            Err(Refusal::NoPicture) => Err(gone("it is no picture".to_owned())),
            Err(Refusal::Unreadable(why)) => Err(gone(why)),
        }
    }
}

impl fmt::Debug for PictureStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kept = self.kept.iter().flatten().count();
        f.debug_struct("PictureStore")
            .field("pictures", &self.items.len())
            .field("kept", &kept)
            .field("channels", &self.channels)
            .finish_non_exhaustive()
    }
}
