//! How the network stands: its members, what they share, where they differ, and the other nodes. Numbers only.

use crate::error::NodeError;
use crate::federation::PeerStatus;
use crate::node::Node;
use crate::sharing::Sharing;
use cairn_core::laboratory::Laboratory;
use cairn_core::membership::Membership;
use cairn_store::serial::LaboratorySerial;
use cairn_store::{laboratory, report, sharing};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use std::collections::HashMap;

/// A member, for who oversees.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Overseen {
    /// Which laboratory.
    pub laboratory: Laboratory,
    /// The last decision about it.
    pub membership: Option<Membership>,
    /// Whether its accreditation has run out.
    pub is_accreditation_over: bool,
    /// How complete its sharing was when it was measured last.
    pub sharing: Option<Sharing>,
    /// When it sent something last.
    pub last_sent: Option<Timestamp>,
    /// Open discordances that it takes part in.
    pub discordances: u64,
    /// Of those, past the day they are due.
    pub overdue: u64,
}

/// How the network stands.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Oversight {
    /// The day, UTC.
    pub day: Date,
    /// The version of the mandate; 0: none is published.
    pub mandate: u32,
    /// The members by name.
    pub laboratories: Vec<Overseen>,
    /// The other nodes.
    pub peers: Vec<PeerStatus>,
}

impl Node {
    /// How the network stands, by the record. Who asks must be one who oversees.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn oversight(&self) -> Result<Oversight, NodeError> {
        let today = self.today();
        let as_of = self.as_of(None).await?;
        let (mandate, _) = self.mandates(as_of).await?;
        let decided: HashMap<LaboratorySerial, Membership> =
            self.memberships(as_of).await?.into_iter().map(|one| (one.laboratory, one.membership)).collect();
        let peers = self.peers().await?;
        let mut reader = self.store().read().await?;
        let differing: HashMap<LaboratorySerial, (i64, i64)> = report::discordances(&mut reader, &today.to_string())
            .await?
            .into_iter()
            .map(|(laboratory, open, overdue)| (laboratory, (open, overdue)))
            .collect();
        let mut laboratories = Vec::new();
        for found in laboratory::all(&mut reader).await?.into_iter().filter(|found| found.laboratory.is_member) {
            let measured = sharing::last_measured(&mut reader, found.serial, &today.to_string(), 1).await?.pop();
            let membership = decided.get(&found.serial).cloned();
            let accreditation = membership.as_ref().and_then(|one| one.accreditation.as_ref());
            let (open, overdue) = differing.get(&found.serial).copied().unwrap_or_default();
            laboratories.push(Overseen {
                is_accreditation_over: accreditation.is_some_and(|one| one.is_over(today)),
                membership,
                sharing: measured.map(|one: sharing::Measured<Sharing>| one.report),
                last_sent: sharing::last_sent(&mut reader, found.serial, as_of).await?,
                discordances: open.unsigned_abs(),
                overdue: overdue.unsigned_abs(),
                laboratory: found.laboratory,
            });
        }
        laboratories.sort_by_key(|one| one.laboratory.name.to_lowercase());
        Ok(Oversight { day: today, mandate: mandate.version, laboratories, peers })
    }
}
