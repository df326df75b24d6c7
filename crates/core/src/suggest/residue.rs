//! PS1, PM5 and PM1: what is known of the residue that changes.

use super::{EvidenceRow, EvidenceSource, Number, Suggestion};
use crate::classification::Classification;
use crate::criterion::Strength;

const RICHARDS: &str = "Richards et al. 2015, PMID:25741868, table 3";

/// The change of one residue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResidueChange {
    /// The residue, from 1.
    pub position: u32,
    /// One-letter code of what stands there.
    pub reference: char,
    /// One-letter code of what comes instead.
    pub alternative: char,
}

/// A statement of the record about another variant at the residue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Neighbour {
    /// The variant's name.
    pub label: String,
    /// Its page on this node.
    pub address: Option<String>,
    /// Its change of the residue.
    pub change: ResidueChange,
    /// Germline classes of its statements that count, each with its laboratory.
    pub classes: Vec<(Classification, String)>,
    /// Whether an expert panel or practice guideline is among them.
    pub by_panel: bool,
    /// Statements left out: they name no assessment criteria.
    pub without_criteria: usize,
    /// Statements left out: they rest on PS1 or PM5 themselves.
    pub circular: usize,
}

/// The class of a neighbour as its statements agree on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Pathogenic,
    LikelyPathogenic,
    Disputed,
    Other,
}

impl Neighbour {
    fn standing(&self) -> Standing {
        use Classification as C;
        let has = |wanted: &[C]| self.classes.iter().any(|(class, _)| wanted.contains(class));
        let pathogenic = has(&[C::Pathogenic]);
        let likely = has(&[C::LikelyPathogenic]);
        let against =
            has(&[C::Benign, C::LikelyBenign, C::Uncertain, C::UncertainHigh, C::UncertainMid, C::UncertainLow]);
        match (pathogenic, likely, against) {
            (true, _, false) => Standing::Pathogenic,
            (false, true, false) => Standing::LikelyPathogenic,
            (true, _, true) | (false, true, true) => Standing::Disputed,
            _ => Standing::Other,
        }
    }

    fn row(&self) -> EvidenceRow {
        let classes: Vec<String> = self.classes.iter().map(|(class, by)| format!("{} ({by})", class.label())).collect();
        let mut detail = if classes.is_empty() { "no statement counts".to_owned() } else { classes.join(", ") };
        if self.circular > 0 {
            detail.push_str(&format!("; {} left out: they rest on PS1 or PM5 themselves", self.circular));
        }
        if self.without_criteria > 0 {
            detail.push_str(&format!("; {} left out: no assessment criteria provided", self.without_criteria));
        }
        let verdict = match self.standing() {
            Standing::Pathogenic => "pathogenic",
            Standing::LikelyPathogenic => "likely pathogenic only",
            Standing::Disputed => "laboratories disagree",
            Standing::Other => "not pathogenic",
        };
        EvidenceRow {
            what: self.label.clone(),
            detail: format!("{verdict}: {detail}"),
            address: self.address.clone(),
            counted: self.standing() == Standing::Pathogenic,
        }
    }
}

/// PS1 and PM5 from statements at the residue. Only pathogenic ones count, as the guideline asks; likely pathogenic ones
/// are shown.
pub fn suggest(
    change: Option<&ResidueChange>,
    neighbours: &[Neighbour],
    near_splice_site: bool,
    record: &EvidenceSource,
) -> Vec<Suggestion> {
    let Some(change) = change else {
        return ["PS1", "PM5"].map(|code| Suggestion::not_met(code, "no change of one residue")).into();
    };
    let same = |neighbour: &&Neighbour| neighbour.change.alternative == change.alternative;
    let same_change: Vec<&Neighbour> = neighbours.iter().filter(same).collect();
    let others: Vec<&Neighbour> = neighbours.iter().filter(|one| !same(one)).collect();
    let mut ps1 = at_residue(
        "PS1",
        Strength::Strong,
        change,
        &same_change,
        "the same amino acid change by another base change",
        record,
    );
    let mut pm5 =
        at_residue("PM5", Strength::Moderate, change, &others, "another missense change at this residue", record);
    if near_splice_site {
        let caution = "the change lies in a splice region: it may act on splicing and not on the protein";
        ps1.cautions.push(caution.to_owned());
        pm5.cautions.push(caution.to_owned());
    }
    if ps1.is_met() && pm5.is_met() {
        pm5.cautions
            .push("PS1 is met too: count PM5 beside it only for a pathogenic change other than that of PS1".to_owned());
    }
    let benign = others.iter().any(|one| {
        one.classes.iter().any(|(class, _)| matches!(class, Classification::Benign | Classification::LikelyBenign))
    });
    if benign {
        pm5.cautions.push("another change at this residue is called benign".to_owned());
    }
    vec![ps1, pm5]
}

