//! What in a free text belongs to a person, and how it is hidden.
//!
//! The scan looks at runs of digits (full-width ones too, and those parted by single blanks or
//! hyphens as people write phones and cards) and decides by length, check digits and the
//! characters around. Unified codes, document numbers, dates and amounts are left alone.

use std::ops::Range;

use super::fold_char;
use crate::code::{RegistrationNumber, ResidentNumber, Uscc};

/// A kind of personal data in free text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PersonalKind {
    /// 公民身份号码, of 18 or 15 characters.
    ResidentNumber,
    /// 手机号码.
    MobileNumber,
    /// 银行卡号.
    BankCard,
    /// 车牌号.
    Plate,
}

impl PersonalKind {
    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ResidentNumber => "resident-number",
            Self::MobileNumber => "mobile-number",
            Self::BankCard => "bank-card",
            Self::Plate => "plate",
        }
    }

    /// What stands in the text instead. It becomes part of the archive, hence the language of
    /// record, and never changes.
    #[must_use]
    pub const fn mask(self) -> &'static str {
        match self {
            Self::ResidentNumber => "［已隐去公民身份号码］",
            Self::MobileNumber => "［已隐去手机号码］",
            Self::BankCard => "［已隐去银行卡号］",
            Self::Plate => "［已隐去车牌号］",
        }
    }
}

/// Where in a text something personal stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonalHit {
    /// What it is.
    pub kind: PersonalKind,
    /// Its bytes in the text.
    pub range: Range<usize>,
}

/// Everything personal in a text, in order, without overlaps.
#[must_use]
pub fn find_personal(text: &str) -> Vec<PersonalHit> {
    if !might_hold(text) {
        return Vec::new();
    }
    let mut hits = Vec::new();
    let characters: Vec<(usize, char)> =
        text.char_indices().map(|(place, character)| (place, plain(character))).collect();
    let mut place = 0;
    while place < characters.len() {
        place = match find_at(&characters, place) {
            Ok((kind, end)) => {
                hits.push(PersonalHit { kind, range: bytes(text, &characters, place, end) });
                end
            }
            Err(next) => next,
        };
    }
    hits
}

/// True where [`find_personal`] finds something.
#[must_use]
pub fn has_personal(text: &str) -> bool {
    might_hold(text) && !find_personal(text).is_empty()
}

/// The text with everything personal hidden, and the kinds that were found, in order.
#[must_use]
pub fn mask_personal(text: &str) -> (String, Vec<PersonalKind>) {
    let hits = find_personal(text);
    let mut masked = String::with_capacity(text.len());
    let mut from = 0;
    for hit in &hits {
        masked.push_str(text.get(from..hit.range.start).unwrap_or_default());
        masked.push_str(hit.kind.mask());
        from = hit.range.end;
    }
    masked.push_str(text.get(from..).unwrap_or_default());
    (masked, hits.into_iter().map(|hit| hit.kind).collect())
}

/// The resident numbers in a text.
#[must_use]
pub fn find_resident_numbers(text: &str) -> Vec<Range<usize>> {
    of_kind(text, PersonalKind::ResidentNumber)
}

/// The mobile numbers in a text.
#[must_use]
pub fn find_mobile_numbers(text: &str) -> Vec<Range<usize>> {
    of_kind(text, PersonalKind::MobileNumber)
}

/// The bank cards in a text.
#[must_use]
pub fn find_bank_cards(text: &str) -> Vec<Range<usize>> {
    of_kind(text, PersonalKind::BankCard)
}

/// The number plates in a text.
#[must_use]
pub fn find_plates(text: &str) -> Vec<Range<usize>> {
    of_kind(text, PersonalKind::Plate)
}

fn of_kind(text: &str, kind: PersonalKind) -> Vec<Range<usize>> {
    find_personal(text).into_iter().filter(|hit| hit.kind == kind).map(|hit| hit.range).collect()
}

/// The fewest digits that anything personal but a plate has: those of a mobile number.
const FEWEST_DIGITS: usize = 11;

