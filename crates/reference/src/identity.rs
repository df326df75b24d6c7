//! The answer to "which variant is this?", as the command line and the API give it.
//!
//! Field names are a contract with scripts and partners: add, do not rename. Those that every answer has are written
//! even when there is nothing to say, as `null` or empty.

use std::collections::BTreeMap;

use cairn_variant::{assembly::Assembly, place::Place};
use serde::{Deserialize, Serialize};

/// What a text was found to say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The text as given.
    pub expression: String,
    /// How far identification came.
    pub status: Status,
    /// The VRS 2 identifier: on GRCh38, or on [`Self::assembly`] when it cannot be carried there with agreeing bases.
    /// Kinds that VRS has no class for have an identifier of ours, `cairn:EX.…`.
    pub variant_id: Option<String>,
    /// The group of this variant's alleles on every build.
    pub canonical_id: Option<String>,
    /// The VRS version that computed the identifiers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vrs_version: Option<String>,
    /// What sort of variant.
    pub kind: Option<Kind>,
    /// The assembly that `variant_id` is on; `None` for variants without a place on a chromosome.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assembly: Option<Assembly>,
    /// SPDI on the same sequence as `variant_id`, fully justified where the bases are loaded.
    pub spdi: Option<String>,
    /// `17-43045712-T-C` by assembly, leftmost where the bases are loaded.
    #[serde(default)]
    pub vcf: BTreeMap<Assembly, String>,
    /// Descriptions in HGVS nomenclature.
    #[serde(default)]
    pub hgvs: HgvsDescriptions,
    /// VRS identifiers by assembly.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub alleles: BTreeMap<Assembly, String>,
    /// The VRS identifier that a substitution would have on the other assembly by the loaded chain, where bases to
    /// compare are missing. No identity: but a record that states the same bases there is the same variant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counterpart: Option<String>,
    /// Where it lies, the main assembly first: one place on each assembly that it is known on; two for a joint of two
    /// sequence ends; one for each member of a haplotype or genotype.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<Place>,
    /// Symbols of the genes concerned.
    #[serde(default)]
    pub genes: Vec<String>,
    /// What it is on each transcript, MANE Select first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub consequences: Vec<TranscriptConsequence>,
    /// What to know.
    #[serde(default)]
    pub warnings: Vec<Notice>,
    /// What the text may mean, when it may mean several things.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<Candidate>,
    /// Why there is no identity.
    pub error: Option<Refusal>,
}

/// How far identification came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It has its identity.
    Resolved,
    /// It has an identity that may change when more reference is loaded: the warnings say which.
    Provisional,
    /// It may be several variants.
    Ambiguous,
    /// It has none.
    #[default]
    Error,
}

/// What sort of variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// As the reference.
    Reference,
    /// One base by another.
    Substitution,
    /// Several bases by as many.
    MultiNucleotide,
    /// Bases go.
    Deletion,
    /// Bases come.
    Insertion,
    /// The inserted bases repeat those beside them.
    Duplication,
    /// Bases by more or fewer.
    DeletionInsertion,
    /// A stretch turned round.
    Inversion,
    /// A number of copies of a short unit.
    Repeat,
    /// A change in the number of copies of a stretch.
    CopyNumberChange,
    /// A number of copies of a stretch.
    CopyNumberCount,
    /// Two sequence ends joined.
    Adjacency,
    /// Chromosomes seen rearranged under the microscope, without a known gain or loss.
    Rearrangement,
    /// An exon or gene is lost or gained, with or without known ends.
    ExonEvent,
    /// A mobile element comes, its bases not known.
    MobileElementInsertion,
    /// Several changes on one molecule.
    Haplotype,
    /// Changes on two homologous chromosomes.
    Genotype,
    /// Two genes joined.
    Fusion,
    /// A change of a protein.
    Protein,
}

/// Descriptions in HGVS nomenclature.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HgvsDescriptions {
    /// On the chromosome of the assembly that `variant_id` is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub g: Option<String>,
    /// On the chromosome, by assembly.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub g_by_assembly: BTreeMap<Assembly, String>,
    /// On transcripts, MANE Select first.
    #[serde(default)]
    pub c: Vec<String>,
    /// On proteins, in the order of `c`.
    #[serde(default)]
    pub p: Vec<String>,
}

/// A variant on one transcript.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TranscriptConsequence {
    /// Transcript with version.
    pub transcript: String,
    /// Symbol of its gene.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gene: Option<String>,
    /// `select`, `plus_clinical`, or nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mane: Option<String>,
    /// `NM_007294.4:c.68_69del`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hgvs_c: Option<String>,
    /// `NP_009225.1:p.(Glu23ValfsTer17)`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hgvs_p: Option<String>,
    /// Sequence Ontology terms, the most severe first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub terms: Vec<String>,
    /// Why it could not be placed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

/// Something to know about an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Stable over releases: `reference_not_verified`.
    pub code: String,
    /// For a person.
    pub message: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
}

/// Why a text has no identity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// Stable over releases.
    pub code: String,
    /// For a person.
    pub message: String,
    /// What to do about it.
    pub remedy: String,
}

/// One thing that an ambiguous text may mean.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// What to write to mean it.
    pub expression: String,
    /// Its identifier, when it has one here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variant_id: Option<String>,
    /// Why it is one.
    pub why: String,
}

impl Identity {
    /// A refusal.
    pub fn refused(expression: &str, code: &str, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        let error = Refusal { code: code.to_owned(), message: message.into(), remedy: remedy.into() };
        Self { expression: expression.to_owned(), error: Some(error), ..Self::default() }
    }

    /// Whether it has an identifier, be it a provisional one.
    pub const fn is_identified(&self) -> bool {
        self.variant_id.is_some()
    }

    /// Whether an answer carries a warning.
    pub fn has_warning(&self, code: &str) -> bool {
        self.warnings.iter().any(|warning| warning.code == code)
    }
}

impl Notice {
    /// A warning without a remedy.
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), message: message.into(), remedy: None }
    }

    /// What to do about it.
    #[must_use]
    pub fn with_remedy(self, remedy: impl Into<String>) -> Self {
        Self { remedy: Some(remedy.into()), ..self }
    }
}
