//! The record against a real database file: order, versions, reading as of a moment.
//!
//! This file is long because every noun of the record is tested on one small scene.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its own data should stop there")]

mod support;

use cairn_core::case::{AffectedStatus, AlleleOrigin, Case, Progress, Role, Sex, Zygosity};
use cairn_core::classification::Classification;
use cairn_core::condition::Condition;
use cairn_core::id::{CaseId, JobId, LaboratoryId, MappingId, ObservationId, StatementId, SubmissionId, VariantId};
use cairn_core::phenotype::PhenotypeFeature;
use cairn_core::problem::{Problem, Severity};
use cairn_core::provenance::Source;
use cairn_core::statement::{Standing, StatementBody};
use cairn_core::submission::{Channel, Counts};
use cairn_store::case::{self, NewCase, NewObservation, Seen};
use cairn_store::entry::{self, AsOf};
use cairn_store::laboratory::{self, RecordedLaboratory};
use cairn_store::seal::Key;
use cairn_store::serial::{CaseSerial, EntrySerial, StatementSerial, SubmissionSerial, VariantSerial};
use cairn_store::statement::{self, NewVersion, Target};
use cairn_store::submission::{self, NewSubmission};
use cairn_store::variant::{self, Allele, GeneEffect, PlacedAs, Region, VariantRecord, VariantStatus};
use cairn_store::{Home, KeyStore, Reader, Store, StoreError, Writer, integrity, job, mapping, observation, search};
use cairn_variant::assembly::Assembly;
use cairn_variant::contig::Contig;
use cairn_variant::place::{Carried, Event, Place, bounds};
use jiff::{SignedDuration, Timestamp};

struct Scene {
    _folder: tempfile::TempDir,
    store: Store,
    keys: KeyStore,
    bits: u128,
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + second).unwrap()
}

/// Never the same twice, which is all that sealing needs here.
fn counted() -> u128 {
    static NEXT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(1);
    u128::from(NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed)) << 64
}

impl Scene {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open_at(&support::home(folder.path())).await.unwrap();
        let keys = KeyStore::open(&folder.path().join("keys.sqlite"), Key::new([9; 32]), counted, at(0)).await.unwrap();
        Self { _folder: folder, store, keys, bits: 0 }
    }

    fn next(&mut self) -> u128 {
        self.bits += 1;
        self.bits
    }

    async fn laboratory(&mut self, name: &str) -> RecordedLaboratory {
        let mut writer = self.store.write().await.unwrap();
        let (entry, _) = writer.enter(at(0)).await.unwrap();
        let id = LaboratoryId::from_random(self.next());
        let laboratory = laboratory::add(&mut writer, entry, id, name, None, true).await.unwrap();
        writer.commit().await.unwrap();
        laboratory
    }

    async fn submission(
        &mut self,
        writer: &mut Writer,
        entry: EntrySerial,
        lab: &RecordedLaboratory,
        bytes: &[u8],
    ) -> SubmissionSerial {
        let key = laboratory::key(writer, entry, lab.serial, &lab.laboratory.slug).await.unwrap();
        let serial = submission::next(writer).await.unwrap();
        let source = Source { name: "sheet".into(), version: None, sha256: "00".into(), file: Some("a.csv".into()) };
        let problem = Problem::new(Severity::Warning, "cell.unreadable", "`x` is not a date", "write a date").at_row(3);
        let new = NewSubmission {
            id: SubmissionId::from_random(self.next()),
            laboratory: lab.serial,
            user: None,
            channel: Channel::Command,
            format: "sheet",
            source: &source,
            reading: &format!("{bytes:?}"),
            counts: Counts { read: 2, ..Counts::default() },
            signature: "5e",
            key,
            bytes,
            problems: &[problem],
        };
        submission::add(writer, &self.keys, entry, serial, &new).await.unwrap();
        serial
    }
}

