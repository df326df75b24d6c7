//! The variant of a row, in all notations of its columns.

use cairn_core::draft::VariantDraft;
use cairn_core::problem::Severity;

use super::apply::RowCells;
use super::field::Field;
use crate::assembly;
use crate::findings::{Findings, shown};
use crate::statement::{express, express_vcf, given};

/// Puts the expressions together, the most trustworthy first; none if the row names no variant.
pub fn of_row(cells: &RowCells<'_>, findings: &mut Findings) -> VariantDraft {
    let mut variant = VariantDraft { gene: gene(cells, findings), ..VariantDraft::default() };
    let named = cells.get(Field::Assembly);
    let assembly =
        assembly::read(named).or_else(|| assembly::within(named)).or_else(|| cells.settings().assembly.clone());
    if !named.is_empty() && assembly.is_none() {
        let message = format!("{} is not an assembly", shown(named));
        findings.add(
            Severity::Warning,
            "assembly.unknown",
            cells.heading(Field::Assembly),
            message,
            "write GRCh37 or GRCh38",
        );
    }
    let assembly = assembly.as_deref();
    site(&mut variant, cells, assembly);
    express(
        &mut variant,
        &with_reference(cells.get(Field::HgvsG), cells, false),
        assembly,
        cells.heading(Field::HgvsG),
    );
    for (heading, text) in cells.all(Field::Variant) {
        let is_of_gene = ["c.", "n.", "p."].iter().any(|mark| text.starts_with(mark));
        let text = if is_of_gene { with_reference(text, cells, true) } else { text.to_owned() };
        express(&mut variant, &text, assembly, heading);
    }
    let text = cells.get(Field::HgvsC);
    // A change of a transcript is on no assembly; ISCN and exons may stand in the same column.
    let assembly = assembly.filter(|_| !["c.", "n."].iter().any(|axis| text.contains(axis)));
    express(&mut variant, &with_reference(text, cells, true), assembly, cells.heading(Field::HgvsC));
    protein(&mut variant, cells);
    xrefs(&mut variant, cells);
    variant
}

/// Excel turns SEPT2 and MARCH1 into dates; such a cell is no gene.
fn gene(cells: &RowCells<'_>, findings: &mut Findings) -> Option<String> {
    let text = cells.get(Field::Gene);
    let is_date = text.len() >= 5
        && text.contains(['-', '.', '/'])
        && crate::vocabulary::date::read(text, None).is_ok_and(|d| d.is_some());
    let lower = text.to_ascii_lowercase();
    let day_month = ["-sep", "-mar", "-dec", "-oct", "sep-", "mar-", "dec-", "oct-"].iter().any(|m| lower.contains(m))
        && text.len() <= 7;
    if is_date || (day_month && text.bytes().any(|b| b.is_ascii_digit())) {
        let message =
            format!("{} looks like a gene symbol that a spreadsheet turned into a date; it was left out", shown(text));
        let remedy = "format the column as text and write the symbol again, such as SEPTIN9";
        findings.add(Severity::Warning, "gene.turned_into_date", cells.heading(Field::Gene), message, remedy);
        return None;
    }
    given(text)
}

/// Columns of a VCF, or of a structural variant by its ends.
fn site(variant: &mut VariantDraft, cells: &RowCells<'_>, assembly: Option<&str>) {
    let chrom = cells.get(Field::Chrom);
    let position = cells.get(Field::Pos).replace(',', "");
    let [reference, alternate] = [Field::Ref, Field::Alt].map(|f| cells.get(f));
    let count = variant.expressions.len();
    express_vcf(variant, [chrom, &position, reference, alternate], assembly, cells.heading(Field::Pos));
    if variant.expressions.len() > count || chrom.is_empty() || position.parse::<u64>().is_err() {
        return;
    }
    let end = cells.get(Field::End).replace(',', "");
    let copies = cells.get(Field::CopyNumber);
    let change = if copies.parse::<u32>().is_ok() {
        format!("x{copies}")
    } else {
        change_of(cells, alternate).unwrap_or_default()
    };
    if end.parse::<u64>().is_ok() && !change.is_empty() {
        express(variant, &format!("{chrom}:{position}-{end} {change}"), assembly, cells.heading(Field::Pos));
    }
}

