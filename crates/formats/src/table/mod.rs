//! Tables of cells from text and from workbooks, each row with its number in the source.

pub mod delimited;
pub mod workbook;

/// A wider row is no sheet that a person keeps: the widest official template has 110 columns.
pub const MAX_COLUMNS: usize = 2_000;
/// More rows than any spreadsheet program can hold.
pub const MAX_ROWS: usize = 1_048_576;

/// A sheet.
#[derive(Debug, Default)]
pub struct Table {
    /// Name of the sheet in a workbook.
    pub sheet: Option<String>,
    /// Rows that are not empty.
    pub rows: Vec<Row>,
}

/// One row.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Row of the sheet or line of the text, from 1.
    pub number: u64,
    /// Trimmed cells.
    pub cells: Vec<String>,
}

impl Row {
    /// The cell at a place; empty beyond the row's end.
    pub fn get(&self, at: usize) -> &str {
        self.cells.get(at).map_or("", String::as_str)
    }
}
