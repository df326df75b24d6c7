//! Laboratories and the public halves of their signing keys.

use crate::dialect::Connection;
use crate::error::StoreError;
use crate::fold::fold;
use crate::insert::select_in;
use crate::serial::{EntrySerial, LaboratoryKeySerial, LaboratorySerial};
use crate::word::{parse, read_word};
use cairn_core::id::LaboratoryId;
use cairn_core::laboratory::{Laboratory, slug};
use cairn_core::membership::MemberState;

/// A laboratory as recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedLaboratory {
    /// Its key in the record.
    pub serial: LaboratorySerial,
    /// The laboratory.
    pub laboratory: Laboratory,
    /// How it stands as a member; `None`: it is none.
    pub standing: Option<MemberState>,
}

#[derive(sqlx::FromRow)]
struct Row {
    laboratory_id: LaboratorySerial,
    uid: String,
    name: String,
    slug: String,
    clinvar_org_id: Option<i64>,
    is_member: i64,
    standing: Option<String>,
}

impl Row {
    fn read(self) -> Result<RecordedLaboratory, StoreError> {
        Ok(RecordedLaboratory {
            serial: self.laboratory_id,
            standing: self.standing.map(|word| read_word("laboratory", &word)).transpose()?,
            laboratory: Laboratory {
                id: parse("laboratory", &self.uid)?,
                name: self.name,
                slug: self.slug,
                clinvar_org_id: self.clinvar_org_id.and_then(|id| u32::try_from(id).ok()),
                is_member: self.is_member == 1,
            },
        })
    }
}

/// Every laboratory, in the order of recording.
pub async fn all(connection: &mut Connection) -> Result<Vec<RecordedLaboratory>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "/* laboratory::all */
        SELECT laboratory_id, uid, name, slug, clinvar_org_id, is_member, standing
        FROM laboratory ORDER BY laboratory_id",
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Row::read).collect()
}

/// The laboratories with these serials.
pub async fn by_serials(
    connection: &mut Connection,
    serials: &[LaboratorySerial],
) -> Result<Vec<RecordedLaboratory>, StoreError> {
    let rows: Vec<Row> = select_in(
        connection,
        |query| {
            query.push(
                "/* laboratory::by_serials */
                SELECT laboratory_id, uid, name, slug, clinvar_org_id, is_member, standing
                FROM laboratory WHERE laboratory_id IN",
            );
        },
        serials,
        |_| {},
    )
    .await?;
    rows.into_iter().map(Row::read).collect()
}

/// The laboratories of these full names, compared without regard to case and spaces.
pub async fn by_names(connection: &mut Connection, names: &[String]) -> Result<Vec<RecordedLaboratory>, StoreError> {
    let folded: Vec<String> = names.iter().map(|name| fold(name)).collect();
    let rows: Vec<Row> = select_in(
        connection,
        |query| {
            query.push(
                "/* laboratory::by_names */
                SELECT laboratory_id, uid, name, slug, clinvar_org_id, is_member, standing
                FROM laboratory WHERE name_folded IN",
            );
        },
        &folded,
        |_| {},
    )
    .await?;
    rows.into_iter().map(Row::read).collect()
}

/// The laboratory with this ClinVar organisation number.
pub async fn by_clinvar_org(
    connection: &mut Connection,
    org_id: u32,
) -> Result<Option<RecordedLaboratory>, StoreError> {
    let row: Option<Row> = sqlx::query_as(
        "/* laboratory::by_clinvar_org */
        SELECT laboratory_id, uid, name, slug, clinvar_org_id, is_member, standing
        FROM laboratory WHERE clinvar_org_id = $1",
    )
    .bind(i64::from(org_id))
    .fetch_optional(connection)
    .await?;
    row.map(Row::read).transpose()
}

/// The laboratory that a person means: by slug, id or full name.
pub async fn find(connection: &mut Connection, text: &str) -> Result<Option<RecordedLaboratory>, StoreError> {
    let row: Option<Row> = sqlx::query_as(
        "/* laboratory::find */
        SELECT laboratory_id, uid, name, slug, clinvar_org_id, is_member, standing
        FROM laboratory WHERE slug = $1 OR uid = $1 OR name_folded = $1",
    )
    .bind(fold(text))
    .fetch_optional(connection)
    .await?;
    row.map(Row::read).transpose()
}

