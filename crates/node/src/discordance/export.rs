//! Discordances as a table for people's own programs: one row a discordance.

use super::line::QueueLine;
use super::queue::QueueFilter;
use super::view::reason_label;
use crate::error::NodeError;
use crate::node::Node;
use cairn_store::discordance;
use serde::Serialize;

/// Discordances read at once.
const PAGE: u32 = 500;

/// A discordance as a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExportRow {
    /// Its stable name.
    pub accession: String,
    /// Its version.
    pub version: u32,
    /// Code of the state.
    pub state: &'static str,
    /// Code of the grade.
    pub grade: &'static str,
    /// Whether care may depend on it.
    pub medically_significant: bool,
    /// The variant's best name.
    pub variant: String,
    /// The variant's id.
    pub variant_id: String,
    /// Its genes, with `;` between.
    pub genes: String,
    /// Code of what the statements have in common.
    pub scope: &'static str,
    /// Condition and inheritance.
    pub condition: String,
    /// Who says what: `pathogenic: A, B; benign: C`.
    pub positions: String,
    /// How many laboratories take part.
    pub laboratories: usize,
    /// When it was last opened.
    pub opened: String,
    /// When anything last happened to it.
    pub changed: String,
    /// How often it was opened.
    pub times_opened: u32,
    /// Who is to work on it.
    pub assigned: String,
    /// By when.
    pub due: String,
    /// Code of the reason why it ended or continues.
    pub reason: String,
    /// That reason in words.
    pub reason_label: String,
}

impl ExportRow {
    /// The headings, in the order of [`Self::cells`].
    pub const HEADINGS: [&'static str; 19] = [
        "accession",
        "version",
        "state",
        "grade",
        "medically_significant",
        "variant",
        "variant_id",
        "genes",
        "scope",
        "condition",
        "positions",
        "laboratories",
        "opened",
        "changed",
        "times_opened",
        "assigned",
        "due",
        "reason",
        "reason_label",
    ];

    /// The cells of the row.
    pub fn cells(&self) -> [String; 19] {
        [
            self.accession.clone(),
            self.version.to_string(),
            self.state.to_owned(),
            self.grade.to_owned(),
            self.medically_significant.to_string(),
            self.variant.clone(),
            self.variant_id.clone(),
            self.genes.clone(),
            self.scope.to_owned(),
            self.condition.clone(),
            self.positions.clone(),
            self.laboratories.to_string(),
            self.opened.clone(),
            self.changed.clone(),
            self.times_opened.to_string(),
            self.assigned.clone(),
            self.due.clone(),
            self.reason.clone(),
            self.reason_label.clone(),
        ]
    }
}

/// The rows as text with headings: commas between cells, or tabs.
pub fn table(rows: &[ExportRow], separator: char) -> String {
    let heading = ExportRow::HEADINGS.join(&separator.to_string());
    let line = |row: &ExportRow| row.cells().map(|cell| written(&cell, separator)).join(&separator.to_string());
    let lines: Vec<String> = std::iter::once(heading).chain(rows.iter().map(line)).collect();
    lines.join("\n") + "\n"
}

/// A cell: quoted where it must be (RFC 4180); tabs and line ends become spaces in a table of tabs. A cell that a
/// spreadsheet would compute is made text.
pub fn written(cell: &str, separator: char) -> String {
    let cell = if cell.starts_with(['=', '+', '-', '@']) { format!("'{cell}") } else { cell.to_owned() };
    match separator {
        '\t' => cell.replace(['\t', '\n', '\r'], " "),
        _ if cell.contains([separator, '"', '\n', '\r']) => format!("\"{}\"", cell.replace('"', "\"\"")),
        _ => cell,
    }
}

impl Node {
    /// Every discordance that a filter lets through, in the order of the queue, as of the filter's moment.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn export_discordances(&self, filter: &QueueFilter) -> Result<Vec<ExportRow>, NodeError> {
        let mut rows = Vec::new();
        let mut after: Option<String> = None;
        loop {
            let page = self.discordances(filter, after.as_deref(), PAGE).await?;
            let serials: Vec<_> = page.lines.iter().map(|line| line.serial).collect();
            let mut reader = self.store().read().await?;
            let heads = discordance::by_serials(&mut reader, &serials, filter.as_of).await?;
            drop(reader);
            rows.extend(page.lines.iter().map(|line| {
                let reason = heads.iter().find(|head| head.serial == line.serial);
                row(line, reason.and_then(|head| head.last.reason.clone()).unwrap_or_default())
            }));
            after = page.next;
            if after.is_none() {
                return Ok(rows);
            }
        }
    }
}

fn row(line: &QueueLine, reason: String) -> ExportRow {
    let side = |side: &super::SideView| {
        let names: Vec<&str> = side.laboratories.iter().map(|laboratory| laboratory.name.as_str()).collect();
        format!("{}: {}", side.class.code(), names.join(", "))
    };
    let mut laboratories: Vec<&str> =
        line.sides.iter().flat_map(|side| &side.laboratories).map(|laboratory| laboratory.name.as_str()).collect();
    laboratories.sort_unstable();
    laboratories.dedup();
    ExportRow {
        accession: line.accession.to_string(),
        version: line.version,
        state: line.state.code(),
        grade: line.grade.code(),
        medically_significant: line.grade.is_medically_significant(),
        variant: line.variant_label.clone(),
        variant_id: line.variant.to_string(),
        genes: line.genes.join(";"),
        scope: line.scope.code(),
        condition: line.condition.clone(),
        positions: line.sides.iter().map(side).collect::<Vec<_>>().join("; "),
        laboratories: laboratories.len(),
        opened: line.opened.to_string(),
        changed: line.changed.to_string(),
        times_opened: line.times_opened,
        assigned: line.assigned.as_ref().map(|person| person.name.clone()).unwrap_or_default(),
        due: line.due.map(|day| day.to_string()).unwrap_or_default(),
        reason_label: if reason.is_empty() { String::new() } else { reason_label(&reason).to_owned() },
        reason,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        assert_eq!(written("Partners, Boston", ','), "\"Partners, Boston\"");
        assert_eq!(written("say \"no\"", ','), "\"say \"\"no\"\"\"");
        assert_eq!(written("a\tb", '\t'), "a b");
        assert_eq!(written("=1+1", ','), "'=1+1");
    }
}
