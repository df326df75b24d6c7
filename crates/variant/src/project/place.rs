//! Places along a transcript and how `c.`, `n.` and `r.` count them.

use std::ops::Range;

use thiserror::Error;

use crate::hgvs::{Anchor, Axis, Offset, Position};
use crate::transcript::{Alignment, Cds, Place, Strand, TargetGap, Transcript};

/// A base of a transcript or beside it.
///
/// Ordered along the transcript for points of the same intron side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Point {
    /// 0-based base of the transcript; negative before its first base, past its length behind its last.
    pub base: i32,
    /// How far from there into an intron, 0 in the exon, negative upstream.
    pub offset: i32,
}

/// Why a position is no place on a transcript.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PlaceError {
    /// Not known, or an end of a chromosome.
    #[error("position `{0}` is not known exactly")]
    Unknown(Position),
    /// `c.` or `*` on a transcript without a coding sequence.
    #[error("{accession} has no coding sequence: describe it with `n.`")]
    NotCoding {
        /// The transcript.
        accession: String,
    },
    /// Behind the last base of the transcript, or before its first.
    #[error("position `{position}` lies outside the {length} bases of {accession}")]
    Outside {
        /// As written.
        position: Position,
        /// The transcript.
        accession: String,
        /// Its length.
        length: u32,
    },
    /// An offset from a base that is not beside an intron.
    #[error("position `{position}` of {accession}: base {anchor} is not next to an intron on that side")]
    NotAtIntron {
        /// As written.
        position: Position,
        /// The transcript.
        accession: String,
        /// Its anchor.
        anchor: Anchor,
    },
    /// An offset beyond the intron.
    #[error("position `{position}` of {accession} lies beyond the intron of {length} bases")]
    BeyondIntron {
        /// As written.
        position: Position,
        /// The transcript.
        accession: String,
        /// Bases of the intron.
        length: u32,
    },
    /// In an alignment gap.
    #[error("position `{position}` of {accession}: {gap}")]
    Gap {
        /// As written.
        position: Position,
        /// The transcript.
        accession: String,
        /// The gap.
        gap: TargetGap,
    },
}

impl Point {
    /// A base of the transcript, 0-based.
    pub fn exonic(base: u32) -> Self {
        Self { base: base as i32, offset: 0 }
    }

    /// The point of a place; `None` in a gap.
    pub(crate) fn of_place(place: Place, span: &Range<u32>) -> Option<Self> {
        Some(match place {
            Place::Exon(n) => Self::exonic(n),
            Place::Intron { anchor, offset, .. } => Self { base: anchor as i32, offset },
            Place::Upstream(distance) => Self { base: span.start as i32 - distance as i32, offset: 0 },
            Place::Downstream(distance) => Self { base: span.end as i32 - 1 + distance as i32, offset: 0 },
            Place::TargetOnly(_) | Place::Uncertain(_) => return None,
        })
    }

    /// The point as `c.` (with a coding sequence) or `n.` counts it; `None` for a place before the first base
    /// on `n.`, which has no number for it.
    pub fn position(self, cds: Option<Cds>) -> Option<Position> {
        let (base, offset) = (i64::from(self.base), Offset::from_signed(i64::from(self.offset))?);
        let number = |n: i64| u32::try_from(n).ok();
        let anchor = match cds {
            Some(cds) if base < i64::from(cds.start) => Anchor::BeforeStart(number(i64::from(cds.start) - base)?),
            Some(cds) if base >= i64::from(cds.end) => Anchor::AfterStop(number(base - i64::from(cds.end) + 1)?),
            Some(cds) => Anchor::Base(number(base - i64::from(cds.start) + 1)?),
            None if base < 0 => return None,
            None => Anchor::Base(number(base + 1)?),
        };
        Some(Position { anchor, offset })
    }

