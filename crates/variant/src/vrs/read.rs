//! VRS 2 JSON into the model.

use std::str::FromStr;

use serde_json::Value;

use super::{
    fields::{Fields, VrsJsonError, wrong},
    model::{
        Adjacency, Allele, CisPhasedBlock, CopyChange, CopyNumberChange, CopyNumberCount, DerivativeComponent,
        DerivativeMolecule, Orientation, Referable, SequenceExpression, SequenceLocation, Terminus, TraversalBlock,
        Variation, VrsObject,
    },
};
use crate::digest::RefgetAccession;

type Read<T> = Result<T, VrsJsonError>;

impl FromStr for VrsObject {
    type Err = VrsJsonError;

    fn from_str(text: &str) -> Read<Self> {
        let value = serde_json::from_str(text).map_err(|error| VrsJsonError::Syntax(error.to_string()))?;
        Self::from_json(&value)
    }
}

impl FromStr for Variation {
    type Err = VrsJsonError;

    fn from_str(text: &str) -> Read<Self> {
        let value = serde_json::from_str(text).map_err(|error| VrsJsonError::Syntax(error.to_string()))?;
        Self::from_json(&value)
    }
}

impl VrsObject {
    /// Reads any class that can stand alone.
    pub fn from_json(value: &Value) -> Read<Self> {
        match Fields::of(value, "VRS object")?.class()? {
            "SequenceLocation" => location(value, "SequenceLocation").map(Self::SequenceLocation),
            class @ ("LiteralSequenceExpression" | "ReferenceLengthExpression" | "LengthExpression") => {
                expression(value, class).map(Self::SequenceExpression)
            }
            _ => Variation::from_json(value).map(Self::Variation),
        }
    }
}

impl Variation {
    /// Reads a variation.
    pub fn from_json(value: &Value) -> Read<Self> {
        match Fields::of(value, "VRS object")?.class()? {
            "Allele" => allele(value, "Allele").map(Self::Allele),
            "CisPhasedBlock" => cis_phased_block(value, "CisPhasedBlock").map(Self::CisPhasedBlock),
            "Adjacency" => adjacency(value, "Adjacency").map(Self::Adjacency),
            "Terminus" => terminus(value, "Terminus").map(Self::Terminus),
            "DerivativeMolecule" => derivative_molecule(value, "DerivativeMolecule").map(Self::DerivativeMolecule),
            "CopyNumberCount" => copy_number_count(value, "CopyNumberCount").map(Self::CopyNumberCount),
            "CopyNumberChange" => copy_number_change(value, "CopyNumberChange").map(Self::CopyNumberChange),
            other => Err(wrong("type", &format!("`{}` is not a VRS 2 variation", excerpt(other)))),
        }
    }
}

fn allele(value: &Value, place: &str) -> Read<Allele> {
    let fields = Fields::of(value, place)?;
    fields.expect("Allele", &["location", "state"])?;
    Ok(Allele {
        location: referable(fields.need("location")?, &fields.at("location"), location)?,
        state: expression(fields.need("state")?, &fields.at("state"))?,
    })
}

fn location(value: &Value, place: &str) -> Read<SequenceLocation> {
    let fields = Fields::of(value, place)?;
    fields.expect("SequenceLocation", &["sequenceReference", "start", "end", "sequence"])?;
    fields.residues("sequence")?;
    Ok(SequenceLocation {
        sequence: match fields.get("sequenceReference") {
            None => None,
            Some(reference) => Some(sequence_reference(reference, &fields.at("sequenceReference"))?),
        },
        start: fields.quantity("start")?,
        end: fields.quantity("end")?,
    })
}

/// A `SequenceReference`, or its refget accession as an IRI.
fn sequence_reference(value: &Value, place: &str) -> Read<RefgetAccession> {
    let accession = |text: &str, place: &str| text.parse().map_err(|error| wrong(place, &format!("{error}")));
    if let Value::String(iri) = value {
        return accession(iri, place);
    }
    let fields = Fields::of(value, place)?;
    let own = ["refgetAccession", "residueAlphabet", "circular", "sequence", "moleculeType"];
    fields.expect("SequenceReference", &own)?;
    let text = fields.text("refgetAccession")?.ok_or_else(|| fields.wrong("refgetAccession", "is missing"))?;
    accession(text, &fields.at("refgetAccession"))
}

