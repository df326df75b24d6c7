//! One tested person without identity, and what was seen in them.

use crate::condition::Condition;
use crate::phenotype::PhenotypeFeature;
use serde::{Deserialize, Serialize};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $code:literal, $label:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $code)] $variant,)+ }

        impl $name {
            /// Every word.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The stable code, as stored and exchanged.
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// The words for people.
            pub fn label(self) -> &'static str {
                match self { $(Self::$variant => $label,)+ }
            }

            /// The word with this stable code.
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|word| word.code() == code)
            }
        }
    };
}

words! {
    /// Sex as used in analysis (phenopackets v2 `Sex`).
    Sex {
        /// Female.
        Female = "female", "female";
        /// Male.
        Male = "male", "male";
        /// Neither fits.
        Other = "other", "other";
        /// Not said.
        Unknown = "unknown", "not known";
    }
}

words! {
    /// Copies of the variant in the person (GENO terms).
    Zygosity {
        /// GENO:0000135
        Heterozygous = "heterozygous", "heterozygous";
        /// GENO:0000136
        Homozygous = "homozygous", "homozygous";
        /// GENO:0000134
        Hemizygous = "hemizygous", "hemizygous";
        /// GENO:0000402
        CompoundHeterozygous = "compound_heterozygous", "compound heterozygous";
        /// GENO:0000602, with the share of genomes beside it
        Homoplasmic = "homoplasmic", "homoplasmic";
        /// GENO:0000603, with the share of genomes beside it
        Heteroplasmic = "heteroplasmic", "heteroplasmic";
        /// Seen in a part of the cells.
        Mosaic = "mosaic", "mosaic";
        /// Not said.
        Unknown = "unknown", "not known";
    }
}

words! {
    /// Where the person has the variant from (ClinVar's allele origins).
    AlleleOrigin {
        /// In every cell; parent not said.
        Germline = "germline", "germline";
        /// From a parent, which one not said.
        Inherited = "inherited", "inherited";
        /// From the mother.
        Maternal = "maternal", "maternal";
        /// From the father.
        Paternal = "paternal", "paternal";
        /// From both parents.
        Biparental = "biparental", "biparental";
        /// New in the person, both parents tested or assumed.
        DeNovo = "de_novo", "de novo";
        /// In tumour cells.
        Somatic = "somatic", "somatic";
        /// Not said.
        Unknown = "unknown", "not known";
    }
}

words! {
    /// Whether the person has the condition.
    AffectedStatus {
        /// Has it.
        Affected = "affected", "affected";
        /// Does not have it (at the age seen).
        Unaffected = "unaffected", "unaffected";
        /// Not said.
        Unknown = "unknown", "not known";
    }
}

words! {
    /// How far the laboratory has come with the case (phenopackets v2 `ProgressStatus`).
    Progress {
        /// A cause was found.
        Solved = "solved", "solved";
        /// None was found.
        Unsolved = "unsolved", "unsolved";
        /// Work goes on.
        InProgress = "in_progress", "in progress";
        /// Not said.
        Unknown = "unknown", "not known";
    }
}

/// Role of a variant in the explanation of a case (phenopackets v2 `InterpretationStatus`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Explains it.
    Causative,
    /// Contributes.
    Contributory,
    /// Might.
    Candidate,
    /// Was looked at and set aside.
    Rejected,
    /// Not said.
    Unknown,
}

/// A case without identity: what the laboratory may use inside and what de-identified forms are
/// made from. Ages stand in bands of years, never as dates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// The laboratory's own pseudonym; never leaves the laboratory.
    pub local_id: String,
    /// Sex as used in analysis.
    pub sex: Sex,
    /// Age band at last encounter, such as `40-49`; `None` when not said.
    pub age_band: Option<String>,
    /// Whether affected.
    pub affected: AffectedStatus,
    /// Whether the family was found through this person; `None`: nobody said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_proband: Option<bool>,
    /// The laboratory's own pseudonym of the family; never leaves the laboratory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family: Option<String>,
    /// Solved or not.
    pub progress: Progress,
    /// Features looked for, observed and excluded.
    pub features: Vec<PhenotypeFeature>,
    /// Diseases diagnosed or suspected.
    pub conditions: Vec<Condition>,
}

impl Case {
    /// Adds what another description of the same case says: features, conditions, and what was not
    /// said so far. What was said stays.
    pub fn absorb(&mut self, other: &Self) {
        if self.sex == Sex::Unknown {
            self.sex = other.sex;
        }
        if self.age_band.is_none() {
            self.age_band.clone_from(&other.age_band);
        }
        if self.affected == AffectedStatus::Unknown {
            self.affected = other.affected;
        }
        if self.is_proband.is_none() {
            self.is_proband = other.is_proband;
        }
        if self.family.is_none() {
            self.family.clone_from(&other.family);
        }
        if self.progress == Progress::Unknown {
            self.progress = other.progress;
        }
        for feature in &other.features {
            let same = |f: &PhenotypeFeature| f.term == feature.term && f.excluded == feature.excluded;
            if !self.features.iter().any(same) {
                self.features.push(feature.clone());
            }
        }
        for condition in &other.conditions {
            if !self.conditions.contains(condition) {
                self.conditions.push(condition.clone());
            }
        }
    }
}
