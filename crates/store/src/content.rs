//! Digests of what stands in the tables, so that a change that did not go through the program is found.
//!
//! The database's own check sees what breaks its structure; a bit that turns in a text it does not see. So rows are taken
//! together in blocks by their number, and each block has a SHA-256. A transaction marks the blocks that it touched in
//! the same commit ([`Touched`]); their digests are taken again a little later, behind the writer ([`Content::take_all`]).
//! What is damaged between the commit and that moment goes unseen. A person who may write the file may write the digests
//! too: against them stand the ledger and its witnesses. PostgreSQL keeps sums of its pages itself (`initdb --data-checksums`).

mod check;
mod digest;
mod touched;

use crate::dialect::{Connection, Dialect, Pool};
use crate::error::StoreError;
use crate::insert;
use digest::Table;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::Mutex;
pub(crate) use touched::Touched;

pub use check::faults;

/// Rows of a block.
const ROWS: i64 = 64;
/// Blocks whose digests are taken in one transaction.
const AT_ONCE: i64 = 1024;

/// The digests of an open record.
#[derive(Debug, Clone)]
pub(crate) struct Content {
    touched: Touched,
    writer: Pool,
    readers: Pool,
    /// One takes digests at a time: two would take the same ones.
    taking: Arc<Mutex<()>>,
}

impl Content {
    /// Of a record that is being opened; `touched` hears of every row that the writer changes.
    pub(crate) fn new(touched: Touched, writer: Pool, readers: Pool) -> Self {
        Self { touched, writer, readers, taking: Arc::default() }
    }

    /// A transaction begins: what one before it touched and did not commit is forgotten.
    pub(crate) fn begin(&self) {
        self.touched.take();
    }

    /// Marks what the transaction touched, in the transaction.
    pub(crate) async fn mark(&self, connection: &mut Connection) -> Result<(), StoreError> {
        let touched = self.touched.take();
        let head = "/* content::mark */ INSERT INTO content_block (relation, block, stamp)";
        let tail = " ON CONFLICT (relation, block) DO UPDATE SET stamp = content_block.stamp + 1, digest = NULL";
        insert::rows(connection, head, 3, tail, &touched, |row, (relation, block)| {
            row.push_bind(relation.clone()).push_bind(*block).push_bind(1_i64);
        })
        .await
    }

    /// Takes the digests of some blocks that changed; whether more are left comes back.
    async fn take(&self) -> Result<bool, StoreError> {
        let mut reader = self.readers.acquire().await?;
        // A block that changes after this has another stamp, and its digest is not written below.
        let open: Vec<(String, i64, i64)> = sqlx::query_as(
            "/* content::take */
            SELECT relation, block, stamp FROM content_block WHERE digest IS NULL ORDER BY relation, block LIMIT 0 + $1",
        )
        .bind(AT_ONCE)
        .fetch_all(&mut *reader)
        .await?;
        if open.is_empty() {
            return Ok(false);
        }
        let mut taken = Vec::with_capacity(open.len());
        let mut tables: HashMap<String, Table> = HashMap::new();
        for (relation, block, stamp) in open {
            if !tables.contains_key(&relation) {
                tables.insert(relation.clone(), Table::of(&mut reader, &relation).await?);
            }
            let digest = tables[&relation].digests(&mut reader, block, block + 1).await?.remove(&block);
            taken.push((relation, block, stamp, digest.unwrap_or_default()));
        }
        drop(reader);
        let mut transaction = self.writer.begin_with(Dialect::Sqlite.begin_write()).await?;
        for (relation, block, stamp, digest) in &taken {
            sqlx::query(
                "/* content::take */
                UPDATE content_block SET digest = $1 WHERE relation = $2 AND block = $3 AND stamp = $4",
            )
            .bind(digest)
            .bind(relation)
            .bind(block)
            .bind(stamp)
            .execute(&mut *transaction)
            .await?;
        }
        transaction.commit().await?;
        Ok(taken.len() == AT_ONCE as usize)
    }

    /// Forgets every digest and marks everything: rows have got other numbers.
    pub(crate) async fn begin_anew(&self) -> Result<(), StoreError> {
        let mut transaction = self.writer.begin_with(Dialect::Sqlite.begin_write()).await?;
        sqlx::query("/* content::begin_anew */ DELETE FROM content_block").execute(&mut *transaction).await?;
        mark_everything(&mut transaction).await?;
        transaction.commit().await?;
        self.touched.take();
        Ok(())
    }

    /// Takes every digest that is due.
    pub(crate) async fn take_all(&self) -> Result<(), StoreError> {
        let _only = self.taking.lock().await;
        while self.take().await? {}
        Ok(())
    }
}

/// Marks every block of every table: the tables are new or were changed by a migration.
pub(crate) async fn mark_everything(connection: &mut Connection) -> Result<(), StoreError> {
    for relation in relations(connection).await? {
        let sql = format!(
            "/* content::mark_everything */
            INSERT INTO content_block (relation, block, stamp)
            SELECT DISTINCT $1, rowid / {ROWS}, 1 FROM {} WHERE true
            ON CONFLICT (relation, block) DO UPDATE SET stamp = content_block.stamp + 1, digest = NULL",
            quoted(&relation)
        );
        sqlx::query(sqlx::AssertSqlSafe(sql)).bind(&relation).execute(&mut *connection).await?;
    }
    Ok(())
}

/// The tables that have digests: all but the digests' own and those that the database keeps for itself.
async fn relations(connection: &mut Connection) -> Result<Vec<String>, StoreError> {
    let names = sqlx::query_scalar(
        "/* content::relations */
        SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name",
    );
    let names: Vec<String> = names.fetch_all(connection).await?;
    Ok(names.into_iter().filter(|name| has_digests(name)).collect())
}

fn has_digests(relation: &str) -> bool {
    relation != "content_block" && !relation.starts_with("sqlite_")
}

/// A name as SQL takes it, whatever it is.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
