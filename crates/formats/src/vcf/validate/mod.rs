//! Does a file obey the VCF specification of the version it names? (VCF 4.1 to 4.5.)
//!
//! The verdict is strict: every *must* of the text counts. What laboratories really send is read by
//! the lenient importer beside this module.

mod alternate;
mod definition;
mod fault;
mod meta;
mod order;
mod record;
mod sample;
mod value;
mod version;

pub use fault::{Fault, Faults};
pub use version::Version;

/// What the validator found.
#[derive(Debug)]
pub struct Verdict {
    /// The version of the first line; `None` if it names none that is known.
    pub version: Option<Version>,
    /// Broken rules and warnings, in the order of the file.
    pub faults: Vec<Fault>,
}

impl Verdict {
    /// Whether no *must* is broken.
    pub fn accepts(&self) -> bool {
        self.faults.iter().all(|f| !f.must)
    }
}

/// Reads the whole text of a VCF file, already decompressed, and gives the verdict.
pub fn validate(bytes: &[u8]) -> Verdict {
    let mut faults = Faults { line: 1, ..Faults::default() };
    let Ok(text) = std::str::from_utf8(bytes) else {
        faults.must("file", "the file is not UTF-8 text");
        return Verdict { version: None, faults: faults.found };
    };
    let first = text.lines().next().unwrap_or_default();
    let version = Version::of_first_line(first);
    match version {
        Some(version) => check_lines(text, version, &mut faults),
        None => faults.must("file", "the first line is not `##fileformat=VCFv4.1` to `VCFv4.5`"),
    }
    Verdict { version, faults: faults.found }
}

fn check_lines(text: &str, version: Version, faults: &mut Faults) {
    let mut declared = meta::Declared::default();
    let mut order = order::Order::default();
    let mut columns = None;
    for line in text.lines().skip(1) {
        faults.line += 1;
        match columns {
            None if line.starts_with("##") => meta::check(line, version, &mut declared, faults),
            None if line.starts_with("#CHROM") => columns = Some(header(line, faults)),
            None => faults.must("header", "neither a meta line nor the header line `#CHROM`"),
            Some(_) if line.is_empty() => {}
            Some(n) if line.starts_with('#') => {
                faults.must("file", format!("a line after the header (of {n} columns) begins with `#`"));
            }
            Some(n) => record::check(line, n, version, &declared, &mut order, faults),
        }
    }
    if columns.is_none() {
        faults.must("header", "there is no header line");
    }
    if version.ends_with_line_feed() && !text.ends_with('\n') {
        faults.must("file", "there is no line feed after the last line");
    }
}

/// Checks the header line and gives the number of columns.
fn header(line: &str, faults: &mut Faults) -> usize {
    const FIXED: [&str; 8] = ["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO"];
    let names: Vec<&str> = line.split('\t').collect();
    if names.len() < 8 || names[..8] != FIXED || (names.len() > 8 && names[8] != "FORMAT") {
        faults.must("header", "the columns are not #CHROM POS ID REF ALT QUAL FILTER INFO, tab separated");
    }
    if names.len() == 9 {
        faults.must("header", "FORMAT stands without a sample");
    }
    let mut seen = std::collections::HashSet::new();
    for name in names.iter().skip(9) {
        if name.is_empty() || !seen.insert(*name) {
            faults.must("header", format!("sample `{name}` is empty or there twice"));
        }
    }
    names.len()
}

#[cfg(test)]
mod tests;
