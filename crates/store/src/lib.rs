//! The record of the node in SQL, in a SQLite file or a PostgreSQL database ([`home`]).
//!
//! One file per noun; each holds the noun's SQL as SQL, its first line naming the function it
//! belongs to. Functions take a connection: a [`Reader`] to look, a [`Writer`] to add. Reads take
//! an [`AsOf`](entry::AsOf): the record as it stood at a moment. What was acknowledged by
//! [`Writer::commit`] is durable: the journal was synced before it returned.
//!
//! A bound limit is written `LIMIT 0 + $n`: of a bare one SQLite looks at the value, and plans the statement anew at every
//! run.
//!
//! What a case says is sealed under its key from the [`KeyStore`], and opened by whoever gives that; see [`case`].
//!
//! Everything is added, nothing edited; the few columns that may change say so in
//! `migrations/`. [`entry`] orders the record; [`serial`] are the internal keys.

pub mod access_request;
pub mod account;
pub mod aggregate;
pub mod agreement;
pub mod alert;
pub mod api_token;
pub mod backup;
pub mod break_glass;
pub mod carrier;
pub mod case;
pub mod code_generator;
pub mod condition;
pub mod condition_naming;
pub mod consent;
mod content;
pub mod curation;
pub mod decision;
mod dialect;
pub mod discordance;
mod driver;
pub mod entry;
pub mod error;
pub mod evidence;
pub mod fitness;
pub mod fold;
mod folding;
pub mod gauge;
pub mod guideline_file;
pub mod home;
mod insert;
pub mod integrity;
pub mod job;
pub mod journal;
pub mod key_store;
pub mod key_store_name;
pub mod knowledge;
pub mod laboratory;
pub mod large_file;
pub mod ledger;
pub mod mail;
pub mod mandate;
pub mod mapping;
pub mod membership;
pub mod observation;
pub mod opt_out;
pub mod passkey;
pub mod patience;
pub mod patient;
pub mod peer;
pub mod provider_identity;
pub mod recall;
pub mod recipient;
pub mod recovery_code;
pub mod reference_source;
pub mod report;
pub mod residue;
pub mod seal;
pub mod search;
pub mod serial;
pub mod session;
pub mod sharing;
pub mod signed_statement;
mod state;
pub mod statement;
pub mod store;
pub mod submission;
pub mod subscription;
pub mod system_client;
pub mod transfer;
pub mod variant;
mod watch;
mod word;

pub use dialect::Connection;
pub use error::StoreError;
pub use home::Home;
pub use key_store::KeyStore;
pub use store::{Reader, Store, Writer};
