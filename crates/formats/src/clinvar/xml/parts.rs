//! A release of ClinVar's XML in parts that fit memory: cut between records, each part a file of its own with the
//! release's root element around it.
//!
//! A whole release holds millions of records in some hundred gigabytes; a part holds as many records as fit its size.

use std::io::{self, BufReader, Read};

use flate2::read::MultiGzDecoder;
use memchr::memmem;

/// Bytes before the first record: the declaration and the root element.
const LONGEST_PROLOGUE: usize = 1 << 16;
/// Bytes read at one time.
const CHUNK: usize = 1 << 20;
/// A record larger than this many parts is refused.
const LARGEST_RECORD: usize = 4;

/// The parts of a release, in order.
pub struct Parts {
    input: Box<dyn Read + Send>,
    prologue: Vec<u8>,
    /// `</VariationArchive>` or `</ClinVarSet>`.
    record_end: Vec<u8>,
    /// `</ClinVarVariationRelease>` or `</ReleaseSet>`.
    root_end: Vec<u8>,
    /// Read and not yet given.
    left: Vec<u8>,
    size: usize,
    is_at_end: bool,
}

/// Opens a stream, plain or gzip, as a release in parts of about `size` bytes; `None` when it is no XML of ClinVar.
///
/// # Errors
/// When the stream fails.
pub fn parts(input: impl Read + Send + 'static, size: usize) -> io::Result<Option<Parts>> {
    let mut input = inflated(input)?;
    let mut left = Vec::new();
    while left.len() < LONGEST_PROLOGUE && first_record(&left).is_none() {
        if read_more(&mut input, &mut left)? == 0 {
            break;
        }
    }
    let Some((at, name)) = first_record(&left) else { return Ok(None) };
    let Some(root) = root_name(&left[..at]) else { return Ok(None) };
    let root_end = [b"</", root.as_slice(), b">"].concat();
    let prologue = left.drain(..at).collect();
    let record_end = format!("</{name}>").into_bytes();
    Ok(Some(Parts { input, prologue, record_end, root_end, left, size: size.max(1), is_at_end: false }))
}

fn inflated(input: impl Read + Send + 'static) -> io::Result<Box<dyn Read + Send>> {
    let mut input = BufReader::with_capacity(CHUNK, input);
    let is_gzip = io::BufRead::fill_buf(&mut input)?.starts_with(&[0x1f, 0x8b]);
    Ok(if is_gzip { Box::new(MultiGzDecoder::new(input)) } else { Box::new(input) })
}

fn read_more(input: &mut dyn Read, left: &mut Vec<u8>) -> io::Result<usize> {
    let before = left.len();
    input.take(CHUNK as u64).read_to_end(left)?;
    Ok(left.len() - before)
}

/// Where the first record begins, and the name of its element.
fn first_record(text: &[u8]) -> Option<(usize, &'static str)> {
    let found = ["VariationArchive", "ClinVarSet"].map(|name| {
        let at = memmem::find_iter(text, format!("<{name}").as_bytes())
            .find(|at| text.get(at + 1 + name.len()).is_some_and(|next| next.is_ascii_whitespace() || *next == b'>'))?;
        Some((at, name))
    });
    found.into_iter().flatten().min()
}

/// The name of the element that the records stand in: the last one that opens before them.
fn root_name(prologue: &[u8]) -> Option<Vec<u8>> {
    let opens =
        memmem::rfind_iter(prologue, b"<").find(|at| prologue.get(at + 1).is_some_and(u8::is_ascii_alphabetic))?;
    let name: Vec<u8> = prologue[opens + 1..]
        .iter()
        .copied()
        .take_while(|b| b.is_ascii_alphanumeric() || b"_-.:".contains(b))
        .collect();
    Some(name)
}

impl Iterator for Parts {
    type Item = io::Result<Vec<u8>>;

