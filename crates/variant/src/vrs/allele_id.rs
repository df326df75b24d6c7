//! The identifier of a definite Allele without building its model: one fixed layout, written once.
//!
//! A genome has millions of alleles. The canonical JSON of an Allele with exact ends has few variable parts, so it is
//! put together in a buffer that is used again. `tests` prove it equal to the general way.

use super::{
    id::{VrsId, VrsKind},
    model::{Allele, Referable, SequenceExpression, SequenceLocation},
    quantity::Quantity,
};
use crate::{
    digest::{DIGEST_TEXT_LENGTH, Digest, RefgetAccession},
    interbase::Interval,
};

/// Computes identifiers of alleles on one sequence, one after another.
#[derive(Clone, Debug)]
pub struct AlleleIdentifier {
    /// The middle of a location's canonical JSON, the sequence reference included.
    reference: [u8; REFERENCE_LENGTH],
    json: Vec<u8>,
}

const BEFORE: &[u8] = b",\"sequenceReference\":{\"refgetAccession\":\"SQ.";
const AFTER: &[u8] = b"\",\"type\":\"SequenceReference\"},\"start\":";
const REFERENCE_LENGTH: usize = BEFORE.len() + DIGEST_TEXT_LENGTH + AFTER.len();

/// What a definite allele has at its interval.
#[derive(Clone, Copy, Debug)]
pub enum State<'a> {
    /// These residues, upper case.
    Literal(&'a [u8]),
    /// So many residues repeating a unit of the reference.
    ReferenceLength {
        /// Residues.
        length: u64,
        /// Residues of a unit.
        unit: u64,
    },
}

impl AlleleIdentifier {
    /// For alleles on this sequence.
    pub fn new(sequence: &RefgetAccession) -> Self {
        let mut text = [0; DIGEST_TEXT_LENGTH];
        sequence.digest().write_text(&mut text);
        let mut reference = [0; REFERENCE_LENGTH];
        reference[..BEFORE.len()].copy_from_slice(BEFORE);
        reference[BEFORE.len()..BEFORE.len() + DIGEST_TEXT_LENGTH].copy_from_slice(&text);
        reference[BEFORE.len() + DIGEST_TEXT_LENGTH..].copy_from_slice(AFTER);
        Self { reference, json: Vec::with_capacity(256) }
    }

    /// The identifier of the allele with this state at this interval. Nothing is normalised here.
    pub fn identify(&mut self, interval: Interval, state: State<'_>) -> VrsId {
        let location = self.location_digest(interval);
        let mut text = [0; DIGEST_TEXT_LENGTH];
        location.write_text(&mut text);
        self.json.clear();
        self.json.extend_from_slice(b"{\"location\":\"");
        self.json.extend_from_slice(&text);
        match state {
            State::Literal(residues) => {
                self.json.extend_from_slice(b"\",\"state\":{\"sequence\":\"");
                self.json.extend_from_slice(residues);
                self.json.extend_from_slice(b"\",\"type\":\"LiteralSequenceExpression\"},\"type\":\"Allele\"}");
            }
            State::ReferenceLength { length, unit } => {
                self.json.extend_from_slice(b"\",\"state\":{\"length\":");
                write_number(&mut self.json, length);
                self.json.extend_from_slice(b",\"repeatSubunitLength\":");
                write_number(&mut self.json, unit);
                self.json.extend_from_slice(b",\"type\":\"ReferenceLengthExpression\"},\"type\":\"Allele\"}");
            }
        }
        VrsId { kind: VrsKind::Allele, digest: self.digest() }
    }

    fn location_digest(&mut self, interval: Interval) -> Digest {
        self.json.clear();
        self.json.extend_from_slice(b"{\"end\":");
        write_number(&mut self.json, interval.end());
        self.json.extend_from_slice(&self.reference);
        write_number(&mut self.json, interval.start());
        self.json.extend_from_slice(b",\"type\":\"SequenceLocation\"}");
        self.digest()
    }

    fn digest(&self) -> Digest {
        Digest::of(&self.json)
    }
}

/// The identifier of one Allele, by the fixed layout when it is definite; `None` when the general way is needed.
pub fn allele_id(allele: &Allele) -> Option<VrsId> {
    let Referable::Inline(SequenceLocation { sequence: Some(sequence), start, end }) = &allele.location else {
        return None;
    };
    let (Some(Quantity::Exact(start)), Some(Quantity::Exact(end))) = (start, end) else { return None };
    let interval = Interval::new(*start, *end)?;
    let state = match &allele.state {
        SequenceExpression::Literal(residues) => State::Literal(residues.as_bytes()),
        SequenceExpression::ReferenceLength { length: Quantity::Exact(length), repeat_subunit_length, .. } => {
            State::ReferenceLength { length: *length, unit: *repeat_subunit_length }
        }
        _ => return None,
    };
    Some(AlleleIdentifier::new(sequence).identify(interval, state))
}

/// Decimal digits.
fn write_number(json: &mut Vec<u8>, number: u64) {
    let mut digits = [0; 20];
    let (mut first, mut rest) = (digits.len(), number);
    loop {
        first -= 1;
        digits[first] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    json.extend_from_slice(&digits[first..]);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::residues::Residues;

    fn states() -> impl Strategy<Value = SequenceExpression> {
        let literal = "[A-Z*-]{0,300}".prop_map(|text| {
            let residues: Residues = text.parse().expect("residues");
            SequenceExpression::Literal(residues)
        });
        let repeat = (any::<u64>(), any::<u64>()).prop_map(|(length, unit)| SequenceExpression::ReferenceLength {
            length: Quantity::Exact(length),
            repeat_subunit_length: unit,
            sequence: None,
        });
        prop_oneof![literal, repeat]
    }

    proptest! {
        #[test]
        fn the_fixed_layout_gives_the_same_identifier(
            digest in any::<[u8; 24]>(), start in any::<u64>(), length in 0..u64::MAX, state in states(),
        ) {
            let sequence = RefgetAccession::from_digest(Digest::from_bytes(digest));
            let interval = Interval::new(start, start.saturating_add(length)).expect("ordered");
            let location = Referable::Inline(SequenceLocation::of(sequence, interval));
            let allele = Allele { location, state };
            prop_assert_eq!(allele_id(&allele), allele.identify().ok());
        }
    }
}
