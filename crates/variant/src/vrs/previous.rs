//! Identities of VRS 1.3, for meeting records that still carry them. Nothing here is stored as an identity.
//!
//! Only what had the same meaning in 1.3 has one: locations, and alleles whose residues are written out.

use super::{
    model::{Allele, Referable, SequenceExpression, SequenceLocation, Variation, VrsObject},
    quantity::Quantity,
};
use crate::digest::sha512t24u;

impl VrsObject {
    /// Canonical JSON by VRS 1.3, of those that had one.
    pub fn canonical_json_1_3(&self) -> Option<String> {
        match self {
            Self::Variation(Variation::Allele(allele)) => allele.canonical_json_1_3(),
            Self::SequenceLocation(location) => location.canonical_json_1_3(),
            _ => None,
        }
    }

    /// The identifier by VRS 1.3, of those that had one.
    pub fn identify_1_3(&self) -> Option<String> {
        match self {
            Self::Variation(Variation::Allele(allele)) => allele.identify_1_3(),
            Self::SequenceLocation(location) => location.identify_1_3(),
            _ => None,
        }
    }
}

impl SequenceLocation {
    /// Canonical JSON by VRS 1.3; `None` without a sequence or without both ends.
    pub fn canonical_json_1_3(&self) -> Option<String> {
        let (start, end) = (bound(self.start?), bound(self.end?));
        let sequence = self.sequence?;
        let sequence = sequence.digest();
        Some(format!(
            r#"{{"interval":{{"end":{end},"start":{start},"type":"SequenceInterval"}},"sequence_id":"{sequence}","type":"SequenceLocation"}}"#
        ))
    }

    /// The identifier by VRS 1.3: `ga4gh:VSL.…`.
    pub fn identify_1_3(&self) -> Option<String> {
        Some(format!("ga4gh:VSL.{}", sha512t24u(self.canonical_json_1_3()?.as_bytes())))
    }
}

impl Allele {
    /// Canonical JSON by VRS 1.3; `None` when the location is not inline or the residues are not given.
    pub fn canonical_json_1_3(&self) -> Option<String> {
        let Referable::Inline(location) = &self.location else { return None };
        let sequence = match &self.state {
            SequenceExpression::Literal(sequence) => sequence,
            SequenceExpression::ReferenceLength { sequence, .. } => sequence.as_ref()?,
            SequenceExpression::Length(_) => return None,
        };
        let location = sha512t24u(location.canonical_json_1_3()?.as_bytes());
        Some(format!(
            r#"{{"location":"{location}","state":{{"sequence":"{sequence}","type":"LiteralSequenceExpression"}},"type":"Allele"}}"#
        ))
    }

    /// The identifier by VRS 1.3: `ga4gh:VA.…`, another one than by VRS 2.
    pub fn identify_1_3(&self) -> Option<String> {
        Some(format!("ga4gh:VA.{}", sha512t24u(self.canonical_json_1_3()?.as_bytes())))
    }
}

fn bound(quantity: Quantity) -> String {
    match (quantity.exact(), quantity.least(), quantity.most()) {
        (Some(value), ..) => format!(r#"{{"type":"Number","value":{value}}}"#),
        (None, Some(min), Some(max)) => format!(r#"{{"max":{max},"min":{min},"type":"DefiniteRange"}}"#),
        (None, Some(value), None) => indefinite(">=", value),
        (None, None, value) => indefinite("<=", value.unwrap_or_default()),
    }
}

fn indefinite(comparator: &str, value: u64) -> String {
    format!(r#"{{"comparator":"{comparator}","type":"IndefiniteRange","value":{value}}}"#)
}

#[cfg(test)]
mod tests {
    use super::super::VrsObject;

    /// rs7412 on GRCh38, from the specification's own validation set.
    #[test]
    fn an_allele_has_another_identity_in_the_earlier_version() {
        let json = r#"{"type":"Allele","location":{"type":"SequenceLocation","start":44908821,"end":44908822,
            "sequenceReference":{"type":"SequenceReference","refgetAccession":"SQ.IIB53T8CNeJJdUqzn9V_JnRtQadwWCbl"}},
            "state":{"type":"LiteralSequenceExpression","sequence":"T"}}"#;
        let object: VrsObject = json.parse().expect("an allele");
        assert_eq!(object.identify_1_3().as_deref(), Some("ga4gh:VA.CxiA_hvYbkD8Vqwjhx5AYuyul4mtlkpD"));
    }
}
