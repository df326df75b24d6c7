//! A whole record from one database to another: how a node moves to PostgreSQL, and how a backup of it is made and
//! brought back.
//!
//! The source is read as of one moment, the target is filled in one transaction: until all of it is there and compared,
//! nothing of it is. What was interrupted is begun anew.

mod plan;
mod row;

use crate::content::Touched;
use crate::dialect::{self, Connection, Dialect};
use crate::error::StoreError;
use crate::home::Home;
use futures_util::TryStreamExt;
use plan::{Plan, Table};
use row::{Digest, Values};
use sqlx::{AssertSqlSafe, Connection as _, QueryBuilder, Transaction};

/// Values that are gathered before they are written.
const AT_ONCE: usize = 8_000;
/// Bytes of them, roughly; one row may be larger.
const BYTES_AT_ONCE: usize = 8 << 20;

/// What a table held on both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// The table.
    pub table: String,
    /// Its rows.
    pub rows: u64,
    /// SHA-256 of all values in the order of its key, hexadecimal.
    pub digest: String,
}

/// Begins an empty record there; one that is there is brought to this program's version.
///
/// # Errors
/// When the home cannot be opened or is not fit to hold a record.
pub async fn begin(home: &Home) -> Result<(), StoreError> {
    // Whoever fills it afterwards marks what stands there.
    dialect::writer(home, Touched::default()).await?.close().await;
    Ok(())
}

/// Moves the record of a file to an empty database of a server. Nobody may have the file open meanwhile. Where a move
/// was done before and the target holds exactly this record, it is compared again and nothing is written.
///
/// # Errors
/// When somebody works with the file, the target holds something else, or a table differs on both sides.
pub async fn from_file(from: &std::path::Path, to: &Home) -> Result<Vec<Copied>, StoreError> {
    begin(&Home::File(from.to_owned())).await?;
    let running =
        "the record is in use: stop the node and every other `cairn` command that works on it, then try again";
    let mut source = dialect::alone(from).await?.ok_or_else(|| StoreError::Conflict(running.to_owned()))?;
    begin(to).await?;
    let mut target = dialect::one(to).await?;
    let copied = whole(&mut source, &mut target).await?;
    // Plans are as good as what the server knows of the tables.
    if Dialect::of(&target) == Dialect::Postgres {
        sqlx::query("/* transfer::from_file */ ANALYZE").execute(&mut target).await?;
    }
    target.close().await?;
    source.close().await?;
    Ok(copied)
}

/// Copies everything; both sides have this program's tables, one of them is a file.
pub(crate) async fn whole(from: &mut Connection, to: &mut Connection) -> Result<Vec<Copied>, StoreError> {
    let plan = match Dialect::of(from) {
        Dialect::Sqlite => Plan::of(from).await?,
        Dialect::Postgres => Plan::of(to).await?,
    };
    let mut source = from.begin_with(Dialect::of(from).begin_snapshot()).await?;
    let mut target = to.begin_with(Dialect::of(to).begin_write()).await?;
    if let Some(table) = plan.first_with_rows(&mut target).await? {
        return same(&plan, &mut source, &mut target, table).await;
    }
    plan.let_links_wait(&mut target).await?;
    let mut copied = Vec::new();
    for table in plan.tables() {
        let written = copy(table, &mut source, &mut target).await?;
        let found = read(table, &mut target).await?;
        if written != found {
            return Err(differs(table, &written, &found));
        }
        copied.push(written);
    }
    target.commit().await?;
    source.rollback().await?;
    Ok(copied)
}

/// A target that holds exactly what the source holds has been filled before.
async fn same(
    plan: &Plan,
    source: &mut Transaction<'_, dialect::Database>,
    target: &mut Transaction<'_, dialect::Database>,
    full: &Table,
) -> Result<Vec<Copied>, StoreError> {
    let mut copied = Vec::new();
    for table in plan.tables() {
        let (here, there) = (read(table, source).await?, read(table, target).await?);
        if here != there {
            return Err(StoreError::Conflict(format!(
                "the target is not empty: `{}` has rows, and `{}` has others than here; name an empty database",
                full.name, table.name
            )));
        }
        copied.push(here);
    }
    Ok(copied)
}

fn differs(table: &Table, written: &Copied, found: &Copied) -> StoreError {
    StoreError::Conflict(format!(
        "`{}` does not read back as it was written ({} rows and {}); nothing was kept",
        table.name, written.rows, found.rows
    ))
}

/// Copies one table; what was read comes back.
async fn copy(table: &Table, from: &mut Connection, to: &mut Connection) -> Result<Copied, StoreError> {
    let mut digest = Digest::default();
    let mut gathered: Vec<Values> = Vec::new();
    let (mut bytes, at_once) = (0, (AT_ONCE / table.columns.len()).max(1));
    let mut rows = sqlx::query(AssertSqlSafe(table.select())).fetch(from);
    while let Some(row) = rows.try_next().await? {
        let values = Values::read(&row, &table.columns)?;
        digest.add(&values);
        bytes += values.bytes();
        gathered.push(values);
        if gathered.len() >= at_once || bytes >= BYTES_AT_ONCE {
            insert(table, to, std::mem::take(&mut gathered)).await?;
            bytes = 0;
        }
    }
    insert(table, to, gathered).await?;
    Ok(digest.of(table))
}

/// What a table holds.
async fn read(table: &Table, connection: &mut Connection) -> Result<Copied, StoreError> {
    let mut digest = Digest::default();
    let mut rows = sqlx::query(AssertSqlSafe(table.select())).fetch(connection);
    while let Some(row) = rows.try_next().await? {
        digest.add(&Values::read(&row, &table.columns)?);
    }
    Ok(digest.of(table))
}

async fn insert(table: &Table, to: &mut Connection, rows: Vec<Values>) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    let mut query = QueryBuilder::<dialect::Database>::new(table.insert());
    query.push_values(rows, |mut places, row| {
        for value in row.into_values() {
            places.push_bind(value);
        }
    });
    query.build().execute(to).await?;
    Ok(())
}