fn expression(value: &Value, place: &str) -> Read<SequenceExpression> {
    let fields = Fields::of(value, place)?;
    let missing = |name| move || wrong(&format!("{place}.{name}"), "is missing");
    match fields.class()? {
        class @ "LiteralSequenceExpression" => {
            fields.expect(class, &["sequence"])?;
            let sequence = fields.residues("sequence")?.ok_or_else(missing("sequence"))?;
            Ok(SequenceExpression::Literal(sequence))
        }
        class @ "ReferenceLengthExpression" => {
            fields.expect(class, &["length", "repeatSubunitLength", "sequence"])?;
            let unit = fields.need("repeatSubunitLength")?;
            Ok(SequenceExpression::ReferenceLength {
                length: fields.quantity("length")?.ok_or_else(missing("length"))?,
                repeat_subunit_length: fields.whole("repeatSubunitLength", unit)?,
                sequence: fields.residues("sequence")?,
            })
        }
        class @ "LengthExpression" => {
            fields.expect(class, &["length"])?;
            fields.quantity("length").map(SequenceExpression::Length)
        }
        other => Err(fields.wrong("type", &format!("`{}` is not a sequence expression", excerpt(other)))),
    }
}

fn cis_phased_block(value: &Value, place: &str) -> Read<CisPhasedBlock> {
    let fields = Fields::of(value, place)?;
    fields.expect("CisPhasedBlock", &["members", "sequenceReference"])?;
    if let Some(reference) = fields.get("sequenceReference") {
        sequence_reference(reference, &fields.at("sequenceReference"))?;
    }
    let members = fields.list("members")?;
    if members.len() < 2 {
        return Err(fields.wrong("members", "at least two alleles are expected"));
    }
    let members = members.into_iter().map(|(place, member)| referable(member, &place, allele));
    Ok(CisPhasedBlock { members: members.collect::<Read<_>>()? })
}

fn adjacency(value: &Value, place: &str) -> Read<Adjacency> {
    let fields = Fields::of(value, place)?;
    fields.expect("Adjacency", &["adjoinedSequences", "linker", "homology"])?;
    let two = fields.list("adjoinedSequences")?;
    let [first, second] = two.as_slice() else {
        return Err(fields.wrong("adjoinedSequences", "two locations are expected"));
    };
    let linker = match fields.get("linker") {
        None => None,
        Some(linker) => Some(expression(linker, &fields.at("linker"))?),
    };
    Ok(Adjacency {
        adjoined_sequences: [adjoined(first.1, &first.0)?, adjoined(second.1, &second.0)?],
        linker,
        homology: fields.flag("homology")?,
    })
}

/// A location with one end, the one at the junction.
fn adjoined(value: &Value, place: &str) -> Read<Referable<SequenceLocation>> {
    let read = referable(value, place, location)?;
    match &read {
        Referable::Inline(location) if location.start.is_some() && location.end.is_some() => {
            Err(wrong(place, "an adjoined sequence has a start or an end, not both"))
        }
        _ => Ok(read),
    }
}

fn terminus(value: &Value, place: &str) -> Read<Terminus> {
    let fields = Fields::of(value, place)?;
    fields.expect("Terminus", &["location"])?;
    Ok(Terminus { location: referable(fields.need("location")?, &fields.at("location"), location)? })
}

fn traversal_block(value: &Value, place: &str) -> Read<TraversalBlock> {
    let fields = Fields::of(value, place)?;
    fields.expect("TraversalBlock", &["orientation", "component"])?;
    let orientation = match fields.text("orientation")? {
        None => None,
        Some("forward") => Some(Orientation::Forward),
        Some("reverse_complement") => Some(Orientation::ReverseComplement),
        Some(_) => return Err(fields.wrong("orientation", "`forward` or `reverse_complement` is expected")),
    };
    let component = match fields.get("component") {
        None => None,
        Some(component) => Some(adjacency(component, &fields.at("component"))?),
    };
    Ok(TraversalBlock { orientation, component })
}

fn derivative_molecule(value: &Value, place: &str) -> Read<DerivativeMolecule> {
    let fields = Fields::of(value, place)?;
    fields.expect("DerivativeMolecule", &["components", "circular"])?;
    let components = fields.list("components")?;
    if components.len() < 2 {
        return Err(fields.wrong("components", "at least two are expected"));
    }
    let components = components.into_iter().map(|(place, value)| component(value, &place));
    Ok(DerivativeMolecule { components: components.collect::<Read<_>>()?, circular: fields.flag("circular")? })
}

fn component(value: &Value, place: &str) -> Read<DerivativeComponent> {
    if let Value::String(iri) = value {
        return Ok(iri.parse().map_or_else(|_| DerivativeComponent::Iri(iri.clone()), DerivativeComponent::Id));
    }
    match Fields::of(value, place)?.class()? {
        "Allele" => allele(value, place).map(DerivativeComponent::Allele),
        "CisPhasedBlock" => cis_phased_block(value, place).map(DerivativeComponent::CisPhasedBlock),
        "Terminus" => terminus(value, place).map(DerivativeComponent::Terminus),
        "TraversalBlock" => traversal_block(value, place).map(DerivativeComponent::TraversalBlock),
        other => Err(wrong(place, &format!("`{}` is not a part of a derivative molecule", excerpt(other)))),
    }
}

