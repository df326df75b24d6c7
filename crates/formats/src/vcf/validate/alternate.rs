//! One allele of the ALT column (clause 1.4.1, 5.3 and 5.4).

use super::version::Version;
use crate::vcf::is_bases;

/// What an alternate allele is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allele {
    /// Bases that replace the reference.
    Bases,
    /// `<DEL>` and its kin, `*`, breakends, and the missing allele.
    Other,
}

/// Reads an allele; `None` if it is none of the forms of the specification.
pub fn read(text: &str, version: Version) -> Option<Allele> {
    if is_bases(text) {
        return Some(Allele::Bases);
    }
    let other = match text.as_bytes().first()? {
        b'*' => text == "*",
        b'<' => is_symbolic(text),
        _ if text.contains(['[', ']']) => is_breakend(text, version),
        b'.' => text == "." || is_bases(&text[1..]),
        _ => text.strip_suffix('.').is_some_and(is_bases),
    };
    other.then_some(Allele::Other)
}

fn is_symbolic(text: &str) -> bool {
    let Some(id) = text.strip_prefix('<').and_then(|t| t.strip_suffix('>')) else {
        return false;
    };
    !id.is_empty() && id.bytes().all(|b| b.is_ascii_graphic() && !b"<>,".contains(&b))
}

/// `t[p[`, `t]p]`, `]p]t` or `[p[t`, where p is `chromosome:position` or `<contig>:position`.
fn is_breakend(text: &str, version: Version) -> bool {
    let Some(open) = text.find(['[', ']']) else {
        return false;
    };
    let bracket = text.as_bytes()[open] as char;
    let Some(close) = text[open + 1..].find(bracket).map(|at| open + 1 + at) else {
        return false;
    };
    let (before, mate, after) = (&text[..open], &text[open + 1..close], &text[close + 1..]);
    let joined = match (before.is_empty(), after.is_empty()) {
        (true, false) => after,
        (false, true) => before,
        _ => return false,
    };
    let Some((contig, position)) = mate.rsplit_once(':') else {
        return false;
    };
    let name = contig.strip_prefix('<').and_then(|c| c.strip_suffix('>')).unwrap_or(contig);
    (is_bases(joined) || joined == ".")
        && version.accepts_contig(name)
        && !position.is_empty()
        && position.bytes().all(|b| b.is_ascii_digit())
}