fn variant_17(pos: u64, key: &str) -> VariantRecord {
    VariantRecord {
        key: key.into(),
        status: VariantStatus::Resolved,
        kind: "substitution".into(),
        label: format!("NM_007294.4:c.{pos}A>G"),
        vrs_id: Some(key.into()),
        vrs_version: Some("2.0".into()),
        hgvs_c: None,
        hgvs_p: None,
        alleles: vec![Allele {
            assembly: Assembly::Grch38,
            contig: Contig::autosome(17).unwrap(),
            start: pos,
            end: pos + 1,
            vrs_id: Some(key.into()),
            spdi: None,
            hgvs_g: None,
            vcf: Some(format!("17-{}-A-G", pos + 1)),
        }],
        places: Vec::new(),
        genes: vec![GeneEffect { gene: "BRCA1".into(), hgvs_c: None, hgvs_p: None, protein_start: Some(7) }],
    }
}

fn body(class: Classification) -> StatementBody {
    StatementBody {
        classification: class,
        classification_text: None,
        conditions: vec![Condition::named("Marfan syndrome")],
        inheritance: None,
        origin: AlleleOrigin::Germline,
        guideline: None,
        criteria: vec!["PM2_Supporting".parse().unwrap(), "BS2_not_met".parse().unwrap()],
        evidence: vec![],
        citations: vec![],
        summary: "".into(),
        last_evaluated: "2020-05".parse().ok(),
        review_status: None,
        method: None,
        remarks: vec![],
    }
}

fn version(target: Target, variant: VariantSerial, class: Classification, standing: Standing) -> NewVersion {
    NewVersion {
        target,
        row: 2,
        variant,
        expression: "c.1A>G".into(),
        source_accession: Some("SCV000000001.1".into()),
        standing,
        body: body(class),
        digest: class.code().into(),
    }
}

async fn now(store: &Store) -> AsOf {
    entry::now(&mut store.read().await.unwrap()).await.unwrap()
}

#[tokio::test]
async fn a_statement_is_read_as_of_every_moment() {
    let mut scene = Scene::new().await;
    let lab = scene.laboratory("Ampang Genetics").await;
    let mut writer = scene.store.write().await.unwrap();
    let (first, _) = writer.enter(at(10)).await.unwrap();
    let sent = scene.submission(&mut writer, first, &lab, b"one").await;
    let record = variant_17(43_000_000, "ga4gh:VA.one");
    let serials = variant::add(&mut writer, first, &[(VariantId::from_random(scene.next()), &record)]).await.unwrap();
    let target =
        Target::New { id: StatementId::from_random(scene.next()), laboratory: lab.serial, record_key: "k".into() };
    let new = version(target, serials[0], Classification::Uncertain, Standing::Current);
    let added = statement::add(&mut writer, first, sent, &[new]).await.unwrap();
    writer.commit().await.unwrap();

    let mut writer = scene.store.write().await.unwrap();
    let known = statement::known(&mut writer, lab.serial, &["k".into(), "other".into()]).await.unwrap();
    assert_eq!((known.len(), known[0].version, known[0].digest.as_str()), (1, 1, "uncertain_significance"));
    let (second, _) = writer.enter(at(20)).await.unwrap();
    let sent = scene.submission(&mut writer, second, &lab, b"two").await;
    let next = version(Target::Next(added[0].0, 2), serials[0], Classification::Pathogenic, Standing::Current);
    statement::add(&mut writer, second, sent, &[next]).await.unwrap();
    writer.commit().await.unwrap();

    let mut reader = scene.store.read().await.unwrap();
    let none = StatementSerial::new(0);
    for (second, expected) in [
        (9, None),
        (10, Some((1, Classification::Uncertain))),
        (19, Some((1, Classification::Uncertain))),
        (20, Some((2, Classification::Pathogenic))),
    ] {
        let as_of = entry::at(&mut reader, at(second)).await.unwrap();
        let found = statement::of_variants(&mut reader, &serials, as_of, none, 10).await.unwrap();
        let seen = found.first().map(|s| (s.statement.version, s.statement.body.classification));
        assert_eq!(seen, expected, "as of second {second}");
    }
    let as_of = entry::now(&mut reader).await.unwrap();
    let history = statement::history(&mut reader, added[0].0, as_of).await.unwrap();
    assert_eq!(history.iter().map(|s| s.statement.recorded).collect::<Vec<_>>(), [at(10), at(20)]);
    assert_eq!(history[1].statement.accession.to_string(), "CRN000001");
    assert_eq!(history[1].statement.body, body(Classification::Pathogenic));
    for text in ["SCV000000001", "scv000000001.1"] {
        assert_eq!(statement::by_source_accession(&mut reader, text).await.unwrap(), Some(added[0].0), "{text}");
    }
    let conditions = search::conditions(&mut reader, "marf", 5).await.unwrap();
    assert_eq!(conditions[0].1, "Marfan syndrome");
    let about = statement::of_condition(&mut reader, conditions[0].0, as_of, none, 10).await.unwrap();
    assert_eq!(about.len(), 1, "the current version only");
    let gene = variant::in_gene(&mut reader, "BRCA1", as_of, VariantSerial::new(0), 10).await.unwrap();
    let briefs = statement::briefs(&mut reader, &gene, as_of).await.unwrap();
    assert_eq!(briefs.len(), 1);
    assert_eq!(briefs[0].says.classification, Classification::Pathogenic);
}

