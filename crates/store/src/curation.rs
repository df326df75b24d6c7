//! Classifications in the making: their heads for lists, and everything that people did to them.

use crate::dialect::{Connection, DatabaseRow};
use crate::entry::moment_of;
use crate::error::StoreError;
use crate::insert::last_serial;
use crate::serial::{DraftSerial, LaboratorySerial, VariantSerial};
use crate::word::{document, parse, read_document, read_word, word};
use cairn_core::classification::Classification;
use cairn_core::curation::{Act, Draft, Revision, State};
use cairn_core::id::{DraftId, UserId};
use jiff::Timestamp;
use serde::{Serialize, de::DeserializeOwned};
use sqlx::Row;

/// What a draft is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A variant to be classified.
    Variant(VariantSerial),
    /// A gene to be weighed against a disease.
    Gene(String),
}

/// A draft to be recorded, before anybody did anything to it.
#[derive(Debug, Clone)]
pub struct NewDraft {
    /// Its opaque id.
    pub id: DraftId,
    /// Whose it is.
    pub laboratory: LaboratorySerial,
    /// What it is about.
    pub subject: Subject,
    /// What makes the shared statement a version of an earlier one.
    pub local_key: Option<String>,
    /// The same, where the earlier one is known by its source.
    pub source_accession: Option<String>,
    /// By whom.
    pub by: UserId,
    /// When.
    pub at: Timestamp,
}

/// A draft as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftHead {
    /// Its key.
    pub serial: DraftSerial,
    /// Its opaque id.
    pub id: DraftId,
    /// Whose it is.
    pub laboratory: LaboratorySerial,
    /// What it is about.
    pub subject: Subject,
    /// What makes the shared statement a version of an earlier one.
    pub local_key: Option<String>,
    /// The same, where the earlier one is known by its source.
    pub source_accession: Option<String>,
    /// The last revision.
    pub revision: u32,
    /// How far it has come.
    pub state: State,
    /// Signatures that hold.
    pub signatures: u32,
    /// Version, from 1.
    pub round: u32,
    /// Fields that hold two values.
    pub conflicts: u32,
    /// Address of the guideline; empty: none chosen.
    pub guideline: String,
    /// The class as it stands.
    pub class: Option<Classification>,
    /// The condition, for people.
    pub condition: String,
    /// Whether it is shared with the network.
    pub network: bool,
    /// When it was last changed.
    pub changed: Timestamp,
    /// By whom.
    pub changed_by: UserId,
}

/// What lists show of a draft beside its replay.
#[derive(Debug, Clone, Default)]
pub struct HeadWords {
    /// The class as it stands.
    pub class: Option<Classification>,
    /// The condition, for people.
    pub condition: String,
    /// Whether it is shared with the network.
    pub network: bool,
}

const TABLE: &str = "curation_draft";

/// The columns of a head.
macro_rules! select {
    ($name:literal, $rest:literal) => {
        concat!(
            "/* curation::",
            $name,
            " */
            SELECT curation_draft_id, uid, laboratory_id, variant_id, gene, local_key, source_accession,
                revision, state, signatures, round, conflicts, guideline, class, subject, network,
                changed, changed_by
            FROM curation_draft ",
            $rest
        )
    };
}

fn read(row: &DatabaseRow) -> Result<DraftHead, StoreError> {
    let number = |name: &str| -> Result<u32, StoreError> {
        u32::try_from(row.try_get::<i64, _>(name)?).map_err(|_| StoreError::damaged(TABLE, name))
    };
    let class: String = row.try_get("class")?;
    let subject = match (row.try_get("variant_id")?, row.try_get("gene")?) {
        (Some(variant), None) => Subject::Variant(variant),
        (None, Some(gene)) => Subject::Gene(gene),
        _ => return Err(StoreError::damaged(TABLE, "subject")),
    };
    Ok(DraftHead {
        serial: row.try_get("curation_draft_id")?,
        id: parse(TABLE, row.try_get("uid")?)?,
        laboratory: row.try_get("laboratory_id")?,
        subject,
        local_key: row.try_get("local_key")?,
        source_accession: row.try_get("source_accession")?,
        revision: number("revision")?,
        state: read_word(TABLE, row.try_get("state")?)?,
        signatures: number("signatures")?,
        round: number("round")?,
        conflicts: number("conflicts")?,
        guideline: row.try_get("guideline")?,
        class: if class.is_empty() { None } else { Some(parse(TABLE, &class)?) },
        condition: row.try_get("subject")?,
        network: row.try_get::<i64, _>("network")? == 1,
        changed: moment_of(TABLE, row.try_get("changed")?)?,
        changed_by: parse(TABLE, row.try_get("changed_by")?)?,
    })
}

