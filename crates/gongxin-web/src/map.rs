//! A map of the divisions that was approved for publication, as an operator supplies it.
//!
//! A map of the country's parts is published under the number of its approval (审图号), or not at
//! all: none comes with the program, and what is given without a number is refused. The file is
//! GeoJSON in degrees, of WGS 84 or GCJ-02: at the width of a page the two differ by less than a
//! line. Each area names its division by the code of GB/T 2260.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Read;

use serde::Deserialize;
use serde_json::{Map as Object, Value};

use crate::limits::{MAP_BYTES, MAP_POINTS, MAP_POINTS_DRAWN};

/// The width of the drawing, in its own units.
const WIDTH: f64 = 720.0;
/// A drawing is at most so many times as high as wide.
const TALLEST: f64 = 3.0;
/// Where a division's code may stand among the properties of its area.
const CODES: [&str; 4] = ["code", "adcode", "gb", "区划代码"];
/// Where the number of the approval may stand in the file.
const APPROVALS: [&str; 2] = ["approval", "审图号"];
/// The country's code before a division's in some official files.
const COUNTRY: &str = "156";
/// What a file says whose coordinates are packed.
const PACKED: &[u8] = b"UTF8Encoding";
/// The degrees within which every place of the country lies.
const EAST: std::ops::RangeInclusive<f64> = 73.0..=136.0;
const NORTH: std::ops::RangeInclusive<f64> = 3.0..=54.0;

/// A map that may be published, ready to be drawn.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ApprovedMap {
    /// The number of its approval.
    pub(crate) approval: String,
    /// The areas, by the code of their division.
    pub(crate) areas: BTreeMap<String, Area>,
    /// The width and height of the drawing.
    pub(crate) size: (u32, u32),
}

impl ApprovedMap {
    /// The number of its approval (审图号).
    #[must_use]
    pub fn approval(&self) -> &str {
        &self.approval
    }

    /// How many divisions it draws.
    #[must_use]
    pub fn divisions(&self) -> usize {
        self.areas.len()
    }
}

/// A division as it is drawn.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Area {
    /// The path of its outline.
    pub(crate) path: String,
    /// The middle of its largest part, where its figure stands.
    pub(crate) middle: (u32, u32),
    /// The width and height of its largest part.
    pub(crate) room: (u32, u32),
}

/// A map cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum MapError {
    /// The file does not answer.
    #[error("the map cannot be read")]
    Read(#[from] std::io::Error),
    /// Too many bytes.
    #[error("the map has more than {} MB; simplify its outlines", MAP_BYTES >> 20)]
    Large,
    /// No GeoJSON.
    #[error("the map is no GeoJSON `FeatureCollection` of `Polygon` and `MultiPolygon`: {0}")]
    Form(String),
    /// Packed as ECharts 4 packs its maps.
    #[error("the map's coordinates are packed (`UTF8Encoding`); unpack them to GeoJSON in degrees")]
    Packed,
    /// Nothing says that it was approved.
    #[error(
        "nothing says under which number the map was approved; give 审图号 in the file, as \
         `approval`, or with --map-approval. Without one no map is shown"
    )]
    NoApproval,
    /// What is given is no number of an approval.
    #[error(
        "`{0}` is no number of an approval; one reads `GS(2024)0650号`, `GS京(2022)1061号` or \
         `蒙S(2023)028号` and stands on the map that it was given for. Do not make one up: without \
         one no map is shown"
    )]
    Approval(String),
    /// Two numbers.
    #[error("the file says that it was approved as `{0}`, --map-approval says `{1}`")]
    TwoApprovals(String, String),
    /// Areas without a division.
    #[error(
        "{0} of {1} areas have no code of GB/T 2260, the first is number {2}; put the six digits \
         into the property `code`, `adcode` or `gb`, or into `id`"
    )]
    NoCode(usize, usize, usize),
    /// Coordinates that are no degrees.
    #[error(
        "`{0}, {1}` is no place in the country in degrees; export the map in WGS 84 or GCJ-02, \
         longitude first, not projected"
    )]
    Place(String, String),
    /// Too many points.
    #[error("the outlines have {0} points, and {1} are the most; simplify them")]
    Points(usize, usize),
    /// Nothing to draw.
    #[error("the map has no area that is large enough to be drawn")]
    Empty,
}

