//! Where a variant of any kind lies on a chromosome: exactly, or between bounds.
//!
//! Positions are inter-residue (0-based). An end that is known only roughly has two bounds: the stretch surely covers
//! what lies between the inner ones and surely does not reach beyond the outer ones. An end that nobody knows on one
//! side has only the other bound.

use serde::{Deserialize, Serialize};

use crate::{
    assembly::Assembly,
    contig::{Contig, GenomeContig},
    interbase::Interval,
    vrs::Quantity,
};

/// A stretch of a chromosome, a cut or a place between two bases, and what happens there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Place {
    contig: GenomeContig,
    start: Quantity,
    end: Quantity,
    event: Event,
    carried: Option<Carried>,
}

/// What happens at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Event {
    /// Bases go, or there are fewer copies than expected.
    Loss,
    /// More copies than expected, a duplication in tandem among them.
    Gain,
    /// So many copies in all: at least, at most (`None`: open).
    Copies(u32, Option<u32>),
    /// The stretch is turned round.
    Inversion,
    /// Bases come between two bases; the place is empty.
    Insertion,
    /// A short unit is repeated another number of times.
    Repeat,
    /// The molecule goes on elsewhere: what lies before the cut stays.
    CutAfter,
    /// The molecule goes on elsewhere: what lies behind the cut stays.
    CutBefore,
    /// Bases are replaced by others, or stay.
    Change,
}

/// How a place came to be known on an assembly that it was not given on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Carried {
    /// Both ends were carried over, and the bases around them compared and found equal.
    Verified,
    /// Both ends were carried over; bases to compare are not loaded. Good for finding, not for identity.
    NotVerified,
}

/// Whether a copy number event takes or adds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Fewer copies.
    Loss,
    /// More copies.
    Gain,
}

/// The numbers make no place on the chromosome.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the bounds of a place are out of order or beyond the chromosome")]
pub struct BadPlace;

impl Place {
    /// A place with ends that may be known roughly.
    ///
    /// # Errors
    /// When it would end before it starts, or beyond the chromosome.
    pub fn new(contig: GenomeContig, start: Quantity, end: Quantity, event: Event) -> Result<Self, BadPlace> {
        let place = Self { contig, start, end, event, carried: None };
        let numbers = [start.least(), start.most(), end.least(), end.most()];
        let is_inside = numbers.into_iter().flatten().all(|number| number <= contig.length());
        let (Some(first), Some(last)) = (start.least().or(start.most()), end.most().or(end.least())) else {
            return Err(BadPlace);
        };
        if is_inside && first <= last { Ok(place) } else { Err(BadPlace) }
    }

    /// An exact one; `None` beyond the chromosome.
    pub fn exact(contig: GenomeContig, interval: Interval, event: Event) -> Option<Self> {
        Self::new(contig, interval.start().into(), interval.end().into(), event).ok()
    }

    /// The same, known to have been carried over from the other assembly.
    #[must_use]
    pub const fn carried_over(self, how: Carried) -> Self {
        Self { carried: Some(how), ..self }
    }

    /// The chromosome and its assembly.
    pub const fn contig(&self) -> GenomeContig {
        self.contig
    }

    /// Where it starts.
    pub const fn start(&self) -> Quantity {
        self.start
    }

    /// Where it ends.
    pub const fn end(&self) -> Quantity {
        self.end
    }

    /// What happens there.
    pub const fn event(&self) -> Event {
        self.event
    }

    /// How it came from the other assembly; `None` where it was given.
    pub const fn carried(&self) -> Option<Carried> {
        self.carried
    }

    /// The widest stretch that is known of: from the outer bounds, or the inner one where the outer is not known.
    pub fn widest(&self) -> Interval {
        let first = self.start.least().or(self.start.most()).unwrap_or_default();
        let last = self.end.most().or(self.end.least()).unwrap_or(first);
        Interval::new(first, last.max(first)).expect("put into order")
    }

    /// The stretch that it surely covers; `None` when its ends are too uncertain to say.
    pub fn certain(&self) -> Option<Interval> {
        Interval::new(self.start.most()?, self.end.least()?)
    }

