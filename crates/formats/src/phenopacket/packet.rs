//! The top of the schema: phenopacket, family, cohort, subject and metadata (Phenopackets v2.0).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::clinical::{
    Biosample, Disease, ExternalReference, Measurement, MedicalAction, OntologyClass, PhenotypicFeature, TimeElement,
};
use super::genomic::Interpretation;
use super::scalar::{Whole, enumeration};

/// One case.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the fields are those of the schema, by their names")]
pub struct Phenopacket {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<Individual>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub phenotypic_features: Vec<PhenotypicFeature>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub measurements: Vec<Measurement>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub biosamples: Vec<Biosample>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub interpretations: Vec<Interpretation>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub diseases: Vec<Disease>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub medical_actions: Vec<MedicalAction>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<File>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meta_data: Option<MetaData>,
}

/// A proband with relatives.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the fields are those of the schema, by their names")]
pub struct Family {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proband: Option<Phenopacket>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub relatives: Vec<Phenopacket>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consanguinous_parent: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pedigree: Option<Pedigree>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<File>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meta_data: Option<MetaData>,
}

/// A group of cases.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the fields are those of the schema, by their names")]
pub struct Cohort {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<Phenopacket>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<File>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meta_data: Option<MetaData>,
}

/// The person, by pseudonym.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the fields are those of the schema, by their names")]
pub struct Individual {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub alternate_ids: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_of_birth: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_at_last_encounter: Option<TimeElement>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vital_status: Option<VitalStatus>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sex: Option<Sex>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub karyotypic_sex: Option<KaryotypicSex>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gender: Option<OntologyClass>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub taxonomy: Option<OntologyClass>,
}

/// Alive or not.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the fields are those of the schema, by their names")]
pub struct VitalStatus {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<LifeStatus>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_of_death: Option<TimeElement>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause_of_death: Option<OntologyClass>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub survival_time_in_days: Option<Whole>,
}

/// Family structure, as in a PED file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the fields are those of the schema, by their names")]
pub struct Pedigree {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub persons: Vec<Person>,
}

/// One member of a pedigree.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the fields are those of the schema, by their names")]
pub struct Person {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub individual_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paternal_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maternal_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sex: Option<Sex>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub affected_status: Option<Affected>,
}

/// A file elsewhere that belongs to the case.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the fields are those of the schema, by their names")]
pub struct File {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uri: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub individual_to_file_identifiers: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub file_attributes: BTreeMap<String, String>,
}

/// Who made the packet, when, with which resources.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the fields are those of the schema, by their names")]
pub struct MetaData {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub submitted_by: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<Resource>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub updates: Vec<Update>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phenopacket_schema_version: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub external_references: Vec<ExternalReference>,
}

/// An ontology used.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the fields are those of the schema, by their names")]
pub struct Resource {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace_prefix: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iri_prefix: Option<String>,
}

/// A change of the packet.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the fields are those of the schema, by their names")]
pub struct Update {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated_by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

enumeration! {
    /// Sex as used in analysis.
    Sex {
        UnknownSex = "UNKNOWN_SEX",
        Female = "FEMALE",
        Male = "MALE",
        OtherSex = "OTHER_SEX",
    }
}

enumeration! {
    /// Sex chromosomes.
    KaryotypicSex {
        Unknown = "UNKNOWN_KARYOTYPE",
        Xx = "XX",
        Xy = "XY",
        Xo = "XO",
        Xxy = "XXY",
        Xxx = "XXX",
        Xxyy = "XXYY",
        Xxxy = "XXXY",
        Xxxx = "XXXX",
        Xyy = "XYY",
        Other = "OTHER_KARYOTYPE",
    }
}

enumeration! {
    /// Whether the person lives.
    LifeStatus {
        UnknownStatus = "UNKNOWN_STATUS",
        Alive = "ALIVE",
        Deceased = "DECEASED",
    }
}

enumeration! {
    /// Affected status in a pedigree.
    Affected {
        Missing = "MISSING",
        Unaffected = "UNAFFECTED",
        Affected = "AFFECTED",
    }
}
