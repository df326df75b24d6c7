//! The files ClinVar publishes, and tables made from them.

pub mod condition;
pub mod long;
pub mod snapshot;
pub mod submission_lists;
pub mod submission_summary;
pub mod variant_summary;
pub mod vcf;
pub mod vcv_table;
pub mod xml;

/// The name that aggregate rows are filed under: the archive, which sums up, and no laboratory.
pub const AGGREGATE: &str = cairn_core::laboratory::ARCHIVE_SUMMARY;

/// Keeps every column of a row that no field took.
fn keep_rest(
    remarks: &mut Vec<cairn_core::statement::Remark>,
    table: &crate::tsv::Tsv<'_>,
    row: &crate::tsv::Row<'_>,
    taken: &[Option<usize>],
) {
    for (at, name) in table.names.iter().enumerate() {
        if !taken.contains(&Some(at)) {
            crate::statement::keep(remarks, name, row.get(Some(at)));
        }
    }
}

/// The text as a laboratory, unless it is empty.
fn laboratory(name: &str) -> Option<cairn_core::draft::LaboratoryDraft> {
    let name = crate::statement::given(&laboratory_name(name))?;
    Some(cairn_core::draft::LaboratoryDraft { name, clinvar_org_id: None })
}

/// The name of a laboratory as one writes it. The archive joins department and organisation with a
/// comma, which stays even where no organisation follows (`Invitae,`), and writes an organisation
/// without a department twice (`PreventionGenetics,PreventionGenetics`).
fn laboratory_name(text: &str) -> String {
    let mut parts: Vec<&str> = text.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
    parts.dedup();
    parts.join(", ")
}

/// Reads a date of a column, noting one that is none.
fn date_of(
    text: &str,
    column: &str,
    findings: &mut crate::findings::Findings,
) -> Option<cairn_core::date::PartialDate> {
    match crate::vocabulary::date::read(text, None) {
        Ok(date) => date,
        Err(fault) => {
            let (code, remedy) = fault.code_and_remedy();
            let severity = cairn_core::problem::Severity::Warning;
            findings.add(severity, code, column, format!("{fault}; the date was left out"), remedy);
            None
        }
    }
}

/// Notes a class outside every vocabulary.
pub(crate) fn check_class(text: &str, column: &str, findings: &mut crate::findings::Findings) {
    let text = text.trim();
    if !text.is_empty() && crate::vocabulary::classification::read(text).is_none() {
        let message =
            format!("{} is in no vocabulary of classifications; it was kept as `other`", crate::findings::shown(text));
        let severity = cairn_core::problem::Severity::Warning;
        findings.add(severity, "classification.unknown", column, message, "choose a class of the list");
    }
}

#[cfg(test)]
mod tests {
    use super::laboratory;

    #[test]
    fn an_organisation_is_named_once() {
        for (written, name) in [
            ("PreventionGenetics,PreventionGenetics", "PreventionGenetics"),
            ("Invitae,", "Invitae"),
            ("ARUP Institute,ARUP Laboratories", "ARUP Institute, ARUP Laboratories"),
            (
                "Institute of Human Genetics, Univ. Regensburg,Univ. Regensburg",
                "Institute of Human Genetics, Univ. Regensburg",
            ),
        ] {
            assert_eq!(laboratory(written).map(|laboratory| laboratory.name).as_deref(), Some(name));
        }
        assert!(laboratory(" , ").is_none());
    }
}