#[tokio::test]
async fn time_in_the_record_never_runs_backwards() {
    let scene = Scene::new().await;
    let mut writer = scene.store.write().await.unwrap();
    assert_eq!(writer.enter(at(100)).await.unwrap().1, at(100));
    assert_eq!(writer.enter(at(50)).await.unwrap().1, at(100));
    assert_eq!(writer.enter(at(101)).await.unwrap().1, at(101));
    writer.commit().await.unwrap();
    let mut reader = scene.store.read().await.unwrap();
    assert_eq!(entry::at(&mut reader, at(99)).await.unwrap().entry(), EntrySerial::new(0));
    assert_eq!(entry::at(&mut reader, at(100)).await.unwrap().entry(), EntrySerial::new(2));
}

#[tokio::test]
async fn what_is_not_committed_did_not_happen() {
    let mut scene = Scene::new().await;
    let before = now(&scene.store).await;
    let mut writer = scene.store.write().await.unwrap();
    let (entry, _) = writer.enter(at(1)).await.unwrap();
    let id = LaboratoryId::from_random(scene.next());
    laboratory::add(&mut writer, entry, id, "Gone", None, false).await.unwrap();
    drop(writer);
    assert_eq!(now(&scene.store).await, before);
    let mut reader = scene.store.read().await.unwrap();
    assert_eq!(laboratory::find(&mut reader, "gone").await.unwrap(), None);
}

#[tokio::test]
async fn laboratories_have_one_name_and_their_own_slug() {
    let mut scene = Scene::new().await;
    let first = scene.laboratory("Genetics, North").await;
    let second = scene.laboratory("Genetics/North").await;
    assert_eq!(first.laboratory.slug, "genetics-north");
    assert_eq!(second.laboratory.slug, "genetics-north-2");
    let mut writer = scene.store.write().await.unwrap();
    let (entry, _) = writer.enter(at(1)).await.unwrap();
    let id = LaboratoryId::from_random(99);
    let again = laboratory::add(&mut writer, entry, id, "GENETICS,  north", None, true).await;
    assert!(matches!(again, Err(StoreError::Conflict(_))));
    drop(writer);
    let mut reader = scene.store.read().await.unwrap();
    for text in ["genetics-north-2", "genetics/north", &second.laboratory.id.to_string()] {
        assert_eq!(laboratory::find(&mut reader, text).await.unwrap().as_ref(), Some(&second), "{text}");
    }
}

#[tokio::test]
async fn places_find_short_and_long_variants_that_overlap() {
    let scene = Scene::new().await;
    let mut writer = scene.store.write().await.unwrap();
    let (entry, _) = writer.enter(at(1)).await.unwrap();
    let short = variant_17(5_000, "short");
    let mut long = variant_17(1_000, "long");
    long.alleles[0].end = 900_000;
    let far = variant_17(1_000_000, "far");
    let ids = (1..).map(VariantId::from_random);
    let new: Vec<_> = ids.zip([&short, &long, &far]).collect();
    let serials = variant::add(&mut writer, entry, &new).await.unwrap();
    writer.commit().await.unwrap();
    let mut reader = scene.store.read().await.unwrap();
    let as_of = entry::now(&mut reader).await.unwrap();
    for (start, end, expected) in [
        (4_990, 5_010, vec![serials[1], serials[0]]),
        (6_001, 7_000, vec![serials[1]]),
        (0, 999, vec![]),
        (999_000, 2_000_000, vec![serials[2]]),
    ] {
        assert_eq!(in_region(&mut reader, (start, end), as_of).await, expected, "{start}-{end}");
    }
}

