//! What comes to be known outside the record concerns those who have decided: tables of frequencies,
//! guidelines, gene-disease validity, and cases that show a phenotype somebody follows.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its own data should stop there")]

use cairn_core::alert::{Consent, Reanalysis, Reason, Reexamination, Subject, Trigger, Urgency};
use cairn_core::submission::Channel;
use cairn_node::Node;
use cairn_node::access::Viewer;
use cairn_node::alert::inbox::{NoticeFilter, NoticeReport};
use cairn_node::contribute::Request;
use cairn_node::folder::DataFolder;
use cairn_node::world::World;
use cairn_reference::folder::{Adding, ReferenceFolder};
use cairn_reference::recognise::recognise;
use cairn_reference::sequence::intake::IntakeOptions;
use cairn_store::alert::{CaseConsent, Policy};
use cairn_store::laboratory::RecordedLaboratory;
use std::path::Path;

const HEAD: &str = "Gene,Assembly,Chr,Pos,Ref,Alt,Classification,Condition,Record ID,Criteria\n";
/// Six of ten people of ExAC have it: c.2612C>T of BRCA1.
const COMMON: &str = "BRCA1,GRCh37,17,41244936,G,A";
const UNSOLVED: &str = r#"{"id":"P1","subject":{"id":"P1","sex":"FEMALE"},
"phenotypicFeatures":[{"type":{"id":"HP:0003002","label":"Breast carcinoma"}},
{"type":{"id":"HP:0001250","label":"Seizure"},"excluded":true}],
"interpretations":[{"id":"i1","progressStatus":"UNSOLVED","diagnosis":{"disease":{"id":"OMIM:604370","label":"Breast-ovarian cancer"},
"genomicInterpretations":[{"subjectOrBiosampleId":"P1","interpretationStatus":"CANDIDATE","variantInterpretation":{
"variationDescriptor":{"id":"v1","moleculeContext":"genomic","geneContext":{"valueId":"HGNC:1100","symbol":"BRCA1"},
"vcfRecord":{"genomeAssembly":"hg19","chrom":"chr17","pos":"41244936","ref":"G","alt":"A"},
"allelicState":{"id":"GENO:0000135","label":"heterozygous"}}}}]}}],
"metaData":{"created":"2024-01-01T00:00:00Z","createdBy":"north","phenopacketSchemaVersion":"2.0"}}"#;

struct Scene {
    folder: tempfile::TempDir,
    node: Node,
    north: RecordedLaboratory,
    south: RecordedLaboratory,
}

impl Scene {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let node = Node::open(DataFolder::new(folder.path()), World::real()).await.unwrap();
        let north = node.add_laboratory("North Lab", None).await.unwrap();
        let south = node.add_laboratory("South Lab", None).await.unwrap();
        Self { folder, node, north, south }
    }

    async fn send(&self, from: &RecordedLaboratory, text: String) {
        let request = Request {
            laboratory: from.clone(),
            user: None,
            channel: Channel::Command,
            file: None,
            bytes: text.into_bytes(),
            mapping: None,
            assembly: None,
            client_key: None,
            dry_run: false,
            strict: false,
        };
        let outcome = self.node.contribute(request).await.unwrap();
        assert!(outcome.accepted() > 0, "{:?}", outcome.problems);
    }

    /// Loads a file as `cairn reference add` does, and lets the node find it.
    async fn load(&self, path: &Path) {
        let loaded = self.node.reference().sequences();
        let adding =
            Adding { sequences: IntakeOptions::default(), now: "2026-01-01T00:00:00Z", progress: &|_| (), loaded };
        let kind = recognise(path).unwrap().unwrap();
        ReferenceFolder::of(self.folder.path()).add(path, kind, &adding).unwrap();
        assert!(self.node.take_new_reference().await.unwrap());
        self.node.run_due_jobs().await.unwrap();
    }

    async fn load_exac(&self) {
        let file = "../../testdata/population/exac.r0.3.brca1_brca2.GRCh37.sites.vcf.gz";
        self.load(&Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).await;
    }

    /// A table of ClinGen that says this of BRCA1.
    async fn load_validity(&self, class: &str, date: &str) {
        let heading = "\"GENE SYMBOL\",\"GENE ID (HGNC)\",\"DISEASE LABEL\",\"DISEASE ID (MONDO)\",\"MOI\",\"SOP\",\
            \"CLASSIFICATION\",\"ONLINE REPORT\",\"CLASSIFICATION DATE\",\"GCEP\"";
        let row = format!(
            "\"BRCA1\",\"HGNC:1100\",\"Fanconi anemia\",\"MONDO:0019391\",\"AR\",\"SOP8\",\"{class}\",\"\",\"{date}\",\"A panel\""
        );
        let preamble = "\"CLINGEN GENE DISEASE VALIDITY CURATIONS\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\"";
        let path = self.folder.path().join(format!("validity.{class}.csv"));
        std::fs::write(&path, format!("{preamble}\n{heading}\n{row}\n")).unwrap();
        self.load(&path).await;
    }

    async fn inbox(&self, of: &RecordedLaboratory, cause: Trigger) -> Vec<NoticeReport> {
        let as_of = self.node.as_of(None).await.unwrap();
        let filter = NoticeFilter { only_open: true, cause: Some(cause), urgency: None };
        let notices = self.node.notices(of.serial, filter, as_of, None, 100).await.unwrap();
        let mut inbox = Vec::new();
        for notice in notices {
            inbox.push(self.node.notice(notice.id, Viewer::Member(of.serial), 0, 100).await.unwrap().unwrap());
        }
        inbox
    }
}

