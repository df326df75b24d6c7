//! Sections 1 to 3 of the CNV guideline of 2020, from the genes of the interval.

use super::{EvidenceRow, EvidenceSource, Number, Suggestion};
use crate::criterion::Strength;
use crate::guideline::Guideline;

/// ClinGen's dosage score for sufficient evidence.
const SUFFICIENT: u32 = 3;
/// Protein-coding genes with loaded transcripts below which the gene count says nothing: a complete set has about 19,000.
pub const COMPLETE_SET: usize = 15_000;

/// A gene that the interval touches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TouchedGene {
    /// Its symbol.
    pub symbol: String,
    /// How the interval lies on it.
    pub overlap: Overlap,
    /// ClinGen's haploinsufficiency score.
    pub haploinsufficiency: Option<u32>,
    /// ClinGen's triplosensitivity score.
    pub triplosensitivity: Option<u32>,
}

/// How an interval lies on a gene, as told by its preferred transcript.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overlap {
    /// Over all of it.
    Whole,
    /// Over its 5' end and not its 3' end.
    FivePrime {
        /// Coding bases are among it.
        coding: bool,
    },
    /// Over its 3' end and not its 5' end.
    ThreePrime {
        /// Coding bases are among it.
        coding: bool,
        /// Of the exons only the last.
        only_last_exon: bool,
    },
    /// Both ends lie inside it.
    Inside,
}

/// What is known of an interval.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct IntervalFacts {
    /// Protein-coding genes that it touches.
    pub genes: Vec<TouchedGene>,
    /// Protein-coding genes of which transcripts are loaded, everywhere.
    pub genes_loaded: usize,
    /// The transcripts.
    pub transcripts: EvidenceSource,
    /// The table of dosage sensitivity, when one is loaded.
    pub dosage: Option<EvidenceSource>,
}

/// Rows of sections 1 to 3 under a CNV guideline.
pub fn suggest(guideline: &Guideline, facts: &IntervalFacts) -> Vec<Suggestion> {
    let is_loss = guideline.id.contains("loss");
    let mut all = content(facts);
    all.extend(if is_loss { established_loss(facts) } else { established_gain(facts) });
    all.extend(gene_number(facts, is_loss));
    let mut ordered = Vec::new();
    for definition in &guideline.criteria {
        let found = all.iter().find(|one| one.criterion == definition.code).cloned();
        let mut suggestion = found.unwrap_or_else(|| by_hand(&definition.code));
        if suggestion.is_met() {
            suggestion.points = definition.points.as_ref().and_then(|points| points.default);
            suggestion.strength = None;
        }
        if let Some(threshold) = &mut suggestion.threshold {
            threshold.text.clone_from(&definition.title);
            threshold.citation.clone_from(&guideline.source);
        }
        ordered.push(suggestion);
    }
    ordered
}

fn by_hand(code: &str) -> Suggestion {
    let (why, remedy) = match code.as_bytes().first() {
        Some(b'4' | b'5') => {
            ("cases, families and inheritance are for a person to weigh", "look at the cases of this node")
        }
        _ => (
            "established benign regions are not loaded in this version",
            "look at ClinGen's and population copy number tables",
        ),
    };
    Suggestion::no_value(code, why, remedy)
}

fn row(code: &str, sentence: String, numbers: Vec<Number>, genes: &[&TouchedGene]) -> Suggestion {
    // Rows carry points; the strength is taken away when they are read from the guideline.
    let mut suggestion =
        Suggestion::met(code, Strength::Supporting, sentence).with_numbers(numbers).against(code, "", None);
    suggestion.rows = genes.iter().map(|gene| gene_row(gene)).collect();
    suggestion
}

fn gene_row(gene: &TouchedGene) -> EvidenceRow {
    let score = |name: &str, score: Option<u32>| score.map(|score| format!("{name} {score}"));
    let scores: Vec<String> =
        [score("haploinsufficiency", gene.haploinsufficiency), score("triplosensitivity", gene.triplosensitivity)]
            .into_iter()
            .flatten()
            .collect();
    let overlap = match gene.overlap {
        Overlap::Whole => "whole gene",
        Overlap::FivePrime { .. } => "5' end",
        Overlap::ThreePrime { .. } => "3' end",
        Overlap::Inside => "both ends inside",
    };
    EvidenceRow {
        what: gene.symbol.clone(),
        detail: format!("{overlap}; {}", scores.join(", ")),
        address: None,
        counted: true,
    }
}

