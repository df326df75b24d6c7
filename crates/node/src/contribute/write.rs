//! The one transaction in which a submission becomes part of the record.

use super::identify::{Identified, Identities};
use super::laboratories::Laboratories;
use super::plan::{Compared, count_records, order};
use super::reading::Reading;
use super::{Outcome, Request, case_plan, sign, statement_plan};
use crate::error::NodeError;
use crate::keys::LaboratoryKey;
use crate::node::Node;
use crate::world::World;
use cairn_core::draft::RecordDraft;
use cairn_core::id::{SubmissionId, VariantId};
use cairn_core::problem::{Problem, Severity};
use cairn_core::provenance::Source;
use cairn_store::entry;
use cairn_store::serial::{EntrySerial, VariantSerial};
use cairn_store::submission::{self, NewSubmission, RecordedSubmission};
use cairn_store::variant::{self, VariantRecord};
use cairn_store::{Connection, Writer, laboratory, statement};
use std::collections::{BTreeSet, HashMap};

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
    let versions = statement_plan::compare(
        &mut writer,
        &statements,
        identities,
        &serials,
        &laboratories,
        request,
        world,
        &mut compared,
    )
    .await?;
    let cases =
        case_plan::compare(&mut writer, cases, &serials, &laboratories, request, world, as_of, &mut compared).await?;
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
        "clinvar" => "ClinVar",
        "phenopacket" => "phenopackets",
        "sheet" => "laboratory sheet",
        "vcf" => "VCF",
        other => other,
    }
    .to_owned()
}

/// What identification has to tell, at the rows concerned. In strict mode a variant that could not
/// be resolved stops the whole.
fn variant_problems(records: &[RecordDraft], identities: &Identities<'_>, strict: bool) -> Vec<Problem> {
    let mut problems = Vec::new();
    for record in records {
        for draft in super::identify::variants_of(record) {
            let Some(at) = identities.index(draft) else { continue };
            let identified = &identities.all()[at];
            for problem in &identified.problems {
                let mut problem = problem.clone().at_row(record.row);
                if strict && identified.is_unresolved() {
                    problem.severity = Severity::Error;
                }
                problems.push(problem);
            }
        }
    }
    problems
}

/// Records the variants that are used, and gives each identified one its serial; those not used
/// have a serial of zero that nobody asks for.
async fn record_variants(
    writer: &mut Writer,
    entry: EntrySerial,
    identities: &Identities<'_>,
    used: BTreeSet<usize>,
    world: &World,
) -> Result<Vec<VariantSerial>, NodeError> {
    let all = identities.all();
    let keys: Vec<String> =
        used.iter().map(|at| all[*at].variant.key.clone()).collect::<BTreeSet<_>>().into_iter().collect();
    let mut known = variant::find_keys(writer, &keys).await?;
    let mut created: HashMap<&str, usize> = HashMap::new();
    let mut new: Vec<(VariantId, &VariantRecord)> = Vec::new();
    for at in &used {
        let record = &all[*at].variant;
        if !known.contains_key(&record.key) && !created.contains_key(record.key.as_str()) {
            created.insert(&record.key, *at);
            new.push((VariantId::from_random((world.random)()), record));
        }
    }
    let added = variant::add(writer, entry, &new).await?;
    known.extend(new.iter().zip(added).map(|((_, record), serial)| (record.key.clone(), serial)));
    let mut serials = vec![VariantSerial::new(0); all.len()];
    for at in &used {
        serials[*at] = known.get(&all[*at].variant.key).copied().unwrap_or(serials[*at]);
    }
    let creators: BTreeSet<usize> = created.into_values().collect();
    add_names(writer, all, &used, &creators, &serials).await?;
    Ok(serials)
}

async fn add_names(
    writer: &mut Writer,
    all: &[Identified],
    used: &BTreeSet<usize>,
    creators: &BTreeSet<usize>,
    serials: &[VariantSerial],
) -> Result<(), NodeError> {
    let mut notations = Vec::new();
    let mut xrefs = Vec::new();
    let mut genes = Vec::new();
    for at in used {
        let identified = &all[*at];
        let serial = serials[*at];
        notations.extend(identified.notations.iter().map(|notation| (serial, notation.clone())));
        xrefs.extend(identified.xrefs.iter().map(|xref| (serial, xref.clone())));
        if !creators.contains(at) {
            genes.extend(identified.variant.genes.iter().map(|gene| (serial, gene)));
        }
    }
    variant::add_names(writer, &notations, &xrefs).await?;
    variant::add_genes(writer, &genes).await?;
    Ok(())
}
