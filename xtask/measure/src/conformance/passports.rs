//! `passports/`: whether a GA4GH passport opens a data set, at the moment of the case.

use std::collections::BTreeMap;
use std::path::Path;

use cairn_node::access::passport::{Trust, Trusted, VisaType, read_keys, verify};
use serde::Deserialize;
use serde_json::Value;

use super::SuiteReport;

#[derive(Deserialize)]
struct File {
    now: i64,
    trusted_issuers: BTreeMap<String, Issuer>,
    broker: String,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Issuer {
    jwks: Value,
}

#[derive(Deserialize)]
struct Case {
    id: String,
    now: Option<i64>,
    dataset: String,
    passport: String,
    allow: bool,
}

pub(crate) fn run(folder: &Path, report: &mut SuiteReport) {
    let path = folder.join("passports.json");
    let Some(text) = report.read(&path) else { return };
    let file: File = match serde_json::from_str(&text) {
        Ok(file) => file,
        Err(error) => return report.unreadable(&path, &error),
    };
    let trust = match trust(&file) {
        Ok(trust) => trust,
        Err(error) => return report.unreadable(&path, &error),
    };
    for case in &file.cases {
        let now = case.now.unwrap_or(file.now);
        let opens = || match verify(&case.passport, &trust, now) {
            Ok(passport) => passport.grant_for(&case.dataset).is_some().to_string(),
            Err(_) => false.to_string(),
        };
        report.check(case.id.clone(), case.allow.to_string(), opens);
    }
}

/// The issuers that the file trusts, each for what its note says: committees grant, the broker links
/// and affiliates.
fn trust(file: &File) -> Result<Trust, cairn_node::access::passport::KeyError> {
    let believed = |(name, issuer): (&String, &Issuer)| {
        let is_broker = *name == file.broker;
        let types = match is_broker {
            true => vec![VisaType::LinkedIdentities, VisaType::AffiliationAndRole],
            false => vec![VisaType::ControlledAccessGrants],
        };
        Ok((name.clone(), Trusted { keys: read_keys(&issuer.jwks.to_string())?, types, is_broker }))
    };
    file.trusted_issuers.iter().map(believed).collect()
}
