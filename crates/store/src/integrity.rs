//! The database's own checks.

use crate::dialect::{self, Connection};
use crate::error::StoreError;

/// What is wrong with the structure of the database or the links between its rows; one sentence
/// each, none when all is well.
pub async fn faults(connection: &mut Connection) -> Result<Vec<String>, StoreError> {
    let structure: Vec<String> = sqlx::query_scalar(dialect::CHECK_STRUCTURE).fetch_all(&mut *connection).await?;
    let mut faults: Vec<String> = structure.into_iter().filter(|line| line != "ok").collect();
    let links: Vec<(String, Option<i64>, String, i64)> =
        sqlx::query_as(dialect::CHECK_LINKS).fetch_all(connection).await?;
    let sentence = |(table, row, parent, _): (String, Option<i64>, String, i64)| {
        format!("row {} of `{table}` names a row of `{parent}` that is not there", row.unwrap_or_default())
    };
    faults.extend(links.into_iter().map(sentence));
    Ok(faults)
}
