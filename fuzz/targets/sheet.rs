//! A laboratory's sheet as text: headings, proposed mapping, rows; the mapping equals itself after
//! it was kept.
#![no_main]

use cairn_formats::findings::Findings;
use cairn_formats::sheet;
use cairn_formats::table::delimited;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let findings = &mut Findings::default();
    let table = delimited::read(text, delimited::delimiter(text), findings);
    if let Some(sheet) = sheet::read(&[table], None, findings) {
        let kept = serde_json::to_string(&sheet.mapping).expect("a mapping can be written");
        let again: sheet::ColumnMapping = serde_json::from_str(&kept).expect("what we write can be read");
        assert_eq!(again, sheet.mapping);
    }
});
