//! An ALT allele as a variant expression: bases, symbolic alleles, breakends, repeats.

use cairn_core::problem::Severity;
use cairn_variant::expression::MobileElement;

use super::is_bases;
use super::record::Record;
use crate::findings::{Findings, shown};

/// The expression that an allele of a record means; `None` with a finding if it means none.
pub fn expression(record: &Record<'_>, allele: usize, findings: &mut Findings) -> Option<String> {
    let alternate = record.alternates[allele];
    let (contig, position) = (record.contig, record.position);
    let mut refuse = |severity: Severity, code: &str, message: String, remedy: &str| -> Option<String> {
        findings.add(severity, code, "ALT", message, remedy);
        None
    };
    if alternate == "*" || matches!(alternate, "<*>" | "<NON_REF>" | "<X>") {
        return refuse(
            Severity::Note,
            "vcf.no_variant",
            format!("{} names no variant of its own", shown(alternate)),
            "",
        );
    }
    if alternate.contains(['[', ']']) {
        return Some(format!("{contig}-{position}-{}-{alternate}", record.reference));
    }
    if let Some(symbol) = alternate.strip_prefix('<').and_then(|a| a.strip_suffix('>')) {
        return match symbolic(record, symbol, allele) {
            Some(text) => Some(text),
            None => {
                let message = format!(
                    "{} cannot be read as a variant: its end, length or copy number is missing",
                    shown(alternate)
                );
                refuse(Severity::Warning, "vcf.symbolic_allele", message, "give END, SVLEN, CN or RU in INFO")
            }
        };
    }
    if alternate.starts_with('.') || alternate.ends_with('.') {
        let message = format!("{} is a breakend whose other side is not known", shown(alternate));
        return refuse(Severity::Warning, "vcf.single_breakend", message, "report the mate if it is known");
    }
    if !is_bases(&record.reference) || !is_bases(alternate) {
        let message = format!("{} > {} is not made of A, C, G, T and N", shown(&record.reference), shown(alternate));
        let remedy = "write the base before an insertion or deletion, as VCF does, instead of `-`";
        return refuse(Severity::Error, "vcf.bad_allele", message, remedy);
    }
    let alternate = alternate.to_ascii_uppercase();
    if alternate == record.reference {
        return refuse(Severity::Warning, "vcf.no_variant", format!("{} equals the reference", shown(&alternate)), "");
    }
    Some(format!("{contig}-{position}-{}-{alternate}", record.reference))
}

/// The stretch of a `<CNV>` with the copies that one sample has (`CN` in FORMAT).
pub fn copies(record: &Record<'_>, allele: usize, copies: &str) -> Option<String> {
    let copies: u32 = copies.parse().ok()?;
    let (start, end) = (record.position.checked_add(1)?, end(record, length(record, allele))?);
    Some(format!("{}:{start}-{end} x{copies}", record.contig))
}

/// `SVLEN` of the allele; until 4.3 deletions have a negative one.
fn length(record: &Record<'_>, allele: usize) -> Option<u64> {
    let lengths: Vec<&str> = record.info("SVLEN")?.split(',').collect();
    lengths.get(allele).or(lengths.first())?.trim_start_matches('-').parse().ok()
}

/// `END`, or the position that many bases further.
fn end(record: &Record<'_>, length: Option<u64>) -> Option<u64> {
    let end = record.info("END").and_then(|e| e.parse::<u64>().ok());
    end.or_else(|| record.position.checked_add(length?)).filter(|end| *end > record.position)
}

/// The family of a mobile element as it ends the word for its insertion, `:alu`; empty when the record does not tell
/// it. `None` when the allele is no mobile element, or one of a family that has no name here.
fn mobile_element(record: &Record<'_>, symbol: &str) -> Option<String> {
    let named = symbol.strip_prefix("INS:ME")?;
    let named = match named.strip_prefix(':') {
        Some(family) => family,
        // `MEINFO` is NAME,START,END,POLARITY.
        None if named.is_empty() => record.info("MEINFO").and_then(|info| info.split(',').next()).unwrap_or(""),
        None => return None,
    };
    let family = MobileElement::from_name(named).unwrap_or(MobileElement::Any);
    Some(if family == MobileElement::Any { String::new() } else { format!(":{}", family.name()) })
}

/// Structural alleles: the record's position is the base before the event (clause 5.3).
fn symbolic(record: &Record<'_>, symbol: &str, allele: usize) -> Option<String> {
    let contig = record.contig;
    let start = record.position.checked_add(1)?;
    let kind = symbol.split(':').next().unwrap_or(symbol);
    let length = length(record, allele);
    let end = end(record, length);
    if kind == "INS" {
        if let (None, Some(element)) = (length, mobile_element(record, symbol)) {
            return Some(format!("{contig}:{}-{start} ins:me{element}", record.position));
        }
        let inserted = match length {
            Some(length) if length > 0 => format!("insN[{length}]"),
            _ => "ins(?)".to_owned(),
        };
        return Some(format!("{contig}:g.{}_{start}{inserted}", record.position));
    }
    if let Some(copies) = kind.strip_prefix("STR").filter(|c| !c.is_empty() && c.bytes().all(|b| b.is_ascii_digit())) {
        let unit = record.info("RU")?;
        return Some(format!("{contig}:g.{start}_{}{unit}[{copies}]", end?));
    }
    let change = match kind {
        "DEL" | "DUP" | "INV" => kind.to_owned(),
        "CNV" => format!("x{}", record.info("CN").and_then(|n| n.parse::<u32>().ok())?),
        _ => format!("x{}", kind.strip_prefix("CN").and_then(|n| n.parse::<u32>().ok())?),
    };
    Some(format!("{contig}:{start}-{} {change}", end?))
}