    /// Reads a position of `c.`, `n.` or `r.`.
    ///
    /// # Errors
    /// When it is not known exactly, or the transcript does not have it.
    pub fn of_position(position: Position, axis: Axis, transcript: &Transcript) -> Result<Self, PlaceError> {
        let accession = || transcript.accession().to_string();
        let cds = match axis {
            Axis::NonCoding => None,
            Axis::Coding if transcript.cds().is_none() => {
                return Err(PlaceError::NotCoding { accession: accession() });
            }
            _ => transcript.cds(),
        };
        let unknown = PlaceError::Unknown(position);
        let start = cds.map_or(0, |c| i64::from(c.start));
        let base = match (position.anchor, cds) {
            (Anchor::Base(n), _) => start + i64::from(n) - 1,
            (Anchor::BeforeStart(n), Some(_)) => start - i64::from(n),
            (Anchor::AfterStop(n), Some(cds)) => i64::from(cds.end) + i64::from(n) - 1,
            (Anchor::BeforeStart(_) | Anchor::AfterStop(_), None) => {
                return Err(PlaceError::NotCoding { accession: accession() });
            }
            (Anchor::Pter, _) => 0,
            (Anchor::Qter, _) => i64::from(transcript.length()) - 1,
            (Anchor::Unknown | Anchor::Centromere, _) => return Err(unknown),
        };
        let offset = position.offset.signed().ok_or(unknown)?;
        let length = transcript.length();
        let outside = || PlaceError::Outside { position, accession: accession(), length };
        let in_coding = match (position.anchor, cds) {
            (Anchor::Base(n), Some(cds)) => n <= cds.end - cds.start,
            _ => true,
        };
        if base < 0 || base >= i64::from(length) || !in_coding {
            return Err(outside());
        }
        let offset = i32::try_from(offset).map_err(|_| outside())?;
        Ok(Self { base: base as i32, offset })
    }

    /// The base of the target that stands at this point.
    ///
    /// # Errors
    /// When the offset does not start beside an intron or leaves it, or the base lies in a gap.
    pub fn on_target(
        self,
        alignment: &Alignment,
        transcript: &Transcript,
        position: Position,
    ) -> Result<u64, PlaceError> {
        let accession = || transcript.accession().to_string();
        let base = u32::try_from(self.base).unwrap_or(0);
        let at = alignment.target_of(base).map_err(|gap| PlaceError::Gap { position, accession: accession(), gap })?;
        if self.offset == 0 {
            return Ok(u64::from(at));
        }
        let intron = intron_beside(alignment, base, self.offset).ok_or_else(|| PlaceError::NotAtIntron {
            position,
            accession: accession(),
            anchor: position.anchor,
        })?;
        let length = intron.end - intron.start;
        if self.offset.unsigned_abs() > length {
            return Err(PlaceError::BeyondIntron { position, accession: accession(), length });
        }
        let onward = match alignment.strand() {
            Strand::Plus => i64::from(self.offset),
            Strand::Minus => -i64::from(self.offset),
        };
        Ok((i64::from(at) + onward) as u64)
    }
}

/// The intron on the target that begins right behind (`offset` > 0) or ends right before the base.
fn intron_beside(alignment: &Alignment, base: u32, offset: i32) -> Option<Range<u32>> {
    let exon = alignment.exon_of(base)?;
    let (on_transcript, on_target) = alignment.exon(exon)?;
    let other = if offset > 0 {
        (base + 1 == on_transcript.end).then_some(exon.checked_add(1)?)
    } else {
        (base == on_transcript.start).then_some(exon.checked_sub(1)?)
    };
    let (_, other) = alignment.exon(other?)?;
    Some(on_target.end.min(other.end)..on_target.start.max(other.start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(base: i32, offset: i32, coding: &str, non_coding: Option<&str>) {
        let point = Point { base, offset };
        let cds = Cds::complete(10, 40);
        assert_eq!(point.position(Some(cds)).unwrap().to_string(), coding);
        assert_eq!(point.position(None).map(|p| p.to_string()).as_deref(), non_coding);
    }

    #[test]
    fn coding_positions_have_no_zero() {
        check(10, 0, "1", Some("11"));
        check(9, 0, "-1", Some("10"));
        check(39, 0, "30", Some("40"));
        check(40, 0, "*1", Some("41"));
        check(39, 5, "30+5", Some("40+5"));
        check(0, -2, "-10-2", Some("1-2"));
        check(-3, 0, "-13", None);
    }
}
