//! An SPDI expression is refused or printed back to the same value.
#![no_main]

use cairn_variant::spdi::Spdi;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(spdi) = text.parse::<Spdi>() {
        assert_eq!(spdi.to_string().parse(), Ok(spdi));
    }
});
