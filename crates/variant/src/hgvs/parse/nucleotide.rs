//! Reads what changes on DNA or RNA.

use super::{
    composition::Grammar,
    cursor::{Cursor, Parsed},
    inserted::inserted,
    position,
};
use crate::{
    expression::{ErrorCode, ParseError, Warning},
    hgvs::{
        Axis, Bases, Bound, Count, Inserted, Location, NucleotideChange, NucleotideEdit, RepeatUnit, Stated,
        nucleotide::is_nucleotide,
    },
};

const EDIT_REMEDY: &str = "write A>G, del, dup, inv, insACG, delinsACG, CAG[23] or = behind the position";

/// Changes on an axis.
pub(super) struct NucleotideGrammar(pub(super) Axis);

impl Grammar for NucleotideGrammar {
    type Change = NucleotideChange;

    fn change(&self, c: &mut Cursor<'_>, before: Option<&NucleotideChange>) -> Parsed<NucleotideChange> {
        let axis = self.0;
        if let Some(before) = before
            && !starts_position(c)
        {
            let edit = edit(c, axis, &before.location)?;
            return Ok(NucleotideChange { location: before.location, edit, predicted: false });
        }
        change(c, axis)
    }

    fn starts_group(&self, c: &mut Cursor<'_>) -> Parsed<bool> {
        // `(100_200)del` begins with a place, `(76A>C)` with a group; `r.(?)` is a group too.
        if c.starts_with("(0") && !c.peek_at(2).is_ascii_digit() {
            return Ok(true);
        }
        let start = c.mark();
        let place = position::bound(c, self.0)?;
        let whole =
            place.is_some() && (c.is_at_end() || matches!(c.peek(), b']' | b';' | b'/') || c.starts_with("(;)"));
        c.back_to(start);
        Ok(place.is_none() || whole)
    }

    fn repeat_elsewhere(&self, like: &NucleotideChange, copies: Count) -> Option<NucleotideChange> {
        let NucleotideEdit::Repeat(units) = &like.edit else { return None };
        let [unit] = units.as_slice() else { return None };
        let edit = NucleotideEdit::Repeat(vec![RepeatUnit { unit: unit.unit.clone(), copies }]);
        Some(NucleotideChange { location: like.location, edit, predicted: like.predicted })
    }

    fn predict(&self, change: &mut NucleotideChange) {
        change.predicted = true;
    }
}

fn starts_position(c: &Cursor<'_>) -> bool {
    match c.peek() {
        b'0'..=b'9' | b'-' | b'*' | b'(' => true,
        b'?' => matches!(c.peek_at(1), b'_' | b'+' | b'-'),
        _ => c.starts_with("pter") || c.starts_with("qter") || c.starts_with("cen"),
    }
}

/// A place and what changes there, or an edit of the whole sequence (`=`, `?`, `0`, `spl`).
fn change(c: &mut Cursor<'_>, axis: Axis) -> Parsed<NucleotideChange> {
    let whole = |edit, predicted| NucleotideChange { location: Location::Whole, edit, predicted };
    if c.eat("=") {
        return Ok(whole(NucleotideEdit::Identity(Stated::Nothing), false));
    }
    if c.peek() == b'?' && !starts_position(c) && !starts_edit(c.peek_at(1)) {
        c.skip(1);
        return Ok(whole(NucleotideEdit::Unknown, false));
    }
    if c.peek() == b'0' && !c.peek_at(1).is_ascii_digit() && !starts_edit(c.peek_at(1)) {
        c.skip(1);
        return Ok(whole(NucleotideEdit::Absent, false));
    }
    if axis == Axis::Rna && c.eat("spl") {
        let predicted = c.eat("?");
        return Ok(whole(NucleotideEdit::Splicing, predicted));
    }
    let Some(mut location) = position::location(c, axis)? else {
        return Err(c.error(
            ErrorCode::Position,
            "there is no position",
            "write a position such as 76, -19, *37 or 88+1",
        ));
    };
    let predicted = c.peek() == b'(' && !is_count(c)?;
    if predicted {
        // `76(A>C)`: only the edit is in parentheses.
        c.skip(1);
        c.warn(Warning::OlderForm);
    }
    let edit = edit(c, axis, &location)?;
    if predicted && !c.eat(")") {
        return Err(c.error(
            ErrorCode::Edit,
            "the parenthesis of the predicted change does not close",
            "close it with )",
        ));
    }
    if let Location::Range(Bound::At(first), Bound::At(last)) = location
        && first == last
        && first.is_known()
    {
        c.warn(Warning::RangeOfOne);
        location = Location::at(first);
    }
    Ok(NucleotideChange { location, edit, predicted })
}

/// Whether a number of copies in parentheses is here: the older `T(5_9)`.
fn is_count(c: &mut Cursor<'_>) -> Parsed<bool> {
    let start = c.mark();
    let found = position::count(c)?.is_some();
    c.back_to(start);
    Ok(found)
}

