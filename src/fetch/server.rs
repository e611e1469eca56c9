//! A small web server on this machine that behaves well or badly.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// How the server answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    /// As it should.
    Well,
    /// Always with the whole file.
    WithoutRanges,
    /// Promises the whole file and hangs up after so many bytes.
    CutAt(usize),
    /// With other bytes of the same length.
    Other,
    /// That there is no such file.
    NotFound,
}

/// Serves one file under every name until it is dropped.
pub(super) struct Server {
    at: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub(super) fn start(content: &'static [u8], manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let at = listener.local_addr().expect("bound");
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        let serve = move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let Some(from) = request(&stream) else { return };
                log.lock().expect("nobody panicked").push(from.to_string());
                let _ = answer(stream, content, manner, from);
            }
        };
        thread::Builder::new().name("descent-server".into()).spawn(serve).expect("a thread");
        Self { at, asked }
    }

    pub(super) fn address(&self) -> String {
        format!("http://{}", self.at)
    }

    /// The first byte of each request so far.
    pub(super) fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("nobody panicked").clone()
    }

    /// The address of a server that is there no more.
    pub(super) fn gone(self) -> String {
        let address = self.address();
        drop(self);
        address
    }
}

/// A connection without a request ends the server.
impl Drop for Server {
    fn drop(&mut self) {
        let _ = TcpStream::connect(self.at);
    }
}

/// The first byte that is asked for; `None` when nothing is.
fn request(stream: &TcpStream) -> Option<usize> {
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    lines.next()?;
    let mut from = 0;
    for line in lines.take_while(|line| !line.is_empty()) {
        let line = line.to_lowercase();
        if let Some(range) = line.strip_prefix("range: bytes=") {
            from = range.trim_end_matches('-').parse().expect("a number");
        }
    }
    Some(from)
}

fn answer(
    mut stream: TcpStream,
    content: &[u8],
    manner: Manner,
    from: usize,
) -> std::io::Result<()> {
    let from = if manner == Manner::WithoutRanges { 0 } else { from };
    let status = match manner {
        Manner::NotFound => "404 Not Found",
        _ if from > 0 => "206 Partial Content",
        _ => "200 OK",
    };
    let mut body = content[from..].to_vec();
    if manner == Manner::Other {
        body.fill(b'x');
    }
    write!(stream, "HTTP/1.1 {status}\r\nContent-Length: {}\r\n", body.len())?;
    write!(stream, "Connection: close\r\n\r\n")?;
    if let Manner::CutAt(end) = manner {
        body.truncate(end);
    }
    stream.write_all(&body)
}
