//! ClinVar's files: XML and tables.
#![no_main]

use cairn_formats::clinvar;
use cairn_formats::findings::Findings;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let findings = &mut Findings::default();
    clinvar::xml::import(text, findings);
    clinvar::vcv_table::import(text, findings);
    clinvar::submission_summary::import(text, findings);
    clinvar::submission_lists::import(text, findings);
    clinvar::variant_summary::import(text, findings);
    clinvar::snapshot::import(text, None, findings);
    clinvar::long::import(text, findings);
});
