//! Whether the record is whole: the database's own checks, and the digests of what stands in it.

use crate::content;
use crate::dialect::{self, Connection, Dialect};
use crate::error::StoreError;
use sqlx::Connection as _;

/// What is wrong with the structure of the database, the links between its rows, or, in a file, the rows themselves; one
/// sentence each, none when all is well. All of it is asked of one state of the record.
pub async fn faults(connection: &mut Connection) -> Result<Vec<String>, StoreError> {
    let dialect = Dialect::of(connection);
    let mut one_state = connection.begin_with(dialect.begin_snapshot()).await?;
    let mut faults = dialect::faults(&mut one_state).await?;
    if dialect == Dialect::Sqlite {
        faults.extend(content::faults(&mut one_state).await?);
    }
    one_state.rollback().await?;
    Ok(faults)
}
