//! A VRS object is refused, or equals itself after it was written and read again.
#![no_main]

use cairn_variant::vrs::Variation;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(variation) = text.parse::<Variation>() {
        assert_eq!(Variation::from_json(&variation.to_json()), Ok(variation));
    }
});
