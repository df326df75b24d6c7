//! The versions of the specification that the validator knows, and where they differ.

/// A version of the VCF specification, named on the first line of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// VCF 4.1.
    V4_1,
    /// VCF 4.2.
    V4_2,
    /// VCF 4.3.
    V4_3,
    /// VCF 4.4.
    V4_4,
    /// VCF 4.5.
    V4_5,
}

impl Version {
    /// Reads the first line, which must be exactly `##fileformat=VCFv4.N` (clause 1.2.1).
    pub fn of_first_line(line: &str) -> Option<Self> {
        Some(match line.strip_prefix("##fileformat=")? {
            "VCFv4.1" => Self::V4_1,
            "VCFv4.2" => Self::V4_2,
            "VCFv4.3" => Self::V4_3,
            "VCFv4.4" => Self::V4_4,
            "VCFv4.5" => Self::V4_5,
            _ => return None,
        })
    }

    /// Number=R came with 4.2, Number=P with 4.4, LA, LR, LG and M with 4.5.
    pub fn knows_number(self, number: &str) -> bool {
        match number {
            "A" | "G" | "." => true,
            "R" => self >= Self::V4_2,
            "P" => self >= Self::V4_4,
            "LA" | "LR" | "LG" | "M" => self >= Self::V4_5,
            n => !n.is_empty() && n.len() <= 9 && n.bytes().all(|b| b.is_ascii_digit()),
        }
    }

    /// The grammar of 4.1 and 4.2 lists the fields of INFO and FORMAT lines in one order.
    pub fn fixes_order_of_fields(self) -> bool {
        self <= Self::V4_2
    }

    /// From 4.3 on identifiers of lines, INFO keys, filters and ids may not repeat.
    pub fn forbids_repeats(self) -> bool {
        self >= Self::V4_3
    }

    /// 4.3 and 4.4 ask for a line feed after the last line; published valid files of 4.5 have none.
    pub fn ends_with_line_feed(self) -> bool {
        matches!(self, Self::V4_3 | Self::V4_4)
    }

    /// Published valid files of 4.5 hold records out of order: there it is a warning.
    pub fn must_be_sorted(self) -> bool {
        self <= Self::V4_4
    }

    /// 4.5 lets a list have zero values, written as nothing between two colons.
    pub fn has_zero_length_lists(self) -> bool {
        self >= Self::V4_5
    }

    /// From 4.4 on the first allele of a genotype may carry its own phasing mark (`/0|1`).
    pub fn has_leading_phase(self) -> bool {
        self >= Self::V4_4
    }

    /// INFO and FORMAT keys are plain words from 4.3 on: `[A-Za-z_][0-9A-Za-z_.]*`, or `1000G`.
    pub fn accepts_key(self, key: &str) -> bool {
        if self <= Self::V4_2 {
            return !key.is_empty() && key.bytes().all(|b| b.is_ascii_graphic() && !b"=;,:".contains(&b));
        }
        key == "1000G" || is_word(key)
    }

    /// Names of reference sequences: no white space, comma, colon (in records) or angle bracket;
    /// from 4.3 on also no quotes, brackets and asterisk (clause 1.4.7).
    pub fn accepts_contig(self, name: &str) -> bool {
        let forbidden: &[u8] = match self {
            Self::V4_1 | Self::V4_2 => b",<>",
            Self::V4_3 => b",<>*\\\"'`()[]{}",
            Self::V4_4 | Self::V4_5 => b",<>\\\"'`()[]{}",
        };
        let start = name.as_bytes().first().copied().unwrap_or(b'*');
        (self <= Self::V4_2 || !b"*=".contains(&start))
            && !name.is_empty()
            && name.bytes().all(|b| b.is_ascii_graphic() && !forbidden.contains(&b))
    }
}

fn is_word(key: &str) -> bool {
    let mut bytes = key.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
        && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'.')
}
