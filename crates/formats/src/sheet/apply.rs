//! Rows of a sheet to drafts, through a mapping.

use std::collections::HashMap;

use cairn_core::citation::EvidenceItem;
use cairn_core::condition::Inheritance;
use cairn_core::criterion::Outcome;
use cairn_core::date::PartialDate;
use cairn_core::draft::{ContentDraft, LaboratoryDraft, RecordDraft, StatementDraft};
use cairn_core::problem::Severity;
use cairn_core::statement::{Standing, StatementBody};

use super::field::Field;
use super::header::{Headings, is_example};
use super::mapping::{ColumnMapping, Settings};
use super::{case as sheet_case, condition, variant};
use crate::citations;
use crate::findings::{Findings, shown};
use crate::statement::{body, body_of, given, keep, record};
use crate::table::{Row, Table};
use crate::vocabulary::{case, classification, criteria, date};

/// One row seen through the mapping.
pub struct RowCells<'a> {
    row: &'a Row,
    mapping: &'a ColumnMapping,
    places: &'a HashMap<Field, Vec<usize>>,
}

impl<'a> RowCells<'a> {
    /// The cell of a field; empty if no column feeds it.
    pub fn get(&self, field: Field) -> &'a str {
        self.places.get(&field).map_or("", |places| self.row.get(places[0]))
    }

    /// Every cell of a field that is not empty, with its heading.
    pub fn all(&self, field: Field) -> Vec<(&'a str, &'a str)> {
        let places = self.places.get(&field).map_or(&[][..], Vec::as_slice);
        let cells = places.iter().map(|at| (self.mapping.columns[*at].heading.as_str(), self.row.get(*at)));
        cells.filter(|(_, cell)| !cell.is_empty()).collect()
    }

    /// The heading of the column that feeds a field; empty if none does.
    pub fn heading(&self, field: Field) -> &'a str {
        self.places.get(&field).map_or("", |places| self.mapping.columns[places[0]].heading.as_str())
    }

    /// Settings of the mapping.
    pub fn settings(&self) -> &'a Settings {
        &self.mapping.settings
    }
}

/// A word of a vocabulary; a word outside it is noted and left out.
pub fn word<T: Copy>(
    cells: &RowCells<'_>,
    field: Field,
    read: fn(&str) -> Option<T>,
    unknown: T,
    findings: &mut Findings,
) -> T {
    let text = cells.get(field);
    read(text).unwrap_or_else(|| {
        let message = format!("{} is not a known word for {}; it was left out", shown(text), field.label());
        findings.add(Severity::Warning, "sheet.unknown_word", cells.heading(field), message, words_of(field));
        unknown
    })
}

/// The words that a field of a vocabulary knows, for the user.
fn words_of(field: Field) -> &'static str {
    match field {
        Field::Zygosity => {
            "write heterozygous, homozygous, hemizygous, mosaic, heteroplasmic, homoplasmic or a genotype such as 0/1"
        }
        Field::Origin => "write germline, inherited, maternal, paternal, biparental, de novo or somatic",
        Field::Sex => "write female, male or other",
        Field::Affected => "write affected or unaffected",
        Field::Proband => "write proband or relative",
        _ => "correct the word",
    }
}

/// Reads every row below the headings.
pub fn rows(table: &Table, headings: &Headings, mapping: &ColumnMapping, findings: &mut Findings) -> Vec<RecordDraft> {
    let places: HashMap<Field, Vec<usize>> =
        Field::ALL.iter().map(|f| (*f, mapping.places(*f))).filter(|(_, places)| !places.is_empty()).collect();
    findings.at_whole();
    let is_filled = |field: Field| {
        let rows = || table.rows.iter().skip(headings.first);
        places.get(&field).is_some_and(|places| rows().any(|row| !row.get(places[0]).is_empty()))
    };
    check_columns(&places, mapping, is_filled(Field::Pos), findings);
    let mut seen: HashMap<String, u64> = HashMap::new();
    let mut records = Vec::new();
    for row in table.rows.iter().skip(headings.first) {
        findings.at(row.number);
        if is_example(&row.cells) {
            findings.add(
                Severity::Note,
                "sheet.example_row",
                "",
                "the row is an example of the template and was left out",
                "",
            );
            continue;
        }
        let cells = RowCells { row, mapping, places: &places };
        let Some(draft) = of_row(&cells, findings) else { continue };
        if let ContentDraft::Statement(statement) = &draft.content
            && let Some(key) = &statement.local_key
            && let Some(before) = seen.insert(key.clone(), row.number)
        {
            let message = format!("the key {} stands in row {before} too", shown(key));
            findings.add(
                Severity::Warning,
                "sheet.key_twice",
                cells.heading(Field::LocalKey),
                message,
                "give each record its own key",
            );
        }
        records.push(draft);
    }
    records
}

