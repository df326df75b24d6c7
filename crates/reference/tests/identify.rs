//! One variant under many names, with the reference that is inside the program.

use std::sync::LazyLock;

use cairn_reference::{
    IdentifyOptions, Identity, Reference, identify,
    identity::{Kind, Status},
};
use cairn_variant::{
    assembly::Assembly,
    place::{Event, Place},
};

static REFERENCE: LazyLock<Reference> = LazyLock::new(Reference::bundled);

fn on(text: &str, assembly: Option<Assembly>) -> Identity {
    identify(text, &REFERENCE, IdentifyOptions { assembly, ..IdentifyOptions::default() })
}

fn id(text: &str) -> String {
    let identity = on(text, None);
    identity.variant_id.unwrap_or_else(|| panic!("{text}: {:?} {:?}", identity.error, identity.candidates))
}

#[track_caller]
fn check_same(texts: &[&str]) {
    let first = id(texts[0]);
    assert!(first.starts_with("ga4gh:VA."), "{first}");
    for text in texts {
        assert_eq!(id(text), first, "{text}");
    }
}

#[track_caller]
fn check_refused(text: &str, code: &str) -> Identity {
    let identity = on(text, None);
    assert_eq!(identity.error.as_ref().map(|error| error.code.as_str()), Some(code), "{text}: {identity:?}");
    assert_eq!(identity.status, Status::Error);
    assert!(identity.variant_id.is_none());
    identity
}

#[test]
fn brca1_c_68_69del_under_twelve_names() {
    check_same(&[
        "NM_007294.4:c.68_69del",
        "NM_007294.3:c.68_69delAG",
        "LRG_292t1:c.68_69del",
        "NC_000017.11:g.43124030_43124031del",
        "NC_000017.10:g.41276047_41276048del",
        "NC_000017.11:43124027:CTCT:CT",
        "GRCh38-17-43124027-ACT-A",
        "17-43124027-ACT-A",
        "chr17:43124029:TCT:T",
        "GRCh37-17-41276044-ACT-A",
        "BRCA1 c.68_69del",
        "brca1 185delAG",
    ]);
}

#[test]
fn founder_variants_by_their_old_names() {
    check_same(&["BRCA1 5382insC", "NM_007294.4:c.5266dup", "BRCA1 c.5266dupC"]);
    check_same(&["BRCA2 6174delT", "NM_000059.3:c.5946del", "LRG_293t1:c.5946delT"]);
    check_same(&["BRCA2 999del5", "NM_000059.3:c.771_775del"]);
    check_same(&["BRCA1 IVS2-1G>C", "NM_007294.4:c.81-1G>C"]);
    check_same(&["BRCA1 IVS4-1G>C", "NM_007294.4:c.135-1G>C"]);
}

#[test]
fn a_gene_that_the_transcript_is_not_of_is_refused() {
    let refused = check_refused("NM_007294.4(BRCA2):c.68_69del", "gene_mismatch");
    let error = refused.error.expect("refused");
    assert_eq!(error.message, "NM_007294.4 is a transcript of BRCA1, not of BRCA2");
    check_same(&["NM_007294.4(BRCA1):c.68_69del", "NM_007294.4(brca1):c.68_69del", "NM_007294.4:c.68_69del"]);
}

#[test]
fn a_translocation_is_no_copy_number_change() {
    for text in ["t(9;22)(q34;q11.2)", "inv(9)(p12q13)"] {
        assert_eq!(on(text, None).kind, Some(Kind::Rearrangement), "{text}");
    }
    assert_eq!(on("del(5)(p15.2)", None).kind, Some(Kind::CopyNumberChange));
}

