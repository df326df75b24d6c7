//! The state of the record: a number that grows with what answers are made of.
//!
//! It is a row, so that it means the same to every process and on every database. Commits of the ledger alone leave it:
//! a checkpoint every few milliseconds would otherwise end every answer that is kept.

use crate::dialect::Connection;
use crate::error::StoreError;

/// Makes the state greater, in the transaction that changes the record.
pub(crate) async fn advance(connection: &mut Connection) -> Result<(), StoreError> {
    sqlx::query(
        "/* state::advance */
        UPDATE record_state SET number = number + 1",
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The state.
pub(crate) async fn number(connection: &mut Connection) -> Result<i64, sqlx::Error> {
    let number = sqlx::query_scalar(
        "/* state::number */
        SELECT number FROM record_state",
    );
    number.fetch_one(connection).await
}
