//! Words about cases: zygosity, origin, affected status, sex.

use cairn_core::case::{AffectedStatus, AlleleOrigin, Sex, Zygosity};

use super::plain;

/// Reads a zygosity in words, abbreviations or as a genotype (`0/1`, `1|1`, `1`).
pub fn zygosity(text: &str) -> Option<Zygosity> {
    let genotype = text.trim();
    if !genotype.is_empty()
        && genotype.bytes().all(|b| b.is_ascii_digit() || b"/|.".contains(&b))
        && genotype.contains(['/', '|'])
    {
        return of_genotype(genotype, 1);
    }
    Some(match plain(text).as_str() {
        "heterozygous"
        | "het"
        | "heterozygote"
        | "single heterozygote"
        | "heterozygot"
        | "hétérozygote"
        | "heterocigoto"
        | "heterocigota"
        | "eterozigote"
        | "geno 0000135" => Zygosity::Heterozygous,
        "homozygous" | "hom" | "homozygote" | "homozygot" | "homocigoto" | "homocigota" | "omozigote"
        | "geno 0000136" => Zygosity::Homozygous,
        "hemizygous" | "hemi" | "hem" | "hemizygote" | "hemizygot" | "hémizygote" | "emizigote" | "geno 0000134" => {
            Zygosity::Hemizygous
        }
        "compound heterozygous" | "compound het" | "comp het" | "compound heterozygote" | "ch" | "geno 0000402" => {
            Zygosity::CompoundHeterozygous
        }
        "homoplasmic" | "geno 0000602" => Zygosity::Homoplasmic,
        "heteroplasmic" | "geno 0000603" => Zygosity::Heteroplasmic,
        "mosaic" | "mosaicism" | "mosaik" => Zygosity::Mosaic,
        "unknown" | "not provided" | "na" | "n a" | "" => Zygosity::Unknown,
        _ => return None,
    })
}

/// Zygosity of the allele with this index in a VCF genotype; `None` if the genotype has it not.
pub fn of_genotype(genotype: &str, allele: usize) -> Option<Zygosity> {
    let genotype = genotype.strip_prefix(['/', '|']).unwrap_or(genotype);
    let alleles: Vec<Option<usize>> = genotype.split(['/', '|']).map(|a| a.parse().ok()).collect();
    let copies = alleles.iter().filter(|a| **a == Some(allele)).count();
    Some(match (copies, alleles.len()) {
        (0, _) => return None,
        (1, 1) => Zygosity::Hemizygous,
        (n, ploidy) if n == ploidy => Zygosity::Homozygous,
        // `./1`: the other copy was not read, so the number of copies is not known.
        _ if alleles.contains(&None) => Zygosity::Unknown,
        _ => Zygosity::Heterozygous,
    })
}

/// Reads an allele origin (ClinVar's words and those of laboratories).
pub fn origin(text: &str) -> Option<AlleleOrigin> {
    Some(match plain(text).as_str() {
        "germline" | "germ line" | "constitutional" | "keimbahn" | "germinal" | "uniparental" => AlleleOrigin::Germline,
        "inherited" | "familial" | "parental" | "vererbt" => AlleleOrigin::Inherited,
        "maternal" | "mother" | "maternally inherited" | "mat" | "mutter" | "mère" | "madre" => AlleleOrigin::Maternal,
        "paternal" | "father" | "paternally inherited" | "pat" | "vater" | "père" | "padre" => AlleleOrigin::Paternal,
        "biparental" | "both" | "both parents" => AlleleOrigin::Biparental,
        "de novo" | "denovo" | "dn" | "new" => AlleleOrigin::DeNovo,
        "somatic" | "tumor" | "tumour" | "somatisch" | "acquired" => AlleleOrigin::Somatic,
        "unknown"
        | "not provided"
        | "not applicable"
        | "not reported"
        | "tested inconclusive"
        | "not tested"
        | "na"
        | "n a"
        | "" => AlleleOrigin::Unknown,
        _ => return None,
    })
}

/// Reads an affected status.
pub fn affected(text: &str) -> Option<AffectedStatus> {
    Some(match plain(text).as_str() {
        "yes" | "affected" | "y" | "true" | "2" | "symptomatic" | "ja" | "oui" | "si" | "sí" => {
            AffectedStatus::Affected
        }
        "no" | "unaffected" | "not affected" | "n" | "false" | "1" | "asymptomatic" | "healthy" | "nein" | "non" => {
            AffectedStatus::Unaffected
        }
        "unknown" | "not provided" | "not applicable" | "na" | "n a" | "0" | "" => AffectedStatus::Unknown,
        _ => return None,
    })
}

/// Reads whether a family was found through the person; the inner `None` when nobody says.
pub fn proband(text: &str) -> Option<Option<bool>> {
    Some(match plain(text).as_str() {
        "yes" | "proband" | "index" | "index case" | "index patient" | "y" | "true" | "1" | "ja" | "oui" | "si"
        | "sí" => Some(true),
        "no" | "relative" | "family member" | "n" | "false" | "0" | "mother" | "father" | "sister" | "brother"
        | "son" | "daughter" | "nein" | "non" => Some(false),
        "unknown" | "not provided" | "na" | "n a" | "" => None,
        _ => return None,
    })
}

/// Reads a sex.
pub fn sex(text: &str) -> Option<Sex> {
    Some(match plain(text).as_str() {
        "female" | "f" | "xx" | "w" | "weiblich" | "woman" | "girl" | "femme" | "féminin" | "feminin" | "femenino"
        | "mujer" | "femmina" | "2" => Sex::Female,
        "male" | "m" | "xy" | "männlich" | "maennlich" | "man" | "boy" | "homme" | "masculin" | "masculino"
        | "hombre" | "maschio" | "1" => Sex::Male,
        "other" | "intersex" | "diverse" | "divers" | "mixed" | "mixed gender group" => Sex::Other,
        "unknown" | "u" | "not provided" | "na" | "n a" | "0" | "" => Sex::Unknown,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn genotypes_say_copies() {
        for (genotype, allele, expected) in [
            ("0/1", 1, Some(Zygosity::Heterozygous)),
            ("1|1", 1, Some(Zygosity::Homozygous)),
            ("1/2", 2, Some(Zygosity::Heterozygous)),
            ("0/1", 2, None),
            ("1", 1, Some(Zygosity::Hemizygous)),
            ("./1", 1, Some(Zygosity::Unknown)),
            ("./.", 1, None),
            ("/0/1", 1, Some(Zygosity::Heterozygous)),
        ] {
            assert_eq!(of_genotype(genotype, allele), expected, "{genotype}");
        }
    }
}
