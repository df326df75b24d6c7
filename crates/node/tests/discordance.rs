//! The life of a discordance against a real record: found with a landing, worked on by people, ended
//! by a laboratory's own record.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its own data should stop there")]

use cairn_core::accession::Accession;
use cairn_core::classification::Classification;
use cairn_core::discordance::{Answer, ContinueReason, FlagReason, Grade, LiftReason, Scope, State};
use cairn_core::id::UserId;
use cairn_core::submission::Channel;
use cairn_core::user::{User, UserRole};
use cairn_node::Node;
use cairn_node::access::Viewer;
use cairn_node::contribute::{Outcome, Request};
use cairn_node::discordance::{
    Act, ActError, Actor, AssignedFilter, DiscordanceView, QueueFilter, QueueLine, StateFilter,
};
use cairn_node::folder::DataFolder;
use cairn_node::lookup::near::Near;
use cairn_node::world::World;
use cairn_reference::Reference;
use cairn_store::laboratory::RecordedLaboratory;
use jiff::Timestamp;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicI64, Ordering};

const HEAD: &str = "Gene,Assembly,Chr,Pos,Ref,Alt,Classification,Condition,Record ID,Criteria,Last evaluated\n";

struct Scene {
    folder: tempfile::TempDir,
    node: Node,
    north: RecordedLaboratory,
    south: RecordedLaboratory,
    anna: Actor,
    bert: Actor,
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

fn world() -> World {
    World { now: ticking, random: World::real().random }
}

impl Scene {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let node = Node::with_reference(DataFolder::new(folder.path()), reference(), world()).await.unwrap();
        let north = node.add_laboratory("North Lab", None).await.unwrap();
        let south = node.add_laboratory("South Lab", None).await.unwrap();
        let anna = person(&node, &north, "anna", UserRole::ClinicalScientist).await;
        let bert = person(&node, &south, "bert", UserRole::Curator).await;
        Self { folder, node, north, south, anna, bert }
    }

    async fn send(&self, laboratory: &RecordedLaboratory, rows: &str) -> Outcome {
        self.send_file(laboratory, format!("{HEAD}{rows}\n")).await
    }

    async fn send_file(&self, laboratory: &RecordedLaboratory, text: String) -> Outcome {
        let request = Request {
            laboratory: laboratory.clone(),
            user: None,
            channel: Channel::Command,
            file: None,
            bytes: text.into(),
            mapping: None,
            assembly: None,
            client_key: None,
            dry_run: false,
            strict: false,
        };
        let outcome = self.node.contribute(request).await.unwrap();
        assert!(outcome.accepted() > 0, "{:?}", outcome.problems);
        outcome
    }

    /// North says pathogenic, South says uncertain, of one BRCA1 variant.
    async fn differing(&self) -> QueueLine {
        self.send(&self.north, &brca1("Pathogenic", "R1", "PVS1; PM2")).await;
        self.send(&self.south, &brca1("Uncertain significance", "S1", "PM2")).await;
        let mut all = self.queue(QueueFilter::default()).await;
        assert_eq!(all.len(), 1);
        all.remove(0)
    }

    async fn queue(&self, filter: QueueFilter) -> Vec<QueueLine> {
        self.node.discordances(&filter, None, 100).await.unwrap().lines
    }

    async fn view(&self, accession: Accession) -> DiscordanceView {
        let as_of = self.node.as_of(None).await.unwrap();
        self.node.discordance(accession, as_of).await.unwrap().unwrap()
    }

    async fn act(&self, actor: &Actor, accession: Accession, act: Act) -> Result<DiscordanceView, ActError> {
        let seen = self.view(accession).await.line.version;
        self.node.act_on_discordance(actor, accession, seen, act).await
    }
}

fn brca1(class: &str, record: &str, criteria: &str) -> String {
    format!(
        "BRCA1,GRCh38,17,43045712,T,C,{class},Hereditary breast ovarian cancer syndrome,{record},{criteria},2024-03-01"
    )
}

async fn person(node: &Node, laboratory: &RecordedLaboratory, username: &str, role: UserRole) -> Actor {
    let user = User {
        id: UserId::from_random((node.world().random)()),
        laboratory: laboratory.laboratory.id,
        username: username.to_owned(),
        name: username.to_uppercase(),
        role,
    };
    let mut writer = node.store().write().await.unwrap();
    assert!(cairn_store::account::add(&mut writer, &user, "-", node.now()).await.unwrap());
    writer.commit().await.unwrap();
    Actor { user: user.id, laboratory: laboratory.serial, role }
}

