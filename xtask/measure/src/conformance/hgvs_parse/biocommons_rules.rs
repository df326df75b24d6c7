//! `grammar_test.tsv` of biocommons/hgvs: the rules of that grammar one by one, through our functions for the same
//! part of a description. A part that is no field of its own here is read in the smallest description around it.

use std::path::Path;

use cairn_variant::hgvs::{
    Axis, Change, Hgvs, NucleotideEdit, ProteinEdit, Variant,
    parse::fragment::{self, PlaceLocation},
};

use super::{ACCEPTED, REFUSED, SuiteReport};

pub(super) fn run(folder: &Path, report: &mut SuiteReport) {
    let Some(text) = report.read(&folder.join("grammar_test.tsv")) else { return };
    let lines = text.lines().enumerate().skip(1).filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    for (number, line) in lines {
        let columns: Vec<&str> = line.split('\t').collect();
        let &[rule, test, valid, kind, ..] = columns.as_slice() else { continue };
        let id = format!("grammar_test.tsv:{}:{rule} {test}", number + 1);
        let tests = tests(test, kind);
        if tests.iter().any(|test| read(rule, test).is_none()) {
            report.not_runnable(id, format!("a part of HGVS that matches the rule {rule}"));
            continue;
        }
        let wanted = if valid == "True" { ACCEPTED } else { REFUSED };
        report.check(id, wanted, || {
            let wrong: Vec<String> =
                tests.iter().filter(|test| read(rule, test) != Some(valid == "True")).cloned().collect();
            if wrong.is_empty() { wanted.to_owned() } else { format!("the contrary for {}", wrong.join(", ")) }
        });
    }
}

/// A row tests one text, several separated by `|`, or every letter by itself.
fn tests(test: &str, kind: &str) -> Vec<String> {
    match kind {
        "list" => test.split('|').map(str::to_owned).collect(),
        "string" => test.chars().map(String::from).collect(),
        _ => vec![test.to_owned()],
    }
}

/// Whether our counterpart of the rule reads the text; `None` if there is no counterpart.
fn read(rule: &str, text: &str) -> Option<bool> {
    let axis = axis(rule);
    Some(match rule {
        "accn" => fragment::accession(text).is_ok(),
        "gene_symbol" => fragment::gene_symbol(text).is_ok(),
        "paren_gene" | "opt_gene_expr" => fragment::sequence(&format!("NM_000001.1{text}")).is_ok(),
        "num" | "snum" | "nnum" | "base" => fragment::nucleotide_position(text, Axis::Coding).is_ok(),
        "offset" => fragment::nucleotide_position(&format!("5{text}"), Axis::Coding).is_ok(),
        "term1" | "term3" | "term13" | "aa13_ext" | "aa13_fs" => fragment::new_stop(text).is_ok(),
        "fs" | "ext" => protein(&format!("Met1{text}")).is_some(),
        _ if rule.starts_with("aa") && rule.ends_with("_seq") => {
            fragment::amino_acids(text).is_ok() && is_code(rule, text)
        }
        _ if rule.starts_with("aa") => fragment::one_amino_acid(text).is_ok() && is_code(rule, text),
        "dna" | "dna_iupac" | "dna_seq" | "na_iupac" => fragment::bases(text, Axis::Genomic).is_ok(),
        "rna" | "rna_iupac" | "rna_seq" => fragment::bases(text, Axis::Rna).is_ok(),
        "hgvs_variant" => text.parse::<Hgvs>().is_ok(),
        "hgvs_position" => fragment::place(text).is_ok(),
        _ if rule.ends_with("_hgvs_position") => place_axis(text) == Some(axis?),
        _ if rule.ends_with("_variant") => variant_axis(text) == Some(axis?),
        _ if rule.ends_with("_typed_posedit") => variant_axis(&format!("XX_01234.5:{text}")) == Some(axis?),
        "p_posedit" | "p_posedit_special" => protein(text).is_some(),
        _ if rule.ends_with("_posedit") => nucleotide(axis??, text).is_some(),
        _ if rule.ends_with("_interval") || rule.ends_with("_pos") => location(rule, axis?, text),
        _ if rule.starts_with("pro_") => protein_edit(rule, text),
        _ if rule.starts_with("dna_") => nucleotide_edit(rule, Axis::Genomic, text),
        _ if rule.starts_with("rna_") => nucleotide_edit(rule, Axis::Rna, text),
        _ => return None,
    })
}

