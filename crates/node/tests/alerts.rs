//! Who is told of what: one alert a cause, one notice a laboratory, acknowledged, escalated, sent.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its own data should stop there")]

use cairn_core::alert::{Consent, Reanalysis, Reason, Reexamination, Subject, Trigger, Urgency};
use cairn_core::change::Difference;
use cairn_core::id::{NoticeId, UserId};
use cairn_core::submission::Channel;
use cairn_node::Node;
use cairn_node::access::Viewer;
use cairn_node::alert::inbox::{NoticeFilter, NoticeReport};
use cairn_node::contribute::Request;
use cairn_node::folder::DataFolder;
use cairn_node::world::World;
use cairn_reference::Reference;
use cairn_store::alert::{CaseConsent, Policy};
use cairn_store::laboratory::RecordedLaboratory;
use cairn_store::serial::AlertSerial;
use jiff::{SignedDuration, Timestamp};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicI64, Ordering};

const HEAD: &str = "Gene,Assembly,Chr,Pos,Ref,Alt,Classification,Condition,Record ID,Criteria,PMID\n";
const CASES: &str = "Gene,Assembly,Chr,Pos,Ref,Alt,Case ID,HPO terms,Zygosity\n";
const UNSOLVED: &str = r#"{"id":"P1","subject":{"id":"P1","sex":"FEMALE"},
"phenotypicFeatures":[{"type":{"id":"HP:0003002","label":"Breast carcinoma"}}],
"interpretations":[{"id":"i1","progressStatus":"UNSOLVED","diagnosis":{"disease":{"id":"OMIM:604370","label":"Breast-ovarian cancer"},
"genomicInterpretations":[{"subjectOrBiosampleId":"P1","interpretationStatus":"CANDIDATE","variantInterpretation":{
"variationDescriptor":{"id":"v1","moleculeContext":"genomic","geneContext":{"valueId":"HGNC:1100","symbol":"BRCA1"},
"vcfRecord":{"genomeAssembly":"hg38","chrom":"chr17","pos":"43045712","ref":"T","alt":"C"},
"allelicState":{"id":"GENO:0000135","label":"heterozygous"}}}}]}}],
"metaData":{"created":"2024-01-01T00:00:00Z","createdBy":"north","phenopacketSchemaVersion":"2.0"}}"#;

struct Scene {
    _folder: tempfile::TempDir,
    node: Node,
    north: RecordedLaboratory,
    south: RecordedLaboratory,
}

/// A clock that goes on by a second whenever it is asked.
fn ticking() -> Timestamp {
    static SECOND: AtomicI64 = AtomicI64::new(1_780_000_000);
    Timestamp::from_second(SECOND.fetch_add(1, Ordering::SeqCst)).unwrap()
}

fn reference() -> Reference {
    static BUNDLED: LazyLock<Reference> = LazyLock::new(Reference::bundled);
    BUNDLED.clone()
}

/// One statement about a variant of BRCA1, by its number.
fn row(number: u32, class: &str, criteria: &str, pmid: &str) -> String {
    let place = [("43045712", "T", "C"), ("43045711", "G", "A")][number as usize];
    let (pos, reference, alternate) = place;
    format!("BRCA1,GRCh38,17,{pos},{reference},{alternate},{class},Breast cancer,R{number},{criteria},{pmid}\n")
}