fn copy_number_count(value: &Value, place: &str) -> Read<CopyNumberCount> {
    let fields = Fields::of(value, place)?;
    fields.expect("CopyNumberCount", &["location", "copies"])?;
    Ok(CopyNumberCount {
        location: referable(fields.need("location")?, &fields.at("location"), location)?,
        copies: fields.quantity("copies")?.ok_or_else(|| fields.wrong("copies", "is missing"))?,
    })
}

fn copy_number_change(value: &Value, place: &str) -> Read<CopyNumberChange> {
    let fields = Fields::of(value, place)?;
    fields.expect("CopyNumberChange", &["location", "copyChange"])?;
    let label = fields.text("copyChange")?.ok_or_else(|| fields.wrong("copyChange", "is missing"))?;
    let copy_change = CopyChange::ALL.into_iter().find(|change| change.name() == label).ok_or_else(|| {
        let labels = CopyChange::ALL.map(CopyChange::name).join(", ");
        fields.wrong("copyChange", &format!("`{}` is none of {labels}", excerpt(label)))
    })?;
    let location = referable(fields.need("location")?, &fields.at("location"), location)?;
    Ok(CopyNumberChange { location, copy_change })
}

/// An object, or a reference to it.
fn referable<T>(value: &Value, place: &str, read: fn(&Value, &str) -> Read<T>) -> Read<Referable<T>> {
    match value {
        Value::String(iri) => Ok(iri.parse().map_or_else(|_| Referable::Iri(iri.clone()), Referable::Id)),
        object => read(object, place).map(Referable::Inline),
    }
}

fn excerpt(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCATION: &str = r#"{"type":"SequenceLocation","sequenceReference":{"type":"SequenceReference","refgetAccession":"SQ.IIB53T8CNeJJdUqzn9V_JnRtQadwWCbl"},"start":1,"end":2}"#;

    fn refused(json: &str, message: &str) {
        let error = json.replace("LOCATION", LOCATION).parse::<VrsObject>().expect_err(json);
        assert!(error.to_string().contains(message), "{json}: {error}");
    }

    fn id(json: &str) -> String {
        let object: VrsObject = json.replace("LOCATION", LOCATION).parse().expect(json);
        object.identify().expect("complete").expect("identifiable").to_string()
    }

    #[test]
    fn decoration_does_not_change_the_identity() {
        let bare = r#"{"type":"Terminus","location":LOCATION}"#;
        let noisy = r#"{"id":"x","name":"y","extensions":[{"name":"z"}],"type":"Terminus","location":LOCATION,"digest":"wrong"}"#;
        assert_eq!(id(bare), id(noisy));
    }

    #[test]
    fn an_identifier_stands_for_the_object() {
        let location = id(LOCATION);
        let inline = r#"{"type":"CopyNumberCount","location":LOCATION,"copies":3}"#;
        let by_id = inline.replace("LOCATION", &format!("\"{location}\""));
        assert_eq!(id(inline), id(&by_id));
    }

    #[test]
    fn a_reference_of_another_kind_has_no_digest() {
        let object: VrsObject = r#"{"type":"Terminus","location":"my:place"}"#.parse().expect("well formed");
        assert_eq!(object.identify().expect_err("unresolved").0, "my:place");
        let allele = r#"{"type":"Terminus","location":"ga4gh:VA.0AePZIWZUNsUlQTamyLrjm2HWUw2opLt"}"#;
        assert!(allele.parse::<VrsObject>().expect("well formed").identify().is_err());
    }

    #[test]
    fn wrong_members_are_refused_with_their_path() {
        refused("[]", "VRS object: an object is expected");
        refused("{", "not JSON");
        refused(r#"{"type":"Haplotype"}"#, "`Haplotype` is not a VRS 2 variation");
        refused(r#"{"type":"Allele","location":LOCATION}"#, "Allele.state: is missing");
        refused(r#"{"type":"Terminus","location":LOCATION,"lokation":1}"#, "Terminus.lokation: is not a member");
        refused(r#"{"type":"CopyNumberCount","location":LOCATION,"copies":-1}"#, "CopyNumberCount.copies: a whole");
        refused(r#"{"type":"CopyNumberCount","location":LOCATION,"copies":1.5}"#, "CopyNumberCount.copies: a whole");
        refused(r#"{"type":"CopyNumberCount","location":LOCATION,"copies":[null,null]}"#, "at least one number");
        refused(r#"{"type":"CopyNumberCount","location":LOCATION,"copies":[3,2]}"#, "must not be above");
        refused(r#"{"type":"CopyNumberChange","location":LOCATION,"copyChange":"efo:0030070"}"#, "is none of complete");
        refused(r#"{"type":"Adjacency","adjoinedSequences":[LOCATION,LOCATION]}"#, "not both");
        refused(r#"{"type":"CisPhasedBlock","members":[]}"#, "at least two alleles");
        let literal = r#"{"type":"LiteralSequenceExpression","sequence":"acgt"}"#;
        refused(literal, "LiteralSequenceExpression.sequence: residues are written in upper case");
    }
}
