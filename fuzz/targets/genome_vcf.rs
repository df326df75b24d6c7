//! A genome's VCF gives alleles whose forms fit together, or a refusal.
#![no_main]

use std::{num::NonZero, sync::LazyLock};

use cairn_formats::genome_vcf::{Options, read};
use cairn_variant::{assembly::Assembly, contig::Contig, sequence::MemorySequences};
use libfuzzer_sys::fuzz_target;

/// Repeats at the very start of the mitochondrion, and nothing behind.
static REFERENCE: LazyLock<MemorySequences> = LazyLock::new(|| {
    let mut sequences = MemorySequences::new();
    let contig = Contig::MT.on(Assembly::Grch38);
    sequences.add_region(contig, 0, b"ACACACACGGGGGGTTGATAGATAGATA").expect("inside");
    sequences
});

fuzz_target!(|bytes: &[u8]| {
    let options = Options { assembly: Some(Assembly::Grch38), threads: NonZero::new(1), ..Options::default() };
    let _ = read(bytes, &*REFERENCE, &options, |batch| {
        let mut before = 0;
        for allele in batch.alleles() {
            assert!(before <= allele.position);
            before = allele.position;
            assert_ne!(batch.reference(allele), batch.alternate(allele));
            batch.vrs(allele, |interval, _| assert!(interval.end() <= u64::from(u32::MAX)));
        }
    });
});