/// What people put between the groups of a long number.
const fn is_separator(character: char) -> bool {
    matches!(character, ' ' | '-' | '_' | '.')
}

/// A character as a number is read: half width, and the look-alikes of digits and of X.
const fn plain(character: char) -> char {
    match fold_char(character) {
        'Х' | 'х' | 'Χ' | 'χ' | '×' => 'X',
        '⓪' => '0',
        circled @ '①'..='⑨' => match char::from_u32(circled as u32 - '①' as u32 + '1' as u32)
        {
            Some(digit) => digit,
            None => circled,
        },
        other => other,
    }
}

/// A quick look: a stretch of letters, digits, blanks and hyphens with enough digits, or the
/// beginning of a plate. Most texts have neither.
fn might_hold(text: &str) -> bool {
    let (mut digits, mut before) = (0, ' ');
    for character in text.chars() {
        let folded = plain(character);
        if folded.is_ascii_digit() {
            digits += 1;
            if digits == FEWEST_DIGITS {
                return true;
            }
        } else if !folded.is_ascii() {
            digits = 0;
        } else if folded.is_ascii_uppercase() && is_plate_province(before) {
            return true;
        } else if !folded.is_ascii_alphanumeric() && !is_separator(folded) {
            digits = 0;
        }
        before = folded;
    }
    false
}

type Characters = [(usize, char)];

fn at(characters: &Characters, place: usize) -> Option<char> {
    characters.get(place).map(|(_, character)| *character)
}

fn before(characters: &Characters, place: usize) -> Option<char> {
    place.checked_sub(1).and_then(|place| at(characters, place))
}

fn bytes(text: &str, characters: &Characters, from: usize, until: usize) -> Range<usize> {
    let byte = |place: usize| characters.get(place).map_or(text.len(), |(byte, _)| *byte);
    byte(from)..byte(until)
}

/// Looks at one place: something personal that ends there, or where to look next.
fn find_at(characters: &Characters, place: usize) -> Result<(PersonalKind, usize), usize> {
    let Some(character) = at(characters, place) else {
        return Err(place + 1);
    };
    if is_plate_province(character) {
        return plate_end(characters, place).map(|end| (PersonalKind::Plate, end)).ok_or(place + 1);
    }
    if !character.is_ascii_alphanumeric() {
        return Err(place + 1);
    }
    let end = token_end(characters, place);
    if !character.is_ascii_digit() {
        return Err(after_word(characters, place, end));
    }
    if end - place >= FEWEST_DIGITS
        && let Some(kind) = judge(characters, place, end)
    {
        return Ok((kind, end));
    }
    if at(characters, end).is_some_and(is_separator)
        && let Some((kind, spaced)) = judge_spaced(characters, place)
    {
        return Ok((kind, spaced));
    }
    glued(characters, place, end).ok_or(end)
}

/// A token that begins with letters is looked at from its first digit where the letters are a
/// word (`ID110105…`, `tel138…`); one letter and digits are a code or a serial.
fn after_word(characters: &Characters, place: usize, end: usize) -> usize {
    let is_letter = |p: &usize| at(characters, *p).is_some_and(|c| c.is_ascii_alphabetic());
    let first = (place..end).find(|p| !is_letter(p)).unwrap_or(end);
    if first - place >= 2 { first } else { end }
}

fn token_end(characters: &Characters, place: usize) -> usize {
    let mut end = place;
    while at(characters, end).is_some_and(|character| character.is_ascii_alphanumeric()) {
        end += 1;
    }
    end
}

fn text_of(characters: &Characters, from: usize, until: usize) -> String {
    characters
        .get(from..until)
        .unwrap_or_default()
        .iter()
        .map(|(_, character)| character.to_ascii_uppercase())
        .filter(char::is_ascii_alphanumeric)
        .collect()
}

/// Judges one unbroken token of letters and digits.
fn judge(characters: &Characters, from: usize, until: usize) -> Option<PersonalKind> {
    let token = text_of(characters, from, until);
    judge_token(&token, characters, from, until)
}

