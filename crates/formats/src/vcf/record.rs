//! Header and records as the lenient importer reads them.

use std::borrow::Cow;

use cairn_core::problem::Severity;

use crate::findings::{Findings, shown};
use crate::genome_vcf;

/// Alternate alleles of one record; repeats of the largest catalogues have under a hundred.
const MAX_ALLELES: usize = 1_000;

/// What the header says that an import needs.
#[derive(Debug, Default)]
pub struct Header {
    /// `GRCh37` or `GRCh38`, where the header names one or its contigs have its lengths.
    pub assembly: Option<String>,
    /// Sample names, in order.
    pub samples: Vec<String>,
    /// Value of `##source`.
    pub source: String,
    /// Value of `##fileDate`.
    pub date: Option<String>,
    /// Line of the header line; 0 if there is none.
    pub line: u64,
}

/// One data line.
#[derive(Debug)]
pub struct Record<'a> {
    /// 1-based line of the file.
    pub line: u64,
    /// CHROM as written.
    pub contig: &'a str,
    /// POS, 1-based.
    pub position: u64,
    /// ID; empty if missing.
    pub id: &'a str,
    /// REF in upper case.
    pub reference: String,
    /// ALT alleles; none if missing.
    pub alternates: Vec<&'a str>,
    /// FILTER as written.
    pub filter: &'a str,
    info: Vec<(&'a str, &'a str)>,
    format: Vec<&'a str>,
    samples: Vec<&'a str>,
}

impl<'a> Record<'a> {
    /// The text of an INFO key; `None` if it is absent, empty for a flag.
    pub fn info(&self, key: &str) -> Option<&'a str> {
        self.info.iter().find(|(k, _)| *k == key).map(|(_, v)| *v)
    }

    /// The INFO key that one of the names matches without regard to case.
    pub fn info_like(&self, keys: &[&str]) -> Option<(&'a str, &'a str)> {
        self.info.iter().find(|(k, _)| keys.iter().any(|key| key.eq_ignore_ascii_case(k))).copied()
    }

    /// All INFO keys with their text, in order.
    pub fn infos(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.info.iter().copied()
    }

    /// A FORMAT field of the sample with this index; `None` if it is absent or missing.
    pub fn sample(&self, index: usize, key: &str) -> Option<&'a str> {
        let at = self.format.iter().position(|k| *k == key)?;
        self.samples.get(index)?.split(':').nth(at).filter(|v| !matches!(*v, "" | "."))
    }
}

/// Text of INFO with its escapes undone: `%3B` (4.3 on) and the `\x2c` of dbSNP's older files.
pub fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains(['%', '\\']) {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['%', '\\']) {
        plain.push_str(&rest[..at]);
        let skip = if rest.as_bytes()[at] == b'%' { 1 } else { 2 };
        let is_mark = skip == 1 || rest[at..].starts_with("\\x");
        let code =
            is_mark.then(|| rest.get(at + skip..at + skip + 2)).flatten().and_then(|h| u8::from_str_radix(h, 16).ok());
        match code.filter(u8::is_ascii) {
            Some(code) => {
                plain.push(char::from(code));
                rest = &rest[at + skip + 2..];
            }
            None => {
                plain.push_str(&rest[at..=at]);
                rest = &rest[at + 1..];
            }
        }
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

/// Reads a file line by line; every record that can be read goes to `each`.
pub fn read<'a>(
    text: &'a str,
    findings: &mut Findings,
    mut each: impl FnMut(&Header, Record<'a>, &mut Findings),
) -> Header {
    let meta_lines = &text[..text.find("\n#CHROM").unwrap_or(0)];
    let stated = genome_vcf::assembly_stated(meta_lines);
    let mut header = Header { assembly: stated.map(|a| a.name().to_owned()), ..Header::default() };
    let mut is_body = false;
    if !text.starts_with("##fileformat=VCF") {
        findings.add(
            Severity::Repaired,
            "vcf.no_fileformat",
            "",
            "the first line is not `##fileformat=…`; read as VCF 4",
            "",
        );
    }
    for (line, number) in text.lines().zip(1_u64..) {
        findings.at(number);
        match line {
            _ if line.trim().is_empty() => {}
            _ if line.starts_with("##") => meta(line, &mut header),
            _ if line.starts_with('#') => {
                is_body = true;
                header.line = number;
                header.samples = columns(line).skip(9).map(str::to_owned).collect();
            }
            _ => {
                if !is_body {
                    is_body = true;
                    let message = "there is no header line `#CHROM …`; the columns are taken in their usual order";
                    findings.add(Severity::Repaired, "vcf.no_header", "", message, "");
                }
                if let Some(record) = record(line, number, findings) {
                    each(&header, record, findings);
                }
            }
        }
    }
    header
}

/// Cells of a line; a line without tabs was pasted with blanks.
fn columns(line: &str) -> Box<dyn Iterator<Item = &str> + '_> {
    match line.contains('\t') {
        true => Box::new(line.split('\t')),
        false => Box::new(line.split_whitespace()),
    }
}