fn read_all(rows: &[DatabaseRow]) -> Result<Vec<DraftHead>, StoreError> {
    rows.iter().map(read).collect()
}

/// Adds a draft without revisions.
///
/// # Errors
/// When the database fails.
pub async fn add(connection: &mut Connection, new: &NewDraft) -> Result<DraftSerial, StoreError> {
    let question = "/* curation::add (last) */ SELECT COALESCE(MAX(curation_draft_id), 0) FROM curation_draft";
    let serial = DraftSerial::new(last_serial(connection, question).await? + 1);
    let (kind, variant, gene) = match &new.subject {
        Subject::Variant(variant) => ("variant", Some(*variant), None),
        Subject::Gene(gene) => ("gene_disease", None, Some(gene.clone())),
    };
    sqlx::query(
        "/* curation::add */
        INSERT INTO curation_draft (curation_draft_id, uid, laboratory_id, kind, variant_id, gene, local_key,
            source_accession, created, created_by, revision, state, signatures, round, conflicts, guideline,
            class, subject, network, changed, changed_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, 'draft', 0, 1, 0, '', '', '', 0, $9, $10)",
    )
    .bind(serial)
    .bind(new.id.to_string())
    .bind(new.laboratory)
    .bind(kind)
    .bind(variant)
    .bind(gene)
    .bind(&new.local_key)
    .bind(&new.source_accession)
    .bind(new.at.as_microsecond())
    .bind(new.by.to_string())
    .execute(connection)
    .await?;
    Ok(serial)
}

/// Adds a revision and brings the head up to date with the replay that includes it.
///
/// # Errors
/// When the database fails, or the revision's number is taken.
pub async fn revise(
    connection: &mut Connection,
    serial: DraftSerial,
    revision: &Revision,
    now: &Draft,
    words: &HeadWords,
) -> Result<(), StoreError> {
    sqlx::query(
        "/* curation::revise */
        INSERT INTO curation_revision (curation_draft_id, revision, user_uid, moment, act)
        VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(serial)
    .bind(i64::from(revision.number))
    .bind(revision.by.to_string())
    .bind(revision.at.as_microsecond())
    .bind(document(&revision.act))
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "/* curation::revise (head) */
        UPDATE curation_draft SET revision = $2, state = $3, signatures = $4, round = $5, conflicts = $6,
            guideline = $7, class = $8, subject = $9, network = $10, changed = $11, changed_by = $12
        WHERE curation_draft_id = $1",
    )
    .bind(serial)
    .bind(i64::from(revision.number))
    .bind(word(&now.state))
    .bind(now.signatures.len() as i64)
    .bind(i64::from(now.round))
    .bind(now.conflicts().count() as i64)
    .bind(now.guideline().unwrap_or_default())
    .bind(words.class.map_or("", Classification::code))
    .bind(&words.condition)
    .bind(i64::from(words.network))
    .bind(revision.at.as_microsecond())
    .bind(revision.by.to_string())
    .execute(connection)
    .await?;
    Ok(())
}

/// The head of a draft.
///
/// # Errors
/// When the database fails.
pub async fn head(connection: &mut Connection, id: DraftId) -> Result<Option<DraftHead>, StoreError> {
    let row = sqlx::query(select!("head", "WHERE uid = $1")).bind(id.to_string()).fetch_optional(connection).await?;
    row.as_ref().map(read).transpose()
}

/// A draft with everything that people did to it, the first first.
///
/// # Errors
/// When the database fails.
pub async fn by_id(connection: &mut Connection, id: DraftId) -> Result<Option<(DraftHead, Vec<Revision>)>, StoreError> {
    let row =
        sqlx::query(select!("by_id", "WHERE uid = $1")).bind(id.to_string()).fetch_optional(&mut *connection).await?;
    let Some(head) = row.as_ref().map(read).transpose()? else {
        return Ok(None);
    };
    let revisions = revisions(connection, head.serial).await?;
    Ok(Some((head, revisions)))
}

