//! What the record knows: statements at the residue, cases, their features.

use super::{Gathering, SuggestError};
use crate::lookup::carriers;
use crate::lookup::statement::view;
use cairn_core::aggregate::{Position, Verdict, of_variant, rules};
use cairn_core::case::{AffectedStatus, AlleleOrigin, Zygosity};
use cairn_core::classification::{Bucket, Classification, Track};
use cairn_core::criterion::Outcome;
use cairn_core::statement::{Standing, Statement, StatementBody};
use cairn_core::suggest::EvidenceSource;
use cairn_core::suggest::case_evidence::{CaseFacts, OtherAllele};
use cairn_core::suggest::frequency::{DatasetAnswer, Seen};
use cairn_core::suggest::phenotype_match::PhenotypeFacts;
use cairn_core::suggest::residue::{Neighbour, ResidueChange};
use cairn_reference::phenotype::links::normal_id;
use cairn_reference::phenotype::ontology::TermMatch;
use cairn_store::carrier::{self, Carrier, Companion};
use cairn_store::serial::{CaseSerial, StatementSerial, VariantSerial};
use cairn_store::{Connection, observation, residue, statement, variant};
use cairn_variant::hgvs::{AminoAcid, Change, Hgvs, ProteinEdit, ProteinLocation};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Variants at one residue that are looked at.
const AT_RESIDUE: u32 = 50;
/// Statements of one of them that are read.
const STATEMENTS: u32 = 200;
/// Cases that are counted.
const CASES: u32 = 5_000;
/// Features that are compared.
const FEATURES: usize = 500;

