//! How a laboratory is alerted: subscriptions, policy, webhooks, and the consent of its cases.

use anyhow::{Context, bail};
use cairn_core::alert::{Consent, Reanalysis, Subject};
use cairn_core::id::{CaseId, SubscriptionId, WebhookId};
use cairn_node::Node;
use cairn_node::folder::DataFolder;
use cairn_node::world::World;
use cairn_store::alert::CaseConsent;
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

/// Subscribes a laboratory to variants, genes, conditions or phenotypes; without any lists what it is subscribed to.
#[derive(Args)]
pub struct Subscribe {
    /// The laboratory
    #[arg(long, value_name = "LAB")]
    lab: String,
    /// A recorded variant, in any notation
    #[arg(long, value_name = "VARIANT")]
    variant: Vec<String>,
    /// A gene symbol
    #[arg(long, value_name = "SYMBOL")]
    gene: Vec<String>,
    /// A condition: its name or an identifier
    #[arg(long, value_name = "CONDITION")]
    condition: Vec<String>,
    /// An HPO term
    #[arg(long, value_name = "TERM")]
    phenotype: Vec<String>,
    /// Ends the subscription of this id
    #[arg(long, value_name = "ID")]
    end: Vec<SubscriptionId>,
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

impl Subscribe {
    /// Does what was asked.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        crate::block_on(async move {
            let node = Node::open(DataFolder::find(self.data.as_deref())?, World::real()).await?;
            let laboratory = node.laboratory(&self.lab).await?.serial;
            let wanted = [
                (Subject::Variant, &self.variant),
                (Subject::Gene, &self.gene),
                (Subject::Condition, &self.condition),
                (Subject::Phenotype, &self.phenotype),
            ];
            for (subject, text) in
                wanted.into_iter().flat_map(|(subject, texts)| texts.iter().map(move |t| (subject, t)))
            {
                node.subscribe(laboratory, subject, text, None).await?;
            }
            for id in &self.end {
                if !node.unsubscribe(laboratory, *id).await? {
                    bail!("the laboratory has no subscription `{id}`");
                }
            }
            for held in node.subscriptions(laboratory).await? {
                println!("{}  {}: {}", held.id, held.subject.label(), held.label);
            }
            node.close().await;
            Ok(ExitCode::SUCCESS)
        })
    }
}

/// What `cairn alerts policy` takes.
#[derive(Args)]
pub struct PolicyChange {
    /// The laboratory
    #[arg(long, value_name = "LAB")]
    lab: String,
    /// Look again at unsolved cases: oblige, on_request or forbid
    #[arg(long, value_name = "POLICY")]
    reanalysis: Option<String>,
    /// Days until a notice that nobody acknowledged escalates
    #[arg(long, value_name = "DAYS")]
    delay_days: Option<u16>,
    /// A mail a day with what is new
    #[arg(long, value_name = "BOOL")]
    digest: Option<bool>,
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

impl PolicyChange {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let node = Node::open(DataFolder::find(self.data.as_deref())?, World::real()).await?;
        let laboratory = node.laboratory(&self.lab).await?.serial;
        let before = node.alert_policy(laboratory).await?;
        let mut policy = before;
        if let Some(code) = &self.reanalysis {
            policy.reanalysis = Reanalysis::from_code(code).context("write oblige, on_request or forbid")?;
        }
        policy.delay_days = self.delay_days.unwrap_or(policy.delay_days);
        policy.digest = self.digest.unwrap_or(policy.digest);
        if policy != before {
            node.set_alert_policy(laboratory, policy, None).await?;
        }
        println!("unsolved cases are looked at again: {}", policy.reanalysis.label());
        println!("a notice escalates after {} days", policy.delay_days);
        println!("a mail a day: {}", if policy.digest { "yes" } else { "no" });
        node.close().await;
        Ok(ExitCode::SUCCESS)
    }
}

/// What `cairn alerts webhook` takes.
#[derive(Args)]
pub struct Webhooks {
    /// The laboratory
    #[arg(long, value_name = "LAB")]
    lab: String,
    /// Sends its notices there from now on
    #[arg(long, value_name = "URL")]
    add: Option<String>,
    /// Ends the webhook of this id
    #[arg(long, value_name = "ID")]
    end: Option<WebhookId>,
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

impl Webhooks {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let node = Node::open(DataFolder::find(self.data.as_deref())?, World::real()).await?;
        let laboratory = node.laboratory(&self.lab).await?.serial;
        if let Some(url) = &self.add {
            node.add_webhook(laboratory, url, None).await?;
        }
        if let Some(id) = self.end
            && !node.end_webhook(laboratory, id).await?
        {
            bail!("the laboratory has no webhook `{id}`");
        }
        for webhook in node.webhooks(laboratory).await? {
            println!("{}  {}", webhook.id, webhook.url);
        }
        node.close().await;
        Ok(ExitCode::SUCCESS)
    }
}

/// What `cairn alerts consent` takes.
#[derive(Args)]
pub struct ConsentChange {
    /// The laboratory whose case it is
    #[arg(long, value_name = "LAB")]
    lab: String,
    /// The case's id
    case: CaseId,
    /// To being looked at again: agreed, refused or unknown
    #[arg(long, value_name = "WORD")]
    reanalysis: Option<String>,
    /// To being told: agreed, refused or unknown
    #[arg(long, value_name = "WORD")]
    recontact: Option<String>,
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

impl ConsentChange {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let node = Node::open(DataFolder::find(self.data.as_deref())?, World::real()).await?;
        let laboratory = node.laboratory(&self.lab).await?.serial;
        let known = node.case_consent(laboratory, self.case).await?;
        let Some(before) = known else { bail!("the laboratory has no case `{}`", self.case) };
        let read = |word: &Option<String>, so_far: Consent| match word {
            Some(code) => Consent::from_code(code).context("write agreed, refused or unknown"),
            None => Ok(so_far),
        };
        let consent = CaseConsent {
            reanalysis: read(&self.reanalysis, before.reanalysis)?,
            recontact: read(&self.recontact, before.recontact)?,
        };
        if consent != before {
            node.set_case_consent(laboratory, self.case, consent, None).await?;
        }
        println!("looked at again: {}; told: {}", consent.reanalysis.label(), consent.recontact.label());
        node.close().await;
        Ok(ExitCode::SUCCESS)
    }
}
