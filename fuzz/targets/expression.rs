//! Whatever a person types as a variant is refused with a place inside the text, or what we print of it reads back
//! and prints the same. (Two candidates print as two texts, which is none.)
#![no_main]

use cairn_variant::expression::{Expression, Form};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| match Expression::parse(text) {
    Err(error) => assert!(error.offset <= text.len(), "{error} in `{text}`"),
    Ok(Expression { form: Form::Candidates(_), .. }) => {}
    Ok(expression) => {
        let printed = expression.form.to_string();
        let again = Expression::parse(&printed).unwrap_or_else(|e| panic!("`{text}` became `{printed}`: {e}"));
        assert_eq!(again.form.to_string(), printed, "`{text}`");
    }
});