fn meta(line: &str, header: &mut Header) {
    let Some((key, value)) = line[2..].split_once('=') else { return };
    match key {
        "source" => value.clone_into(&mut header.source),
        "fileDate" => header.date = Some(value.to_owned()),
        _ => {}
    }
}

fn record<'a>(line: &'a str, number: u64, findings: &mut Findings) -> Option<Record<'a>> {
    let cells: Vec<&str> = columns(line).collect();
    if cells.len() < 5 {
        let message = format!("the line has {} columns; a record has at least 5", cells.len());
        findings.add(Severity::Error, "vcf.too_few_columns", "", message, "part the columns by tabs");
        return None;
    }
    if !line.contains('\t') {
        findings.add(Severity::Repaired, "vcf.blanks_for_tabs", "", "the columns are parted by blanks, not tabs", "");
    }
    let digits = cells[1].replace([',', ' '], "");
    let Ok(position) = digits.parse::<u64>() else {
        let message = format!("{} is not a position", shown(cells[1]));
        findings.add(Severity::Error, "vcf.bad_position", "POS", message, "write a whole number from 1");
        return None;
    };
    if digits.len() != cells[1].len() {
        findings.add(
            Severity::Repaired,
            "vcf.bad_position",
            "POS",
            format!("{} was read as {position}", shown(cells[1])),
            "",
        );
    }
    if cells[4].split(',').count() > MAX_ALLELES {
        let message = format!("the record has more than {MAX_ALLELES} alleles; the rest was not read");
        findings.add(Severity::Error, "vcf.too_many_alleles", "ALT", message, "split the record");
    }
    let cell = |at: usize| cells.get(at).copied().map_or("", |c| if c == "." { "" } else { c.trim() });
    let info = cell(7).split(';').filter(|item| !item.is_empty());
    Some(Record {
        line: number,
        contig: cells[0],
        position,
        id: cell(2),
        reference: cells[3].trim().to_ascii_uppercase(),
        alternates: cell(4).split(',').filter(|a| !a.is_empty() && *a != ".").take(MAX_ALLELES).collect(),
        filter: cell(6),
        info: info.map(|item| item.split_once('=').unwrap_or((item, ""))).collect(),
        format: cell(8).split(':').collect(),
        samples: cells.get(9..).unwrap_or_default().to_vec(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_of_both_kinds() {
        assert_eq!(unescaped("Breast-ovarian_cancer\\x2c_familial_2"), "Breast-ovarian_cancer,_familial_2");
        assert_eq!(unescaped("p.Thr1036%3D"), "p.Thr1036=");
        assert_eq!(unescaped("100%"), "100%");
        assert_eq!(unescaped("5%é\\xé"), "5%é\\xé");
    }
}
