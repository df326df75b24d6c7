//! Reads what stands before the colon.

use super::cursor::{Cursor, Parsed};
use crate::{
    assembly::Assembly,
    contig::Contig,
    expression::{ErrorCode, ParseError, Warning},
    hgvs::{Accession, AccessionKind, Axis, Reference, Selector, Text},
};

const REFERENCE_REMEDY: &str = "begin with a reference sequence and a colon, such as NM_007294.4:c.68_69del";

/// A reference and the colon behind it.
pub(super) fn reference_and_colon(c: &mut Cursor<'_>) -> Parsed<Reference> {
    let reference = reference(c)?;
    if c.eat(":") {
        return Ok(reference);
    }
    Err(c.error(ErrorCode::ReferenceMissing, "there is no colon behind a reference sequence", REFERENCE_REMEDY))
}

/// `NM_007294.4`, `NM_007294.4(BRCA1)`, `NG_012232.1(NM_004006.2)`, `GRCh38(chr17)`, `chr17`, `BRCA1`.
pub(super) fn reference(c: &mut Cursor<'_>) -> Parsed<Reference> {
    let start = c.offset();
    let name = c.take_while(is_name);
    if name.is_empty() {
        return Err(c.error(ErrorCode::ReferenceMissing, "there is no reference sequence", REFERENCE_REMEDY));
    }
    let inner_start = c.offset() + 1;
    let inner = if c.eat("(") {
        let inner = c.take_while(is_name);
        if inner.is_empty() || !c.eat(")") {
            return Err(ParseError::new(
                ErrorCode::ReferenceMalformed,
                inner_start,
                "the parentheses behind the reference sequence hold no gene and no transcript",
                "write NM_007294.4(BRCA1) or NG_012232.1(NM_004006.2)",
            ));
        }
        Some(inner)
    } else {
        None
    };
    combine(c, name, inner, start, inner_start)
}

fn combine(c: &mut Cursor<'_>, name: &str, inner: Option<&str>, start: usize, inner_start: usize) -> Parsed<Reference> {
    let Some(inner) = inner else { return simple(c, name, start) };
    if let (Ok(assembly), Some(contig)) = (name.parse::<Assembly>(), Contig::from_name(inner.as_bytes())) {
        c.warn(Warning::ChromosomeAsReference);
        return Ok(Reference::Chromosome { contig, assembly: Some(assembly) });
    }
    if let Some(accession) = accession(c, name, start)? {
        let selector = match self::accession(c, inner, inner_start)? {
            Some(inner) => Selector::Sequence(inner),
            None => Selector::Gene(gene(inner, inner_start)?),
        };
        return Ok(Reference::Sequence { accession, selector: Some(selector) });
    }
    let gene = gene(name, start)?;
    let Some(accession) = accession(c, inner, inner_start)? else {
        return Err(ParseError::new(
            ErrorCode::ReferenceMalformed,
            start,
            format!("neither `{name}` nor `{inner}` is a reference sequence"),
            REFERENCE_REMEDY,
        ));
    };
    c.warn(Warning::SelectorSwapped);
    Ok(Reference::Sequence { accession, selector: Some(Selector::Gene(gene)) })
}

fn simple(c: &mut Cursor<'_>, name: &str, start: usize) -> Parsed<Reference> {
    if let Some(accession) = accession(c, name, start)? {
        return Ok(Reference::sequence(accession));
    }
    if let Some(contig) = Contig::from_name(name.as_bytes()) {
        c.warn(Warning::ChromosomeAsReference);
        c.warn(Warning::AssemblyMissing);
        return Ok(Reference::Chromosome { contig, assembly: None });
    }
    c.warn(Warning::GeneAsReference);
    Ok(Reference::Gene(gene(name, start)?))
}

const fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-')
}