async fn in_region(reader: &mut Reader, (start, end): (u64, u64), as_of: AsOf) -> Vec<VariantSerial> {
    let region = Region { assembly: Assembly::Grch38, contig: Contig::autosome(17).unwrap(), start, end };
    let first = (0, VariantSerial::new(0));
    let found = variant::in_region(reader, region, as_of, first, 100).await.unwrap();
    // Page by page it is the same.
    let mut paged = Vec::new();
    let mut after = first;
    while let Some((serial, at)) = variant::in_region(reader, region, as_of, after, 1).await.unwrap().first() {
        paged.push((*serial, *at));
        after = (*at, *serial);
    }
    assert_eq!(paged, found);
    found.into_iter().map(|(serial, _)| serial).collect()
}

/// A copy number of chromosome 17 with bounds around its ends.
fn copy_number_17(key: &str, outer: (u64, u64), inner: (u64, u64)) -> VariantRecord {
    let contig = Contig::autosome(17).unwrap().on(Assembly::Grch38);
    let start = bounds(Some(outer.0), Some(inner.0)).unwrap();
    let end = bounds(Some(inner.1), Some(outer.1)).unwrap();
    let place = Place::new(contig, start, end, Event::Copies(1, Some(1))).unwrap();
    let given = PlacedAs { place: place.carried_over(Carried::Verified), vrs_id: Some(format!("ga4gh:CN.{key}")) };
    VariantRecord { kind: "copy_number_count".into(), alleles: Vec::new(), places: vec![given], ..variant_17(0, key) }
}

#[tokio::test]
async fn copy_numbers_are_found_where_they_lie_and_keep_their_bounds() {
    let scene = Scene::new().await;
    let mut writer = scene.store.write().await.unwrap();
    let (entry, _) = writer.enter(at(1)).await.unwrap();
    let small = copy_number_17("small", (130_000, 140_000), (131_000, 139_000));
    let large = copy_number_17("large", (100_000, 20_000_000), (120_000, 19_000_000));
    let base = variant_17(135_000, "base");
    let ids = (1..).map(VariantId::from_random);
    let new: Vec<_> = ids.zip([&small, &large, &base]).collect();
    let serials = variant::add(&mut writer, entry, &new).await.unwrap();
    writer.commit().await.unwrap();
    let mut reader = scene.store.read().await.unwrap();
    let as_of = entry::now(&mut reader).await.unwrap();
    let all = vec![serials[1], serials[0], serials[2]];
    for (region, expected) in [
        ((134_000, 136_000), all),
        ((15_000_000, 15_000_100), vec![serials[1]]),
        ((139_500, 139_600), vec![serials[1], serials[0]]),
        ((0, 99_000), vec![]),
        ((20_000_001, 80_000_000), vec![]),
    ] {
        assert_eq!(in_region(&mut reader, region, as_of).await, expected, "{region:?}");
    }
    let places = variant::places(&mut reader, &serials).await.unwrap();
    assert_eq!((&places[&serials[0]], &places[&serials[1]]), (&small.places, &large.places));
    assert!(!places.contains_key(&serials[2]));
    let near = variant::overlapping(&mut reader, &small.places[0].place, serials[0], as_of, 10).await.unwrap();
    assert_eq!(near, [(serials[1], large.places[0].clone())]);
    let found = variant::by_keys(&mut reader, &["ga4gh:CN.large"]).await.unwrap();
    assert_eq!(found, Some(serials[1]));
}

