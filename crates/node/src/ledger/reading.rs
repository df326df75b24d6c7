//! Readings: nobody sees a case before the ledger says so.

use super::event::Event;
use crate::access::Viewer;
use crate::error::NodeError;
use crate::lookup::case::CaseReport;
use crate::lookup::shared_case::SharedReport;
use crate::node::Node;
use cairn_core::id::{CaseId, UserId};
use cairn_core::user::Purpose;
use cairn_ledger::leaf::Kind;
use cairn_store::entry::AsOf;

/// Who reads, and what for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading<'a> {
    /// As whom the node lets them see.
    pub viewer: Viewer,
    /// The account.
    pub user: UserId,
    /// The name of their laboratory.
    pub laboratory: &'a str,
    /// What for.
    pub purpose: Purpose,
    /// By which door, such as `page`.
    pub door: &'static str,
}

impl Node {
    /// A case for a person, with an entry in the ledger that is durable before the case comes back. Hidden and absent
    /// look the same: `None`, and no entry.
    ///
    /// # Errors
    /// When the record fails; nothing is shown then.
    pub async fn read_case(&self, id: CaseId, as_of: AsOf, by: Reading<'_>) -> Result<Option<CaseReport>, NodeError> {
        let Some(report) = self.case_report(id, as_of, by.viewer).await? else { return Ok(None) };
        let event = Event::new(Kind::ReadCase).about(report.serial).by(report.laboratory);
        let event = event.with("laboratory", by.laboratory).with("user", by.user.to_string());
        let event = event.with("purpose", purpose_word(by.purpose)).with("door", by.door);
        self.record_event(event.with("version", u64::from(report.version))).await?;
        Ok(Some(report))
    }

    /// A case without identity for a person, with an entry in the ledger that is durable before the case comes back.
    /// Hidden and absent look the same: `None`, and no entry.
    ///
    /// # Errors
    /// When the record fails; nothing is shown then.
    pub async fn read_shared_case(
        &self,
        id: CaseId,
        as_of: AsOf,
        by: Reading<'_>,
    ) -> Result<Option<SharedReport>, NodeError> {
        let Some(report) = self.shared_case(id, as_of, by.viewer).await? else { return Ok(None) };
        let event = Event::new(Kind::Share).about(report.serial).by(report.owner);
        let event = event.with("laboratory", by.laboratory).with("user", by.user.to_string()).with("tier", "1");
        let event = event.with("purpose", purpose_word(by.purpose)).with("door", by.door);
        self.record_event(event.with("version", u64::from(report.version))).await?;
        Ok(Some(report))
    }
}

/// The stable word of a purpose.
pub(super) fn purpose_word(purpose: Purpose) -> String {
    let word = serde_json::to_value(purpose).ok();
    word.as_ref().and_then(|word| word.as_str()).unwrap_or("unspecified").to_owned()
}