/// Whether a byte may begin an edit behind a position.
const fn starts_edit(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || matches!(byte, b'[' | b'_' | b'+' | b'-' | b'>' | b'=' | b'?')
}

/// What changes at a place.
pub(super) fn edit(c: &mut Cursor<'_>, axis: Axis, location: &Location) -> Parsed<NucleotideEdit> {
    match c.peek() {
        0 => return Err(c.error(ErrorCode::EditMissing, "nothing changes at this position", EDIT_REMEDY)),
        b'=' => {
            c.skip(1);
            return Ok(NucleotideEdit::Identity(Stated::Nothing));
        }
        b'?' => {
            c.skip(1);
            return Ok(NucleotideEdit::Unknown);
        }
        b'[' | b'(' => return unit_at_location(c),
        _ => {}
    }
    if let Some(edit) = keyword_edit(c, axis, location)? {
        return Ok(edit);
    }
    if c.starts_with("|") {
        return Err(c.error(
            ErrorCode::Unsupported,
            "changes of methylation and other states are not changes of sequence",
            "submit the sequence change only",
        ));
    }
    let at = c.offset();
    let Some(stated) = bases(c, axis)? else {
        return Err(c.error(ErrorCode::Edit, "this is not a change", EDIT_REMEDY));
    };
    match c.peek() {
        b'>' => {
            c.skip(1);
            substitution(c, axis, location, stated, at)
        }
        b'-' if c.eat("->") => {
            c.warn(Warning::Spelling);
            substitution(c, axis, location, stated, at)
        }
        b'=' => {
            c.skip(1);
            remark_on_bases(c, location, &stated);
            Ok(NucleotideEdit::Identity(Stated::Bases(stated)))
        }
        b'[' | b'(' => repeat(c, axis, stated),
        _ => Err(c.error(ErrorCode::Edit, "bases alone are not a change", EDIT_REMEDY)),
    }
}

fn keyword_edit(c: &mut Cursor<'_>, axis: Axis, location: &Location) -> Parsed<Option<NucleotideEdit>> {
    let at = c.offset();
    Ok(Some(if c.eat_word("delins") {
        NucleotideEdit::DeletionInsertion { deleted: Stated::Nothing, inserted: inserted(c, axis)? }
    } else if c.eat_word("del") {
        let deleted = stated(c, axis, location, true)?;
        if c.eat_word("ins") {
            NucleotideEdit::DeletionInsertion { deleted, inserted: inserted(c, axis)? }
        } else {
            NucleotideEdit::Deletion(deleted)
        }
    } else if c.eat_word("dup") {
        NucleotideEdit::Duplication(stated(c, axis, location, false)?)
    } else if c.eat_word("inv") {
        NucleotideEdit::Inversion(stated(c, axis, location, false)?)
    } else if c.eat_word("ins") {
        check_insertion_place(location, axis, at)?;
        NucleotideEdit::Insertion(inserted(c, axis)?)
    } else if c.eat("con") {
        c.warn(Warning::OlderForm);
        NucleotideEdit::Conversion(inserted(c, axis)?)
    } else if c.eat("copy") {
        copies(c)?
    } else {
        return Ok(None);
    }))
}

fn check_insertion_place(location: &Location, axis: Axis, at: usize) -> Parsed<()> {
    if position::is_between_neighbours(location, axis) {
        return Ok(());
    }
    Err(ParseError::new(
        ErrorCode::InsertionPlace,
        at,
        "an insertion is between two neighbouring positions",
        "name both, as in c.51_52insT; bases that replace others are written with delins",
    ))
}

fn copies(c: &mut Cursor<'_>) -> Parsed<NucleotideEdit> {
    let Some(copies) = c.number()? else {
        return Err(c.error(
            ErrorCode::Edit,
            "`copy` has no number",
            "write the number of copies in brackets, as in [3]",
        ));
    };
    c.warn(Warning::OlderForm);
    Ok(NucleotideEdit::Repeat(vec![RepeatUnit { unit: None, copies: Count::Exact(copies) }]))
}

/// What stands redundantly behind `del`, `dup` or `inv`.
fn stated(c: &mut Cursor<'_>, axis: Axis, location: &Location, may_be_length: bool) -> Parsed<Stated> {
    let at = c.offset();
    if let Some(length) = length(c)? {
        if !may_be_length {
            return Err(ParseError::new(
                ErrorCode::LengthNotAllowed,
                at,
                "a number here could be a length or a number of copies",
                "leave it out: the range tells the length; write copies in brackets, as in [3]",
            ));
        }
        c.warn(Warning::RedundantLength);
        return Ok(Stated::Length(length));
    }
    if c.starts_with("ins") || c.starts_with("INS") {
        return Ok(Stated::Nothing);
    }
    let Some(bases) = bases(c, axis)? else { return Ok(Stated::Nothing) };
    if bases.as_str() == "N"
        && let Some(Count::Exact(length)) = position::bracketed_count(c)?
    {
        return Ok(Stated::Length(length));
    }
    c.warn(Warning::RedundantBases);
    remark_on_bases(c, location, &bases);
    Ok(Stated::Bases(bases))
}

