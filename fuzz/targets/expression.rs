//! Whatever a person types as a variant is understood or refused with a place inside the text.
#![no_main]

use cairn_variant::expression::Expression;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Err(error) = Expression::parse(text) {
        assert!(error.offset <= text.len(), "{error} in `{text}`");
    }
});
