//! Whoever must act is told what a landing changed.

use crate::aggregate::AggregateChange;
use crate::discordance::DiscordanceChange;
use crate::error::NodeError;
use crate::landing::Landing;
use crate::node::Node;
use cairn_store::Writer;

/// Raises the alerts that follow from a landing, one for each cause. `node` gives the reference,
/// the clock and chance.
pub(crate) async fn raise(
    _writer: &mut Writer,
    _node: &Node,
    _landing: &Landing,
    _aggregates: &[AggregateChange],
    _discordances: &[DiscordanceChange],
) -> Result<(), NodeError> {
    Ok(())
}