impl Scene {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let world = World { now: ticking, random: World::real().random };
        let node = Node::with_reference(DataFolder::new(folder.path()), reference(), world).await.unwrap();
        let north = node.add_laboratory("North Lab", None).await.unwrap();
        let south = node.add_laboratory("South Lab", None).await.unwrap();
        Self { _folder: folder, node, north, south }
    }

    async fn send(&self, from: &RecordedLaboratory, text: String) {
        let request = Request {
            laboratory: from.clone(),
            user: None,
            channel: Channel::Command,
            file: Some("sheet.csv".into()),
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

    async fn states(&self, from: &RecordedLaboratory, rows: &[(u32, &str)]) {
        let rows: String = rows.iter().map(|(number, class)| row(*number, class, "", "")).collect();
        self.send(from, format!("{HEAD}{rows}")).await;
    }

    async fn inbox(&self, of: &RecordedLaboratory) -> Vec<NoticeReport> {
        let as_of = self.node.as_of(None).await.unwrap();
        let filter = NoticeFilter { only_open: true, ..NoticeFilter::default() };
        let notices = self.node.notices(of.serial, filter, as_of, None, 100).await.unwrap();
        let mut inbox = Vec::new();
        for notice in notices {
            let report = self.node.notice(notice.id, Viewer::Member(of.serial), 0, 100).await.unwrap();
            inbox.push(report.unwrap());
        }
        inbox
    }

    async fn history(&self, of: NoticeId) -> Vec<(String, Option<String>, String)> {
        let report = self.node.notice(of, Viewer::Member(self.north.serial), 0, 10).await.unwrap().unwrap();
        report.events.into_iter().map(|event| (event.what, event.by, event.note)).collect()
    }

    async fn alerts(&self) -> usize {
        let as_of = self.node.as_of(None).await.unwrap();
        self.node.alerts(Viewer::Machine, None, as_of, AlertSerial::new(0), 1000).await.unwrap().len()
    }
}

#[tokio::test]
async fn one_cause_is_one_alert_and_one_laboratory_has_one_notice() {
    let scene = Scene::new().await;
    scene.states(&scene.north, &[(0, "Pathogenic"), (1, "Benign")]).await;
    assert_eq!(scene.alerts().await, 0, "what concerns nobody is no alert");
    scene.states(&scene.south, &[(0, "Likely pathogenic"), (1, "Uncertain significance")]).await;
    let inbox = scene.inbox(&scene.north).await;
    assert_eq!(inbox.len(), 1, "one import is one notice");
    assert_eq!(inbox[0].alerts.len(), 2);
    assert_eq!(inbox[0].alerts[0].alert.story.statements[0].difference, Some(Difference::First));
    assert!(scene.inbox(&scene.south).await.is_empty(), "nobody is told of their own doing");

    scene.states(&scene.south, &[(0, "Uncertain significance"), (1, "Uncertain significance")]).await;
    let inbox = scene.inbox(&scene.north).await;
    let newest = &inbox[0];
    assert_eq!((inbox.len(), newest.alerts.len(), newest.notice.urgency), (2, 1, Urgency::High));
    let story = &newest.alerts[0].alert.story;
    assert_eq!(story.statements[0].difference, Some(Difference::Side));
    assert!(story.sentence.contains("Likely pathogenic became Uncertain significance"), "{}", story.sentence);
    assert_eq!(story.concerned, ["North Lab"]);
    assert_eq!(newest.alerts[0].reasons, [Reason::OwnStatement.label()]);

    let before = scene.alerts().await;
    scene.states(&scene.south, &[(0, "Uncertain significance"), (1, "Uncertain significance")]).await;
    assert_eq!(scene.alerts().await, before, "sent again, told once");
}

#[tokio::test]
async fn other_words_are_no_alert_and_literature_is_one_of_its_own() {
    let scene = Scene::new().await;
    scene.states(&scene.north, &[(0, "Pathogenic")]).await;
    scene.send(&scene.south, format!("{HEAD}{}", row(0, "Pathogenic", "PVS1", "20104584"))).await;
    let told = scene.inbox(&scene.north).await.len();
    scene.send(&scene.south, format!("{HEAD}{}", row(0, "Class 5", "PVS1", "20104584"))).await;
    assert_eq!(scene.inbox(&scene.north).await.len(), told, "the same in other words");
    scene.send(&scene.south, format!("{HEAD}{}", row(0, "Class 5", "PVS1", "20104584; 21990134"))).await;
    let inbox = scene.inbox(&scene.north).await;
    assert_eq!((inbox.len(), inbox[0].notice.cause), (told + 1, Trigger::Literature));
    assert_eq!(inbox[0].alerts[0].alert.story.literature, ["PMID:21990134"]);
}

#[tokio::test]
async fn a_notice_is_acknowledged_by_a_person_and_escalates_when_it_is_not() {
    let scene = Scene::new().await;
    let policy = Policy { delay_days: 2, ..Policy::default() };
    scene.node.set_alert_policy(scene.north.serial, policy, None).await.unwrap();
    scene.states(&scene.north, &[(0, "Pathogenic")]).await;
    scene.states(&scene.south, &[(0, "Benign")]).await;
    scene.states(&scene.south, &[(0, "Likely benign")]).await;
    let inbox = scene.inbox(&scene.north).await;
    let [second, first] = [inbox[0].notice.id, inbox[1].notice.id];
    let person = (UserId::from_random(7), "A. Noether");
    let as_north = Viewer::Member(scene.north.serial);
    let as_south = Viewer::Member(scene.south.serial);
    assert_eq!(scene.node.acknowledge(first, as_south, person, "").await.unwrap(), None, "not theirs");
    assert_eq!(scene.node.acknowledge(first, as_north, person, "written to the clinic").await.unwrap(), Some(true));
    assert_eq!(scene.node.acknowledge(first, as_north, person, "again").await.unwrap(), Some(false));

    let due = inbox[0].notice.due;
    assert_eq!(due.duration_since(inbox[0].notice.recorded), SignedDuration::from_hours(48));
    assert_eq!(scene.node.escalate_overdue(due).await.unwrap(), 0, "on the day itself it is not overdue");
    let later = due + SignedDuration::from_secs(1);
    assert_eq!(scene.node.escalate_overdue(later).await.unwrap(), 1, "the acknowledged one never is");
    assert_eq!(scene.node.escalate_overdue(later).await.unwrap(), 0, "once");
    let words = ("acknowledged".to_owned(), Some("A. Noether".to_owned()), "written to the clinic".to_owned());
    assert_eq!(scene.history(first).await, [words]);
    assert_eq!(scene.history(second).await[0].0, "escalated");
}

#[tokio::test]
async fn an_unsolved_case_is_looked_at_again_within_policy_and_consent() {
    let scene = Scene::new().await;
    scene.send(&scene.north, UNSOLVED.to_owned()).await;
    scene.states(&scene.south, &[(0, "Uncertain significance")]).await;
    let first = &scene.inbox(&scene.north).await[0].alerts[0];
    assert_eq!(first.reasons, [Reason::UnsolvedCase.label()]);
    let (case, may) = first.cases[0];
    assert_eq!(may, Reexamination::OnRequest, "nothing is known of the consent");

    let node = &scene.node;
    let oblige = Policy { reanalysis: Reanalysis::Oblige, ..Policy::default() };
    node.set_alert_policy(scene.north.serial, oblige, None).await.unwrap();
    let agreed = CaseConsent { reanalysis: Consent::Agreed, recontact: Consent::Unknown };
    assert!(!node.set_case_consent(scene.south.serial, case, agreed, None).await.unwrap(), "not theirs");
    assert!(node.set_case_consent(scene.north.serial, case, agreed, None).await.unwrap());
    scene.states(&scene.south, &[(0, "Likely pathogenic")]).await;
    let inbox = scene.inbox(&scene.north).await;
    assert_eq!(inbox[0].alerts[0].cases, [(case, Reexamination::Due)]);

    let refused = CaseConsent { reanalysis: Consent::Refused, recontact: Consent::Refused };
    assert!(node.set_case_consent(scene.north.serial, case, refused, None).await.unwrap());
    scene.states(&scene.south, &[(0, "Benign")]).await;
    assert_eq!(scene.inbox(&scene.north).await.len(), inbox.len(), "the person refused");
}

#[tokio::test]
async fn who_subscribed_is_told() {
    let scene = Scene::new().await;
    let node = &scene.node;
    let gene = node.subscribe(scene.north.serial, Subject::Gene, "brca1", None).await.unwrap();
    assert!(node.subscribe(scene.north.serial, Subject::Phenotype, "BRCA1", None).await.is_err());
    scene.states(&scene.south, &[(0, "Benign")]).await;
    let inbox = scene.inbox(&scene.north).await;
    assert_eq!((inbox.len(), inbox[0].alerts[0].reasons[0]), (1, Reason::Subscription.label()));
    let again = node.subscribe(scene.north.serial, Subject::Gene, "BRCA1", None).await.unwrap();
    assert_eq!(again.id, gene.id, "asking twice changes nothing");
    assert!(!node.unsubscribe(scene.south.serial, gene.id).await.unwrap(), "not theirs");
    assert!(node.unsubscribe(scene.north.serial, gene.id).await.unwrap());
    node.subscribe(scene.north.serial, Subject::Condition, "breast cancer", None).await.unwrap();
    scene.states(&scene.south, &[(1, "Benign")]).await;
    assert_eq!(scene.inbox(&scene.north).await.len(), 2);
    for held in node.subscriptions(scene.north.serial).await.unwrap() {
        node.unsubscribe(scene.north.serial, held.id).await.unwrap();
    }
    scene.states(&scene.south, &[(1, "Pathogenic")]).await;
    assert_eq!(scene.inbox(&scene.north).await.len(), 2, "nothing is subscribed to any more");
}

#[tokio::test]
async fn a_case_with_the_variant_is_told_without_the_case() {
    let scene = Scene::new().await;
    scene.states(&scene.north, &[(0, "Pathogenic")]).await;
    let case = "BRCA1,GRCh38,17,43045712,T,C,P1,HP:0003002,heterozygous\n";
    scene.send(&scene.south, format!("{CASES}{case}")).await;
    let inbox = scene.inbox(&scene.north).await;
    assert_eq!((inbox.len(), inbox[0].notice.cause), (1, Trigger::Case));
    let alert = &inbox[0].alerts[0];
    assert_eq!(alert.alert.story.sentence, "A case with this variant came in.");
    assert!(alert.cases.is_empty() && !format!("{alert:?}").contains("P1"));
}

#[tokio::test]
async fn uncertain_variants_are_ranked_and_stale_ones_say_why() {
    let scene = Scene::new().await;
    let rows = row(0, "Uncertain significance", "PS3; PM2_Supporting", "") + &row(1, "Uncertain significance", "", "");
    scene.send(&scene.north, format!("{HEAD}{rows}")).await;
    scene.states(&scene.south, &[(0, "Pathogenic")]).await;
    let as_of = scene.node.as_of(None).await.unwrap();
    let list = scene.node.uncertain_worklist(std::slice::from_ref(&scene.north), as_of).await.unwrap();
    assert_eq!((list.ranked.len(), list.without_criteria.len(), list.disputed.len()), (1, 1, 0));
    assert_eq!(list.ranked[0].distance.ways[0].cost, 1);
    let stale = scene.node.stale_worklist(&scene.north, as_of).await.unwrap();
    let reasons: Vec<_> = stale.iter().map(|line| line.sentences.join("; ")).collect();
    assert_eq!(stale.len(), 2, "{reasons:?}");
    assert!(reasons.iter().any(|text| text.starts_with("unsupported")), "{reasons:?}");
}

/// Answers requests one after the other with these status lines; what was sent comes back.
fn receiver(answers: &'static [&'static str]) -> (String, std::thread::JoinHandle<Vec<String>>) {
    use std::io::{Read, Write};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let thread = std::thread::spawn(move || {
        let mut requests = Vec::new();
        for answer in answers {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = Vec::new();
            let mut piece = [0; 4096];
            loop {
                let n = stream.read(&mut piece).unwrap();
                request.extend_from_slice(&piece[..n]);
                let text = String::from_utf8_lossy(&request).into_owned();
                let length = header(&text, "content-length").and_then(|length| length.parse::<usize>().ok());
                let begun = text.find("\r\n\r\n").map(|at| text.len() - at - 4);
                if n == 0 || begun.zip(length).is_some_and(|(have, wanted)| have >= wanted) {
                    break;
                }
            }
            write!(stream, "HTTP/1.1 {answer}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").unwrap();
            requests.push(String::from_utf8(request).unwrap());
        }
        requests
    });
    (url, thread)
}

