//! Which runs of digits are a person's: by length, check digits, and the characters around.

use super::context::{is_called_identity, is_called_personal, is_serial};
use super::letter::{Class, Letters, class_at, end_while, run_end, token, token_end};
use super::{PersonalKind, PersonalWords};
use crate::code::{RegistrationNumber, ResidentNumber, Uscc};

/// The fewest characters of a number that is looked at: those of a mobile number.
pub(super) const FEWEST: usize = 11;
/// The most characters of a number that is looked at.
const MOST: usize = 19;
/// The most hidden characters that are guessed at.
const MOST_GUESSED: usize = 4;
/// The most separators between two groups of a number.
const WIDEST_GAP: usize = 3;

/// Looks for numbers at the places of one text.
pub(super) struct Numbers<'a> {
    pub(super) words: &'a PersonalWords,
    pub(super) letters: &'a Letters,
}

impl Numbers<'_> {
    /// A number that begins at a place and where it ends, or where to look next.
    pub(super) fn at(&self, place: usize) -> Result<(PersonalKind, usize), usize> {
        let run = run_end(self.letters, place);
        let first = self.letters.get(place).map_or(' ', |letter| letter.plain);
        if first.is_ascii_alphabetic() {
            return Err(self.after_word(place, run));
        }
        let whole = token_end(self.letters, place);
        if let Some(found) = self.whole_or_run(place, whole, run) {
            return Ok(found);
        }
        if class_at(self.letters, whole) == Class::Separator
            && let Some(found) = self.judge_spaced(place)
        {
            return Ok(found);
        }
        self.glued(place, run).ok_or(run)
    }

    /// What letters, digits and masks are together, or the digits of one script that they begin with:
    /// a resident number first, else the longer one.
    fn whole_or_run(&self, from: usize, whole: usize, run: usize) -> Option<(PersonalKind, usize)> {
        // A mask in front of a number that is whole without it hides nothing.
        if class_at(self.letters, from) == Class::Mask && self.judge(run, whole).is_some() {
            return None;
        }
        let found = self.judge(from, whole).map(|kind| (kind, whole));
        if run == whole || matches!(found, Some((PersonalKind::ResidentNumber, _))) {
            return found;
        }
        let begun = self.judge(from, run).map(|kind| (kind, run));
        begun.filter(|(kind, _)| *kind == PersonalKind::ResidentNumber).or(found).or(begun)
    }

    /// A token that begins with letters is looked at from its first digit where the letters are a
    /// word (`ID110105…`, `tel138…`); one letter and digits are a code or a serial.
    fn after_word(&self, place: usize, end: usize) -> usize {
        let first = end_while(self.letters, place, |letter| letter.plain.is_ascii_alphabetic());
        if first - place >= 2 { first } else { end }
    }

    fn judge(&self, from: usize, until: usize) -> Option<PersonalKind> {
        if !(FEWEST..=MOST).contains(&(until - from)) {
            return None;
        }
        self.judge_token(&token(self.letters, from, until), from, until)
    }

    fn judge_token(&self, token: &str, from: usize, until: usize) -> Option<PersonalKind> {
        let is_serial = || is_serial(self.words, self.letters, from, until);
        if let Some(masked) = masked(token) {
            return self.judge_masked(&masked, token).filter(|_| !is_serial());
        }
        let is_digits = token.bytes().all(|byte| byte.is_ascii_digit());
        match token.len() {
            11 if is_digits && is_mobile(token) => {
                (!is_serial()).then_some(PersonalKind::MobileNumber)
            }
            12 | 13 if is_digits => {
                let rest = token.strip_prefix("86").or_else(|| token.strip_prefix('0'))?;
                (rest.len() == 11 && is_mobile(rest) && !is_serial())
                    .then_some(PersonalKind::MobileNumber)
            }
            15 | 18 if self.is_resident(token, from, until) => Some(PersonalKind::ResidentNumber),
            // Seventeen of eighteen lead to the person as well.
            17 if is_digits && self.is_born(&format!("{token}0")) && !is_serial() => {
                Some(PersonalKind::ResidentNumber)
            }
            16..=19 if is_digits && is_card(token) => {
                (!is_serial()).then_some(PersonalKind::BankCard)
            }
            _ => None,
        }
    }

    /// A number of which too little is hidden: what is left leads to the person.
    fn judge_masked(&self, masked: &str, written: &str) -> Option<PersonalKind> {
        let hidden = masked.bytes().filter(|byte| *byte == b'*').count();
        if hidden >= self.words.hidden_at_least || hidden > MOST_GUESSED {
            return None;
        }
        let fits = |byte: Option<u8>, wanted: std::ops::RangeInclusive<u8>| {
            byte.is_some_and(|byte| byte == b'*' || wanted.contains(&byte))
        };
        let mut bytes = masked.bytes();
        let (first, second) = (bytes.next(), bytes.next());
        match masked.len() {
            11 if fits(first, b'1'..=b'1') && fits(second, b'3'..=b'9') => {
                Some(PersonalKind::MobileNumber)
            }
            15 | 18 if Uscc::read(written).sound().is_none() && self.could_be_born(masked) => {
                Some(PersonalKind::ResidentNumber)
            }
            16 | 19 if fits(first, b'3'..=b'6') => Some(PersonalKind::BankCard),
            _ => None,
        }
    }

    /// True where the hidden characters may be such that the rest is a resident number.
    fn could_be_born(&self, masked: &str) -> bool {
        /// Province and date of birth lie before this place.
        const TOLD: usize = 14;
        let Some(place) = masked.bytes().take(TOLD).position(|byte| byte == b'*') else {
            return self.is_born(&masked.replace('*', "0"));
        };
        let (head, rest) = masked.split_at(place);
        let rest = rest.get(1..).unwrap_or_default();
        ('0'..='9').any(|digit| self.could_be_born(&format!("{head}{digit}{rest}")))
    }

    /// True where province and date are those of somebody of whom records may speak.
    fn is_born(&self, token: &str) -> bool {
        ResidentNumber::read(token).is_some_and(|one| one.birth_year() < self.words.born_before)
    }

    fn is_resident(&self, token: &str, from: usize, until: usize) -> bool {
        let Some(number) = ResidentNumber::read(token) else {
            return false;
        };
        if token.len() == 15 {
            let is_registration = RegistrationNumber::read(token).sound().is_some();
            return !is_registration || is_called_identity(self.words, self.letters, from);
        }
        let is_born = number.birth_year() < self.words.born_before;
        if number.check_holds() {
            return is_born || !is_serial(self.words, self.letters, from, until);
        }
        // One wrong digit still leads to the person; but a unified code is an organisation's.
        is_born && Uscc::read(token).sound().is_none()
    }

    /// Digits in groups, with separators between them.
    fn judge_spaced(&self, from: usize) -> Option<(PersonalKind, usize)> {
        let groups = self.groups(from);
        (2..=groups.len()).rev().find_map(|count| {
            let taken = groups.get(..count)?;
            let end = taken.last()?.end;
            let token: String = taken.iter().map(|group| group.token.as_str()).collect();
            if !(FEWEST..=MOST).contains(&token.len()) {
                return None;
            }
            let kind = self.judge_token(&token, from, end)?;
            self.is_written_so(taken, &token, kind, from).then_some((kind, end))
        })
    }

    fn groups(&self, from: usize) -> Vec<Group> {
        let (mut groups, mut place, mut length) = (Vec::new(), from, 0);
        loop {
            let end = token_end(self.letters, place);
            let token = token(self.letters, place, end);
            let is_number = token.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'X' | b'*'));
            length += token.len();
            if end == place || !is_number || length > MOST {
                break;
            }
            let next = end_while(self.letters, end, |one| one.class == Class::Separator);
            let gap: String =
                self.letters.get(end..next).unwrap_or_default().iter().map(|l| l.plain).collect();
            groups.push(Group { token, end, gap });
            if next == end || next - end > WIDEST_GAP {
                break;
            }
            place = next;
        }
        groups
    }

    /// True where the groups are such as people write the number in, and not figures that stand
    /// beside each other by chance.
    fn is_written_so(
        &self,
        groups: &[Group],
        token: &str,
        kind: PersonalKind,
        from: usize,
    ) -> bool {
        let lengths: Vec<usize> = groups.iter().map(|group| group.token.len()).collect();
        let gaps = groups.get(..groups.len() - 1).unwrap_or_default();
        let is_decimal = gaps.iter().any(|group| group.gap == ".");
        let is_known = match lengths.as_slice() {
            // A point between two groups makes a decimal fraction of them.
            [3, 8] | [14, 4] | [6, 10..=13] => !is_decimal || kind == PersonalKind::ResidentNumber,
            [3, 4, 4]
            | [2, 3, 4, 4]
            | [2, 11]
            | [6, 8, 4]
            | [6, 8, 3, 1]
            | [6, 6, 3]
            | [6, 9]
            | [6, 4, 4, 4]
            | [6, 4, 2, 2, 4]
            | [4, 4, 4, 4]
            | [4, 4, 4, 4, 1..=3] => true,
            _ => false,
        };
        let Some((last, others)) = lengths.split_last() else {
            return false;
        };
        let all = |length: usize| others.iter().all(|one| *one == length);
        let is_even = (all(1) && *last == 1) || (all(2) && *last <= 2);
        let is_uniform = gaps.windows(2).all(|pair| match pair {
            [one, other] => one.gap == other.gap,
            _ => true,
        });
        is_known
            || (is_even && is_uniform)
            || (is_uniform && kind == PersonalKind::ResidentNumber && self.is_certain(token))
            || is_called_personal(self.words, self.letters, from)
            || is_called_identity(self.words, self.letters, from)
    }

    fn is_certain(&self, token: &str) -> bool {
        self.is_born(token) && ResidentNumber::read(token).is_some_and(ResidentNumber::check_holds)
    }

    /// Two numbers without anything between them: a resident number, only where its check
    /// character holds, and a mobile number before or behind it.
    fn glued(&self, from: usize, until: usize) -> Option<(PersonalKind, usize)> {
        if until - from < MOST {
            return None;
        }
        let part = |from: usize, length: usize| token(self.letters, from, from + length);
        if self.is_certain(&part(from, 18)) {
            return Some((PersonalKind::ResidentNumber, from + 18));
        }
        let is_mobile_first = until - from == 29
            && is_mobile(&part(from, 11))
            && self.is_certain(&part(from + 11, 18));
        is_mobile_first.then_some((PersonalKind::MobileNumber, from + 11))
    }
}

