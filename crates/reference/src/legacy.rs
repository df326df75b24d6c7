//! Names of variants from before the HGVS nomenclature: `185delAG`, `5382insC`, `IVS2-1G>C`, `deltaF508`.
//!
//! The rules per gene (where numbering began, how exons were called) and the names that no rule explains stand in
//! `data/legacy_names.tsv`, each with its source. A name is rewritten to `c.`; whether its bases are in the
//! reference is checked afterwards like that of any other text.

use std::{collections::HashMap, sync::LazyLock};

/// What the table says of one gene.
#[derive(Debug, Default)]
struct LegacyGene {
    /// Legacy number minus number from the start codon, and the source that says so.
    offset: Option<(u64, &'static str)>,
    /// Folded names, today's description, source.
    variants: Vec<(String, &'static str, &'static str)>,
    /// Legacy exon name, ordinal today, source.
    exons: Vec<(&'static str, u32, &'static str)>,
}

/// A legacy name as it is written today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rewritten {
    /// The place and change on the coding sequence.
    pub change: LegacyChange,
    /// The publication or record that supports the rule.
    pub source: &'static str,
}

/// Where a legacy name points to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LegacyChange {
    /// A description that counts from the start codon: `c.66_67delAG`.
    Coding(String),
    /// A place beside an exon, by its ordinal today: `IVS2-1G>C` is one base before exon 3.
    BesideExon {
        /// Exon by ordinal on today's transcript, from 1.
        exon: u32,
        /// Positive: bases after the exon's end. Negative: before its start.
        offset: i64,
        /// `G>C`, `del2`, `insAT`.
        edit: String,
    },
}

static TABLE: LazyLock<HashMap<&'static str, LegacyGene>> = LazyLock::new(|| {
    let mut genes: HashMap<&'static str, LegacyGene> = HashMap::new();
    for line in include_str!("../data/legacy_names.tsv").lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<&'static str> = line.split('\t').collect();
        let [gene, kind, legacy, today, source] = fields[..] else { continue };
        let gene = genes.entry(gene).or_default();
        match kind {
            "offset" => gene.offset = legacy.parse().ok().map(|offset| (offset, source)),
            "variant" => gene.variants.push((fold(legacy), today, source)),
            "exon" => gene.exons.extend(today.parse().ok().map(|ordinal| (legacy, ordinal, source))),
            _ => {}
        }
    }
    genes
});

/// Rewrites a legacy name of a gene; `None` when the gene has no legacy names or this is none of them.
pub fn rewrite(symbol: &str, text: &str) -> Option<Rewritten> {
    let gene = TABLE.get(symbol.to_ascii_uppercase().as_str())?;
    let name = fold(text);
    if let Some((_, today, source)) = gene.variants.iter().find(|(held, _, _)| *held == name) {
        return Some(Rewritten { change: LegacyChange::Coding((*today).to_owned()), source });
    }
    let plain = text.trim().replace(['−', '–'], "-");
    match plain.strip_prefix("IVS").or_else(|| plain.strip_prefix("ivs")) {
        Some(rest) => gene.beside_exon(rest),
        None => gene.by_offset(&plain),
    }
}

/// The ordinal today of an exon by its legacy name: BRCA1's exon `11` is the tenth; `None` when no source says so.
pub fn exon_ordinal(symbol: &str, legacy_name: &str) -> Option<(u32, &'static str)> {
    let gene = TABLE.get(symbol.to_ascii_uppercase().as_str())?;
    let held = gene.exons.iter().find(|(name, _, _)| name.eq_ignore_ascii_case(legacy_name));
    held.map(|(_, ordinal, source)| (*ordinal, *source))
}

/// Whether exons of the gene were once called otherwise than by their ordinal.
pub fn has_legacy_exons(symbol: &str) -> bool {
    TABLE.get(symbol.to_ascii_uppercase().as_str()).is_some_and(|gene| !gene.exons.is_empty())
}

