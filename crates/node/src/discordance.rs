//! Laboratories that differ: found by the machine with every landing, worked on by people, ended by
//! a laboratory's own record.
//!
//! [`update`] runs inside the transaction that lands a submission, so that nobody reads a statement
//! beside a discordance that does not know it. [`act`] is what people do; [`view`] and [`queue`] are
//! what they see; [`naming`] is what laboratories mean by their words for conditions; [`whole`]
//! looks at the whole record when the rules change.

pub mod act;
pub mod analytics;
pub(crate) mod equivalents;
pub mod export;
mod find;
pub(crate) mod grouping;
pub mod line;
pub mod naming;
pub mod queue;
pub(crate) mod standing;
pub mod view;
pub mod whole;

pub use act::{Act, ActError, Actor};
pub use analytics::Analytics;
pub use export::ExportRow;
pub use line::{PersonName, QueueLine, SideView};
pub use naming::{ConditionNaming, Suggestion, UnnamedCondition};
pub use queue::{AssignedFilter, QueueFilter, QueuePage, StateFilter};
pub use standing::Differing;
pub use view::DiscordanceView;

use crate::aggregate::AggregateChange;
use crate::error::NodeError;
use crate::landing::Landing;
use crate::node::Node;
use cairn_core::discordance::{Cause, Grade, State};
use cairn_store::Writer;
use cairn_store::serial::{DiscordanceSerial, LaboratorySerial, VariantSerial};

/// A discordance that is another than before a landing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiscordanceChange {
    /// Which.
    pub serial: DiscordanceSerial,
    /// About which variant.
    pub variant: VariantSerial,
    /// The laboratories that take part now, or took part until it ended.
    pub laboratories: Vec<LaboratorySerial>,
    /// State and grade before; `None` for a new one.
    pub before: Option<(State, Grade)>,
    /// State and grade now.
    pub after: (State, Grade),
    /// What happened.
    pub cause: Cause,
}

/// Opens, closes and grades the discordances of the touched variants anew; those that changed come
/// back. `node` gives the reference, the clock and chance.
pub(crate) async fn update(
    writer: &mut Writer,
    node: &Node,
    landing: &Landing,
    _aggregates: &[AggregateChange],
) -> Result<Vec<DiscordanceChange>, NodeError> {
    let mut touched = landing.touched();
    touched.extend(&landing.resolved);
    find::look_at(writer, node, (landing.entry, landing.recorded), touched).await
}
