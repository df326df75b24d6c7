//! Which people of the provider are who here: by a claim of their token, said explicitly, and by nothing else.

use cairn_core::user::UserRole;
use serde_json::{Map, Value};

/// People whose claim holds this value work in this laboratory in this role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The claim; dots lead into objects: `realm_access.roles`. A claim whose own name has dots counts first.
    pub claim: String,
    /// What it holds: the text, or one of a list of texts.
    pub value: String,
    /// The laboratory: its name, slug or id.
    pub laboratory: String,
    /// The part these people play.
    pub role: UserRole,
}

impl Rule {
    /// Whether it fits these claims.
    pub fn fits(&self, claims: &Map<String, Value>) -> bool {
        match held(claims, &self.claim) {
            Some(Value::String(text)) => *text == self.value,
            Some(Value::Array(list)) => list.iter().any(|one| one.as_str() == Some(self.value.as_str())),
            _ => false,
        }
    }
}

/// The first rule that fits; `None`: nobody.
pub fn first<'a>(rules: &'a [Rule], claims: &Map<String, Value>) -> Option<&'a Rule> {
    rules.iter().find(|rule| rule.fits(claims))
}

fn held<'a>(claims: &'a Map<String, Value>, path: &str) -> Option<&'a Value> {
    if let Some(value) = claims.get(path) {
        return Some(value);
    }
    let (head, rest) = path.split_once('.')?;
    held(claims.get(head)?.as_object()?, rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn rule(claim: &str, value: &str, role: UserRole) -> Rule {
        Rule { claim: claim.to_owned(), value: value.to_owned(), laboratory: "north".to_owned(), role }
    }

    #[test]
    fn the_first_rule_that_fits_counts_and_none_is_nobody() {
        let rules = [
            rule("groups", "heads", UserRole::LaboratoryHead),
            rule("realm_access.roles", "scientist", UserRole::ClinicalScientist),
            rule("https://hospital.example/role", "doctor", UserRole::Clinician),
        ];
        let role = |claims: Value| first(&rules, claims.as_object().unwrap()).map(|rule| rule.role);
        assert_eq!(
            role(json!({"groups": ["staff", "heads"], "realm_access": {"roles": ["scientist"]}})),
            Some(UserRole::LaboratoryHead)
        );
        assert_eq!(role(json!({"groups": "heads"})), Some(UserRole::LaboratoryHead));
        assert_eq!(role(json!({"realm_access": {"roles": ["scientist"]}})), Some(UserRole::ClinicalScientist));
        assert_eq!(role(json!({"https://hospital.example/role": "doctor"})), Some(UserRole::Clinician));
        for nobody in [
            json!({}),
            json!({"groups": "headstrong"}),
            json!({"groups": {"heads": true}}),
            json!({"realm_access": "scientist"}),
            json!({"groups": 7}),
        ] {
            assert_eq!(role(nobody.clone()), None, "{nobody}");
        }
    }
}