#[tokio::test]
async fn a_provisional_variant_meets_its_canonical_one() {
    let mut scene = Scene::new().await;
    let lab = scene.laboratory("A").await;
    let mut writer = scene.store.write().await.unwrap();
    let (entry, _) = writer.enter(at(1)).await.unwrap();
    let sent = scene.submission(&mut writer, entry, &lab, b"x").await;
    let canonical = variant_17(10, "canonical");
    let mut open = variant_17(12, "provisional");
    open.status = VariantStatus::Provisional;
    let new = [(VariantId::from_random(101), &canonical), (VariantId::from_random(102), &open)];
    let serials = variant::add(&mut writer, entry, &new).await.unwrap();
    let target = Target::New { id: StatementId::from_random(7), laboratory: lab.serial, record_key: "k".into() };
    let new = version(target, serials[1], Classification::Benign, Standing::Current);
    statement::add(&mut writer, entry, sent, &[new]).await.unwrap();
    let listed = variant::open(&mut writer, VariantStatus::Provisional, VariantSerial::new(0), 9).await.unwrap();
    assert_eq!(listed, [serials[1]]);
    variant::merge(&mut writer, entry, serials[1], serials[0]).await.unwrap();
    writer.commit().await.unwrap();

    let mut reader = scene.store.read().await.unwrap();
    let keys = variant::find_keys(&mut reader, &["provisional".into()]).await.unwrap();
    assert_eq!(keys["provisional"], serials[0]);
    let all = variant::merged(&mut reader, serials[0]).await.unwrap();
    let as_of = entry::now(&mut reader).await.unwrap();
    let found = statement::of_variants(&mut reader, &all, as_of, StatementSerial::new(0), 9).await.unwrap();
    assert_eq!((found.len(), found[0].variant), (1, serials[0]));
}

#[tokio::test]
async fn cases_are_versions_and_are_counted_once() {
    let mut scene = Scene::new().await;
    let lab = scene.laboratory("A").await;
    let mut writer = scene.store.write().await.unwrap();
    let (entry, _) = writer.enter(at(1)).await.unwrap();
    let sent = scene.submission(&mut writer, entry, &lab, b"x").await;
    let record = variant_17(10, "v");
    let serials = variant::add(&mut writer, entry, &[(VariantId::from_random(50), &record)]).await.unwrap();
    let feature = |term: &str, excluded| PhenotypeFeature {
        term: term.parse().unwrap(),
        label: "a feature".into(),
        excluded,
        onset: None,
    };
    let new_case = |target, features: Vec<PhenotypeFeature>, id| NewCase {
        target,
        laboratory: lab.serial,
        row: 1,
        case: Case {
            local_id: "P-1".into(),
            sex: Sex::Female,
            age_band: None,
            affected: AffectedStatus::Affected,
            is_proband: Some(true),
            family: None,
            progress: Progress::Solved,
            features,
            conditions: vec![],
        },
        citations: vec![],
        observations: vec![NewObservation {
            id: ObservationId::from_random(id),
            variant: serials[0],
            seen: Seen {
                expression: "c.1A>G".into(),
                zygosity: Zygosity::Heterozygous,
                fraction: None,
                origin: AlleleOrigin::DeNovo,
                affected: AffectedStatus::Affected,
                phase: None,
                role: Role::Causative,
                classification: Some(Classification::Pathogenic),
            },
        }],
        digest: "d".into(),
    };
    let first = new_case(case::Target::New(CaseId::from_random(60)), vec![feature("HP:0000001", false)], 70);
    let added = case::add(&mut writer, &scene.keys, entry, sent, &[first]).await.unwrap();
    let features = vec![feature("HP:0000001", false), feature("HP:0000002", true)];
    let second = new_case(case::Target::Next(added[0].0, 2), features, 71);
    case::add(&mut writer, &scene.keys, entry, sent, &[second]).await.unwrap();
    writer.commit().await.unwrap();

    let mut reader = scene.store.read().await.unwrap();
    let as_of = entry::now(&mut reader).await.unwrap();
    let carrying = observation::carrying(&mut reader, &serials, as_of).await.unwrap();
    assert_eq!((carrying.len(), carrying[0].laboratory), (1, lab.serial));
    let features = observation::features(&mut reader, &scene.keys, &[carrying[0].case], as_of, 10).await.unwrap();
    let seen: Vec<_> = features.iter().map(|f| (f.term.as_str(), f.excluded, f.cases)).collect();
    assert_eq!(seen, [("HP:0000001", false, 1), ("HP:0000002", true, 1)]);
    let found = case::by_local_id(&mut reader, &scene.keys, lab.serial, "P-1", as_of).await.unwrap().unwrap();
    assert_eq!((found.version, found.case.features.len()), (2, 2));
    let observed = observation::of_case(&mut reader, &scene.keys, found.serial, as_of).await.unwrap();
    assert_eq!(observed.len(), 1);
    assert_eq!(observed[0].seen.classification, Some(Classification::Pathogenic));
    let with = |term: &'static str| (term, lab.serial);
    for ((term, lab), expected) in [(with("HP:0000001"), 1), (with("HP:0000002"), 0)] {
        let found =
            case::with_feature(&mut reader, &scene.keys, lab, term, as_of, CaseSerial::new(0), 9).await.unwrap();
        assert_eq!(found.len(), expected, "{term}");
    }
}

