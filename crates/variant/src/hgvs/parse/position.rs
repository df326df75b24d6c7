//! Reads positions, ranges and counts.

use super::cursor::{Cursor, Parsed};
use crate::{
    expression::{ErrorCode, ParseError, Warning},
    hgvs::{Anchor, Axis, Bound, Count, Location, Offset, Position},
};

const POSITION_REMEDY: &str = "write positions as 76, -19, *37, 88+1 or (88_92)";

/// A location, its ends in order; `None` if no position starts here.
pub(super) fn location(c: &mut Cursor<'_>, axis: Axis) -> Parsed<Option<Location>> {
    let start = c.offset();
    let location = stretch(c, axis)?;
    if let Some(location) = &location {
        check_order(location, axis, start)?;
    }
    Ok(location)
}

/// A location that may run backwards, as copied and joined stretches do; `None` if no position starts here.
pub(super) fn stretch(c: &mut Cursor<'_>, axis: Axis) -> Parsed<Option<Location>> {
    let Some(first) = bound(c, axis)? else { return Ok(None) };
    if !c.eat("_") {
        return Ok(Some(Location::Single(first)));
    }
    let mut last =
        bound(c, axis)?.ok_or_else(|| c.error(ErrorCode::Position, "the range has no end", POSITION_REMEDY))?;
    if let Bound::At(Position { anchor: Anchor::Centromere, .. }) = last
        && c.eat("_")
    {
        // `15825273_cen_qter`: the centromere on the way is a help for the reader.
        last = bound(c, axis)?.ok_or_else(|| c.error(ErrorCode::Position, "the range has no end", POSITION_REMEDY))?;
    }
    Ok(Some(Location::Range(first, last)))
}

/// `76`, `(76_80)`, `(76)`; `None` if none starts here.
pub(super) fn bound(c: &mut Cursor<'_>, axis: Axis) -> Parsed<Option<Bound>> {
    if c.peek() != b'(' {
        return Ok(position(c, axis)?.map(Bound::At));
    }
    let start = c.mark();
    c.skip(1);
    let Some(first) = position(c, axis)? else {
        c.back_to(start);
        return Ok(None);
    };
    if c.eat(")") {
        return Ok(Some(Bound::About(first)));
    }
    if !c.eat("_") {
        c.back_to(start);
        return Ok(None);
    }
    let last = position(c, axis)?;
    match last {
        Some(last) if c.eat(")") => {
            check_order(&Location::Range(Bound::At(first), Bound::At(last)), axis, c.offset())?;
            Ok(Some(Bound::Between(first, last)))
        }
        _ => {
            c.back_to(start);
            Ok(None)
        }
    }
}

/// A single position; `None` if none starts here.
pub(super) fn position(c: &mut Cursor<'_>, axis: Axis) -> Parsed<Option<Position>> {
    let start = c.offset();
    let Some(anchor) = anchor(c)? else { return Ok(None) };
    check_anchor(c, anchor, axis, start)?;
    let offset = if matches!(c.peek(), b'+' | b'-') { offset(c, axis)? } else { Offset::None };
    Ok(Some(Position { anchor, offset }))
}

fn anchor(c: &mut Cursor<'_>) -> Parsed<Option<Anchor>> {
    let sign = c.peek();
    match sign {
        b'0'..=b'9' => {}
        b'?' => {
            c.skip(1);
            return Ok(Some(Anchor::Unknown));
        }
        b'-' | b'*' => c.skip(1),
        b'p' if c.eat("pter") => return Ok(Some(Anchor::Pter)),
        b'q' if c.eat("qter") => return Ok(Some(Anchor::Qter)),
        b'c' if c.eat("cen") => return Ok(Some(Anchor::Centromere)),
        _ => return Ok(None),
    }
    let number = counted(c, "a number is missing behind the sign")?;
    Ok(Some(match sign {
        b'-' => Anchor::BeforeStart(number),
        b'*' => Anchor::AfterStop(number),
        _ => Anchor::Base(number),
    }))
}

fn offset(c: &mut Cursor<'_>, axis: Axis) -> Parsed<Offset> {
    let unknown = c.peek_at(1) == b'?';
    if !axis.is_transcript() && unknown {
        // `g.100-?_200+?del`: at least this, perhaps more; today `(?_100)_(200_?)`.
        c.warn(Warning::OlderForm);
    } else if !axis.is_transcript() {
        return Err(c.error(
            ErrorCode::PositionNotOnAxis,
            "a genomic position has no offset into an intron",
            "use an underscore for a range (g.100_110), or c. with a transcript for intron positions",
        ));
    }
    let plus = c.peek() == b'+';
    c.skip(1);
    if c.eat("?") {
        return Ok(if plus { Offset::PlusUnknown } else { Offset::MinusUnknown });
    }
    let bases = counted(c, "the offset into the intron has no number")?;
    Ok(if plus { Offset::Plus(bases) } else { Offset::Minus(bases) })
}

/// A number that must be there and cannot be 0.
fn counted(c: &mut Cursor<'_>, missing: &'static str) -> Parsed<u32> {
    let at = c.offset();
    match c.number()? {
        Some(0) => Err(ParseError::new(
            ErrorCode::Position,
            at,
            "there is no position 0",
            "count from 1; the base before c.1 is c.-1",
        )),
        Some(number) => Ok(number),
        None => Err(c.error(ErrorCode::Position, missing, POSITION_REMEDY)),
    }
}

