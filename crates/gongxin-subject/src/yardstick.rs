//! By what names and codes are compared: the packs' figures of a day and the packs' words.

use gongxin_pack::NameWords;

use crate::Figures;

/// What comparing takes beside what is compared.
#[derive(Debug, Clone, Copy)]
pub struct Yardstick<'a> {
    /// The figures.
    pub figures: Figures,
    /// The words of names, and the characters that are taken for each other.
    pub words: &'a NameWords,
}
