//! Contributions end to end against a real record: nothing twice, nothing lost, every change a
//! version.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its own data should stop there")]

use cairn_core::accession::AccessionKind;
use cairn_core::classification::Classification;
use cairn_core::problem::Severity;
use cairn_core::submission::Channel;
use cairn_node::access::Viewer;
use cairn_node::contribute::{Outcome, Request, sign};
use cairn_node::folder::DataFolder;
use cairn_node::lookup::search::Hit;
use cairn_node::world::World;
use cairn_node::{Node, NodeError, keys};
use cairn_reference::Reference;
use cairn_store::laboratory::RecordedLaboratory;
use cairn_store::serial::{StatementSerial, SubmissionSerial, VariantSerial};
use cairn_store::variant::Region;
use cairn_variant::assembly::Assembly;
use cairn_variant::contig::Contig;
use jiff::Timestamp;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicI64, Ordering};

const SHEET: &str = "Gene,HGVS,Assembly,Chr,Pos,Ref,Alt,Classification,Condition,Record ID,Last evaluated\n\
BRCA1,,GRCh38,17,43045712,T,C,Pathogenic,Breast cancer,R1,2020-01-01\n\
BRCA1,,GRCh38,17,43045711,G,A,Benign,Breast cancer,R2,2020-01-01\n";

struct Scene {
    _folder: tempfile::TempDir,
    node: Node,
    lab: RecordedLaboratory,
}

/// A clock that goes on by a second whenever it is asked.
fn ticking() -> Timestamp {
    static SECOND: AtomicI64 = AtomicI64::new(1_780_000_000);
    Timestamp::from_second(SECOND.fetch_add(1, Ordering::SeqCst)).unwrap()
}

/// What is inside the program, loaded once for all tests.
fn reference() -> Reference {
    static BUNDLED: LazyLock<Reference> = LazyLock::new(Reference::bundled);
    BUNDLED.clone()
}

impl Scene {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let world = World { now: ticking, random: World::real().random };
        let node = Node::with_reference(DataFolder::new(folder.path()), reference(), world).await.unwrap();
        let lab = node.add_laboratory("North Lab", None).await.unwrap();
        Self { _folder: folder, node, lab }
    }

    fn request(&self, text: &str) -> Request {
        Request {
            laboratory: self.lab.clone(),
            user: None,
            channel: Channel::Command,
            file: Some("sheet.csv".into()),
            bytes: text.as_bytes().to_vec(),
            mapping: None,
            assembly: None,
            client_key: None,
            dry_run: false,
            strict: false,
        }
    }

    async fn send(&self, text: &str) -> Outcome {
        self.node.contribute(self.request(text)).await.unwrap()
    }

    async fn statements(&self) -> Vec<(String, u32, Classification)> {
        let as_of = self.node.as_of(None).await.unwrap();
        let mut reader = self.node.store().read().await.unwrap();
        let all =
            cairn_store::statement::of_laboratory(&mut reader, self.lab.serial, as_of, StatementSerial::new(0), 99);
        let all = all.await.unwrap().into_iter().map(|s| s.statement);
        all.map(|s| (s.accession.to_string(), s.version, s.body.classification)).collect()
    }
}

fn counts(outcome: &Outcome) -> (u64, u64, u64) {
    let c = outcome.counts;
    (c.statements_new, c.statements_updated, c.statements_unchanged)
}

#[tokio::test]
async fn the_same_bytes_are_stored_once() {
    let scene = Scene::new().await;
    let first = scene.send(SHEET).await;
    assert_eq!(counts(&first), (2, 0, 0), "{:?}", first.problems);
    assert!(!first.is_repeated);
    let second = scene.send(SHEET).await;
    assert!(second.is_repeated);
    assert_eq!((second.accession, second.recorded), (first.accession, first.recorded));
    assert_eq!(scene.statements().await.len(), 2);
}

#[tokio::test]
async fn the_same_words_in_other_bytes_change_nothing() {
    let scene = Scene::new().await;
    scene.send(SHEET).await;
    let again = scene.send(&format!("{SHEET}\n\n")).await;
    assert!(!again.is_repeated);
    assert_eq!(counts(&again), (0, 0, 2));
    assert_eq!(again.accession.unwrap().to_string(), "CRS000002");
    assert!(scene.statements().await.iter().all(|s| s.1 == 1));
}

