//! Laboratories of the node.

use crate::error::NodeError;
use crate::keys::LaboratoryKey;
use crate::ledger;
use crate::membership;
use crate::node::Node;
use cairn_core::id::LaboratoryId;
use cairn_core::membership::Membership;
use cairn_store::laboratory::{self, RecordedLaboratory};

impl Node {
    /// Every laboratory, members and those known by their statements.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn laboratories(&self) -> Result<Vec<RecordedLaboratory>, NodeError> {
        Ok(laboratory::all(&mut *self.store().read().await?).await?)
    }

    /// The laboratory that a person means by a slug, an id or a name.
    ///
    /// # Errors
    /// When there is none.
    pub async fn laboratory(&self, text: &str) -> Result<RecordedLaboratory, NodeError> {
        let found = laboratory::find(&mut *self.store().read().await?, text).await?;
        found.ok_or_else(|| NodeError::UnknownLaboratory(text.to_owned()))
    }

    /// Makes a laboratory an approved member, with a signing key. One that was known by its statements keeps
    /// them; one that is a member already stays as it is.
    ///
    /// # Errors
    /// When the name holds no letter, or the record or the key's file fails.
    pub async fn add_laboratory(
        &self,
        name: &str,
        clinvar_org_id: Option<u32>,
    ) -> Result<RecordedLaboratory, NodeError> {
        self.add_member(name, clinvar_org_id, &Membership::approved()).await
    }

    /// The same, with what its membership begins with: an application or an approval and what that rests on.
    ///
    /// # Errors
    /// As [`Node::add_laboratory`], and when a membership cannot begin so.
    pub async fn add_member(
        &self,
        name: &str,
        clinvar_org_id: Option<u32>,
        membership: &Membership,
    ) -> Result<RecordedLaboratory, NodeError> {
        membership.standing.after(None).map_err(|error| NodeError::Refused(error.to_string()))?;
        if !name.chars().any(char::is_alphanumeric) {
            return Err(NodeError::NamelessLaboratory);
        }
        let mut writer = self.store().write().await?;
        let known = match laboratory::find(&mut writer, name).await? {
            None => match clinvar_org_id {
                Some(org) => laboratory::by_clinvar_org(&mut writer, org).await?,
                None => None,
            },
            known => known,
        };
        if let Some(known) = known.as_ref().filter(|known| known.laboratory.is_member) {
            return Ok(known.clone());
        }
        let (entry, _) = writer.enter(self.now()).await?;
        let mut added = match known {
            Some(known) => {
                laboratory::make_member(&mut writer, known.serial).await?;
                known
            }
            None => {
                let id = LaboratoryId::from_random((self.world().random)());
                laboratory::add(&mut writer, entry, id, name, clinvar_org_id, true).await?
            }
        };
        added.laboratory.is_member = true;
        let key = LaboratoryKey::open(self.folder(), added.laboratory.id, self.world())?;
        ledger::note_key(&mut writer, self, &added, &key.public()).await?;
        laboratory::key(&mut writer, entry, added.serial, &key.public()).await?;
        membership::record(&mut writer, self, entry, &added, membership, None).await?;
        added.standing = Some(membership.standing);
        writer.commit().await?;
        Ok(added)
    }
}