fn statement_of(view: &DiscordanceView, laboratory: &RecordedLaboratory) -> Accession {
    let of = |member: &&cairn_node::discordance::view::MemberView| {
        member.statement.laboratory.id == laboratory.laboratory.id
    };
    view.members.iter().find(of).unwrap().statement.statement.accession
}

#[tokio::test]
async fn from_open_to_concordant_by_the_laboratorys_own_record() {
    let scene = Scene::new().await;
    let line = scene.differing().await;
    assert_eq!((line.state, line.grade, line.scope), (State::Open, Grade::PathogenicUncertain, Scope::Condition));
    assert_eq!(line.genes, ["BRCA1"]);
    let view = scene.view(line.accession).await;
    let theirs = statement_of(&view, &scene.south);
    let propose = Act::Propose {
        statement: theirs,
        class: Classification::LikelyPathogenic,
        criteria: vec!["PVS1".parse().unwrap()],
        text: "would you accept PVS1?".to_owned(),
    };
    let view = scene.act(&scene.anna, line.accession, propose).await.unwrap();
    assert_eq!(view.line.state, State::InDiscussion);
    let accept = Act::Answer {
        proposal: view.proposals[0].id,
        answer: Answer::Accept,
        class: None,
        criteria: Vec::new(),
        text: "we would".to_owned(),
    };
    let own = scene.act(&scene.anna, line.accession, accept.clone()).await;
    assert!(matches!(own, Err(ActError::Refused(_))), "nobody answers their own proposal");
    let view = scene.act(&scene.bert, line.accession, accept).await.unwrap();
    assert_eq!(view.line.state, State::PendingConcordance);
    assert_eq!((view.agreed[0].statement, view.agreed[0].class), (theirs, Classification::LikelyPathogenic));
    assert!(!view.agreed[0].is_done, "agreed is not yet what the laboratory says");

    scene.send(&scene.south, &brca1("Likely pathogenic", "S1", "PVS1; PM2")).await;
    let view = scene.view(line.accession).await;
    // Likely pathogenic against pathogenic is no conflict; it is listed apart and asks for no discussion here.
    assert_eq!(view.line.grade, Grade::Strength);
    scene.send(&scene.south, &brca1("Pathogenic", "S1", "PVS1; PM2")).await;
    let view = scene.view(line.accession).await;
    assert_eq!(view.line.state, State::Concordant);
    let said: Vec<&str> = view.history.iter().map(|line| line.what.as_str()).collect();
    assert!(said[0].starts_with("found"), "{said:?}");
    assert!(said.iter().any(|what| what.starts_with("agreed on")), "{said:?}");
    assert!(said.last().unwrap().starts_with("ended by the record"), "{said:?}");
    assert!(scene.queue(QueueFilter::default()).await.is_empty());
}

#[tokio::test]
async fn what_is_agreed_must_end_the_difference() {
    let scene = Scene::new().await;
    let line = scene.differing().await;
    let view = scene.view(line.accession).await;
    let (ours, theirs) = (statement_of(&view, &scene.north), statement_of(&view, &scene.south));
    let agree = |statement, class| Act::Agree { changes: vec![(statement, class)], text: "by phone".to_owned() };
    let propose = |class| Act::Propose { statement: theirs, class, criteria: Vec::new(), text: String::new() };

    // A promise that leaves them differing is kept, and does not close by itself.
    let view = scene.act(&scene.anna, line.accession, agree(ours, Classification::LikelyPathogenic)).await.unwrap();
    assert_eq!((view.line.state, view.agreed.len()), (State::InDiscussion, 1));
    let view = scene.act(&scene.bert, line.accession, agree(theirs, Classification::Pathogenic)).await.unwrap();
    assert_eq!((view.line.state, view.agreed.len()), (State::PendingConcordance, 2));

    // Whoever then states another side is no longer agreed with the other.
    let view = scene.act(&scene.anna, line.accession, agree(ours, Classification::Uncertain)).await.unwrap();
    assert_eq!((view.line.state, view.agreed.len()), (State::InDiscussion, 0));
    let last = &view.history.last().unwrap().what;
    let why = format!("{theirs} to Pathogenic and {ours} to Uncertain significance would still differ");
    assert!(last.starts_with("what was agreed no longer holds: by phone") && last.contains(&why), "{last}");

    // So does a proposal for another class; one on the same side asks for nothing else.
    scene.act(&scene.bert, line.accession, agree(theirs, Classification::LikelyPathogenic)).await.unwrap();
    let view = scene.act(&scene.anna, line.accession, propose(Classification::Pathogenic)).await.unwrap();
    assert_eq!(view.line.state, State::PendingConcordance);
    let view = scene.act(&scene.anna, line.accession, propose(Classification::Benign)).await.unwrap();
    assert_eq!((view.line.state, view.agreed.len()), (State::InDiscussion, 0));
}

