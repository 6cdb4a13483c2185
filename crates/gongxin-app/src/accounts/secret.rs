//! Passwords, tokens and codes: how they are made, and what is kept of them.

use argon2::{Algorithm, Argon2, Params, Version};
use gongxin_model::{Digest, Instant};
use gongxin_seal::{HashSuite, InstanceKey, Mac};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;

use super::policy::{Cost, FactorRules, SignInPolicy};

/// Crockford's alphabet in small letters: none is taken for another.
const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// RFC 4648, which authenticators read.
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

fn letters(bytes: &[u8], alphabet: &[u8; 32]) -> String {
    let (mut text, mut bits, mut held) = (String::new(), 0_u32, 0_u32);
    for byte in bytes {
        held = (held << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            push(&mut text, alphabet, held >> bits);
        }
    }
    if bits > 0 {
        push(&mut text, alphabet, held << (5 - bits));
    }
    text
}

fn push(text: &mut String, alphabet: &[u8; 32], value: u32) {
    let place = usize::try_from(value & 31).unwrap_or_default();
    text.extend(alphabet.get(place).copied().map(char::from));
}

/// Bytes as a token in an address, a cookie or a key.
pub(super) fn token(bytes: &[u8]) -> String {
    letters(bytes, LETTERS)
}

/// What is kept of a token of 256 random bits: nobody guesses it, so that a plain digest is enough.
pub(super) fn token_digest(token: &str) -> Digest {
    HashSuite::Sha256.digest(&[b"gongxin/token/1", token.as_bytes()])
}

/// The word that every form of a session carries, made of its token and of no use to find it.
pub(super) fn form_word(token: &str) -> String {
    super::secret::token(&HashSuite::Sha256.digest(&[b"gongxin/form/1", token.as_bytes()]).0)
}

/// Equal or not, in a time that does not tell where they differ.
pub(crate) fn same(one: &[u8], other: &[u8]) -> bool {
    let differ = one.iter().zip(other).fold(0, |differ, (a, b)| differ | (a ^ b));
    one.len() == other.len() && std::hint::black_box(differ) == 0
}

/// What is kept of a password: algorithm, version, cost, salt and hash, with `$` between.
pub(super) fn hash(password: &str, salt: [u8; 16], cost: Cost) -> Option<String> {
    let hash = derive(password, &salt, cost)?;
    let Cost { memory_kib, passes, lanes } = cost;
    let (salt, hash) = (hex(&salt), hex(&hash));
    Some(format!("argon2id$19${memory_kib}${passes}${lanes}${salt}${hash}"))
}

fn derive(password: &str, salt: &[u8], cost: Cost) -> Option<[u8; 32]> {
    let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(32)).ok()?;
    let mut hash = [0; 32];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(password.as_bytes(), salt, &mut hash)
        .ok()?;
    Some(hash)
}

/// True where a password is the one of which this is kept.
pub(super) fn is_password(password: &str, kept: &str) -> bool {
    let parts: Vec<&str> = kept.split('$').collect();
    let ["argon2id", "19", memory, passes, lanes, salt, hash] = parts.as_slice() else {
        return false;
    };
    let cost = memory.parse().ok().zip(passes.parse().ok()).zip(lanes.parse().ok());
    let Some((((memory_kib, passes), lanes), (salt, hash))) =
        cost.zip(unhex(salt).zip(unhex(hash)))
    else {
        return false;
    };
    derive(password, &salt, Cost { memory_kib, passes, lanes })
        .is_some_and(|derived| same(&derived, &hash))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let pairs = (0..text.len()).step_by(2).map(|from| text.get(from..from + 2));
    pairs.map(|pair| u8::from_str_radix(pair?, 16).ok()).collect()
}

/// Why a password is not taken; the last part of the key of its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordFault {
    /// Shorter than it must be.
    Short,
    /// Longer than is read.
    Long,
    /// Too few different characters.
    Even,
    /// It holds the login.
    Login,
    /// Guessers try it first.
    Common,
    /// It is the one before.
    Same,
}

impl PasswordFault {
    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Short => "short",
            Self::Long => "long",
            Self::Even => "even",
            Self::Login => "login",
            Self::Common => "common",
            Self::Same => "same",
        }
    }
}

/// What keeps a password from being taken, if anything does.
pub(super) fn fault(policy: &SignInPolicy, password: &str, login: &str) -> Option<PasswordFault> {
    let rules = &policy.password;
    let letters: std::collections::BTreeSet<char> = password.chars().collect();
    match password.chars().count() {
        count if count < rules.characters_least => Some(PasswordFault::Short),
        count if count > rules.characters_most => Some(PasswordFault::Long),
        _ if letters.len() < rules.different_least => Some(PasswordFault::Even),
        _ if password.to_lowercase().contains(login) => Some(PasswordFault::Login),
        _ if policy.is_common(password) => Some(PasswordFault::Common),
        _ => None,
    }
}

/// The secret of an account's second factor, derived under the instance key (RFC 4226, 7.5): the store
/// holds only what it is derived from, so that a copy of it makes no code.
pub(super) fn factor_secret(key: &InstanceKey, account: i64, seed: [u8; 16]) -> Vec<u8> {
    let account = account.to_be_bytes();
    let half = |nth: u8| key.mac("gongxin/second-factor", [&account[..], &seed, &[nth]]);
    let mut secret = half(1).to_vec();
    secret.extend(half(2).into_iter().take(4));
    secret
}

/// A secret as authenticators take it.
pub(super) fn factor_text(secret: &[u8]) -> String {
    letters(secret, BASE32)
}

