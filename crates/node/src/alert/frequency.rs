//! A table of population frequencies that came: for which classified variants BA1, BS1 or PM2 comes
//! out otherwise than with the tables that were loaded before.
//!
//! Only what speaks for another class than the one stated is told: BA1 or BS1 that is met now, or PM2
//! that no longer is, against a class that is not benign; the other way round against one that is not
//! pathogenic. What a statement's own criteria say already is not told again. The limits are those of
//! the guideline proposed for the gene and of the loaded gene tables, as in suggested values.

use super::concern::{Concerned, add_cases, of_variant, plain};
use super::draft::{About, Draft};
use super::tell::tell;
use crate::error::NodeError;
use crate::node::Node;
use cairn_core::alert::{Reason, Trigger, Urgency};
use cairn_core::classification::Bucket;
use cairn_core::guideline::{Guideline, Guidelines, Question, propose};
use cairn_core::id::JobId;
use cairn_core::suggest::frequency::{self, DatasetAnswer, FrequencyFacts};
use cairn_core::suggest::panel::{self, Measurable};
use cairn_core::suggest::prediction::Predicted;
use cairn_core::suggest::{Answers, EvidenceSource, Suggested, Suggestion, for_guideline};
use cairn_reference::source::{Source, SourceKind};
use cairn_store::alert::{self, MemberStatement};
use cairn_store::entry::AsOf;
use cairn_store::serial::{EntrySerial, VariantSerial};
use cairn_store::{Connection, Writer, job, variant};
use cairn_variant::assembly::Assembly;
use cairn_variant::replacement::Replacement;
use cairn_variant::vcf::VcfExpression;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The name of this work among the jobs.
pub(crate) const KIND: &str = "weigh_frequencies";
/// Variants looked at together.
const AT_ONCE: u32 = 1_000;
/// The criteria that frequencies decide alone.
const CRITERIA: [&str; 3] = ["BA1", "BS1", "PM2"];

/// With what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct WeighFrequencies {
    /// SHA-256 of the tables that came.
    pub tables: Vec<String>,
    /// The entry they came with: statements of later entries knew them.
    pub entry: i64,
}

/// Asks for the work when tables of frequencies came.
pub(crate) async fn ask(
    writer: &mut Writer,
    node: &Node,
    (entry, now): (EntrySerial, Timestamp),
    new: impl Iterator<Item = &Source>,
) -> Result<(), NodeError> {
    let tables: Vec<String> =
        new.filter(|source| source.kind == SourceKind::Frequencies).map(|source| source.sha256.clone()).collect();
    if !tables.is_empty() {
        let id = JobId::from_random((node.world().random)());
        job::enqueue(writer, id, KIND, &WeighFrequencies { tables, entry: entry.number() }, now).await?;
    }
    Ok(())
}

/// A criterion that comes out otherwise than before.
struct Crossing {
    before: Suggestion,
    after: Suggestion,
    guideline: String,
}

