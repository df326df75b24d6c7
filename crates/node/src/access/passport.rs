//! GA4GH Passports: visas as a source of what is known about a requester.
//!
//! A passport is a signed token of a broker that holds signed tokens of others, the visas. Each is
//! verified with keys that the node was given; no key is ever fetched, whatever a token says. A visa
//! that cannot be verified is left out as if it were not there. Who may say what is by issuer: each
//! [`Trusted`] issuer has the types of visa it is believed for. Only `ControlledAccessGrants` opens a
//! data set.

mod condition;
mod token;

use condition::Condition;
use serde::Deserialize;
use std::collections::BTreeMap;
use token::{Claims, Kind, Token};

pub use token::{Key, KeyError};

/// Seconds by which clocks may differ.
const SKEW: i64 = 60;

/// Most visas of one passport that are looked at, and most bytes of it.
const MOST_VISAS: usize = 100;
const MOST_BYTES: usize = 1024 * 1024;

/// What a visa says (GA4GH Passport v1, standard visa types).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum VisaType {
    /// Access to a data set was granted.
    ControlledAccessGrants,
    /// Where the person works, and as what.
    AffiliationAndRole,
    /// Terms that the person accepted.
    AcceptedTermsAndPolicies,
    /// The person is a researcher.
    ResearcherStatus,
    /// Two identities are one person.
    LinkedIdentities,
}

impl VisaType {
    fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "ControlledAccessGrants" => Self::ControlledAccessGrants,
            "AffiliationAndRole" => Self::AffiliationAndRole,
            "AcceptedTermsAndPolicies" => Self::AcceptedTermsAndPolicies,
            "ResearcherStatus" => Self::ResearcherStatus,
            "LinkedIdentities" => Self::LinkedIdentities,
            _ => return None,
        })
    }
}

/// An issuer that the node believes.
#[derive(Debug, Clone)]
pub struct Trusted {
    /// Its keys.
    pub keys: Vec<Key>,
    /// For which visas.
    pub types: Vec<VisaType>,
    /// Whether it may issue passports.
    pub is_broker: bool,
}

/// The issuers that the node believes, by their `iss`.
pub type Trust = BTreeMap<String, Trusted>;

/// A visa that was verified.
#[derive(Debug, Clone, PartialEq)]
pub struct Visa {
    /// Who issued it.
    pub issuer: String,
    /// About whom.
    pub subject: String,
    /// What it is.
    pub kind: VisaType,
    /// What it says.
    pub value: String,
    /// Which organisation asserts it.
    pub source: String,
    /// In which capacity, such as `dac`.
    pub by: Option<String>,
    conditions: Vec<Vec<Condition>>,
}

/// A passport with the visas that could be verified.
#[derive(Debug, Clone, PartialEq)]
pub struct Passport {
    /// Who issued it.
    pub issuer: String,
    /// The person.
    pub subject: String,
    /// What is known of the person.
    pub visas: Vec<Visa>,
}

/// A passport that says nothing here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PassportError {
    /// Not a token, or too large.
    #[error("the passport is not a signed token of the expected form")]
    Malformed,
    /// Not signed by a broker that the node believes.
    #[error("the passport is not signed by a broker that this node believes")]
    NotTrusted,
    /// Outside its time.
    #[error("the passport is expired or not yet in force")]
    OutOfTime,
}

#[derive(Deserialize)]
struct VisaClaim {
    #[serde(rename = "type")]
    kind: String,
    asserted: i64,
    value: String,
    source: String,
    #[serde(default)]
    by: Option<String>,
    #[serde(default)]
    conditions: Option<Vec<Vec<Condition>>>,
}

