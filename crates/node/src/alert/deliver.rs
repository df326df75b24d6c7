//! Notices leave the node: to webhooks, signed, and as a mail a day.
//!
//! A delivery is a job that was asked for in the transaction that raised the notice, so that none is
//! lost and none is sent for what did not happen. The body is signed with the laboratory's key; the
//! receiver checks it with the public half that `GET /laboratories` and every submission show.

use crate::error::NodeError;
use crate::keys::{LaboratoryKey, verify};
use crate::mail::{Letter, post};
use crate::node::Node;
use cairn_core::amount::counted;
use cairn_core::id::{LaboratoryId, NoticeId, WebhookId};
use cairn_store::alert::{self, RecordedNotice, Webhook};
use cairn_store::laboratory;
use cairn_store::serial::LaboratorySerial;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::time::Duration;

/// The name of sending a notice to a webhook, among the jobs.
pub const KIND: &str = "webhook";
/// The header with the signature, 128 hexadecimal digits.
pub const SIGNATURE: &str = "Cairn-Signature";
/// The header with the moment of sending, which is signed with the body.
pub const TIMESTAMP: &str = "Cairn-Timestamp";
/// How long a receiver may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// Alerts in one delivery; the rest is counted, and the API has it.
const ALERTS: u32 = 200;
/// Notices in one digest.
const DIGEST: u32 = 200;
/// Between two digests of a laboratory.
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// What is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// Where to.
    pub webhook: WebhookId,
    /// Which notice.
    pub notice: NoticeId,
    /// What became of it.
    pub what: What,
}

/// What became of a notice that is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// It is new.
    Raised,
    /// Nobody acknowledged it in time.
    Escalated,
}

/// What the signature of a delivery is over: the moment and the body, each on its line.
pub fn signed_form(timestamp: &str, body: &str) -> String {
    format!("cairn-webhook-v1\n{timestamp}\n{body}")
}

/// Whether a delivery is what the laboratory with this public key sent: for receivers, and tests.
pub fn is_genuine(public_key: &str, timestamp: &str, body: &str, signature: &str) -> bool {
    verify(public_key, signed_form(timestamp, body).as_bytes(), signature)
}

impl Node {
    /// Sends a notice to a webhook once. What is ended or gone meanwhile is done.
    ///
    /// # Errors
    /// When the receiver does not take it, or the record fails.
    pub async fn deliver(&self, delivery: &Delivery) -> Result<(), NodeError> {
        let mut reader = self.store().read().await?;
        let Some(webhook) = alert::webhook_by_id(&mut reader, delivery.webhook).await? else { return Ok(()) };
        let Some(notice) = alert::notice_by_id(&mut reader, delivery.notice).await? else { return Ok(()) };
        let laboratories = laboratory::by_serials(&mut reader, &[webhook.laboratory]).await?;
        let Some(owner) = laboratories.into_iter().next() else { return Ok(()) };
        let members = alert::members(&mut reader, notice.serial, 0, ALERTS).await?;
        drop(reader);
        let lines: Vec<_> = members
            .iter()
            .map(|member| json!({ "reason": member.reason, "alert": super::inbox::AlertLine::from(&member.alert) }))
            .collect();
        let body = json!({
            "what": delivery.what,
            "notice": notice.id.to_string(),
            "recorded": notice.recorded,
            "cause": notice.cause,
            "urgency": notice.urgency,
            "due": notice.due,
            "alerts": notice.alerts,
            "first": lines,
        })
        .to_string();
        let key = LaboratoryKey::open(self.folder(), owner.laboratory.id, self.world())?;
        let sent = self.send(&webhook, &key, owner.laboratory.id, body).await?;
        self.note_delivery(&notice, &webhook, &sent).await?;
        sent.map_err(NodeError::Refused)
    }

