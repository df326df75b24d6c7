//! Aggregates: versions, added and never changed, and reading them as of a moment.

use crate::dialect::Connection;
use crate::entry::{AsOf, moment_of};
use crate::error::StoreError;
use crate::insert::{rows, select_in};
use crate::serial::{EntrySerial, VariantSerial};
use crate::word::{document, read_document, word};
use cairn_core::aggregate::Aggregate;
use cairn_core::classification::Track;
use cairn_core::condition::Inheritance;
use jiff::Timestamp;
use std::collections::HashMap;

/// What tells the aggregates of a variant apart.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AggregateKey {
    /// The question answered.
    pub track: Track,
    /// Key of the condition group; empty for the variant as a whole.
    pub group: String,
    /// Mode of inheritance, where stated.
    pub inheritance: Option<Inheritance>,
}

impl AggregateKey {
    /// The key of an aggregate.
    pub fn of(aggregate: &Aggregate) -> Self {
        let group = aggregate.group.as_ref();
        Self {
            track: aggregate.track,
            group: group.map(|group| group.key.clone()).unwrap_or_default(),
            inheritance: group.and_then(|group| group.inheritance),
        }
    }
}

/// A version of an aggregate.
#[derive(Debug, Clone, PartialEq)]
pub struct AggregateVersion {
    /// Of which variant.
    pub variant: VariantSerial,
    /// The version, from 1.
    pub version: u32,
    /// Whether it holds; otherwise no statement is left, and it says what was said last.
    pub holds: bool,
    /// What is said.
    pub aggregate: Aggregate,
    /// The entry that brought it.
    pub entry: EntrySerial,
}

const TABLE: &str = "aggregate_version";

type Row = (VariantSerial, i64, String, String, EntrySerial);

fn read((variant, version, standing, body, entry): Row) -> Result<AggregateVersion, StoreError> {
    Ok(AggregateVersion {
        variant,
        version: u32::try_from(version).map_err(|_| StoreError::damaged(TABLE, "version"))?,
        holds: standing == "current",
        aggregate: read_document(TABLE, &body)?,
        entry,
    })
}

/// The last versions of all aggregates of these variants, those that ended too.
pub async fn last(
    connection: &mut Connection,
    variants: &[VariantSerial],
) -> Result<HashMap<VariantSerial, Vec<AggregateVersion>>, StoreError> {
    let found: Vec<Row> = select_in(
        connection,
        |query| {
            query.push(
                "/* aggregate::last */
                SELECT v.variant_id, v.version, v.standing, v.body, v.entry_id FROM aggregate_version v
                WHERE NOT EXISTS (SELECT 1 FROM aggregate_version n
                    WHERE n.variant_id = v.variant_id AND n.track = v.track
                        AND n.condition_group = v.condition_group AND n.inheritance = v.inheritance
                        AND n.version > v.version)
                    AND v.variant_id IN",
            );
        },
        variants,
        |_| {},
    )
    .await?;
    by_variant(found)
}

/// The aggregates of these variants that hold as of a moment; `whole` leaves out those of single
/// conditions.
pub async fn of_variants(
    connection: &mut Connection,
    variants: &[VariantSerial],
    whole: bool,
    as_of: AsOf,
) -> Result<HashMap<VariantSerial, Vec<AggregateVersion>>, StoreError> {
    let found: Vec<Row> = select_in(
        connection,
        |query| {
            query.push(
                "/* aggregate::of_variants */
                SELECT v.variant_id, v.version, v.standing, v.body, v.entry_id FROM aggregate_version v
                WHERE v.standing = 'current' AND v.entry_id <= ",
            );
            query.push_bind(as_of.bound());
            query.push(
                " AND NOT EXISTS (SELECT 1 FROM aggregate_version n
                    WHERE n.variant_id = v.variant_id AND n.track = v.track
                        AND n.condition_group = v.condition_group AND n.inheritance = v.inheritance
                        AND n.version > v.version AND n.entry_id <= ",
            );
            query.push_bind(as_of.bound());
            query.push(") ");
            if whole {
                query.push("AND v.condition_group = '' ");
            }
            query.push("AND v.variant_id IN");
        },
        variants,
        |_| {},
    )
    .await?;
    by_variant(found)
}

