//! Whoever must act is told what a landing changed.
//!
//! 1. [`draft`] puts together, for each variant, all that the landing changed about it: one cause,
//!    one alert, whether one statement changed or twenty.
//! 2. [`concern`] finds the laboratories that each draft concerns: by their statements, their cases,
//!    their subscriptions. A changed class is recorded even when it concerns nobody here; what merely
//!    came new is an alert only for somebody.
//! 3. Alerts are written, and for each laboratory and cause one *notice* with all of them, so that an
//!    archive's import of eighty thousand rows is a handful of notices and no flood.
//!
//! What comes from outside a landing is told the same way: [`knowledge`] compares gene-disease validity
//! with what was seen last, [`guideline`] runs a guideline that came on the statements of the record,
//! [`frequency`] holds classified variants against tables that came.
//!
//! [`inbox`] reads and acknowledges, [`settings`] holds policies, subscriptions and consent,
//! [`deliver`] sends.

mod concern;
pub mod deliver;
mod draft;
mod effect;
pub(crate) mod frequency;
mod guideline;
pub mod inbox;
mod knowledge;
mod phenotype;
pub mod settings;
mod tell;

use crate::aggregate::AggregateChange;
use crate::discordance::DiscordanceChange;
use crate::error::NodeError;
use crate::landing::Landing;
use crate::node::Node;
use cairn_core::laboratory::ARCHIVE_SUMMARY;
use cairn_store::{Writer, laboratory};

/// Raises the alerts that follow from a landing, one for each cause. `node` gives the reference,
/// the clock and chance.
pub(crate) async fn raise(
    writer: &mut Writer,
    node: &Node,
    landing: &Landing,
    aggregates: &[AggregateChange],
    discordances: &[DiscordanceChange],
) -> Result<(), NodeError> {
    let archive = laboratory::by_names(writer, &[ARCHIVE_SUMMARY.to_owned()]).await?;
    let archive = archive.first().map(|archive| archive.serial);
    let has_interest = concern::is_anybody_interested(writer, landing, archive).await?;
    let mut drafts = draft::of_statements(writer, landing, archive, has_interest).await?;
    if has_interest {
        draft::add_cases(&mut drafts, landing);
    }
    effect::add(&mut drafts, aggregates, discordances, has_interest);
    let mut concerned = match has_interest {
        true => concern::of_drafts(writer, node.keys(), landing, &drafts).await?,
        false => concern::Concerned::default(),
    };
    if has_interest {
        phenotype::add(writer, node, landing, &mut drafts, &mut concerned).await?;
    }
    drafts.retain(|key, draft| draft.is_change || concerned.of(key).next().is_some());
    let drafts = drafts.into_iter().collect();
    tell::tell(writer, node, (landing.entry, landing.recorded), drafts, &concerned).await
}
