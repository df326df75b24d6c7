//! The machine's part: what the current statements of variants say of their discordances.

mod matching;
mod next;
mod record;

use super::DiscordanceChange;
use super::equivalents::{self, Compared};
use super::grouping::Namings;
use crate::error::NodeError;
use crate::node::Node;
use cairn_core::classification::Classification;
use cairn_core::condition_group::{ConditionGroup, group_of};
use cairn_core::discordance::detect::{Found, Standpoint, detect};
use cairn_core::discordance::{self as rules, Grade, State, grade};
use cairn_core::equivalence;
use cairn_core::statement::StatementBody;
use cairn_store::discordance::{self, Member, NewDiscordance, NewVersion, Recorded, Standing};
use cairn_store::serial::{DiscordanceSerial, EntrySerial, StatementSerial, VariantSerial};
use cairn_store::{StoreError, Writer, variant};
use jiff::Timestamp;
use matching::matched;
use next::first_version;
use record::{record, words_of};
use std::collections::{BTreeSet, HashMap};

/// The rules in force, as a version says them.
pub(super) fn rules_in_force() -> String {
    format!("{}/{}", rules::RULES, equivalence::current().version)
}

/// Looks at the current statements of these variants, and at those compared with them.
pub(super) async fn look_at(
    writer: &mut Writer,
    node: &Node,
    moment: (EntrySerial, Timestamp),
    variants: BTreeSet<VariantSerial>,
) -> Result<Vec<DiscordanceChange>, NodeError> {
    if variants.is_empty() {
        return Ok(Vec::new());
    }
    let mut variants = variants;
    let given: Vec<VariantSerial> = variants.iter().copied().collect();
    variants.extend(discordance::partners(writer, &given).await?);
    let groups = equivalents::of(writer, &variants).await?;
    let scene = Scene::read(writer, &groups).await?;
    let mut new = Vec::new();
    for group in &groups {
        scene.compare(node, group, &mut new);
    }
    record(writer, moment, new).await
}

/// Everything that is read for the comparison.
struct Scene {
    /// By variant, after mergers.
    standings: HashMap<VariantSerial, Vec<Standing>>,
    by_statement: HashMap<StatementSerial, Standing>,
    bodies: HashMap<StatementSerial, StatementBody>,
    namings: Namings,
    heads: Vec<Recorded>,
    members: HashMap<DiscordanceSerial, Vec<Member>>,
}

/// A version to be recorded, with what a change says of it.
struct Next {
    before: Option<(State, Grade)>,
    version: NewVersion,
    /// Where the discordance stands from now on, when that is elsewhere.
    moved: Option<(DiscordanceSerial, NewDiscordance)>,
    members: Vec<Member>,
    variant: VariantSerial,
    /// Condition for people.
    condition: String,
}

impl Scene {
    async fn read(writer: &mut Writer, groups: &[Compared]) -> Result<Self, StoreError> {
        let looked_at: Vec<VariantSerial> =
            groups.iter().flat_map(|group| group.variants.iter().map(|(serial, _)| *serial)).collect();
        let all = variant::with_merged(writer, &looked_at).await?;
        let listed = discordance::standings(writer, &all).await?;
        let mut heads = discordance::of_variants(writer, &all).await?;
        heads.sort_by_key(|head| head.serial);
        let lists: Vec<_> = heads.iter().map(|head| (head.serial, head.last.members_version)).collect();
        let members = discordance::members(writer, &lists).await?;
        let mut standings: HashMap<VariantSerial, Vec<Standing>> = HashMap::new();
        for one in &listed {
            standings.entry(one.variant).or_default().push(one.clone());
        }
        let mut scene = Self {
            standings,
            by_statement: listed.into_iter().map(|one| (one.statement, one)).collect(),
            bodies: HashMap::new(),
            namings: Namings::default(),
            heads,
            members,
        };
        let wanted: Vec<(StatementSerial, u32)> =
            groups.iter().filter(|group| scene.may_differ(group)).flat_map(|group| scene.versions_of(group)).collect();
        scene.bodies = discordance::bodies(writer, &wanted).await?;
        let laboratories = wanted.iter().filter_map(|(serial, _)| Some(scene.by_statement.get(serial)?.laboratory_id));
        scene.namings = Namings::of(writer, laboratories.collect::<Vec<_>>().into_iter()).await?;
        Ok(scene)
    }

    fn of_group<'a>(&'a self, group: &'a Compared) -> impl Iterator<Item = &'a Standing> {
        group.variants.iter().filter_map(|(serial, _)| self.standings.get(serial)).flatten()
    }

