//! A researcher's request to use data of cases, and what became of it.
//!
//! A request is for the cases of one laboratory: all of them, or those with a variant in some genes or with some
//! diagnoses. What each person agreed to decides first; a grant by the laboratory settles what consents refer to a
//! person, and never what they deny.

use crate::curie::Curie;
use crate::data_use::RequestPurpose;
use crate::discordance::words;
use crate::id::AccessRequestId;
use crate::tier::Tier;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Most genes, and most diagnoses, of one request.
pub const MOST: usize = 100;

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessRequest {
    /// What the project is called.
    pub title: String,
    /// What it is about, in a few sentences for who decides.
    pub summary: String,
    /// What for, as data-use conditions ask.
    pub purpose: RequestPurpose,
    /// Cases with a variant in one of these genes; empty: in any.
    #[serde(default)]
    pub genes: Vec<String>,
    /// Cases with one of these diagnoses; empty: with any.
    #[serde(default)]
    pub conditions: Vec<Curie>,
    /// How much of a case: tier 1, the case without identity, or tier 2, numbers.
    pub tier: Tier,
    /// The last day of use.
    pub until: Date,
}

impl AccessRequest {
    /// The same request, when it can be decided on.
    ///
    /// # Errors
    /// Says which field cannot be so.
    pub fn checked(self, today: Date) -> Result<Self, String> {
        let letters = |text: &str, least: usize, most: usize| (least..=most).contains(&text.trim().chars().count());
        if !letters(&self.title, 3, 200) {
            return Err("give the project a title of 3 to 200 characters".to_owned());
        }
        if !letters(&self.summary, 20, 5_000) {
            return Err("say what the project is about, in 20 to 5,000 characters".to_owned());
        }
        if !matches!(self.tier, Tier::One | Tier::Two) {
            return Err("a request is for tier 1 (cases without identity) or tier 2 (numbers)".to_owned());
        }
        if self.until < today {
            return Err(format!("the last day, {}, is over", self.until));
        }
        if self.genes.len() > MOST || self.conditions.len() > MOST {
            return Err(format!("name at most {MOST} genes and {MOST} diagnoses"));
        }
        Ok(self)
    }
}

words! {
    /// What became of a request.
    RequestState {
        /// Nobody has decided.
        Asked = "asked", "asked";
        /// The laboratory granted it.
        Granted = "granted", "granted";
        /// The laboratory refused it.
        Refused = "refused", "refused";
        /// The researcher took it back.
        Withdrawn = "withdrawn", "withdrawn";
        /// The laboratory took the grant back.
        Revoked = "revoked", "revoked";
    }
}

impl RequestState {
    /// Whether a request in this state may come to another.
    pub fn may_become(self, next: Self) -> bool {
        use RequestState::{Asked, Granted, Refused, Revoked, Withdrawn};
        matches!((self, next), (Asked, Granted | Refused | Withdrawn) | (Granted, Revoked | Withdrawn))
    }
}

/// A grant, as a decision about a case reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// The request that was granted.
    pub request: AccessRequestId,
    /// What for.
    pub purpose: RequestPurpose,
    /// The most that is given of a case.
    pub tier: Tier,
    /// The last day.
    pub until: Date,
    /// What the researcher takes on, as the laboratory wrote it.
    #[serde(default)]
    pub obligations: Vec<String>,
}

impl Grant {
    /// Whether it reaches to a tier on a day. Tier 1 has tier 2 in it; nothing has tier 0 or 3.
    pub fn reaches(&self, tier: Tier, today: Date) -> bool {
        let has = match tier {
            Tier::One => self.tier == Tier::One,
            Tier::Two => matches!(self.tier, Tier::One | Tier::Two),
            Tier::Zero | Tier::Three => false,
        };
        has && today <= self.until
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data_use::PurposeKind;
    use jiff::civil::date;

    fn request() -> AccessRequest {
        AccessRequest {
            title: "Breast cancer".to_owned(),
            summary: "How often are both alleles of BRCA1 hit?".to_owned(),
            purpose: RequestPurpose::of(PurposeKind::Health),
            genes: vec!["BRCA1".to_owned()],
            conditions: Vec::new(),
            tier: Tier::One,
            until: date(2027, 6, 30),
        }
    }

    #[test]
    fn what_cannot_be_decided_on_is_refused() {
        let today = date(2026, 11, 21);
        assert!(request().checked(today).is_ok());
        for wrong in [
            AccessRequest { title: " ".to_owned(), ..request() },
            AccessRequest { summary: "so".to_owned(), ..request() },
            AccessRequest { tier: Tier::Zero, ..request() },
            AccessRequest { until: date(2026, 11, 20), ..request() },
            AccessRequest { genes: vec!["A".to_owned(); MOST + 1], ..request() },
        ] {
            assert!(wrong.clone().checked(today).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_grant_reaches_to_its_tier_and_its_last_day() {
        let request = AccessRequestId::from_random(1);
        let purpose = RequestPurpose::of(PurposeKind::Health);
        let grant = Grant { request, purpose, tier: Tier::Two, until: date(2027, 6, 30), obligations: Vec::new() };
        assert!(grant.reaches(Tier::Two, date(2027, 6, 30)) && !grant.reaches(Tier::Two, date(2027, 7, 1)));
        assert!(!grant.reaches(Tier::One, date(2027, 1, 1)) && !grant.reaches(Tier::Zero, date(2027, 1, 1)));
        let more = Grant { tier: Tier::One, ..grant };
        assert!(more.reaches(Tier::Two, date(2027, 1, 1)) && !more.reaches(Tier::Three, date(2027, 1, 1)));
    }

    #[test]
    fn what_is_decided_is_taken_back_and_not_decided_again() {
        use RequestState::{Asked, Granted, Refused, Revoked, Withdrawn};
        for (from, to, may) in [
            (Asked, Granted, true),
            (Asked, Revoked, false),
            (Granted, Revoked, true),
            (Granted, Refused, false),
            (Refused, Granted, false),
            (Revoked, Granted, false),
            (Granted, Withdrawn, true),
        ] {
            assert_eq!(from.may_become(to), may, "{from:?} {to:?}");
        }
    }
}