impl Gathering<'_> {
    /// Other variants that exchange the same residue, with what laboratories say of them.
    pub(super) async fn neighbours(&self) -> Result<Vec<Neighbour>, SuggestError> {
        let (Some(change), Some(gene)) = (&self.subject.residue_change, &self.subject.gene) else {
            return Ok(Vec::new());
        };
        let mut reader = self.node.store().read().await?;
        let here =
            residue::variants(&mut reader, gene, change.position, change.position, self.as_of, AT_RESIDUE).await?;
        let here: Vec<VariantSerial> = here.into_iter().filter(|serial| Some(*serial) != self.subject.serial).collect();
        let effects = variant::effects_in(&mut reader, gene, &here).await?;
        let mut neighbours = Vec::new();
        for recorded in variant::by_serials(&mut reader, &here).await? {
            let exchange = effects.get(&recorded.serial).and_then(|effect| exchanged(effect.hgvs_p.as_deref()?));
            let Some(exchange) = exchange.filter(|other| other.position == change.position) else { continue };
            let mut neighbour = Neighbour {
                label: recorded.label,
                address: Some(format!("/variants/{}", recorded.id)),
                change: exchange,
                classes: Vec::new(),
                by_panel: false,
                without_criteria: 0,
                circular: 0,
            };
            let all = variant::merged(&mut reader, recorded.serial).await?;
            self.weigh(&mut reader, &all, &mut neighbour).await?;
            neighbours.push(neighbour);
        }
        Ok(neighbours)
    }

    /// Adds the classes of a neighbour's statements, and counts those left out.
    async fn weigh(
        &self,
        reader: &mut Connection,
        variants: &[VariantSerial],
        neighbour: &mut Neighbour,
    ) -> Result<(), SuggestError> {
        let statements =
            statement::of_variants(reader, variants, self.as_of, StatementSerial::new(0), STATEMENTS).await?;
        let mut panel = Vec::new();
        for one in view(reader, statements).await? {
            let body = &one.statement.body;
            if one.statement.standing != Standing::Current || body.classification.track() != Track::Germline {
                continue;
            }
            // A summary of several classes has none of its own; its words say which.
            let words = body.classification_text.as_deref().filter(|_| body.classification == Classification::Other);
            let by =
                words.map_or_else(|| one.laboratory.name.clone(), |words| format!("{}: {words}", one.laboratory.name));
            let class = (body.classification, by);
            match standing_of(body) {
                Reviewed::NoCriteria => neighbour.without_criteria += 1,
                Reviewed::Circular => neighbour.circular += 1,
                Reviewed::Panel => panel.push(class),
                Reviewed::Criteria => neighbour.classes.push(class),
            }
        }
        // An expert panel or a practice guideline settles what laboratories say.
        if !panel.is_empty() {
            neighbour.by_panel = true;
            neighbour.classes = panel;
        }
        Ok(())
    }

    /// What cases show, and how their features fit the disease.
    pub(super) async fn cases(
        &self,
        is_rare: Option<bool>,
        datasets: &[DatasetAnswer],
    ) -> Result<(CaseFacts, PhenotypeFacts), SuggestError> {
        let mut facts = CaseFacts {
            record: self.record.clone(),
            inheritance: self.inheritance,
            is_rare,
            population: population(datasets),
            ..CaseFacts::default()
        };
        let mut phenotypes = PhenotypeFacts { record: self.record.clone(), ..PhenotypeFacts::default() };
        self.annotate(&mut phenotypes);
        let Some(serial) = self.subject.serial else { return Ok((facts, phenotypes)) };
        let mut reader = self.node.store().read().await?;
        let all = variant::merged(&mut reader, serial).await?;
        let known = carriers::of_variants(&mut reader, self.node, &all, self.as_of, self.viewer).await?.known();
        let mut carriers = carrier::of_variants(&mut reader, &all, self.as_of, CASES).await?;
        carriers.retain(|one| known.contains(&one.case));
        let carriers = self.with_condition(&mut reader, carriers).await?;
        let affected: Vec<&Carrier> =
            carriers.iter().filter(|one| one.affected != AffectedStatus::Unaffected).collect();
        facts.affected = affected.iter().filter(|one| one.affected == AffectedStatus::Affected).count() as u64;
        facts.unaffected = (carriers.len() - affected.len()) as u64;
        let is_new = |one: &&&Carrier| one.origin == AlleleOrigin::DeNovo && one.affected == AffectedStatus::Affected;
        facts.de_novo = affected.iter().filter(is_new).count() as u64;
        if let Some(gene) = &self.subject.gene {
            let cases: Vec<CaseSerial> = affected.iter().map(|one| one.case).collect();
            let companions = carrier::companions(&mut reader, &cases, gene, &all, self.as_of).await?;
            facts.in_trans = self.in_trans(&mut reader, &affected, &companions).await?;
        }
        let known: Vec<CaseSerial> = known.into_iter().collect();
        let features = observation::features(&mut reader, self.node.keys(), &known, self.as_of, FEATURES).await?;
        self.compare(&features, carriers.len() as u64, &mut phenotypes);
        Ok((facts, phenotypes))
    }

    /// The carriers whose condition is the one asked for; all when none is chosen.
    async fn with_condition(
        &self,
        reader: &mut Connection,
        carriers: Vec<Carrier>,
    ) -> Result<Vec<Carrier>, SuggestError> {
        let Some(wanted) = &self.condition else { return Ok(carriers) };
        let cases: Vec<CaseSerial> = carriers.iter().map(|one| one.case).collect();
        let conditions = carrier::conditions(reader, self.node.keys(), &cases, self.as_of).await?;
        let name = cairn_store::fold::fold(&wanted.label);
        let is_it = |(folded, curie): &(String, Option<String>)| {
            *folded == name || curie.as_ref().is_some_and(|curie| wanted.equivalents.contains(&normal_id(curie)))
        };
        Ok(carriers
            .into_iter()
            .filter(|one| conditions.get(&one.case).is_some_and(|all| all.iter().any(is_it)))
            .collect())
    }

    /// The second alleles of affected carriers, each case once by its strongest.
    async fn in_trans(
        &self,
        reader: &mut Connection,
        affected: &[&Carrier],
        companions: &[Companion],
    ) -> Result<Vec<(OtherAllele, bool, u64)>, SuggestError> {
        let others: Vec<VariantSerial> =
            companions.iter().map(|one| one.variant).collect::<BTreeSet<_>>().into_iter().collect();
        let classes = self.classes_of(reader, &others).await?;
        let mut counted: BTreeMap<(u8, bool), u64> = BTreeMap::new();
        for carrier in affected {
            let best = if carrier.zygosity == Zygosity::Homozygous {
                Some((rank(OtherAllele::Homozygous), true))
            } else {
                let of_case = companions.iter().filter(|one| one.case == carrier.case);
                let judged = of_case.filter_map(|one| {
                    let other = classes.get(&one.variant)?;
                    let in_trans = match (&carrier.phase, &one.phase) {
                        (Some(here), Some(there)) => (here != there).then_some(true)?,
                        _ => carrier.zygosity == Zygosity::CompoundHeterozygous,
                    };
                    Some((rank(*other), in_trans))
                });
                judged.min_by_key(|(rank, confirmed)| (*rank, !confirmed))
            };
            if let Some(best) = best {
                *counted.entry(best).or_insert(0) += 1;
            }
        }
        Ok(counted.into_iter().map(|((rank, confirmed), cases)| (RANKS[rank as usize], confirmed, cases)).collect())
    }

    /// The classes of other alleles, without statements that rest on PM3.
    async fn classes_of(
        &self,
        reader: &mut Connection,
        variants: &[VariantSerial],
    ) -> Result<HashMap<VariantSerial, OtherAllele>, SuggestError> {
        let mut classes = HashMap::new();
        for serial in variants {
            let all = variant::merged(reader, *serial).await?;
            let statements =
                statement::of_variants(reader, &all, self.as_of, StatementSerial::new(0), STATEMENTS).await?;
            let counts = statements.iter().filter(|one| {
                let uses_pm3 = one.statement.body.criteria.iter().any(|c| c.code == "PM3" && c.outcome == Outcome::Met);
                one.statement.standing == Standing::Current && !uses_pm3
            });
            let vouched = |statement: &Statement| {
                statement.source_accession.as_deref().is_some_and(|name| name.starts_with("SCV"))
            };
            let names = self.node.reference().conditions();
            let positions: Vec<Position> =
                counts.map(|one| Position::of(&one.statement, vouched(&one.statement), names)).collect();
            let germline = of_variant(rules::CURRENT, &positions).into_iter().find(|one| one.track == Track::Germline);
            let Some(germline) = germline else { continue };
            let other = match germline.verdict {
                Verdict::Single(Bucket::Pathogenic) | Verdict::Agree(Bucket::Pathogenic) => {
                    match germline.deciding.contains_key(&Classification::Pathogenic) {
                        true => OtherAllele::Pathogenic,
                        false => OtherAllele::LikelyPathogenic,
                    }
                }
                Verdict::Single(Bucket::Uncertain) | Verdict::Agree(Bucket::Uncertain) => OtherAllele::Uncertain,
                _ => continue,
            };
            classes.insert(*serial, other);
        }
        Ok(classes)
    }

    /// The features that the disease is annotated with.
    fn annotate(&self, phenotypes: &mut PhenotypeFacts) {
        let Some(condition) = &self.condition else { return };
        let links = self.node.reference().disease_links();
        let ids = std::iter::once(&condition.id).chain(&condition.equivalents);
        let Some(disease) = ids.filter_map(|id| links.find(id)).next() else { return };
        phenotypes.disease = Some((disease.id.clone(), disease.name.clone()));
        phenotypes.annotated = disease.phenotypes.iter().filter(|link| !link.is_absent).count();
        phenotypes.annotations = EvidenceSource {
            name: "HPO annotations of diseases".to_owned(),
            version: self.node.reference().phenotypes().version.clone(),
            ..EvidenceSource::default()
        };
    }

    /// How many observed features are an annotation of the disease or lie below one.
    fn compare(&self, features: &[observation::FeatureCount], cases: u64, phenotypes: &mut PhenotypeFacts) {
        let Some((id, _)) = &phenotypes.disease else { return };
        let Some(disease) = self.node.reference().disease_links().find(id) else { return };
        let ontology = self.node.reference().phenotypes();
        let term = |text: &str| match ontology.find(text) {
            TermMatch::Current(at) | TermMatch::Replaced(at) => Some(at),
            TermMatch::Obsolete(_) | TermMatch::Unknown => None,
        };
        let shown = disease.phenotypes.iter().filter(|link| !link.is_absent);
        let annotated: BTreeSet<_> = shown.filter_map(|link| term(&link.term.to_string())).collect();
        for feature in features {
            let Some(at) = term(&feature.term.to_string()) else { continue };
            let fits = annotated.iter().any(|above| ontology.is_a(at, *above));
            if feature.excluded {
                phenotypes.missing += usize::from(annotated.contains(&at));
            } else {
                phenotypes.observed += 1;
                phenotypes.fitting += usize::from(fits);
            }
        }
        phenotypes.cases = if features.is_empty() { 0 } else { cases };
    }
}

