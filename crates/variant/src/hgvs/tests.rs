//! What is read and how it is written.

use super::Hgvs;
use crate::expression::{ErrorCode, Warning};

/// The text is recommended HGVS: read without remark and written as it was.
#[track_caller]
fn keeps(text: &str) {
    let (hgvs, warnings) = Hgvs::parse(text).unwrap_or_else(|e| panic!("`{text}`: {e}"));
    assert_eq!(hgvs.to_string(), text);
    assert_eq!(warnings, [], "{text}");
}

/// The text is read with these remarks and written in its recommended form, which is then stable.
#[track_caller]
fn becomes(text: &str, recommended: &str, expected: &[Warning]) {
    let (hgvs, warnings) = Hgvs::parse(text).unwrap_or_else(|e| panic!("`{text}`: {e}"));
    assert_eq!(hgvs.to_string(), recommended, "{text}");
    assert_eq!(warnings, expected, "{text}");
    let again: Hgvs = recommended.parse().unwrap_or_else(|e| panic!("`{recommended}`: {e}"));
    assert_eq!(again.to_string(), recommended);
}

/// The text is refused at this byte.
#[track_caller]
fn refuses(text: &str, code: ErrorCode, offset: usize) {
    match Hgvs::parse(text) {
        Ok((hgvs, _)) => panic!("`{text}` was read as {hgvs:?}"),
        Err(error) => assert_eq!((error.code, error.offset), (code, offset), "{text}: {error}"),
    }
}

#[test]
fn small_changes_of_dna() {
    for text in [
        "NC_000023.10:g.33038255C>A",
        "NM_004006.2:c.4375C>T",
        "LRG_199t1:c.54G>H",
        "NM_007294.4:c.68_69del",
        "NM_004006.2:c.20_23dup",
        "NM_004006.2:c.5657_5660inv",
        "NM_004006.2:c.169_170insA",
        "NC_000001.11:g.123_129delinsAC",
        "NG_012232.1:g.19_29=",
        "NC_012920.1:m.16569_1insA",
        "NR_003051.3:n.5G>A",
        "ENST00000357654.9:c.181T>G",
    ] {
        keeps(text);
    }
}

#[test]
fn positions_outside_the_coding_sequence() {
    for text in [
        "NM_004006.2:c.93+1G>T",
        "NM_000546.6:c.-28G>C",
        "NM_000546.6:c.*1175T>C",
        "NM_000251.2:c.-68-145A>T",
        "NM_000088.3:c.-1_1del",
        "NM_000088.3:c.*1_*10del",
        "NC_000001.10:g.57832719ATAAA[15]",
        "NM_004006.2:c.88-?_923+?dup",
    ] {
        keeps(text);
    }
}

#[test]
fn selectors_are_kept() {
    keeps("NM_007294.4(BRCA1):c.68_69del");
    keeps("NG_012232.1(NM_004006.2):c.93+1G>T");
    keeps("NG_012337.1(SDHD_v001):g.274G>T");
    becomes("BRCA1(NM_007294.4):c.68_69del", "NM_007294.4(BRCA1):c.68_69del", &[Warning::SelectorSwapped]);
}

#[test]
fn uncertain_positions() {
    for text in [
        "NC_000023.11(NM_004006.2):c.(4071+1_4072-1)_(5154+1_5155-1)del",
        "NC_000023.11:g.(?_31120496)_(33339477_?)del",
        "NM_000088.3:c.(?_6)_245del",
        "NM_000088.3:c.(100_200)del",
        "NM_000088.3:c.?_?del",
        "LRG_199t1:c.(4071+1_4072-1)_(5154+1_5155-1)[3]",
        "NC_000002.12:g.pter_qterdel",
    ] {
        keeps(text);
    }
}