fn header(request: &str, name: &str) -> Option<String> {
    let line = request.lines().find(|line| line.to_lowercase().starts_with(&format!("{name}:")))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

#[tokio::test]
async fn a_webhook_gets_each_notice_signed_and_again_when_it_refused() {
    let scene = Scene::new().await;
    let node = &scene.node;
    let elsewhere = node.add_webhook(scene.north.serial, "http://elsewhere.example/hook", None).await.unwrap_err();
    assert!(elsewhere.to_string().contains("https://"), "{elsewhere}");
    let (url, thread) = receiver(&["503 Service Unavailable", "204 No Content"]);
    node.add_webhook(scene.north.serial, &url, None).await.unwrap();
    scene.states(&scene.north, &[(0, "Pathogenic")]).await;
    scene.states(&scene.south, &[(0, "Benign")]).await;
    node.run_due_jobs().await.unwrap();
    let notice = scene.inbox(&scene.north).await[0].notice.id;
    let what = |history: Vec<(String, Option<String>, String)>| -> Vec<String> {
        history.into_iter().map(|(what, _, _)| what).collect()
    };
    assert_eq!(what(scene.history(notice).await), ["not_sent"]);
    // The clock goes on by a second whenever it is asked: the pause is over after so many questions.
    while node.run_due_jobs().await.unwrap() == 0 {}
    assert_eq!(what(scene.history(notice).await), ["not_sent", "sent"]);

    let requests = thread.join().unwrap();
    let request = &requests[1];
    let (_, body) = request.split_once("\r\n\r\n").unwrap();
    let key = cairn_node::keys::LaboratoryKey::open(node.folder(), scene.north.laboratory.id, node.world()).unwrap();
    let (timestamp, signature) =
        (header(request, "cairn-timestamp").unwrap(), header(request, "cairn-signature").unwrap());
    let genuine = |body: &str, at: &str| cairn_node::alert::deliver::is_genuine(&key.public(), at, body, &signature);
    assert!(genuine(body, &timestamp));
    assert!(!genuine(&body.replace("high", "low"), &timestamp), "a changed body");
    assert!(!genuine(body, "2020-01-01T00:00:00Z"), "an old body sent again");
    assert!(body.contains(&notice.to_string()) && body.contains("\"what\":\"raised\""), "{body}");
}
