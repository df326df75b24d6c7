//! Tables of transcripts: GFF3, cdot, LRG, MANE.
#![no_main]

use cairn_reference::transcript::cdot::read_cdot;
use cairn_reference::transcript::gff3::read_gff3;
use cairn_reference::transcript::lrg::LrgTranscripts;
use cairn_reference::transcript::mane::read_mane;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = read_gff3(bytes, None, "fuzz", |_| ());
    let _ = read_cdot(bytes, "fuzz", |_| ());
    let _ = read_mane(bytes);
    if let Ok(lrg) = LrgTranscripts::read(bytes) {
        let _ = lrg.read_exons(bytes, "fuzz", |_| ());
    }
});
