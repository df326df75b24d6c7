//! From a placed change to its identity: the reference is checked, the change justified, carried to the other
//! assembly, described.

use cairn_variant::{
    contig::{Contig, GenomeContig},
    liftover::{Agreement, Lifted, lift_from},
    normalize::{Normalized, Shape, normalize},
    replacement::{ReferenceCheck, Replacement},
    residues::Residues,
    spdi::Spdi,
    variant::{Variant, VariantId},
    vcf::VcfAllele,
    vrs::{Allele, Quantity, Referable, SequenceExpression, SequenceLocation, Variation, allele_of},
};

use super::{
    Identifying, named,
    place::{Becomes, Placement, Stated},
    stop::Stop,
};
use crate::{
    Identity,
    identity::{Kind, Notice, Status},
};

/// A change on one chromosome, as far as it could be justified.
#[derive(Clone, Debug)]
pub(super) struct OnContig {
    pub contig: GenomeContig,
    pub allele: Allele,
    pub kind: Kind,
    /// Smallest form; `None` when the bases that go are not known.
    pub change: Option<Replacement>,
    /// The change as given, with the bases beside it that the text states; only where it could not be justified.
    pub stated: Option<Replacement>,
    /// Its justified form, when the bases around it are loaded.
    pub normalized: Option<Normalized>,
    pub is_verified: bool,
    /// Whether loading more could change the identifier.
    pub is_provisional: bool,
}

/// What came of carrying a change to the other assembly.
#[derive(Debug, Default)]
struct Carrying {
    /// The change there, the bases compared.
    there: Option<OnContig>,
    /// Why it is not there.
    notice: Option<Notice>,
    /// What its identifier there would be, were the bases compared.
    counterpart: Option<String>,
}

