//! Reads what changes on a protein.

use super::{
    amino_acid,
    composition::Grammar,
    cursor::{Cursor, Parsed},
    position,
};
use crate::{
    expression::{ErrorCode, ParseError, Warning},
    hgvs::{AminoAcid, Count, InsertedResidues, NewStop, ProteinChange, ProteinEdit, ProteinLocation, Residue},
};

const EDIT_REMEDY: &str = "write Trp24Cys, Trp24Ter, Arg97fs, Val7del, Ala3dup, Leu54= or the like";

/// Changes of a protein.
pub(super) struct ProteinGrammar;

impl Grammar for ProteinGrammar {
    type Change = ProteinChange;

    fn change(&self, c: &mut Cursor<'_>, before: Option<&ProteinChange>) -> Parsed<ProteinChange> {
        if let Some(before) = before
            && !starts_residue(c)
        {
            let edit = edit(c, &before.location)?;
            return Ok(ProteinChange { location: before.location, edit, predicted: false });
        }
        change(c)
    }

    fn starts_group(&self, c: &mut Cursor<'_>) -> Parsed<bool> {
        let start = c.mark();
        let repeat_of_place = c.eat("(") && matches!(location(c), Ok(Some(_))) && c.eat(")[");
        c.back_to(start);
        Ok(!repeat_of_place)
    }

    fn repeat_elsewhere(&self, like: &ProteinChange, copies: Count) -> Option<ProteinChange> {
        let edit = matches!(like.edit, ProteinEdit::Repeat(_)).then_some(ProteinEdit::Repeat(copies))?;
        Some(ProteinChange { edit, ..like.clone() })
    }

    fn predict(&self, change: &mut ProteinChange) {
        change.predicted = true;
    }
}

fn starts_residue(c: &mut Cursor<'_>) -> bool {
    let start = c.mark();
    let found = amino_acid::before_number(c).is_some();
    c.back_to(start);
    found
}

/// A place and what changes there, or an edit of the whole protein (`=`, `?`, `0`, `0?`).
fn change(c: &mut Cursor<'_>) -> Parsed<ProteinChange> {
    let whole = |edit| ProteinChange { location: ProteinLocation::Whole, edit, predicted: false };
    if c.eat("=") {
        return Ok(whole(ProteinEdit::Identity));
    }
    if c.eat("?") {
        return Ok(whole(ProteinEdit::Unknown));
    }
    if c.eat("0?") {
        return Ok(whole(ProteinEdit::ProbablyAbsent));
    }
    if c.eat("0") {
        return Ok(whole(ProteinEdit::Absent));
    }
    // `(Gln18)[(70_80)]`: only the place is in parentheses.
    let predicted = c.eat("(");
    let Some(location) = location(c)? else {
        return Err(c.error(
            ErrorCode::AminoAcid,
            "there is no amino acid with its position",
            "begin with the amino acid of the reference and its number, as in Trp24Cys",
        ));
    };
    if predicted && !c.eat(")") {
        return Err(c.error(
            ErrorCode::Allele,
            "the parenthesis of the predicted change does not close",
            "close it with )",
        ));
    }
    let edit = edit(c, &location)?;
    Ok(ProteinChange { location, edit, predicted })
}

/// `Trp24`, `Lys23_Val25`; `None` if none starts here.
pub(super) fn location(c: &mut Cursor<'_>) -> Parsed<Option<ProteinLocation>> {
    let Some(first) = residue(c)? else { return Ok(None) };
    let at = c.offset();
    if !c.eat("_") {
        return Ok(Some(ProteinLocation::Single(first)));
    }
    let Some(last) = residue(c)? else {
        return Err(c.error(ErrorCode::Position, "the range has no end", "write both amino acids, as in Lys23_Val25"));
    };
    if first.position > last.position {
        return Err(ParseError::new(
            ErrorCode::RangeReversed,
            at,
            "the range ends before it starts",
            "write the smaller position first",
        ));
    }
    if first == last {
        c.warn(Warning::RangeOfOne);
        return Ok(Some(ProteinLocation::Single(first)));
    }
    Ok(Some(ProteinLocation::Range(first, last)))
}

fn residue(c: &mut Cursor<'_>) -> Parsed<Option<Residue>> {
    let Some(amino_acid) = amino_acid::before_number(c) else { return Ok(None) };
    let at = c.offset();
    match c.number()? {
        Some(0) => Err(ParseError::new(ErrorCode::Position, at, "there is no position 0", "count amino acids from 1")),
        Some(position) => Ok(Some(Residue { amino_acid, position })),
        None => Ok(None),
    }
}

/// What changes at a place.
pub(super) fn edit(c: &mut Cursor<'_>, location: &ProteinLocation) -> Parsed<ProteinEdit> {
    match c.peek() {
        0 => return Err(c.error(ErrorCode::EditMissing, "nothing changes at this position", EDIT_REMEDY)),
        b'=' => {
            c.skip(1);
            return Ok(ProteinEdit::Identity);
        }
        b'?' => {
            c.skip(1);
            return Ok(ProteinEdit::Unknown);
        }
        b'[' => {
            let copies = position::bracketed_count(c)?;
            return copies
                .map(ProteinEdit::Repeat)
                .ok_or_else(|| c.error(ErrorCode::Edit, "the bracket holds no number of copies", EDIT_REMEDY));
        }
        _ => {}
    }
    if let Some(edit) = keyword_edit(c, location)? {
        return Ok(edit);
    }
    let Some(found) = amino_acid::as_result(c) else {
        return Err(c.error(ErrorCode::Edit, "this is not a change of a protein", EDIT_REMEDY));
    };
    if c.eat_word("fs") {
        return Ok(ProteinEdit::Frameshift { first: Some(found), stop: new_stop(c)? });
    }
    if c.eat_word("ext") {
        return extension(c, Some(found));
    }
    let ProteinLocation::Single(residue) = location else {
        return Err(c.error(
            ErrorCode::Edit,
            "several amino acids are replaced by a substitution",
            "write delins, as in Cys28_Lys29delinsTrp",
        ));
    };
    if residue.amino_acid == found {
        c.warn(Warning::SubstitutionBySame);
        c.eat("=");
        return Ok(ProteinEdit::Identity);
    }
    Ok(ProteinEdit::Substitution(found))
}