#[tokio::test]
async fn a_changed_class_is_a_new_version_and_the_old_one_stays_readable() {
    let scene = Scene::new().await;
    let first = scene.send(SHEET).await;
    let changed = scene.send(&SHEET.replace("Pathogenic", "Likely pathogenic")).await;
    assert_eq!(counts(&changed), (0, 1, 1));
    let change = &changed.changes[0];
    assert_eq!((change.from, change.to), (Some(Classification::Pathogenic), Some(Classification::LikelyPathogenic)));
    let history = |as_of| scene.node.statement("CRN000001".parse().unwrap(), as_of);
    let now = scene.node.as_of(None).await.unwrap();
    let found = history(now).await.unwrap().unwrap();
    assert_eq!((found.shown.statement.version, found.versions.len()), (2, 2));
    let then = scene.node.as_of(first.recorded).await.unwrap();
    let found = history(then).await.unwrap().unwrap();
    assert_eq!(found.shown.statement.body.classification, Classification::Pathogenic);
    assert_eq!(found.versions.len(), 1);
}

/// ENIGMA's two sheets: the accession that ClinVar gave in 2015 is not repeated in 2016.
#[tokio::test]
async fn a_record_with_an_accession_and_without_is_one_record() {
    let scene = Scene::new().await;
    let sheet = "Gene,Assembly,Chr,Pos,Ref,Alt,Classification,Condition,ClinVarAccession\n";
    let row = "BRCA1,GRCh38,17,43045712,T,C";
    let first = scene.send(&format!("{sheet}{row},Pathogenic,Breast cancer,SCV000244452\n")).await;
    assert_eq!(counts(&first), (1, 0, 0), "{:?}", first.problems);
    let second = scene.send(&format!("{sheet}{row},Uncertain significance,Breast cancer,\n")).await;
    assert_eq!(counts(&second), (0, 1, 0), "{:?}", second.problems);
    let other = scene.send(&format!("{sheet}{row},Benign,Fanconi anemia,\n")).await;
    assert_eq!(counts(&other), (1, 0, 0), "another condition is another record");
    let back = scene.send(&format!("{sheet}{row},Likely pathogenic,Fanconi anemia,SCV000999999\n")).await;
    assert_eq!(counts(&back), (0, 1, 0), "an accession given later is of the same record");
    assert_eq!(scene.statements().await.len(), 2);
    let both = format!("{sheet}{row},Benign,Fanconi anemia,SCV000999998\n{row},Likely benign,Fanconi anemia,\n");
    assert_eq!(scene.send(&both).await.counts.rejected, 0, "one file brings one version of a statement");
}

#[tokio::test]
async fn a_dry_run_says_what_a_run_does_and_leaves_no_trace() {
    let scene = Scene::new().await;
    let before = scene.node.as_of(None).await.unwrap();
    let dry = scene.node.contribute(Request { dry_run: true, ..scene.request(SHEET) }).await.unwrap();
    assert_eq!(scene.node.as_of(None).await.unwrap(), before);
    let real = scene.send(SHEET).await;
    assert_eq!((dry.accession, dry.counts, dry.changes.len()), (None, real.counts, real.changes.len()));
    assert_eq!(real.accession.unwrap().serial(), 1, "the dry run used no number");
}

#[tokio::test]
async fn strict_is_all_or_nothing() {
    let scene = Scene::new().await;
    let with_bad_row = format!("{SHEET}BRCA1,nonsense,,,,,,Pathogenic,Breast cancer,R3,2020-01-01\n");
    let strict = scene.node.contribute(Request { strict: true, ..scene.request(&with_bad_row) }).await.unwrap();
    assert_eq!(strict.accession, None);
    assert!(strict.problems.iter().any(|p| p.severity == Severity::Error && p.row == Some(4)), "{:?}", strict.problems);
    assert_eq!(scene.statements().await.len(), 0);
    let lenient = scene.send(&with_bad_row).await;
    assert_eq!(counts(&lenient), (3, 0, 0), "the text is kept as an unresolved variant");
    assert!(lenient.problems.iter().any(|p| p.severity == Severity::Warning && p.row == Some(4)));
    assert!(lenient.problems.iter().all(|p| p.file.as_deref() == Some("sheet.csv")));
}

