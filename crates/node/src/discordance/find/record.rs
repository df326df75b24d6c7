//! Recording what was found, with the words that are shown and searched.

use super::Next;
use crate::discordance::DiscordanceChange;
use crate::error::NodeError;
use cairn_core::condition::Inheritance;
use cairn_core::condition_group::ConditionGroup;
use cairn_core::discordance::detect::{Found, Scope};
use cairn_store::discordance::{self, NewVersion, Words};
use cairn_store::fold::fold;
use cairn_store::serial::{DiscordanceSerial, EntrySerial, LaboratorySerial, VariantSerial};
use cairn_store::{StoreError, Writer, laboratory, variant};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Condition and inheritance of a finding for people.
pub(super) fn words_of(one: &Found, grouped: &[Option<ConditionGroup>]) -> String {
    let mut names: Vec<&str> =
        one.members.iter().filter_map(|at| Some(grouped[*at].as_ref()?.label.as_str())).collect();
    names.sort_unstable();
    names.dedup();
    match one.scope {
        Scope::Unstated => String::new(),
        Scope::AcrossConditions => names.join("; "),
        Scope::Condition => {
            let mode = one.group.rsplit('|').next().and_then(Inheritance::read).map(Inheritance::label);
            let name = names.first().copied().unwrap_or_default();
            mode.map_or_else(|| name.to_owned(), |mode| format!("{name}, {mode}"))
        }
    }
}

/// Records the versions with their words; what changed comes back.
pub(super) async fn record(
    writer: &mut Writer,
    moment: (EntrySerial, Timestamp),
    mut new: Vec<Next>,
) -> Result<Vec<DiscordanceChange>, NodeError> {
    if new.is_empty() {
        return Ok(Vec::new());
    }
    add_words(writer, &mut new).await?;
    for (serial, place) in new.iter().filter_map(|next| next.moved.as_ref()) {
        discordance::move_to(writer, *serial, place).await?;
    }
    let versions: Vec<NewVersion> = new.iter().map(|next| next.version.clone()).collect();
    let serials = discordance::add(writer, moment, &versions).await?;
    let change = |(serial, next): (DiscordanceSerial, Next)| {
        let laboratories: BTreeSet<LaboratorySerial> = next.members.iter().map(|one| one.laboratory).collect();
        DiscordanceChange {
            serial,
            variant: next.variant,
            laboratories: laboratories.into_iter().collect(),
            before: next.before,
            after: (next.version.version.state, next.version.version.grade),
            cause: next.version.version.cause,
        }
    };
    Ok(serials.into_iter().zip(new).map(change).collect())
}

/// What is shown and searched of each: names of the variant, its genes, the condition, the laboratories.
async fn add_words(writer: &mut Writer, new: &mut [Next]) -> Result<(), StoreError> {
    let variants: BTreeSet<VariantSerial> = new.iter().map(|next| next.variant).collect();
    let variants: Vec<VariantSerial> = variants.into_iter().collect();
    let mut names: BTreeMap<VariantSerial, String> = BTreeMap::new();
    for found in variant::by_serials(writer, &variants).await? {
        let text = [Some(found.label), found.hgvs_c, found.hgvs_p];
        names.insert(found.serial, text.into_iter().flatten().collect::<Vec<_>>().join(" "));
    }
    for (serial, gene) in discordance::genes(writer, &variants).await? {
        let text = names.entry(serial).or_default();
        text.push(' ');
        text.push_str(&gene);
    }
    let serials: BTreeSet<LaboratorySerial> =
        new.iter().flat_map(|n| n.members.iter().map(|one| one.laboratory)).collect();
    let serials: Vec<LaboratorySerial> = serials.into_iter().collect();
    let laboratories: HashMap<LaboratorySerial, String> =
        laboratory::by_serials(writer, &serials).await?.into_iter().map(|l| (l.serial, l.laboratory.name)).collect();
    for next in new.iter_mut() {
        let mut parts: BTreeSet<&str> = BTreeSet::new();
        parts.extend(next.members.iter().filter_map(|one| laboratories.get(&one.laboratory)).map(String::as_str));
        let who = parts.into_iter().collect::<Vec<_>>().join(" ");
        let what = names.get(&next.variant).map(String::as_str).unwrap_or_default();
        let search = fold(&format!("{what} {} {who}", next.condition));
        next.version.words = Some(Words { condition: next.condition.clone(), search });
    }
    Ok(())
}
