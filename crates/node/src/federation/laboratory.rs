//! Which laboratory of this record a laboratory of another node is.

use super::Federation;
use crate::error::NodeError;
use crate::ledger::{self, Event};
use cairn_core::id::LaboratoryId;
use cairn_ledger::leaf::Kind;
use cairn_protocol::statement::VouchedLaboratory;
use cairn_store::Writer;
use cairn_store::laboratory::{self, RecordedLaboratory};
use cairn_store::peer::RecordedPeer;
use cairn_store::peer::origin::{self, KnownLaboratory};

impl Federation {
    /// Which laboratory it is here. One that signs with another key than before is refused.
    pub(super) async fn laboratory(
        &self,
        writer: &mut Writer,
        peer: &RecordedPeer,
        vouched: &VouchedLaboratory,
    ) -> Result<RecordedLaboratory, NodeError> {
        let (origin, id, key) = (vouched.node.id().to_string(), vouched.id.to_string(), vouched.key.to_string());
        if let Some(known) = origin::laboratory(writer, &origin, &id).await? {
            if known.public_key != key {
                return Err(NodeError::Refused(format!(
                    "`{}` of `{}` signs with another key than before; ask its operator, and remove the peer if nobody knows why",
                    vouched.name, vouched.node_name
                )));
            }
            let found = laboratory::by_serials(writer, &[known.laboratory_id]).await?.pop();
            return found.ok_or_else(|| NodeError::Refused("a laboratory is missing; run `cairn fsck`".to_owned()));
        }
        let (entry, _) = writer.enter(self.node.now()).await?;
        let found = self.same_or_new(writer, entry, vouched).await?;
        let known = KnownLaboratory { public_key: key.clone(), laboratory_id: found.serial };
        let node = (origin.as_str(), vouched.node_name.as_str(), &*vouched.node.to_string());
        origin::add(writer, entry, node, peer.serial, (&id, &known)).await?;
        let event = Event::new(Kind::Key).by(found.serial).with("what", "signing key of a laboratory of another node");
        let event = event.with("laboratory", vouched.name.as_str()).with("node", origin.as_str());
        ledger::append(writer, &self.node, event.with("public-key", key)).await?;
        Ok(found)
    }

    /// A laboratory known by its statements is the same when its name or ClinVar's number is. A member speaks for
    /// itself: who comes from elsewhere under its name is another.
    async fn same_or_new(
        &self,
        writer: &mut Writer,
        entry: cairn_store::serial::EntrySerial,
        vouched: &VouchedLaboratory,
    ) -> Result<RecordedLaboratory, NodeError> {
        let by_org = match vouched.clinvar_org_id {
            Some(org) => laboratory::by_clinvar_org(writer, org).await?,
            None => None,
        };
        let by_name = laboratory::by_names(writer, std::slice::from_ref(&vouched.name)).await?.pop();
        let is_member = |found: &RecordedLaboratory| found.laboratory.is_member;
        if let Some(found) = by_org.clone().or_else(|| by_name.clone()).filter(|found| !is_member(found)) {
            return Ok(found);
        }
        let org = vouched.clinvar_org_id.filter(|_| by_org.is_none());
        let id = LaboratoryId::from_random((self.node.world().random)());
        let name = match by_org.or(by_name) {
            None => vouched.name.clone(),
            Some(_) => format!("{} ({})", vouched.name, vouched.node_name),
        };
        // Asked before it is added: on PostgreSQL a refused row would end the transaction.
        let is_taken = !laboratory::by_names(writer, std::slice::from_ref(&name)).await?.is_empty();
        let number = vouched.node.id().to_string();
        let name = if is_taken { format!("{name} {}", &number[..8]) } else { name };
        Ok(laboratory::add(writer, entry, id, &name, org, false).await?)
    }
}