fn content(facts: &IntervalFacts) -> Vec<Suggestion> {
    let count = facts.genes.len();
    let number = Number::new("protein-coding genes touched", count as f64, "genes", &facts.transcripts);
    if count > 0 {
        return vec![
            row("1A", format!("{count} protein-coding genes"), vec![number.clone()], &[]),
            Suggestion::not_met("1B", "there are protein-coding genes").with_numbers([number]).against("1B", "", None),
        ];
    }
    ["1A", "1B"]
        .map(|code| {
            let remedy = "load the transcripts of all genes with `cairn setup` or `cairn reference add`";
            let why = match facts.genes_loaded >= COMPLETE_SET {
                true => "no protein-coding gene is touched; other functional elements are not loaded".to_owned(),
                false => format!(
                    "none of the {} genes with loaded transcripts is touched; others may be",
                    facts.genes_loaded
                ),
            };
            Suggestion::no_value(code, why, remedy).with_numbers([number.clone()]).against(code, "", None)
        })
        .into()
}

fn no_dosage(codes: &[&str]) -> Vec<Suggestion> {
    let remedy = "load ClinGen dosage sensitivity with `cairn reference add`";
    codes.iter().map(|code| Suggestion::no_value(code, "no table of dosage sensitivity is loaded", remedy)).collect()
}

fn established_loss(facts: &IntervalFacts) -> Vec<Suggestion> {
    const CODES: [&str; 7] = ["2A", "2C-1", "2C-2", "2D-1", "2D-2", "2D-4", "2E"];
    let Some(dosage) = &facts.dosage else { return no_dosage(&CODES) };
    let established: Vec<&TouchedGene> =
        facts.genes.iter().filter(|gene| gene.haploinsufficiency == Some(SUFFICIENT)).collect();
    let number = Number::new("established haploinsufficient genes touched", established.len() as f64, "genes", dosage);
    let code_of = |gene: &TouchedGene| match gene.overlap {
        Overlap::Whole => "2A",
        Overlap::FivePrime { coding: true } => "2C-1",
        Overlap::FivePrime { coding: false } => "2C-2",
        Overlap::ThreePrime { coding: false, .. } => "2D-1",
        Overlap::ThreePrime { only_last_exon: true, .. } => "2D-2",
        Overlap::ThreePrime { .. } => "2D-4",
        Overlap::Inside => "2E",
    };
    let mut all: Vec<Suggestion> =
        CODES.iter().map(|code| of_code(code, &established, code_of, dosage, &number)).collect();
    // Whether pathogenic variants are known in the last exon decides between 2D-2 and 2D-3.
    if let Some(last) = all.iter_mut().find(|one| one.criterion == "2D-2" && one.is_met()) {
        let why = format!("{}; other pathogenic variants in the last exon decide between 2D-2 and 2D-3", last.sentence);
        *last = Suggestion::no_value("2D-2", why, "look at the pathogenic variants of the last exon")
            .with_numbers([number]);
    }
    all
}

fn established_gain(facts: &IntervalFacts) -> Vec<Suggestion> {
    const TRIPLO: [&str; 1] = ["2A"];
    const HAPLO: [&str; 3] = ["2H", "2I", "2J"];
    let Some(dosage) = &facts.dosage else { return no_dosage(&["2A", "2H", "2I", "2J"]) };
    let triplo: Vec<&TouchedGene> =
        facts.genes.iter().filter(|gene| gene.triplosensitivity == Some(SUFFICIENT)).collect();
    let haplo: Vec<&TouchedGene> =
        facts.genes.iter().filter(|gene| gene.haploinsufficiency == Some(SUFFICIENT)).collect();
    let triplo_number = Number::new("established triplosensitive genes touched", triplo.len() as f64, "genes", dosage);
    let haplo_number = Number::new("established haploinsufficient genes touched", haplo.len() as f64, "genes", dosage);
    let whole = |gene: &TouchedGene| if gene.overlap == Overlap::Whole { "2A" } else { "" };
    let breakpoint = |gene: &TouchedGene| match gene.overlap {
        Overlap::Whole => "2H",
        Overlap::Inside => "2I",
        Overlap::FivePrime { .. } | Overlap::ThreePrime { .. } => "2J",
    };
    let first = TRIPLO.iter().map(|code| of_code(code, &triplo, whole, dosage, &triplo_number));
    let rest = HAPLO.iter().map(|code| of_code(code, &haplo, breakpoint, dosage, &haplo_number));
    first.chain(rest).collect()
}

