//! Larger events: copy number of a stretch, uncertain ends, adjacencies, exons and genes, cytogenetic findings.

use cairn_variant::{
    assembly::Assembly,
    contig::{Contig, GenomeContig},
    cytogenetic::Cytogenetic,
    exon_event::{ExonEvent, Extent},
    expression::{Breakend, MobileElement, RegionChange, RegionEvent},
    hgvs::{
        Anchor, Axis, Bound, FusionPart, Hgvs, Location, NucleotideChange, NucleotideEdit, Offset, Position, Reference,
    },
    interbase::Interval,
    place::{Carried, Event, Place, bounds},
    residues::Residues,
    transcript::{Strand, Transcript, TranscriptId},
    variant::Variant,
    vrs::{
        Adjacency, CopyChange, CopyNumberChange, CopyNumberCount, Quantity, Referable, SequenceExpression,
        SequenceLocation, Variation,
    },
};

use super::{
    Identifying,
    place::{Becomes, Placement, Stated},
    stop::Stop,
};
use crate::{
    Identity,
    gene::GeneMatch,
    identity::{Candidate, Kind, Notice},
};

/// A number or a range of inter-residue positions.
type Ends = (Quantity, Quantity);

impl Identifying<'_> {
    pub fn region(self, region: &RegionEvent) -> Result<Identity, Stop> {
        let assembly = self.stated_assembly(region.assembly, region.contig, &|assembly| {
            RegionEvent { assembly: Some(assembly), ..region.clone() }.to_string()
        })?;
        let contig = region.contig.on(assembly);
        let interval =
            Interval::from_one_based(region.start, region.end).filter(|interval| interval.end() <= contig.length());
        let interval = interval.ok_or_else(|| {
            Stop::refused(
                "out_of_bounds",
                format!("the region does not lie on {contig}"),
                "check the positions and the assembly",
            )
        })?;
        let becomes = match region.change {
            RegionChange::Deletion => Becomes::Nothing,
            RegionChange::Duplication => Becomes::TwoCopies,
            RegionChange::Inversion => return self.inversion(contig, interval),
            RegionChange::Element(element) => return self.mobile_element(contig, region.start, element),
            change => return self.copy_number(contig, (interval.start().into(), interval.end().into()), change),
        };
        self.placed(Placement { contig, change: Stated::Unread { interval, becomes } })
    }

    /// A mobile element between two bases: identified on GRCh38 when its place can be carried there, else where it
    /// was given. Callers differ by some bases in where they put it; nothing here joins such places.
    fn mobile_element(self, contig: GenomeContig, position: u64, element: MobileElement) -> Result<Identity, Stop> {
        let beyond = || Stop::refused("out_of_bounds", "it does not lie on the chromosome", "check the position");
        let between = Interval::new(position, position).ok_or_else(beyond)?;
        let given = Place::exact(contig, between, Event::Insertion).ok_or_else(beyond)?;
        let (places, notice) = self.on_both(given);
        let mut identity = Identity::default();
        for place in places.iter().filter(|place| place.carried() != Some(Carried::NotVerified)) {
            let Some(position) = place.start().exact() else { continue };
            let variant = Variant::MobileElement { sequence: place.contig().refget(), position, element };
            let found = self.of_variant(&variant, Kind::MobileElementInsertion)?;
            identity.alleles.extend(found.variant_id.clone().map(|id| (place.contig().assembly, id)));
            if identity.variant_id.is_none() {
                identity = Identity { alleles: identity.alleles, assembly: Some(place.contig().assembly), ..found };
            }
        }
        identity.warnings.extend(notice);
        self.add_genes(&places, &mut identity);
        identity.places = places;
        Ok(identity)
    }

    /// The assembly that a text states, or the option; never a guess, since no bases can be checked.
    fn stated_assembly(
        self,
        stated: Option<Assembly>,
        contig: Contig,
        written: &dyn Fn(Assembly) -> String,
    ) -> Result<Assembly, Stop> {
        let only = (contig == Contig::MT).then_some(Assembly::Grch38);
        stated.or(self.options.assembly).or(only).ok_or_else(|| {
            let candidate =
                |assembly| Candidate { expression: written(assembly), variant_id: None, why: format!("on {assembly}") };
            let notice = Notice::new("assembly_missing", "the assembly is not stated");
            let candidates = Assembly::ALL.into_iter().rev().map(candidate).collect();
            Stop::ambiguous(candidates, notice.with_remedy("state it with `--assembly GRCh38` or `--assembly GRCh37`"))
        })
    }

    fn inversion(self, contig: GenomeContig, interval: Interval) -> Result<Identity, Stop> {
        let bases =
            cairn_variant::sequence::SequenceSource::residues(self.reference.sequences(), &contig.refget(), interval)?;
        let turned = Residues::from_bytes(&bases).ok().and_then(|bases| bases.reverse_complement());
        let inserted = turned.ok_or_else(|| Stop::not_loaded("a definite sequence of the region"))?;
        self.placed(Placement { contig, change: Stated::Unread { interval, becomes: Becomes::Bases(inserted) } })
    }

    /// A change in the number of copies of a stretch: identified on GRCh38 when its ends can be carried there and the
    /// bases around them agree, else where it was given.
    fn copy_number(self, contig: GenomeContig, (start, end): Ends, change: RegionChange) -> Result<Identity, Stop> {
        let event = counted(change)
            .ok_or_else(|| Stop::refused("uncertain", "an inversion needs exact ends", "give first and last base"))?;
        let given = Place::new(contig, start, end, event).map_err(|error| {
            Stop::refused("out_of_bounds", error.to_string(), "check the positions and the assembly")
        })?;
        let (places, notice) = self.on_both(given);
        let known = places.iter().filter(|place| place.carried() != Some(Carried::NotVerified));
        let mut identity = Identity::default();
        for place in known {
            let variation = copy_variation(place)?;
            let kind = kind_of(&variation);
            let of_place = self.of_variation(variation, kind)?;
            identity.alleles.extend(of_place.variant_id.clone().map(|id| (place.contig().assembly, id)));
            if identity.variant_id.is_none() {
                identity = Identity { alleles: identity.alleles, assembly: Some(place.contig().assembly), ..of_place };
            }
        }
        identity.warnings.extend(notice);
        self.add_genes(&places, &mut identity);
        identity.places = places;
        Ok(identity)
    }

    /// A copy number given as a VRS object, when its location is on a chromosome.
    pub fn stretch_of_variation(self, variation: &Variation) -> Option<Result<Identity, Stop>> {
        let (location, change) = match variation {
            Variation::CopyNumberChange(change) => match change.copy_change {
                CopyChange::Loss => (&change.location, RegionChange::Loss),
                CopyChange::Gain => (&change.location, RegionChange::Gain),
                // Finer words are an identity of their own in VRS.
                _ => return None,
            },
            Variation::CopyNumberCount(count) => {
                let number = |copies: Option<u64>| copies.and_then(|copies| u32::try_from(copies).ok());
                let (least, most) = (number(count.copies.least())?, number(count.copies.most())?);
                (&count.location, RegionChange::Copies(least, most))
            }
            _ => return None,
        };
        let Referable::Inline(location) = location else { return None };
        let contig = GenomeContig::from_refget(&location.sequence?)?;
        Some(self.copy_number(contig, (location.start?, location.end?), change))
    }

    /// `g.(?_100)_(200_?)del` and the like: a copy number change of a stretch with uncertain ends; `None` for exact ones.
    pub fn uncertain_ends(
        self,
        contig: Contig,
        assembly: Option<Assembly>,
        change: &NucleotideChange,
    ) -> Option<Result<Identity, Stop>> {
        if change.location.exact().is_some() {
            return None;
        }
        let region_change = region_change_of(&change.edit)?;
        let number = |position: Position| match (position.anchor, position.offset) {
            (Anchor::Base(base), Offset::None) => Some(Some(u64::from(base))),
            (Anchor::Unknown, _) => Some(None),
            _ => None,
        };
        let ends = ends_of(&change.location, &number)?;
        let written = |assembly| {
            let reference = Reference::Chromosome { contig, assembly: Some(assembly) };
            Hgvs::nucleotide(reference, Axis::Genomic, change.clone()).to_string()
        };
        let assembly = match self.stated_assembly(assembly, contig, &written) {
            Ok(assembly) => assembly,
            Err(stop) => return Some(Err(stop)),
        };
        Some(self.copy_number(contig.on(assembly), ends, region_change))
    }

    /// An uncertain change on a transcript, such as `c.(4071+1_4072-1)_(5154+1_5155-1)del`, on the chromosome.
    pub fn uncertain_on_transcript(
        self,
        transcript: &Transcript,
        axis: Axis,
        change: &NucleotideChange,
    ) -> Result<Identity, Stop> {
        let uncertain = || {
            let message = format!("`{}` is not known exactly", change.location);
            Stop::refused(
                "uncertain",
                message,
                "give exact positions, or a deletion or duplication with uncertain ends",
            )
        };
        let region_change = region_change_of(&change.edit).ok_or_else(uncertain)?;
        let set = self.reference.transcripts();
        let placed = transcript.alignments().iter().map(|id| set.alignment(*id)).filter_map(|alignment| {
            GenomeContig::from_refseq(set.target_accession(alignment.target())).map(|contig| (contig, alignment))
        });
        let (contig, alignment) = placed
            .max_by_key(|(contig, _)| contig.assembly)
            .ok_or_else(|| Stop::not_loaded(&format!("the alignment of {}", transcript.accession())))?;
        let number = |position: Position| {
            if position.anchor == Anchor::Unknown {
                return Some(None);
            }
            let point = cairn_variant::project::Point::of_position(position, axis, transcript).ok()?;
            point.on_target(alignment, transcript, position).ok().map(|base| Some(base + 1))
        };
        let location = if alignment.strand() == Strand::Minus { reversed(&change.location) } else { change.location };
        let ends = ends_of(&location, &number).ok_or_else(uncertain)?;
        self.copy_number(contig, ends, region_change)
    }

    /// Exons or a whole gene: a copy number change of a stretch whose ends lie in the introns around it, when the
    /// transcript is loaded; else identified by its words.
    pub fn exon_event(self, event: &ExonEvent) -> Result<Identity, Stop> {
        let symbol = match &event.reference {
            Reference::Gene(symbol) => Some(symbol.to_string()),
            _ => None,
        };
        let transcript = self.transcript_of_event(event);
        let counted_on = match (&transcript, &symbol) {
            (_, Some(symbol)) => self.gene_identifier(symbol),
            (Some(id), None) => self.reference.transcripts().transcript(*id).accession().to_string(),
            (None, None) => event.reference.to_string(),
        };
        let variant = Variant::ExonEvent { event: event.clone(), counted_on };
        let mut identity = self.of_variant(&variant, Kind::ExonEvent)?;
        identity.genes.extend(event.reference.gene().map(ToString::to_string));
        match transcript.map(|id| self.extent_of_event(event, id)) {
            Some(Ok((contig, ends))) => {
                let placed = self.copy_number(contig, ends, event.change)?;
                let message = format!("on {contig} it lies as {}", placed.variant_id.unwrap_or_default());
                identity.warnings.push(Notice::new("ends_not_known", format!("{message}; its ends are not known")));
                identity.alleles = placed.alleles;
                identity.places = placed.places;
                identity
                    .genes
                    .extend(placed.genes.into_iter().filter(|gene| !identity.genes.contains(gene)).collect::<Vec<_>>());
            }
            Some(Err(stop)) => return Err(stop),
            None => identity.warnings.push(
                Notice::new("without_coordinates", "it is identified by its words: the transcript is not loaded")
                    .with_remedy("load transcripts with `cairn reference add FILE`"),
            ),
        }
        Ok(identity)
    }

    fn gene_identifier(self, symbol: &str) -> String {
        match self.reference.genes().find(symbol) {
            GeneMatch::Approved(gene) | GeneMatch::ByOtherName(gene) => match (gene.ncbi_id, gene.hgnc_id) {
                // NCBI's number is in every table that may be loaded, HGNC's only in its own: the identifier must not
                // change when a table is added.
                (Some(id), _) => format!("NCBIGene:{id}"),
                (None, Some(id)) => format!("HGNC:{id}"),
                (None, None) => gene.symbol.clone(),
            },
            _ => symbol.to_ascii_uppercase(),
        }
    }

    fn transcript_of_event(self, event: &ExonEvent) -> Option<TranscriptId> {
        let set = self.reference.transcripts();
        match &event.reference {
            Reference::Gene(symbol) => self.transcripts_of(symbol).ok()?.0.first().copied(),
            other => set.find(&other.transcript()?.to_string()).map(|found| found.id),
        }
    }

    fn extent_of_event(self, event: &ExonEvent, id: TranscriptId) -> Result<(GenomeContig, Ends), Stop> {
        let set = self.reference.transcripts();
        let transcript = set.transcript(id);
        let placed = transcript.alignments().iter().map(|id| set.alignment(*id)).filter_map(|alignment| {
            GenomeContig::from_refseq(set.target_accession(alignment.target())).map(|contig| (contig, alignment))
        });
        let (contig, alignment) = placed
            .max_by_key(|(contig, _)| contig.assembly)
            .ok_or_else(|| Stop::not_loaded("the alignment of the transcript"))?;
        let count = alignment.exon_count();
        let (first, last) = match event.extent {
            Extent::Exons { first, last } => (first, last),
            Extent::WholeGene => (1, count),
        };
        let none = || {
            Stop::refused(
                "not_possible",
                format!("{} has {count} exons", transcript.accession()),
                "check the exon numbers and the transcript",
            )
        };
        let exon = |number: u16| number.checked_sub(1).and_then(|at| alignment.exon(at)).map(|(_, target)| target);
        let (from, to) = (exon(first).ok_or_else(none)?, exon(last).ok_or_else(none)?);
        let beside = (first.checked_sub(1).and_then(exon), last.checked_add(1).and_then(exon));
        let (low, high, before, after) = match alignment.strand() {
            Strand::Plus => (from.start, to.end, beside.0.map(|exon| exon.end), beside.1.map(|exon| exon.start)),
            Strand::Minus => (to.start, from.end, beside.1.map(|exon| exon.end), beside.0.map(|exon| exon.start)),
        };
        let range = |least: Option<u32>, most: Option<u32>| Quantity::range(least.map(u64::from), most.map(u64::from));
        let ends = range(before, Some(low)).and_then(|start| Ok((start, range(Some(high), after)?)));
        ends.map(|ends| (contig, ends))
            .map_err(|error| Stop::refused("not_possible", error.to_string(), "check the exon numbers"))
    }

    pub fn breakend(self, breakend: &Breakend) -> Result<Identity, Stop> {
        let written = |assembly| Breakend { assembly: Some(assembly), ..breakend.clone() }.to_string();
        let assembly = self.stated_assembly(breakend.assembly, breakend.contig, &written)?;
        let (here, there) = (breakend.contig.on(assembly), breakend.mate_contig.on(assembly));
        if breakend.position == 0
            || breakend.mate_position == 0
            || breakend.position > here.length()
            || breakend.mate_position > there.length()
        {
            return Err(Stop::refused(
                "out_of_bounds",
                "a breakend lies outside its chromosome",
                "check the positions and the assembly",
            ));
        }
        // A piece that ends at a base ends behind it; a piece that begins with a base begins before it.
        let cut = |contig: GenomeContig, position: u64, is_left: bool| {
            let (at, event) = if is_left { (position, Event::CutAfter) } else { (position - 1, Event::CutBefore) };
            Place::new(contig, at.into(), at.into(), event)
                .map_err(|error| Stop::refused("out_of_bounds", error.to_string(), "check the positions"))
        };
        let own = cut(here, breakend.position, breakend.mate_follows)?;
        let mate = cut(there, breakend.mate_position, !breakend.mate_extends_right)?;
        let joined = breakend.joined.as_str();
        let inserted =
            if breakend.mate_follows { joined.get(1..) } else { joined.get(..joined.len().saturating_sub(1)) };
        let linker = inserted.filter(|text| !text.is_empty());
        let (first, second) = if breakend.mate_follows { (own, mate) } else { (mate, own) };
        self.joint(first, second, linker)
    }

    /// Two sequence ends joined: identified on GRCh38 when both can be carried there, else where they were given.
    fn joint(self, first: Place, second: Place, linker: Option<&str>) -> Result<Identity, Stop> {
        let unreadable =
            || Stop::refused("breakend", "the inserted bases cannot be read", "write them with A, C, G, T");
        let ((one, notice), (two, other_notice)) = (self.on_both(first), self.on_both(second));
        let mut identity = Identity::default();
        for assembly in Assembly::ALL.into_iter().rev() {
            let on = |places: &[Place]| places.iter().find(|place| place.contig().assembly == assembly).copied();
            let (Some(first), Some(second)) = (on(&one), on(&two)) else { continue };
            identity.places.extend([first, second]);
            let is_known = |place: Place| place.carried() != Some(Carried::NotVerified);
            // A side that lies inverted there would be read from its other strand, and so would the bases between.
            let is_same = first.event() == one_given(&one) && second.event() == one_given(&two);
            if !(is_known(first) && is_known(second) && is_same) {
                continue;
            }
            let adjacency = ordered(cut_location(&first), cut_location(&second), linker.map(str::to_owned));
            let variation = Variation::Adjacency(adjacency.ok_or_else(unreadable)?);
            let found = self.of_variation(variation, Kind::Adjacency)?;
            identity.alleles.extend(found.variant_id.clone().map(|id| (assembly, id)));
            if identity.variant_id.is_none() {
                let (places, alleles) = (identity.places, identity.alleles);
                identity = Identity { places, alleles, assembly: Some(assembly), ..found };
            }
        }
        identity.warnings.extend(notice.or(other_notice));
        let places = identity.places.clone();
        self.add_genes(&places, &mut identity);
        Ok(identity)
    }

    pub fn cytogenetic(self, finding: &Cytogenetic) -> Result<Identity, Stop> {
        if let Cytogenetic::Array(findings) = finding
            && let [only] = findings.as_slice()
            && let Some((start, end)) = only.region
        {
            return self.array_finding(only.assembly, only.contig, start, end, only.change);
        }
        let mut identity = self.of_variant(&Variant::Cytogenetic(finding.clone()), kind_seen(finding))?;
        identity.places = self.places_of_bands(finding);
        identity.warnings.push(match identity.places.is_empty() {
            true => Notice::new("without_coordinates", "bands are not bases: it is identified by its words")
                .with_remedy("load the bands with `cairn reference add cytoBand.txt`, and a region finds it"),
            false => Notice::new("ends_not_known", "it is identified by its words; its ends lie in the bands named"),
        });
        Ok(identity)
    }

    /// Where the bands of a finding lie on each assembly whose bands are loaded. The places are for finding alone: they
    /// say that something changes there, not what, so that nothing is compared by the ends of bands.
    fn places_of_bands(self, finding: &Cytogenetic) -> Vec<Place> {
        let bands = self.reference.cytobands();
        let mut places = Vec::new();
        for assembly in Assembly::ALL.into_iter().rev() {
            for (contig, first, last) in finding.bands() {
                let contig = contig.on(assembly);
                let found = bands.find(contig, first.as_str()).zip(bands.find(contig, last.as_str()));
                let Some((one, two)) = found else { continue };
                let (low, high) = if one.start() <= two.start() { (one, two) } else { (two, one) };
                let range = |band: Interval| bounds(Some(band.start()), Some(band.end()));
                let place = range(low).and_then(|start| Place::new(contig, start, range(high)?, Event::Change));
                places.extend(place.ok().filter(|place| !places.contains(place)));
            }
        }
        places
    }

    /// Arrays count copies: a finding is a copy number, never an exact deletion.
    fn array_finding(
        self,
        assembly: Option<Assembly>,
        contig: Contig,
        start: u64,
        end: u64,
        change: RegionChange,
    ) -> Result<Identity, Stop> {
        let change = match change {
            RegionChange::Deletion => RegionChange::Loss,
            RegionChange::Duplication => RegionChange::Gain,
            other => other,
        };
        self.region(&RegionEvent { assembly, contig, start, end, change })
    }

    pub fn fusion(self, hgvs: &Hgvs) -> Result<Identity, Stop> {
        let mut identity = self.of_variant(&Variant::Fusion(hgvs.clone()), Kind::Fusion)?;
        let places = self.places_of_fusion(hgvs);
        identity.warnings.push(match places.is_empty() {
            true => Notice::new("without_coordinates", "a fusion is identified by its description"),
            false => Notice::new("ends_not_known", "it is identified by its description; its ends lie in its genes"),
        });
        self.add_genes(&places, &mut identity);
        identity.places = places;
        Ok(identity)
    }

    /// Where the partners of a fusion are cut: somewhere in the gene or transcript that each names, the newest
    /// assembly first. What is not loaded has no place.
    fn places_of_fusion(self, hgvs: &Hgvs) -> Vec<Place> {
        let Hgvs::Fusion(parts) = hgvs else { return Vec::new() };
        let set = self.reference.transcripts();
        let transcript = |part: &FusionPart| match part {
            FusionPart::Gene(symbol) => self.transcripts_of(symbol).ok()?.0.first().copied(),
            FusionPart::Stretch { reference: Reference::Gene(symbol), .. } => {
                self.transcripts_of(symbol).ok()?.0.first().copied()
            }
            FusionPart::Stretch { reference, .. } => Some(set.find(&reference.transcript()?.to_string())?.id),
            FusionPart::Linker(_) => None,
        };
        let mut places = Vec::new();
        for (at, id) in parts.iter().enumerate().filter_map(|(at, part)| Some((at, transcript(part)?))) {
            for alignment in set.transcript(id).alignments().iter().map(|id| set.alignment(*id)) {
                let contig = GenomeContig::from_refseq(set.target_accession(alignment.target()));
                // The first partner keeps its beginning, those behind it their ends.
                let event = match (alignment.strand(), at == 0) {
                    (Strand::Plus, true) | (Strand::Minus, false) => Event::CutAfter,
                    (Strand::Plus, false) | (Strand::Minus, true) => Event::CutBefore,
                };
                let span = alignment.span();
                let cut = bounds(Some(span.start.into()), Some(span.end.into())).ok();
                let place = contig.zip(cut).and_then(|(contig, cut)| Place::new(contig, cut, cut, event).ok());
                places.extend(place.filter(|place| !places.contains(place)));
            }
        }
        places.sort_by_key(|place| std::cmp::Reverse(place.contig().assembly));
        places
    }
}

