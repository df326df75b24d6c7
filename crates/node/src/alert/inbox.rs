//! The inbox: alerts are listed, notices read, acknowledged by a named person, and escalated.

use super::deliver::What;
use super::tell::send;
use crate::access::Viewer;
use crate::error::NodeError;
use crate::node::Node;
use cairn_core::alert::{Reexamination, Trigger, Urgency};
use cairn_core::id::{CaseId, NoticeId, UserId};
use cairn_store::alert::{self, AlertFilter, Member, NoticeEvent, RecordedAlert, RecordedNotice};
use cairn_store::entry::AsOf;
use cairn_store::serial::{AlertSerial, LaboratorySerial, NoticeSerial};
use jiff::Timestamp;

/// Notices that one look for overdue ones takes.
const AT_ONCE: u32 = 500;

/// Which notices are wanted.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoticeFilter {
    /// Only those that nobody acknowledged.
    pub only_open: bool,
    /// Only those of this cause.
    pub cause: Option<Trigger>,
    /// Only those of this urgency.
    pub urgency: Option<Urgency>,
}

/// A notice with its alerts and its history.
#[derive(Debug, Clone, PartialEq)]
pub struct NoticeReport {
    /// The notice.
    pub notice: RecordedNotice,
    /// Its alerts, the most urgent first; each once, with every reason.
    pub alerts: Vec<NoticeAlert>,
    /// What became of it.
    pub events: Vec<NoticeEvent>,
}

/// An alert of a notice, and why the laboratory is told.
#[derive(Debug, Clone, PartialEq)]
pub struct NoticeAlert {
    /// The alert.
    pub alert: RecordedAlert,
    /// Why the laboratory is told, in words.
    pub reasons: Vec<&'static str>,
    /// Its unsolved cases, and whether they are to be looked at again.
    pub cases: Vec<(CaseId, Reexamination)>,
}

impl Node {
    /// Alerts in the order of the record, from after one. A member gets those it was told of; at the
    /// machine itself all of the node are listed.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn alerts(
        &self,
        viewer: Viewer,
        cause: Option<Trigger>,
        as_of: AsOf,
        after: AlertSerial,
        limit: u32,
    ) -> Result<Vec<RecordedAlert>, NodeError> {
        let filter = AlertFilter { laboratory: viewer.own(), cause };
        Ok(alert::list(&mut *self.store().read().await?, filter, as_of, after, limit).await?)
    }

    /// A laboratory's notices, the newest first, from before one.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn notices(
        &self,
        laboratory: LaboratorySerial,
        filter: NoticeFilter,
        as_of: AsOf,
        before: Option<NoticeSerial>,
        limit: u32,
    ) -> Result<Vec<RecordedNotice>, NodeError> {
        let before = before.unwrap_or(NoticeSerial::new(i64::MAX));
        let which = (filter.cause, filter.urgency);
        let mut reader = self.store().read().await?;
        Ok(alert::notices(&mut reader, laboratory, filter.only_open, which, as_of, before, limit).await?)
    }

    /// How many notices of a laboratory are open: high, medium, low.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn open_notices(&self, laboratory: LaboratorySerial) -> Result<[u64; 3], NodeError> {
        Ok(alert::open_counts(&mut *self.store().read().await?, laboratory).await?)
    }

    /// A notice of the viewer's laboratory with its first alerts, from after so many.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn notice(
        &self,
        id: NoticeId,
        viewer: Viewer,
        offset: u32,
        limit: u32,
    ) -> Result<Option<NoticeReport>, NodeError> {
        let mut reader = self.store().read().await?;
        let found = alert::notice_by_id(&mut reader, id).await?;
        let may_see = |notice: &RecordedNotice| viewer.own().is_none_or(|own| own == notice.laboratory);
        let Some(notice) = found.filter(may_see) else { return Ok(None) };
        // An alert has a row for each reason; three are the most that one has.
        let members = alert::members(&mut reader, notice.serial, offset, limit.saturating_mul(3)).await?;
        let mut alerts = joined(members);
        alerts.truncate(limit as usize);
        let events = alert::events(&mut reader, notice.serial).await?;
        Ok(Some(NoticeReport { notice, alerts, events }))
    }

    /// Notes that a person has seen to a notice. Whether it was open comes back; `None` when there is
    /// no such notice for the person's laboratory.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn acknowledge(
        &self,
        id: NoticeId,
        viewer: Viewer,
        by: (UserId, &str),
        note: &str,
    ) -> Result<Option<bool>, NodeError> {
        let mut writer = self.store().write().await?;
        let found = alert::notice_by_id(&mut writer, id).await?;
        let Some(notice) = found.filter(|notice| viewer.own().is_none_or(|own| own == notice.laboratory)) else {
            return Ok(None);
        };
        let was_open = alert::acknowledge(&mut writer, notice.serial, by, note.trim(), self.now()).await?;
        writer.commit().await?;
        Ok(Some(was_open))
    }

    /// Escalates every notice that nobody acknowledged within its laboratory's delay; how many comes
    /// back. Each is escalated once: marked, first in the inbox, and sent again.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn escalate_overdue(&self, now: Timestamp) -> Result<u64, NodeError> {
        let overdue = alert::overdue(&mut *self.store().read().await?, now, AT_ONCE).await?;
        if overdue.is_empty() {
            return Ok(0);
        }
        let mut writer = self.store().write().await?;
        for notice in &overdue {
            let note = format!("not acknowledged by {}", notice.due.strftime("%Y-%m-%d"));
            alert::escalate(&mut writer, notice.serial, &note, now).await?;
            send(&mut writer, self, notice.laboratory, notice.id, What::Escalated, now).await?;
        }
        writer.commit().await?;
        Ok(overdue.len() as u64)
    }
}

