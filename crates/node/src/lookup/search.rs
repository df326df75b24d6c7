//! What the record offers for a few typed letters.
//!
//! Identity of whole expressions and completions of HPO terms and gene names come from the
//! reference layer; this is what only the record knows.

use crate::access::Viewer;
use crate::error::NodeError;
use crate::node::Node;
use cairn_core::accession::{AccessionKind, VersionedAccession};
use cairn_core::id::{CaseId, VariantId};
use cairn_store::entry::AsOf;
use cairn_store::serial::VariantSerial;
use cairn_store::{Connection, StoreError, search, statement, variant};
use serde::Serialize;

/// Something that a typed text may mean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Hit {
    /// A variant under a notation it came in under.
    Variant {
        /// The variant.
        id: VariantId,
        /// The notation, or its best name.
        label: String,
    },
    /// A gene with recorded variants.
    Gene {
        /// The symbol.
        symbol: String,
    },
    /// A condition that statements or cases name.
    Condition {
        /// The name.
        name: String,
    },
    /// One of the reader's own cases.
    Case {
        /// The case.
        id: CaseId,
        /// The laboratory's pseudonym.
        local_id: String,
    },
    /// A statement by its accession here or at its source.
    Statement {
        /// The accession, as `CRN000001` or `CRN000001.2`.
        accession: String,
    },
    /// A discordance by its accession.
    Discordance {
        /// The accession.
        accession: String,
    },
    /// A submission by its accession.
    Submission {
        /// The accession.
        accession: String,
    },
}

impl Node {
    /// What the record offers for a text, the surest first; at most `limit` of each kind.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn search(&self, text: &str, as_of: AsOf, viewer: Viewer, limit: u32) -> Result<Vec<Hit>, NodeError> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(Vec::new());
        }
        let mut hits = Vec::new();
        if let Ok(accession) = text.parse::<VersionedAccession>() {
            hits.extend(self.accession_hit(accession, as_of, viewer).await?);
        }
        let mut reader = self.store().read().await?;
        if let Some(serial) = statement::by_source_accession(&mut reader, text).await? {
            hits.push(Hit::Statement { accession: serial.accession().to_string() });
        }
        for serial in variant::by_xref(&mut reader, text).await? {
            let found = variant::by_serials(&mut reader, &[serial]).await?;
            hits.extend(found.into_iter().map(|v| Hit::Variant { id: v.id, label: v.label }));
        }
        let genes = search::genes(&mut reader, text, limit).await?;
        hits.extend(genes.into_iter().map(|symbol| Hit::Gene { symbol }));
        if let Some(own) = viewer.own().filter(|_| viewer.cares()) {
            let found = search::case(&mut reader, self.keys(), own, text).await?;
            hits.extend(found.map(|id| Hit::Case { id, local_id: text.to_owned() }));
        }
        let conditions = search::conditions(&mut reader, text, limit).await?;
        hits.extend(conditions.into_iter().map(|(_, name)| Hit::Condition { name }));
        for (expression, serial) in search::expressions(&mut reader, text, as_of, limit).await? {
            let found = variant::by_serials(&mut reader, &[serial]).await?.pop();
            hits.extend(found.map(|v| Hit::Variant { id: v.id, label: expression }));
        }
        Ok(hits)
    }

    async fn accession_hit(
        &self,
        accession: VersionedAccession,
        as_of: AsOf,
        viewer: Viewer,
    ) -> Result<Option<Hit>, NodeError> {
        let name = accession.accession;
        Ok(match name.kind() {
            AccessionKind::Statement => {
                let found = self.statement(accession, as_of).await?;
                let written = |version: Option<u32>| version.map_or(name.to_string(), |v| format!("{name}.{v}"));
                found.map(|_| Hit::Statement { accession: written(accession.version) })
            }
            AccessionKind::Submission => {
                let found = self.submission_report(name, as_of, viewer).await?;
                found.map(|_| Hit::Submission { accession: name.to_string() })
            }
            AccessionKind::Discordance => {
                let found = self.discordance(name, as_of).await?;
                found.map(|_| Hit::Discordance { accession: name.to_string() })
            }
        })
    }

    /// The recorded variant that these canonical keys, VRS identifiers or opaque id stand for.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn find_variant(&self, keys: &[&str]) -> Result<Option<VariantSerial>, NodeError> {
        let mut reader = self.store().read().await?;
        Ok(by_identifiers(&mut reader, keys).await?)
    }
}

/// The recorded variant that the first known of these opaque ids, canonical keys and VRS identifiers stands for.
pub(super) async fn by_identifiers(
    connection: &mut Connection,
    keys: &[&str],
) -> Result<Option<VariantSerial>, StoreError> {
    for id in keys.iter().filter_map(|key| key.parse::<VariantId>().ok()) {
        if let Some(found) = variant::by_id(connection, id).await? {
            return Ok(Some(found));
        }
    }
    variant::by_keys(connection, keys).await
}