#[tokio::test]
async fn a_submission_gives_back_its_exact_bytes_and_problems() {
    let mut scene = Scene::new().await;
    let lab = scene.laboratory("A").await;
    for bytes in [b"".to_vec(), b"gene,class\n".repeat(999), vec![0x1f, 0x8b, 1, 2, 3]] {
        let mut writer = scene.store.write().await.unwrap();
        let (entry, _) = writer.enter(at(1)).await.unwrap();
        let serial = scene.submission(&mut writer, entry, &lab, &bytes).await;
        submission::add_client_key(&mut writer, lab.serial, &format!("key {}", bytes.len()), "00", serial)
            .await
            .unwrap();
        writer.commit().await.unwrap();
        let mut reader = scene.store.read().await.unwrap();
        assert_eq!(submission::content(&mut reader, &scene.keys, serial).await.unwrap(), Some(bytes.clone()));
        let problems = submission::problems(&mut reader, &scene.keys, serial, 0, 10).await.unwrap();
        assert_eq!(problems[0].1.to_string(), "row 3: `x` is not a date; write a date");
        let found = submission::by_reading(&mut reader, lab.serial, &format!("{bytes:?}")).await.unwrap().unwrap();
        assert_eq!((found.serial, found.submission.counts.read), (serial, 2));
        let key = submission::by_client_key(&mut reader, lab.serial, &format!("key {}", bytes.len())).await.unwrap();
        assert_eq!(key, Some(("00".into(), serial)));
    }
    let mut reader = scene.store.read().await.unwrap();
    let as_of = entry::now(&mut reader).await.unwrap();
    let page = submission::of_laboratory(&mut reader, lab.serial, as_of, None, 2).await.unwrap();
    assert_eq!(page.iter().map(|s| s.serial.number()).collect::<Vec<_>>(), [3, 2]);
}

#[tokio::test]
async fn work_is_claimed_once_and_comes_back_when_its_lease_ends() {
    let scene = Scene::new().await;
    let mut writer = scene.store.write().await.unwrap();
    for id in [1, 2] {
        job::enqueue(&mut writer, JobId::from_random(id), "reresolve", &[17], at(0)).await.unwrap();
    }
    let lease = SignedDuration::from_secs(60);
    let claim = async |writer: &mut Writer, second| {
        job::claim::<Vec<u8>>(writer, "reresolve", at(second), lease).await.unwrap().map(|c| (c.serial, c.attempts))
    };
    let (serial, attempts) = claim(&mut writer, 0).await.unwrap();
    assert_eq!(attempts, 1);
    assert_eq!(claim(&mut writer, 0).await, None, "the same work was asked for twice and waits once");
    assert_eq!(claim(&mut writer, 61).await, Some((serial, 2)));
    job::fail(&mut writer, serial, "no sequence", Some(at(100)), at(70)).await.unwrap();
    assert_eq!(claim(&mut writer, 99).await, None);
    assert_eq!(claim(&mut writer, 100).await, Some((serial, 3)));
    job::finish(&mut writer, serial, at(101)).await.unwrap();
    assert_eq!(claim(&mut writer, 999).await, None);
    let lines = job::latest(&mut writer, 10).await.unwrap();
    assert_eq!((lines.len(), lines[0].state.as_str()), (1, "done"));
    assert_eq!(job::next_due(&mut writer).await.unwrap(), None);
}

#[tokio::test]
async fn a_corrected_mapping_is_a_new_version() {
    let mut scene = Scene::new().await;
    let lab = scene.laboratory("A").await;
    let mut writer = scene.store.write().await.unwrap();
    let (entry, _) = writer.enter(at(1)).await.unwrap();
    for (id, mapping) in [(1, "first"), (2, "second")] {
        let id = MappingId::from_random(id);
        let version = mapping::save(&mut writer, entry, lab.serial, id, "panel", "h", &mapping).await.unwrap();
        assert_eq!(version, if mapping == "first" { 1 } else { 2 });
    }
    let found = mapping::by_headers::<String>(&mut writer, lab.serial, "h").await.unwrap().unwrap();
    assert_eq!((found.mapping.as_str(), found.version), ("second", 2));
    let all = mapping::of_laboratory::<String>(&mut writer, lab.serial).await.unwrap();
    assert_eq!(all.len(), 1);
}

