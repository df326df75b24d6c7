//! Statement drafts, begun empty and filled by each format.

use cairn_core::case::AlleleOrigin;
use cairn_core::classification::Classification;
use cairn_core::draft::{ContentDraft, ExpressionDraft, RecordDraft, StatementDraft, VariantDraft};
use cairn_core::free_text::FreeText;
use cairn_core::statement::{Remark, StatementBody};

use crate::vcf::is_bases;
use crate::vocabulary::classification;

/// A body that says nothing but a class, in the source's words.
pub fn body(class_text: &str) -> StatementBody {
    body_of(classification::stated(class_text))
}

/// A body that says nothing but this class.
pub fn body_of((classification, classification_text): (Classification, Option<String>)) -> StatementBody {
    StatementBody {
        classification,
        classification_text,
        conditions: Vec::new(),
        inheritance: None,
        origin: AlleleOrigin::Unknown,
        guideline: None,
        criteria: Vec::new(),
        evidence: Vec::new(),
        citations: Vec::new(),
        summary: FreeText::default(),
        last_evaluated: None,
        review_status: None,
        method: None,
        remarks: Vec::new(),
    }
}

/// A record of one statement.
pub fn record(row: u64, statement: StatementDraft) -> RecordDraft {
    RecordDraft { row, content: ContentDraft::Statement(Box::new(statement)) }
}

/// Keeps a named value that has no field, unless there is none.
pub fn keep(remarks: &mut Vec<Remark>, name: &str, value: &str) {
    let value = FreeText::from(value);
    if !value.is_empty() {
        remarks.push(Remark { name: name.to_owned(), value });
    }
}

/// The text if there is one.
pub fn given(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// Adds an expression unless its text is empty or a marker of absence.
pub fn express(variant: &mut VariantDraft, text: &str, assembly: Option<&str>, column: &str) {
    let text = text.trim();
    if !matches!(text, "" | "-" | "." | "na" | "NA") {
        variant.expressions.push(ExpressionDraft {
            text: text.to_owned(),
            assembly: assembly.map(str::to_owned),
            column: column.to_owned(),
        });
    }
}

/// Adds the columns of a VCF record as one expression, if all are there and made of bases.
pub fn express_vcf(
    variant: &mut VariantDraft,
    [chrom, pos, reference, alternate]: [&str; 4],
    assembly: Option<&str>,
    column: &str,
) {
    if !chrom.is_empty() && pos.parse::<u64>().is_ok() && is_bases(reference) && is_bases(alternate) {
        express(variant, &format!("{chrom}-{pos}-{reference}-{alternate}"), assembly, column);
    }
}
