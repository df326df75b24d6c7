//! The statistics behind the frequency criteria.

/// The confidence level of the filtering allele frequency.
pub const CONFIDENCE: f64 = 0.95;

/// The filtering allele frequency: the highest true frequency for which the upper bound of the 95 % confidence interval
/// of the allele count, taken as Poisson, is still below the count seen (Whiffin et al. 2017, PMID:28518168). 0 for
/// counts of 0 and 1, as the authors do.
pub fn filtering_frequency(count: u64, number: u64) -> f64 {
    if count <= 1 || number == 0 {
        return 0.0;
    }
    // The rate at which `count - 1` or fewer are seen with probability 0.95.
    let (mut low, mut high) = (0.0, count as f64);
    for _ in 0..100 {
        let middle = f64::midpoint(low, high);
        if poisson_at_most(count - 1, middle) >= CONFIDENCE { low = middle } else { high = middle }
    }
    low / number as f64
}

/// The probability of at most `count` events at a rate.
fn poisson_at_most(count: u64, rate: f64) -> f64 {
    if rate <= 0.0 {
        return 1.0;
    }
    // Far below the rate's mean nothing is left of the sum; the normal form keeps large counts quick and stable.
    if count > 5_000 {
        let z = ((count as f64 + 0.5) - rate) / rate.sqrt();
        return normal_below(z);
    }
    let (mut term, mut sum) = (-rate, (-rate).exp());
    for k in 1..=count {
        term += rate.ln() - (k as f64).ln();
        sum += term.exp();
    }
    sum.min(1.0)
}

/// The standard normal distribution function (Abramowitz and Stegun 7.1.26, error below 1.5e-7).
fn normal_below(z: f64) -> f64 {
    let x = z.abs() / std::f64::consts::SQRT_2;
    let t = 1.0 / (1.0 + 0.327_591_1 * x);
    let poly =
        t * (0.254_829_592 + t * (-0.284_496_736 + t * (1.421_413_741 + t * (-1.453_152_027 + t * 1.061_405_429))));
    let erf = 1.0 - poly * (-x * x).exp();
    if z >= 0.0 { f64::midpoint(1.0, erf) } else { f64::midpoint(1.0, -erf) }
}

/// What a person says about a condition, for the frequency a variant that causes it can have.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Architecture {
    /// People with the condition, as a share of all.
    pub prevalence: f64,
    /// The largest share of cases in the gene that one variant causes.
    pub allelic: f64,
    /// The largest share of cases that the gene causes.
    pub genetic: f64,
    /// The share of carriers who get the condition.
    pub penetrance: f64,
    /// Both copies are needed.
    pub recessive: bool,
}

/// The maximum credible population allele frequency (Whiffin et al. 2017, PMID:28518168): half the prevalence, times
/// the contributions, divided by the penetrance; for recessive conditions the square root of prevalence, genetic
/// contribution and penetrance takes their place. Both as the authors' own calculator has them
/// (jamesware/alleleFrequencyApp, `server.R`). `None` when a share is not between 0 and 1.
pub fn maximum_credible_frequency(of: Architecture) -> Option<f64> {
    let is_share = |value: f64| value > 0.0 && value <= 1.0;
    if ![of.prevalence, of.allelic, of.genetic, of.penetrance].into_iter().all(is_share) {
        return None;
    }
    Some(match of.recessive {
        false => of.prevalence * of.allelic * of.genetic / of.penetrance / 2.0,
        true => of.prevalence.sqrt() * of.allelic * of.genetic.sqrt() / of.penetrance.sqrt(),
    })
}

/// An odds ratio with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OddsRatio {
    /// The ratio.
    pub ratio: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// The odds ratio of carrying alleles among cases against controls, by Woolf's method with 0.5 added to every cell
/// (Haldane and Anscombe), so that a count of 0 has an interval too. `None` when a group is smaller than its carriers.
pub fn odds_ratio(cases_with: u64, cases: u64, controls_with: u64, controls: u64) -> Option<OddsRatio> {
    let without = |all: u64, with: u64| all.checked_sub(with).map(|rest| rest as f64 + 0.5);
    let (a, b) = (cases_with as f64 + 0.5, without(cases, cases_with)?);
    let (c, d) = (controls_with as f64 + 0.5, without(controls, controls_with)?);
    let log = (a * d / (b * c)).ln();
    let width = 1.959_964 * (1.0 / a + 1.0 / b + 1.0 / c + 1.0 / d).sqrt();
    Some(OddsRatio { ratio: log.exp(), low: (log - width).exp(), high: (log + width).exp() })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Solutions of P(X < count) = 0.95 that every table of the Poisson distribution has.
    #[test]
    fn filtering_frequency_equals_the_tables() {
        for (count, rate) in [(2, 0.355_36), (3, 0.817_69), (10, 5.425_41), (100, 84.139_3)] {
            let found = filtering_frequency(count, 10_000) * 10_000.0;
            assert!((found - rate).abs() < 1e-3, "{count}: {found}");
        }
        assert_eq!(
            (filtering_frequency(0, 100), filtering_frequency(1, 100), filtering_frequency(5, 0)),
            (0.0, 0.0, 0.0)
        );
    }

    #[test]
    fn large_counts_stay_below_and_near_the_frequency() {
        for count in [4_999, 5_001, 50_000, 1_000_000] {
            let (faf, af) = (filtering_frequency(count, 2_000_000), count as f64 / 2e6);
            assert!(faf < af && faf > af * 0.97, "{count}: {faf} {af}");
        }
    }

    /// Whiffin 2017: HCM, prevalence 1 in 500, the commonest variant 2 % of cases, penetrance 0.5.
    #[test]
    fn hypertrophic_cardiomyopathy_of_the_paper() {
        let hcm = Architecture { prevalence: 0.002, allelic: 0.02, genetic: 1.0, penetrance: 0.5, recessive: false };
        let frequency = maximum_credible_frequency(hcm).expect("shares");
        assert!((frequency - 4.0e-5).abs() < 1e-12, "{frequency}");
        let recessive = Architecture { recessive: true, penetrance: 1.0, ..hcm };
        assert!((maximum_credible_frequency(recessive).expect("shares") - 0.002_f64.sqrt() * 0.02).abs() < 1e-12);
        assert_eq!(maximum_credible_frequency(Architecture { penetrance: 0.0, ..hcm }), None);
    }

    #[test]
    fn an_odds_ratio_has_an_interval_with_zero_controls() {
        let found = odds_ratio(7, 1_000, 0, 60_000).expect("groups");
        assert!(found.low > 1.0 && found.ratio > found.low && found.high > found.ratio);
        assert_eq!(odds_ratio(5, 4, 0, 10), None);
    }
}
