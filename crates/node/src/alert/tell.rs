//! Drafts become alerts, and alerts become one notice for each laboratory and cause.

use super::concern::Concerned;
use super::deliver::{self, What};
use super::draft::{About, Draft};
use crate::error::NodeError;
use crate::node::Node;
use cairn_core::alert::{Story, Trigger, Urgency};
use cairn_core::id::{AlertId, JobId, NoticeId};
use cairn_store::alert::{Concern, NewAlert, NewNotice};
use cairn_store::serial::{EntrySerial, LaboratorySerial, StatementSerial};
use cairn_store::{Connection, Writer, alert, job, laboratory};
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Records the alerts of an entry and tells whom they concern.
pub(super) async fn tell(
    writer: &mut Writer,
    node: &Node,
    (entry, recorded): (EntrySerial, Timestamp),
    drafts: Vec<(About, Draft)>,
    concerned: &Concerned,
) -> Result<(), NodeError> {
    if drafts.is_empty() {
        return Ok(());
    }
    let names = Names::of(writer, &drafts, concerned).await?;
    let new: Vec<NewAlert> = drafts.iter().map(|(about, draft)| names.alert(node, about, draft, concerned)).collect();
    let serials = alert::add(writer, entry, &new).await?;
    let mut told: BTreeMap<(LaboratorySerial, Trigger), Vec<(usize, Concern)>> = BTreeMap::new();
    for (at, (about, draft)) in drafts.iter().enumerate() {
        for (laboratory, concern) in concerned.of(about) {
            told.entry((*laboratory, draft.cause)).or_default().push((at, *concern));
        }
    }
    let laboratories: BTreeSet<LaboratorySerial> = told.keys().map(|(laboratory, _)| *laboratory).collect();
    let policies = alert::policies(writer, &laboratories.into_iter().collect::<Vec<_>>()).await?;
    let policies: HashMap<_, _> = policies.into_iter().collect();
    let notices: Vec<NewNotice> = told
        .into_iter()
        .map(|((laboratory, cause), alerts)| {
            let days = policies.get(&laboratory).copied().unwrap_or_default().delay_days;
            let due = recorded.saturating_add(SignedDuration::from_hours(24 * i64::from(days))).unwrap_or(recorded);
            NewNotice {
                id: NoticeId::from_random((node.world().random)()),
                laboratory,
                cause,
                urgency: alerts.iter().map(|(at, _)| new[*at].urgency).min().unwrap_or(Urgency::Low),
                due,
                alerts: alerts.into_iter().map(|(at, concern)| (serials[at], concern)).collect(),
            }
        })
        .collect();
    alert::add_notices(writer, entry, &notices).await?;
    for notice in &notices {
        send(writer, node, notice.laboratory, notice.id, What::Raised, recorded).await?;
    }
    Ok(())
}

/// Asks for a notice to be sent to every webhook of its laboratory, in the same transaction.
pub(super) async fn send(
    connection: &mut Connection,
    node: &Node,
    laboratory: LaboratorySerial,
    notice: NoticeId,
    what: What,
    now: Timestamp,
) -> Result<(), NodeError> {
    for webhook in alert::webhooks(connection, laboratory).await? {
        let subject = deliver::Delivery { webhook: webhook.id, notice, what };
        let id = JobId::from_random((node.world().random)());
        job::enqueue(connection, id, deliver::KIND, &subject, now).await?;
    }
    Ok(())
}

/// What alerts are written with.
struct Names {
    laboratories: HashMap<LaboratorySerial, String>,
    /// The variant as written, and the record's key.
    records: HashMap<StatementSerial, (String, String)>,
}