#[tokio::test]
async fn continued_with_a_reason_and_opened_again_with_its_history() {
    let scene = Scene::new().await;
    let line = scene.differing().await;
    let without_words = Act::Continue { reason: ContinueReason::Other, text: " ".to_owned() };
    assert!(matches!(scene.act(&scene.bert, line.accession, without_words).await, Err(ActError::Refused(_))));
    let go_on = Act::Continue { reason: ContinueReason::DifferentJudgement, text: "we see it otherwise".to_owned() };
    let view = scene.act(&scene.bert, line.accession, go_on).await.unwrap();
    assert_eq!(view.line.state, State::Continued);
    assert_eq!(view.outcome.as_ref().unwrap().reason, "different_judgement");
    assert!(scene.queue(QueueFilter::default()).await.is_empty());

    // The same opinion with another date is no news.
    scene.send(&scene.south, &brca1("Uncertain significance", "S1", "PM2").replace("2024-03-01", "2024-05-01")).await;
    assert_eq!(scene.view(line.accession).await.line.state, State::Continued);
    scene.send(&scene.south, &brca1("Benign", "S1", "BA1").replace("2024-03-01", "2024-06-01")).await;
    let view = scene.view(line.accession).await;
    assert_eq!((view.line.state, view.line.grade, view.line.times_opened), (State::Open, Grade::Opposite, 2));
    assert!(view.history.iter().any(|line| line.what.contains("we see it otherwise")));
}

#[tokio::test]
async fn concordant_and_then_different_again_is_the_same_discordance() {
    let scene = Scene::new().await;
    let line = scene.differing().await;
    scene.send(&scene.south, &brca1("Pathogenic", "S1", "PVS1")).await;
    assert_eq!(scene.view(line.accession).await.line.state, State::Concordant);
    scene.send(&scene.north, &brca1("Benign", "R1", "BA1")).await;
    let view = scene.view(line.accession).await;
    assert_eq!((view.line.state, view.line.grade, view.line.times_opened), (State::Open, Grade::Opposite, 2));
}

#[tokio::test]
async fn an_act_on_an_old_version_writes_nothing() {
    let scene = Scene::new().await;
    let line = scene.differing().await;
    let due = |day: &str| Act::SetDue { due: Some(day.parse().unwrap()) };
    let one = scene.node.act_on_discordance(&scene.anna, line.accession, line.version, due("2026-12-01"));
    let other = scene.node.act_on_discordance(&scene.bert, line.accession, line.version, due("2027-01-01"));
    let (one, other) = tokio::join!(one, other);
    let (done, late) = match (one, other) {
        (Ok(view), Err(late)) | (Err(late), Ok(view)) => (view, late),
        both => panic!("one of two must be late: {both:?}"),
    };
    assert!(matches!(late, ActError::ChangedMeanwhile { now } if now == line.version + 1), "{late:?}");
    assert_eq!(scene.view(line.accession).await.line.due, done.line.due);
    // Two people may speak at once.
    for actor in [&scene.anna, &scene.bert] {
        let say = Act::Comment { statement: None, text: "seen".to_owned() };
        scene.node.act_on_discordance(actor, line.accession, line.version, say).await.unwrap();
    }
    assert_eq!(scene.view(line.accession).await.thread.len(), 2);
}

