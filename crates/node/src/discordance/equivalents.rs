//! Which recorded variants are compared as one with a variant, by the declared rule.

use cairn_core::equivalence::{self, Shape};
use cairn_reference::identity::{Identity, Kind};
use cairn_store::entry::AsOf;
use cairn_store::serial::VariantSerial;
use cairn_store::{Connection, StoreError, discordance, entry, variant};
use cairn_variant::exon_event::{ExonEvent, Extent};
use cairn_variant::expression::{Expression, Form};
use cairn_variant::hgvs::{FusionPart, Hgvs, Reference as Named, Selector};
use cairn_variant::place::Place;
use std::collections::{BTreeMap, BTreeSet, HashSet};

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

/// Candidates looked at for one variant.
const CANDIDATES: u32 = 500;

/// The groups in which these variants are compared; each variant stands in one.
pub(super) async fn of(
    connection: &mut Connection,
    variants: &BTreeSet<VariantSerial>,
) -> Result<Vec<Compared>, StoreError> {
    let all: Vec<VariantSerial> = variants.iter().copied().collect();
    let named: HashSet<VariantSerial> = discordance::shaped(connection, &all).await?.into_iter().collect();
    let placed = variant::places(connection, &all).await?;
    let mut groups: Vec<Compared> = Vec::new();
    let mut done: BTreeSet<VariantSerial> = BTreeSet::new();
    for serial in all {
        if done.contains(&serial) {
            continue;
        }
        let group = match named.contains(&serial) || placed.contains_key(&serial) {
            true => joined(connection, serial).await?,
            false => Compared::alone(serial),
        };
        done.extend(group.variants.iter().map(|(serial, _)| *serial));
        groups.push(group);
    }
    Ok(groups)
}

/// The variant with all that the rule joins to it, and to those: joining goes on from one to the next.
async fn joined(connection: &mut Connection, serial: VariantSerial) -> Result<Compared, StoreError> {
    let rule = equivalence::current();
    let shapes = shapes_of(connection, serial).await?;
    let mut members: BTreeMap<VariantSerial, (Vec<Shape>, String)> =
        BTreeMap::from([(serial, (shapes, String::new()))]);
    let mut waiting = vec![serial];
    while let Some(next) = waiting.pop() {
        let shapes = members[&next].0.clone();
        for candidate in candidates(connection, next, &shapes).await? {
            if members.contains_key(&candidate) {
                continue;
            }
            let others = shapes_of(connection, candidate).await?;
            let why =
                shapes.iter().flat_map(|a| others.iter().map(move |b| (a, b))).find_map(|(a, b)| rule.joins(a, b));
            if let Some(why) = why {
                members.insert(candidate, (others, why));
                waiting.push(candidate);
            }
        }
    }
    // The reason is said of a pair; the first recorded needs none, the one looked at takes its partner's.
    let reason = members.values().map(|(_, why)| why.clone()).find(|why| !why.is_empty()).unwrap_or_default();
    let said = |why: String| if why.is_empty() { reason.clone() } else { why };
    let mut variants: Vec<(VariantSerial, String)> =
        members.into_iter().map(|(serial, (_, why))| (serial, said(why))).collect();
    variants[0].1.clear();
    Ok(Compared { variants })
}

/// A recorded variant beside one that is looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Neighbour {
    /// Which.
    pub serial: VariantSerial,
    /// Why the rule compares both as one; `None`: it only overlaps.
    pub because: Option<String>,
    /// How much of the longer of the two both cover; `None` for what has no stretch.
    pub percent: Option<u64>,
}