fn check_columns(
    places: &HashMap<Field, Vec<usize>>,
    mapping: &ColumnMapping,
    has_positions: bool,
    findings: &mut Findings,
) {
    let has = |fields: &[Field]| fields.iter().any(|f| places.contains_key(f));
    if !has(&[Field::Variant, Field::HgvsC, Field::HgvsG, Field::HgvsP, Field::Rsid, Field::Pos]) {
        let message = "no column is mapped to a variant";
        findings.add(
            Severity::Error,
            "sheet.no_variant_column",
            "",
            message,
            "choose the column that holds the variant",
        );
    }
    if !has(&[Field::Classification, Field::CaseId]) {
        let message = "no column is mapped to a classification or a case";
        findings.add(
            Severity::Warning,
            "sheet.no_classification_column",
            "",
            message,
            "choose the column that holds the classification",
        );
    }
    if has_positions && !has(&[Field::Assembly]) && mapping.settings.assembly.is_none() {
        let message = "the positions have no assembly";
        findings.add(
            Severity::Warning,
            "assembly.not_stated",
            "",
            message,
            "set the assembly in the mapping, or add a column `assembly`",
        );
    }
    let case_columns: Vec<&str> =
        sheet_case::FIELDS.iter().filter(|f| places.contains_key(f)).map(|f| f.label()).collect();
    if !has(&[Field::CaseId]) && !case_columns.is_empty() {
        let message = format!(
            "{} describe cases, but no column names the case; they are kept as remarks",
            case_columns.join(", ")
        );
        findings.add(Severity::Note, "sheet.no_case_column", "", message, "add a column with the case's pseudonym");
    }
}

fn of_row(cells: &RowCells<'_>, findings: &mut Findings) -> Option<RecordDraft> {
    let variant = variant::of_row(cells, findings);
    if variant.expressions.is_empty() {
        if cells.row.cells.iter().filter(|c| !c.is_empty()).count() == 1 {
            let message = "the row holds a single cell of text and was left out";
            findings.add(Severity::Warning, "sheet.text_row", "", message, "");
            return None;
        }
        let remedy = "give HGVS, or chromosome, position, reference and alternate allele";
        findings.add(
            Severity::Error,
            "variant.no_expression",
            cells.heading(Field::HgvsC),
            "the row names no variant",
            remedy,
        );
        return None;
    }
    let conditions = condition::of_row(cells, findings);
    let class_text = cells.get(Field::Classification);
    let class = (!class_text.is_empty()).then(|| classify(cells, class_text, findings));
    let case = sheet_case::of_row(cells, &variant, &conditions, class.as_ref().map(|c| c.0), findings);
    let mut body = match class {
        Some(class) => body_of(class),
        None => {
            if let Some(case) = case {
                return Some(RecordDraft { row: cells.row.number, content: ContentDraft::Case(Box::new(case)) });
            }
            let heading = cells.heading(Field::Classification);
            if !heading.is_empty() {
                let message = "the row has no classification; it was taken as `not provided`";
                findings.add(Severity::Warning, "classification.missing", heading, message, "give a classification");
            }
            body("")
        }
    };
    body.conditions = conditions;
    fill(&mut body, cells, findings);
    remarks(&mut body, cells, case.is_some());
    let accession = cells.get(Field::SourceAccession);
    let key = given(cells.get(Field::LocalKey)).or_else(|| given(accession.split('.').next().unwrap_or_default()));
    Some(record(
        cells.row.number,
        StatementDraft {
            laboratory: given(cells.get(Field::Laboratory)).map(|name| LaboratoryDraft { name, clinvar_org_id: None }),
            local_key: key,
            source_accession: given(accession),
            variant,
            standing: Standing::Current,
            body,
            case,
        },
    ))
}

type Stated = (cairn_core::classification::Classification, Option<String>);

fn classify(cells: &RowCells<'_>, text: &str, findings: &mut Findings) -> Stated {
    let heading = cells.heading(Field::Classification);
    if heading.to_ascii_lowercase().contains("oncogenic")
        && let Some(class) = classification::read_oncogenicity(text)
    {
        return (class, (text != class.label()).then(|| text.to_owned()));
    }
    // Under `Tier` a number alone is one of AMP/ASCO/CAP's tiers, never one of the five classes.
    if heading.to_ascii_lowercase().contains("tier")
        && let Some(class) = classification::read(&format!("tier {text}"))
    {
        return (class, Some(text.to_owned()));
    }
    crate::clinvar::check_class(text, heading, findings);
    classification::stated(text)
}

