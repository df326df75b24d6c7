//! Alerts and notices: what changed that somebody may have to act on, and who was told.

mod concern;
mod notice;
mod policy;
mod read;
mod write;

use crate::serial::{AlertSerial, CaseSerial, EntrySerial, LaboratorySerial, NoticeSerial, VariantSerial};
use cairn_core::alert::{Consent, Reanalysis, Reason, Reexamination, Story, Trigger, Urgency};
use cairn_core::change::Opinion;
use cairn_core::id::{AlertId, CaseId, NoticeId, VariantId, WebhookId};
use jiff::Timestamp;

pub use concern::{
    CaseOfVariant, MemberStatement, cases_of_variants, earlier_classes, expressions, genes_of_variants,
    member_statements, members_beside, owners_of_variants, variants_of_gene,
};
pub use notice::{
    acknowledge, escalate, events, newest, note_digest, note_event, notice_by_id, notices, open_counts, overdue,
    since_last_digest,
};
pub use policy::{add_webhook, consent_of, end_webhook, policies, policy_of, set_policy, webhook_by_id, webhooks};
pub use read::{AlertFilter, by_id, list, members, variant_name};
pub use write::{add, add_notices};

/// An alert to be recorded.
#[derive(Debug, Clone)]
pub struct NewAlert {
    /// Its opaque id.
    pub id: AlertId,
    /// What set it off.
    pub cause: Trigger,
    /// How soon somebody should look.
    pub urgency: Urgency,
    /// What became of the opinions behind a summary.
    pub opinion: Option<Opinion>,
    /// The variant it is about.
    pub variant: Option<VariantSerial>,
    /// The gene, where it is not about one variant.
    pub gene: Option<String>,
    /// Whose change it was.
    pub source: Option<LaboratorySerial>,
    /// What it says.
    pub story: Story,
}

/// A notice to be recorded, with its alerts.
#[derive(Debug, Clone)]
pub struct NewNotice {
    /// Its opaque id.
    pub id: NoticeId,
    /// Who is told.
    pub laboratory: LaboratorySerial,
    /// What set its alerts off.
    pub cause: Trigger,
    /// The highest of its alerts.
    pub urgency: Urgency,
    /// To be acknowledged until then.
    pub due: Timestamp,
    /// Its alerts, and why the laboratory is concerned by each.
    pub alerts: Vec<(AlertSerial, Concern)>,
}

/// Why a laboratory is concerned by an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Concern {
    /// Why.
    pub reason: Reason,
    /// Which of its cases.
    pub case: Option<CaseSerial>,
    /// What may be done with that case.
    pub reexamination: Option<Reexamination>,
}

/// An alert as recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordedAlert {
    /// Its key; alerts are numbered in the order of the record.
    pub serial: AlertSerial,
    /// Its opaque id.
    pub id: AlertId,
    /// The entry that caused it.
    pub entry: EntrySerial,
    /// When that was.
    pub recorded: Timestamp,
    /// What set it off.
    pub cause: Trigger,
    /// How soon somebody should look.
    pub urgency: Urgency,
    /// What became of the opinions behind a summary.
    pub opinion: Option<Opinion>,
    /// The variant: its id and name.
    pub variant: Option<(VariantId, String)>,
    /// The gene.
    pub gene: Option<String>,
    /// What it says.
    pub story: Story,
}

/// A notice as recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordedNotice {
    /// Its key.
    pub serial: NoticeSerial,
    /// Its opaque id.
    pub id: NoticeId,
    /// Who was told.
    pub laboratory: LaboratorySerial,
    /// When.
    pub recorded: Timestamp,
    /// What set its alerts off.
    pub cause: Trigger,
    /// The highest of its alerts.
    pub urgency: Urgency,
    /// How many alerts.
    pub alerts: u64,
    /// To be acknowledged until then.
    pub due: Timestamp,
    /// When a person acknowledged it.
    pub acknowledged: Option<Timestamp>,
    /// When it was found overdue.
    pub escalated: Option<Timestamp>,
}

/// An alert inside a notice, and why it is there.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// The alert.
    pub alert: RecordedAlert,
    /// Why the laboratory is concerned.
    pub reason: Reason,
    /// Which of its cases.
    pub case: Option<CaseId>,
    /// What may be done with that case.
    pub reexamination: Option<Reexamination>,
}

/// Something that became of a notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeEvent {
    /// `acknowledged`, `escalated`, `sent` or `not_sent`.
    pub what: String,
    /// Who, by the name they had; `None`: the node itself.
    pub by: Option<String>,
    /// The person's words, or where it was sent.
    pub note: String,
    /// When.
    pub moment: Timestamp,
}

/// How a laboratory wants to be alerted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// Whether its unsolved cases are looked at again.
    pub reanalysis: Reanalysis,
    /// Days until a notice that nobody acknowledged escalates.
    pub delay_days: u16,
    /// Whether it gets a mail a day.
    pub digest: bool,
}

/// What holds until a laboratory says otherwise.
impl Default for Policy {
    fn default() -> Self {
        Self { reanalysis: Reanalysis::OnRequest, delay_days: 14, digest: true }
    }
}

/// What the tested person of a case agreed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CaseConsent {
    /// Being looked at again.
    pub reanalysis: Consent,
    /// Being told.
    pub recontact: Consent,
}

/// Nothing is known until somebody records it.
impl Default for CaseConsent {
    fn default() -> Self {
        Self { reanalysis: Consent::Unknown, recontact: Consent::Unknown }
    }
}

/// A place that a laboratory's notices are sent to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// Its opaque id.
    pub id: WebhookId,
    /// Whose.
    pub laboratory: LaboratorySerial,
    /// Where.
    pub url: String,
}
