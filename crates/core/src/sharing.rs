//! How complete the sharing of a laboratory is: what is demanded, what is counted, and what comes of it.
//!
//! Numbers are counted by the node and weighed here. A requirement is met, missed, or not computable, and names both
//! numbers of every share; a percentage never stands alone. The demands that are built in are those by which the
//! Clinical Genome Resource lists laboratories that meet its minimum for data sharing (95 % of what was reported in
//! the last two years, an update each year, criteria and evidence, all classes, at least 100 variants), and a contact
//! for differences, which is this project's own.

use crate::discordance::words;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The version of the rules of [`weigh`] and of what is counted.
pub const RULE: &str = "cairn-sharing-1";

words! {
    /// How far a statement reaches; each is further than the one before.
    Reach {
        /// Nobody but the laboratory can read it.
        Laboratory = "laboratory", "the laboratory alone";
        /// Every approved laboratory of the node can read it, and there is another one.
        Members = "members", "other laboratories of this node";
        /// Another node was given it.
        Peers = "peers", "other nodes";
        /// It is public in an archive such as ClinVar.
        Public = "public", "a public archive";
    }
}

/// What a mandate demands, as numbers. What is `None` or `false` is not demanded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Demands {
    /// The smallest share of the reported variants that is shared, in per cent.
    pub shared_percent: Option<u8>,
    /// Variants count that were reported within this many days; `None`: all.
    pub window_days: Option<u32>,
    /// How far a statement must reach to be shared.
    pub reach: Reach,
    /// The most days since the last update.
    pub update_days: Option<u32>,
    /// The fewest variants that are shared in all.
    pub variants: Option<u32>,
    /// Statements of pathogenic, uncertain and benign classes are shared.
    pub every_class: bool,
    /// Every statement names a guideline or its criteria.
    pub criteria: bool,
    /// Every pathogenic and likely pathogenic statement carries evidence.
    pub evidence: bool,
    /// An address for differences is given.
    pub contact: bool,
}

impl Default for Demands {
    fn default() -> Self {
        Self {
            shared_percent: Some(95),
            window_days: Some(730),
            reach: Reach::Members,
            update_days: Some(365),
            variants: Some(100),
            every_class: true,
            criteria: true,
            evidence: true,
            contact: true,
        }
    }
}

/// A part of a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Share {
    /// How many of them.
    pub count: u64,
    /// Of how many.
    pub of: u64,
}

impl Share {
    /// Whether it is at least so many per cent; `None` of nothing.
    pub fn reaches(self, percent: u8) -> Option<bool> {
        (self.of > 0).then(|| u128::from(self.count) * 100 >= u128::from(self.of) * u128::from(percent))
    }

    /// Both numbers, with the percentage beside them, rounded down to a tenth: what falls short never reads as met.
    pub fn words(self) -> String {
        if self.of == 0 {
            return "0 of 0".to_owned();
        }
        let tenths = u128::from(self.count) * 1000 / u128::from(self.of);
        format!("{} of {} ({}.{} %)", self.count, self.of, tenths / 10, tenths % 10)
    }
}

/// What was counted of a laboratory's record.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counted {
    /// Variants reported in the window, and how many of them reach as far as is demanded.
    pub shared: Share,
    /// The same variants that other laboratories of the node can read.
    pub members: u64,
    /// The same variants that another node was given.
    pub peers: u64,
    /// The same variants that are public.
    pub public: u64,
    /// Variants that reach as far as is demanded, whenever they were reported.
    pub variants: u64,
    /// Current statements that name a guideline or criteria.
    pub criteria: Share,
    /// Pathogenic and likely pathogenic statements that carry evidence.
    pub evidence: Share,
    /// Statements that reach as far as is demanded on the pathogenic, uncertain and benign side.
    pub sides: [u64; 3],
    /// The day of the last update; `None`: it sent nothing yet.
    pub updated: Option<Date>,
    /// Whether an address for differences is given.
    pub has_contact: bool,
}

words! {
    /// What came of a requirement.
    Outcome {
        /// It is met.
        Met = "met", "met";
        /// It is not.
        Missed = "missed", "missed";
        /// There is nothing to compute it from.
        NotComputable = "not_computable", "not computable";
    }
}

