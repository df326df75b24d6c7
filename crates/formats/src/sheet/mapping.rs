//! How the columns of a laboratory's sheet are read: proposed once, corrected by the user, kept.

use serde::{Deserialize, Serialize};

use super::field::Field;
use crate::vocabulary::date::DateOrder;
use crate::vocabulary::plain;

/// A mapping of columns, found again by their headings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnMapping {
    /// Columns in the order of the sheet it was made for.
    pub columns: Vec<MappedColumn>,
    /// What holds for the whole sheet.
    #[serde(default)]
    pub settings: Settings,
}

/// One column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MappedColumn {
    /// The heading as it stands in the sheet.
    pub heading: String,
    /// What it holds; `None` means that it is kept as a remark under its heading.
    pub field: Option<Field>,
    /// How sure the proposal is, in percent; 100 when a person set it.
    pub confidence: u8,
    /// Why it was proposed, for the user.
    #[serde(default)]
    pub reasons: Vec<String>,
}

/// What the cells alone do not say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Name of the sheet in a workbook; the one with the best headings if absent.
    #[serde(default)]
    pub sheet: Option<String>,
    /// Order of day and month in dates such as `8/10/2015`; without it they are left out.
    #[serde(default)]
    pub date_order: Option<DateOrder>,
    /// `GRCh37` or `GRCh38`, for positions whose row names none.
    #[serde(default)]
    pub assembly: Option<String>,
    /// Guideline of all rows that name none.
    #[serde(default)]
    pub guideline: Option<String>,
}

impl ColumnMapping {
    /// The mapping for a sheet with these headings: known columns as mapped, new ones as remarks.
    /// A heading that stands twice is matched in order.
    #[must_use]
    pub fn fitted(&self, headings: &[String]) -> Self {
        let mut left: Vec<&MappedColumn> = self.columns.iter().collect();
        let columns = headings.iter().map(|heading| {
            let same = left.iter().position(|c| plain(&c.heading) == plain(heading));
            match same.map(|at| left.remove(at)) {
                Some(column) => MappedColumn { heading: heading.clone(), ..column.clone() },
                None => MappedColumn {
                    heading: heading.clone(),
                    field: None,
                    confidence: 0,
                    reasons: vec!["the saved mapping has no such column".to_owned()],
                },
            }
        });
        Self { columns: columns.collect(), settings: self.settings.clone() }
    }

    /// Headings of the mapping that a sheet lacks.
    pub fn missing(&self, headings: &[String]) -> Vec<&str> {
        let known: Vec<String> = headings.iter().map(|h| plain(h)).collect();
        let mapped = self.columns.iter().filter(|c| c.field.is_some());
        mapped.filter(|c| !known.contains(&plain(&c.heading))).map(|c| c.heading.as_str()).collect()
    }

    /// Places of the columns that feed a field.
    pub fn places(&self, field: Field) -> Vec<usize> {
        let columns = self.columns.iter().enumerate();
        columns.filter(|(_, c)| c.field == Some(field)).map(|(at, _)| at).collect()
    }

    /// The first place of a field.
    pub fn place(&self, field: Field) -> Option<usize> {
        self.columns.iter().position(|c| c.field == Some(field))
    }

    /// Sets the field of a column as the user decided.
    pub fn set(&mut self, at: usize, field: Option<Field>) {
        if let Some(column) = self.columns.get_mut(at) {
            column.field = field;
            column.confidence = 100;
            column.reasons = vec!["set by a person".to_owned()];
        }
    }
}
