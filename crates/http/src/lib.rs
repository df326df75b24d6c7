//! How a node is reached: API, pages, sign-in.
//!
//! [`router`] is the whole: every route with its handler. A handler says who asks, what they ask,
//! which service answers, and how the answer looks; rules about variants, people's data and
//! consent are not here. `person` finds who asks, `form` guards what is posted, `headers` what a
//! browser may do with an answer, `problem` and `pages::frame` what an error looks like.

mod address;
mod answers;
mod api;
mod app;
mod as_of;
mod assets;

mod attempts;
mod cookie;
mod forecast;
mod form;
mod headers;
mod health;
mod jose;
mod lanes;
mod log;
mod mark;
mod metrics;
mod not_approved;
mod pace;
pub mod pages;
mod passkey;
pub mod password;
mod person;
mod plot;
mod problem;
pub mod provider;
mod query;
mod receive;
mod router;
mod scope;
pub mod secret;
pub mod server;
pub mod sign_in;
mod system_scope;
mod token_request;
mod uploads;
mod view;

pub use app::{App, Settings, Shared};
pub use jose::check_key_set;
pub use pages::frame::ROOMS;
pub use router::router;
