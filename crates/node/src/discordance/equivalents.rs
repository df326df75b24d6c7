//! Which recorded variants are compared as one with a variant, by the declared rule.

use cairn_core::equivalence::{self, Shape};
use cairn_store::serial::VariantSerial;
use cairn_store::{Connection, StoreError, discordance, variant};
use cairn_variant::exon_event::{ExonEvent, Extent};
use cairn_variant::expression::{Expression, Form};
use cairn_variant::hgvs::{FusionPart, Hgvs, Reference as Named, Selector};
use std::collections::{BTreeMap, BTreeSet};

/// Variants compared as one, the first recorded first, and why each belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Compared {
    /// Each with the reason in words; empty for the first.
    pub variants: Vec<(VariantSerial, String)>,
}

impl Compared {
    fn alone(serial: VariantSerial) -> Self {
        Self { variants: vec![(serial, String::new())] }
    }

    /// The first recorded.
    pub fn first(&self) -> VariantSerial {
        self.variants[0].0
    }
}

/// The groups in which these variants are compared; each variant stands in one.
pub(super) async fn of(
    connection: &mut Connection,
    variants: &BTreeSet<VariantSerial>,
) -> Result<Vec<Compared>, StoreError> {
    let all: Vec<VariantSerial> = variants.iter().copied().collect();
    let shaped = discordance::shaped(connection, &all).await?;
    let mut groups: Vec<Compared> = Vec::new();
    let mut done: BTreeSet<VariantSerial> = BTreeSet::new();
    for (serial, kind) in shaped {
        if done.contains(&serial) {
            continue;
        }
        let group = joined(connection, serial, &kind).await?;
        done.extend(group.variants.iter().map(|(serial, _)| *serial));
        groups.push(group);
    }
    groups.extend(all.into_iter().filter(|serial| !done.contains(serial)).map(Compared::alone));
    Ok(groups)
}

/// The variant with all that the rule joins to it, and to those: joining goes on from one to the next.
async fn joined(connection: &mut Connection, serial: VariantSerial, kind: &str) -> Result<Compared, StoreError> {
    let rule = equivalence::current();
    let Some(shape) = shape_of(connection, serial, kind).await? else { return Ok(Compared::alone(serial)) };
    let mut members: BTreeMap<VariantSerial, (Shape, String)> = BTreeMap::from([(serial, (shape, String::new()))]);
    let mut waiting = vec![serial];
    while let Some(next) = waiting.pop() {
        let shape = members[&next].0.clone();
        for (candidate, kind) in candidates(connection, next, &shape).await? {
            if members.contains_key(&candidate) {
                continue;
            }
            let Some(other) = shape_of(connection, candidate, &kind).await? else { continue };
            if let Some(why) = rule.joins(&shape, &other) {
                members.insert(candidate, (other, why));
                waiting.push(candidate);
            }
        }
    }
    // The reasons lead away from the variant looked at; each is said of the pair that joined.
    let reason = members.values().map(|(_, why)| why.clone()).find(|why| !why.is_empty()).unwrap_or_default();
    let mut variants: Vec<(VariantSerial, String)> = members
        .into_iter()
        .map(|(serial, (_, why))| (serial, if why.is_empty() { reason.clone() } else { why }))
        .collect();
    variants[0].1.clear();
    Ok(Compared { variants })
}

/// Recorded variants that may be equivalent.
async fn candidates(
    connection: &mut Connection,
    serial: VariantSerial,
    shape: &Shape,
) -> Result<Vec<(VariantSerial, String)>, StoreError> {
    match shape {
        Shape::Exons { .. } | Shape::Fusion { .. } => discordance::sharing_genes(connection, serial).await,
        Shape::Stretch { .. } => Ok(Vec::new()),
    }
}

/// What the rule looks at; `None` for a variant that is compared by identity alone.
async fn shape_of(connection: &mut Connection, serial: VariantSerial, kind: &str) -> Result<Option<Shape>, StoreError> {
    if !matches!(kind, "exon_event" | "fusion") {
        return Ok(None);
    }
    let notations = variant::notations(connection, serial).await?;
    Ok(notations.iter().find_map(|notation| named_shape(&notation.expression)))
}

/// The shape of an exon-level event or a fusion, read from its notation.
fn named_shape(expression: &str) -> Option<Shape> {
    match Expression::parse(expression).ok()?.form {
        Form::ExonEvent(event) => Some(exons(&event)),
        Form::Hgvs(hgvs) => fusion(&hgvs),
        _ => None,
    }
}

fn exons(ExonEvent { reference, extent, change }: &ExonEvent) -> Shape {
    let unversioned = match reference {
        Named::Sequence { accession, .. } => accession.name.to_string(),
        other => other.to_string().to_uppercase(),
    };
    let exons = match extent {
        Extent::Exons { first, last } => Some((*first, *last)),
        Extent::WholeGene => None,
    };
    Shape::Exons { reference: unversioned, exons, change: change.to_string() }
}

/// The gene in front and the gene behind, where both are named.
fn fusion(hgvs: &Hgvs) -> Option<Shape> {
    let Hgvs::Fusion(parts) = hgvs else { return None };
    let genes: Vec<String> = parts.iter().filter_map(gene_of).collect();
    match genes.as_slice() {
        [five_prime, three_prime] if !genes.iter().any(|gene| gene == "?") => {
            Some(Shape::Fusion { five_prime: five_prime.clone(), three_prime: three_prime.clone() })
        }
        _ => None,
    }
}

fn gene_of(part: &FusionPart) -> Option<String> {
    match part {
        FusionPart::Gene(gene) => Some(gene.to_string().to_uppercase()),
        FusionPart::Stretch { reference: Named::Sequence { selector: Some(Selector::Gene(gene)), .. }, .. }
        | FusionPart::Stretch { reference: Named::Gene(gene), .. } => Some(gene.to_string().to_uppercase()),
        _ => None,
    }
}