#[tokio::test]
async fn only_named_people_of_the_laboratories_that_take_part_act() {
    let scene = Scene::new().await;
    let line = scene.differing().await;
    let other = scene.node.add_laboratory("West Lab", None).await.unwrap();
    let carl = person(&scene.node, &other, "carl", UserRole::LaboratoryHead).await;
    let dora = person(&scene.node, &scene.north, "dora", UserRole::Clinician).await;
    let say = || Act::Comment { statement: None, text: "hello".to_owned() };
    for actor in [&carl, &dora] {
        assert!(matches!(scene.act(actor, line.accession, say()).await, Err(ActError::NotAParty)));
    }
    let names = scene.node.people_of_parties(line.accession).await.unwrap();
    let names: Vec<&str> = names.iter().map(|person| person.name.as_str()).collect();
    assert_eq!(names, ["ANNA", "BERT"]);
    let give = |to: UserId| Act::Assign { to: Some(to) };
    assert!(matches!(scene.act(&scene.anna, line.accession, give(carl.user)).await, Err(ActError::Refused(_))));
    let view = scene.act(&scene.anna, line.accession, give(scene.bert.user)).await.unwrap();
    assert_eq!(view.line.assigned.unwrap().name, "BERT");
    let theirs = QueueFilter { assigned: Some(AssignedFilter::To(scene.bert.user)), ..QueueFilter::default() };
    assert_eq!(scene.queue(theirs).await.len(), 1);
    let nobody = QueueFilter { assigned: Some(AssignedFilter::Nobody), ..QueueFilter::default() };
    assert!(scene.queue(nobody).await.is_empty());
}

#[tokio::test]
async fn words_and_flags_stand_with_the_statement_version() {
    let scene = Scene::new().await;
    let line = scene.differing().await;
    let view = scene.view(line.accession).await;
    let theirs = statement_of(&view, &scene.south);
    let at = format!("{theirs}.1");
    let say = Act::Comment { statement: Some(at.parse().unwrap()), text: "no PVS1 here?".to_owned() };
    scene.act(&scene.anna, line.accession, say).await.unwrap();
    let flag = Act::Flag {
        statement: at.parse().unwrap(),
        reason: FlagReason::UnawareOfEvidence,
        text: "made before the 2023 study".to_owned(),
    };
    let view = scene.act(&scene.anna, line.accession, flag).await.unwrap();
    let member = view.members.iter().find(|m| m.statement.statement.accession == theirs).unwrap();
    assert_eq!(
        (member.flags[0].reason, member.flags[0].statement.as_str()),
        (FlagReason::UnawareOfEvidence, at.as_str())
    );
    scene.send(&scene.south, &brca1("Likely benign", "S1", "BS1; BP4")).await;
    let view = scene.view(line.accession).await;
    assert_eq!(view.thread[0].statement.as_deref(), Some(at.as_str()));
    assert!(view.thread[0].is_superseded, "the words were about the version before");
    assert_eq!(view.line.grade, Grade::Opposite);
    let lift = || Act::Lift {
        flag: view.members.iter().find(|m| !m.flags.is_empty()).unwrap().flags[0].id,
        reason: LiftReason::DiscussionWithSubmitter,
        text: String::new(),
    };
    scene.act(&scene.bert, line.accession, lift()).await.unwrap();
    let again = scene.act(&scene.anna, line.accession, lift()).await;
    assert!(matches!(again, Err(ActError::ChangedMeanwhile { .. })));
}

#[tokio::test]
async fn the_view_of_a_moment_is_the_view_of_then() {
    let scene = Scene::new().await;
    let line = scene.differing().await;
    let then = scene.node.as_of(None).await.unwrap();
    let before = scene.view(line.accession).await;
    scene.send(&scene.south, &brca1("Benign", "S1", "BA1")).await;
    let seen = scene.node.discordance(line.accession, then).await.unwrap().unwrap();
    assert_eq!(seen, before);
    assert_ne!(scene.view(line.accession).await.line.grade, before.line.grade);
}