fn at_residue(
    code: &str,
    strength: Strength,
    change: &ResidueChange,
    found: &[&Neighbour],
    what: &str,
    record: &EvidenceSource,
) -> Suggestion {
    let count = |standing| found.iter().filter(|one| one.standing() == standing).count();
    let (pathogenic, likely) = (count(Standing::Pathogenic), count(Standing::LikelyPathogenic));
    let residue = format!("residue {} ({})", change.position, change.reference);
    let suggestion = if pathogenic > 0 {
        let names: Vec<&str> =
            found.iter().filter(|one| one.standing() == Standing::Pathogenic).map(|one| one.label.as_str()).collect();
        Suggestion::met(code, strength, format!("{what} is pathogenic in the record: {}", names.join(", ")))
    } else if likely > 0 {
        Suggestion::no_value(
            code,
            format!("{what} is likely pathogenic only; the guideline asks for a pathogenic one"),
            "a person decides; some panels allow a lower strength",
        )
    } else if found.is_empty() {
        Suggestion::no_value(
            code,
            format!("{what} is not in the record ({residue})"),
            "import more statements, such as ClinVar's files, with `cairn import`",
        )
    } else {
        Suggestion::not_met(code, format!("{what} is in the record and not pathogenic"))
    };
    let numbers = [
        Number::new("variants in the record", found.len() as f64, "variants", record),
        Number::new("of these pathogenic", pathogenic as f64, "variants", record),
        Number::new("of these likely pathogenic", likely as f64, "variants", record),
    ];
    let mut suggestion = suggestion.with_numbers(numbers).against(what, RICHARDS, None);
    suggestion.rows = found.iter().map(|one| one.row()).collect();
    suggestion
}

/// A stretch of a protein that a loaded table or the guideline describes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProteinRegion {
    /// The gene.
    pub gene: String,
    /// First residue, from 1.
    pub first: u32,
    /// Last residue, included.
    pub last: u32,
    /// What it is.
    pub kind: RegionKind,
    /// Its name.
    pub name: String,
    /// The strength that its source gives it; `None` leaves the guideline's.
    pub strength: Option<Strength>,
    /// Where it was read.
    pub citation: String,
    /// The table.
    pub source: EvidenceSource,
}

/// What a stretch of a protein is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RegionKind {
    /// Pathogenic variants gather in it: PM1.
    Hotspot,
    /// Well-established functional domain: PM1, and critical for PVS1.
    Domain,
    /// Its truncation matters: PVS1 only.
    Critical,
    /// Repetitive without known function: BP3 and not PM4.
    Repeat,
}

