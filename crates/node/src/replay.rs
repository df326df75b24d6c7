//! Replaying files of several dates into one record, each recorded as if on its day.

use crate::error::NodeError;
use crate::node::Node;
use cairn_store::entry;
use jiff::Timestamp;

impl Node {
    /// Prepares the record for entries of this moment, for a node whose clock stands there. What set
    /// the node up is dated back while nothing was submitted.
    ///
    /// # Errors
    /// When the record already holds something later, or fails.
    pub async fn replay_from(&self, moment: Timestamp) -> Result<(), NodeError> {
        let mut writer = self.store().write().await?;
        let reached = entry::last(&mut writer).await?;
        let Some(reached) = reached.filter(|reached| *reached > moment) else { return Ok(()) };
        if !entry::redate_set_up(&mut writer, moment).await? {
            return Err(NodeError::BackInTime { reached, asked: moment });
        }
        Ok(writer.commit().await?)
    }
}
