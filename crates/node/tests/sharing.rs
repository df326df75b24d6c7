//! How complete sharing is: what is counted, as of when, what is missing, and the signed attestation of it.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its own data should stop there")]

use cairn_core::membership::{Accreditation, MemberState, Membership};
use cairn_core::sharing::{Demands, Outcome, Reach, Requirement, Share};
use cairn_core::submission::Channel;
use cairn_ledger::leaf::Kind;
use cairn_node::Node;
use cairn_node::contribute::Request;
use cairn_node::folder::DataFolder;
use cairn_node::sharing::attestation::{AttestationError, check};
use cairn_node::sharing::{Missing, Sharing};
use cairn_node::world::World;
use cairn_reference::Reference;
use cairn_store::laboratory::RecordedLaboratory;

/// A pathogenic statement with evidence, one without, an uncertain and a benign one.
const SHEET: &str = "Gene,Assembly,Chr,Pos,Ref,Alt,Classification,ACMG criteria,Condition,Record ID\n\
BRCA1,GRCh38,17,43045712,T,C,Pathogenic,PVS1;PM2,Breast cancer,R1\n\
BRCA1,GRCh38,17,43045711,G,A,Likely pathogenic,,Breast cancer,R2\n\
BRCA1,GRCh38,17,43045712,T,G,Uncertain significance,PM2,Breast cancer,R3\n\
BRCA1,GRCh38,17,43045712,T,A,Benign,BA1,Breast cancer,R4\n";

/// A case whose cause is the first of them.
const PACKET: &str = r#"{"id":"P1","subject":{"id":"P1","sex":"FEMALE"},
"phenotypicFeatures":[{"type":{"id":"HP:0003002","label":"Breast carcinoma"}}],
"interpretations":[{"id":"i1","progressStatus":"SOLVED","diagnosis":{"disease":{"id":"OMIM:604370","label":"Breast-ovarian cancer"},
"genomicInterpretations":[{"subjectOrBiosampleId":"P1","interpretationStatus":"CAUSATIVE","variantInterpretation":{
"variationDescriptor":{"id":"v1","moleculeContext":"genomic","geneContext":{"valueId":"HGNC:1100","symbol":"BRCA1"},
"vcfRecord":{"genomeAssembly":"hg38","chrom":"chr17","pos":"43045712","ref":"T","alt":"C"},
"allelicState":{"id":"GENO:0000135","label":"heterozygous"}}}}]}}],
"metaData":{"created":"2024-01-01T00:00:00Z","createdBy":"north","phenopacketSchemaVersion":"2.0"}}"#;

struct House {
    node: Node,
    north: RecordedLaboratory,
    _folder: tempfile::TempDir,
}

async fn house() -> House {
    let folder = tempfile::tempdir().unwrap();
    let data = DataFolder::new(folder.path());
    let node = Node::with_reference(data, Reference::bundled(), World::real()).await.unwrap();
    let north = node.add_laboratory("North Lab", None).await.unwrap();
    House { node, north, _folder: folder }
}

async fn send(house: &House, sheet: &str) {
    let request = Request {
        laboratory: house.north.clone(),
        user: None,
        channel: Channel::Command,
        file: Some("sheet.csv".into()),
        bytes: sheet.into(),
        mapping: None,
        assembly: None,
        client_key: None,
        dry_run: false,
        strict: false,
    };
    let sent = house.node.contribute(request).await.unwrap();
    assert_eq!(sent.counts.rejected, 0, "{:?}", sent.problems);
}

fn outcome(sharing: &Sharing, which: Requirement) -> Outcome {
    sharing.requirements.iter().find(|one| one.requirement == which).unwrap().outcome
}

#[tokio::test]
async fn what_is_recorded_counts_by_how_far_it_reaches() {
    let house = house().await;
    let (empty, work) = house.node.sharing(&house.north, None).await.unwrap();
    assert_eq!(empty.counted.shared, Share::default());
    assert_eq!(outcome(&empty, Requirement::Shared), Outcome::NotComputable);
    assert_eq!(work.all, 0);

    send(&house, SHEET).await;
    let (alone, work) = house.node.sharing(&house.north, None).await.unwrap();
    assert_eq!(alone.counted.shared, Share { count: 0, of: 4 }, "nobody else is there to read it");
    assert_eq!(alone.counted.criteria, Share { count: 3, of: 4 });
    assert_eq!(alone.counted.evidence, Share { count: 1, of: 2 });
    let kinds = |wanted: fn(&Missing) -> bool| work.lines.iter().filter(|one| wanted(one)).count();
    assert_eq!(kinds(|one| matches!(one, Missing::Reach { .. })), 4);
    assert_eq!(kinds(|one| matches!(one, Missing::Criteria { .. } | Missing::Evidence { .. })), 2);

    let before = house.node.now();
    house.node.add_laboratory("South Lab", None).await.unwrap();
    let (open, work) = house.node.sharing(&house.north, None).await.unwrap();
    assert_eq!((open.counted.shared, open.counted.peers), (Share { count: 4, of: 4 }, 0));
    assert_eq!(open.counted.sides, [2, 1, 1]);
    assert_eq!(
        (outcome(&open, Requirement::Shared), outcome(&open, Requirement::EveryClass)),
        (Outcome::Met, Outcome::Met)
    );
    assert_eq!(outcome(&open, Requirement::Variants), Outcome::Missed);
    assert_eq!(work.all, 2);
    assert!(open.sentence.starts_with("Shared: 4 of 4 (100.0 %) reported variants"), "{}", open.sentence);

    let (then, _) = house.node.sharing(&house.north, Some(before)).await.unwrap();
    assert_eq!(then.counted.shared, Share { count: 0, of: 4 }, "as of a moment before");
}

