//! Which errors of typing each standard's check catches: all where it promises all, else exactly
//! how many of a fixed sample.

use proptest::prelude::*;

use super::super::*;

const DIGITS: &[u8] = b"0123456789";

/// Every text with one character replaced by another of the alphabet.
fn substitutions(code: &str, alphabet: &[u8]) -> Vec<String> {
    let mut texts = Vec::new();
    for place in 0..code.len() {
        for letter in alphabet {
            let mut bytes = code.as_bytes().to_vec();
            if bytes[place] != *letter {
                bytes[place] = *letter;
                texts.push(String::from_utf8(bytes).unwrap());
            }
        }
    }
    texts
}

/// Every text with two unequal neighbours swapped.
fn swaps(code: &str) -> Vec<String> {
    let mut texts = Vec::new();
    for place in 1..code.len() {
        let mut bytes = code.as_bytes().to_vec();
        bytes.swap(place - 1, place);
        if bytes != code.as_bytes() {
            texts.push(String::from_utf8(bytes).unwrap());
        }
    }
    texts
}

fn resident(seventeen: &str) -> Option<String> {
    "0123456789X"
        .chars()
        .map(|check| format!("{seventeen}{check}"))
        .find(|text| ResidentNumber::read(text).is_some_and(ResidentNumber::check_holds))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// MOD 31-3: 31 is prime and no weight is 0, so every single error is caught; neighbouring
    /// weights are unequal modulo 31 and the check has weight 1 beside 28, so every swap is too.
    #[test]
    fn a_unified_code_catches_every_substitution_and_swap(first in "[0-9A-HJ-NP-RTUWXY]{17}") {
        let code = Uscc::with_check(&first).unwrap();
        let alphabet: Vec<u8> = Uscc::alphabet().map(|letter| letter as u8).collect();
        for text in substitutions(code.as_str(), &alphabet).iter().chain(&swaps(code.as_str())) {
            prop_assert!(!Uscc::read(text).code.unwrap().check_holds(), "{} {}", code, text);
        }
    }

    /// MOD 11-2: the same for the resident number, X only as the last.
    #[test]
    fn a_resident_number_catches_every_substitution_and_swap(
        year in 1930..2010, month in 1..=12, day in 1..=28, order in 0..1000,
    ) {
        let number = resident(&format!("150102{year:04}{month:02}{day:02}{order:03}")).unwrap();
        let mut others = substitutions(&number[..17], DIGITS);
        for text in &mut others {
            text.push_str(&number[17..]);
        }
        others.extend(swaps(&number));
        for text in &others {
            prop_assert!(!looks_like_resident(text), "{text}");
        }
    }

    /// Whatever is written, reading it does not fail, and a sound code reads as itself.
    #[test]
    fn reading_never_fails(text in "\\PC{0,24}") {
        let tables = CodeTables::default();
        let _ = (OrganisationCode::read(&text), RegistrationNumber::read(&text), TaxNumber::read(&text));
        let _ = resident_verdict(&text, &tables, true);
        if let Some(code) = Uscc::parse(&text, &tables).code {
            prop_assert_eq!(normalise_code(&text), code.as_str());
        }
    }
}

/// Codes spread evenly over what a standard allows, the same in every run.
fn sample(count: u64, characters: &[u8], length: usize) -> Vec<String> {
    let mut state: u64 = 20_261_124;
    (0..count)
        .map(|_| {
            (0..length)
                .map(|_| {
                    state = state
                        .wrapping_mul(6_364_136_223_846_793_005)
                        .wrapping_add(1_442_695_040_888_963_407);
                    characters[(state >> 33) as usize % characters.len()] as char
                })
                .collect()
        })
        .collect()
}

fn caught(texts: &[String], holds: impl Fn(&str) -> bool) -> (usize, usize) {
    (texts.iter().filter(|text| !holds(text)).count(), texts.len())
}

fn organisation_holds(text: &str) -> bool {
    OrganisationCode::read(text).facts.is_sound()
}

/// GB 11714 with digits only: every weight is prime to 11 and ten values differ modulo 11, so all
/// single errors and, the weights being unequal, all swaps within the first eight are caught. A swap
/// of the eighth with the check escapes where the standard's subtraction makes both fit.
#[test]
fn an_organisation_code_of_digits_catches_every_substitution() {
    let codes: Vec<String> = sample(2_000, DIGITS, 8)
        .iter()
        .map(|first| OrganisationCode::with_check(first).unwrap().to_string())
        .collect();
    let replaced: Vec<String> = codes
        .iter()
        .flat_map(|code| {
            substitutions(&code[..8], DIGITS)
                .into_iter()
                .map(|text| text + &code[8..])
                .collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(caught(&replaced, organisation_holds), (144_000, 144_000));
    let swapped: Vec<String> = codes
        .iter()
        .flat_map(|code| {
            swaps(&code[..8]).into_iter().map(|text| text + &code[8..]).collect::<Vec<_>>()
        })
        .collect();
    let (found, all) = caught(&swapped, organisation_holds);
    assert_eq!(found, all);
}

/// GB 11714 with letters: 36 values share 11 remainders. Of the 35 others of a character, those that
/// differ by 11, 22 or 33 escape: 2 or 3 of 35, so 93 % of all substitutions are caught.
#[test]
fn an_organisation_code_with_letters_misses_what_differs_by_eleven() {
    let letters: Vec<u8> = (b'0'..=b'9').chain(b'A'..=b'Z').collect();
    let first = "MA1B3N1N";
    let code = OrganisationCode::with_check(first).unwrap();
    for text in substitutions(first, &letters) {
        let place =
            (0..8).find(|place| text.as_bytes()[*place] != first.as_bytes()[*place]).unwrap();
        let value = |text: &str| char::from(text.as_bytes()[place]).to_digit(36).unwrap();
        let escapes = value(&text).abs_diff(value(first)) % 11 == 0;
        assert_eq!(
            organisation_holds(&format!("{text}{}", &code.as_str()[8..])),
            escapes,
            "{text}"
        );
    }
    let mut pairs = (0, 0);
    for one in 0..36_u32 {
        for other in (0..36).filter(|other| *other != one) {
            pairs = (pairs.0 + usize::from(one.abs_diff(other) % 11 != 0), pairs.1 + 1);
        }
    }
    assert_eq!(pairs, (1_176, 1_260));
}

/// GS 15: MOD 11,10 catches every single error; of the swaps of unequal neighbours it misses few.
#[test]
fn a_registration_number_catches_every_substitution_and_most_swaps() {
    let holds = |text: &str| RegistrationNumber::read(text).facts.is_sound();
    let codes: Vec<String> = sample(2_000, DIGITS, 14)
        .iter()
        .map(|first| RegistrationNumber::with_check(first).unwrap().to_string())
        .collect();
    let replaced: Vec<String> = codes.iter().flat_map(|code| substitutions(code, DIGITS)).collect();
    assert_eq!(caught(&replaced, holds), (270_000, 270_000));
    let swapped: Vec<String> = codes.iter().flat_map(|code| swaps(code)).collect();
    let (found, all) = caught(&swapped, holds);
    // 97.8 %: an unequal pair escapes in about one case of 45.
    assert_eq!((found, all), (24_677, 25_234));
}