fn judge_token(
    token: &str,
    characters: &Characters,
    from: usize,
    until: usize,
) -> Option<PersonalKind> {
    let is_digits = token.bytes().all(|byte| byte.is_ascii_digit());
    match token.len() {
        11 if is_digits && is_mobile(token) => {
            (!is_serial(characters, from, until)).then_some(PersonalKind::MobileNumber)
        }
        12 | 13 if is_digits => {
            let rest = token.strip_prefix("86").or_else(|| token.strip_prefix('0'))?;
            (rest.len() == 11 && is_mobile(rest) && !is_serial(characters, from, until))
                .then_some(PersonalKind::MobileNumber)
        }
        15 | 18 if is_resident(token, characters, from, until) => {
            Some(PersonalKind::ResidentNumber)
        }
        // Seventeen of eighteen lead to the person as well.
        17 if is_digits
            && ResidentNumber::read(&format!("{token}0"))
                .is_some_and(|one| one.birth_year() < NEWBORN)
            && !is_serial(characters, from, until) =>
        {
            Some(PersonalKind::ResidentNumber)
        }
        16..=19 if is_digits && is_card(token) => {
            (!is_serial(characters, from, until)).then_some(PersonalKind::BankCard)
        }
        _ => None,
    }
}

/// Digits parted by single blanks or hyphens, in the groups in which people write them.
fn judge_spaced(characters: &Characters, from: usize) -> Option<(PersonalKind, usize)> {
    let mut groups = Vec::new();
    let mut place = from;
    loop {
        let end = token_end(characters, place);
        let group = text_of(characters, place, end);
        let is_number = group.bytes().all(|byte| byte.is_ascii_digit() || byte == b'X');
        if end == place || !is_number || groups.len() == 6 {
            break;
        }
        groups.push((group, end));
        if !at(characters, end).is_some_and(is_separator) {
            break;
        }
        place = end + 1;
    }
    for count in (2..=groups.len()).rev() {
        let taken = groups.get(..count)?;
        let lengths: Vec<usize> = taken.iter().map(|(group, _)| group.len()).collect();
        let end = taken.last()?.1;
        let token: String = taken.iter().map(|(group, _)| group.as_str()).collect();
        let is_form = matches!(
            lengths.as_slice(),
            [3, 4, 4]
                | [3, 8]
                | [2, 3, 4, 4]
                | [2, 11]
                | [6, 8, 4]
                | [6, 12]
                | [14, 4]
                | [6, 4, 4, 4]
                | [4, 4, 4, 4]
                | [4, 4, 4, 4, 1..=3]
                | [6, 10..=13]
        );
        if is_form && let Some(kind) = judge_token(&token, characters, from, end) {
            return Some((kind, end));
        }
    }
    None
}

/// A resident number at the beginning of a longer run of digits (a phone glued to it): only where
/// the check character holds.
fn glued(characters: &Characters, from: usize, until: usize) -> Option<(PersonalKind, usize)> {
    if until - from < 19 {
        return None;
    }
    let token = text_of(characters, from, from + 18);
    let number = ResidentNumber::read(&token)?;
    (number.check_holds() && number.birth_year() < NEWBORN)
        .then_some((PersonalKind::ResidentNumber, from + 18))
}

/// Serial numbers made of region, day and number look like people born from this year on;
/// people in files of organisations are born earlier.
const NEWBORN: i16 = 2010;

fn is_resident(token: &str, characters: &Characters, from: usize, until: usize) -> bool {
    let Some(number) = ResidentNumber::read(token) else {
        return false;
    };
    if token.len() == 15 {
        let is_registration = RegistrationNumber::read(token).sound().is_some();
        return !is_registration || names_identity(characters, from);
    }
    if number.check_holds() {
        return number.birth_year() < NEWBORN || !is_serial(characters, from, until);
    }
    // One wrong digit still leads to the person; but a unified code is an organisation's.
    number.birth_year() < NEWBORN && Uscc::read(token).sound().is_none()
}

