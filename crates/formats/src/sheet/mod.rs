//! A laboratory's own spreadsheet, and ClinVar's submission sheets, which are spreadsheets with
//! known headings.
//!
//! The steps: find the headings, propose what each column holds, let the user correct it, read the
//! rows.

mod apply;
mod case;
mod condition;
pub mod field;
pub mod header;
pub mod mapping;
mod propose;
mod sniff;
mod variant;

use cairn_core::draft::RecordDraft;
use cairn_core::problem::Severity;

pub use field::Field;
pub use mapping::{ColumnMapping, MappedColumn, Settings};
pub use propose::propose;

use crate::findings::Findings;
use crate::table::Table;
use crate::vocabulary::date::DateOrder;
use header::Headings;

/// A sheet that was read, with the mapping used.
#[derive(Debug)]
pub struct Sheet {
    /// The mapping: the one given, fitted to the sheet, or the proposal.
    pub mapping: ColumnMapping,
    /// Whether the headings are those of ClinVar's submission template.
    pub is_clinvar: bool,
    /// Row number of the headings.
    pub header_row: u64,
    /// The first rows as cells, for the user to compare: row number and cells.
    pub preview: Vec<(u64, Vec<String>)>,
    /// What the rows say.
    pub records: Vec<RecordDraft>,
}

/// Rows shown beside a mapping.
const PREVIEW: usize = 8;

/// Reads the sheet of a workbook, or of a text, that has the best headings or is named by the
/// mapping. `None` with a problem if there are no headings.
pub fn read(tables: &[Table], saved: Option<&ColumnMapping>, findings: &mut Findings) -> Option<Sheet> {
    let Some((table, headings)) = choose(tables, saved) else {
        let remedy = "put the names of the columns into the first row";
        findings.add(Severity::Error, "sheet.no_headings", "", "no row of headings was found", remedy);
        return None;
    };
    let is_clinvar = is_clinvar_template(&headings);
    let mut mapping = match saved {
        Some(saved) => fitted(saved, &headings, findings),
        None => propose(table, &headings),
    };
    if is_clinvar && saved.is_none() && mapping.settings.date_order.is_none() {
        // The template is an American workbook: its date cells come out as month/day/year.
        mapping.settings.date_order = Some(DateOrder::MonthFirst);
    }
    let mut rest: Vec<&Table> = tables.iter().filter(|t| t.sheet != table.sheet && !t.rows.is_empty()).collect();
    rest.retain(|t| !t.rows.is_empty());
    if !rest.is_empty() {
        let names: Vec<&str> = rest.iter().filter_map(|t| t.sheet.as_deref()).collect();
        let message = format!(
            "only sheet `{}` was read; not read: {}",
            table.sheet.as_deref().unwrap_or_default(),
            names.join(", ")
        );
        findings.add(Severity::Note, "sheet.other_sheets", "", message, "name another sheet in the mapping to read it");
    }
    let preview = table.rows.iter().skip(headings.first).take(PREVIEW).map(|r| (r.number, r.cells.clone())).collect();
    let records = apply::rows(table, &headings, &mapping, findings);
    Some(Sheet { mapping, is_clinvar, header_row: headings.row, preview, records })
}

fn choose<'a>(tables: &'a [Table], saved: Option<&ColumnMapping>) -> Option<(&'a Table, Headings)> {
    if let Some(name) = saved.and_then(|m| m.settings.sheet.as_deref())
        && let Some(table) = tables.iter().find(|t| t.sheet.as_deref() == Some(name))
        && let Some(headings) = header::find(table)
    {
        return Some((table, headings));
    }
    let found = tables.iter().filter_map(|t| header::find(t).map(|h| (t, h)));
    found.reduce(|best, next| if next.1.known > best.1.known { next } else { best })
}

fn fitted(saved: &ColumnMapping, headings: &Headings, findings: &mut Findings) -> ColumnMapping {
    for heading in saved.missing(&headings.names) {
        let message = format!("the saved mapping has a column `{heading}` that the sheet lacks");
        findings.add(Severity::Warning, "sheet.column_missing", heading, message, "correct the heading or the mapping");
    }
    saved.fitted(&headings.names)
}

/// The template names its columns in a way that nobody else does.
fn is_clinvar_template(headings: &Headings) -> bool {
    let has = |name: &str| headings.names.iter().any(|h| crate::vocabulary::plain(h) == name);
    has("condition id type") && has("condition id value") && (has("collection method") || has("clinvaraccession"))
}
