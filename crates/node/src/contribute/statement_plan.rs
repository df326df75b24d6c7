//! Which statements a submission brings.
//!
//! What makes a later record a new version of an earlier one: the laboratory's own key; without
//! it, the accession at the source; without it, the proposition (variant, track, conditions,
//! inheritance). Which of several records of one key counts is said in [`super::same_key`].
//!
//! A laboratory that once named an accession and later sends the same proposition without one, or
//! the other way about, means the same record, as long as only one of its statements may be meant.

use super::Request;
use super::digest;
use super::identify::Identities;
use super::laboratories::{Laboratories, may_speak_for_others};
use super::plan::{Change, Compared, Ground, Recorded};
use super::same_key::{self, Holds};
use crate::error::NodeError;
use cairn_core::classification::Track;
use cairn_core::condition::Inheritance;
use cairn_core::draft::{ContentDraft, LaboratoryDraft, RecordDraft, StatementDraft};
use cairn_core::id::StatementId;
use cairn_core::problem::{Problem, Severity};
use cairn_core::statement::StatementBody;
use cairn_store::serial::{LaboratorySerial, StatementSerial, VariantSerial};
use cairn_store::statement::{self, KnownStatement, NewVersion, Target};
use cairn_store::{Connection, condition, variant};
use std::collections::{HashMap, HashSet};

/// What makes a later record a version of an earlier one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key<'a> {
    /// The laboratory's own.
    Local(&'a str),
    /// The accession at the source, without its version.
    Source(&'a str),
    /// The proposition: canonical key of the variant, and the rest.
    Proposition(&'a str, String),
}

/// The last record of a key in the file.
#[derive(Debug)]
pub(super) struct Folded<'a> {
    row: u64,
    key: Key<'a>,
    /// Number of its variant in the identities.
    pub variant: usize,
    draft: &'a StatementDraft,
    /// Records of the file that say the same or were overtaken by this one.
    earlier: u64,
    /// Whether another record says the opposite and nothing tells which holds.
    is_contested: bool,
}

/// One record for each key, in the order of the file, and what was wrong with the others.
pub(super) fn fold<'a>(
    records: &'a [RecordDraft],
    identities: &'a Identities<'_>,
    laboratories: &Laboratories,
    format: &str,
    request: &Request,
) -> (Vec<Folded<'a>>, Vec<Problem>) {
    let mut folded: Vec<Folded<'a>> = Vec::new();
    let mut places: HashMap<(Option<&LaboratoryDraft>, Key<'a>), usize> = HashMap::new();
    let mut problems = Vec::new();
    for record in records {
        let ContentDraft::Statement(draft) = &record.content else { continue };
        let Some(variant) = identities.index(&draft.variant) else { continue };
        if let Some(problem) = speaks_for_another(draft, laboratories, format, request) {
            problems.push(problem.at_row(record.row));
            continue;
        }
        let key = key_of(draft, &identities.all()[variant].variant.key);
        let place = (draft.laboratory.as_ref(), key.clone());
        let next = Folded { row: record.row, key, variant, draft, earlier: 0, is_contested: false };
        match places.get(&place) {
            None => {
                places.insert(place, folded.len());
                folded.push(next);
            }
            Some(&at) => {
                let (row, was_contested) = (folded[at].row, folded[at].is_contested);
                let problem = overtake(&mut folded[at], next, identities);
                problems.extend(problem.map(|problem| problem.at_row(record.row)));
                if folded[at].is_contested && !was_contested {
                    problems.push(same_key::contested_by(record.row).at_row(row));
                }
            }
        }
    }
    folded.retain(|one| !one.is_contested);
    (folded, problems)
}

fn key_of<'a>(draft: &'a StatementDraft, canonical: &'a str) -> Key<'a> {
    let filled = |text: &'a Option<String>| text.as_deref().map(str::trim).filter(|text| !text.is_empty());
    if let Some(key) = filled(&draft.local_key) {
        return Key::Local(key);
    }
    match filled(&draft.source_accession) {
        Some(accession) => Key::Source(accession.split('.').next().unwrap_or(accession)),
        None => Key::Proposition(canonical, proposition(&draft.body)),
    }
}

/// The proposition without its variant.
fn proposition(body: &StatementBody) -> String {
    let mut conditions: Vec<String> = body.conditions.iter().filter(|c| c.is_stated()).map(condition::key).collect();
    conditions.sort_unstable();
    let track = match body.classification.track() {
        Track::Germline => "germline",
        Track::Oncogenicity => "oncogenicity",
        Track::ClinicalImpact => "clinical impact",
    };
    let inheritance = body.inheritance.map_or("", Inheritance::hpo);
    format!("{track}|{}|{inheritance}", conditions.join("|"))
}

/// Lets a further record of the file count with an earlier one of the same key, and says what is wrong with the two.
fn overtake<'a>(place: &mut Folded<'a>, mut next: Folded<'a>, identities: &Identities<'_>) -> Option<Problem> {
    let key = |folded: &Folded<'_>| identities.all()[folded.variant].variant.key.clone();
    if matches!(next.key, Key::Local(_)) && key(place) != key(&next) {
        let Key::Local(text) = next.key else { unreachable!("just matched") };
        let message = format!("the record key `{text}` stands on row {} for another variant", place.row);
        let remedy = "give each record a key of its own, or map another column as the key";
        return Some(Problem::new(Severity::Error, "statement.key_not_unique", message, remedy));
    }
    let is_own = matches!(next.key, Key::Proposition(..)) && next.draft.laboratory.is_none();
    let (holds, problem) = same_key::judge((place.row, place.draft), next.draft, is_own);
    match holds {
        Holds::First => place.earlier += 1,
        Holds::Second => {
            next.earlier = place.earlier + 1;
            next.is_contested = place.is_contested;
            *place = next;
        }
        Holds::Neither => place.is_contested = true,
    }
    problem
}

