//! The lists as packs write them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ground::Ground;

/// `names.toml`: what a name must look like to be an organisation's, or a person's, and what in a
/// text says that a person is spoken of.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NameLists {
    /// Endings of organisations' names, longest first after loading.
    pub suffixes: Vec<String>,
    /// Words that, anywhere in a name, mark an organisation.
    pub markers: Vec<String>,
    /// Family names, of one or two characters.
    pub surnames: Vec<String>,
    /// Words at either end of a person's name, such as 先生.
    #[serde(default)]
    pub person_words: Vec<String>,
    /// Of the endings of organisations' names the characters that end given names too: 轩.
    #[serde(default)]
    pub given_endings: Vec<String>,
    /// Words that, in a name, say that it is an individual business's: 个体工商户.
    #[serde(default)]
    pub individual_words: Vec<String>,
    /// Words in the text of a decision that come with a person's name, address or number.
    #[serde(default)]
    pub text_words: Vec<String>,
    /// Words in a text for what only persons are; a name follows: 负责人.
    #[serde(default)]
    pub role_words: Vec<String>,
    /// Words in a text for what persons and organisations are: 当事人. A name follows only where it
    /// ends like a person's.
    #[serde(default)]
    pub party_words: Vec<String>,
    /// What may stand between such a word and the name: 为, 姓名.
    #[serde(default)]
    pub role_links: Vec<String>,
    /// Words right behind a family name or a name in a text: 先生.
    #[serde(default)]
    pub titles: Vec<String>,
    /// Characters that are family names, and far more often something else in running text: 于.
    #[serde(default)]
    pub rare_in_text: Vec<String>,
    /// Characters with which no given name begins: 的.
    #[serde(default)]
    pub no_given: Vec<String>,
    /// Characters that follow a name in running text and rarely are part of one: 在.
    #[serde(default)]
    pub name_followers: Vec<String>,
    /// Words that begin as names do and are none: 劳动, 包头市.
    #[serde(default)]
    pub not_names: Vec<String>,
    /// What follows 某 where it stands for a day or a place, not for a name.
    #[serde(default)]
    pub not_after_some: Vec<String>,
    /// Words right before a number that say it is a paper's or a thing's: 许可证.
    #[serde(default)]
    pub paper_number_words: Vec<String>,
    /// Words right before a number that say it is a person's: 手机.
    #[serde(default)]
    pub person_number_words: Vec<String>,
    /// Words right before a number that say it proves an identity: 身份.
    #[serde(default)]
    pub identity_words: Vec<String>,
    /// What the lists stand on.
    #[serde(default)]
    pub ground: Option<Ground>,
}

impl NameLists {
    /// Adds the lists of another pack.
    pub(crate) fn extend(&mut self, other: Self) {
        let Self { ground, .. } = &other;
        self.ground = self.ground.take().or_else(|| ground.clone());
        let mut other = other;
        for (own, more) in self.all_mut().into_iter().zip(other.all_mut()) {
            own.append(more);
        }
    }

    /// Sorts each list, longest words first, and drops what stands in it twice or is empty.
    pub(crate) fn sort(&mut self) {
        for words in self.all_mut() {
            words.retain(|word| !word.is_empty());
            words.sort_by(|a, b| b.chars().count().cmp(&a.chars().count()).then(a.cmp(b)));
            words.dedup();
        }
    }

    fn all_mut(&mut self) -> [&mut Vec<String>; 19] {
        let Self {
            suffixes,
            markers,
            surnames,
            person_words,
            given_endings,
            individual_words,
            text_words,
            role_words,
            party_words,
            role_links,
            titles,
            rare_in_text,
            no_given,
            name_followers,
            not_names,
            not_after_some,
            paper_number_words,
            person_number_words,
            identity_words,
            ground: _,
        } = self;
        [
            suffixes,
            markers,
            surnames,
            person_words,
            given_endings,
            individual_words,
            text_words,
            role_words,
            party_words,
            role_links,
            titles,
            rare_in_text,
            no_given,
            name_followers,
            not_names,
            not_after_some,
            paper_number_words,
            person_number_words,
            identity_words,
        ]
    }
}
