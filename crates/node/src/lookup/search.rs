//! What the record offers for a few typed letters.
//!
//! Identity of whole expressions and completions of HPO terms and gene names come from the
//! reference layer; this is what only the record knows.

use super::laboratories;
use crate::access::Viewer;
use crate::error::NodeError;
use crate::node::Node;
use cairn_core::accession::{AccessionKind, VersionedAccession};
use cairn_core::citation::Citation;
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
    /// A statement that cites a publication.
    Citing {
        /// Its accession.
        accession: String,
        /// What it says: class, variant, laboratory.
        says: String,
        /// The publication.
        citation: String,
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
        if let Some(citation) = publication(text) {
            return self.citing(&citation, as_of, limit).await;
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

    /// The statements that cite a publication, the last recorded first.
    async fn citing(&self, citation: &Citation, as_of: AsOf, limit: u32) -> Result<Vec<Hit>, NodeError> {
        let mut reader = self.store().read().await?;
        let mut hits = Vec::new();
        for serial in statement::citing(&mut reader, citation, as_of, limit).await? {
            let Some(found) = statement::at_version(&mut reader, serial, None, as_of).await? else { continue };
            let laboratory = laboratories(&mut reader, std::iter::once(found.laboratory)).await?;
            let laboratory = laboratory.into_values().next().map(|known| known.name).unwrap_or_default();
            let class = found.statement.body.classification.label();
            let says = format!("{class}: {}, {laboratory}", found.statement.expression);
            let accession = found.statement.accession.to_string();
            hits.push(Hit::Citing { accession, says, citation: citation.to_string() });
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

/// The publication that a text names: `PMID:12345`, `pmid 12345`, `PMC12345`, a DOI.
pub fn publication(text: &str) -> Option<Citation> {
    let is_number = text.trim().bytes().all(|byte| byte.is_ascii_digit());
    let named = Some(text).filter(|_| !is_number).and_then(cairn_formats::citations::read);
    named.filter(|one| matches!(one, Citation::Pubmed(_) | Citation::PubmedCentral(_) | Citation::Doi(_)))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn publications_are_told_from_other_words() {
        for text in ["PMID:12345", "pmid 12345", "PMID12345", "PMID: 12345"] {
            assert_eq!(publication(text), Some(Citation::Pubmed(12_345)), "{text}");
        }
        assert_eq!(publication("PMC7313390"), Some(Citation::PubmedCentral(7_313_390)));
        assert!(publication("doi:10.1038/s41436-019-0686-8").is_some());
        for text in ["12345", "BRCA1", "PMS2", "CRN000001", "rs80357914", "Marfan syndrome"] {
            assert_eq!(publication(text), None, "{text}");
        }
    }
}
