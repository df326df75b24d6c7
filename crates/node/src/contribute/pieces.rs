//! A file on disk in pieces that fit memory, each a submission of its own.

use cairn_formats::clinvar::xml::parts::parts;
use cairn_formats::door::MAX_INPUT;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Bytes of a part of a ClinVar release.
const PART: usize = 32 << 20;

/// Name and bytes of each submission that a file is.
pub type Pieces = Box<dyn Iterator<Item = io::Result<(String, Vec<u8>)>> + Send>;

/// Name and bytes of each submission that a file is: one, but for a release of ClinVar's XML, which comes in parts that
/// fit memory. A part is the same whenever the file is read, so that an import that was stopped goes on.
///
/// # Errors
/// When the file cannot be read.
pub fn pieces(file: &Path, name: &str) -> io::Result<Pieces> {
    let whole = || Ok(Box::new(std::iter::once(whole(file, name.to_owned()))) as Pieces);
    let Some(mut parts) = parts(File::open(file)?, PART)? else { return whole() };
    match (parts.next(), parts.next()) {
        (Some(first), Some(second)) => {
            let plain = name.trim_end_matches(".gz").to_owned();
            let all = [first, second].into_iter().chain(parts).zip(1..);
            Ok(Box::new(all.map(move |(part, number)| part.map(|bytes| (format!("part {number} of {plain}"), bytes)))))
        }
        _ => whole(),
    }
}

/// A file as one piece; of one that is larger than the door of the formats takes, a byte more than it takes, so that
/// the door says so.
fn whole(file: &Path, name: String) -> io::Result<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    File::open(file)?.take(MAX_INPUT + 1).read_to_end(&mut bytes)?;
    Ok((name, bytes))
}