    fn versions_of(&self, group: &Compared) -> Vec<(StatementSerial, u32)> {
        self.of_group(group).map(|one| (one.statement, one.version)).collect()
    }

    /// Whether bodies need to be read: classes differ, or there is a discordance already.
    fn may_differ(&self, group: &Compared) -> bool {
        let counts = |one: &&Standing| !one.is_summary && !one.is_withdrawn;
        let classes: BTreeSet<Classification> = self.of_group(group).filter(counts).map(|one| one.class).collect();
        let differ = classes.iter().any(|a| classes.iter().any(|b| grade::between(*a, *b).is_some()));
        differ || self.heads.iter().any(|head| in_group(head, group))
    }

    /// What the statements of a group say, and what follows for its discordances.
    fn compare(&self, node: &Node, group: &Compared, new: &mut Vec<Next>) {
        if !self.may_differ(group) {
            return;
        }
        let listed: Vec<&Standing> = self.of_group(group).filter(|one| !one.is_withdrawn).collect();
        let grouped: Vec<Option<ConditionGroup>> = listed.iter().map(|one| self.condition(node, one)).collect();
        let standpoints: Vec<Standpoint> =
            listed.iter().zip(&grouped).map(|(one, grouped)| self.standpoint(one, grouped.as_ref())).collect();
        let found = detect(&standpoints);
        let heads: Vec<&Recorded> = self.heads.iter().filter(|head| in_group(head, group)).collect();
        let members: Vec<Vec<Member>> =
            found.iter().map(|one| one.members.iter().map(|at| member(listed[*at])).collect()).collect();
        let matched = matched(&heads, &found, &members, &self.members);
        for ((one, members), head) in found.iter().zip(members).zip(&matched) {
            let words = words_of(one, &grouped);
            new.extend(self.found(*head, one, members, group, words));
        }
        for head in heads.iter().filter(|head| !matched.iter().flatten().any(|taken| taken.serial == head.serial)) {
            new.extend(self.next_version(head, None, &self.current(head), false));
        }
    }

    /// The condition of a statement; `None` when it names none.
    fn condition(&self, node: &Node, one: &Standing) -> Option<ConditionGroup> {
        let body = self.bodies.get(&one.statement)?;
        let mut conditions = body.conditions.clone();
        self.namings.explain(one.laboratory_id, &mut conditions);
        let group = group_of(&conditions, body.inheritance, node.reference().conditions());
        group.is_stated().then_some(group)
    }

    fn standpoint(&self, one: &Standing, grouped: Option<&ConditionGroup>) -> Standpoint {
        Standpoint {
            laboratory: one.laboratory_id,
            class: one.class,
            condition: grouped.map(|grouped| grouped.key.clone()),
            inheritance: grouped.and_then(|grouped| grouped.inheritance),
            counts: !one.is_summary && !self.is_flagged(one.statement),
        }
    }

    /// Whether the source of the statement says that it is flagged.
    fn is_flagged(&self, statement: StatementSerial) -> bool {
        let status = self.bodies.get(&statement).and_then(|body| body.review_status.as_deref());
        status.is_some_and(|status| status.to_ascii_lowercase().contains("flagged"))
    }

    fn found(
        &self,
        head: Option<&Recorded>,
        one: &Found,
        members: Vec<Member>,
        group: &Compared,
        condition: String,
    ) -> Option<Next> {
        let place =
            NewDiscordance { variant: group.first(), track: one.track, scope: one.scope, group: one.group.clone() };
        let several = if group.variants.len() > 1 { group.variants.clone() } else { Vec::new() };
        let mut next = match head {
            None => Next {
                before: None,
                version: NewVersion {
                    target: Err(place),
                    version: first_version(one.grade),
                    members: members.clone(),
                    variants: several,
                    words: None,
                },
                moved: None,
                members,
                variant: group.first(),
                condition: String::new(),
            },
            Some(head) => {
                let moves = head.variant != place.variant || head.scope != place.scope || head.group != place.group;
                let mut next = self.next_version(head, Some(one.grade), &members, moves)?;
                next.moved = moves.then_some((head.serial, place));
                next.version.variants = several;
                next.variant = group.first();
                next
            }
        };
        next.condition = condition;
        Some(next)
    }
}

fn in_group(head: &Recorded, group: &Compared) -> bool {
    group.variants.iter().any(|(serial, _)| *serial == head.variant)
}

fn member(one: &Standing) -> Member {
    Member {
        statement: one.statement,
        version: one.version,
        laboratory: one.laboratory,
        variant: one.variant,
        class: one.class,
    }
}
