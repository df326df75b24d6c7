//! What two nodes agree to give each other, signed by both.
//!
//! Each side states its terms: what it gives the other. The agreement is both terms together; its bytes are the same on
//! both sides, so that each signs what the other signed. The node that answers goes by its own terms as they stand, and
//! gives nothing that the agreement does not hold: who narrows their terms need not wait for the other.

use crate::fields::{Fields, FormError, map, with};
use crate::key::{NodeId, NodeKey, PublicKey, Signature};
use cairn_core::data_use::PurposeKind;
use cairn_ledger::cbor::Value;
use std::collections::BTreeMap;

/// What comes before the bytes that are signed.
const CONTEXT: &[u8] = b"cairn agreement v1\n";

/// What one node gives the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// Whether it gives anything at all: statements at tier 2 are all that nodes replicate.
    pub gives: bool,
    /// What the other may use them for.
    pub purposes: Vec<PurposeKind>,
    /// Symbols of the genes they must touch; `None`: all.
    pub genes: Option<Vec<String>>,
    /// The first day, `2026-11-21`; `None`: at once.
    pub starts: Option<String>,
    /// The last day; `None`: until changed.
    pub ends: Option<String>,
    /// Whether the other may pass them on to its own peers, as a hub does.
    pub passes_on: bool,
}

impl Terms {
    /// Terms of somebody who gives nothing.
    pub fn nothing() -> Self {
        Self { gives: false, purposes: Vec::new(), genes: None, starts: None, ends: None, passes_on: false }
    }

    /// Statements on every gene for care, from now on.
    pub fn for_care() -> Self {
        Self { gives: true, purposes: vec![PurposeKind::ClinicalCare], ..Self::nothing() }
    }

    /// Their form in bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.to_value().to_bytes()
    }

    /// Reads terms.
    ///
    /// # Errors
    /// When the bytes are none.
    pub fn read(bytes: &[u8]) -> Result<Self, FormError> {
        Self::of(Fields::read(bytes)?)
    }

    fn to_value(&self) -> Value {
        let purposes: Vec<&str> = self.purposes.iter().map(|purpose| purpose.code()).collect();
        let value = map([
            ("gives", Value::Truth(self.gives)),
            ("tier", "2".into()),
            ("purposes", purposes.into()),
            ("passes_on", Value::Truth(self.passes_on)),
        ]);
        let value = with(value, "genes", self.genes.clone().map(Value::from));
        let value = with(value, "starts", self.starts.clone().map(Value::from));
        with(value, "ends", self.ends.clone().map(Value::from))
    }

    fn of(mut fields: Fields) -> Result<Self, FormError> {
        let field = |name: &str| FormError::Field(name.to_owned());
        if fields.text("tier")? != "2" {
            return Err(field("tier"));
        }
        let purposes = fields.texts("purposes")?;
        let purposes = purposes.iter().map(|code| PurposeKind::from_code(code).ok_or_else(|| field("purposes")));
        let terms = Self {
            gives: fields.truth("gives")?,
            purposes: purposes.collect::<Result<_, _>>()?,
            genes: fields.optional_texts("genes")?,
            starts: fields.optional_text("starts")?,
            ends: fields.optional_text("ends")?,
            passes_on: fields.truth("passes_on")?,
        };
        fields.end()?;
        Ok(terms)
    }

    /// Whether anything is given on a day, written `2026-11-21`.
    pub fn is_in_force(&self, today: &str) -> bool {
        let begun = self.starts.as_deref().is_none_or(|starts| starts <= today);
        self.gives && begun && self.ends.as_deref().is_none_or(|ends| today <= ends)
    }

    /// Whether a statement on a variant of these genes is given.
    pub fn covers(&self, genes: &[String]) -> bool {
        self.genes.as_ref().is_none_or(|given| genes.iter().any(|gene| given.contains(gene)))
    }
}

/// What two nodes give each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreement {
    parties: BTreeMap<NodeId, Terms>,
}

impl Agreement {
    /// The agreement of two nodes with their terms.
    pub fn between(one: (NodeId, Terms), other: (NodeId, Terms)) -> Self {
        Self { parties: [one, other].into() }
    }

    /// What both sign.
    pub fn to_bytes(&self) -> Vec<u8> {
        let parties = self.parties.iter().map(|(node, terms)| (node.to_string(), terms.to_value())).collect();
        map([("v", 1u64.into()), ("parties", Value::Map(parties))]).to_bytes()
    }

    /// The signature of a party.
    pub fn sign(&self, key: &NodeKey) -> Signature {
        key.sign(&self.signed_form())
    }

    /// Whether a signature is of this agreement, by this key.
    pub fn is_signed_by(&self, key: &PublicKey, signature: &[u8]) -> bool {
        key.accepts(&self.signed_form(), signature)
    }

    fn signed_form(&self) -> Vec<u8> {
        [CONTEXT, &self.to_bytes()].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_sign_the_same_bytes_and_changed_terms_are_another_agreement() {
        let (one, other) = (NodeKey::from_seed(&[1; 32]), NodeKey::from_seed(&[2; 32]));
        let narrow =
            Terms { genes: Some(vec!["BRCA1".to_owned()]), ends: Some("2027-01-01".to_owned()), ..Terms::for_care() };
        let here = Agreement::between((one.id(), Terms::for_care()), (other.id(), narrow.clone()));
        let there = Agreement::between((other.id(), narrow.clone()), (one.id(), Terms::for_care()));
        assert_eq!(here.to_bytes(), there.to_bytes());
        assert!(there.is_signed_by(&one.public(), &here.sign(&one)));
        let wider = Agreement::between((one.id(), Terms::for_care()), (other.id(), Terms::for_care()));
        assert!(!wider.is_signed_by(&one.public(), &here.sign(&one)));
        assert_eq!(Terms::read(&narrow.to_bytes()), Ok(narrow));
    }

    #[test]
    fn terms_hold_for_their_genes_and_days() {
        let terms = Terms {
            genes: Some(vec!["BRCA1".to_owned()]),
            starts: Some("2026-01-01".to_owned()),
            ends: Some("2026-12-31".to_owned()),
            ..Terms::for_care()
        };
        assert!(
            terms.is_in_force("2026-12-31") && !terms.is_in_force("2027-01-01") && !terms.is_in_force("2025-12-31")
        );
        assert!(terms.covers(&["BRCA1".to_owned(), "NBR2".to_owned()]) && !terms.covers(&["LMNA".to_owned()]));
        assert!(!Terms::nothing().is_in_force("2026-06-01"));
    }
}