/// `3` or `(3)`.
fn length(c: &mut Cursor<'_>) -> Parsed<Option<u32>> {
    let start = c.mark();
    let open = c.eat("(");
    match c.number()? {
        Some(0) => Err(c.error(ErrorCode::LengthNotAllowed, "a length cannot be 0", "leave the length out")),
        Some(length) if !open || c.eat(")") => Ok(Some(length)),
        _ => {
            c.back_to(start);
            Ok(None)
        }
    }
}

fn remark_on_bases(c: &mut Cursor<'_>, location: &Location, bases: &Bases) {
    let filled = match location {
        Location::Single(Bound::At(_)) => bases.as_str().len() == 1,
        Location::Range(Bound::At(_), Bound::At(_)) => {
            location.plain_length().is_none_or(|l| l == bases.as_str().len() as u64)
        }
        _ => true,
    };
    if !filled {
        c.warn(Warning::LengthDiffersFromRange);
    }
}

/// What is behind `A>`.
fn substitution(
    c: &mut Cursor<'_>,
    axis: Axis,
    location: &Location,
    reference: Bases,
    at: usize,
) -> Parsed<NucleotideEdit> {
    let Some(alternative) = bases(c, axis)? else {
        return Err(c.error(ErrorCode::Bases, "the new base is missing", "write one of A, C, G, T behind the arrow"));
    };
    let (from, to) = (reference.as_str().len(), alternative.as_str().len());
    let single = matches!(location, Location::Single(_));
    if single && from > 1 {
        return Err(ParseError::new(
            ErrorCode::Edit,
            at,
            "several bases are replaced at a single position",
            "write a range and delins, as in c.79_80delinsTT",
        ));
    }
    if !single {
        remark_on_bases(c, location, &reference);
    }
    if reference == alternative {
        c.warn(Warning::SubstitutionBySame);
        return Ok(NucleotideEdit::Identity(Stated::Bases(reference)));
    }
    if from == 1 && to == 1 {
        return Ok(NucleotideEdit::Substitution { reference, alternative });
    }
    c.warn(Warning::SubstitutionOfSeveral);
    Ok(NucleotideEdit::DeletionInsertion { deleted: Stated::Bases(reference), inserted: Inserted::bases(alternative) })
}

/// `CAG[23]`, `CTG[9]TTG[1]`; older: `T(5_9)`.
fn repeat(c: &mut Cursor<'_>, axis: Axis, first: Bases) -> Parsed<NucleotideEdit> {
    let mut units = Vec::new();
    let mut unit = first;
    loop {
        let copies = repeat_count(c)?;
        units.push(RepeatUnit { unit: Some(unit), copies });
        match bases(c, axis)? {
            Some(next) => unit = next,
            None => return Ok(NucleotideEdit::Repeat(units)),
        }
    }
}

/// `[4]` right behind the location, or several copies of it; older: `(12_45)`.
fn unit_at_location(c: &mut Cursor<'_>) -> Parsed<NucleotideEdit> {
    let copies = repeat_count(c)?;
    Ok(NucleotideEdit::Repeat(vec![RepeatUnit { unit: None, copies }]))
}

fn repeat_count(c: &mut Cursor<'_>) -> Parsed<Count> {
    if let Some(count) = position::bracketed_count(c)? {
        return Ok(count);
    }
    if c.peek() == b'('
        && let Some(count) = position::count(c)?
    {
        c.warn(Warning::OlderForm);
        return Ok(count);
    }
    Err(c.error(
        ErrorCode::Edit,
        "the number of copies is missing",
        "write it in brackets, as in CAG[23] or CAG[(20_25)]",
    ))
}

/// Bases of this molecule; `None` if none are here.
pub(super) fn bases(c: &mut Cursor<'_>, axis: Axis) -> Parsed<Option<Bases>> {
    let at = c.offset();
    let text = c.take_while(is_nucleotide);
    let Some(bases) = Bases::new(text) else { return Ok(None) };
    let (foreign, lower) = text.bytes().fold((false, false), |(foreign, lower), b| {
        let wrong = if axis == Axis::Rna { b'T' } else { b'U' };
        (foreign || b.eq_ignore_ascii_case(&wrong), lower || b.is_ascii_lowercase())
    });
    if foreign {
        let (message, remedy) = if axis == Axis::Rna {
            ("there is no T in RNA", "write u on r.")
        } else {
            ("there is no U in DNA", "write T, or r. for RNA")
        };
        return Err(ParseError::new(ErrorCode::Bases, at, message, remedy));
    }
    if lower != (axis == Axis::Rna) {
        c.warn(Warning::LetterCase);
    }
    Ok(Some(bases))
}