#[test]
fn the_answer_says_everything() {
    let identity = on("BRCA1 c.68_69del", None);
    assert_eq!(identity.status, Status::Resolved);
    assert_eq!(identity.kind, Some(Kind::Deletion));
    assert_eq!(identity.assembly, Some(Assembly::Grch38));
    assert_eq!(identity.spdi.as_deref(), Some("NC_000017.11:43124027:CTCT:CT"));
    assert_eq!(identity.vcf[&Assembly::Grch38], "17-43124027-ACT-A");
    assert_eq!(identity.vcf[&Assembly::Grch37], "17-41276044-ACT-A");
    assert_eq!(identity.hgvs.g.as_deref(), Some("NC_000017.11:g.43124030_43124031del"));
    assert_eq!(identity.genes, ["BRCA1"]);
    assert_eq!(identity.hgvs.c[0], "NM_007294.4:c.68_69del");
    assert_eq!(identity.hgvs.p[0], "NP_009225.1:p.(Glu23ValfsTer17)");
    assert!(identity.has_warning("transcript_assumed"));
    assert_eq!(identity.consequences[0].mane.as_deref(), Some("select"));
}

#[test]
fn stated_bases_that_are_not_there_are_refused_with_the_other_assembly() {
    // Both positions lie in the slices of both assemblies.
    let identity = check_refused("GRCh38-17-43124028-ACT-A", "reference_mismatch");
    let error = identity.error.expect("refused");
    assert_eq!(error.message, "GRCh38 chromosome 17 has `CTC` at position 43124028, not `ACT`");
}

#[test]
fn substitutions_outside_the_loaded_sequence_have_their_identity() {
    let identity = on("17-7674220-C-T", Some(Assembly::Grch38));
    assert_eq!(identity.status, Status::Resolved);
    assert!(identity.has_warning("reference_not_verified"));
    assert_eq!(identity.spdi.as_deref(), Some("NC_000017.11:7674219:C:T"));
    assert_eq!(identity.hgvs.g.as_deref(), Some("NC_000017.11:g.7674220C>T"));
    assert_eq!(identity.variant_id, on("NC_000017.11:g.7674220C>T", None).variant_id);
}

#[test]
fn indels_outside_the_loaded_sequence_are_provisional() {
    for text in ["GRCh38-1-1000000-AC-A", "NC_000001.11:g.1000001del", "NC_000001.11:g.1000001_1000002insT"] {
        let identity = on(text, None);
        assert_eq!(identity.status, Status::Provisional, "{text}: {identity:?}");
        assert!(
            identity
                .warnings
                .iter()
                .any(|warning| warning.remedy.as_deref().is_some_and(|r| r.contains("cairn reference add")))
        );
    }
}

#[test]
fn without_an_assembly_the_bases_decide_or_nobody() {
    assert!(on("17-43124027-CTC-C", None).error.is_some() || on("17-43124027-CTC-C", None).status == Status::Ambiguous);
    let identity = on("1-1000000-A-C", None);
    assert_eq!(identity.status, Status::Ambiguous);
    assert_eq!(identity.candidates.len(), 2);
    assert!(identity.candidates.iter().all(|candidate| candidate.variant_id.is_some()));
}

#[test]
fn the_mitochondrion_needs_no_assembly() {
    check_same(&["NC_012920.1:m.3243A>G", "MT-3243-A-G", "chrM:g.3243A>G"]);
    assert_eq!(on("MT-3243-A-G", None).genes, ["MT-TL1"]);
    let lhon = on("NC_012920.1:m.11778G>A", None);
    assert_eq!(lhon.genes, ["MT-ND4"]);
    assert_eq!(lhon.hgvs.p, ["YP_003024035.1:p.(Arg340His)"]);
    assert_eq!(lhon.consequences[0].terms, ["missense_variant"]);
}

#[test]
fn transcripts_without_their_chromosome_are_placed_by_their_own_bases() {
    let identity = on("NM_000256.3:c.1504C>T", None);
    assert_eq!(identity.status, Status::Resolved, "{identity:?}");
    assert_eq!(identity.vcf[&Assembly::Grch37], "11-47364249-G-A");
    assert!(identity.has_warning("reference_not_verified"));
}

#[test]
fn a_protein_change_alone_gives_candidates() {
    let identity = on("BRCA1 p.Arg1699Gln", None);
    assert_eq!(identity.status, Status::Ambiguous);
    assert!(identity.variant_id.is_none());
    assert_eq!(identity.candidates[0].expression, "NM_007294.4:c.5096G>A");
    assert!(identity.candidates[0].variant_id.is_some());
    check_refused("BRCA1 p.Trp1699Gln", "reference_mismatch");
}