impl Identifying<'_> {
    /// The identity of a placed change.
    pub fn placed(self, placement: Placement) -> Result<Identity, Stop> {
        let here = self.on_contig(placement)?;
        let Carrying { there, notice: lift_notice, counterpart } = self.on_other_assembly(&here);
        let places = self.places_of(&here, there.as_ref());
        let mut both = vec![here];
        both.extend(there);
        both.sort_by_key(|on| std::cmp::Reverse(on.contig.assembly));
        let mut identity = self.describe(&both)?;
        identity.warnings.extend(lift_notice);
        if identity.genes.is_empty() && both.iter().all(|on| on.change.is_none()) {
            self.add_genes(&places, &mut identity);
        }
        identity.places = places;
        identity.counterpart = counterpart;
        Ok(identity)
    }

    /// Checks and justifies a change where it was given.
    pub fn on_contig(self, placement: Placement) -> Result<OnContig, Stop> {
        let contig = placement.contig;
        let interval = placement.interval();
        if interval.end() > contig.length() {
            return Err(Stop::refused(
                "out_of_bounds",
                format!(
                    "position {} is beyond the end of {}, which has {} bases",
                    interval.end(),
                    named(contig),
                    contig.length()
                ),
                "check the position and the assembly",
            ));
        }
        match placement.read(self.reference.sequences()).change {
            Stated::Whole(change) => self.whole(contig, change),
            Stated::Unread { interval, becomes } => Ok(unread(contig, interval, &becomes)),
        }
    }

    fn whole(self, contig: GenomeContig, change: Replacement) -> Result<OnContig, Stop> {
        let source = self.reference.sequences();
        let is_verified = match change.check_reference(source) {
            ReferenceCheck::Agrees => true,
            ReferenceCheck::NotLoaded(_) => false,
            ReferenceCheck::Differs { found } => return Err(self.mismatch(contig, &change, &found)),
            ReferenceCheck::OutOfBounds(error) => return Err(error.into()),
        };
        Ok(match normalize(source, &change) {
            Ok(normalized) => {
                let kind = kind_of(&normalized);
                let allele = allele_of(&normalized);
                let change = Some(smallest(&change, &normalized));
                // That nothing changes is a statement about the reference, which nobody could check.
                let is_provisional = !is_verified && kind == Kind::Reference;
                OnContig {
                    contig,
                    allele,
                    kind,
                    change,
                    stated: None,
                    normalized: Some(normalized),
                    is_verified,
                    is_provisional,
                }
            }
            Err(error) if error.is_remedied_by_loading() => unjustified(contig, &change, is_verified),
            Err(error) => return Err(error.into()),
        })
    }

    /// The stated bases are not in the reference: says what is, and whether the other assembly agrees.
    fn mismatch(self, contig: GenomeContig, change: &Replacement, found: &Residues) -> Stop {
        let other = contig.contig.on(contig.assembly.other());
        let elsewhere = Replacement::new(
            other.refget(),
            change.interval().start(),
            change.deleted().clone(),
            change.inserted().clone(),
        );
        let agrees = elsewhere
            .is_some_and(|change| change.check_reference(self.reference.sequences()) == ReferenceCheck::Agrees);
        let place = change.interval().start() + 1;
        let message =
            format!("{} has {} at position {place}, not {}", named(contig), shown(found), shown(change.deleted()));
        let remedy = match agrees {
            true => format!("did you mean {}? its bases there agree", other.assembly),
            false => "check the position, the assembly and the strand".to_owned(),
        };
        Stop::refused("reference_mismatch", message, remedy)
    }

    /// The same change on the other assembly, with agreeing bases on both; else why not.
    fn on_other_assembly(self, here: &OnContig) -> Carrying {
        let (from, wanted) = (here.contig, here.contig.assembly.other());
        if from.contig == Contig::MT {
            let there = OnContig { contig: Contig::MT.on(wanted), ..here.clone() };
            return Carrying { there: Some(there), ..Carrying::default() };
        }
        let not_lifted = |message: String| {
            let remedy = "load a chain file and the sequence of both assemblies with `cairn reference add FILE`";
            Carrying { notice: Some(Notice::new("not_lifted", message).with_remedy(remedy)), ..Carrying::default() }
        };
        let Some(normalized) = here.normalized.as_ref().filter(|_| here.is_verified) else {
            let message = format!(
                "it is identified on {} only: its bases are not loaded, so it cannot be carried to {wanted}",
                from.assembly
            );
            return Carrying { counterpart: self.counterpart(here), ..not_lifted(message) };
        };
        let source = self.reference.sequences();
        let justified = normalized.fully_justified();
        match lift_from(self.reference.liftover(), source, &justified, from) {
            Ok(Lifted { contig, change, agreement: Agreement::Verified, .. }) => match self.whole(contig, change) {
                Ok(there) => Carrying { there: Some(there), ..Carrying::default() },
                Err(_) => not_lifted(format!("its place on {wanted} cannot be read")),
            },
            Ok(Lifted { agreement: Agreement::NotVerified(_), .. }) => {
                let message = format!("the bases of {wanted} at its place are not loaded");
                Carrying { counterpart: self.counterpart(here), ..not_lifted(message) }
            }
            Err(error) => not_lifted(error.to_string()),
        }
    }

    /// The identifier that a substitution would have on the other assembly, by the loaded blocks alone.
    fn counterpart(self, here: &OnContig) -> Option<String> {
        let change = here.change.as_ref().filter(|change| change.deleted().length() == change.inserted().length())?;
        let source = self.reference.sequences();
        let lifted = lift_from(self.reference.liftover(), source, change, here.contig).ok()?;
        let there = self.whole(lifted.contig, lifted.change).ok()?;
        Variant::Vrs(Variation::Allele(there.allele)).identify().ok().map(|id| id.to_string())
    }

    /// Everything to say of a change that is placed on one or both assemblies, the newest first.
    fn describe(self, both: &[OnContig]) -> Result<Identity, Stop> {
        let Some(main) = both.first() else { return Err(Stop::not_loaded("its chromosome")) };
        let id = Variant::Vrs(Variation::Allele(main.allele.clone())).identify()?;
        let mut identity =
            Identity { canonical_id: Some(canonical(&id)), variant_id: Some(id.to_string()), ..Identity::default() };
        identity.status = if main.is_provisional { Status::Provisional } else { Status::Resolved };
        identity.kind = Some(main.kind);
        identity.assembly = Some(main.contig.assembly);
        identity.spdi = self.spdi_of(main);
        for on in both {
            let id = Variant::Vrs(Variation::Allele(on.allele.clone())).identify()?;
            identity.alleles.insert(on.contig.assembly, id.to_string());
            if let Some(vcf) = self.vcf_of(on) {
                identity.vcf.insert(on.contig.assembly, vcf);
            }
            if let Some(g) = self.genomic_description(on) {
                identity.hgvs.g_by_assembly.insert(on.contig.assembly, g);
            }
        }
        identity.hgvs.g = identity.hgvs.g_by_assembly.get(&main.contig.assembly).cloned();
        identity.warnings.extend(main.notices());
        if !self.options.without_transcripts {
            self.add_transcripts(both, &mut identity);
        }
        Ok(identity)
    }

    fn spdi_of(self, on: &OnContig) -> Option<String> {
        let justified = on.normalized.as_ref().map(Normalized::fully_justified);
        justified.as_ref().or(on.change.as_ref()).map(|change| Spdi::new(on.contig.refseq(), change).to_string())
    }

    fn vcf_of(self, on: &OnContig) -> Option<String> {
        let normalized = on.normalized.as_ref();
        let left = normalized.and_then(|n| VcfAllele::leftmost(self.reference.sequences(), on.contig.contig, n).ok());
        let plain = |change: &Replacement| {
            let position = change.interval().start() + 1;
            VcfAllele::new(on.contig.contig, position, change.deleted().clone(), change.inserted().clone()).ok()
        };
        // An indel among bases that are not loaded is written as it was given, not leftmost.
        let as_given = || [&on.change, &on.stated].into_iter().flatten().find_map(plain);
        left.or_else(as_given).map(|allele| allele.to_string())
    }

    /// An identity of any variation that is not described further.
    pub fn of_variation(self, variation: Variation, kind: Kind) -> Result<Identity, Stop> {
        self.of_variant(&Variant::Vrs(variation), kind)
    }

    /// The same for a variant of any kind.
    pub fn of_variant(self, variant: &Variant, kind: Kind) -> Result<Identity, Stop> {
        let id = variant.identify()?;
        Ok(Identity {
            status: Status::Resolved,
            canonical_id: Some(canonical(&id)),
            variant_id: Some(id.to_string()),
            kind: Some(kind),
            ..Identity::default()
        })
    }
}

