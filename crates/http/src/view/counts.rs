//! What became of the records of a submission, in a sentence and in rows.

use cairn_core::submission::Counts;

/// Every count that is not zero, and always how many were read and not taken.
pub fn rows(counts: &Counts) -> Vec<(&'static str, u64)> {
    [
        ("Records read", counts.read, true),
        ("New statements", counts.statements_new, false),
        ("New versions of statements", counts.statements_updated, false),
        ("Statements already here, or said by another row", counts.statements_unchanged, false),
        ("New cases", counts.cases_new, false),
        ("New versions of cases", counts.cases_updated, false),
        ("Cases already here, or said by another row", counts.cases_unchanged, false),
        ("Variants seen in cases", counts.observations, false),
        ("Not taken", counts.rejected, true),
    ]
    .into_iter()
    .filter(|(_, n, always)| *always || *n > 0)
    .map(|(label, n, _)| (label, n))
    .collect()
}

/// New or changed records.
pub fn changed(counts: &Counts) -> u64 {
    counts.statements_new + counts.statements_updated + counts.cases_new + counts.cases_updated
}

/// What became of them, for the top of a page.
pub fn sentence(counts: &Counts) -> String {
    tell(counts, ["was", "were"], ["was not", "were not"])
}

/// What would become of them.
pub fn forecast(counts: &Counts) -> String {
    tell(counts, ["would be"; 2], ["would not be"; 2])
}

fn tell(counts: &Counts, [one, many]: [&str; 2], [not_one, not_many]: [&str; 2]) -> String {
    let said = |n: u64, what: &str| match n {
        1 => format!("1 record {one} {what}"),
        n => format!("{n} records {many} {what}"),
    };
    let unchanged = counts.statements_unchanged + counts.cases_unchanged;
    let mut parts = vec![said(changed(counts), "taken as new or changed")];
    if unchanged > 0 {
        parts.push(format!("{unchanged} already here or said by another row"));
    }
    parts.push(match counts.rejected {
        0 => "none left out".to_owned(),
        1 => format!("1 {not_one} taken; the problem says why"),
        n => format!("{n} {not_many} taken; the problems say why"),
    });
    format!("{}.", parts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_counts_everything_once() {
        let counts = Counts { read: 60, statements_new: 51, statements_unchanged: 1, rejected: 8, ..Counts::default() };
        assert_eq!(
            sentence(&counts),
            "51 records were taken as new or changed, 1 already here or said by another row, 8 were not taken; the problems say why."
        );
        assert_eq!(rows(&counts).len(), 4);
    }
}
