//! Cases of other laboratories without identity, where agreement, consent and the crowd allow it.

use super::carriers::{self, Carriers};
use super::profile;
use crate::access::{Door, Standing, Viewer};
use crate::error::NodeError;
use crate::node::Node;
use cairn_core::decision::{Action, Permit, Resource};
use cairn_core::deidentify::Quarter;
use cairn_core::id::{CaseId, DecisionId};
use cairn_core::laboratory::Laboratory;
use cairn_core::tier::{Deidentified, Identified, SeenVariant, Tier};
use cairn_store::case::{self, RecordedCase};
use cairn_store::entry::AsOf;
use cairn_store::serial::{CaseSerial, LaboratorySerial};
use cairn_store::{Connection, StoreError, observation, recipient, variant};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use std::collections::HashMap;

/// Cases of one answer.
const MOST: usize = 20;

/// A case of another laboratory, for one reader.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SharedReport {
    /// Its key in the record.
    #[serde(skip)]
    pub serial: CaseSerial,
    /// Whose it is, in the record.
    #[serde(skip)]
    pub owner: LaboratorySerial,
    /// Its version.
    #[serde(skip)]
    pub version: u32,
    /// The case without identity.
    pub shared: Deidentified,
    /// Whose it is.
    pub laboratory: Laboratory,
    /// On what ground it is shown.
    pub reasons: Vec<String>,
    /// The decision that it is shown by, under which it can be looked up and made again.
    pub decision: DecisionId,
    /// What the reader takes on, as data-use codes.
    pub obligations: Vec<String>,
    /// Until when, in an emergency.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub emergency_until: Option<Timestamp>,
    /// The names of its variants, in their order.
    pub variant_names: Vec<String>,
}

impl Node {
    /// A case without identity: of another laboratory by the id that the reader's laboratory knows it by,
    /// of their own by its own. Hidden and
    /// absent look the same: `None`. That it was read is kept as a decision before anything is given.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn shared_case(
        &self,
        id: CaseId,
        as_of: AsOf,
        viewer: Viewer,
    ) -> Result<Option<SharedReport>, NodeError> {
        let Some(own) = viewer.own() else { return Ok(None) };
        let mut reader = self.store().read().await?;
        let of_own = case::by_id(&mut reader, self.keys(), id, as_of).await?.filter(|found| found.laboratory == own);
        let serial = match of_own {
            // In the case's own laboratory, who does not care for the person may see it so too.
            Some(found) => found.serial,
            None => match recipient::find(&mut reader, own, id).await? {
                Some(serial) => serial,
                None => return Ok(None),
            },
        };
        let Some(found) = case::by_serial(&mut reader, self.keys(), serial, as_of).await? else { return Ok(None) };
        let door = Door::open(&mut reader, self, viewer, &[serial]).await?;
        let of = Standing { case: serial, laboratory: found.laboratory };
        let (kept, decision) = self.decide_and_keep(&door, Action::Read, Resource::Case, of).await?;
        let Some(permit) = decision.as_permit().filter(|permit| permit.tier() == Tier::One) else { return Ok(None) };
        let emergency_until = door.broken_until(serial);
        let (owner, version) = (found.laboratory, found.version);
        let laboratory = super::laboratories(&mut reader, std::iter::once(found.laboratory)).await?;
        let Some(laboratory) = laboratory.into_values().next() else { return Ok(None) };
        let free = emergency_until.is_some() || door.allows_rare_profile(serial);
        let Some(shared) = without_identity(&mut reader, self, found, id, &permit, free, as_of).await? else {
            return Ok(None);
        };
        let mut variant_names = Vec::new();
        for seen in &shared.variants {
            let serial = variant::by_id(&mut reader, seen.variant).await?;
            let named = variant::by_serials(&mut reader, &serial.into_iter().collect::<Vec<_>>()).await?.pop();
            variant_names.push(named.map_or_else(|| seen.variant.to_string(), |v| v.hgvs_c.unwrap_or(v.label)));
        }
        Ok(Some(SharedReport {
            serial,
            owner,
            version,
            shared,
            laboratory,
            reasons: decision.reasons().to_vec(),
            decision: kept,
            obligations: decision.obligations().to_vec(),
            emergency_until,
            variant_names,
        }))
    }
}

