//! The configuration of a node: built-in defaults, then `cairn.toml`, then `CAIRN_…` variables,
//! then the command line. Each key is explained in `docs/reference/configuration.md`.

use anyhow::Context;
use cairn_core::user::UserRole;
use cairn_http::Settings;
use cairn_http::provider::connection::Provider;
use cairn_http::provider::rules::Rule;
use cairn_http::provider::settings::ProviderSettings;
use cairn_http::sign_in::second_factor::SecondFactor;
use cairn_node::federation::PeerSettings;
use cairn_node::mail::{Encryption, MailSettings};
use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// What can be configured.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Configuration {
    /// The node's name, at the foot of every page.
    pub name: String,
    /// Address and port to listen at.
    pub listen: String,
    /// Whether people reach the node over TLS, through a proxy in front of it.
    pub over_tls: bool,
    /// Minutes without a request after which a session ends, 5 to 60.
    pub idle_minutes: u64,
    /// Hours after which a session ends, whatever happens, 1 to 24.
    pub session_hours: u64,
    /// Largest file that is taken over HTTP, in MiB, 1 to 1048576.
    pub largest_upload_mib: u64,
    /// Minutes for which a proof of who somebody is counts before exports, tokens, settings and accounts, 1 to 60;
    /// 0: it is not asked for again.
    pub step_up_minutes: u64,
    /// Who needs a second factor: `nobody`, `everybody`, or roles with spaces between them.
    pub second_factor: String,
    /// Where people reach the node, `https://host`; passkeys belong to this name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_url: Option<String>,
    /// How the node speaks with other nodes.
    #[serde(default)]
    pub peers: Peers,
    /// The PostgreSQL database that keeps the record, `postgres://user@host/database`; without it a file of the data
    /// folder does. Read where the data folder is opened, like the next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub database: Option<String>,
    /// Whether the record is opened only where every commit waits for a second server.
    #[serde(default)]
    pub high_availability: bool,
    /// How log lines are written.
    #[serde(default)]
    pub log: LogForm,
    /// Folders that a system drops files into.
    pub watch: Vec<Watch>,
    /// How letters to laboratories are sent; none are without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<Mail>,
    /// The institution's OpenID provider; without it people sign in here alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oidc: Option<Oidc>,
}

/// Its name only: the address of a database and a secret of a provider are not for logs.
impl std::fmt::Debug for Configuration {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Configuration").field("name", &self.name).finish_non_exhaustive()
    }
}

/// How the node speaks with other nodes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Peers {
    /// Address and port to listen at for peers; without it the node is not called and calls only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listen: Option<String>,
    /// Where peers reach that listener, `host:port`, where it is not `listen` itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Milliseconds that peers have to answer a look-up, 100 to 10000; 800 without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patience_ms: Option<u64>,
}

impl Peers {
    /// Where peers reach the node.
    pub fn address(&self) -> Option<String> {
        self.address.clone().or_else(|| self.listen.clone())
    }
}

/// How log lines are written to standard error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogForm {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// The institution's OpenID provider.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Oidc {
    /// What people call it, on the button.
    #[serde(default = "institution")]
    pub name: String,
    /// Its issuer identifier, `https://…`, letter by letter as it says itself.
    pub issuer: String,
    /// The name of this node there.
    pub client_id: String,
    /// A file that holds the secret of this node there, alone.
    pub client_secret_file: PathBuf,
    /// Scopes asked for beside `openid`.
    #[serde(default = "profile")]
    pub scopes: String,
    /// A file of certificates (PEM), where the provider's is not signed by an authority that browsers know.
    #[serde(default)]
    pub ca_file: Option<PathBuf>,
    /// Whether somebody unknown whom an entry of `people` fits gets an account.
    #[serde(default)]
    pub create_accounts: bool,
    /// The claim that such an account is named by.
    #[serde(default = "preferred_username")]
    pub username_claim: String,
    /// `claimed`: a second factor counts when the token says `mfa`; `always`: the provider asks everybody for one.
    #[serde(default)]
    pub second_factor: Believed,
    /// Which people are who; the first that fits counts.
    #[serde(default)]
    pub people: Vec<People>,
}

/// When the provider is believed to have asked for a second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Believed {
    /// When the token says so.
    #[default]
    Claimed,
    /// Always.
    Always,
}