words! {
    /// What is required.
    Requirement {
        /// Enough of what was reported is shared.
        Shared = "shared", "reported variants are shared";
        /// It was brought up to date lately.
        Updated = "updated", "the record was updated";
        /// It is enough in all.
        Variants = "variants", "variants are shared in all";
        /// Every side is there.
        EveryClass = "every_class", "pathogenic, uncertain and benign classes are shared";
        /// Every statement says by what it was made.
        Criteria = "criteria", "statements name a guideline or criteria";
        /// Every pathogenic one says why.
        Evidence = "evidence", "pathogenic and likely pathogenic statements carry evidence";
        /// Somebody can be asked.
        Contact = "contact", "an address for differences is given";
    }
}

/// A requirement with what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Weighed {
    /// Which.
    pub requirement: Requirement,
    /// What came of it.
    pub outcome: Outcome,
    /// The numerator, where it is a share or a count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    /// The denominator, where it is a share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<u64>,
    /// What was found, in words.
    pub found: String,
    /// What is demanded, in words.
    pub demanded: String,
}

/// Weighs what was counted against what is demanded; what is not demanded is left out.
pub fn weigh(counted: &Counted, demands: &Demands, today: Date) -> Vec<Weighed> {
    let window = demands.window_days.map_or_else(String::new, |days| format!(" in the last {days} days"));
    let reach = demands.reach.label();
    let mut all = Vec::new();
    if let Some(percent) = demands.shared_percent {
        let demanded = format!("{percent} % of what was reported{window}, with {reach}");
        let nothing = format!("no variant was reported{window}");
        all.push(of_share(Requirement::Shared, counted.shared, percent, demanded, nothing));
    }
    if let Some(days) = demands.update_days {
        all.push(updated(counted.updated, days, today));
    }
    if let Some(least) = demands.variants {
        let outcome = if counted.variants >= u64::from(least) { Outcome::Met } else { Outcome::Missed };
        all.push(Weighed {
            requirement: Requirement::Variants,
            outcome,
            count: Some(counted.variants),
            of: None,
            found: format!("{} variants", counted.variants),
            demanded: format!("{least} variants with {reach}"),
        });
    }
    if demands.every_class {
        all.push(every_class(counted.sides));
    }
    if demands.criteria {
        let nothing = "no statement is recorded".to_owned();
        all.push(of_share(Requirement::Criteria, counted.criteria, 100, "every statement".to_owned(), nothing));
    }
    if demands.evidence {
        let (demanded, nothing) = ("every one of them".to_owned(), "no such statement is recorded".to_owned());
        all.push(of_share(Requirement::Evidence, counted.evidence, 100, demanded, nothing));
    }
    if demands.contact {
        all.push(Weighed {
            requirement: Requirement::Contact,
            outcome: if counted.has_contact { Outcome::Met } else { Outcome::Missed },
            count: None,
            of: None,
            found: if counted.has_contact { "given" } else { "not given" }.to_owned(),
            demanded: "an address for letters".to_owned(),
        });
    }
    all
}

fn of_share(requirement: Requirement, share: Share, percent: u8, demanded: String, nothing: String) -> Weighed {
    let outcome = match share.reaches(percent) {
        None => Outcome::NotComputable,
        Some(true) => Outcome::Met,
        Some(false) => Outcome::Missed,
    };
    let found = if share.of == 0 { nothing } else { share.words() };
    Weighed { requirement, outcome, count: Some(share.count), of: Some(share.of), found, demanded }
}

fn updated(updated: Option<Date>, days: u32, today: Date) -> Weighed {
    let age = updated.and_then(|day| day.until(today).ok()).map(|span| i64::from(span.get_days()));
    let (outcome, found) = match (updated, age) {
        (Some(day), Some(age)) if age <= i64::from(days) => {
            (Outcome::Met, format!("on {day}, {} days ago", age.max(0)))
        }
        (Some(day), Some(age)) => (Outcome::Missed, format!("on {day}, {age} days ago")),
        _ => (Outcome::NotComputable, "nothing was sent yet".to_owned()),
    };
    let demanded = format!("within {days} days");
    Weighed { requirement: Requirement::Updated, outcome, count: None, of: None, found, demanded }
}

