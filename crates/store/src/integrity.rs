//! The database's own checks.

use crate::dialect::{self, Connection};
use crate::error::StoreError;

/// What is wrong with the structure of the database or the links between its rows; one sentence
/// each, none when all is well.
pub async fn faults(connection: &mut Connection) -> Result<Vec<String>, StoreError> {
    dialect::faults(connection).await
}
