//! Which laboratories a change concerns, and why.

use super::draft::{About, Draft};
use crate::error::NodeError;
use crate::landing::Landing;
use cairn_core::alert::{Reason, Reexamination, Subject, Trigger, reexamination};
use cairn_core::case::Progress;
use cairn_core::classification::Bucket;
use cairn_core::condition::Condition;
use cairn_store::alert::{CaseOfVariant, Concern, Policy};
use cairn_store::entry::AsOf;
use cairn_store::fold::fold;
use cairn_store::serial::{LaboratorySerial, VariantSerial};
use cairn_store::{Connection, KeyStore, alert, entry, subscription};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Who is concerned by each thing, and why.
#[derive(Debug, Default)]
pub(super) struct Concerned {
    by_subject: BTreeMap<About, BTreeSet<(LaboratorySerial, Concern)>>,
    /// Members with a statement about each variant.
    pub owners: HashMap<VariantSerial, BTreeSet<LaboratorySerial>>,
}

impl Concerned {
    /// Who is concerned by this thing, and why.
    pub(super) fn of<'a>(&'a self, about: &About) -> impl Iterator<Item = &'a (LaboratorySerial, Concern)> {
        self.by_subject.get(about).into_iter().flatten()
    }

    pub(super) fn add(&mut self, about: &About, laboratory: LaboratorySerial, concern: Concern) {
        self.by_subject.entry(about.clone()).or_default().insert((laboratory, concern));
    }
}

/// Whether anybody but the laboratory whose statements land could be concerned.
pub(super) async fn is_anybody_interested(
    connection: &mut Connection,
    landing: &Landing,
    archive: Option<LaboratorySerial>,
) -> Result<bool, NodeError> {
    let laboratories: BTreeSet<LaboratorySerial> =
        landing.statements.iter().map(|s| s.laboratory).filter(|l| Some(*l) != archive).collect();
    let sole = laboratories.first().copied().filter(|_| laboratories.len() == 1);
    Ok(alert::members_beside(connection, sole).await?)
}

/// Whom the drafts of a landing concern.
pub(super) async fn of_drafts(
    connection: &mut Connection,
    keys: &KeyStore,
    landing: &Landing,
    drafts: &BTreeMap<About, Draft>,
) -> Result<Concerned, NodeError> {
    let variants: Vec<VariantSerial> = drafts.keys().filter_map(About::variant).collect();
    let mut concerned = Concerned::default();
    let as_of = entry::now(connection).await?;
    let agreeing = agreeing(connection, drafts, as_of).await?;
    for (variant, laboratory) in alert::owners_of_variants(connection, &variants, as_of).await? {
        concerned.owners.entry(variant).or_default().insert(laboratory);
        let about = About::Variant(variant);
        let is_news = !agreeing.contains(&(variant, laboratory));
        if is_news && drafts.get(&about).is_some_and(|draft| !draft.sources.contains(&laboratory)) {
            concerned.add(&about, laboratory, plain(Reason::OwnStatement));
        }
    }
    let cases = alert::cases_of_variants(connection, keys, &variants).await?;
    add_cases(connection, of_variant(drafts), &cases, &mut concerned).await?;
    if subscription::any(connection).await? {
        add_subscriptions(connection, landing, drafts, &variants, &mut concerned).await?;
    }
    Ok(concerned)
}

/// Members whose own statement takes the very sides of an archive's summary that is new here: an
/// archive that comes to be loaded and agrees changes nobody's decision.
async fn agreeing(
    connection: &mut Connection,
    drafts: &BTreeMap<About, Draft>,
    as_of: AsOf,
) -> Result<HashSet<(VariantSerial, LaboratorySerial)>, NodeError> {
    let is_new = |draft: &Draft| draft.cause == Trigger::Summary && !draft.is_change;
    let sides: HashMap<VariantSerial, BTreeSet<Bucket>> = drafts
        .iter()
        .filter(|(_, draft)| is_new(draft))
        .filter_map(|(about, draft)| Some((about.variant()?, draft.to.as_ref()?.sides())))
        .collect();
    let variants: Vec<VariantSerial> = sides.keys().copied().collect();
    let stated = alert::member_statements(connection, &variants, as_of, &[]).await?;
    let mut own: HashMap<(VariantSerial, LaboratorySerial), BTreeSet<Bucket>> = HashMap::new();
    for statement in stated {
        let taken = own.entry((statement.variant, statement.laboratory)).or_default();
        taken.extend(statement.classification.bucket());
    }
    let same = |(of, taken): &(&(VariantSerial, LaboratorySerial), &BTreeSet<Bucket>)| sides.get(&of.0) == Some(taken);
    Ok(own.iter().filter(same).map(|(of, _)| *of).collect())
}

/// A reason that names no case.
pub(super) fn plain(reason: Reason) -> Concern {
    Concern { reason, case: None, reexamination: None }
}