/// People whose claim holds a value work in a laboratory in a role.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct People {
    /// The claim; dots lead into objects.
    pub claim: String,
    /// What it holds, alone or among others.
    pub value: String,
    /// The laboratory: its name, slug or id.
    pub laboratory: String,
    /// The role, by its code.
    pub role: String,
}

fn institution() -> String {
    "your institution".to_owned()
}

fn profile() -> String {
    "profile".to_owned()
}

fn preferred_username() -> String {
    "preferred_username".to_owned()
}

impl Oidc {
    /// The provider; nothing is asked of it yet.
    ///
    /// # Errors
    /// When a file cannot be read, a role is none, or the issuer is reached without TLS.
    pub fn provider(&self) -> anyhow::Result<Provider> {
        let read =
            |key: &str, file: &Path| std::fs::read(file).with_context(|| format!("`oidc.{key}`: `{}`", file.display()));
        let secret = String::from_utf8(read("client_secret_file", &self.client_secret_file)?);
        let rules = self.people.iter().map(|people| {
            let role = UserRole::from_code(&people.role);
            let role = role.with_context(|| format!("`oidc.people`: no role `{}`", people.role))?;
            let (claim, value) = (people.claim.clone(), people.value.clone());
            Ok(Rule { claim, value, laboratory: people.laboratory.clone(), role })
        });
        let settings = ProviderSettings {
            name: self.name.clone(),
            issuer: self.issuer.clone(),
            client_id: self.client_id.clone(),
            client_secret: secret.context("`oidc.client_secret_file` holds no text")?.trim_end().to_owned(),
            scopes: self.scopes.clone(),
            certificates: self.ca_file.as_deref().map(|file| read("ca_file", file)).transpose()?,
            creates_accounts: self.create_accounts,
            username_claim: self.username_claim.clone(),
            always_second_factor: self.second_factor == Believed::Always,
            rules: rules.collect::<anyhow::Result<_>>()?,
        };
        Provider::new(settings).map_err(anyhow::Error::msg)
    }
}

/// How letters to laboratories are sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    /// The relay: `host` or `host:port`.
    pub relay: String,
    /// How the connection to it is kept private: `none`, `starttls` or `tls`.
    #[serde(default)]
    pub encryption: MailEncryption,
    /// The name to sign in with, where the relay asks for one.
    #[serde(default)]
    pub username: Option<String>,
    /// A file that holds the password alone.
    #[serde(default)]
    pub password_file: Option<PathBuf>,
    /// Who the letters come from.
    pub from: String,
    /// Where people reach the node, for links.
    pub link: String,
    /// Minutes for which what happens is gathered into one letter, 1 to 1440.
    #[serde(default = "every_minutes")]
    pub every_minutes: u64,
    /// How many days before a due date a laboratory is reminded.
    #[serde(default = "remind_days")]
    pub remind_days: u16,
    /// Whether letters name variants.
    #[serde(default)]
    pub names_variants: bool,
}

/// How the connection to the relay is kept private.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailEncryption {
    /// Not at all: for a relay on the same machine.
    #[default]
    None,
    /// TLS asked for on a plain connection, and required.
    StartTls,
    /// TLS from the first byte.
    Tls,
}

fn every_minutes() -> u64 {
    15
}

fn remind_days() -> u16 {
    3
}

impl Mail {
    /// What the node needs of it.
    ///
    /// # Errors
    /// When the relay's port is none, or the password cannot be read.
    pub fn settings(&self) -> anyhow::Result<MailSettings> {
        let (encryption, usual) = match self.encryption {
            MailEncryption::None => (Encryption::None, 25),
            MailEncryption::StartTls => (Encryption::StartTls, 587),
            MailEncryption::Tls => (Encryption::Tls, 465),
        };
        let (host, port) = match self.relay.rsplit_once(':') {
            Some((host, port)) => (host, port.parse().with_context(|| format!("`mail.relay`: no port `{port}`"))?),
            None => (self.relay.as_str(), usual),
        };
        let password = match &self.password_file {
            Some(file) => std::fs::read_to_string(file)
                .with_context(|| format!("`mail.password_file`: `{}`", file.display()))?
                .trim_end()
                .to_owned(),
            None => String::new(),
        };
        Ok(MailSettings {
            host: host.to_owned(),
            port,
            encryption,
            credentials: self.username.clone().map(|name| (name, password)),
            from: self.from.clone(),
            link: self.link.trim_end_matches('/').to_owned(),
            every: Duration::from_secs(self.every_minutes * 60),
            remind_days: self.remind_days,
            names_variants: self.names_variants,
        })
    }
}

