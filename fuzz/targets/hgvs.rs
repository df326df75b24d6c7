//! An HGVS description is refused, or what we print of it reads back and prints the same. (Deleted
//! bases that a writer stated are not printed, so the descriptions themselves may differ.)
#![no_main]

use cairn_variant::hgvs::Hgvs;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok((description, _)) = Hgvs::parse(text) {
        let printed = description.to_string();
        let (again, _) = Hgvs::parse(&printed).unwrap_or_else(|e| panic!("`{text}` became `{printed}`: {e}"));
        assert_eq!(again.to_string(), printed, "`{text}`");
    }
});
