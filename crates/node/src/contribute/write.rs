//! The one transaction in which a submission becomes part of the record.

use super::identify::Identities;
use super::laboratories::Laboratories;
use super::plan::{Compared, Ground, count_records, order};
use super::reading::Reading;
use super::received::RECEIVED;
use super::variant_plan::{record_variants, variant_problems};
use super::{Outcome, Request, case_plan, sign, statement_plan};
use crate::again::again;
use crate::error::NodeError;
use crate::landing::Landing;
use crate::ledger;
use crate::node::Node;
use cairn_core::id::SubmissionId;
use cairn_core::problem::Problem;
use cairn_core::provenance::Source;
use cairn_store::case::NewCase;
use cairn_store::serial::SubmissionSerial;
use cairn_store::statement::NewVersion;
use cairn_store::submission::{self, NewSubmission, RecordedSubmission};
use cairn_store::{Connection, KeyStore, Writer, entry, laboratory, large_file};
use std::collections::BTreeSet;

impl Node {
    /// Takes what a laboratory sends. When this returns with an accession, everything is durable.
    ///
    /// # Errors
    /// When the laboratory is no member, an idempotency key is used for other content, or the
    /// record fails. What is wrong with the content is no error but stands in the outcome.
    pub async fn contribute(&self, request: Request) -> Result<Outcome, NodeError> {
        if !request.laboratory.laboratory.is_member {
            return Err(NodeError::NotAMember(request.laboratory.laboratory.name));
        }
        // Parsing and identity compute for seconds: off the threads that answer others.
        let node = self.clone();
        let runtime = tokio::runtime::Handle::current();
        tokio::task::spawn_blocking(move || {
            let reading = runtime.block_on(node.read_request(&request))?;
            let earlier = runtime.block_on(again(node.store(), async || {
                let mut reader = node.store().read().await?;
                earlier(&mut reader, node.keys(), &request, &reading).await
            }))?;
            if let Some(earlier) = earlier {
                return Ok(earlier);
            }
            let identities = Identities::of(&reading.drafts.records, node.reference());
            // What was recorded without our hearing of it is found as sent before.
            runtime.block_on(again(node.store(), async || record(&node, &request, &reading, &identities).await))
        })
        .await?
    }
}

/// What became of the same request when it was sent before.
async fn earlier(
    connection: &mut Connection,
    keys: &KeyStore,
    request: &Request,
    reading: &Reading,
) -> Result<Option<Outcome>, NodeError> {
    let laboratory = request.laboratory.serial;
    let by_client_key = match &request.client_key {
        Some(name) => submission::by_client_key(connection, laboratory, name).await?.map(|found| (name, found)),
        None => None,
    };
    let found = match by_client_key {
        Some((name, (of, _))) if of != reading.sha256 => return Err(NodeError::KeyReused(name.clone())),
        Some((_, (_, serial))) => {
            let as_of = entry::now(connection).await?;
            submission::by_serial(connection, serial, as_of).await?
        }
        None => {
            refuse_key_of_a_large_file(connection, request, reading).await?;
            submission::by_reading(connection, laboratory, &reading.key).await?
        }
    };
    match found {
        Some(found) => Ok(Some(repeated(connection, keys, found).await?)),
        None => Ok(None),
    }
}

/// A key that a large file of other content came with names that file.
async fn refuse_key_of_a_large_file(
    connection: &mut Connection,
    request: &Request,
    reading: &Reading,
) -> Result<(), NodeError> {
    let Some(name) = &request.client_key else { return Ok(()) };
    match large_file::by_client_key(connection, request.laboratory.serial, name).await? {
        Some((of, _)) if of != reading.sha256 => Err(NodeError::KeyReused(name.clone())),
        _ => Ok(()),
    }
}

async fn repeated(
    connection: &mut Connection,
    keys: &KeyStore,
    found: RecordedSubmission,
) -> Result<Outcome, NodeError> {
    let problems = submission::problems(connection, keys, found.serial, 0, u32::MAX).await?;
    Ok(Outcome {
        accession: Some(found.submission.accession),
        is_repeated: true,
        recorded: Some(found.submission.received),
        format: found.submission.format,
        source: found.submission.source,
        counts: found.submission.counts,
        problems: problems.into_iter().map(|(_, problem)| problem).collect(),
        changes: Vec::new(),
        sheet: None,
    })
}

async fn record(
    node: &Node,
    request: &Request,
    reading: &Reading,
    identities: &Identities<'_>,
) -> Result<Outcome, NodeError> {
    let mut writer = node.store().write().await?;
    if let Some(earlier) = earlier(&mut writer, node.keys(), request, reading).await? {
        return Ok(earlier);
    }
    let outcome = land(&mut writer, node, request, reading, identities, None).await?;
    if outcome.accession.is_some() {
        writer.commit().await?;
    }
    Ok(outcome)
}

/// A signature that came with what is landed, with its public key.
pub(super) struct Signed<'a> {
    /// 64 hexadecimal digits.
    pub public: &'a str,
    /// 128 hexadecimal digits.
    pub signature: &'a str,
}

