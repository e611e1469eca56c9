use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Duration;

use etcetera::BaseStrategy;
use md5::{Digest, Md5};
use ureq::Agent;
use ureq::http::{Response, StatusCode, header};

use super::error::Trouble;
use super::{Collection, FetchError, RemoteFile};

/// Environment variable with the address of a folder on the web that is tried before the public
/// mirrors: one with the folders `mnist` and `fashion-mnist` in it, in a school's own network say.
pub const MIRROR_VARIABLE: &str = "DESCENT_MIRROR";

/// Longest time to wait for a connection, and for the next bytes.
const PATIENCE: Duration = Duration::from_secs(15);
/// Bytes between two reports.
const CHUNK: usize = 64 << 10;
/// Ending of a file that has not wholly come yet.
const PARTIAL: &str = "part";

/// How far fetching is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Done {
    /// Bytes that are there.
    pub bytes: u64,
    /// Bytes of all files.
    pub of: u64,
}

/// Told how far fetching is; answers whether to go on.
pub type Report<'a> = &'a mut dyn FnMut(Done) -> ControlFlow<()>;

/// Where a collection is kept on this machine; `None` where the user has no home.
#[must_use]
pub fn cache_folder(collection: Collection) -> Option<PathBuf> {
    let base = etcetera::choose_base_strategy().ok()?;
    Some(base.cache_dir().join("descent").join("datasets").join(collection.id()))
}

/// Brings the files of a collection into `folder`. Files that are there and whole are kept; one
/// that was cut off goes on where it ended. No file gets its name before its checksum is right.
///
/// # Errors
/// When no mirror gives the files, the folder cannot be written, or `report` says stop.
pub fn download(
    collection: Collection,
    folder: &Path,
    report: Report<'_>,
) -> Result<(), FetchError> {
    let own = std::env::var(MIRROR_VARIABLE).ok().filter(|mirror| !mirror.is_empty());
    let own = own.map(|mirror| format!("{}/{}", mirror.trim_end_matches('/'), collection.id()));
    let public = collection.mirrors().iter().map(|&mirror| mirror.to_owned());
    let mirrors: Vec<String> = own.into_iter().chain(public).collect();
    let job = Job { files: collection.files(), mirrors: &mirrors, folder, agent: agent(PATIENCE) };
    job.run(report).map_err(|trouble| match trouble {
        Trouble::Cancelled => FetchError::Cancelled,
        Trouble::Mirror(why) | Trouble::Machine(why) => FetchError::of(collection, folder, &why),
    })
}

fn agent(patience: Duration) -> Agent {
    let config = Agent::config_builder()
        .timeout_connect(Some(patience))
        .timeout_recv_response(Some(patience))
        .timeout_per_read(Some(patience))
        .http_status_as_error(false)
        .user_agent(concat!("descent/", env!("CARGO_PKG_VERSION")))
        .build();
    Agent::new_with_config(config)
}

/// Files that are to come to a folder.
struct Job<'a> {
    files: &'a [RemoteFile],
    mirrors: &'a [String],
    folder: &'a Path,
    agent: Agent,
}

