//! Names of variants: identifiers of databases, and names from before the nomenclature.

use cairn_variant::{
    expression::{Expression, Form, Identifier, LegacyName},
    hgvs::{Position, Reference},
    transcript::{Transcript, TranscriptId},
};

use super::{IdentifyOptions, Identifying, stop::Stop};
use crate::{
    Identity,
    identity::{Candidate, Notice, Status},
    legacy::{self, LegacyChange},
    variant_names::VariantName,
};

impl Identifying<'_> {
    pub fn identifier(self, identifier: &Identifier) -> Result<Identity, Stop> {
        let name = match *identifier {
            Identifier::Rs(number) => VariantName::Rs(number),
            Identifier::ClinvarVariation { id, .. } => VariantName::Variation(id),
            Identifier::ClinvarAllele(id) => VariantName::Allele(id),
            Identifier::Vrs(id) => {
                let message = "the identifier names one variant, but does not tell which change it is";
                return Ok(Identity {
                    status: Status::Resolved,
                    variant_id: Some(id.to_string()),
                    canonical_id: Some(super::allele::canonical(&cairn_variant::variant::VariantId::Vrs(id))),
                    warnings: vec![Notice::new("not_described", message)],
                    ..Identity::default()
                });
            }
            Identifier::ClinvarCondition { .. } => {
                return Err(not_a_variant(identifier, "ClinVar's record of a variant together with a condition"));
            }
            Identifier::ClinvarSubmission { .. } => {
                return Err(not_a_variant(identifier, "a laboratory's statement at ClinVar"));
            }
            Identifier::ClingenAllele(_) => return Err(not_a_variant(identifier, "an allele in ClinGen's registry")),
        };
        self.named_alleles(identifier, name)
    }

    fn named_alleles(self, identifier: &Identifier, name: VariantName) -> Result<Identity, Stop> {
        let names = self.reference.variant_names();
        let found = names.find(name);
        if found.is_empty() {
            let message = match names.is_empty() {
                true => format!("{identifier} cannot be looked up: no table of identifiers is loaded"),
                false => format!("{identifier} is not in the tables that are loaded"),
            };
            let remedy =
                "load ClinVar's VCF or variant_summary with `cairn reference add FILE`, or give the variant itself";
            return Err(Stop::refused("identifier_not_loaded", message, remedy));
        }
        let mut answers: Vec<(String, Identity)> = Vec::new();
        // The newest assembly last in the table, first here: it gives the canonical allele.
        for allele in found.iter().rev() {
            let options = IdentifyOptions { assembly: Some(allele.assembly), ..self.options };
            let text = format!("{}-{}", allele.assembly, allele.vcf);
            let identity = super::identify(&text, self.reference, options);
            let known = answers
                .iter()
                .any(|(_, held)| held.alleles.values().any(|id| identity.alleles.values().any(|other| other == id)));
            if identity.variant_id.is_some() && !known {
                answers.push((text, identity));
            }
        }
        let same_change = self.same_over_assemblies(&answers);
        match (answers.len(), same_change) {
            (1, _) | (_, true) => Ok(answers.swap_remove(0).1),
            (0, _) => Err(Stop::refused(
                "identifier_not_loaded",
                format!("the allele of {identifier} cannot be identified"),
                "load the sequence",
            )),
            _ => {
                let candidates = answers.into_iter().map(|(expression, identity)| Candidate {
                    expression,
                    variant_id: identity.variant_id,
                    why: format!("an allele of {identifier}"),
                });
                let message = format!("{identifier} names several alleles");
                Err(Stop::ambiguous(
                    candidates.collect(),
                    Notice::new("several_alleles", message).with_remedy("choose one"),
                ))
            }
        }
    }

    /// A VariationID or AlleleID has one allele; its rows on two assemblies are the same variant even when nothing
    /// here can carry one to the other.
    fn same_over_assemblies(self, answers: &[(String, Identity)]) -> bool {
        let [(_, a), (_, b)] = answers else { return false };
        a.assembly != b.assembly
    }

    pub fn legacy_name(self, legacy: &LegacyName) -> Result<Identity, Stop> {
        let symbol = match &legacy.reference {
            Reference::Gene(symbol) => symbol.to_string(),
            other => self.gene_of(other).unwrap_or_else(|| other.to_string()),
        };
        let Some(rewritten) = legacy::rewrite(&symbol, &legacy.name) else {
            let message = format!("`{}` is no name of a variant of {symbol} that is known here", legacy.name);
            return Err(Stop::refused(
                "unknown_legacy_name",
                message,
                "write it in HGVS nomenclature, such as BRCA1 c.68_69del",
            ));
        };
        let mut identity = match &rewritten.change {
            LegacyChange::Coding(change) => self.rewritten(&format!("{}:{change}", legacy.reference))?,
            LegacyChange::BesideExon { exon, offset, edit } => {
                let coding = self.beside_exon(&legacy.reference, &symbol, *exon, *offset, edit)?;
                self.rewritten(&coding)?
            }
        };
        let message = format!("an older name, read by the rule of its gene ({})", rewritten.source);
        identity.warnings.push(Notice::new("legacy_name", message));
        Ok(identity)
    }

    fn rewritten(self, text: &str) -> Result<Identity, Stop> {
        match Expression::parse(text).map(|expression| expression.form) {
            Ok(Form::Hgvs(hgvs)) => self.hgvs(&hgvs),
            _ => Err(Stop::refused(
                "unknown_legacy_name",
                format!("`{text}` cannot be read"),
                "write it in HGVS nomenclature",
            )),
        }
    }

    fn gene_of(self, reference: &Reference) -> Option<String> {
        let set = self.reference.transcripts();
        let found = set.find(&reference.transcript()?.to_string())?;
        set.transcript(found.id).gene().map(|gene| gene.symbol.to_string())
    }

    /// `NM_007294.4:c.81-1G>C` of one base before exon 3.
    fn beside_exon(
        self,
        reference: &Reference,
        symbol: &str,
        exon: u32,
        offset: i64,
        edit: &str,
    ) -> Result<String, Stop> {
        let set = self.reference.transcripts();
        let id: Option<TranscriptId> = match reference.transcript() {
            Some(accession) => set.find(&accession.to_string()).map(|found| found.id),
            None => self.transcripts_of(symbol)?.0.first().copied(),
        };
        let missing = || Stop::not_loaded(&format!("the transcript of {symbol}"));
        let transcript: &Transcript = set.transcript(id.ok_or_else(missing)?);
        let alignment = transcript.alignments().first().map(|id| set.alignment(*id)).ok_or_else(missing)?;
        let number = u16::try_from(exon).ok().and_then(|exon| exon.checked_sub(1)).ok_or_else(missing)?;
        let (on_transcript, _) = alignment.exon(number).ok_or_else(|| {
            Stop::refused("not_possible", format!("{} has no exon {exon}", transcript.accession()), "check the name")
        })?;
        let base = if offset > 0 { on_transcript.end - 1 } else { on_transcript.start };
        let point = cairn_variant::project::Point { base: base as i32, offset: offset as i32 };
        let position = point.position(transcript.cds()).ok_or_else(missing)?;
        Ok(format!("{}:c.{}", transcript.accession(), described(position, edit)))
    }

    /// Forms that a text may have, each with its identity.
    pub fn ambiguous_forms(self, forms: &[Form]) -> Stop {
        let candidates = forms.iter().map(|form| {
            let identity = self.form(form);
            Candidate {
                expression: form.to_string(),
                why: identity.as_ref().map_or_else(|error| error.message().to_owned(), |_| "can be read so".to_owned()),
                variant_id: identity.ok().and_then(|identity| identity.variant_id),
            }
        });
        let notice = Notice::new("ambiguous", "the text can be read in several ways").with_remedy("choose one of them");
        Stop::ambiguous(candidates.collect(), notice)
    }
}

