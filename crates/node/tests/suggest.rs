//! Values for criteria on real variants, from real tables: ExAC, 1000 Genomes, ClinGen dosage, ClinVar.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its own data should stop there")]

use cairn_core::condition::Inheritance;
use cairn_core::criterion::Strength;
use cairn_core::submission::Channel;
use cairn_core::suggest::{Suggested, Suggestion};
use cairn_node::Node;
use cairn_node::access::Viewer;
use cairn_node::contribute::Request;
use cairn_node::folder::DataFolder;
use cairn_node::suggest::{SuggestError, SuggestionReport, SuggestionRequest};
use cairn_node::world::World;
use cairn_reference::Reference;
use cairn_reference::folder::{Adding, ReferenceFolder};
use cairn_reference::recognise::recognise;
use cairn_reference::sequence::intake::IntakeOptions;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

fn testdata() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata")
}

/// A node that has loaded these files of `testdata`.
async fn node(folder: &Path, files: &[&str]) -> Node {
    std::fs::create_dir_all(folder).unwrap();
    let bundled = Reference::bundled();
    for file in files {
        let path = testdata().join(file);
        let adding = Adding {
            sequences: IntakeOptions::default(),
            now: "2026-01-01T00:00:00Z",
            progress: &|_| (),
            loaded: bundled.sequences(),
        };
        let kind = recognise(&path).unwrap().unwrap_or_else(|| panic!("{file} is not recognised"));
        ReferenceFolder::of(folder).add(&path, kind, &adding).unwrap_or_else(|error| panic!("{file}: {error}"));
    }
    Node::open(DataFolder::new(folder), World::real()).await.unwrap()
}

const POPULATION: [&str; 2] =
    ["population/exac.r0.3.brca1_brca2.GRCh37.sites.vcf.gz", "population/1000g.phase3.brca1_brca2.GRCh37.sites.vcf.gz"];
const DOSAGE: &str = "disease/clingen_dosage_haploinsufficiency.2021-02.GRCh38.bed.gz";

fn request(expression: &str, mode: Inheritance) -> SuggestionRequest {
    SuggestionRequest {
        expression: expression.to_owned(),
        inheritance: Some(mode),
        guideline: Some("acmg-amp-svi@2020".to_owned()),
        ..SuggestionRequest::default()
    }
}

async fn ask(node: &Node, request: &SuggestionRequest) -> SuggestionReport {
    ask_of(node, Viewer::Machine, request).await
}

async fn ask_of(node: &Node, viewer: Viewer, request: &SuggestionRequest) -> SuggestionReport {
    let as_of = node.as_of(None).await.unwrap();
    node.suggestions(request, as_of, viewer).await.unwrap()
}

fn of<'a>(report: &'a SuggestionReport, code: &str) -> &'a Suggestion {
    report.suggestions.iter().find(|one| one.criterion == code).unwrap_or_else(|| panic!("no {code}"))
}

/// Outcome and strength of a criterion for a dominant condition.
async fn check(
    node: &Node,
    expression: &str,
    code: &str,
    outcome: Suggested,
    strength: Option<Strength>,
) -> SuggestionReport {
    let report = ask(node, &request(expression, Inheritance::AutosomalDominant)).await;
    let found = of(&report, code);
    assert_eq!((found.outcome, found.strength), (outcome, strength), "{expression} {code}: {}", found.sentence);
    report
}

use Suggested::{Met, NoValue, NotMet};

/// Counts are those of the published rows; ClinVar's panel calls the first two benign and the third pathogenic.
#[tokio::test]
async fn frequencies_of_brca1_and_brca2() {
    let folder = tempfile::tempdir().unwrap();
    let node = node(folder.path(), &POPULATION).await;
    let report = check(&node, "NM_007294.3:c.2612C>T", "BA1", Met, Some(Strength::StandAlone)).await;
    let ba1 = of(&report, "BA1");
    assert!(ba1.sentence.contains("81.93 % in AFR of ExAC r0.3"), "{}", ba1.sentence);
    let number = ba1.numbers.iter().find(|n| n.name == "allele count, AFR").unwrap();
    assert_eq!((number.value, number.source.digest.as_ref().map(String::len)), (8522.0, Some(64)));
    assert_eq!(of(&report, "PM2").outcome, NotMet);

    // BRCA2 p.Lys3326Ter: 0.9 % in Europeans, no BA1.
    check(&node, "NM_000059.3:c.9976A>T", "BA1", NotMet, None).await;
    // BRCA1 185delAG: 29 of 120972.
    let report = check(&node, "NM_007294.3:c.68_69del", "PM2", NotMet, None).await;
    assert!(
        of(&report, "PM2").sentence.contains("29 of 120972 alleles in ExAC r0.3"),
        "{}",
        of(&report, "PM2").sentence
    );
    // BRCA1 p.Arg1699Pro stands at a site that was read in 60,000 people.
    let report = check(&node, "NM_007294.3:c.5096G>C", "PM2", Met, Some(Strength::Supporting)).await;
    let sentence = &of(&report, "PM2").sentence;
    assert!(sentence.contains("ExAC r0.3 (120308 alleles read 0 bases away)"), "{sentence}");
    assert_eq!(of(&report, "BS1").questions.len(), 4, "the disorder's numbers are for a person to state");
}

