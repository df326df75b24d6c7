//! What a landing did to aggregates and discordances, told with the statements that did it.

use super::draft::{About, Draft};
use crate::aggregate::AggregateChange;
use crate::discordance::DiscordanceChange;
use cairn_core::alert::{Trigger, Urgency};
use std::collections::BTreeMap;

/// Adds to each variant's draft what became of its aggregate and its discordances. A discordance that
/// changed without a statement of the landing, as when two variants turn out to be one, is a draft of
/// its own where somebody may be interested.
pub(super) fn add(
    drafts: &mut BTreeMap<About, Draft>,
    aggregates: &[AggregateChange],
    discordances: &[DiscordanceChange],
    with_new: bool,
) {
    for change in aggregates.iter().filter(|change| change.is_whole() && change.says_something_else()) {
        let Some(draft) = drafts.get_mut(&About::Variant(change.variant)) else { continue };
        let (Some(before), Some(after)) = (&change.before, &change.after) else { continue };
        let why = if change.is_of_method() { "by other rules of aggregation, " } else { "" };
        let (was, is) = (&before.classification, &after.classification);
        draft.effects.push(format!("{why}all statements together said {was} and say {is}"));
        if before.sides != after.sides {
            draft.urgency = draft.urgency.min(Urgency::Medium);
        }
    }
    for change in discordances {
        let about = About::Variant(change.variant);
        if !drafts.contains_key(&about) && with_new {
            drafts.insert(about.clone(), Draft::new(Trigger::Statement));
        }
        let Some(draft) = drafts.get_mut(&about) else { continue };
        let accession = change.serial.accession();
        let (state, grade) = change.after;
        let told = match change.before {
            None => format!("discordance {accession} opened: {}", grade.label()),
            Some((was, _)) if was != state => {
                format!("discordance {accession} was {} and is {}", was.label(), state.label())
            }
            Some((_, was)) if was != grade => {
                format!("discordance {accession} was {} and is {}", was.label(), grade.label())
            }
            Some(_) => continue,
        };
        let is_serious = state.is_open() && grade.is_medically_significant();
        draft.urgency = draft.urgency.min(if is_serious { Urgency::High } else { Urgency::Medium });
        if draft.news.is_empty() && draft.cases == 0 && draft.sentence.is_none() {
            draft.sentence = Some(format!("A {told}."));
        } else {
            draft.effects.push(told);
        }
    }
}
