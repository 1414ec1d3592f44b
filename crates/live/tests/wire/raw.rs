//! A client that sees every byte: no library between the test and the wire.

use std::io;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// How a body came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// As its length, or its last chunk, says.
    Whole,
    /// The connection was closed before.
    Closed,
    /// The connection was reset before.
    Reset,
}

/// A response as it came.
#[derive(Debug)]
pub(crate) struct Raw {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: String,
    pub(crate) ending: Ending,
    /// Of a chunked body, the chunks.
    pub(crate) chunks: Vec<String>,
}

impl Raw {
    /// A header's value; empty if there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value)
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// The `data:` lines of a stream, as JSON; `[DONE]` is left out.
    pub(crate) fn events(&self) -> Vec<serde_json::Value> {
        let data = self.body.lines().filter_map(|line| line.strip_prefix("data: "));
        data.filter(|data| *data != "[DONE]").map(|data| serde_json::from_str(data).expect(data)).collect()
    }
}

/// One connection.
pub(crate) struct Wire {
    stream: TcpStream,
    /// What was read and not yet used.
    ahead: Vec<u8>,
}

impl Wire {
    pub(crate) async fn open(address: SocketAddr) -> Wire {
        let stream = TcpStream::connect(address).await.expect("the server listens");
        stream.set_nodelay(true).expect("a socket");
        Wire { stream, ahead: Vec::new() }
    }

    pub(crate) async fn write(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.expect("the server reads");
    }

    /// Writes as far as the server reads.
    pub(crate) async fn try_write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes).await
    }

    async fn more(&mut self) -> Result<(), Ending> {
        let mut buffer = [0; 16_384];
        match self.stream.read(&mut buffer).await {
            Ok(0) => Err(Ending::Closed),
            Ok(read) => {
                self.ahead.extend_from_slice(&buffer[..read]);
                Ok(())
            }
            Err(_) => Err(Ending::Reset),
        }
    }

    async fn line(&mut self) -> Result<String, Ending> {
        loop {
            if let Some(end) = self.ahead.windows(2).position(|two| two == b"\r\n") {
                let line = self.ahead.drain(..end + 2).take(end).collect();
                return Ok(String::from_utf8(line).expect("a head in UTF-8"));
            }
            self.more().await?;
        }
    }

    async fn take(&mut self, length: usize, into: &mut Vec<u8>) -> Result<(), Ending> {
        let wanted = into.len() + length;
        loop {
            let part = (wanted - into.len()).min(self.ahead.len());
            into.extend(self.ahead.drain(..part));
            if into.len() == wanted {
                return Ok(());
            }
            self.more().await?;
        }
    }

    /// Reads a response; an error if none begins.
    pub(crate) async fn response(&mut self) -> Result<Raw, Ending> {
        let status = self.line().await?;
        let mut raw = Raw {
            status: status.split(' ').nth(1).and_then(|code| code.parse().ok()).expect("a status line"),
            headers: Vec::new(),
            body: String::new(),
            ending: Ending::Whole,
            chunks: Vec::new(),
        };
        loop {
            let line = self.line().await?;
            let Some((name, value)) = line.split_once(':') else { break };
            raw.headers.push((name.to_owned(), value.trim().to_owned()));
        }
        let mut body = Vec::new();
        let ended = if raw.header("transfer-encoding") == "chunked" {
            self.chunks(&mut body, &mut raw.chunks).await
        } else {
            let length = raw.header("content-length").parse().unwrap_or(0);
            self.take(length, &mut body).await
        };
        raw.ending = ended.err().unwrap_or(Ending::Whole);
        raw.body = String::from_utf8(body).expect("a body in UTF-8");
        Ok(raw)
    }

    async fn chunks(&mut self, body: &mut Vec<u8>, chunks: &mut Vec<String>) -> Result<(), Ending> {
        loop {
            let size = self.line().await?;
            let size = usize::from_str_radix(&size, 16).expect("a chunk's size");
            let from = body.len();
            self.take(size, body).await?;
            self.line().await?;
            if size == 0 {
                return Ok(());
            }
            chunks.push(String::from_utf8_lossy(&body[from..]).into_owned());
        }
    }

    /// Whether the server has closed the connection; waits until it says something or closes.
    pub(crate) async fn is_closed(&mut self) -> bool {
        self.more().await.is_err()
    }
}
