//! Canonical JSON (RFC 8785) of digest keys, digests and identifiers.
//!
//! Every digest key of a class is written, in alphabetical order, absent ones as `null`. The text of the standard
//! says nulls are left out; its validation vectors and vrs-python keep them, and those identities are the ones in use.

use super::{
    id::{VrsId, VrsKind},
    model::{
        Adjacency, Allele, CisPhasedBlock, CopyNumberChange, CopyNumberCount, DerivativeComponent, DerivativeMolecule,
        Referable, SequenceExpression, SequenceLocation, Terminus, TraversalBlock, Variation, VrsObject,
    },
    quantity::Quantity,
};
use crate::digest::Digest;

/// A part is given by a reference whose content, and so whose digest, is not known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a VRS 2 identifier of the class expected there: give the object itself")]
pub struct Unidentifiable(pub String);

type Written = Result<(), Unidentifiable>;

/// A class with canonical JSON, written by appending to a text.
pub(super) trait Canonical {
    fn write(&self, json: &mut String) -> Written;

    fn canonical(&self) -> Result<String, Unidentifiable> {
        let mut json = String::with_capacity(192);
        self.write(&mut json)?;
        Ok(json)
    }

    fn digest_of(&self) -> Result<Digest, Unidentifiable> {
        Ok(Digest::of(self.canonical()?.as_bytes()))
    }
}

impl VrsObject {
    /// The text that is digested.
    pub fn canonical_json(&self) -> Result<String, Unidentifiable> {
        match self {
            Self::Variation(variation) => variation.canonical_json(),
            Self::SequenceLocation(location) => location.canonical(),
            Self::SequenceExpression(expression) => expression.canonical(),
        }
    }

    /// The computed identifier; `None` for an expression, which has none.
    pub fn identify(&self) -> Result<Option<VrsId>, Unidentifiable> {
        match self {
            Self::Variation(variation) => variation.identify().map(Some),
            Self::SequenceLocation(location) => Ok(Some(location.identify())),
            Self::SequenceExpression(_) => Ok(None),
        }
    }
}

impl Variation {
    /// The text that is digested.
    pub fn canonical_json(&self) -> Result<String, Unidentifiable> {
        match self {
            Self::Allele(allele) => allele.canonical(),
            Self::CisPhasedBlock(block) => block.canonical(),
            Self::Adjacency(adjacency) => adjacency.canonical(),
            Self::Terminus(terminus) => terminus.canonical(),
            Self::DerivativeMolecule(molecule) => molecule.canonical(),
            Self::CopyNumberCount(count) => count.canonical(),
            Self::CopyNumberChange(change) => change.canonical(),
        }
    }

    /// The computed identifier. The variation is taken as it is: normalise before.
    pub fn identify(&self) -> Result<VrsId, Unidentifiable> {
        let digest = Digest::of(self.canonical_json()?.as_bytes());
        Ok(VrsId { kind: self.kind(), digest })
    }
}

impl SequenceLocation {
    /// The computed identifier.
    pub fn identify(&self) -> VrsId {
        let digest = self.digest_of().expect("a location refers to nothing");
        VrsId { kind: VrsKind::SequenceLocation, digest }
    }
}

impl Allele {
    /// The computed identifier. The allele is taken as it is: normalise before.
    pub fn identify(&self) -> Result<VrsId, Unidentifiable> {
        Ok(VrsId { kind: VrsKind::Allele, digest: self.digest_of()? })
    }
}

impl Canonical for SequenceLocation {
    fn write(&self, json: &mut String) -> Written {
        json.push_str("{\"end\":");
        write_quantity(self.end, json);
        json.push_str(",\"sequenceReference\":");
        match &self.sequence {
            None => json.push_str("null"),
            Some(accession) => {
                json.push_str("{\"refgetAccession\":\"");
                json.push_str(&accession.to_string());
                json.push_str("\",\"type\":\"SequenceReference\"}");
            }
        }
        json.push_str(",\"start\":");
        write_quantity(self.start, json);
        json.push_str(",\"type\":\"SequenceLocation\"}");
        Ok(())
    }
}

impl Canonical for SequenceExpression {
    fn write(&self, json: &mut String) -> Written {
        match self {
            Self::Literal(sequence) => {
                json.push_str("{\"sequence\":\"");
                json.push_str(sequence.as_str());
                json.push_str("\",\"type\":\"LiteralSequenceExpression\"}");
            }
            Self::ReferenceLength { length, repeat_subunit_length, sequence: _ } => {
                json.push_str("{\"length\":");
                write_quantity(Some(*length), json);
                json.push_str(",\"repeatSubunitLength\":");
                json.push_str(&repeat_subunit_length.to_string());
                json.push_str(",\"type\":\"ReferenceLengthExpression\"}");
            }
            Self::Length(length) => {
                json.push_str("{\"length\":");
                write_quantity(*length, json);
                json.push_str(",\"type\":\"LengthExpression\"}");
            }
        }
        Ok(())
    }
}

impl Canonical for Allele {
    fn write(&self, json: &mut String) -> Written {
        json.push_str("{\"location\":");
        write_referable(&self.location, VrsKind::SequenceLocation, json)?;
        json.push_str(",\"state\":");
        self.state.write(json)?;
        json.push_str(",\"type\":\"Allele\"}");
        Ok(())
    }
}

