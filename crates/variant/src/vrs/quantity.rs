//! A whole number, or a range of which one end may be open: positions, lengths and copies in VRS.

/// A number or a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Quantity {
    /// This number.
    Exact(u64),
    /// One within a range.
    Range(Range),
}

/// An inclusive range with at least one end known, the lower not above the upper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Range {
    least: Option<u64>,
    most: Option<u64>,
}

/// The two ends make no range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadRange {
    /// Both ends open.
    #[error("a range needs at least one number")]
    Open,
    /// Ends in the wrong order.
    #[error("the first number of a range must not be above the second")]
    Order,
}

impl Range {
    /// A range; `None` is an open end.
    pub const fn new(least: Option<u64>, most: Option<u64>) -> Result<Self, BadRange> {
        match (least, most) {
            (None, None) => Err(BadRange::Open),
            (Some(least), Some(most)) if least > most => Err(BadRange::Order),
            _ => Ok(Self { least, most }),
        }
    }

    /// The lower end, if known.
    pub const fn least(self) -> Option<u64> {
        self.least
    }

    /// The upper end, if known.
    pub const fn most(self) -> Option<u64> {
        self.most
    }
}

impl Quantity {
    /// A range; `None` is an open end.
    pub fn range(least: Option<u64>, most: Option<u64>) -> Result<Self, BadRange> {
        Range::new(least, most).map(Self::Range)
    }

    /// The number, when it is one.
    pub const fn exact(self) -> Option<u64> {
        match self {
            Self::Exact(number) => Some(number),
            Self::Range(_) => None,
        }
    }

    /// The least it can be; `None` when open.
    pub const fn least(self) -> Option<u64> {
        match self {
            Self::Exact(number) => Some(number),
            Self::Range(range) => range.least,
        }
    }

    /// The most it can be; `None` when open.
    pub const fn most(self) -> Option<u64> {
        match self {
            Self::Exact(number) => Some(number),
            Self::Range(range) => range.most,
        }
    }
}

impl From<u64> for Quantity {
    fn from(number: u64) -> Self {
        Self::Exact(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_has_an_end_and_an_order() {
        assert_eq!(Range::new(None, None), Err(BadRange::Open));
        assert_eq!(Range::new(Some(4), Some(3)), Err(BadRange::Order));
        let at_least_three = Quantity::range(Some(3), None).expect("half open");
        assert_eq!((at_least_three.least(), at_least_three.most(), at_least_three.exact()), (Some(3), None, None));
    }
}