/// An accession if the text has the form of one: a version, or a known pattern.
pub(super) fn accession(c: &mut Cursor<'_>, text: &str, start: usize) -> Parsed<Option<Accession>> {
    let (name, version) = match text.split_once('.') {
        Some((name, version)) => (name, Some(version)),
        None => (text, None),
    };
    let has_form = version.is_some() || is_refseq_or_lrg(name) || is_ensembl(name) || is_genbank(name);
    if !has_form || name.contains('-') {
        return Ok(None);
    }
    let malformed = |message: &'static str| {
        ParseError::new(ErrorCode::ReferenceMalformed, start, message, "write it as NM_007294.4")
    };
    if !name.as_bytes()[..1.min(name.len())].iter().all(u8::is_ascii_alphabetic)
        || name.is_empty()
        || name.ends_with('_')
    {
        return Err(malformed("this is not an accession"));
    }
    let version = match version {
        None => None,
        Some(digits) if !digits.is_empty() && digits.len() <= 4 && digits.bytes().all(|b| b.is_ascii_digit()) => {
            digits.parse().ok()
        }
        Some(_) => return Err(malformed("the version of the accession is not a number")),
    };
    let accession = Accession { name: spelled(c, name), version };
    if accession.lacks_version() {
        c.warn(Warning::VersionMissing);
    }
    Ok(Some(accession))
}

/// Accessions are in capitals, but for the `t` and `p` of LRG.
fn spelled(c: &mut Cursor<'_>, name: &str) -> Text {
    if !name.bytes().any(|b| b.is_ascii_lowercase()) || name.starts_with("LRG_") {
        return name.into();
    }
    let known = name.get(..3).is_some_and(|p| p.ends_with('_') || p.eq_ignore_ascii_case("ENS"));
    if !known {
        return name.into();
    }
    c.warn(Warning::LetterCase);
    name.to_ascii_uppercase().into()
}

/// `NM_007294`, `LRG_292t1`. Not `SDHD_v001`, which selects the transcript of a gene.
fn is_refseq_or_lrg(name: &str) -> bool {
    name.as_bytes().get(2) == Some(&b'_') || name.starts_with("LRG_")
}

fn is_ensembl(name: &str) -> bool {
    let bytes = name.as_bytes();
    bytes.len() >= 15 && bytes[..3].eq_ignore_ascii_case(b"ENS") && bytes[4..].iter().all(u8::is_ascii_digit)
}

/// `L37425`, `AB026906`: one letter and five digits, or two and six or eight.
fn is_genbank(name: &str) -> bool {
    let letters = name.bytes().take_while(u8::is_ascii_uppercase).count();
    let digits = name.len() - letters;
    name.bytes().skip(letters).all(|b| b.is_ascii_digit()) && matches!((letters, digits), (1, 5) | (2, 6 | 8))
}

/// A gene symbol: letters, digits and hyphens, a letter first.
pub(super) fn gene(text: &str, start: usize) -> Parsed<Text> {
    let fits =
        text.len() <= 40 && text.bytes().next().is_some_and(|b| b.is_ascii_alphabetic()) && text.bytes().all(is_name);
    if fits {
        return Ok(text.into());
    }
    Err(ParseError::new(
        ErrorCode::ReferenceMalformed,
        start,
        "this names neither a reference sequence nor a gene",
        REFERENCE_REMEDY,
    ))
}

/// Remarks on an axis that does not belong to the sort of sequence.
pub(super) fn remark_on_axis(c: &mut Cursor<'_>, reference: &Reference, axis: Option<Axis>) {
    let Reference::Sequence { accession, selector } = reference else { return };
    let kind = accession.kind();
    let genomic = matches!(kind, AccessionKind::Chromosome | AccessionKind::Genomic);
    let fits = match axis {
        _ if kind == AccessionKind::Other => true,
        None => kind == AccessionKind::Protein,
        Some(Axis::Genomic | Axis::Mitochondrial | Axis::Circular) => genomic,
        Some(_) => kind != AccessionKind::Protein,
    };
    if !fits {
        c.warn(Warning::AxisDoesNotFit);
    } else if genomic && axis.is_some_and(Axis::is_transcript) && !matches!(selector, Some(Selector::Sequence(_))) {
        c.warn(Warning::TranscriptNotNamed);
    }
}
