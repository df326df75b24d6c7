//! The variant that values are asked for: its transcript, what it does there, where it lies.

use super::{SuggestError, copy_number};
use crate::access::Viewer;
use crate::node::Node;
use cairn_core::suggest::EvidenceSource;
use cairn_core::suggest::prediction::Predicted;
use cairn_core::suggest::protein_length::LengthChange;
use cairn_core::suggest::residue::ResidueChange;
use cairn_reference::Identity;
use cairn_reference::identity::TranscriptConsequence;
use cairn_store::entry::AsOf;
use cairn_store::serial::VariantSerial;
use cairn_variant::assembly::Assembly;
use cairn_variant::consequence::{Consequence, Consequences, consequences};
use cairn_variant::contig::GenomeContig;
use cairn_variant::hgvs::{AminoAcid, InsertedResidues, NewStop, ProteinChange, ProteinEdit, ProteinLocation, Residue};
use cairn_variant::place::{Direction, Place};
use cairn_variant::project::{GenomicChange, Projection};
use cairn_variant::replacement::Replacement;
use cairn_variant::spdi::Spdi;
use cairn_variant::transcript::{Biotype, Mane, TranscriptId};
use cairn_variant::vcf::VcfExpression;
use std::sync::Arc;

/// A variant with everything that rules look at.
pub(super) struct Subject {
    pub label: String,
    pub serial: Option<VariantSerial>,
    pub gene: Option<String>,
    pub transcript: Option<String>,
    pub transcript_id: Option<TranscriptId>,
    pub transcript_source: EvidenceSource,
    pub hgvs_c: Option<String>,
    pub hgvs_p: Option<String>,
    pub terms: Vec<String>,
    pub found: Consequences,
    pub projection: Option<Projection>,
    /// The change on each assembly where its bases are written out.
    pub changes: Vec<(Assembly, Replacement)>,
    /// The same as VCF.
    pub vcf: Vec<String>,
    /// Where it lies, the main assembly first.
    pub place: Option<Place>,
    /// Which way it changes the number of copies; `None` for a small variant.
    pub copy_number: Option<Direction>,
    pub residue_change: Option<ResidueChange>,
    /// First and last residue concerned.
    pub residues: Option<(u32, u32)>,
    pub length_change: Option<LengthChange>,
    pub predicted: Predicted,
    pub notes: Vec<String>,
}

impl Node {
    /// The variant of an expression, read on the transcript that stands first in a report.
    pub(super) async fn subject(&self, expression: &str, as_of: AsOf, viewer: Viewer) -> Result<Subject, SuggestError> {
        let found = self.look_up(expression, as_of, viewer).await?;
        let identity = found.identity.or_else(|| Some(Arc::new(self.identify(expression))));
        let identity = identity.filter(|identity| identity.is_identified());
        let Some(identity) = identity else {
            let candidates: Vec<String> = found.candidates.iter().map(|one| one.label.clone()).collect();
            let refused = self.identify(expression);
            let several = candidates.into_iter().chain(refused.candidates.iter().map(|one| one.expression.clone()));
            let several: Vec<String> = several.collect();
            if !several.is_empty() {
                return Err(SuggestError::NotAVariant {
                    code: "ambiguous".to_owned(),
                    message: format!("the text may mean several variants: {}", several.join(", ")),
                    remedy: "ask for one of them".to_owned(),
                });
            }
            let (code, message, remedy) = refused.error.map_or_else(
                || {
                    (
                        "unknown".to_owned(),
                        "the text names no variant".to_owned(),
                        "write it in HGVS, VCF or SPDI".to_owned(),
                    )
                },
                |refusal| (refusal.code, refusal.message, refusal.remedy),
            );
            return Err(SuggestError::NotAVariant { code, message, remedy });
        };
        let mut subject = self.read(&identity);
        if let Some(report) = found.report {
            subject.serial = Some(report.variant.serial);
            subject.label = report.variant.label;
            subject.gene = subject.gene.or_else(|| report.variant.genes.first().cloned());
        }
        Ok(subject)
    }

