//! `cairn client`: systems that ask for tokens by themselves, at `/oauth2/token`.

use anyhow::{Context, bail};
use cairn_core::token_scope::TokenScopes;
use cairn_core::user::Purpose;
use cairn_http::secret::Secret;
use cairn_node::Node;
use cairn_node::folder::DataFolder;
use cairn_node::world::World;
use cairn_store::account;
use cairn_store::system_client::{self, NewSystemClient, Proof};
use clap::{Args, Subcommand};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Systems that ask for tokens by themselves.
#[derive(Subcommand)]
pub enum Client {
    /// Makes a system known: it shows who it is by a secret, which is printed once, or by signing.
    Add(Add),
    /// Lists the systems, with what they may ask for.
    List(List),
    /// Ends a system and every token it was given.
    End(End),
}

/// What `cairn client add` takes.
#[derive(Args)]
pub struct Add {
    /// What it is, such as "Order entry"
    name: String,
    /// Who answers for it: a person who may sign in; its laboratory is theirs
    #[arg(long, value_name = "USERNAME")]
    user: String,
    /// The most it may ask for: read, contribute, curate, administer
    #[arg(long, value_name = "SCOPES", default_value = "read")]
    scope: TokenScopes,
    /// The purpose of all its requests
    #[arg(long, value_name = "PURPOSE", default_value = "clinical_care", value_parser = purpose)]
    purpose: Purpose,
    /// Its public keys, a JWK set: it signs instead of having a secret
    #[arg(long, value_name = "FILE")]
    keys: Option<PathBuf>,
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// What `cairn client list` takes.
#[derive(Args)]
pub struct List {
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// What `cairn client end` takes.
#[derive(Args)]
pub struct End {
    /// Its id
    id: String,
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

impl Client {
    /// Does what was asked.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        crate::block_on(async move {
            match self {
                Self::Add(add) => add.run().await,
                Self::List(list) => list.run().await,
                Self::End(end) => end.run().await,
            }
        })
    }
}

impl Add {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let node = open(self.data.as_deref()).await?;
        anyhow::ensure!(!self.scope.is_empty(), "a system needs a scope: read, contribute, curate or administer");
        let secret = Secret::token(rand::random());
        let proof = match &self.keys {
            None => Proof::Secret(secret.digest()),
            Some(path) => Proof::Keys(keys(path)?),
        };
        let mut writer = node.store().write().await?;
        let found = account::named(&mut writer, &self.user).await?.filter(|account| account.closed.is_none());
        let Some(found) = found else {
            bail!("no open account `{}`; `cairn user list` shows all", self.user);
        };
        let id = (node.world().random)();
        let new = NewSystemClient {
            id,
            user: found.user.id,
            name: &self.name,
            purpose: self.purpose,
            scopes: self.scope,
            proof: &proof,
            created: node.now(),
        };
        system_client::add(&mut writer, &new).await?;
        writer.commit().await?;
        println!("{} may ask for `{}` at /oauth2/token", self.name, self.scope);
        println!("client id: {id:032x}");
        if self.keys.is_none() {
            println!("client secret: {}", secret.reveal());
        }
        node.close().await;
        Ok(ExitCode::SUCCESS)
    }
}

impl List {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let node = open(self.data.as_deref()).await?;
        for client in system_client::list(&mut *node.store().read().await?, None).await? {
            let proof = if matches!(client.proof, Proof::Keys(_)) { "signs" } else { "secret" };
            let (purpose, user) = (client.purpose.code(), client.user.username);
            println!("{}\t{}\t{}\t{purpose}\t{proof}\t{user}", client.id, client.name, client.scopes);
        }
        node.close().await;
        Ok(ExitCode::SUCCESS)
    }
}

impl End {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let node = open(self.data.as_deref()).await?;
        let mut writer = node.store().write().await?;
        if !system_client::end(&mut writer, &self.id, node.now()).await? {
            bail!("no system `{}`; `cairn client list` shows all", self.id);
        }
        writer.commit().await?;
        println!("{}: ended, with every token it was given", self.id);
        node.close().await;
        Ok(ExitCode::SUCCESS)
    }
}

async fn open(data: Option<&Path>) -> anyhow::Result<Node> {
    Ok(Node::open(DataFolder::find(data)?, World::real()).await?)
}

/// The key set of a file; one with a private or shared key in it is refused, for it must stay where it is used.
fn keys(path: &Path) -> anyhow::Result<String> {
    let text = std::fs::read_to_string(path).with_context(|| format!("`{}`", path.display()))?;
    cairn_http::check_key_set(&text).with_context(|| format!("`{}`", path.display()))?;
    Ok(text)
}

fn purpose(text: &str) -> Result<Purpose, String> {
    Purpose::from_code(text).ok_or_else(|| {
        let known: Vec<_> = Purpose::ALL.iter().map(|(_, code, _)| *code).collect();
        format!("one of {}", known.join(", "))
    })
}
