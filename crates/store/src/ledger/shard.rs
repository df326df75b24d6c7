//! Shards: the tree of each year, its checkpoint, and how many entries a day has.

use crate::dialect::Connection;
use crate::error::StoreError;
use crate::serial::LedgerSerial;
use crate::store::Writer;

/// The tree of a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shard {
    /// The year.
    pub year: i16,
    /// Its log's name.
    pub origin: String,
    /// The entry that is its first leaf.
    pub first: LedgerSerial,
    /// Leaves under the checkpoint.
    pub size: u64,
    /// The root of the tree of that size.
    pub root: [u8; 32],
    /// The signed note of that size.
    pub checkpoint: String,
    /// The size of the newest checkpoint that enough witnesses signed; 0 before the first.
    pub cosigned_size: u64,
    /// That checkpoint with their signatures.
    pub cosigned: Option<String>,
    /// Whether a later year has begun.
    pub is_frozen: bool,
}

impl Shard {
    /// The entry at a leaf index.
    pub fn entry_at(&self, index: u64) -> LedgerSerial {
        LedgerSerial::new(self.first.number().saturating_add_unsigned(index))
    }

    /// The leaf index of an entry, when the checkpoint holds it.
    pub fn index_of(&self, entry: LedgerSerial) -> Option<u64> {
        let index = u64::try_from(entry.number() - self.first.number()).ok()?;
        (index < self.size).then_some(index)
    }
}

type Row = (i64, String, LedgerSerial, i64, Vec<u8>, String, i64, Option<String>, bool);

const COLUMNS: &str =
    "ledger_shard_id, origin, first_entry, size, root, checkpoint, cosigned_size, cosigned, frozen FROM ledger_shard";

/// Every shard, the oldest first.
pub async fn all(connection: &mut Connection) -> Result<Vec<Shard>, StoreError> {
    let sql = format!("/* ledger::shard::all */ SELECT {COLUMNS} ORDER BY ledger_shard_id");
    let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(sql)).fetch_all(connection).await?;
    rows.into_iter().map(shard_of).collect()
}

/// The newest shard, which grows; `None` before the first checkpoint.
pub async fn newest(connection: &mut Connection) -> Result<Option<Shard>, StoreError> {
    let sql = format!("/* ledger::shard::newest */ SELECT {COLUMNS} ORDER BY ledger_shard_id DESC LIMIT 1");
    let row: Option<Row> = sqlx::query_as(sqlx::AssertSqlSafe(sql)).fetch_optional(connection).await?;
    row.map(shard_of).transpose()
}

/// The shard of a year.
pub async fn of_year(connection: &mut Connection, year: i16) -> Result<Option<Shard>, StoreError> {
    let sql = format!("/* ledger::shard::of_year */ SELECT {COLUMNS} WHERE ledger_shard_id = $1");
    let row: Option<Row> =
        sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(i64::from(year)).fetch_optional(connection).await?;
    row.map(shard_of).transpose()
}

/// Begins the shard of a year and freezes all before it.
///
/// # Errors
/// [`StoreError::Conflict`] when somebody else began it.
pub async fn begin(writer: &mut Writer, shard: &Shard) -> Result<(), StoreError> {
    sqlx::query("/* ledger::shard::begin (freeze) */ UPDATE ledger_shard SET frozen = 1 WHERE frozen = 0")
        .execute(&mut **writer)
        .await?;
    let done = sqlx::query(
        "/* ledger::shard::begin */
        INSERT INTO ledger_shard (ledger_shard_id, origin, first_entry, size, root, checkpoint, cosigned_size, frozen)
        VALUES ($1, $2, $3, $4, $5, $6, 0, 0) ON CONFLICT DO NOTHING",
    )
    .bind(i64::from(shard.year))
    .bind(&shard.origin)
    .bind(shard.first)
    .bind(number(shard.size))
    .bind(&shard.root[..])
    .bind(&shard.checkpoint)
    .execute(&mut **writer)
    .await?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(moved(shard.year)) }
}

/// Puts a new checkpoint in the place of the one that was read: nothing happens when it is no longer there.
///
/// # Errors
/// [`StoreError::Conflict`] when another checkpoint stands there.
pub async fn advance(
    writer: &mut Writer,
    before: &Shard,
    size: u64,
    root: &[u8; 32],
    checkpoint: &str,
) -> Result<(), StoreError> {
    let done = sqlx::query(
        "/* ledger::shard::advance */
        UPDATE ledger_shard SET size = $4, root = $5, checkpoint = $6
        WHERE ledger_shard_id = $1 AND size = $2 AND root = $3 AND frozen = 0",
    )
    .bind(i64::from(before.year))
    .bind(number(before.size))
    .bind(&before.root[..])
    .bind(number(size))
    .bind(&root[..])
    .bind(checkpoint)
    .execute(&mut **writer)
    .await?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(moved(before.year)) }
}

/// Keeps a checkpoint that enough witnesses signed, unless a larger one is there.
pub async fn keep_cosigned(writer: &mut Writer, year: i16, size: u64, note: &str) -> Result<(), StoreError> {
    sqlx::query(
        "/* ledger::shard::keep_cosigned */
        UPDATE ledger_shard SET cosigned_size = $2, cosigned = $3
        WHERE ledger_shard_id = $1 AND cosigned_size <= $2 AND size >= $2",
    )
    .bind(i64::from(year))
    .bind(number(size))
    .bind(note)
    .execute(&mut **writer)
    .await?;
    Ok(())
}

/// Counts entries that came under a checkpoint, by day and kind.
pub async fn count(writer: &mut Writer, counts: &[(i32, String, u64)]) -> Result<(), StoreError> {
    for (day, kind, entries) in counts {
        sqlx::query(
            "/* ledger::shard::count */
            INSERT INTO ledger_day (day, kind, entries) VALUES ($1, $2, $3)
            ON CONFLICT (day, kind) DO UPDATE SET entries = ledger_day.entries + excluded.entries",
        )
        .bind(i64::from(*day))
        .bind(kind)
        .bind(number(*entries))
        .execute(&mut **writer)
        .await?;
    }
    Ok(())
}

/// Entries by day (days since 1970) and kind from a day on, in their order.
pub async fn days(connection: &mut Connection, from: i32) -> Result<Vec<(i32, String, u64)>, StoreError> {
    let rows: Vec<(i32, String, i64)> = sqlx::query_as(
        "/* ledger::shard::days */
        SELECT day, kind, entries FROM ledger_day WHERE day >= $1 ORDER BY day, kind",
    )
    .bind(i64::from(from))
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|(day, kind, entries)| (day, kind, entries.unsigned_abs())).collect())
}

fn moved(year: i16) -> StoreError {
    StoreError::Conflict(format!("another program moved the ledger's checkpoint of {year} meanwhile"))
}

fn number(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn shard_of(row: Row) -> Result<Shard, StoreError> {
    let (year, origin, first, size, root, checkpoint, cosigned_size, cosigned, is_frozen) = row;
    let damaged = |what: &str| StoreError::damaged("ledger_shard", what);
    Ok(Shard {
        year: i16::try_from(year).map_err(|_| damaged("no such year"))?,
        origin,
        first,
        size: u64::try_from(size).map_err(|_| damaged("a size below zero"))?,
        root: root.try_into().map_err(|_| damaged("a root that is not 32 bytes"))?,
        checkpoint,
        cosigned_size: cosigned_size.unsigned_abs(),
        cosigned,
        is_frozen,
    })
}