    /// Whether both ends are known to the base.
    pub const fn is_exact(&self) -> bool {
        self.start.exact().is_some() && self.end.exact().is_some()
    }

    /// Whether copies are lost or gained, where that can be said: two copies are expected of an autosome; of X and Y
    /// the expectation depends on the person, so only what is wrong in anybody counts.
    pub fn direction(&self) -> Option<Direction> {
        // Below the least that anybody has, above the most.
        let (below, above) = match self.contig.contig {
            Contig::X => (1, 2),
            Contig::Y => (0, 1),
            Contig::MT => (0, u32::MAX),
            _ => (2, 2),
        };
        match self.event {
            Event::Loss => Some(Direction::Loss),
            Event::Gain => Some(Direction::Gain),
            Event::Copies(_, Some(most)) if most < below => Some(Direction::Loss),
            Event::Copies(least, _) if least > above => Some(Direction::Gain),
            _ => None,
        }
    }

    /// The share of the longer of two stretches of one chromosome that both cover, from 0 to 1: what the field calls
    /// reciprocal overlap. Stretches that are surely covered are compared, the widest ones where nothing is sure.
    pub fn reciprocal_overlap(&self, other: &Self) -> f64 {
        if self.contig != other.contig {
            return 0.0;
        }
        let stretch = |place: &Self| place.certain().filter(|sure| !sure.is_empty()).unwrap_or_else(|| place.widest());
        let (one, two) = (stretch(self), stretch(other));
        let shared = one.end().min(two.end()).saturating_sub(one.start().max(two.start()));
        match one.length().max(two.length()) {
            0 => f64::from(u8::from(one == two)),
            longest => shared as f64 / longest as f64,
        }
    }
}

impl Event {
    /// The word that stands for it in answers and in the record.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Loss => "loss",
            Self::Gain => "gain",
            Self::Copies(..) => "copies",
            Self::Inversion => "inversion",
            Self::Insertion => "insertion",
            Self::Repeat => "repeat",
            Self::CutAfter => "cut_after",
            Self::CutBefore => "cut_before",
            Self::Change => "change",
        }
    }

    /// The event of a word, with its copies where it is `copies`.
    pub fn from_word(word: &str, copies: Option<(u32, Option<u32>)>) -> Option<Self> {
        Some(match word {
            "loss" => Self::Loss,
            "gain" => Self::Gain,
            "copies" => copies.map(|(least, most)| Self::Copies(least, most))?,
            "inversion" => Self::Inversion,
            "insertion" => Self::Insertion,
            "repeat" => Self::Repeat,
            "cut_after" => Self::CutAfter,
            "cut_before" => Self::CutBefore,
            "change" => Self::Change,
            _ => return None,
        })
    }

    /// The copies it leaves, where it counts them: at least, at most.
    pub const fn copies(self) -> Option<(u32, Option<u32>)> {
        match self {
            Self::Copies(least, most) => Some((least, most)),
            _ => None,
        }
    }
}

/// A start or an end of which at least one bound is known.
///
/// # Errors
/// When neither is, or they are out of order.
pub fn bounds(least: Option<u64>, most: Option<u64>) -> Result<Quantity, BadPlace> {
    match (least, most) {
        (Some(one), Some(two)) if one == two => Ok(Quantity::Exact(one)),
        _ => Quantity::range(least, most).map_err(|_| BadPlace),
    }
}

/// A place as answers write it.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Written {
    assembly: Assembly,
    contig: Contig,
    outer_start: Option<u64>,
    inner_start: Option<u64>,
    inner_end: Option<u64>,
    outer_end: Option<u64>,
    event: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    copies: Option<(u32, Option<u32>)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    carried: Option<Carried>,
}

impl From<Place> for Written {
    fn from(place: Place) -> Self {
        Self {
            assembly: place.contig.assembly,
            contig: place.contig.contig,
            outer_start: place.start.least(),
            inner_start: place.start.most(),
            inner_end: place.end.least(),
            outer_end: place.end.most(),
            event: place.event.word().to_owned(),
            copies: place.event.copies(),
            carried: place.carried,
        }
    }
}

