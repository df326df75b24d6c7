//! Live questions: a region, phenotypes, numbers of cases; decided by who answers.

use crate::house::{House, VARIANT, pair, until};
use cairn_core::data_use::PurposeKind;
use cairn_node::access::Viewer;
use cairn_node::federation::{CaseNumbers, RegionNumbers, SimilarNumbers};
use cairn_protocol::{Requester, Terms};
use cairn_store::variant::Region;
use cairn_variant::assembly::Assembly;
use std::fmt::Write;

fn around() -> Region {
    Region { assembly: Assembly::Grch38, contig: "17".parse().unwrap(), start: 43_045_600, end: 43_045_800 }
}

/// Cases with focal-onset seizures that carry the variant.
async fn cases(house: &House, numbers: std::ops::RangeInclusive<u32>) {
    let mut sheet = "Variant,Assembly,Case ID,HPO terms,Zygosity\n".to_owned();
    for number in numbers {
        writeln!(sheet, "{VARIANT},GRCh38,P{number},HP:0007359,het").unwrap();
    }
    house.send("cases.csv", sheet.as_bytes()).await;
}

async fn variant(asks: &House, purpose: PurposeKind) -> Result<(usize, Option<CaseNumbers>), String> {
    let as_of = asks.node.as_of(None).await.unwrap();
    let found = asks.node.look_up(VARIANT, as_of, Viewer::Machine).await.unwrap();
    let asked = asks.federation.ask(found.identity.as_deref(), None, purpose, Requester::node()).await;
    let one = asked.peers.into_iter().next().unwrap();
    one.failure.map_or(Ok((one.answer.statements, one.answer.cases)), Err)
}

async fn region(asks: &House) -> Result<RegionNumbers, String> {
    let heard = asks.federation.ask_region(around(), PurposeKind::ClinicalCare, Requester::node()).await;
    let one = heard.into_iter().next().unwrap();
    let failed = format!("{} ({:?})", one.failure.unwrap_or_default(), asks.node.peers().await.unwrap()[0].failure);
    one.answer.ok_or(failed)
}

async fn similar(asks: &House, terms: &[&str]) -> Result<SimilarNumbers, String> {
    let terms = terms.iter().map(|term| (*term).to_owned()).collect();
    let heard = asks.federation.ask_similar(terms, PurposeKind::ClinicalCare, Requester::node()).await;
    let one = heard.into_iter().next().unwrap();
    let failed = format!("{} ({:?})", one.failure.unwrap_or_default(), asks.node.peers().await.unwrap()[0].failure);
    one.answer.ok_or(failed)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_is_told_numbers_and_no_case() {
    let (north, south) = (House::open("North").await, House::open("South").await);
    // Loaded when it is first asked for, which takes a while without optimisation.
    assert!(!north.node.reference().phenotypes().is_empty());
    pair(&north, &Terms::for_care(), &south, &Terms::for_care()).await;
    north.state("N1", VARIANT, "pathogenic", "current").await;
    until("South knows it", || async { south.of(VARIANT, "Genetics North").await.is_some() }).await;

    // Nobody carries it yet: the same answers as where nothing is known.
    assert_eq!(variant(&south, PurposeKind::ClinicalCare).await.unwrap().1.unwrap().cases, "0");
    let none = similar(&south, &["HP:0001250"]).await.unwrap();
    assert_eq!((none.open, none.counted, none.unknown_terms), ("0", None, 0));
    cases(&north, 1..=3).await;
    let few = similar(&south, &["HP:0001250", "HP:9999999"]).await.unwrap();
    assert_eq!((few.open, few.counted, few.unknown_terms), ("0", None, 1), "three look like none");
    cases(&north, 4..=6).await;
    let (statements, carriers) = variant(&south, PurposeKind::ClinicalCare).await.unwrap();
    let carriers = carriers.unwrap();
    assert_eq!((statements, carriers.cases, carriers.carriers), (1, "5-9", None));
    let there = region(&south).await.unwrap();
    assert_eq!((there.variants, there.cases, there.is_whole), (1, "5-9", true));
    assert_eq!(there.statements.into_iter().collect::<Vec<_>>(), [("pathogenic".to_owned(), 1)]);
    let five = similar(&south, &["HP:0001250"]).await.unwrap();
    assert_eq!((five.open, five.counted), ("0", Some("5-9")), "nobody let them be read");
    assert_eq!(similar(&south, &["HP:0001166"]).await.unwrap().counted, None, "another organ");

    // Each disclosure stands in the ledger, for each person whose case counted too.
    let lab = north.node.laboratory("Genetics North").await.unwrap();
    let as_of = north.node.as_of(None).await.unwrap();
    let report = north.node.look_up(VARIANT, as_of, Viewer::Member(lab.serial)).await.unwrap().report.unwrap();
    let case = report.cases.own[0].id;
    let code = north.node.make_patient_code(lab.serial, case, None).await.unwrap().unwrap().code;
    assert!(north.node.open_patient_page(&code, "a page").await.unwrap());
    let view = north.node.patient_view("a page").await.unwrap().unwrap();
    let compared = view.uses.iter().filter(|one| one.kind == cairn_ledger::leaf::Kind::Match);
    assert!(compared.clone().count() >= 1 && compared.clone().all(|one| one.who.as_deref() == Some("South")));

    // Who withdraws counts no longer, at once.
    for own in &report.cases.own[..2] {
        north.node.withdraw_case(&lab, own.id, None).await.unwrap();
    }
    assert_eq!(variant(&south, PurposeKind::ClinicalCare).await.unwrap().1.unwrap().cases, "2-4");
    assert_eq!(similar(&south, &["HP:0001250"]).await.unwrap().counted, None);
    assert_eq!(region(&south).await.unwrap().cases, "2-4");
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_and_silence_are_named() {
    let (mut north, south) = (House::open("North").await, House::open("South").await);
    let genes = Terms { genes: Some(vec!["LMNA".to_owned()]), ..Terms::for_care() };
    pair(&north, &genes, &south, &Terms::for_care()).await;
    north.state("N1", VARIANT, "pathogenic", "current").await;
    cases(&north, 1..=6).await;
    until("both signed", || async { south.peer("North").await.is_signed && north.peer("South").await.is_signed }).await;
    south.federation.find_peers().await.unwrap();
    // Another gene than those agreed on: as if nothing were there.
    let there = region(&south).await.unwrap();
    assert_eq!((there.variants, there.statements.len(), there.cases), (0, 0, "0"));
    assert_eq!(variant(&south, PurposeKind::ClinicalCare).await.unwrap().1.unwrap().cases, "0");
    assert!(similar(&south, &["HP:0001250"]).await.unwrap_err().contains("some genes alone"));
    assert!(variant(&south, PurposeKind::General).await.unwrap_err().contains("nothing is agreed for today"));
    north.stop().await;
    until("it is not reached", || async { south.peer("North").await.failure.is_some() }).await;
    assert!(region(&south).await.unwrap_err().starts_with("not reached"));
}
