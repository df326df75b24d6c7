//! Published variants: their bases are in the reference, they keep their identity from one assembly to the other,
//! and their old names lead to the same place as today's.

use std::{io::BufRead, path::PathBuf, sync::LazyLock};

use cairn_reference::{IdentifyOptions, Identity, Reference, identify, identity::Status, sequence::fasta::inflated};
use cairn_variant::assembly::Assembly;

static REFERENCE: LazyLock<Reference> = LazyLock::new(Reference::bundled);

fn rows(path: &str) -> Option<Vec<Vec<String>>> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    let Ok(file) = std::fs::File::open(&path) else {
        println!("skipped: {} is not here", path.display());
        return None;
    };
    let lines = inflated(file).expect("gzip").lines().map(|line| line.expect("text"));
    Some(lines.map(|line| line.split('\t').map(str::to_owned).collect()).collect())
}

fn only_identity(text: &str, assembly: Assembly) -> Identity {
    identify(
        text,
        &REFERENCE,
        IdentifyOptions { assembly: Some(assembly), without_transcripts: true, ..IdentifyOptions::default() },
    )
}

/// Identifies each allele of a VCF; gives how many lie in loaded sequence.
fn check_vcf(path: &str, assembly: Assembly) -> usize {
    let Some(rows) = rows(path) else { return 0 };
    let mut checked = 0;
    for row in rows.iter().filter(|row| !row[0].starts_with('#')) {
        for alternate in row[4].split(',').filter(|alternate| alternate.bytes().all(|base| b"ACGTN".contains(&base))) {
            let text = format!("{}-{}-{}-{alternate}", row[0], row[1], row[3]);
            let identity = only_identity(&text, assembly);
            let code = identity.error.as_ref().map(|error| error.code.as_str());
            assert_ne!(code, Some("reference_mismatch"), "{text}: {:?}", identity.error);
            checked += usize::from(identity.is_identified() && !identity.has_warning("reference_not_verified"));
        }
    }
    checked
}

#[test]
fn reference_alleles_of_2504_people_agree() {
    let path = "../shared/data/population/1000g.phase3.brca1_brca2.GRCh37.2504samples.vcf.gz";
    assert!(matches!(check_vcf(path, Assembly::Grch37), 0 | 4300..), "fewer alleles than rows");
    let path = "../shared/data/population/1000g.phase3.brca_exons.GRCh38.2504samples.vcf.gz";
    assert!(matches!(check_vcf(path, Assembly::Grch38), 0 | 150..), "fewer alleles than rows");
}

#[test]
fn clinvar_alleles_of_grch37_lift_to_grch38_and_back() {
    let rows = rows("testdata/clinvar/clinvar_GRCh37_2016-05-20.six_genes.tsv.gz").expect("bundled");
    let (mut lifted, mut outside) = (0, 0);
    for row in rows.iter().skip(1).filter(|row| matches!(row[6].as_str(), "BRCA1" | "BRCA2")) {
        let text = format!("{}-{}-{}-{}", row[0], row[1], row[2], row[3]);
        let there = only_identity(&text, Assembly::Grch37);
        assert_ne!(there.status, Status::Error, "{text}: {:?}", there.error);
        let Some(vcf) = there.vcf.get(&Assembly::Grch38) else {
            outside += 1;
            continue;
        };
        let back = only_identity(vcf, Assembly::Grch38);
        assert_eq!((&back.variant_id, &back.alleles), (&there.variant_id, &there.alleles), "{text}");
        assert_eq!(back.vcf, there.vcf, "{text}");
        lifted += 1;
    }
    println!("{lifted} lifted and back, {outside} outside the verified blocks");
    assert!(lifted > 7_700 && outside < 100, "{lifted} {outside}");
}

#[test]
fn clinvar_descriptions_and_coordinates_are_one_variant() {
    let rows = rows("testdata/clinvar/clinvar_GRCh37_2016-05-20.six_genes.tsv.gz").expect("bundled");
    let (mut same, mut differing) = (0, Vec::new());
    for row in rows.iter().skip(1).filter(|row| row[9].starts_with("NM_007294.3") || row[9].starts_with("NM_000059.3"))
    {
        let text = format!("{}-{}-{}-{}", row[0], row[1], row[2], row[3]);
        let by_place = only_identity(&text, Assembly::Grch37);
        let by_name = only_identity(&row[9], Assembly::Grch37);
        match by_name.variant_id == by_place.variant_id {
            true => same += 1,
            false => differing.push(format!("{text} {} {:?}", row[9], by_name.error.map(|error| error.message))),
        }
    }
    // The snapshot places some insertions two bases off the description beside them; nothing else may differ.
    let is_insertion =
        |text: &String| text.split(' ').next().and_then(|vcf| vcf.split('-').nth(3)).is_some_and(|alt| alt.len() > 1);
    let other: Vec<_> = differing.iter().filter(|text| !is_insertion(text) && !text.contains("outside the")).collect();
    assert!(other.is_empty(), "{other:#?}");
    assert!(same > 7_640, "{same}");
}

#[test]
fn names_of_the_breast_cancer_core_are_those_of_today() {
    let mut same = 0;
    let mut differing = Vec::new();
    for sheet in ["2015-09", "2016-05"] {
        let rows = rows(&format!("testdata/submissions/enigma_clinvar_submission_{sheet}_variant_sheet.tsv.gz"))
            .expect("bundled");
        let heading = rows.iter().find(|row| row.iter().any(|cell| cell == "BIC Nomenclature")).expect("a heading");
        let column = |name: &str| heading.iter().position(|cell| cell == name).expect("a column");
        let (gene, sequence, hgvs, old) =
            (column("Gene symbol"), column("Reference sequence"), column("HGVS"), column("BIC Nomenclature"));
        for row in rows.iter().filter(|row| row.len() > old && row[sequence].starts_with("NM_") && !row[old].is_empty())
        {
            let today = only_identity(&format!("{}:{}", row[sequence], row[hgvs]), Assembly::Grch38);
            let legacy = only_identity(&format!("{} {}", row[gene], row[old]), Assembly::Grch38);
            match today.is_identified() && today.variant_id == legacy.variant_id {
                true => same += 1,
                false => differing.push(format!(
                    "{} {} = {}: {:?} {:?}",
                    row[gene],
                    row[old],
                    row[hgvs],
                    legacy.error.map(|e| e.message),
                    today.error.map(|e| e.message)
                )),
            }
        }
    }
    // The others lie outside the transcript, behind the stop codon, or contradict themselves.
    assert!(same >= 913, "{same}: {differing:?}");
}