/// PM1 for a change of residues `first..=last`.
pub fn hotspot(
    residues: Option<(u32, u32)>,
    is_protein_changing: bool,
    regions: &[ProteinRegion],
    tables_loaded: bool,
) -> Suggestion {
    let text = "in a mutational hot spot or a well-established functional domain without benign variation";
    let Some((first, last)) = residues.filter(|_| is_protein_changing) else {
        return Suggestion::not_met("PM1", "no missense or in-frame change").against(text, RICHARDS, None);
    };
    let inside = |region: &&ProteinRegion| {
        matches!(region.kind, RegionKind::Hotspot | RegionKind::Domain) && region.first <= last && region.last >= first
    };
    if let Some(region) = regions.iter().find(inside) {
        let sentence = format!("residue {first} lies in {} ({} to {})", region.name, region.first, region.last);
        let border = |name: &str, value: u32| Number::new(name, f64::from(value), "residue", &region.source);
        return Suggestion::met("PM1", region.strength.unwrap_or(Strength::Moderate), sentence)
            .with_numbers([border("first residue", region.first), border("last residue", region.last)])
            .against(text, &region.citation, None)
            .caution("whether the region is free of benign variation is not computed");
    }
    let remedy = "load a table of hot spots and domains with `cairn reference add`, or choose a panel's guideline";
    match regions.iter().any(|region| matches!(region.kind, RegionKind::Hotspot | RegionKind::Domain)) {
        true => Suggestion::not_met(
            "PM1",
            format!("residue {first} lies in no region that the loaded tables name for the gene"),
        ),
        false if tables_loaded => Suggestion::no_value("PM1", "the loaded tables name no region of this gene", remedy),
        false => Suggestion::no_value("PM1", "no table of hot spots and domains is loaded", remedy),
    }
    .against(text, RICHARDS, None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suggest::Suggested;

    fn change(alternative: char) -> ResidueChange {
        ResidueChange { position: 1699, reference: 'R', alternative }
    }

    fn neighbour(alternative: char, classes: &[Classification]) -> Neighbour {
        Neighbour {
            label: format!("p.Arg1699{alternative}"),
            address: None,
            change: change(alternative),
            classes: classes.iter().map(|class| (*class, "a laboratory".to_owned())).collect(),
            by_panel: false,
            without_criteria: 0,
            circular: 0,
        }
    }

    fn check(neighbours: &[Neighbour], ps1: Suggested, pm5: Suggested) {
        let found = suggest(Some(&change('Q')), neighbours, false, &EvidenceSource::default());
        assert_eq!((found[0].outcome, found[1].outcome), (ps1, pm5), "{:?}", found[0].sentence);
    }

    use Classification as C;
    use Suggested::{Met, NoValue, NotMet};

    #[test]
    fn brca1_arg1699_another_change_is_pathogenic() {
        check(&[neighbour('W', &[C::Pathogenic, C::LikelyPathogenic])], NoValue, Met);
        check(&[neighbour('Q', &[C::Pathogenic])], Met, NoValue);
        check(&[neighbour('W', &[C::LikelyPathogenic])], NoValue, NoValue);
        check(&[neighbour('W', &[C::Benign])], NoValue, NotMet);
        check(&[neighbour('W', &[C::Pathogenic, C::Uncertain])], NoValue, NotMet);
        check(&[], NoValue, NoValue);
    }

    #[test]
    fn statements_that_rest_on_the_same_criterion_do_not_count() {
        let circular = Neighbour { circular: 1, ..neighbour('W', &[]) };
        let found = suggest(Some(&change('Q')), &[circular], false, &EvidenceSource::default());
        assert_eq!(found[1].outcome, NotMet);
        assert!(found[1].rows[0].detail.contains("rest on PS1 or PM5"));
    }

    #[test]
    fn a_splice_region_is_a_caution() {
        let found = suggest(Some(&change('Q')), &[neighbour('W', &[C::Pathogenic])], true, &EvidenceSource::default());
        assert!(found[1].is_met() && found[1].cautions[0].contains("splice"));
    }

    #[test]
    fn no_hotspot_is_suggested_until_a_table_is_loaded() {
        let open = hotspot(Some((1699, 1699)), true, &[], false);
        assert_eq!(open.outcome, NoValue);
        let brct = ProteinRegion {
            gene: "BRCA1".into(),
            first: 1650,
            last: 1857,
            kind: RegionKind::Domain,
            name: "BRCT repeats".into(),
            strength: None,
            citation: "table".into(),
            source: EvidenceSource::default(),
        };
        let regions = [brct];
        assert!(hotspot(Some((1699, 1699)), true, &regions, true).is_met());
        assert_eq!(hotspot(Some((1200, 1200)), true, &regions, true).outcome, NotMet);
        assert_eq!(hotspot(Some((1699, 1699)), false, &regions, true).outcome, NotMet);
    }
}
