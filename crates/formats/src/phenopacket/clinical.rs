//! Features, diseases, measurements, samples, treatments, and the base types they share (v2.0).

use serde::{Deserialize, Serialize};

use super::scalar::{Real, Whole, enumeration};

/// A term of an ontology.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the fields are those of the schema, by their names")]
pub struct OntologyClass {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
}

/// A publication or record elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the fields are those of the schema, by their names")]
pub struct ExternalReference {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// What an assertion rests on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the fields are those of the schema, by their names")]
pub struct Evidence {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence_code: Option<OntologyClass>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<ExternalReference>,
}

/// A moment or period; one of its fields is set.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the fields are those of the schema, by their names")]
pub struct TimeElement {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gestational_age: Option<GestationalAge>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age: Option<Age>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age_range: Option<AgeRange>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ontology_class: Option<OntologyClass>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<TimeInterval>,
}

/// Age before birth.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the fields are those of the schema, by their names")]
pub struct GestationalAge {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weeks: Option<Whole>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<Whole>,
}

/// An age as an ISO 8601 duration.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the fields are those of the schema, by their names")]
pub struct Age {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iso8601duration: Option<String>,
}

/// From one age to another.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the fields are those of the schema, by their names")]
pub struct AgeRange {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<Age>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<Age>,
}

/// From one moment to another.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the fields are those of the schema, by their names")]
pub struct TimeInterval {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<String>,
}

/// A feature looked for, observed or excluded.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the fields are those of the schema, by their names")]
pub struct PhenotypicFeature {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub class: Option<OntologyClass>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub excluded: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<OntologyClass>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub modifiers: Vec<OntologyClass>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub onset: Option<TimeElement>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolution: Option<TimeElement>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Evidence>,
}

/// A disease diagnosed or excluded.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the fields are those of the schema, by their names")]
pub struct Disease {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub term: Option<OntologyClass>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub excluded: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub onset: Option<TimeElement>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolution: Option<TimeElement>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub disease_stage: Vec<OntologyClass>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub clinical_tnm_finding: Vec<OntologyClass>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub primary_site: Option<OntologyClass>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub laterality: Option<OntologyClass>,
}

/// A clinical procedure.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the fields are those of the schema, by their names")]
pub struct Procedure {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<OntologyClass>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body_site: Option<OntologyClass>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub performed: Option<TimeElement>,
}

/// A measured value.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the fields are those of the schema, by their names")]
pub struct Measurement {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assay: Option<OntologyClass>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<MeasuredValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub complex_value: Option<ComplexValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_observed: Option<TimeElement>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub procedure: Option<Procedure>,
}

/// A quantity or a term.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the fields are those of the schema, by their names")]
pub struct MeasuredValue {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Quantity>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ontology_class: Option<OntologyClass>,
}

/// Several quantities, such as a blood pressure.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the fields are those of the schema, by their names")]
pub struct ComplexValue {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub typed_quantities: Vec<TypedQuantity>,
}

/// A quantity with its kind.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the fields are those of the schema, by their names")]
pub struct TypedQuantity {
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub class: Option<OntologyClass>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Quantity>,
}

/// A number with its unit.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the fields are those of the schema, by their names")]
pub struct Quantity {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<OntologyClass>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Real>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference_range: Option<ReferenceRange>,
}

/// The normal range.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the fields are those of the schema, by their names")]
pub struct ReferenceRange {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<OntologyClass>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low: Option<Real>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high: Option<Real>,
}

/// A sample of the person.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the fields are those of the schema, by their names")]
pub struct Biosample {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub individual_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub derived_from_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sampled_tissue: Option<OntologyClass>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sample_type: Option<OntologyClass>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub phenotypic_features: Vec<PhenotypicFeature>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub measurements: Vec<Measurement>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub taxonomy: Option<OntologyClass>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_of_collection: Option<TimeElement>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub histological_diagnosis: Option<OntologyClass>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tumor_progression: Option<OntologyClass>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tumor_grade: Option<OntologyClass>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pathological_stage: Option<OntologyClass>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pathological_tnm_finding: Vec<OntologyClass>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub diagnostic_markers: Vec<OntologyClass>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub procedure: Option<Procedure>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<super::packet::File>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub material_sample: Option<OntologyClass>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sample_processing: Option<OntologyClass>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sample_storage: Option<OntologyClass>,
}

/// A treatment or procedure with its aim and outcome.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the fields are those of the schema, by their names")]
pub struct MedicalAction {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub procedure: Option<Procedure>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub treatment: Option<Treatment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub radiation_therapy: Option<RadiationTherapy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub therapeutic_regimen: Option<TherapeuticRegimen>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub treatment_target: Option<OntologyClass>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub treatment_intent: Option<OntologyClass>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_to_treatment: Option<OntologyClass>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub adverse_events: Vec<OntologyClass>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub treatment_termination_reason: Option<OntologyClass>,
}

/// An agent given.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the fields are those of the schema, by their names")]
pub struct Treatment {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<OntologyClass>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub route_of_administration: Option<OntologyClass>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub dose_intervals: Vec<DoseInterval>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drug_type: Option<DrugType>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cumulative_dose: Option<Quantity>,
}

/// A dose over a period.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the fields are those of the schema, by their names")]
pub struct DoseInterval {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Quantity>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schedule_frequency: Option<OntologyClass>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<TimeInterval>,
}

/// Radiation given.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the fields are those of the schema, by their names")]
pub struct RadiationTherapy {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub modality: Option<OntologyClass>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body_site: Option<OntologyClass>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dosage: Option<Whole>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fractions: Option<Whole>,
}

/// A planned course.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the fields are those of the schema, by their names")]
pub struct TherapeuticRegimen {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_reference: Option<ExternalReference>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ontology_class: Option<OntologyClass>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_time: Option<TimeElement>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_time: Option<TimeElement>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub regimen_status: Option<RegimenStatus>,
}

enumeration! {
    /// How a drug came to be recorded.
    DrugType {
        UnknownDrugType = "UNKNOWN_DRUG_TYPE",
        Prescription = "PRESCRIPTION",
        EhrMedicationList = "EHR_MEDICATION_LIST",
        AdministrationRelatedToProcedure = "ADMINISTRATION_RELATED_TO_PROCEDURE",
    }
}

enumeration! {
    /// How far a regimen has come.
    RegimenStatus {
        UnknownStatus = "UNKNOWN_STATUS",
        Started = "STARTED",
        Completed = "COMPLETED",
        Discontinued = "DISCONTINUED",
    }
}
