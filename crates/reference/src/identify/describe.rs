//! What a placed change is called: `g.` on its chromosome, `c.` and `p.` on every transcript that it touches.

use cairn_variant::{
    consequence::consequences,
    contig::Contig,
    hgvs::{
        Axis, Bases, Hgvs, Inserted, Location, NucleotideChange, NucleotideEdit, Position, Reference,
        Stated as StatedBases,
    },
    project::{GenomicChange, Projection},
    residues::Residues,
    transcript::{AlignmentId, Mane, TargetId},
};

use super::{Identifying, allele::OnContig, transcripts::accession_of};
use crate::{
    Identity,
    identity::{Kind, TranscriptConsequence},
};

impl Identifying<'_> {
    /// The `g.` description in its recommended form.
    pub fn genomic_description(self, on: &OnContig) -> Option<String> {
        let change = on.change.as_ref()?;
        let axis = if on.contig.contig == Contig::MT { Axis::Mitochondrial } else { Axis::Genomic };
        let bases = |residues: &Residues| Bases::new(residues.as_str());
        let interval = change.interval();
        let position = |number: u64| u32::try_from(number).ok().filter(|number| *number > 0).map(Position::base);
        let (location, edit) = match (bases(change.deleted()), bases(change.inserted())) {
            (Some(reference), Some(alternative))
                if interval.length() == 1 && change.inserted().length() == 1 && reference != alternative =>
            {
                (Location::at(position(interval.end())?), NucleotideEdit::Substitution { reference, alternative })
            }
            (None, Some(inserted)) => {
                let location = Location::between(position(interval.start())?, position(interval.start() + 1)?);
                (location, NucleotideEdit::Insertion(Inserted::bases(inserted)))
            }
            (Some(_), None) => (
                Location::between(position(interval.start() + 1)?, position(interval.end())?),
                NucleotideEdit::Deletion(StatedBases::Nothing),
            ),
            (Some(reference), Some(inserted)) => {
                let location = Location::between(position(interval.start() + 1)?, position(interval.end())?);
                match reference == inserted {
                    true => (location, NucleotideEdit::Identity(StatedBases::Nothing)),
                    false => (
                        location,
                        NucleotideEdit::DeletionInsertion {
                            deleted: StatedBases::Nothing,
                            inserted: Inserted::bases(inserted),
                        },
                    ),
                }
            }
            (None, None) => return None,
        };
        let plain = Hgvs::nucleotide(
            Reference::sequence(accession_of(on.contig)),
            axis,
            NucleotideChange { location, edit, predicted: false },
        );
        if matches!(on.kind, Kind::Substitution | Kind::Reference) || on.normalized.is_none() {
            return Some(plain.to_string());
        }
        Some(
            self.reference
                .projector()
                .normalize(&plain)
                .map_or_else(|_| plain.to_string(), |found| found.hgvs.to_string()),
        )
    }

    /// What a change is on every transcript, those of the main assembly first.
    pub fn add_transcripts(self, both: &[OnContig], identity: &mut Identity) {
        let set = self.reference.transcripts();
        let mut seen = std::collections::HashSet::new();
        for on in both {
            let (Some(target), Some(change)) = (set.target(on.contig.refseq()), &on.change) else { continue };
            let change = GenomicChange {
                target,
                start: change.interval().start(),
                end: change.interval().end(),
                deleted: Some(change.deleted().as_bytes()),
                inserted: change.inserted().as_bytes(),
            };
            for id in self.alignments_to_tell(target, change.start, change.end) {
                match self.reference.projector().project_on(id, change) {
                    Ok(projection) if seen.insert(projection.transcript) => {
                        identity.consequences.push(self.consequence(&projection));
                    }
                    _ => {}
                }
            }
        }
        // An LRG transcript says the same as the RefSeq one with its bases, in a name that fewer know.
        identity.consequences.sort_by_key(|found| (found.mane.is_none(), found.transcript.starts_with("LRG_")));
        for consequence in &identity.consequences {
            identity.hgvs.c.extend(consequence.hgvs_c.clone());
            if let Some(p) = consequence.hgvs_p.clone().filter(|p| !identity.hgvs.p.contains(p)) {
                identity.hgvs.p.push(p);
            }
            if let Some(gene) = consequence.gene.clone().filter(|gene| !identity.genes.contains(gene)) {
                identity.genes.push(gene);
            }
        }
    }

    /// The alignments that a change touches, the best of each gene first, as many as are asked for.
    fn alignments_to_tell(self, target: TargetId, start: u64, end: u64) -> Vec<AlignmentId> {
        let set = self.reference.transcripts();
        let mut found = Vec::new();
        if let (Ok(start), Ok(end)) = (u32::try_from(start), u32::try_from(end)) {
            set.overlapping(target, start..end, &mut found);
        }
        if let Some(most) = self.options.transcripts_per_gene {
            let mut told: std::collections::HashMap<Option<&str>, usize> = std::collections::HashMap::new();
            found.retain(|id| {
                let gene = set.transcript(set.alignment(*id).transcript()).gene().map(|gene| &*gene.symbol);
                let count = told.entry(gene).or_default();
                *count += 1;
                *count <= most
            });
        }
        found
    }

    fn consequence(self, projection: &Projection) -> TranscriptConsequence {
        let set = self.reference.transcripts();
        let transcript = set.transcript(projection.transcript);
        TranscriptConsequence {
            transcript: transcript.accession().to_string(),
            gene: transcript.gene().map(|gene| gene.symbol.to_string()),
            mane: match transcript.mane() {
                Mane::Select => Some("select".to_owned()),
                Mane::PlusClinical => Some("plus_clinical".to_owned()),
                Mane::None => None,
            },
            // Genes of the mitochondrion have no transcript that a description may name.
            hgvs_c: projection.coding(set).map(|hgvs| hgvs.to_string()).filter(|text| !text.starts_with("NC_")),
            hgvs_p: projection.protein(set).map(|hgvs| hgvs.to_string()),
            terms: consequences(projection, set).iter().map(|found| found.term().to_owned()).collect(),
            problem: projection
                .notes
                .transcript_differs
                .then(|| "the transcript has other bases than the genome here".to_owned()),
        }
    }
}