#[derive(Deserialize)]
struct Collection {
    #[serde(rename = "type")]
    kind: String,
    features: Vec<Feature>,
    #[serde(flatten)]
    more: Object<String, Value>,
}

#[derive(Deserialize)]
struct Feature {
    #[serde(default)]
    id: Option<Value>,
    #[serde(default)]
    properties: Option<Object<String, Value>>,
    geometry: Geometry,
}

#[derive(Deserialize)]
#[serde(tag = "type", content = "coordinates")]
enum Geometry {
    Polygon(Vec<Ring>),
    MultiPolygon(Vec<Vec<Ring>>),
}

/// Longitude and latitude, and whatever follows.
type Ring = Vec<Vec<f64>>;

impl ApprovedMap {
    /// Reads a map; `approval` is the number that was given beside the file.
    ///
    /// # Errors
    /// Where it has no number, is no GeoJSON in degrees, has areas without a division, or is too
    /// large.
    pub fn read(file: impl Read, approval: Option<&str>) -> Result<Self, MapError> {
        let mut bytes = Vec::new();
        file.take(MAP_BYTES + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > MAP_BYTES {
            return Err(MapError::Large);
        }
        let is_packed = bytes.windows(PACKED.len()).any(|word| word == PACKED);
        let form = |error: serde_json::Error| {
            if is_packed { MapError::Packed } else { MapError::Form(error.to_string()) }
        };
        let Collection { kind, features, more } = serde_json::from_slice(&bytes).map_err(form)?;
        if kind != "FeatureCollection" {
            return Err(MapError::Form(format!("its type is `{kind}`")));
        }
        let approval = approved(&more, approval)?;
        let mut shapes: BTreeMap<String, Vec<Ring>> = BTreeMap::new();
        let mut nameless = Vec::new();
        let count = features.len();
        for (place, feature) in features.into_iter().enumerate() {
            let stated = feature.properties.as_ref().and_then(stated_code);
            let Some(code) = stated.or_else(|| feature.id.as_ref().and_then(code)) else {
                nameless.push(place + 1);
                continue;
            };
            let rings = match feature.geometry {
                Geometry::Polygon(rings) => rings,
                Geometry::MultiPolygon(parts) => parts.into_iter().flatten().collect(),
            };
            shapes.entry(code).or_default().extend(rings);
        }
        if let Some(first) = nameless.first() {
            return Err(MapError::NoCode(nameless.len(), count, *first));
        }
        let (areas, size) = drawn(&shapes)?;
        Ok(Self { approval, areas, size })
    }
}

/// The number of the approval: of the file, or given beside it.
fn approved(more: &Object<String, Value>, beside: Option<&str>) -> Result<String, MapError> {
    let stated = APPROVALS.into_iter().find_map(|name| more.get(name)?.as_str());
    let number = match (stated.map(str::trim), beside.map(str::trim)) {
        (Some(stated), Some(beside)) if stated != beside => {
            return Err(MapError::TwoApprovals(stated.to_owned(), beside.to_owned()));
        }
        (Some(number), _) | (None, Some(number)) => number,
        (None, None) => return Err(MapError::NoApproval),
    };
    if is_approval(number) {
        Ok(number.to_owned())
    } else {
        Err(MapError::Approval(number.to_owned()))
    }
}

/// Whether a text has the form of an approval's number: who approved (GS for the ministry, GS and a
/// province's character for what it hands down, the character and S for a province), the year in
/// brackets, a number.
fn is_approval(text: &str) -> bool {
    let is_open = |letter: char| matches!(letter, '(' | '（' | '〔' | '[');
    let is_close = |letter: char| matches!(letter, ')' | '）' | '〕' | ']');
    let parts = text.split_once(is_open).and_then(|(who, rest)| {
        let (year, number) = rest.split_once(is_close)?;
        Some((who, year, number.strip_suffix('号')?))
    });
    let Some((who, year, number)) = parts else { return false };
    let who: Vec<char> = who.chars().collect();
    let is_han = |letter: char| ('\u{4e00}'..='\u{9fff}').contains(&letter);
    let knows = match who.as_slice() {
        ['G', 'S'] => true,
        ['G', 'S', province] | [province, 'S'] => is_han(*province),
        _ => false,
    };
    let is_digits = |text: &str| !text.is_empty() && text.chars().all(|one| one.is_ascii_digit());
    knows
        && year.len() == 4
        && is_digits(year)
        && (year.starts_with("19") || year.starts_with("20"))
        && number.len() <= 6
        && is_digits(number)
        && number.chars().any(|digit| digit != '0')
}

/// The code of an area's division.
fn stated_code(properties: &Object<String, Value>) -> Option<String> {
    CODES.into_iter().find_map(|name| code(properties.get(name)?))
}

/// A code of GB/T 2260, also behind the country's own.
fn code(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    let code = match text.strip_prefix(COUNTRY) {
        Some(rest) if text.len() == 9 => rest.to_owned(),
        _ => text,
    };
    (code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit())).then_some(code)
}

