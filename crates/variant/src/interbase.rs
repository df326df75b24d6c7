//! Positions between residues, as VRS and SPDI count them: 0 is before the first base.

use std::fmt;

/// A stretch of a sequence by its inter-residue ends: `start..end`, 0-based, `end` excluded, `start <= end`.
///
/// An empty interval is a place between two bases, where an insertion goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Interval {
    start: u64,
    end: u64,
}

impl Interval {
    /// The interval between two inter-residue positions; `None` when `start > end`.
    pub const fn new(start: u64, end: u64) -> Option<Self> {
        if start <= end { Some(Self { start, end }) } else { None }
    }

    /// `length` residues from `start`; `None` when the end would overflow.
    pub const fn at(start: u64, length: u64) -> Option<Self> {
        match start.checked_add(length) {
            Some(end) => Some(Self { start, end }),
            None => None,
        }
    }

    /// The residues `first` to `last` counted from 1, both included, as HGVS and VCF count them.
    /// `None` when `first` is 0 or `last < first - 1` (`last == first - 1` is the empty place before `first`).
    pub const fn from_one_based(first: u64, last: u64) -> Option<Self> {
        match first.checked_sub(1) {
            Some(start) => Self::new(start, last),
            None => None,
        }
    }

    /// Inter-residue start, 0-based.
    pub const fn start(self) -> u64 {
        self.start
    }

    /// Inter-residue end, 0-based; the first residue not included.
    pub const fn end(self) -> u64 {
        self.end
    }

    /// Number of residues.
    pub const fn length(self) -> u64 {
        self.end - self.start
    }

    /// Whether this is a place between residues rather than a stretch of them.
    pub const fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether all of `other` lies inside.
    pub const fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether the two share at least one residue.
    pub const fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}

impl fmt::Display for Interval {
    /// `start-end`, inter-residue.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.start, self.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_in_the_wrong_order_are_refused() {
        assert_eq!(Interval::new(3, 2), None);
        assert_eq!(Interval::from_one_based(0, 2), None);
        assert_eq!(Interval::at(u64::MAX, 1), None);
    }

    #[test]
    fn one_based_inclusive_becomes_inter_residue() {
        let codon = Interval::from_one_based(4, 6).expect("ordered");
        assert_eq!((codon.start(), codon.end(), codon.length()), (3, 6, 3));
    }

    #[test]
    fn touching_intervals_do_not_overlap() {
        let at = |s, e| Interval::new(s, e).expect("ordered");
        assert!(!at(1, 3).overlaps(at(3, 5)));
        assert!(at(1, 4).overlaps(at(3, 5)));
        assert!(at(1, 4).contains(at(4, 4)));
    }
}