/// The code of a step of time (RFC 6238 over RFC 4226, HMAC-SHA-1), of so many digits.
fn code(secret: &[u8], step: i64, digits: u32) -> Option<u32> {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).ok()?;
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let offset = usize::from(hash.last()? & 15);
    let four = <[u8; 4]>::try_from(hash.get(offset..offset + 4)?).ok()?;
    Some((u32::from_be_bytes(four) & 0x7fff_ffff) % 10_u32.pow(digits))
}

/// The digits of a code, which is what authenticators show.
const DIGITS: u32 = 6;

/// The code at a time.
pub(super) fn factor_code(secret: &[u8], at: Instant, rules: FactorRules) -> Option<String> {
    code(secret, step(at, rules), DIGITS).map(|code| format!("{code:06}"))
}

fn step(at: Instant, rules: FactorRules) -> i64 {
    at.0.div_euclid(1_000_000 * rules.seconds)
}

/// The step of time whose code this is, later than the last that was taken.
pub(super) fn factor_step(
    secret: &[u8],
    given: &str,
    (at, last): (Instant, i64),
    rules: FactorRules,
) -> Option<i64> {
    let now = step(at, rules);
    let fits = |step: &i64| {
        let wanted = code(secret, *step, DIGITS).map(|code| format!("{code:06}"));
        wanted.is_some_and(|wanted| same(wanted.as_bytes(), given.as_bytes()))
    };
    (now - rules.drift..=now + rules.drift).filter(|step| *step > last).find(fits)
}

/// The code that an authenticator with this secret shows at a time; for tests, which have none.
#[doc(hidden)]
#[must_use]
pub fn code_at(secret: &str, at: Instant) -> String {
    let (mut bytes, mut held, mut bits) = (Vec::new(), 0_u32, 0);
    for letter in secret.bytes() {
        let value = BASE32.iter().position(|one| *one == letter).unwrap_or_default();
        held = (held << 5) | u32::try_from(value).unwrap_or_default();
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from((held >> bits) & 255).unwrap_or_default());
        }
    }
    factor_code(&bytes, at, FactorRules { seconds: 30, drift: 1 }).unwrap_or_default()
}

/// A recovery code of 80 random bits, in groups of four.
pub(crate) fn recovery_code(bytes: [u8; 16]) -> String {
    let letters = token(bytes.get(..10).unwrap_or_default());
    let groups: Vec<String> =
        letters.as_bytes().chunks(4).map(|group| String::from_utf8_lossy(group).into()).collect();
    groups.join("-")
}

/// What is kept of a recovery code.
pub(super) fn recovery_mac(key: &InstanceKey, account: i64, code: &str) -> Mac {
    key.mac("gongxin/recovery-code", [&account.to_be_bytes()[..], plain_code(code).as_bytes()])
}

/// A code as it was given out, whatever stands between its letters.
pub(crate) fn plain_code(code: &str) -> String {
    code.chars().filter(char::is_ascii_alphanumeric).map(|one| one.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, for SHA-1: eight digits.
    #[test]
    fn codes_are_those_of_the_standard() {
        for (seconds, expected) in [
            (59, 94_287_082),
            (1_111_111_109, 7_081_804),
            (1_111_111_111, 14_050_471),
            (1_234_567_890, 89_005_924),
            (2_000_000_000, 69_279_037),
            (20_000_000_000, 65_353_130),
        ] {
            assert_eq!(code(b"12345678901234567890", seconds / 30, 8), Some(expected), "{seconds}");
        }
    }

    /// RFC 4648, section 10, without padding.
    #[test]
    fn secrets_are_written_as_authenticators_read_them() {
        for (bytes, expected) in
            [("", ""), ("f", "MY"), ("foob", "MZXW6YQ"), ("foobar", "MZXW6YTBOI")]
        {
            assert_eq!(factor_text(bytes.as_bytes()), expected);
        }
    }

    #[test]
    fn a_code_is_taken_once_and_a_step_early_or_late() {
        let rules = FactorRules { seconds: 30, drift: 1 };
        let secret = b"12345678901234567890";
        let at = |seconds: i64| Instant(seconds * 1_000_000);
        let code = factor_code(secret, at(3_000), rules).unwrap();
        for (seconds, last, expected) in [
            (3_000, 0, Some(100)),
            (3_030, 0, Some(100)),
            (2_999, 0, Some(100)),
            (3_060, 0, None),
            (3_000, 100, None),
            (3_000, 99, Some(100)),
        ] {
            assert_eq!(factor_step(secret, &code, (at(seconds), last), rules), expected);
        }
        assert_eq!(factor_step(secret, "", (at(3_000), 0), rules), None);
    }

    #[test]
    fn a_password_is_known_by_its_hash_alone() {
        let cost = Cost { memory_kib: 8, passes: 1, lanes: 1 };
        let kept = hash("correct horse", [1; 16], cost).unwrap();
        assert!(is_password("correct horse", &kept));
        assert!(!is_password("correct horsf", &kept));
        assert!(!is_password("correct horse", "argon2id$19$8$1$1$zz$00"));
        assert_ne!(kept, hash("correct horse", [2; 16], cost).unwrap());
    }

    #[test]
    fn what_guessers_try_first_is_not_taken() {
        let policy = SignInPolicy::shipped().unwrap();
        let long = "长".repeat(129);
        for (password, expected) in [
            ("short", Some(PasswordFault::Short)),
            (long.as_str(), Some(PasswordFault::Long)),
            ("aaaaaaaaaaaaab", Some(PasswordFault::Even)),
            ("xx-Clerk-7-2026", Some(PasswordFault::Login)),
            ("Admin@123456", Some(PasswordFault::Common)),
            ("草原 上 的 羊 群 和 云", None),
            ("seven green herds", None),
        ] {
            assert_eq!(fault(&policy, password, "clerk-7"), expected, "{password}");
        }
    }
}