fn of_code(
    code: &str,
    genes: &[&TouchedGene],
    code_of: impl Fn(&TouchedGene) -> &'static str,
    dosage: &EvidenceSource,
    number: &Number,
) -> Suggestion {
    let found: Vec<&TouchedGene> = genes.iter().copied().filter(|gene| code_of(gene) == code).collect();
    if found.is_empty() {
        return Suggestion::not_met(code, format!("no such gene in {}", dosage.label()))
            .with_numbers([number.clone()])
            .against(code, "", None);
    }
    let names: Vec<&str> = found.iter().map(|gene| gene.symbol.as_str()).collect();
    row(code, format!("{} ({})", names.join(", "), dosage.label()), vec![number.clone()], &found)
}

fn gene_number(facts: &IntervalFacts, is_loss: bool) -> Vec<Suggestion> {
    let count = facts.genes.len();
    let number = Number::new("protein-coding genes touched", count as f64, "genes", &facts.transcripts);
    let loaded = Number::new("genes with loaded transcripts", facts.genes_loaded as f64, "genes", &facts.transcripts);
    let (middle, many) = if is_loss { (25, 35) } else { (35, 50) };
    let fitting = match count {
        n if n >= many => "3C",
        n if n >= middle => "3B",
        _ => "3A",
    };
    // A count over a part of the genes is a lower bound: it can reach the highest row and no other.
    let is_complete = facts.genes_loaded >= COMPLETE_SET;
    ["3A", "3B", "3C"]
        .map(|code| {
            if !is_complete && fitting != "3C" {
                let why = format!("{count} genes at least: only {} genes have loaded transcripts", facts.genes_loaded);
                let remedy = "load the transcripts of all genes with `cairn setup` or `cairn reference add`";
                return Suggestion::no_value(code, why, remedy)
                    .with_numbers([number.clone(), loaded.clone()])
                    .against(code, "", None);
            }
            match code == fitting {
                true => row(code, format!("{count} protein-coding genes"), vec![number.clone(), loaded.clone()], &[]),
                false => Suggestion::not_met(code, format!("{count} protein-coding genes"))
                    .with_numbers([number.clone(), loaded.clone()])
                    .against(code, "", None),
            }
        })
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guideline::find;
    use crate::suggest::Suggested;

    fn gene(symbol: &str, overlap: Overlap, haplo: u32, triplo: u32) -> TouchedGene {
        TouchedGene { symbol: symbol.into(), overlap, haploinsufficiency: Some(haplo), triplosensitivity: Some(triplo) }
    }

    fn met(guideline: &str, genes: Vec<TouchedGene>, genes_loaded: usize) -> Vec<String> {
        let dosage = Some(EvidenceSource { name: "ClinGen dosage sensitivity".into(), ..EvidenceSource::default() });
        let facts = IntervalFacts { genes, genes_loaded, dosage, ..IntervalFacts::default() };
        let guideline = find(guideline).expect("built in");
        let all = suggest(guideline, &facts);
        assert_eq!(all.len(), guideline.criteria.len());
        assert!(all.iter().all(|one| one.strength.is_none()));
        all.into_iter().filter(|one| one.outcome == Suggested::Met).map(|one| one.criterion).collect()
    }

    #[test]
    fn a_loss_over_nf1_is_2a() {
        assert_eq!(met("acmg-cnv-loss", vec![gene("NF1", Overlap::Whole, 3, 0)], 19_000), ["1A", "2A", "3A"]);
        assert_eq!(
            met("acmg-cnv-loss", vec![gene("NF1", Overlap::FivePrime { coding: true }, 3, 0)], 400),
            ["1A", "2C-1"]
        );
        assert_eq!(met("acmg-cnv-loss", vec![gene("MYH7", Overlap::Whole, 0, 0)], 19_000), ["1A", "3A"]);
    }

    #[test]
    fn a_gain_asks_for_triplosensitivity() {
        assert_eq!(met("acmg-cnv-gain", vec![gene("PMP22", Overlap::Whole, 3, 3)], 19_000), ["1A", "2A", "2H", "3A"]);
        assert_eq!(met("acmg-cnv-gain", vec![gene("NF1", Overlap::Inside, 3, 0)], 400), ["1A", "2I"]);
    }

    #[test]
    fn the_gene_count_needs_all_genes_or_reaches_the_last_row() {
        let many = |n: usize| (0..n).map(|i| gene(&format!("G{i}"), Overlap::Whole, 0, 0)).collect::<Vec<_>>();
        assert_eq!(met("acmg-cnv-loss", many(25), 19_000), ["1A", "3B"]);
        assert_eq!(met("acmg-cnv-loss", many(25), 400), ["1A"]);
        assert_eq!(met("acmg-cnv-loss", many(35), 400), ["1A", "3C"]);
        assert_eq!(met("acmg-cnv-gain", many(35), 19_000), ["1A", "3B"]);
    }
}
