//! What a tested person agreed to: a record in versions, and the state it is in.
//!
//! A consent goes from *none* to *given*; what was given can be *narrowed*, *expires* by its own dates,
//! and can be *withdrawn* at any time. Every step is a new version; nothing is edited. Expiry is not
//! written: it follows from the dates and the present moment, so that no clock can revive a consent by
//! failing to run a job. Whatever is not said counts as not allowed.

mod scope;

pub use scope::{Recipients, Scope};

use crate::alert::Consent as Wish;
use crate::data_use::{Condition, DiseaseTree};
use crate::discordance::words;
use crate::id::UserId;
use crate::tier::Tier;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

words! {
    /// The state of a consent at a moment.
    State {
        /// Nobody was asked, or nothing is recorded here.
        None = "none", "no consent is recorded";
        /// Given, and in force.
        Given = "given", "consent is given";
        /// Given for less than before, and in force.
        Narrowed = "narrowed", "consent was narrowed";
        /// Its period is over, or a person who was a child has not been asked again.
        Expired = "expired", "consent has expired";
        /// Taken back.
        Withdrawn = "withdrawn", "consent was withdrawn";
    }
}

words! {
    /// What a version records; expiry is no record.
    Standing {
        /// Wishes only.
        None = "none", "no consent recorded";
        /// Given.
        Given = "given", "given";
        /// Narrowed.
        Narrowed = "narrowed", "narrowed";
        /// Withdrawn.
        Withdrawn = "withdrawn", "withdrawn";
    }
}

/// On what ground the scope stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Basis {
    /// The person, or who speaks for them, signed a document.
    Explicit,
    /// The law or the programme of a country.
    National {
        /// Which, such as a section of an act.
        ground: String,
    },
    /// The case was published before it came here, under a licence that allows its use.
    Published {
        /// The licence, such as `CC BY 4.0`.
        licence: String,
        /// Where it was published.
        source: String,
    },
}

/// The document that was signed; the document itself stays with the laboratory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// SHA-256 of its bytes, 64 hexadecimal digits.
    pub sha256: String,
    /// The language version shown, such as `en-GB`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

/// Of a person who was a child when somebody agreed for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Minor {
    /// The day from which the person decides alone; without a new consent, use ends some months later.
    pub reconsent: Date,
    /// Months after that day until use ends.
    pub grace_months: u8,
}

impl Minor {
    /// Months of grace unless the laboratory says otherwise.
    pub const GRACE_MONTHS: u8 = 6;

    /// The first day on which the consent given for the child no longer counts.
    pub fn ends(self) -> Date {
        self.reconsent.saturating_add(jiff::Span::new().months(i64::from(self.grace_months)))
    }
}

/// Everything one version says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// What this version records.
    pub standing: Standing,
    /// What is allowed, to whom, for what, until when; empty unless given or narrowed.
    #[serde(default)]
    pub scopes: Vec<Scope>,
    /// On what ground.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<Basis>,
    /// The document signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<Document>,
    /// Whether somebody agreed for a child.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minor: Option<Minor>,
    /// Whether the person wants their case looked at again.
    pub reanalysis: Wish,
    /// Whether the person wants to be told.
    pub recontact: Wish,
    /// Whether the person wants to be told of findings that were not looked for.
    pub secondary_findings: Wish,
    /// Whether a profile that fewer than five people share may be given all the same.
    #[serde(default)]
    pub allows_rare_profile: bool,
    /// Who recorded it; `None`: at the machine itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recorder: Option<UserId>,
}

/// A step that is not possible.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StepError {
    /// Nothing was given.
    #[error("no consent is recorded for this case: record one first")]
    NothingGiven,
    /// It was withdrawn.
    #[error("the consent was withdrawn: only a new consent of the person changes that")]
    Withdrawn,
    /// It is withdrawn already.
    #[error("the consent is withdrawn already")]
    AlreadyWithdrawn,
    /// A narrowed scope reaches further than what was given.
    #[error("narrowing may not widen: {0} goes beyond what was given; record a new consent for that")]
    Widens(String),
    /// A consent that allows nothing.
    #[error("a consent needs at least one scope: a tier, and what for; to allow nothing, withdraw it")]
    NoScope,
    /// A ground is missing.
    #[error("a consent needs its ground: the signed document, a national basis, or the publication")]
    NoBasis,
}