impl Names {
    async fn of(
        connection: &mut Connection,
        drafts: &[(About, Draft)],
        concerned: &Concerned,
    ) -> Result<Self, NodeError> {
        let news = || drafts.iter().flat_map(|(_, draft)| &draft.news);
        let statements: Vec<StatementSerial> = news().map(|news| news.serial).collect();
        let owners = concerned.owners.values().flatten().copied();
        let wanted: BTreeSet<LaboratorySerial> = news().map(|news| news.laboratory).chain(owners).collect();
        let found = laboratory::by_serials(connection, &wanted.into_iter().collect::<Vec<_>>()).await?;
        let records = alert::expressions(connection, &statements).await?;
        Ok(Self {
            laboratories: found.into_iter().map(|lab| (lab.serial, lab.laboratory.name)).collect(),
            records: records.into_iter().map(|(serial, written, key)| (serial, (written, key))).collect(),
        })
    }

    fn alert(&self, node: &Node, about: &About, draft: &Draft, concerned: &Concerned) -> NewAlert {
        let name = |serial: &LaboratorySerial| self.laboratories.get(serial).cloned().unwrap_or_default();
        let statements = draft.news.iter().map(|news| {
            let mut told = news.told.clone();
            told.laboratory = name(&news.laboratory);
            let (written, key) = self.records.get(&news.serial).cloned().unwrap_or_default();
            told.expression = written;
            // A laboratory's own key may be a pseudonym of a person: only an archive's is told.
            let archives = key.strip_prefix("key:").filter(|_| told.summary.is_some());
            told.key = archives.map(str::to_owned);
            told
        });
        let owners = about.variant().and_then(|variant| concerned.owners.get(&variant)).into_iter().flatten();
        let owners = owners.filter(|laboratory| !draft.sources.contains(laboratory));
        let mut story = Story {
            subject: draft.subject.clone(),
            sentence: String::new(),
            from: draft.from.clone(),
            to: draft.to.clone(),
            reason: draft.reason.clone(),
            statements: statements.collect(),
            effects: draft.effects.clone(),
            literature: draft.literature.iter().cloned().collect(),
            concerned: owners.map(name).collect(),
        };
        story.sentence = sentence(&story, draft);
        NewAlert {
            id: AlertId::from_random((node.world().random)()),
            cause: draft.cause,
            urgency: draft.urgency,
            opinion: draft.opinion,
            variant: about.variant(),
            gene: about.gene().map(str::to_owned),
            source: draft.sources.first().copied().filter(|_| draft.sources.len() == 1),
            story,
        }
    }
}

/// What changed, in one sentence.
fn sentence(story: &Story, draft: &Draft) -> String {
    if let Some(sentence) = &draft.sentence {
        return sentence.clone();
    }
    let Some(first) = story.statements.first() else {
        return match draft.cases {
            0 => "Something changed.".to_owned(),
            1 => "A case with this variant came in.".to_owned(),
            n => format!("{n} cases with this variant came in."),
        };
    };
    let lead = match (&first.summary, first.difference) {
        (Some(change), _) => {
            format!("{}: {} became {} ({})", first.laboratory, change.from, change.to, change.opinion.label())
        }
        (None, Some(difference)) if difference.is_changed_mind() => {
            format!("{} {}: {} became {}", first.laboratory, difference.label(), first.from, first.to)
        }
        (None, Some(difference)) => format!("{}, {}: {}", first.laboratory, difference.label(), first.to),
        (None, None) => format!("{} cites {}", first.laboratory, listed(&story.literature)),
    };
    match story.statements.len() {
        1 => format!("{lead}."),
        2 => format!("{lead}; 1 more statement changed."),
        n => format!("{lead}; {} more statements changed.", n - 1),
    }
}

/// The first few of a list, and how many more.
fn listed(items: &[String]) -> String {
    const SHOWN: usize = 3;
    let first = items.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
    match items.len().checked_sub(SHOWN) {
        None | Some(0) => first,
        Some(more) => format!("{first} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::listed;

    #[test]
    fn a_long_list_is_counted() {
        let items: Vec<String> = (1..=5).map(|n| format!("PMID:{n}")).collect();
        assert_eq!(listed(&items), "PMID:1, PMID:2, PMID:3 and 2 more");
        assert_eq!(listed(&items[..2]), "PMID:1, PMID:2");
    }
}