#[test]
fn exons_and_regions_have_identities() {
    let deleted = on("LMNA exons 1-7 deleted", None);
    assert_eq!(deleted.kind, Some(Kind::ExonEvent));
    assert!(deleted.variant_id.as_deref().is_some_and(|id| id.starts_with("cairn:EX.")), "{deleted:?}");
    assert_eq!(deleted.variant_id, on("deletion of exons 1 to 7 of LMNA", None).variant_id);
    let array = on("arr[GRCh38] 16p11.2(29580020_30176508)x1", None);
    assert!(array.variant_id.as_deref().is_some_and(|id| id.starts_with("ga4gh:CN.")), "{array:?}");
    let uncertain = on("NC_000017.11:g.(?_43000001)_(43100000_?)del", None);
    assert!(uncertain.variant_id.as_deref().is_some_and(|id| id.starts_with("ga4gh:CX.")), "{uncertain:?}");
}

#[test]
fn a_breakend_and_its_mate_are_one_adjacency() {
    let assembly = Some(Assembly::Grch38);
    let (here, mate) = (on("2-321681-G-G]17:198982]", assembly), on("17-198982-A-A]2:321681]", assembly));
    assert!(here.variant_id.as_deref().is_some_and(|id| id.starts_with("ga4gh:AJ.")), "{here:?}");
    assert_eq!(here.variant_id, mate.variant_id);
}

#[test]
fn two_changes_in_cis_and_in_trans() {
    let cis = on("NM_007294.4:c.[68_69del;80G>A]", None);
    assert_eq!(cis.kind, Some(Kind::Haplotype), "{cis:?}");
    let trans = on("NM_007294.4:c.[68_69del];[80+1G>A]", None);
    assert_eq!(trans.kind, Some(Kind::Genotype), "{trans:?}");
    assert_eq!(trans.variant_id, on("NM_007294.4:c.[80+1G>A];[68_69del]", None).variant_id);
}

#[test]
fn refusals_say_what_to_do() {
    for (text, code) in [
        ("", "empty"),
        ("hello", "not_recognised"),
        ("NM_999999.1:c.1A>G", "transcript_not_loaded"),
        ("NM_000059.1:c.1A>G", "other_version"),
        ("rs80357906", "identifier_not_loaded"),
        ("NOSUCHGENE c.1A>G", "unknown_gene"),
        ("CFTR deltaF508", "gene_without_transcripts"),
        ("NM_007294.4:c.68C>G", "reference_mismatch"),
    ] {
        let identity = on(text, None);
        let error = identity.error.unwrap_or_else(|| panic!("{text} has an identity"));
        if error.code != code {
            println!("{text}: {error:?}");
        }
        assert!(!error.remedy.is_empty() && !error.message.is_empty());
        assert_eq!(error.code, code, "{text}");
    }
}

#[test]
fn coordinates_that_nothing_tells_are_read_on_an_assembly_only_when_asked() {
    let text = "17-7676154-G-C";
    let unasked = identify(text, &REFERENCE, IdentifyOptions::default());
    assert_eq!((unasked.status, unasked.variant_id), (Status::Ambiguous, None));
    let options = IdentifyOptions { assume: Some(Assembly::Grch38), ..IdentifyOptions::default() };
    let asked = identify(text, &REFERENCE, options);
    let on_grch38 = identify(text, &REFERENCE, IdentifyOptions { assembly: options.assume, ..options });
    assert_eq!((asked.status, &asked.variant_id), (Status::Resolved, &on_grch38.variant_id));
    assert!(asked.has_warning("assembly_assumed") && asked.has_warning("reference_not_verified"));
    assert_eq!(asked.candidates.len(), 2);
}

#[test]
fn an_assembly_is_not_assumed_against_the_bases() {
    // GRCh37 has C here; the bases of GRCh38 are not loaded.
    let options = IdentifyOptions { assume: Some(Assembly::Grch38), ..IdentifyOptions::default() };
    let identity = identify("17-41276045-A-G", &REFERENCE, options);
    assert_ne!(identity.status, Status::Resolved, "{identity:?}");
}

