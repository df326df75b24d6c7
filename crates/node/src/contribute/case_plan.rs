//! Which cases a submission brings.
//!
//! Records of one file with the same pseudonym describe one case together. A case record (a
//! phenopacket) then is the whole case and takes the place of what was known; a case beside a
//! statement (a row of a sheet) only adds to it.

use super::digest;
use super::identify::Identities;
use super::plan::{Change, Compared, Ground, Recorded};
use crate::error::NodeError;
use crate::world::World;
use cairn_core::case::Case;
use cairn_core::citation::Citation;
use cairn_core::draft::{CaseDraft, ContentDraft, LaboratoryDraft, ObservationDraft, RecordDraft};
use cairn_core::id::{CaseId, ObservationId};
use cairn_core::problem::{Problem, Severity};
use cairn_store::case::{self, KnownCase, NewCase, NewObservation, Seen, Target};
use cairn_store::entry::AsOf;
use cairn_store::serial::{LaboratorySerial, VariantSerial};
use cairn_store::{Connection, KeyStore, observation};
use std::collections::HashMap;

/// A case of the file, put together from its records.
#[derive(Debug)]
pub(super) struct Folded<'a> {
    row: u64,
    laboratory: Option<&'a LaboratoryDraft>,
    /// Whether it is the whole case.
    is_whole: bool,
    case: Case,
    citations: Vec<Citation>,
    observations: Vec<(Place, Seen)>,
}

/// Which variant was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// By its number in the identities.
    InFile(usize),
    /// As recorded before.
    Recorded(VariantSerial),
}

/// One case for each pseudonym, in the order of the file.
pub(super) fn fold<'a>(records: &'a [RecordDraft], identities: &Identities<'_>) -> (Vec<Folded<'a>>, Vec<Problem>) {
    let mut folded: Vec<Folded<'a>> = Vec::new();
    let mut places: HashMap<(Option<&LaboratoryDraft>, &str), usize> = HashMap::new();
    let mut problems = Vec::new();
    for record in records {
        let (laboratory, draft, is_whole) = match &record.content {
            ContentDraft::Case(case) => (None, case.as_ref(), true),
            ContentDraft::Statement(statement) => match &statement.case {
                Some(case) => (statement.laboratory.as_ref(), case, false),
                None => continue,
            },
        };
        let local_id = draft.case.local_id.trim();
        if local_id.is_empty() {
            problems.push(no_pseudonym(is_whole).at_row(record.row));
            continue;
        }
        let next = folded_from(record.row, laboratory, draft, is_whole, identities);
        match places.get(&(laboratory, local_id)) {
            Some(&at) => folded[at].absorb(next, identities),
            None => {
                places.insert((laboratory, local_id), folded.len());
                folded.push(next);
            }
        }
    }
    (folded, problems)
}

fn no_pseudonym(is_whole: bool) -> Problem {
    let (severity, message) = match is_whole {
        true => (Severity::Error, "the case has no pseudonym, so that it could not be found again"),
        false => (Severity::Warning, "the case in this row has no pseudonym; only the statement was taken"),
    };
    Problem::new(severity, "case.no_pseudonym", message, "give each case a pseudonym of your laboratory")
}

fn folded_from<'a>(
    row: u64,
    laboratory: Option<&'a LaboratoryDraft>,
    draft: &'a CaseDraft,
    is_whole: bool,
    identities: &Identities<'_>,
) -> Folded<'a> {
    let mut case = draft.case.clone();
    case.local_id = case.local_id.trim().to_owned();
    let place = |observation: &ObservationDraft| {
        let at = identities.index(&observation.variant)?;
        Some((Place::InFile(at), seen(observation, &identities.all()[at].expression)))
    };
    let observations = draft.observations.iter().filter_map(place).collect();
    Folded { row, laboratory, is_whole, case, citations: draft.citations.clone(), observations }
}

fn seen(draft: &ObservationDraft, expression: &str) -> Seen {
    Seen {
        expression: expression.to_owned(),
        zygosity: draft.zygosity,
        fraction: draft.fraction.filter(|fraction| (0.0..=1.0).contains(fraction)),
        origin: draft.origin,
        affected: draft.affected,
        phase: draft.phase.clone(),
        role: draft.role,
        classification: draft.classification,
    }
}

impl Folded<'_> {
    /// Adds what a later record of the same case says; the same variant is seen as it says.
    fn absorb(&mut self, later: Self, identities: &Identities<'_>) {
        self.is_whole |= later.is_whole;
        self.case.absorb(&later.case);
        add_new(&mut self.citations, later.citations);
        let key = |place: Place| match place {
            Place::InFile(at) => identities.all()[at].variant.key.clone(),
            Place::Recorded(serial) => serial.number().to_string(),
        };
        for (place, seen) in later.observations {
            match self.observations.iter_mut().find(|(known, _)| key(*known) == key(place)) {
                Some(known) => known.1 = seen,
                None => self.observations.push((place, seen)),
            }
        }
    }

    /// The numbers of its variants in the identities.
    pub(super) fn variants(&self) -> impl Iterator<Item = usize> {
        self.observations.iter().filter_map(|(place, _)| match place {
            Place::InFile(at) => Some(*at),
            Place::Recorded(_) => None,
        })
    }
}

