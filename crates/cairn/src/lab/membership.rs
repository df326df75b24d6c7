//! `cairn lab approve`, `suspend`, `withdraw`, `apply`, `standing`: decisions about a laboratory's membership.

use cairn_core::membership::{Accreditation, MemberState, Membership};
use cairn_node::Node;
use cairn_node::folder::DataFolder;
use cairn_node::world::World;
use clap::Args;
use jiff::civil::Date;
use std::path::PathBuf;
use std::process::ExitCode;

/// What an approval rests on.
#[derive(Args, Default)]
pub struct Rests {
    /// The body that accredited it, such as `UKAS`; ISO 15189 for medical laboratories
    #[arg(long, value_name = "BODY")]
    accredited_by: Option<String>,
    /// Its number there
    #[arg(long, value_name = "NUMBER", requires = "accredited_by")]
    accreditation: Option<String>,
    /// The last day of the accreditation
    #[arg(long, value_name = "DATE", requires = "accredited_by")]
    valid_until: Option<Date>,
    /// Reference of the agreement that it signed
    #[arg(long, value_name = "REFERENCE")]
    agreement: Option<String>,
    /// Why, in a sentence
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

impl Rests {
    /// The decision that rests on this.
    pub fn on(self, standing: MemberState) -> Membership {
        let (number, until) = (self.accreditation, self.valid_until);
        Membership {
            standing,
            accreditation: self.accredited_by.map(|body| Accreditation { body, number, until }),
            agreement: self.agreement,
            reason: self.reason,
        }
    }
}

/// What a decision about a laboratory takes.
#[derive(Args)]
pub struct Decide {
    /// The laboratory: its name, slug or id
    lab: String,
    #[command(flatten)]
    rests: Rests,
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// What `cairn lab standing` takes.
#[derive(Args)]
pub struct Show {
    /// The laboratory: its name, slug or id
    lab: String,
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

impl Decide {
    /// Records the decision.
    pub async fn run(self, standing: MemberState) -> anyhow::Result<ExitCode> {
        let node = Node::open(DataFolder::find(self.data.as_deref())?, World::real()).await?;
        let laboratory = node.laboratory(&self.lab).await?;
        node.set_membership(&laboratory, &self.rests.on(standing), None).await?;
        println!("{} is {} from now on; the ledger says so", laboratory.laboratory.name, standing.label());
        node.close().await;
        Ok(ExitCode::SUCCESS)
    }
}

impl Show {
    /// Prints every decision, the first first.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let node = Node::open(DataFolder::find(self.data.as_deref())?, World::real()).await?;
        let laboratory = node.laboratory(&self.lab).await?;
        let today = node.today();
        for one in node.membership_history(&laboratory).await? {
            let decided = &one.membership;
            let accreditation = decided.accreditation.as_ref().map(|one| one.words(today));
            let more = [accreditation, decided.agreement.clone(), decided.reason.clone()];
            let more: Vec<String> = more.into_iter().flatten().collect();
            println!("{}\t{}\t{}", one.recorded.strftime("%Y-%m-%d"), decided.standing.label(), more.join("; "));
        }
        node.close().await;
        Ok(ExitCode::SUCCESS)
    }
}
