//! A change with its place on a chromosome, before it is checked.

use cairn_variant::{
    contig::GenomeContig,
    interbase::Interval,
    replacement::Replacement,
    residues::Residues,
    sequence::SequenceSource,
    vrs::{Allele, Referable, SequenceExpression, expressed_residues},
};

/// Where and what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Placement {
    pub contig: GenomeContig,
    pub change: Stated,
}

/// A change as far as the text tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Stated {
    /// Both the bases that go and those that come.
    Whole(Replacement),
    /// An interval whose bases are neither stated nor loaded.
    Unread { interval: Interval, becomes: Becomes },
}

/// What an interval of unread bases becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Becomes {
    /// Nothing.
    Nothing,
    /// Two copies of itself.
    TwoCopies,
    /// Itself.
    Itself,
    /// These bases.
    Bases(Residues),
}

impl Placement {
    pub fn whole(contig: GenomeContig, change: Replacement) -> Self {
        Self { contig, change: Stated::Whole(change) }
    }

    /// The interval as stated.
    pub fn interval(&self) -> Interval {
        match &self.change {
            Stated::Whole(change) => change.interval(),
            Stated::Unread { interval, .. } => *interval,
        }
    }

    /// Reads the bases of an unread interval when they are loaded.
    pub fn read(self, source: &impl SequenceSource) -> Self {
        let Stated::Unread { interval, becomes } = &self.change else { return self };
        let none = Residues::none();
        let Ok(there) = Replacement::of_reference(source, self.contig.refget(), *interval, none) else { return self };
        let deleted = there.deleted().clone();
        let inserted = match becomes {
            Becomes::Nothing => Residues::none(),
            Becomes::Itself => deleted.clone(),
            Becomes::TwoCopies => twice(&deleted),
            Becomes::Bases(bases) => bases.clone(),
        };
        match Replacement::new(self.contig.refget(), interval.start(), deleted, inserted) {
            Some(change) => Self::whole(self.contig, change),
            None => self,
        }
    }

    /// An allele on a chromosome of which the bases that go are loaded.
    pub fn of_allele(allele: &Allele, source: &impl SequenceSource) -> Option<Self> {
        let Referable::Inline(location) = &allele.location else { return None };
        let (contig, interval) = (GenomeContig::from_refget(&location.sequence?)?, location.interval()?);
        let becomes = match (&allele.state, expressed_residues(source, allele)) {
            (_, Ok(Some(residues))) => Becomes::Bases(residues),
            (SequenceExpression::ReferenceLength { length, .. }, _) if length.exact() == Some(0) => Becomes::Nothing,
            _ => return None,
        };
        let unread = Self { contig, change: Stated::Unread { interval, becomes } };
        Some(unread.read(source)).filter(|placed| matches!(placed.change, Stated::Whole(_)))
    }
}

fn twice(bases: &Residues) -> Residues {
    Residues::from_bytes(&bases.as_bytes().repeat(2)).unwrap_or_default()
}
