//! The machine's part: what the current statements of variants say of their discordances.

use super::DiscordanceChange;
use super::equivalents::{self, Compared};
use super::grouping::Namings;
use crate::error::NodeError;
use crate::node::Node;
use cairn_core::classification::Classification;
use cairn_core::condition::Inheritance;
use cairn_core::condition_group::{ConditionGroup, group_of};
use cairn_core::discordance::detect::{Found, Scope, Standpoint, detect};
use cairn_core::discordance::resolution::{self, After};
use cairn_core::discordance::{self as rules, Cause, Grade, State, grade};
use cairn_core::equivalence;
use cairn_core::statement::StatementBody;
use cairn_store::discordance::{self, Member, NewDiscordance, NewVersion, Recorded, Standing, Version, Words};
use cairn_store::fold::fold;
use cairn_store::serial::{DiscordanceSerial, EntrySerial, LaboratorySerial, StatementSerial, VariantSerial};
use cairn_store::{StoreError, Writer, laboratory, variant};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet, HashMap};

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
        let listed: Vec<&Standing> = self.of_group(group).collect();
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
            counts: !one.is_summary && !one.is_withdrawn && !self.is_flagged(one.statement),
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

    /// The members of a discordance as they stand now, for one that no longer differs.
    fn current(&self, head: &Recorded) -> Vec<Member> {
        let listed = self.members.get(&head.serial).into_iter().flatten();
        listed.filter_map(|one| self.by_statement.get(&one.statement)).map(member).collect()
    }

    /// The next version of a discordance whose statements differ so, or no longer; `None` when
    /// nothing is new. `moves`: it stands in another place from now on, a condition that was named for example.
    fn next_version(&self, head: &Recorded, differ: Option<Grade>, members: &[Member], moves: bool) -> Option<Next> {
        let empty = Vec::new();
        let before = self.members.get(&head.serial).unwrap_or(&empty);
        let last = &head.last;
        let news = voices(before) != voices(members);
        let kept = is_kept(last, before, members);
        let state = last.state.after_record(differ.is_some(), news, kept);
        let same = differ.is_none_or(|grade| grade == last.grade && before == members);
        if state == last.state && same && !moves {
            return None;
        }
        let ends = differ.is_none();
        let opens = state == State::Open && !last.state.is_open();
        let version = Version {
            version: last.version + 1,
            state,
            grade: differ.unwrap_or(last.grade),
            cause: if ends {
                Cause::Ended
            } else if opens {
                Cause::OpenedAgain
            } else {
                Cause::StatementsChanged
            },
            by: None,
            members_version: if ends { last.members_version } else { last.version + 1 },
            assigned: last.assigned,
            due: last.due.filter(|_| !ends && !opens),
            reason: ends.then(|| self.resolution(last, before).code().to_owned()),
            note: String::new(),
            agreed: if state == State::PendingConcordance { last.agreed.clone() } else { Vec::new() },
            rules: rules_in_force(),
        };
        Some(Next {
            before: Some((last.state, last.grade)),
            version: NewVersion {
                target: Ok(head.serial),
                version,
                members: if ends { Vec::new() } else { members.to_vec() },
                variants: Vec::new(),
                words: None,
            },
            moved: None,
            members: if ends { before.clone() } else { members.to_vec() },
            variant: head.variant,
            condition: head.condition.clone(),
        })
    }

    /// Why it ended: what became of each member.
    fn resolution(&self, last: &Version, before: &[Member]) -> rules::Resolution {
        let changes: Vec<resolution::Change<LaboratorySerial>> = before
            .iter()
            .map(|one| {
                let now = self.by_statement.get(&one.statement);
                let after = match now {
                    None => After::Elsewhere,
                    Some(now) if now.is_withdrawn => After::Withdrawn,
                    Some(now) if self.is_flagged(now.statement) => After::Flagged,
                    Some(now) => After::Class(now.class),
                };
                resolution::Change { laboratory: one.laboratory, before: one.class, after }
            })
            .collect();
        let done = |agreed: &discordance::Agreed| {
            let now = self.by_statement.get(&agreed.statement);
            now.is_some_and(|now| grade::side(now.class) == grade::side(agreed.class))
        };
        resolution::resolution(&changes, !last.agreed.is_empty() && last.agreed.iter().all(done))
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

/// Who says what: a change of it is news.
fn voices(members: &[Member]) -> BTreeSet<(LaboratorySerial, Classification)> {
    members.iter().map(|one| (one.laboratory, one.class)).collect()
}

/// Whether every statement that changed its class changed as agreed, and nobody new takes part.
fn is_kept(last: &Version, before: &[Member], now: &[Member]) -> bool {
    let class_before: HashMap<StatementSerial, Classification> =
        before.iter().map(|one| (one.statement, one.class)).collect();
    now.iter().all(|one| match class_before.get(&one.statement) {
        Some(class) if *class == one.class => true,
        Some(_) => last.agreed.iter().any(|a| a.statement == one.statement && a.class == one.class),
        None => false,
    })
}

fn first_version(grade: Grade) -> Version {
    Version {
        version: 1,
        state: State::Open,
        grade,
        cause: Cause::Found,
        by: None,
        members_version: 1,
        assigned: None,
        due: None,
        reason: None,
        note: String::new(),
        agreed: Vec::new(),
        rules: rules_in_force(),
    }
}

/// The discordance that each finding continues: the one of the same place, else one that asks for
/// work on the same track and shares most of its statements: a condition that is named, or a mode that is
/// stated, begins nothing new.
fn matched<'a>(
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

/// Condition and inheritance of a finding for people.
fn words_of(one: &Found, grouped: &[Option<ConditionGroup>]) -> String {
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
async fn record(
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
