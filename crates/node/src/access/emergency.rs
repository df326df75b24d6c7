//! Breaking the glass: a person says why they need a case now, gets it for a short time, and
//! somebody of the case's laboratory looks at it afterwards.

use super::{Door, Standing, Viewer};
use crate::error::NodeError;
use crate::ledger::{Event, append};
use crate::node::Node;
use cairn_core::decision::{Action, Resource};
use cairn_core::id::{BreakGlassId, CaseId};
use cairn_ledger::leaf::Kind;
use cairn_store::break_glass::{self, BreakGlass, NewBreakGlass};
use cairn_store::serial::{CaseSerial, LaboratorySerial};
use cairn_store::{case, entry, recipient};
use jiff::{SignedDuration, Timestamp};

/// The longest time for which the glass stays broken.
pub const LONGEST: SignedDuration = SignedDuration::from_hours(4);

/// Accesses in one list.
const MOST: u32 = 500;

/// What a person asks in an emergency.
#[derive(Debug, Clone)]
pub struct BreakGlassRequest {
    /// The id of the case, as its laboratory tells it or as the person's laboratory knows it.
    pub case: CaseId,
    /// Why.
    pub reason: String,
    /// For how long, at most [`LONGEST`].
    pub minutes: u32,
}

impl Node {
    /// Opens a case to a person for a short time. `None` when there is no such case, the policy does
    /// not allow the person to ask, or no emergency opens it, as after a withdrawal: all look the same,
    /// and no access is recorded. That an existing case was refused is kept as a decision.
    ///
    /// # Errors
    /// When no reason is given, the time is not between a minute and four hours, or the record fails.
    pub async fn break_glass(
        &self,
        asked: &BreakGlassRequest,
        viewer: Viewer,
    ) -> Result<Option<(CaseId, Timestamp)>, NodeError> {
        let reason = asked.reason.trim();
        if reason.chars().count() < 10 {
            return Err(NodeError::Refused("say in a sentence why this case is needed now".to_owned()));
        }
        let length = SignedDuration::from_mins(i64::from(asked.minutes));
        if length.is_zero() || length > LONGEST {
            return Err(NodeError::Refused("the time is from 1 to 240 minutes".to_owned()));
        }
        let Viewer::Person(person) = viewer else { return Ok(None) };
        let mut writer = self.store().write().await?;
        let Some((case, owner)) = find(&mut writer, self, asked.case, person.laboratory).await? else {
            return Ok(None);
        };
        let door = Door::open(&mut writer, self, viewer, &[case]).await?;
        let relation = door.relation(owner);
        let role = person.role.into();
        let allowed = super::policy().rules_for(role, Action::Create, Resource::BreakGlass, relation).next().is_some();
        if !allowed {
            return Ok(None);
        }
        let begins = self.now();
        let ends = begins + length;
        // What an emergency does not open either, such as a case whose person withdrew, is not said to exist.
        let door = door.with_broken(case, ends);
        let of = Standing { case, laboratory: owner };
        if door.decide(Action::Read, Resource::Case, of).as_permit().is_none() {
            drop(writer);
            self.decide_and_keep(&door, Action::Read, Resource::Case, of).await?;
            return Ok(None);
        }
        let known = recipient::ids(&mut writer, person.laboratory, &[case]).await?.remove(&case);
        let id = known.unwrap_or_else(|| CaseId::from_random((self.world().random)()));
        recipient::add(&mut writer, person.laboratory, case, id).await?;
        let new = NewBreakGlass {
            id: BreakGlassId::from_random((self.world().random)()),
            case,
            laboratory: person.laboratory,
            account: person.account,
            reason: reason.chars().take(2_000).collect(),
            begins,
            ends,
        };
        break_glass::add(&mut writer, &new).await?;
        let event = Event::new(Kind::BreakGlass).about(case).by(owner).with("until", ends.to_string());
        append(&mut writer, self, event.with("organisation", person.organisation.to_string())).await?;
        writer.commit().await?;
        // Nothing about the person: which access it was is in the record.
        tracing::warn!(access = %new.id, "emergency access to a case, to be reviewed");
        Ok(Some((id, ends)))
    }

    /// Emergency accesses to the cases of the reader's laboratory, those to be reviewed first.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn emergency_accesses(&self, viewer: Viewer) -> Result<Vec<BreakGlass>, NodeError> {
        let Some(own) = viewer.own().filter(|own| viewer.may(Action::List, Resource::BreakGlass, *own)) else {
            return Ok(Vec::new());
        };
        Ok(break_glass::to_cases_of(&mut *self.store().read().await?, self.keys(), own, MOST).await?)
    }

    /// Records what a reviewer found; whether there was something to review by this person comes back.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn review_emergency_access(
        &self,
        id: BreakGlassId,
        viewer: Viewer,
        is_justified: bool,
        note: &str,
    ) -> Result<bool, NodeError> {
        let Viewer::Person(person) = viewer else { return Ok(false) };
        if !viewer.may(Action::Approve, Resource::BreakGlass, person.laboratory) {
            return Ok(false);
        }
        let note: String = note.trim().chars().take(2_000).collect();
        let mut writer = self.store().write().await?;
        let done =
            break_glass::review(&mut writer, person.laboratory, id, person.account, is_justified, &note, self.now())
                .await?;
        writer.commit().await?;
        Ok(done)
    }
}

/// The case of an id as its own laboratory or as the asking one knows it.
async fn find(
    connection: &mut cairn_store::Connection,
    node: &Node,
    id: CaseId,
    asking: LaboratorySerial,
) -> Result<Option<(CaseSerial, LaboratorySerial)>, NodeError> {
    let as_of = entry::now(connection).await?;
    if let Some(found) = case::by_id(connection, node.keys(), id, as_of).await? {
        return Ok(Some((found.serial, found.laboratory)));
    }
    let Some(serial) = recipient::find(connection, asking, id).await? else { return Ok(None) };
    let found = case::by_serial(connection, node.keys(), serial, as_of).await?;
    Ok(found.map(|found| (found.serial, found.laboratory)))
}
