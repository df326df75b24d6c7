//! Real sites files, read as they were published.

use super::*;
use crate::sequence::fasta::inflated;
use cairn_variant::vcf::VcfExpression;

fn loaded() -> crate::Reference {
    crate::Reference::bundled()
}

fn open(bytes: &[u8], file: &str, assembly: Option<Assembly>) -> (Kept, Frequencies) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("table");
    let mut input = inflated(bytes).expect("gzip");
    let kept = write_table(&mut *input, file, assembly, loaded().sequences(), &path).expect("a table");
    let mut frequencies = Frequencies::default();
    let source = Source {
        file: file.to_owned(),
        kind: crate::source::SourceKind::Frequencies,
        version: String::new(),
        sha256: "0".repeat(64),
        bytes: 0,
        added: String::new(),
        gives: String::new(),
        stored: Vec::new(),
    };
    frequencies.add(&path, &source);
    (kept, frequencies)
}

fn ask(frequencies: &Frequencies, assembly: Assembly, vcf: &str) -> Option<Seen> {
    let expression: VcfExpression = vcf.parse().expect("a VCF allele");
    let changes = [(assembly, expression.allele.replacement(assembly))];
    frequencies.of(&changes, loaded().sequences()).0.pop().map(|answer| answer.seen)
}

fn counts(seen: Option<Seen>) -> (Option<u64>, Option<u64>) {
    match seen {
        Some(Seen::Found(found)) => (found.all.count, found.all.number),
        other => panic!("{other:?}"),
    }
}

/// The numbers are those of the file's own rows.
#[test]
fn exac_of_brca1_and_brca2() {
    let Some(bytes) = crate::shared("data/population/exac.r0.3.brca1_brca2.GRCh37.sites.vcf.gz") else { return };
    let (kept, exac) = open(&bytes, "exac.r0.3.brca1_brca2.GRCh37.sites.vcf.gz", None);
    let told = &kept.description;
    assert_eq!((told.name.as_str(), told.version.as_str(), told.assembly), ("ExAC", "r0.3", Assembly::Grch37));
    assert_eq!(counts(ask(&exac, Assembly::Grch37, "13-32890549-T-C")), (Some(1), Some(116_568)));
    let Some(Seen::Absent { distance, alleles }) = ask(&exac, Assembly::Grch37, "13-32890549-T-G") else {
        panic!("absent")
    };
    assert_eq!((distance, alleles), (0, Some(116_568)));
    assert_eq!(ask(&exac, Assembly::Grch37, "14-23886437-G-A"), None);
    assert_eq!(ask(&exac, Assembly::Grch38, "13-32316412-T-C"), None);
}

#[test]
fn thousand_genomes_on_both_assemblies() {
    let name = "1000g.phase3.brca1_brca2.GRCh37.2504samples.vcf.gz";
    let Some(bytes) = crate::shared(&format!("data/population/{name}")) else { return };
    let (kept, found) = open(&bytes, name, None);
    assert_eq!((kept.description.name.as_str(), kept.description.version.as_str()), ("1000 Genomes", "phase 3"));
    assert_eq!(counts(ask(&found, Assembly::Grch37, "13-32889669-C-T")), (Some(29), Some(5008)));
    let name = "1000g.phase3.brca_exons.GRCh38.2504samples.vcf.gz";
    let Some(bytes) = crate::shared(&format!("data/population/{name}")) else { return };
    let (kept, found) = open(&bytes, name, None);
    assert_eq!(kept.description.assembly, Assembly::Grch38);
    assert_eq!(counts(ask(&found, Assembly::Grch38, "13-32315584-G-T")), (Some(2), Some(5008)));
    // Written with one base more on either side it is the same deletion.
    assert_eq!(counts(ask(&found, Assembly::Grch38, "13-32315645-AAAG-A")), (Some(30), Some(5008)));
}

/// The header of the lifted file names GRCh37; its bases say otherwise.
#[test]
fn positions_on_another_assembly_are_noticed() {
    let Some(bytes) = crate::shared("data/population/1000g.phase3.brca_exons.GRCh38.2504samples.vcf.gz") else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let mut input = inflated(&bytes[..]).expect("gzip");
    let outcome = write_table(&mut *input, "sites.vcf.gz", None, loaded().sequences(), &folder.path().join("table"));
    // GRCh38 positions of these genes lie outside the slices that are loaded on GRCh37, so nothing can be compared;
    // where they can, half of the bases differ.
    assert!(matches!(outcome, Err(FrequencyError::WrongAssembly { .. }) | Ok(_)), "{outcome:?}");
}

#[test]
fn a_table_of_asked_alleles_says_nothing_of_others() {
    let name = "gnomad_exomes.r2.at_clinvar_chr1.GRCh37.tsv.gz";
    let Some(bytes) = crate::shared(&format!("data/population/{name}")) else { return };
    let (kept, gnomad) = open(&bytes, name, None);
    assert_eq!((kept.description.name.as_str(), kept.description.version.as_str()), ("gnomAD exomes", "r2"));
    let Some(Seen::Found(found)) = ask(&gnomad, Assembly::Grch37, "1-949422-G-A") else { panic!("found") };
    assert_eq!((found.all.count, found.all.number, found.all.homozygotes), (Some(311), Some(245_436), Some(5)));
    let afr = found.populations.iter().find(|(code, _)| code == "AFR").expect("a population");
    assert_eq!((afr.1.count, afr.1.number), (Some(270), Some(15_288)));
    assert_eq!(ask(&gnomad, Assembly::Grch37, "1-949523-C-T"), Some(Seen::AskedAndAbsent));
    assert_eq!(ask(&gnomad, Assembly::Grch37, "1-949423-G-A"), None);
}

#[test]
fn versions_in_names() {
    for (file, version) in [
        ("ExAC.r0.3.1.sites.vep.vcf.gz", "r0.3.1"),
        ("gnomad.genomes.v4.1.sites.chr17.vcf.bgz", "v4.1"),
        ("gnomad_exomes.r2.at_clinvar.tsv", "r2"),
        ("ALL.chr20.phase3_shapeit2.vcf.gz", "phase 3"),
        ("variants.vcf", ""),
    ] {
        assert_eq!(version_in(&file.to_ascii_lowercase()), version, "{file}");
    }
    assert_eq!(named("gnomad.joint.v4.1.sites.chr1.vcf.bgz", "").0, "gnomAD joint");
}