impl Consent {
    /// Nothing recorded.
    pub fn none() -> Self {
        Self {
            standing: Standing::None,
            scopes: Vec::new(),
            basis: None,
            document: None,
            minor: None,
            reanalysis: Wish::Unknown,
            recontact: Wish::Unknown,
            secondary_findings: Wish::Unknown,
            allows_rare_profile: false,
            recorder: None,
        }
    }

    /// The state on a day.
    pub fn state(&self, today: Date) -> State {
        match self.standing {
            Standing::None => State::None,
            Standing::Withdrawn => State::Withdrawn,
            _ if self.minor.is_some_and(|minor| today >= minor.ends()) => State::Expired,
            _ if self.scopes.iter().all(|scope| scope.is_over(today)) => State::Expired,
            Standing::Given => State::Given,
            Standing::Narrowed => State::Narrowed,
        }
    }

    /// The scopes in force on a day.
    pub fn in_force(&self, today: Date) -> impl Iterator<Item = &Scope> {
        let counts = matches!(self.state(today), State::Given | State::Narrowed);
        self.scopes.iter().filter(move |scope| counts && scope.covers_day(today))
    }

    /// The version that gives consent anew, whatever was before: also after a withdrawal, for the
    /// person may decide again.
    ///
    /// # Errors
    /// When it allows nothing, or has no ground.
    pub fn give(self) -> Result<Self, StepError> {
        if self.scopes.is_empty() {
            return Err(StepError::NoScope);
        }
        if self.basis.is_none() {
            return Err(StepError::NoBasis);
        }
        Ok(Self { standing: Standing::Given, ..self })
    }

    /// The version with less than this one.
    ///
    /// # Errors
    /// When nothing is given, or a scope reaches further than every scope of this version.
    pub fn narrow(
        &self,
        scopes: Vec<Scope>,
        recorder: Option<UserId>,
        diseases: &dyn DiseaseTree,
    ) -> Result<Self, StepError> {
        match self.standing {
            Standing::None => return Err(StepError::NothingGiven),
            Standing::Withdrawn => return Err(StepError::Withdrawn),
            Standing::Given | Standing::Narrowed => {}
        }
        if scopes.is_empty() {
            return Err(StepError::NoScope);
        }
        if let Some(wider) = scopes.iter().find(|new| !self.scopes.iter().any(|old| new.is_within(old, diseases))) {
            return Err(StepError::Widens(wider.label()));
        }
        Ok(Self { standing: Standing::Narrowed, scopes, recorder, ..self.clone() })
    }

    /// The version that takes everything back. What the person wishes for their own care stays.
    ///
    /// # Errors
    /// When it is withdrawn already.
    pub fn withdraw(&self, recorder: Option<UserId>) -> Result<Self, StepError> {
        if self.standing == Standing::Withdrawn {
            return Err(StepError::AlreadyWithdrawn);
        }
        Ok(Self { standing: Standing::Withdrawn, scopes: Vec::new(), recorder, ..self.clone() })
    }

