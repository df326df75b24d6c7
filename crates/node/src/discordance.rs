//! Discordances follow the statements: they open, change their grade and close with a landing.

use crate::aggregate::AggregateChange;
use crate::error::NodeError;
use crate::landing::Landing;
use crate::node::Node;
use cairn_store::Writer;
use cairn_store::serial::VariantSerial;

/// A discordance that is another than before a landing.
#[derive(Debug)]
pub struct DiscordanceChange {
    /// About which variant.
    pub variant: VariantSerial,
}

/// Opens, closes and grades the discordances of the touched variants anew; those that changed come
/// back. `node` gives the reference, the clock and chance.
pub(crate) async fn update(
    _writer: &mut Writer,
    _node: &Node,
    _landing: &Landing,
    _aggregates: &[AggregateChange],
) -> Result<Vec<DiscordanceChange>, NodeError> {
    Ok(Vec::new())
}