#[tokio::test]
async fn an_idempotency_key_stands_for_one_content() {
    let scene = Scene::new().await;
    let keyed = |text: &str| Request { client_key: Some("k-1".into()), ..scene.request(text) };
    let first = scene.node.contribute(keyed(SHEET)).await.unwrap();
    let again = scene.node.contribute(keyed(SHEET)).await.unwrap();
    assert_eq!((again.accession, again.is_repeated), (first.accession, true));
    let other = scene.node.contribute(keyed(&SHEET.replace("2020", "2021"))).await;
    assert!(matches!(other, Err(NodeError::KeyReused(_))));
}

#[tokio::test]
async fn one_key_on_two_variants_is_refused_at_its_row() {
    let scene = Scene::new().await;
    let outcome = scene.send(&SHEET.replace("R2", "R1")).await;
    assert_eq!(counts(&outcome), (1, 0, 0));
    let problem = outcome.problems.iter().find(|p| p.code == "statement.key_not_unique").unwrap();
    assert_eq!((problem.row, problem.severity), (Some(3), Severity::Error));
    assert_eq!((outcome.counts.read, outcome.counts.rejected), (2, 1));
}

#[tokio::test]
async fn what_nobody_can_read_is_not_recorded() {
    let scene = Scene::new().await;
    let outcome = scene.send("hello").await;
    assert_eq!((outcome.accession, outcome.accepted()), (None, 0));
    assert!(outcome.has_errors());
}

#[tokio::test]
async fn a_submission_keeps_its_bytes_and_a_signature_that_holds() {
    let scene = Scene::new().await;
    let accession = scene.send(SHEET).await.accession.unwrap();
    assert_eq!(accession.kind(), AccessionKind::Submission);
    let viewer = Viewer::Member(scene.lab.serial);
    let now = scene.node.as_of(None).await.unwrap();
    let bytes = scene.node.submission_bytes(accession, now, viewer).await.unwrap().unwrap();
    assert_eq!(bytes, SHEET.as_bytes());
    let report = scene.node.submission_report(accession, now, viewer).await.unwrap().unwrap();
    let s = &report.submission;
    let signed = sign::signed_form(accession, s.laboratory, s.received, &s.source.sha256);
    assert!(keys::verify(&report.public_key, signed.as_bytes(), &report.signature));
    let stranger = Viewer::Machine;
    assert!(scene.node.submission_report(accession, now, stranger).await.unwrap().is_none());
}

#[tokio::test]
async fn a_check_finds_bytes_and_signatures_that_changed() {
    let scene = Scene::new().await;
    scene.send(SHEET).await;
    scene.send(&SHEET.replace("Benign", "Likely benign")).await;
    let whole = scene.node.check().await.unwrap();
    assert_eq!((whole.submissions, whole.faults.as_slice()), (2, [].as_slice()));
    let mut writer = scene.node.store().write().await.unwrap();
    let changed = "UPDATE submission_content SET encoding = 'identity', content = 'other' WHERE submission_id = 1";
    sqlx::query(changed).execute(&mut *writer).await.unwrap();
    let signature = "UPDATE submission SET signature = '00' WHERE submission_id = 2";
    sqlx::query(signature).execute(&mut *writer).await.unwrap();
    writer.commit().await.unwrap();
    let found = scene.node.check().await.unwrap();
    let [bytes, signature] = &found.faults[..] else { panic!("{:?}", found.faults) };
    assert!(bytes.starts_with("the bytes of CRS000001 cannot be read"), "{bytes}");
    assert_eq!(signature, "the signature of CRS000002 does not hold");
}

#[tokio::test]
async fn two_senders_at_once_store_one_record() {
    let scene = Scene::new().await;
    let sends = (0..4).map(|_| scene.node.contribute(scene.request(SHEET)));
    let mut outcomes = Vec::new();
    for handle in sends.map(|send| async move { send.await.unwrap() }) {
        outcomes.push(handle);
    }
    let [a, b, c, d] = <[_; 4]>::try_from(outcomes).ok().unwrap();
    let (a, b, c, d) = tokio::join!(a, b, c, d);
    let all = [a, b, c, d];
    assert_eq!(all.iter().filter(|outcome| !outcome.is_repeated).count(), 1);
    assert!(all.iter().all(|outcome| outcome.accession == all[0].accession));
    assert_eq!(scene.statements().await.len(), 2);
}

