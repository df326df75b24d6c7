//! A client for measuring a server on the same machine: one kept-alive connection, no cost of its own to speak of.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, ensure};

/// One HTTP/1.1 connection.
pub(crate) struct Client {
    stream: BufReader<TcpStream>,
    /// Lines that go with every request, each closed with a line end.
    headers: String,
}

impl Client {
    /// Connects, to speak with a bearer token when there is one.
    pub(crate) fn connect(address: SocketAddr, token: Option<&str>) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).with_context(|| format!("nothing listens on {address}"))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        let authorization = token.map(|t| format!("Authorization: Bearer {t}\r\n")).unwrap_or_default();
        let headers = format!("Host: {address}\r\nAccept: application/json\r\n{authorization}");
        Ok(Self { stream: BufReader::with_capacity(1 << 16, stream), headers })
    }

    /// Gets a path and reads the whole answer: its status and its body.
    pub(crate) fn get(&mut self, path: &str) -> anyhow::Result<(u16, Vec<u8>)> {
        let request = format!("GET {path} HTTP/1.1\r\n{}\r\n", self.headers);
        self.stream.get_mut().write_all(request.as_bytes())?;
        let status = self.line()?;
        let status: u16 = status.split(' ').nth(1).context("no status line")?.parse()?;
        let (mut length, mut chunked) = (0, false);
        loop {
            let line = self.line()?.to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse()?;
            }
            chunked |= line.starts_with("transfer-encoding:") && line.contains("chunked");
        }
        let body = if chunked { self.chunks()? } else { self.exactly(length)? };
        Ok((status, body))
    }

    fn line(&mut self) -> anyhow::Result<String> {
        let mut line = String::new();
        ensure!(self.stream.read_line(&mut line)? > 0, "the server closed the connection");
        Ok(line.trim_end().to_owned())
    }

    fn exactly(&mut self, length: usize) -> anyhow::Result<Vec<u8>> {
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        Ok(body)
    }

    fn chunks(&mut self) -> anyhow::Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let size = self.line()?;
            let size = usize::from_str_radix(size.split(';').next().unwrap_or_default(), 16)?;
            body.extend(self.exactly(size)?);
            self.line()?;
            if size == 0 {
                return Ok(body);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    fn check(answer: &'static str, status: u16, body: &str) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("it has an address");
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("the client connects");
            let mut request = [0; 1024];
            let read = stream.read(&mut request).expect("a request");
            stream.write_all(answer.as_bytes()).expect("the client listens");
            String::from_utf8_lossy(&request[..read]).into_owned()
        });
        let mut client = Client::connect(address, Some("t")).expect("connects");
        let got = client.get("/healthz").expect("an answer");
        assert_eq!(got, (status, body.as_bytes().to_vec()));
        assert!(server.join().expect("the server ends").contains("Authorization: Bearer t\r\n"));
    }

    #[test]
    fn an_answer_with_a_length_is_read() {
        check("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nwell", 200, "well");
    }

    #[test]
    fn an_answer_in_chunks_is_read() {
        check(
            "HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nnot\r\n5\r\n here\r\n0\r\n\r\n",
            404,
            "not here",
        );
    }
}