/// The recorded variants that the rule compares as one with a variant, or that overlap it, whether it is recorded or
/// not; those of which both cover most first. None for a small variant.
pub(crate) async fn near(
    connection: &mut Connection,
    identity: Option<&Identity>,
    recorded: Option<VariantSerial>,
    as_of: AsOf,
) -> Result<Vec<Neighbour>, StoreError> {
    let rule = equivalence::current();
    let mut places: Vec<Place> = identity.map(|identity| identity.places.clone()).unwrap_or_default();
    let mut shapes = identity.map(shapes_of_identity).unwrap_or_default();
    if let Some(serial) = recorded {
        let placed = variant::places(connection, &[serial]).await?.remove(&serial).unwrap_or_default();
        places.extend(placed.into_iter().map(|placed| placed.place));
        shapes = shapes_of(connection, serial).await?;
    }
    places.retain(|place| place.widest().length() >= rule.structural.least_bases);
    let mut overlaps: BTreeMap<VariantSerial, u64> = BTreeMap::new();
    let itself = recorded.unwrap_or(VariantSerial::new(0));
    for place in &places {
        for (serial, placed) in variant::overlapping(connection, place, itself, as_of, CANDIDATES).await? {
            let percent = equivalence::overlap_percent(place, &placed.place);
            let most = overlaps.entry(serial).or_insert(percent);
            *most = percent.max(*most);
        }
    }
    let mut candidates: BTreeSet<VariantSerial> = overlaps.keys().copied().collect();
    candidates.extend(of_the_same_genes(connection, identity, recorded, &shapes).await?);
    candidates.remove(&itself);
    let mut found = Vec::new();
    for serial in candidates {
        let percent = overlaps.get(&serial).copied();
        let others = shapes_of(connection, serial).await?;
        let because =
            shapes.iter().flat_map(|a| others.iter().map(move |b| (a, b))).find_map(|(a, b)| rule.joins(a, b));
        if because.is_some() || percent.is_some_and(|percent| percent > 0) {
            found.push(Neighbour { serial, because, percent });
        }
    }
    found.sort_by_key(|one| (one.because.is_none(), std::cmp::Reverse(one.percent), one.serial));
    Ok(found)
}

/// The recorded exon events or fusions in the genes of one.
async fn of_the_same_genes(
    connection: &mut Connection,
    identity: Option<&Identity>,
    recorded: Option<VariantSerial>,
    shapes: &[Shape],
) -> Result<Vec<VariantSerial>, StoreError> {
    let kind = match shapes.first() {
        Some(Shape::Exons { .. }) => "exon_event",
        Some(Shape::Fusion { .. }) => "fusion",
        _ => return Ok(Vec::new()),
    };
    let genes = match (recorded, identity) {
        (Some(serial), _) => variant::genes(connection, serial).await?.into_iter().map(|effect| effect.gene).collect(),
        (None, Some(identity)) => identity.genes.clone(),
        (None, None) => Vec::new(),
    };
    discordance::touching(connection, kind, &genes).await
}

/// What the rule looks at of a variant that need not be recorded.
fn shapes_of_identity(identity: &Identity) -> Vec<Shape> {
    if matches!(identity.kind, Some(Kind::ExonEvent | Kind::Fusion)) {
        return named_shape(&identity.expression).into_iter().collect();
    }
    let genes: BTreeSet<String> = identity.genes.iter().cloned().collect();
    let alone = |place: &&Place| identity.places.iter().filter(|one| one.contig() == place.contig()).count() == 1;
    let stretches = identity.places.iter().filter(alone);
    stretches.map(|place| Shape::Stretch { place: *place, genes: genes.clone() }).collect()
}

/// Recorded variants that may be equivalent.
async fn candidates(
    connection: &mut Connection,
    serial: VariantSerial,
    shapes: &[Shape],
) -> Result<BTreeSet<VariantSerial>, StoreError> {
    let mut found = BTreeSet::new();
    for shape in shapes {
        match shape {
            Shape::Exons { .. } | Shape::Fusion { .. } => {
                found.extend(discordance::sharing_genes(connection, serial).await?);
            }
            Shape::Stretch { place, .. } => {
                let as_of = entry::now(connection).await?;
                let over = variant::overlapping(connection, place, serial, as_of, CANDIDATES).await?;
                found.extend(over.into_iter().map(|(serial, _)| serial));
            }
        }
    }
    Ok(found)
}

/// What the rule looks at, on each assembly; none for a variant that is compared by identity alone, and for one
/// with several stretches.
async fn shapes_of(connection: &mut Connection, serial: VariantSerial) -> Result<Vec<Shape>, StoreError> {
    if !discordance::shaped(connection, &[serial]).await?.is_empty() {
        let notations = variant::notations(connection, serial).await?;
        return Ok(notations.iter().find_map(|notation| named_shape(&notation.expression)).into_iter().collect());
    }
    let genes: BTreeSet<String> =
        variant::genes(connection, serial).await?.into_iter().map(|effect| effect.gene).collect();
    let placed = variant::places(connection, &[serial]).await?.remove(&serial).unwrap_or_default();
    let alone = |place: &Place| placed.iter().filter(|one| one.place.contig() == place.contig()).count() == 1;
    let stretches = placed.iter().map(|one| one.place).filter(alone);
    Ok(stretches.map(|place| Shape::Stretch { place, genes: genes.clone() }).collect())
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
