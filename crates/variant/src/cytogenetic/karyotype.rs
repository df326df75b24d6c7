//! Karyotypes, single abnormalities, and plain words for them.

use super::{Abnormality, ArrayFinding, Band, CellLine, Cytogenetic, Rearrangement, array};
use crate::{contig::Contig, expression::RegionChange};

/// Reads a karyotype, an abnormality, or words such as `17q21.31 deletion`; `None` if the text is none of these.
pub(super) fn recognise(text: &str) -> Option<Cytogenetic> {
    if let Some(karyotype) = karyotype(text) {
        return Some(karyotype);
    }
    if let Some(found) = words(text) {
        return Some(found);
    }
    let (found, rest) = abnormality(text)?;
    // A sign and a number alone are too little to be a chromosome.
    rest.is_empty().then_some(Cytogenetic::Abnormality(found))
}

/// `46,XY,del(5)(q13q33)`, `mos 45,X[10]/46,XX[20]`.
fn karyotype(text: &str) -> Option<Cytogenetic> {
    let text = text.strip_prefix("mos ").unwrap_or(text);
    let lines: Vec<CellLine> = text.split('/').map(cell_line).collect::<Option<_>>()?;
    let normal = |line: &CellLine| {
        line.chromosomes == 46 && matches!(line.sex.as_str(), "XX" | "XY") && line.abnormalities.is_empty()
    };
    if lines.iter().all(normal) {
        return None;
    }
    Some(Cytogenetic::Karyotype(lines))
}

fn cell_line(text: &str) -> Option<CellLine> {
    let (text, cells) = match text.trim().strip_suffix(']').and_then(|t| t.rsplit_once('[')) {
        Some((text, cells)) => (text, Some(cells.parse().ok()?)),
        None => (text.trim(), None),
    };
    let (chromosomes, rest) = text.split_once(',')?;
    let chromosomes = chromosomes.parse().ok().filter(|n| (20..=250).contains(n))?;
    if rest.ends_with(',') {
        return None;
    }
    let (sex, mut rest) = rest.split_once(',').unwrap_or((rest, ""));
    let sex = sex.trim();
    if sex.is_empty() || sex.len() > 6 || !sex.bytes().all(|b| matches!(b, b'X' | b'Y' | b'U' | b'?')) {
        return None;
    }
    let mut abnormalities = Vec::new();
    while !rest.is_empty() {
        let (found, after) = abnormality(rest.trim_start())?;
        abnormalities.push(found);
        rest = match after.strip_prefix(',') {
            Some(more) => more,
            None if after.is_empty() => after,
            None => return None,
        };
    }
    Some(CellLine { chromosomes, sex: sex.into(), abnormalities, cells })
}

/// One abnormality at the start of the text, and what follows.
fn abnormality(text: &str) -> Option<(Abnormality, &str)> {
    let (sign, body) = match text.bytes().next()? {
        sign @ (b'+' | b'-') => (Some(char::from(sign)), &text[1..]),
        _ => (None, text),
    };
    let kind = Rearrangement::ALL
        .into_iter()
        .find(|kind| body.strip_prefix(kind.symbol()).is_some_and(|rest| rest.starts_with('(')));
    let Some(kind) = kind else { return whole_chromosome(sign?, body) };
    let (inner, rest) = body[kind.symbol().len() + 1..].split_once(')')?;
    let chromosomes: Vec<Contig> =
        inner.split(';').map(|name| Contig::from_name(name.trim().as_bytes())).collect::<Option<_>>()?;
    let (bands, rest) = match rest.strip_prefix('(') {
        Some(inner) => {
            let (inner, rest) = inner.split_once(')')?;
            (inner.split(';').map(band_list).collect::<Option<Vec<_>>>()?, rest)
        }
        None => (Vec::new(), rest),
    };
    let several = matches!(kind, Rearrangement::Translocation | Rearrangement::RobertsonianTranslocation);
    let fits = if several { chromosomes.len() > 1 } else { !chromosomes.is_empty() };
    let without_bands =
        matches!(kind, Rearrangement::Ring | Rearrangement::Derivative | Rearrangement::RobertsonianTranslocation);
    if !fits
        || (bands.is_empty() && !without_bands)
        || (several && !bands.is_empty() && bands.len() != chromosomes.len())
    {
        return None;
    }
    Some((Abnormality::Rearranged { sign, kind, chromosomes, bands }, inheritance(rest)))
}

/// What follows `dn`, `mat`, `pat`, which say where the abnormality comes from and not what it is.
fn inheritance(text: &str) -> &str {
    ["dmat", "dpat", "dn", "mat", "pat"]
        .into_iter()
        .find_map(|word| text.trim_start().strip_prefix(word))
        .unwrap_or(text)
}

