//! What is said about a disease.

use super::statement::{StatementView, view};
use crate::error::NodeError;
use crate::node::Node;
use cairn_store::entry::AsOf;
use cairn_store::serial::StatementSerial;
use cairn_store::{search, statement};

/// Namings of one disease that are followed.
const NAMINGS: u32 = 50;

impl Node {
    /// A page of the current statements that name a condition by this name or identifier, in the
    /// order of recording, from after one of them.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn condition_statements(
        &self,
        condition: &str,
        as_of: AsOf,
        after: StatementSerial,
        limit: u32,
    ) -> Result<Vec<StatementView>, NodeError> {
        let mut reader = self.store().read().await?;
        let mut found = Vec::new();
        for (serial, _) in search::condition_named(&mut reader, condition, NAMINGS).await? {
            found.extend(statement::of_condition(&mut reader, serial, as_of, after, limit).await?);
        }
        found.sort_by_key(|statement| statement.serial);
        found.dedup_by_key(|statement| statement.serial);
        found.truncate(limit as usize);
        Ok(view(&mut reader, found).await?)
    }
}
