//! A copy of the record, whole as of one moment, while others write.

use crate::content;
use crate::dialect::{self, Connection};
use crate::error::StoreError;
use crate::home::Home;
use crate::transfer;
use std::path::Path;

/// Writes the record at `from` to the new SQLite file `to`, whatever keeps it: one state of it, compact, complete
/// without a journal. Neither readers nor the writer wait. Nothing at `from` is changed.
///
/// # Errors
/// When `from` is no record, or `to` exists or cannot be written.
pub async fn copy(from: &Home, to: &Path) -> Result<(), StoreError> {
    let mut connection = dialect::one(from).await?;
    if let Connection::Sqlite(_) = connection {
        return Ok(dialect::copy_into(connection, to).await?);
    }
    let target = Home::File(to.to_owned());
    transfer::begin(&target).await?;
    let mut into = dialect::one(&target).await?;
    transfer::whole(&mut connection, &mut into).await?;
    content::mark_everything(&mut into).await?;
    // One file, without a journal beside it.
    dialect::settle(into).await?;
    Ok(())
}
