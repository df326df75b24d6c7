//! A classification from empty to shared, changed, withdrawn; two editors; who may sign.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its own data should stop there")]

use cairn_core::citation::{Citation, EvidenceItem, Quantity};
use cairn_core::classification::Classification;
use cairn_core::condition::{Condition, Inheritance};
use cairn_core::criterion::{Outcome, Strength};
use cairn_core::curation::{Act, Audience, Change, ClassChoice, CriterionCall, Edit, Refusal, State};
use cairn_core::id::{DraftId, UserId};
use cairn_core::statement::Standing;
use cairn_core::submission::Channel;
use cairn_core::user::{User, UserRole};
use cairn_node::Node;
use cairn_node::contribute::Request;
use cairn_node::curation::{Actor, Begin, CurationError, CurationSetting};
use cairn_node::folder::DataFolder;
use cairn_node::world::World;
use cairn_reference::Reference;
use cairn_store::account;
use cairn_store::laboratory::RecordedLaboratory;

/// BRCA1 c.68_69del, the founder variant known as 185delAG.
const VARIANT: &str = "NM_007294.4:c.68_69del";

struct Scene {
    _folder: tempfile::TempDir,
    node: Node,
}

impl Scene {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = DataFolder::new(folder.path());
        let node = Node::with_reference(data, Reference::bundled(), World::real()).await.unwrap();
        Self { _folder: folder, node }
    }

    async fn laboratory(&self, name: &str) -> RecordedLaboratory {
        self.node.add_laboratory(name, None).await.unwrap()
    }

    async fn person(&self, laboratory: &RecordedLaboratory, username: &str, role: UserRole) -> Actor {
        let user = User {
            id: UserId::from_random(rand::random()),
            laboratory: laboratory.laboratory.id,
            username: username.to_owned(),
            name: username.to_uppercase(),
            role,
        };
        let mut writer = self.node.store().write().await.unwrap();
        assert!(account::add(&mut writer, &user, "none", self.node.now()).await.unwrap());
        writer.commit().await.unwrap();
        Actor { user, laboratory: laboratory.clone() }
    }

    async fn edit(&self, by: &Actor, id: DraftId, base: u32, changes: Vec<Change>) -> Vec<String> {
        let edits = changes.into_iter().map(|change| Edit { base, change }).collect();
        self.node.edit_draft(by, id, edits).await.unwrap().contested
    }

    async fn revision(&self, by: &Actor, id: DraftId) -> u32 {
        self.node.draft(by, id).await.unwrap().draft.revision
    }

    async fn statement(&self) -> (String, u32, Standing, Classification, Vec<String>) {
        let as_of = self.node.as_of(None).await.unwrap();
        let found = self.node.look_up(VARIANT, as_of, cairn_node::access::Viewer::Machine).await.unwrap();
        let report = found.report.unwrap();
        assert_eq!(report.statements.len(), 1);
        let one = &report.statements[0].statement;
        let criteria = one.body.criteria.iter().map(ToString::to_string).collect();
        (one.accession.to_string(), one.version, one.standing, one.body.classification, criteria)
    }
}

fn call(code: &str, outcome: Outcome, strength: Option<Strength>) -> Change {
    Change::Criterion { code: code.into(), application: 1, call: CriterionCall { outcome, strength, points: None } }
}

fn met(code: &str) -> Change {
    call(code, Outcome::Met, None)
}

fn summary(text: &str) -> Change {
    Change::Summary { text: text.into() }
}

fn begin() -> Begin {
    let condition = Condition::named("Hereditary breast ovarian cancer syndrome");
    Begin { variant: VARIANT.into(), condition: Some(condition), ..Begin::default() }
}