/// A folder that a system drops files into.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Watch {
    /// The folder.
    pub folder: PathBuf,
    /// The laboratory that its files belong to.
    pub laboratory: String,
}

impl Default for Configuration {
    fn default() -> Self {
        Self {
            name: "Cairn node".to_owned(),
            listen: "127.0.0.1:8080".to_owned(),
            over_tls: false,
            idle_minutes: 15,
            session_hours: 12,
            largest_upload_mib: 4096,
            step_up_minutes: 15,
            second_factor: "nobody".to_owned(),
            public_url: None,
            peers: Peers::default(),
            database: None,
            high_availability: false,
            log: LogForm::Text,
            watch: Vec::new(),
            mail: None,
            oidc: None,
        }
    }
}

impl Configuration {
    /// The configuration in a file; one that is not there says nothing, unless it was named.
    ///
    /// # Errors
    /// When a file or a variable cannot be read, or has a key or value that means nothing.
    pub fn read(usual: &Path, named: Option<&Path>) -> anyhow::Result<Self> {
        if let Some(named) = named {
            std::fs::metadata(named).with_context(|| format!("configuration `{}`", named.display()))?;
        }
        let keys = [
            "name",
            "listen",
            "over_tls",
            "idle_minutes",
            "session_hours",
            "step_up_minutes",
            "second_factor",
            "public_url",
            "largest_upload_mib",
            "database",
            "high_availability",
            "log",
        ];
        let mut figment = Figment::from(Serialized::defaults(Self::default()));
        let file = named.unwrap_or(usual);
        if file.exists() {
            figment = figment.merge(Toml::file_exact(file));
        }
        let figment = figment.merge(Env::prefixed("CAIRN_").only(&keys));
        let read: Self = figment.extract().context("the configuration cannot be read")?;
        anyhow::ensure!((5..=60).contains(&read.idle_minutes), "`idle_minutes` must lie between 5 and 60");
        anyhow::ensure!((1..=24).contains(&read.session_hours), "`session_hours` must lie between 1 and 24");
        anyhow::ensure!(
            (1..=1 << 20).contains(&read.largest_upload_mib),
            "`largest_upload_mib` must lie between 1 and 1048576"
        );
        anyhow::ensure!(read.step_up_minutes <= 60, "`step_up_minutes` must lie between 0 and 60");
        read.second_factor.parse::<SecondFactor>().context("`second_factor`")?;
        if let Some(address) = &read.public_url {
            anyhow::ensure!(
                is_site(address),
                "`public_url` must be scheme and host alone, `https://cairn.example.org`"
            );
        }
        let patience = read.peers.patience_ms.unwrap_or(800);
        anyhow::ensure!((100..=10_000).contains(&patience), "`peers.patience_ms` must lie between 100 and 10000");
        if let Some(mail) = &read.mail {
            anyhow::ensure!(
                (1..=1440).contains(&mail.every_minutes),
                "`mail.every_minutes` must lie between 1 and 1440"
            );
            anyhow::ensure!(mail.link.starts_with("http"), "`mail.link` must be the address of the node, `https://…`");
        }
        Ok(read)
    }

    /// What the node needs of it to speak with peers.
    pub fn peer_settings(&self) -> PeerSettings {
        let patience = self.peers.patience_ms.map_or(PeerSettings::default().patience, Duration::from_millis);
        let address = self.peers.address().unwrap_or_default();
        PeerSettings { name: self.name.clone(), address, patience, ..PeerSettings::default() }
    }

    /// What the pages and the API need of it.
    ///
    /// # Errors
    /// When the provider's part cannot be used.
    pub fn settings(&self) -> anyhow::Result<Settings> {
        let provider = self.oidc.as_ref().map(Oidc::provider).transpose()?.map(Arc::new);
        let step_up = (self.step_up_minutes > 0).then(|| Duration::from_secs(self.step_up_minutes * 60));
        Ok(Settings {
            name: self.name.clone(),
            over_tls: self.over_tls,
            idle: Duration::from_secs(self.idle_minutes * 60),
            longest_session: Duration::from_secs(self.session_hours * 60 * 60),
            largest_upload: self.largest_upload_mib << 20,
            step_up,
            second_factor: self.second_factor.parse().unwrap_or(SecondFactor::Everybody),
            public_url: self.public_url.clone(),
            provider,
            ..Settings::default()
        })
    }
}