fn whole_chromosome(sign: char, text: &str) -> Option<(Abnormality, &str)> {
    let length = text.bytes().position(|b| !b.is_ascii_alphanumeric()).unwrap_or(text.len());
    let contig = Contig::from_name(&text.as_bytes()[..length])?;
    let found = if sign == '+' { Abnormality::Gained(contig) } else { Abnormality::Lost(contig) };
    Some((found, inheritance(&text[length..])))
}

fn band_list(text: &str) -> Option<Vec<Band>> {
    let mut bands = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (band, after) = Band::leading(rest)?;
        bands.push(band);
        rest = after;
    }
    (!bands.is_empty()).then_some(bands)
}

/// `17q21.31 deletion`, `del 22q11.2`, `22q11.2 microdeletion`, `trisomy 21`, `monosomy X`.
fn words(text: &str) -> Option<Cytogenetic> {
    let mut words = text.split_whitespace();
    let (first, second) = (words.next()?, words.next()?);
    if words.next().is_some_and(|third| !third.eq_ignore_ascii_case("syndrome")) || words.next().is_some() {
        return None;
    }
    match first.to_ascii_lowercase().as_str() {
        "trisomy" => return Some(Cytogenetic::Abnormality(Abnormality::Gained(Contig::from_name(second.as_bytes())?))),
        "monosomy" => return Some(Cytogenetic::Abnormality(Abnormality::Lost(Contig::from_name(second.as_bytes())?))),
        _ => {}
    }
    let (place, change) = match band_change(first) {
        Some(change) => (second, change),
        None => (first, band_change(second)?),
    };
    let (contig, bands, rest) = array::bands(place)?;
    if !rest.is_empty() {
        return None;
    }
    let kind = match change {
        RegionChange::Deletion => Rearrangement::Deletion,
        RegionChange::Duplication => Rearrangement::Duplication,
        RegionChange::Inversion => Rearrangement::Inversion,
        _ => {
            return Some(Cytogenetic::Array(vec![ArrayFinding {
                assembly: None,
                contig,
                bands: Some(bands),
                region: None,
                change,
            }]));
        }
    };
    let (first, last) = bands;
    let list = if first == last { vec![first] } else { vec![first, last] };
    Some(Cytogenetic::Abnormality(Abnormality::Rearranged {
        sign: None,
        kind,
        chromosomes: vec![contig],
        bands: vec![list],
    }))
}

fn band_change(word: &str) -> Option<RegionChange> {
    let lower = word.to_ascii_lowercase();
    RegionChange::from_word(lower.strip_prefix("micro").unwrap_or(&lower))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, canonical: &str) {
        let read = |text| Cytogenetic::recognise(text).unwrap_or_else(|| panic!("`{text}`"));
        let found = read(text);
        assert_eq!(found.to_string(), canonical);
        assert_eq!(read(canonical), found);
    }

    #[test]
    fn karyotypes() {
        for text in [
            "46,XY,del(5)(q13q33)",
            "47,XX,+21",
            "45,X",
            "46,XX,t(9;22)(q34;q11.2)",
            "46,XY,inv(16)(p13.1q22)",
            "46,X,i(X)(q10)",
            "46,XY,r(20)",
            "mos 45,X[10]/46,XX[20]",
        ] {
            check(text, text);
        }
        check("45,XX,der(14;21)(q10;q10)mat", "45,XX,der(14;21)(q10;q10)");
    }

    #[test]
    fn abnormalities_alone_and_in_words() {
        check("del(5)(q13q33)", "del(5)(q13q33)");
        check("t(9;22)(q34;q11.2)", "t(9;22)(q34;q11.2)");
        check("17q21.31 deletion", "del(17)(q21.31)");
        check("22q11.2 microdeletion syndrome", "del(22)(q11.2)");
        check("dup 15q11q13", "dup(15)(q11q13)");
        check("trisomy 21", "+21");
        check("monosomy X", "-X");
    }

    #[test]
    fn arrays() {
        check("arr[GRCh38] 16p11.2(29580020_30176508)x1", "arr[GRCh38] 16p11.2(29580020_30176508)x1");
        check("arr[hg19] 16p11.2(29,580,020-30,176,508)x1 dn", "arr[GRCh37] 16p11.2(29580020_30176508)x1");
        check("GRCh37/hg19 16p11.2(chr16:29580020-30176508)x1", "arr[GRCh37] 16p11.2(29580020_30176508)x1");
        check("arr[GRCh38] 1q21.1q21.2(1_2)x3,(X)x1", "arr[GRCh38] 1q21.1q21.2(1_2)x3,(X)x1");
    }

    #[test]
    fn other_texts_are_none() {
        for text in [
            "46,XX",
            "46,XQ",
            "del(5)",
            "t(9)(q34)",
            "del(99)(q1)",
            "46,XY,",
            "16p11.2",
            "BRCA1 deletion",
            "arr[GRCh38] 16p11.2(2_1)x1",
            "+",
        ] {
            assert_eq!(Cytogenetic::recognise(text), None, "{text}");
        }
    }
}