fn add_new<T: PartialEq>(known: &mut Vec<T>, more: Vec<T>) {
    for one in more {
        if !known.contains(&one) {
            known.push(one);
        }
    }
}

/// Compares with the record: the versions to be added.
pub(super) async fn compare(
    connection: &mut Connection,
    folded: Vec<Folded<'_>>,
    ground: Ground<'_>,
    as_of: AsOf,
    compared: &mut Compared,
) -> Result<Vec<NewCase>, NodeError> {
    let Ground { serials, laboratories, request, world, keys } = ground;
    let whose = |one: &Folded<'_>| laboratories.whose(one.laboratory, request).map(|lab| lab.serial);
    let known = known(connection, keys, &folded, whose).await?;
    let mut cases = Vec::new();
    for mut one in folded {
        let Some(laboratory) = whose(&one) else { continue };
        let before = known.get(&(laboratory, one.case.local_id.clone()));
        if before.is_some() && !one.is_whole {
            one = with_recorded(connection, keys, one, laboratory, serials, as_of).await?;
        }
        compared.counts.observations += one.observations.len() as u64;
        let digest = digest_of(&one);
        if before.is_some_and(|before| before.digest == case::keyed_digest(keys, laboratory, &digest)) {
            compared.counts.cases_unchanged += 1;
            continue;
        }
        match before {
            None => compared.counts.cases_new += 1,
            Some(_) => compared.counts.cases_updated += 1,
        }
        compared.note(Change {
            row: one.row,
            record: Recorded::Case,
            is_new: before.is_none(),
            subject: one.case.local_id.clone(),
            from: None,
            to: None,
        });
        let target = match before {
            Some(before) => Target::Next(before.serial, before.version + 1),
            None => Target::New(CaseId::from_random((world.random)())),
        };
        cases.push(new_case(one, target, laboratory, serials, digest, world));
    }
    Ok(cases)
}

fn new_case(
    folded: Folded<'_>,
    target: Target,
    laboratory: LaboratorySerial,
    serials: &[VariantSerial],
    digest: String,
    world: &World,
) -> NewCase {
    let observation = |(place, seen)| NewObservation {
        id: ObservationId::from_random((world.random)()),
        variant: match place {
            Place::InFile(at) => serials[at],
            Place::Recorded(serial) => serial,
        },
        seen,
    };
    NewCase {
        target,
        laboratory,
        row: folded.row,
        case: folded.case,
        citations: folded.citations,
        observations: folded.observations.into_iter().map(observation).collect(),
        digest,
    }
}

/// Observations count by their words: what they are found to mean may become better known without
/// the case having changed.
fn digest_of(folded: &Folded<'_>) -> String {
    let words = |(_, seen): &(Place, Seen)| {
        let s = seen;
        let fraction = s.fraction.map(f64::to_bits);
        digest::of(&(&s.expression, s.zygosity, fraction, s.origin, s.affected, &s.phase, s.role, s.classification))
    };
    let mut observations: Vec<String> = folded.observations.iter().map(words).collect();
    observations.sort_unstable();
    digest::of(&(&folded.case, &folded.citations, observations))
}

/// The recorded case with what the file adds.
async fn with_recorded<'a>(
    connection: &mut Connection,
    keys: &KeyStore,
    addition: Folded<'a>,
    laboratory: LaboratorySerial,
    serials: &[VariantSerial],
    as_of: AsOf,
) -> Result<Folded<'a>, NodeError> {
    let found = case::by_local_id(connection, keys, laboratory, &addition.case.local_id, as_of).await?;
    let Some(recorded) = found else {
        return Ok(addition);
    };
    let observed = observation::of_case(connection, keys, recorded.serial, as_of).await?;
    let mut whole = Folded {
        row: addition.row,
        laboratory: addition.laboratory,
        is_whole: false,
        case: recorded.case,
        citations: recorded.citations,
        observations: observed.into_iter().map(|o| (Place::Recorded(o.variant), o.seen)).collect(),
    };
    whole.case.absorb(&addition.case);
    add_new(&mut whole.citations, addition.citations);
    for (place, seen) in addition.observations {
        let Place::InFile(at) = place else { continue };
        let variant = Place::Recorded(serials[at]);
        match whole.observations.iter_mut().find(|(known, _)| *known == variant) {
            Some(known) => known.1 = seen,
            None => whole.observations.push((variant, seen)),
        }
    }
    Ok(whole)
}

type Known = HashMap<(LaboratorySerial, String), KnownCase>;

async fn known(
    connection: &mut Connection,
    keys: &KeyStore,
    folded: &[Folded<'_>],
    whose: impl Fn(&Folded<'_>) -> Option<LaboratorySerial>,
) -> Result<Known, NodeError> {
    let mut local_ids: HashMap<LaboratorySerial, Vec<String>> = HashMap::new();
    for one in folded {
        if let Some(laboratory) = whose(one) {
            local_ids.entry(laboratory).or_default().push(one.case.local_id.clone());
        }
    }
    let mut known = Known::new();
    for (laboratory, local_ids) in local_ids {
        for found in case::known(connection, keys, laboratory, &local_ids).await? {
            known.insert((laboratory, found.local_id.clone()), found);
        }
    }
    Ok(known)
}
