//! What the form of a data-access request brings, and the request that it means.

use cairn_core::access_request::AccessRequest;
use cairn_core::curie::Curie;
use cairn_core::data_use::{PurposeKind, RequestPurpose};
use cairn_core::tier::Tier;
use serde::Deserialize;

/// Purposes that a researcher may name.
pub(super) const PURPOSES: [PurposeKind; 10] = [
    PurposeKind::General,
    PurposeKind::Health,
    PurposeKind::Disease,
    PurposeKind::Methods,
    PurposeKind::Ancestry,
    PurposeKind::Controls,
    PurposeKind::Gender,
    PurposeKind::Paediatric,
    PurposeKind::Vulnerable,
    PurposeKind::Stigmatising,
];

/// What the form of a request brings, as typed; lists are separated by commas, yes and no may be left out.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    pub(super) laboratory: String,
    pub(super) title: String,
    pub(super) summary: String,
    pub(super) kind: String,
    pub(super) disease: String,
    pub(super) not_for_profit: String,
    pub(super) commercial: String,
    pub(super) genetic: String,
    pub(super) country: String,
    pub(super) genes: String,
    pub(super) conditions: String,
    pub(super) tier: String,
    pub(super) until: String,
}

fn yes_or_no(text: &str) -> Option<bool> {
    match text {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    }
}

pub(super) fn stated(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

fn words(text: &str) -> Vec<String> {
    text.split([',', ';', '\n']).filter_map(stated).collect()
}

impl Asked {
    /// The request as typed.
    ///
    /// # Errors
    /// Says which field cannot be read.
    pub(super) fn read(&self) -> Result<AccessRequest, String> {
        let kind = PurposeKind::from_code(&self.kind).filter(|kind| PURPOSES.contains(kind));
        let purpose = RequestPurpose {
            disease: stated(&self.disease),
            not_for_profit: yes_or_no(&self.not_for_profit),
            commercial: yes_or_no(&self.commercial),
            genetic: yes_or_no(&self.genetic),
            country: stated(&self.country).map(|code| code.to_uppercase()),
            ..RequestPurpose::of(kind.ok_or("choose what the data are for")?)
        };
        let curie = |text: &String| {
            text.parse::<Curie>().map_err(|_| format!("`{text}` is no identifier of a diagnosis: write MONDO:0007254"))
        };
        Ok(AccessRequest {
            title: self.title.trim().to_owned(),
            summary: self.summary.trim().to_owned(),
            purpose,
            genes: words(&self.genes),
            conditions: words(&self.conditions).iter().map(curie).collect::<Result<_, _>>()?,
            tier: Tier::from_code(&self.tier).ok_or("choose how much of a case")?,
            until: self.until.trim().parse().map_err(|_| "write the last day as 2027-06-30".to_owned())?,
        })
    }
}
