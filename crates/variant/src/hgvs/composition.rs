//! How several changes go together: in cis, in trans, phase unknown, mosaic, chimeric, alternatives.

/// One change, or several and their relation to each other.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Composition<T> {
    /// One change and nothing else.
    Single(T),
    /// Several changes. [`Relation::Cis`] may hold one only, which is then an allele with one change: `[76A>C]`.
    Joined {
        /// How the members go together.
        relation: Relation,
        /// At least one for cis, at least two for anything else.
        members: Vec<Composition<T>>,
    },
}

/// How changes go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// `[a;b]`: on one molecule.
    Cis,
    /// `[a];[b]`: on the two homologous chromosomes.
    Trans,
    /// `a(;)b`: both present, phase not known.
    UnknownPhase,
    /// `a/b`: in some cells, the others have the first; one zygote.
    Mosaic,
    /// `a//b`: cells of two zygotes.
    Chimeric,
    /// `[a,b]`: several products of one allele (RNA, protein).
    Products,
    /// `a^b`: one or the other.
    Alternative,
}

impl<T> Composition<T> {
    /// Every change in it, in the order written.
    pub fn changes(&self) -> Vec<&T> {
        let mut changes = Vec::new();
        self.visit(&mut |change| changes.push(change));
        changes
    }

    /// Calls `visitor` with every change, in the order written.
    pub fn visit<'a>(&'a self, visitor: &mut impl FnMut(&'a T)) {
        match self {
            Self::Single(change) => visitor(change),
            Self::Joined { members, .. } => {
                for member in members {
                    member.visit(visitor);
                }
            }
        }
    }

    /// Calls `visitor` with every change, in the order written, to alter it.
    pub fn visit_mut(&mut self, visitor: &mut impl FnMut(&mut T)) {
        match self {
            Self::Single(change) => visitor(change),
            Self::Joined { members, .. } => {
                for member in members {
                    member.visit_mut(visitor);
                }
            }
        }
    }

    /// The single change when nothing, no bracket either, is around it.
    pub(crate) const fn only_bare(&self) -> Option<&T> {
        match self {
            Self::Single(change) => Some(change),
            Self::Joined { .. } => None,
        }
    }

    /// The single change, also when it stands alone in brackets.
    pub fn only(&self) -> Option<&T> {
        match self {
            Self::Single(change) => Some(change),
            Self::Joined { relation: Relation::Cis, members } if members.len() == 1 => members[0].only(),
            Self::Joined { .. } => None,
        }
    }
}
