//! Tab-separated tables with a heading line, as NCBI, UTA, HGNC and MANE publish them.

use std::io::{self, BufRead};

/// A table cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// The stream failed.
    #[error("cannot read the table")]
    Io(#[from] io::Error),
    /// The heading lacks a column.
    #[error("the heading has no column `{0}`")]
    NoColumn(&'static str),
    /// A line is longer than any real one.
    #[error("line {0} is longer than {LONGEST_LINE} bytes")]
    LineTooLong(u64),
}

const LONGEST_LINE: usize = 1 << 20;

/// A table of which `N` columns are wanted.
#[derive(Debug)]
pub struct Table<R, const N: usize> {
    input: R,
    line: String,
    number: u64,
    columns: [usize; N],
}

impl<R: BufRead, const N: usize> Table<R, N> {
    /// Reads the heading: the first line, with or without a leading `#`, that holds all wanted columns. Lines that
    /// start with `#` before it are comments.
    ///
    /// # Errors
    /// When a wanted column is missing, or the stream fails.
    pub fn read(input: R, wanted: &[&'static str; N]) -> Result<Self, TableError> {
        let mut table = Self { input, line: String::new(), number: 0, columns: [0; N] };
        loop {
            if !table.read_line()? {
                return Err(TableError::NoColumn(wanted.first().copied().unwrap_or("")));
            }
            match columns_of(&table.line, wanted) {
                Ok(columns) => table.columns = columns,
                Err(_) if table.line.starts_with('#') => continue,
                Err(missing) => return Err(TableError::NoColumn(missing)),
            }
            return Ok(table);
        }
    }

    /// The wanted fields of the next row, without quotes; empty where the row is short. `None` at the end.
    ///
    /// # Errors
    /// When the stream fails or a line is too long.
    pub fn next_row(&mut self) -> Result<Option<[&str; N]>, TableError> {
        if !self.read_line()? {
            return Ok(None);
        }
        let mut fields = [""; N];
        for (at, field) in self.line.split('\t').enumerate() {
            for (slot, column) in fields.iter_mut().zip(&self.columns) {
                if *column == at {
                    *slot = field.trim_matches('"').trim();
                }
            }
        }
        Ok(Some(fields))
    }

    fn read_line(&mut self) -> Result<bool, TableError> {
        let mut bytes = std::mem::take(&mut self.line).into_bytes();
        bytes.clear();
        let read = io::Read::take(&mut self.input, LONGEST_LINE as u64 + 1).read_until(b'\n', &mut bytes)?;
        self.number += 1;
        if read > LONGEST_LINE {
            return Err(TableError::LineTooLong(self.number));
        }
        while bytes.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
            bytes.pop();
        }
        self.line =
            String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
        Ok(read > 0)
    }
}

/// The places of the wanted columns, or the first that is missing. Letter case does not matter.
fn columns_of<const N: usize>(heading: &str, wanted: &[&'static str; N]) -> Result<[usize; N], &'static str> {
    let names: Vec<&str> =
        heading.trim_start_matches('#').split('\t').map(|name| name.trim_matches('"').trim()).collect();
    let mut columns = [0; N];
    for (slot, name) in columns.iter_mut().zip(wanted) {
        *slot = names.iter().position(|held| held.eq_ignore_ascii_case(name)).ok_or(*name)?;
    }
    Ok(columns)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_found_by_name_after_comments() {
        let text = "##source\n#tax_id\tGeneID\tSymbol\n9606\t672\t\"BRCA1\"\n9606\n";
        let mut table = Table::read(text.as_bytes(), &["symbol", "GeneID"]).expect("a table");
        assert_eq!(table.next_row().expect("a row"), Some(["BRCA1", "672"]));
        assert_eq!(table.next_row().expect("a row"), Some(["", ""]));
        assert_eq!(table.next_row().expect("the end"), None);
    }

    #[test]
    fn a_missing_column_is_named() {
        let error = Table::read("a\tb\n".as_bytes(), &["a", "symbol"]).expect_err("no column");
        assert_eq!(error.to_string(), "the heading has no column `symbol`");
        assert!(Table::read("".as_bytes(), &["a"]).is_err());
    }
}
