//! `cairn user`: accounts of the people of a laboratory.

use crate::configuration::Configuration;
use anyhow::{Context, bail};
use cairn_core::id::UserId;
use cairn_core::user::{User as Account, UserRole, read_username};
use cairn_http::password;
use cairn_node::Node;
use cairn_node::folder::DataFolder;
use cairn_node::world::World;
use cairn_store::{account, code_generator, passkey, provider_identity, recovery_code, session};
use clap::{Args, Subcommand};
use std::io::{BufRead, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Accounts of people.
#[derive(Subcommand)]
pub enum User {
    /// Makes an account. The password is read from standard input, or made up and printed.
    Add(Add),
    /// Lists the accounts of the node, or of one laboratory.
    List(List),
    /// Ends every session of a person, from their next request on.
    EndSessions(Named),
    /// Closes an account: its sessions and tokens are over.
    Close(Named),
    /// Opens a closed account again.
    Open(Named),
    /// Sets a new password, read from standard input, or made up and printed; ends all sessions.
    Password(Named),
    /// Ties an account to who the person is at the institution's provider.
    Link(Link),
    /// Takes code generator, recovery codes and passkeys away, for somebody who lost them; ends all sessions.
    ResetSecondFactor(Named),
}

/// What `cairn user link` takes.
#[derive(Args)]
pub struct Link {
    /// The name to sign in with
    username: String,
    /// The person's `sub` at the provider; the page that refuses them shows it
    subject: String,
    /// The provider's issuer identifier [default: `oidc.issuer` of the configuration]
    #[arg(long, value_name = "URL")]
    issuer: Option<String>,
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// Whose account.
#[derive(Args)]
pub struct Named {
    /// The name to sign in with
    username: String,
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// What `cairn user add` takes.
#[derive(Args)]
pub struct Add {
    /// The name to sign in with
    username: String,
    /// The laboratory: its name, slug or id
    #[arg(long, value_name = "LAB")]
    lab: String,
    /// The person's name as colleagues know it [default: the username]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// The part the person plays
    #[arg(long, value_name = "ROLE", default_value = "clinical_scientist", value_parser = role)]
    role: UserRole,
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// What `cairn user list` takes.
#[derive(Args)]
pub struct List {
    /// Only of this laboratory
    #[arg(long, value_name = "LAB")]
    lab: Option<String>,
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

impl User {
    /// Does what was asked.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        crate::block_on(async move {
            match self {
                Self::Add(add) => add.run().await,
                Self::List(list) => list.run().await,
                Self::EndSessions(named) => named.run(Act::EndSessions).await,
                Self::Link(link) => link.run().await,
                Self::Close(named) => named.run(Act::Close).await,
                Self::Open(named) => named.run(Act::Open).await,
                Self::Password(named) => named.run(Act::Password).await,
                Self::ResetSecondFactor(named) => named.run(Act::ResetSecondFactor).await,
            }
        })
    }
}

impl Add {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let node = open(self.data.as_deref()).await?;
        let (password, made_up) = match typed_password()? {
            Some(password) => (password, false),
            None => (password::made_up(&mut rand::rng()), true),
        };
        let username = self.username.trim().to_lowercase();
        let name = self.name.unwrap_or_else(|| self.username.clone());
        add(&node, &self.lab, &username, &name, self.role, &password).await?;
        println!("{username} may sign in, as {} of {}", self.role.label(), self.lab);
        if made_up {
            println!("password: {password}");
        }
        node.close().await;
        Ok(ExitCode::SUCCESS)
    }
}

impl Link {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let folder = DataFolder::find(self.data.as_deref())?;
        let configuration = Configuration::read(&folder.configuration(), None)?;
        let issuer = self.issuer.or_else(|| configuration.oidc.map(|oidc| oidc.issuer));
        let issuer = issuer.context("no provider: name one with --issuer, or `oidc.issuer` in cairn.toml")?;
        let node = Node::open(folder, World::real()).await?;
        let mut writer = node.store().write().await?;
        let Some(found) = account::named(&mut writer, &self.username).await? else {
            bail!("no account `{}`; `cairn user list` shows all", self.username);
        };
        let user = found.user;
        if !provider_identity::add(&mut writer, &issuer, &self.subject, user.id, false, node.now()).await? {
            bail!("an account here is tied to this person of {issuer} already");
        }
        writer.commit().await?;
        println!("{} signs in at {issuer} too", user.username);
        node.close().await;
        Ok(ExitCode::SUCCESS)
    }
}

