//! A token that somebody asks for: on the page and through the API the same rules.

use crate::app::App;
use crate::person::{Credential, Person};
use crate::secret::Secret;
use cairn_core::token_scope::TokenScopes;
use cairn_core::user::Purpose;
use cairn_store::StoreError;
use cairn_store::api_token::{self, NewApiToken};
use jiff::Timestamp;

/// Most good tokens of one person.
const MOST_TOKENS: usize = 20;
/// Longest life of a token, in days, where one is said.
const LONGEST_DAYS: u32 = 1_096;
/// Hours of a day.
const HOURS: i64 = 24;

/// What was asked for.
#[derive(Debug)]
pub struct Wish<'a> {
    /// What it is for, in its owner's words.
    pub name: &'a str,
    /// The purpose of its requests: a code of [`Purpose`]; empty: clinical care.
    pub purpose: &'a str,
    /// What it may be used for; empty: the usual.
    pub scopes: &'a str,
    /// Days after which it ends by itself; `None`: never.
    pub days: Option<u32>,
}

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub enum WishError {
    /// It cannot be made as asked; says why and what to do.
    #[error("{0}")]
    Refused(String),
    /// The record failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A token just made.
#[derive(Debug)]
pub struct Made {
    /// Shown once.
    pub token: Secret,
    /// What it may be used for.
    pub scopes: TokenScopes,
    /// When it ends by itself.
    pub expires: Option<Timestamp>,
}

/// Makes a token for this person. One made with a token is good for no more than that one.
///
/// # Errors
/// When a value means nothing, there are too many tokens, or the record fails.
pub async fn make(app: &App, person: &Person, wish: &Wish<'_>) -> Result<Made, WishError> {
    let refuse = |text: &str| Err(WishError::Refused(text.to_owned()));
    let name: String = wish.name.trim().chars().take(100).collect();
    if name.is_empty() {
        return refuse("Give the token a name, such as the program that will use it.");
    }
    let purpose = if wish.purpose.is_empty() { Some(Purpose::ClinicalCare) } else { Purpose::from_code(wish.purpose) };
    let Some(purpose) = purpose else { return refuse("Choose what the token is for.") };
    let scopes = scopes(person, wish.scopes).map_err(WishError::Refused)?;
    let now = app.node.now();
    let expires = match wish.days {
        None => None,
        Some(days @ 1..=LONGEST_DAYS) => Some(now + jiff::SignedDuration::from_hours(i64::from(days) * HOURS)),
        Some(_) => return refuse("A token ends after 1 to 1096 days, or when you end it."),
    };
    let mut writer = app.node.store().write().await?;
    if api_token::list(&mut writer, person.user.id, now).await?.len() >= MOST_TOKENS {
        return refuse("You have 20 tokens. End one that is no longer used.");
    }
    let token = Secret::token(rand::random());
    let new = NewApiToken {
        id: rand::random(),
        digest: &token.digest(),
        user: person.user.id,
        name: &name,
        purpose,
        scopes,
        created: now,
        expires,
        client: None,
    };
    api_token::add(&mut writer, &new).await?;
    writer.commit().await?;
    Ok(Made { token, scopes, expires })
}

fn scopes(person: &Person, asked: &str) -> Result<TokenScopes, String> {
    let asked: TokenScopes = asked.parse().map_err(|error| format!("There is {error}."))?;
    let asked = if asked.is_empty() { TokenScopes::usual() } else { asked };
    Ok(match person.credential {
        Credential::Token(own) => asked.and(own),
        Credential::Session(_) => asked,
    })
}