#[test]
fn insertions_of_all_sorts() {
    for text in [
        "NM_004006.2:c.419_420ins[T;401_419]",
        "NM_004006.2:c.849_850ins850_900inv",
        "NC_000002.12:g.pter_8247756delins[NC_000011.10:g.pter_15825272]",
        "NC_000016.9:g.pter_2140661delins[NC_000001.10:g.188411550_pterinv]",
        "NC_000023.10:g.32717298_32717299insN[100]",
        "NC_000023.10:g.32717298_32717299insN[(80_120)]",
    ] {
        keeps(text);
    }
    becomes("NC_000023.10:g.5_6ins(100)", "NC_000023.10:g.5_6insN[100]", &[Warning::OlderForm]);
    becomes("NC_000023.10:g.5_6ins10", "NC_000023.10:g.5_6insN[10]", &[Warning::OlderForm]);
    becomes(
        "NC_000023.10:g.32867907_32867908insL37425.1:23_361",
        "NC_000023.10:g.32867907_32867908ins[L37425.1:g.23_361]",
        &[Warning::AxisAssumed],
    );
}

#[test]
fn repeats_and_copies() {
    for text in [
        "NC_000014.8:g.101179660TG[14]",
        "NC_000012.11:g.112036755_112036823CTG[9]TTG[1]CTG[13]",
        "NM_000492.3:c.1210-33_1210-6GT[11]T[6]",
        "NM_004006.3:r.9495_9497[4]",
        "NM_004006.3:r.-110gcu[6]",
        "NM_002111.8:c.52CAG[(36_39)]",
    ] {
        keeps(text);
    }
    becomes("NC_000014.8:g.101179660TG[14];[18]", "NC_000014.8:g.[101179660TG[14]];[101179660TG[18]]", &[]);
}

#[test]
fn alleles_and_cells() {
    for text in [
        "NM_004006.2:c.[145C>T;147C>G]",
        "NM_004006.2:c.[296T>G;476T>C;1083A>C];[296T>G;1083A>C]",
        "NM_004006.2:c.[2376G>C];[?]",
        "NM_004006.2:c.[76A>C];[=]",
        "NM_004006.2:c.[76A>C];[0]",
        "NM_004006.2:c.2376G>C(;)3103del",
        "NM_004006.2:c.[296T>G;476T>C];[476T>C](;)1083A>C",
        "NM_004006.2:c.85=/T>C",
        "NG_012232.1:g.19_21=//del",
        "NC_000023.11:g.[33038255C>T]/[33038255=]",
        "NM_004006.3:r.[123c>a,145_180del]",
        "[NM_000088.3:c.100A>G;NM_000088.3:c.200C>T]",
        "NM_000088.3:c.100A>G^NM_000088.3:c.200C>T",
        "NM_000088.3:c.100A>G//NM_000088.3:c.200C>T",
        // The second reference begins with the letter of an amino acid.
        "NP_009225.1:p.Gln1del/NP_809225.1:p.Gln1del",
    ] {
        keeps(text);
    }
}

#[test]
fn rna() {
    for text in [
        "NM_004006.3:r.123c>g",
        "NM_004006.3:r.123_124insauc",
        "NM_004006.3:r.spl",
        "NM_004006.3:r.?",
        "NM_004006.3:r.0",
        "NM_004006.3:r.(=)",
        "NM_004006.3:r.(123c>u)",
        "NM_004006.3:r.(?)",
    ] {
        keeps(text);
    }
    refuses("NM_004006.3:r.123c>t", ErrorCode::Bases, 19);
}

#[test]
fn fusions() {
    keeps("NM_152263.2:r.-115_775::NM_002609.3:r.1580_*1924");
    keeps("NM_152263.2:r.-115_775::aggcucccuugg::NM_002609.3:r.1580_*1924");
    keeps("NC_000002.12:g.pter_8247756::NC_000011.10:g.15825273_qter");
    keeps("BCR::ABL1");
    refuses("NM_152263.2:r.-115_775::aggc", ErrorCode::ReferenceMissing, 28);
}