    fn read(&self, identity: &Identity) -> Subject {
        let changes: Vec<(Assembly, Replacement)> = identity
            .vcf
            .iter()
            .filter_map(|(assembly, vcf)| {
                Some((*assembly, vcf.parse::<VcfExpression>().ok()?.allele.replacement(*assembly)))
            })
            .collect();
        // Where no base before it is loaded an insertion or deletion has no VCF form, and SPDI says the same.
        let spdi = identity.spdi.as_deref().filter(|_| changes.is_empty()).and_then(|text| text.parse::<Spdi>().ok());
        let stated = spdi.and_then(|spdi| {
            let contig = GenomeContig::from_refseq(spdi.accession())?;
            let change = spdi.replacement(self.reference().sequences(), contig.refget()).ok()?;
            Some((contig.assembly, change))
        });
        let changes = stated.map_or(changes, |stated| vec![stated]);
        let place = identity.places.first().copied();
        let mut subject = Subject {
            label: identity.hgvs.c.first().or(identity.hgvs.g.as_ref()).unwrap_or(&identity.expression).clone(),
            serial: None,
            gene: identity.genes.first().cloned(),
            transcript: None,
            transcript_id: None,
            transcript_source: EvidenceSource { name: "loaded transcripts".to_owned(), ..EvidenceSource::default() },
            hgvs_c: None,
            hgvs_p: None,
            terms: Vec::new(),
            found: Consequences::default(),
            projection: None,
            changes,
            vcf: identity.vcf.values().cloned().collect(),
            place,
            copy_number: copy_number::of_identity(identity),
            residue_change: None,
            residues: None,
            length_change: None,
            predicted: Predicted::Other,
            notes: identity.warnings.iter().map(|notice| notice.message.clone()).collect(),
        };
        self.read_on_transcript(identity.consequences.first(), &mut subject);
        subject
    }

    /// What the change does on a transcript, from its own projection: words are not read back.
    fn read_on_transcript(&self, consequence: Option<&TranscriptConsequence>, subject: &mut Subject) {
        let set = self.reference().transcripts();
        let Some(consequence) = consequence else {
            subject.notes.push("no loaded transcript is touched: the effect on the protein is not known".to_owned());
            return;
        };
        subject.gene = consequence.gene.clone().or_else(|| subject.gene.take());
        subject.transcript = Some(consequence.transcript.clone());
        subject.hgvs_c.clone_from(&consequence.hgvs_c);
        subject.hgvs_p.clone_from(&consequence.hgvs_p);
        subject.terms.clone_from(&consequence.terms);
        let Some(id) = set.find(&consequence.transcript).map(|found| found.id) else { return };
        let transcript = set.transcript(id);
        subject.transcript_id = Some(id);
        subject.transcript_source = EvidenceSource {
            name: consequence.transcript.clone(),
            version: transcript.source().to_owned(),
            ..EvidenceSource::default()
        };
        if transcript.biotype() != Biotype::ProteinCoding {
            subject.notes.push(format!("{} does not code a protein", consequence.transcript));
        }
        let Some(projection) = self.projected(id, subject) else { return };
        subject.found = consequences(&projection, set);
        if let Some(protein) = &projection.protein {
            subject.residue_change = residue_change(protein);
            subject.residues = residues(protein);
            subject.length_change = length_change(protein);
        }
        subject.predicted = predicted(&projection, subject.found, transcript);
        subject.projection = Some(projection);
    }

    fn projected(&self, id: TranscriptId, subject: &Subject) -> Option<Projection> {
        let set = self.reference().transcripts();
        let transcript = set.transcript(id);
        let through = |contig: GenomeContig, start: u64, end: u64, deleted: Option<&[u8]>, inserted: &[u8]| {
            let target = set.target(contig.refseq())?;
            let alignment = transcript.alignments().iter().find(|at| set.alignment(**at).target() == target)?;
            let change = GenomicChange { target, start, end, deleted, inserted };
            self.reference().projector().project_on(*alignment, change).ok()
        };
        let small = subject.changes.iter().find_map(|(_, change)| {
            let contig = GenomeContig::from_refget(change.sequence())?;
            let trimmed = cairn_variant::normalize::normalize(self.reference().sequences(), change)
                .unwrap_or_else(|_| cairn_variant::normalize::trim_only(change));
            let least = trimmed.leftmost();
            let interval = least.interval();
            through(
                contig,
                interval.start(),
                interval.end(),
                Some(least.deleted().as_bytes()),
                least.inserted().as_bytes(),
            )
        });
        small.or_else(|| {
            let place = subject.place.filter(|place| place.direction() == Some(Direction::Loss))?;
            let interval = place.certain()?;
            through(place.contig(), interval.start(), interval.end(), None, b"")
        })
    }
}

impl Subject {
    /// The severest term, for a sentence.
    pub fn worst_term(&self) -> String {
        self.terms.first().cloned().unwrap_or_default()
    }

    /// Whether splicing may be touched by a change of the coding sequence.
    pub fn is_near_splice_site(&self) -> bool {
        use Consequence as C;
        [
            C::SpliceRegion,
            C::SpliceDonorRegion,
            C::SpliceDonorFifthBase,
            C::SplicePolypyrimidineTract,
            C::SpliceAcceptor,
            C::SpliceDonor,
        ]
        .into_iter()
        .any(|term| self.found.contains(term))
    }

