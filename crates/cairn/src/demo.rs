//! `cairn demo`: a node with real public data and a small network around it, ready to try.
//!
//! The data are inside the program. A demo that was stopped while it loaded begins anew: a mark in
//! its folder says so, and only what the demo itself made there is removed.

mod content;
mod credentials;
mod drafts;
mod network;
mod patient;

use crate::serve;
use anyhow::{Context, bail};
use cairn_core::submission::Channel;
use cairn_http::Settings;
use cairn_node::Node;
use cairn_node::contribute::Request;
use cairn_node::folder::DataFolder;
use cairn_node::world::World;
use cairn_reference::folder::{Adding, ReferenceFolder};
use cairn_reference::recognise::recognise;
use cairn_reference::sequence::intake::IntakeOptions;
use clap::Args;
use content::{Knowledge, Sent};
use credentials::Credential;
use jiff::Timestamp;
use network::{Network, Other};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tokio::task::JoinSet;

/// Serves a small network of laboratories with real public data.
#[derive(Args)]
pub struct Demo {
    /// The demo's folder, made when it is not there
    #[arg(long, value_name = "DIR", default_value = "cairn-demo")]
    data: PathBuf,
    /// Address and port to listen at
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: String,
}

impl Demo {
    /// Runs until the process is asked to stop.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        serve::log(crate::configuration::LogForm::Text);
        crate::block_on(async move {
            // The demo keeps its own files, whatever database the environment names.
            let folder = DataFolder::new(&self.data).whole();
            let listener = serve::listen_at(&self.listen).await?;
            let at = listener.local_addr()?;
            let url = format!("http://{at}");
            let (node, mut people) = open(folder, &url).await?;
            let Network { first, others, people: elsewhere, mut speaking } =
                Network::open(&node, &self.data, at).await?;
            people.extend(elsewhere);
            credentials::write(&self.data.join("credentials.json"), &people)?;
            let code = patient::code(&node, &self.data).await?;
            print_invitation(&url, &self.data, &people, &others, code.as_deref());
            let mut served = JoinSet::new();
            for other in others {
                served.spawn(serve::until_stopped(other.node, other.settings, other.listener, Vec::new()));
            }
            let settings = Settings { federation: Some(first), ..network::settings("Cairn demo")? };
            serve::until_stopped(Arc::new(node), settings, listener, Vec::new()).await?;
            speaking.shutdown().await;
            for ended in served.join_all().await {
                ended?;
            }
            Ok(ExitCode::SUCCESS)
        })
    }
}

/// The demo's node with everything in it, and who may sign in.
async fn open(folder: DataFolder, url: &str) -> anyhow::Result<(Node, Vec<Credential>)> {
    let mark = folder.path().join(".demo-loading");
    let people = folder.path().join("credentials.json");
    if folder.has_node() && !mark.exists() {
        if !people.exists() {
            let path = folder.path().display();
            bail!("`{path}` holds a node that is no demo; name another folder with --data");
        }
        let node = Node::open(folder, World::real()).await?;
        let mut known = credentials::renew(&people, url)?;
        // Those of the other nodes have addresses of their own.
        known.retain(|one| credentials::PEOPLE.iter().any(|person| person.0 == one.username));
        return Ok((node, known));
    }
    if mark.exists() {
        remove_unfinished(&folder)?;
    }
    folder.create()?;
    std::fs::write(&mark, "the demo is being loaded\n")
        .with_context(|| format!("cannot write `{}`", mark.display()))?;
    load_knowledge(folder.path())?;
    let node = Node::open(folder, World { now: clock, ..World::real() }).await?;
    load(&node).await?;
    let made = credentials::make(&node, url, &credentials::PEOPLE).await?;
    drafts::begin(&node).await?;
    patient::is_seen(&node, node.folder().path()).await?;
    credentials::write(&people, &made)?;
    std::fs::remove_file(&mark).with_context(|| format!("cannot remove `{}`", mark.display()))?;
    Ok((node, made))
}

/// Removes the record of a demo that was stopped while it loaded.
fn remove_unfinished(folder: &DataFolder) -> anyhow::Result<()> {
    let record = folder.record();
    for end in ["", "-wal", "-shm"] {
        let path = PathBuf::from(format!("{}{end}", record.display()));
        if path.exists() {
            std::fs::remove_file(&path).with_context(|| format!("cannot remove `{}`", path.display()))?;
        }
    }
    Ok(())
}