/// What sort a finding under the microscope is: copies change unless all of it is known to be balanced.
fn kind_seen(finding: &Cytogenetic) -> Kind {
    match finding {
        Cytogenetic::Abnormality(only) if only.is_balanced() => Kind::Rearrangement,
        _ => Kind::CopyNumberChange,
    }
}

/// What an event of a region means for the copies of it; `None` for what leaves them.
fn counted(change: RegionChange) -> Option<Event> {
    Some(match change {
        RegionChange::Copies(least, most) => Event::Copies(least, Some(most)),
        RegionChange::Loss | RegionChange::Deletion => Event::Loss,
        RegionChange::Gain | RegionChange::Duplication => Event::Gain,
        RegionChange::Inversion | RegionChange::Element(_) => return None,
    })
}

/// The VRS object of a change in the number of copies.
fn copy_variation(place: &Place) -> Result<Variation, Stop> {
    let sequence = Some(place.contig().refget());
    let location = SequenceLocation { sequence, start: Some(place.start()), end: Some(place.end()) };
    let location = Referable::Inline(location);
    Ok(match place.event() {
        Event::Copies(least, most) => {
            let copies = bounds(Some(u64::from(least)), most.map(u64::from));
            let copies = copies
                .map_err(|_| Stop::refused("copies", "the copies are out of order", "give the number of copies"))?;
            Variation::CopyNumberCount(CopyNumberCount { location, copies })
        }
        Event::Gain => Variation::CopyNumberChange(CopyNumberChange { location, copy_change: CopyChange::Gain }),
        _ => Variation::CopyNumberChange(CopyNumberChange { location, copy_change: CopyChange::Loss }),
    })
}

