//! Column mappings that laboratories keep.

use crate::contribute::Mapping;
use crate::error::NodeError;
use crate::node::Node;
use cairn_core::id::MappingId;
use cairn_store::mapping::{self, SavedMapping};
use cairn_store::serial::LaboratorySerial;

impl Node {
    /// The newest version of the mapping that a laboratory calls by this name.
    ///
    /// # Errors
    /// When there is none.
    pub async fn saved_mapping(&self, laboratory: LaboratorySerial, name: &str) -> Result<Mapping, NodeError> {
        let mut reader = self.store().read().await?;
        if let Some(found) = mapping::by_name::<Mapping>(&mut reader, laboratory, name).await? {
            return Ok(found.mapping);
        }
        let known = mapping::of_laboratory::<Mapping>(&mut reader, laboratory).await?;
        let names: Vec<&str> = known.iter().map(|saved| saved.name.as_str()).collect();
        let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        Err(NodeError::UnknownMapping(name.to_owned(), names))
    }

    /// Every mapping of a laboratory in its newest version.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn saved_mappings(&self, laboratory: LaboratorySerial) -> Result<Vec<SavedMapping<Mapping>>, NodeError> {
        Ok(mapping::of_laboratory(&mut *self.store().read().await?, laboratory).await?)
    }

    /// The mapping that a laboratory last saved for a sheet with these headings.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn mapping_for(
        &self,
        laboratory: LaboratorySerial,
        headings: &[String],
    ) -> Result<Option<SavedMapping<Mapping>>, NodeError> {
        let mut reader = self.store().read().await?;
        Ok(mapping::by_headers(&mut reader, laboratory, &headings_key(headings)).await?)
    }

    /// Keeps a mapping; under a name that exists it becomes the next version, whose number comes
    /// back.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn save_mapping(
        &self,
        laboratory: LaboratorySerial,
        name: &str,
        headings: &[String],
        mapping: &Mapping,
    ) -> Result<u32, NodeError> {
        let mut writer = self.store().write().await?;
        let (entry, _) = writer.enter(self.now()).await?;
        let id = MappingId::from_random((self.world().random)());
        let key = headings_key(headings);
        let version = mapping::save(&mut writer, entry, laboratory, id, name.trim(), &key, mapping).await?;
        writer.commit().await?;
        Ok(version)
    }
}

/// What makes two sheets the same sheet: the headings in any order, without regard to case.
fn headings_key(headings: &[String]) -> String {
    let mut folded: Vec<String> = headings.iter().map(|heading| cairn_store::fold::fold(heading)).collect();
    folded.sort_unstable();
    folded.join("\u{1f}")
}