/// The axis that a rule names by a letter, `None` inside for protein.
fn axis(rule: &str) -> Option<Option<Axis>> {
    let rule = rule.strip_prefix("def_").or_else(|| rule.strip_prefix("uncertain_")).unwrap_or(rule);
    let (letter, _) = rule.split_once('_')?;
    Some(match letter {
        "g" => Some(Axis::Genomic),
        "m" => Some(Axis::Mitochondrial),
        "c" => Some(Axis::Coding),
        "n" => Some(Axis::NonCoding),
        "r" => Some(Axis::Rna),
        "p" => None,
        _ => return None,
    })
}

/// `aa1…` and `aat1…` are about one-letter codes only, `aa3…` and `aat3…` about three-letter codes only.
fn is_code(rule: &str, text: &str) -> bool {
    let three = text.bytes().any(|b| b.is_ascii_lowercase());
    if rule.contains("13") { true } else { three == rule.contains('3') }
}

fn variant_axis(text: &str) -> Option<Option<Axis>> {
    match text.parse::<Hgvs>().ok()? {
        Hgvs::Variant(Variant { change: Change::Nucleotide { axis, .. }, .. }) => Some(Some(axis)),
        Hgvs::Variant(Variant { change: Change::Protein(_), .. }) => Some(None),
        _ => None,
    }
}

fn place_axis(text: &str) -> Option<Option<Axis>> {
    match fragment::place(text).ok()?.location {
        PlaceLocation::Nucleotide(axis, _) => Some(Some(axis)),
        PlaceLocation::Protein(_) => Some(None),
    }
}

fn location(rule: &str, axis: Option<Axis>, text: &str) -> bool {
    match axis {
        None => fragment::protein_location(text).is_ok(),
        Some(axis) if rule.ends_with("_pos") => fragment::nucleotide_position(text, axis).is_ok(),
        Some(axis) => fragment::nucleotide_location(text, axis).is_ok(),
    }
}

fn nucleotide(axis: Axis, text: &str) -> Option<NucleotideEdit> {
    let hgvs: Hgvs = format!("XX_01234.5:{}.{text}", axis.letter()).parse().ok()?;
    hgvs.as_nucleotide().map(|(_, _, change)| change.edit.clone())
}

fn protein(text: &str) -> Option<ProteinEdit> {
    let hgvs: Hgvs = format!("XX_01234.5:p.{text}").parse().ok()?;
    hgvs.as_protein().map(|(_, change)| change.edit.clone())
}

/// Whether the edit is read at a place that fits it, and as what the rule is about.
fn nucleotide_edit(rule: &str, axis: Axis, text: &str) -> bool {
    let place = if text.starts_with("ins") { "5_6" } else { "5" };
    let Some(edit) = nucleotide(axis, &format!("{place}{text}")) else { return false };
    match rule.split_once('_').map_or("", |(_, kind)| kind) {
        "del" => matches!(edit, NucleotideEdit::Deletion(_)),
        "delins" => matches!(edit, NucleotideEdit::DeletionInsertion { .. }),
        "dup" => matches!(edit, NucleotideEdit::Duplication(_)),
        "ins" => matches!(edit, NucleotideEdit::Insertion(_)),
        "inv" => matches!(edit, NucleotideEdit::Inversion(_)),
        "con" => matches!(edit, NucleotideEdit::Conversion(_)),
        "ident" => matches!(edit, NucleotideEdit::Identity(_)),
        "subst" => matches!(edit, NucleotideEdit::Substitution { .. }),
        "copy" => matches!(edit, NucleotideEdit::Repeat(_)),
        _ => true,
    }
}

fn protein_edit(rule: &str, text: &str) -> bool {
    let place = if text.starts_with("ins") { "Ala5_Gly6" } else { "Ala5" };
    let Some(edit) = protein(&format!("{place}{text}")) else { return false };
    match rule.split_once('_').map_or("", |(_, kind)| kind) {
        "del" => matches!(edit, ProteinEdit::Deletion),
        "delins" => matches!(edit, ProteinEdit::DeletionInsertion(_)),
        "dup" => matches!(edit, ProteinEdit::Duplication),
        "ins" => matches!(edit, ProteinEdit::Insertion(_)),
        "fs" => matches!(edit, ProteinEdit::Frameshift { .. }),
        "ext" => matches!(edit, ProteinEdit::CTerminalExtension { .. } | ProteinEdit::NTerminalExtension { .. }),
        "ident" => matches!(edit, ProteinEdit::Identity),
        "subst" => matches!(edit, ProteinEdit::Substitution(_)),
        _ => true,
    }
}
