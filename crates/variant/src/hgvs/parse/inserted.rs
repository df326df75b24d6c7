//! Reads what comes in with `ins`, `delins` and `con`.

use super::{
    cursor::{Cursor, Parsed},
    nucleotide::bases,
    position, reference,
};
use crate::{
    expression::{ErrorCode, Warning},
    hgvs::{Axis, Bases, Bound, Count, Inserted, Location, Piece, Reference},
};

const REMEDY: &str =
    "write the bases (insACG), their number (insN[12]), or what is copied (ins[NC_000011.10:g.100_200])";

/// One piece, or several in square brackets.
pub(super) fn inserted(c: &mut Cursor<'_>, axis: Axis) -> Parsed<Inserted> {
    if !c.eat("[") {
        return Ok(Inserted(vec![piece(c, axis)?]));
    }
    let mut pieces = vec![piece(c, axis)?];
    while c.eat(";") {
        pieces.push(piece(c, axis)?);
    }
    if c.eat("]") {
        return Ok(Inserted(pieces));
    }
    Err(c.error(
        ErrorCode::Edit,
        "the bracket of the inserted sequence does not close",
        "separate pieces with ; and close with ]",
    ))
}

fn piece(c: &mut Cursor<'_>, axis: Axis) -> Parsed<Piece> {
    match c.peek() {
        b'(' => {
            if let Some(number) = uncertain_number(c)? {
                return Ok(number);
            }
            copy(c, axis, None)
        }
        b'0'..=b'9' | b'-' | b'*' | b'?' => number_or_copy(c, axis),
        _ if is_accession_ahead(c) => copy_from_elsewhere(c, axis),
        _ if c.starts_with("pter") || c.starts_with("qter") => copy(c, axis, None),
        _ if c.eat("inv") => match copy(c, axis, None)? {
            Piece::Copy { source, location, copies, .. } => {
                c.warn(Warning::OlderForm);
                Ok(Piece::Copy { source, location, inverted: true, copies })
            }
            other @ Piece::Bases { .. } => Ok(other),
        },
        _ => literal(c, axis),
    }
}

/// `ACG`, `N[12]`.
fn literal(c: &mut Cursor<'_>, axis: Axis) -> Parsed<Piece> {
    let Some(bases) = bases(c, axis)? else {
        return Err(c.error(ErrorCode::Bases, "no inserted sequence is given", REMEDY));
    };
    let copies = position::bracketed_count(c)?;
    Ok(Piece::Bases { bases, copies })
}

fn unknown_bases(copies: Count) -> Piece {
    Piece::Bases { bases: Bases::new("N").expect("N is a nucleotide code"), copies: Some(copies) }
}

/// `(12)`, `(80_120)`, `(?)`: the older form of `N[12]`.
fn uncertain_number(c: &mut Cursor<'_>) -> Parsed<Option<Piece>> {
    let start = c.mark();
    match position::count(c)? {
        Some(count) if matches!(c.peek(), 0 | b']' | b')' | b';' | b'/') => {
            c.warn(Warning::OlderForm);
            Ok(Some(unknown_bases(count)))
        }
        _ => {
            c.back_to(start);
            Ok(None)
        }
    }
}

/// `10` is a number of bases, `28_39` a copy of these.
fn number_or_copy(c: &mut Cursor<'_>, axis: Axis) -> Parsed<Piece> {
    let start = c.mark();
    let number = if c.eat("?") { Some(Count::Unknown) } else { c.number()?.map(Count::Exact) };
    if let Some(number) = number
        && matches!(c.peek(), 0 | b']' | b')' | b';' | b'/')
    {
        c.warn(Warning::OlderForm);
        return Ok(unknown_bases(number));
    }
    c.back_to(start);
    copy(c, axis, None)
}

/// Positions, `inv` and a number of copies.
fn copy(c: &mut Cursor<'_>, axis: Axis, source: Option<(Reference, Axis)>) -> Parsed<Piece> {
    let Some(location) = position::stretch(c, axis)? else {
        return Err(c.error(ErrorCode::Position, "the copied sequence has no position", REMEDY));
    };
    if matches!(location, Location::Single(Bound::About(_) | Bound::Between(..))) && source.is_none() {
        return Err(c.error(ErrorCode::Position, "the copied sequence is not a range", REMEDY));
    }
    let inverted = c.eat("inv");
    let copies = position::bracketed_count(c)?;
    Ok(Piece::Copy { source, location, inverted, copies })
}

/// Whether a name and a colon come next.
fn is_accession_ahead(c: &Cursor<'_>) -> bool {
    let rest = c.rest().as_bytes();
    let name = rest.iter().position(|&b| !(b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'(' | b')' | b'-')));
    name.is_some_and(|end| end > 0 && rest[end] == b':')
}

/// `NC_000011.10:g.100_200inv`.
fn copy_from_elsewhere(c: &mut Cursor<'_>, axis: Axis) -> Parsed<Piece> {
    let reference = reference::reference_and_colon(c)?;
    let axis = match super::axis(c) {
        Some(axis) => axis,
        None => {
            c.warn(Warning::AxisAssumed);
            axis
        }
    };
    copy(c, axis, Some((reference, axis)))
}
