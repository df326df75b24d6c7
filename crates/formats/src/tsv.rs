//! Tab-separated tables with a header line, as official downloads are: no quotes, one row a line.

use std::collections::HashMap;

/// A longer row is no row of any known table: ClinVar's longest is under 1 MiB.
pub const MAX_ROW: usize = 16 << 20;

/// A table with its columns found by name.
pub struct Tsv<'a> {
    places: HashMap<&'a str, usize>,
    /// Column names in order.
    pub names: Vec<&'a str>,
    rest: &'a str,
    first_row: u64,
}

/// One row; cells beyond the row's end are empty.
pub struct Row<'a> {
    /// 1-based line of the file.
    pub number: u64,
    cells: Vec<&'a str>,
}

impl<'a> Tsv<'a> {
    /// A table whose header is the first line that `is_header` accepts; a leading `#` of the header
    /// is no part of the first name. `None` if there is no such line in the first 200.
    pub fn open(text: &'a str, is_header: impl Fn(&str) -> bool) -> Option<Self> {
        let mut rest = text;
        for number in 1..=200 {
            let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
            if is_header(line) {
                let names: Vec<&str> = line.trim_end_matches('\r').trim_start_matches('#').split('\t').collect();
                let names: Vec<&str> = names.into_iter().map(|n| n.trim_matches('"').trim()).collect();
                let places = names.iter().enumerate().map(|(at, name)| (*name, at)).collect();
                return Some(Self { places, names, rest: after, first_row: number + 1 });
            }
            rest = after;
        }
        None
    }

    /// The place of a column.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.places.get(name).copied()
    }

    /// All rows that are not empty.
    pub fn rows(&self) -> impl Iterator<Item = Row<'a>> + use<'a> {
        let numbered = (self.first_row..).zip(self.rest.split('\n'));
        numbered
            .filter(|(_, line)| !line.trim().is_empty() && line.len() <= MAX_ROW)
            .map(|(number, line)| Row { number, cells: line.trim_end_matches('\r').split('\t').collect() })
    }

    /// Rows that are too long to be read.
    pub fn too_long(&self) -> impl Iterator<Item = u64> + use<'a> {
        let numbered = (self.first_row..).zip(self.rest.split('\n'));
        numbered.filter(|(_, line)| line.len() > MAX_ROW).map(|(number, _)| number)
    }
}

impl<'a> Row<'a> {
    /// The trimmed cell at a place; empty where there is none or where the source writes `-` or
    /// nothing.
    pub fn get(&self, place: Option<usize>) -> &'a str {
        let cell = place.and_then(|at| self.cells.get(at)).copied().unwrap_or_default().trim();
        match cell {
            "-" | "NULL" => "",
            cell => cell,
        }
    }

    /// Number of cells.
    pub fn width(&self) -> usize {
        self.cells.len()
    }

    /// The cell at a place as written.
    pub fn raw(&self, place: usize) -> &'a str {
        self.cells.get(place).copied().unwrap_or_default()
    }
}