impl TryFrom<Written> for Place {
    type Error = BadPlace;

    fn try_from(written: Written) -> Result<Self, BadPlace> {
        let contig = written.contig.on(written.assembly);
        let (start, end) =
            (bounds(written.outer_start, written.inner_start)?, bounds(written.inner_end, written.outer_end)?);
        let event = Event::from_word(&written.event, written.copies).ok_or(BadPlace)?;
        Ok(Self { carried: written.carried, ..Self::new(contig, start, end, event)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seventeen() -> GenomeContig {
        Contig::autosome(17).expect("an autosome").on(Assembly::Grch38)
    }

    fn exact(start: u64, end: u64) -> Place {
        Place::exact(seventeen(), Interval::new(start, end).expect("ordered"), Event::Loss).expect("inside")
    }

    fn rough(start: (Option<u64>, Option<u64>), end: (Option<u64>, Option<u64>)) -> Place {
        let (start, end) = (bounds(start.0, start.1).expect("known"), bounds(end.0, end.1).expect("known"));
        Place::new(seventeen(), start, end, Event::Loss).expect("a place")
    }

    #[test]
    fn ends_that_nobody_knows_leave_what_is_sure() {
        let place = rough((None, Some(100)), (Some(200), None));
        assert_eq!(
            (place.certain(), place.widest()),
            (Interval::new(100, 200), Interval::new(100, 200).expect("ordered"))
        );
        let between = rough((Some(80), Some(100)), (Some(200), Some(250)));
        assert_eq!(between.widest(), Interval::new(80, 250).expect("ordered"));
        let unsure = rough((Some(80), None), (None, Some(250)));
        assert_eq!((unsure.certain(), unsure.widest()), (None, Interval::new(80, 250).expect("ordered")));
    }

    #[test]
    fn overlap_is_a_share_of_the_longer() {
        assert_eq!(exact(0, 100).reciprocal_overlap(&exact(50, 100)), 0.5);
        assert_eq!(exact(0, 100).reciprocal_overlap(&exact(0, 100)), 1.0);
        assert_eq!(exact(0, 100).reciprocal_overlap(&exact(100, 200)), 0.0);
        assert_eq!(rough((Some(0), Some(10)), (Some(90), Some(120))).reciprocal_overlap(&exact(10, 90)), 1.0);
    }

    #[test]
    fn copies_have_a_direction_where_anybody_would_agree() {
        let direction = |contig: Contig, event| {
            let interval = Interval::new(10, 20).expect("ordered");
            Place::exact(contig.on(Assembly::Grch38), interval, event).expect("inside").direction()
        };
        let autosome = Contig::autosome(1).expect("an autosome");
        assert_eq!(direction(autosome, Event::Copies(1, Some(1))), Some(Direction::Loss));
        assert_eq!(direction(autosome, Event::Copies(2, Some(3))), None);
        assert_eq!(direction(autosome, Event::Copies(3, None)), Some(Direction::Gain));
        assert_eq!(direction(Contig::X, Event::Copies(1, Some(1))), None, "as men have");
        assert_eq!(direction(Contig::X, Event::Copies(0, Some(0))), Some(Direction::Loss));
        assert_eq!(direction(Contig::Y, Event::Copies(0, Some(0))), None, "as women have");
        assert_eq!(direction(autosome, Event::Inversion), None);
    }

    #[test]
    fn what_is_written_is_read_again() {
        for place in [exact(5, 9).carried_over(Carried::Verified), rough((None, Some(100)), (Some(200), None))] {
            let text = serde_json::to_string(&place).expect("text");
            assert_eq!(serde_json::from_str::<Place>(&text).expect(&text), place);
        }
    }

    #[test]
    fn bounds_out_of_order_are_no_place() {
        assert_eq!(Place::new(seventeen(), 9.into(), 5.into(), Event::Loss), Err(BadPlace));
        assert_eq!(Place::new(seventeen(), 9.into(), 999_999_999.into(), Event::Loss), Err(BadPlace));
        assert_eq!(bounds(None, None), Err(BadPlace));
    }
}
