//! Laws of identity that hold for every change of every sequence.

use cairn_variant::{
    interbase::Interval,
    normalize::{Shape, normalize},
    replacement::Replacement,
    residues::Residues,
    sequence::{MemorySequences, SequenceError},
    spdi::Spdi,
    vcf::{VcfAllele, VcfExpression},
    vrs::{VrsObject, allele_of, normalize_allele},
};
use proptest::prelude::*;

/// A sequence with repeats, a place in it and residues to put there.
fn changes() -> impl Strategy<Value = (MemorySequences, Replacement)> {
    let sequence = "(A|C|G|T|AC|CAG|T{6}|GATA){1,40}";
    (sequence, any::<prop::sample::Index>(), 0..8_u64, "(A|C|G|T|AC|CAG|TT|GATA){0,4}").prop_map(
        |(sequence, at, deleted, inserted)| {
            let mut sequences = MemorySequences::new();
            let id = sequences.add(sequence.as_bytes());
            let start = at.index(sequence.len() + 1) as u64;
            let end = (start + deleted).min(sequence.len() as u64);
            let interval = Interval::new(start, end).expect("ordered");
            let inserted = inserted.parse().expect("bases");
            let change = Replacement::of_reference(&sequences, id, interval, inserted).expect("inside");
            (sequences, change)
        },
    )
}

/// Copies of a repeat lost or gained within a tandem repeat, so that there is room.
fn repeats() -> impl Strategy<Value = (MemorySequences, Replacement)> {
    let unit = prop::sample::select(vec!["A", "CA", "CAG", "GATA", "CACGT"]);
    (unit, 3..12_usize, 1..3_usize, any::<bool>(), any::<prop::sample::Index>()).prop_map(
        |(unit, copies, changed, lost, at)| {
            let mut sequences = MemorySequences::new();
            let id = sequences.add(format!("GGT{}TGG", unit.repeat(copies)).as_bytes());
            let seed = unit.repeat(changed);
            let start = 3 + at.index((copies - changed) * unit.len() + 1) as u64;
            let turned = format!("{unit}{unit}")[(start as usize - 3) % unit.len()..][..unit.len()].repeat(changed);
            let (deleted, inserted) = if lost { (seed.len() as u64, String::new()) } else { (0, turned) };
            let interval = Interval::at(start, deleted).expect("short");
            let inserted = inserted.parse().expect("bases");
            (sequences.clone(), Replacement::of_reference(&sequences, id, interval, inserted).expect("inside"))
        },
    )
}

fn identity(sequences: &MemorySequences, change: &Replacement) -> String {
    let allele = allele_of(&normalize(sequences, change).expect("loaded"));
    allele.identify().expect("definite").to_string()
}

/// The whole sequence after the change.
fn edited(sequences: &MemorySequences, change: &Replacement) -> Vec<u8> {
    use cairn_variant::sequence::SequenceSource;
    let length = sequences.length(change.sequence()).expect("known");
    let whole = sequences.residues(change.sequence(), Interval::new(0, length).expect("ordered")).expect("loaded");
    let interval = change.interval();
    let (before, after) = (&whole[..interval.start() as usize], &whole[interval.end() as usize..]);
    [before, change.inserted().as_bytes(), after].concat()
}

