//! What must hold whenever a node opens: nothing of a case lies open, and what was erased anywhere is erased here.

use crate::error::NodeError;
use crate::ledger::{self, Event, append};
use crate::node::Node;
use cairn_ledger::leaf::Kind;
use cairn_store::{case, submission};
use std::collections::HashSet;

/// Cases sealed in one transaction.
const AT_ONCE: u32 = 200;

impl Node {
    /// Seals what a record from before there were keys holds of cases: their content, the submissions that brought them,
    /// the bodies of the ledger. Broken off, it goes on where it was.
    ///
    /// # Errors
    /// When the record or the key store fails.
    pub(crate) async fn seal_record(&self) -> Result<(), NodeError> {
        let mut sealed = 0_u64;
        loop {
            if case::is_sealed(&mut *self.store().read().await?).await? {
                break;
            }
            let mut writer = self.store().write().await?;
            sealed += case::seal_some(&mut writer, self.keys(), AT_ONCE, self.now()).await? as u64;
            writer.commit().await?;
        }
        while submission::has_unsealed(&mut *self.store().read().await?).await? {
            let mut writer = self.store().write().await?;
            sealed += u64::from(submission::seal_one(&mut writer, self.keys(), self.now()).await?);
            writer.commit().await?;
        }
        sealed += ledger::seal_open(self).await?;
        if sealed > 0 {
            tracing::info!(sealed, "case content from before was sealed");
            // What lay open before is on free pages until the file is written anew.
            self.store().compact().await?;
        }
        Ok(())
    }

    /// Destroys the keys of cases that the record says are erased, and erases the cases whose keys were destroyed: a copy of
    /// the data from before an erasure, put back, forgets the case again.
    ///
    /// # Errors
    /// When the record or the key store fails.
    pub(crate) async fn finish_erasures(&self) -> Result<(), NodeError> {
        let destroyed = self.keys().destroyed().await?;
        let gone: HashSet<&String> = destroyed.iter().collect();
        let (owed, again) = {
            let mut reader = self.store().read().await?;
            let mut owed = case::erase::owners_of_erased(&mut reader).await?;
            owed.retain(|owner| !gone.contains(owner));
            (owed, case::erase::not_erased(&mut reader, &destroyed).await?)
        };
        self.keys().destroy(&owed, self.now()).await?;
        for serial in again {
            let mut writer = self.store().write().await?;
            let event = Event::new(Kind::Erase).with("what", "erased before this copy of the data was put back");
            let by = append(&mut writer, self, event).await?;
            cairn_store::ledger::erase(&mut writer, serial, by).await?;
            let owners = case::erase::erase(&mut writer, serial, by).await?;
            writer.commit().await?;
            self.keys().destroy(&owners, self.now()).await?;
        }
        Ok(())
    }
}