    /// Posts a signed body; why it was not taken comes back in words.
    async fn send(
        &self,
        webhook: &Webhook,
        key: &LaboratoryKey,
        laboratory: LaboratoryId,
        body: String,
    ) -> Result<Result<(), String>, NodeError> {
        let timestamp = self.now().to_string();
        let signature = key.sign(signed_form(&timestamp, &body).as_bytes());
        let url = webhook.url.clone();
        let sent = tokio::task::spawn_blocking(move || {
            // A redirect could lead a hospital's notice to another host: it is a refusal.
            let config = ureq::Agent::config_builder().timeout_global(Some(PATIENCE)).max_redirects(0).build();
            let request = ureq::Agent::from(config).post(&url).header("Content-Type", "application/json");
            let request = request.header(TIMESTAMP, &timestamp).header(SIGNATURE, &signature);
            request.header("Cairn-Laboratory", laboratory.to_string()).send(body)
        });
        Ok(match sent.await? {
            Ok(answer) if answer.status().is_success() => Ok(()),
            Ok(answer) => Err(format!("the webhook answered {}", answer.status())),
            Err(error) => Err(format!("the webhook was not reached: {error}")),
        })
    }

    async fn note_delivery(
        &self,
        notice: &RecordedNotice,
        webhook: &Webhook,
        sent: &Result<(), String>,
    ) -> Result<(), NodeError> {
        let (what, note) = match sent {
            Ok(()) => ("sent", format!("to {}", webhook.url)),
            Err(why) => ("not_sent", format!("to {}: {why}", webhook.url)),
        };
        let mut writer = self.store().write().await?;
        alert::note_event(&mut writer, notice.serial, what, None, &note, self.now()).await?;
        Ok(writer.commit().await?)
    }

    /// Writes the daily letter of every laboratory that has new notices, wants one and had none for a
    /// day; how many were written comes back. It counts what waits and says where to look.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn write_digests(&self, now: Timestamp) -> Result<u64, NodeError> {
        let members = self.laboratories().await?.into_iter().filter(|lab| lab.laboratory.is_member);
        let mut written = 0;
        for member in members {
            written += u64::from(self.write_digest(member.serial, now).await?);
        }
        Ok(written)
    }

    async fn write_digest(&self, laboratory: LaboratorySerial, now: Timestamp) -> Result<bool, NodeError> {
        let mut reader = self.store().read().await?;
        let (notices, last) = alert::since_last_digest(&mut reader, laboratory, DIGEST).await?;
        let is_too_soon = last.is_some_and(|last| now.duration_since(last) < DAY);
        let Some(newest) = notices.last().filter(|_| !is_too_soon) else { return Ok(false) };
        if !alert::policy_of(&mut reader, laboratory).await?.digest {
            return Ok(false);
        }
        drop(reader);
        let until = newest.serial;
        let open: Vec<&RecordedNotice> = notices.iter().filter(|notice| notice.acknowledged.is_none()).collect();
        let mut writer = self.store().write().await?;
        let written = match open.is_empty() {
            true => None,
            false => post(self, &mut writer, &letter(laboratory, &open)).await?,
        };
        // A laboratory without an address keeps its notices for the day it gives one.
        if written.is_none() && !open.is_empty() {
            return Ok(false);
        }
        alert::note_digest(&mut writer, laboratory, until, now).await?;
        writer.commit().await?;
        Ok(written.is_some())
    }

    /// Asks for overdue notices to be sent again, and writes the letters of the day.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn look_after_notices(&self) -> Result<(), NodeError> {
        self.escalate_overdue(self.now()).await?;
        self.write_digests(self.now()).await?;
        Ok(())
    }
}

/// Counts by urgency and cause; no variant, no case.
fn letter(laboratory: LaboratorySerial, notices: &[&RecordedNotice]) -> Letter {
    let alerts: u64 = notices.iter().map(|notice| notice.alerts).sum();
    let mut text = String::from("Since the last letter something changed that your laboratory may have to act on:\n\n");
    for notice in notices {
        let (urgency, cause) = (notice.urgency.label(), notice.cause.label());
        let (day, due) = (notice.recorded.strftime("%Y-%m-%d"), notice.due.strftime("%Y-%m-%d"));
        text += &format!(
            "  {urgency}: {} by {cause} on {day}, to be acknowledged by {due}\n",
            counted(notice.alerts, "alert", "alerts")
        );
    }
    text += "\nSign in to your node and open Alerts.\n";
    Letter {
        laboratory,
        causes: notices.iter().map(|notice| format!("notice {}", notice.id)).collect(),
        subject: format!("{} to look at", counted(alerts, "alert", "alerts")),
        text,
    }
}
