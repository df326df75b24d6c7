//! The words of the field in their many spellings, each vocabulary as a table.

pub mod case;
pub mod classification;
pub mod criteria;
pub mod date;

/// Lower case, with every run of other characters than letters and digits as one space: the form
/// in which spellings are compared.
pub fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_alphanumeric() {
            plain.extend(c.to_lowercase());
        } else if !plain.is_empty() && !plain.ends_with(' ') {
            plain.push(' ');
        }
    }
    plain.truncate(plain.trim_end().len());
    plain
}
