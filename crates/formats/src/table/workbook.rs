//! Sheets of an XLSX workbook, cell by cell: no sheet is spread out in memory by a far-away cell.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use cairn_core::problem::{Problem, Severity};
use calamine::{DataRef, Reader as _, Xlsx};

use super::{MAX_COLUMNS, MAX_ROWS, Row, Table};
use crate::findings::{Findings, shown};
use crate::vocabulary::date::of_excel_serial;

/// Cells of one workbook: 100,000 rows of 200 columns.
const MAX_CELLS: usize = 20_000_000;

/// Reads every sheet. Dates become `YYYY-MM-DD`, whole numbers lose their `.0`.
///
/// # Errors
/// A problem if the workbook cannot be opened.
pub fn read(bytes: &[u8], findings: &mut Findings) -> Result<Vec<Table>, Box<Problem>> {
    // The reader underneath is made for files that programs wrote; on damaged bytes it may panic,
    // and a damaged file must not end the process.
    let read = catch_unwind(AssertUnwindSafe(|| sheets(bytes, findings)));
    let refuse = |cause: String| {
        let message = format!("the workbook cannot be read: {cause}");
        Box::new(Problem::new(Severity::Error, "workbook.not_valid", message, "save it as .xlsx again, or as CSV"))
    };
    match read {
        Ok(Ok(tables)) => Ok(tables),
        Ok(Err(error)) => Err(refuse(error.to_string())),
        Err(_) => Err(refuse("it is damaged".to_owned())),
    }
}

fn sheets(bytes: &[u8], findings: &mut Findings) -> Result<Vec<Table>, calamine::XlsxError> {
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes))?;
    let mut tables = Vec::new();
    let mut count = 0;
    for name in workbook.sheet_names() {
        let mut table = Table { sheet: Some(name.clone()), rows: Vec::new() };
        let mut cells = workbook.worksheet_cells_reader(&name)?;
        while let Some(cell) = cells.next_cell()? {
            let (row, column) = cell.get_position();
            let (number, column) = (u64::from(row) + 1, column as usize);
            let text = text_of(cell.get_value(), number, findings);
            count += 1;
            if count > MAX_CELLS || table.rows.len() > MAX_ROWS {
                let message = format!("sheet {} is too large; the rest was not read", shown(&name));
                findings.add(Severity::Error, "table.too_long", "", message, "split it");
                break;
            }
            if text.is_empty() || column >= MAX_COLUMNS {
                continue;
            }
            if table.rows.last().is_none_or(|r| r.number != number) {
                table.rows.push(Row { number, cells: Vec::new() });
            }
            if let Some(row) = table.rows.last_mut() {
                row.cells.resize(row.cells.len().max(column + 1), String::new());
                row.cells[column] = text;
            }
        }
        tables.push(table);
    }
    Ok(tables)
}

fn text_of(value: &DataRef<'_>, row: u64, findings: &mut Findings) -> String {
    match value {
        DataRef::Empty => String::new(),
        DataRef::String(text) => text.trim().to_owned(),
        DataRef::SharedString(text) => text.trim().to_owned(),
        DataRef::Int(number) => number.to_string(),
        // Up to 2^53 a whole number is exact.
        DataRef::Float(number) if number.fract() == 0.0 && number.abs() < 9.0e15 => format!("{number:.0}"),
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(true) => "TRUE".to_owned(),
        DataRef::Bool(false) => "FALSE".to_owned(),
        DataRef::DateTime(date) => {
            let serial = date.as_f64();
            of_excel_serial(serial).map_or_else(|| serial.to_string(), |date| date.to_string())
        }
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(error) => {
            findings.at(row);
            let message = format!("a cell holds the error {error}; it was read as empty");
            findings.add(Severity::Warning, "workbook.error_cell", "", message, "correct the formula");
            String::new()
        }
    }
}
