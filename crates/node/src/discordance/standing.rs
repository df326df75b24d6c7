//! On which variants laboratories differ: the one definition that every count and mark goes by.
//!
//! Laboratories differ on a variant while a statement about it is a member of a discordance between laboratories
//! (not within one, not of strength alone) that has not ended in concordance. One that continues with a reason
//! still counts: they do differ. An expert panel whose word decides the aggregate does not end it.

use cairn_core::discordance::{Grade, State};
use cairn_store::entry::AsOf;
use cairn_store::serial::VariantSerial;
use cairn_store::{Connection, StoreError, discordance};
use serde::Serialize;
use std::collections::{BTreeSet, HashMap};

/// How laboratories differ on a variant: by the gravest discordance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Differing {
    /// How badly.
    pub grade: Grade,
    /// How far that discordance is.
    pub state: State,
}

/// On which of these variants laboratories differ as of a moment; name merged variants too.
pub(crate) async fn differing(
    connection: &mut Connection,
    variants: &[VariantSerial],
    as_of: AsOf,
) -> Result<HashMap<VariantSerial, Differing>, StoreError> {
    let mut serials = discordance::placed_at(connection, variants).await?;
    serials.extend(discordance::in_variants(connection, variants).await?);
    let serials: Vec<_> = serials.into_iter().collect::<BTreeSet<_>>().into_iter().collect();
    let mut heads = discordance::by_serials(connection, &serials, Some(as_of)).await?;
    heads.retain(|head| head.last.grade < Grade::WithinLaboratory && head.last.state != State::Concordant);
    let lists: Vec<_> = heads.iter().map(|head| (head.serial, head.last.members_version)).collect();
    let members = discordance::members(connection, &lists).await?;
    let mut found: HashMap<VariantSerial, Differing> = HashMap::new();
    for head in &heads {
        let this = Differing { grade: head.last.grade, state: head.last.state };
        for member in members.get(&head.serial).into_iter().flatten() {
            let known = found.entry(member.variant).or_insert(this);
            *known = this.min(*known);
        }
    }
    Ok(found)
}