fn is_mobile(token: &str) -> bool {
    let mut bytes = token.bytes();
    bytes.next() == Some(b'1') && matches!(bytes.next(), Some(b'3'..=b'9'))
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

/// Words right before a number that say it is a paper's or a thing's, not a person's.
const SERIAL_WORDS: [&str; 18] = [
    "编号",
    "证号",
    "文号",
    "单号",
    "案号",
    "字号",
    "批号",
    "条码",
    "货号",
    "许可证",
    "合同号",
    "代码",
    "注册号",
    "登记号",
    "备案号",
    "流水号",
    "金额",
    "统一社会信用代码",
];
/// Words right before a number that say it is a person's.
const PERSON_WORDS: [&str; 10] =
    ["身份证号", "身份号码", "身份证", "电话", "手机", "联系方式", "卡号", "账号", "帐号", "微信"];

fn is_serial(characters: &Characters, from: usize, until: usize) -> bool {
    let lead = lead(characters, from);
    if PERSON_WORDS.iter().any(|word| lead.contains(word)) {
        return false;
    }
    let stands_in_number = matches!(
        before(characters, from),
        Some('〕' | ']' | '】' | '第' | '字' | '〔' | '.' | '/')
    );
    let ends_as_number =
        matches!(at(characters, until), Some('号' | '元' | '万' | '亿' | '.' | '/' | '㎡' | '%'));
    let is_decimal = at(characters, until) == Some('.')
        && !at(characters, until + 1).is_some_and(|c| c.is_ascii_digit());
    stands_in_number
        || (ends_as_number && !is_decimal)
        || SERIAL_WORDS.iter().any(|word| lead.contains(word))
}

fn names_identity(characters: &Characters, from: usize) -> bool {
    let lead = lead(characters, from);
    lead.contains("身份") || lead.contains("公民")
}

/// The eight characters before a number.
fn lead(characters: &Characters, from: usize) -> String {
    let start = from.saturating_sub(8);
    characters
        .get(start..from)
        .unwrap_or_default()
        .iter()
        .map(|(_, character)| *character)
        .collect()
}

/// The short name of a province, as plates begin.
const fn is_plate_province(character: char) -> bool {
    matches!(
        character,
        '京' | '津'
            | '冀'
            | '晋'
            | '蒙'
            | '辽'
            | '吉'
            | '黑'
            | '沪'
            | '苏'
            | '浙'
            | '皖'
            | '闽'
            | '赣'
            | '鲁'
            | '豫'
            | '鄂'
            | '湘'
            | '粤'
            | '桂'
            | '琼'
            | '渝'
            | '川'
            | '贵'
            | '云'
            | '藏'
            | '陕'
            | '甘'
            | '青'
            | '宁'
            | '新'
    )
}

/// The end of a plate that begins at a province's character: a letter, perhaps a dot, five
/// characters, or six where the first or last is a letter (new energy).
fn plate_end(characters: &Characters, place: usize) -> Option<usize> {
    let letter = at(characters, place + 1)?;
    if !letter.is_ascii_uppercase() {
        return None;
    }
    let start = match at(characters, place + 2)? {
        '·' | '•' | '.' | ' ' | '-' => place + 3,
        _ => place + 2,
    };
    let mut end = token_end(characters, start);
    let body = text_of(characters, start, end);
    let digits = body.bytes().filter(u8::is_ascii_digit).count();
    let is_last_word = matches!(at(characters, end), Some('挂' | '学' | '警' | '领' | '港' | '澳'));
    if is_last_word && matches!(body.len(), 4 | 5) {
        end += 1;
    }
    if body.len() == 4 && is_last_word {
        return (digits >= 3).then_some(end);
    } else if !matches!(body.len(), 5 | 6) || body.contains(['I', 'O']) {
        return None;
    }
    let is_energy = body.len() != 6
        || body.bytes().next().is_some_and(|byte| byte.is_ascii_uppercase())
        || body.bytes().last().is_some_and(|byte| byte.is_ascii_uppercase());
    (digits >= 3 && is_energy).then_some(end)
}
