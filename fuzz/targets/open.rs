//! The front door: any bytes give records or problems, and what they give can be written and read.
#![no_main]

use cairn_formats::open::open;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let parsed = open(bytes, Some("clinvar_GRCh37_2016-05-20.tsv"));
    let text = serde_json::to_string(&parsed.drafts).expect("drafts can be written");
    assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok());
});
