//! FASTA as a stream: plain, gzip or block gzip, lines of any length, either case.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::MultiGzDecoder;

/// Longest heading that is read; the rest of such a line is dropped.
const HEADING_LIMIT: usize = 4096;

/// What a FASTA file consists of, in order.
#[derive(Debug, PartialEq, Eq)]
pub enum FastaPart<'a> {
    /// A record begins; the heading without `>`.
    Heading(&'a str),
    /// More residues of the record, without line ends.
    Residues(&'a [u8]),
}

/// A byte stream, inflated when it is gzip (also many members, as block gzip writes them).
pub fn inflated<'a>(input: impl Read + 'a) -> io::Result<Box<dyn BufRead + 'a>> {
    let mut input = BufReader::with_capacity(1 << 16, input);
    if input.fill_buf()?.starts_with(&[0x1f, 0x8b]) {
        return Ok(Box::new(BufReader::with_capacity(1 << 16, MultiGzDecoder::new(input))));
    }
    Ok(Box::new(input))
}

/// Reads all records, handing each part to `sink`, which may stop with an error of its own.
pub fn read_fasta<E: From<io::Error>>(
    mut input: impl BufRead,
    mut sink: impl FnMut(FastaPart<'_>) -> Result<(), E>,
) -> Result<(), E> {
    let mut heading: Option<Vec<u8>> = None;
    let mut at_line_start = true;
    loop {
        let chunk = input.fill_buf()?;
        if chunk.is_empty() {
            break;
        }
        if at_line_start && heading.is_none() && chunk[0] == b'>' {
            heading = Some(Vec::new());
            input.consume(1);
            continue;
        }
        let line_end = memchr::memchr(b'\n', chunk);
        let taken = line_end.unwrap_or(chunk.len());
        match &mut heading {
            Some(text) => text.extend(chunk[..taken].iter().take(HEADING_LIMIT.saturating_sub(text.len()))),
            None => {
                let residues = chunk[..taken].trim_ascii_end();
                if !residues.is_empty() {
                    sink(FastaPart::Residues(residues))?;
                }
            }
        }
        at_line_start = line_end.is_some();
        if at_line_start && let Some(text) = heading.take() {
            sink(FastaPart::Heading(String::from_utf8_lossy(&text).trim()))?;
        }
        input.consume(taken + usize::from(line_end.is_some()));
    }
    if let Some(text) = heading {
        sink(FastaPart::Heading(String::from_utf8_lossy(&text).trim()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn records(bytes: &[u8]) -> Vec<(String, String)> {
        let mut found: Vec<(String, String)> = Vec::new();
        let input = inflated(bytes).expect("memory");
        read_fasta(input, |part| {
            match part {
                FastaPart::Heading(text) => found.push((text.into(), String::new())),
                FastaPart::Residues(more) => {
                    let last = found.last_mut().ok_or(io::ErrorKind::InvalidData)?;
                    last.1.push_str(&String::from_utf8_lossy(more));
                }
            }
            Ok::<_, io::Error>(())
        })
        .expect("well formed");
        found
    }

    fn expected() -> Vec<(String, String)> {
        vec![("17 GRCh37".into(), "ACGTac".into()), ("empty".into(), String::new()), ("z".into(), "NN".into())]
    }

    #[test]
    fn lines_carriage_returns_and_a_missing_last_line_end() {
        assert_eq!(records(b">17 GRCh37\r\nACGT\r\nac\n\n>empty\n>z\nNN"), expected());
    }

    #[test]
    fn gzip_members_are_read_one_after_the_other() {
        let mut bytes = Vec::new();
        for text in [&b">17 GRCh37\nACG"[..], b"Tac\n>empty\n>z\nNN\n"] {
            let mut member = flate2::write::GzEncoder::new(&mut bytes, flate2::Compression::fast());
            member.write_all(text).expect("memory");
            member.finish().expect("memory");
        }
        assert_eq!(records(&bytes), expected());
    }
}
