//! Whether laboratories agree on a variant, and the sentence that says so.
//!
//! Classes of one bucket agree (ClinVar's rule: pathogenic and likely pathogenic do not conflict).
//! Words that take no side, such as `Drug response` or `Not provided`, neither agree nor conflict.
//! Each laboratory counts once per bucket. An archive's summary repeats laboratories and is none: it
//! speaks only where no laboratory does.

use crate::classification::{Bucket, Classification, Track};
use crate::date::PartialDate;
use crate::id::LaboratoryId;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// One current statement, reduced to what agreement needs.
#[derive(Debug, Clone, Copy)]
pub struct Position {
    /// Whose.
    pub laboratory: LaboratoryId,
    /// Which class.
    pub classification: Classification,
    /// When last evaluated.
    pub last_evaluated: Option<PartialDate>,
    /// An archive's summary of its submitters, not a laboratory's own word.
    pub is_summary: bool,
}

/// What the statements of one track say together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// No statement takes a side.
    NoPosition,
    /// One laboratory takes a side.
    Single(Bucket),
    /// Several laboratories take the same side.
    Agree(Bucket),
    /// Laboratories, or the statements of one, take different sides.
    Conflict,
}

/// Agreement on one track.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Agreement {
    /// The question answered.
    pub track: Track,
    /// What they say together.
    pub verdict: Verdict,
    /// Number of laboratories with a statement on this track; 0 when only an archive's summary speaks.
    pub laboratories: usize,
    /// Number of statements.
    pub statements: usize,
    /// Number of laboratories per side.
    pub by_bucket: BTreeMap<Bucket, usize>,
    /// Number of statements per class, most severe first.
    pub by_class: BTreeMap<Classification, usize>,
    /// The latest evaluation date among them.
    pub last_evaluated: Option<PartialDate>,
}

/// Agreement on every track that has a statement, germline first.
pub fn agreements(positions: &[Position]) -> Vec<Agreement> {
    [Track::Germline, Track::Oncogenicity, Track::ClinicalImpact]
        .into_iter()
        .filter_map(|track| on_track(positions, track))
        .collect()
}

fn on_track(positions: &[Position], track: Track) -> Option<Agreement> {
    let on_track = positions.iter().filter(|p| p.classification.track() == track);
    let (summaries, own): (Vec<&Position>, Vec<&Position>) = on_track.partition(|p| p.is_summary);
    let laboratories: BTreeSet<_> = own.iter().map(|p| p.laboratory).collect();
    let here = if own.is_empty() { summaries } else { own };
    if here.is_empty() {
        return None;
    }
    let sides: BTreeSet<_> = here.iter().filter_map(|p| Some((p.classification.bucket()?, p.laboratory))).collect();
    let mut by_bucket = BTreeMap::new();
    for (bucket, _) in &sides {
        *by_bucket.entry(*bucket).or_insert(0) += 1;
    }
    let mut by_class = BTreeMap::new();
    for position in &here {
        *by_class.entry(position.classification).or_insert(0) += 1;
    }
    Some(Agreement {
        track,
        verdict: verdict(&by_bucket),
        laboratories: laboratories.len(),
        statements: here.len(),
        by_bucket,
        by_class,
        last_evaluated: here.iter().filter_map(|p| p.last_evaluated).max(),
    })
}

fn verdict(by_bucket: &BTreeMap<Bucket, usize>) -> Verdict {
    match by_bucket.iter().next() {
        None => Verdict::NoPosition,
        Some(_) if by_bucket.len() > 1 => Verdict::Conflict,
        Some((bucket, 1)) => Verdict::Single(*bucket),
        Some((bucket, _)) => Verdict::Agree(*bucket),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Classification::*;

    fn position(classification: Classification, is_summary: bool) -> Position {
        Position { laboratory: LaboratoryId::from_random(1), classification, last_evaluated: None, is_summary }
    }

    #[test]
    fn a_summary_speaks_only_where_no_laboratory_does() {
        let both = agreements(&[position(Pathogenic, false), position(Uncertain, true)]);
        assert_eq!((both[0].verdict, both[0].laboratories), (Verdict::Single(Bucket::Pathogenic), 1));
        let alone = agreements(&[position(Uncertain, true)]);
        assert_eq!((alone[0].verdict, alone[0].laboratories), (Verdict::Single(Bucket::Uncertain), 0));
    }

    fn check(classes: &[(u128, Classification)], expected: Verdict) {
        let positions: Vec<_> = classes
            .iter()
            .map(|(lab, classification)| Position {
                laboratory: LaboratoryId::from_random(*lab),
                classification: *classification,
                last_evaluated: None,
                is_summary: false,
            })
            .collect();
        assert_eq!(agreements(&positions)[0].verdict, expected, "{classes:?}");
    }

    #[test]
    fn one_side_agrees_two_conflict() {
        check(&[(1, Pathogenic), (2, LikelyPathogenic)], Verdict::Agree(Bucket::Pathogenic));
        check(&[(1, Pathogenic), (2, Uncertain)], Verdict::Conflict);
        check(&[(1, Pathogenic), (1, LikelyPathogenic)], Verdict::Single(Bucket::Pathogenic));
        check(&[(1, Pathogenic), (2, NotProvided)], Verdict::Single(Bucket::Pathogenic));
        check(&[(1, DrugResponse), (2, NotProvided)], Verdict::NoPosition);
        check(&[(1, UncertainHigh), (2, UncertainLow)], Verdict::Agree(Bucket::Uncertain));
    }

    #[test]
    fn tracks_do_not_mix() {
        let at = |class| position(class, false);
        let found = agreements(&[at(Benign), at(Oncogenic), at(TierI)]);
        assert_eq!(found.len(), 3);
        assert!(found.iter().all(|a| a.verdict != Verdict::Conflict));
    }
}
