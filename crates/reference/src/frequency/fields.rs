//! Which INFO fields or columns of which dataset mean what.

use std::collections::HashMap;

use cairn_core::suggest::frequency::{AlleleFrequencies, Counts};

/// Populations as gnomAD, ExAC and 1000 Genomes abbreviate them.
const POPULATIONS: [&str; 12] =
    ["AFR", "AMR", "ASJ", "EAS", "EUR", "FIN", "NFE", "SAS", "OTH", "AMI", "MID", "REMAINING"];
/// Groups that are no general continental population and give no group maximum.
const LEFT_OUT: [&str; 6] = ["ASJ", "FIN", "OTH", "AMI", "MID", "REMAINING"];

/// The meaning of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Count(Option<usize>),
    Number(Option<usize>),
    Frequency(Option<usize>),
    Homozygotes(Option<usize>),
    Hemizygotes(Option<usize>),
    Filtering(Option<usize>),
    FilteringGroup,
}

/// The fields of one file.
#[derive(Debug, Default)]
pub(super) struct Fields {
    by_name: HashMap<String, Field>,
    /// Codes of the populations that the file has, in the order found.
    pub populations: Vec<String>,
}

impl Fields {
    /// From the names that a header declares, in order; the first of two equal names counts.
    pub fn of<'a>(names: impl Iterator<Item = &'a str> + Clone) -> Self {
        let has = |wanted: &str| names.clone().any(|name| name == wanted);
        // ExAC recommends its adjusted counts; gnomAD's joint file has joint counts only.
        let (adjusted, joint) = (has("AC_Adj"), has("AC_joint") && !has("AC"));
        let mut fields = Self::default();
        for name in names {
            let plain = if joint { name.replacen("_joint", "", 1) } else { name.to_owned() };
            if let Some(field) = fields.meaning(&plain, adjusted) {
                fields.by_name.entry(name.to_owned()).or_insert(field);
            }
        }
        fields
    }

    /// Whether there are counts for all people together.
    pub fn has_counts(&self) -> bool {
        let has = |wanted: Field| self.by_name.values().any(|field| *field == wanted);
        has(Field::Count(None)) && has(Field::Number(None))
    }

    fn meaning(&mut self, name: &str, adjusted: bool) -> Option<Field> {
        Some(match name {
            "AC_Adj" => Field::Count(None),
            "AN_Adj" => Field::Number(None),
            "AC" if !adjusted => Field::Count(None),
            "AN" if !adjusted => Field::Number(None),
            "AF" if !adjusted => Field::Frequency(None),
            "nhomalt" | "AC_Hom" | "Hom" => Field::Homozygotes(None),
            "AC_Hemi" | "Hemi" | "nhemi" | "nhemialt" => Field::Hemizygotes(None),
            "fafmax_faf95_max" | "faf95_popmax" => Field::Filtering(None),
            "fafmax_faf95_max_gen_anc" => Field::FilteringGroup,
            _ => {
                let (kind, population) = of_population(name)?;
                let at = self.population(&population);
                match kind {
                    "AC" => Field::Count(Some(at)),
                    "AN" => Field::Number(Some(at)),
                    "AF" => Field::Frequency(Some(at)),
                    "nhomalt" | "Hom" => Field::Homozygotes(Some(at)),
                    "Hemi" => Field::Hemizygotes(Some(at)),
                    _ => Field::Filtering(Some(at)),
                }
            }
        })
    }

    fn population(&mut self, code: &str) -> usize {
        let known = self.populations.iter().position(|held| held == code);
        known.unwrap_or_else(|| {
            self.populations.push(code.to_owned());
            self.populations.len() - 1
        })
    }

    /// What a row says of one of its alternates (from 0).
    pub fn read<'a>(&self, values: impl Iterator<Item = (&'a str, &'a str)>, alternate: usize) -> AlleleFrequencies {
        let mut all = Counts::default();
        let mut groups = vec![Counts::default(); self.populations.len()];
        let (mut filtering, mut group, mut highest) = (None, None, None::<(usize, f64)>);
        for (name, value) in values {
            let Some(field) = self.by_name.get(name) else { continue };
            // A field with one value for each alternate, or one for the row.
            let value = value.split(',').nth(alternate).unwrap_or(value);
            let whole = || value.parse::<u64>().ok();
            let number = || value.parse::<f64>().ok().filter(|number| number.is_finite());
            let mut of = |at: Option<usize>, set: &dyn Fn(&mut Counts)| set(at.map_or(&mut all, |at| &mut groups[at]));
            match *field {
                Field::Count(at) => of(at, &|counts| counts.count = counts.count.or(whole())),
                Field::Number(at) => of(at, &|counts| counts.number = counts.number.or(whole())),
                Field::Frequency(at) => of(at, &|counts| counts.frequency = counts.frequency.or(number())),
                Field::Homozygotes(at) => of(at, &|counts| counts.homozygotes = counts.homozygotes.or(whole())),
                Field::Hemizygotes(at) => of(at, &|counts| counts.hemizygotes = counts.hemizygotes.or(whole())),
                Field::Filtering(None) => filtering = filtering.or(number()),
                Field::FilteringGroup => group = Some(value.to_owned()),
                Field::Filtering(Some(at)) => {
                    let is_group = !LEFT_OUT.contains(&self.populations[at].as_str());
                    if let Some(value) =
                        number().filter(|value| is_group && highest.is_none_or(|(_, held)| *value > held))
                    {
                        highest = Some((at, value));
                    }
                }
            }
        }
        let published = match (filtering, highest) {
            (Some(value), _) => Some((
                group
                    .filter(|code| code != ".")
                    .map_or_else(|| "group maximum".to_owned(), |code| code.to_ascii_uppercase()),
                value,
            )),
            (None, Some((at, value))) => Some((self.populations[at].clone(), value)),
            (None, None) => None,
        };
        let populations =
            self.populations.iter().cloned().zip(groups).filter(|(_, counts)| *counts != Counts::default()).collect();
        AlleleFrequencies { filter: String::new(), all: without_double(all), populations, published }
    }
}