/// The versions of all aggregates of a variant up to a moment with when they were recorded, the
/// first first.
pub async fn history(
    connection: &mut Connection,
    variant: VariantSerial,
    as_of: AsOf,
) -> Result<Vec<(AggregateVersion, Timestamp)>, StoreError> {
    type Dated = (VariantSerial, i64, String, String, EntrySerial, i64);
    let found: Vec<Dated> = sqlx::query_as(
        "/* aggregate::history */
        SELECT v.variant_id, v.version, v.standing, v.body, v.entry_id, e.recorded
        FROM aggregate_version v
        JOIN entry e ON e.entry_id = v.entry_id
        WHERE v.variant_id = $1 AND v.entry_id <= $2
        ORDER BY v.entry_id, v.condition_group, v.track, v.inheritance, v.version",
    )
    .bind(variant)
    .bind(as_of.bound())
    .fetch_all(connection)
    .await?;
    let dated = |(variant, version, standing, body, entry, recorded): Dated| {
        Ok((read((variant, version, standing, body, entry))?, moment_of("entry", recorded)?))
    };
    found.into_iter().map(dated).collect()
}

/// In the order germline, oncogenicity, clinical impact; as a whole first, then by condition.
fn by_variant(rows: Vec<Row>) -> Result<HashMap<VariantSerial, Vec<AggregateVersion>>, StoreError> {
    let mut found: HashMap<VariantSerial, Vec<AggregateVersion>> = HashMap::new();
    for row in rows {
        let version = read(row)?;
        found.entry(version.variant).or_default().push(version);
    }
    for versions in found.values_mut() {
        let place = |one: &AggregateVersion| {
            let AggregateKey { track, group, inheritance } = AggregateKey::of(&one.aggregate);
            (!group.is_empty(), track, group, inheritance)
        };
        versions.sort_by_cached_key(place);
    }
    Ok(found)
}

/// Adds versions.
pub async fn add(
    connection: &mut Connection,
    entry: EntrySerial,
    versions: &[AggregateVersion],
) -> Result<(), StoreError> {
    rows(
        connection,
        "/* aggregate::add */
        INSERT INTO aggregate_version (variant_id, track, condition_group, inheritance, version,
            standing, rules, classification, review_status, sides, body, entry_id)",
        12,
        "",
        versions,
        |row, new| {
            let AggregateKey { track, group, inheritance } = AggregateKey::of(&new.aggregate);
            row.push_bind(new.variant)
                .push_bind(word(&track))
                .push_bind(group)
                .push_bind(inheritance.map_or("", Inheritance::hpo))
                .push_bind(i64::from(new.version))
                .push_bind(if new.holds { "current" } else { "ended" })
                .push_bind(new.aggregate.rules.clone())
                .push_bind(new.aggregate.classification.clone())
                .push_bind(new.aggregate.review_status.code())
                .push_bind(i64::from(new.aggregate.sides.number()))
                .push_bind(document(&new.aggregate))
                .push_bind(entry);
        },
    )
    .await
}

/// With what the aggregates of the whole record were last computed; `None` when they never were.
pub async fn basis(connection: &mut Connection) -> Result<Option<String>, StoreError> {
    Ok(sqlx::query_scalar(
        "/* aggregate::basis */
        SELECT basis FROM aggregate_basis ORDER BY aggregate_basis_id DESC LIMIT 1",
    )
    .fetch_optional(connection)
    .await?)
}

/// Notes with what the aggregates of the whole record are computed from now on.
pub async fn add_basis(connection: &mut Connection, entry: EntrySerial, basis: &str) -> Result<(), StoreError> {
    sqlx::query(
        "/* aggregate::add_basis */
        INSERT INTO aggregate_basis (aggregate_basis_id, basis, entry_id)
        SELECT COALESCE(MAX(aggregate_basis_id), 0) + 1, $1, $2 FROM aggregate_basis",
    )
    .bind(basis)
    .bind(entry)
    .execute(connection)
    .await?;
    Ok(())
}