/// What a statement says of how it was made.
enum Reviewed {
    Panel,
    Criteria,
    NoCriteria,
    Circular,
}

fn standing_of(body: &StatementBody) -> Reviewed {
    let is_circular =
        body.criteria.iter().any(|one| matches!(one.code.as_str(), "PS1" | "PM5") && one.outcome == Outcome::Met);
    let status = body.review_status.as_deref().unwrap_or("").to_ascii_lowercase();
    if is_circular {
        Reviewed::Circular
    } else if status.contains("expert panel") || status.contains("practice guideline") {
        Reviewed::Panel
    } else if status.contains("no assertion") || status.contains("not classified by submitter") {
        Reviewed::NoCriteria
    } else {
        Reviewed::Criteria
    }
}

/// The strongest first.
const RANKS: [OtherAllele; 4] =
    [OtherAllele::Pathogenic, OtherAllele::LikelyPathogenic, OtherAllele::Homozygous, OtherAllele::Uncertain];

fn rank(other: OtherAllele) -> u8 {
    RANKS.iter().position(|held| *held == other).unwrap_or_default() as u8
}

/// The exchange of one residue that a protein description says.
fn exchanged(hgvs_p: &str) -> Option<ResidueChange> {
    let Ok(Hgvs::Variant(variant)) = hgvs_p.parse::<Hgvs>() else { return None };
    let Change::Protein(changes) = &variant.change else { return None };
    let change = changes.only()?;
    let (ProteinLocation::Single(residue), ProteinEdit::Substitution(alternative)) = (&change.location, &change.edit)
    else {
        return None;
    };
    (*alternative != AminoAcid::Ter).then(|| ResidueChange {
        position: residue.position,
        reference: residue.amino_acid.one_letter(),
        alternative: alternative.one_letter(),
    })
}

/// The dataset with the most alleles read, for a comparison with cases. Absence takes the number of the nearest site.
fn population(datasets: &[DatasetAnswer]) -> Option<(u64, u64, EvidenceSource)> {
    let counts = datasets.iter().filter_map(|answer| match &answer.seen {
        Seen::Found(found) if found.filter.is_empty() => {
            Some((found.all.count?, found.all.number?, answer.source.clone()))
        }
        Seen::Absent { alleles: Some(alleles), .. } => Some((0, *alleles, answer.source.clone())),
        _ => None,
    });
    counts.max_by_key(|(_, number, _)| *number)
}
