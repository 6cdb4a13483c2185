//! Licence expressions: `(MIT OR Apache-2.0) AND Unicode-3.0`, and the older `MIT/Apache-2.0`.

/// True if the expression can be met with licences that are allowed.
pub(crate) fn allows(allowed: &[String], expression: &str) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let mut words: Vec<&str> = spaced.split_whitespace().rev().collect();
    any(allowed, &mut words) && words.is_empty()
}

/// Alternatives; the words are a stack.
fn any(allowed: &[String], words: &mut Vec<&str>) -> bool {
    let mut is_met = all(allowed, words);
    while words.last() == Some(&"OR") {
        words.pop();
        is_met |= all(allowed, words);
    }
    is_met
}

fn all(allowed: &[String], words: &mut Vec<&str>) -> bool {
    let mut is_met = one(allowed, words);
    while words.last() == Some(&"AND") {
        words.pop();
        is_met &= one(allowed, words);
    }
    is_met
}

fn one(allowed: &[String], words: &mut Vec<&str>) -> bool {
    match words.pop() {
        Some("(") => {
            let is_met = any(allowed, words);
            words.pop() == Some(")") && is_met
        }
        Some(name) => {
            let mut full = name.to_owned();
            if words.last() == Some(&"WITH") {
                words.pop();
                full = format!("{name} WITH {}", words.pop().unwrap_or_default());
            }
            allowed.contains(&full)
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_met_or_not() {
        let allowed = ["MIT".to_owned(), "Apache-2.0".to_owned(), "Unicode-3.0".to_owned()];
        for (expression, is_met) in [
            ("MIT", true),
            ("GPL-3.0-only", false),
            ("GPL-3.0-only OR MIT", true),
            ("MIT/Apache-2.0", true),
            ("MIT AND BSD-3-Clause", false),
            ("(MIT OR BSD-3-Clause) AND Unicode-3.0", true),
            ("(MIT OR Apache-2.0) AND BSD-3-Clause", false),
            ("Apache-2.0 WITH LLVM-exception", false),
            ("Apache-2.0 WITH LLVM-exception OR MIT", true),
            ("none stated", false),
            ("", false),
        ] {
            assert_eq!(allows(&allowed, expression), is_met, "{expression}");
        }
    }
}
