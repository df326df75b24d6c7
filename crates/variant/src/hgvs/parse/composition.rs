//! Reads several changes and how they go together. Binding, from the tightest: `^`, `/` and `//`, `;`, `(;)`.

use super::{
    cursor::{Cursor, Parsed},
    position,
};
use crate::{
    expression::{ErrorCode, ParseError},
    hgvs::{Composition, Count, Relation},
};

/// How one change is read, which differs between nucleotides, proteins, and changes that name their reference.
pub(super) trait Grammar {
    /// One change.
    type Change;

    /// Reads one change; `before` is the one it may share its place with (`85=/T>C`).
    fn change(&self, c: &mut Cursor<'_>, before: Option<&Self::Change>) -> Parsed<Self::Change>;

    /// Whether the parenthesis here encloses changes and not a position. Leaves the cursor where it is.
    fn starts_group(&self, c: &mut Cursor<'_>) -> Parsed<bool>;

    /// The same repeat with another number of copies: the `[18]` of `TG[14];[18]`.
    fn repeat_elsewhere(&self, like: &Self::Change, copies: Count) -> Option<Self::Change>;

    /// Marks a change as predicted.
    fn predict(&self, change: &mut Self::Change);
}

type Whole<G> = Composition<<G as Grammar>::Change>;

const ALLELE_REMEDY: &str = "write [a;b] for one allele, [a];[b] for two, a(;)b when the phase is not known";

/// Everything behind the axis.
pub(super) fn composition<G: Grammar>(c: &mut Cursor<'_>, grammar: &G) -> Parsed<Whole<G>> {
    // Nearly every description is one change and nothing else.
    let start = c.mark();
    if !matches!(c.peek(), b'[' | b'(') {
        let change = grammar.change(c, None)?;
        if c.is_at_end() || c.peek() == b' ' {
            return Ok(Composition::Single(change));
        }
        c.back_to(start);
    }
    let first = alleles(c, grammar)?;
    if !c.starts_with("(;)") {
        return Ok(first);
    }
    let mut members = vec![first];
    while c.eat("(;)") {
        members.push(alleles(c, grammar)?);
    }
    Ok(Composition::Joined { relation: Relation::UnknownPhase, members })
}

/// One change, in parentheses when it is predicted.
pub(super) fn one<G: Grammar>(c: &mut Cursor<'_>, grammar: &G) -> Parsed<G::Change> {
    if c.peek() != b'(' || !grammar.starts_group(c)? {
        return grammar.change(c, None);
    }
    match group(c, grammar, None, false)? {
        Composition::Single(change) => Ok(change),
        Composition::Joined { .. } => {
            Err(c.error(ErrorCode::Allele, "several changes stand where one is expected", ALLELE_REMEDY))
        }
    }
}

/// `[a];[b]`.
fn alleles<G: Grammar>(c: &mut Cursor<'_>, grammar: &G) -> Parsed<Whole<G>> {
    let first = cells(c, grammar, false)?;
    if c.peek() != b';' {
        return Ok(first);
    }
    let mut members = vec![allele(first)];
    while c.eat(";") {
        if c.peek() != b'[' {
            return Err(c.error(ErrorCode::Allele, "changes joined by a semicolon are in no bracket", ALLELE_REMEDY));
        }
        let like = members[0].only();
        let member = match other_copies(c, grammar, like)? {
            Some(member) => Composition::Single(member),
            None => cells(c, grammar, false)?,
        };
        members.push(allele(member));
    }
    Ok(Composition::Joined { relation: Relation::Trans, members })
}

/// A member of a pair of alleles is an allele, also when it was written without brackets.
fn allele<T>(member: Composition<T>) -> Composition<T> {
    match member {
        Composition::Single(_) => Composition::Joined { relation: Relation::Cis, members: vec![member] },
        joined => joined,
    }
}

fn other_copies<G: Grammar>(c: &mut Cursor<'_>, grammar: &G, like: Option<&G::Change>) -> Parsed<Option<G::Change>> {
    let Some(like) = like else { return Ok(None) };
    let start = c.mark();
    let change = position::bracketed_count(c)?.and_then(|copies| grammar.repeat_elsewhere(like, copies));
    if change.is_none() {
        c.back_to(start);
    }
    Ok(change)
}

/// `a/b`, `a//b`.
fn cells<G: Grammar>(c: &mut Cursor<'_>, grammar: &G, in_bracket: bool) -> Parsed<Whole<G>> {
    let first = item(c, grammar, None, in_bracket)?;
    let Some(relation) = eat_cells(c) else { return Ok(first) };
    let mut members = vec![first];
    let mut next = Some(relation);
    while let Some(found) = next {
        if found != relation {
            return Err(c.error(ErrorCode::Allele, "mosaic and chimeric changes are mixed", "use either / or //"));
        }
        let member = item(c, grammar, members[0].only_bare(), in_bracket)?;
        members.push(member);
        next = eat_cells(c);
    }
    Ok(Composition::Joined { relation, members })
}

fn eat_cells(c: &mut Cursor<'_>) -> Option<Relation> {
    if c.eat("//") {
        Some(Relation::Chimeric)
    } else if c.eat("/") {
        Some(Relation::Mosaic)
    } else {
        None
    }
}

/// A change, a bracket of changes, or a parenthesis of predicted changes.
fn item<G: Grammar>(c: &mut Cursor<'_>, grammar: &G, before: Option<&G::Change>, in_bracket: bool) -> Parsed<Whole<G>> {
    match c.peek() {
        b'[' if !in_bracket => bracket(c, grammar),
        b'[' => Err(c.error(ErrorCode::Allele, "a bracket is inside a bracket", ALLELE_REMEDY)),
        b'(' if grammar.starts_group(c)? => group(c, grammar, before, in_bracket),
        _ => alternatives(c, grammar, before),
    }
}

/// `a^b`.
fn alternatives<G: Grammar>(c: &mut Cursor<'_>, grammar: &G, before: Option<&G::Change>) -> Parsed<Whole<G>> {
    let first = grammar.change(c, before)?;
    if c.peek() != b'^' {
        return Ok(Composition::Single(first));
    }
    let mut changes = vec![first];
    while c.eat("^") {
        let next = grammar.change(c, changes.first())?;
        changes.push(next);
    }
    Ok(Composition::Joined {
        relation: Relation::Alternative,
        members: changes.into_iter().map(Composition::Single).collect(),
    })
}

/// `(a)`, `(a^b)`, inside a bracket also `(a;b)`.
fn group<G: Grammar>(
    c: &mut Cursor<'_>,
    grammar: &G,
    before: Option<&G::Change>,
    in_bracket: bool,
) -> Parsed<Whole<G>> {
    c.skip(1);
    let mut first = alternatives(c, grammar, before)?;
    if let Some(relation) = eat_cells(c) {
        let second = alternatives(c, grammar, first.only_bare())?;
        first = Composition::Joined { relation, members: vec![first, second] };
    }
    let mut members = vec![first];
    while in_bracket && c.eat(";") {
        members.push(alternatives(c, grammar, None)?);
    }
    if !c.eat(")") {
        return Err(c.error(
            ErrorCode::Allele,
            "the parenthesis of the predicted change does not close",
            "close it with )",
        ));
    }
    for member in &mut members {
        member.visit_mut(&mut |change| grammar.predict(change));
    }
    Ok(match members.len() {
        1 => members.remove(0),
        _ => Composition::Joined { relation: Relation::Cis, members },
    })
}

/// `[a]`, `[a;b]`, `[a(;)b]`, `[a,b]`.
fn bracket<G: Grammar>(c: &mut Cursor<'_>, grammar: &G) -> Parsed<Whole<G>> {
    let open = c.offset();
    c.skip(1);
    let mut members = Vec::new();
    add_flat(&mut members, cells(c, grammar, true)?);
    let mut relation = None;
    while let Some(found) = eat_separator(c) {
        if relation.is_some_and(|r| r != found) {
            return Err(c.error(ErrorCode::Allele, "different separators are mixed in one bracket", ALLELE_REMEDY));
        }
        relation = Some(found);
        add_flat(&mut members, cells(c, grammar, true)?);
    }
    if !c.eat("]") {
        return Err(ParseError::new(ErrorCode::Allele, open, "the bracket does not close", ALLELE_REMEDY));
    }
    let alone = members.len() == 1 && !matches!(members[0], Composition::Single(_));
    Ok(match relation {
        None if alone => members.remove(0),
        _ => Composition::Joined { relation: relation.unwrap_or(Relation::Cis), members },
    })
}

/// A predicted group `(a;b)` is part of the allele around it.
fn add_flat<T>(members: &mut Vec<Composition<T>>, member: Composition<T>) {
    match member {
        Composition::Joined { relation: Relation::Cis, members: inner } => members.extend(inner),
        other => members.push(other),
    }
}

fn eat_separator(c: &mut Cursor<'_>) -> Option<Relation> {
    if c.eat("(;)") {
        Some(Relation::UnknownPhase)
    } else if c.eat(";") {
        Some(Relation::Cis)
    } else if c.eat(",") {
        Some(Relation::Products)
    } else {
        None
    }
}