impl LegacyGene {
    /// `185delAG`, `621+1G>T`, `2576_2577delTT`: counted from the first base of the cDNA of the time.
    fn by_offset(&self, text: &str) -> Option<Rewritten> {
        let (offset, source) = self.offset?;
        let (first, rest) = split_number(text)?;
        if (1..=offset).contains(&first) {
            // The last base before the start codon is c.-1; there is no 0.
            let change = upstream_change(offset + 1 - first, rest)?;
            return Some(Rewritten { change: LegacyChange::Coding(change), source });
        }
        let first = first.checked_sub(offset).filter(|at| *at > 0)?;
        let change = match rest.strip_prefix('_').and_then(split_number) {
            Some((last, edit)) => format!("c.{first}_{}{edit}", last.checked_sub(offset)?),
            None if rest.starts_with(['+', '-']) => format!("c.{first}{rest}"),
            None => coding_change(first, rest)?,
        };
        Some(Rewritten { change: LegacyChange::Coding(change), source })
    }

    /// `2-1G>C` of `IVS2-1G>C`: beside the exon with that legacy name, or before the one that follows it.
    fn beside_exon(&self, text: &str) -> Option<Rewritten> {
        let sign_at = text.find(['+', '-'])?;
        let (name, rest) = text.split_at(sign_at);
        let (distance, edit) = split_number(&rest[1..])?;
        let distance = i64::try_from(distance).ok()?;
        if edit.is_empty() {
            return None;
        }
        let (exon, source, offset) = if rest.starts_with('+') {
            let (_, ordinal, source) = self.exons.iter().find(|(held, _, _)| *held == name)?;
            (*ordinal, *source, distance)
        } else {
            let (ordinal, source) = self.exon_after(name)?;
            (ordinal, source, -distance)
        };
        Some(Rewritten { change: LegacyChange::BesideExon { exon, offset, edit: edit.to_owned() }, source })
    }

    /// The exon that begins at the end of intron `name`: the one called next, or after a gap in the count the next
    /// that exists (BRCA1's introns 3 and 4 both end at exon 5).
    fn exon_after(&self, name: &str) -> Option<(u32, &'static str)> {
        let number: u32 = name.parse().ok()?;
        let later = self
            .exons
            .iter()
            .filter_map(|(held, ordinal, source)| Some((held.parse::<u32>().ok()?, *ordinal, *source)));
        let next = later.filter(|(held, _, _)| *held > number).min_by_key(|(held, _, _)| *held)?;
        let exists_before = self.exons.iter().any(|(_, ordinal, _)| *ordinal + 1 == next.1);
        (next.0 <= number + 2 && exists_before).then_some((next.1, next.2))
    }
}

/// `c.` of an edit that begins at one base: `delAG` takes as many bases as it names, `ins` comes after the base.
fn coding_change(first: u64, edit: &str) -> Option<String> {
    let bases = |text: &str| !text.is_empty() && text.bytes().all(|base| b"ACGTacgt".contains(&base));
    if let Some(inserted) = edit.strip_prefix("ins").filter(|text| bases(text)) {
        return Some(format!("c.{first}_{}ins{inserted}", first + 1));
    }
    for word in ["del", "dup"] {
        let Some(rest) = edit.strip_prefix(word) else { continue };
        let (deleted, inserted) =
            rest.split_once("ins").map_or((rest, None), |(deleted, inserted)| (deleted, Some(inserted)));
        let length = match deleted.parse::<u64>() {
            Ok(length) => length,
            Err(_) if bases(deleted) => deleted.len() as u64,
            Err(_) => return None,
        };
        let last = first.checked_add(length.checked_sub(1)?)?;
        let range = if length == 1 { first.to_string() } else { format!("{first}_{last}") };
        let stated = if bases(deleted) { deleted } else { "" };
        let inserted = inserted.map(|text| format!("ins{text}")).unwrap_or_default();
        return Some(format!("c.{range}{word}{stated}{inserted}"));
    }
    let substitution =
        edit.split_once('>').is_some_and(|(from, to)| from.len() == 1 && to.len() == 1 && bases(from) && bases(to));
    substitution.then(|| format!("c.{first}{edit}"))
}

