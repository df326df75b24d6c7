//! Changes described on transcripts: on the chromosome that the transcript lies on, or on its own bases.

use cairn_variant::{
    contig::GenomeContig,
    digest::RefgetAccession,
    hgvs::{
        Accession, Axis, Bases, Hgvs, NucleotideChange, NucleotideEdit, Position, Reference, Selector,
        Stated as StatedBases,
    },
    interbase::Interval,
    normalize_hgvs::{MeasuredOn, NormalizeError},
    project::Point,
    replacement::Replacement,
    residues::Residues,
    transcript::{AlignmentId, Lookup, Mane, Strand, Transcript, TranscriptId},
};

use super::{Identifying, genomic::needs_loading, outside, place::Placement, stop::Stop};
use crate::{
    Identity,
    gene::GeneMatch,
    identity::{Candidate, Notice},
};

/// Transcripts of one gene that are tried for a text that names only the gene.
const MOST_TRIED: usize = 400;

impl Identifying<'_> {
    /// A change on a transcript: on the chromosome it lies on, the newest assembly first.
    pub fn on_transcript(self, accession: &Accession, axis: Axis, change: &NucleotideChange) -> Result<Identity, Stop> {
        let (id, notice) = self.find_transcript(accession)?;
        let mut identity = self.on_found_transcript(id, axis, change)?;
        identity.warnings.extend(notice);
        Ok(identity)
    }

    /// A gene in parentheses is for the reader; one that the transcript is not of means that one of both is wrong.
    /// Only approved symbols are held against the transcript: former ones may have moved to another gene.
    pub fn gene_agrees(self, reference: &Reference) -> Result<(), Stop> {
        let Reference::Sequence { accession, selector: Some(Selector::Gene(named)) } = reference else {
            return Ok(());
        };
        let set = self.reference.transcripts();
        let found = set.find(&accession.to_string()).and_then(|found| set.transcript(found.id).gene());
        let Some(own) = found.map(|gene| &*gene.symbol).filter(|own| !own.eq_ignore_ascii_case(named)) else {
            return Ok(());
        };
        let genes = self.reference.genes();
        match (genes.find(named), genes.find(own)) {
            (GeneMatch::Approved(named), GeneMatch::Approved(own)) if named.symbol != own.symbol => {
                let message = format!("{accession} is a transcript of {}, not of {}", own.symbol, named.symbol);
                Err(Stop::refused("gene_mismatch", message, "correct the transcript or the gene"))
            }
            _ => Ok(()),
        }
    }

    fn find_transcript(self, accession: &Accession) -> Result<(TranscriptId, Option<Notice>), Stop> {
        let set = self.reference.transcripts();
        let asked = accession.to_string();
        if let Some(found) = set.find(&asked) {
            let taken = set.transcript(found.id).accession();
            let message = format!("no version was given; {taken} is taken, the newest one loaded");
            let notice = (found.lookup == Lookup::NewestVersion && accession.lacks_version())
                .then(|| Notice::new("version_assumed", message).with_remedy("give the version"));
            return Ok((found.id, notice));
        }
        let loaded: Vec<_> =
            set.versions(&asked).into_iter().map(|id| set.transcript(id).accession().to_string()).collect();
        let candidates = loaded.iter().map(|version| Candidate {
            expression: version.clone(),
            variant_id: None,
            why: "another version of the transcript; positions may differ".to_owned(),
        });
        let remedy = "load it with `cairn reference add FILE` (cdot or GFF3) or `cairn setup --from DIR`";
        Err(match loaded.is_empty() {
            true => Stop::refused("transcript_not_loaded", format!("transcript {asked} is not loaded here"), remedy),
            false => {
                let message = format!("transcript {asked} is not loaded here, {} is", loaded.join(", "));
                Stop::refused_with("other_version", message, remedy, candidates.collect())
            }
        })
    }

    fn on_found_transcript(self, id: TranscriptId, axis: Axis, change: &NucleotideChange) -> Result<Identity, Stop> {
        let transcript = self.reference.transcripts().transcript(id);
        if !change_is_exact(change) {
            return self.uncertain_on_transcript(transcript, axis, change);
        }
        let mut first_error = None;
        for contig in self.contigs_of(transcript) {
            match self.place_on(transcript, contig, axis, change) {
                Ok(placement) => return self.placed(placement),
                Err(error) => first_error = first_error.or(Some(error)),
            }
        }
        match first_error {
            Some(error) => Err(error),
            None => self.on_own_bases(transcript, axis, change),
        }
    }

    /// The chromosomes a transcript lies on: those whose bases are loaded there first, then the newest assembly.
    fn contigs_of(self, transcript: &Transcript) -> Vec<GenomeContig> {
        let set = self.reference.transcripts();
        let places = transcript.alignments().iter().filter_map(|id| {
            let alignment = set.alignment(*id);
            let contig = GenomeContig::from_refseq(set.target_accession(alignment.target()))?;
            let middle = u64::from(alignment.span().start + alignment.span().len() as u32 / 2);
            let sequences = self.reference.sequences();
            let is_loaded =
                cairn_variant::sequence::SequenceSource::loaded_around(sequences, &contig.refget(), middle).is_some();
            Some((!is_loaded, std::cmp::Reverse(contig.assembly), contig))
        });
        let mut places: Vec<_> = places.collect();
        places.sort_unstable();
        places.dedup();
        places.into_iter().map(|(_, _, contig)| contig).collect()
    }

    /// Through the alignment: with the bases of the chromosome, or with those that the transcript has itself.
    fn place_on(
        self,
        transcript: &Transcript,
        contig: GenomeContig,
        axis: Axis,
        change: &NucleotideChange,
    ) -> Result<Placement, Stop> {
        let accession = Accession::clone(transcript.accession());
        let chromosome = accession_of(contig);
        let reference = Reference::Sequence { accession: chromosome, selector: Some(Selector::Sequence(accession)) };
        let hgvs = Hgvs::nucleotide(reference, axis, change.clone());
        match self.reference.projector().replacements(&hgvs) {
            Ok(found) if matches!(found.on, MeasuredOn::Transcript(_)) => {
                self.without_genome(transcript, contig, axis, change)?.ok_or_else(|| {
                    Stop::not_loaded(&format!("{}, on which the change must be read,", super::named(contig)))
                })
            }
            Ok(found) => {
                let placement = self.placement_of(contig, &found)?;
                let is_read = matches!(placement.change, super::place::Stated::Whole(_));
                match is_read {
                    true => Ok(placement),
                    false => Ok(self.without_genome(transcript, contig, axis, change)?.unwrap_or(placement)),
                }
            }
            Err(error) if needs_loading(&error) => {
                self.without_genome(transcript, contig, axis, change)?.ok_or_else(|| Stop::from(error))
            }
            Err(error @ NormalizeError::ReferenceMismatch { .. }) => {
                self.differing_transcript(transcript, contig, axis, change, error)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The stated bases are not the genome's. Where they are the transcript's own, the two differ there, and the
    /// change is placed by its position.
    fn differing_transcript(
        self,
        transcript: &Transcript,
        contig: GenomeContig,
        axis: Axis,
        change: &NucleotideChange,
        error: NormalizeError,
    ) -> Result<Placement, Stop> {
        let own = Hgvs::nucleotide(Reference::sequence(Accession::clone(transcript.accession())), axis, change.clone());
        let agrees = matches!(self.reference.projector().replacements(&own), Ok(found) if matches!(found.on, MeasuredOn::Transcript(_)));
        let (true, NucleotideEdit::Substitution { alternative, .. }) = (agrees, &change.edit) else {
            return Err(error.into());
        };
        let placed = self.without_genome(transcript, contig, axis, change)?.ok_or_else(|| Stop::from(error))?;
        let strand = self.strand_on(transcript, contig);
        let plain = Residues::from_bytes(alternative.as_str().as_bytes()).unwrap_or_default();
        let inserted =
            if strand == Some(Strand::Minus) { plain.reverse_complement().unwrap_or_default() } else { plain };
        let change =
            Replacement::of_reference(self.reference.sequences(), contig.refget(), placed.interval(), inserted)?;
        Ok(Placement::whole(contig, change))
    }

    fn strand_on(self, transcript: &Transcript, contig: GenomeContig) -> Option<Strand> {
        let set = self.reference.transcripts();
        let on = |id: &&AlignmentId| set.target_accession(set.alignment(**id).target()) == contig.refseq();
        transcript.alignments().iter().find(on).map(|id| set.alignment(*id).strand())
    }

    /// The place through the exons alone, the bases as stated or as the transcript has them. `None` for edits that
    /// need more.
    fn without_genome(
        self,
        transcript: &Transcript,
        contig: GenomeContig,
        axis: Axis,
        change: &NucleotideChange,
    ) -> Result<Option<Placement>, Stop> {
        let set = self.reference.transcripts();
        let mut alignments = transcript.alignments().iter().map(|id| set.alignment(*id));
        let alignment = alignments.find(|alignment| set.target_accession(alignment.target()) == contig.refseq());
        let (Some(alignment), Some((first, last))) = (alignment, change.location.exact()) else { return Ok(None) };
        let on_genome = |position: Position| -> Result<u64, Stop> {
            let place = |error: cairn_variant::project::PlaceError| Stop::from(NormalizeError::from(error));
            let point = Point::of_position(position, axis, transcript).map_err(place)?;
            point.on_target(alignment, transcript, position).map_err(place)
        };
        let (a, b) = (on_genome(first)?, on_genome(last)?);
        let (low, high) = (a.min(b), a.max(b));
        let interval = match change.edit {
            NucleotideEdit::Insertion(_) => (high == low + 1).then(|| Interval::new(high, high)).flatten(),
            _ => Interval::new(low, high + 1),
        };
        let Some(interval) = interval else { return Ok(None) };
        let own = self.own_bases(transcript, axis, change);
        let edit = own.as_ref().map_or(&change.edit, |with_bases| with_bases);
        Ok(outside::placed(contig, interval, edit, alignment.strand() == Strand::Minus))
    }

    /// The edit with the deleted bases written out, when they lie in one exon of a transcript with bases.
    fn own_bases(self, transcript: &Transcript, axis: Axis, change: &NucleotideChange) -> Option<NucleotideEdit> {
        let (first, last) = change.location.exact()?;
        let point = |position| Point::of_position(position, axis, transcript).ok().filter(|point| point.offset == 0);
        let (first, last) = (point(first)?.base as usize, point(last)?.base as usize);
        let bases = std::str::from_utf8(transcript.sequence()?.get(first..=last)?).ok().and_then(Bases::new)?;
        Some(match &change.edit {
            NucleotideEdit::Deletion(StatedBases::Nothing) => NucleotideEdit::Deletion(StatedBases::Bases(bases)),
            NucleotideEdit::Duplication(StatedBases::Nothing) => NucleotideEdit::Duplication(StatedBases::Bases(bases)),
            NucleotideEdit::DeletionInsertion { deleted: StatedBases::Nothing, inserted } => {
                NucleotideEdit::DeletionInsertion { deleted: StatedBases::Bases(bases), inserted: inserted.clone() }
            }
            _ => return None,
        })
    }

    /// A transcript that lies on no chromosome known here: identified on its own sequence.
    fn on_own_bases(self, transcript: &Transcript, axis: Axis, change: &NucleotideChange) -> Result<Identity, Stop> {
        let reference = Reference::sequence(Accession::clone(transcript.accession()));
        let found = self.reference.projector().replacements(&Hgvs::nucleotide(reference, axis, change.clone()))?;
        let (MeasuredOn::Transcript(_), [change], Some(bases)) =
            (&found.on, found.changes.as_slice(), transcript.sequence())
        else {
            return Err(Stop::not_loaded(&format!("the alignment of {}", transcript.accession())));
        };
        self.on_own_sequence(RefgetAccession::of_sequence(bases), change)
    }

    /// A gene and a change: the transcript is a choice, which is made only where it does not matter or MANE made it.
    pub fn of_gene(self, symbol: &str, axis: Axis, change: &NucleotideChange) -> Result<Identity, Stop> {
        let (ids, notice) = self.transcripts_of(symbol)?;
        let set = self.reference.transcripts();
        let mut answers: Vec<(TranscriptId, Identity)> = Vec::new();
        let mut refusal = None;
        for id in ids.iter().take(MOST_TRIED) {
            let quick = Self { options: super::IdentifyOptions { without_transcripts: true, ..self.options }, ..self };
            match quick.on_found_transcript(*id, axis, change) {
                Ok(identity) => answers.push((*id, identity)),
                Err(error) => refusal = refusal.or(Some(error)),
            }
            // The chosen transcript decides, also when the change does not fit it.
            if set.transcript(*id).mane() == Mane::Select {
                break;
            }
        }
        let Some((first, best)) = answers.first() else {
            return Err(refusal.unwrap_or_else(|| Stop::not_loaded(&format!("a transcript of {symbol}"))));
        };
        let is_chosen = set.transcript(*first).mane() == Mane::Select;
        let others = answers.iter().filter(|(_, identity)| identity.variant_id != best.variant_id).count();
        if !is_chosen && others > 0 {
            return Err(self.several_transcripts(symbol, axis, change, &answers));
        }
        let accession = set.transcript(*first).accession();
        let why =
            if is_chosen { "the MANE Select transcript" } else { "all its transcripts here give the same variant" };
        let mut identity = self.on_found_transcript(*first, axis, change)?;
        let message = format!("{symbol} names no transcript; {accession} is taken, {why}");
        identity.warnings.push(Notice::new("transcript_assumed", message).with_remedy("name the transcript"));
        identity.warnings.extend(notice);
        Ok(identity)
    }

    fn several_transcripts(
        self,
        symbol: &str,
        axis: Axis,
        change: &NucleotideChange,
        answers: &[(TranscriptId, Identity)],
    ) -> Stop {
        let mut seen = std::collections::HashSet::new();
        let distinct = answers.iter().filter(|(_, identity)| seen.insert(identity.variant_id.clone()));
        let candidates = distinct.map(|(id, identity)| {
            let reference =
                Reference::sequence(Accession::clone(self.reference.transcripts().transcript(*id).accession()));
            Candidate {
                expression: Hgvs::nucleotide(reference, axis, change.clone()).to_string(),
                variant_id: identity.variant_id.clone(),
                why: identity.hgvs.g.clone().map_or_else(|| "another place".to_owned(), |g| format!("is {g}")),
            }
        });
        let message = format!("the transcripts of {symbol} give different variants and none of them is MANE Select");
        Stop::ambiguous(
            candidates.take(20).collect(),
            Notice::new("transcript_missing", message).with_remedy("name the transcript"),
        )
    }

    /// The transcripts of a gene by any of its names, the best first.
    pub fn transcripts_of(self, symbol: &str) -> Result<(Vec<TranscriptId>, Option<Notice>), Stop> {
        let set = self.reference.transcripts();
        let direct = self.preferred(set.of_gene(symbol).collect());
        if !direct.is_empty() {
            return Ok((direct, None));
        }
        let load = "load transcripts with `cairn reference add FILE` (cdot or GFF3)";
        match self.reference.genes().find(symbol) {
            GeneMatch::Approved(gene) => Err(Stop::refused(
                "gene_without_transcripts",
                format!("no transcript of {} is loaded", gene.symbol),
                load,
            )),
            GeneMatch::ByOtherName(gene) => {
                let ids = self.preferred(set.of_gene(&gene.symbol).collect());
                let notice = Notice::new("gene_renamed", format!("{symbol} is {} today", gene.symbol));
                match ids.is_empty() {
                    true => Err(Stop::refused(
                        "gene_without_transcripts",
                        format!("no transcript of {} ({symbol}) is loaded", gene.symbol),
                        load,
                    )),
                    false => Ok((ids, Some(notice))),
                }
            }
            GeneMatch::Ambiguous(genes) => {
                let candidates = genes.iter().map(|gene| Candidate {
                    expression: gene.symbol.clone(),
                    variant_id: None,
                    why: format!("{symbol} is another name of {}", gene.symbol),
                });
                let message = format!("{symbol} is another name of several genes");
                Err(Stop::ambiguous(
                    candidates.collect(),
                    Notice::new("gene_ambiguous", message).with_remedy("use the approved symbol"),
                ))
            }
            GeneMatch::Unknown => Err(Stop::refused(
                "unknown_gene",
                format!("`{symbol}` is no gene known here"),
                "check the symbol, or load the HGNC set with `cairn reference add hgnc_complete_set.txt`",
            )),
        }
    }

    /// In the order of a report, RefSeq and Ensembl before LRG.
    fn preferred(self, mut ids: Vec<TranscriptId>) -> Vec<TranscriptId> {
        let set = self.reference.transcripts();
        ids.sort_by_key(|id| {
            let transcript = set.transcript(*id);
            (transcript.mane() == Mane::None, transcript.accession().name.starts_with("LRG_"), transcript.rank())
        });
        ids
    }
}

/// The RefSeq accession of a chromosome.
pub(super) fn accession_of(contig: GenomeContig) -> Accession {
    let (name, version) = contig.refseq().split_once('.').unwrap_or((contig.refseq(), ""));
    Accession::new(name, version.parse().ok())
}

fn change_is_exact(change: &NucleotideChange) -> bool {
    change.location.exact().is_some()
}