    /// Whether residues are exchanged, lost or gained in frame.
    pub fn is_protein_changing(&self) -> bool {
        use Consequence as C;
        [C::Missense, C::InframeDeletion, C::InframeInsertion, C::ProteinAltering]
            .into_iter()
            .any(|term| self.found.contains(term))
    }

    /// Whether its terms are those of a null variant.
    pub fn may_be_null(&self) -> bool {
        use Consequence as C;
        let null =
            [C::TranscriptAblation, C::SpliceAcceptor, C::SpliceDonor, C::StopGained, C::Frameshift, C::StartLost];
        self.terms.iter().any(|term| null.iter().any(|held| held.term() == term))
    }

    /// What makes the transcript one that matters, in words.
    pub fn relevance(&self, node: &Node) -> Option<String> {
        let transcript = node.reference().transcripts().transcript(self.transcript_id?);
        let of_lrg = transcript.accession().name.starts_with("LRG_") || transcript.source().contains("LRG");
        match transcript.mane() {
            Mane::Select => Some("MANE Select".to_owned()),
            Mane::PlusClinical => Some("MANE Plus Clinical".to_owned()),
            Mane::None if transcript.is_canonical() => Some("the canonical transcript of its source".to_owned()),
            Mane::None if of_lrg => Some("the transcript that the LRG fixed for clinical reports".to_owned()),
            Mane::None => None,
        }
    }
}

fn residue_change(protein: &ProteinChange) -> Option<ResidueChange> {
    let (ProteinLocation::Single(residue), ProteinEdit::Substitution(alternative)) = (&protein.location, &protein.edit)
    else {
        return None;
    };
    let is_residue = |amino_acid: AminoAcid| amino_acid != AminoAcid::Ter && amino_acid != AminoAcid::Xaa;
    (is_residue(residue.amino_acid) && is_residue(*alternative)).then(|| ResidueChange {
        position: residue.position,
        reference: residue.amino_acid.one_letter(),
        alternative: alternative.one_letter(),
    })
}

fn ends(location: &ProteinLocation) -> Option<(Residue, Residue)> {
    match location {
        ProteinLocation::Single(residue) => Some((*residue, *residue)),
        ProteinLocation::Range(first, last) => Some((*first, *last)),
        ProteinLocation::Whole => None,
    }
}

fn residues(protein: &ProteinChange) -> Option<(u32, u32)> {
    ends(&protein.location).map(|(first, last)| (first.position, last.position))
}

fn length_change(protein: &ProteinChange) -> Option<LengthChange> {
    let (first, last) = residues(protein)?;
    let span = last + 1 - first;
    let of = |residues: u32| (residues > 0).then_some(LengthChange::InFrame { first, last, residues });
    match &protein.edit {
        ProteinEdit::Deletion | ProteinEdit::Duplication => of(span),
        ProteinEdit::Insertion(InsertedResidues::Residues(residues)) if !residues.contains(&AminoAcid::Ter) => {
            of(residues.len() as u32)
        }
        ProteinEdit::DeletionInsertion(InsertedResidues::Residues(residues)) if !residues.contains(&AminoAcid::Ter) => {
            of(span.abs_diff(residues.len() as u32))
        }
        ProteinEdit::CTerminalExtension { stop, .. } => {
            let added = match stop {
                Some(NewStop::At(at)) => Some(*at),
                _ => None,
            };
            Some(LengthChange::StopLost { added })
        }
        _ => None,
    }
}

/// What kind of change predictors are asked about.
fn predicted(
    projection: &Projection,
    found: Consequences,
    transcript: &cairn_variant::transcript::Transcript,
) -> Predicted {
    use Consequence as C;
    let is_site = found.contains(C::SpliceAcceptor) || found.contains(C::SpliceDonor);
    if found.contains(C::Missense) && !found.contains(C::StopGained) {
        return Predicted::Missense;
    }
    if found.contains(C::Synonymous) {
        let at_border = projection.first.base >= 0 && {
            let (first, last) = (projection.first.base as u32, projection.last.base.max(0) as u32);
            let exon = transcript.exon_around(first);
            // The first base of an exon and its last three (Walker et al. 2023); the ends of the transcript are none.
            (first == exon.start && exon.start > 0) || (last + 3 >= exon.end && exon.end < transcript.length())
        };
        return if at_border { Predicted::SynonymousAtBorder } else { Predicted::Synonymous };
    }
    if found.contains(C::Intron) && !is_site {
        let nearest = |offset: i32| offset >= 7 || offset <= -21;
        let (first, last) = (projection.first.offset, projection.last.offset);
        let is_deep = first != 0 && last != 0 && (first > 0) == (last > 0) && nearest(first) && nearest(last);
        return if is_deep { Predicted::DeepIntronic } else { Predicted::Intronic };
    }
    Predicted::Other
}
