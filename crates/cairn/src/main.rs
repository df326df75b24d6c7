//! The `cairn` command: one file a subcommand.

mod aggregate;
mod alerts;
mod backup;
#[cfg(test)]
mod cli_page;
mod client;
mod configuration;
mod consent;
mod decision;
mod demo;
mod discordances;
mod doctor;
mod drafts;
mod fsck;
mod guideline;
mod import;
mod init;
mod keys;
mod lab;
mod ledger;
mod look_up;
mod mandate;
mod migrate;
mod network;
mod optout;
mod peer;
mod policy_file;
mod reference;
mod restore;
mod serve;
mod setup;
mod since;
mod statistics;
mod suggest;
mod user;
mod variant;
mod verify;
mod withdraw;
mod worklist;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What laboratories know about variants, at the moment of decision.
#[derive(Parser)]
#[command(name = "cairn", version, propagate_version = true)]
struct Cairn {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Backup(backup::Backup),
    #[command(subcommand)]
    Client(client::Client),
    Alerts(alerts::Alerts),
    #[command(subcommand)]
    Consent(consent::ConsentCommand),
    #[command(subcommand)]
    Decision(decision::DecisionCommand),
    Demo(demo::Demo),
    Aggregate(aggregate::AggregateCommand),
    #[command(subcommand)]
    Discordances(discordances::Discordances),
    Doctor(doctor::Doctor),
    #[command(subcommand)]
    Drafts(drafts::Drafts),
    Erase(withdraw::Erase),
    Fsck(fsck::Fsck),
    #[command(subcommand)]
    Guideline(guideline::GuidelineCommand),
    Init(init::Init),
    Import(import::Import),
    #[command(subcommand)]
    Keys(keys::Keys),
    #[command(subcommand)]
    Lab(lab::Lab),
    #[command(subcommand)]
    Ledger(ledger::LedgerCommand),
    #[command(subcommand)]
    Mandate(mandate::MandateCommand),
    Migrate(migrate::Migrate),
    Network(network::Network),
    #[command(subcommand)]
    Optout(optout::OptOut),
    #[command(subcommand)]
    Peer(peer::PeerCommand),
    #[command(subcommand)]
    Reference(reference::ReferenceCommand),
    Restore(restore::Restore),
    Serve(serve::Serve),
    Setup(setup::Setup),
    Since(since::Since),
    Statistics(statistics::Statistics),
    Suggest(suggest::Suggest),
    Subscribe(alerts::Subscribe),
    #[command(subcommand)]
    User(user::User),
    Variant(variant::Variant),
    Verify(verify::Verify),
    Withdraw(withdraw::Withdraw),
    #[command(subcommand)]
    Worklist(worklist::Worklist),
}

fn main() -> ExitCode {
    leave_when_nobody_reads();
    let cairn = Cairn::parse();
    let done = match cairn.command {
        Command::Backup(backup) => backup.run(),
        Command::Client(client) => client.run(),
        Command::Alerts(alerts) => alerts.run(),
        Command::Consent(consent) => consent.run(),
        Command::Decision(decision) => decision.run(),
        Command::Demo(demo) => demo.run(),
        Command::Aggregate(aggregate) => aggregate.run(),
        Command::Doctor(doctor) => doctor.run(),
        Command::Drafts(drafts) => drafts.run(),
        Command::Discordances(discordances) => discordances.run(),
        Command::Erase(erase) => erase.run(),
        Command::Fsck(fsck) => fsck.run(),
        Command::Guideline(guideline) => guideline.run(),
        Command::Init(init) => init.run(),
        Command::Import(import) => import.run(),
        Command::Keys(keys) => keys.run(),
        Command::Lab(lab) => lab.run(),
        Command::Ledger(ledger) => ledger.run(),
        Command::Mandate(mandate) => mandate.run(),
        Command::Migrate(migrate) => migrate.run(),
        Command::Network(network) => network.run(),
        Command::Optout(optout) => optout.run(),
        Command::Peer(peer) => peer.run(),
        Command::Reference(reference) => reference.run(),
        Command::Restore(restore) => restore.run(),
        Command::Serve(serve) => serve.run(),
        Command::Setup(setup) => setup.run(),
        Command::Since(since) => since.run(),
        Command::Statistics(statistics) => statistics.run(),
        Command::Suggest(suggest) => suggest.run(),
        Command::Subscribe(subscribe) => subscribe.run(),
        Command::User(user) => user.run(),
        Command::Variant(variant) => variant.run(),
        Command::Verify(verify) => verify.run(),
        Command::Withdraw(withdraw) => withdraw.run(),
        Command::Worklist(worklist) => worklist.run(),
    };
    match done {
        Ok(code) => code,
        Err(error) if is_end_of_reading(&error) => ExitCode::from(NOBODY_READS),
        Err(error) => {
            eprintln!("cairn: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Runs asynchronous work to its end.
fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(work)
}

/// What a shell reports of a program whose reader has gone: 128 and the number of SIGPIPE.
const NOBODY_READS: u8 = 141;

/// Ends the process in silence when the reader of its output has gone, as in `cairn lab list | head`; a program in a
/// pipe is not in error when it has said enough.
fn leave_when_nobody_reads() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let text = panic.payload_as_str().unwrap_or_default();
        if text.starts_with("failed printing to std") && text.contains("Broken pipe") {
            std::process::exit(i32::from(NOBODY_READS));
        }
        usual(panic);
    }));
}

/// Whether writing the output failed because its reader has gone. What fails on the way to another node has its own
/// error around it.
fn is_end_of_reading(error: &anyhow::Error) -> bool {
    let of_json = error.downcast_ref::<serde_json::Error>().and_then(serde_json::Error::io_error_kind);
    let kind = error.downcast_ref::<std::io::Error>().map(std::io::Error::kind).or(of_json);
    kind == Some(std::io::ErrorKind::BrokenPipe)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Error, ErrorKind};

    #[test]
    fn a_reader_that_has_gone_is_no_error() {
        let gone = || Error::from(ErrorKind::BrokenPipe);
        assert!(is_end_of_reading(&gone().into()));
        assert!(is_end_of_reading(&serde_json::Error::io(gone()).into()));
        assert!(!is_end_of_reading(&Error::from(ErrorKind::NotFound).into()));
    }
}