/// Loads what criteria are suggested from, as `cairn reference add` would.
fn load_knowledge(data: &Path) -> anyhow::Result<()> {
    let reference = cairn_reference::Reference::open(data)?;
    let now = Timestamp::now().to_string();
    let adding =
        Adding { sequences: IntakeOptions::default(), now: &now, progress: &|_| (), loaded: reference.sequences() };
    for Knowledge { file, bytes } in content::KNOWLEDGE {
        eprintln!("loading {file}");
        let path = data.join(file);
        std::fs::write(&path, bytes).with_context(|| format!("cannot write `{}`", path.display()))?;
        let kind = recognise(&path)?.with_context(|| format!("`{file}` is not a file that is known here"))?;
        let added = ReferenceFolder::of(data).add(&path, kind, &adding);
        std::fs::remove_file(&path).with_context(|| format!("cannot remove `{}`", path.display()))?;
        added.with_context(|| format!("`{file}` inside the program cannot be loaded"))?;
    }
    Ok(())
}

/// The moment that the demo records at, in microseconds; 0: the machine's clock.
static RECORDED_AT: AtomicI64 = AtomicI64::new(0);

fn clock() -> Timestamp {
    match RECORDED_AT.load(Ordering::SeqCst) {
        0 => Timestamp::now(),
        micros => Timestamp::from_microsecond(micros).unwrap_or_else(|_| Timestamp::now()),
    }
}

/// Sets the clock to a day, for what was known then; without one back to the machine's.
fn record_on(day: Option<&str>) -> anyhow::Result<()> {
    let moment = match day {
        Some(day) => format!("{day}T00:00:00Z").parse::<Timestamp>()?.as_microsecond(),
        None => 0,
    };
    RECORDED_AT.store(moment, Ordering::SeqCst);
    Ok(())
}

async fn load(node: &Node) -> anyhow::Result<()> {
    record_on(Some(content::SET_UP))?;
    node.replay_from(clock()).await?;
    for name in content::LABORATORIES {
        node.add_laboratory(name, None).await?;
    }
    for Sent { laboratory, file, bytes, as_of } in content::submissions()? {
        eprintln!("loading {file}");
        record_on(as_of)?;
        let request = Request {
            laboratory: node.laboratory(laboratory).await?,
            user: None,
            channel: Channel::Command,
            file: Some(file.clone()),
            bytes,
            mapping: None,
            assembly: None,
            client_key: None,
            dry_run: false,
            strict: false,
        };
        let outcome = node.contribute(request).await?;
        anyhow::ensure!(outcome.accepted() > 0, "nothing of `{file}` could be taken: {:?}", outcome.problems.first());
        if file.starts_with(content::PUBLISHED_CASES) {
            // Nobody asked these people for this network: their cases are here because they were published.
            let own = node.laboratory(laboratory).await?;
            let (licence, source) = content::PUBLISHED_UNDER;
            let accession = outcome.accession.context("the published cases were not recorded")?;
            node.note_published(&own, accession, licence, source, None).await?;
        }
    }
    record_on(None)?;
    let (own, partner) = (node.laboratory(content::OWN).await?, node.laboratory(content::ENIGMA).await?);
    node.set_agreement(own.serial, partner.serial, true, None).await?;
    Ok(())
}

fn print_invitation(url: &str, data: &Path, people: &[Credential], others: &[Other], code: Option<&str>) {
    println!("\nCairn demo at {url}\n");
    println!("sign in as");
    for person in people {
        let elsewhere = if person.url == url { String::new() } else { format!(", at {}", person.url) };
        let Credential { username, password, role, laboratory, .. } = person;
        println!("  {username:<12} {password:<20} {role} of {laboratory}{elsewhere}");
    }
    let names: Vec<String> = others.iter().map(|other| format!("{} at {}", other.name, other.url)).collect();
    println!("  other nodes, below {}: {}", data.join("nodes").display(), names.join(", "));
    println!("  (also in {}; published data, not for diagnosis)\n", data.join("credentials.json").display());
    println!("things to try");
    println!("  1. look up BRCA1 c.68_69del: more than seventy laboratories, one variant");
    println!("  2. open the gene LMNA: variants along the protein, with cases and classes");
    println!("  3. import a sheet of your own on the page Contribute: nothing is kept until you say so");
    println!("  4. on the page Curate continue the draft of BRCA1 c.5123C>T, and sign the other one as `head`");
    println!(
        "  5. open Network: what came from the laboratories in the south and the west, and what differs across nodes"
    );
    if let Some(code) = code {
        println!("  6. be a tested person: at {url}/patient, with the code {code}");
    }
    println!();
}