/// How degrees become units of the drawing: as wide in the middle as on the ground.
struct Frame {
    west: f64,
    north: f64,
    across: f64,
    down: f64,
}

type Drawn = (BTreeMap<String, Area>, (u32, u32));

fn drawn(shapes: &BTreeMap<String, Vec<Ring>>) -> Result<Drawn, MapError> {
    let rings = || shapes.values().flatten();
    let points: usize = rings().map(Vec::len).sum();
    if points > MAP_POINTS {
        return Err(MapError::Points(points, MAP_POINTS));
    }
    let (mut west, mut east) = (f64::INFINITY, f64::NEG_INFINITY);
    let (mut south, mut north) = (f64::INFINITY, f64::NEG_INFINITY);
    for point in rings().flatten() {
        let text = |place: usize| point.get(place).map_or("?".to_owned(), f64::to_string);
        let (Some(x), Some(y)) = (point.first().copied(), point.get(1).copied()) else {
            return Err(MapError::Place(text(0), text(1)));
        };
        if !EAST.contains(&x) || !NORTH.contains(&y) {
            return Err(MapError::Place(text(0), text(1)));
        }
        (west, east) = (west.min(x), east.max(x));
        (south, north) = (south.min(y), north.max(y));
    }
    let narrow = ((south + north) / 2.0).to_radians().cos();
    let (wide, high) = ((east - west) * narrow, north - south);
    if wide.is_nan() || wide <= 0.0 || high <= 0.0 || high / wide > TALLEST {
        return Err(MapError::Empty);
    }
    let scale = WIDTH / wide;
    let frame = Frame { west, north, across: narrow * scale, down: scale };
    let mut areas = BTreeMap::new();
    let mut left = 0;
    for (code, rings) in shapes {
        let (area, points) = frame.area(rings);
        left += points;
        areas.insert(code.clone(), area);
    }
    if left > MAP_POINTS_DRAWN {
        return Err(MapError::Points(left, MAP_POINTS_DRAWN));
    }
    if left == 0 {
        return Err(MapError::Empty);
    }
    Ok((areas, (units(WIDTH), units(high * scale))))
}

/// A length in whole units: every place was seen to lie within the drawing.
fn units(length: f64) -> u32 {
    length.round().max(0.0) as u32
}

impl Frame {
    fn point(&self, point: &[f64]) -> (u32, u32) {
        let at = |place: usize| point.get(place).copied().unwrap_or_default();
        (units((at(0) - self.west) * self.across), units((self.north - at(1)) * self.down))
    }