/// Whether an address is scheme and host, with a port or without, and nothing after.
fn is_site(address: &str) -> bool {
    let host = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"));
    host.is_some_and(|host| !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ']))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> anyhow::Result<Configuration> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cairn.toml");
        std::fs::write(&path, text).unwrap();
        Configuration::read(&path, None)
    }

    #[test]
    fn nothing_said_is_the_default_and_what_is_said_counts() {
        assert_eq!(read("").unwrap(), Configuration::default());
        let said = read("name = \"North\"\nidle_minutes = 30\n[[watch]]\nfolder = \"/drop\"\nlaboratory = \"north\"\n");
        let said = said.unwrap();
        assert_eq!((said.name.as_str(), said.idle_minutes, said.watch.len()), ("North", 30, 1));
    }

    #[test]
    fn letters_go_to_the_relay_that_is_named() {
        let text = "[mail]\nrelay = \"mail.example:2525\"\nfrom = \"cairn@example.org\"\nlink = \"https://cairn.example.org/\"\n";
        let settings = read(text).unwrap().mail.unwrap().settings().unwrap();
        assert_eq!(
            (settings.host.as_str(), settings.port, settings.encryption),
            ("mail.example", 2525, Encryption::None)
        );
        assert_eq!((settings.link.as_str(), settings.names_variants), ("https://cairn.example.org", false));
        let tls = read(&text.replace(":2525", "").replace("[mail]", "[mail]\nencryption = \"starttls\"")).unwrap();
        assert_eq!(tls.mail.unwrap().settings().unwrap().port, 587);
        assert!(read(&format!("{text}every_minutes = 0\n")).is_err());
    }

    #[test]
    fn the_provider_is_reached_over_tls_with_a_secret_from_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("secret");
        std::fs::write(&file, "hush\n").unwrap();
        let text = format!(
            "[oidc]\nissuer = \"https://login.example\"\nclient_id = \"cairn\"\nclient_secret_file = '{}'\n\
             [[oidc.people]]\nclaim = \"groups\"\nvalue = \"heads\"\nlaboratory = \"north\"\nrole = \"laboratory_head\"\n",
            file.display()
        );
        let provider = read(&text).unwrap().settings().unwrap().provider.unwrap();
        assert_eq!(provider.settings.client_secret, "hush");
        assert_eq!(provider.settings.rules[0].role, UserRole::LaboratoryHead);
        assert!(!provider.settings.creates_accounts, "nobody gets an account unless that is said");
        let refused = |text: &str| format!("{:#}", read(text).unwrap().settings().unwrap_err());
        assert!(refused(&text.replace("https:", "http:")).contains("oidc.issuer"));
        assert!(refused(&text.replace("laboratory_head", "head")).contains("no role `head`"));
        assert!(refused(&text.replace("secret'", "nowhere'")).contains("oidc.client_secret_file"));
    }

    #[test]
    fn the_example_is_a_configuration() {
        let said = read(include_str!("../../../examples/cairn.toml")).unwrap();
        assert!(said.over_tls);
        assert_eq!(said.watch.len(), 1);
    }

    #[test]
    fn a_file_that_is_not_there_says_nothing() {
        let read = Configuration::read(Path::new("nowhere/cairn.toml"), None);
        assert_eq!(read.unwrap(), Configuration::default());
    }

    #[test]
    fn a_key_that_means_nothing_is_refused() {
        assert!(format!("{:#}", read("liste = \"x\"").unwrap_err()).contains("liste"));
        assert!(read("idle_minutes = 600").is_err());
        assert!(read("largest_upload_mib = 0").is_err());
        assert!(format!("{:#}", read("second_factor = \"heads\"").unwrap_err()).contains("`heads`"));
        assert!(read("public_url = \"https://cairn.example/x\"").is_err());
        assert!(Configuration::read(Path::new("/nowhere"), Some(Path::new("/nowhere/cairn.toml"))).is_err());
    }
}
