//! QR codes of addresses, drawn on the server.

use std::fmt::Write as _;

use qrcodegen::{Mask, QrCode, QrCodeEcc, QrSegment, Version};
use serde::Serialize;

/// A QR code as lines of an SVG, each a module wide.
#[derive(Debug, Serialize)]
pub(crate) struct Drawn {
    /// The side, in modules, with the quiet zone.
    side: i32,
    /// The runs of dark modules as the data of a path to be stroked: the pen goes along each row.
    path: String,
}

/// The quiet zone around the code, in modules (ISO/IEC 18004).
const QUIET: i32 = 4;

/// Which of the eight masks every code has. Each is valid; to draw all and weigh which is the most even
/// costs as much as a fifth of a page.
const MASK: u8 = 2;

fn encode(text: &str) -> Option<QrCode> {
    let (parts, mask) = (QrSegment::make_segments(text), Some(Mask::new(MASK)));
    let (least, most) = (Version::MIN, Version::MAX);
    QrCode::encode_segments_advanced(&parts, QrCodeEcc::Medium, least, most, mask, true).ok()
}

/// Draws a text; none for one that is too long for any code.
pub(crate) fn draw(text: &str) -> Option<Drawn> {
    let code = encode(text)?;
    let size = code.size();
    let mut path = String::new();
    for row in 0..size {
        // Where the pen stands; none until the row has its first line.
        let mut pen = None;
        let mut column = 0;
        while column < size {
            let start = column;
            while column < size && code.get_module(column, row) {
                column += 1;
            }
            if column > start {
                // Writing into a text cannot fail.
                let _ = match pen {
                    None => write!(path, "M{} {}.5", start + QUIET, row + QUIET),
                    Some(pen) => write!(path, "m{} 0", start - pen),
                };
                let _ = write!(path, "h{}", column - start);
                pen = Some(column);
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
        let (code, drawn) = (encode(text).unwrap(), draw(text).unwrap());
        assert_eq!(drawn.side, code.size() + 8);
        let numbers = |part: &str| part.split(' ').next().unwrap().parse::<f64>().unwrap();
        let mut drawn_modules = Vec::new();
        for row in drawn.path.split('M').skip(1) {
            let (place, runs) = row.split_once('h').unwrap();
            let (mut x, y) = (numbers(place), numbers(place.split_once(' ').unwrap().1));
            for run in runs.split('h') {
                let (length, gap) = run.split_once('m').unwrap_or((run, "0 0"));
                let until = x + numbers(length);
                while x < until {
                    drawn_modules.push((x as i32 - 4, (y - 4.5) as i32));
                    x += 1.0;
                }
                x += numbers(gap);
            }
        }
        let all = (0..code.size()).flat_map(|y| (0..code.size()).map(move |x| (x, y)));
        let expected: Vec<_> = all.filter(|(x, y)| code.get_module(*x, *y)).collect();
        assert_eq!(drawn_modules, expected);
        assert!(draw(&"x".repeat(5000)).is_none());
    }
}
