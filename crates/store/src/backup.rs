//! A copy of the record, whole as of one moment, while others write.

use crate::dialect;
use crate::error::StoreError;
use std::path::Path;

/// Writes the record in `from` to the new file `to`: one state of it, compact, complete without a journal. Neither
/// readers nor the writer wait. Nothing of `from` is changed.
///
/// # Errors
/// When `from` is no record, or `to` exists or cannot be written.
pub async fn copy(from: &Path, to: &Path) -> Result<(), StoreError> {
    let connection = dialect::one(from).await?;
    Ok(dialect::copy_into(connection, to).await?)
}
