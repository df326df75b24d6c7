//! Where the headings of a sheet stand, and where its rows begin.

use super::field::Field;
use crate::table::Table;

/// Headings stand in the first rows; a cover page above them is rarely longer.
const SEARCHED_ROWS: usize = 40;

/// The headings of a sheet.
#[derive(Debug, PartialEq, Eq)]
pub struct Headings {
    /// One for each column; a column without a heading has its letter.
    pub names: Vec<String>,
    /// Row number of the headings.
    pub row: u64,
    /// Index of the first data row in the table.
    pub first: usize,
    /// How many headings are known.
    pub known: usize,
}

/// Finds the headings: the row with the most known ones. `None` if no row has two cells of text.
pub fn find(table: &Table) -> Option<Headings> {
    let known = |cells: &[String]| cells.iter().filter(|c| Field::of_heading(c).is_some()).count();
    let candidates = table.rows.iter().take(SEARCHED_ROWS).enumerate();
    let best = candidates.max_by_key(|(at, row)| (known(&row.cells), std::cmp::Reverse(*at)))?;
    let at = match known(&best.1.cells) {
        0 | 1 => table.rows.iter().take(SEARCHED_ROWS).position(|row| is_text(&row.cells))?,
        _ => best.0,
    };
    let cells = &table.rows[at].cells;
    let above = at.checked_sub(1).map(|n| table.rows[n].cells.as_slice()).unwrap_or_default();
    let width = table.rows.iter().skip(at).take(200).map(|r| r.cells.len()).max().unwrap_or(0);
    let names = (0..width).map(|column| name(cells, above, column)).collect();
    Some(Headings { names, row: table.rows[at].number, first: first_row(table, at), known: known(cells) })
}

fn is_text(cells: &[String]) -> bool {
    let filled: Vec<&String> = cells.iter().filter(|c| !c.is_empty()).collect();
    filled.len() >= 2 && filled.iter().all(|c| c.parse::<f64>().is_err())
}

/// A cell's own heading; one that stands twice is told apart by the merged heading above; an empty
/// one takes the heading above, or the letter of its column.
fn name(cells: &[String], above: &[String], column: usize) -> String {
    let own = cells.get(column).map_or("", String::as_str);
    let group = above.iter().take(column + 1).rev().find(|c| !c.is_empty()).map_or("", String::as_str);
    let directly_above = above.get(column).map_or("", String::as_str);
    let twice = cells.iter().filter(|c| c.eq_ignore_ascii_case(own)).count() > 1;
    match (own, directly_above) {
        ("", "") => format!("column {}", letters(column)),
        ("", above) => above.to_owned(),
        (own, _) if twice && !group.is_empty() && group.len() <= 60 => format!("{group} {own}"),
        (own, _) => own.to_owned(),
    }
}

/// `A`, `B` … `Z`, `AA`, as spreadsheets name columns.
pub fn letters(column: usize) -> String {
    let mut left = column + 1;
    let mut name = Vec::new();
    while left > 0 {
        left -= 1;
        name.push(b'A' + u8::try_from(left % 26).expect("a remainder of 26 fits a byte"));
        left /= 26;
    }
    name.reverse();
    String::from_utf8(name).expect("letters of ASCII are UTF-8")
}

/// Templates explain their columns below the headings and say where to start.
fn first_row(table: &Table, headings: usize) -> usize {
    let mut first = headings + 1;
    for (at, row) in table.rows.iter().enumerate().skip(headings + 1).take(6) {
        if is_explanation(&row.cells) {
            first = at + 1;
        }
    }
    first
}

fn is_explanation(cells: &[String]) -> bool {
    let filled: Vec<&String> = cells.iter().filter(|c| !c.is_empty()).collect();
    let starts =
        |c: &str, words: &[&str]| words.iter().any(|w| c.get(..w.len()).is_some_and(|s| s.eq_ignore_ascii_case(w)));
    let explains = filled.iter().filter(|c| starts(c, &["optional", "required", "please start", "#examples"])).count();
    explains * 3 >= filled.len().max(1)
}

/// Example rows of a template, and comment lines.
pub fn is_example(cells: &[String]) -> bool {
    let first = cells.iter().find(|c| !c.is_empty()).map_or("", String::as_str);
    first.starts_with('#') || first.get(..8).is_some_and(|s| s.eq_ignore_ascii_case("example:"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Row;

    fn table(rows: &[&[&str]]) -> Table {
        let rows = rows
            .iter()
            .zip(1..)
            .map(|(cells, number)| Row { number, cells: cells.iter().map(|c| (*c).to_owned()).collect() });
        Table { sheet: None, rows: rows.collect() }
    }

    #[test]
    fn headings_below_a_cover_page_and_a_merged_row() {
        let table = table(&[
            &["Variant list 2024"],
            &["Patient", "", "Variant", ""],
            &["ID", "Sex", "Gene", ""],
            &["1", "F", "BRCA1", "c.68_69del"],
        ]);
        let found = find(&table).unwrap();
        assert_eq!(found.names, ["ID", "Sex", "Gene", "column D"]);
        assert_eq!((found.row, found.first), (3, 3));
    }

    #[test]
    fn equal_headings_take_their_group() {
        let table = table(&[&["Gene", "Proband", "", "Mother", ""], &["Gene", "Zygosity", "x", "Zygosity", "y"]]);
        let found = find(&table).unwrap();
        assert_eq!(found.names[1], "Proband Zygosity");
        assert_eq!(found.names[3], "Mother Zygosity");
    }

    #[test]
    fn letters_of_columns() {
        assert_eq!([0, 25, 26, 701, 702].map(letters), ["A", "Z", "AA", "ZZ", "AAA"]);
    }
}