/// Lands what a request brings in the transaction of the writer, which is left for the caller to commit. Without an
/// accession nothing is to be kept. What came signed keeps its signature; else the laboratory's key signs.
pub(super) async fn land(
    writer: &mut Writer,
    node: &Node,
    request: &Request,
    reading: &Reading,
    identities: &Identities<'_>,
    signed: Option<Signed<'_>>,
) -> Result<Outcome, NodeError> {
    let mut laboratories = Laboratories::find(writer, &reading.drafts.records).await?;
    let folded = fold(request, reading, identities, &laboratories);
    let mut landing = Landing::new(writer.enter(node.now()).await?);
    laboratories.add_missing(writer, landing.entry, &reading.drafts.records, node.world()).await?;
    let used = folded.variants();
    let (serials, merged) = record_variants(writer, landing.entry, identities, used, node.world()).await?;
    landing.merged = merged;
    let ground =
        Ground { serials: &serials, laboratories: &laboratories, request, world: node.world(), keys: node.keys() };
    let (versions, cases, mut outcome) = compare(writer, folded, reading, identities, ground).await?;
    let stopped = request.strict && outcome.has_errors();
    if request.dry_run || stopped || outcome.accepted() == 0 {
        return Ok(outcome);
    }
    let serial = add_submission(writer, node, request, reading, &outcome, &landing, signed).await?;
    landing.write(writer, node.keys(), serial, versions, cases).await?;
    landing.spread(writer, node).await?;
    outcome.accession = Some(serial.accession());
    outcome.recorded = Some(landing.recorded);
    Ok(outcome)
}

/// The file, one record for each statement and case.
struct Folded<'a> {
    statements: Vec<statement_plan::Folded<'a>>,
    cases: Vec<case_plan::Folded<'a>>,
    problems: Vec<Problem>,
}

impl Folded<'_> {
    /// The numbers of the variants in the identities that are used.
    fn variants(&self) -> BTreeSet<usize> {
        let of_statements = self.statements.iter().map(|one| one.variant);
        of_statements.chain(self.cases.iter().flat_map(case_plan::Folded::variants)).collect()
    }
}

fn fold<'a>(
    request: &Request,
    reading: &'a Reading,
    identities: &'a Identities<'_>,
    laboratories: &Laboratories,
) -> Folded<'a> {
    let records = &reading.drafts.records;
    let (statements, said) = statement_plan::fold(records, identities, laboratories, &reading.drafts.format, request);
    let (cases, told) = case_plan::fold(records, identities);
    let mut problems = reading.drafts.problems.clone();
    problems.extend(variant_problems(records, identities, request.strict));
    problems.extend(said.into_iter().chain(told));
    Folded { statements, cases, problems }
}

/// What would be added, and what is to be said of it.
async fn compare(
    writer: &mut Writer,
    mut folded: Folded<'_>,
    reading: &Reading,
    identities: &Identities<'_>,
    ground: Ground<'_>,
) -> Result<(Vec<NewVersion>, Vec<NewCase>, Outcome), NodeError> {
    let mut compared = Compared::default();
    let as_of = entry::now(writer).await?;
    let format = &reading.drafts.format;
    let versions =
        statement_plan::compare(writer, &folded.statements, identities, ground, format, &mut compared).await?;
    let cases = case_plan::compare(writer, folded.cases, ground, as_of, &mut compared).await?;
    folded.problems.append(&mut compared.problems);
    let unnamed = folded.problems.iter_mut().filter(|problem| problem.file.is_none());
    unnamed.for_each(|problem| problem.file.clone_from(&ground.request.file));
    order(&mut folded.problems);
    count_records(&mut compared.counts, &reading.drafts.records, &folded.problems);
    let outcome = Outcome {
        accession: None,
        is_repeated: false,
        recorded: None,
        format: format.clone(),
        source: Source {
            name: source_name(format),
            version: reading.drafts.version.clone(),
            sha256: reading.sha256.clone(),
            file: ground.request.file.clone(),
        },
        counts: compared.counts,
        problems: folded.problems,
        changes: compared.changes,
        sheet: reading.sheet.clone(),
    };
    Ok((versions, cases, outcome))
}

/// Adds the submission, signed, with the client's name for it.
async fn add_submission(
    writer: &mut Writer,
    node: &Node,
    request: &Request,
    reading: &Reading,
    outcome: &Outcome,
    landing: &Landing,
    signed: Option<Signed<'_>>,
) -> Result<SubmissionSerial, NodeError> {
    let laboratory = &request.laboratory;
    let serial = submission::next(writer).await?;
    let (public, signature) = match signed {
        Some(Signed { public, signature }) => (public.to_owned(), signature.to_owned()),
        None => {
            let key = node.signing_key(writer, laboratory).await?;
            ledger::note_key(writer, node, laboratory, &key.public()).await?;
            let form =
                sign::signed_form(serial.accession(), laboratory.laboratory.id, landing.recorded, &reading.sha256);
            (key.public(), key.sign(form.as_bytes()))
        }
    };
    let key_serial = laboratory::key(writer, landing.entry, laboratory.serial, &public).await?;
    let new = NewSubmission {
        id: SubmissionId::from_random((node.world().random)()),
        laboratory: laboratory.serial,
        user: request.user,
        channel: request.channel,
        format: &outcome.format,
        source: &outcome.source,
        reading: &reading.key,
        counts: outcome.counts,
        signature: &signature,
        key: key_serial,
        bytes: &request.bytes,
        problems: &outcome.problems,
    };
    submission::add(writer, node.keys(), landing.entry, serial, &new).await?;
    if let Some(name) = &request.client_key {
        submission::add_client_key(writer, laboratory.serial, name, &reading.sha256, serial).await?;
    }
    Ok(serial)
}

/// What the file is, in a word for people.
fn source_name(format: &str) -> String {
    match format.split('.').next().unwrap_or(format) {
        "cairn" if format == RECEIVED => "another node",
        "cairn" => "Cairn statements",
        "clinvar" => "ClinVar",
        "phenopacket" => "phenopackets",
        "sheet" => "laboratory sheet",
        "vcf" => "VCF",
        other => other,
    }
    .to_owned()
}
