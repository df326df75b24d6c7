//! PM4 and BP3: the protein becomes longer or shorter in frame.

use super::residue::{ProteinRegion, RegionKind};
use super::{EvidenceSource, Number, Suggestion};
use crate::criterion::Strength;

const RICHARDS: &str = "Richards et al. 2015, PMID:25741868, tables 3 and 4";

/// How the length of a protein changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LengthChange {
    /// In frame, at these residues, by so many.
    InFrame {
        /// First residue concerned, from 1.
        first: u32,
        /// Last residue concerned.
        last: u32,
        /// Residues lost or gained.
        residues: u32,
    },
    /// The stop codon is lost; residues added, where a new stop is found.
    StopLost {
        /// Residues added.
        added: Option<u32>,
    },
}

/// PM4 and BP3.
pub fn suggest(
    change: Option<LengthChange>,
    regions: &[ProteinRegion],
    transcript: &EvidenceSource,
) -> Vec<Suggestion> {
    let pm4 = "protein length changes in frame outside repeats, or by loss of the stop codon";
    let bp3 = "in-frame change in a repetitive region without a known function";
    let (first, last, residues) = match change {
        None => {
            return vec![
                Suggestion::not_met("PM4", "the length of the protein does not change in frame")
                    .against(pm4, RICHARDS, None),
                Suggestion::not_met("BP3", "no in-frame deletion or insertion").against(bp3, RICHARDS, None),
            ];
        }
        Some(LengthChange::StopLost { added }) => {
            let sentence = added.map_or_else(
                || "the stop codon is lost and no other follows in frame".to_owned(),
                |added| format!("the stop codon is lost; {added} residues are added"),
            );
            let numbers = added.map(|added| Number::new("residues added", f64::from(added), "residues", transcript));
            return vec![
                Suggestion::met("PM4", Strength::Moderate, sentence).with_numbers(numbers).against(pm4, RICHARDS, None),
                Suggestion::not_met("BP3", "the stop codon is lost").against(bp3, RICHARDS, None),
            ];
        }
        Some(LengthChange::InFrame { first, last, residues }) => (first, last, residues),
    };
    let count = Number::new("residues lost or gained", f64::from(residues), "residues", transcript);
    let in_repeat =
        regions.iter().find(|region| region.kind == RegionKind::Repeat && region.first <= last && region.last >= first);
    if let Some(repeat) = in_repeat {
        let sentence = format!("{residues} residues in {} ({} to {})", repeat.name, repeat.first, repeat.last);
        return vec![
            Suggestion::not_met("PM4", format!("{sentence}, a repeat"))
                .with_numbers([count.clone()])
                .against(pm4, RICHARDS, None),
            Suggestion::met("BP3", Strength::Supporting, sentence).with_numbers([count]).against(
                bp3,
                &repeat.citation,
                None,
            ),
        ];
    }
    let knows_repeats = regions.iter().any(|region| region.kind == RegionKind::Repeat);
    let pm4 = Suggestion::met("PM4", Strength::Moderate, format!("{residues} residues change in frame"))
        .with_numbers([count.clone()])
        .against(pm4, RICHARDS, None);
    let remedy = "load a table of protein regions with `cairn reference add`";
    match knows_repeats {
        true => vec![
            pm4,
            Suggestion::not_met("BP3", "in no repeat that the loaded tables name")
                .with_numbers([count])
                .against(bp3, RICHARDS, None),
        ],
        false => vec![
            pm4.caution("no table of repeats of this gene is loaded: look whether the region is repetitive"),
            Suggestion::no_value("BP3", "no table of repeats of this gene is loaded", remedy)
                .with_numbers([count])
                .against(bp3, RICHARDS, None),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suggest::Suggested;

    #[test]
    fn an_in_frame_deletion_is_pm4_outside_and_bp3_inside_a_repeat() {
        let change = Some(LengthChange::InFrame { first: 10, last: 11, residues: 2 });
        let source = EvidenceSource::default();
        let outcomes = |regions: &[ProteinRegion]| {
            suggest(change, regions, &source).into_iter().map(|one| one.outcome).collect::<Vec<_>>()
        };
        assert_eq!(outcomes(&[]), [Suggested::Met, Suggested::NoValue]);
        let repeat = |first, last| ProteinRegion {
            gene: "G".into(),
            first,
            last,
            kind: RegionKind::Repeat,
            name: "polyglutamine".into(),
            strength: None,
            citation: "table".into(),
            source: EvidenceSource::default(),
        };
        assert_eq!(outcomes(&[repeat(5, 30)]), [Suggested::NotMet, Suggested::Met]);
        assert_eq!(outcomes(&[repeat(50, 60)]), [Suggested::Met, Suggested::NotMet]);
    }

    #[test]
    fn a_lost_stop_is_pm4() {
        let found = suggest(Some(LengthChange::StopLost { added: Some(12) }), &[], &EvidenceSource::default());
        assert!(found[0].is_met() && found[0].numbers[0].value == 12.0 && !found[1].is_met());
    }
}