#[tokio::test]
async fn nothing_is_suggested_where_nothing_is_loaded() {
    let folder = tempfile::tempdir().unwrap();
    let node = node(folder.path(), &[]).await;
    let report = ask(&node, &request("NM_007294.3:c.5096G>A", Inheritance::AutosomalDominant)).await;
    for code in ["BA1", "BS1", "BS2", "PM2", "PM1", "PP3", "BP4", "PS1", "PM5", "PP2", "BP1", "PS4", "PM3"] {
        let found = of(&report, code);
        assert!(found.outcome != Met && (found.outcome == NotMet || found.remedy.is_some()), "{code}: {found:?}");
    }
    assert_eq!(of(&report, "PM2").sentence, "no frequency table is loaded");
    assert!(report.suggestions.iter().flat_map(|one| &one.numbers).all(|number| !number.source.name.is_empty()));
    let unknown = SuggestionRequest {
        guideline: Some("nobody@1".into()),
        ..request("NM_007294.3:c.5096G>A", Inheritance::AutosomalDominant)
    };
    let as_of = node.as_of(None).await.unwrap();
    assert!(matches!(node.suggestions(&unknown, as_of, Viewer::Machine).await, Err(SuggestError::Guideline(_))));
    let prose = request("no variant at all", Inheritance::AutosomalDominant);
    assert!(matches!(node.suggestions(&prose, as_of, Viewer::Machine).await, Err(SuggestError::NotAVariant { .. })));
}

/// The published tree on well-known variants.
#[tokio::test]
async fn pvs1_on_known_null_variants() {
    let folder = tempfile::tempdir().unwrap();
    let node = node(folder.path(), &[DOSAGE]).await;
    let very_strong = Some(Strength::VeryStrong);
    for expression in [
        "NM_007294.3:c.68_69del",   // BRCA1, exon 2
        "NM_007294.3:c.1687C>T",    // BRCA1 p.Gln563Ter
        "NM_000059.3:c.5946del",    // BRCA2 6174delT
        "LRG_293t1:c.2808_2811del", // BRCA2 3036delACAA
    ] {
        let report = check(&node, expression, "PVS1", Met, very_strong).await;
        let keys: Vec<&str> = of(&report, "PVS1").path.iter().map(|node| node.key.as_str()).collect();
        assert_eq!(keys, ["lof_mechanism", "event", "nmd", "relevant_transcript"], "{expression}");
    }
    // The last exon of BRCA2: no decay; what is left open is asked.
    let report = check(&node, "NM_000059.3:c.9976A>T", "PVS1", NoValue, None).await;
    let pvs1 = of(&report, "PVS1");
    assert_eq!(pvs1.path[2].answer.as_deref(), Some("no"), "{:?}", pvs1.path);
    assert!(pvs1.sentence.contains("PVS1_Moderate if"), "{}", pvs1.sentence);
    let mut said = request("NM_000059.3:c.9976A>T", Inheritance::AutosomalDominant);
    said.answers.insert("exon_lof_frequent".into(), "yes".into());
    assert_eq!(of(&ask(&node, &said).await, "PVS1").outcome, NotMet);
    // BRCA1 5382insC: its new stop, codon 1829, lies in the last exon; what it cuts off decides.
    let report = check(&node, "NM_007294.3:c.5266dup", "PVS1", NoValue, None).await;
    assert!(
        of(&report, "PVS1").numbers.iter().any(|number| number.value == 1829.0),
        "{:?}",
        of(&report, "PVS1").numbers
    );
    let mut said = request("NM_007294.3:c.5266dup", Inheritance::AutosomalDominant);
    said.answers.insert("region_critical".into(), "yes".into());
    assert_eq!(of(&ask(&node, &said).await, "PVS1").strength, Some(Strength::Strong));
    // Canonical splice sites: exon 18 of BRCA1 (78 bases) is skipped in frame.
    let report = ask(&node, &request("NM_007294.3:c.5152+1G>T", Inheritance::AutosomalDominant)).await;
    let frame = of(&report, "PVS1").path.iter().find(|node| node.key == "frame").cloned();
    assert_eq!(frame.and_then(|node| node.answer).as_deref(), Some("no"), "{:?}", of(&report, "PVS1").path);
    // MYH7: loss of function is no established mechanism, so the tree asks.
    let report = check(&node, "NM_000257.2:c.1987C>T", "PVS1", NotMet, None).await;
    assert!(of(&report, "PVS1").sentence.contains("not a null variant"));
    let report = ask(&node, &request("LRG_384t1:c.5785del", Inheritance::AutosomalDominant)).await;
    assert_eq!(
        of(&report, "PVS1").path.first().map(|node| (node.key.as_str(), node.answer.is_some())),
        Some(("lof_mechanism", false)),
        "{:?}",
        of(&report, "PVS1")
    );
    assert_eq!(of(&report, "PVS1").outcome, NoValue);
}

