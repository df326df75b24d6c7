//! A phenopacket is refused or equals itself after it was written and read again.
#![no_main]

use cairn_formats::phenopacket;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(packet) = phenopacket::parse(text) {
        let again = phenopacket::parse(&phenopacket::write(&packet)).expect("what we write can be read");
        assert_eq!(again, packet);
    }
});