/// The draft of a variant.
pub(super) fn of_variant<'a>(
    drafts: &'a BTreeMap<About, Draft>,
) -> impl Fn(VariantSerial) -> Option<(About, &'a Draft)> {
    |variant| {
        let about = About::Variant(variant);
        drafts.get(&about).map(|draft| (about, draft))
    }
}

/// Laboratories with cases of the variants, told by the draft that each variant leads to. A case that is not solved is looked at again as policy
/// and consent allow, whoever changed the class; any other case concerns its laboratory when
/// somebody else did something.
pub(super) async fn add_cases<'a>(
    connection: &mut Connection,
    draft_of: impl Fn(VariantSerial) -> Option<(About, &'a Draft)>,
    cases: &[CaseOfVariant],
    concerned: &mut Concerned,
) -> Result<(), NodeError> {
    let laboratories: BTreeSet<LaboratorySerial> = cases.iter().map(|case| case.laboratory).collect();
    let policies = alert::policies(connection, &laboratories.into_iter().collect::<Vec<_>>()).await?;
    let policies: HashMap<LaboratorySerial, Policy> = policies.into_iter().collect();
    let open: Vec<_> = cases.iter().filter(|case| is_open(case.progress)).map(|case| case.case).collect();
    let consents: HashMap<_, _> = alert::consent_of(connection, &open).await?.into_iter().collect();
    for case in cases {
        let Some((about, draft)) = draft_of(case.variant) else { continue };
        if is_open(case.progress) && draft.reopens_cases() {
            let policy = policies.get(&case.laboratory).copied().unwrap_or_default();
            let consent = consents.get(&case.case).copied().unwrap_or_default();
            let allowed = reexamination(policy.reanalysis, consent.reanalysis);
            if allowed != Reexamination::None {
                let concern =
                    Concern { reason: Reason::UnsolvedCase, case: Some(case.case), reexamination: Some(allowed) };
                concerned.add(&about, case.laboratory, concern);
            }
        } else if !draft.sources.contains(&case.laboratory) {
            concerned.add(&about, case.laboratory, plain(Reason::OwnCase));
        }
    }
    Ok(())
}

fn is_open(progress: Progress) -> bool {
    matches!(progress, Progress::Unsolved | Progress::InProgress)
}

async fn add_subscriptions(
    connection: &mut Connection,
    landing: &Landing,
    drafts: &BTreeMap<About, Draft>,
    variants: &[VariantSerial],
    concerned: &mut Concerned,
) -> Result<(), NodeError> {
    let keys: Vec<String> = variants.iter().map(|variant| variant.number().to_string()).collect();
    let mut wanted: Vec<(VariantSerial, LaboratorySerial)> = Vec::new();
    for (key, laboratory) in subscription::to(connection, Subject::Variant, &keys).await? {
        wanted.extend(key.parse().ok().map(|number| (VariantSerial::new(number), laboratory)));
    }
    let genes = alert::genes_of_variants(connection, variants).await?;
    let symbols: BTreeSet<String> = genes.iter().map(|(_, gene)| gene.clone()).collect();
    let to_gene = subscription::to(connection, Subject::Gene, &symbols.into_iter().collect::<Vec<_>>()).await?;
    for (variant, gene) in &genes {
        wanted.extend(to_gene.iter().filter(|(key, _)| key == gene).map(|(_, laboratory)| (*variant, *laboratory)));
    }
    wanted.extend(by_condition(connection, landing, drafts).await?);
    for (variant, laboratory) in wanted {
        let about = About::Variant(variant);
        if drafts.get(&about).is_some_and(|draft| !draft.sources.contains(&laboratory)) {
            concerned.add(&about, laboratory, plain(Reason::Subscription));
        }
    }
    Ok(())
}

async fn by_condition(
    connection: &mut Connection,
    landing: &Landing,
    drafts: &BTreeMap<About, Draft>,
) -> Result<Vec<(VariantSerial, LaboratorySerial)>, NodeError> {
    let mut variants: HashMap<String, BTreeSet<VariantSerial>> = HashMap::new();
    for statement in landing.statements.iter().filter(|s| drafts.contains_key(&About::Variant(s.variant))) {
        for key in statement.after.conditions.iter().flat_map(condition_keys) {
            variants.entry(key).or_default().insert(statement.variant);
        }
    }
    let keys: Vec<String> = variants.keys().cloned().collect();
    let found = subscription::to(connection, Subject::Condition, &keys).await?;
    let pairs = found.into_iter().flat_map(|(key, laboratory)| {
        variants.get(&key).into_iter().flatten().map(move |variant| (*variant, laboratory)).collect::<Vec<_>>()
    });
    Ok(pairs.collect())
}

/// Under what a condition may be subscribed to: its identifiers and its folded name.
pub(super) fn condition_keys(condition: &Condition) -> Vec<String> {
    let ids = condition.ids.iter().map(ToString::to_string);
    ids.chain((!condition.name.is_empty()).then(|| fold(&condition.name))).collect()
}
