//! Changes bytes by chance, the same for the same seed: for tests, and where there is no libFuzzer.

/// Numbers that follow from a seed (SplitMix64).
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    /// The numbers of a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Draws the next number.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below; 0 where there is none.
    pub fn below(&mut self, end: usize) -> usize {
        let drawn = self.draw() % (end as u64).max(1);
        usize::try_from(drawn).unwrap_or_default()
    }

    /// A number below a power of two below; small ones are likelier.
    fn up_to_a_power(&mut self, end: usize) -> usize {
        let power = self.below(end);
        self.below(1 << power)
    }

    fn one<'a, T>(&mut self, list: &'a [T]) -> Option<&'a T> {
        list.get(self.below(list.len()))
    }
}

/// Longer inputs are cut.
const LONGEST: usize = 64 << 10;

/// What breaks readers more often than chance would find.
const WORDS: &[&[u8]] = &[
    b"\0",
    b"\r",
    b"\n",
    b"\r\n",
    b"\"",
    b"\"\"",
    b",",
    b"\t",
    b";",
    b"|",
    b"{",
    b"}",
    b"[",
    b"]",
    b":",
    b"null",
    b"\\u0000",
    b"\\",
    b"<",
    b">",
    b"</",
    b"/>",
    b"<!--",
    b"-->",
    b"<![CDATA[",
    b"]]>",
    b"<!DOCTYPE x [<!ENTITY a \"b\">]>",
    b"&a;",
    b"&#0;",
    b"&#x10FFFF;",
    b"xmlns:a=\"b\"",
    b"\xFF\xFE",
    b"\xEF\xBB\xBF",
    b"\xFF\xFF\xFF\xFF",
    b"\x80",
    b"\xE2\x80\xA8",
    b"\xF0\x9F\x98\x80",
    b"PK\x03\x04",
    b"PK\x01\x02",
    b"PK\x05\x06",
    b"r=\"XFD1048576\"",
    b"r=\"A1\"",
    b"4294967295",
    b"18446744073709551616",
    b"-1",
    b"1e999",
    b"NaN",
    b"table:number-rows-repeated=\"999999999\"",
    b"table:number-columns-repeated=\"999999999\"",
    b"t=\"s\"",
    b"11010519491231002X",
    "企业名称".as_bytes(),
    "张三".as_bytes(),
    "万元".as_bytes(),
    "合计".as_bytes(),
    "〔2026〕".as_bytes(),
];

/// Bytes made of a seed's: changed in some places, and joined with another's.
#[must_use]
pub fn mutated(bytes: &[u8], others: &[Vec<u8>], chance: &mut Chance) -> Vec<u8> {
    let mut made = bytes.to_vec();
    for _ in 0..=chance.below(6) {
        change(&mut made, others, chance);
    }
    made.truncate(LONGEST);
    made
}

fn change(made: &mut Vec<u8>, others: &[Vec<u8>], chance: &mut Chance) {
    let at = chance.below(made.len() + 1);
    let end = (at + chance.up_to_a_power(10)).min(made.len());
    match chance.below(10) {
        0 | 1 => {
            let bit = 1_u8 << chance.below(8);
            if let Some(byte) = made.get_mut(at) {
                *byte ^= bit;
            }
        }
        2 => {
            let [drawn, ..] = chance.draw().to_le_bytes();
            if let Some(byte) = made.get_mut(at) {
                *byte = drawn;
            }
        }
        3 | 4 => put(made, at, chance.one(WORDS).copied().unwrap_or_default()),
        5 => {
            made.drain(at..end);
        }
        6 => {
            let part = made.get(at..end).unwrap_or_default().to_vec();
            let times = 1 + chance.up_to_a_power(7);
            put(made, at, &part.repeat(times));
        }
        7 => made.truncate(at),
        8 => {
            let other = chance.one(others).cloned().unwrap_or_default();
            let from = chance.below(other.len() + 1);
            let until = (from + chance.below(256)).min(other.len());
            put(made, at, other.get(from..until).unwrap_or_default());
        }
        _ => {
            let word = chance.one(WORDS).copied().unwrap_or_default();
            for (place, byte) in made.iter_mut().skip(at).zip(word) {
                *place = *byte;
            }
        }
    }
}

fn put(made: &mut Vec<u8>, at: usize, part: &[u8]) {
    if made.len() + part.len() <= LONGEST {
        made.splice(at..at, part.iter().copied());
    }
}