#[tokio::test]
async fn queue_export_and_analysis_of_a_moment_are_those_of_then() {
    let scene = Scene::new().await;
    let own_words = brca1("Uncertain significance", "S1", "PM2")
        .replace("Hereditary breast ovarian cancer syndrome", "our HBOC panel");
    scene.send(&scene.north, &brca1("Pathogenic", "R1", "PVS1; PM2")).await;
    scene.send(&scene.south, &own_words).await;
    let line = scene.queue(QueueFilter::default()).await.remove(0);
    let at = async |moment: Timestamp| QueueFilter {
        strength_too: true,
        state: StateFilter::Any,
        as_of: Some(scene.node.as_of(Some(moment)).await.unwrap()),
        ..QueueFilter::default()
    };
    let found = scene.node.now();
    let before = (
        scene.queue(at(found).await).await,
        scene.node.export_discordances(&at(found).await).await.unwrap(),
        scene.node.discordance_analytics(None, Some(found)).await.unwrap(),
    );
    assert_eq!(before.0, [line.clone()], "as of now it is what stands");
    // Named, given away, decided, opened again, ended: each is another day.
    let meant = scene.node.suggest_conditions("hereditary breast and ovarian cancer syndrome", 1).remove(0);
    scene.node.name_condition(&scene.bert, "our HBOC panel", Some(meant.id.parse().unwrap()), 0).await.unwrap();
    scene.act(&scene.anna, line.accession, Act::Assign { to: Some(scene.bert.user) }).await.unwrap();
    let go_on = Act::Continue { reason: ContinueReason::DifferentJudgement, text: String::new() };
    scene.act(&scene.bert, line.accession, go_on).await.unwrap();
    let continued = scene.node.now();
    scene.send(&scene.south, &own_words.replace("Uncertain significance", "Benign")).await;
    let again = scene.node.now();
    scene.send(&scene.south, &own_words.replace("Uncertain significance", "Pathogenic")).await;

    let seen = (
        scene.queue(at(found).await).await,
        scene.node.export_discordances(&at(found).await).await.unwrap(),
        scene.node.discordance_analytics(None, Some(found)).await.unwrap(),
    );
    assert_eq!(seen, before);
    assert_eq!((seen.0[0].scope, seen.2.open, seen.2.concordant), (Scope::AcrossConditions, 1, 0));

    let on_day = |state| async move { QueueFilter { state, ..at(continued).await } };
    assert!(scene.queue(on_day(StateFilter::Open).await).await.is_empty(), "it asked for no work on that day");
    let goes_on = scene.queue(on_day(StateFilter::One(State::Continued)).await).await;
    assert_eq!((goes_on[0].scope, goes_on[0].assigned.as_ref().unwrap().name.as_str()), (Scope::Condition, "BERT"));
    let analysis = scene.node.discordance_analytics(Some(scene.south.serial), Some(continued)).await.unwrap();
    assert_eq!((analysis.continued, analysis.reasons[0].reason.as_str()), (1, "different_judgement"));
    let rows = scene.node.export_discordances(&at(continued).await).await.unwrap();
    assert_eq!((rows[0].state, rows[0].reason.as_str()), ("continued", "different_judgement"));

    let opened = scene.queue(at(again).await).await.remove(0);
    assert_eq!((opened.grade, opened.times_opened), (Grade::Opposite, 2));
    assert!(opened.opened > continued && opened.opened <= again);
    let now = scene.node.discordance_analytics(None, None).await.unwrap();
    assert_eq!((now.open, now.concordant, now.opened_again), (0, 1, 1));
    let never = scene.node.discordance_analytics(None, Some("2001-01-01T00:00:00Z".parse().unwrap())).await.unwrap();
    assert_eq!(never.by_state.iter().map(|one| one.discordances).sum::<u64>(), 0);

    // The condition is found by the words of then.
    let words = |moment| async move { QueueFilter { condition: Some("HBOC".to_owned()), ..at(moment).await } };
    assert_eq!(scene.queue(words(found).await).await.len(), 1);
    assert!(scene.queue(words(continued).await).await.is_empty());
}

#[tokio::test]
async fn laboratories_differ_on_a_variant_of_a_gene_whatever_a_panel_decides() {
    let scene = Scene::new().await;
    let line = scene.differing().await;
    let differing = async || {
        let as_of = scene.node.as_of(None).await.unwrap();
        let from = cairn_store::serial::VariantSerial::new(0);
        scene.node.gene_variants("BRCA1", as_of, Viewer::Machine, from, 10).await.unwrap().remove(0).differing
    };
    let open = differing().await.unwrap();
    assert_eq!((open.grade, open.state), (Grade::PathogenicUncertain, State::Open));
    let go_on = Act::Continue { reason: ContinueReason::DifferentJudgement, text: String::new() };
    scene.act(&scene.bert, line.accession, go_on).await.unwrap();
    assert_eq!(differing().await.unwrap().state, State::Continued, "they differ still");
    scene.send(&scene.south, &brca1("Likely pathogenic", "S1", "PVS1")).await;
    assert_eq!(differing().await, None, "a difference of strength is none of opinion");
}