/// The event as it was given, before any place was carried over.
fn one_given(places: &[Place]) -> Event {
    places.iter().find(|place| place.carried().is_none()).map_or(Event::Change, Place::event)
}

/// A cut as VRS writes it: with its end only when what lies before it stays, with its start only otherwise.
fn cut_location(cut: &Place) -> SequenceLocation {
    let at = Some(cut.start());
    let (start, end) = if cut.event() == Event::CutAfter { (None, at) } else { (at, None) };
    SequenceLocation { sequence: Some(cut.contig().refget()), start, end }
}

/// What sort a VRS variation is.
pub(super) fn kind_of(variation: &Variation) -> Kind {
    match variation {
        Variation::Allele(_) => Kind::DeletionInsertion,
        Variation::CisPhasedBlock(_) => Kind::Haplotype,
        Variation::Adjacency(_) | Variation::Terminus(_) | Variation::DerivativeMolecule(_) => Kind::Adjacency,
        Variation::CopyNumberCount(_) => Kind::CopyNumberCount,
        Variation::CopyNumberChange(_) => Kind::CopyNumberChange,
    }
}

/// An adjacency read from either side is the same: it is written so that the lesser sequence end comes first, the
/// other side of the joint being its reverse complement.
fn ordered(first: SequenceLocation, second: SequenceLocation, linker: Option<String>) -> Option<Adjacency> {
    let key = |location: &SequenceLocation| {
        (
            location.sequence.and_then(|id| GenomeContig::from_refget(&id)),
            location.end.or(location.start).and_then(Quantity::exact),
        )
    };
    let swap = key(&second) < key(&first);
    let linker = match linker {
        None => None,
        Some(text) => {
            let bases = Residues::from_bytes(text.as_bytes()).ok()?;
            Some(SequenceExpression::Literal(if swap { bases.reverse_complement()? } else { bases }))
        }
    };
    let (first, second) = if swap { (second, first) } else { (first, second) };
    Some(Adjacency {
        adjoined_sequences: [Referable::Inline(first), Referable::Inline(second)],
        linker,
        homology: None,
    })
}