proptest! {
    #[test]
    fn every_form_makes_the_same_sequence((sequences, change) in changes()) {
        let normalized = normalize(&sequences, &change).expect("loaded");
        let result = edited(&sequences, &change);
        for form in [normalized.fully_justified(), normalized.leftmost(), normalized.rightmost()] {
            prop_assert_eq!(edited(&sequences, &form), result.clone());
        }
    }

    #[test]
    fn every_form_normalises_to_the_same((sequences, change) in changes()) {
        let normalized = normalize(&sequences, &change).expect("loaded");
        prop_assume!(normalized.shape() != Shape::Reference);
        let forms = [normalized.fully_justified(), normalized.leftmost(), normalized.rightmost()];
        for form in &forms {
            let again = normalize(&sequences, form).expect("loaded");
            prop_assert_eq!([again.fully_justified(), again.leftmost(), again.rightmost()], forms.clone());
        }
    }

    #[test]
    fn the_justified_form_covers_the_others((sequences, change) in changes()) {
        let normalized = normalize(&sequences, &change).expect("loaded");
        let whole = normalized.fully_justified().interval();
        prop_assert!(whole.contains(normalized.leftmost().interval()));
        prop_assert!(whole.contains(normalized.rightmost().interval()));
        prop_assert_eq!(whole, normalized.justified_interval());
    }

    /// The identity of an insertion or deletion is one wherever it is written inside its room.
    #[test]
    fn a_shifted_spelling_has_the_same_identity((sequences, change) in repeats(), step in any::<prop::sample::Index>()) {
        let normalized = normalize(&sequences, &change).expect("loaded");
        let (left, justified) = (normalized.leftmost(), normalized.fully_justified());
        let room = normalized.room().left + normalized.room().right;
        prop_assert!(room > 0);
        let by = step.index(room as usize + 1) as u64;
        let length = left.deleted().length();
        let interval = Interval::at(left.interval().start() + by, length).expect("inside");
        let grown = justified.inserted().as_bytes();
        let inserted = if length > 0 { Residues::none() } else {
            let seed = normalized.seed_length() as usize;
            Residues::from_bytes(&grown[by as usize..by as usize + seed]).expect("bases")
        };
        let shifted = Replacement::of_reference(&sequences, *change.sequence(), interval, inserted).expect("inside");
        prop_assert_eq!(identity(&sequences, &shifted), identity(&sequences, &change));
    }

    #[test]
    fn normalising_an_allele_twice_changes_nothing((sequences, change) in changes()) {
        let once = allele_of(&normalize(&sequences, &change).expect("loaded"));
        prop_assert_eq!(&normalize_allele(&sequences, &once).expect("loaded"), &once);
    }

    #[test]
    fn vrs_json_reads_back((sequences, change) in changes()) {
        let allele = allele_of(&normalize(&sequences, &change).expect("loaded"));
        let read: VrsObject = allele.to_json().to_string().parse().expect("our own JSON");
        prop_assert_eq!(read.to_json(), allele.to_json());
    }

    #[test]
    fn spdi_reads_back((sequences, change) in changes()) {
        let spdi = Spdi::new("NC_000017.11", &change);
        let read: Spdi = spdi.to_string().parse().expect("our own SPDI");
        prop_assert_eq!(read.replacement(&sequences, *change.sequence()).expect("loaded"), change);
    }

    #[test]
    fn a_vcf_allele_reads_back(position in 1..400_000_000_u64, alleles in "[ACGT]{1,9}-[ACGTN]{1,9}", contig in "([1-9]|1[0-9]|2[0-2]|X|Y|MT)") {
        let text = format!("{contig}-{position}-{alleles}");
        let read: VcfExpression = text.parse().expect("an allele");
        prop_assert_eq!(read.allele.to_string(), text);
    }

    #[test]
    fn no_text_brings_a_reader_down(text in "\\PC{0,60}", spdi in "[A-Z_0-9.]{0,12}:[0-9-]{0,22}:[A-Z0-9]{0,22}:[A-Z]{0,9}") {
        let _ = text.parse::<Spdi>();
        let _ = spdi.parse::<Spdi>();
        let _ = text.parse::<VcfExpression>();
        let _ = text.parse::<VrsObject>();
    }

    /// Rolling stops with the bases it needs when a region ends inside a repeat, and answers when it does not.
    #[test]
    fn a_sparse_reference_agrees_with_the_whole_or_asks((sequences, change) in changes(), cut in any::<(prop::sample::Index, prop::sample::Index)>()) {
        use cairn_variant::{assembly::Assembly, contig::Contig, sequence::SequenceSource};
        let length = sequences.length(change.sequence()).expect("known") as usize;
        let whole = sequences.residues(change.sequence(), Interval::new(0, length as u64).expect("ordered")).expect("loaded");
        let (mut from, mut to) = (cut.0.index(length), cut.1.index(length) + 1);
        if from >= to { (from, to) = (to - 1, from + 1); }
        let contig = Contig::MT.on(Assembly::Grch38);
        let mut sparse = MemorySequences::new();
        sparse.add_region(contig, 1_000 + from as u64, &whole[from..to]).expect("inside");
        let moved = Replacement::new(contig.refget(), change.interval().start() + 1_000, change.deleted().clone(), change.inserted().clone()).expect("fits");
        let full = normalize(&sequences, &change).expect("loaded");
        match normalize(&sparse, &moved) {
            Ok(answer) => prop_assert_eq!(answer.room(), full.room()),
            Err(error) => {
                let asks = matches!(error, SequenceError::NotLoaded { .. });
                prop_assert!(asks);
                let room = full.justified_interval();
                let inside = from as u64 <= room.start() && room.end() <= to as u64;
                let touches = room.start() == from as u64 || room.end() == to as u64;
                prop_assert!(!inside || touches);
            }
        }
    }
}

#[test]
fn a_megabase_of_one_base_is_rolled_through_at_once() {
    let mut sequences = MemorySequences::new();
    let id = sequences.add(&[b"G".as_slice(), &vec![b'A'; 1 << 20], b"G"].concat());
    let at = Interval::new(1 << 19, (1 << 19) + 3).expect("ordered");
    let change = Replacement::of_reference(&sequences, id, at, Residues::none()).expect("inside");
    let normalized = normalize(&sequences, &change).expect("loaded");
    assert_eq!(normalized.justified_interval().length(), 1 << 20);
    assert_eq!(normalized.leftmost().interval().start(), 1);
}

#[test]
fn a_vcf_row_gives_back_the_allele_it_was_made_from() {
    let mut sequences = MemorySequences::new();
    let contig = cairn_variant::contig::Contig::X.on(cairn_variant::assembly::Assembly::Grch38);
    sequences.add_region(contig, 100, b"GGTCACACACACATTGG").expect("inside");
    for text in ["X-103-T-G", "X-103-TCA-T", "X-113-A-AT", "X-104-CAC-TG"] {
        let allele = text.parse::<VcfExpression>().expect(text).allele;
        let change = normalize(&sequences, &allele.replacement(contig.assembly)).expect("loaded");
        let again = VcfAllele::leftmost(&sequences, contig.contig, &change).expect("loaded");
        assert_eq!(again.to_string(), text);
    }
}
