//! Recording versions of cases.

use super::{KnownCase, NewCase, NewObservation, Target};
use crate::condition;
use crate::dialect::Connection;
use crate::error::StoreError;
use crate::insert::{last_serial, rows, select_in};
use crate::serial::{CaseSerial, ConditionSerial, EntrySerial, LaboratorySerial, SubmissionSerial};
use crate::word::{document, word};
use cairn_core::phenotype::PhenotypeFeature;

/// Which of these pseudonyms of a laboratory are recorded, with their current versions.
pub async fn known(
    connection: &mut Connection,
    laboratory: LaboratorySerial,
    local_ids: &[String],
) -> Result<Vec<KnownCase>, StoreError> {
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
        local_ids,
        |_| {},
    )
    .await?;
    let read = |(local_id, serial, version, digest): (_, _, i64, _)| {
        let version = u32::try_from(version).map_err(|_| StoreError::damaged("clinical_case_version", "version"))?;
        Ok(KnownCase { local_id, serial, version, digest })
    };
    found.into_iter().map(read).collect()
}

type Numbered<'a> = (CaseSerial, u32, &'a NewCase);

/// Adds versions; the case and version of each come back in the same order.
pub async fn add(
    connection: &mut Connection,
    entry: EntrySerial,
    submission: SubmissionSerial,
    cases: &[NewCase],
) -> Result<Vec<(CaseSerial, u32)>, StoreError> {
    let last =
        last_serial(connection, "/* case::add (last) */ SELECT COALESCE(MAX(clinical_case_id), 0) FROM clinical_case")
            .await?;
    let mut next = last;
    let numbered: Vec<Numbered<'_>> = cases
        .iter()
        .map(|new| match new.target {
            Target::Next(serial, version) => (serial, version, new),
            Target::New(_) => {
                next += 1;
                (CaseSerial::new(next), 1, new)
            }
        })
        .collect();
    add_cases(connection, entry, &numbered).await?;
    add_versions(connection, entry, submission, &numbered).await?;
    add_features(connection, &numbered).await?;
    add_conditions(connection, &numbered).await?;
    add_observations(connection, &numbered).await?;
    Ok(numbered.iter().map(|(serial, version, _)| (*serial, *version)).collect())
}

async fn add_cases(
    connection: &mut Connection,
    entry: EntrySerial,
    numbered: &[Numbered<'_>],
) -> Result<(), StoreError> {
    let new: Vec<_> = numbered
        .iter()
        .filter_map(|(serial, _, new)| match new.target {
            Target::New(id) => Some((*serial, id, *new)),
            Target::Next(..) => None,
        })
        .collect();
    rows(
        connection,
        "/* case::add_cases */
        INSERT INTO clinical_case (clinical_case_id, uid, laboratory_id, local_id, entry_id)",
        5,
        "",
        &new,
        |row, (serial, id, new)| {
            row.push_bind(*serial)
                .push_bind(id.to_string())
                .push_bind(new.laboratory)
                .push_bind(new.case.local_id.clone())
                .push_bind(entry);
        },
    )
    .await
}

async fn add_versions(
    connection: &mut Connection,
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
        |row, (serial, version, new)| {
            row.push_bind(*serial)
                .push_bind(i64::from(*version))
                .push_bind(submission)
                .push_bind(new.row as i64)
                .push_bind(document(&new.case))
                .push_bind(document(&new.citations))
                .push_bind(new.digest.clone())
                .push_bind(entry);
        },
    )
    .await
}

async fn add_features(connection: &mut Connection, numbered: &[Numbered<'_>]) -> Result<(), StoreError> {
    let features: Vec<(CaseSerial, u32, &PhenotypeFeature)> = numbered
        .iter()
        .flat_map(|(serial, version, new)| new.case.features.iter().map(move |feature| (*serial, *version, feature)))
        .collect();
    rows(
        connection,
        "/* case::add_features */
        INSERT INTO case_feature (term, clinical_case_id, version, excluded, label)",
        5,
        " ON CONFLICT DO NOTHING",
        &features,
        |row, (serial, version, feature)| {
            row.push_bind(feature.term.as_str().to_owned())
                .push_bind(*serial)
                .push_bind(i64::from(*version))
                .push_bind(i64::from(feature.excluded))
                .push_bind(feature.label.clone());
        },
    )
    .await
}

async fn add_conditions(connection: &mut Connection, numbered: &[Numbered<'_>]) -> Result<(), StoreError> {
    let stated = numbered.iter().flat_map(|(_, _, new)| &new.case.conditions);
    let serials = condition::record(connection, stated.filter(|c| c.is_stated())).await?;
    let links: Vec<(ConditionSerial, CaseSerial, u32)> = numbered
        .iter()
        .flat_map(|(serial, version, new)| {
            let conditions = new.case.conditions.iter().map(condition::key);
            let known = conditions.filter_map(|key| serials.get(&key).copied());
            known.map(move |condition| (condition, *serial, *version))
        })
        .collect();
    rows(
        connection,
        "/* case::add_conditions */
        INSERT INTO case_condition (condition_id, clinical_case_id, version)",
        3,
        " ON CONFLICT DO NOTHING",
        &links,
        |row, (condition, case, version)| {
            row.push_bind(*condition).push_bind(*case).push_bind(i64::from(*version));
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
    let seen = numbered
        .iter()
        .flat_map(|(serial, version, new)| new.observations.iter().map(move |seen| (*serial, *version, seen)));
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
