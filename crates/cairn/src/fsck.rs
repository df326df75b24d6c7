//! `cairn fsck`: is the record whole?

use cairn_core::amount::counted;
use cairn_node::Node;
use cairn_node::check::journal_fault;
use cairn_node::folder::DataFolder;
use cairn_node::world::World;
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

/// Checks the record: the database's structure, every link between rows, that every row is as it was written, and that
/// every submission still has the bytes and the signature it came with; then the ledger from its first entry to its
/// signed root, with bodies and tiles. After a crash, run it before the node is started again: only then can it see
/// whether the journal lost something.
#[derive(Args)]
pub struct Fsck {
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

impl Fsck {
    /// Does what was asked. Fails when something is not whole.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        crate::block_on(async move {
            let folder = DataFolder::find(self.data.as_deref())?;
            let journal = journal_fault(&folder)?;
            let node = Node::open(folder, World::real()).await?;
            let mut findings = node.check().await?;
            findings.faults.extend(journal);
            for fault in &findings.faults {
                println!("{fault}");
            }
            let (erased, faults) = (findings.erased, findings.faults.len());
            println!(
                "{} checked, {erased} of them erased with a case, {}",
                counted(findings.submissions, "submission", "submissions"),
                counted(faults as u64, "fault", "faults")
            );
            let ledger = node.check_ledger().await?;
            crate::verify::print_findings(&ledger);
            node.store().close().await;
            Ok(if findings.faults.is_empty() && ledger.faults.is_empty() {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            })
        })
    }
}
