//! The outer door opens compressed bytes within its bounds.
#![no_main]

use cairn_formats::door;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = door::read(bytes, None);
});
