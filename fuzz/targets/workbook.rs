//! A workbook, and BCF: readers underneath are not ours.
#![no_main]

use cairn_formats::findings::Findings;
use cairn_formats::table::workbook;
use cairn_formats::vcf::bcf;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = workbook::read(bytes, &mut Findings::default());
    let _ = bcf::to_vcf(bytes);
});
