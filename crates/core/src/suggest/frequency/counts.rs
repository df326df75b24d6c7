//! What a dataset of population frequencies says about a variant.

use crate::suggest::EvidenceSource;
use crate::suggest::statistics::filtering_frequency;

/// What one dataset says about a variant.
#[derive(Debug, Clone, PartialEq)]
pub struct DatasetAnswer {
    /// The dataset.
    pub source: EvidenceSource,
    /// What it says.
    pub seen: Seen,
}

/// Whether a dataset has the variant.
#[derive(Debug, Clone, PartialEq)]
pub enum Seen {
    /// It has.
    Found(AlleleFrequencies),
    /// It has not, and it has another site this near, where this many alleles were read.
    Absent {
        /// Bases to the nearest site of the dataset.
        distance: u64,
        /// Alleles read there.
        alleles: Option<u64>,
    },
    /// It was asked for this very variant and did not have it.
    AskedAndAbsent,
}

/// The counts of one allele in one dataset.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AlleleFrequencies {
    /// The dataset's own filters; empty when it passed.
    pub filter: String,
    /// Of all populations together.
    pub all: Counts,
    /// Each population.
    pub populations: Vec<(String, Counts)>,
    /// The filtering allele frequency as the dataset gives it, and of which group.
    pub published: Option<(String, f64)>,
}

/// Counts of an allele in a group of people; what the dataset does not give is `None`.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Counts {
    /// How often it was seen.
    pub count: Option<u64>,
    /// Alleles read.
    pub number: Option<u64>,
    /// The frequency, where it is given without counts.
    pub frequency: Option<f64>,
    /// People with two copies.
    pub homozygotes: Option<u64>,
    /// People with one copy and no other.
    pub hemizygotes: Option<u64>,
}

impl Counts {
    /// The frequency: from the counts, else as given.
    pub fn frequency(&self) -> Option<f64> {
        match (self.count, self.number) {
            (Some(count), Some(number)) if number > 0 => Some(count as f64 / number as f64),
            _ => self.frequency,
        }
    }
}

/// Populations that are no general continental ones: founders and rests, by the codes of ExAC and gnomAD. gnomAD leaves
/// the same ones out of its group maximum.
const NOT_CONTINENTAL: [&str; 8] = ["FIN", "ASJ", "OTH", "AMI", "MID", "REMAINING", "MALE", "FEMALE"];

/// A filtering frequency and the group that gives it.
#[derive(Debug, Clone, PartialEq)]
pub struct Filtering {
    /// The group, as the dataset names it.
    pub group: String,
    /// The frequency.
    pub frequency: f64,
    /// Whether the dataset says so itself; else it was computed from the group's counts.
    pub is_published: bool,
}

impl AlleleFrequencies {
    /// General continental populations with their counts.
    pub fn continental(&self) -> impl Iterator<Item = &(String, Counts)> {
        self.populations.iter().filter(|(code, _)| !NOT_CONTINENTAL.iter().any(|held| held.eq_ignore_ascii_case(code)))
    }

    /// The highest filtering frequency of a continental population; of all people together where the dataset has no
    /// counts by population.
    pub fn filtering(&self) -> Option<Filtering> {
        if let Some((group, frequency)) = &self.published {
            return Some(Filtering { group: group.clone(), frequency: *frequency, is_published: true });
        }
        let computed = |(group, counts): &(String, Counts)| {
            let frequency = filtering_frequency(counts.count?, counts.number?);
            Some(Filtering { group: group.clone(), frequency, is_published: false })
        };
        let highest = self.continental().filter_map(computed).max_by(|a, b| a.frequency.total_cmp(&b.frequency));
        highest.or_else(|| computed(&("all".to_owned(), self.all)))
    }
}
