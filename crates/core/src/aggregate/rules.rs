//! Rule sets as values: what may change from one year to the next stands here, with its source.

use crate::classification::{Bucket, Classification, Track};

/// How aggregates are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleSet {
    /// Id with version, as recorded with every aggregate.
    pub id: &'static str,
    /// What it is.
    pub title: &'static str,
    /// From when it holds.
    pub since: &'static str,
    /// Where it is published.
    pub source: &'static str,
    /// Whether flagged submissions are left out.
    pub leaves_out_flagged: bool,
    /// Whether risk alleles take a side in conflicts: established and likely ones with pathogenic,
    /// uncertain ones with uncertain significance.
    pub risk_alleles_take_sides: bool,
    /// The word for classifications: `classifications`, before 2024 `interpretations`.
    pub noun: &'static str,
    /// A side held by at most this share of the deciding statements of a conflict is an outlier, in percent.
    pub outlier_percent: usize,
    /// Whether submissions that give evidence and no classification are counted apart.
    pub leaves_out_evidence_only: bool,
    /// Whether a statement that leaves the mode of inheritance open means the only one stated
    /// ([`StatedModes`](crate::condition_group::StatedModes)).
    pub adopts_the_only_mode: bool,
}

/// ClinVar since January 2024 (three tracks, flagged submissions, the terms for low penetrance), with submissions of
/// evidence alone counted apart, as `NoClassification` in VCV and RCV records; a mode of inheritance left open is the
/// only one stated.
pub const CLINVAR_2024_2: RuleSet = RuleSet {
    id: "clinvar-aggregate-2024.2",
    title: "ClinVar's aggregate classification since three classification types, evidence without a class apart",
    source: "https://www.ncbi.nlm.nih.gov/clinvar/docs/clinsig/ and /clinvar/docs/review_status/; ClinVarVCV XSD 2.x; \
        ncbi/clinvar functional_data/reporting",
    leaves_out_evidence_only: true,
    adopts_the_only_mode: true,
    ..CLINVAR_2024
};

/// The same as first run here: evidence without a class counts as a submission, and a mode of inheritance left open
/// is a group of its own.
pub const CLINVAR_2024: RuleSet = RuleSet {
    id: "clinvar-aggregate-2024",
    title: "ClinVar's aggregate classification since three classification types",
    since: "2024-01",
    source: "https://www.ncbi.nlm.nih.gov/clinvar/docs/clinsig/ and /clinvar/docs/review_status/; ClinVarVCV XSD 2.x",
    leaves_out_flagged: true,
    risk_alleles_take_sides: true,
    noun: "classifications",
    outlier_percent: 33,
    leaves_out_evidence_only: false,
    adopts_the_only_mode: false,
};

/// ClinVar from April 2017 to 2023: conflicts called interpretations, nothing flagged.
pub const CLINVAR_2017: RuleSet = RuleSet {
    id: "clinvar-aggregate-2017",
    title: "ClinVar's aggregate clinical significance until 2023",
    since: "2017-04",
    source: "https://www.ncbi.nlm.nih.gov/clinvar/docs/clinsig/ as of 2017 to 2023",
    leaves_out_flagged: false,
    risk_alleles_take_sides: false,
    noun: "interpretations",
    outlier_percent: 33,
    leaves_out_evidence_only: false,
    adopts_the_only_mode: false,
};

/// What a node works with.
pub const CURRENT: &RuleSet = &CLINVAR_2024_2;

/// Every rule set that can be run, the newest first.
pub const ALL: &[&RuleSet] = &[&CLINVAR_2024_2, &CLINVAR_2024, &CLINVAR_2017];

/// The rule set with an id.
pub fn with_id(id: &str) -> Option<&'static RuleSet> {
    ALL.iter().find(|rules| rules.id == id).copied()
}

impl RuleSet {
    /// The side that a class takes in a conflict. Clinical impact knows no conflict.
    pub fn side(&self, class: Classification) -> Option<Bucket> {
        use Classification::*;
        match class {
            EstablishedRiskAllele | LikelyRiskAllele if self.risk_alleles_take_sides => Some(Bucket::Pathogenic),
            UncertainRiskAllele if self.risk_alleles_take_sides => Some(Bucket::Uncertain),
            other => other.bucket(),
        }
    }

    /// The words for a conflict.
    pub fn conflict(&self, track: Track) -> String {
        let of = if track == Track::Oncogenicity { "oncogenicity" } else { "pathogenicity" };
        format!("Conflicting {} of {of}", self.noun)
    }
}
