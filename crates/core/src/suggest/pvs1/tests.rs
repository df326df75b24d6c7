//! The branches of the decision tree, one by one.

use super::*;
use crate::suggest::Suggested;
use cairn_variant::transcript::CodonTable;

fn source() -> EvidenceSource {
    EvidenceSource { name: "transcripts".into(), ..EvidenceSource::default() }
}

fn facts(event: NullVariant, mechanism: Option<bool>) -> LofFacts {
    LofFacts {
        gene: "GENE1".into(),
        transcript: "NM_1.1".into(),
        transcript_source: source(),
        relevance: Some("MANE Select".into()),
        event,
        mechanism: mechanism.map(|yes| (yes, "haploinsufficiency score 3".to_owned(), source())),
        mechanism_hint: None,
        critical: None,
    }
}

/// Three exons of 90, 90 and 90 bases, translated from the first base: 89 residues.
fn shape() -> ExonShape {
    ExonShape { exons: vec![0..90, 90..180, 180..270], cds: 0..270 }
}

fn bases() -> Vec<u8> {
    let mut bases = b"ATG".to_vec();
    bases.extend(b"GCA".repeat(88));
    bases.extend(b"TAA");
    bases
}

fn answers(said: &[(&str, &str)]) -> Answers {
    Answers(said.iter().map(|(key, answer)| ((*key).to_owned(), (*answer).to_owned())).collect())
}

fn nonsense_at(base: u32) -> NullVariant {
    let altered = shape().replaced(&bases(), CodonTable::Standard, base..base + 3, b"TAG");
    NullVariant::Truncating { term: "stop_gained".into(), altered }
}

/// Outcome, strength and keys of the path.
fn check(facts: &LofFacts, said: &[(&str, &str)], outcome: Suggested, strength: Option<Strength>, path: &[&str]) {
    let found = suggest(facts, &answers(said));
    let keys: Vec<&str> = found.path.iter().map(|node| node.key.as_str()).collect();
    assert_eq!((found.outcome, found.strength, keys.as_slice()), (outcome, strength, path), "{}", found.sentence);
}

#[test]
fn a_stop_far_before_the_last_junction_is_very_strong() {
    let path = ["lof_mechanism", "event", "nmd", "relevant_transcript"];
    check(&facts(nonsense_at(30), Some(true)), &[], Suggested::Met, Some(Strength::VeryStrong), &path);
}

#[test]
fn the_last_50_bases_of_the_penultimate_exon_escape() {
    let degraded = |base| {
        let NullVariant::Truncating { altered: Some(altered), .. } = nonsense_at(base) else { panic!("bases") };
        altered.is_degraded()
    };
    assert_eq!((degraded(126), degraded(129), degraded(132), degraded(183)), (true, true, false, false));
}

#[test]
fn an_unknown_mechanism_is_a_question_and_not_a_value() {
    let open = facts(nonsense_at(30), None);
    let found = suggest(&open, &Answers::default());
    assert_eq!((found.outcome, found.path[0].answer.as_deref()), (Suggested::NoValue, None));
    assert_eq!(found.questions[0].key, "lof_mechanism");
    assert!(suggest(&open, &answers(&[("lof_mechanism", "yes")])).is_met());
    assert_eq!(suggest(&open, &answers(&[("lof_mechanism", "no")])).outcome, Suggested::NotMet);
}

#[test]
fn behind_the_decay_border_the_region_decides() {
    let late = facts(nonsense_at(249), Some(true));
    let path = ["lof_mechanism", "event", "nmd", "region_critical", "exon_lof_frequent"];
    check(&late, &[], Suggested::NoValue, None, &path);
    check(&late, &[("region_critical", "yes")], Suggested::Met, Some(Strength::Strong), &path[..4]);
    let whole = [&path[..], &["removes_tenth"]].concat();
    // 249 is codon 84: 6 of 89 residues are lost.
    check(&late, &[("exon_lof_frequent", "no")], Suggested::Met, Some(Strength::Moderate), &whole);
    let earlier = facts(nonsense_at(210), Some(true));
    check(&earlier, &[("exon_lof_frequent", "no")], Suggested::Met, Some(Strength::Strong), &whole);
    check(&late, &[("exon_lof_frequent", "yes")], Suggested::NotMet, None, &path);
}

