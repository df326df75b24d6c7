//! A variant of any kind, and its identifier.
//!
//! Kinds that VRS 2 has a class for are identified by it. The others (exons or a whole gene without coordinates,
//! cytogenetic findings without coordinates, genotypes, fusions of genes, mobile elements without their bases) have an identifier of the same make: a
//! prefix and the `sha512t24u` of a canonical JSON (RFC 8785) whose members are declared here. Its namespace is
//! `cairn`, so that nobody takes it for a VRS identifier.

use std::fmt;

use serde_json::{Value, json};

use crate::{
    cytogenetic::Cytogenetic,
    digest::{RefgetAccession, sha512t24u},
    exon_event::{ExonEvent, Extent},
    expression::MobileElement,
    hgvs::Hgvs,
    vrs::{Allele, Unidentifiable, Variation, VrsId, VrsKind},
};

/// A variant.
#[derive(Clone, Debug, PartialEq)]
pub enum Variant {
    /// Anything that VRS has a class for: small changes, exact structural changes, copy numbers, adjacencies,
    /// haplotypes, rearranged molecules.
    Vrs(Variation),
    /// A mitochondrial change present in a share of the molecules.
    Heteroplasmy {
        /// The change. Its identity is that of the variant: the share belongs to an observation.
        allele: Allele,
        /// The share of molecules, in thousandths.
        per_mille: u16,
    },
    /// Exons or a whole gene, without coordinates.
    ExonEvent {
        /// The event.
        event: ExonEvent,
        /// The gene or transcript that its exons are counted on, as it is identified: `HGNC:1100`, `NM_007294.4`.
        counted_on: String,
    },
    /// A cytogenetic finding without coordinates.
    Cytogenetic(Cytogenetic),
    /// Variants on homologous chromosomes: a compound heterozygote, or changes whose phase is not known.
    Genotype {
        /// How they go together.
        phase: Phase,
        /// The members' identifiers; their order does not matter.
        members: Vec<VariantId>,
    },
    /// Two or more sequences or genes joined, described in words.
    Fusion(Hgvs),
    /// A mobile element of which neither sequence nor length is known.
    MobileElement {
        /// The chromosome.
        sequence: RefgetAccession,
        /// Between which bases, inter-residue.
        position: u64,
        /// Its family.
        element: MobileElement,
    },
}

/// How the members of a genotype go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// On the two homologous chromosomes.
    Trans,
    /// Both present, phase not known.
    Unknown,
    /// In some cells.
    Mosaic,
    /// From two zygotes.
    Chimeric,
}

/// The identifier of a variant: `ga4gh:VA.…`, or one of ours.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VariantId {
    /// A VRS computed identifier.
    Vrs(VrsId),
    /// `cairn:EX.…` and the like.
    Declared(String),
}

impl Variant {
    /// The identifier.
    ///
    /// # Errors
    /// When a VRS object inside refers to another that is not given.
    pub fn identify(&self) -> Result<VariantId, Unidentifiable> {
        Ok(match self {
            Self::Vrs(variation) => VariantId::Vrs(variation.identify()?),
            Self::Heteroplasmy { allele, .. } => VariantId::Vrs(Variation::Allele(allele.clone()).identify()?),
            Self::ExonEvent { event, counted_on } => declared("EX", exon_event_json(event, counted_on)),
            Self::Cytogenetic(finding) => {
                declared("CY", json!({"iscn": finding.to_string(), "type": "CytogeneticFinding"}))
            }
            Self::Genotype { phase, members } => {
                let mut members: Vec<String> = members.iter().map(VariantId::to_string).collect();
                members.sort_unstable();
                declared("GT", json!({"members": members, "phase": phase.name(), "type": "Genotype"}))
            }
            Self::Fusion(hgvs) => declared("FU", json!({"hgvs": hgvs.to_string(), "type": "Fusion"})),
            Self::MobileElement { sequence, position, element } => declared(
                "ME",
                json!({
                    "element": element.name(),
                    "position": position,
                    "sequence": sequence.to_string(),
                    "type": "MobileElementInsertion",
                }),
            ),
        })
    }
}