/// One group of a number with what stands behind it.
struct Group {
    token: String,
    end: usize,
    gap: String,
}

/// The token with `*` for every hidden character; none where nothing is hidden. In what is as long
/// as a resident number an X hides a digit, unless it is the check character; elsewhere it parts
/// measures: `1500×600×50`.
fn masked(token: &str) -> Option<String> {
    let is_hidden = |(place, byte): (usize, u8)| {
        byte == b'*' || (byte == b'X' && matches!(token.len(), 15 | 18) && place != 17)
    };
    if !token.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'X' | b'*'))
        || !token.bytes().enumerate().any(is_hidden)
    {
        return None;
    }
    let plain = |(place, byte): (usize, u8)| {
        if is_hidden((place, byte)) { '*' } else { char::from(byte) }
    };
    Some(token.bytes().enumerate().map(plain).collect())
}

fn is_mobile(token: &str) -> bool {
    let mut bytes = token.bytes();
    bytes.next() == Some(b'1')
        && matches!(bytes.next(), Some(b'3'..=b'9'))
        && bytes.all(|byte| byte.is_ascii_digit())
}

/// Bank cards begin with 3 to 6 and pass Luhn's check.
fn is_card(token: &str) -> bool {
    if !matches!(token.bytes().next(), Some(b'3'..=b'6')) || Uscc::read(token).sound().is_some() {
        return false;
    }
    let sum: u32 = token
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| match (place % 2, u32::from(byte - b'0')) {
            (0, digit) => digit,
            (_, digit) => digit * 2 / 10 + digit * 2 % 10,
        })
        .sum();
    sum.is_multiple_of(10)
}