fn speaks_for_another(
    draft: &StatementDraft,
    laboratories: &Laboratories,
    format: &str,
    request: &Request,
) -> Option<Problem> {
    let named = draft.laboratory.as_ref()?;
    let known = laboratories.whose(Some(named), request)?;
    let is_other_member = known.laboratory.is_member && known.serial != request.laboratory.serial;
    (is_other_member && !may_speak_for_others(format)).then(|| {
        let message = format!("`{}` is a member of this node and sends its statements itself", named.name);
        Problem::new(Severity::Error, "laboratory.not_yours", message, "send only your own laboratory's statements")
    })
}

/// Compares with the record: the versions to be added.
pub(super) async fn compare(
    connection: &mut Connection,
    folded: &[Folded<'_>],
    identities: &Identities<'_>,
    ground: Ground<'_>,
    format: &str,
    compared: &mut Compared,
) -> Result<Vec<NewVersion>, NodeError> {
    let Ground { serials, laboratories, request, world, .. } = ground;
    // A node's own statements come from drafts and other nodes, whose versions follow each other whatever their dates.
    let is_file = !format.starts_with("cairn");
    let whose = |one: &Folded<'_>| laboratories.whose(one.draft.laboratory.as_ref(), request).map(|lab| lab.serial);
    let mut known = known(connection, folded, serials, whose).await?;
    known_by_proposition(connection, folded, serials, whose, &mut known).await?;
    let mut versions = Vec::new();
    for one in folded {
        let Some(laboratory) = whose(one) else { continue };
        let record_key = record_key(one, serials);
        let digest = digest::of(&(&one.draft.source_accession, one.draft.standing, &one.draft.body));
        let variant = serials[one.variant];
        let before = known.get(&(laboratory, record_key.clone()));
        compared.counts.statements_unchanged += one.earlier;
        if before.is_some_and(|before| before.digest == digest && before.variant == variant) {
            compared.counts.statements_unchanged += 1;
            continue;
        }
        if let Some(before) = before.filter(|_| one.draft.laboratory.is_none() && is_file) {
            let problem = same_key::beside_record(before, one.draft).map(|problem| problem.at_row(one.row));
            let is_refused = problem.as_ref().is_some_and(|problem| problem.severity == Severity::Error);
            compared.problems.extend(problem);
            if is_refused {
                continue;
            }
        }
        match before {
            None => compared.counts.statements_new += 1,
            Some(_) => compared.counts.statements_updated += 1,
        }
        let expression = identities.all()[one.variant].expression.clone();
        compared.note(Change {
            row: one.row,
            record: Recorded::Statement,
            is_new: before.is_none(),
            subject: expression.clone(),
            from: before.map(|before| before.classification),
            to: Some(one.draft.body.classification),
        });
        let target = match before {
            Some(before) => Target::Next(before.serial, before.version + 1),
            None => Target::New { id: StatementId::from_random((world.random)()), laboratory, record_key },
        };
        versions.push(NewVersion {
            target,
            row: one.row,
            variant,
            expression,
            source_accession: one.draft.source_accession.clone(),
            standing: one.draft.standing,
            body: one.draft.body.clone(),
            digest,
        });
    }
    Ok(versions)
}

/// The key as recorded; canonical keys may change, so the variant stands by its serial.
fn record_key(one: &Folded<'_>, serials: &[VariantSerial]) -> String {
    match &one.key {
        Key::Local(key) => format!("key:{key}"),
        Key::Source(accession) => format!("source:{accession}"),
        Key::Proposition(_, rest) => format!("variant:{}|{rest}", serials[one.variant].number()),
    }
}

type Known = HashMap<(LaboratorySerial, String), KnownStatement>;

async fn known(
    connection: &mut Connection,
    folded: &[Folded<'_>],
    serials: &[VariantSerial],
    whose: impl Fn(&Folded<'_>) -> Option<LaboratorySerial>,
) -> Result<Known, NodeError> {
    let mut keys: HashMap<LaboratorySerial, Vec<String>> = HashMap::new();
    for one in folded {
        if let Some(laboratory) = whose(one) {
            keys.entry(laboratory).or_default().push(record_key(one, serials));
        }
    }
    let mut known = Known::new();
    for (laboratory, keys) in keys {
        for found in statement::known(connection, laboratory, &keys).await? {
            known.insert((laboratory, found.record_key.clone()), found);
        }
    }
    Ok(known)
}

/// Finds the records that a laboratory itself sends with an accession now and without one before,
/// or the other way about. Archives keep accessions, so only a laboratory's own word is looked at.
async fn known_by_proposition(
    connection: &mut Connection,
    folded: &[Folded<'_>],
    serials: &[VariantSerial],
    whose: impl Fn(&Folded<'_>) -> Option<LaboratorySerial>,
    known: &mut Known,
) -> Result<(), NodeError> {
    let mut open: HashMap<LaboratorySerial, Vec<(&Folded<'_>, String)>> = HashMap::new();
    for one in folded.iter().filter(|one| one.draft.laboratory.is_none()) {
        if let Some(laboratory) = whose(one) {
            let key = record_key(one, serials);
            if sort_of(&key) != "key" && !known.contains_key(&(laboratory, key.clone())) {
                open.entry(laboratory).or_default().push((one, key));
            }
        }
    }
    // A statement gets one version of one file: whoever has it by its own key keeps it.
    let mut taken: HashSet<StatementSerial> = known.values().map(|known| known.serial).collect();
    for (laboratory, open) in open {
        let mut variants: Vec<VariantSerial> = open.iter().map(|(one, _)| serials[one.variant]).collect();
        variants.sort_unstable_by_key(|serial| serial.number());
        variants.dedup();
        let variants = variant::with_merged(connection, &variants).await?;
        let mut held: HashMap<(VariantSerial, String), Vec<KnownStatement>> = HashMap::new();
        for (statement, body) in statement::known_on(connection, laboratory, &variants).await? {
            held.entry((statement.variant, proposition(&body))).or_default().push(statement);
        }
        for (one, key) in open {
            let same = held.get(&(serials[one.variant], proposition(&one.draft.body)));
            if let Some([only]) = same.map(Vec::as_slice)
                && !["key", sort_of(&key)].contains(&sort_of(&only.record_key))
                && taken.insert(only.serial)
            {
                known.insert((laboratory, key), only.clone());
            }
        }
    }
    Ok(())
}

/// What a recorded key is made of: the laboratory's own `key`, an accession (`source`; sheets give
/// ClinVar's as the key where they have no other), or the proposition (`variant`).
fn sort_of(record_key: &str) -> &str {
    match record_key.split_once(':') {
        Some(("key", key)) if key.starts_with("SCV") => "source",
        Some((sort, _)) => sort,
        None => "",
    }
}