    fn next(&mut self) -> Option<io::Result<Vec<u8>>> {
        loop {
            while !self.is_at_end && self.left.len() < self.size {
                match read_more(&mut self.input, &mut self.left) {
                    Ok(0) => self.is_at_end = true,
                    Ok(_) => {}
                    Err(error) => return Some(Err(error)),
                }
            }
            if let Some(end) = memmem::rfind(&self.left, &self.record_end) {
                let records: Vec<u8> = self.left.drain(..end + self.record_end.len()).collect();
                return Some(Ok([self.prologue.as_slice(), &records, b"\n", &self.root_end, b"\n"].concat()));
            }
            if self.is_at_end {
                return self.remainder();
            }
            if self.left.len() >= self.size.saturating_mul(LARGEST_RECORD) {
                self.is_at_end = true;
                self.left.clear();
                return Some(Err(io::Error::new(io::ErrorKind::InvalidData, "a record is larger than a part may be")));
            }
            match read_more(&mut self.input, &mut self.left) {
                Ok(0) => self.is_at_end = true,
                Ok(_) => {}
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

impl Parts {
    /// What follows the last whole record: nothing but the end of the root, or a file that is cut off.
    fn remainder(&mut self) -> Option<io::Result<Vec<u8>>> {
        let left = std::mem::take(&mut self.left);
        let is_whole = memmem::find(&left, &self.root_end).is_some();
        if is_whole || left.trim_ascii().is_empty() {
            return None;
        }
        let message = "the file ends in the middle of a record: download it again";
        Some(Err(io::Error::new(io::ErrorKind::UnexpectedEof, message)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "<?xml version=\"1.0\"?>\n<ClinVarVariationRelease ReleaseDate=\"2024-01-07\">\n";
    const END: &str = "</ClinVarVariationRelease>";

    fn record(number: usize) -> String {
        format!("<VariationArchive VariationID=\"{number}\"><Name>x{number}</Name></VariationArchive>\n")
    }

    fn all(text: String, size: usize) -> Vec<Result<String, String>> {
        let parts = parts(io::Cursor::new(text.into_bytes()), size).expect("memory").expect("a release");
        parts
            .map(|part| part.map(|bytes| String::from_utf8(bytes).expect("text")).map_err(|error| error.to_string()))
            .collect()
    }

    #[test]
    fn every_record_is_in_one_part_and_every_part_is_a_file() {
        let records: String = (0..50_000).map(record).collect();
        let parts = all(format!("{HEAD}{records}{END}\n"), 100_000);
        assert!(parts.len() > 3, "{}", parts.len());
        let mut seen = 0;
        for part in parts {
            let part = part.expect("whole");
            assert!(part.starts_with(HEAD) && part.trim_end().ends_with(END));
            assert!(part.len() < 3 * CHUNK);
            for line in part.lines().filter(|line| line.starts_with("<VariationArchive ")) {
                assert_eq!(format!("{line}\n"), record(seen));
                seen += 1;
            }
        }
        assert_eq!(seen, 50_000);
    }

    /// A release that is never anywhere as a whole.
    struct Endless {
        records: Vec<u8>,
        at: usize,
        left: usize,
        is_begun: bool,
    }

    impl Read for Endless {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            if !self.is_begun {
                self.is_begun = true;
                buffer[..HEAD.len()].copy_from_slice(HEAD.as_bytes());
                return Ok(HEAD.len());
            }
            let end = (self.at + buffer.len()).min(self.records.len()).min(self.at + self.left);
            let given = end - self.at;
            buffer[..given].copy_from_slice(&self.records[self.at..end]);
            self.left -= given;
            self.at = if end == self.records.len() { 0 } else { end };
            Ok(given)
        }
    }

    #[test]
    fn a_release_of_600_mib_takes_the_memory_of_a_few_parts() {
        let records = (0..20_000).map(record).collect::<String>().into_bytes();
        let left = (600 << 20) / records.len() * records.len();
        let size = 16 << 20;
        let endless = Endless { records, at: 0, left, is_begun: false };
        let mut parts = parts(endless, size).expect("memory").expect("a release");
        let (mut given, mut largest) = (0, 0);
        while let Some(part) = parts.next() {
            let Ok(part) = part else { break };
            given += part.len();
            largest = largest.max(part.len()).max(parts.left.capacity());
        }
        assert!(given >= left, "{given} of {left}");
        assert!(largest <= 3 * size, "{largest} bytes at one time");
    }

    #[test]
    fn a_file_that_is_cut_off_says_so_after_what_is_whole() {
        let cut = format!("{HEAD}{}{}", record(1), &record(2)[..30]);
        let parts = all(cut, 1000);
        assert_eq!(parts.len(), 2);
        assert!(parts[0].as_ref().is_ok_and(|part| part.contains("x1")));
        assert!(parts[1].as_ref().is_err_and(|error| error.contains("middle of a record")));
    }

    #[test]
    fn other_files_are_no_release() {
        for text in ["", "a,b\n1,2\n", "<html><body/></html>", "<ClinVarVariationReleaseX></ClinVarVariationReleaseX>"]
        {
            assert!(parts(io::Cursor::new(text.as_bytes().to_vec()), 100).expect("memory").is_none(), "{text}");
        }
    }
}