#[tokio::test]
async fn the_state_grows_with_every_commit_of_anybody_but_those_of_the_ledger() {
    let mut scene = Scene::new().await;
    let other = Store::open_at(scene.store.home()).await.unwrap();
    let before = scene.store.state().await.unwrap();
    drop(scene.store.write().await.unwrap());
    entry::now(&mut scene.store.read().await.unwrap()).await.unwrap();
    // A server tells of commits in its other databases too.
    let is_file = matches!(scene.store.home(), Home::File(_));
    assert!(!is_file || scene.store.state().await.unwrap() == before);
    scene.laboratory("North").await;
    let own = scene.store.state().await.unwrap();
    assert!(own > before, "{own} after {before}");
    let mut writer = other.write().await.unwrap();
    writer.enter(at(1)).await.unwrap();
    writer.commit().await.unwrap();
    let others = scene.store.state().await.unwrap();
    assert!(others > own, "{others} after {own}");
    assert_eq!(scene.store.state().await.unwrap(), others);
    for store in [&scene.store, &other] {
        store.write().await.unwrap().commit_of_ledger().await.unwrap();
        assert_eq!(scene.store.state().await.unwrap(), others, "kept answers outlive a checkpoint");
    }
    scene.laboratory("South").await;
    assert!(scene.store.state().await.unwrap() > others, "and not the landing after it");
}

/// What the check of the whole record finds, opened anew.
async fn faults(path: &std::path::Path) -> Vec<String> {
    let store = Store::open(path).await.unwrap();
    let faults = integrity::faults(&mut store.read().await.unwrap()).await.unwrap();
    store.close().await;
    faults
}

#[tokio::test]
async fn a_letter_changed_behind_the_programs_back_is_found_and_what_the_program_changed_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("record.sqlite");
    let store = Store::open(&path).await.unwrap();
    let keys = KeyStore::open(&folder.path().join("keys.sqlite"), Key::new([9; 32]), counted, at(0)).await.unwrap();
    let mut scene = Scene { _folder: folder, store, keys, bits: 0 };
    for name in ["North", "South"] {
        scene.laboratory(name).await;
    }
    // Changed before its digest was taken, rolled back, and changed by a statement that failed in the middle.
    drop(scene.store.write().await.unwrap());
    scene.store.close().await;
    assert_eq!(faults(&path).await, Vec::<String>::new());
    let store = Store::open(&path).await.unwrap();
    let lab = laboratory::find(&mut store.read().await.unwrap(), "south").await.unwrap().unwrap();
    let mut writer = store.write().await.unwrap();
    laboratory::make_member(&mut writer, lab.serial).await.unwrap();
    writer.commit().await.unwrap();
    // Written anew, rows may have other numbers.
    store.compact().await.unwrap();
    store.close().await;
    assert_eq!(faults(&path).await, Vec::<String>::new());
    let mut bytes = std::fs::read(&path).unwrap();
    // The name as people read it, which no index holds.
    let at = bytes.windows(5).rposition(|five| five == b"North").unwrap();
    bytes[at] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let found = faults(&path).await;
    assert!(found.iter().any(|fault| fault.contains("`laboratory` are not what was written")), "{found:?}");
}

#[tokio::test]
async fn what_was_committed_in_a_file_is_folded_into_it_behind_the_writer() {
    let mut scene = Scene::new().await;
    scene.laboratory("North").await;
    let file = scene._folder.path().join("record.sqlite");
    for _ in 0..200 {
        // The file without its journal.
        let alone = tempfile::tempdir().unwrap();
        let copy = alone.path().join("record.sqlite");
        std::fs::copy(&file, &copy).unwrap();
        if let Ok(store) = Store::open(&copy).await
            && laboratory::find(&mut store.read().await.unwrap(), "north").await.is_ok_and(|found| found.is_some())
        {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("the journal still holds what was committed 20 seconds ago");
}
