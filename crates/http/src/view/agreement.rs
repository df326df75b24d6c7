//! Agreement as the first sentence of a page, and as a scale of classes.

use crate::mark::Mark;
use crate::plot::lollipop::Side;
use cairn_core::agreement::{Agreement, Verdict};
use cairn_core::classification::{Bucket, Classification};
use cairn_core::sentence::Sentence;

/// The sentence of one track.
#[derive(Debug, Clone)]
pub struct SentenceRow {
    /// The position.
    pub headline: String,
    /// How many laboratories say so.
    pub weight: String,
    /// When it was last evaluated.
    pub date: String,
    /// The name of the colour, for the headline.
    pub colour: &'static str,
}

impl From<&Agreement> for SentenceRow {
    fn from(agreement: &Agreement) -> Self {
        let Sentence { headline, weight, date } = agreement.sentence();
        Self { headline, weight, date, colour: side(agreement).map_or("k-none", Side::colour) }
    }
}

/// What a track says, as one mark: that laboratories differ, or the class most statements of the
/// agreed side give.
pub fn side(agreement: &Agreement) -> Option<Side> {
    match agreement.verdict {
        Verdict::Conflict => Some(Side::Differ),
        Verdict::Single(bucket) | Verdict::Agree(bucket) => Some(Side::Class(usual(agreement, Some(bucket))?)),
        Verdict::NoPosition => Some(Side::Class(usual(agreement, None)?)),
    }
}

/// The class with most statements on this side; the more severe of equals.
fn usual(agreement: &Agreement, bucket: Option<Bucket>) -> Option<Classification> {
    let on_side = agreement.by_class.iter().filter(|(class, _)| class.bucket() == bucket);
    on_side.max_by_key(|(class, n)| (**n, std::cmp::Reverse(**class))).map(|(class, _)| *class)
}

/// The mark of a variant in a list: its first track.
pub fn mark(agreements: &[Agreement]) -> Option<Mark> {
    agreements.first().and_then(side).map(|side| match side {
        Side::Differ => Mark::Conflict,
        Side::Class(class) => Mark::Short(class),
    })
}

/// Statements by class over all tracks, most severe first.
pub fn scale(agreements: &[Agreement]) -> Vec<(Mark, usize)> {
    let classes = agreements.iter().flat_map(|agreement| &agreement.by_class);
    classes.map(|(class, n)| (Mark::Full(*class), *n)).collect()
}