#[test]
fn a_repeat_given_by_its_first_unit_is_the_repeat() {
    let id = |text: &str| {
        let identity = identify(text, &REFERENCE, IdentifyOptions::default());
        (identity.status, identity.variant_id)
    };
    let deletion = id("NM_007294.4:c.68_69del");
    assert_eq!(id("NM_007294.4:c.66_67AG[1]"), deletion, "ClinVar's way to write it");
    assert_eq!(id("NM_007294.4:c.66AG[1]"), deletion);
    assert_eq!(id("NM_007294.4:c.66_69AG[1]"), deletion);
    assert_eq!(id("NM_007294.4:c.66_67AG[3]").0, Status::Ambiguous, "three in place of one, or of two");
    assert_eq!(id("NM_007294.4:c.66_69AG[3]"), id("NM_007294.4:c.68_69dup"));
}

/// Assembly, chromosome, widest stretch and event of every place.
fn places(identity: &Identity) -> Vec<String> {
    let place = |place: &Place| {
        let contig = place.contig();
        let carried = if place.carried().is_some() { " carried" } else { "" };
        format!("{} {}:{} {}{carried}", contig.assembly, contig.contig, place.widest(), place.event().word())
    };
    identity.places.iter().map(place).collect()
}

#[test]
fn copy_numbers_of_both_assemblies_are_one_variant_where_the_bases_at_the_ends_agree() {
    let new = on("GRCh38 17:43045678-43124000x1", None);
    let old = on("GRCh37 17:41197695-41276017x1", None);
    assert!(new.variant_id.as_deref().is_some_and(|id| id.starts_with("ga4gh:CN.")), "{new:?}");
    assert_eq!(new.variant_id, old.variant_id);
    assert_eq!(old.assembly, Some(Assembly::Grch38));
    assert_eq!(places(&old), ["GRCh38 17:43045677-43124000 copies carried", "GRCh37 17:41197694-41276017 copies"]);
    assert_eq!(old.genes, ["BRCA1"]);
    assert_eq!(old.alleles.len(), 2, "an identifier on each assembly: {:?}", old.alleles);
}

#[test]
fn copy_numbers_outside_the_blocks_stay_on_their_assembly_and_say_why() {
    let old = on("GRCh37 16:29580020-30176508x1", None);
    assert_eq!(old.assembly, Some(Assembly::Grch37));
    assert!(old.has_warning("not_lifted"), "{:?}", old.warnings);
    assert_eq!(places(&old), ["GRCh37 16:29580019-30176508 copies"]);
    assert!(on("GRCh38 16:29580020-30176508x1", None).warnings.is_empty());
}

#[test]
fn ends_between_bounds_keep_them() {
    let uncertain = on("NC_000017.11:g.(?_43044295)_(43125483_?)del", None);
    let place = uncertain.places[0];
    assert_eq!((place.start().least(), place.start().most()), (None, Some(43_044_294)));
    assert_eq!((place.end().least(), place.end().most()), (Some(43_125_483), None));
    assert_eq!(place.event(), Event::Loss);
}

#[test]
fn exons_lie_between_the_exons_beside_them() {
    let deleted = on("BRCA1 exons 2-3 deletion", None);
    let place = deleted.places.first().unwrap_or_else(|| panic!("{deleted:?}"));
    assert_eq!((place.contig().assembly, place.event()), (Assembly::Grch38, Event::Loss));
    // On the minus strand exon 3 comes first; BRCA1 exon 2 has bases 43,124,017 to 43,124,115.
    assert_eq!(place.end().least(), Some(43_124_115));
    assert!(place.start().least() < place.start().most() && place.end().least() < place.end().most(), "{place:?}");
    assert_eq!(places(&deleted).len(), 2, "{:?}", deleted.places);
}

#[test]
fn both_sides_of_a_joint_have_a_place() {
    let joint = on("GRCh38 2-321681-G-G]17:43045712]", None);
    assert_eq!(places(&joint), ["GRCh38 2:321681-321681 cut_after", "GRCh38 17:43045712-43045712 cut_after"]);
    assert_eq!(joint.genes, ["BRCA1"]);
    let within = on("GRCh38 17-43045712-T-T[17:43124000[", None);
    let given_on_37 = on("GRCh37 17-41197729-T-T[17:41276017[", None);
    assert_eq!(within.variant_id, given_on_37.variant_id);
    assert_eq!(places(&given_on_37).len(), 4);
}

