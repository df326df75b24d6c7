//! The cases that carry variants, as a reader may know them: their own exactly, those of others in
//! buckets, and without identity where agreement and consent allow it.

use crate::access::{Door, Standing, Viewer};
use crate::error::NodeError;
use crate::node::Node;
use cairn_core::data_use::Outcome;
use cairn_core::decision::{Action, Permit, Resource};
use cairn_core::tier::{Bucket, FeatureBucket, Tier, tally};
use cairn_store::entry::AsOf;
use cairn_store::observation::{self, Carrying};
use cairn_store::serial::{CaseSerial, LaboratorySerial, VariantSerial};
use cairn_store::{Connection, KeyStore, StoreError};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;

/// A number of cases as a reader may know it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CaseNumber {
    /// The number, or the least it can be.
    pub at_least: u64,
    /// Whether it is the number itself.
    pub is_exact: bool,
}

impl CaseNumber {
    fn exact(number: u64) -> Self {
        Self { at_least: number, is_exact: true }
    }

    fn bucket(bucket: Bucket) -> Self {
        let is_exact = matches!(bucket, Bucket::None | Bucket::One);
        Self { at_least: bucket.at_least(), is_exact }
    }

    fn and(self, other: Self) -> Self {
        Self { at_least: self.at_least + other.at_least, is_exact: self.is_exact && other.is_exact }
    }
}

/// As the number, or the least it can be.
impl Serialize for CaseNumber {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(self.at_least)
    }
}

impl fmt::Display for CaseNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_exact { write!(f, "{}", self.at_least) } else { write!(f, "at least {}", self.at_least) }
    }
}

/// Cases that carry some variants, sorted by what the reader may know of them.
pub(crate) struct Carriers {
    /// How the reader stands to them.
    pub door: Door,
    /// Those of the reader's laboratory.
    pub own: Vec<Carrying>,
    /// Those that count in a bucket.
    pub counted: Vec<Carrying>,
    permit: Option<Permit>,
}

/// The current cases that carry these variants, each decided on.
pub(crate) async fn of_variants(
    connection: &mut Connection,
    node: &Node,
    variants: &[VariantSerial],
    as_of: AsOf,
    viewer: Viewer,
) -> Result<Carriers, NodeError> {
    let all = observation::carrying(connection, variants, as_of).await?;
    let cases: Vec<CaseSerial> = all.iter().map(|one| one.case).collect::<HashSet<_>>().into_iter().collect();
    let door = Door::open(connection, node, viewer, &cases).await?;
    let (mut own, mut counted, mut permit) = (Vec::new(), Vec::new(), None);
    // Cases of one laboratory of which nothing is recorded have one answer.
    let mut plain: HashMap<LaboratorySerial, Option<Permit>> = HashMap::new();
    for one in all {
        let of = Standing { case: one.case, laboratory: one.laboratory };
        let decided = || door.decide(Action::Read, Resource::CaseCounts, of).as_permit();
        let answer = if door.is_plain(one.case) {
            plain.entry(one.laboratory).or_insert_with(decided).clone()
        } else {
            decided()
        };
        match answer.as_ref().map(Permit::tier) {
            Some(Tier::Zero) => own.push(one),
            Some(Tier::Two) => {
                permit = answer;
                counted.push(one);
            }
            _ => {}
        }
    }
    Ok(Carriers { door, own, counted, permit })
}

impl Carriers {
    /// How many cases carry each variant.
    pub(crate) fn numbers(&self) -> HashMap<VariantSerial, CaseNumber> {
        let mut own: HashMap<VariantSerial, u64> = HashMap::new();
        self.own.iter().for_each(|one| *own.entry(one.variant).or_insert(0) += 1);
        let mut others: HashMap<(VariantSerial, LaboratorySerial), u64> = HashMap::new();
        self.counted.iter().for_each(|one| *others.entry((one.variant, one.laboratory)).or_insert(0) += 1);
        let mut numbers: HashMap<VariantSerial, CaseNumber> =
            own.into_iter().map(|(variant, number)| (variant, CaseNumber::exact(number))).collect();
        for ((variant, _), number) in others {
            let so_far = numbers.entry(variant).or_insert(CaseNumber::exact(0));
            *so_far = so_far.and(CaseNumber::bucket(Bucket::of(number)));
        }
        numbers
    }

    /// The buckets of each laboratory whose cases are counted, of one variant and what was merged
    /// into it.
    pub(crate) fn buckets(&self) -> BTreeMap<LaboratorySerial, CaseNumber> {
        let mut cases: BTreeMap<LaboratorySerial, HashSet<CaseSerial>> = BTreeMap::new();
        self.counted.iter().for_each(|one| {
            cases.entry(one.laboratory).or_default().insert(one.case);
        });
        let bucket = |cases: HashSet<CaseSerial>| CaseNumber::bucket(Bucket::of(cases.len() as u64));
        cases.into_iter().map(|(laboratory, cases)| (laboratory, bucket(cases))).collect()
    }

    /// The features of the counted cases, in buckets; none below five cases.
    pub(crate) async fn features(
        &self,
        connection: &mut Connection,
        keys: &KeyStore,
        as_of: AsOf,
    ) -> Result<Vec<FeatureBucket>, StoreError> {
        let Some(permit) = &self.permit else { return Ok(Vec::new()) };
        let cases: Vec<CaseSerial> = distinct(&self.counted);
        let mut terms = observation::terms_of(connection, keys, &cases, as_of).await?;
        let each: Vec<_> = cases.iter().map(|case| terms.remove(case).unwrap_or_default()).collect();
        Ok(tally(&each, permit).map(|released| released.into_inner().features).unwrap_or_default())
    }

    /// The cases of which the reader may know features one by one: their own, and those open to them
    /// without identity.
    pub(crate) fn known(&self) -> HashSet<CaseSerial> {
        let open = self.counted.iter().filter(|one| {
            let of = Standing { case: one.case, laboratory: one.laboratory };
            let decision = self.door.decide(Action::Read, Resource::Case, of);
            decision.outcome() == Outcome::Permit && decision.tier() == Some(Tier::One)
        });
        self.own.iter().chain(open).map(|one| one.case).collect()
    }
}

/// The cases, each once, in the order of recording.
pub(crate) fn distinct(carrying: &[Carrying]) -> Vec<CaseSerial> {
    let mut cases: Vec<CaseSerial> = carrying.iter().map(|one| one.case).collect();
    cases.sort();
    cases.dedup();
    cases
}