#[tokio::test]
async fn a_mode_left_open_is_one_group_in_aggregate_and_discordance() {
    let scene = Scene::new().await;
    let send = async |laboratory: &RecordedLaboratory, row: &str| {
        let head = "Gene,Assembly,Chr,Pos,Ref,Alt,Classification,Condition,Inheritance,Record ID\n";
        scene.send_file(laboratory, format!("{head}{row}\n")).await;
    };
    let row = |class: &str, mode: &str, record: &str| {
        format!("BRCA1,GRCh38,17,43045712,T,C,{class},Hereditary breast ovarian cancer syndrome,{mode},{record}")
    };
    send(&scene.north, &row("Pathogenic", "Autosomal dominant", "R1")).await;
    send(&scene.south, &row("Uncertain significance", "", "S1")).await;
    let line = scene.queue(QueueFilter::default()).await.remove(0);
    assert_eq!(line.scope, Scope::Condition);
    assert!(line.condition.to_lowercase().contains("autosomal dominant"), "{}", line.condition);
    let as_of = scene.node.as_of(None).await.unwrap();
    let found = scene.node.look_up("17-43045712-T-C", as_of, Viewer::Machine).await.unwrap();
    let groups = found.report.unwrap().by_condition;
    assert_eq!((groups.len(), groups[0].statements), (1, 2), "{groups:#?}");
}

#[tokio::test]
async fn copy_numbers_and_somatic_classes_open_discordances() {
    let scene = Scene::new().await;
    let head = "Gene,Variant,Classification,Condition,Record ID\n";
    let send = async |laboratory: &RecordedLaboratory, row: &str| {
        scene.send_file(laboratory, format!("{head}{row}\n")).await;
    };
    // One copy of BRCA1, as two arrays see it, with ends 2 kb apart.
    let copies = |place: &str, class: &str, record: &str| {
        format!("BRCA1,arr[GRCh38] 17q21.31({place},{class},Breast-ovarian cancer,{record}")
    };
    send(&scene.north, &copies("43040000_43130000)x1", "Pathogenic", "R1")).await;
    // ISCN is the same in a column that is headed HGVS.
    let row = copies("43042000_43129000)x1", "Uncertain significance", "S1");
    scene.send_file(&scene.south, format!("{}{row}\n", head.replace("Variant", "HGVS"))).await;
    // A gain of the same stretch is another variant, and no difference.
    send(&scene.south, &copies("43040000_43130000)x3", "Benign", "S2")).await;
    let lines = scene.queue(QueueFilter::default()).await;
    assert_eq!(lines.len(), 1, "{lines:#?}");
    let view = scene.view(lines[0].accession).await;
    assert_eq!((view.line.grade, view.members.len()), (Grade::PathogenicUncertain, 2));
    assert!(view.equivalence.variants[1].why.contains("overlap"), "{:?}", view.equivalence);
    // One that nobody recorded finds both losses as its like, and the gain beside them.
    let as_of = scene.node.as_of(None).await.unwrap();
    let asked = "arr[GRCh38] 17q21.31(43041000_43129500)x1";
    let found = scene.node.look_up(asked, as_of, Viewer::Machine).await.unwrap();
    assert!(found.report.is_none());
    let nearby = scene.node.near(&found, as_of, Viewer::Machine).await.unwrap();
    let percents = |all: &[Near]| all.iter().map(|near| near.overlap_percent.unwrap()).collect::<Vec<_>>();
    assert_eq!((percents(&nearby.equivalent), percents(&nearby.overlapping)), (vec![98, 98], vec![98]), "{nearby:#?}");
    assert!(nearby.beside_nothing().unwrap().starts_with("similar ones are: 2 variants compared as one with it"));
    // TP53 c.672G>T: ClinVar's VCV000635390 has it on the germline and the oncogenicity track.
    let somatic = |class: &str, record: &str| format!("TP53,NM_000546.6:c.672G>T,{class},Neoplasm,{record}");
    send(&scene.north, &somatic("Uncertain significance (oncogenicity)", "R2")).await;
    send(&scene.south, &somatic("Pathogenic", "S3")).await;
    assert_eq!(scene.queue(QueueFilter::default()).await.len(), 1, "tracks are never mixed");
    send(&scene.south, &somatic("Oncogenic", "S4")).await;
    let somatic = scene.queue(QueueFilter { gene: Some("TP53".into()), ..QueueFilter::default() }).await;
    assert_eq!(somatic.len(), 1, "{somatic:#?}");
    assert_eq!(somatic[0].track, cairn_core::classification::Track::Oncogenicity);
    assert_eq!(somatic[0].grade, Grade::PathogenicUncertain);
}

