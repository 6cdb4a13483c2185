//! QR codes of addresses, drawn on the server.

use qrcodegen::{QrCode, QrCodeEcc};
use serde::Serialize;

/// A QR code as lines of an SVG.
#[derive(Debug, Serialize)]
pub(crate) struct Drawn {
    /// The side, in modules, with the quiet zone.
    side: i32,
    /// The dark modules as the data of a path.
    path: String,
}

/// The quiet zone around the code, in modules (ISO/IEC 18004).
const QUIET: i32 = 4;

/// Draws a text; none for one that is too long for any code.
pub(crate) fn draw(text: &str) -> Option<Drawn> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let size = code.size();
    let mut path = String::new();
    for row in 0..size {
        let mut column = 0;
        while column < size {
            let start = column;
            while column < size && code.get_module(column, row) {
                column += 1;
            }
            if column > start {
                let (x, y, run) = (start + QUIET, row + QUIET, column - start);
                path.push_str(&format!("M{x} {y}h{run}v1h-{run}z"));
            }
            column += 1;
        }
    }
    Some(Drawn { side: size + 2 * QUIET, path })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_are_the_modules() {
        let text = "https://credit.example/subject/91159900R00000170M";
        let (code, drawn) =
            (QrCode::encode_text(text, QrCodeEcc::Medium).unwrap(), draw(text).unwrap());
        assert_eq!(drawn.side, code.size() + 8);
        let runs = drawn.path.split('h').skip(1).filter_map(|part| part.split_once('v'));
        let dark: i32 = runs.map(|(run, _)| run.parse::<i32>().unwrap()).sum();
        let all = (0..code.size()).flat_map(|y| (0..code.size()).map(move |x| (x, y)));
        let expected = all.filter(|(x, y)| code.get_module(*x, *y)).count();
        assert_eq!(usize::try_from(dark).unwrap(), expected);
        assert!(draw(&"x".repeat(5000)).is_none());
    }
}
