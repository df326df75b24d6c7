//! Who may sign in to the demo: `DIR/credentials.json`, an array whose first entry is a clinical
//! scientist.

use super::content::{BIC, ENIGMA, GENEDX, INVITAE, OWN};
use crate::user;
use anyhow::Context;
use cairn_core::token_scope::{TokenScope, TokenScopes};
use cairn_core::user::{Purpose, UserRole};
use cairn_http::password;
use cairn_http::secret::Secret;
use cairn_node::Node;
use cairn_store::api_token::{self, NewApiToken};
use serde::{Deserialize, Serialize};
use std::io::Write;
use std::path::Path;

/// How one person signs in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Credential {
    /// The person.
    pub name: String,
    /// The part they play.
    pub role: String,
    /// Where they work.
    pub laboratory: String,
    /// The node.
    pub url: String,
    /// To sign in with.
    pub username: String,
    /// To sign in with.
    pub password: String,
    /// For scripts: an API token whose purpose is clinical care.
    pub token: String,
}

/// Somebody who may sign in: username, name, role, laboratory.
pub type Account = (&'static str, &'static str, UserRole, &'static str);

/// Who may sign in to the first node.
pub const PEOPLE: [Account; 7] = [
    ("scientist", "Demo Scientist", UserRole::ClinicalScientist, OWN),
    ("clinician", "Demo Clinician", UserRole::Clinician, OWN),
    ("head", "Demo Head of Laboratory", UserRole::LaboratoryHead, OWN),
    ("enigma", "Demo Curator", UserRole::Curator, ENIGMA),
    ("invitae", "Demo Scientist at another laboratory", UserRole::ClinicalScientist, INVITAE),
    ("genedx", "Demo Scientist at a third laboratory", UserRole::ClinicalScientist, GENEDX),
    ("bic", "Demo Curator of a gene database", UserRole::Curator, BIC),
];

/// Makes accounts on a node, each with a password and a token of its own.
pub async fn make(node: &Node, url: &str, people: &[Account]) -> anyhow::Result<Vec<Credential>> {
    let mut made = Vec::new();
    for (username, name, role, laboratory) in people.iter().copied() {
        let password = password::made_up(&mut rand::rng());
        let account = user::add(node, laboratory, username, name, role, &password).await?;
        let token = Secret::token(rand::random());
        let mut writer = node.store().write().await?;
        let new = NewApiToken {
            id: (node.world().random)(),
            digest: &token.digest(),
            user: account.id,
            name: "demo",
            purpose: Purpose::ClinicalCare,
            scopes: scopes(role),
            created: node.now(),
            expires: None,
            client: None,
        };
        api_token::add(&mut writer, &new).await?;
        writer.commit().await?;
        made.push(Credential {
            name: name.to_owned(),
            role: role.code().to_owned(),
            laboratory: laboratory.to_owned(),
            url: url.to_owned(),
            username: username.to_owned(),
            password,
            token: token.reveal().to_owned(),
        });
    }
    Ok(made)
}

/// What a person's token may be used for: administration only where the role has it.
fn scopes(role: UserRole) -> TokenScopes {
    let administer = role.may_administer().then_some(TokenScope::Administer);
    TokenScopes::usual().iter().chain(administer).collect()
}

/// Writes the file, for its owner only.
pub fn write(path: &Path, people: &[Credential]) -> anyhow::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(path).and_then(|mut file| {
        file.write_all(serde_json::to_string_pretty(people)?.as_bytes())?;
        file.sync_all()
    });
    written.with_context(|| format!("cannot write `{}`", path.display()))
}

/// Reads the file, and writes the address that the node has this time.
pub fn renew(path: &Path, url: &str) -> anyhow::Result<Vec<Credential>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()))?;
    let mut people: Vec<Credential> =
        serde_json::from_str(&text).with_context(|| format!("`{}` is damaged", path.display()))?;
    people.iter_mut().for_each(|person| url.clone_into(&mut person.url));
    write(path, &people)?;
    Ok(people)
}
