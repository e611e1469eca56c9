//! Knows: the standard library, and a client for HTTP.
//! Never: any other part of Descent. It brings published files to a folder of the machine.

/// A collection of images that is published for everybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Collection {
    /// Handwritten digits: 60 000 + 10 000 grey images, 28 × 28.
    Mnist,
    /// Pieces of clothing in the same form.
    FashionMnist,
}

impl Collection {
    /// All collections, in the order they are offered.
    pub const ALL: [Self; 2] = [Self::Mnist, Self::FashionMnist];

    /// Name shown to the user.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Mnist => "MNIST",
            Self::FashionMnist => "Fashion-MNIST",
        }
    }
}
