//! Recording versions of cases.

use super::content::{key_owner, keyed_digest, label_digest, seal_label, seal_version, term_digest};
use super::{KnownCase, NewCase, NewObservation, Target, read};
use crate::dialect::Connection;
use crate::entry::{self, AsOf};
use crate::error::StoreError;
use crate::insert::{last_serial, rows, select_in};
use crate::key_store::KeyStore;
use crate::laboratory;
use crate::seal::Key;
use crate::serial::{CaseSerial, EntrySerial, LaboratorySerial, SubmissionSerial};
use crate::word::{document, word};
use cairn_core::phenotype::PhenotypeFeature;
use std::collections::HashMap;

/// Which of these pseudonyms of a laboratory are recorded, with their current versions.
pub async fn known(
    connection: &mut Connection,
    keys: &KeyStore,
    laboratory: LaboratorySerial,
    local_ids: &[String],
) -> Result<Vec<KnownCase>, StoreError> {
    let names: HashMap<String, &String> = local_ids.iter().map(|id| (label_digest(keys, laboratory, id), id)).collect();
    let wanted: Vec<String> = names.keys().cloned().collect();
    let found: Vec<(String, CaseSerial, i64, String)> = select_in(
        connection,
        |query| {
            query.push(
                "/* case::known */
                SELECT c.local_id, c.clinical_case_id, v.version, v.digest
                FROM clinical_case c
                JOIN clinical_case_version v ON v.clinical_case_id = c.clinical_case_id
                WHERE v.version = (SELECT MAX(n.version) FROM clinical_case_version n
                        WHERE n.clinical_case_id = c.clinical_case_id)
                    AND c.laboratory_id = ",
            );
            query.push_bind(laboratory);
            query.push(" AND c.local_id IN");
        },
        &wanted,
        |_| {},
    )
    .await?;
    let read = |(name, serial, version, digest): (String, _, i64, _)| {
        let version = u32::try_from(version).map_err(|_| StoreError::damaged("clinical_case_version", "version"))?;
        let local_id = names.get(&name).map_or_else(String::new, |id| (*id).clone());
        Ok(KnownCase { local_id, serial, version, digest })
    };
    found.into_iter().map(read).collect()
}

/// A version with its place, and what its case is sealed with.
struct Numbered<'a> {
    serial: CaseSerial,
    version: u32,
    new: &'a NewCase,
    uid: String,
    key: Key,
}

/// Adds versions; the case and version of each come back in the same order. A case that is new gets its key first, so that
/// nothing is ever sealed with a key that a crash could lose.
pub async fn add(
    connection: &mut Connection,
    keys: &KeyStore,
    entry: EntrySerial,
    submission: SubmissionSerial,
    cases: &[NewCase],
) -> Result<Vec<(CaseSerial, u32)>, StoreError> {
    let last =
        last_serial(connection, "/* case::add (last) */ SELECT COALESCE(MAX(clinical_case_id), 0) FROM clinical_case")
            .await?;
    let mut next = last;
    let placed: Vec<(CaseSerial, u32)> = cases
        .iter()
        .map(|new| match new.target {
            Target::Next(serial, version) => (serial, version),
            Target::New(_) => {
                next += 1;
                (CaseSerial::new(next), 1)
            }
        })
        .collect();
    let numbered = with_keys(connection, keys, entry, &placed, cases).await?;
    add_cases(connection, keys, entry, &numbered).await?;
    add_versions(connection, keys, entry, submission, &numbered).await?;
    add_features(connection, keys, &numbered).await?;
    add_observations(connection, &numbered).await?;
    Ok(placed)
}

/// Finds or makes the key of each case.
async fn with_keys<'a>(
    connection: &mut Connection,
    keys: &KeyStore,
    entry: EntrySerial,
    placed: &[(CaseSerial, u32)],
    cases: &'a [NewCase],
) -> Result<Vec<Numbered<'a>>, StoreError> {
    let recorded: Vec<CaseSerial> = placed.iter().filter(|(_, version)| *version > 1).map(|(case, _)| *case).collect();
    let recorded = read::uids(connection, &recorded).await?;
    let mut whose: Vec<LaboratorySerial> = cases.iter().map(|new| new.laboratory).collect();
    whose.sort_unstable();
    whose.dedup();
    let laboratories = laboratory::by_serials(connection, &whose).await?;
    let laboratories: HashMap<LaboratorySerial, String> =
        laboratories.into_iter().map(|found| (found.serial, found.laboratory.id.to_string())).collect();
    let uid = |new: &NewCase| match new.target {
        Target::New(id) => Some(id.to_string()),
        Target::Next(serial, _) => recorded.get(&serial).cloned(),
    };
    let damaged = || StoreError::damaged("clinical_case", "a case or laboratory is not there");
    let mut owners = Vec::with_capacity(cases.len());
    for new in cases {
        let laboratory = laboratories.get(&new.laboratory).ok_or_else(damaged)?;
        owners.push((key_owner(&uid(new).ok_or_else(damaged)?), laboratory.clone()));
    }
    let found = keys.make(&owners, entry::moment(connection, AsOf::up_to(entry)).await?.unwrap_or_default()).await?;
    let numbered = placed.iter().zip(cases).zip(owners).map(|(((serial, version), new), (owner, _))| {
        let key = found.get(&owner).cloned().ok_or_else(damaged)?;
        Ok(Numbered { serial: *serial, version: *version, new, uid: uid(new).ok_or_else(damaged)?, key })
    });
    numbered.collect()
}

