//! Several changes in one text: haplotypes, compound heterozygotes, changes on another sequence than a chromosome.

use cairn_variant::{
    digest::RefgetAccession,
    hgvs::{Axis, Change, Composition, Hgvs, NucleotideChange, Reference, Relation, Variant as HgvsVariant},
    interbase::Interval,
    normalize::normalize,
    normalize_hgvs,
    replacement::Replacement,
    residues::Residues,
    spdi::Spdi,
    variant::{Phase, Variant, VariantId},
    vrs::{Allele, CisPhasedBlock, Referable, Variation, VrsId, VrsKind, allele_of},
};

use super::{Identifying, allele::canonical, stop::Stop};
use crate::{
    Identity,
    identity::{Kind, Notice, Status},
};

impl Identifying<'_> {
    /// Several changes on one reference.
    pub fn several_changes(
        self,
        reference: &Reference,
        axis: Axis,
        changes: &Composition<NucleotideChange>,
    ) -> Result<Identity, Stop> {
        let one = |members: &Composition<NucleotideChange>| {
            let change = Change::Nucleotide { axis, changes: members.clone() };
            self.hgvs(&Hgvs::Variant(HgvsVariant { reference: reference.clone(), change }))
        };
        self.composed(changes, &one)
    }

    /// Several changes that name their own reference each.
    pub fn combination(self, members: &Composition<HgvsVariant>) -> Result<Identity, Stop> {
        let one = |members: &Composition<HgvsVariant>| match members {
            Composition::Single(variant) => self.hgvs(&Hgvs::Variant(variant.clone())),
            joined => self.combination(joined),
        };
        self.composed(members, &one)
    }

    fn composed<T>(
        self,
        composition: &Composition<T>,
        one: &dyn Fn(&Composition<T>) -> Result<Identity, Stop>,
    ) -> Result<Identity, Stop> {
        let Composition::Joined { relation, members } = composition else { return one(composition) };
        let identities = members.iter().map(one).collect::<Result<Vec<_>, _>>()?;
        let mut identity = match relation {
            Relation::Cis => self.haplotype(&identities)?,
            Relation::Trans => self.genotype(Phase::Trans, &identities)?,
            Relation::UnknownPhase => self.genotype(Phase::Unknown, &identities)?,
            Relation::Mosaic => self.genotype(Phase::Mosaic, &identities)?,
            Relation::Chimeric => self.genotype(Phase::Chimeric, &identities)?,
            Relation::Products | Relation::Alternative => {
                let message = "alternatives and several products are not one variant";
                return Err(Stop::refused("alternatives", message, "identify each of them"));
            }
        };
        for member in identities {
            identity.status = worse(identity.status, member.status);
            identity.assembly = identity.assembly.or(member.assembly);
            identity.warnings.extend(member.warnings);
            identity.places.extend(member.places);
            identity.genes.extend(member.genes);
            identity.hgvs.c.extend(member.hgvs.c);
            identity.hgvs.p.extend(member.hgvs.p);
        }
        identity.genes.sort_unstable();
        identity.genes.dedup();
        Ok(identity)
    }

    /// Alleles on one molecule.
    fn haplotype(self, members: &[Identity]) -> Result<Identity, Stop> {
        let alleles = members.iter().map(|member| {
            let id: Option<VrsId> = member.variant_id.as_deref().and_then(|id| id.parse().ok());
            id.filter(|id| id.kind == VrsKind::Allele).map(Referable::<Allele>::Id)
        });
        let alleles: Option<Vec<_>> = alleles.collect();
        let alleles =
            alleles.ok_or_else(|| Stop::refused("haplotype", "only alleles can be in cis", "identify each change"))?;
        if members.windows(2).any(|pair| pair[0].assembly != pair[1].assembly) {
            return Err(Stop::refused(
                "haplotype",
                "its changes are identified on different assemblies",
                "load the sequence and a chain file",
            ));
        }
        self.of_variation(Variation::CisPhasedBlock(CisPhasedBlock { members: alleles }), Kind::Haplotype)
    }

    fn genotype(self, phase: Phase, members: &[Identity]) -> Result<Identity, Stop> {
        let ids = members.iter().filter_map(|member| member.variant_id.as_deref());
        let members =
            ids.map(|id| id.parse().map_or_else(|_| VariantId::Declared(id.to_owned()), VariantId::Vrs)).collect();
        self.of_variant(&Variant::Genotype { phase, members }, Kind::Genotype)
    }

    /// A change on a sequence that is no chromosome: identified there, and said so.
    pub fn on_own_sequence(
        self,
        sequence: RefgetAccession,
        change: &normalize_hgvs::Replacement,
    ) -> Result<Identity, Stop> {
        let source = self.reference.sequences();
        let impossible =
            || Stop::refused("not_possible", "the change cannot be placed on its sequence", "check the positions");
        let interval = Interval::new(change.start, change.end).ok_or_else(impossible)?;
        let inserted = Residues::from_bytes(&change.inserted).map_err(|_| impossible())?;
        let replacement = Replacement::of_reference(source, sequence, interval, inserted)?;
        let normalized = normalize(source, &replacement)?;
        let variant = Variant::Vrs(Variation::Allele(allele_of(&normalized)));
        let id = variant.identify()?;
        let spdi = Some(Spdi::new(sequence.to_string(), &normalized.fully_justified()).to_string());
        let message = "it is identified on its own sequence: its place on a chromosome is not known here";
        Ok(Identity {
            status: Status::Resolved,
            canonical_id: Some(canonical(&id)),
            variant_id: Some(id.to_string()),
            kind: Some(Kind::DeletionInsertion),
            spdi,
            warnings: vec![
                Notice::new("not_placed", message).with_remedy("load an alignment to GRCh38 (cdot or GFF3)"),
            ],
            ..Identity::default()
        })
    }
}

fn worse(a: Status, b: Status) -> Status {
    if a == Status::Provisional || b == Status::Provisional { Status::Provisional } else { a }
}