fn every_class([pathogenic, uncertain, benign]: [u64; 3]) -> Weighed {
    let sides = [("pathogenic", pathogenic), ("uncertain", uncertain), ("benign", benign)];
    let there = sides.iter().filter(|side| side.1 > 0).count() as u64;
    let outcome = match (there, pathogenic + uncertain + benign) {
        (_, 0) => Outcome::NotComputable,
        (3, _) => Outcome::Met,
        _ => Outcome::Missed,
    };
    let found = match outcome {
        Outcome::NotComputable => "no statement is shared".to_owned(),
        _ => sides.map(|(side, count)| format!("{count} {side}")).join(", "),
    };
    let demanded = "all three sides".to_owned();
    Weighed { requirement: Requirement::EveryClass, outcome, count: Some(there), of: Some(3), found, demanded }
}

/// The answer in a sentence.
pub fn sentence(counted: &Counted, weighed: &[Weighed]) -> String {
    let met = weighed.iter().filter(|one| one.outcome == Outcome::Met).count();
    let open = weighed.iter().filter(|one| one.outcome == Outcome::NotComputable).count();
    let open = if open == 0 { String::new() } else { format!(", {open} not computable") };
    let shared = match counted.shared.of {
        0 => "No reported variant is on record yet".to_owned(),
        _ => format!("Shared: {} reported variants", counted.shared.words()),
    };
    format!("{shared}; {met} of {} requirements met{open}.", weighed.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn counted() -> Counted {
        Counted {
            shared: Share { count: 19, of: 20 },
            variants: 100,
            criteria: Share { count: 30, of: 30 },
            evidence: Share { count: 4, of: 5 },
            sides: [5, 20, 5],
            updated: Some(date(2026, 1, 1)),
            has_contact: true,
            ..Counted::default()
        }
    }

    fn outcome(counted: &Counted, demands: &Demands, which: Requirement) -> Outcome {
        let weighed = weigh(counted, demands, date(2026, 11, 21));
        weighed.iter().find(|one| one.requirement == which).unwrap().outcome
    }

    #[test]
    fn a_share_is_met_at_its_border_and_never_rounded_up() {
        assert_eq!(outcome(&counted(), &Demands::default(), Requirement::Shared), Outcome::Met);
        let short = Counted { shared: Share { count: 9_499, of: 10_000 }, ..counted() };
        assert_eq!(outcome(&short, &Demands::default(), Requirement::Shared), Outcome::Missed);
        assert_eq!(short.shared.words(), "9499 of 10000 (94.9 %)");
        assert_eq!(outcome(&counted(), &Demands::default(), Requirement::Evidence), Outcome::Missed);
    }

    #[test]
    fn of_nothing_nothing_is_computed() {
        let empty = Counted::default();
        for which in [Requirement::Shared, Requirement::Updated, Requirement::EveryClass, Requirement::Criteria] {
            assert_eq!(outcome(&empty, &Demands::default(), which), Outcome::NotComputable, "{which:?}");
        }
        assert_eq!(outcome(&empty, &Demands::default(), Requirement::Variants), Outcome::Missed);
        let weighed = weigh(&empty, &Demands::default(), date(2026, 11, 21));
        let words = sentence(&empty, &weighed);
        assert_eq!(words, "No reported variant is on record yet; 0 of 7 requirements met, 5 not computable.");
    }

    #[test]
    fn an_update_counts_for_its_days() {
        let demands = Demands::default();
        for (day, expected) in [(date(2025, 11, 21), Outcome::Met), (date(2025, 11, 20), Outcome::Missed)] {
            assert_eq!(outcome(&Counted { updated: Some(day), ..counted() }, &demands, Requirement::Updated), expected);
        }
    }

    #[test]
    fn what_is_not_demanded_is_left_out() {
        let few = Demands { variants: None, every_class: false, contact: false, ..Demands::default() };
        assert_eq!(weigh(&counted(), &few, date(2026, 11, 21)).len(), 4);
        let document = serde_json::to_string(&few).unwrap();
        assert_eq!(serde_json::from_str::<Demands>(&document).unwrap(), few);
    }
}
