//! `cairn verify`: does a ledger, or a proof from one, hold?

use crate::policy_file;
use anyhow::{Context, bail};
use cairn_core::amount::counted;
use cairn_ledger::cbor::Value;
use cairn_ledger::note::Verifier;
use cairn_ledger::policy::Policy;
use cairn_ledger::receipt::{Receipt, Shown};
use cairn_node::Node;
use cairn_node::folder::DataFolder;
use cairn_node::ledger::{CheckedLog, LedgerFindings, check_log};
use cairn_node::sharing::attestation::{Checked, check, is_attestation};
use cairn_node::world::World;
use clap::Args;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Checks a ledger from its first entry to its signed root, or one proof file without a network.
///
/// Without an argument: the ledger of the node itself. With an address such as `https://lab.example/log`: a log as it is
/// published. With a file: a proof that somebody was given, or an attestation of sharing; that takes neither a node nor a network.
#[derive(Args)]
pub struct Verify {
    /// The address of a published log, a proof file (`.tlog-proof`), or an attestation of sharing (JSON)
    #[arg(value_name = "URL|FILE")]
    what: Option<String>,
    /// The key of the log, as `name+number+base64`, from a source other than the log or the file itself
    #[arg(long, value_name = "KEY", requires = "what")]
    key: Option<String>,
    /// A file that says which logs and how many of which witnesses must have signed (C2SP tlog-policy)
    #[arg(long, value_name = "FILE", requires = "what")]
    policy: Option<PathBuf>,
    /// The node's data folder
    #[arg(long, value_name = "DIR", conflicts_with = "what")]
    data: Option<PathBuf>,
}

impl Verify {
    /// Does what was asked. Fails when something does not hold.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let Some(what) = &self.what else { return crate::block_on(own(self.data.as_deref())) };
        if let Some(text) = attestation(what)? {
            let checked = check(&text, self.log_key()?.as_ref()).with_context(|| format!("`{what}`"))?;
            print_attestation(&checked);
            return Ok(ExitCode::SUCCESS);
        }
        if what.starts_with("https://") || what.starts_with("http://") {
            print_log(&check_log(what, &self.policy()?)?);
        } else {
            let text = proof_file(what)?;
            let policy = self.policy()?;
            print_proof(
                &Receipt::read(&text)
                    .and_then(|receipt| receipt.check(&policy))
                    .with_context(|| format!("`{what}`"))?,
            );
        }
        Ok(ExitCode::SUCCESS)
    }

    /// The key of the log, where one was named.
    fn log_key(&self) -> anyhow::Result<Option<Verifier>> {
        self.key.as_ref().map(|key| key.trim().parse().context("--key")).transpose()
    }

    /// Whom to believe.
    fn policy(&self) -> anyhow::Result<Policy> {
        let key = self.log_key()?;
        match (&self.policy, key) {
            (Some(file), Some(key)) => Ok(policy_file::read(file)?.with_log(key)),
            (Some(file), None) => policy_file::read(file),
            (None, Some(key)) => Ok(Policy::of_log(key)),
            (None, None) => bail!(
                "whose log is it? Name its key with --key, or a policy with --policy; the laboratory publishes the key (`cairn ledger keys`)"
            ),
        }
    }
}

/// The text of a file that is an attestation of sharing.
fn attestation(what: &str) -> anyhow::Result<Option<String>> {
    if what.starts_with("https://") || what.starts_with("http://") {
        return Ok(None);
    }
    let text = proof_file(what)?;
    Ok(is_attestation(&text).then_some(text))
}

fn print_attestation(checked: &Checked) {
    let Checked { attestation, public_key, checkpoint, is_by_given_key } = checked;
    let plain = |text: &str| words(&Value::Text(text.to_owned()));
    let sharing = &attestation.sharing;
    println!("the attestation holds: {}, as of {}", plain(&attestation.laboratory.name), sharing.day);
    println!("made {}, rule {}, mandate {}", attestation.made, plain(&sharing.rule), sharing.mandate);
    println!("{}", plain(&sharing.sentence));
    for one in &sharing.requirements {
        let (outcome, what) = (one.outcome.label(), one.requirement.label());
        println!("  {outcome:<15} {what}: {}; demanded: {}", plain(&one.found), plain(&one.demanded));
    }
    println!("signed with the key {public_key}; compare it with the one that the laboratory publishes");
    match checkpoint {
        None => println!("it names no checkpoint of a ledger"),
        Some(at) => {
            let whose = if *is_by_given_key {
                "by the key given"
            } else {
                "by the key that the file names itself; name the log's with --key"
            };
            println!("ledger: {} at {} entries, root {}, signed {whose}", plain(&at.origin), at.size, at.root);
        }
    }
}