impl Job<'_> {
    fn run(&self, report: Report<'_>) -> Result<(), Trouble> {
        fs::create_dir_all(self.folder).map_err(|why| self.machine("made", &why))?;
        let of = self.files.iter().map(|file| file.bytes).sum();
        let mut before = 0;
        for file in self.files {
            let mut tell = |bytes: u64| match report(Done { bytes: before + bytes, of }) {
                ControlFlow::Continue(()) => Ok(()),
                ControlFlow::Break(()) => Err(Trouble::Cancelled),
            };
            tell(0)?;
            self.bring(file, &mut tell)?;
            tell(file.bytes)?;
            before += file.bytes;
        }
        Ok(())
    }

    fn bring(&self, file: &RemoteFile, tell: Tell<'_>) -> Result<(), Trouble> {
        let whole = self.folder.join(file.name);
        if checksum(&whole).is_ok_and(|found| found == file.md5) {
            return Ok(());
        }
        let mut last = String::from("there is no mirror.");
        for mirror in self.mirrors {
            match self.by_mirror(mirror, file, tell) {
                Ok(part) => {
                    return fs::rename(part, whole).map_err(|why| self.machine("written", &why));
                }
                Err(Trouble::Mirror(why)) => last = why,
                Err(other) => return Err(other),
            }
        }
        Err(Trouble::Mirror(last))
    }

    /// The path of the file that has come, checked.
    fn by_mirror(
        &self,
        mirror: &str,
        file: &RemoteFile,
        tell: Tell<'_>,
    ) -> Result<PathBuf, Trouble> {
        let part = self.folder.join(format!("{}.{PARTIAL}", file.name));
        self.transfer(mirror, file, &part, tell)?;
        let found = checksum(&part).map_err(|why| self.machine("read", &why))?;
        if found == file.md5 {
            return Ok(part);
        }
        // What is there is wrong: going on from it would never end well.
        fs::remove_file(&part).map_err(|why| self.machine("written", &why))?;
        Err(Trouble::Mirror(format!(
            "{} came damaged from {mirror} (its checksum is {found}, not {}).",
            file.name, file.md5
        )))
    }

    fn transfer(
        &self,
        mirror: &str,
        file: &RemoteFile,
        part: &Path,
        tell: Tell<'_>,
    ) -> Result<(), Trouble> {
        let mut have = fs::metadata(part).map_or(0, |part| part.len());
        if have > file.bytes {
            have = 0;
        }
        if have == file.bytes {
            return Ok(());
        }
        let response = self.ask(mirror, file, have)?;
        let goes_on = response.status() == StatusCode::PARTIAL_CONTENT;
        let have = if goes_on { have } else { 0 };
        let mut options = OpenOptions::new();
        options.create(true).write(true).append(goes_on).truncate(!goes_on);
        let mut out = options.open(part).map_err(|why| self.machine("written", &why))?;
        let reader = response.into_body().into_with_config().limit(file.bytes - have + 1).reader();
        let came = self.copy(mirror, reader, &mut out, &mut |bytes| tell(have + bytes))?;
        out.sync_all().map_err(|why| self.machine("written", &why))?;
        if have + came == file.bytes {
            return Ok(());
        }
        Err(Trouble::Mirror(format!(
            "{} is {} bytes long, but {mirror} gave {}.",
            file.name,
            file.bytes,
            have + came
        )))
    }

    fn ask(
        &self,
        mirror: &str,
        file: &RemoteFile,
        have: u64,
    ) -> Result<Response<ureq::Body>, Trouble> {
        let address = format!("{mirror}/{}", file.name);
        let mut request = self.agent.get(&address);
        if have > 0 {
            request = request.header(header::RANGE, format!("bytes={have}-"));
        }
        let response = request.call().map_err(|why| unreachable_mirror(mirror, &why))?;
        match response.status() {
            StatusCode::OK | StatusCode::PARTIAL_CONTENT => Ok(response),
            status => Err(Trouble::Mirror(format!("{address} answers {status}."))),
        }
    }

    fn copy(
        &self,
        mirror: &str,
        mut from: impl Read,
        to: &mut File,
        tell: Tell<'_>,
    ) -> Result<u64, Trouble> {
        let (mut chunk, mut came) = (vec![0; CHUNK], 0);
        loop {
            tell(came)?;
            let count = match from.read(&mut chunk) {
                Ok(0) => return Ok(came),
                Ok(count) => count,
                Err(why) if why.kind() == io::ErrorKind::Interrupted => continue,
                Err(why) => {
                    let why = format!("The connection to {mirror} broke ({why}).");
                    return Err(Trouble::Mirror(why));
                }
            };
            to.write_all(&chunk[..count]).map_err(|why| self.machine("written", &why))?;
            came += count as u64;
        }
    }

    fn machine(&self, verb: &str, why: &io::Error) -> Trouble {
        let folder = self.folder.display();
        Trouble::Machine(format!("Files could not be {verb} in {folder} ({why})."))
    }
}

/// Told the bytes of one file that are there; an error stops the work.
type Tell<'a> = &'a mut dyn FnMut(u64) -> Result<(), Trouble>;

fn unreachable_mirror(mirror: &str, why: &ureq::Error) -> Trouble {
    let host = mirror.split('/').nth(2).unwrap_or(mirror);
    Trouble::Mirror(format!("{host} cannot be reached ({why}). Is there a network?"))
}