fn check_anchor(c: &mut Cursor<'_>, anchor: Anchor, axis: Axis, start: usize) -> Parsed<()> {
    let coding = matches!(axis, Axis::Coding | Axis::Rna);
    let fits = match anchor {
        Anchor::Unknown | Anchor::Base(_) => true,
        Anchor::BeforeStart(_) if axis == Axis::NonCoding => {
            c.warn(Warning::BeforeTranscript);
            true
        }
        Anchor::BeforeStart(_) | Anchor::AfterStop(_) => coding,
        Anchor::Pter | Anchor::Centromere | Anchor::Qter => axis == Axis::Genomic,
    };
    if fits {
        return Ok(());
    }
    Err(ParseError::new(
        ErrorCode::PositionNotOnAxis,
        start,
        format!("`{anchor}` is not a position on `{}.`", axis.letter()),
        "positions with - or * belong to c. and r., pter and qter to g.",
    ))
}

/// How far along the sequence; `None` when that cannot be said.
fn rank(position: &Position) -> Option<(i64, i64)> {
    const STOP: i64 = 1 << 40;
    let base = match position.anchor {
        Anchor::Unknown | Anchor::Centromere => return None,
        Anchor::Pter => i64::MIN,
        Anchor::Qter => i64::MAX,
        Anchor::BeforeStart(n) => -i64::from(n),
        Anchor::Base(n) => i64::from(n),
        Anchor::AfterStop(n) => STOP + i64::from(n),
    };
    Some((base, position.offset.signed()?))
}

fn inner_ends(location: &Location) -> Option<((i64, i64), (i64, i64))> {
    let Location::Range(first, last) = location else { return None };
    let earliest = match first {
        Bound::At(p) | Bound::Between(p, _) | Bound::About(p) => p,
    };
    let latest = match last {
        Bound::At(p) | Bound::Between(_, p) | Bound::About(p) => p,
    };
    Some((rank(earliest)?, rank(latest)?))
}

fn check_order(location: &Location, axis: Axis, offset: usize) -> Parsed<()> {
    let circular = matches!(axis, Axis::Mitochondrial | Axis::Circular);
    match inner_ends(location) {
        Some((first, last)) if first > last && !circular => Err(reversed(offset)),
        _ => Ok(()),
    }
}

fn reversed(offset: usize) -> ParseError {
    ParseError::new(
        ErrorCode::RangeReversed,
        offset,
        "the range ends before it starts",
        "write the smaller position first, also on the reverse strand",
    )
}

/// Whether an insertion can be between the ends of the location: neighbours, or an uncertain stretch.
pub(super) fn is_between_neighbours(location: &Location, axis: Axis) -> bool {
    match location {
        Location::Whole | Location::Single(Bound::At(_) | Bound::About(_)) => false,
        Location::Single(Bound::Between(..)) => true,
        Location::Range(Bound::At(first), Bound::At(last)) => are_neighbours(first, last, axis),
        Location::Range(..) => true,
    }
}

fn are_neighbours(first: &Position, last: &Position, axis: Axis) -> bool {
    let (Some((a, a_offset)), Some((b, b_offset))) = (rank(first), rank(last)) else { return true };
    if matches!(first.anchor, Anchor::Pter | Anchor::Qter) || matches!(last.anchor, Anchor::Pter | Anchor::Qter) {
        return false;
    }
    if a == b {
        return b_offset - a_offset == 1;
    }
    let next = b - a == 1 || (a, b) == (-1, 1);
    match (a_offset, b_offset) {
        (0, 0) => next || is_round_the_corner(a, b, first, last, axis),
        // In the middle of an intron the two halves meet at a place only the transcript knows.
        (1.., ..0) => next || matches!(last.anchor, Anchor::AfterStop(1)),
        _ => false,
    }
}

/// `*1` follows the last coding base, whose number the text does not tell; position 1 follows the last of a circle.
fn is_round_the_corner(a: i64, b: i64, first: &Position, last: &Position, axis: Axis) -> bool {
    let circular = matches!(axis, Axis::Mitochondrial | Axis::Circular) && b == 1 && a > 1;
    circular || matches!((first.anchor, last.anchor), (Anchor::Base(_), Anchor::AfterStop(1)))
}

/// `12`, `?`, `(80_120)`, `80_120`: what stands in square brackets; `None` if none starts here.
pub(super) fn count(c: &mut Cursor<'_>) -> Parsed<Option<Count>> {
    let start = c.mark();
    let open = c.eat("(");
    let Some(first) = count_end(c)? else {
        c.back_to(start);
        return Ok(None);
    };
    let count = if c.eat("_") {
        let Some(last) = count_end(c)? else {
            c.back_to(start);
            return Ok(None);
        };
        if first.zip(last).is_some_and(|(least, most)| least > most) {
            return Err(reversed(c.offset()));
        }
        Count::Range(first, last)
    } else {
        first.map_or(Count::Unknown, Count::Exact)
    };
    if open && !c.eat(")") {
        c.back_to(start);
        return Ok(None);
    }
    Ok(Some(count))
}

fn count_end(c: &mut Cursor<'_>) -> Parsed<Option<Option<u32>>> {
    if c.eat("?") { Ok(Some(None)) } else { Ok(c.number()?.map(Some)) }
}

/// `[12]`; `None` if there is no bracket here or no count in it.
pub(super) fn bracketed_count(c: &mut Cursor<'_>) -> Parsed<Option<Count>> {
    let start = c.mark();
    if !c.eat("[") {
        return Ok(None);
    }
    match count(c)? {
        Some(count) if c.eat("]") => Ok(Some(count)),
        _ => {
            c.back_to(start);
            Ok(None)
        }
    }
}