#[test]
fn a_frameshift_is_read_to_its_stop() {
    // One base goes: GCA|GCA… is read CAG CAG …, which has no stop before the end.
    let shape = shape();
    let mut bases = bases();
    bases.extend(b"TAGCTAGCTAG");
    let shape = ExonShape { exons: vec![0..90, 90..180, 180..281], ..shape };
    let altered = shape.replaced(&bases, CodonTable::Standard, 33..34, b"").expect("inside");
    assert_eq!((altered.frame_shift, altered.exons, altered.last_junction), (2, 3, Some(179)));
    assert!(!altered.is_degraded() && altered.premature_stop.is_some_and(|stop| stop > 179));
}

#[test]
fn an_exon_skipped_in_frame_loses_its_share() {
    let altered = shape().replaced(&bases(), CodonTable::Standard, 90..180, b"");
    let event = NullVariant::SpliceSite { exon: 2, altered };
    let path = ["lof_mechanism", "event", "frame", "region_critical", "exon_lof_frequent", "removes_tenth"];
    check(&facts(event, Some(true)), &[("exon_lof_frequent", "no")], Suggested::Met, Some(Strength::Strong), &path);
}

#[test]
fn a_full_gene_deletion_is_very_strong() {
    let event = NullVariant::Deletion { first: 1, last: 3, whole_gene: true, altered: None };
    check(&facts(event, Some(true)), &[], Suggested::Met, Some(Strength::VeryStrong), &["lof_mechanism", "event"]);
}

#[test]
fn a_duplication_depends_on_tandem() {
    let with_copy = ExonShape { exons: vec![0..90, 90..181, 181..271, 271..361], cds: 0..271 };
    let mut bases = bases();
    bases.insert(120, b'A');
    bases.extend(b"TAGC".repeat(30));
    let copied = bases[90..181].to_vec();
    let altered = with_copy.replaced(&bases[..361], CodonTable::Standard, 181..181, &copied);
    let degraded = altered.as_ref().is_some_and(Altered::is_degraded);
    let facts = facts(NullVariant::Duplication { first: 2, last: 2, altered }, Some(true));
    let strength = |said: &str| suggest(&facts, &answers(&[("tandem", said)])).strength;
    let expected = |strength| degraded.then_some(strength);
    assert_eq!(strength("proven"), expected(Strength::VeryStrong));
    assert_eq!(strength("presumed"), expected(Strength::Strong));
    assert_eq!(strength("not"), None);
    assert_eq!(suggest(&facts, &Answers::default()).questions[0].key, "tandem");
}

#[test]
fn a_lost_start_is_at_most_moderate() {
    let event =
        |before| NullVariant::StartLost { next_start: Some(18), other_starts: Vec::new(), pathogenic_before: before };
    let said = [("alternative_start", "no")];
    let path = ["lof_mechanism", "event", "alternative_start", "pathogenic_upstream"];
    check(&facts(event(Some(2)), Some(true)), &said, Suggested::Met, Some(Strength::Moderate), &path);
    check(&facts(event(Some(0)), Some(true)), &said, Suggested::Met, Some(Strength::Supporting), &path);
    check(&facts(event(Some(2)), Some(true)), &[("alternative_start", "yes")], Suggested::NotMet, None, &path[..3]);
    check(&facts(event(Some(2)), Some(true)), &[], Suggested::NoValue, None, &path[..3]);
}

#[test]
fn a_missense_change_is_not_null() {
    assert_eq!(not_null("missense_variant").outcome, Suggested::NotMet);
}