fn change_of(cells: &RowCells<'_>, alternate: &str) -> Option<String> {
    let words = format!("{} {}", cells.get(Field::VariantType), alternate).to_ascii_lowercase();
    let changes = [
        ("copy number gain", "gain"),
        ("copy number loss", "loss"),
        ("gain", "gain"),
        ("loss", "loss"),
        ("del", "DEL"),
        ("dup", "DUP"),
        ("inv", "INV"),
    ];
    changes.iter().find(|(word, _)| words.contains(word)).map(|(_, change)| (*change).to_owned())
}

/// A description that names no reference gets the row's transcript, or the gene where there is none.
fn with_reference(text: &str, cells: &RowCells<'_>, or_gene: bool) -> String {
    let text = text.trim();
    let transcript = cells.get(Field::Transcript);
    let gene = cells.get(Field::Gene);
    match () {
        () if text.contains(':') || !begins_with_axis(text) => text.to_owned(),
        () if !transcript.is_empty() && !transcript.contains([' ', ',', ';']) => format!("{transcript}:{text}"),
        () if or_gene && !gene.is_empty() && !gene.contains([' ', ',', ';']) => format!("{gene} {text}"),
        () => text.to_owned(),
    }
}

/// Whether the text is a description that lacks its reference: `c.68_69del`, `(g.41276045del)`. ISCN is none, though it
/// has dots: `arr[GRCh37] 17q21.31(43045678_43124000)x1`.
fn begins_with_axis(text: &str) -> bool {
    let bytes = text.strip_prefix(['(', '[']).unwrap_or(text).as_bytes();
    matches!(bytes, [axis, b'.', _, ..] if b"cgmnopr".contains(&axis.to_ascii_lowercase()))
}

/// A protein change alone says less than a nucleotide change: it comes last, and only with its
/// gene if it names no protein.
fn protein(variant: &mut VariantDraft, cells: &RowCells<'_>) {
    let text = cells.get(Field::HgvsP);
    let heading = cells.heading(Field::HgvsP);
    let gene = cells.get(Field::Gene);
    match () {
        () if text.is_empty() || matches!(text, "p.?" | "p.(?)") => {}
        () if text.contains(':') || gene.is_empty() => express(variant, text, None, heading),
        () if text.starts_with("p.") => express(variant, &format!("{gene} {text}"), None, heading),
        () => express(variant, &format!("{gene} p.{text}"), None, heading),
    }
}

fn xrefs(variant: &mut VariantDraft, cells: &RowCells<'_>) {
    let rsid = cells.get(Field::Rsid);
    if !rsid.is_empty() {
        let rsid = if rsid.bytes().all(|b| b.is_ascii_digit()) { format!("rs{rsid}") } else { rsid.to_owned() };
        // A number of dbSNP names a place with all its alleles: an expression only for want of others.
        if variant.expressions.is_empty() {
            express(variant, &rsid, None, cells.heading(Field::Rsid));
        }
        variant.xrefs.push(rsid);
    }
    for (heading, text) in cells.all(Field::VariantXref) {
        for part in text.split([';', '|', ',']).map(str::trim).filter(|p| !p.is_empty()) {
            let is_number = part.bytes().all(|b| b.is_ascii_digit());
            let is_clinvar =
                heading.to_ascii_lowercase().contains("clinvar") || heading.to_ascii_lowercase().contains("variation");
            variant.xrefs.push(if is_number && is_clinvar { format!("ClinVar:{part}") } else { part.to_owned() });
        }
    }
}
