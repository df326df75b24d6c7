//! The one transaction in which a submission becomes part of the record.

use super::identify::Identities;
use super::laboratories::Laboratories;
use super::plan::{Compared, Ground, count_records, order};
use super::reading::Reading;
use super::variant_plan::{record_variants, variant_problems};
use super::{Outcome, Request, case_plan, sign, statement_plan};
use crate::error::NodeError;
use crate::keys::LaboratoryKey;
use crate::node::Node;
use cairn_core::id::SubmissionId;
use cairn_core::provenance::Source;
use cairn_store::entry;
use cairn_store::submission::{self, NewSubmission, RecordedSubmission};
use cairn_store::{Connection, laboratory, statement};

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
            let earlier = runtime.block_on(async {
                let mut reader = node.store().read().await?;
                earlier(&mut reader, &request, &reading).await
            })?;
            if let Some(earlier) = earlier {
                return Ok(earlier);
            }
            let identities = Identities::of(&reading.drafts.records, node.reference());
            runtime.block_on(record(&node, &request, &reading, &identities))
        })
        .await?
    }
}

/// What became of the same request when it was sent before.
async fn earlier(
    connection: &mut Connection,
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
        None => submission::by_reading(connection, laboratory, &reading.key).await?,
    };
    match found {
        Some(found) => Ok(Some(repeated(connection, found).await?)),
        None => Ok(None),
    }
}

async fn repeated(connection: &mut Connection, found: RecordedSubmission) -> Result<Outcome, NodeError> {
    let problems = submission::problems(connection, found.serial, 0, u32::MAX).await?;
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
    let records = &reading.drafts.records;
    let world = node.world();
    let mut writer = node.store().write().await?;
    if let Some(earlier) = earlier(&mut writer, request, reading).await? {
        return Ok(earlier);
    }
    let mut laboratories = Laboratories::find(&mut writer, records).await?;
    let format = &reading.drafts.format;
    let (statements, said) = statement_plan::fold(records, identities, &laboratories, format, request);
    let (cases, told) = case_plan::fold(records, identities);
    let mut problems = reading.drafts.problems.clone();
    problems.extend(variant_problems(records, identities, request.strict));
    problems.extend(said.into_iter().chain(told));
    problems.iter_mut().filter(|p| p.file.is_none()).for_each(|p| p.file.clone_from(&request.file));
    order(&mut problems);

    let (entry, recorded) = writer.enter(node.now()).await?;
    laboratories.add_missing(&mut writer, entry, records, world).await?;
    let used = statements.iter().map(|one| one.variant).chain(cases.iter().flat_map(case_plan::Folded::variants));
    let serials = record_variants(&mut writer, entry, identities, used.collect(), world).await?;
    let as_of = entry::now(&mut writer).await?;
    let mut compared = Compared::default();
    let ground = Ground { serials: &serials, laboratories: &laboratories, request, world };
    let versions = statement_plan::compare(&mut writer, &statements, identities, ground, &mut compared).await?;
    let cases = case_plan::compare(&mut writer, cases, ground, as_of, &mut compared).await?;
    count_records(&mut compared.counts, records, &problems);
    let mut outcome = Outcome {
        accession: None,
        is_repeated: false,
        recorded: None,
        format: format.clone(),
        source: Source {
            name: source_name(format),
            version: reading.drafts.version.clone(),
            sha256: reading.sha256.clone(),
            file: request.file.clone(),
        },
        counts: compared.counts,
        problems,
        changes: compared.changes,
        sheet: reading.sheet.clone(),
    };
    let stopped = request.strict && outcome.has_errors();
    if request.dry_run || stopped || outcome.accepted() == 0 {
        return Ok(outcome);
    }
    let key = LaboratoryKey::open(node.folder(), request.laboratory.laboratory.id, world)?;
    let key_serial = laboratory::key(&mut writer, entry, request.laboratory.serial, &key.public()).await?;
    let serial = submission::next(&mut writer).await?;
    let signed = sign::signed_form(serial.accession(), request.laboratory.laboratory.id, recorded, &reading.sha256);
    let new = NewSubmission {
        id: SubmissionId::from_random((world.random)()),
        laboratory: request.laboratory.serial,
        user: request.user,
        channel: request.channel,
        format: &outcome.format,
        source: &outcome.source,
        reading: &reading.key,
        counts: outcome.counts,
        signature: &key.sign(signed.as_bytes()),
        key: key_serial,
        bytes: &request.bytes,
        problems: &outcome.problems,
    };
    submission::add(&mut writer, entry, serial, &new).await?;
    statement::add(&mut writer, entry, serial, &versions).await?;
    cairn_store::case::add(&mut writer, entry, serial, &cases).await?;
    if let Some(name) = &request.client_key {
        submission::add_client_key(&mut writer, request.laboratory.serial, name, &reading.sha256, serial).await?;
    }
    writer.commit().await?;
    outcome.accession = Some(serial.accession());
    outcome.recorded = Some(recorded);
    Ok(outcome)
}

/// What the file is, in a word for people.
fn source_name(format: &str) -> String {
    match format.split('.').next().unwrap_or(format) {
        "cairn" => "Cairn statements",
        "clinvar" => "ClinVar",
        "phenopacket" => "phenopackets",
        "sheet" => "laboratory sheet",
        "vcf" => "VCF",
        other => other,
    }
    .to_owned()
}