impl Node {
    /// Looks at every variant that members had classified when the tables came; how many alerts were
    /// raised comes back.
    ///
    /// # Errors
    /// When the record fails; nothing is told then.
    pub(crate) async fn weigh_frequencies(&self, asked: &WeighFrequencies) -> Result<usize, NodeError> {
        let as_of = AsOf::up_to(EntrySerial::new(asked.entry));
        let mut reader = self.store().read().await?;
        let guidelines = self.guidelines(self.as_of(None).await?).await?;
        let mut drafts: BTreeMap<About, Draft> = BTreeMap::new();
        let mut concerned = Concerned::default();
        let mut after = VariantSerial::new(0);
        loop {
            let page = variant::unmerged(&mut reader, after, AT_ONCE).await?;
            let Some(last) = page.last().copied() else { break };
            after = last;
            let mut statements: BTreeMap<VariantSerial, Vec<MemberStatement>> = BTreeMap::new();
            for statement in alert::member_statements(&mut reader, &page, as_of, &CRITERIA).await? {
                statements.entry(statement.variant).or_default().push(statement);
            }
            let stated: Vec<VariantSerial> = statements.keys().copied().collect();
            let mut genes: HashMap<VariantSerial, Vec<String>> = HashMap::new();
            for (variant, gene) in variant::gene_symbols(&mut reader, &stated).await? {
                genes.entry(variant).or_default().push(gene);
            }
            for (variant, statements) in &statements {
                let genes = genes.get(variant).map_or(&[][..], Vec::as_slice);
                let changes = changes(&mut reader, *variant).await?;
                let crossings = self.crossings(&changes, genes, &guidelines, &asked.tables);
                add(&mut drafts, &mut concerned, *variant, statements, &crossings);
            }
        }
        let variants: Vec<VariantSerial> = drafts.keys().filter_map(About::variant).collect();
        let cases = alert::cases_of_variants(&mut reader, self.keys(), &variants).await?;
        add_cases(&mut reader, of_variant(&drafts), &cases, &mut concerned).await?;
        drop(reader);
        if drafts.is_empty() {
            return Ok(0);
        }
        let count = drafts.len();
        let mut writer = self.store().write().await?;
        let at = writer.enter(self.now()).await?;
        tell(&mut writer, self, at, drafts.into_iter().collect(), &concerned).await?;
        writer.commit().await?;
        Ok(count)
    }

    /// The criteria that come out otherwise with the new tables than without them.
    fn crossings(
        &self,
        changes: &[(Assembly, Replacement)],
        genes: &[String],
        guidelines: &Guidelines,
        new: &[String],
    ) -> Vec<Crossing> {
        let (frequencies, sequences) = (self.reference().frequencies(), self.reference().sequences());
        let is_new = |source: &EvidenceSource| source.digest.as_ref().is_some_and(|digest| new.contains(digest));
        let says = |answers: &[DatasetAnswer]| answers.iter().any(|answer| is_new(&answer.source));
        let (with, with_out_of_reach) = frequencies.of(changes, sequences);
        if !says(&with) {
            return Vec::new();
        }
        let (without, out_of_reach) = frequencies.of_those(changes, sequences, |source| !is_new(source));
        let asked = Question { genes: genes.to_vec(), ..Question::default() };
        let proposed = propose(guidelines.iter(), &asked).and_then(|found| guidelines.find(&found.guideline).ok());
        let Some(guideline) = proposed else { return Vec::new() };
        let before = self.by_frequency(guideline, genes, &without, &out_of_reach);
        let after = self.by_frequency(guideline, genes, &with, &with_out_of_reach);
        let pairs = CRITERIA.iter().filter_map(|code| {
            let of = |all: &[Suggestion]| all.iter().find(|one| one.criterion == *code).cloned();
            Some((of(&before)?, of(&after)?))
        });
        pairs
            .filter(|(before, after)| before.is_met() != after.is_met() && after.outcome != Suggested::NoValue)
            .map(|(before, after)| Crossing { before, after, guideline: guideline.address() })
            .collect()
    }

    fn by_frequency(
        &self,
        guideline: &Guideline,
        genes: &[String],
        datasets: &[DatasetAnswer],
        out_of_reach: &[String],
    ) -> Vec<Suggestion> {
        let limits: Vec<_> =
            genes.iter().flat_map(|gene| self.reference().gene_tables().frequency_limits(gene)).collect();
        let answers = Answers::default();
        let facts = FrequencyFacts {
            datasets,
            out_of_reach,
            inheritance: None,
            vcf: &[],
            limits: &limits,
            ba1_of_2015: guideline.id == "acmg-amp",
            pm2_strength: guideline.criterion("PM2").and_then(|pm2| pm2.strength),
        };
        let mut all = frequency::suggest(&facts, &answers);
        let record = EvidenceSource::default();
        let measurable = Measurable {
            datasets,
            scores: &[],
            change: Predicted::Other,
            affected: 0,
            de_novo: 0,
            record: &record,
            answers: &answers,
        };
        panel::apply(guideline, &mut all, &measurable);
        for_guideline(guideline, all)
    }
}