fn refusal<T: std::fmt::Debug>(answer: Result<T, CurationError>) -> Refusal {
    match answer.unwrap_err() {
        CurationError::Refused(refusal) => refusal,
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn a_variant_is_classified_from_empty_to_shared_changed_and_withdrawn() {
    let scene = Scene::new().await;
    let north = scene.laboratory("Genetics North").await;
    let anna = scene.person(&north, "anna", UserRole::ClinicalScientist).await;
    let hedda = scene.person(&north, "hedda", UserRole::LaboratoryHead).await;
    let node = &scene.node;
    let id = node.begin_draft(&anna, begin()).await.unwrap();
    assert!(matches!(refusal(node.sign_draft(&anna, id, 1).await), Refusal::Incomplete(_)));
    let evidence = EvidenceItem {
        criterion: Some("PS4".into()),
        text: "unrelated families".into(),
        quantity: Some(Quantity::read("12", "families").unwrap()),
        citations: vec![Citation::Pubmed(7_545_954)],
    };
    let changes = vec![
        met("PVS1"),
        met("PM2"),
        call("BS2", Outcome::NotMet, None),
        Change::Evidence { item: String::new(), evidence: Some(evidence.clone()) },
    ];
    scene.edit(&anna, id, 1, changes).await;
    let text = node.draft_summary(&anna, id, "Report").await.unwrap();
    assert!(text.contains("Criteria met: PM2, PVS1. Looked at and not met: BS2."), "{text}");
    assert!(text.contains("classified as Likely pathogenic"), "{text}");
    assert!(text.contains("PS4: 12 families, unrelated families (PMID:7545954)"), "{text}");
    scene.edit(&anna, id, 2, vec![summary(&text)]).await;

    assert!(matches!(
        refusal(node.share_draft(&anna, id, Audience::Network, Channel::Page).await),
        Refusal::State { .. }
    ));
    assert_eq!(node.sign_draft(&anna, id, 3).await.unwrap().state, State::Draft);
    assert!(matches!(refusal(node.sign_draft(&anna, id, 4).await), Refusal::Role { .. }));
    let reviewed = node.sign_draft(&hedda, id, 4).await.unwrap();
    assert_eq!(reviewed.state, State::Reviewed);
    let shared = node.share_draft(&hedda, id, Audience::Network, Channel::Page).await.unwrap();
    assert_eq!(shared.state, State::Shared);
    assert_eq!(shared.shared[0].statement.as_deref(), Some("CRN000001.1"));
    let (accession, version, standing, class, criteria) = scene.statement().await;
    assert_eq!((accession.as_str(), version, standing), ("CRN000001", 1, Standing::Current));
    assert_eq!(
        (class, criteria),
        (Classification::LikelyPathogenic, ["PVS1", "PM2", "BS2_not_met"].map(str::to_owned).to_vec())
    );

    // The next version is one of the same statement, with another class and its reason.
    let choice =
        ClassChoice { class: Classification::Pathogenic, reason: "a founder variant, known for decades".into() };
    assert!(node.edit_draft(&anna, id, vec![]).await.is_err());
    node.reopen_draft(&anna, id, "the panel has decided").await.unwrap();
    let now = scene.revision(&anna, id).await;
    scene.edit(&anna, id, now, vec![Change::Class { choice: Some(choice) }]).await;
    node.sign_draft(&hedda, id, now + 1).await.unwrap();
    assert_eq!(refusal(node.sign_draft(&hedda, id, now + 2).await), Refusal::SamePerson);
    assert!(matches!(refusal(node.sign_draft(&anna, id, now + 2).await), Refusal::Role { .. }));
    node.send_draft_back(&hedda, id, "signed too early").await.unwrap();
    node.sign_draft(&anna, id, now + 3).await.unwrap();
    node.sign_draft(&hedda, id, now + 4).await.unwrap();
    node.share_draft(&anna, id, Audience::Network, Channel::Api).await.unwrap();
    let (accession, version, _, class, _) = scene.statement().await;
    assert_eq!((accession.as_str(), version, class), ("CRN000001", 2, Classification::Pathogenic));
    let as_of = node.as_of(None).await.unwrap();
    let body = node.statement("CRN000001".parse().unwrap(), as_of).await.unwrap().unwrap().shown.statement.body;
    let remark = |name: &str| body.remarks.iter().find(|remark| remark.name == name).unwrap().value.as_str().to_owned();
    assert_eq!(remark("computed class"), "Likely pathogenic");
    assert_eq!(remark("reason for another class"), "a founder variant, known for decades");
    assert!(remark("sign-off").starts_with("curator: clinical scientist, "), "{}", remark("sign-off"));
    assert_eq!(body.evidence, [evidence]);
    assert_eq!(body.guideline.as_deref(), Some("acmg-amp-svi@2020"));

    assert!(matches!(refusal(node.withdraw_draft(&anna, id, "error", Channel::Page).await), Refusal::Role { .. }));
    node.withdraw_draft(&hedda, id, "reported for the wrong transcript", Channel::Page).await.unwrap();
    let (_, version, standing, ..) = scene.statement().await;
    assert_eq!((version, standing), (3, Standing::Withdrawn));
    assert_eq!(node.draft(&anna, id).await.unwrap().draft.state, State::Withdrawn);
}

#[tokio::test]
async fn two_editors_lose_nothing() {
    let scene = Scene::new().await;
    let north = scene.laboratory("Genetics North").await;
    let anna = scene.person(&north, "anna", UserRole::ClinicalScientist).await;
    let carla = scene.person(&north, "carla", UserRole::Curator).await;
    let node = &scene.node;
    let id = node.begin_draft(&anna, begin()).await.unwrap();
    // Both opened the page at revision 1.
    assert!(scene.edit(&anna, id, 1, vec![met("PVS1"), summary("by Anna")]).await.is_empty());
    assert!(scene.edit(&carla, id, 1, vec![met("PM2")]).await.is_empty());
    let contested = scene.edit(&carla, id, 1, vec![summary("by Carla"), met("PS4")]).await;
    assert_eq!(contested, ["summary"]);
    let report = node.draft(&anna, id).await.unwrap();
    let codes: Vec<&str> = report.draft.calls().map(|(code, ..)| code).collect();
    assert_eq!(codes, ["PM2", "PS4", "PVS1"]);
    let slot = report.draft.conflicts().next().unwrap();
    assert_eq!((report.name(slot.by), slot.change.words().as_str()), ("ANNA", "by Anna"));
    let other = &slot.contenders[0];
    assert_eq!((report.name(other.by), other.change.words().as_str()), ("CARLA", "by Carla"));
    assert!(matches!(report.permitted.sign, Err(Refusal::Conflict(_))));
    assert_eq!(report.head.conflicts, 1);
    let now = report.draft.revision;
    assert!(scene.edit(&anna, id, now, vec![summary("by Anna and Carla")]).await.is_empty());
    let settled = node.draft(&carla, id).await.unwrap();
    assert_eq!((settled.draft.summary(), settled.head.conflicts), ("by Anna and Carla", 0));
    let said: Vec<_> = settled.revisions.iter().map(|revision| serde_json::to_string(&revision.act).unwrap()).collect();
    assert!(said.iter().any(|act| act.contains("by Carla")), "the history has every value");
    // What stands already is no revision.
    let before = settled.draft.revision;
    scene.edit(&anna, id, before, vec![met("PVS1")]).await;
    assert_eq!(scene.revision(&anna, id).await, before);
}

#[tokio::test]
async fn only_what_the_guideline_allows_is_kept() {
    let scene = Scene::new().await;
    let north = scene.laboratory("Genetics North").await;
    let anna = scene.person(&north, "anna", UserRole::ClinicalScientist).await;
    let id = scene.node.begin_draft(&anna, begin()).await.unwrap();
    let says = async |change: Change| {
        let edits = vec![Edit { base: 1, change }];
        scene.node.edit_draft(&anna, id, edits).await.unwrap_err().to_string()
    };
    assert!(says(met("XX1")).await.contains("does not know `XX1`"));
    assert!(says(met("PP5")).await.contains("retired"));
    let strong = call("PM2", Outcome::Met, Some(Strength::VeryStrong));
    assert!(says(strong).await.contains("`PM2` may be supporting"));
    let oncogenic = ClassChoice { class: Classification::Oncogenic, reason: "x".into() };
    assert!(says(Change::Class { choice: Some(oncogenic) }).await.contains("no class of acmg-amp-svi@2020"));
    assert!(says(Change::Guideline { address: "gene-validity@sop-11".into() }).await.contains("weighs genes"));
    assert_eq!(scene.revision(&anna, id).await, 1);
}

#[tokio::test]
async fn a_draft_is_its_laboratorys_own() {
    let scene = Scene::new().await;
    let (north, south) = (scene.laboratory("Genetics North").await, scene.laboratory("Genetics South").await);
    let anna = scene.person(&north, "anna", UserRole::ClinicalScientist).await;
    let berta = scene.person(&south, "berta", UserRole::LaboratoryHead).await;
    let clara = scene.person(&north, "clara", UserRole::Clinician).await;
    let node = &scene.node;
    assert!(matches!(refusal(node.begin_draft(&clara, begin()).await), Refusal::Role { .. }));
    let id = node.begin_draft(&anna, begin()).await.unwrap();
    assert!(matches!(node.draft(&berta, id).await, Err(CurationError::NotFound)));
    assert!(matches!(node.sign_draft(&berta, id, 1).await, Err(CurationError::NotFound)));
    assert!(node.drafts(&berta, None, 9).await.unwrap().is_empty());
    assert_eq!(node.drafts(&anna, None, 9).await.unwrap()[0].0.condition, "Hereditary breast ovarian cancer syndrome");
    // One signature is enough where the laboratory's head says so.
    let setting = CurationSetting { signatures: 1, ..CurationSetting::default() };
    assert!(matches!(refusal(node.set_curation(&anna, &setting).await), Refusal::Role { .. }));
    node.set_curation(&berta, &setting).await.unwrap();
    let own = node.begin_draft(&berta, begin()).await.unwrap();
    scene.edit(&berta, own, 1, vec![met("PVS1"), summary("x")]).await;
    assert_eq!(node.sign_draft(&berta, own, 2).await.unwrap().state, State::Reviewed);
    // Settled inside the laboratory, it is no statement yet.
    node.share_draft(&berta, own, Audience::Laboratory, Channel::Page).await.unwrap();
    let as_of = node.as_of(None).await.unwrap();
    let found = node.look_up(VARIANT, as_of, cairn_node::access::Viewer::Machine).await.unwrap();
    assert!(found.report.is_none_or(|report| report.statements.is_empty()));
    node.share_draft(&berta, own, Audience::Network, Channel::Page).await.unwrap();
    assert_eq!(scene.statement().await.3, Classification::Uncertain);
}

#[tokio::test]
async fn an_imported_statement_is_continued() {
    let scene = Scene::new().await;
    let north = scene.laboratory("Genetics North").await;
    let hedda = scene.person(&north, "hedda", UserRole::LaboratoryHead).await;
    let node = &scene.node;
    let sheet = format!(
        "Variant,Classification,Condition,Record ID,ACMG criteria\n{VARIANT},Uncertain significance,Breast cancer,R7,PVS1_Strong\n"
    );
    let request = Request {
        laboratory: north.clone(),
        user: None,
        channel: Channel::Command,
        file: None,
        bytes: sheet.into_bytes(),
        mapping: None,
        assembly: None,
        client_key: None,
        dry_run: false,
        strict: false,
    };
    node.contribute(request).await.unwrap();
    let setting = CurationSetting { signatures: 1, ..CurationSetting::default() };
    node.set_curation(&hedda, &setting).await.unwrap();
    let continues = Some("CRN000001".parse().unwrap());
    let id = node.begin_draft(&hedda, Begin { variant: VARIANT.into(), continues, ..Begin::default() }).await.unwrap();
    let report = node.draft(&hedda, id).await.unwrap();
    assert_eq!(report.draft.call("PVS1", 1).strength, Some(Strength::Strong));
    assert_eq!(report.draft.condition().name, "Breast cancer");
    scene.edit(&hedda, id, 1, vec![met("PM2"), summary("again"), met("PS4")]).await;
    node.sign_draft(&hedda, id, 2).await.unwrap();
    node.share_draft(&hedda, id, Audience::Network, Channel::Page).await.unwrap();
    let (accession, version, _, class, _) = scene.statement().await;
    assert_eq!((accession.as_str(), version, class), ("CRN000001", 2, Classification::Pathogenic));
}

#[tokio::test]
async fn a_statement_without_a_key_is_continued_whatever_condition_is_named() {
    let scene = Scene::new().await;
    let north = scene.laboratory("Genetics North").await;
    let hedda = scene.person(&north, "hedda", UserRole::LaboratoryHead).await;
    let node = &scene.node;
    let contribute = |text: String| {
        node.contribute(Request {
            laboratory: north.clone(),
            user: None,
            channel: Channel::Command,
            file: None,
            bytes: text.into_bytes(),
            mapping: None,
            assembly: None,
            client_key: None,
            dry_run: false,
            strict: false,
        })
    };
    let setting = CurationSetting { signatures: 1, ..CurationSetting::default() };
    node.set_curation(&hedda, &setting).await.unwrap();
    contribute(format!("Variant,Classification\n{VARIANT},Uncertain significance\n")).await.unwrap();
    let continues = Some("CRN000001".parse().unwrap());
    let id = node.begin_draft(&hedda, Begin { continues, ..begin() }).await.unwrap();
    let mode = Change::Inheritance { mode: Some(Inheritance::AutosomalDominant) };
    scene.edit(&hedda, id, 1, vec![met("PVS1"), met("PM2"), mode, summary("a founder variant")]).await;
    node.sign_draft(&hedda, id, 2).await.unwrap();
    let shared = node.share_draft(&hedda, id, Audience::Network, Channel::Page).await.unwrap();
    assert_eq!(shared.shared.last().unwrap().statement.as_deref(), Some("CRN000001.2"));
    let (accession, version, _, class, _) = scene.statement().await;
    assert_eq!((accession.as_str(), version, class), ("CRN000001", 2, Classification::LikelyPathogenic));

    // The next round changes the condition again and stays the same statement; the sheet still finds it.
    node.reopen_draft(&hedda, id, "another condition").await.unwrap();
    let now = scene.revision(&hedda, id).await;
    scene.edit(&hedda, id, now, vec![Change::Condition { condition: Condition::named("Fanconi anaemia") }]).await;
    node.sign_draft(&hedda, id, now + 1).await.unwrap();
    node.share_draft(&hedda, id, Audience::Network, Channel::Page).await.unwrap();
    assert_eq!(scene.statement().await.1, 3);
    contribute(format!("Variant,Classification\n{VARIANT},Pathogenic\n")).await.unwrap();
    assert_eq!(scene.statement().await.1, 4);
}

#[tokio::test]
async fn a_class_against_others_is_signed_by_who_confirms_to_know_it() {
    let scene = Scene::new().await;
    let (north, south) = (scene.laboratory("Genetics North").await, scene.laboratory("Genetics South").await);
    let hedda = scene.person(&north, "hedda", UserRole::LaboratoryHead).await;
    let node = &scene.node;
    let request = Request {
        laboratory: south,
        user: None,
        channel: Channel::Command,
        file: None,
        bytes: format!("Variant,Classification\n{VARIANT},Pathogenic\n").into_bytes(),
        mapping: None,
        assembly: None,
        client_key: None,
        dry_run: false,
        strict: false,
    };
    node.contribute(request).await.unwrap();
    let setting = CurationSetting { signatures: 1, ..CurationSetting::default() };
    node.set_curation(&hedda, &setting).await.unwrap();
    let id = node.begin_draft(&hedda, begin()).await.unwrap();
    let mode = Change::Inheritance { mode: Some(Inheritance::AutosomalDominant) };
    scene.edit(&hedda, id, 1, vec![met("PM2"), mode, summary("seen once")]).await;
    let report = node.draft(&hedda, id).await.unwrap();
    let differs = "Uncertain significance differs from 1 laboratory (Pathogenic); sharing it opens a discordance";
    assert_eq!(report.difference().as_deref(), Some(differs));
    assert_eq!(report.others.together.len(), 1);
    assert_eq!(refusal(node.sign_draft(&hedda, id, 2).await), Refusal::Differs(differs.to_owned()));
    assert_eq!(node.sign_draft_that_differs(&hedda, id, 2).await.unwrap().state, State::Reviewed);
    let kept = node.draft(&hedda, id).await.unwrap().revisions.pop().unwrap();
    assert!(matches!(kept.act, Act::Sign { confirmed: Some(known), .. } if known.as_str() == differs));

    // On the side of the others nothing is to be confirmed, and the draft's own statement is no other.
    scene.edit(&hedda, id, 3, vec![met("PVS1")]).await;
    assert_eq!(node.draft(&hedda, id).await.unwrap().difference(), None);
    node.sign_draft(&hedda, id, 4).await.unwrap();
    node.share_draft(&hedda, id, Audience::Network, Channel::Page).await.unwrap();
    assert!(node.draft(&hedda, id).await.unwrap().others.own.is_empty());
    let second = node.begin_draft(&hedda, begin()).await.unwrap();
    assert_eq!(node.draft(&hedda, second).await.unwrap().others.own.len(), 1);
}

#[tokio::test]
async fn a_gene_is_weighed_shared_and_read_by_others_as_it_was_shared() {
    let scene = Scene::new().await;
    let (north, south) = (scene.laboratory("Genetics North").await, scene.laboratory("Genetics South").await);
    let anna = scene.person(&north, "anna", UserRole::ClinicalScientist).await;
    let hedda = scene.person(&north, "hedda", UserRole::LaboratoryHead).await;
    let node = &scene.node;
    let others = cairn_node::access::Viewer::Member(south.serial);
    let condition = Condition::named("Hereditary breast ovarian cancer syndrome");
    let id = node.begin_validity(&anna, "BRCA1", condition, None).await.unwrap();
    let points = |kind: &str, points: &str| Change::Validity {
        kind: kind.into(),
        points: Some(points.parse().unwrap()),
        note: "published families".into(),
    };
    let unknown = vec![Edit { base: 1, change: points("gossip", "1") }];
    assert!(node.edit_draft(&anna, id, unknown).await.unwrap_err().to_string().contains("no kind of evidence"));
    assert!(matches!(refusal(node.sign_draft(&anna, id, 1).await), Refusal::Incomplete(_)));
    let changes =
        vec![points("case_dominant", "11"), points("segregation", "3"), points("models", "2"), summary("known")];
    scene.edit(&anna, id, 1, changes).await;
    assert!(node.gene_sheets("BRCA1", others).await.unwrap().is_empty());
    node.sign_draft(&anna, id, 2).await.unwrap();
    node.sign_draft(&hedda, id, 3).await.unwrap();
    node.share_draft(&hedda, id, Audience::Network, Channel::Page).await.unwrap();
    node.reopen_draft(&anna, id, "new families").await.unwrap();
    scene.edit(&anna, id, 6, vec![Change::Replicated { replicated: true }]).await;
    let class = async |viewer| {
        let sheet = node.gene_sheets("BRCA1", viewer).await.unwrap().pop().unwrap();
        let validity = sheet.assessment.unwrap().validity.unwrap();
        (validity.class.unwrap().label(), validity.genetic.to_string(), sheet.draft.round)
    };
    assert_eq!(class(others).await, ("Strong", "12".to_owned(), 1));
    assert_eq!(class(cairn_node::access::Viewer::Member(north.serial)).await, ("Definitive", "12".to_owned(), 2));
}

#[tokio::test]
async fn carriers_are_counted_by_age() {
    let scene = Scene::new().await;
    let north = scene.laboratory("Genetics North").await;
    let mut sheet = "Variant,Case ID,Affected,Age,Zygosity\n".to_owned();
    for (at, affected) in
        [(1, "affected"), (2, "affected"), (3, "unaffected"), (4, "unaffected"), (5, "unaffected"), (6, "")]
    {
        sheet.push_str(&format!("{VARIANT},P{at},{affected},40-49,heterozygous\n"));
    }
    let request = Request {
        laboratory: north.clone(),
        user: None,
        channel: Channel::Command,
        file: None,
        bytes: sheet.into_bytes(),
        mapping: None,
        assembly: None,
        client_key: None,
        dry_run: false,
        strict: false,
    };
    let sent = scene.node.contribute(request).await.unwrap();
    assert_eq!(sent.counts.cases_new, 6, "{:?}", sent.problems);
    let as_of = scene.node.as_of(None).await.unwrap();
    let found = scene.node.look_up(VARIANT, as_of, cairn_node::access::Viewer::Machine).await.unwrap();
    let counted = scene
        .node
        .penetrance(found.report.unwrap().variant.serial, as_of, cairn_node::access::Viewer::Member(north.serial))
        .await
        .unwrap();
    let all = &counted.bands[0].with_probands;
    assert_eq!((all.affected, all.carriers, counted.unknown_status), (2, 5, 1));
    assert_eq!(counted.bands[1].age, "40-49");
    let share = all.share.unwrap();
    assert!((share.from - 0.1176).abs() < 1e-3 && (share.to - 0.7693).abs() < 1e-3, "{share:?}");
    assert!(counted.bands[0].without_probands.not_estimable.as_ref().unwrap().contains("nobody said"));
}

/// A sheet of families: probands are left out, one condition is counted, and the gene's variants stand together.
#[tokio::test]
async fn penetrance_of_a_gene_and_a_condition_with_families() {
    let scene = Scene::new().await;
    let north = scene.laboratory("Genetics North").await;
    let head = "Variant,Classification,Condition,Case ID,Family ID,Is proband,Affected,Age,Zygosity\n";
    let mut sheet = head.to_owned();
    let breast = "Hereditary breast ovarian cancer syndrome";
    for (at, family, proband, affected, condition) in [
        (1, "F1", "proband", "affected", breast),
        (2, "F1", "relative", "affected", breast),
        (3, "F1", "relative", "unaffected", ""),
        (4, "F2", "proband", "affected", breast),
        (5, "F2", "relative", "unaffected", ""),
        (6, "F2", "relative", "unaffected", ""),
        (7, "F3", "proband", "affected", "Fanconi anemia"),
    ] {
        let condition = if condition.is_empty() { "not provided" } else { condition };
        sheet.push_str(&format!(
            "{VARIANT},Pathogenic,{condition},P{at},{family},{proband},{affected},40-49,heterozygous\n"
        ));
    }
    let request = Request {
        laboratory: north.clone(),
        user: None,
        channel: Channel::Command,
        file: None,
        bytes: sheet.into_bytes(),
        mapping: None,
        assembly: None,
        client_key: None,
        dry_run: false,
        strict: false,
    };
    let sent = scene.node.contribute(request).await.unwrap();
    assert_eq!(sent.counts.cases_new, 7, "{:?}", sent.problems);
    let as_of = scene.node.as_of(None).await.unwrap();
    let viewer = cairn_node::access::Viewer::Member(north.serial);
    let all = scene.node.gene_penetrance("BRCA1", None, as_of, viewer).await.unwrap();
    assert_eq!((all.variants, all.penetrance.bands[0].with_probands.carriers), (1, 7), "{all:?}");
    assert_eq!((all.penetrance.probands, all.penetrance.families, all.penetrance.without_family), (3, 3, 0));
    let found = scene.node.gene_penetrance("BRCA1", Some(breast), as_of, viewer).await.unwrap();
    let whole = &found.penetrance.bands[0];
    assert_eq!((whole.with_probands.affected, whole.with_probands.carriers), (3, 6), "{found:?}");
    assert_eq!((whole.without_probands.affected, whole.without_probands.carriers), (1, 4));
    assert_eq!(found.penetrance.other_condition, 1, "Fanconi anemia is another condition");
    assert!(found.penetrance.ascertainment.contains("they are of 2 families"), "{}", found.penetrance.ascertainment);
    // 3 of 6 by Wilson's score interval, as statsmodels and scipy give it.
    let share = whole.with_probands.share.unwrap();
    assert!((share.from - 0.1876).abs() < 5e-5 && (share.to - 0.8124).abs() < 5e-5, "{share:?}");
    assert!(whole.without_probands.not_estimable.as_ref().unwrap().contains("too few"));
    assert!(found.penetrance.interval.contains("Wilson"));
    let nothing = scene.node.gene_penetrance("TTN", None, as_of, viewer).await.unwrap();
    assert_eq!((nothing.variants, nothing.penetrance.bands[0].with_probands.share), (0, None));
}