/// MD5 of a file in hexadecimal digits.
fn checksum(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let (mut hash, mut chunk) = (Md5::new(), vec![0; CHUNK]);
    loop {
        match file.read(&mut chunk)? {
            0 => break,
            count => hash.update(&chunk[..count]),
        }
    }
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fetch::server::{Manner, Server};

    const TEXT: &[u8] = b"The quick brown fox jumps over the lazy dog";
    const FILES: [RemoteFile; 2] = [
        RemoteFile { name: "fox", bytes: 43, md5: "9e107d9d372bb6826bd81d3542a419d6" },
        RemoteFile { name: "empty", bytes: 0, md5: "d41d8cd98f00b204e9800998ecf8427e" },
    ];

    fn go_on(_: Done) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    fn fetch(servers: &[&Server], folder: &Path, report: Report<'_>) -> Result<(), Trouble> {
        let mirrors: Vec<String> = servers.iter().map(|server| server.address()).collect();
        let agent = agent(Duration::from_millis(500));
        Job { files: &FILES[..1], mirrors: &mirrors, folder, agent }.run(report)
    }

    fn fox(folder: &Path) -> Option<Vec<u8>> {
        fs::read(folder.join("fox")).ok()
    }

    #[test]
    fn files_come_whole_and_are_not_fetched_twice() {
        let folder = tempfile::tempdir().expect("made");
        let server = Server::start(TEXT, Manner::Well);
        let mut told = Vec::new();
        let mut note = |done: Done| {
            told.push(done.bytes);
            ControlFlow::Continue(())
        };
        assert!(fetch(&[&server], &folder.path().join("deep/er"), &mut note).is_ok());
        assert!(told.is_sorted() && told.last() == Some(&43), "{told:?}");
        let folder = folder.path().join("deep/er");
        assert_eq!(fox(&folder).as_deref(), Some(TEXT));
        assert!(fetch(&[&server], &folder, &mut go_on).is_ok());
        assert_eq!(server.asked(), ["0"], "one request, from the beginning");
    }

    #[test]
    fn a_file_that_was_cut_off_goes_on_where_it_ended() {
        let folder = tempfile::tempdir().expect("made");
        let cut = Server::start(TEXT, Manner::CutAt(10));
        assert!(matches!(fetch(&[&cut], folder.path(), &mut go_on), Err(Trouble::Mirror(_))));
        assert_eq!(fox(folder.path()), None, "half a file has no name");
        let server = Server::start(TEXT, Manner::Well);
        assert!(fetch(&[&server], folder.path(), &mut go_on).is_ok());
        assert_eq!(server.asked(), ["10"]);
        assert_eq!(fox(folder.path()).as_deref(), Some(TEXT));
    }

    #[test]
    fn a_server_that_knows_no_ranges_gives_the_file_anew() {
        let folder = tempfile::tempdir().expect("made");
        fs::write(folder.path().join("fox.part"), "The slow").expect("written");
        let server = Server::start(TEXT, Manner::WithoutRanges);
        assert!(fetch(&[&server], folder.path(), &mut go_on).is_ok());
        assert_eq!(fox(folder.path()).as_deref(), Some(TEXT));
    }

    #[test]
    fn the_next_mirror_helps_when_one_fails_or_lies() {
        for manner in [Manner::NotFound, Manner::Other, Manner::CutAt(0)] {
            let folder = tempfile::tempdir().expect("made");
            let (bad, good) = (Server::start(TEXT, manner), Server::start(TEXT, Manner::Well));
            assert!(fetch(&[&bad, &good], folder.path(), &mut go_on).is_ok(), "{manner:?}");
            assert_eq!(fox(folder.path()).as_deref(), Some(TEXT), "{manner:?}");
        }
    }

    #[test]
    fn damaged_bytes_are_told_and_thrown_away() {
        let folder = tempfile::tempdir().expect("made");
        let server = Server::start(TEXT, Manner::Other);
        let Err(Trouble::Mirror(why)) = fetch(&[&server], folder.path(), &mut go_on) else {
            panic!("a wrong checksum is no success");
        };
        assert!(why.contains("came damaged") && why.contains(FILES[0].md5), "{why}");
        assert_eq!(fs::read_dir(folder.path()).expect("there").count(), 0);
    }

    #[test]
    fn stopping_keeps_what_has_come() {
        let folder = tempfile::tempdir().expect("made");
        let server = Server::start(TEXT, Manner::Well);
        let mut stop = |done: Done| match done.bytes {
            0 => ControlFlow::Continue(()),
            _ => ControlFlow::Break(()),
        };
        assert!(matches!(fetch(&[&server], folder.path(), &mut stop), Err(Trouble::Cancelled)));
        assert_eq!(fs::read(folder.path().join("fox.part")).expect("kept"), TEXT);
        assert!(fetch(&[&server], folder.path(), &mut go_on).is_ok());
        assert_eq!(server.asked().len(), 1, "all of it was there");
    }

    #[test]
    fn without_a_network_the_sentence_says_where_files_can_be_put() {
        let folder = tempfile::tempdir().expect("made");
        let gone = Server::start(TEXT, Manner::Well).gone();
        let job = Job {
            files: &FILES,
            mirrors: &[gone],
            folder: folder.path(),
            agent: agent(Duration::from_millis(500)),
        };
        let Err(Trouble::Mirror(why)) = job.run(&mut go_on) else { panic!("nobody is there") };
        assert!(why.contains("cannot be reached") && why.contains("network"), "{why}");
        let error = FetchError::of(Collection::Mnist, folder.path(), &why).to_string();
        assert!(error.contains("train-images-idx3-ubyte.gz"), "{error}");
        assert!(error.ends_with(&folder.path().display().to_string()), "{error}");
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_told() {
        let folder = tempfile::tempdir().expect("made");
        let file = folder.path().join("file");
        fs::write(&file, "").expect("written");
        let server = Server::start(TEXT, Manner::Well);
        let Err(Trouble::Machine(why)) = fetch(&[&server], &file, &mut go_on) else {
            panic!("a file is no folder");
        };
        assert!(why.contains("could not be made"), "{why}");
        assert!(server.asked().is_empty());
    }

    #[test]
    fn collections_are_told_apart() {
        for collection in Collection::ALL {
            assert_eq!(collection.files().len(), 4);
            let folder = cache_folder(collection).expect("this user has a home");
            assert!(folder.ends_with(Path::new("descent/datasets").join(collection.id())));
            assert!(collection.mirrors().iter().all(|mirror| mirror.starts_with("https://")));
        }
        assert_eq!(Collection::Mnist.bytes(), 11_594_722);
    }
}
