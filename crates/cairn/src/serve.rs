//! `cairn serve`: a node for people and programs.

use crate::configuration::{Configuration, LogForm, Mail};
use anyhow::Context;
use cairn_http::server;
use cairn_http::{App, Settings};
use cairn_node::Node;
use cairn_node::federation::{self, Federation};
use cairn_node::folder::DataFolder;
use cairn_node::mail::Mailer;
use cairn_node::watch::Watch;
use cairn_node::world::World;
use cairn_store::StoreError;
use clap::Args;
use std::fs::{File, TryLockError};
use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// Serves a node: its pages and its API.
#[derive(Args)]
pub struct Serve {
    /// The node's data folder [default: $CAIRN_DATA, ./cairn-data, ./cairn-demo]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Address and port to listen at [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
    /// Address and port to listen at for other nodes [default: `peers.listen` of the configuration]
    #[arg(long, value_name = "ADDR")]
    peer_listen: Option<String>,
    /// Configuration file [default: DIR/cairn.toml]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// A folder that a system drops files into; those of the configuration are watched too
    #[arg(long, value_name = "DIR", requires = "lab")]
    watch: Option<PathBuf>,
    /// The laboratory that the files of --watch belong to: its name, slug or id
    #[arg(long, value_name = "LAB", requires = "watch")]
    lab: Option<String>,
}

impl Serve {
    /// Runs until the process is asked to stop.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let folder = DataFolder::find(self.data.as_deref())?.configured_by(self.config.clone());
        let mut configuration = Configuration::read(&folder.configuration(), self.config.as_deref())?;
        log(configuration.log);
        configuration.peers.listen = self.peer_listen.or(configuration.peers.listen);
        let listen = self.listen.unwrap_or_else(|| configuration.listen.clone());
        let mut settings = configuration.settings()?;
        let _alone = alone(&folder)?;
        crate::block_on(async move {
            let node = Arc::new(Node::open(folder, World::real()).await?);
            refuse_roll_back(&node).await?;
            let folders = watched(&node, self.watch.zip(self.lab), &configuration).await?;
            let listener = listen_at(&listen).await?;
            println!("{} at http://{}", configuration.name, listener.local_addr()?);
            let federation = Federation::new(node.as_ref().clone(), configuration.peer_settings())?;
            settings.federation = Some(federation.clone());
            let mut peers = JoinSet::new();
            if let Some(address) = &configuration.peers.listen {
                let at = federation::listen_at(address).await?;
                println!("other nodes at {}", at.local_addr()?);
                peers.spawn(federation.clone().listen(at));
            }
            peers.spawn(federation.run());
            let mail = configuration.mail.as_ref().map(Mail::settings).transpose()?;
            let mailer = mail.map(Mailer::new).transpose().context("letters cannot be sent")?;
            let letters = mailer.map(|mailer| {
                let node = node.clone();
                tokio::spawn(async move { node.run_mail(&mailer).await })
            });
            until_stopped(node, settings, listener, folders).await?;
            letters.inspect(|letters| letters.abort());
            peers.shutdown().await;
            Ok(ExitCode::SUCCESS)
        })
    }
}

/// Makes sure that one process serves a folder: two would seal the ledger against each other. The lock goes with the
/// process, however that ends.
fn alone(folder: &DataFolder) -> anyhow::Result<File> {
    let path = folder.path().join("serving.lock");
    let lock = File::options().create(true).truncate(false).write(true).open(&path);
    let lock = lock.with_context(|| format!("`{}`", path.display()))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => {
            anyhow::bail!(
                "`{}` is served by another process: stop that one, or name another folder with --data",
                folder.path().display()
            )
        }
        Err(TryLockError::Error(error)) => Err(error).with_context(|| format!("`{}`", path.display())),
    }
}

/// Refuses a record that is an older copy: its tiles, or a witness, hold entries that it does not. A disk without room
/// is no reason: such a node still answers.
async fn refuse_roll_back(node: &Node) -> anyhow::Result<()> {
    match node.seal().await {
        Err(error) if !StoreError::is_disk_full(&error) => return Err(error.into()),
        _ => {}
    }
    let policy_file = node.folder().witnesses();
    if policy_file.is_file() {
        node.refuse_roll_back(&crate::policy_file::read(&policy_file)?).await?;
    }
    Ok(())
}

/// A listener at an address such as `127.0.0.1:8080`.
pub async fn listen_at(address: &str) -> anyhow::Result<TcpListener> {
    let bound = TcpListener::bind(address).await;
    bound.with_context(|| format!("cannot listen at `{address}`; name another address with --listen"))
}

/// The folders to watch: the one of the command line and those of the configuration.
async fn watched(
    node: &Node,
    named: Option<(PathBuf, String)>,
    configuration: &Configuration,
) -> anyhow::Result<Vec<Watch>> {
    let configured = configuration.watch.iter().map(|watch| (watch.folder.clone(), watch.laboratory.clone()));
    let mut watched = Vec::new();
    for (folder, laboratory) in named.into_iter().chain(configured) {
        watched.push(Watch::new(&folder, node.laboratory(&laboratory).await?)?);
    }
    Ok(watched)
}

/// Serves a node until the process is asked to stop, with its background work and its watched
/// folders; then ends its work in order.
pub async fn until_stopped(
    node: Arc<Node>,
    settings: Settings,
    listener: TcpListener,
    folders: Vec<Watch>,
) -> anyhow::Result<()> {
    let mut background = JoinSet::new();
    let worker = node.as_ref().clone();
    background.spawn(async move { worker.run_jobs().await });
    let sequencer = node.as_ref().clone();
    background.spawn(async move { sequencer.run_ledger().await });
    let policy_file = node.folder().witnesses();
    if policy_file.is_file() {
        let (policy, asking) = (crate::policy_file::read(&policy_file)?, node.as_ref().clone());
        background.spawn(async move { asking.run_witnesses(&policy).await });
    }
    for folder in folders {
        background.spawn(folder.run(node.as_ref().clone()));
    }
    let app = App::new(node.clone(), settings);
    server::serve(app, listener, server::asked_to_stop()).await?;
    background.shutdown().await;
    node.close().await;
    Ok(())
}

/// Log lines on standard error; `RUST_LOG` says which.
pub fn log(form: LogForm) {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env();
    let filter = filter.unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // Colours are for terminals.
    let lines = lines.with_ansi(std::io::stderr().is_terminal());
    let _ = match form {
        LogForm::Text => lines.try_init(),
        LogForm::Json => lines.json().try_init(),
    };
}
