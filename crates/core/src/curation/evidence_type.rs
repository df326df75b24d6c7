//! Which kind of evidence a criterion looks at: how a grid is laid out for people.

/// The kind of evidence, in the order of the sheet: the columns of Richards et al. 2015, figure 1,
/// for the codes of ACMG/AMP; the sections of the scoring sheets of Riggs et al. 2020 for copy
/// number variants; the subject of the criterion for oncogenicity. A code that none of these knows
/// stands under `Other`.
pub fn evidence_type(code: &str) -> (u8, &'static str) {
    match code {
        "BA1" | "BS1" | "BS2" | "PM2" | "PS4" | "SBVS1" | "SBS1" | "OP4" => (1, "Population"),
        "PVS1" | "PS1" | "PM4" | "PM5" | "PP3" | "BP1" | "BP3" | "BP4" | "BP7" => (2, "Computational and predictive"),
        "OVS1" | "OS1" | "OM2" | "OM4" | "OP1" | "SBP1" | "SBP2" => (2, "Computational and predictive"),
        "PS3" | "PM1" | "PP2" | "BS3" | "OS2" | "OM1" | "SBS2" => (3, "Functional"),
        "OS3" | "OM3" | "OP3" => (4, "Hotspots"),
        "PP1" | "BS4" => (4, "Segregation"),
        "PS2" | "PM6" => (5, "De novo"),
        "PM3" | "BP2" => (6, "Allelic"),
        "PP5" | "BP6" => (7, "Other database"),
        "PP4" | "BP5" | "OP2" => (8, "Phenotype and other"),
        _ => section(code),
    }
}

/// Sections of the sheets for copy number variants.
fn section(code: &str) -> (u8, &'static str) {
    let mut letters = code.chars();
    let (digit, letter) = (letters.next(), letters.next());
    match digit.filter(|_| letter.is_some_and(|c| c.is_ascii_uppercase())) {
        Some('1') => (1, "1. Genes and other elements inside"),
        Some('2') => (2, "2. Overlap with established regions"),
        Some('3') => (3, "3. Number of genes"),
        Some('4') => (4, "4. Published and shared cases"),
        Some('5') => (5, "5. Inheritance in the person"),
        _ => (9, "Other"),
    }
}
