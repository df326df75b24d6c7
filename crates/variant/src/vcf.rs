//! A variant as a VCF row's first columns: `17-43045712-T-C`, `chr17:43045712:T:C`, tab-separated (VCF 4.5 §1.6).
//!
//! Positions are 1-based. VCF's convention is leftmost with an anchor base; what is read may be written otherwise.

use std::fmt;

use crate::{
    assembly::Assembly,
    contig::Contig,
    digest::RefgetAccession,
    interbase::Interval,
    normalize::Normalized,
    replacement::Replacement,
    residues::Residues,
    sequence::{SequenceError, SequenceSource},
};

/// Chromosome, position, reference and alternate allele, neither of them empty.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VcfAllele {
    contig: Contig,
    position: u64,
    reference: Residues,
    alternate: Residues,
}

/// A VCF allele in text, with the assembly when the text names one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct VcfExpression {
    /// The assembly in front of the chromosome, as in `GRCh37-17-41197729-A-G`.
    pub assembly: Option<Assembly>,
    /// The allele.
    pub allele: VcfAllele,
}

/// The text is not a VCF allele.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VcfAlleleError {
    /// Not chromosome, position, reference and alternate.
    #[error("chromosome, position, reference and alternate are expected, as in `17-43045712-T-C`")]
    Form,
    /// No such chromosome.
    #[error("unknown chromosome `{0}`: use 1 to 22, X, Y or MT")]
    Contig(String),
    /// Not a position.
    #[error("`{0}` is not a VCF position: a whole number from 1 is expected")]
    Position(String),
    /// Several alternates.
    #[error("`{0}` holds several alternate alleles: give one at a time")]
    SeveralAlternates(String),
    /// An allele that is not written out in bases.
    #[error(
        "the allele `{0}` is not written in bases A, C, G, T, N; in VCF an insertion or deletion repeats the base before it, as in `17-43045711-CT-C`"
    )]
    Bases(String),
}

impl VcfAllele {
    /// A VCF allele; the position is 1-based, the first of the reference bases.
    pub fn new(
        contig: Contig,
        position: u64,
        reference: Residues,
        alternate: Residues,
    ) -> Result<Self, VcfAlleleError> {
        if position == 0 || position.checked_add(reference.length()).is_none() {
            return Err(VcfAlleleError::Position(position.to_string()));
        }
        for allele in [&reference, &alternate] {
            if allele.is_empty() || !allele.are_nucleotides() {
                return Err(VcfAlleleError::Bases(excerpt(allele.as_str())));
            }
        }
        Ok(Self { contig, position, reference, alternate })
    }

    /// The chromosome.
    pub const fn contig(&self) -> Contig {
        self.contig
    }

    /// 1-based position of the first reference base.
    pub const fn position(&self) -> u64 {
        self.position
    }

    /// Reference bases, at least one.
    pub const fn reference(&self) -> &Residues {
        &self.reference
    }

    /// Alternate bases, at least one.
    pub const fn alternate(&self) -> &Residues {
        &self.alternate
    }

    /// The same change as a replacement on the chromosome's sequence.
    pub fn replacement(&self, assembly: Assembly) -> Replacement {
        let sequence = self.contig.on(assembly).refget();
        let (reference, alternate) = (self.reference.clone(), self.alternate.clone());
        Replacement::new(sequence, self.position - 1, reference, alternate).expect("checked when made")
    }

    /// The leftmost form of a normalised change, with the base before it where an allele would be empty (the base
    /// after it at the very start of the sequence). A change of nothing keeps its residues.
    pub fn leftmost(source: &impl SequenceSource, contig: Contig, change: &Normalized) -> Result<Self, SequenceError> {
        let left = change.leftmost();
        let sequence = *left.sequence();
        let (mut start, mut reference, mut alternate) =
            (left.interval().start(), left.deleted().to_string(), left.inserted().to_string());
        if reference.is_empty() || alternate.is_empty() {
            if start > 0 {
                start -= 1;
                let anchor = base_at(source, &sequence, start)?;
                reference.insert(0, anchor);
                alternate.insert(0, anchor);
            } else {
                let anchor = base_at(source, &sequence, left.interval().end())?;
                reference.push(anchor);
                alternate.push(anchor);
            }
        }
        let residues = |text: String| Residues::try_from(text).expect("made of residues");
        Ok(Self { contig, position: start + 1, reference: residues(reference), alternate: residues(alternate) })
    }
}

impl fmt::Display for VcfAllele {
    /// gnomAD style: `17-43045712-T-C`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{}-{}", self.contig, self.position, self.reference, self.alternate)
    }
}

impl std::str::FromStr for VcfExpression {
    type Err = VcfAlleleError;

