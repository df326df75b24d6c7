//! Reads HGVS descriptions: recursive descent over bytes, without recursion that the text could deepen.
//!
//! [`cursor`] steps through the text; each part of a description is read in the file of its name.

mod amino_acid;
mod composition;
pub(crate) mod cursor;
pub mod fragment;
mod fusion;
mod inserted;
mod nucleotide;
mod position;
mod protein;
mod reference;

use std::str::FromStr;

use self::{
    composition::{Grammar, composition},
    cursor::{Cursor, Parsed},
    nucleotide::NucleotideGrammar,
    protein::ProteinGrammar,
};
use super::{Axis, Change, Composition, Count, Hgvs, NucleotideChange, ProteinChange, Reference, Variant};
use crate::expression::{ErrorCode, MAX_LENGTH, ParseError, Warning};

impl Hgvs {
    /// Reads a whole description. What is clear but not as recommended is read and remarked on.
    ///
    /// # Errors
    ///
    /// Where the text stops being HGVS, and what to write instead.
    pub fn parse(text: &str) -> Result<(Self, Vec<Warning>), ParseError> {
        check_length(text)?;
        let mut c = Cursor::new(text);
        let hgvs = hgvs(&mut c)?;
        c.expect_end()?;
        Ok((hgvs, c.into_warnings()))
    }
}

impl FromStr for Hgvs {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::parse(text).map(|(hgvs, _)| hgvs)
    }
}

/// Protein changes without a reference, as a title adds them in parentheses: `(p.Lys236=)`.
pub(crate) fn protein_annotation(c: &mut Cursor<'_>) -> Parsed<Composition<ProteinChange>> {
    let found = if c.eat("(p.") { composition(c, &ProteinGrammar)? } else { return Err(no_annotation(c)) };
    if c.eat(")") { Ok(found) } else { Err(no_annotation(c)) }
}

/// A reference alone, such as `NM_007294.4(BRCA1)` or `BRCA1`.
pub(crate) fn read_reference(text: &str) -> Parsed<Reference> {
    let mut c = Cursor::new(text);
    let reference = reference::reference(&mut c)?;
    c.expect_end()?;
    Ok(reference)
}

/// A protein change alone: `p.Lys236=` or `(p.Lys236=)`.
pub(crate) fn read_protein(text: &str) -> Parsed<Composition<ProteinChange>> {
    let mut c = Cursor::new(text);
    let found = if c.eat("p.") { composition(&mut c, &ProteinGrammar)? } else { protein_annotation(&mut c)? };
    c.expect_end()?;
    Ok(found)
}

/// A nucleotide change alone, without reference and axis: `76A>C`.
pub(crate) fn read_nucleotide_change(text: &str, axis: Axis) -> Parsed<NucleotideChange> {
    let mut c = Cursor::new(text);
    let change = NucleotideGrammar(axis).change(&mut c, None)?;
    c.expect_end()?;
    Ok(change)
}

fn no_annotation(c: &Cursor<'_>) -> ParseError {
    c.error(
        ErrorCode::TrailingText,
        "what follows the description is no protein change",
        "remove it, or write it as (p.Lys236=)",
    )
}

fn check_length(text: &str) -> Parsed<()> {
    if text.is_empty() {
        return Err(ParseError::new(
            ErrorCode::Empty,
            0,
            "there is no text",
            "enter a variant, such as NM_007294.4:c.68_69del",
        ));
    }
    if text.len() > MAX_LENGTH {
        return Err(ParseError::new(
            ErrorCode::TooLong,
            MAX_LENGTH,
            "the text is too long for a variant",
            "enter one variant at a time",
        ));
    }
    Ok(())
}

