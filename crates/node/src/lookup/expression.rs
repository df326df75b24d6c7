//! From what a person types to what the node knows: identity first, then the record.

use super::search::by_identifiers;
use super::variant::{BriefVariant, VariantReport, VariantView, describe_briefly, report, silent};
use crate::access::Viewer;
use crate::error::NodeError;
use crate::node::Node;
use cairn_reference::{IdentifyOptions, Identity, identify};
use cairn_store::entry::AsOf;
use cairn_store::serial::VariantSerial;
use cairn_store::{Connection, StoreError};
use cairn_store::{statement, variant};
use cairn_variant::assembly::Assembly;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What a node answers to an expression.
#[derive(Debug, Clone, PartialEq)]
pub struct LookUp {
    /// Which variant it is, as far as the reference says; `None` when the text names a record
    /// rather than a variant.
    pub identity: Option<Arc<Identity>>,
    /// What the node knows of it; `None` when nothing was recorded by then.
    pub report: Option<VariantReport>,
    /// The recorded variant itself, when nobody has said anything of it by then and it was seen in no case.
    pub silent: Option<VariantView>,
    /// The recorded variants that the text may mean, when it may mean several.
    pub candidates: Vec<BriefVariant>,
}

impl Node {
    /// What the node knows of the variant that an expression names: any notation, an identifier of
    /// the variant here or elsewhere, or a text that laboratories used for it.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn look_up(&self, expression: &str, as_of: AsOf, viewer: Viewer) -> Result<LookUp, NodeError> {
        let expression = expression.trim();
        let mut reader = self.store().read().await?;
        let known = by_identifiers(&mut reader, &[expression]).await?;
        let mut found: BTreeSet<VariantSerial> = known.into_iter().collect();
        let identity = if found.is_empty() { Some(self.meaning(expression)) } else { None };
        let identity = match identity {
            Some(identity) if identity.is_identified() => {
                found.extend(recorded_as(&mut reader, &identity).await?);
                Some(identity)
            }
            Some(refused) => {
                found.extend(called(&mut reader, expression).await?);
                found.is_empty().then_some(refused)
            }
            None => None,
        };
        let mut answer = LookUp { identity, report: None, silent: None, candidates: Vec::new() };
        match found.first() {
            Some(only) if found.len() == 1 => {
                answer.report = report(&mut reader, self, *only, as_of, viewer).await?;
                // A variant that only cases brought here, of which the reader may see none, is not named.
                if answer.report.is_none() && statement::was_stated(&mut reader, *only).await? {
                    answer.silent = silent(&mut reader, *only).await?;
                }
            }
            _ => answer.candidates = describe_all(&mut reader, self, &found, as_of).await?,
        }
        // A variant of which the reader may know nothing is answered as one of which nothing is recorded.
        let nothing = answer.report.is_none() && answer.silent.is_none() && answer.candidates.is_empty();
        if nothing && answer.identity.is_none() {
            answer.identity = Some(self.meaning(expression));
        }
        let recorded = answer.report.as_ref().map(|report| &report.variant).or(answer.silent.as_ref());
        if let (None, Some(recorded)) = (&answer.identity, recorded) {
            answer.identity = self.identity_of(recorded);
        }
        Ok(answer)
    }

    /// Which variant a text means, by the reference alone. Coordinates whose assembly nothing tells are read on
    /// GRCh38, and the answer says so.
    pub fn identify(&self, expression: &str) -> Identity {
        let options = IdentifyOptions { assume: Some(Assembly::Grch38), ..IdentifyOptions::default() };
        identify(expression, self.reference(), options)
    }

    /// The identity of a variant found by an identifier, from its recorded notations.
    fn identity_of(&self, variant: &VariantView) -> Option<Arc<Identity>> {
        let places = variant.alleles.iter().rev();
        let notations = places.flat_map(|allele| [&allele.spdi, &allele.hgvs_g]).flatten();
        notations.map(|notation| self.meaning(notation)).find(|identity| identity.is_identified())
    }
}

/// The recorded variant of an identity: by its canonical name, or by that of an allele on any assembly.
async fn recorded_as(connection: &mut Connection, identity: &Identity) -> Result<Option<VariantSerial>, StoreError> {
    let names = identity.canonical_id.iter().chain(&identity.variant_id).chain(identity.alleles.values());
    let names: Vec<&str> = names.map(String::as_str).collect();
    by_identifiers(connection, &names).await
}

/// The recorded variants that laboratories or archives call by this text.
async fn called(connection: &mut Connection, text: &str) -> Result<Vec<VariantSerial>, StoreError> {
    let mut found = variant::by_expression(connection, text).await?;
    found.extend(variant::by_xref(connection, text).await?);
    Ok(found)
}

async fn describe_all(
    connection: &mut Connection,
    node: &Node,
    serials: &BTreeSet<VariantSerial>,
    as_of: AsOf,
) -> Result<Vec<BriefVariant>, NodeError> {
    let mut all = Vec::new();
    for serial in serials {
        all.extend(describe_briefly(connection, node, *serial, as_of).await?);
    }
    Ok(all)
}
