//! Words of other languages that reports use for exons and what happens to them.
//!
//! A word is here only when it means nothing else in a variant: Spanish `del` is a deletion to everybody.

/// Each word, without accents and in lower case, with the English one.
const WORDS: &[(&str, &str)] = &[
    // German
    ("duplikation", "duplication"),
    ("duplikationen", "duplication"),
    ("dupliziert", "duplicated"),
    ("deletiert", "deleted"),
    ("deletionen", "deletion"),
    ("inversionen", "inversion"),
    ("amplifikation", "amplification"),
    ("verlust", "loss"),
    ("zugewinn", "gain"),
    ("exone", "exons"),
    ("exonen", "exons"),
    ("bis", "to"),
    ("von", "of"),
    ("des", "of"),
    ("der", "of"),
    ("im", "in"),
    ("gen", "gene"),
    ("gens", "gene"),
    ("ganzes", "whole"),
    ("gesamtes", "whole"),
    ("komplettes", "whole"),
    ("komplette", "whole"),
    // French
    ("dupliquee", "duplicated"),
    ("deletee", "deleted"),
    ("entier", "whole"),
    ("du", "of"),
    ("de", "of"),
    ("au", "to"),
    // Spanish
    ("delecion", "deletion"),
    ("duplicacion", "duplication"),
    ("inversion", "inversion"),
    ("exones", "exons"),
    ("completo", "whole"),
    // Italian
    ("delezione", "deletion"),
    ("duplicazione", "duplication"),
    ("inversione", "inversion"),
    ("esone", "exon"),
    ("esoni", "exons"),
    // Dutch
    ("deletie", "deletion"),
    ("duplicatie", "duplication"),
    ("inversie", "inversion"),
    ("tot", "to"),
    ("van", "of"),
];

/// The English word for one of another language, in lower case; `None` where the table has none. Words that only join
/// others count in lower case alone: `DES` is a gene, `des` an article.
pub(crate) fn english(word: &str) -> Option<&'static str> {
    let lower = word.to_ascii_lowercase();
    let (_, english) = WORDS.iter().find(|(other, _)| *other == lower)?;
    let joins = ["of", "in", "to"].contains(english);
    (!joins || word == lower).then_some(english)
}

/// A letter with an accent as the letter without; `None` for any other sign.
pub(super) fn without_accent(sign: char) -> Option<char> {
    Some(match sign {
        'á' | 'à' | 'â' => 'a',
        'é' | 'è' | 'ê' => 'e',
        'í' | 'ì' => 'i',
        'ó' | 'ò' | 'ô' => 'o',
        'ú' | 'ù' | 'û' => 'u',
        'É' | 'È' => 'E',
        _ => return None,
    })
}
