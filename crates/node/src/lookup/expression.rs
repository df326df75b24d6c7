//! From what a person types to what the node knows: identity first, then the record.

use super::variant::{BriefVariant, VariantReport, VariantView, describe_briefly};
use crate::access::Viewer;
use crate::error::NodeError;
use crate::node::Node;
use cairn_reference::{IdentifyOptions, Identity, identify};
use cairn_store::entry::AsOf;
use cairn_store::serial::VariantSerial;
use cairn_store::variant;
use cairn_variant::assembly::Assembly;
use serde::Serialize;
use std::collections::BTreeSet;

/// What a node answers to an expression.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LookUp {
    /// Which variant it is, as far as the reference says; `None` when the text names a record
    /// rather than a variant.
    pub identity: Option<Identity>,
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
        let mut found: BTreeSet<VariantSerial> = self.find_variant(&[expression]).await?.into_iter().collect();
        let identity = if found.is_empty() { Some(self.meaning(expression)) } else { None };
        let identity = match identity {
            Some(identity) if identity.is_identified() => {
                found.extend(self.recorded_as(&identity).await?);
                Some(identity)
            }
            Some(refused) => {
                found.extend(self.called(expression).await?);
                found.is_empty().then_some(refused)
            }
            None => None,
        };
        let mut answer = LookUp { identity, report: None, silent: None, candidates: Vec::new() };
        match found.first() {
            Some(only) if found.len() == 1 => {
                answer.report = self.variant_report(*only, as_of, viewer).await?;
                if answer.report.is_none() {
                    answer.silent = self.recorded_variant(*only).await?;
                }
            }
            _ => answer.candidates = self.describe_all(&found, as_of).await?,
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

    /// The same without assuming an assembly: what is on record must not be missed by reading it on the wrong one.
    fn meaning(&self, expression: &str) -> Identity {
        identify(expression, self.reference(), IdentifyOptions::default())
    }

    /// The recorded variant of an identity: by its canonical name, or by that of an allele on any
    /// assembly.
    async fn recorded_as(&self, identity: &Identity) -> Result<Option<VariantSerial>, NodeError> {
        let names = identity.canonical_id.iter().chain(&identity.variant_id).chain(identity.alleles.values());
        let names: Vec<&str> = names.map(String::as_str).collect();
        self.find_variant(&names).await
    }

    /// The recorded variants that laboratories or archives call by this text.
    async fn called(&self, text: &str) -> Result<Vec<VariantSerial>, NodeError> {
        let mut reader = self.store().read().await?;
        let mut found = variant::by_expression(&mut reader, text).await?;
        found.extend(variant::by_xref(&mut reader, text).await?);
        Ok(found)
    }

    async fn describe_all(
        &self,
        serials: &BTreeSet<VariantSerial>,
        as_of: AsOf,
    ) -> Result<Vec<BriefVariant>, NodeError> {
        let mut reader = self.store().read().await?;
        let mut all = Vec::new();
        for serial in serials {
            all.extend(describe_briefly(&mut reader, self, *serial, as_of).await?);
        }
        Ok(all)
    }

    /// The identity of a variant found by an identifier, from its recorded notations.
    fn identity_of(&self, variant: &VariantView) -> Option<Identity> {
        let places = variant.alleles.iter().rev();
        let notations = places.flat_map(|allele| [&allele.spdi, &allele.hgvs_g]).flatten();
        notations.map(|notation| self.meaning(notation)).find(Identity::is_identified)
    }
}