#[tokio::test]
async fn a_table_of_frequencies_speaks_against_a_class() {
    let scene = Scene::new().await;
    let stated = |class: &str, criteria: &str| format!("{HEAD}{COMMON},{class},Breast cancer,R1,{criteria}\n");
    scene.send(&scene.north, stated("Uncertain significance", "")).await;
    scene.send(&scene.south, stated("Benign", "BA1")).await;
    scene.send(&scene.north, UNSOLVED.to_owned()).await;
    let node = &scene.node;
    let oblige = Policy { reanalysis: Reanalysis::Oblige, ..Policy::default() };
    node.set_alert_policy(scene.north.serial, oblige, None).await.unwrap();
    scene.load_exac().await;
    let inbox = scene.inbox(&scene.north, Trigger::Frequency).await;
    assert_eq!((inbox.len(), inbox[0].notice.alerts, inbox[0].notice.urgency), (1, 1, Urgency::Medium));
    let told = &inbox[0].alerts[0];
    let sentence = &told.alert.story.sentence;
    assert!(sentence.starts_with("BA1 could not be told and is met now: "), "{sentence}");
    assert!(sentence.contains("ExAC r0.3"), "{sentence}");
    assert_eq!(told.alert.story.concerned, ["North Lab"]);
    assert_eq!(told.reasons, [Reason::OwnStatement.label(), Reason::UnsolvedCase.label()]);
    assert_eq!(told.cases[0].1, Reexamination::OnRequest, "the person was not asked");
    assert!(scene.inbox(&scene.south, Trigger::Frequency).await.is_empty(), "it applied BA1 already");
}

#[tokio::test]
async fn what_was_classified_with_the_table_at_hand_is_no_news() {
    let scene = Scene::new().await;
    scene.load_exac().await;
    scene.send(&scene.north, format!("{HEAD}{COMMON},Uncertain significance,Breast cancer,R1,\n")).await;
    scene.node.run_due_jobs().await.unwrap();
    assert!(scene.inbox(&scene.north, Trigger::Frequency).await.is_empty());
}

/// A guideline of a laboratory's own on the ground of another.
fn house_rules(version: &str, date: &str, ground: &str) -> String {
    format!(
        r#"{{"id":"house","version":"{version}","title":"House rules","date":"{date}","track":"germline",
        "source":"a test","provenance":"a test","extends":"{ground}","criteria":[]}}"#
    )
}

