//! Interpretations, genes and variants of the schema (v2.0, with VRSATILE descriptors).

use serde::{Deserialize, Serialize};

use super::clinical::OntologyClass;
use super::scalar::{Whole, enumeration};

/// What the laboratory concluded.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the fields are those of the schema, by their names")]
pub struct Interpretation {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub progress_status: Option<ProgressStatus>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub diagnosis: Option<Diagnosis>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
}

/// The disease and the variants that explain it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the fields are those of the schema, by their names")]
pub struct Diagnosis {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disease: Option<OntologyClass>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub genomic_interpretations: Vec<GenomicInterpretation>,
}

/// One gene or variant and its role.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the fields are those of the schema, by their names")]
pub struct GenomicInterpretation {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject_or_biosample_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interpretation_status: Option<InterpretationStatus>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gene: Option<GeneDescriptor>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variant_interpretation: Option<VariantInterpretation>,
}

/// A variant with its class.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the fields are those of the schema, by their names")]
pub struct VariantInterpretation {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acmg_pathogenicity_classification: Option<AcmgClass>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub therapeutic_actionability: Option<Actionability>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variation_descriptor: Option<VariationDescriptor>,
}

/// A variant in all notations given.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the fields are those of the schema, by their names")]
pub struct VariationDescriptor {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variation: Option<serde_json::Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gene_context: Option<GeneDescriptor>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub expressions: Vec<Expression>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vcf_record: Option<VcfRecord>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub xrefs: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub alternate_labels: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub extensions: Vec<Extension>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub molecule_context: Option<MoleculeContext>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub structural_type: Option<OntologyClass>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vrs_ref_allele_seq: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allelic_state: Option<OntologyClass>,
}

/// A gene.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the fields are those of the schema, by their names")]
pub struct GeneDescriptor {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub symbol: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub alternate_ids: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub alternate_symbols: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub xrefs: Vec<String>,
}

/// One notation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the fields are those of the schema, by their names")]
pub struct Expression {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub syntax: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

/// The columns of a VCF record.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the fields are those of the schema, by their names")]
pub struct VcfRecord {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub genome_assembly: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chrom: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pos: Option<Whole>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alt: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub qual: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub info: Option<String>,
}

/// A named value outside the schema.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the fields are those of the schema, by their names")]
pub struct Extension {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<serde_json::Value>,
}

enumeration! {
    /// How far the laboratory has come.
    ProgressStatus {
        UnknownProgress = "UNKNOWN_PROGRESS",
        InProgress = "IN_PROGRESS",
        Completed = "COMPLETED",
        Solved = "SOLVED",
        Unsolved = "UNSOLVED",
    }
}

enumeration! {
    /// Role in the explanation.
    InterpretationStatus {
        UnknownStatus = "UNKNOWN_STATUS",
        Rejected = "REJECTED",
        Candidate = "CANDIDATE",
        Contributory = "CONTRIBUTORY",
        Causative = "CAUSATIVE",
    }
}

enumeration! {
    /// ACMG/AMP 2015 class.
    AcmgClass {
        NotProvided = "NOT_PROVIDED",
        Benign = "BENIGN",
        LikelyBenign = "LIKELY_BENIGN",
        UncertainSignificance = "UNCERTAIN_SIGNIFICANCE",
        LikelyPathogenic = "LIKELY_PATHOGENIC",
        Pathogenic = "PATHOGENIC",
    }
}

enumeration! {
    /// Whether a treatment follows.
    Actionability {
        UnknownActionability = "UNKNOWN_ACTIONABILITY",
        NotActionable = "NOT_ACTIONABLE",
        Actionable = "ACTIONABLE",
    }
}

enumeration! {
    /// On which molecule the variant is described.
    MoleculeContext {
        UnspecifiedMoleculeContext = "unspecified_molecule_context",
        Genomic = "genomic",
        Transcript = "transcript",
        Protein = "protein",
    }
}