/// Everything that people did to a draft, the first first.
///
/// # Errors
/// When the database fails.
pub async fn revisions(connection: &mut Connection, serial: DraftSerial) -> Result<Vec<Revision>, StoreError> {
    const TABLE: &str = "curation_revision";
    let rows: Vec<(i64, String, i64, String)> = sqlx::query_as(
        "/* curation::revisions */
        SELECT revision, user_uid, moment, act FROM curation_revision
        WHERE curation_draft_id = $1 ORDER BY revision",
    )
    .bind(serial)
    .fetch_all(connection)
    .await?;
    let read = |(number, by, at, act): (i64, String, i64, String)| {
        Ok(Revision {
            number: u32::try_from(number).map_err(|_| StoreError::damaged(TABLE, "revision"))?,
            by: parse(TABLE, &by)?,
            at: moment_of(TABLE, at)?,
            act: read_document::<Act>(TABLE, &act)?,
        })
    };
    rows.into_iter().map(read).collect()
}

/// The drafts of a laboratory, the last changed first, from before one of them.
///
/// # Errors
/// When the database fails.
pub async fn of_laboratory(
    connection: &mut Connection,
    laboratory: LaboratorySerial,
    before: Option<(Timestamp, DraftSerial)>,
    limit: u32,
) -> Result<Vec<DraftHead>, StoreError> {
    let (changed, serial) = before.unwrap_or((Timestamp::MAX, DraftSerial::new(i64::MAX)));
    let rows = sqlx::query(select!(
        "of_laboratory",
        "WHERE laboratory_id = $1 AND (changed, curation_draft_id) < ($2, $3)
        ORDER BY changed DESC, curation_draft_id DESC LIMIT $4"
    ))
    .bind(laboratory)
    .bind(changed.as_microsecond())
    .bind(serial)
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?;
    read_all(&rows)
}

/// The drafts of a laboratory on a variant.
///
/// # Errors
/// When the database fails.
pub async fn of_variant(
    connection: &mut Connection,
    variant: VariantSerial,
    laboratory: LaboratorySerial,
) -> Result<Vec<DraftHead>, StoreError> {
    let rows =
        sqlx::query(select!("of_variant", "WHERE variant_id = $1 AND laboratory_id = $2 ORDER BY curation_draft_id"))
            .bind(variant)
            .bind(laboratory)
            .fetch_all(connection)
            .await?;
    read_all(&rows)
}

/// The weighings of a gene that a laboratory may see: its own, and those that others shared with
/// the network.
///
/// # Errors
/// When the database fails.
pub async fn of_gene(
    connection: &mut Connection,
    gene: &str,
    laboratory: Option<LaboratorySerial>,
) -> Result<Vec<DraftHead>, StoreError> {
    let rows = sqlx::query(select!(
        "of_gene",
        "WHERE gene = $1 AND (laboratory_id = $2 OR network = 1) ORDER BY curation_draft_id"
    ))
    .bind(gene)
    .bind(laboratory)
    .fetch_all(connection)
    .await?;
    read_all(&rows)
}

/// How a laboratory works, as it last said, with the version; `None` while it said nothing.
///
/// # Errors
/// When the database fails.
pub async fn setting<S: DeserializeOwned>(
    connection: &mut Connection,
    laboratory: LaboratorySerial,
) -> Result<Option<(u32, S)>, StoreError> {
    let row: Option<(i64, String)> = sqlx::query_as(
        "/* curation::setting */
        SELECT version, body FROM curation_setting WHERE laboratory_id = $1 ORDER BY version DESC LIMIT 1",
    )
    .bind(laboratory)
    .fetch_optional(connection)
    .await?;
    row.map(|(version, body)| {
        let version = u32::try_from(version).map_err(|_| StoreError::damaged("curation_setting", "version"))?;
        Ok((version, read_document("curation_setting", &body)?))
    })
    .transpose()
}

/// Says how a laboratory works from now on.
///
/// # Errors
/// When the database fails.
pub async fn set<S: Serialize>(
    connection: &mut Connection,
    laboratory: LaboratorySerial,
    setting: &S,
    by: UserId,
    at: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "/* curation::set */
        INSERT INTO curation_setting (laboratory_id, version, body, user_uid, moment)
        SELECT $1, COALESCE(MAX(version), 0) + 1, $2, $3, $4 FROM curation_setting WHERE laboratory_id = $1",
    )
    .bind(laboratory)
    .bind(document(setting))
    .bind(by.to_string())
    .bind(at.as_microsecond())
    .execute(connection)
    .await?;
    Ok(())
}
