//! Where a laboratory wants its letters.

use crate::error::NodeError;
use crate::node::Node;
use cairn_core::id::UserId;
use cairn_store::mail::{self, Contact};
use cairn_store::serial::LaboratorySerial;

/// Why an address was not kept.
#[derive(Debug, thiserror::Error)]
pub enum ContactError {
    /// It is no address.
    #[error("`{0}` is not an e-mail address; write one such as `variants@hospital.example`")]
    NotAnAddress(String),
    /// Somebody else changed it since it was read.
    #[error("somebody else changed the address meanwhile; it is now `{0}`")]
    ChangedMeanwhile(String),
    /// The node failed.
    #[error(transparent)]
    Node(#[from] NodeError),
}

impl From<cairn_store::StoreError> for ContactError {
    fn from(error: cairn_store::StoreError) -> Self {
        Self::Node(error.into())
    }
}

impl Node {
    /// Where a laboratory wants its letters; `None` when it never said.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn contact(&self, laboratory: LaboratorySerial) -> Result<Option<Contact>, NodeError> {
        Ok(mail::contact(&mut *self.store().read().await?, laboratory).await?)
    }

    /// Says where a laboratory wants its letters; an empty text ends them. `seen` is the version that
    /// the person looked at, 0 for none; without it the change is made whatever stood there.
    ///
    /// # Errors
    /// When the text is no address, somebody changed it meanwhile, or the record fails.
    pub async fn set_contact(
        &self,
        laboratory: LaboratorySerial,
        address: &str,
        user: Option<UserId>,
        seen: Option<u32>,
    ) -> Result<Contact, ContactError> {
        let address = match address.trim() {
            "" => None,
            text => Some(
                text.parse::<lettre::Address>().map_err(|_| ContactError::NotAnAddress(text.to_owned()))?.to_string(),
            ),
        };
        let mut writer = self.store().write().await?;
        let before = mail::contact(&mut writer, laboratory).await?;
        let version = before.as_ref().map_or(0, |before| before.version);
        if seen.is_some_and(|seen| seen != version) {
            return Err(ContactError::ChangedMeanwhile(before.and_then(|before| before.address).unwrap_or_default()));
        }
        let had_one = before.as_ref().is_some_and(|before| before.address.is_some());
        if let Some(before) = before.clone().filter(|before| before.address == address) {
            return Ok(before);
        }
        let (entry, now) = writer.enter(self.now()).await?;
        // A new address of a laboratory that was written to before goes on where the old one ended.
        let since = before.filter(|_| had_one).map_or(now, |before| before.since);
        let contact = Contact { laboratory, version: version + 1, address, since };
        mail::set_contact(&mut writer, entry, &contact, user.map(|user| user.to_string()).as_deref()).await?;
        writer.commit().await?;
        Ok(contact)
    }
}
