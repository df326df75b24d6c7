//! Findings of arrays: `arr[GRCh38] 16p11.2(29580020_30176508)x1`, and ClinVar's titles
//! `GRCh37/hg19 16p11.2(chr16:29580020-30176508)x1`.

use super::{ArrayFinding, Band};
use crate::{
    assembly::Assembly,
    contig::Contig,
    expression::{RegionChange, leading_assembly, number},
};

/// Reads findings separated by commas; `None` if the text is none.
pub(super) fn recognise(text: &str) -> Option<Vec<ArrayFinding>> {
    let (method, rest) = match text.split_at_checked(3)? {
        (method, rest) if ["arr", "seq", "ogm"].contains(&method.to_ascii_lowercase().as_str()) => {
            (true, rest.trim_start())
        }
        _ => (false, text),
    };
    let (assembly, rest, _) = leading_assembly(rest);
    if !method && assembly.is_none() && !rest.contains('(') {
        return None;
    }
    let mut findings = Vec::new();
    let mut rest = rest.trim_start();
    loop {
        let (finding, after) = finding(rest, assembly)?;
        findings.push(finding);
        rest = after.trim_start();
        if rest.is_empty() {
            break;
        }
        rest = rest.strip_prefix(',')?.trim_start();
    }
    Some(findings)
}

/// `16p11.2p12.1(29580020_30176508)x1`, `(X)x1`.
fn finding(text: &str, assembly: Option<Assembly>) -> Option<(ArrayFinding, &str)> {
    let (contig, bands, rest) = place(text)?;
    let (region, rest) = match rest.strip_prefix('(') {
        Some(inner) => {
            let (region, rest) = inner.split_once(')')?;
            (Some(self::region(region, contig)?), rest)
        }
        None => (None, rest),
    };
    let end = rest.find(',').unwrap_or(rest.len());
    let (change, rest) = rest.split_at(end);
    let change = change.trim().trim_end_matches(" dn").trim_end_matches(" mat").trim_end_matches(" pat");
    let change = RegionChange::from_word(change)?;
    let copies = matches!(change, RegionChange::Copies(..));
    (copies || region.is_some()).then_some((ArrayFinding { assembly, contig, bands, region, change }, rest))
}

type Bands = Option<(Band, Band)>;

fn place(text: &str) -> Option<(Contig, Bands, &str)> {
    if let Some(inner) = text.strip_prefix('(') {
        let (contig, rest) = inner.split_once(')')?;
        return Some((Contig::from_name(contig.as_bytes())?, None, rest));
    }
    let (contig, bands, rest) = bands(text)?;
    Some((contig, Some(bands), rest))
}

/// `16p11.2`, `16p11.2p12.1`, `22q11.21-q11.23`: a chromosome with one or two bands, and what follows.
pub(super) fn bands(text: &str) -> Option<(Contig, (Band, Band), &str)> {
    let length = text.bytes().position(|b| matches!(b, b'p' | b'q'))?;
    let contig = Contig::from_name(&text.as_bytes()[..length])?;
    let (first, rest) = Band::leading(&text[length..])?;
    let next = rest.strip_prefix('-').unwrap_or(rest);
    match Band::leading(next) {
        Some((last, rest)) => Some((contig, (first, last), rest)),
        None => Some((contig, (first.clone(), first), rest)),
    }
}

/// `29580020_30176508`, `29,580,020-30,176,508`, `chr16:29580020-30176508`.
fn region(text: &str, contig: Contig) -> Option<(u64, u64)> {
    let text = match text.split_once(':') {
        Some((name, rest)) => (Contig::from_name(name.as_bytes()) == Some(contig)).then_some(rest)?,
        None => text,
    };
    let (start, rest) = number(text)?;
    let (end, rest) = number(rest.strip_prefix(['_', '-'])?)?;
    (rest.is_empty() && start > 0 && start <= end).then_some((start, end))
}
