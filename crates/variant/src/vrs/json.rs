//! The model into VRS 2 JSON as it is exchanged: whole objects, with the computed `id` of those that have one.

use serde_json::{Map, Value, json};

use super::{
    id::{VrsId, VrsKind},
    model::{
        Adjacency, Allele, CisPhasedBlock, DerivativeComponent, DerivativeMolecule, Referable, SequenceExpression,
        SequenceLocation, TraversalBlock, Variation, VrsObject,
    },
    quantity::Quantity,
};

impl VrsObject {
    /// The object as JSON.
    pub fn to_json(&self) -> Value {
        match self {
            Self::Variation(variation) => variation.to_json(),
            Self::SequenceLocation(location) => location.to_json(),
            Self::SequenceExpression(expression) => expression.to_json(),
        }
    }
}

impl Variation {
    /// The variation as JSON, with its identifier unless a part is given by an unresolved reference.
    pub fn to_json(&self) -> Value {
        let mut object = Map::new();
        if let Ok(id) = self.identify() {
            object.insert("id".to_owned(), id.to_string().into());
        }
        object.insert("type".to_owned(), self.kind().class().into());
        let mut set = |name: &str, value: Value| object.insert(name.to_owned(), value);
        match self {
            Self::Allele(allele) => {
                set("location", referable(&allele.location, SequenceLocation::to_json));
                set("state", allele.state.to_json());
            }
            Self::CisPhasedBlock(CisPhasedBlock { members }) => {
                set("members", members.iter().map(|member| referable(member, Allele::to_json)).collect());
            }
            Self::Adjacency(adjacency) => {
                let [first, second] = &adjacency.adjoined_sequences;
                let locations = [first, second].map(|location| referable(location, SequenceLocation::to_json));
                set("adjoinedSequences", Value::Array(locations.into()));
                adjacency.linker.iter().for_each(|linker| drop(set("linker", linker.to_json())));
                adjacency.homology.iter().for_each(|homology| drop(set("homology", (*homology).into())));
            }
            Self::Terminus(terminus) => {
                set("location", referable(&terminus.location, SequenceLocation::to_json));
            }
            Self::DerivativeMolecule(DerivativeMolecule { components, circular }) => {
                set("components", components.iter().map(component).collect());
                circular.iter().for_each(|circular| drop(set("circular", (*circular).into())));
            }
            Self::CopyNumberCount(count) => {
                set("location", referable(&count.location, SequenceLocation::to_json));
                set("copies", quantity(count.copies));
            }
            Self::CopyNumberChange(change) => {
                set("location", referable(&change.location, SequenceLocation::to_json));
                set("copyChange", change.copy_change.name().into());
            }
        }
        Value::Object(object)
    }
}

impl Allele {
    /// The allele as JSON.
    pub fn to_json(&self) -> Value {
        Variation::Allele(self.clone()).to_json()
    }
}

impl SequenceLocation {
    /// The location as JSON.
    pub fn to_json(&self) -> Value {
        let id = VrsId { kind: VrsKind::SequenceLocation, digest: self.identify().digest };
        let mut object = json!({"id": id.to_string(), "type": "SequenceLocation"});
        if let Some(sequence) = &self.sequence {
            let accession = sequence.to_string();
            object["sequenceReference"] = json!({"type": "SequenceReference", "refgetAccession": accession});
        }
        if let Some(start) = self.start {
            object["start"] = quantity(start);
        }
        if let Some(end) = self.end {
            object["end"] = quantity(end);
        }
        object
    }
}

impl SequenceExpression {
    /// The expression as JSON.
    pub fn to_json(&self) -> Value {
        match self {
            Self::Literal(sequence) => json!({"type": "LiteralSequenceExpression", "sequence": sequence}),
            Self::ReferenceLength { length, repeat_subunit_length, sequence } => {
                let mut object = json!({
                    "type": "ReferenceLengthExpression",
                    "length": quantity(*length),
                    "repeatSubunitLength": repeat_subunit_length,
                });
                if let Some(sequence) = sequence {
                    object["sequence"] = json!(sequence);
                }
                object
            }
            Self::Length(None) => json!({"type": "LengthExpression"}),
            Self::Length(Some(length)) => json!({"type": "LengthExpression", "length": quantity(*length)}),
        }
    }
}

fn component(component: &DerivativeComponent) -> Value {
    match component {
        DerivativeComponent::Allele(allele) => allele.to_json(),
        DerivativeComponent::CisPhasedBlock(block) => Variation::CisPhasedBlock(block.clone()).to_json(),
        DerivativeComponent::Terminus(terminus) => Variation::Terminus(terminus.clone()).to_json(),
        DerivativeComponent::TraversalBlock(block) => traversal_block(block),
        DerivativeComponent::Id(id) => id.to_string().into(),
        DerivativeComponent::Iri(iri) => iri.clone().into(),
    }
}

fn traversal_block(block: &TraversalBlock) -> Value {
    let mut object = json!({"type": "TraversalBlock"});
    if let Some(orientation) = block.orientation {
        object["orientation"] = orientation.name().into();
    }
    if let Some(adjacency) = &block.component {
        object["component"] = Variation::Adjacency(Adjacency::clone(adjacency)).to_json();
    }
    object
}

fn referable<T>(object: &Referable<T>, to_json: fn(&T) -> Value) -> Value {
    match object {
        Referable::Inline(object) => to_json(object),
        Referable::Id(id) => id.to_string().into(),
        Referable::Iri(iri) => iri.clone().into(),
    }
}

fn quantity(quantity: Quantity) -> Value {
    match quantity {
        Quantity::Exact(number) => number.into(),
        Quantity::Range(range) => json!([range.least(), range.most()]),
    }
}