    /// What is allowed, in one sentence for people.
    pub fn sentence(&self, today: Date) -> String {
        let state = self.state(today);
        let scopes: Vec<String> = self.in_force(today).map(Scope::label).collect();
        match state {
            State::Given | State::Narrowed => format!("{}: {}", capital(state.label()), scopes.join("; ")),
            State::None => "No consent is recorded: the case is used for care in this laboratory, and counted, \
                without anything about the person, among the cases of a variant"
                .to_owned(),
            State::Expired => "Consent has expired: nothing of the case leaves this laboratory until the person \
                is asked again"
                .to_owned(),
            State::Withdrawn => "Consent was withdrawn: nothing of the case leaves this laboratory".to_owned(),
        }
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The scope that a published case has: every tier, for every use, for the network.
pub fn published_scopes() -> Vec<Scope> {
    let scope = |tier| Scope {
        tier,
        conditions: vec![Condition::of("NRES")],
        recipients: Recipients::Network,
        from: None,
        until: None,
    };
    [Tier::One, Tier::Two, Tier::Three].map(scope).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data_use::NoTree;
    use jiff::civil::date;

    fn scope(tier: Tier, until: Option<Date>) -> Scope {
        Scope { tier, conditions: vec![Condition::of("CC")], recipients: Recipients::Agreed, from: None, until }
    }

    fn given(until: Option<Date>) -> Consent {
        let scopes = vec![scope(Tier::One, until), scope(Tier::Two, until)];
        Consent { scopes, basis: Some(Basis::Explicit), ..Consent::none() }.give().unwrap()
    }

    const DAY: Date = date(2026, 11, 21);

    #[test]
    fn the_states_follow_each_other() {
        assert_eq!(Consent::none().state(DAY), State::None);
        let first = given(None);
        assert_eq!(first.state(DAY), State::Given);
        let less = first.narrow(vec![scope(Tier::Two, None)], None, &NoTree).unwrap();
        assert_eq!(less.state(DAY), State::Narrowed);
        let gone = less.withdraw(None).unwrap();
        assert_eq!(gone.state(DAY), State::Withdrawn);
        assert_eq!(gone.in_force(DAY).count(), 0);
        assert_eq!(gone.withdraw(None), Err(StepError::AlreadyWithdrawn));
        assert_eq!(gone.narrow(vec![scope(Tier::Two, None)], None, &NoTree), Err(StepError::Withdrawn));
        let again = Consent { scopes: first.scopes.clone(), ..gone }.give().unwrap();
        assert_eq!(again.state(DAY), State::Given);
        assert_eq!(Consent::none().narrow(vec![scope(Tier::Two, None)], None, &NoTree), Err(StepError::NothingGiven));
        assert_eq!(Consent::none().withdraw(None).unwrap().state(DAY), State::Withdrawn);
    }

    #[test]
    fn it_expires_by_its_dates_alone() {
        let until = given(Some(date(2026, 11, 20)));
        assert_eq!(until.state(date(2026, 11, 20)), State::Given, "the last day counts");
        assert_eq!(until.state(DAY), State::Expired);
        assert_eq!(until.in_force(DAY).count(), 0);
        let child =
            |reconsent| Consent { minor: Some(Minor { reconsent, grace_months: Minor::GRACE_MONTHS }), ..given(None) };
        assert_eq!(child(date(2026, 5, 22)).state(DAY), State::Given);
        assert_eq!(child(date(2026, 5, 21)).state(DAY), State::Expired);
        assert_eq!(child(date(9999, 12, 31)).state(DAY), State::Given, "no date overflows");
    }

    #[test]
    fn narrowing_never_widens() {
        let limited = given(Some(date(2027, 1, 1)));
        let longer = scope(Tier::Two, Some(date(2028, 1, 1)));
        assert!(matches!(limited.narrow(vec![longer], None, &NoTree), Err(StepError::Widens(_))));
        let public = scope(Tier::Three, Some(date(2027, 1, 1)));
        assert!(matches!(limited.narrow(vec![public], None, &NoTree), Err(StepError::Widens(_))));
        assert_eq!(limited.narrow(Vec::new(), None, &NoTree), Err(StepError::NoScope));
    }

    #[test]
    fn a_published_case_is_narrowed_to_care() {
        let published = Consent { scopes: published_scopes(), basis: Some(Basis::Explicit), ..Consent::none() };
        let narrowed = published.give().unwrap().narrow(vec![scope(Tier::One, None)], None, &NoTree).unwrap();
        assert_eq!((narrowed.standing, narrowed.scopes), (Standing::Narrowed, vec![scope(Tier::One, None)]));
    }

    #[test]
    fn a_consent_says_something_and_on_what_ground() {
        assert_eq!(Consent::none().give(), Err(StepError::NoScope));
        let groundless = Consent { scopes: vec![scope(Tier::Two, None)], ..Consent::none() };
        assert_eq!(groundless.give(), Err(StepError::NoBasis));
    }
}
