//! Codes by the time: TOTP (RFC 6238) over HOTP (RFC 4226), as programmes on phones compute them.

use ring::hmac;
use std::fmt::Write;

/// Seconds a code is shown (RFC 6238, 5.2).
const STEP: i64 = 30;
/// Digits of a code.
const DIGITS: u32 = 6;
/// Steps that a phone's clock may be early or late (RFC 6238, 5.2 and 6).
const DRIFT: i64 = 1;
/// Bytes of a secret: as long as the digest (RFC 4226, 4, R6).
const SECRET_BYTES: usize = 20;

/// The secret that the node and a person's phone share.
#[derive(Clone, PartialEq, Eq)]
pub struct Totp(Vec<u8>);

impl Totp {
    /// A new secret of these random bytes.
    pub fn new(random: [u8; SECRET_BYTES]) -> Self {
        Self(random.to_vec())
    }

    /// The secret of these stored bytes.
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The bytes to store, sealed.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The step that this code is for, when it is one of now and none before `last_step` or that itself
    /// was taken: no code is good twice.
    pub fn accept(&self, code: &str, seconds: i64, last_step: i64) -> Option<i64> {
        let sent: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        let now = seconds.div_euclid(STEP);
        let mut found = None;
        for step in now - DRIFT..=now + DRIFT {
            let right = hotp(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.0, step.cast_unsigned(), DIGITS);
            if same(right.as_bytes(), sent.as_bytes()) && step > last_step {
                found = Some(step);
            }
        }
        found
    }

    /// The code of a moment, in seconds since 1970.
    pub fn code_at(&self, seconds: i64) -> String {
        hotp(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.0, seconds.div_euclid(STEP).cast_unsigned(), DIGITS)
    }

    /// The secret for people who type it: Base32 (RFC 4648, 6) in groups of four.
    pub fn spelled(&self) -> String {
        let text = base32(&self.0);
        let groups: Vec<_> = text.as_bytes().chunks(4).map(|group| String::from_utf8_lossy(group)).collect();
        groups.join(" ")
    }

    /// What the QR code says, in the form that the programmes on phones read.
    pub fn address(&self, node: &str, username: &str) -> String {
        let (node, username, secret) =
            (crate::address::encode(node), crate::address::encode(username), base32(&self.0));
        format!(
            "otpauth://totp/{node}:{username}?secret={secret}&issuer={node}&algorithm=SHA1&digits={DIGITS}&period={STEP}"
        )
    }
}

impl std::fmt::Debug for Totp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Totp")
    }
}

/// The code for a counter (RFC 4226, 5.3), with leading zeros.
fn hotp(algorithm: hmac::Algorithm, secret: &[u8], counter: u64, digits: u32) -> String {
    let tag = hmac::sign(&hmac::Key::new(algorithm, secret), &counter.to_be_bytes());
    let tag = tag.as_ref();
    let at = usize::from(tag[tag.len() - 1] & 0x0f);
    let word = u32::from_be_bytes([tag[at] & 0x7f, tag[at + 1], tag[at + 2], tag[at + 3]]);
    let mut text = String::new();
    let _ = write!(text, "{:0width$}", word % 10_u32.pow(digits), width = digits as usize);
    text
}

/// Base32 without padding (RFC 4648, 6).
pub fn base32(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut text = String::with_capacity(bytes.len().div_ceil(5) * 8);
    let (mut bits, mut held) = (0_u32, 0);
    for byte in bytes {
        bits = (bits << 8) | u32::from(*byte);
        held += 8;
        while held >= 5 {
            held -= 5;
            text.push(char::from(LETTERS[(bits >> held) as usize & 31]));
        }
        bits &= (1 << held) - 1;
    }
    if held > 0 {
        text.push(char::from(LETTERS[(bits << (5 - held)) as usize & 31]));
    }
    text
}

/// Compares without telling by its duration where two texts differ.
fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |seen, (x, y)| seen | (x ^ y)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4226, appendix D.
    #[test]
    fn hotp_vectors_of_the_standard() {
        let right =
            ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"];
        for (counter, right) in right.iter().enumerate() {
            let code = hotp(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, b"12345678901234567890", counter as u64, 6);
            assert_eq!(code, *right, "{counter}");
        }
    }

    /// RFC 6238, appendix B; the secrets of the longer digests go on with the same digits.
    #[test]
    fn totp_vectors_of_the_standard() {
        let secret = b"1234567890123456789012345678901234567890123456789012345678901234";
        for (seconds, sha1, sha256, sha512) in [
            (59, "94287082", "46119246", "90693936"),
            (1_111_111_109, "07081804", "68084774", "25091201"),
            (1_111_111_111, "14050471", "67062674", "99943326"),
            (1_234_567_890, "89005924", "91819424", "93441116"),
            (2_000_000_000, "69279037", "90698825", "38618901"),
            (20_000_000_000_u64, "65353130", "77737706", "47863826"),
        ] {
            let step = seconds / 30;
            assert_eq!(hotp(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &secret[..20], step, 8), sha1, "{seconds}");
            assert_eq!(hotp(hmac::HMAC_SHA256, &secret[..32], step, 8), sha256, "{seconds}");
            assert_eq!(hotp(hmac::HMAC_SHA512, secret, step, 8), sha512, "{seconds}");
        }
    }

    #[test]
    fn a_code_is_good_for_a_step_around_now_and_once() {
        let totp = Totp::new(*b"12345678901234567890");
        let code = totp.code_at(59);
        assert_eq!(code, "287082");
        assert_eq!(totp.accept("287 082", 59, 0), Some(1));
        assert_eq!(totp.accept(&code, 59, 1), None, "taken before");
        assert_eq!(totp.accept(&code, 60, 0), Some(1), "a step late");
        assert_eq!(totp.accept(&code, 29, 0), Some(1), "a step early");
        assert_eq!(totp.accept(&code, 90, 0), None);
        for wrong in ["", "28708", "2870820", "287083", "abcdef"] {
            assert_eq!(totp.accept(wrong, 59, 0), None, "{wrong}");
        }
    }

    /// RFC 4648, 10, without padding.
    #[test]
    fn base32_vectors_of_the_standard() {
        for (plain, right) in [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(base32(plain.as_bytes()), right);
        }
        let totp = Totp::new(*b"12345678901234567890");
        assert_eq!(totp.spelled(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        assert_eq!(
            totp.address("Cairn node", "anna"),
            "otpauth://totp/Cairn%20node:anna?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Cairn%20node&algorithm=SHA1&digits=6&period=30"
        );
        assert_eq!(format!("{totp:?}"), "Totp");
    }
}
