//! Text with cells parted by a comma, semicolon, tab or bar.

use cairn_core::problem::Severity;

use super::{MAX_COLUMNS, MAX_ROWS, Row, Table};
use crate::findings::Findings;

/// A cell with more line breaks than this was opened by a stray quote.
const MAX_LINES_IN_CELL: usize = 200;

/// The character that parts the cells of most of the first lines into equally many; the comma if
/// none does.
pub fn delimiter(text: &str) -> u8 {
    let lines: Vec<&str> = text.lines().filter(|l| !l.trim().is_empty()).take(60).collect();
    let score = |delimiter: u8| {
        let counts: Vec<usize> = lines.iter().map(|line| outside_quotes(line, delimiter)).collect();
        let most = counts.iter().copied().max().unwrap_or(0);
        let same = counts.iter().filter(|c| **c > 0 && **c == most).count();
        let some = counts.iter().filter(|c| **c > 0).count();
        (some, same, most)
    };
    let order = [b'\t', b';', b',', b'|'];
    order.into_iter().rev().max_by_key(|d| score(*d)).filter(|d| score(*d).0 > 0).unwrap_or(b',')
}

fn outside_quotes(line: &str, delimiter: u8) -> usize {
    let mut quoted = false;
    let mut count = 0;
    for b in line.bytes() {
        match b {
            b'"' => quoted = !quoted,
            b if b == delimiter && !quoted => count += 1,
            _ => {}
        }
    }
    count
}

/// Reads all rows. A stray quote that swallows lines is noted and read as a character.
pub fn read(text: &str, delimiter: u8, findings: &mut Findings) -> Table {
    let (rows, swallowed) = rows(text, delimiter, true, findings);
    if !swallowed {
        return Table { sheet: None, rows };
    }
    let message = "a double quote opens a cell and closes lines later; quotes were read as characters";
    findings.add(Severity::Repaired, "table.stray_quote", "", message, "write a quote inside a cell twice");
    let (rows, _) = self::rows(text, delimiter, false, findings);
    Table { sheet: None, rows }
}

fn rows(text: &str, delimiter: u8, quoting: bool, findings: &mut Findings) -> (Vec<Row>, bool) {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .quoting(quoting)
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    let mut record = csv::StringRecord::new();
    let mut swallowed = false;
    while let Ok(true) = reader.read_record(&mut record) {
        let number = record.position().map_or(0, |at| line_of(text, at));
        let cells: Vec<String> = record.iter().take(MAX_COLUMNS).map(|c| c.trim().to_owned()).collect();
        swallowed |= cells.iter().any(|c| c.len() > MAX_LINES_IN_CELL && c.matches('\n').count() > MAX_LINES_IN_CELL);
        if record.len() > MAX_COLUMNS {
            findings.at(number);
            let message = format!("the row has {} cells; the first {MAX_COLUMNS} were read", record.len());
            findings.add(Severity::Warning, "table.too_wide", "", message, "check the delimiter of the file");
        }
        if rows.len() >= MAX_ROWS {
            findings.at(number);
            let message = format!("the table has more than {MAX_ROWS} rows; the rest was not read");
            findings.add(Severity::Error, "table.too_long", "", message, "split it");
            break;
        }
        if cells.iter().any(|c| !c.is_empty()) {
            rows.push(Row { number, cells });
        }
    }
    (rows, swallowed)
}

/// The line a record begins on: its position is where the reader stood, before blank lines.
fn line_of(text: &str, position: &csv::Position) -> u64 {
    let rest = usize::try_from(position.byte()).ok().and_then(|at| text.as_bytes().get(at..)).unwrap_or_default();
    let blank = rest.iter().take_while(|b| matches!(b, b'\n' | b'\r')).filter(|b| **b == b'\n').count();
    position.line() + blank as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delimiters() {
        assert_eq!(delimiter("a,b\n1,2\n"), b',');
        assert_eq!(delimiter("a;b\n1,5;2\n"), b';');
        assert_eq!(delimiter("a\tb, c\n1\t2, 3, 4\n"), b'\t');
        assert_eq!(delimiter("a|b\n\"1|2\"|3\n"), b'|');
        assert_eq!(delimiter("one column\n"), b',');
    }

    #[test]
    fn rows_keep_the_line_they_begin_on() {
        let table = read("a,b\n\n\"1\n2\",3\n4,5,6\n", b',', &mut Findings::default());
        let rows: Vec<(u64, usize)> = table.rows.iter().map(|r| (r.number, r.cells.len())).collect();
        assert_eq!(rows, [(1, 2), (3, 2), (5, 3)]);
    }

    #[test]
    fn a_stray_quote_does_not_swallow_the_file() {
        let text = format!("a\tb\n1\t\"5 inch\n{}", "x\ty\n".repeat(500));
        let mut findings = Findings::default();
        assert_eq!(read(&text, b'\t', &mut findings).rows.len(), 502);
        assert_eq!(findings.into_list()[0].code, "table.stray_quote");
    }
}
