//! The door for text neither panics nor dawdles, whatever comes through it.

use std::time::{Duration, Instant};

use cairn_variant::{
    expression::{Expression, Form, MAX_LENGTH},
    hgvs::{Axis, Hgvs, parse::fragment},
};
use proptest::{collection::vec, prelude::*, sample::select};

/// Texts of every notation, to be cut and mixed.
const SEEDS: [&str; 32] = [
    "NM_007294.4(BRCA1):c.68_69delAG (p.Glu23ValfsTer17)",
    "NC_000023.11(NM_004006.2):c.(4071+1_4072-1)_(5154+1_5155-1)del",
    "NM_004006.2:c.[296T>G;476T>C];[476T>C](;)1083A>C",
    "LRG_199t1:c.940_941ins[885_940inv;A;851_883inv]",
    "NC_000012.11:g.112036755_112036823CTG[9]TTG[1]CTG[13]",
    "NC_000002.12:g.pter_8247756delins[NC_000011.10:g.pter_15825272]",
    "NM_152263.2:r.-115_775::aggc::NM_002609.3:r.1580_*1924",
    "NP_003997.1:p.[(Ser68Arg;Asn594del)]",
    "NP_003997.1:p.(Gly56Ala^Ser^Cys)",
    "NP_000079.2:p.Ter315TyrextAsnLysGlyThrTer",
    "NP_000079.2:p.(Gln18)[(70_80)]",
    "[NM_000088.3:c.100A>G;NM_000088.3:c.200C>T]",
    "GRCh38(chr17):g.43045712T>C",
    "NC_000017.11:43045711:T:C",
    "GRCh37-17-41197729-A-G",
    "17:43045712T>C",
    "2-321681-G-G]17:198982]",
    "chr16:29,580,020-30,176,508 <DEL>",
    "GRCh37/hg19 16p11.2(chr16:29580020-30176508)x1",
    "arr[GRCh38] 16p11.2p12.1(29580020_30176508)x2~3,(X)x1",
    "mos 45,X[10]/46,XX,t(9;22)(q34;q11.2)[20]",
    "22q11.2 microdeletion syndrome",
    "deletion of exons 45 to 50 of DMD",
    "NM_000088.3:c.EX3_EX5del",
    "NM_000088.3:c.IVS2+1G>A",
    "BRCA1 185delAG",
    "BRCA1 C61G",
    "variant c.68_69delAG in BRCA2 (p.Glu23fs)",
    "ga4gh:VA.0AePZIWZUNsUlQTamyLrjm2HWUw2opLt",
    "VCV000017662.75",
    "CFTR \u{394}F508 \u{2013} \u{2192}",
    r#"{"type":"Allele","location":{"start":1,"end":2}}"#,
];

/// Reads the text through every door. What is read must be written as something that reads the same way.
fn read_everywhere(text: &str) -> Result<(), TestCaseError> {
    match Expression::parse(text) {
        Ok(expression) => check_written(text, &expression)?,
        Err(error) => prop_assert!(error.offset <= text.len(), "{text:?}: {error:?}"),
    }
    let _ = text.parse::<Hgvs>();
    let _ = (fragment::place(text), fragment::sequence(text), fragment::amino_acids(text), fragment::new_stop(text));
    for axis in [Axis::Genomic, Axis::Coding, Axis::Rna] {
        let _ = (fragment::nucleotide_location(text, axis), fragment::bases(text, axis));
    }
    Ok(())
}

fn check_written(text: &str, expression: &Expression) -> Result<(), TestCaseError> {
    if matches!(expression.form, Form::Candidates(_)) {
        return Ok(());
    }
    let written = expression.form.to_string();
    let again = Expression::parse(&written)
        .map_err(|e| TestCaseError::fail(format!("{text:?} is written `{written}`, which is refused: {e}")))?;
    prop_assert_eq!(again.form.to_string(), written, "{}", text);
    Ok(())
}

proptest! {
    #[test]
    fn any_text(text in any::<String>()) {
        read_everywhere(&text)?;
    }

    #[test]
    fn letters_of_the_notations(text in "[ACGTacgtNnpqgmcrX0-9_:;.,()\\[\\]{}<>=/^?*+| -]{0,40}") {
        read_everywhere(&text)?;
    }

    #[test]
    fn words_of_the_notations(words in vec(select(vec![
        "NM_1.1", "NC_000001.11", "(BRCA1)", "chr17", ":", "c.", "g.", "p.", "r.", "1", "20", "-3", "*4", "+5", "?", "_",
        "(", ")", "[", "]", ";", "(;)", "/", "//", "^", "=", ">", "A", "G", "del", "ins", "dup", "inv", "con", "delins",
        "N[3]", "Arg", "Ter", "fs", "ext", "Met1", "0", "::", " ", "exon", "deletion", "x1", "q13", "46,XX", "BRCA1", "p.(", "IVS",
    ]), 0..14)) {
        read_everywhere(&words.concat())?;
    }

    #[test]
    fn mixed_and_cut_seeds(a in 0..SEEDS.len(), b in 0..SEEDS.len(), cut in 0..60_usize, from in 0..60_usize) {
        let front: String = SEEDS[a].chars().take(cut).collect();
        let back: String = SEEDS[b].chars().skip(from).collect();
        read_everywhere(&format!("{front}{back}"))?;
    }

    #[test]
    fn one_sign_changed(seed in 0..SEEDS.len(), at in 0..60_usize, sign in any::<char>()) {
        let mut signs: Vec<char> = SEEDS[seed].chars().collect();
        let at = at % signs.len();
        signs[at] = sign;
        read_everywhere(&signs.into_iter().collect::<String>())?;
    }
}

#[test]
fn the_longest_texts_are_answered_at_once() {
    let patterns = [
        "(",
        "[",
        "[(",
        "(?_",
        "A[1]",
        "1A>G;",
        "[1A>G];",
        "/1=",
        "^A",
        "A",
        "1",
        " ",
        ",",
        ":",
        "::",
        "ins[",
        ";A",
        "NM_1.1:c.1A>G;",
        "+",
        "p",
        "exon ",
        "1_",
        "x1,",
        "(;)1A>G",
        "Ala",
        "fs",
        "-",
        "\u{394}",
        "del ",
        "q11",
        "/46,XX",
        "{\"a\":",
        "[[",
    ];
    for pattern in patterns {
        for head in [
            "",
            "NM_000001.1:c.",
            "NP_000001.1:p.",
            "[",
            "NM_000001.1:c.[",
            "NC_000001.11:g.1_2ins[",
            "arr[GRCh38] ",
            "46,XX,",
            "BRCA1 ",
        ] {
            let text = format!("{head}{}", pattern.repeat((MAX_LENGTH - head.len()) / pattern.len() / 32));
            let start = Instant::now();
            let _ = Expression::parse(&text);
            assert!(start.elapsed() < Duration::from_secs(2), "`{head}{pattern}…` took {:?}", start.elapsed());
        }
    }
}
