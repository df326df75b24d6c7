//! Every notation through the one door.

use super::{ErrorCode, Expression, Form, Warning};

/// The text is read as this, which is stable.
#[track_caller]
fn reads(text: &str, canonical: &str) -> Expression {
    let found = Expression::parse(text).unwrap_or_else(|e| panic!("`{text}`: {e}; {}", e.remedy));
    assert_eq!(found.form.to_string(), canonical, "{text}");
    found
}

#[track_caller]
fn refuses(text: &str, code: ErrorCode) {
    match Expression::parse(text) {
        Ok(found) => panic!("`{text}` was read as {found:?}"),
        Err(error) => {
            assert_eq!(error.code, code, "{text}: {error}");
            assert!(!error.remedy.is_empty());
        }
    }
}

#[test]
fn a_title_of_clinvar() {
    let found = reads("NM_003467.3(CXCR4):c.708G>A (p.Lys236=)", "NM_003467.3(CXCR4):c.708G>A");
    assert_eq!(found.protein.map(|p| p.changes().len()), Some(1));
    assert_eq!(found.warnings, []);
}

#[test]
fn blanks_and_typography() {
    let found = reads(" NC_000023.10 : g . 33038255 C > A ", "NC_000023.10:g.33038255C>A");
    assert_eq!(found.warnings, [Warning::Spelling]);
    reads("NM_004006.2:c.93\u{2013}1G\u{2192}T", "NM_004006.2:c.93-1G>T");
    reads("LRG_199t1 :c.( 4071+1_4072 -1)_ ( 5154 +1_5155-1)[ 3]", "LRG_199t1:c.(4071+1_4072-1)_(5154+1_5155-1)[3]");
}

#[test]
fn gene_or_transcript_and_change() {
    for text in [
        "BRCA2 c.68_69del",
        "BRCA2:c.68_69del",
        "BRCA2, c.68_69del",
        "c.68_69del BRCA2",
        "c.68_69del (BRCA2)",
        "variant c.68_69delAG in BRCA2",
    ] {
        reads(text, "BRCA2:c.68_69del");
    }
    reads("NM_007294.4 c.68_69del", "NM_007294.4:c.68_69del");
    reads("BRCA1 NM_007294.4 c.68_69del", "NM_007294.4(BRCA1):c.68_69del");
    reads("BRCA1 NM_007294.4:c.68_69del", "NM_007294.4(BRCA1):c.68_69del");
    reads("BRCA1 NM_007294.4:c.68_69del p.Glu23fs", "NM_007294.4(BRCA1):c.68_69del");
    assert!(Expression::parse("BRCA2 NM_007294.4(BRCA1):c.68_69del").is_err());
    let both = reads("BRCA1 c.68_69del (p.Glu23fs)", "BRCA1:c.68_69del");
    assert!(both.protein.is_some());
    let both = reads("BRCA1 c.68_69del p.Glu23fs", "BRCA1:c.68_69del");
    assert!(both.protein.is_some());
    reads("BRCA1 p.Arg1699Gln", "BRCA1:p.Arg1699Gln");
    reads("BRCA1 p.R1699Q", "BRCA1:p.Arg1699Gln");
    reads("BRCA1 (p.Arg1699Gln)", "BRCA1:p.(Arg1699Gln)");
    reads("GRCh38 chr17 g.43045712T>C", "GRCh38(chr17):g.43045712T>C");
    reads("chr17:g.43045712T>C", "chr17:g.43045712T>C");
}

#[test]
fn protein_changes_and_older_names_without_an_axis() {
    reads("BRAF V600E", "BRAF:p.Val600Glu");
    reads("CFTR F508del", "CFTR:p.Phe508del");
    for (text, name) in [
        ("brca1 185delAG", "185delAG"),
        ("CFTR 621+1G>T", "621+1G>T"),
        ("CFTR IVS8-5T", "IVS8-5T"),
        ("CFTR \u{394}F508", "deltaF508"),
    ] {
        let found = Expression::parse(text).unwrap_or_else(|e| panic!("`{text}`: {e}"));
        let Form::LegacyName(legacy) = found.form else { panic!("{text}: {:?}", found.form) };
        assert_eq!(legacy.name, name);
    }
    reads("NM_000088.3:c.IVS2+1G>A", "NM_000088.3:c.IVS2+1G>A");
    reads("NM_000088.3 c.IVS2+1G>A", "NM_000088.3:c.IVS2+1G>A");
    reads("CFTR c.IVS8-5T", "CFTR IVS8-5T");
}

#[test]
fn the_assembly_beside_a_description_counts() {
    for text in [
        "chr17:g.41276045_41276046del (hg19)",
        "hg19:chr17:g.41276045_41276046del",
        "GRCh37 chr17:g.41276045_41276046del",
        "hg19 chr17:41276045_41276046del",
    ] {
        let found = reads(text, "GRCh37(chr17):g.41276045_41276046del");
        assert!(!found.warnings.contains(&Warning::AssemblyMissing), "{text}");
    }
    reads("GRCh37 NC_000017.10:g.41276045del", "NC_000017.10:g.41276045del");
    assert!(Expression::parse("GRCh37 NC_000017.11:g.41276045del").is_err());
    assert!(Expression::parse("GRCh37 GRCh38(chr17):g.41276045del").is_err());
}