#[tokio::test]
async fn filters_narrow_the_queue_and_pages_meet() {
    let scene = Scene::new().await;
    let row = |pos: u64, class: &str, record: &str| {
        format!("BRCA1,GRCh38,17,{pos},{},{class},Hereditary breast ovarian cancer syndrome,{record},,2024", {
            if pos == 43_045_712 { "T,C" } else { "G,A" }
        })
    };
    let north = [row(43_045_712, "Pathogenic", "R1"), row(43_045_711, "Likely pathogenic", "R2")].join("\n");
    let south = [row(43_045_712, "Benign", "S1"), row(43_045_711, "Pathogenic", "S2")].join("\n");
    scene.send(&scene.north, &north).await;
    scene.send(&scene.south, &south).await;
    let with = |filter: QueueFilter| scene.queue(filter);
    assert_eq!(with(QueueFilter::default()).await.len(), 1, "strength only is listed apart");
    let all = QueueFilter { strength_too: true, ..QueueFilter::default() };
    let grades: Vec<Grade> = with(all.clone()).await.iter().map(|line| line.grade).collect();
    assert_eq!(grades, [Grade::Opposite, Grade::Strength]);
    let page = scene.node.discordances(&all, None, 1).await.unwrap();
    let rest = scene.node.discordances(&all, page.next.as_deref(), 1).await.unwrap();
    assert_eq!((rest.lines[0].grade, rest.next), (Grade::Strength, None));
    for (filter, count) in [
        (QueueFilter { gene: Some("BRCA1".into()), ..all.clone() }, 2),
        (QueueFilter { gene: Some("NF1".into()), ..all.clone() }, 0),
        (QueueFilter { laboratory: Some(scene.north.serial), ..all.clone() }, 2),
        (QueueFilter { condition: Some("breast".into()), ..all.clone() }, 2),
        (QueueFilter { condition: Some("marfan".into()), ..all.clone() }, 0),
        (QueueFilter { grade: Some(Grade::Opposite), ..all.clone() }, 1),
        (QueueFilter { text: Some("south brca1".into()), ..all.clone() }, 2),
        (QueueFilter { state: StateFilter::One(State::Concordant), ..all.clone() }, 0),
        (QueueFilter { state: StateFilter::Any, ..all.clone() }, 2),
        (QueueFilter { due_before: Some("2030-01-01".parse().unwrap()), ..all.clone() }, 0),
    ] {
        assert_eq!(with(filter.clone()).await.len(), count, "{filter:?}");
    }
    let analytics = scene.node.discordance_analytics(None, None).await.unwrap();
    assert_eq!((analytics.open, analytics.pairs[0].open), (1, 1));
    let rows = scene.node.export_discordances(&all).await.unwrap();
    assert_eq!(rows.len(), 2);
    assert!(rows[0].positions.contains("benign: South Lab"), "{}", rows[0].positions);
}

#[tokio::test]
async fn words_for_a_condition_join_what_they_mean() {
    let scene = Scene::new().await;
    let own_words = brca1("Uncertain significance", "S1", "PM2")
        .replace("Hereditary breast ovarian cancer syndrome", "our HBOC panel");
    scene.send(&scene.north, &brca1("Pathogenic", "R1", "PVS1")).await;
    scene.send(&scene.south, &own_words).await;
    let line = scene.queue(QueueFilter::default()).await.remove(0);
    assert_eq!(line.scope, Scope::AcrossConditions);
    let open = scene.node.unnamed_conditions(scene.south.serial, 10).await.unwrap();
    assert_eq!((open[0].text.as_str(), open[0].statements), ("our HBOC panel", 1));
    let meant = &scene.node.suggest_conditions("hereditary breast and ovarian cancer syndrome", 3)[0];
    let id = || Some(meant.id.parse().unwrap());
    let named = scene.node.name_condition(&scene.bert, "our HBOC panel", id(), 0).await.unwrap();
    assert_eq!(named.version, 1);
    let view = scene.view(line.accession).await;
    assert_eq!(view.line.scope, Scope::Condition, "the same discordance, now for one condition");
    let as_of = scene.node.as_of(None).await.unwrap();
    let report = scene.node.look_up("17-43045712-T-C", as_of, Viewer::Machine).await.unwrap().report;
    let groups = report.unwrap().by_condition.len();
    assert_eq!(groups, 1, "the aggregates are grouped by what the words mean, too");
    let late = scene.node.name_condition(&scene.bert, "our HBOC panel", None, 0).await;
    assert!(matches!(late, Err(ActError::ChangedMeanwhile { now: 1 })));
    scene.node.name_condition(&scene.bert, "our HBOC panel", None, 1).await.unwrap();
    assert_eq!(scene.view(line.accession).await.line.scope, Scope::AcrossConditions);
}

