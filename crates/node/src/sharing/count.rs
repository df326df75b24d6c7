//! Counts what a laboratory recorded, statement by statement.

use super::{LISTED, Missing, WorkList};
use cairn_core::classification::Bucket;
use cairn_core::criterion::Outcome;
use cairn_core::date::PartialDate;
use cairn_core::sharing::{Counted, Demands, Reach, Share};
use cairn_core::statement::StatementBody;
use cairn_store::serial::VariantSerial;
use cairn_store::sharing::{Reported, Stated};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use std::collections::BTreeMap;

/// What is known of one variant.
#[derive(Debug, Clone, Copy)]
struct Seen {
    reach: Reach,
    is_recent: bool,
}

/// What was counted and what is missing.
pub(super) struct Reached {
    pub(super) counted: Counted,
    pub(super) work: WorkList,
}

/// Counting under way.
pub(super) struct Count<'a> {
    demands: &'a Demands,
    /// The first day that counts as recent.
    since: Option<Date>,
    /// Whether other laboratories of the node can read what it states.
    is_open: bool,
    variants: BTreeMap<VariantSerial, Seen>,
    counted: Counted,
    /// What is missing, each kind by itself.
    missing: [Vec<Missing>; 4],
    all: u64,
}

impl<'a> Count<'a> {
    pub(super) fn new(demands: &'a Demands, today: Date, is_open: bool) -> Self {
        let since = demands.window_days.and_then(|days| today.checked_sub(i64::from(days).days()).ok());
        Self {
            demands,
            since,
            is_open,
            variants: BTreeMap::new(),
            counted: Counted::default(),
            missing: Default::default(),
            all: 0,
        }
    }

    pub(super) fn stated(&mut self, one: &Stated) {
        let reach = match (one.is_public, one.is_given, self.is_open) {
            (true, ..) => Reach::Public,
            (_, true, _) => Reach::Peers,
            (_, _, true) => Reach::Members,
            _ => Reach::Laboratory,
        };
        let is_recent = self.is_recent(one.body.last_evaluated, one.recorded);
        let seen = self.variants.entry(one.variant).or_insert(Seen { reach, is_recent });
        seen.reach = seen.reach.max(reach);
        seen.is_recent |= is_recent;
        self.updated(Some(one.recorded));
        let (statement, label) = (one.serial.accession(), one.label.clone());
        let is_shared = reach >= self.demands.reach;
        let side = one.body.classification.bucket();
        if let (Some(side), true) = (side, is_shared) {
            self.counted.sides[match side {
                Bucket::Pathogenic => 0,
                Bucket::Uncertain => 1,
                Bucket::Benign => 2,
            }] += 1;
        }
        if !is_shared && is_recent {
            self.miss(1, Missing::Reach { statement, label: label.clone() });
        }
        let names_criteria = one.body.guideline.is_some() || !one.body.criteria.is_empty();
        add(&mut self.counted.criteria, names_criteria);
        if !names_criteria {
            self.miss(2, Missing::Criteria { statement, label: label.clone() });
        }
        if side == Some(Bucket::Pathogenic) {
            let has_evidence = carries_evidence(&one.body);
            add(&mut self.counted.evidence, has_evidence);
            if !has_evidence {
                self.miss(3, Missing::Evidence { statement, label });
            }
        }
    }

    pub(super) fn reported(&mut self, one: Reported) {
        let is_recent = self.is_recent(None, one.recorded);
        let is_new = !self.variants.contains_key(&one.variant);
        let seen = self.variants.entry(one.variant).or_insert(Seen { reach: Reach::Laboratory, is_recent });
        seen.is_recent |= is_recent;
        if is_new && is_recent {
            self.miss(0, Missing::Statement { variant: one.id, label: one.label });
        }
    }

    /// Takes note of when something was sent.
    pub(super) fn updated(&mut self, at: Option<Timestamp>) {
        let day = at.map(|at| at.to_zoned(TimeZone::UTC).date());
        self.counted.updated = self.counted.updated.max(day);
    }

    pub(super) fn end(mut self, has_contact: bool) -> Reached {
        let reaches = |seen: &&Seen, reach| seen.reach >= reach;
        let count = |reach| self.variants.values().filter(|seen| seen.is_recent && reaches(seen, reach)).count() as u64;
        let demanded = self.demands.reach;
        self.counted.shared = Share { count: count(demanded), of: count(Reach::Laboratory) };
        (self.counted.members, self.counted.peers, self.counted.public) =
            (count(Reach::Members), count(Reach::Peers), count(Reach::Public));
        self.counted.variants = self.variants.values().filter(|seen| reaches(seen, demanded)).count() as u64;
        self.counted.has_contact = has_contact;
        let work = WorkList { lines: self.missing.into_iter().flatten().collect(), all: self.all };
        Reached { counted: self.counted, work }
    }

    /// Whether a position counts as reported lately: by the day of its evaluation, else by that of its recording.
    fn is_recent(&self, evaluated: Option<PartialDate>, recorded: Timestamp) -> bool {
        let Some(since) = self.since else { return true };
        // A month or a year counts to its end: its text is compared as far as it goes.
        let evaluated = evaluated.map(|date| date.to_string());
        let recorded = || recorded.to_zoned(TimeZone::UTC).date().to_string();
        let day = evaluated.unwrap_or_else(recorded);
        let since = since.to_string();
        day.as_str() >= since.get(..day.len()).unwrap_or(&since)
    }

    fn miss(&mut self, kind: usize, one: Missing) {
        self.all += 1;
        if self.missing[kind].len() < LISTED {
            self.missing[kind].push(one);
        }
    }
}

fn add(share: &mut Share, counts: bool) {
    share.of += 1;
    share.count += u64::from(counts);
}

/// Whether a statement says why: a criterion met, an item of evidence, a publication, or words of its own.
fn carries_evidence(body: &StatementBody) -> bool {
    body.criteria.iter().any(|one| one.outcome == Outcome::Met)
        || !body.evidence.is_empty()
        || !body.citations.is_empty()
        || !body.summary.is_empty()
}