#[tokio::test]
async fn a_gene_lists_its_variants_with_what_is_said() {
    let scene = Scene::new().await;
    scene.send(SHEET).await;
    let now = scene.node.as_of(None).await.unwrap();
    let rows = scene.node.gene_variants("BRCA1", now, Viewer::Machine, VariantSerial::new(0), 50).await.unwrap();
    assert_eq!(rows.len(), 2);
    assert!(rows.iter().all(|row| row.aggregates.len() == 1));
    let hits = scene.node.search("brea", now, Viewer::Machine, 5).await.unwrap();
    assert!(!hits.is_empty());
    assert_eq!(SubmissionSerial::new(1).accession().to_string(), "CRS000001");
}

#[tokio::test]
async fn copy_numbers_of_both_assemblies_meet_and_are_found_where_they_lie() {
    let scene = Scene::new().await;
    let sheet = "Variant,Classification,Condition\n\
        GRCh38 17:43045678-43124000x1,Pathogenic,Breast cancer\n\
        GRCh37 17:41197695-41276017x1,Likely pathogenic,Ovarian cancer\n\
        GRCh37 16:29580020-30176508x1,Pathogenic,16p11.2 deletion syndrome\n\
        BRCA1 exons 2-3 deletion,Pathogenic,Breast cancer\n";
    let sent = scene.send(sheet).await;
    assert_eq!(sent.counts.statements_new, 4, "{:?}", sent.problems);
    let as_of = scene.node.as_of(None).await.unwrap();
    let look = async |assembly: Assembly, contig: u8, (start, end): (u64, u64)| {
        let contig = Contig::autosome(contig).unwrap();
        let region = Region { assembly, contig, start, end };
        let first = (0, VariantSerial::new(0));
        let rows = scene.node.region_variants(region, as_of, Viewer::Machine, first, 50).await.unwrap();
        rows.into_iter().map(|row| (row.variant.kind, row.variant.aggregates[0].statements)).collect::<Vec<_>>()
    };
    let both = vec![("copy_number_count".to_owned(), 2)];
    let exons = ("exon_event".to_owned(), 1);
    assert_eq!(look(Assembly::Grch38, 17, (43_060_000, 43_060_100)).await, both);
    assert_eq!(look(Assembly::Grch37, 17, (41_212_000, 41_212_100)).await, both);
    assert_eq!(look(Assembly::Grch38, 17, (43_124_050, 43_124_051)).await, [exons]);
    assert_eq!(look(Assembly::Grch37, 16, (30_000_000, 30_000_001)).await, [("copy_number_count".to_owned(), 1)]);
    assert_eq!(look(Assembly::Grch38, 16, (30_000_000, 30_000_001)).await, [], "not carried over");
    let genes = scene.node.gene_variants("BRCA1", as_of, Viewer::Machine, VariantSerial::new(0), 50).await.unwrap();
    assert_eq!(genes.len(), 2);
    assert!(
        scene.node.events_across_gene("BRCA1", as_of, Viewer::Machine, 50).await.unwrap().is_empty(),
        "they name the gene"
    );
}

const SAME: &str = "Gene,HGVS,Protein,Classification,Last evaluated\n";

fn codes(outcome: &Outcome) -> Vec<(u64, &str)> {
    outcome.problems.iter().map(|problem| (problem.row.unwrap_or(0), problem.code.as_str())).collect()
}

async fn classes(scene: &Scene) -> Vec<Classification> {
    scene.statements().await.into_iter().map(|(_, _, class)| class).collect()
}

