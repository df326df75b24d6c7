//! Handing a letter to the relay.

use cairn_store::mail::Mail;
use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use std::time::Duration;

/// How long the relay may take for one step.
const PATIENCE: Duration = Duration::from_secs(20);

/// How the connection to the relay is kept private.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encryption {
    /// Not at all: for a relay on the same machine.
    #[default]
    None,
    /// TLS asked for on a plain connection, and required.
    StartTls,
    /// TLS from the first byte.
    Tls,
}

/// How letters are written and sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailSettings {
    /// Host of the relay.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is kept private.
    pub encryption: Encryption,
    /// Name and password, where the relay asks for them.
    pub credentials: Option<(String, String)>,
    /// Who the letters come from.
    pub from: String,
    /// Where people reach the node, for links: `https://cairn.hospital.example`.
    pub link: String,
    /// How long letters are gathered: at most one of a kind to a laboratory in this time.
    pub every: Duration,
    /// How many days before a due date a laboratory is reminded.
    pub remind_days: u16,
    /// Whether letters name variants; otherwise they hold a number and a link.
    pub names_variants: bool,
}

/// Why a letter did not go out.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// An address, of the sender or the laboratory, cannot be written to.
    #[error("the letter cannot be addressed: {0}")]
    Address(String),
    /// The relay did not take it.
    #[error("the relay did not take the letter: {0}")]
    Relay(#[from] lettre::transport::smtp::Error),
}

impl SendError {
    /// Whether trying again is of no use.
    pub fn is_final(&self) -> bool {
        match self {
            Self::Address(_) => true,
            Self::Relay(why) => why.is_permanent(),
        }
    }
}

/// A way to the relay.
#[derive(Debug, Clone)]
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    settings: MailSettings,
}

impl Mailer {
    /// A way to the relay of these settings; no connection is made yet.
    ///
    /// # Errors
    /// When the sender is no address, or the machine's certificates cannot be read.
    pub fn new(settings: MailSettings) -> Result<Self, SendError> {
        let from = settings.from.parse().map_err(|why| SendError::Address(format!("`{}`: {why}", settings.from)))?;
        let parameters = || TlsParameters::new(settings.host.clone());
        let tls = match settings.encryption {
            Encryption::None => Tls::None,
            Encryption::StartTls => Tls::Required(parameters()?),
            Encryption::Tls => Tls::Wrapper(parameters()?),
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&settings.host)
            .port(settings.port)
            .tls(tls)
            .timeout(Some(PATIENCE));
        if let Some((name, password)) = &settings.credentials {
            builder = builder.credentials(Credentials::new(name.clone(), password.clone()));
        }
        Ok(Self { transport: builder.build(), from, settings })
    }

    /// How letters are written and sent.
    pub fn settings(&self) -> &MailSettings {
        &self.settings
    }

    /// Hands a letter over.
    pub(super) async fn send(&self, letter: &Mail) -> Result<(), SendError> {
        let to: Mailbox =
            letter.address.parse().map_err(|why| SendError::Address(format!("the laboratory's: {why}")))?;
        let message = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(&letter.subject)
            .message_id(Some(format!("<{}@{}>", letter.uid, self.from.email.domain())))
            .header(ContentType::TEXT_PLAIN)
            .body(letter.text.clone())
            .map_err(|why| SendError::Address(why.to_string()))?;
        self.transport.send(message).await?;
        Ok(())
    }
}
