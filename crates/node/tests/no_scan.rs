//! No look-up walks a table: every statement that the look-ups run is explained by the database.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its own data should stop there")]

use cairn_core::id::CaseId;
use cairn_core::submission::Channel;
use cairn_node::Node;
use cairn_node::access::Viewer;
use cairn_node::contribute::Request;
use cairn_node::folder::DataFolder;
use cairn_node::suggest::SuggestionRequest;
use cairn_node::world::World;
use cairn_reference::Reference;
use cairn_store::serial::{CaseSerial, StatementSerial, VariantSerial};
use cairn_store::variant::{Region, overlapping};
use cairn_variant::interbase::Interval;
use cairn_variant::place::{Event, Place};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use tracing::field::{Field, Visit};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

const SHEET: &str = "Gene,Assembly,Chr,Pos,Ref,Alt,Classification,ACMG criteria,Condition,Record ID,Case ID,HPO terms,Zygosity\n\
NF1,GRCh38,17,31337818,A,G,Pathogenic,PVS1,Neurofibromatosis,R1,P1,HP:0000957,heterozygous\n";

/// Keeps the text of every statement that reads.
#[derive(Clone, Default)]
struct Statements(Arc<Mutex<BTreeSet<String>>>);

impl Visit for Statements {
    fn record_str(&mut self, field: &Field, value: &str) {
        // Rows that are added are checked against the rows they name, each by its key; the plan of an
        // `INSERT` also lists checks that only a removal would make.
        let reads = value.contains("SELECT") && !value.contains("INSERT") && !value.contains('…');
        if ["db.statement", "summary"].contains(&field.name()) && reads {
            self.0.lock().unwrap().insert(value.trim().to_owned());
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}

impl<S: tracing::Subscriber> Layer<S> for Statements {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() == "sqlx::query" {
            event.record(&mut self.clone());
        }
    }
}

#[tokio::test]
async fn no_look_up_walks_a_table() {
    let folder = tempfile::tempdir().unwrap();
    let data = DataFolder::new(folder.path());
    let node = Node::with_reference(data.clone(), Reference::bundled(), World::real()).await.unwrap();
    let laboratory = node.add_laboratory("North Lab", None).await.unwrap();
    let viewer = Viewer::Member(laboratory.serial);
    let request = Request {
        laboratory: laboratory.clone(),
        user: None,
        channel: Channel::Command,
        file: None,
        bytes: SHEET.into(),
        mapping: None,
        assembly: None,
        client_key: Some("k".into()),
        dry_run: false,
        strict: false,
    };
    let sent = node.contribute(request.clone()).await.unwrap();
    assert_eq!((sent.counts.statements_new, sent.counts.cases_new), (1, 1), "{:?}", sent.problems);

    let statements = Statements::default();
    // The database runs on threads of its own, so the subscriber is the process's.
    tracing::subscriber::set_global_default(tracing_subscriber::registry().with(statements.clone())).unwrap();
    let as_of = node.as_of(sent.recorded).await.unwrap();
    look_everywhere(&node, viewer, sent.accession.unwrap(), as_of).await;
    // Sending again looks for what is recorded already.
    let changed = SHEET.replace("Pathogenic", "Benign").replace("heterozygous", "homozygous");
    node.contribute(Request { bytes: changed.into(), client_key: None, ..request }).await.unwrap();
    node.run_due_jobs().await.unwrap();
    let now = node.as_of(None).await.unwrap();
    look_back(&node, viewer, as_of, now).await;

    let seen = statements.0.lock().unwrap().clone();
    assert!(seen.len() > 30, "only {} statements were seen", seen.len());
    let pool = sqlx::SqlitePool::connect(&format!("sqlite:{}", data.record().display())).await.unwrap();
    // The key store is a database of its own.
    let keys = data.keys().join("case-keys.sqlite");
    let keys = sqlx::SqlitePool::connect(&format!("sqlite:{}", keys.display())).await.unwrap();
    let mut walks = Vec::new();
    for sql in &seen {
        let pool = if sql.contains("/* key_store::") { &keys } else { &pool };
        let plan = sqlx::query_as(sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}")));
        let plan: Vec<(i64, i64, i64, String)> = plan.fetch_all(pool).await.unwrap();
        // `a` is the result of a subquery, and a constant row is no table.
        let walk = |line: &&(i64, i64, i64, String)| {
            line.3.starts_with("SCAN ") && line.3 != "SCAN a" && !line.3.contains("CONSTANT ROW")
        };
        walks.extend(plan.iter().find(walk).map(|line| format!("{}: {sql}", line.3)));
    }
    assert!(walks.is_empty(), "{walks:#?}");
}

/// What compares two states of the record, or runs over all of it page by page.
async fn look_back(node: &Node, viewer: Viewer, then: cairn_store::entry::AsOf, now: cairn_store::entry::AsOf) {
    let variant = node.gene_variants("NF1", now, Viewer::Machine, VariantSerial::new(0), 50).await.unwrap()[0].serial;
    let changed = node.variant_difference(variant, then, now, viewer).await.unwrap().unwrap();
    assert_eq!(changed.statements.len(), 1);
    let only = cairn_node::statistics::Only::default();
    let counted = node.reclassifications(then, now, &only, 10).await.unwrap();
    assert_eq!(counted.reclassifications.versions, 1);
    let all = node.guidelines(now).await.unwrap();
    let (a, b) = (all.find("acmg-amp@2015").unwrap(), all.find("acmg-points").unwrap());
    assert_eq!(node.compare_guidelines(a, b, now, 10).await.unwrap().unwrap().compared, 1);
}

async fn look_everywhere(
    node: &Node,
    viewer: Viewer,
    submission: cairn_core::accession::Accession,
    as_of: cairn_store::entry::AsOf,
) {
    let (variants, none) = (VariantSerial::new(0), StatementSerial::new(0));
    let rows = node.gene_variants("NF1", as_of, Viewer::Machine, variants, 50).await.unwrap();
    let variant = rows[0].serial;
    node.variant_report(variant, as_of, viewer).await.unwrap().unwrap();
    node.variant_statements(variant, as_of, none, 50).await.unwrap();
    let asked = SuggestionRequest {
        expression: rows[0].id.to_string(),
        condition: Some("OMIM:162200".into()),
        guideline: Some("acmg-amp-svi@2020".into()),
        ..SuggestionRequest::default()
    };
    node.suggestions(&asked, as_of, viewer).await.unwrap();
    node.suggestions(&SuggestionRequest { condition: None, ..asked }, as_of, viewer).await.unwrap();
    let mut reader = node.store().read().await.unwrap();
    cairn_store::residue::variants(&mut reader, "NF1", 1, 100, as_of, 10).await.unwrap();
    drop(reader);
    node.find_variant(&["nothing", "ga4gh:VA.x", &rows[0].id.to_string()]).await.unwrap();
    node.statement("CRN000001".parse().unwrap(), as_of).await.unwrap().unwrap();
    for text in ["CRN000001.1", "CRS000001", "NF1", "neuro", "P1", "rs1", "17-31337818"] {
        node.search(text, as_of, viewer, 10).await.unwrap();
    }
    let seventeen = cairn_variant::contig::Contig::autosome(17).unwrap();
    let on = cairn_variant::assembly::Assembly::Grch38;
    let region = Region { assembly: on, contig: seventeen, start: 31_000_000, end: 32_000_000 };
    let there = node.region_variants(region, as_of, Viewer::Machine, (0, variants), 50).await.unwrap();
    assert_eq!(there.iter().map(|row| row.variant.serial).collect::<Vec<_>>(), [variant]);
    node.events_across_gene("BRCA1", as_of, Viewer::Machine, 50).await.unwrap();
    let stretch = Interval::new(31_000_000, 32_000_000).unwrap();
    let place = Place::exact(seventeen.on(on), stretch, Event::Loss).unwrap();
    let mut reader = node.store().read().await.unwrap();
    assert!(overlapping(&mut reader, &place, variant, as_of, 50).await.unwrap().is_empty());
    drop(reader);
    node.condition_statements("Neurofibromatosis", as_of, none, 50).await.unwrap();
    let cases = node.own_cases(viewer, Some("HP:0000957"), as_of, CaseSerial::new(0), 50).await.unwrap();
    assert_eq!(node.own_cases(viewer, None, as_of, CaseSerial::new(0), 50).await.unwrap(), cases);
    node.case_report(cases[0].id, as_of, viewer).await.unwrap().unwrap();
    assert!(node.case_report(CaseId::from_random(1), as_of, viewer).await.unwrap().is_none());
    look_at_discordances(node, variant, as_of).await;
    node.submission_report(submission, as_of, viewer).await.unwrap().unwrap();
    node.submission_problems(submission, as_of, viewer, 0, 50).await.unwrap();
    assert_eq!(node.submission_statements(submission, as_of, viewer, none, 50).await.unwrap().len(), 1);
    node.submission_bytes(submission, as_of, viewer).await.unwrap().unwrap();
    assert_eq!(node.own_submissions(viewer, as_of, None, 50).await.unwrap().len(), 1);
}

async fn look_at_discordances(node: &Node, variant: VariantSerial, as_of: cairn_store::entry::AsOf) {
    use cairn_node::discordance::{AssignedFilter, QueueFilter, StateFilter};
    let every = QueueFilter {
        laboratory: Some(cairn_store::serial::LaboratorySerial::new(1)),
        gene: Some("NF1".into()),
        condition: Some("neuro".into()),
        state: StateFilter::Any,
        assigned: Some(AssignedFilter::Nobody),
        due_before: Some("2030-01-01".parse().unwrap()),
        text: Some("nf1 north".into()),
        ..QueueFilter::default()
    };
    for filter in [QueueFilter::default(), every] {
        node.discordances(&filter, None, 50).await.unwrap();
        node.discordances(&filter, Some("2-1700000000000000-1"), 50).await.unwrap();
    }
    node.discordances_of_variant(variant, as_of).await.unwrap();
    node.discordance("CRD000001".parse().unwrap(), as_of).await.unwrap();
    node.unnamed_conditions(cairn_store::serial::LaboratorySerial::new(1), 50).await.unwrap();
}
