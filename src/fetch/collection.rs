/// A collection of images that is published for everybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Collection {
    /// Handwritten digits: 60 000 + 10 000 grey images, 28 × 28.
    Mnist,
    /// Pieces of clothing in the same form.
    FashionMnist,
}

/// A file as it is published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RemoteFile {
    /// Its name in every mirror and on this machine.
    pub name: &'static str,
    /// Its length.
    pub bytes: u64,
    /// MD5 as its authors publish it, in hexadecimal digits.
    pub md5: &'static str,
}

const fn file(name: &'static str, bytes: u64, md5: &'static str) -> RemoteFile {
    RemoteFile { name, bytes, md5 }
}

const MNIST: [RemoteFile; 4] = [
    file("train-images-idx3-ubyte.gz", 9_912_422, "f68b3c2dcbeaaa9fbdd348bbdeb94873"),
    file("train-labels-idx1-ubyte.gz", 28_881, "d53e105ee54ea40749a09fcbcd1e9432"),
    file("t10k-images-idx3-ubyte.gz", 1_648_877, "9fb629c4189551a2d022fa330f9573f3"),
    file("t10k-labels-idx1-ubyte.gz", 4_542, "ec29112dd5afa0611ce80d1b7f02629c"),
];

const FASHION_MNIST: [RemoteFile; 4] = [
    file("train-images-idx3-ubyte.gz", 26_421_880, "8d4fb7e6c68d591d4c3dfef9ec88bf0d"),
    file("train-labels-idx1-ubyte.gz", 29_515, "25c81989df183df01b3e8a0aad5dffbe"),
    file("t10k-images-idx3-ubyte.gz", 4_422_102, "bef4ecab320f06d8554ea6380940ec79"),
    file("t10k-labels-idx1-ubyte.gz", 5_148, "bb300cfdad3c16e7a12a480ee83cd310"),
];

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

    /// Name of its folder, and on the command line.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Mnist => "mnist",
            Self::FashionMnist => "fashion-mnist",
        }
    }

    /// Its files.
    #[must_use]
    pub fn files(self) -> &'static [RemoteFile] {
        match self {
            Self::Mnist => &MNIST,
            Self::FashionMnist => &FASHION_MNIST,
        }
    }

    /// Bytes of all files together.
    #[must_use]
    pub fn bytes(self) -> u64 {
        self.files().iter().map(|file| file.bytes).sum()
    }

    /// Folders on the web that hold the files, the first one to be tried first.
    #[must_use]
    pub fn mirrors(self) -> &'static [&'static str] {
        match self {
            Self::Mnist => &[
                "https://ossci-datasets.s3.amazonaws.com/mnist",
                "https://storage.googleapis.com/cvdf-datasets/mnist",
            ],
            Self::FashionMnist => &[
                "https://storage.googleapis.com/tensorflow/tf-keras-datasets",
                "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion",
            ],
        }
    }
}