    /// An area, and how many points its path has.
    fn area(&self, rings: &[Ring]) -> (Area, usize) {
        let mut area = Area::default();
        let mut largest = 0;
        let mut count = 0;
        for ring in rings {
            let points = thinned(ring.iter().map(|one| self.point(one)));
            if points.len() < 3 {
                continue;
            }
            count += points.len();
            outline(&mut area.path, &points);
            let range = |of: fn(&(u32, u32)) -> u32| {
                let (least, most) = (points.iter().map(of).min(), points.iter().map(of).max());
                (least.unwrap_or_default(), most.unwrap_or_default())
            };
            let ((west, east), (north, south)) = (range(|one| one.0), range(|one| one.1));
            let extent = u64::from(east - west) * u64::from(south - north);
            if extent > largest {
                largest = extent;
                area.room = (east - west, south - north);
                area.middle = middle(&points);
            }
        }
        (area, count)
    }
}

/// The points of a ring that a reader can tell apart: what is nearer than two units to the one before
/// is one point with it, and what is smaller than that is nothing.
fn thinned(ring: impl Iterator<Item = (u32, u32)>) -> Vec<(u32, u32)> {
    let is_near = |one: &(u32, u32), other: &(u32, u32)| {
        one.0.abs_diff(other.0).max(one.1.abs_diff(other.1)) < 2
    };
    let mut points: Vec<(u32, u32)> = Vec::new();
    for point in ring {
        if points.last().is_none_or(|last| !is_near(last, &point)) {
            points.push(point);
        }
    }
    while points.len() > 1
        && points.first().zip(points.last()).is_some_and(|(first, last)| is_near(first, last))
    {
        points.pop();
    }
    points
}

/// Adds a ring to a path: each point by how far it is from the one before, which is short.
fn outline(path: &mut String, points: &[(u32, u32)]) {
    let mut before: Option<(i64, i64)> = None;
    for (x, y) in points {
        let at = (i64::from(*x), i64::from(*y));
        // Text takes whatever is written to it.
        let _ = match before {
            None => write!(path, "M{} {}", at.0, at.1),
            Some(before) => write!(path, "l{} {}", at.0 - before.0, at.1 - before.1),
        };
        before = Some(at);
    }
    path.push('Z');
}

