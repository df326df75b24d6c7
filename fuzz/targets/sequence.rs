//! FASTA, plain or compressed, and 2bit.
#![no_main]

use std::io;

use cairn_reference::sequence::fasta::{inflated, read_fasta};
use cairn_reference::sequence::twobit::{TwoBitError, is_twobit, read_twobit};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if is_twobit(bytes) {
        let _ = read_twobit::<TwoBitError>(bytes, |_| Ok(()));
    } else if let Ok(text) = inflated(bytes) {
        let _ = read_fasta::<io::Error>(text, |_| Ok(()));
    }
});
