//! What a laboratory wants to be told, how, and what it may do with its cases.

use super::concern::condition_keys;
use super::phenotype;
use crate::error::NodeError;
use crate::node::Node;
use cairn_core::alert::Subject;
use cairn_core::condition::Condition;
use cairn_core::curie::Curie;
use cairn_core::id::{SubscriptionId, UserId, WebhookId};
use cairn_store::alert::{self, Policy, Webhook};
use cairn_store::serial::LaboratorySerial;
use cairn_store::subscription::{self, Subscription};
use cairn_store::variant;

impl Node {
    /// Asks for a laboratory to be told of everything about a variant, gene, condition or phenotype,
    /// as a person writes it. Asking twice changes nothing; what is subscribed to comes back.
    ///
    /// # Errors
    /// When the text names nothing of that sort, or the record fails.
    pub async fn subscribe(
        &self,
        laboratory: LaboratorySerial,
        subject: Subject,
        text: &str,
        user: Option<UserId>,
    ) -> Result<Subscription, NodeError> {
        let (key, label) = self.subject_key(subject, text.trim()).await?;
        let id = SubscriptionId::from_random((self.world().random)());
        let subscription = Subscription { id, laboratory, subject, key, label };
        let mut writer = self.store().write().await?;
        let (entry, _) = writer.enter(self.now()).await?;
        if subscription::add(&mut writer, entry, &subscription, user).await? {
            writer.commit().await?;
            return Ok(subscription);
        }
        let held = subscription::of_laboratory(&mut writer, laboratory).await?;
        let is_same = |held: &Subscription| held.subject == subject && held.key == subscription.key;
        Ok(held.into_iter().find(is_same).unwrap_or(subscription))
    }

    async fn subject_key(&self, subject: Subject, text: &str) -> Result<(String, String), NodeError> {
        let refuse = |remedy: &str| NodeError::Refused(format!("`{text}` is no {}: {remedy}", subject.label()));
        match subject {
            Subject::Variant => {
                let viewer = crate::access::Viewer::Machine;
                let found = self.look_up(text, self.as_of(None).await?, viewer).await?.report;
                let report = found.ok_or_else(|| refuse("nothing is recorded about it; send or import it first"))?;
                let mut reader = self.store().read().await?;
                let serial = variant::by_id(&mut reader, report.variant.id).await?;
                let serial = serial.ok_or_else(|| refuse("it is not recorded"))?;
                Ok((serial.number().to_string(), report.variant.label))
            }
            Subject::Gene => {
                let symbol = self.reference().genes().approved(text);
                let symbol = symbol.map_err(|error| NodeError::Refused(error.to_string()))?;
                Ok((symbol.clone(), symbol))
            }
            Subject::Condition => {
                let condition = match text.parse::<Curie>() {
                    Ok(id) => Condition { name: String::new(), ids: vec![id] },
                    Err(_) => Condition::named(text),
                };
                let key = condition_keys(&condition).into_iter().next().filter(|_| condition.is_stated());
                let key = key.ok_or_else(|| refuse("write a name or an identifier such as OMIM:154700"))?;
                Ok((key, text.to_owned()))
            }
            Subject::Phenotype => {
                let ontology = self.reference().phenotypes();
                let named = ontology.named(text).map(|at| format!("HP:{:07}", ontology.term(at).id));
                let written = text.parse::<Curie>().ok().filter(|term| term.prefix() == "HP");
                let key = written.map(|term| term.to_string()).or(named);
                let key = key.ok_or_else(|| refuse("write an HPO term or its name, such as HP:0001250 or Seizure"))?;
                let current = phenotype::term(ontology, &key).map(|at| format!("HP:{:07}", ontology.term(at).id));
                match current {
                    Some(key) => Ok((key.clone(), phenotype::name(ontology, &key))),
                    None if ontology.is_empty() => Ok((key.clone(), key)),
                    None => Err(refuse("the loaded ontology has no such term in use")),
                }
            }
        }
    }

    /// Ends a subscription of a laboratory; whether there was one comes back.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn unsubscribe(&self, laboratory: LaboratorySerial, id: SubscriptionId) -> Result<bool, NodeError> {
        let mut writer = self.store().write().await?;
        let ended = subscription::end(&mut writer, laboratory, id, self.now()).await?;
        writer.commit().await?;
        Ok(ended)
    }

    /// What a laboratory asked to be told about.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn subscriptions(&self, laboratory: LaboratorySerial) -> Result<Vec<Subscription>, NodeError> {
        Ok(subscription::of_laboratory(&mut *self.store().read().await?, laboratory).await?)
    }

    /// How a laboratory wants to be alerted.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn alert_policy(&self, laboratory: LaboratorySerial) -> Result<Policy, NodeError> {
        Ok(alert::policy_of(&mut *self.store().read().await?, laboratory).await?)
    }

    /// Records how a laboratory wants to be alerted from now on.
    ///
    /// # Errors
    /// When the delay is no number of days between 1 and 365, or the record fails.
    pub async fn set_alert_policy(
        &self,
        laboratory: LaboratorySerial,
        policy: Policy,
        user: Option<UserId>,
    ) -> Result<(), NodeError> {
        if !(1..=365).contains(&policy.delay_days) {
            let days = policy.delay_days;
            return Err(NodeError::Refused(format!("a delay of {days} days: write a number from 1 to 365")));
        }
        let mut writer = self.store().write().await?;
        let (entry, _) = writer.enter(self.now()).await?;
        alert::set_policy(&mut writer, entry, laboratory, policy, user).await?;
        Ok(writer.commit().await?)
    }

    /// Adds a place that a laboratory's notices are sent to.
    ///
    /// # Errors
    /// When the address is no `https:` address (`http:` only at this machine), or the record fails.
    pub async fn add_webhook(
        &self,
        laboratory: LaboratorySerial,
        url: &str,
        user: Option<UserId>,
    ) -> Result<Webhook, NodeError> {
        let url = url.trim();
        let is_here =
            ["http://127.0.0.1:", "http://localhost:", "http://[::1]:"].iter().any(|start| url.starts_with(start));
        let is_plain = url.len() <= 2_000 && !url.contains(|c: char| c.is_whitespace() || c.is_control());
        if !is_plain || !(url.starts_with("https://") || is_here) {
            let remedy = "write an address that begins with https://; http:// only for this machine";
            return Err(NodeError::Refused(format!("`{url}` is no place to send notices to: {remedy}")));
        }
        let id = WebhookId::from_random((self.world().random)());
        let webhook = Webhook { id, laboratory, url: url.to_owned() };
        let mut writer = self.store().write().await?;
        let (entry, _) = writer.enter(self.now()).await?;
        alert::add_webhook(&mut writer, entry, &webhook, user).await?;
        writer.commit().await?;
        Ok(webhook)
    }

    /// Ends a webhook of a laboratory; whether there was one comes back.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn end_webhook(&self, laboratory: LaboratorySerial, id: WebhookId) -> Result<bool, NodeError> {
        let mut writer = self.store().write().await?;
        let ended = alert::end_webhook(&mut writer, laboratory, id, self.now()).await?;
        writer.commit().await?;
        Ok(ended)
    }

    /// Where a laboratory's notices are sent to.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn webhooks(&self, laboratory: LaboratorySerial) -> Result<Vec<Webhook>, NodeError> {
        Ok(alert::webhooks(&mut *self.store().read().await?, laboratory).await?)
    }
}
