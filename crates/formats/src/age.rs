//! Ages as bands of years, the only form in which a case keeps them.

/// The band of ten years that an age lies in, such as `40-49`. Ages from 90 on share one band
/// (HIPAA Safe Harbor, 45 CFR 164.514(b)(2)(i)(C)).
pub fn band(years: u32) -> String {
    match years / 10 * 10 {
        90.. => "90+".to_owned(),
        from => format!("{from}-{}", from + 9),
    }
}
