//! A small gene on both strands: single forms, and laws that hold for any change.

use proptest::prelude::*;

use crate::hgvs::Hgvs;
use crate::project::fixture::SmallGene;
use crate::transcript::Strand;

/// The normal form on either strand, without the reference.
#[track_caller]
fn check(given: &str, expected: &str) {
    for strand in [Strand::Plus, Strand::Minus] {
        assert_eq!(normal(strand, given), expected, "{strand}");
    }
}

fn normal(strand: Strand, given: &str) -> String {
    let gene = SmallGene::on(strand);
    let hgvs: Hgvs = given.parse().unwrap();
    match gene.projector().normalize(&hgvs) {
        Ok(normal) => normal.hgvs.to_string().split_once(':').map(|(_, rest)| rest.to_owned()).unwrap(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn smallest_and_most_3_prime() {
    check("NM_1.1:c.7del", "c.9del");
    check("NM_1.1:c.7_8insA", "c.9dup");
    check("NM_1.1:c.4_6delinsGCC", "c.6T>C");
    check("NM_1.1:c.16_18delTTT", "c.16_18del");
    check("NC_000001.11(NM_1.1):c.10+10delC", "c.10+16del");
    check("NM_1.1:c.10+10del", "c.10+16del");
}

#[test]
fn a_shift_stops_at_the_exon_junction() {
    // c.10 and c.11 are both G, the last and the first base of their exons.
    check("NM_1.1:c.10del", "c.10del");
    check("NM_1.1:c.11del", "c.11del");
    check("NM_1.1:r.10del", "r.11del");
    // Read on the genome, the intron that follows begins with the same base.
    check("NC_000001.11(NM_1.1):c.10del", "c.10+1del");
}

#[test]
fn copies_on_coding_sequence_are_repeats_in_whole_codons_only() {
    check("NM_1.1:c.16_17insTT", "c.17_18dup");
    check("NM_1.1:c.15_16insTTTTTTTT", "c.18_19insTTTTTTTT");
    check("NM_1.1:c.7_9[3]", "c.9_10insAAAAAA");
    check("NM_1.1:c.7A[5]", "c.8_9dup");
    check("NM_1.1:c.4GCT[4]", "c.4_6GCT[4]");
}

#[test]
fn changes_of_one_molecule_are_joined_and_divided() {
    check("NM_1.1:c.[4G>C;5C>T]", "c.4_5delinsCT");
    check("NM_1.1:c.[4G>C;6T>A]", "c.4_6delinsCCA");
    check("NM_1.1:c.[6T>A;8A>C]", "c.[6T>A;8A>C]");
    check("NM_1.1:c.4_8delinsCCTAC", "c.[4G>C;8A>C]");
    check("NM_1.1:c.[8A>C;4G>C]", "c.[4G>C;8A>C]");
    check("NM_1.1:c.[4del;4G>A]", "two changes of one allele overlap at `4`");
    check("NM_1.1:c.[4G>C];[8A>C]", "c.[4G>C];[8A>C]");
}

#[test]
fn what_does_not_agree_is_refused() {
    check("NM_1.1:c.4A>C", "`4` is `G` in the reference, not `A`");
    check("NM_1.1:c.4_6delGCC", "`4_6` is `GCT` in the reference, not `GCC`");
    check("NM_1.1:c.4_6del2", "`4_6` has 3 bases, not 2");
    check("NM_1.1:c.28del", "position `28` lies outside the 40 bases of NM_1.1");
    check("NM_1.1:c.9+1G>A", "position `9+1` of NM_1.1: base 9 is not next to an intron on that side");
    check("NM_1.1:c.10+32del", "position `10+32` of NM_1.1 lies beyond the intron of 31 bases");
    check(
        "NM_1.1:g.4del",
        "`g.` does not count on NM_1.1: give a genomic reference (NC_, NG_, LRG_), or count with `c.` or `n.`",
    );
    check("NM_2.1:c.4del", "NM_2.1 is not loaded: add it with `cairn reference add FILE` or `cairn setup --from DIR`");
    check("NM_1.2:c.4del", "NM_1.2 is not loaded, but NM_1.1 is: positions may differ between versions");
    check("NM_1.1:c.10+3_11-3insA", "`10+3_11-3`: an insertion stands between two neighbouring bases");
}

fn edit() -> impl Strategy<Value = String> {
    let bases = "[ACGT]{1,6}";
    prop_oneof![
        Just("del".to_owned()),
        Just("dup".to_owned()),
        Just("inv".to_owned()),
        bases.prop_map(|b| format!("delins{b}")),
        bases.prop_map(|b| format!("ins{b}")),
    ]
}

proptest! {
    /// Normalising twice changes nothing, the genome and the transcript lead to each other, and nothing panics.
    #[test]
    fn laws(start in 990u32..1120, length in 0u32..40, edit in edit(), minus in any::<bool>()) {
        let gene = SmallGene::on(if minus { Strand::Minus } else { Strand::Plus });
        let projector = gene.projector();
        let last = if edit.starts_with("ins") { start + 1 } else { start + length };
        let given = if last == start { format!("{start}{edit}") } else { format!("{start}_{last}{edit}") };
        let given: Hgvs = format!("NC_000001.11:g.{given}").parse().unwrap();
        let Ok(normal) = projector.normalize(&given) else { return Ok(()) };
        let again = projector.normalize(&normal.hgvs).unwrap();
        prop_assert_eq!(&again.hgvs, &normal.hgvs);
        let from_given = projector.on_transcripts(&given).unwrap();
        let from_normal = projector.on_transcripts(&normal.hgvs).unwrap_or_default();
        for (projection, of_normal) in from_given.iter().zip(&from_normal) {
            let Ok(projection) = projection else { continue };
            let Ok(of_normal) = of_normal else { continue };
            if projection.notes.not_shifted || of_normal.notes.not_shifted {
                continue;
            }
            let coding = projection.coding_in_context(&gene.transcripts).unwrap();
            let of_normal = of_normal.coding_in_context(&gene.transcripts);
            prop_assert_eq!(Some(&coding), of_normal.as_ref());
            // A change that ends beside the transcript has no number there to come back from.
            if let Ok(back) = projector.on_genomic(&coding) {
                prop_assert_eq!(&back, &normal.hgvs, "{}", coding);
                prop_assert_eq!(projector.normalize(&coding).unwrap().hgvs, coding);
            }
        }
    }
}