/// Adds a laboratory. When another has the same slug, a number is appended.
///
/// # Errors
/// [`StoreError::Conflict`] when the name or ClinVar number is already known.
pub async fn add(
    connection: &mut Connection,
    entry: EntrySerial,
    id: LaboratoryId,
    name: &str,
    clinvar_org_id: Option<u32>,
    is_member: bool,
) -> Result<RecordedLaboratory, StoreError> {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let slug = free_slug(connection, &name).await?;
    let serial: i64 = sqlx::query_scalar(
        "/* laboratory::add */
        INSERT INTO laboratory
            (laboratory_id, uid, name, name_folded, slug, clinvar_org_id, is_member, entry_id)
        SELECT COALESCE(MAX(laboratory_id), 0) + 1, $1, $2, $3, $4, $5, $6, $7 FROM laboratory
        RETURNING laboratory_id",
    )
    .bind(id.to_string())
    .bind(&name)
    .bind(fold(&name))
    .bind(&slug)
    .bind(clinvar_org_id.map(i64::from))
    .bind(i64::from(is_member))
    .bind(entry)
    .fetch_one(connection)
    .await
    .map_err(|error| already_there(error, &name))?;
    Ok(RecordedLaboratory {
        serial: LaboratorySerial::new(serial),
        laboratory: Laboratory { id, name, slug, clinvar_org_id, is_member },
        standing: None,
    })
}

fn already_there(error: sqlx::Error, name: &str) -> StoreError {
    match &error {
        sqlx::Error::Database(cause) if cause.is_unique_violation() => {
            StoreError::Conflict(format!("a laboratory `{name}` is already known here"))
        }
        _ => StoreError::Driver(error),
    }
}

async fn free_slug(connection: &mut Connection, name: &str) -> Result<String, StoreError> {
    let plain = match slug(name) {
        empty if empty.is_empty() => "laboratory".to_owned(),
        plain => plain,
    };
    let taken: Vec<String> = sqlx::query_scalar(
        "/* laboratory::free_slug */
        SELECT slug FROM laboratory WHERE slug >= $1 AND slug < $2",
    )
    .bind(&plain)
    .bind(format!("{plain}{}", char::MAX))
    .fetch_all(connection)
    .await?;
    let free = |candidate: &String| !taken.contains(candidate);
    if free(&plain) {
        return Ok(plain);
    }
    let numbered = (2..).map(|n| format!("{plain}-{n}"));
    Ok(numbered.into_iter().find(free).unwrap_or(plain))
}

/// Makes a known laboratory a member: from now on it has accounts and a signing key here.
pub async fn make_member(connection: &mut Connection, laboratory: LaboratorySerial) -> Result<(), StoreError> {
    sqlx::query(
        "/* laboratory::make_member */
        UPDATE laboratory SET is_member = 1 WHERE laboratory_id = $1",
    )
    .bind(laboratory)
    .execute(connection)
    .await?;
    Ok(())
}

/// The serial of a laboratory's public key (64 hexadecimal digits), which is recorded if it is new.
pub async fn key(
    connection: &mut Connection,
    entry: EntrySerial,
    laboratory: LaboratorySerial,
    public_key: &str,
) -> Result<LaboratoryKeySerial, StoreError> {
    sqlx::query(
        "/* laboratory::key (add) */
        INSERT INTO laboratory_key (laboratory_key_id, laboratory_id, public_key, entry_id)
        SELECT COALESCE(MAX(laboratory_key_id), 0) + 1, $1, $2, $3 FROM laboratory_key WHERE true
        ON CONFLICT (public_key) DO NOTHING",
    )
    .bind(laboratory)
    .bind(public_key)
    .bind(entry)
    .execute(&mut *connection)
    .await?;
    let found: Option<LaboratoryKeySerial> = sqlx::query_scalar(
        "/* laboratory::key */
        SELECT laboratory_key_id FROM laboratory_key WHERE public_key = $1 AND laboratory_id = $2",
    )
    .bind(public_key)
    .bind(laboratory)
    .fetch_optional(connection)
    .await?;
    found.ok_or_else(|| StoreError::Conflict("the signing key belongs to another laboratory".into()))
}

/// Every public key that a laboratory has signed with, the oldest first.
pub async fn public_keys(connection: &mut Connection, laboratory: LaboratorySerial) -> Result<Vec<String>, StoreError> {
    let keys = sqlx::query_scalar(
        "/* laboratory::public_keys */
        SELECT public_key FROM laboratory_key WHERE laboratory_id = $1 ORDER BY laboratory_key_id",
    );
    Ok(keys.bind(laboratory).fetch_all(connection).await?)
}

/// Whether the record names any key of a laboratory.
pub async fn has_any_key(connection: &mut Connection, laboratory: LaboratorySerial) -> Result<bool, StoreError> {
    let count: i64 = sqlx::query_scalar(
        "/* laboratory::has_any_key */
        SELECT COUNT(*) FROM laboratory_key WHERE laboratory_id = $1",
    )
    .bind(laboratory)
    .fetch_one(connection)
    .await?;
    Ok(count > 0)
}

/// Whether a public key is recorded as this laboratory's.
pub async fn has_key(
    connection: &mut Connection,
    laboratory: LaboratorySerial,
    public_key: &str,
) -> Result<bool, StoreError> {
    let count: i64 = sqlx::query_scalar(
        "/* laboratory::has_key */
        SELECT COUNT(*) FROM laboratory_key WHERE laboratory_id = $1 AND public_key = $2",
    )
    .bind(laboratory)
    .bind(public_key)
    .fetch_one(connection)
    .await?;
    Ok(count > 0)
}