#[tokio::test]
async fn the_row_evaluated_later_holds_wherever_it_stands() {
    let scene = Scene::new().await;
    let rows = "BRCA1,NM_007294.4:c.181T>G,,Pathogenic,2024-05-01\nBRCA1,NM_007294.4:c.181T>G,,VUS,2012-01-01\n";
    let outcome = scene.send(&format!("{SAME}{rows}")).await;
    assert_eq!(codes(&outcome), [(3, "statement.said_twice")]);
    assert_eq!(classes(&scene).await, [Classification::Pathogenic]);
    // An older evaluation does not come back later either; the same class of another date does no harm.
    let outcome = scene.send(&format!("{SAME}BRCA1,NM_007294.4:c.181T>G,,Benign,1999-01-01\n")).await;
    assert_eq!(codes(&outcome), [(2, "statement.older_than_record")]);
    assert_eq!((classes(&scene).await, outcome.counts.rejected), (vec![Classification::Pathogenic], 1));
    let outcome = scene.send(&format!("{SAME}BRCA1,NM_007294.4:c.181T>G,,Benign,2024-05-01\n")).await;
    assert_eq!(codes(&outcome), [(2, "statement.date_unchanged")]);
    assert_eq!(classes(&scene).await, [Classification::Benign]);
}

#[tokio::test]
async fn two_classes_that_no_date_tells_apart_are_not_taken() {
    let scene = Scene::new().await;
    let rows = "BRCA1,NM_007294.4:c.181T>G,,Pathogenic,\nBRCA1,NM_007294.4:c.181T>G,,VUS,\n\
        BRCA1,NM_007294.4:c.5266dup,,Pathogenic,2020\nBRCA1,NM_007294.4:c.5266dup,,Pathogenic,2021\n";
    let outcome = scene.send(&format!("{SAME}{rows}")).await;
    assert_eq!(codes(&outcome), [(2, "statement.contradicts"), (3, "statement.contradicts")]);
    assert_eq!((counts(&outcome), outcome.counts.rejected), ((1, 0, 1), 2));
}

#[tokio::test]
async fn a_row_that_contradicts_itself_is_told() {
    let scene = Scene::new().await;
    let rows = "BRCA2,NM_007294.4:c.68_69del,,Pathogenic,\nTP53,BRCA1:c.5266dup,,Pathogenic,\n\
        BRCA1,NM_007294.4:c.181T>G,p.Cys61Arg,Pathogenic,\nBRCA1,NM_007294.4:c.5123C>A,p.Ala1708Glu,Pathogenic,\n\
        BRCA1,NM_007294.4:c.4065_4068del,N1355fs,Pathogenic,\nRNF53,NM_007294.4:c.213-12A>G,p.?,Pathogenic,\n";
    let outcome = scene.send(&format!("{SAME}{rows}")).await;
    let told: Vec<_> = codes(&outcome).into_iter().filter(|(_, code)| code.ends_with("_differs")).collect();
    assert_eq!(
        told,
        [(2, "variant.gene_differs"), (3, "variant.gene_differs"), (4, "variant.protein_differs")],
        "{:?}",
        outcome.problems
    );
    assert_eq!(counts(&outcome), (6, 0, 0));
}

#[tokio::test]
async fn notations_of_reports_are_read_beside_their_gene() {
    let scene = Scene::new().await;
    for (row, (gene, text)) in [
        ("BRCA1", "5382insC"),
        ("BRCA1", "185delAG"),
        ("BRCA1", "Duplikation Exon 13"),
        ("BRCA1", "Duplication exon 13"),
        ("BRCA1", "del exon 13"),
        ("MT-TL1", "m.3243A>G"),
        ("", "MT-TL1 m.3243A>G"),
        ("BRCA1", "arr[GRCh38] 17q21.31(43040000_43130000)x1"),
    ]
    .into_iter()
    .enumerate()
    {
        for heading in ["Variant", "HGVS"] {
            let sheet = format!("Gene,{heading},Classification,Record ID\n{gene},{text},Pathogenic,{heading}{row}\n");
            let outcome = scene.node.contribute(Request { dry_run: true, ..scene.request(&sheet) }).await.unwrap();
            let unread: Vec<_> = outcome.problems.iter().filter(|one| one.severity >= Severity::Warning).collect();
            assert!(unread.is_empty() && outcome.counts.statements_new == 1, "{gene} {text} in {heading}: {unread:#?}");
        }
    }
    // A gene that is not loaded: the name is read with it all the same, and the row says what is missing.
    let sent = scene.send("Gene,Variant,Classification\nCFTR,deltaF508,Pathogenic\n").await;
    let [told] = sent.problems.as_slice() else { panic!("{:?}", sent.problems) };
    assert!(told.message.contains("CFTR") && told.code != "variant.reference_missing", "{told}");
}