#[test]
fn proteins() {
    for text in [
        "NP_003997.1:p.(Trp24Cys)",
        "NP_003997.1:p.Trp24Ter",
        "NP_003997.1:p.Cys188=",
        "NP_003997.1:p.(=)",
        "NP_003997.1:p.?",
        "NP_003997.1:p.0",
        "NP_003997.1:p.0?",
        "NP_003997.1:p.(Met1?)",
        "NP_003997.1:p.Lys23_Val25del",
        "NP_003997.1:p.(Ala3dup)",
        "NP_003997.1:p.Met1_Leu2insArgSerThrVal",
        "NP_003070.3:p.(Glu125_Ala132delinsGlyLeuHisArgPheIleValLeu)",
        "NP_000079.2:p.Arg97ProfsTer23",
        "NP_000079.2:p.(Arg97fs)",
        "NP_000079.2:p.Ile327ArgfsTer?",
        "NP_000079.2:p.Met1ext-5",
        "NP_000079.2:p.Met1Valext-12",
        "NP_000079.2:p.Ter110GlnextTer17",
        "NP_000079.2:p.(Ter315TyrextAsnLysGlyThrTer)",
        "NP_000079.2:p.Ala2[10]",
        "NP_000079.2:p.Arg65_Ser67[12]",
        "NP_003997.1:p.[Ser68Arg;Asn594del]",
        "NP_003997.1:p.[(Ser68Arg;Asn594del)]",
        "NP_003997.1:p.[(Ser68Arg)];[(Ser68Arg)]",
        "NP_003997.1:p.(Ser68Arg)(;)(Asn594del)",
        "NP_003997.1:p.[Lys31Asn,Val25_Lys31del]",
        "NP_003997.1:p.Arg49=/Ser",
        "NP_003997.1:p.(Gly56Ala^Ser^Cys)",
        "LRG_199p1:p.Trp24Cys",
    ] {
        keeps(text);
    }
}

#[test]
fn older_and_shorter_forms_of_proteins() {
    becomes("NP_000537.3:p.R175H", "NP_000537.3:p.Arg175His", &[Warning::OneLetterCode]);
    becomes("NP_000537.3:p.W24*", "NP_000537.3:p.Trp24Ter", &[Warning::OneLetterCode]);
    becomes("NP_000537.3:p.Trp24X", "NP_000537.3:p.Trp24Ter", &[Warning::OlderForm]);
    becomes("NP_000537.3:p.Ile327Argfs*?", "NP_000537.3:p.Ile327ArgfsTer?", &[]);
    becomes("NP_000537.3:p.arg97pro", "NP_000537.3:p.Arg97Pro", &[Warning::LetterCase]);
    becomes("NP_000537.3:p.*110Glnext*17", "NP_000537.3:p.Ter110GlnextTer17", &[]);
    becomes("NP_000537.3:p.(Gln18)[(70_80)]", "NP_000537.3:p.(Gln18[(70_80)])", &[]);
    becomes("NP_000537.3:p.Leu54Leu", "NP_000537.3:p.Leu54=", &[Warning::SubstitutionBySame]);
    becomes(
        "NP_003997.1:p.(Val582_Asn583insXXXXX)",
        "NP_003997.1:p.(Val582_Asn583insXaa[5])",
        &[Warning::OneLetterCode],
    );
}