fn keyword_edit(c: &mut Cursor<'_>, location: &ProteinLocation) -> Parsed<Option<ProteinEdit>> {
    let at = c.offset();
    Ok(Some(if c.eat_word("delins") {
        ProteinEdit::DeletionInsertion(inserted(c)?)
    } else if c.eat_word("del") {
        if !amino_acid::sequence(c).is_empty() {
            c.warn(Warning::RedundantBases);
        }
        ProteinEdit::Deletion
    } else if c.eat_word("dup") {
        ProteinEdit::Duplication
    } else if c.eat_word("ins") {
        check_insertion_place(location, at)?;
        ProteinEdit::Insertion(inserted(c)?)
    } else if c.eat_word("fs") {
        ProteinEdit::Frameshift { first: None, stop: new_stop(c)? }
    } else if c.eat_word("ext") {
        extension(c, None)?
    } else {
        return Ok(None);
    }))
}

fn check_insertion_place(location: &ProteinLocation, at: usize) -> Parsed<()> {
    match location {
        ProteinLocation::Range(first, last) if last.position - first.position == 1 => Ok(()),
        _ => Err(ParseError::new(
            ErrorCode::InsertionPlace,
            at,
            "an insertion is between two neighbouring amino acids",
            "name both, as in Lys2_Gly3insGln",
        )),
    }
}

/// Amino acids one after the other; a stop can only be the last.
pub(super) fn residues(c: &mut Cursor<'_>) -> Parsed<Vec<AminoAcid>> {
    let at = c.offset();
    let residues = amino_acid::sequence(c);
    match residues.iter().position(|r| *r == AminoAcid::Ter) {
        Some(stop) if stop + 1 < residues.len() => Err(ParseError::new(
            ErrorCode::AminoAcid,
            at,
            "amino acids follow a stop",
            "end the amino acids with the first Ter",
        )),
        _ => Ok(residues),
    }
}

/// `GlnSer`, `23`, `(5)`, `Xaa[23]`, `Ter63`.
fn inserted(c: &mut Cursor<'_>) -> Parsed<InsertedResidues> {
    if let Some(number) = position::count(c)? {
        c.warn(Warning::OlderForm);
        return Ok(InsertedResidues::Number(number));
    }
    let residues = residues(c)?;
    match residues.as_slice() {
        [] => Err(c.error(
            ErrorCode::AminoAcid,
            "no inserted amino acids are given",
            "write them, as in insGlnSer, or their number, as in insXaa[23]",
        )),
        [AminoAcid::Ter] => Ok(match c.number()? {
            Some(stop) => InsertedResidues::UpToStop(stop),
            None => InsertedResidues::Residues(residues),
        }),
        [AminoAcid::Xaa] => Ok(InsertedResidues::Number(position::bracketed_count(c)?.unwrap_or(Count::Exact(1)))),
        _ if residues.iter().all(|r| *r == AminoAcid::Xaa) => {
            let number = u32::try_from(residues.len()).expect("the length of a text is limited");
            Ok(InsertedResidues::Number(Count::Exact(number)))
        }
        _ => Ok(InsertedResidues::Residues(residues)),
    }
}

/// `Ter23`, `*23`, `Ter?`, `Ter`; `None` if no stop is named.
pub(super) fn new_stop(c: &mut Cursor<'_>) -> Parsed<Option<NewStop>> {
    if c.eat("X") {
        c.warn(Warning::OlderForm);
    } else if !c.eat("*") && !c.eat_word("Ter") {
        return Ok(None);
    }
    if c.eat("?") {
        return Ok(Some(NewStop::Unknown));
    }
    Ok(Some(c.number()?.map_or(NewStop::Unplaced, NewStop::At)))
}

/// What is behind `ext`: `-5` upstream, `Ter17` or the residues themselves downstream.
fn extension(c: &mut Cursor<'_>, first: Option<AminoAcid>) -> Parsed<ProteinEdit> {
    if c.eat("-") {
        return upstream(c, first);
    }
    if let Some(stop) = new_stop(c)? {
        return Ok(ProteinEdit::CTerminalExtension { first, tail: Vec::new(), stop: Some(stop) });
    }
    let mut tail = amino_acid::sequence(c);
    if first.is_none() && tail.len() == 1 && c.eat("-") {
        c.warn(Warning::OlderForm);
        return upstream(c, tail.pop());
    }
    if tail.is_empty() {
        return Err(c.error(
            ErrorCode::Edit,
            "the extension has no length",
            "write ext-5 at the start or extTer17 at the end of the protein",
        ));
    }
    Ok(ProteinEdit::CTerminalExtension { first, tail, stop: None })
}

fn upstream(c: &mut Cursor<'_>, first: Option<AminoAcid>) -> Parsed<ProteinEdit> {
    if c.eat("?") {
        return Ok(ProteinEdit::NTerminalExtension { first, added: None });
    }
    match c.number()? {
        Some(added) => Ok(ProteinEdit::NTerminalExtension { first, added: Some(added) }),
        None => Err(c.error(
            ErrorCode::Edit,
            "the extension has no length",
            "write the number of added amino acids, as in Met1ext-5",
        )),
    }
}