    /// Reads four parts separated by `-`, `:`, `_`, `/`, white space or `>`, after an optional assembly.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_separator = |c: char| matches!(c, '-' | ':' | '_' | '/' | '>' | '|') || c.is_whitespace();
        // Two dashes would be a position below zero, or an allele that is not there.
        if text.contains("--") {
            return Err(VcfAlleleError::Form);
        }
        let mut parts: Vec<&str> = text.trim().splitn(8, is_separator).filter(|part| !part.is_empty()).collect();
        let assembly = parts.first().and_then(|first| assembly_name(first));
        if assembly.is_some() {
            parts.remove(0);
        }
        let [contig, position, alleles @ ..] = parts.as_slice() else { return Err(VcfAlleleError::Form) };
        let contig = contig.parse().map_err(|_| VcfAlleleError::Contig(excerpt(contig)))?;
        let (position, joined) = split_position(position);
        let position = position.parse().map_err(|_| VcfAlleleError::Position(excerpt(position)))?;
        let (reference, alternate) = match (joined, alleles) {
            ("", &[reference, alternate]) => (reference, alternate),
            (reference, &[alternate]) if !reference.is_empty() => (reference, alternate),
            _ => return Err(VcfAlleleError::Form),
        };
        if alternate.contains(',') {
            return Err(VcfAlleleError::SeveralAlternates(excerpt(alternate)));
        }
        let bases = |text: &str| text.parse::<Residues>().map_err(|_| VcfAlleleError::Bases(excerpt(text)));
        let allele = VcfAllele::new(contig, position, bases(reference)?, bases(alternate)?)?;
        Ok(Self { assembly, allele })
    }
}

/// An assembly's name with letters in it; a bare `37` or `38` would be a chromosome number gone wrong.
fn assembly_name(text: &str) -> Option<Assembly> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) { None } else { text.parse().ok() }
}

/// `43045712T` as position and reference base, as in `chr17:43045712T>C`.
fn split_position(text: &str) -> (&str, &str) {
    text.split_at(text.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len()))
}

fn base_at(source: &impl SequenceSource, sequence: &RefgetAccession, at: u64) -> Result<char, SequenceError> {
    let one = Interval::at(at, 1).expect("inside the sequence");
    Ok(char::from(source.residues(sequence, one)?[0]))
}

fn excerpt(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{normalize::normalize, sequence::MemorySequences};

    fn read(text: &str) -> (Option<Assembly>, String) {
        let expression: VcfExpression = text.parse().expect(text);
        (expression.assembly, expression.allele.to_string())
    }

    #[test]
    fn the_ways_people_write_it_are_one() {
        for text in [
            "17-43045712-T-C",
            "chr17-43045712-t-c",
            "17:43045712:T:C",
            "chr17:43045712T>C",
            "chr17:43045712:T>C",
            "17_43045712_T/C",
            "17\t43045712\tT\tC",
            " 17 43045712 T C ",
        ] {
            assert_eq!(read(text), (None, "17-43045712-T-C".to_owned()), "{text}");
        }
        assert_eq!(read("chrM-73-A-G").1, "MT-73-A-G");
    }

    #[test]
    fn an_assembly_may_stand_in_front() {
        assert_eq!(read("GRCh37-17-41197729-A-G").0, Some(Assembly::Grch37));
        assert_eq!(read("hg38:17:43045712:T:C").0, Some(Assembly::Grch38));
    }

    #[test]
    fn what_is_no_allele_is_refused_with_the_reason() {
        for (text, message) in [
            ("", "are expected"),
            ("17-43045712-T", "are expected"),
            ("17-43045712-T-C-G", "are expected"),
            ("23-1-T-C", "unknown chromosome `23`"),
            ("17-0-T-C", "`0` is not a VCF position"),
            ("17-99999999999999999999-T-C", "is not a VCF position"),
            ("17-1-T-C,G", "several alternate"),
            ("17-1-T-<DEL>", "not written in bases"),
            ("17-1-T-*", "not written in bases"),
            ("17-1-T--", "are expected"),
            ("17--5-A-G", "are expected"),
            ("17-1-T-E", "not written in bases"),
        ] {
            let error = text.parse::<VcfExpression>().expect_err(text);
            assert!(error.to_string().contains(message), "{text}: {error}");
        }
    }

    #[test]
    fn an_indel_is_written_leftmost_with_its_anchor() {
        let mut sequences = MemorySequences::new();
        let id = sequences.add(b"GACACATT");
        let check = |start, deleted: &str, inserted: &str, expected: &str| {
            let (deleted, inserted) = (deleted.parse().expect("bases"), inserted.parse().expect("bases"));
            let change = Replacement::new(id, start, deleted, inserted).expect("fits");
            let normalized = normalize(&sequences, &change).expect("loaded");
            let allele = VcfAllele::leftmost(&sequences, Contig::X, &normalized).expect("loaded");
            assert_eq!(allele.to_string(), expected);
        };
        check(3, "AC", "", "X-1-GAC-G");
        check(5, "", "AC", "X-1-G-GAC");
        check(0, "G", "", "X-1-GA-A");
        check(8, "", "T", "X-6-A-AT");
        check(2, "CA", "CT", "X-4-A-T");
        check(2, "CA", "CA", "X-3-CA-CA");
    }
}
