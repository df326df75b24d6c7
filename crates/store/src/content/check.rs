//! Whether the tables hold what the program wrote.

use super::digest::Table;
use super::{ROWS, relations};
use crate::dialect::{self, Connection};
use crate::error::StoreError;
use std::collections::BTreeMap;
use tokio::sync::OnceCell;

/// Blocks compared at a time.
const AT_ONCE: i64 = 256;

/// What is not as the program wrote it, one sentence each: tables and indexes that are not those of this version, and
/// blocks of rows with another digest than the one that was taken. `connection` must see one state all the while.
pub async fn faults(connection: &mut Connection) -> Result<Vec<String>, StoreError> {
    let mut faults = of_schema(connection).await?;
    for relation in relations(connection).await? {
        match of_relation(connection, &relation).await {
            Ok(found) => faults.extend(found),
            Err(error) => faults.push(format!("the rows of `{relation}` cannot be read: {error}")),
        }
    }
    let strays: Vec<String> = sqlx::query_scalar(
        "/* content::check::faults */
        SELECT DISTINCT relation FROM content_block WHERE relation NOT IN (SELECT name FROM sqlite_schema)",
    )
    .fetch_all(connection)
    .await?;
    faults.extend(strays.into_iter().map(|relation| format!("there are digests of `{relation}`, and no such table")));
    Ok(faults)
}

type Definition = (String, String, String, Option<String>);

/// Compares every definition with that of a new record.
async fn of_schema(connection: &mut Connection) -> Result<Vec<String>, StoreError> {
    let (expected, found) = (EXPECTED.get_or_try_init(of_new_record).await?, definitions(connection).await?);
    let differs = |name: &str| format!("the definition of `{name}` is not the one of this version");
    let mut faults: Vec<String> = expected.iter().filter(|d| !found.contains(d)).map(|d| differs(&d.1)).collect();
    let added = found.iter().filter(|d| !expected.iter().any(|e| e.1 == d.1));
    faults.extend(added.map(|d| format!("`{}` does not belong to a record", d.1)));
    Ok(faults)
}

/// The definitions of a new record of this version.
static EXPECTED: OnceCell<Vec<Definition>> = OnceCell::const_new();

async fn of_new_record() -> Result<Vec<Definition>, StoreError> {
    let new = dialect::new_record().await?;
    let found = definitions(&mut *new.acquire().await?).await;
    new.close().await;
    found
}

async fn definitions(connection: &mut Connection) -> Result<Vec<Definition>, StoreError> {
    let found = sqlx::query_as(
        "/* content::check::definitions */
        SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name",
    );
    Ok(found.fetch_all(connection).await?)
}

async fn of_relation(connection: &mut Connection, relation: &str) -> Result<Vec<String>, StoreError> {
    let known: Vec<(i64, Option<String>)> = sqlx::query_as(
        "/* content::check::of_relation */
        SELECT block, digest FROM content_block WHERE relation = $1 ORDER BY block",
    )
    .bind(relation)
    .fetch_all(&mut *connection)
    .await?;
    let known: BTreeMap<i64, Option<String>> = known.into_iter().collect();
    let sql = format!(
        "/* content::check::of_relation */
        SELECT DISTINCT rowid / {ROWS} FROM {} ORDER BY 1",
        super::quoted(relation)
    );
    let present: Vec<i64> = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_all(&mut *connection).await?;
    let table = Table::of(connection, relation).await?;
    let mut faults = Vec::new();
    let mut wrong = |block: i64, what: &str| {
        let (first, last) = (block * ROWS, block * ROWS + ROWS - 1);
        faults.push(format!("rows {first} to {last} of `{relation}` {what}"));
    };
    let gone = known.iter().filter(|(block, digest)| {
        digest.as_ref().is_some_and(|digest| !digest.is_empty()) && present.binary_search(block).is_err()
    });
    gone.for_each(|(block, _)| wrong(*block, "are gone"));
    for run in runs(&present) {
        let digests = table.digests(connection, run.0, run.1).await?;
        for (block, digest) in digests {
            match known.get(&block) {
                // Changed a moment ago: its digest is not taken yet.
                Some(None) => {}
                Some(Some(known)) if *known == digest => {}
                Some(Some(_)) => wrong(block, "are not what was written"),
                None => wrong(block, "were never written"),
            }
        }
    }
    Ok(faults)
}

/// Blocks that follow each other, a few at a time: from, inclusive, to, exclusive.
fn runs(blocks: &[i64]) -> Vec<(i64, i64)> {
    let mut runs: Vec<(i64, i64)> = Vec::new();
    for block in blocks {
        match runs.last_mut() {
            Some((from, to)) if *to == *block && *to - *from < AT_ONCE => *to += 1,
            _ => runs.push((*block, block + 1)),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_read_in_runs() {
        assert_eq!(runs(&[0, 1, 2, 5, 7, 8]), [(0, 3), (5, 6), (7, 9)]);
        assert_eq!(runs(&(0..300).collect::<Vec<_>>()), [(0, 256), (256, 300)]);
        assert!(runs(&[]).is_empty());
    }
}
