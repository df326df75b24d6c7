//! A VCF file gets a verdict.
#![no_main]

use cairn_formats::vcf::validate;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = validate::validate(bytes).accepts();
});
