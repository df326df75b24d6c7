//! Look-ups of variants, counted: an entry a minute for each laboratory and purpose, not one for each look-up.
//!
//! A look-up shows what laboratories say of a variant and how often it was seen, and no case; so the ledger says how
//! many there were. Counts wait in memory: a node that is killed forgets those of the last minute.

use super::append::append_all;
use super::event::Event;
use crate::error::NodeError;
use crate::node::Node;
use cairn_core::user::Purpose;
use cairn_ledger::leaf::Kind;
use cairn_store::laboratory;
use cairn_store::serial::LaboratorySerial;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Look-ups since the last entry.
#[derive(Debug, Default)]
pub(super) struct Lookups(Mutex<BTreeMap<(LaboratorySerial, Purpose), u64>>);

impl Node {
    /// Counts a look-up by a laboratory.
    pub fn count_lookup(&self, laboratory: LaboratorySerial, purpose: Purpose) {
        let mut counts = self.ledger().lookups.0.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry((laboratory, purpose)).or_default() += 1;
    }

    /// Writes what was counted into the ledger; how many entries that were comes back.
    ///
    /// # Errors
    /// When the record fails; the counts are kept then.
    pub async fn record_lookups(&self) -> Result<u64, NodeError> {
        let counts = std::mem::take(&mut *self.ledger().lookups.0.lock().unwrap_or_else(PoisonError::into_inner));
        if counts.is_empty() {
            return Ok(0);
        }
        let written = self.write_lookups(&counts).await;
        if written.is_err() {
            let mut waiting = self.ledger().lookups.0.lock().unwrap_or_else(PoisonError::into_inner);
            counts.iter().for_each(|(key, count)| *waiting.entry(*key).or_default() += count);
        }
        written.map(|()| counts.len() as u64)
    }

    async fn write_lookups(&self, counts: &BTreeMap<(LaboratorySerial, Purpose), u64>) -> Result<(), NodeError> {
        let mut writer = self.store().write().await?;
        let serials: Vec<LaboratorySerial> = counts.keys().map(|(laboratory, _)| *laboratory).collect();
        let found = laboratory::by_serials(&mut writer, &serials).await?;
        let name =
            |serial| found.iter().find(|found| found.serial == serial).map(|found| found.laboratory.name.clone());
        let events = counts.iter().map(|((laboratory, purpose), count)| {
            let event = Event::new(Kind::QueryAggregate).by(*laboratory).with("what", "variants looked up");
            let event = event.with("laboratory", name(*laboratory).unwrap_or_default()).with("count", *count);
            event.with("purpose", super::reading::purpose_word(*purpose))
        });
        append_all(&mut writer, self, events.collect()).await?;
        Ok(writer.commit_of_ledger().await?)
    }
}
