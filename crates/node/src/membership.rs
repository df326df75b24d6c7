//! Approval of laboratories, and the published sharing mandate.
//!
//! A laboratory that is added at the machine is approved by the operator's word; one that applies waits. Whoever is not
//! approved neither gives to others nor sees what others gave: the decision function of [`crate::access`] reads how both
//! sides stand. Each step and each mandate is an entry of the ledger.

use crate::error::NodeError;
use crate::ledger::{self, Event};
use crate::node::Node;
use cairn_core::id::UserId;
use cairn_core::membership::Membership;
use cairn_core::sharing::Demands;
use cairn_ledger::leaf::Kind;
use cairn_store::entry::AsOf;
use cairn_store::laboratory::{self, RecordedLaboratory};
use cairn_store::mandate::RecordedMandate;
use cairn_store::membership::RecordedMembership;
use cairn_store::{Writer, entry, mandate, membership};
use jiff::Timestamp;
use serde::Serialize;

/// What stands in the place of a mandate until one is published.
const BUILT_IN: &str = "No mandate is published on this node. Sharing is measured against the published minimum for \
laboratories that share their classifications: 95 % of the variants reported in the last two years, an update each \
year, at least 100 variants, all classes, criteria on every statement, evidence on every pathogenic one, and an \
address for differences.";
/// The longest text of a mandate, in characters.
const LONGEST: usize = 50_000;

/// The mandate that sharing is measured against.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mandate {
    /// Its version; 0: none is published, the demands are those built in.
    pub version: u32,
    /// Since when it holds; `None`: none is published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// As people read it.
    pub text: String,
    /// The same as numbers.
    pub demands: Demands,
}

impl Mandate {
    fn built_in() -> Self {
        Self { version: 0, since: None, text: BUILT_IN.to_owned(), demands: Demands::default() }
    }
}

impl From<RecordedMandate> for Mandate {
    fn from(one: RecordedMandate) -> Self {
        Self { version: one.version, since: Some(one.recorded), text: one.text, demands: one.demands }
    }
}

impl Node {
    /// Decides how a laboratory stands from now on. Accreditation and agreement that were named before stay until others
    /// are; a reason is for this decision alone.
    ///
    /// # Errors
    /// When the step does not follow from how it stands, a field says nothing, or the record fails.
    pub async fn set_membership(
        &self,
        of: &RecordedLaboratory,
        decided: &Membership,
        user: Option<UserId>,
    ) -> Result<(), NodeError> {
        let mut writer = self.store().write().await?;
        let now = laboratory::by_serials(&mut writer, &[of.serial]).await?;
        let from = now.first().and_then(|now| now.standing);
        decided.standing.after(from).map_err(|error| NodeError::Refused(error.to_string()))?;
        if decided.accreditation.as_ref().is_some_and(|one| one.body.trim().is_empty()) {
            return Err(NodeError::Refused("name the body that accredited the laboratory".to_owned()));
        }
        let as_of = entry::now(&mut writer).await?;
        let last = membership::history(&mut writer, of.serial, as_of).await?.pop().map(|last| last.membership);
        let membership = Membership {
            accreditation: decided.accreditation.clone().or(last.as_ref().and_then(|last| last.accreditation.clone())),
            agreement: decided.agreement.clone().or(last.and_then(|last| last.agreement)),
            ..decided.clone()
        };
        let (entry, _) = writer.enter(self.now()).await?;
        record(&mut writer, self, entry, of, &membership, user).await?;
        writer.commit().await?;
        Ok(())
    }

    /// Every decision about a laboratory, the first first.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn membership_history(&self, of: &RecordedLaboratory) -> Result<Vec<RecordedMembership>, NodeError> {
        let as_of = self.as_of(None).await?;
        Ok(membership::history(&mut *self.store().read().await?, of.serial, as_of).await?)
    }

    /// The last decision about each member as of a moment.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn memberships(&self, as_of: AsOf) -> Result<Vec<RecordedMembership>, NodeError> {
        Ok(membership::current(&mut *self.store().read().await?, as_of).await?)
    }

    /// The mandate as of a moment, and every version before it, the newest first.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn mandates(&self, as_of: AsOf) -> Result<(Mandate, Vec<Mandate>), NodeError> {
        let all = mandate::all(&mut *self.store().read().await?, as_of).await?;
        let mut all: Vec<Mandate> = all.into_iter().rev().map(Mandate::from).collect();
        let current = if all.is_empty() { Mandate::built_in() } else { all.remove(0) };
        Ok((current, all))
    }

    /// Publishes the next version of the mandate; its number comes back.
    ///
    /// # Errors
    /// When the text is empty or too long, a number is out of its range, or the record fails.
    pub async fn publish_mandate(&self, text: &str, demands: &Demands, user: Option<UserId>) -> Result<u32, NodeError> {
        let text = text.trim();
        let letters = text.chars().count();
        if letters == 0 || letters > LONGEST {
            return Err(NodeError::Refused(format!(
                "the text of a mandate has 1 to {LONGEST} characters; this has {letters}"
            )));
        }
        if demands.shared_percent.is_some_and(|percent| percent > 100) {
            return Err(NodeError::Refused("the smallest share is from 0 to 100 per cent".to_owned()));
        }
        let mut writer = self.store().write().await?;
        let (entry, _) = writer.enter(self.now()).await?;
        let version = mandate::add(&mut writer, entry, text, demands, user).await?;
        let event =
            Event::new(Kind::Policy).with("what", "sharing mandate published").with("version", u64::from(version));
        let demands = serde_json::to_string(demands).expect("demands have string keys only");
        let digest = crate::contribute::digest::sha256(text.as_bytes());
        ledger::append(&mut writer, self, event.with("sha256", digest).with("demands", demands)).await?;
        writer.commit().await?;
        Ok(version)
    }
}

/// Records a decision about a laboratory, in the transaction of what it belongs to.
pub(crate) async fn record(
    writer: &mut Writer,
    node: &Node,
    entry: cairn_store::serial::EntrySerial,
    of: &RecordedLaboratory,
    decided: &Membership,
    user: Option<UserId>,
) -> Result<(), NodeError> {
    membership::set(writer, entry, of.serial, decided, user).await?;
    let mut event = Event::new(Kind::Policy).by(of.serial).with("what", "standing of a laboratory");
    event = event.with("laboratory", of.laboratory.name.as_str()).with("standing", decided.standing.code());
    if let Some(one) = &decided.accreditation {
        event = event.with("accreditation", one.body.as_str());
        event = one.number.iter().fold(event, |event, number| event.with("number", number.as_str()));
        event = one.until.iter().fold(event, |event, until| event.with("valid-until", until.to_string()));
    }
    event = decided.agreement.iter().fold(event, |event, agreement| event.with("agreement", agreement.as_str()));
    event =
        event.with("decided-by", if user.is_some() { "a person of the node" } else { "the operator at the machine" });
    ledger::append(writer, node, event).await?;
    Ok(())
}