/// The frequency is kept only where the counts do not give it.
fn without_double(counts: Counts) -> Counts {
    match counts.count.is_some() && counts.number.is_some() {
        true => Counts { frequency: None, ..counts },
        false => counts,
    }
}

/// `AC_afr`, `nhomalt_nfe`, `EAS_AF`, `faf95_sas`: the kind and the population in capitals.
fn of_population(name: &str) -> Option<(&'static str, String)> {
    const KINDS: [&str; 7] = ["AC", "AN", "AF", "nhomalt", "Hom", "Hemi", "faf95"];
    let known =
        |code: &str| POPULATIONS.iter().find(|held| held.eq_ignore_ascii_case(code)).map(|held| (*held).to_owned());
    if let Some(code) = name.strip_suffix("_AF").and_then(known) {
        return Some(("AF", code));
    }
    KINDS.into_iter().find_map(|kind| Some((kind, known(name.strip_prefix(kind)?.strip_prefix('_')?)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(names: &[&str], info: &str, alternate: usize) -> AlleleFrequencies {
        let fields = Fields::of(names.iter().copied());
        fields.read(info.split(';').filter_map(|pair| pair.split_once('=')), alternate)
    }

    #[test]
    fn exac_adjusted_counts_go_before_raw_ones() {
        let names = ["AC", "AC_AFR", "AC_Adj", "AC_Hom", "AN", "AN_AFR", "AN_Adj", "Hom_AFR"];
        let found =
            read(&names, "AC=5,2;AC_AFR=3,0;AC_Adj=4,1;AC_Hom=1,0;AN=121408;AN_AFR=10000;AN_Adj=116568;Hom_AFR=1,0", 1);
        assert_eq!((found.all.count, found.all.number, found.all.homozygotes), (Some(1), Some(116_568), Some(0)));
        assert_eq!(
            found.populations,
            [(
                "AFR".to_owned(),
                Counts { count: Some(0), number: Some(10_000), homozygotes: Some(0), ..Counts::default() }
            )]
        );
    }

    #[test]
    fn gnomad_4_gives_its_own_filtering_frequency() {
        let names =
            ["AC", "AN", "AC_afr", "AN_afr", "nhomalt", "AC_afr_XX", "fafmax_faf95_max", "fafmax_faf95_max_gen_anc"];
        let found = read(
            &names,
            "AC=5;AN=1461000;AC_afr=1;AN_afr=33000;AC_afr_XX=9;nhomalt=0;fafmax_faf95_max=1.2e-06;fafmax_faf95_max_gen_anc=nfe",
            0,
        );
        assert_eq!(found.published, Some(("NFE".to_owned(), 1.2e-6)));
        assert_eq!(found.populations[0].1.count, Some(1));
    }

    #[test]
    fn the_joint_file_and_the_second_release() {
        let found = read(&["AC_joint", "AN_joint", "AC_joint_eas"], "AC_joint=2;AN_joint=100;AC_joint_eas=1", 0);
        assert_eq!((found.all.count, found.populations[0].1.count), (Some(2), Some(1)));
        let found = read(&["AC", "AN", "faf95_afr", "faf95_fin"], "AC=9;AN=100;faf95_afr=0.01;faf95_fin=0.5", 0);
        assert_eq!(found.published, Some(("AFR".to_owned(), 0.01)));
    }

    #[test]
    fn thousand_genomes_have_frequencies_without_counts() {
        let found =
            read(&["AC", "AN", "AF", "EAS_AF", "EUR_AF"], "AC=5;AF=0.000998403;AN=5008;EAS_AF=0.002;EUR_AF=0", 0);
        assert_eq!((found.all.count, found.all.frequency), (Some(5), None));
        assert_eq!(found.populations[0], ("EAS".to_owned(), Counts { frequency: Some(0.002), ..Counts::default() }));
    }
}
