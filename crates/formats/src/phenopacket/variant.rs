//! A variation descriptor as a draft: every notation it gives, the most exact first.

use cairn_core::draft::{ExpressionDraft, VariantDraft};

use super::genomic::VariationDescriptor;

/// All notations of a descriptor, the ones on the genome first.
pub fn of(descriptor: &VariationDescriptor) -> VariantDraft {
    let mut expressions = Vec::new();
    if let Some(vcf) = &descriptor.vcf_record
        && let (Some(chrom), Some(pos), Some(reference), Some(alternate)) =
            (&vcf.chrom, vcf.pos, &vcf.reference, &vcf.alt)
    {
        expressions.push(ExpressionDraft {
            text: format!("{chrom}-{}-{reference}-{alternate}", pos.number),
            assembly: vcf.genome_assembly.as_deref().and_then(crate::assembly::read),
            column: "vcfRecord".to_owned(),
        });
    }
    let mut given: Vec<_> = descriptor.expressions.iter().filter(|e| e.value.is_some()).collect();
    let rank = |syntax: Option<&str>| match syntax.unwrap_or_default() {
        "spdi" => 0,
        "hgvs.g" | "hgvs.m" => 1,
        "hgvs.c" | "hgvs.n" | "hgvs" => 2,
        "hgvs.p" => 4,
        _ => 3,
    };
    given.sort_by_key(|e| rank(e.syntax.as_deref()));
    for expression in given {
        expressions.push(ExpressionDraft {
            text: expression.value.clone().unwrap_or_default(),
            assembly: None,
            column: format!("expressions.{}", expression.syntax.as_deref().unwrap_or("syntax")),
        });
    }
    if let Some(variation) = &descriptor.variation {
        let (text, column) = (variation.to_string(), "variation".to_owned());
        expressions.push(ExpressionDraft { text, assembly: None, column });
    }
    // A label is a notation only where nothing better is there, as in structural variants.
    if expressions.is_empty() {
        for (text, column) in [(&descriptor.label, "label"), (&descriptor.description, "description")] {
            let Some(text) = text.as_deref().filter(|t| !t.trim().is_empty()) else { continue };
            for text in [text.to_owned(), with_gene(text, descriptor)] {
                if !expressions.iter().any(|e| e.text == text) {
                    expressions.push(ExpressionDraft { text, assembly: None, column: column.to_owned() });
                }
            }
        }
    }
    let structural = descriptor.structural_type.iter().filter_map(|t| t.id.clone());
    VariantDraft {
        expressions,
        gene: descriptor.gene_context.as_ref().and_then(|g| g.symbol.clone()),
        xrefs: descriptor.xrefs.iter().cloned().chain(structural).collect(),
    }
}

/// `DEL EX 2` says which gene in another field.
fn with_gene(text: &str, descriptor: &VariationDescriptor) -> String {
    let gene = descriptor.gene_context.as_ref().and_then(|g| g.symbol.as_deref()).unwrap_or_default();
    let is_named = text.split(|c: char| !c.is_alphanumeric() && c != '-').any(|word| word.eq_ignore_ascii_case(gene));
    match gene.is_empty() || is_named {
        true => text.to_owned(),
        false => format!("{gene} {text}"),
    }
}