/// A description at the cursor, up to where it ends.
pub(crate) fn hgvs(c: &mut Cursor<'_>) -> Parsed<Hgvs> {
    if c.peek() == b'[' {
        return combination(c);
    }
    let start = c.mark();
    let several = c.rest().matches(':').count() > 1 && c.rest().contains(['/', ';', '^']);
    let found = one_reference(c);
    if !several || (found.is_ok() && c.is_at_end()) {
        return found;
    }
    // `NM_1.1:c.100A>G//NM_1.1:c.200C>T`: the second reference looked like a change, whole or in its first letters.
    let read = if found.is_ok() { c.offset() } else { 0 };
    c.back_to(start);
    if let Ok(combined) = combination(c)
        && c.offset() > read
    {
        return Ok(combined);
    }
    c.back_to(start);
    one_reference(c)
}

/// Changes that name their own reference each.
fn combination(c: &mut Cursor<'_>) -> Parsed<Hgvs> {
    Ok(Hgvs::Combination(composition(c, &VariantGrammar)?))
}

struct VariantGrammar;

impl Grammar for VariantGrammar {
    type Change = Variant;

    fn change(&self, c: &mut Cursor<'_>, _before: Option<&Variant>) -> Parsed<Variant> {
        let reference = reference::reference_and_colon(c)?;
        let change = match axis_or_protein(c, &reference)? {
            Some(axis) => {
                let change = composition::one(c, &NucleotideGrammar(axis))?;
                Change::Nucleotide { axis, changes: Composition::Single(change) }
            }
            None => Change::Protein(Composition::Single(composition::one(c, &ProteinGrammar)?)),
        };
        Ok(Variant { reference, change })
    }

    fn starts_group(&self, _c: &mut Cursor<'_>) -> Parsed<bool> {
        Ok(false)
    }

    fn repeat_elsewhere(&self, _like: &Variant, _copies: Count) -> Option<Variant> {
        None
    }

    fn predict(&self, change: &mut Variant) {
        match &mut change.change {
            Change::Nucleotide { changes, .. } => changes.visit_mut(&mut |c| c.predicted = true),
            Change::Protein(changes) => changes.visit_mut(&mut |c| c.predicted = true),
        }
    }
}

/// Changes of one reference, or a fusion that begins with it.
fn one_reference(c: &mut Cursor<'_>) -> Parsed<Hgvs> {
    if let Some(fusion) = fusion::between_genes(c)? {
        return Ok(fusion);
    }
    let reference = reference::reference_and_colon(c)?;
    let Some(axis) = axis_or_protein(c, &reference)? else {
        let change = Change::Protein(composition(c, &ProteinGrammar)?);
        return Ok(Hgvs::Variant(Variant { reference, change }));
    };
    // Only a fusion or a copied sequence has another colon: spare the rest a second reading.
    if c.rest().as_bytes().contains(&b':')
        && let Some(fusion) = fusion::beginning_with(c, &reference, axis)?
    {
        return Ok(fusion);
    }
    let changes = composition(c, &NucleotideGrammar(axis))?;
    Ok(Hgvs::Variant(Variant { reference, change: Change::Nucleotide { axis, changes } }))
}

/// `c.` and its like; `None` if no axis of nucleotides is here.
fn axis(c: &mut Cursor<'_>) -> Option<Axis> {
    if c.peek_at(1) != b'.' {
        return None;
    }
    let axis = match c.peek().to_ascii_lowercase() {
        b'g' => Axis::Genomic,
        b'c' => Axis::Coding,
        b'n' => Axis::NonCoding,
        b'r' => Axis::Rna,
        b'm' => Axis::Mitochondrial,
        b'o' => Axis::Circular,
        _ => return None,
    };
    if c.peek().is_ascii_uppercase() {
        c.warn(Warning::LetterCase);
    }
    c.skip(2);
    Some(axis)
}

/// The axis; `None` for `p.`.
fn axis_or_protein(c: &mut Cursor<'_>, reference: &Reference) -> Parsed<Option<Axis>> {
    let found = match axis(c) {
        Some(axis) => Some(axis),
        None if c.eat_word("p.") => None,
        None => {
            return Err(c.error(
                ErrorCode::Axis,
                "the sort of position is not named",
                "write g., m., o., c., n., r. or p. behind the colon",
            ));
        }
    };
    reference::remark_on_axis(c, reference, found);
    Ok(found)
}
