//! A guideline that came, in a new version or for genes that only general rules covered: which
//! statements of members it would put into another class than they state.
//!
//! Both guidelines are run on the criteria of every statement ([`crate::guideline_comparison`]). A
//! statement is told of where the two differ and the newer one differs from the class stated; one
//! that names another guideline is left alone, unless an expert panel wrote the newer one for its gene.

use super::concern::{Concerned, plain};
use super::draft::{About, Draft};
use super::tell::tell;
use crate::error::NodeError;
use crate::guideline_comparison::{Reclassified, Run};
use crate::lookup::laboratories;
use crate::node::Node;
use cairn_core::alert::{Reason, Trigger, Urgency, urgency};
use cairn_core::change::Classes;
use cairn_core::classification::Classification;
use cairn_core::guideline::{Guideline, Guidelines, Question, propose};
use cairn_core::laboratory::Laboratory;
use cairn_store::entry::{self, AsOf};
use cairn_store::serial::{EntrySerial, LaboratorySerial, StatementSerial, VariantSerial};
use cairn_store::{Connection, Writer, knowledge, statement, variant};
use jiff::Timestamp;
use std::collections::{BTreeMap, HashMap, HashSet};

/// The name of guidelines in the record.
const GUIDELINE: &str = "guideline";
/// Statements of which more is read at a time.
const PAGE: usize = 2_000;

/// A statement that a newer guideline classifies otherwise.
struct Affected {
    found: Reclassified,
    old: String,
    new: String,
}

impl Node {
    /// Compares the guidelines inside the program with those that the node saw last: a newer program
    /// may bring a newer version. The first look is the ground for later ones.
    pub(crate) async fn note_guidelines(&self) -> Result<(), NodeError> {
        let mut writer = self.store().write().await?;
        let seen = knowledge::seen(&mut writer, GUIDELINE).await?;
        let all = match self.guidelines(entry::now(&mut writer).await?).await {
            // A recorded file that can no longer be read is said where it is asked for.
            Err(NodeError::Guideline(..)) => return Ok(()),
            all => all?,
        };
        let addresses: Vec<String> = all.iter().map(Guideline::address).collect();
        let new: Vec<String> = addresses.into_iter().filter(|address| !seen.contains_key(address)).collect();
        if new.is_empty() {
            return Ok(());
        }
        if seen.is_empty() {
            let ground = entry::now(&mut writer).await?.entry();
            note(&mut writer, ground, &new).await?;
        } else {
            let at = writer.enter(self.now()).await?;
            self.tell_of_guidelines(&mut writer, at, &all, &new).await?;
        }
        Ok(writer.commit().await?)
    }

    /// Notes guidelines that came, and tells whose statements they would put into another class.
    pub(crate) async fn tell_of_guidelines(
        &self,
        writer: &mut Writer,
        at: (EntrySerial, Timestamp),
        all: &Guidelines,
        addresses: &[String],
    ) -> Result<(), NodeError> {
        note(writer, at.0, addresses).await?;
        let as_of = entry::now(writer).await?;
        let mut affected = Vec::new();
        for new in addresses.iter().filter_map(|address| all.find(address).ok()) {
            let Some(old) = predecessor(all, new) else { continue };
            let Ok(run) = Run::over(writer, old, new, as_of, usize::MAX).await? else { continue };
            let kept = kept(writer, all, new, as_of, run.changed).await?;
            affected.extend(kept.into_iter().map(|found| Affected { found, old: old.address(), new: new.address() }));
        }
        let (drafts, concerned) = drafts(writer, affected).await?;
        tell(writer, self, at, drafts, &concerned).await
    }
}

async fn note(writer: &mut Writer, entry: EntrySerial, addresses: &[String]) -> Result<(), NodeError> {
    let items: Vec<(String, String)> = addresses.iter().map(|address| (address.clone(), String::new())).collect();
    Ok(knowledge::see(writer, entry, GUIDELINE, &items).await?)
}

/// What classified the same variants until now: the version before, else the general rules.
fn predecessor<'a>(all: &'a Guidelines, new: &Guideline) -> Option<&'a Guideline> {
    if !new.is_for_variants() {
        return None;
    }
    all.before(new).or_else(|| {
        let genes = new.scope.as_ref().map(|scope| scope.genes.clone()).filter(|genes| !genes.is_empty())?;
        let asked = Question { genes, ..Question::default() };
        let others = all.iter().filter(|known| known.id != new.id);
        let proposal = propose(others, &asked)?;
        all.find(&proposal.guideline).ok()
    })
}