fn fill(body: &mut StatementBody, cells: &RowCells<'_>, findings: &mut Findings) {
    body.inheritance = inheritance(body, cells, findings);
    body.origin = word(cells, Field::Origin, case::origin, body.origin, findings);
    body.guideline = given(cells.get(Field::Guideline)).or_else(|| cells.settings().guideline.clone());
    body.last_evaluated = date_of(cells, findings);
    body.review_status = given(cells.get(Field::ReviewStatus));
    body.method = given(cells.get(Field::Method));
    for (heading, text) in cells.all(Field::Criteria) {
        criteria_of(body, heading, text, Outcome::Met, findings);
    }
    for (heading, text) in cells.all(Field::CriteriaNotMet) {
        criteria_of(body, heading, text, Outcome::NotMet, findings);
    }
    for (_, text) in cells.all(Field::Citations) {
        for citation in citations::read_list(text) {
            if !body.citations.contains(&citation) {
                body.citations.push(citation);
            }
        }
    }
    let summaries: Vec<&str> = cells.all(Field::Summary).into_iter().map(|(_, text)| text).collect();
    body.summary = summaries.join("\n").into();
}

fn inheritance(body: &mut StatementBody, cells: &RowCells<'_>, findings: &mut Findings) -> Option<Inheritance> {
    let text = cells.get(Field::Inheritance);
    let mode = Inheritance::read(text);
    if mode.is_none() && !matches!(text.to_ascii_lowercase().as_str(), "" | "unknown" | "na" | "-" | "not provided") {
        let message = format!("{} is not a mode of inheritance; it was kept as a remark", shown(text));
        findings.add(
            Severity::Warning,
            "inheritance.unknown_word",
            cells.heading(Field::Inheritance),
            message,
            "write AD, AR, XLD, XLR or MT",
        );
        keep(&mut body.remarks, cells.heading(Field::Inheritance), text);
    }
    mode
}

fn criteria_of(body: &mut StatementBody, heading: &str, text: &str, outcome: Outcome, findings: &mut Findings) {
    let read = criteria::read(text);
    body.criteria.extend(read.criteria.into_iter().map(|mut criterion| {
        if outcome == Outcome::NotMet && criterion.outcome == Outcome::Met {
            criterion.outcome = Outcome::NotMet;
        }
        criterion
    }));
    for (code, note) in read.notes {
        let citations =
            citations::read_list(&note).into_iter().filter(|c| !matches!(c, cairn_core::citation::Citation::Other(_)));
        body.evidence.push(EvidenceItem {
            criterion: Some(code),
            citations: citations.collect(),
            quantity: None,
            text: note.into(),
        });
    }
    if !read.rest.is_empty() {
        let message = format!("{} is no criterion; it was kept as a remark", shown(&read.rest.join(", ")));
        findings.add(
            Severity::Warning,
            "criteria.not_read",
            heading,
            message,
            "write codes such as PM2_Supporting, parted by commas",
        );
        keep(&mut body.remarks, heading, &read.rest.join(", "));
    }
}

fn date_of(cells: &RowCells<'_>, findings: &mut Findings) -> Option<PartialDate> {
    let heading = cells.heading(Field::DateEvaluated);
    match date::read(cells.get(Field::DateEvaluated), cells.settings().date_order) {
        Ok(date) => date,
        Err(fault) => {
            let (code, remedy) = fault.code_and_remedy();
            findings.add(Severity::Warning, code, heading, format!("{fault}; the date was left out"), remedy);
            None
        }
    }
}

/// Whatever no field took: columns without a field, the curator, and what describes a case where
/// there is none.
fn remarks(body: &mut StatementBody, cells: &RowCells<'_>, has_case: bool) {
    for (at, column) in cells.mapping.columns.iter().enumerate() {
        let is_kept = match column.field {
            None => true,
            Some(Field::FamilyId) => !has_case,
            Some(Field::Curator | Field::VariantType | Field::CopyNumber | Field::End) => true,
            Some(field) => !has_case && sheet_case::FIELDS.contains(&field),
        };
        if is_kept {
            keep(&mut body.remarks, &column.heading, cells.row.get(at));
        }
    }
}