/// What is done about an account.
#[derive(Debug, Clone, Copy)]
enum Act {
    EndSessions,
    Close,
    Open,
    Password,
    ResetSecondFactor,
}

impl Named {
    async fn run(self, act: Act) -> anyhow::Result<ExitCode> {
        let node = open(self.data.as_deref()).await?;
        let now = node.now();
        let password = match act {
            Act::Password => Some(typed_password()?),
            _ => None,
        };
        let mut writer = node.store().write().await?;
        let Some(found) = account::named(&mut writer, &self.username).await? else {
            bail!("no account `{}`; `cairn user list` shows all", self.username);
        };
        let user = found.user;
        match act {
            Act::EndSessions => {}
            Act::Close => {
                account::set_closed(&mut writer, user.id, Some(now)).await?;
            }
            Act::Open => {
                account::set_closed(&mut writer, user.id, None).await?;
            }
            Act::Password => {
                let typed = password.flatten();
                let word = typed.clone().unwrap_or_else(|| password::made_up(&mut rand::rng()));
                account::set_password(&mut writer, user.id, &password::hash(&word)?).await?;
                if typed.is_none() {
                    println!("password: {word}");
                }
            }
            Act::ResetSecondFactor => {
                code_generator::remove(&mut writer, user.id).await?;
                recovery_code::remove(&mut writer, user.id).await?;
                passkey::end_all(&mut writer, user.id, now).await?;
            }
        }
        let ended = session::end_all(&mut writer, user.id).await?;
        writer.commit().await?;
        println!("{}: {ended} sessions ended", user.username);
        node.close().await;
        Ok(ExitCode::SUCCESS)
    }
}

impl List {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let node = open(self.data.as_deref()).await?;
        let laboratory = match &self.lab {
            Some(lab) => Some(node.laboratory(lab).await?.laboratory.id),
            None => None,
        };
        let laboratories = node.laboratories().await?;
        for account in account::list(&mut *node.store().read().await?, laboratory).await? {
            let at = laboratories.iter().find(|l| l.laboratory.id == account.user.laboratory);
            let at = at.map_or("", |l| l.laboratory.name.as_str());
            let closed = if account.closed.is_some() { "\tclosed" } else { "" };
            let user = account.user;
            println!("{}\t{}\t{}\t{at}{closed}", user.username, user.name, user.role.code());
        }
        node.close().await;
        Ok(ExitCode::SUCCESS)
    }
}

/// Makes an account in a laboratory, which becomes a member of the node if it is not yet.
///
/// # Errors
/// When the laboratory is not known, the username is none or is taken, or the password is too short.
pub async fn add(
    node: &Node,
    laboratory: &str,
    username: &str,
    name: &str,
    role: UserRole,
    password: &str,
) -> anyhow::Result<Account> {
    let username = read_username(username)?;
    let laboratory = node.laboratory(laboratory).await?.laboratory;
    if !laboratory.is_member {
        node.add_laboratory(&laboratory.name, None).await?;
    }
    let user = Account {
        id: UserId::from_random((node.world().random)()),
        laboratory: laboratory.id,
        name: if name.trim().is_empty() { username.clone() } else { name.trim().to_owned() },
        username: username.clone(),
        role,
    };
    let hash = password::hash(password)?;
    let mut writer = node.store().write().await?;
    if !account::add(&mut writer, &user, &hash, node.now()).await? {
        bail!("the name `{username}` is taken; choose another");
    }
    writer.commit().await?;
    Ok(user)
}

async fn open(data: Option<&Path>) -> anyhow::Result<Node> {
    Ok(Node::open(DataFolder::find(data)?, World::real()).await?)
}

/// The first line of standard input, unless that is a terminal or empty.
fn typed_password() -> anyhow::Result<Option<String>> {
    let input = std::io::stdin();
    if input.is_terminal() {
        return Ok(None);
    }
    let mut line = String::new();
    input.lock().read_line(&mut line).context("the password cannot be read from standard input")?;
    let line = line.trim_end_matches(['\r', '\n']);
    Ok((!line.is_empty()).then(|| line.to_owned()))
}

fn role(text: &str) -> Result<UserRole, String> {
    UserRole::from_code(text).ok_or_else(|| {
        let known: Vec<_> = UserRole::ALL.iter().map(|(_, code, _)| *code).collect();
        format!("one of {}", known.join(", "))
    })
}
