//! The class of an aggregate in ClinVar's words.
//!
//! Classes of one side are joined with `/` in the order of the vocabulary: `Pathogenic/Likely
//! pathogenic/Pathogenic, low penetrance/Established risk allele`, `Uncertain
//! significance/Uncertain risk allele`, `Benign/Likely benign`. Words that are no class of
//! pathogenicity follow after `; ` in alphabetical order: `Pathogenic; drug response; other`. A
//! conflict is one word, and the others follow it. Clinical impact is its highest tier.

use super::Sides;
use super::rules::RuleSet;
use crate::classification::{Classification, Track};
use std::collections::BTreeMap;

/// The words of the deciding classes.
pub(super) fn words(rules: &RuleSet, track: Track, deciding: &BTreeMap<Classification, usize>, sides: Sides) -> String {
    if track == Track::ClinicalImpact {
        return deciding.keys().next().map_or_else(|| "not provided".to_owned(), |tier| tier_words(*tier).to_owned());
    }
    let (of_pathogenicity, mut others): (Vec<_>, Vec<_>) =
        deciding.keys().copied().partition(|class| is_of_pathogenicity(*class));
    others.retain(|class| *class != Classification::NotProvided);
    let mut parts = Vec::new();
    if sides.is_conflict() {
        parts.push(rules.conflict(track));
    } else if !of_pathogenicity.is_empty() {
        parts.push(joined(of_pathogenicity));
    }
    let mut others: Vec<String> = others.into_iter().map(other).collect();
    others.sort_by_key(|word| word.to_lowercase());
    parts.extend(others);
    match parts.is_empty() {
        true => "not provided".to_owned(),
        false => parts.join("; "),
    }
}

/// ClinVar's spelling of the tiers.
fn tier_words(tier: Classification) -> &'static str {
    match tier {
        Classification::TierI => "Tier I - Strong",
        Classification::TierII => "Tier II - Potential",
        Classification::TierIII => "Tier III - Unknown",
        Classification::TierIV => "Tier IV - Benign/Likely benign",
        other => other.label(),
    }
}

/// Whether a class is joined with `/`: the five tiers, low penetrance and the risk alleles.
fn is_of_pathogenicity(class: Classification) -> bool {
    use Classification::*;
    class.bucket().is_some() || matches!(class, EstablishedRiskAllele | LikelyRiskAllele | UncertainRiskAllele)
}

fn joined(mut classes: Vec<Classification>) -> String {
    classes.sort_by_key(|class| place(*class));
    let mut words: Vec<&str> = Vec::new();
    let tiers = classes.iter().filter(|class| class.label().starts_with("Uncertain significance")).count();
    for class in classes {
        // Sub-tiers of uncertain significance that differ among laboratories are no sub-tier together.
        let word = match class.label() {
            label if label.starts_with("Uncertain significance") && tiers > 1 => "Uncertain significance",
            "Uncertain significance (oncogenicity)" => "Uncertain significance",
            "Likely benign (oncogenicity)" => "Likely benign",
            "Benign (oncogenicity)" => "Benign",
            label => label,
        };
        if words.last() != Some(&word) {
            words.push(word);
        }
    }
    words.join("/")
}

/// ClinVar names benign before likely benign, and low penetrance after both pathogenic classes.
fn place(class: Classification) -> (u8, Classification) {
    use Classification::*;
    let place = match class {
        Pathogenic | Oncogenic => 0,
        LikelyPathogenic | LikelyOncogenic => 1,
        PathogenicLowPenetrance => 2,
        LikelyPathogenicLowPenetrance => 3,
        EstablishedRiskAllele => 4,
        LikelyRiskAllele => 5,
        UncertainHigh | UncertainMid | Uncertain | UncertainLow | UncertainOncogenicity => 6,
        UncertainRiskAllele => 7,
        Benign | BenignOncogenicity => 8,
        LikelyBenign | LikelyBenignOncogenicity => 9,
        _ => 10,
    };
    (place, class)
}

/// ClinVar writes these words in lower case, but for `Affects`.
fn other(class: Classification) -> String {
    match class {
        Classification::Affects => "Affects".to_owned(),
        Classification::ConflictingFromSubmitter => "conflicting data from submitters".to_owned(),
        class => class.label().to_lowercase(),
    }
}