#[test]
fn large_deletions_outside_the_loaded_sequence_have_a_place() {
    let deleted = on("GRCh38 chr16:29580020-30176508 del", None);
    assert_eq!(places(&deleted), ["GRCh38 16:29580019-30176508 loss"]);
    assert_eq!(
        places(&on("BRCA1 c.68_69del", None)),
        ["GRCh38 17:43124027-43124029 loss", "GRCh37 17:41276044-41276046 loss carried"]
    );
}

#[test]
fn repeats_outside_the_loaded_sequence_have_a_place() {
    let repeat = on("GRCh38 chr11:g.119206290_119206322CGG[12]", None);
    assert_eq!(repeat.status, Status::Provisional, "{repeat:?}");
    assert_eq!(places(&repeat), ["GRCh38 11:119206289-119206322 change"]);
    let longer = on("GRCh38 chr11:g.119206290_119206322CGG[100]", None);
    assert_ne!(longer.variant_id, repeat.variant_id);
}

#[test]
fn a_mobile_element_without_its_bases_has_an_identity_and_a_place() {
    let reference = Reference::bundled();
    let of = |text: &str| identify(text, &reference, IdentifyOptions::default());
    let alu = of("GRCh38 17:43045712-43045713 INS:ME:ALU");
    assert_eq!(alu.kind, Some(Kind::MobileElementInsertion), "{alu:?}");
    assert!(alu.variant_id.as_deref().is_some_and(|id| id.starts_with("cairn:ME.")), "{alu:?}");
    assert!(alu.genes.contains(&"BRCA1".to_owned()) && !alu.places.is_empty(), "{alu:?}");
    let line = of("GRCh38 17:43045712-43045713 ins:me:l1");
    assert_ne!(line.variant_id, alu.variant_id, "another family is another variant");
    // The same place on the other assembly is the same variant: the blocks of BRCA1 differ by 1,847,983 bases.
    let old = of("GRCh37 17:41197729-41197730 ins:me:alu");
    assert_eq!(old.variant_id, alu.variant_id, "{old:?}");
    assert!(of("GRCh38 17:43045712-43045800 ins:me:alu").error.is_some(), "it comes between two bases");
}

#[test]
fn a_fusion_lies_in_the_genes_it_joins() {
    let reference = Reference::bundled();
    let found = identify("BRCA1::BRCA2", &reference, IdentifyOptions::default());
    assert_eq!(found.kind, Some(Kind::Fusion), "{found:?}");
    assert!(["BRCA1", "BRCA2"].iter().all(|gene| found.genes.contains(&(*gene).to_owned())), "{:?}", found.genes);
    let contigs: Vec<String> = found.places.iter().map(|place| place.contig().contig.to_string()).collect();
    assert!(contigs.contains(&"17".to_owned()) && contigs.contains(&"13".to_owned()), "{:?}", found.places);
    let unknown = identify("NOSUCH1::NOSUCH2", &reference, IdentifyOptions::default());
    assert!(unknown.places.is_empty() && unknown.has_warning("without_coordinates"), "{unknown:?}");
}

#[test]
fn a_change_over_the_origin_of_the_mitochondrion_is_refused_with_its_reason() {
    let reference = Reference::bundled();
    let code = |text: &str| identify(text, &reference, IdentifyOptions::default()).error.map(|refusal| refusal.code);
    for text in ["NC_012920.1:m.16568_2del", "NC_012920.1:m.16569_1insA", "NC_012920.1:m.16569_1dup"] {
        assert_eq!(code(text).as_deref(), Some("across_origin"), "{text}");
    }
    for text in ["NC_012920.1:m.16569del", "NC_012920.1:m.1_2insA", "NC_012920.1:m.16568_16569del"] {
        assert_eq!(code(text), None, "{text}");
    }
    assert_ne!(code("NC_000017.11:g.43045713_43045712del").as_deref(), Some("across_origin"));
}