fn region_change_of(edit: &NucleotideEdit) -> Option<RegionChange> {
    match edit {
        NucleotideEdit::Deletion(_) => Some(RegionChange::Loss),
        NucleotideEdit::Duplication(_) => Some(RegionChange::Gain),
        _ => None,
    }
}

/// Start and end of a location of which `number` gives 1-based bases, `None` inside for an unknown one.
fn ends_of(location: &Location, number: &dyn Fn(Position) -> Option<Option<u64>>) -> Option<Ends> {
    let (first, last) = match location {
        Location::Range(first, last) => (*first, *last),
        Location::Single(bound) => (*bound, *bound),
        Location::Whole => return None,
    };
    let range = |bound: Bound| match bound {
        Bound::At(position) | Bound::About(position) => number(position).map(|at| (at, at)),
        Bound::Between(a, b) => Some((number(a)?, number(b)?)),
    };
    let before = |base: Option<u64>| base.map(|base| base - 1);
    let (start, end) = (range(first)?, range(last)?);
    Some((quantity(before(start.0), before(start.1))?, quantity(end.0, end.1)?))
}

fn quantity(least: Option<u64>, most: Option<u64>) -> Option<Quantity> {
    match (least, most) {
        (Some(a), Some(b)) if a == b => Some(Quantity::Exact(a)),
        _ => Quantity::range(least, most).ok(),
    }
}

/// The same stretch read along the other strand.
fn reversed(location: &Location) -> Location {
    let turned = |bound: Bound| match bound {
        Bound::Between(a, b) => Bound::Between(b, a),
        other => other,
    };
    match *location {
        Location::Range(first, last) => Location::Range(turned(last), turned(first)),
        Location::Single(bound) => Location::Single(turned(bound)),
        Location::Whole => Location::Whole,
    }
}