/// Those of members that the newer guideline is for, and that state another class than it gives.
async fn kept(
    connection: &mut Connection,
    all: &Guidelines,
    new: &Guideline,
    as_of: AsOf,
    changed: Vec<Reclassified>,
) -> Result<Vec<Reclassified>, NodeError> {
    let mut kept = Vec::new();
    for page in changed.chunks(PAGE) {
        let variants: Vec<VariantSerial> = page.iter().map(|found| found.statement.variant).collect();
        let names = laboratories(connection, page.iter().map(|found| found.statement.laboratory)).await?;
        let mut genes: HashMap<VariantSerial, Vec<String>> = HashMap::new();
        for (variant, gene) in variant::gene_symbols(connection, &variants).await? {
            genes.entry(variant).or_default().push(gene);
        }
        let briefs = statement::briefs(connection, &variants, as_of).await?;
        let named: HashMap<StatementSerial, String> =
            briefs.into_iter().filter_map(|brief| Some((brief.serial, brief.says.guideline?))).collect();
        for found in page {
            let is_member = names.get(&found.statement.laboratory).is_some_and(|lab| lab.is_member);
            let genes = genes.get(&found.statement.variant).map_or(&[][..], Vec::as_slice);
            let other = |stated: &String| all.find(stated.trim()).is_ok_and(|known| known.id != new.id);
            let is_other = named.get(&found.statement.serial).is_some_and(other) && new.scope.is_none();
            if is_member && !is_other && is_in_scope(new, genes) && found.b != Some(found.statement.classification) {
                kept.push(found.clone());
            }
        }
    }
    Ok(kept)
}

fn is_in_scope(guideline: &Guideline, genes: &[String]) -> bool {
    let Some(scope) = guideline.scope.as_ref().filter(|scope| !scope.genes.is_empty()) else { return true };
    scope.genes.iter().any(|gene| genes.iter().any(|touched| touched.eq_ignore_ascii_case(gene)))
}

/// One draft a variant, whoever states it.
async fn drafts(
    connection: &mut Connection,
    affected: Vec<Affected>,
) -> Result<(Vec<(About, Draft)>, Concerned), NodeError> {
    let owners: HashSet<LaboratorySerial> = affected.iter().map(|one| one.found.statement.laboratory).collect();
    let names = laboratories(connection, owners.into_iter()).await?;
    let mut drafts: BTreeMap<About, Draft> = BTreeMap::new();
    let mut concerned = Concerned::default();
    for one in &affected {
        let (variant, owner) = (one.found.statement.variant, one.found.statement.laboratory);
        let about = About::Variant(variant);
        concerned.add(&about, owner, plain(Reason::OwnStatement));
        concerned.owners.entry(variant).or_default().insert(owner);
        let draft = drafts.entry(about).or_insert_with(|| Draft::new(Trigger::Guideline));
        draft.is_change = true;
        draft.urgency = draft.urgency.min(one.urgency());
        let sentence = one.sentence(names.get(&owner));
        match &draft.sentence {
            None => {
                draft.sentence = Some(sentence);
                draft.reason = Some(one.found.why.join("; ")).filter(|why| !why.is_empty());
            }
            Some(_) => draft.effects.push(sentence.trim_end_matches('.').to_owned()),
        }
    }
    Ok((drafts.into_iter().collect(), concerned))
}

impl Affected {
    fn urgency(&self) -> Urgency {
        match self.found.b {
            Some(class) => {
                urgency(&Classes::read(self.found.statement.classification.label()), &Classes::read(class.label()))
            }
            None => Urgency::Low,
        }
    }

    fn sentence(&self, owner: Option<&Laboratory>) -> String {
        let label = |class: Option<Classification>| class.map_or("no class", Classification::label);
        let Reclassified { statement, a, b, .. } = &self.found;
        let accession = statement.serial.accession();
        let owner = owner.map_or("a laboratory", |laboratory| laboratory.name.as_str());
        let criteria = statement.criteria.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        format!(
            "The criteria of {accession}.{} of {owner} ({criteria}) give {} under {} and gave {} under {}; it states {}.",
            statement.version,
            label(*b),
            self.new,
            label(*a),
            self.old,
            statement.classification.label()
        )
    }
}
