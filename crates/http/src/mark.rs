//! How a class looks: letter, shape and colour that say the same thing, so that each alone is
//! enough for a colour-blind reader, a screen reader and a black-and-white printer.

use askama::filters::HtmlSafe;
use cairn_core::classification::Classification;
use std::fmt;

/// The shape beside the letter.
pub fn shape(class: Classification) -> &'static str {
    use Classification as C;
    match class {
        C::Pathogenic | C::Oncogenic | C::TierI | C::PathogenicLowPenetrance => "▲",
        C::LikelyPathogenic | C::LikelyOncogenic | C::TierII | C::LikelyPathogenicLowPenetrance => "△",
        C::UncertainHigh | C::Uncertain | C::UncertainOncogenicity | C::TierIII => "◆",
        C::UncertainMid => "◈",
        C::UncertainLow => "◇",
        C::LikelyBenign | C::LikelyBenignOncogenicity => "▽",
        C::Benign | C::BenignOncogenicity | C::TierIV => "▼",
        C::ConflictingFromSubmitter => "◪",
        C::EstablishedRiskAllele | C::LikelyRiskAllele | C::UncertainRiskAllele | C::RiskFactor => "◗",
        _ => "·",
    }
}

/// The name of the colour in the sheet, `k-p` and so on.
pub fn colour(class: Classification) -> &'static str {
    match shape(class) {
        "▲" => "k-p",
        "△" => "k-lp",
        "◆" | "◈" | "◇" => "k-vus",
        "▽" => "k-lb",
        "▼" => "k-b",
        "◪" => "k-conflict",
        _ => "k-none",
    }
}

/// A class as it stands on a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Shape and letter, for tables; the words are in its title.
    Short(Classification),
    /// Shape and words.
    Full(Classification),
    /// Laboratories differ.
    Conflict,
}

impl Mark {
    /// The name of its colour in the sheet.
    pub fn colour(&self) -> &'static str {
        match self {
            Self::Short(class) | Self::Full(class) => colour(*class),
            Self::Conflict => "k-conflict",
        }
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (shape, text, title) = match self {
            Self::Short(Classification::NotProvided) => ("·", "no class", ""),
            Self::Short(c) => (shape(*c), c.letter(), c.label()),
            Self::Full(c) => (shape(*c), c.label(), ""),
            Self::Conflict => ("◪", "differ", "laboratories differ"),
        };
        write!(f, r#"<span class="class {}""#, self.colour())?;
        if !title.is_empty() {
            write!(f, r#" title="{title}""#)?;
        }
        write!(f, r#"><span class="shape" aria-hidden="true">{shape}</span> <span class="letter">{text}</span></span>"#)
    }
}

/// Every part is a word of our own vocabulary.
impl HtmlSafe for Mark {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_never_share_a_colour() {
        for class in Classification::ALL {
            use cairn_core::classification::Bucket;
            let expected: &[&str] = match class.bucket() {
                Some(Bucket::Pathogenic) => &["k-p", "k-lp"],
                Some(Bucket::Uncertain) => &["k-vus"],
                Some(Bucket::Benign) => &["k-lb", "k-b"],
                None => continue,
            };
            assert!(expected.contains(&colour(*class)), "{class:?}");
        }
    }

    #[test]
    fn a_mark_says_shape_letter_and_words() {
        insta::assert_snapshot!(Mark::Short(Classification::LikelyPathogenic), @r#"<span class="class k-lp" title="Likely pathogenic"><span class="shape" aria-hidden="true">△</span> <span class="letter">LP</span></span>"#);
    }
}