/// The change on each assembly, as recorded.
async fn changes(
    connection: &mut Connection,
    variant: VariantSerial,
) -> Result<Vec<(Assembly, Replacement)>, NodeError> {
    let alleles = variant::alleles(connection, variant).await?;
    let read = |allele: variant::Allele| {
        let vcf: VcfExpression = allele.vcf?.parse().ok()?;
        Some((allele.assembly, vcf.allele.replacement(allele.assembly)))
    };
    Ok(alleles.into_iter().filter_map(read).collect())
}

/// One draft for a variant of which a criterion speaks for another class than somebody states.
fn add(
    drafts: &mut BTreeMap<About, Draft>,
    concerned: &mut Concerned,
    variant: VariantSerial,
    statements: &[MemberStatement],
    crossings: &[Crossing],
) {
    let about = About::Variant(variant);
    let told: Vec<(&Crossing, Vec<&MemberStatement>)> = crossings
        .iter()
        .map(|crossing| (crossing, statements.iter().filter(|stated| crossing.matters_to(stated)).collect::<Vec<_>>()))
        .filter(|(_, stated)| !stated.is_empty())
        .collect();
    if told.is_empty() {
        return;
    }
    let mut draft = Draft::new(Trigger::Frequency);
    draft.is_change = true;
    for (crossing, stated) in &told {
        for statement in stated {
            concerned.add(&about, statement.laboratory, plain(Reason::OwnStatement));
            concerned.owners.entry(variant).or_default().insert(statement.laboratory);
            draft.urgency = draft.urgency.min(crossing.urgency(statement));
        }
        match &draft.sentence {
            None => draft.sentence = Some(crossing.sentence()),
            Some(_) => draft.effects.push(crossing.sentence().trim_end_matches('.').to_owned()),
        }
    }
    let classes: BTreeSet<&str> =
        told.iter().flat_map(|(_, stated)| stated).map(|stated| stated.classification.label()).collect();
    let classes = classes.into_iter().collect::<Vec<_>>().join(", ");
    let guideline = &told[0].0.guideline;
    draft.reason = Some(format!("weighed by {guideline} for a variant stated as {classes}"));
    drafts.insert(about, draft);
}

impl Crossing {
    /// Whether it speaks for another class than the statement's, and the statement does not know it.
    fn matters_to(&self, stated: &MemberStatement) -> bool {
        let side = stated.classification.bucket();
        let speaks_for_benign = self.after.is_met() != (self.after.criterion == "PM2");
        let is_against = match speaks_for_benign {
            true => side != Some(Bucket::Benign),
            false => side != Some(Bucket::Pathogenic),
        };
        let own = stated.criteria.iter().find(|(code, _)| *code == self.after.criterion);
        side.is_some() && is_against && own.is_none_or(|(_, is_met)| *is_met != self.after.is_met())
    }

    fn urgency(&self, stated: &MemberStatement) -> Urgency {
        let speaks_for_benign = self.after.is_met() != (self.after.criterion == "PM2");
        match (speaks_for_benign, stated.classification.bucket()) {
            (true, Some(Bucket::Pathogenic)) => Urgency::High,
            (false, Some(Bucket::Benign)) => Urgency::Medium,
            _ if self.after.criterion == "BA1" => Urgency::Medium,
            _ => Urgency::Low,
        }
    }

    fn sentence(&self) -> String {
        let (code, now) = (&self.after.criterion, &self.after.sentence);
        let was = match self.before.outcome {
            Suggested::Met => "was met and is not met any more",
            Suggested::NotMet => "was not met and is met now",
            Suggested::NoValue => "could not be told and is met now",
        };
        format!("{code} {was}: {}.", now.trim_end_matches('.'))
    }
}