impl OnContig {
    fn notices(&self) -> Vec<Notice> {
        let load = format!(
            "load the sequence with `cairn reference add FILE` ({}, {})",
            self.contig.refseq(),
            named(self.contig)
        );
        let mut notices = Vec::new();
        if !self.is_verified {
            let message =
                format!("the reference bases could not be checked: {} is not loaded there", named(self.contig));
            notices.push(Notice::new("reference_not_verified", message).with_remedy(load.clone()));
        }
        if self.is_provisional {
            let message = match self.kind {
                Kind::Reference => "whether nothing changes cannot be said without the reference bases",
                _ => {
                    "an insertion or deletion may have other places with the same result; without the bases around it \
                     its identifier is provisional"
                }
            };
            notices.push(Notice::new("provisional", message).with_remedy(load));
        }
        notices
    }
}

/// The group of a variant's alleles on every build, named after the allele that defines it.
pub(super) fn canonical(id: &VariantId) -> String {
    let text = id.to_string();
    format!("cairn:{}", text.trim_start_matches("ga4gh:").trim_start_matches("cairn:"))
}

/// The smallest form; a change of nothing keeps its bases.
fn smallest(given: &Replacement, normalized: &Normalized) -> Replacement {
    if normalized.shape() == Shape::Reference { given.clone() } else { normalized.trimmed().clone() }
}

fn kind_of(normalized: &Normalized) -> Kind {
    let (trimmed, room) = (normalized.trimmed(), normalized.room());
    match normalized.shape() {
        Shape::Reference => Kind::Reference,
        Shape::Substitution if trimmed.deleted().length() == 1 => Kind::Substitution,
        Shape::Substitution if trimmed.deleted().reverse_complement().as_ref() == Some(trimmed.inserted()) => {
            Kind::Inversion
        }
        Shape::Substitution => Kind::MultiNucleotide,
        Shape::Deletion => Kind::Deletion,
        Shape::Insertion if room.left + room.right >= normalized.seed_length() => Kind::Duplication,
        Shape::Insertion => Kind::Insertion,
        Shape::DeletionInsertion => Kind::DeletionInsertion,
    }
}

/// An insertion or deletion whose neighbours are not loaded: taken where it was given.
fn unjustified(contig: GenomeContig, stated: &Replacement, is_verified: bool) -> OnContig {
    let change = stated.trimmed();
    let (kind, becomes) = match change.inserted().is_empty() {
        true => (Kind::Deletion, Becomes::Nothing),
        false => (Kind::Insertion, Becomes::Bases(change.inserted().clone())),
    };
    let allele = plain_allele(contig, change.interval(), &becomes);
    let (change, stated) = (Some(change), Some(stated.clone()));
    OnContig { contig, allele, kind, change, stated, normalized: None, is_verified, is_provisional: true }
}

/// A change of bases that nobody has stated or loaded.
fn unread(contig: GenomeContig, interval: cairn_variant::interbase::Interval, becomes: &Becomes) -> OnContig {
    let kind = match becomes {
        Becomes::Nothing => Kind::Deletion,
        Becomes::TwoCopies => Kind::Duplication,
        Becomes::Itself => Kind::Reference,
        Becomes::Bases(_) if interval.is_empty() => Kind::Insertion,
        Becomes::Bases(_) => Kind::DeletionInsertion,
    };
    let allele = plain_allele(contig, interval, becomes);
    OnContig {
        contig,
        allele,
        kind,
        change: None,
        stated: None,
        normalized: None,
        is_verified: false,
        is_provisional: true,
    }
}

fn plain_allele(contig: GenomeContig, interval: cairn_variant::interbase::Interval, becomes: &Becomes) -> Allele {
    let unit = interval.length();
    let repeats = |length: u64| SequenceExpression::ReferenceLength {
        length: Quantity::Exact(length),
        repeat_subunit_length: unit,
        sequence: None,
    };
    let state = match becomes {
        Becomes::Nothing => repeats(0),
        Becomes::Itself => repeats(unit),
        Becomes::TwoCopies => repeats(unit.saturating_mul(2)),
        Becomes::Bases(bases) => SequenceExpression::Literal(bases.clone()),
    };
    Allele { location: Referable::Inline(SequenceLocation::of(contig.refget(), interval)), state }
}

fn shown(bases: &Residues) -> String {
    match bases.length() {
        0 => "nothing".to_owned(),
        1..=30 => format!("`{bases}`"),
        length => format!("`{}…` ({length} bases)", &bases.as_str()[..30]),
    }
}