#[tokio::test]
async fn dates_that_cannot_be_and_unknown_phenotypes_are_told_at_their_row() {
    let scene = Scene::new().await;
    let head = "Gene,HGVS,Classification,Last evaluated,Case ID,HPO terms\n";
    let rows = "BRCA1,NM_007294.4:c.68_69del,Pathogenic,01.03.24,,\n\
        BRCA1,NM_007294.4:c.5266dup,Pathogenic,2199-01-01,,\n\
        BRCA1,NM_007294.4:c.181T>G,Pathogenic,2024-03-01,P1,HP:0003002; HP:9999999\n";
    let outcome = scene.send(&format!("{head}{rows}")).await;
    assert_eq!(
        codes(&outcome),
        [(2, "date.short_year"), (3, "date.in_future"), (4, "phenotype.unknown_term")],
        "{:?}",
        outcome.problems
    );
    let [short, future, term] = outcome.problems.as_slice() else { panic!("{:?}", outcome.problems) };
    assert_eq!((short.column.as_deref(), future.column.as_deref()), (Some("Last evaluated"), Some("Last evaluated")));
    assert!(future.message.starts_with("`2199-01-01`") && future.severity == Severity::Error, "{future}");
    assert!(term.message.contains("`HP:9999999` is no term of the loaded HPO version 2024"), "{term}");
    assert_eq!((counts(&outcome), outcome.counts.rejected), ((2, 0, 0), 1));
}

#[tokio::test]
async fn a_record_kept_as_text_is_told_beside_the_variant_it_names() {
    let scene = Scene::new().await;
    // An older version of the transcript is not loaded.
    let sent = scene.send("Variant,Classification\nNM_007294.1:c.5266dupC,Pathogenic\n").await;
    assert!(sent.problems.iter().any(|problem| problem.message.contains("kept under its text")), "{:?}", sent.problems);
    let as_of = scene.node.as_of(None).await.unwrap();
    let found = scene.node.look_up("NM_007294.4:c.5266dup", as_of, Viewer::Machine).await.unwrap();
    assert!(found.report.is_none(), "{:?}", found.report);
    let nearby = scene.node.near(&found, as_of, Viewer::Machine).await.unwrap();
    assert_eq!((nearby.kept_as_text.len(), nearby.records_kept_as_text()), (1, 1), "{nearby:#?}");
    assert_eq!(nearby.beside_nothing().as_deref(), Some("similar ones are: 1 record kept as text"));
    let other = scene.node.look_up("NM_007294.4:c.68_69del", as_of, Viewer::Machine).await.unwrap();
    assert!(scene.node.near(&other, as_of, Viewer::Machine).await.unwrap().is_empty());
}

#[tokio::test]
async fn statements_are_found_by_what_they_cite_and_by_their_accession() {
    let scene = Scene::new().await;
    let sent = scene.send("Variant,Classification,PMID\nNM_007294.4:c.68_69del,Pathogenic,20104584\n").await;
    assert_eq!(counts(&sent), (1, 0, 0), "{:?}", sent.problems);
    let now = scene.node.as_of(None).await.unwrap();
    let own = Viewer::Member(scene.lab.serial);
    for (text, expected) in [
        ("PMID:20104584", "CRN000001"),
        ("pmid 20104584", "CRN000001"),
        ("crn000001", "CRN000001"),
        ("CRS000001", "CRS000001"),
    ] {
        let hits = scene.node.search(text, now, own, 5).await.unwrap();
        let found = hits.iter().find_map(|hit| match hit {
            Hit::Citing { accession, .. } | Hit::Statement { accession } | Hit::Submission { accession } => {
                Some(accession.as_str())
            }
            _ => None,
        });
        assert_eq!(found, Some(expected), "{text}: {hits:?}");
    }
    assert!(scene.node.search("PMID:1", now, own, 5).await.unwrap().is_empty());
}