/// Rows of ClinVar, in the form of its snapshot, of some residues.
fn clinvar_rows(residues: &[&str]) -> Vec<u8> {
    let file = std::fs::read(testdata().join("clinvar/clinvar_GRCh37_2016-05-20.six_genes.tsv.gz")).unwrap();
    let mut text = String::new();
    flate2::read::GzDecoder::new(&file[..]).read_to_string(&mut text).unwrap();
    let wanted = |line: &&str| line.starts_with("chrom\t") || residues.iter().any(|residue| line.contains(residue));
    let rows: Vec<&str> = text.lines().filter(wanted).collect();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all((rows.join("\n") + "\n").as_bytes()).unwrap();
    packed.finish().unwrap()
}

#[tokio::test]
async fn what_is_known_of_the_residue() {
    let folder = tempfile::tempdir().unwrap();
    let node = node(folder.path(), &[]).await;
    let laboratory = node.add_laboratory("North Lab", None).await.unwrap();
    let request = Request {
        laboratory,
        user: None,
        channel: Channel::Command,
        file: Some("clinvar_GRCh37_2016-05-20.six_genes.tsv.gz".into()),
        bytes: clinvar_rows(&["p.Cys61", "p.Arg1699", "p.Met1775"]),
        mapping: None,
        assembly: None,
        client_key: None,
        dry_run: false,
        strict: false,
    };
    let outcome = node.contribute(request).await.unwrap();
    assert!(outcome.accepted() >= 10, "{:?}", outcome.problems);
    // An expert panel calls p.Cys61Gly pathogenic; the same base change to arginine is another change.
    let report = check(&node, "NM_007294.3:c.181T>C", "PM5", Met, Some(Strength::Moderate)).await;
    let pm5 = of(&report, "PM5");
    assert!(pm5.rows.iter().any(|row| row.counted && row.what.contains("181T>G")), "{:?}", pm5.rows);
    // It is itself no evidence for itself, and the others at the residue are not pathogenic by criteria.
    check(&node, "NM_007294.3:c.181T>G", "PM5", NotMet, None).await;
    // Laboratories disagree on p.Arg1699Gln, so it is no established pathogenic variant.
    let report = check(&node, "NM_007294.3:c.5096G>C", "PM5", NotMet, None).await;
    assert!(
        of(&report, "PM5").rows.iter().any(|row| row.detail.contains("Uncertain significance")),
        "{:?}",
        of(&report, "PM5").rows
    );
    check(&node, "NM_007294.3:c.68_69del", "PM5", NotMet, None).await;
}

/// Published cases with recorded origin; only counts are given out.
#[tokio::test]
async fn cases_are_counted_and_never_named() {
    const SHEET: &str = "Gene,Assembly,Chr,Pos,Ref,Alt,Classification,Condition,Record ID,Case ID,HPO terms,Zygosity,Origin,Affected\n\
        BRCA1,GRCh37,17,41276044,ACT,A,Pathogenic,Fanconi anemia,R1,SECRET-1,HP:0001903,homozygous,germline,affected\n\
        BRCA1,GRCh37,17,41276044,ACT,A,Pathogenic,Fanconi anemia,R1,SECRET-2,HP:0001903,homozygous,germline,affected\n\
        BRCA1,GRCh37,17,41276044,ACT,A,Pathogenic,Fanconi anemia,R1,SECRET-3,HP:0001903,homozygous,germline,affected\n";
    let folder = tempfile::tempdir().unwrap();
    let node = node(folder.path(), &[]).await;
    let laboratory = node.add_laboratory("North Lab", None).await.unwrap();
    let viewer = Viewer::Member(laboratory.serial);
    let request = Request {
        laboratory,
        user: None,
        channel: Channel::Command,
        file: None,
        bytes: SHEET.into(),
        mapping: None,
        assembly: None,
        client_key: None,
        dry_run: false,
        strict: false,
    };
    node.contribute(request).await.unwrap();
    let report = ask_of(&node, viewer, &self::request("NM_007294.3:c.68_69del", Inheritance::AutosomalRecessive)).await;
    let pm3 = of(&report, "PM3");
    assert_eq!((pm3.outcome, pm3.strength), (Met, Some(Strength::Moderate)), "{pm3:?}");
    assert_eq!(pm3.numbers[0].value, 1.0, "homozygous probands give 1 point at most");
    assert!(!serde_json::to_string(&report).unwrap().contains("SECRET"));
}

