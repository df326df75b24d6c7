//! Records that nobody could identify and whose text says the same as a variant: the same gene or transcript, whatever
//! its version, and the same change of the coding sequence or the protein.
//!
//! The text is compared, never the meaning: on another version of a transcript the same text may be another change.

use cairn_reference::identity::{Identity, TranscriptConsequence};
use cairn_store::entry::AsOf;
use cairn_store::fold::fold;
use cairn_store::serial::VariantSerial;
use cairn_store::{Connection, StoreError, variant};
use cairn_variant::hgvs::AminoAcid;
use std::collections::BTreeSet;

/// Transcripts whose texts are looked for, the preferred first.
const TRANSCRIPTS: usize = 6;
/// Versions of a transcript beyond the one that is loaded.
const LATER: u32 = 4;
/// A transcript has had no more versions than this.
const VERSIONS: u32 = 24;

/// A way in which the change may have been written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Writing {
    /// How such a text begins, folded.
    beginning: String,
    /// The gene that must be named beside it, because the text names none.
    gene: Option<String>,
}

/// The variants kept as a text that says the same as this one.
pub(super) async fn saying_the_same(
    connection: &mut Connection,
    identity: &Identity,
    as_of: AsOf,
) -> Result<Vec<VariantSerial>, StoreError> {
    let writings = writings(identity);
    let beginnings: BTreeSet<&String> = writings.iter().map(|writing| &writing.beginning).collect();
    let beginnings: Vec<String> = beginnings.into_iter().cloned().collect();
    let mut found = BTreeSet::new();
    for (text, serial) in variant::kept_as_text(connection, &beginnings, as_of).await? {
        let said =
            |writing: &&Writing| text.strip_prefix(&writing.beginning).is_some_and(|rest| is_whole(writing, rest));
        let mut genes: BTreeSet<Option<&String>> = writings.iter().filter(said).map(|w| w.gene.as_ref()).collect();
        if genes.remove(&None) {
            found.insert(serial);
        } else if !genes.is_empty() {
            let given = variant::genes(connection, serial).await?;
            let is_given = |gene: &Option<&String>| given.iter().any(|effect| Some(&effect.gene) == *gene);
            if genes.iter().any(is_given) {
                found.insert(serial);
            }
        }
    }
    Ok(found.into_iter().collect())
}

/// Whether nothing follows that would say more: the bases that go or are repeated, or what it does to the protein.
fn is_whole(writing: &Writing, rest: &str) -> bool {
    let rest = rest.trim_start();
    let names_bases = writing.beginning.ends_with("del") || writing.beginning.ends_with("dup");
    let rest = match names_bases {
        true => rest.trim_start_matches(['a', 'c', 'g', 't', 'n']).trim_start(),
        false => rest,
    };
    rest.is_empty() || rest.starts_with("(p.") || rest.starts_with("p.")
}

/// Every way in which a laboratory may have written it.
fn writings(identity: &Identity) -> BTreeSet<Writing> {
    let mut all = BTreeSet::new();
    for consequence in identity.consequences.iter().take(TRANSCRIPTS) {
        let gene = consequence.gene.as_deref();
        for change in changes(consequence) {
            let mut add = |text: &str, gene: Option<&str>| {
                all.insert(Writing { beginning: fold(text), gene: gene.map(str::to_owned) });
            };
            if change.starts_with("c.") || change.starts_with("n.") {
                for transcript in versions(&consequence.transcript) {
                    add(&format!("{transcript}:{change}"), None);
                    if let Some(gene) = gene {
                        add(&format!("{transcript}({gene}):{change}"), None);
                    }
                }
            }
            if let Some(gene) = gene {
                add(&format!("{gene} {change}"), None);
                add(&format!("{gene}:{change}"), None);
                add(&format!("{gene}: {change}"), None);
                add(&change, Some(gene));
            }
        }
    }
    all
}

/// The change on the transcript, and on the protein with and without brackets, in three letters and in one.
fn changes(consequence: &TranscriptConsequence) -> Vec<String> {
    let part = |text: &Option<String>| text.as_deref().and_then(|text| Some(text.split_once(':')?.1.to_owned()));
    let mut all: Vec<String> = part(&consequence.hgvs_c).into_iter().collect();
    if let Some(protein) = part(&consequence.hgvs_p).filter(|text| text.contains(|c: char| c.is_ascii_digit())) {
        let bare = protein.replace(['(', ')'], "");
        all.extend([one_letter(&bare), bare, protein]);
    }
    all
}

/// A description of a protein with its residues in one letter.
fn one_letter(change: &str) -> String {
    AminoAcid::all().fold(change.to_owned(), |text, residue| {
        text.replace(residue.three_letters(), &residue.one_letter().to_string())
    })
}

/// A transcript in every version, and without.
fn versions(transcript: &str) -> Vec<String> {
    let Some((name, version)) = transcript.rsplit_once('.') else { return vec![transcript.to_owned()] };
    let loaded: u32 = version.parse().unwrap_or(1);
    let last = loaded.saturating_add(LATER).min(VERSIONS.max(loaded));
    let versioned = (1..=last).map(|version| format!("{name}.{version}"));
    std::iter::once(name.to_owned()).chain(versioned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(hgvs_c: &str, hgvs_p: Option<&str>, text: &str, expected: Option<Option<&str>>) {
        let transcript = hgvs_c.split_once(':').map(|(transcript, _)| transcript.to_owned()).unwrap_or_default();
        let consequence = TranscriptConsequence {
            transcript,
            gene: Some("BRCA1".to_owned()),
            hgvs_c: Some(hgvs_c.to_owned()),
            hgvs_p: hgvs_p.map(str::to_owned),
            ..TranscriptConsequence::default()
        };
        let identity = Identity { consequences: vec![consequence], ..Identity::default() };
        let folded = fold(text);
        let says = |w: &&Writing| folded.strip_prefix(&w.beginning).is_some_and(|rest| is_whole(w, rest));
        let writings = writings(&identity);
        let found = writings.iter().find(says).map(|writing| writing.gene.as_deref());
        assert_eq!(found, expected, "{text} beside {hgvs_c}");
    }

    #[test]
    fn the_same_change_in_other_words() {
        let dup = "NM_007294.4:c.5266dup";
        for text in [
            "NM_007294.2:c.5266dup",
            "NM_007294:c.5266dupC",
            "nm_007294.3(BRCA1):c.5266dupC (p.Gln1756Profs)",
            "BRCA1 c.5266dupC",
            "BRCA1:c.5266dup p.Gln1756fs",
        ] {
            check(dup, None, text, Some(None));
        }
        check(dup, None, "c.5266dupC", Some(Some("BRCA1")));
        for text in ["NM_007294.2:c.5266del", "NM_007294.2:c.5266dup3", "NM_007300.2:c.5266dup", "c.5266"] {
            check(dup, None, text, None);
        }
        check("NM_007294.4:c.68_69del", None, "BRCA1 c.68_69delinsTT", None);
        let missense = ("NM_007294.4:c.181T>G", Some("NP_009225.1:p.(Cys61Gly)"));
        for text in ["BRCA1 p.Cys61Gly", "BRCA1 p.(Cys61Gly)", "BRCA1 p.C61G"] {
            check(missense.0, missense.1, text, Some(None));
        }
    }
}