/// The middle of a ring: the mean of its corners, weighted by the lengths beside them, so that a
/// finely drawn shore does not pull it.
fn middle(points: &[(u32, u32)]) -> (u32, u32) {
    let next = points.iter().cycle().skip(1);
    let (mut x, mut y, mut whole) = (0_u64, 0_u64, 0_u64);
    for (one, other) in points.iter().zip(next) {
        let length = u64::from(one.0.abs_diff(other.0).max(one.1.abs_diff(other.1)));
        x += length * u64::from(one.0 + other.0);
        y += length * u64::from(one.1 + other.1);
        whole += 2 * length;
    }
    let mean = |sum: u64| u32::try_from(sum / whole.max(1)).unwrap_or_default();
    (mean(x), mean(y))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two rectangles side by side, as the sources of such files write them.
    fn rectangles(approval: &str, code: &str) -> String {
        let ring = |west: f64, east: f64| {
            format!("[[{west},40],[{east},40],[{east},42],[{west},42],[{west},40]]")
        };
        format!(
            r#"{{"type":"FeatureCollection",{approval}"features":[
            {{"type":"Feature","properties":{{"name":"x",{code}}},
              "geometry":{{"type":"Polygon","coordinates":[{}]}}}},
            {{"type":"Feature","properties":{{"adcode":159902}},
              "geometry":{{"type":"MultiPolygon","coordinates":[[{}]]}}}}]}}"#,
            ring(110.0, 112.0),
            ring(112.0, 116.0)
        )
    }

    const APPROVED: &str = r#""审图号":"GS(2024)0650号","#;

    fn read(text: &str, approval: Option<&str>) -> Result<ApprovedMap, MapError> {
        ApprovedMap::read(text.as_bytes(), approval)
    }

    #[test]
    fn rectangles_are_drawn_as_wide_as_on_the_ground() {
        for code in [r#""code":"159901""#, r#""gb":"156159901""#, r#""adcode":159901"#] {
            let map = read(&rectangles(APPROVED, code), None).unwrap();
            assert_eq!(map.approval, "GS(2024)0650号");
            assert_eq!(map.areas.keys().collect::<Vec<_>>(), ["159901", "159902"]);
            // Six degrees of longitude at 41 degrees north are as long as 4.53 of latitude.
            assert_eq!(map.size, (720, 318));
            assert_eq!(map.areas["159901"].path, "M0 318l240 0l0 -318l-240 0Z");
            assert_eq!(map.areas["159901"].middle, (120, 159));
            assert_eq!(map.areas["159902"].room, (480, 318));
        }
        let by_id = rectangles(APPROVED, r#""code":null"#).replacen(
            "{\"type\":\"Feature\",",
            "{\"id\":\"159901\",",
            1,
        );
        assert_eq!(read(&by_id, None).unwrap().areas.len(), 2);
        let beside = read(&rectangles("", r#""code":"159901""#), Some(" 蒙S（2023）028号 "));
        assert_eq!(beside.unwrap().approval, "蒙S（2023）028号");
    }

    #[test]
    fn what_is_wrong_with_a_map_is_said() {
        let code = r#""code":"159901""#;
        let sound = rectangles(APPROVED, code);
        let packed = r#"{"type":"FeatureCollection","features":[{"id":"150100","geometry":{"type":
            "Polygon","coordinates":["@@FCBG"]}}],"UTF8Encoding":true}"#;
        let cases: [(String, Option<&str>, &str); 15] = [
            (packed.into(), None, "are packed"),
            ("not json".into(), None, "no GeoJSON"),
            ("{}".into(), None, "no GeoJSON"),
            (sound.replace("FeatureCollection", "Topology"), None, "type is `Topology`"),
            (sound.replace("MultiPolygon", "LineString"), None, "no GeoJSON"),
            (rectangles("", code), None, "nothing says"),
            (rectangles("", code), Some("自制1号"), "Do not make one up"),
            (rectangles("", code), Some("GS(2024)0000号"), "Do not make one up"),
            (rectangles("", code), Some("GS(24)650号"), "Do not make one up"),
            (sound.clone(), Some("GS(2024)0651号"), "--map-approval says"),
            (rectangles(APPROVED, r#""code":"15990""#), None, "1 of 2 areas"),
            (rectangles(APPROVED, r#""code":null"#), None, "the first is number 1"),
            (sound.replace("[110,40]", "[12245143.9,4865942.2]"), None, "in degrees"),
            (sound.replace("[110,40]", "[40,110]"), None, "longitude first"),
            (sound.replace("[110,40]", "[110]"), None, "`110, ?`"),
        ];
        for (text, approval, says) in cases {
            let error = read(&text, approval).unwrap_err().to_string();
            assert!(error.contains(says), "{says}: {error}");
        }
        let flat = sound.replace(",42]", ",40]");
        assert!(matches!(read(&flat, None), Err(MapError::Empty)));
        let large = format!("{sound}{}", " ".repeat(usize::try_from(MAP_BYTES).unwrap()));
        assert!(matches!(read(&large, None), Err(MapError::Large)));
    }

    #[test]
    fn too_many_points_are_refused_and_those_of_one_place_are_one() {
        let ring = |count: u32| {
            let points: Vec<String> = (0..count)
                .map(|place| {
                    let turn = f64::from(place) / f64::from(count) * std::f64::consts::TAU;
                    format!("[{},{}]", 110.0 + turn.cos(), 40.0 + turn.sin())
                })
                .collect();
            format!(
                r#"{{"type":"FeatureCollection",{APPROVED}"features":[{{"properties":{{"code":"150100"}},
                "geometry":{{"type":"Polygon","coordinates":[[{}]]}}}}]}}"#,
                points.join(",")
            )
        };
        let map = read(&ring(50_000), None).unwrap();
        let drawn = map.areas["150100"].path.matches('l').count();
        assert!((1_000..4_000).contains(&drawn), "{drawn}");
        let many = u32::try_from(MAP_POINTS + 1).unwrap();
        assert!(matches!(read(&ring(many), None), Err(MapError::Points(..))));
    }
}