#[tokio::test]
async fn a_loss_over_brca1_is_weighed_as_copy_number() {
    let folder = tempfile::tempdir().unwrap();
    let node = node(folder.path(), &[DOSAGE]).await;
    let loss =
        SuggestionRequest { expression: "GRCh37 17:41190000-41280000 del".into(), ..SuggestionRequest::default() };
    let report = ask(&node, &loss).await;
    assert_eq!(report.guideline, "acmg-cnv-loss@2020");
    assert!(of(&report, "2A").outcome == Met && of(&report, "2A").points.is_some(), "{:?}", of(&report, "2A"));
    assert_eq!(of(&report, "3A").outcome, NoValue, "the bundle holds a part of all genes");
}

/// Criteria that ClinGen's panels applied, beside what is suggested from the public data that are here. The panels saw
/// more data than these; the figures are printed, and what must never happen is asserted.
#[tokio::test]
async fn beside_the_criteria_of_clingen_panels() {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let Ok(examples) = std::fs::read_to_string(shared.join("acmg_truth/clingen_criteria_examples.tsv")) else {
        println!("skipped: {} is not here", shared.display());
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let mut files: Vec<String> = POPULATION.iter().chain(&[DOSAGE]).map(|file| (*file).to_owned()).collect();
    for file in [
        "gnomad_exomes.r2.at_clinvar_chr1",
        "gnomad_exomes.r2.at_clinvar_multi_alleles",
        "gnomad_genomes.r2.at_clinvar_chr1",
    ] {
        files.push(shared.join(format!("population/{file}.GRCh37.tsv.gz")).to_string_lossy().into_owned());
    }
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    let node = node(folder.path(), &files).await;
    let as_of = node.as_of(None).await.unwrap();
    // Applied by the panel: suggested, against, no value. Suggested without the panel.
    let mut counts: std::collections::BTreeMap<String, [usize; 4]> = std::collections::BTreeMap::new();
    let (mut read, mut all) = (0, 0);
    for line in examples.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let applied: Vec<&str> = cells[2].split(';').filter(|code| !code.is_empty()).collect();
        all += 1;
        let Some(report) = panel_variant(&node, cells[0], as_of).await else { continue };
        read += 1;
        for one in &report.suggestions {
            let by_panel = applied.contains(&one.criterion.as_str());
            let count = counts.entry(one.criterion.clone()).or_default();
            match (by_panel, one.outcome) {
                (true, Met) => count[0] += 1,
                (true, NotMet) => {
                    count[1] += 1;
                    println!("{} {}: {}", cells[0], one.criterion, one.sentence);
                }
                (true, NoValue) => count[2] += 1,
                (false, Met) => {
                    count[3] += 1;
                    println!("{} not {}: {}", cells[0], one.criterion, one.sentence);
                }
                _ => {}
            }
        }
    }
    println!("{read} of {all} variants can be read with the transcripts that are loaded");
    for (code, [met, against, none, extra]) in &counts {
        let of = met + against + none;
        if of + extra > 0 {
            println!(
                "{code}: {met} of {of} suggested, {against} against, {none} no value; {extra} suggested that the panel did not apply"
            );
        }
    }
    assert!(read >= 20, "only {read} variants were read");
    assert_eq!(counts["BA1"][3], 0, "a variant above 5 % that a panel did not call so");
    for code in ["BA1", "PVS1", "BP7"] {
        assert!(
            counts[code][1] <= counts[code][0] + counts[code][2],
            "{code} contradicts the panels: {:?}",
            counts[code]
        );
    }
}

/// The suggestions for a panel's variant; another version of its transcript is taken where that is what is loaded.
async fn panel_variant(node: &Node, expression: &str, as_of: cairn_store::entry::AsOf) -> Option<SuggestionReport> {
    let asked = |expression: String| SuggestionRequest {
        expression,
        guideline: Some("acmg-amp-svi@2020".into()),
        ..SuggestionRequest::default()
    };
    if let Ok(report) = node.suggestions(&asked(expression.to_owned()), as_of, Viewer::Machine).await {
        return Some(report);
    }
    let (accession, change) = expression.split_once(':')?;
    let accession = accession.split('(').next()?.split('.').next()?;
    for version in (1..=8).rev() {
        let other = asked(format!("{accession}.{version}:{change}"));
        if let Ok(report) = node.suggestions(&other, as_of, Viewer::Machine).await {
            return Some(report);
        }
    }
    None
}
