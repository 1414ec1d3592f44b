//! The client: requests written whole, replies read as far as it takes to know where they end.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// What every request says: 983 bytes, as an agent with a short history sends.
pub(crate) const BODY: &str = include_str!("body.json");

pub(crate) struct Load {
    pub(crate) address: SocketAddr,
    pub(crate) connections: usize,
    pub(crate) lasts: Duration,
}

/// What came of it.
pub(crate) struct Told {
    pub(crate) done: u64,
    took: Duration,
    /// Sorted, in microseconds.
    latencies: Vec<u32>,
}

impl Told {
    fn new(took: Duration, mut latencies: Vec<u32>) -> Told {
        latencies.sort_unstable();
        Told { done: latencies.len() as u64, took, latencies }
    }

    pub(crate) fn per_second(&self) -> f64 {
        self.done as f64 / self.took.as_secs_f64()
    }

    /// Milliseconds.
    pub(crate) fn percentile(&self, per_mille: usize) -> f64 {
        let last = self.latencies.len().saturating_sub(1);
        let at = (self.latencies.len() * per_mille / 1_000).min(last);
        f64::from(self.latencies.get(at).copied().unwrap_or(0)) / 1e3
    }
}

fn request(body: &str) -> Vec<u8> {
    format!(
        "POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer sk-any\r\ncontent-type: \
         application/json\r\naccept: application/json\r\nuser-agent: OpenAI/Python 3.54.0\r\nx-stainless-retry-count: 0\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// The body of one reply.
pub(crate) fn sample(address: SocketAddr) -> String {
    let mut stream = TcpStream::connect(address).expect("the server listens");
    stream.write_all(&request(BODY)).expect("the server reads");
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).expect("a head");
        if let Some(stated) = line.strip_prefix("content-length: ") {
            length = stated.trim().parse().expect("a length");
        }
        if line == "\r\n" {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("a body");
    String::from_utf8(body).expect("a body in UTF-8")
}

/// Keeps every connection busy with one request after the other.
pub(crate) fn load(load: Load) -> Told {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let begun = Instant::now();
        let tasks: Vec<_> =
            (0..load.connections).map(|_| tokio::spawn(one(load.address, begun + load.lasts))).collect();
        let mut latencies = Vec::new();
        for task in tasks {
            latencies.extend(task.await.expect("no client fails"));
        }
        Told::new(begun.elapsed(), latencies)
    })
}

async fn one(address: SocketAddr, until: Instant) -> Vec<u32> {
    let mut stream = tokio::net::TcpStream::connect(address).await.expect("the server listens");
    stream.set_nodelay(true).expect("a socket");
    let request = request(BODY);
    let (mut latencies, mut buffer) = (Vec::new(), vec![0; 16_384]);
    while Instant::now() < until {
        let begun = Instant::now();
        stream.write_all(&request).await.expect("the server reads");
        let mut filled = 0;
        loop {
            let read = stream.read(&mut buffer[filled..]).await.expect("the server answers");
            assert!(read > 0, "the server closed");
            filled += read;
            if whole(&buffer[..filled]) {
                break;
            }
        }
        assert!(buffer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&buffer[..filled]));
        latencies.push(begun.elapsed().as_micros() as u32);
    }
    latencies
}

/// Whether a response is there as far as its length says.
fn whole(bytes: &[u8]) -> bool {
    let find = |what: &[u8]| bytes.windows(what.len()).position(|part| part == what);
    let Some(head) = find(b"\r\n\r\n") else { return false };
    let Some(stated) = find(b"content-length: ") else { return false };
    let digits = bytes[stated + 16..].iter().take_while(|byte| byte.is_ascii_digit());
    let length = digits.fold(0, |sum, digit| sum * 10 + usize::from(digit - b'0'));
    bytes.len() >= head + 4 + length
}

/// Opens streams and reads them for a while: the gaps between their chunks.
pub(crate) fn streams(address: SocketAddr, streams: usize, lasts: Duration) -> Told {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let begun = Instant::now();
        let tasks: Vec<_> =
            (0..streams).map(|number| tokio::spawn(gaps(address, number, begun + lasts))).collect();
        let mut all = Vec::new();
        for task in tasks {
            all.extend(task.await.expect("no client fails"));
        }
        Told::new(begun.elapsed(), all)
    })
}

async fn gaps(address: SocketAddr, number: usize, until: Instant) -> Vec<u32> {
    // Streams do not begin all at once, or their chunks would come in step.
    tokio::time::sleep(Duration::from_micros(number as u64 * 61)).await;
    let mut stream = tokio::net::TcpStream::connect(address).await.expect("the server listens");
    stream.write_all(&streaming(number)).await.expect("the server reads");
    let (mut gaps, mut buffer, mut last) = (Vec::new(), vec![0; 4_096], None::<Instant>);
    loop {
        let read = tokio::time::timeout_at(until.into(), stream.read(&mut buffer)).await;
        let Ok(read) = read else { return gaps };
        assert!(read.expect("the server answers") > 0, "the server closed");
        let now = Instant::now();
        if let Some(last) = last.replace(now) {
            gaps.push((now - last).as_micros() as u32);
        }
    }
}

fn streaming(number: usize) -> Vec<u8> {
    let user = format!("\"stream\":true,\"user\":\"{number}\",\"model\"");
    request(&BODY.replacen("\"model\"", &user, 1))
}

/// Streams that another process holds open, so that this one's memory is the server's.
pub(crate) struct Held {
    pub(crate) open: usize,
    child: Child,
}

impl Drop for Held {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        drop(self.child.wait());
    }
}

/// Has another process open streams, and waits until their first token is there.
pub(crate) fn hold_elsewhere(address: SocketAddr, streams: usize) -> Held {
    let own = std::env::current_exe().expect("a program");
    let mut child = Command::new(own)
        .args(["--hold", &address.to_string(), &streams.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a process");
    let mut line = String::new();
    let out = child.stdout.take().expect("its output");
    BufReader::new(out).read_line(&mut line).expect("it tells");
    Held { open: line.trim().parse().expect("a number"), child }
}

/// Opens as many streams as the system lets it, reads the head of each, says how many, and waits until nobody listens.
pub(crate) fn hold(address: SocketAddr, streams: usize) {
    let mut open = Vec::new();
    for number in 0..streams {
        let Ok(mut stream) = TcpStream::connect(address) else { break };
        if stream.write_all(&streaming(number)).is_err() {
            break;
        }
        open.push(stream);
    }
    let read = |stream: &mut TcpStream| stream.read(&mut [0; 1_024]).is_ok_and(|read| read > 0);
    let begun = open.iter_mut().filter_map(|stream| read(stream).then_some(())).count();
    println!("{begun}");
    drop(std::io::stdin().read(&mut [0]));
}