/// A substitution or the deletion of one base before the start codon.
fn upstream_change(distance: u64, edit: &str) -> Option<String> {
    let is_base = |text: &str| text.len() == 1 && text.bytes().all(|base| b"ACGTacgt".contains(&base));
    let substitution = edit.split_once('>').is_some_and(|(from, to)| is_base(from) && is_base(to));
    let deletion = edit.strip_prefix("del").is_some_and(|base| base.is_empty() || is_base(base));
    (substitution || deletion).then(|| format!("c.-{distance}{edit}"))
}

fn split_number(text: &str) -> Option<(u64, &str)> {
    let end = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    Some((text[..end].parse().ok()?, &text[end..]))
}

/// Lower case, without blanks, `Δ` and `delta` alike.
fn fold(text: &str) -> String {
    let plain = text.replace(['Δ', 'δ', '∆'], "delta").replace(['−', '–'], "-");
    plain.chars().filter(|letter| !letter.is_whitespace()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(gene: &str, text: &str, today: &str) {
        let Some(Rewritten { change: LegacyChange::Coding(change), source }) = rewrite(gene, text) else {
            panic!("{gene} {text} is not rewritten to c.")
        };
        assert_eq!(change, today, "{gene} {text}");
        assert!(!source.is_empty());
    }

    #[test]
    fn founder_variants_of_brca1_and_brca2() {
        check("BRCA1", "185delAG", "c.66_67delAG");
        check("brca1", "5382insC", "c.5263_5264insC");
        check("BRCA2", "6174delT", "c.5946delT");
        check("BRCA2", "999del5", "c.771_775del");
        check("BRCA1", "229C>A", "c.110C>A");
        check("BRCA1", "1294del40", "c.1175_1214del");
        check("BRCA2", "203G>A", "c.-26G>A");
    }

    #[test]
    fn cftr_by_rule_and_by_name() {
        check("CFTR", "621+1G>T", "c.489+1G>T");
        check("CFTR", "1717-1G>A", "c.1585-1G>A");
        check("CFTR", "3849+10kbC>T", "c.3718-2477C>T");
        check("CFTR", "ΔF508", "c.1521_1523del");
        check("CFTR", "delta F508", "c.1521_1523del");
        check("CFTR", "R117H", "c.350G>A");
    }

    #[test]
    fn introns_go_by_the_exon_names_of_the_time() {
        let beside = |text: &str| match rewrite("BRCA1", text).map(|rewritten| rewritten.change) {
            Some(LegacyChange::BesideExon { exon, offset, edit }) => (exon, offset, edit),
            other => panic!("{text}: {other:?}"),
        };
        assert_eq!(beside("IVS2-1G>C"), (3, -1, "G>C".into()));
        assert_eq!(beside("IVS4-1G>C"), (4, -1, "G>C".into()));
        assert_eq!(beside("IVS3-1G>C"), (4, -1, "G>C".into()));
        assert_eq!(beside("IVS3+1704insG"), (3, 1704, "insG".into()));
        assert_eq!(beside("IVS18+1G>T"), (17, 1, "G>T".into()));
        assert_eq!(exon_ordinal("BRCA1", "11").map(|(ordinal, _)| ordinal), Some(10));
        assert_eq!(exon_ordinal("BRCA1", "4"), None);
    }

    #[test]
    fn what_is_no_legacy_name_is_left_alone() {
        for text in [
            "",
            "c.68_69del",
            "185",
            "119delAG",
            "185delXY",
            "185ins",
            "99999999999999999999delA",
            "IVS",
            "IVS2",
            "IVS99-1G>A",
            "é",
        ] {
            assert_eq!(rewrite("BRCA1", text), None, "{text}");
        }
        assert_eq!(rewrite("TTN", "185delAG"), None);
    }
}