#[tokio::test]
async fn a_variant_of_a_case_that_nothing_is_stated_of_is_missing() {
    let house = house().await;
    send(&house, PACKET).await;
    let (sharing, work) = house.node.sharing(&house.north, None).await.unwrap();
    assert!(matches!(work.lines.as_slice(), [Missing::Statement { .. }]), "{work:?}");
    assert_eq!(sharing.counted.shared, Share { count: 0, of: 1 });
    send(&house, SHEET).await;
    let (sharing, work) = house.node.sharing(&house.north, None).await.unwrap();
    assert_eq!(sharing.counted.shared.of, 4, "the variant of the case is one of those stated");
    assert!(work.lines.iter().all(|one| !matches!(one, Missing::Statement { .. })), "{work:?}");
}

#[tokio::test]
async fn the_mandate_says_what_is_demanded() {
    let house = house().await;
    house.node.add_laboratory("South Lab", None).await.unwrap();
    send(&house, SHEET).await;
    let few = Demands { reach: Reach::Public, variants: Some(2), contact: false, ..Demands::default() };
    assert!(house.node.publish_mandate("  ", &few, None).await.is_err());
    assert_eq!(house.node.publish_mandate("Share it.\n\nAll of it.", &few, None).await.unwrap(), 1);
    let (sharing, _) = house.node.sharing(&house.north, None).await.unwrap();
    assert_eq!(sharing.mandate, 1);
    assert_eq!(sharing.counted.shared, Share { count: 0, of: 4 }, "nothing of it is public");
    assert_eq!(sharing.counted.members, 4);
    assert!(sharing.requirements.iter().all(|one| one.requirement != Requirement::Contact));
    let (current, before) = house.node.mandates(house.node.as_of(None).await.unwrap()).await.unwrap();
    assert_eq!((current.version, before.len(), current.demands), (1, 0, few));
}

#[tokio::test]
async fn a_day_is_measured_once_for_each_member() {
    let house = house().await;
    house.node.add_laboratory("South Lab", None).await.unwrap();
    let mut measured = 0;
    while house.node.measure_one_of_the_day().await.unwrap() {
        measured += 1;
    }
    assert_eq!(measured, 2);
    let days = house.node.measured(&house.north, house.node.today(), 10).await.unwrap();
    assert_eq!(days.len(), 1);
    assert_eq!(days[0].report.day, house.node.today());
}

#[tokio::test]
async fn an_attestation_holds_until_it_is_changed() {
    let house = house().await;
    house.node.add_laboratory("South Lab", None).await.unwrap();
    send(&house, SHEET).await;
    let text = house.node.attest_sharing(&house.north, None).await.unwrap();
    let checked = check(&text, None).unwrap();
    assert_eq!(checked.attestation.laboratory.name, "North Lab");
    assert_eq!(checked.attestation.sharing.counted.shared, Share { count: 4, of: 4 });
    assert!(checked.checkpoint.is_some() && !checked.is_by_given_key);
    let shard = house.node.shard(None).await.unwrap().unwrap();
    let key = house.node.log_verifier(&shard).unwrap();
    assert!(check(&text, Some(&key)).unwrap().is_by_given_key);
    let spaced: serde_json::Value = serde_json::from_str(&text).unwrap();
    check(&spaced.to_string(), None).unwrap();
    assert_eq!(check(&text.replace("\"of\": 4", "\"of\": 3"), None), Err(AttestationError::Signature));
    let found = house.node.check_ledger().await.unwrap();
    assert_eq!(found.faults, Vec::<String>::new());
}

#[tokio::test]
async fn decisions_about_members_follow_each_other_and_stand_in_the_ledger() {
    let house = house().await;
    let node = &house.node;
    let applied = Membership { standing: MemberState::Applied, ..Membership::approved() };
    let west = node.add_member("West Lab", None, &applied).await.unwrap();
    assert_eq!(west.standing, Some(MemberState::Applied));
    let suspended = Membership { standing: MemberState::Suspended, ..Membership::approved() };
    let refused = node.set_membership(&west, &suspended, None).await.unwrap_err().to_string();
    assert_eq!(refused, "a laboratory that is applied cannot become suspended; only an approved one is suspended");
    let accreditation = Accreditation {
        body: "UKAS".to_owned(),
        number: Some("8123".to_owned()),
        until: Some(jiff::civil::date(2028, 6, 30)),
    };
    let agreement = Some("DTA-2026-14".to_owned());
    let approved = Membership { accreditation: Some(accreditation), agreement, ..Membership::approved() };
    node.set_membership(&west, &approved, None).await.unwrap();
    let history = node.membership_history(&west).await.unwrap();
    assert_eq!(history.iter().map(|one| one.version).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(history[1].membership, approved);
    node.set_membership(&west, &suspended, None).await.unwrap();
    let last = node.membership_history(&west).await.unwrap().pop().unwrap().membership;
    assert_eq!(
        (last.standing, &last.accreditation),
        (MemberState::Suspended, &approved.accreditation),
        "it stays named"
    );
    node.set_membership(&west, &Membership::approved(), None).await.unwrap();
    assert_eq!(node.laboratory("west-lab").await.unwrap().standing, Some(MemberState::Approved));
    node.seal().await.unwrap();
    let shard = node.shard(None).await.unwrap().unwrap();
    let entries = node.ledger_entries(&shard, 0, 100, None).await.unwrap();
    // Two laboratories were added, one was decided on three times more.
    assert_eq!(entries.iter().filter(|entry| entry.leaf.kind == Kind::Policy).count(), 5);
}
