//! `cairn alerts` and `cairn subscribe`: what changed that somebody may have to act on.

mod settings;

use anyhow::{Context, bail};
use cairn_core::alert::Trigger;
use cairn_core::amount::counted;
use cairn_core::id::NoticeId;
use cairn_node::Node;
use cairn_node::access::Viewer;
use cairn_node::alert::inbox::NoticeFilter;
use cairn_node::folder::DataFolder;
use cairn_node::world::World;
use cairn_store::alert::{RecordedAlert, RecordedNotice};
use cairn_store::serial::AlertSerial;
use clap::{Args, Subcommand};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

pub use settings::Subscribe;

/// Alerts read from the record at one time.
const PAGE: u32 = 5_000;
/// Notices shown, unless all are asked for.
const SHOWN: u32 = 50;

/// Alerts: what changed that somebody may have to act on; the inbox of a laboratory.
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Alerts {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    list: List,
}

#[derive(Subcommand)]
enum Command {
    /// Notes that a person has seen to a notice
    Ack(Acknowledge),
    /// Shows or changes how a laboratory is alerted, and its policy on looking again at cases
    Policy(settings::PolicyChange),
    /// Lists, adds or ends the places that a laboratory's notices are sent to
    Webhook(settings::Webhooks),
    /// Records what the tested person of a case agreed to
    Consent(settings::ConsentChange),
}

/// What `cairn alerts` takes.
#[derive(Args)]
struct List {
    /// The inbox of this laboratory; without it every alert of the node
    #[arg(long, value_name = "LAB")]
    lab: Option<String>,
    /// Also notices that were acknowledged
    #[arg(long, requires = "lab")]
    all: bool,
    /// Only this cause: statement, summary, case, literature, frequency, gene_validity, guideline
    #[arg(long, value_name = "CAUSE")]
    cause: Option<String>,
    /// Only alerts after the one of this number
    #[arg(long, value_name = "N", default_value_t = 0)]
    after: i64,
    /// One JSON object an alert
    #[arg(long)]
    json: bool,
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// What `cairn alerts ack` takes.
#[derive(Args)]
struct Acknowledge {
    /// The notice's id, as `cairn alerts --lab LAB` shows it
    notice: NoticeId,
    /// The account of the person who has seen to it
    #[arg(long, value_name = "USERNAME")]
    by: String,
    /// What was done
    #[arg(long, value_name = "TEXT", default_value = "")]
    note: String,
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

impl Alerts {
    /// Does what was asked.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        crate::block_on(async move {
            match self.command {
                None => self.list.run().await,
                Some(Command::Ack(ack)) => ack.run().await,
                Some(Command::Policy(change)) => change.run().await,
                Some(Command::Webhook(webhooks)) => webhooks.run().await,
                Some(Command::Consent(change)) => change.run().await,
            }
        })
    }
}

impl List {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let node = Node::open(DataFolder::find(self.data.as_deref())?, World::real()).await?;
        let cause = match &self.cause {
            Some(code) => {
                Some(Trigger::from_code(code).with_context(|| format!("`{code}` is no cause: {}", causes()))?)
            }
            None => None,
        };
        let laboratory = match &self.lab {
            Some(lab) => Some(node.laboratory(lab).await?),
            None => None,
        };
        let viewer = laboratory.as_ref().map_or(Viewer::Machine, |lab| Viewer::Member(lab.serial));
        match (&laboratory, self.json) {
            (Some(laboratory), false) => {
                let filter = NoticeFilter { only_open: !self.all, cause, urgency: None };
                let as_of = node.as_of(None).await?;
                let notices = node.notices(laboratory.serial, filter, as_of, None, SHOWN).await?;
                print_inbox(&node, viewer, &notices).await?;
            }
            _ => self.print_alerts(&node, viewer, cause).await?,
        }
        node.close().await;
        Ok(ExitCode::SUCCESS)
    }

    async fn print_alerts(&self, node: &Node, viewer: Viewer, cause: Option<Trigger>) -> anyhow::Result<()> {
        let as_of = node.as_of(None).await?;
        let mut after = AlertSerial::new(self.after);
        let mut counts: BTreeMap<(String, &str, &str), u64> = BTreeMap::new();
        loop {
            let page = node.alerts(viewer, cause, as_of, after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = last.serial;
            for alert in &page {
                if self.json {
                    println!("{}", serde_json::to_string(&cairn_node::alert::inbox::AlertLine::from(alert))?);
                    continue;
                }
                let day = alert.recorded.strftime("%Y-%m-%d").to_string();
                let opinion = alert.opinion.map_or("", |opinion| opinion.label());
                *counts.entry((day, alert.cause.label(), opinion)).or_default() += 1;
            }
        }
        for ((day, cause, opinion), count) in &counts {
            println!("{day}  {count:>6}  {cause}{}{opinion}", if opinion.is_empty() { "" } else { ", " });
        }
        if counts.is_empty() && !self.json {
            println!("no alerts");
        }
        Ok(())
    }
}

fn causes() -> String {
    Trigger::ALL.iter().map(|cause| cause.code()).collect::<Vec<_>>().join(", ")
}

async fn print_inbox(node: &Node, viewer: Viewer, notices: &[RecordedNotice]) -> anyhow::Result<()> {
    /// Alerts shown of one notice.
    const FIRST: u32 = 3;
    if notices.is_empty() {
        println!("nothing to acknowledge");
    }
    for notice in notices {
        let state = match (notice.acknowledged, notice.escalated) {
            (Some(_), _) => "acknowledged",
            (None, Some(_)) => "OVERDUE",
            (None, None) => "open",
        };
        let (day, due) = (notice.recorded.strftime("%Y-%m-%d"), notice.due.strftime("%Y-%m-%d"));
        let (id, cause, urgency) = (notice.id, notice.cause.label(), notice.urgency.label());
        println!(
            "{id}  {day}  {state}, {urgency}: {} by {cause}, due {due}",
            counted(notice.alerts, "alert", "alerts")
        );
        let Some(report) = node.notice(notice.id, viewer, 0, FIRST).await? else { continue };
        for inside in &report.alerts {
            println!("    {}: {} ({})", name(&inside.alert), inside.alert.story.sentence, inside.reasons.join(", "));
        }
        if notice.alerts > u64::from(FIRST) {
            println!("    and {} more", notice.alerts - u64::from(FIRST));
        }
    }
    Ok(())
}

fn name(alert: &RecordedAlert) -> &str {
    let variant = alert.variant.as_ref().map(|(_, label)| label.as_str());
    variant.or(alert.gene.as_deref()).or(alert.story.subject.as_deref()).unwrap_or("the node")
}

impl Acknowledge {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let node = Node::open(DataFolder::find(self.data.as_deref())?, World::real()).await?;
        let accounts = cairn_store::account::list(&mut *node.store().read().await?, None).await?;
        let account = accounts.into_iter().find(|account| account.user.username == self.by.to_lowercase());
        let Some(account) = account else { bail!("no account `{}`: `cairn user list` shows all", self.by) };
        let laboratory = node.laboratory(&account.user.laboratory.to_string()).await?;
        let by = (account.user.id, account.user.name.as_str());
        let done = node.acknowledge(self.notice, Viewer::Member(laboratory.serial), by, &self.note).await?;
        node.close().await;
        match done {
            None => bail!("{} has no notice `{}`", laboratory.laboratory.name, self.notice),
            Some(true) => println!("acknowledged by {}", account.user.name),
            Some(false) => println!("it was acknowledged before; nothing was changed"),
        }
        Ok(ExitCode::SUCCESS)
    }
}
