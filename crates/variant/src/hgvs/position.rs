//! Where on a nucleotide sequence: `76`, `-19`, `*37+5`, `100-?`, `(4071+1_4072-1)_(5154+1_5155-1)`, `pter_8247756`.
//!
//! Numbers are 1-based and inclusive, as written; a number is never 0.

use std::fmt;

/// A position on a nucleotide sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Position {
    /// The base that is counted.
    pub anchor: Anchor,
    /// How far from there into an intron.
    pub offset: Offset,
}

/// A base of the reference sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Anchor {
    /// `?`: not known.
    Unknown,
    /// `76`: from the first base of the sequence, on `c.` (and `r.` of a coding transcript) of the start codon.
    Base(u32),
    /// `-19`: before the start codon, counted upstream. On `n.` and `g.` not allowed.
    BeforeStart(u32),
    /// `*37`: behind the stop codon.
    AfterStop(u32),
    /// `pter`: the end of the short arm, the first base of a chromosome.
    Pter,
    /// `cen`: the centromere.
    Centromere,
    /// `qter`: the end of the long arm, the last base of a chromosome.
    Qter,
}

/// The way into an intron, in bases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Offset {
    /// In the exon, or on a sequence without introns.
    None,
    /// `+5`: downstream of an exon's last base.
    Plus(u32),
    /// `-5`: upstream of an exon's first base.
    Minus(u32),
    /// `+?`: downstream, how far is not known.
    PlusUnknown,
    /// `-?`: upstream, how far is not known.
    MinusUnknown,
}

/// One end of a stretch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Bound {
    /// At a position.
    At(Position),
    /// `(a_b)`: somewhere between two positions, both included.
    Between(Position, Position),
    /// `(a)`: about there.
    About(Position),
}

/// The stretch that an edit is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Location {
    /// The whole reference sequence: nothing is written, as in `c.=` and `r.?`.
    Whole,
    /// A single base, or one somewhere in an uncertain stretch.
    Single(Bound),
    /// From the first to the last base, both included.
    Range(Bound, Bound),
}

/// How often or how many; also of bases and residues.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Count {
    /// `12`.
    Exact(u32),
    /// `(80_120)`, `(?_30)`: at least and at most; `None` where that is not known.
    Range(Option<u32>, Option<u32>),
    /// `?`.
    Unknown,
}

impl Position {
    /// A base of the reference, without an offset.
    pub const fn base(number: u32) -> Self {
        Self { anchor: Anchor::Base(number), offset: Offset::None }
    }

    /// `?`.
    pub const UNKNOWN: Self = Self { anchor: Anchor::Unknown, offset: Offset::None };

    /// Whether anchor and offset are both known, so that this is one base of a sequence.
    pub const fn is_known(self) -> bool {
        !matches!(self.anchor, Anchor::Unknown | Anchor::Centromere)
            && !matches!(self.offset, Offset::PlusUnknown | Offset::MinusUnknown)
    }
}

impl Offset {
    /// The offset as a number, negative upstream; `None` if not known.
    pub const fn signed(self) -> Option<i64> {
        match self {
            Self::None => Some(0),
            Self::Plus(bases) => Some(bases as i64),
            Self::Minus(bases) => Some(-(bases as i64)),
            Self::PlusUnknown | Self::MinusUnknown => None,
        }
    }

    /// An offset from a number, negative upstream; `None` beyond the range of positions.
    pub fn from_signed(bases: i64) -> Option<Self> {
        let magnitude = u32::try_from(bases.unsigned_abs()).ok()?;
        Some(match bases.signum() {
            0 => Self::None,
            1 => Self::Plus(magnitude),
            _ => Self::Minus(magnitude),
        })
    }
}

impl Location {
    /// A single known position.
    pub const fn at(position: Position) -> Self {
        Self::Single(Bound::At(position))
    }

    /// From one known position to another; a single one when they are equal.
    pub fn between(first: Position, last: Position) -> Self {
        if first == last { Self::at(first) } else { Self::Range(Bound::At(first), Bound::At(last)) }
    }

    /// The number of bases, where the text alone tells it: both ends counted from the same base, without offsets.
    pub fn plain_length(&self) -> Option<u64> {
        let (first, last) = self.exact()?;
        if (first.offset, last.offset) != (Offset::None, Offset::None) {
            return None;
        }
        match (first.anchor, last.anchor) {
            (Anchor::Base(a), Anchor::Base(b))
            | (Anchor::AfterStop(a), Anchor::AfterStop(b))
            | (Anchor::BeforeStart(b), Anchor::BeforeStart(a)) => Some(u64::from(b.checked_sub(a)?) + 1),
            _ => None,
        }
    }

    /// First and last position, when both are given exactly and known.
    pub const fn exact(&self) -> Option<(Position, Position)> {
        match *self {
            Self::Single(Bound::At(p)) if p.is_known() => Some((p, p)),
            Self::Range(Bound::At(a), Bound::At(b)) if a.is_known() && b.is_known() => Some((a, b)),
            _ => None,
        }
    }
}

impl fmt::Display for Anchor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("?"),
            Self::Base(n) => n.fmt(f),
            Self::BeforeStart(n) => write!(f, "-{n}"),
            Self::AfterStop(n) => write!(f, "*{n}"),
            Self::Pter => f.write_str("pter"),
            Self::Centromere => f.write_str("cen"),
            Self::Qter => f.write_str("qter"),
        }
    }
}

impl fmt::Display for Offset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => Ok(()),
            Self::Plus(n) => write!(f, "+{n}"),
            Self::Minus(n) => write!(f, "-{n}"),
            Self::PlusUnknown => f.write_str("+?"),
            Self::MinusUnknown => f.write_str("-?"),
        }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.anchor.fmt(f)?;
        self.offset.fmt(f)
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(position) => position.fmt(f),
            Self::Between(first, last) => write!(f, "({first}_{last})"),
            Self::About(position) => write!(f, "({position})"),
        }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole => Ok(()),
            Self::Single(bound) => bound.fmt(f),
            Self::Range(first, last) => write!(f, "{first}_{last}"),
        }
    }
}

impl fmt::Display for Count {
    /// As inside square brackets: `12`, `(80_120)`, `?`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fn end(f: &mut fmt::Formatter<'_>, number: Option<u32>) -> fmt::Result {
            match number {
                Some(number) => number.fmt(f),
                None => f.write_str("?"),
            }
        }
        match *self {
            Self::Exact(n) => n.fmt(f),
            Self::Range(least, most) => {
                f.write_str("(")?;
                end(f, least)?;
                f.write_str("_")?;
                end(f, most)?;
                f.write_str(")")
            }
            Self::Unknown => f.write_str("?"),
        }
    }
}