/// A name of something else than a variant, which nothing here can translate.
fn not_a_variant(identifier: &Identifier, what: &str) -> Stop {
    let message = format!("{identifier} is the name of {what}; nothing loaded here says which variant it is about");
    Stop::refused("identifier_not_loaded", message, "give the variant itself, or its VCV or rs identifier")
}

/// `81-1G>C`, or for an insertion `134+1704_134+1705insG`.
fn described(position: Position, edit: &str) -> String {
    let next = |position: Position| {
        let offset = position.offset.signed().unwrap_or(0) + 1;
        cairn_variant::hgvs::Offset::from_signed(offset).map(|offset| Position { offset, ..position })
    };
    if edit.starts_with("ins")
        && let Some(after) = next(position)
    {
        return format!("{position}_{after}{edit}");
    }
    let length = edit.strip_prefix("del").map(|rest| rest.parse::<i64>().unwrap_or(rest.len() as i64)).unwrap_or(1);
    let last =
        position.offset.signed().and_then(|offset| cairn_variant::hgvs::Offset::from_signed(offset + length - 1));
    match last.filter(|_| length > 1) {
        Some(offset) => format!(
            "{position}_{}{}",
            Position { offset, ..position },
            edit.trim_end_matches(|c: char| c.is_ascii_digit())
        ),
        None => format!("{position}{edit}"),
    }
}
