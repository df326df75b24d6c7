//! Which recorded discordance a finding continues.

use cairn_core::discordance::State;
use cairn_core::discordance::detect::Found;
use cairn_store::discordance::{Member, Recorded};
use cairn_store::serial::DiscordanceSerial;
use std::collections::HashMap;

/// The discordance that each finding continues: the one of the same place, else one that asks for
/// work on the same track and shares most of its statements: a condition that is named, or a mode that is
/// stated, begins nothing new.
pub(super) fn matched<'a>(
    heads: &[&'a Recorded],
    found: &[Found],
    members: &[Vec<Member>],
    before: &HashMap<DiscordanceSerial, Vec<Member>>,
) -> Vec<Option<&'a Recorded>> {
    let same_place =
        |head: &Recorded, one: &Found| head.track == one.track && head.scope == one.scope && head.group == one.group;
    let mut matched: Vec<Option<&Recorded>> =
        found.iter().map(|one| heads.iter().copied().find(|head| same_place(head, one))).collect();
    for at in 0..found.len() {
        if matched[at].is_some() {
            continue;
        }
        let shared = |head: &Recorded| {
            let listed = before.get(&head.serial).into_iter().flatten();
            listed.filter(|one| members[at].iter().any(|now| now.statement == one.statement)).count()
        };
        let free = |head: &&&Recorded| {
            head.track == found[at].track
                && head.last.state != State::Concordant
                && !matched.iter().flatten().any(|taken| taken.serial == head.serial)
                && !found.iter().any(|one| same_place(head, one))
        };
        let best = heads.iter().filter(free).max_by_key(|head| shared(head)).copied();
        matched[at] = best.filter(|head| shared(head) * 2 > before.get(&head.serial).map_or(0, Vec::len));
    }
    matched
}