/// Members of one alert together: every reason once.
fn joined(members: Vec<Member>) -> Vec<NoticeAlert> {
    let mut alerts: Vec<NoticeAlert> = Vec::new();
    for member in members {
        let is_same = alerts.last().is_some_and(|last| last.alert.serial == member.alert.serial);
        if !is_same {
            alerts.push(NoticeAlert { alert: member.alert, reasons: Vec::new(), cases: Vec::new() });
        }
        let Some(last) = alerts.last_mut() else { continue };
        last.reasons.push(member.reason.label());
        last.cases.extend(member.case.zip(member.reexamination));
    }
    alerts
}

/// An alert as programs read it.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct AlertLine<'a> {
    /// Its number in the order of the record: the cursor for those after it.
    pub number: i64,
    /// Its id.
    pub id: String,
    /// When the change was recorded.
    pub recorded: Timestamp,
    /// What set it off.
    pub cause: Trigger,
    /// How soon somebody should look.
    pub urgency: Urgency,
    /// Of an archive's summary: new opinion, lost opinion or undecidable.
    pub opinion: Option<&'static str>,
    /// The variant's id and name.
    pub variant: Option<VariantLine<'a>>,
    /// The gene, where it is not about one variant.
    pub gene: Option<&'a str>,
    /// What changed.
    #[serde(flatten)]
    pub story: &'a cairn_core::alert::Story,
}

/// A variant as an alert names it.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct VariantLine<'a> {
    /// Its id.
    pub id: String,
    /// Its name.
    pub label: &'a str,
}

impl<'a> From<&'a RecordedAlert> for AlertLine<'a> {
    fn from(alert: &'a RecordedAlert) -> Self {
        Self {
            number: alert.serial.number(),
            id: alert.id.to_string(),
            recorded: alert.recorded,
            cause: alert.cause,
            urgency: alert.urgency,
            opinion: alert.opinion.map(|opinion| opinion.label()),
            variant: alert.variant.as_ref().map(|(id, label)| VariantLine { id: id.to_string(), label }),
            gene: alert.gene.as_deref(),
            story: &alert.story,
        }
    }
}