#[test]
fn what_programs_and_rows_hold() {
    let found = reads("LMNA:NM_170707.4:exon11:c.1824C>T:p.G608G", "NM_170707.4(LMNA):c.1824C>T");
    assert!(found.protein.is_some());
    reads("1\t55039774\trs123\tC\tT\t.\tPASS", "1-55039774-C-T");
    reads("1-55,039,774-C-T", "1-55039774-C-T");
    reads("chr17:41276045_41276046del", "chr17:g.41276045_41276046del");
    for text in ["m.3243A>G", "MT-TL1 m.3243A>G", "MT-TL1:m.3243A>G", "m.3243A>G MT-TL1", "m.3243A>G (MT-TL1)"] {
        reads(text, "chrMT:m.3243A>G");
    }
    reads("NM_007294.4(BRCA1) c.68_69delAG", "NM_007294.4(BRCA1):c.68_69del");
    reads("NM_007294.4:C.68_69DEL", "NM_007294.4:c.68_69del");
    reads("BRAF c.1799T->A", "BRAF:c.1799T>A");
    reads("5382insC BRCA1", "BRCA1 5382insC");
    for text in ["TP53 c.524G>A (R175H)", "TP53 c.524G>A;p.R175H", "TP53:c.524G>A;p.R175H"] {
        assert!(reads(text, "TP53:c.524G>A").protein.is_some(), "{text}");
    }
}

#[test]
fn two_meanings_give_both() {
    let found = reads("BRCA1 C61G", "BRCA1:p.Cys61Gly or BRCA1 C61G");
    assert!(matches!(found.form, Form::Candidates(forms) if forms.len() == 2));
}

#[test]
fn coordinates_of_files_and_browsers() {
    for text in ["17-43045712-T-C", "17:43045712:T:C", "17:43045712T>C", "chr17:43045712 T>C", "chr17 43045712 T C"] {
        let found = reads(text, "17-43045712-T-C");
        assert_eq!(found.warnings, [Warning::AssemblyMissing]);
    }
    assert_eq!(reads("GRCh37-17-41197729-A-G", "GRCh37-17-41197729-A-G").warnings, []);
    reads("1:123:A:G", "1-123-A-G");
    reads("NC_000017.11:43045711:T:C", "NC_000017.11:43045711:T:C");
    reads("2-321681-G-G]17:198982]", "2-321681-G-G]17:198982]");
    reads("chr16:29580020-30176508 <DEL>", "chr16:29580020-30176508 del");
}

#[test]
fn bands_exons_identifiers_fusions() {
    reads("46,XY,del(5)(q13q33)", "46,XY,del(5)(q13q33)");
    reads("arr[GRCh38] 16p11.2(29580020_30176508)x1", "arr[GRCh38] 16p11.2(29580020_30176508)x1");
    reads("17q21.31 deletion", "del(17)(q21.31)");
    reads("LMNA exons 1\u{2013}7 deleted", "LMNA exons 1-7 del");
    reads("rs80357906", "rs80357906");
    reads("VCV000017662.75", "VCV000017662.75");
    reads("ga4gh:VA.0AePZIWZUNsUlQTamyLrjm2HWUw2opLt", "ga4gh:VA.0AePZIWZUNsUlQTamyLrjm2HWUw2opLt");
    reads("BCR::ABL1", "BCR::ABL1");
}

#[test]
fn a_vrs_object() {
    let text = r#"{"type":"Allele","location":{"type":"SequenceLocation","sequenceReference":{"type":"SequenceReference","refgetAccession":"SQ.F-LrLMe1SRpfUZHkQmvkVKFEGaoDeHul"},"start":55181319,"end":55181319},"state":{"type":"LiteralSequenceExpression","sequence":"T"}}"#;
    let found = Expression::parse(text).expect("a VRS allele");
    assert!(matches!(found.form, Form::Vrs(_)));
    refuses("{\"type\":\"Allele\"}", ErrorCode::Vrs);
}

#[test]
fn what_is_no_variant_is_refused_with_a_remedy() {
    refuses("", ErrorCode::Empty);
    refuses("\n   ", ErrorCode::Empty);
    refuses("invalid", ErrorCode::NotRecognised);
    refuses("BRCA1", ErrorCode::NotRecognised);
    refuses("185x27 DEL", ErrorCode::NotRecognised);
    refuses("17662", ErrorCode::NotRecognised);
    refuses("NM_000088.3", ErrorCode::EditMissing);
    refuses("NM_007294.4:68_69del", ErrorCode::Axis);
    refuses("c.68_69del", ErrorCode::ReferenceMissing);
    refuses("185delAG", ErrorCode::NotRecognised);
    refuses("chr16:29580020-30176508", ErrorCode::Region);
    refuses("17-43045712-T-C,G", ErrorCode::Vcf);
    refuses("17-41197712-A-<DEL>", ErrorCode::Vcf);
    refuses("3:c.IVS2+1G>A", ErrorCode::Position);
    refuses("exon:del(BRCA1)", ErrorCode::NotRecognised);
    refuses("PMP22 duplication", ErrorCode::ExonEvent);
    refuses("46,XX", ErrorCode::NotRecognised);
    refuses("17-43045712-T-", ErrorCode::NotRecognised);
    refuses("NC_000017.11:x:T:C", ErrorCode::Spdi);
    refuses("NM_000088.3:c.52insT", ErrorCode::InsertionPlace);
    refuses("BRCA1 c.52insT", ErrorCode::InsertionPlace);
    refuses("the quick brown fox", ErrorCode::NotRecognised);
    refuses("BRCA1 c.68_69del and more words that say nothing about it", ErrorCode::TrailingText);
    refuses("NM_1.1:c.1\u{1f9ec}A>G", ErrorCode::NotRecognised);
    refuses(&"A".repeat(super::MAX_LENGTH + 1), ErrorCode::TooLong);
}

#[test]
fn the_place_of_an_error_is_inside_the_text_as_typed() {
    let text = "RG_29\u{394}2t1::.4";
    let error = Expression::parse(text).expect_err("no reference");
    assert!(error.offset <= text.len(), "{error}");
}