impl Phase {
    /// The word that enters the identifier.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Trans => "trans",
            Self::Unknown => "unknown",
            Self::Mosaic => "mosaic",
            Self::Chimeric => "chimeric",
        }
    }
}

impl VariantId {
    /// The class of a VRS identifier.
    pub const fn vrs_kind(&self) -> Option<VrsKind> {
        match self {
            Self::Vrs(id) => Some(id.kind),
            Self::Declared(_) => None,
        }
    }
}

impl fmt::Display for VariantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Vrs(id) => id.fmt(f),
            Self::Declared(id) => f.write_str(id),
        }
    }
}

fn exon_event_json(event: &ExonEvent, counted_on: &str) -> Value {
    let exons = match event.extent {
        Extent::Exons { first, last } => json!([first, last]),
        Extent::WholeGene => json!("all"),
    };
    json!({"change": event.change.to_string(), "countedOn": counted_on, "exons": exons, "type": "ExonEvent"})
}

/// `serde_json` writes members in the order of their names, without white space, as RFC 8785 asks for texts and
/// small numbers.
fn declared(prefix: &str, object: Value) -> VariantId {
    VariantId::Declared(format!("cairn:{prefix}.{}", sha512t24u(object.to_string().as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        expression::{Expression, Form},
        vrs::VrsKind,
    };

    fn event(text: &str, counted_on: &str) -> VariantId {
        let Form::ExonEvent(event) = Expression::parse(text).expect("read").form else { panic!("{text}") };
        Variant::ExonEvent { event, counted_on: counted_on.to_owned() }.identify().expect("has one")
    }

    #[test]
    fn exon_events_in_other_words_are_the_same() {
        let id = event("LMNA exons 1-7 deleted", "HGNC:6636");
        assert!(id.to_string().starts_with("cairn:EX."));
        assert_eq!(event("deletion of exons 1 to 7 of LMNA", "HGNC:6636"), id);
        assert_ne!(event("LMNA exons 1-7 duplicated", "HGNC:6636"), id);
        assert_ne!(event("LMNA exons 1-7 deleted", "NM_170707.3"), id);
        assert_eq!(id.vrs_kind(), None);
    }

    #[test]
    fn the_order_of_a_genotype_does_not_matter_and_its_phase_does() {
        let (a, b) = (event("LMNA exon 1 deleted", "x"), event("LMNA exon 2 deleted", "x"));
        let genotype = |phase, members: &[&VariantId]| {
            let members = members.iter().map(|id| (*id).clone()).collect();
            Variant::Genotype { phase, members }.identify().expect("has one")
        };
        assert_eq!(genotype(Phase::Trans, &[&a, &b]), genotype(Phase::Trans, &[&b, &a]));
        assert_ne!(genotype(Phase::Trans, &[&a, &b]), genotype(Phase::Unknown, &[&a, &b]));
    }

    #[test]
    fn what_vrs_knows_is_identified_by_vrs() {
        let text = r#"{"type":"Allele","location":{"type":"SequenceLocation","sequenceReference":{"type":"SequenceReference","refgetAccession":"SQ.dLZ15tNO1Ur0IcGjwc3Sdi_0A6Yf4zm7"},"start":43045711,"end":43045712},"state":{"type":"LiteralSequenceExpression","sequence":"C"}}"#;
        let Form::Vrs(object) = Expression::parse(text).expect("read").form else { panic!("VRS") };
        let crate::vrs::VrsObject::Variation(variation) = *object else { panic!("variation") };
        assert_eq!(Variant::Vrs(variation).identify().expect("has one").vrs_kind(), Some(VrsKind::Allele));
    }
}