/// The text of a proof file.
fn proof_file(what: &str) -> anyhow::Result<String> {
    std::fs::read_to_string(what).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => anyhow::anyhow!(
            "there is no file `{what}`: give the path of a proof file (`.tlog-proof`, from the page of a ledger entry), the address of a published log (`https://lab.example/log`), or nothing for this node's own ledger"
        ),
        std::io::ErrorKind::IsADirectory => anyhow::anyhow!(
            "`{what}` is a folder: give a proof file; a data folder is named with --data"
        ),
        std::io::ErrorKind::InvalidData => anyhow::anyhow!("`{what}` is no proof file: it is not text"),
        _ => anyhow::Error::new(error).context(format!("cannot read `{what}`")),
    })
}

async fn own(data: Option<&Path>) -> anyhow::Result<ExitCode> {
    let node = Node::open(DataFolder::find(data)?, World::real()).await?;
    let findings = node.check_ledger().await?;
    print_findings(&findings);
    for shard in node.shards().await? {
        let size = counted(shard.size, "entry", "entries");
        println!("{} at {size}, key {}", shard.origin, node.log_verifier(&shard)?);
    }
    node.store().close().await;
    Ok(if findings.faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What a check of the node's own ledger found.
pub fn print_findings(findings: &LedgerFindings) {
    for fault in &findings.faults {
        println!("{fault}");
    }
    let LedgerFindings { entries, waiting, bodies, erased, sealed, tiles, faults } = findings;
    println!(
        "ledger: {} under a checkpoint, {waiting} waiting; {} checked, {erased} erased, {sealed} sealed; {}; {}",
        counted(*entries, "entry", "entries"),
        counted(*bodies, "body", "bodies"),
        counted(*tiles, "tile", "tiles"),
        counted(faults.len() as u64, "fault", "faults")
    );
}

fn print_log(log: &CheckedLog) {
    let CheckedLog { checkpoint, witnesses, kinds } = log;
    let entries =
        if checkpoint.size == 1 { "1 entry leads".to_owned() } else { format!("{} entries lead", checkpoint.size) };
    println!("{}: {entries} to the signed root {}", checkpoint.origin, checkpoint.root);
    println!("signed by witnesses: {}", list(witnesses));
    for (kind, count) in kinds {
        println!("  {count:>10} {kind}");
    }
}

fn print_proof(shown: &Shown) {
    let Shown { checkpoint, witnesses, leaf, body } = shown;
    println!("the proof holds: {} ({})", leaf.kind.plain(), leaf.kind);
    println!("log: {}, {}", checkpoint.origin, counted(checkpoint.size, "entry", "entries"));
    println!("signed by witnesses: {}", list(witnesses));
    let Some(Value::Map(body)) = body else {
        println!("the file does not open what the entry is about");
        return;
    };
    for (name, value) in body {
        println!("{name}: {}", words(value));
    }
}

/// A value in words; what came from outside cannot steer a terminal.
fn words(value: &Value) -> String {
    match value {
        Value::Text(text) => text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect(),
        Value::Number(number) => number.to_string(),
        Value::Bytes(bytes) => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
        Value::List(values) => values.iter().map(words).collect::<Vec<_>>().join("; "),
        Value::Map(map) => {
            map.iter().map(|(name, value)| format!("{name}: {}", words(value))).collect::<Vec<_>>().join(", ")
        }
        Value::Truth(truth) => truth.to_string(),
        Value::Null => "none".to_owned(),
    }
}

fn list(names: &[String]) -> String {
    if names.is_empty() { "none asked for".to_owned() } else { names.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_not_there_is_told_with_what_to_give() {
        let told = proof_file("no-such-file").unwrap_err().to_string();
        assert!(told.starts_with("there is no file `no-such-file`") && told.contains(".tlog-proof"), "{told}");
        let told = proof_file(env!("CARGO_MANIFEST_DIR")).unwrap_err().to_string();
        assert!(told.contains("is a folder"), "{told}");
    }
}