#[test]
fn what_the_field_types_is_read_with_a_remark() {
    becomes("NM_007294.4:c.68_69delAG", "NM_007294.4:c.68_69del", &[Warning::RedundantBases]);
    becomes("NM_007294.4:c.68_69del2", "NM_007294.4:c.68_69del", &[Warning::RedundantLength]);
    becomes("NM_007294:c.68_69del", "NM_007294:c.68_69del", &[Warning::VersionMissing]);
    becomes("BRCA1:c.68_69del", "BRCA1:c.68_69del", &[Warning::GeneAsReference]);
    becomes("GRCh38(chr17):g.43045712T>C", "GRCh38(chr17):g.43045712T>C", &[Warning::ChromosomeAsReference]);
    becomes("17:g.43045712T>C", "chr17:g.43045712T>C", &[Warning::ChromosomeAsReference, Warning::AssemblyMissing]);
    becomes("NP_000546.6:p.Thr21Thr=", "NP_000546.6:p.Thr21=", &[Warning::SubstitutionBySame]);
    becomes("NC_000001.10:g.160-?_169+?dup", "NC_000001.10:g.160-?_169+?dup", &[Warning::OlderForm]);
    becomes("NM_000546.6:r.76(a>c)", "NM_000546.6:r.(76a>c)", &[Warning::OlderForm]);
    becomes("NM_000546.6:c.215C>C", "NM_000546.6:c.215=", &[Warning::SubstitutionBySame]);
    becomes("NM_000546.6:c.79_80GC>TT", "NM_000546.6:c.79_80delinsTT", &[Warning::SubstitutionOfSeveral]);
    becomes("NM_000797.3:c.812_829con908_925", "NM_000797.3:c.812_829con908_925", &[Warning::OlderForm]);
}

#[test]
fn what_was_stated_can_be_written_too() {
    for text in ["NC_000001.10:g.100671646_100671647delAG", "NC_000001.10:g.5_7delACGinsTT", "NC_000001.10:g.5C="] {
        let hgvs: Hgvs = text.parse().expect(text);
        assert_eq!(format!("{hgvs:#}"), text);
    }
}

#[test]
fn what_is_not_hgvs_is_refused_where_it_stops() {
    refuses("", ErrorCode::Empty, 0);
    refuses("invalid", ErrorCode::ReferenceMissing, 7);
    refuses("NM_000088.3", ErrorCode::ReferenceMissing, 11);
    refuses("NM_000088.3:c.", ErrorCode::Position, 14);
    refuses(":c.100A>G", ErrorCode::ReferenceMissing, 0);
    refuses("NM_000088.3:c.100", ErrorCode::EditMissing, 17);
    refuses("NM_000088.3:c.100X>G", ErrorCode::Edit, 17);
    refuses("NM_000088.3:100A>G", ErrorCode::Axis, 12);
    refuses("NM_000088.3:c.0A>G", ErrorCode::Position, 14);
    refuses("NC_000001.11:g.-5A>G", ErrorCode::PositionNotOnAxis, 15);
    refuses("NC_000001.11:g.100+5A>G", ErrorCode::PositionNotOnAxis, 18);
    refuses("NC_000001.11:g.200_100del", ErrorCode::RangeReversed, 15);
    refuses("NM_000088.3:c.52insT", ErrorCode::InsertionPlace, 16);
    refuses("NM_000088.3:c.52_55insT", ErrorCode::InsertionPlace, 19);
    refuses("NC_000001.10:g.155208383_155208384dup2", ErrorCode::LengthNotAllowed, 37);
    refuses("NM_000088.3:c.100_101delU", ErrorCode::Bases, 24);
    refuses("NM_000088.3:c.99999999999A>G", ErrorCode::NumberTooLarge, 14);
    refuses("NP_000079.2:p.Jer24Cys", ErrorCode::AminoAcid, 14);
    refuses("NP_000079.2:p.Lys23_Val25dupGlyAla", ErrorCode::TrailingText, 28);
    refuses("NC_000011.10:g.1999904_1999946|gom", ErrorCode::Unsupported, 30);
    refuses("NM_000088.3:c.[1A>G;2del", ErrorCode::Allele, 14);
    refuses("NM_000088.3:c.1A>G;2del", ErrorCode::Allele, 19);
    refuses("N0:p.(Glu2sfsTer6/N0:p.(Glu2s", ErrorCode::Position, 19);
    refuses("NP_000079.2:p.(Lys23=//NP_000079.2:p.(Lys24=", ErrorCode::Allele, 24);
    refuses("NM_000088.3:c.100A>Gé", ErrorCode::TrailingText, 20);
}