/// Those of the counted cases that the reader may see without identity, at most [`MOST`].
pub(super) async fn list(
    connection: &mut Connection,
    node: &Node,
    found: &Carriers,
    as_of: AsOf,
    viewer: Viewer,
) -> Result<Vec<Deidentified>, NodeError> {
    let Some(own) = viewer.own() else { return Ok(Vec::new()) };
    let owners: HashMap<CaseSerial, LaboratorySerial> =
        found.counted.iter().map(|one| (one.case, one.laboratory)).collect();
    let mut open: Vec<(CaseSerial, Permit)> = Vec::new();
    for case in carriers::distinct(&found.counted) {
        let of = Standing { case, laboratory: owners[&case] };
        let decision = found.door.decide(Action::List, Resource::Case, of);
        open.extend(decision.as_permit().filter(|permit| permit.tier() == Tier::One).map(|permit| (case, permit)));
        if open.len() == MOST {
            break;
        }
    }
    let ids = recipient_ids(connection, node, own, &open).await?;
    let mut shared = Vec::new();
    for (serial, permit) in open {
        let (Some(id), Some(recorded)) =
            (ids.get(&serial), case::by_serial(connection, node.keys(), serial, as_of).await?)
        else {
            continue;
        };
        let free = found.door.allows_rare_profile(serial);
        shared.extend(without_identity(connection, node, recorded, *id, &permit, free, as_of).await?);
    }
    Ok(shared)
}

/// The ids under which a recipient knows these cases; those without one get one.
async fn recipient_ids(
    connection: &mut Connection,
    node: &Node,
    recipient: LaboratorySerial,
    open: &[(CaseSerial, Permit)],
) -> Result<HashMap<CaseSerial, CaseId>, StoreError> {
    let cases: Vec<CaseSerial> = open.iter().map(|(case, _)| *case).collect();
    let known = recipient::ids(connection, recipient, &cases).await?;
    if known.len() == cases.len() {
        return Ok(known);
    }
    let mut writer = node.store().write().await?;
    for case in cases.iter().filter(|case| !known.contains_key(case)) {
        recipient::add(&mut writer, recipient, *case, CaseId::from_random((node.world().random)())).await?;
    }
    let ids = recipient::ids(&mut writer, recipient, &cases).await?;
    writer.commit().await?;
    Ok(ids)
}

/// The case without identity; `None` when its profile points at too few people and nobody allowed that.
async fn without_identity(
    connection: &mut Connection,
    node: &Node,
    mut recorded: RecordedCase,
    id: CaseId,
    permit: &Permit,
    allows_rare_profile: bool,
    as_of: AsOf,
) -> Result<Option<Deidentified>, NodeError> {
    if !allows_rare_profile && !profile::generalise(connection, node, &mut recorded.case, as_of).await? {
        return Ok(None);
    }
    let observed = observation::of_case(connection, node.keys(), recorded.serial, as_of).await?;
    let serials: Vec<_> = observed.iter().map(|one| one.variant).collect();
    let named = variant::by_serials(connection, &serials).await?;
    let ids: HashMap<_, _> = named.into_iter().map(|variant| (variant.serial, variant.id)).collect();
    let seen = |one: observation::RecordedObservation| {
        Some(SeenVariant {
            variant: *ids.get(&one.variant)?,
            zygosity: one.seen.zygosity,
            origin: one.seen.origin,
            classification: one.seen.classification,
        })
    };
    let day = recorded.recorded.to_zoned(TimeZone::UTC).date();
    let whole = Identified {
        case: recorded.case,
        observations: observed.into_iter().filter_map(seen).collect(),
        recorded: Quarter::of(day),
    };
    Ok(whole.deidentify(id, permit).ok().map(|released| released.into_inner()))
}