#[tokio::test]
async fn exon_events_and_fusions_are_compared_by_the_declared_rule() {
    let scene = Scene::new().await;
    let head = "Gene,HGVS,Classification,Condition,Record ID\n";
    let send = async |laboratory: &RecordedLaboratory, rows: &str| {
        scene.send_file(laboratory, format!("{head}{rows}\n")).await;
    };
    send(&scene.north, "COL1A1,NM_000088.3:c.EX3_EX5del,Pathogenic,Osteogenesis imperfecta,R1").await;
    send(&scene.south, "COL1A1,NM_000088.4:c.EX3_EX5del,Uncertain significance,Osteogenesis imperfecta,S1").await;
    send(&scene.south, "COL1A1,NM_000088.4:c.EX3_EX6del,Benign,Osteogenesis imperfecta,S2").await;
    send(&scene.north, "ABL1,BCR::ABL1,Oncogenic,Chronic myeloid leukemia,R2").await;
    send(&scene.south, "ABL1,BCR::ABL1,Benign (oncogenicity),Chronic myeloid leukemia,S3").await;
    let lines = scene.queue(QueueFilter::default()).await;
    let grades: Vec<Grade> = lines.iter().map(|line| line.grade).collect();
    assert_eq!(grades, [Grade::Opposite, Grade::PathogenicUncertain]);
    // Deletions of the whole of BRCA1 with other ends, and one of its half.
    send(&scene.north, "BRCA1,NC_000017.11:g.43040000_43130000del,Pathogenic,Breast cancer,R4").await;
    send(&scene.south, "BRCA1,NC_000017.11:g.43042000_43129000del,Uncertain significance,Breast cancer,S4").await;
    send(&scene.south, "BRCA1,NC_000017.11:g.43042000_43070000del,Benign,Breast cancer,S5").await;
    let both = scene.queue(QueueFilter { gene: Some("BRCA1".into()), ..QueueFilter::default() }).await;
    assert_eq!(both.len(), 1, "{both:#?}");
    let deletions = scene.view(both[0].accession).await;
    assert_eq!((deletions.line.grade, deletions.members.len()), (Grade::PathogenicUncertain, 2));
    assert!(deletions.equivalence.variants[1].why.contains("overlap of 96 %"), "{:?}", deletions.equivalence);
    let as_of = scene.node.as_of(None).await.unwrap();
    let found = scene.node.look_up("NM_000088.2(COL1A1):c.EX3_EX5del", as_of, Viewer::Machine).await.unwrap();
    let nearby = scene.node.near(&found, as_of, Viewer::Machine).await.unwrap();
    assert_eq!((nearby.equivalent.len(), nearby.overlapping.len()), (2, 0), "{nearby:#?}");
    let exons = scene.view(lines[1].accession).await;
    assert_eq!(exons.equivalence.variants.len(), 2);
    assert!(exons.equivalence.variants[1].why.contains("same exons"), "{:?}", exons.equivalence);
}

#[tokio::test]
async fn a_record_in_a_file_from_before_the_rules_is_looked_at_by_a_job() {
    let scene = Scene::new().await;
    let line = scene.differing().await;
    let record = format!("sqlite:{}", DataFolder::new(scene.folder.path()).record().display());
    let pool = sqlx::SqlitePool::connect(&record).await.unwrap();
    for table in ["discordance_member", "discordance_place", "discordance_version", "discordance", "discordance_run"] {
        sqlx::query(sqlx::AssertSqlSafe(format!("DELETE FROM {table}"))).execute(&pool).await.unwrap();
    }
    pool.close().await;
    assert!(scene.queue(QueueFilter::default()).await.is_empty());
    scene.node.close().await;
    let node = Node::with_reference(DataFolder::new(scene.folder.path()), reference(), world()).await.unwrap();
    node.run_due_jobs().await.unwrap();
    let found = node.discordances(&QueueFilter::default(), None, 10).await.unwrap().lines;
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].grade, found[0].variant), (line.grade, line.variant));
}