/// Verifies a passport at a moment (seconds since 1970).
///
/// # Errors
/// When the passport itself cannot be believed; visas that cannot are left out.
pub fn verify(passport: &str, trust: &Trust, now: i64) -> Result<Passport, PassportError> {
    if passport.len() > MOST_BYTES {
        return Err(PassportError::Malformed);
    }
    let token = Token::read(passport.trim(), Kind::Passport).ok_or(PassportError::Malformed)?;
    let issuer = trust.get(&token.claims.iss).filter(|issuer| issuer.is_broker).ok_or(PassportError::NotTrusted)?;
    if !token.is_signed_by(&issuer.keys) {
        return Err(PassportError::NotTrusted);
    }
    if !in_time(&token.claims, now) {
        return Err(PassportError::OutOfTime);
    }
    let visas = token.claims.passport.iter().take(MOST_VISAS);
    let visas = visas.filter_map(|text| visa(text, trust, now)).collect();
    Ok(Passport { issuer: token.claims.iss, subject: token.claims.sub, visas })
}

fn in_time(claims: &Claims, now: i64) -> bool {
    let begun = claims.iat <= now + SKEW && claims.nbf.is_none_or(|from| from <= now + SKEW);
    begun && now < claims.exp
}

fn visa(text: &str, trust: &Trust, now: i64) -> Option<Visa> {
    let token = Token::read(text, Kind::Visa)?;
    let issuer = trust.get(&token.claims.iss)?;
    if !token.is_signed_by(&issuer.keys) || !in_time(&token.claims, now) {
        return None;
    }
    let claim: VisaClaim = serde_json::from_value(token.claims.visa?).ok()?;
    let kind = VisaType::from_name(&claim.kind).filter(|kind| issuer.types.contains(kind))?;
    let says_something = !claim.value.is_empty() && !claim.source.is_empty() && claim.asserted <= now + SKEW;
    says_something.then_some(Visa {
        issuer: token.claims.iss,
        subject: token.claims.sub,
        kind,
        value: claim.value,
        source: claim.source,
        by: claim.by,
        conditions: claim.conditions.unwrap_or_default(),
    })
}

impl Passport {
    /// Whether a visa is about the holder of the passport: the same subject of the same broker's
    /// making, or one that a believed visa links with it.
    fn is_about_holder(&self, visa: &Visa) -> bool {
        let links = self.visas.iter().filter(|link| {
            link.kind == VisaType::LinkedIdentities && link.subject == self.subject && link.conditions.is_empty()
        });
        let identity = |pair: &str| -> Option<(String, String)> {
            let (subject, issuer) = pair.split_once(',')?;
            Some((token::percent_decoded(subject)?, token::percent_decoded(issuer)?))
        };
        visa.subject == self.subject
            || links
                .flat_map(|link| link.value.split(';').filter_map(identity))
                .any(|(subject, issuer)| subject == visa.subject && issuer == visa.issuer)
    }

    /// Whether the conditions of a visa hold: one of the outer list, of which each is met by one visa.
    fn conditions_hold(&self, visa: &Visa) -> bool {
        // Visas that carry conditions of their own meet none, so that none can go in a circle.
        let others = || self.visas.iter().filter(|other| other.conditions.is_empty() && self.is_about_holder(other));
        let met = |condition: &Condition| others().any(|other| condition.is_met_by(other));
        visa.conditions.is_empty() || visa.conditions.iter().any(|all| !all.is_empty() && all.iter().all(met))
    }

    /// The visa that opens a data set, named exactly as the visa names it.
    pub fn grant_for(&self, data_set: &str) -> Option<&Visa> {
        let grants = self.visas.iter().filter(|visa| visa.kind == VisaType::ControlledAccessGrants);
        grants
            .filter(|visa| visa.value == data_set)
            .find(|visa| self.is_about_holder(visa) && self.conditions_hold(visa))
    }

    /// Whether a believed visa says that the holder is a researcher.
    pub fn is_researcher(&self) -> bool {
        let says = |visa: &&Visa| visa.kind == VisaType::ResearcherStatus;
        self.visas.iter().filter(says).any(|visa| self.is_about_holder(visa) && self.conditions_hold(visa))
    }
}

/// Keys of an issuer as a JSON Web Key Set (RFC 7517); keys of other kinds are left out.
///
/// # Errors
/// When the text is no key set, or a key of a known kind is damaged.
pub fn read_keys(text: &str) -> Result<Vec<Key>, KeyError> {
    token::read_keys(text)
}