impl Canonical for CisPhasedBlock {
    fn write(&self, json: &mut String) -> Written {
        let digests = self.members.iter().map(|member| digest_of(member, VrsKind::Allele));
        let mut texts = digests.map(|digest| Ok(digest?.to_string())).collect::<Result<Vec<_>, _>>()?;
        texts.sort_unstable();
        json.push_str("{\"members\":[\"");
        json.push_str(&texts.join("\",\""));
        json.push_str("\"],\"type\":\"CisPhasedBlock\"}");
        Ok(())
    }
}

impl Canonical for Adjacency {
    fn write(&self, json: &mut String) -> Written {
        let [first, second] = &self.adjoined_sequences;
        json.push_str("{\"adjoinedSequences\":[");
        write_referable(first, VrsKind::SequenceLocation, json)?;
        json.push(',');
        write_referable(second, VrsKind::SequenceLocation, json)?;
        json.push_str("],\"linker\":");
        match &self.linker {
            None => json.push_str("null"),
            Some(linker) => linker.write(json)?,
        }
        json.push_str(",\"type\":\"Adjacency\"}");
        Ok(())
    }
}

impl Canonical for Terminus {
    fn write(&self, json: &mut String) -> Written {
        json.push_str("{\"location\":");
        write_referable(&self.location, VrsKind::SequenceLocation, json)?;
        json.push_str(",\"type\":\"Terminus\"}");
        Ok(())
    }
}

impl Canonical for TraversalBlock {
    fn write(&self, json: &mut String) -> Written {
        json.push_str("{\"component\":");
        match &self.component {
            None => json.push_str("null"),
            Some(adjacency) => write_digest(&adjacency.digest_of()?, json),
        }
        json.push_str(",\"orientation\":");
        match self.orientation {
            None => json.push_str("null"),
            Some(orientation) => write_word(orientation.name(), json),
        }
        json.push_str(",\"type\":\"TraversalBlock\"}");
        Ok(())
    }
}

impl Canonical for DerivativeMolecule {
    fn write(&self, json: &mut String) -> Written {
        json.push_str("{\"components\":[");
        for (place, component) in self.components.iter().enumerate() {
            if place > 0 {
                json.push(',');
            }
            component.write(json)?;
        }
        json.push_str("],\"type\":\"DerivativeMolecule\"}");
        Ok(())
    }
}

impl Canonical for DerivativeComponent {
    fn write(&self, json: &mut String) -> Written {
        let digest = match self {
            Self::TraversalBlock(block) => return block.write(json),
            Self::Allele(allele) => allele.digest_of()?,
            Self::CisPhasedBlock(block) => block.digest_of()?,
            Self::Terminus(terminus) => terminus.digest_of()?,
            Self::Id(id) => id.digest,
            Self::Iri(iri) => return Err(Unidentifiable(iri.clone())),
        };
        write_digest(&digest, json);
        Ok(())
    }
}

impl Canonical for CopyNumberCount {
    fn write(&self, json: &mut String) -> Written {
        json.push_str("{\"copies\":");
        write_quantity(Some(self.copies), json);
        json.push_str(",\"location\":");
        write_referable(&self.location, VrsKind::SequenceLocation, json)?;
        json.push_str(",\"type\":\"CopyNumberCount\"}");
        Ok(())
    }
}

impl Canonical for CopyNumberChange {
    fn write(&self, json: &mut String) -> Written {
        json.push_str("{\"copyChange\":");
        write_word(self.copy_change.name(), json);
        json.push_str(",\"location\":");
        write_referable(&self.location, VrsKind::SequenceLocation, json)?;
        json.push_str(",\"type\":\"CopyNumberChange\"}");
        Ok(())
    }
}

/// The digest of an object or of what an identifier stands for; a reference of another class has none here.
fn digest_of<T: Canonical>(object: &Referable<T>, expected: VrsKind) -> Result<Digest, Unidentifiable> {
    match object {
        Referable::Inline(object) => object.digest_of(),
        Referable::Id(id) if id.kind == expected => Ok(id.digest),
        Referable::Id(id) => Err(Unidentifiable(id.to_string())),
        Referable::Iri(iri) => Err(Unidentifiable(iri.clone())),
    }
}

fn write_referable<T: Canonical>(object: &Referable<T>, expected: VrsKind, json: &mut String) -> Written {
    write_digest(&digest_of(object, expected)?, json);
    Ok(())
}

fn write_digest(digest: &Digest, json: &mut String) {
    write_word(&digest.to_string(), json);
}

/// A string without characters that JSON escapes.
fn write_word(word: &str, json: &mut String) {
    json.push('"');
    json.push_str(word);
    json.push('"');
}

fn write_quantity(quantity: Option<Quantity>, json: &mut String) {
    let number = |number: Option<u64>| number.map_or_else(|| "null".to_owned(), |number| number.to_string());
    match quantity {
        None => json.push_str("null"),
        Some(Quantity::Exact(exact)) => json.push_str(&exact.to_string()),
        Some(Quantity::Range(range)) => {
            json.push_str(&format!("[{},{}]", number(range.least()), number(range.most())));
        }
    }
}
