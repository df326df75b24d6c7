//! Writes several changes and how they go together.

use std::fmt::{Formatter, Result};

use super::joined;
use crate::hgvs::{Composition, Relation};

/// A change as the printer of compositions sees it.
pub(super) trait Member: Sized {
    /// What is known of all members, such as the axis.
    type Context: Copy;

    fn is_predicted(&self) -> bool;

    /// Whether this can be written behind `before` without its own place.
    fn shares_place(&self, before: &Self) -> bool;

    /// The change without the parentheses of a prediction, with or without its place.
    fn write(&self, f: &mut Formatter<'_>, context: Self::Context, with_place: bool) -> Result;
}

fn single<M: Member>(
    f: &mut Formatter<'_>,
    change: &M,
    context: M::Context,
    with_place: bool,
    in_parentheses: bool,
) -> Result {
    if change.is_predicted() && !in_parentheses {
        f.write_str("(")?;
        change.write(f, context, with_place)?;
        return f.write_str(")");
    }
    change.write(f, context, with_place)
}

pub(super) fn compose<M: Member>(f: &mut Formatter<'_>, composition: &Composition<M>, context: M::Context) -> Result {
    match composition {
        Composition::Single(change) => single(f, change, context, true, false),
        Composition::Joined { relation, members } => match relation {
            Relation::Cis => bracket(f, members, ";", context),
            Relation::Products => bracket(f, members, ",", context),
            Relation::Trans => joined(f, members, ";", |member, f| allele(f, member, context)),
            Relation::UnknownPhase => joined(f, members, "(;)", |member, f| compose(f, member, context)),
            Relation::Mosaic => same_place(f, members, "/", context, false),
            Relation::Chimeric => same_place(f, members, "//", context, false),
            Relation::Alternative => same_place(f, members, "^", context, false),
        },
    }
}

/// A member of a pair of alleles, always in brackets.
fn allele<M: Member>(f: &mut Formatter<'_>, member: &Composition<M>, context: M::Context) -> Result {
    if let Composition::Joined { relation: Relation::Cis | Relation::Products, .. } = member {
        return compose(f, member, context);
    }
    f.write_str("[")?;
    compose(f, member, context)?;
    f.write_str("]")
}

/// `[a;b]`; `[(a;b)]` when all are predicted.
fn bracket<M: Member>(
    f: &mut Formatter<'_>,
    members: &[Composition<M>],
    separator: &str,
    context: M::Context,
) -> Result {
    let one_prediction = separator == ";" && members.len() > 1 && members.iter().all(all_predicted);
    f.write_str(if one_prediction { "[(" } else { "[" })?;
    joined(f, members, separator, |member, f| match member {
        Composition::Single(change) => single(f, change, context, true, one_prediction),
        Composition::Joined { relation, members } => same_place(f, members, sign(*relation), context, one_prediction),
    })?;
    f.write_str(if one_prediction { ")]" } else { "]" })
}

const fn sign(relation: Relation) -> &'static str {
    match relation {
        Relation::Cis | Relation::Trans => ";",
        Relation::UnknownPhase => "(;)",
        Relation::Mosaic => "/",
        Relation::Chimeric => "//",
        Relation::Products => ",",
        Relation::Alternative => "^",
    }
}

fn all_predicted<M: Member>(composition: &Composition<M>) -> bool {
    composition.changes().iter().all(|change| change.is_predicted())
}

/// `85=/T>C`: what follows the first shares its place where it can; `(a^b)` when all are predicted.
fn same_place<M: Member>(
    f: &mut Formatter<'_>,
    members: &[Composition<M>],
    separator: &str,
    context: M::Context,
    in_parentheses: bool,
) -> Result {
    let parenthesis =
        !in_parentheses && members.iter().all(|m| matches!(m, Composition::Single(c) if c.is_predicted()));
    let inside = parenthesis || in_parentheses;
    if parenthesis {
        f.write_str("(")?;
    }
    for (rank, member) in members.iter().enumerate() {
        if rank > 0 {
            f.write_str(separator)?;
        }
        match (member, members[0].only_bare()) {
            (Composition::Single(change), Some(first)) => {
                let shares = rank > 0 && change.shares_place(first) && (inside || !change.is_predicted());
                single(f, change, context, !shares, inside)?;
            }
            _ => compose(f, member, context)?,
        }
    }
    if parenthesis {
        f.write_str(")")?;
    }
    Ok(())
}