#[tokio::test]
async fn a_guideline_in_a_new_version_names_what_it_would_reclassify() {
    let scene = Scene::new().await;
    let row = |class: &str| format!("{HEAD}{COMMON},{class},Breast cancer,R1,PS3; PM2\n");
    scene.send(&scene.north, row("Likely pathogenic")).await;
    scene.send(&scene.south, row("Uncertain significance")).await;
    let first = house_rules("1", "2019-01-01", "acmg-amp-svi@2018");
    scene.node.add_guideline(first.as_bytes(), None, None).await.unwrap();
    assert!(scene.inbox(&scene.north, Trigger::Guideline).await.is_empty(), "nothing came before it");
    // From 2020 on PM2 is supporting: with one strong criterion beside it that is uncertain.
    let second = house_rules("2", "2021-01-01", "acmg-amp-svi@2020");
    scene.node.add_guideline(second.as_bytes(), None, None).await.unwrap();
    let inbox = scene.inbox(&scene.north, Trigger::Guideline).await;
    assert_eq!((inbox.len(), inbox[0].notice.alerts, inbox[0].notice.urgency), (1, 1, Urgency::High));
    let sentence = &inbox[0].alerts[0].alert.story.sentence;
    assert_eq!(
        sentence,
        "The criteria of CRN000001.1 of North Lab (PS3, PM2) give Uncertain significance under house@2 and gave \
         Likely pathogenic under house@1; it states Likely pathogenic."
    );
    assert!(scene.inbox(&scene.south, Trigger::Guideline).await.is_empty(), "it states that class already");
    scene.node.add_guideline(second.as_bytes(), None, None).await.unwrap();
    assert_eq!(scene.inbox(&scene.north, Trigger::Guideline).await.len(), 1, "added again, told once");
}

#[tokio::test]
async fn a_case_with_a_narrower_feature_is_told_to_who_follows_the_phenotype() {
    let scene = Scene::new().await;
    let node = &scene.node;
    let term = node.subscribe(scene.north.serial, Subject::Phenotype, "Neoplasm of the breast", None).await.unwrap();
    assert_eq!((term.key.as_str(), term.label.as_str()), ("HP:0100013", "Neoplasm of the breast (HP:0100013)"));
    // What was looked for and is absent is not shown.
    node.subscribe(scene.north.serial, Subject::Phenotype, "HP:0001250", None).await.unwrap();
    assert!(node.subscribe(scene.north.serial, Subject::Phenotype, "HP:9999999", None).await.is_err());
    scene.send(&scene.south, UNSOLVED.to_owned()).await;
    let inbox = scene.inbox(&scene.north, Trigger::Case).await;
    assert_eq!((inbox.len(), inbox[0].alerts.len()), (1, 1));
    let story = &inbox[0].alerts[0].alert.story;
    assert_eq!(story.subject.as_deref(), Some("Neoplasm of the breast (HP:0100013)"));
    assert_eq!(
        story.sentence,
        "A case came in that shows Neoplasm of the breast (HP:0100013) or a narrower feature: variants of BRCA1 in 1."
    );
    assert!(!format!("{story:?}").contains("P1"), "no case is named");
    scene.send(&scene.north, UNSOLVED.replace("\"P1\"", "\"P2\"")).await;
    assert_eq!(scene.inbox(&scene.north, Trigger::Case).await.len(), 1, "nobody is told of their own case");
}

#[tokio::test]
async fn a_gene_that_begins_to_explain_a_disease_reopens_cases() {
    let scene = Scene::new().await;
    let node = &scene.node;
    scene.send(&scene.north, UNSOLVED.to_owned()).await;
    scene.load_validity("Limited", "2019-01-01").await;
    assert!(scene.inbox(&scene.north, Trigger::GeneValidity).await.is_empty(), "the first look is the ground");
    let oblige = Policy { reanalysis: Reanalysis::Oblige, ..Policy::default() };
    node.set_alert_policy(scene.north.serial, oblige, None).await.unwrap();
    scene.load_validity("Definitive", "2020-01-01").await;
    let inbox = scene.inbox(&scene.north, Trigger::GeneValidity).await;
    assert_eq!((inbox.len(), inbox[0].notice.urgency), (1, Urgency::High));
    let told = &inbox[0].alerts[0];
    assert_eq!(told.alert.story.sentence, "BRCA1 was Limited for Fanconi anemia (AR) and is Definitive, says A panel.");
    let (case, may) = told.cases[0];
    assert_eq!(may, Reexamination::OnRequest, "the person was not asked");
    let refused = CaseConsent { reanalysis: Consent::Refused, recontact: Consent::Refused };
    assert!(node.set_case_consent(scene.north.serial, case, refused, None).await.unwrap());
    scene.load_validity("Disputed", "2021-01-01").await;
    assert_eq!(scene.inbox(&scene.north, Trigger::GeneValidity).await.len(), 1, "the person refused");
}