async fn add_cases(
    connection: &mut Connection,
    keys: &KeyStore,
    entry: EntrySerial,
    numbered: &[Numbered<'_>],
) -> Result<(), StoreError> {
    let new: Vec<_> = numbered.iter().filter(|one| matches!(one.new.target, Target::New(_))).collect();
    rows(
        connection,
        "/* case::add_cases */
        INSERT INTO clinical_case (clinical_case_id, uid, laboratory_id, local_id, label, entry_id)",
        6,
        "",
        &new,
        |row, one| {
            let local_id = &one.new.case.local_id;
            row.push_bind(one.serial)
                .push_bind(one.uid.clone())
                .push_bind(one.new.laboratory)
                .push_bind(label_digest(keys, one.new.laboratory, local_id))
                .push_bind(seal_label(keys, &one.key, &one.uid, local_id))
                .push_bind(entry);
        },
    )
    .await
}

async fn add_versions(
    connection: &mut Connection,
    keys: &KeyStore,
    entry: EntrySerial,
    submission: SubmissionSerial,
    numbered: &[Numbered<'_>],
) -> Result<(), StoreError> {
    rows(
        connection,
        "/* case::add_versions */
        INSERT INTO clinical_case_version (clinical_case_id, version, submission_id, row_number,
            body, citations, digest, entry_id)",
        8,
        "",
        numbered,
        |row, one| {
            let (new, at) = (one.new, (one.uid.as_str(), i64::from(one.version)));
            row.push_bind(one.serial)
                .push_bind(at.1)
                .push_bind(submission)
                .push_bind(new.row as i64)
                .push_bind(seal_version(keys, &one.key, "body", at, &document(&new.case)))
                .push_bind(seal_version(keys, &one.key, "citations", at, &document(&new.citations)))
                .push_bind(keyed_digest(keys, new.laboratory, &new.digest))
                .push_bind(entry);
        },
    )
    .await
}

async fn add_features(
    connection: &mut Connection,
    keys: &KeyStore,
    numbered: &[Numbered<'_>],
) -> Result<(), StoreError> {
    let stated: Vec<Stated<'_>> = numbered
        .iter()
        .flat_map(|one| {
            let at = (one.new.laboratory, one.serial, i64::from(one.version));
            one.new.case.features.iter().map(move |feature| (at, feature))
        })
        .collect();
    features(connection, keys, &stated).await
}

/// A feature of a version, with whose case it is.
pub(super) type Stated<'a> = ((LaboratorySerial, CaseSerial, i64), &'a PhenotypeFeature);

/// Adds what versions are found by among a laboratory's cases with a feature.
pub(super) async fn features(
    connection: &mut Connection,
    keys: &KeyStore,
    stated: &[Stated<'_>],
) -> Result<(), StoreError> {
    rows(
        connection,
        "/* case::features */
        INSERT INTO case_feature (term, clinical_case_id, version, excluded, label)",
        5,
        " ON CONFLICT DO NOTHING",
        stated,
        |row, ((laboratory, case, version), feature)| {
            row.push_bind(term_digest(keys, *laboratory, feature.term.as_str()))
                .push_bind(*case)
                .push_bind(*version)
                .push_bind(i64::from(feature.excluded))
                .push_bind("");
        },
    )
    .await
}

async fn add_observations(connection: &mut Connection, numbered: &[Numbered<'_>]) -> Result<(), StoreError> {
    let last = last_serial(
        connection,
        "/* case::add_observations (last) */
        SELECT COALESCE(MAX(observation_id), 0) FROM observation",
    )
    .await?;
    let seen =
        numbered.iter().flat_map(|one| one.new.observations.iter().map(move |seen| (one.serial, one.version, seen)));
    let observations: Vec<(i64, (CaseSerial, u32, &NewObservation))> = (last + 1..).zip(seen).collect();
    rows(
        connection,
        "/* case::add_observations */
        INSERT INTO observation (observation_id, uid, clinical_case_id, version, variant_id,
            expression, zygosity, fraction, origin, affected, phase, role, classification)",
        13,
        "",
        &observations,
        |row, (number, (case, version, observation))| {
            let seen = &observation.seen;
            row.push_bind(*number)
                .push_bind(observation.id.to_string())
                .push_bind(*case)
                .push_bind(i64::from(*version))
                .push_bind(observation.variant)
                .push_bind(seen.expression.clone())
                .push_bind(word(&seen.zygosity))
                .push_bind(seen.fraction)
                .push_bind(word(&seen.origin))
                .push_bind(word(&seen.affected))
                .push_bind(seen.phase.clone())
                .push_bind(word(&seen.role))
                .push_bind(seen.classification.map(|class| class.code()));
        },
    )
    .await
}
