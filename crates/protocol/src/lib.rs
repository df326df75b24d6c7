//! What nodes say to each other, as values with one form in bytes: messages, signed statements, agreements, pairing
//! texts.
//!
//! A [`Message`] is signed by the node that sends it and names who it is for, so that nobody else can use it; its
//! sequence grows, so that it counts once ([`Gate`]). A [`SignedStatement`] is signed by the laboratory that made it and
//! travels unchanged over any number of nodes; who took out what was taken back signs an [`Acknowledgement`]. What answers a peer is made of
//! [`Released`](cairn_core::tier::Released) values alone:
//!
//! ```compile_fail
//! use cairn_core::tier::Released;
//! use cairn_protocol::{Answer, CaseSummary, SignedStatement};
//! fn leak(statement: SignedStatement, cases: &Released<CaseSummary>) -> Answer {
//!     Answer::found(vec![statement], cases, 1)
//! }
//! ```
//!
//! ```
//! use cairn_core::tier::Released;
//! use cairn_protocol::{Answer, CaseSummary, SignedStatement};
//! fn give(statement: Released<SignedStatement>, cases: &Released<CaseSummary>) -> Answer {
//!     Answer::found(vec![statement], cases, 1)
//! }
//! ```

pub mod acknowledgement;
pub mod agreement;
pub mod answer;
mod checked;
mod fields;
pub mod gate;
pub mod invitation;
pub mod key;
pub mod message;
pub mod statement;
pub mod summary;

pub use acknowledgement::Acknowledgement;
pub use agreement::{Agreement, Terms};
pub use answer::{Answer, Item};
pub use checked::Checked;
pub use fields::FormError;
pub use gate::Gate;
pub use invitation::Invitation;
pub use key::{NodeId, NodeKey, PublicKey, Signature};
pub use message::{Message, Question, Refusal, Requester};
pub use statement::SignedStatement;
pub use summary::{CaseSummary, RegionSummary, SimilarSummary};

/// The version of messages and statements that this program writes, and the only one it reads.
pub const VERSION: u64 = 1;
