//! The rules of intake. Their words are in `locales/findings.toml`.

use std::sync::OnceLock;

use gongxin_model::{FindingTexts, Rule};

macro_rules! rules {
    ($($(#[$doc:meta])* $name:ident = $severity:ident $id:literal;)*) => {
        $($(#[$doc])* pub const $name: Rule = Rule::$severity($id);)*

        /// Every rule of this room.
        pub const ALL: &[Rule] = &[$($name),*];
    };
}

rules! {
    /// What stands in the column of the record's id is no id.
    RECORD_ID_UNREADABLE = doubt "intake.record-id-unreadable";
    // The file.
    /// The rulebook has no such catalogue.
    CATALOGUE_UNKNOWN = error "intake.catalogue-unknown";
    /// The file holds nothing.
    FILE_EMPTY = error "intake.file-empty";
    /// The file has more bytes than the limit.
    FILE_TOO_LARGE = error "intake.file-too-large";
    /// The file is of a kind that is not read.
    FORMAT_UNKNOWN = error "intake.format-unknown";
    /// The file is a table, but in a form that is not read, whatever its name says.
    FORMAT_TABLE = error "intake.format-table";
    /// The file is an archive with files in it.
    FORMAT_ARCHIVE = error "intake.format-archive";
    /// The mapping names an encoding nobody knows.
    ENCODING_UNKNOWN = error "intake.encoding-unknown";
    /// There is no such file.
    FILE_ABSENT = error "intake.file-absent";
    /// The place is a directory.
    FILE_DIRECTORY = error "intake.file-directory";
    /// The file may not be read.
    FILE_FORBIDDEN = error "intake.file-forbidden";
    /// The file cannot be opened, for another reason.
    FILE_UNOPENED = error "intake.file-unopened";
    /// The source of bytes failed.
    SOURCE_BROKEN = error "intake.source-broken";
    /// The workbook needs a password.
    WORKBOOK_PASSWORD = error "intake.workbook-password";
    /// The workbook is damaged.
    WORKBOOK_CORRUPT = error "intake.workbook-corrupt";
    /// The workbook would unpack to more than the limit.
    WORKBOOK_UNPACKED = error "intake.workbook-unpacked";
    /// The workbook says of its rows that they repeat, more often than the limit.
    WORKBOOK_REPEATED = error "intake.workbook-repeated";
    /// Reading the workbook took more memory than the limit.
    WORKBOOK_MEMORY = error "intake.workbook-memory";
    /// Reading the workbook took more time than the limit.
    WORKBOOK_TIME = error "intake.workbook-time";
    /// The process that reads the workbook was lost.
    WORKBOOK_LOST = error "intake.workbook-lost";
    /// An archive packs more files than the limit.
    ARCHIVE_MEMBERS = error "intake.archive-members";
    /// No file in an archive is of a format that is read.
    ARCHIVE_EMPTY = error "intake.archive-empty";
    /// A file in an archive needs a password.
    MEMBER_PASSWORD = error "intake.member-password";
    /// A file in an archive is damaged.
    MEMBER_CORRUPT = error "intake.member-corrupt";
    /// Files in an archive were not read, or not to their end.
    MEMBERS_UNREAD = error "intake.members-unread";
    /// The sheet that the mapping names is not in the workbook.
    SHEET_MISSING = error "intake.sheet-missing";
    /// Further sheets were not read.
    SHEETS_UNREAD = note "intake.sheets-unread";
    /// The file has more rows than the limit.
    TOO_MANY_ROWS = error "intake.too-many-rows";

    // The mapping.
    /// The mapping file is not TOML.
    MAPPING_UNREADABLE = error "intake.mapping-unreadable";
    /// A value of the mapping is of the wrong kind.
    MAPPING_VALUE = error "intake.mapping-value";
    /// The mapping names a field that the catalogue does not have.
    MAPPING_FIELD = error "intake.mapping-field";
    /// The mapping names a column that the file does not have.
    MAPPING_COLUMN = note "intake.mapping-column";

    // The header.
    /// No row is a header of this catalogue.
    HEADER_MISSING = error "intake.header-missing";
    /// Nothing at the top is known to this catalogue.
    HEADER_UNKNOWN = error "intake.header-unknown";
    /// The objects of a JSON file have no field of this catalogue.
    JSON_SHAPE = error "intake.json-shape";
    /// The rows of a JSON file lie in an array inside other objects.
    JSON_WRAPPED = note "intake.json-wrapped";
    /// A JSON file has other arrays of objects beside the one whose rows were read.
    JSON_BESIDE = note "intake.json-beside";
    /// A JSON file ends inside what it began.
    JSON_CUT = error "intake.json-cut";
    /// No element of an XML file has a field of this catalogue.
    XML_SHAPE = error "intake.xml-shape";
    /// An XML file has a document type, which is not read.
    XML_DOCUMENT_TYPE = error "intake.xml-document-type";
    /// An XML file uses an entity beyond the five that need no declaration.
    XML_ENTITY = error "intake.xml-entity";
    /// Elements of an XML file lie in one another deeper than the limit.
    XML_DEPTH = error "intake.xml-depth";
    /// A tag or a text of an XML file is longer than the limit.
    XML_TOKEN = error "intake.xml-token";
    /// An XML file is not well-formed.
    XML_BROKEN = error "intake.xml-broken";
    /// Behind the header there is nothing.
    NO_ROWS = note "intake.no-rows";
    /// A column is not known.
    COLUMN_UNKNOWN = note "intake.column-unknown";
    /// More unknown columns than are named one by one.
    COLUMNS_UNKNOWN_MORE = note "intake.columns-unknown-more";
    /// Two columns hold the same field.
    COLUMN_TWICE = note "intake.column-twice";
    /// A field that rows must have has no column.
    COLUMN_MISSING = note "intake.column-missing";
    /// The table is about persons.
    PERSON_TABLE = error "intake.person-table";
    /// A JSON file has more keys than the limit.
    KEYS_OVER = note "intake.keys-over";

    // The row.
    /// A quote is never closed.
    QUOTE_BROKEN = doubt "intake.quote-broken";
    /// A quote inside a quoted cell is not doubled.
    QUOTE_LOOSE = note "intake.quote-loose";
    /// The row is longer than the limit.
    ROW_TOO_LONG = error "intake.row-too-long";
    /// The row has more columns than the limit or than its header.
    ROW_TOO_WIDE = doubt "intake.row-too-wide";
    /// The line is not a JSON object.
    ROW_UNREADABLE = error "intake.row-unreadable";
    /// The file ends in the middle of the row.
    ROW_CUT = doubt "intake.row-cut";
    /// Bytes of the row do not fit the encoding.
    ROW_UNDECODABLE = doubt "intake.row-undecodable";
    /// The row is about a natural person.
    NATURAL_PERSON = error "intake.natural-person";
    /// The row names no organisation at all.
    NO_ORGANISATION = error "intake.no-organisation";
    /// An individual business without a code.
    BUSINESS_WITHOUT_CODE = error "intake.business-without-code";
    /// An individual business in a catalogue that takes none.
    BUSINESS_OUT_OF_SCOPE = error "intake.business-out-of-scope";
    /// A number that identifies a person stands in a column of codes.
    RESIDENT_NUMBER = error "intake.resident-number";
    /// Two columns of one field disagree.
    VALUES_DISAGREE = doubt "intake.values-disagree";
    /// A part of the record's key is empty.
    KEY_EMPTY = doubt "intake.key-empty";

    // The value.
    /// A value that must be there is not.
    VALUE_MISSING = doubt "intake.value-missing";
    /// The value is longer than the field allows.
    VALUE_TOO_LONG = note "intake.value-too-long";
    /// What may be a person's name is not kept, where only an organisation's is.
    MAYBE_PERSON_DROPPED = note "intake.maybe-person-dropped";
    /// The cell is longer than the limit.
    CELL_TOO_LONG = doubt "intake.cell-too-long";
    /// The spreadsheet shows an error in place of a value.
    CELL_ERROR = doubt "intake.cell-error";
    /// Not a day.
    DAY_UNREADABLE = doubt "intake.day-unreadable";
    /// No calendar has the day.
    DAY_IMPOSSIBLE = doubt "intake.day-impossible";
    /// Earlier or later than any record.
    DAY_IMPLAUSIBLE = doubt "intake.day-implausible";
    /// A spreadsheet's count of days was taken as a day.
    DAY_SERIAL = note "intake.day-serial";
    /// Not an amount.
    AMOUNT_UNREADABLE = doubt "intake.amount-unreadable";
    /// Less than nothing.
    AMOUNT_NEGATIVE = doubt "intake.amount-negative";
    /// In another currency.
    AMOUNT_FOREIGN = note "intake.amount-foreign";
    /// Not a whole number.
    INTEGER_UNREADABLE = doubt "intake.integer-unreadable";
    /// Not in the code list.
    CODE_UNKNOWN = doubt "intake.code-unknown";
    /// A code in the exponential form of a spreadsheet: its last digits are lost.
    CODE_EXPONENTIAL = note "intake.code-exponential";
    /// The code does not have the length and letters of its kind.
    CODE_MALFORMED = note "intake.code-malformed";
    /// The check digit fails.
    CODE_CHECK = note "intake.code-check";
    /// The registering department and kind of body are not in the table.
    CODE_DEPARTMENT = note "intake.code-department";
    /// The registrar's region is in no table.
    CODE_REGION = note "intake.code-region";
    /// The organisation code inside fails its own check.
    CODE_INSIDE = note "intake.code-inside";
    /// Personal data in a text was masked.
    PERSONAL_MASKED = note "intake.personal-masked";
    /// A column of personal data was not kept.
    PERSONAL_DROPPED = note "intake.personal-dropped";
    /// The text of an adverse record names a person: kept from publication.
    PERSONAL_HELD = note "intake.personal-held";
}

/// The words of these rules.
#[must_use]
pub fn texts() -> &'static FindingTexts {
    static TEXTS: OnceLock<FindingTexts> = OnceLock::new();
    // That they parse, and are complete, is what the test below proves.
    TEXTS.get_or_init(|| {
        FindingTexts::parse(include_str!("../locales/findings.toml")).unwrap_or_default()
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_rule_has_words_and_every_word_a_rule() {
        let rules: BTreeSet<&str> = ALL.iter().map(|rule| rule.id).collect();
        let words: BTreeSet<&str> = texts().ids().collect();
        assert_eq!(rules, words);
        assert_eq!(rules.len(), ALL.len());
    }
}
