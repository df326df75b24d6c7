//! Reads amino acid codes, three letters or one, and in the wrong case where that is unmistakable.

use super::cursor::Cursor;
use crate::{expression::Warning, hgvs::AminoAcid};

/// Three letters as HGVS writes them, or one capital letter, or `*`.
pub(super) fn amino_acid(c: &mut Cursor<'_>) -> Option<AminoAcid> {
    three_letters(c).or_else(|| one_letter(c))
}

/// An amino acid that a number follows, as in a position. Any case.
pub(super) fn before_number(c: &mut Cursor<'_>) -> Option<AminoAcid> {
    let is_number = |c: &Cursor<'_>, ahead: usize| c.peek_at(ahead).is_ascii_digit();
    if is_number(c, 1) {
        return one_letter(c).or_else(|| one_letter_any_case(c));
    }
    if is_number(c, 3) {
        return three_letters(c).or_else(|| three_letters_any_case(c));
    }
    None
}

/// An amino acid that is the whole of what a position changes to. Any case; a lone `X` is a stop of older days.
pub(super) fn as_result(c: &mut Cursor<'_>) -> Option<AminoAcid> {
    let ends = |c: &Cursor<'_>, ahead: usize| {
        !c.peek_at(ahead).is_ascii_alphabetic() || matches!(c.peek_at(ahead), b'f' | b'e')
    };
    if let Some(found) = three_letters(c) {
        return Some(found);
    }
    if ends(c, 3)
        && let Some(found) = three_letters_any_case(c)
    {
        return Some(found);
    }
    if c.peek() == b'X' {
        c.skip(1);
        c.warn(Warning::OlderForm);
        return Some(AminoAcid::Ter);
    }
    one_letter(c).or_else(|| if ends(c, 1) { one_letter_any_case(c) } else { None })
}

/// Amino acids one after the other, all in three letters or all in one; empty if none is here.
pub(super) fn sequence(c: &mut Cursor<'_>) -> Vec<AminoAcid> {
    let mut found = Vec::new();
    while let Some(amino_acid) = three_letters(c) {
        found.push(amino_acid);
        if c.peek() == b'*' {
            c.skip(1);
            found.push(AminoAcid::Ter);
        }
    }
    if found.is_empty() {
        while let Some(amino_acid) = one_letter(c) {
            found.push(amino_acid);
        }
    }
    found
}

fn three_letters(c: &mut Cursor<'_>) -> Option<AminoAcid> {
    if !c.peek_at(1).is_ascii_lowercase() {
        return None;
    }
    let found = AminoAcid::from_three_letters([c.peek(), c.peek_at(1), c.peek_at(2)])?;
    c.skip(3);
    Some(found)
}

fn three_letters_any_case(c: &mut Cursor<'_>) -> Option<AminoAcid> {
    let code = [c.peek().to_ascii_uppercase(), c.peek_at(1).to_ascii_lowercase(), c.peek_at(2).to_ascii_lowercase()];
    let found = AminoAcid::from_three_letters(code)?;
    c.skip(3);
    c.warn(Warning::LetterCase);
    Some(found)
}

fn one_letter(c: &mut Cursor<'_>) -> Option<AminoAcid> {
    let found = AminoAcid::from_one_letter(c.peek())?;
    c.skip(1);
    if found != AminoAcid::Ter {
        c.warn(Warning::OneLetterCode);
    }
    Some(found)
}

fn one_letter_any_case(c: &mut Cursor<'_>) -> Option<AminoAcid> {
    let found = AminoAcid::from_one_letter(c.peek().to_ascii_uppercase())?;
    c.skip(1);
    c.warn(Warning::LetterCase);
    c.warn(Warning::OneLetterCode);
    Some(found)
}
