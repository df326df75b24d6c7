//! Changes whose text gives a place on a chromosome: VCF, SPDI, `g.` and `m.`.

use cairn_variant::{
    assembly::Assembly,
    contig::{Contig, GenomeContig},
    hgvs::{Axis, Change, Composition, Hgvs, NucleotideChange, NucleotideEdit, Reference, Selector, Variant},
    normalize_hgvs::{MeasuredOn, NormalizeError, Replacements},
    project::ProjectError,
    replacement::{ReferenceCheck, Replacement},
    residues::Residues,
    spdi::{Deletion, Spdi},
    vcf::VcfExpression,
};

use super::{
    Identifying,
    outside::unread_edit,
    place::{Becomes, Placement, Stated},
    repeat::from_first_unit,
    stop::Stop,
};
use crate::{
    Identity,
    identity::{Candidate, Notice},
};

impl Identifying<'_> {
    pub fn vcf(self, vcf: &VcfExpression) -> Result<Identity, Stop> {
        let placement = |assembly: Assembly| {
            Ok(Placement::whole(vcf.allele.contig().on(assembly), vcf.allele.replacement(assembly)))
        };
        self.on_assembly(vcf.assembly, vcf.allele.contig(), &placement, &|assembly| {
            format!("{assembly}-{}", vcf.allele)
        })
    }

    pub fn spdi(self, spdi: &Spdi) -> Result<Identity, Stop> {
        let Some(contig) = GenomeContig::from_refseq(spdi.accession()) else { return self.spdi_elsewhere(spdi) };
        let change = match spdi.deletion() {
            Deletion::Residues(deleted) => {
                let change =
                    Replacement::new(contig.refget(), spdi.position(), deleted.clone(), spdi.insertion().clone());
                change
                    .map(Stated::Whole)
                    .ok_or_else(|| Stop::refused("spdi", "its end is beyond any sequence", "check the position"))?
            }
            Deletion::Length(_) if spdi.insertion().is_empty() => {
                Stated::Unread { interval: spdi.interval(), becomes: Becomes::Nothing }
            }
            Deletion::Length(_) => {
                Stated::Unread { interval: spdi.interval(), becomes: Becomes::Bases(spdi.insertion().clone()) }
            }
        };
        self.placed(Placement { contig, change })
    }

    /// SPDI on a transcript is the same as `n.` there.
    fn spdi_elsewhere(self, spdi: &Spdi) -> Result<Identity, Stop> {
        let interval = spdi.interval();
        let inserted = spdi.insertion();
        let edit = match (interval.is_empty(), inserted.is_empty()) {
            (true, _) => format!("{}_{}ins{inserted}", interval.start(), interval.start() + 1),
            (false, true) => format!("{}_{}del", interval.start() + 1, interval.end()),
            (false, false) => format!("{}_{}delins{inserted}", interval.start() + 1, interval.end()),
        };
        let hgvs = format!("{}:n.{edit}", spdi.accession());
        match hgvs.parse::<Hgvs>() {
            Ok(hgvs) => self.hgvs(&hgvs),
            Err(_) => Err(Stop::not_loaded(&format!("`{}`", spdi.accession()))),
        }
    }

    /// A nucleotide change, on whatever its reference is.
    pub fn nucleotide(
        self,
        reference: &Reference,
        axis: Axis,
        changes: &Composition<NucleotideChange>,
    ) -> Result<Identity, Stop> {
        self.gene_agrees(reference)?;
        let Some(change) = changes.only() else { return self.several_changes(reference, axis, changes) };
        match from_first_unit(change) {
            Some(first_unit) => self.repeat_of_one_unit(reference, axis, change, &first_unit),
            None => self.one_change(reference, axis, change),
        }
    }

    /// One change on one reference, read as it is written.
    pub fn one_change(self, reference: &Reference, axis: Axis, change: &NucleotideChange) -> Result<Identity, Stop> {
        let hgvs = |reference: &Reference| {
            let changes = Composition::Single(change.clone());
            Hgvs::Variant(Variant { reference: reference.clone(), change: Change::Nucleotide { axis, changes } })
        };
        match reference {
            Reference::Chromosome { contig, assembly } if !axis.is_transcript() => {
                if axis == Axis::Genomic || *contig == Contig::MT {
                    return self.chromosomal(*contig, *assembly, change, axis);
                }
                Err(Stop::refused("axis", format!("`{}.` is not for {reference}", axis.letter()), "use `g.`"))
            }
            Reference::Sequence { accession, selector } => {
                let contig = GenomeContig::from_refseq(&accession.to_string());
                match (contig, selector, axis.is_transcript()) {
                    (Some(contig), _, false) => self.on_chromosome(contig, change, axis),
                    (Some(_), Some(Selector::Sequence(transcript)), true) => {
                        self.on_transcript(transcript, axis, change)
                    }
                    (None, _, true) => self.on_transcript(accession, axis, change),
                    (Some(_), _, true) => Err(self.normalize_error(&hgvs(reference))),
                    (None, _, false) => self.on_region_sequence(&hgvs(reference)),
                }
            }
            Reference::Gene(symbol) => self.of_gene(symbol, axis, change),
            Reference::Chromosome { .. } => Err(self.normalize_error(&hgvs(reference))),
        }
    }

    /// A change on a chromosome named without its accession.
    fn chromosomal(
        self,
        contig: Contig,
        assembly: Option<Assembly>,
        change: &NucleotideChange,
        axis: Axis,
    ) -> Result<Identity, Stop> {
        if let Some(uncertain) = self.uncertain_ends(contig, assembly, change) {
            return uncertain;
        }
        let placement = |assembly: Assembly| self.place_genomic(contig.on(assembly), change, axis);
        let written = |assembly: Assembly| {
            let reference = Reference::Chromosome { contig, assembly: Some(assembly) };
            Hgvs::nucleotide(reference, axis, change.clone()).to_string()
        };
        self.on_assembly(assembly, contig, &placement, &written)
    }

    fn on_chromosome(self, contig: GenomeContig, change: &NucleotideChange, axis: Axis) -> Result<Identity, Stop> {
        if let Some(uncertain) = self.uncertain_ends(contig.contig, Some(contig.assembly), change) {
            return uncertain;
        }
        self.placed(self.place_genomic(contig, change, axis)?)
    }

    /// A `g.` change as a placement: through the loaded bases, or without them.
    pub fn place_genomic(self, contig: GenomeContig, change: &NucleotideChange, axis: Axis) -> Result<Placement, Stop> {
        let reference = Reference::Chromosome { contig: contig.contig, assembly: Some(contig.assembly) };
        let hgvs = Hgvs::nucleotide(reference, axis, change.clone());
        match self.reference.projector().replacements(&hgvs) {
            Ok(found) => {
                let placement = self.placement_of(contig, &found)?;
                let is_read = matches!(placement.change, Stated::Whole(_));
                Ok(if is_read { placement } else { unread_edit(contig, change).unwrap_or(placement) })
            }
            Err(error) => match unread_edit(contig, change) {
                Some(placement) if needs_loading(&error) => Ok(placement),
                None if needs_loading(&error) => Err(Stop::from(error)),
                _ => Err(self.mismatch_of(contig, change, error)),
            },
        }
    }

    /// A stated base that is not in the reference gets the message with the other assembly's base.
    fn mismatch_of(self, contig: GenomeContig, change: &NucleotideChange, error: NormalizeError) -> Stop {
        let stated = matches!(change.edit, NucleotideEdit::Substitution { .. });
        match unread_edit(contig, change)
            .filter(|_| stated && matches!(error, NormalizeError::ReferenceMismatch { .. }))
        {
            Some(placement) => self.on_contig(placement).err().unwrap_or_else(|| error.into()),
            None => error.into(),
        }
    }

    /// What was measured on a chromosome, with the bases that go.
    pub fn placement_of(self, contig: GenomeContig, found: &Replacements) -> Result<Placement, Stop> {
        let (MeasuredOn::Genomic(sequence), [change]) = (&found.on, found.changes.as_slice()) else {
            return Err(Stop::not_loaded("the chromosome"));
        };
        let interval = cairn_variant::interbase::Interval::new(change.start, change.end);
        let interval = interval
            .ok_or_else(|| Stop::refused("not_possible", "the change ends before it begins", "check the positions"))?;
        let inserted = Residues::from_bytes(&change.inserted).map_err(|_| {
            Stop::refused("not_possible", "the inserted sequence has no definite bases", "write it out")
        })?;
        match Replacement::of_reference(self.reference.sequences(), *sequence, interval, inserted.clone()) {
            Ok(replacement) => Ok(Placement::whole(contig, replacement)),
            Err(error) if error.is_remedied_by_loading() => {
                let becomes = if inserted.is_empty() { Becomes::Nothing } else { Becomes::Bases(inserted) };
                Ok(Placement { contig, change: Stated::Unread { interval, becomes } })
            }
            Err(error) => Err(error.into()),
        }
    }

    /// On the stated assembly, or on the only one whose bases agree; else candidates.
    fn on_assembly(
        self,
        stated: Option<Assembly>,
        contig: Contig,
        placement: &dyn Fn(Assembly) -> Result<Placement, Stop>,
        written: &dyn Fn(Assembly) -> String,
    ) -> Result<Identity, Stop> {
        let only = (contig == Contig::MT).then_some(Assembly::Grch38);
        if let Some(assembly) = stated.or(self.options.assembly).or(only) {
            return self.placed(placement(assembly)?);
        }
        let checked: Vec<_> = Assembly::ALL
            .into_iter()
            .rev()
            .map(|assembly| (assembly, placement(assembly).map(|p| (self.agrees(&p), p))))
            .collect();
        let agreeing: Vec<_> = checked
            .iter()
            .filter_map(|(assembly, found)| match found {
                Ok((Some(true), placement)) => Some((*assembly, placement.clone())),
                _ => None,
            })
            .collect();
        if let [(assembly, placement)] = agreeing.as_slice() {
            let mut identity = self.placed(placement.clone())?;
            let message =
                format!("the assembly was not stated; {assembly} is taken, because only its loaded bases agree");
            identity.warnings.push(Notice::new("assembly_assumed", message).with_remedy("state it with `--assembly`"));
            return Ok(identity);
        }
        let untold = checked.iter().all(|(_, found)| matches!(found, Ok((None, _)) | Err(_)));
        let candidates: Vec<Candidate> =
            checked.iter().filter_map(|(assembly, found)| self.reading(*assembly, found, written)).collect();
        let notice = Notice::new("assembly_missing", "the assembly is not stated and the loaded bases do not tell it");
        let assumed = self.options.assume.filter(|_| untold);
        let readable = assumed.and_then(|on| checked.iter().find(|(assembly, found)| *assembly == on && found.is_ok()));
        let Some((assembly, Ok((_, placement)))) = readable else {
            return Err(Stop::ambiguous(
                candidates,
                notice.with_remedy("state it with `--assembly GRCh38` or `--assembly GRCh37`"),
            ));
        };
        let mut identity = self.placed(placement.clone())?;
        let message =
            format!("the assembly is not stated and the loaded bases do not tell it; it is read on {assembly}");
        identity.warnings.push(Notice::new("assembly_assumed", message).with_remedy("state it with `--assembly`"));
        identity.candidates = candidates;
        Ok(identity)
    }

    /// What the text would mean on one assembly, and what speaks for it.
    fn reading(
        self,
        assembly: Assembly,
        found: &Result<(Option<bool>, Placement), Stop>,
        written: &dyn Fn(Assembly) -> String,
    ) -> Option<Candidate> {
        let (agrees, placement) = found.as_ref().ok()?;
        let why = match agrees {
            Some(true) => format!("the bases of {assembly} agree"),
            Some(false) => format!("the bases of {assembly} do not agree"),
            None => format!("the bases of {assembly} are not loaded there"),
        };
        let identity = self.placed(placement.clone()).ok();
        Some(Candidate { expression: written(assembly), variant_id: identity.and_then(|found| found.variant_id), why })
    }

    /// Whether the stated bases are in the reference; `None` when they are not stated or not loaded.
    fn agrees(self, placement: &Placement) -> Option<bool> {
        let Stated::Whole(change) = &placement.change else { return None };
        match change.check_reference(self.reference.sequences()) {
            ReferenceCheck::Agrees => Some(!change.deleted().is_empty()),
            ReferenceCheck::Differs { .. } | ReferenceCheck::OutOfBounds(_) => Some(false),
            ReferenceCheck::NotLoaded(_) => None,
        }
    }

    /// `g.` on a gene region (`NG_`, `LRG_`): identified on the sequence itself when it is loaded.
    fn on_region_sequence(self, hgvs: &Hgvs) -> Result<Identity, Stop> {
        let found = self.reference.projector().replacements(hgvs)?;
        let (MeasuredOn::Genomic(sequence), [change]) = (&found.on, found.changes.as_slice()) else {
            return Err(Stop::not_loaded("the sequence"));
        };
        self.on_own_sequence(*sequence, change)
    }

    fn normalize_error(self, hgvs: &Hgvs) -> Stop {
        match self.reference.projector().normalize(hgvs) {
            Err(error) => error.into(),
            Ok(_) => Stop::refused(
                "axis",
                "the letter before the point does not fit the reference",
                "use `g.` on chromosomes",
            ),
        }
    }
}

/// Whether bases are missing, rather than wrong.
pub(super) fn needs_loading(error: &NormalizeError) -> bool {
    match error {
        NormalizeError::Sequence(inner) | NormalizeError::Project(ProjectError::Sequence(inner)) => {
            inner.is_remedied_by_loading()
        }
        NormalizeError::Project(ProjectError::UnknownTarget { .. }) => true,
        _ => false,
    }
}
