//! One small gene, its changes in words, and what they do.

use crate::hgvs::Hgvs;
use crate::project::fixture::SmallGene;
use crate::transcript::Strand;

use super::consequences;

/// The description on the transcript leads to `c. p. consequences` from the genome, on either strand.
#[track_caller]
fn check(coding: &str, expected: &str) {
    for strand in [Strand::Plus, Strand::Minus] {
        let gene = SmallGene::on(strand);
        let projector = gene.projector();
        let given: Hgvs = format!("NC_000001.11(NM_1.1):c.{coding}").parse().unwrap();
        let genomic = projector.on_genomic(&given).unwrap();
        let found = projector.on_transcripts(&genomic).unwrap();
        let projection = found[0].as_ref().unwrap();
        let text = |hgvs: Option<Hgvs>| hgvs.map_or("-".to_owned(), |h| h.to_string());
        let coding = text(projection.coding(&gene.transcripts));
        let protein = text(projection.protein(&gene.transcripts));
        let terms = consequences(projection, &gene.transcripts);
        let got = format!("{} {} {terms}", coding.trim_start_matches("NM_1.1:"), protein.trim_start_matches("NP_1.1:"));
        assert_eq!(got, expected, "{strand} {genomic}");
    }
}

#[test]
fn substitutions_in_the_coding_sequence() {
    check("5C>T", "c.5C>T p.(Ala2Val) missense_variant");
    check("6T>C", "c.6T>C p.(Ala2=) synonymous_variant");
    check("7A>T", "c.7A>T p.(Lys3Ter) stop_gained");
    check("8A>C", "c.8A>C p.(Lys3Thr) missense_variant&splice_region_variant");
    check("1A>G", "c.1A>G p.(Met1?) start_lost");
    check("25T>C", "c.25T>C p.(Ter9ArgextTer?) stop_lost");
    check("27A>G", "c.27A>G p.(Ter9TrpextTer?) stop_lost");
    check("26G>A", "c.26G>A p.(Ter9=) stop_retained_variant");
}

#[test]
fn substitutions_beside_the_coding_sequence() {
    check("-2C>T", "c.-2C>T p.(=) 5_prime_UTR_variant");
    check("*3T>C", "c.*3T>C p.(=) 3_prime_UTR_variant");
    check("10+1G>A", "c.10+1G>A p.? splice_donor_variant&intron_variant");
    check("10+5G>A", "c.10+5G>A p.? splice_donor_5th_base_variant&splice_region_variant&intron_variant");
    check("11-2A>G", "c.11-2A>G p.? splice_acceptor_variant&intron_variant");
    check("11-3C>G", "c.11-3C>G p.? splice_region_variant&splice_polypyrimidine_tract_variant&intron_variant");
    check("11-14T>G", "c.11-14T>G p.? splice_polypyrimidine_tract_variant&intron_variant");
    check("10+12C>T", "c.10+12C>T p.? intron_variant");
}

#[test]
fn deletions_and_insertions() {
    check("4del", "c.4del p.(Ala2LeufsTer?) frameshift_variant");
    check("4_6del", "c.4_6del p.(Ala2del) inframe_deletion");
    check("4_6dup", "c.4_6dup p.(Ala2dup) inframe_insertion");
    check("15_16insAAA", "c.15_16insAAA p.(Cys5_Phe6insLys) inframe_insertion");
    check("15_16insTAA", "c.16_17insAAT p.(Phe6Ter) stop_gained");
    check("15_16insGGGTAA", "c.15_16insGGGTAA p.(Cys5_Phe6insGlyTer) stop_gained&inframe_insertion");
    check("16_18delinsAA", "c.16_18delinsAA p.(Phe6AsnfsTer?) frameshift_variant");
    check("14_15inv", "c.14_15inv p.(Cys5Tyr) missense_variant");
    check("-3_2del", "c.-3_2del p.(Met1?) start_lost&5_prime_UTR_variant");
}

#[test]
fn changes_across_borders() {
    check("10_10+1del", "c.10_10+1del p.? splice_donor_variant&coding_sequence_variant&intron_variant");
    let sites = "splice_acceptor_variant&splice_donor_variant&frameshift_variant";
    let around = "splice_donor_region_variant&splice_polypyrimidine_tract_variant&intron_variant";
    check("11-3_21+4del", &format!("c.11-3_21+4del p.(Cys5MetfsTer3) {sites}&{around}"));
    let around = "splice_donor_5th_base_variant&splice_polypyrimidine_tract_variant&intron_variant";
    check("11-10_21+10del", &format!("c.11-3_22-13del p.(Cys5MetfsTer3) {sites}&{around}"));
    check("-5_*8del", "c.-5_*8del p.0? transcript_ablation");
    let sites = "splice_acceptor_variant&splice_donor_variant&inframe_deletion";
    check("7_12del", &format!("c.7_12del p.(Lys3_Gly4del) {sites}&{around}"));
}
