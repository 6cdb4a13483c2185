//! Which files there are, who hands them in, and what stands in them.

use crate::act::{
    LISTING_COLUMNS, LISTS, REPAIR_COLUMNS, REVOCATION_COLUMNS, SHIELDING_COLUMNS, act, listing,
};
use crate::authority::{Sector, place_name};
use crate::decision::Place;
use crate::dirt::Dirt;
use crate::file::{Answer, Format, Line, RehearsalFile};
use crate::organisation::{Kind, Organisation};
use crate::penalty::{self, Fate};
use crate::region::Region;
use crate::{licence, measured, organisation};

/// What stands in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Content {
    /// Organisations of a registrar and, for the largest, of some counties.
    Registrations(Registrar, (u64, u64)),
    /// Organisations that took another name.
    Renames,
    Licences(Sector),
    Penalties(Sector),
    /// Penalties of market regulation that come again.
    PenaltiesAgain,
    /// Entries of one of [`LISTS`].
    Listings(usize),
    /// Acts on penalties.
    Acts(Fate),
    /// Registrations to measure with: see [`crate::measured`].
    MeasuredRegistrations,
    /// Penalties to measure with.
    MeasuredPenalties,
}

/// Who registers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Registrar {
    Market,
    Institutions,
    CivilAffairs,
}

impl Registrar {
    const fn of(kind: Kind) -> Self {
        match kind {
            Kind::Institution => Self::Institutions,
            Kind::Association => Self::CivilAffairs,
            _ => Self::Market,
        }
    }

    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Market => ("159900-market", "市场监督管理局"),
            Self::Institutions => ("159900-institutions", "事业单位登记管理局"),
            Self::CivilAffairs => ("159900-civil-affairs", "民政局"),
        }
    }
}

const REGISTRATION_COLUMNS: [&str; 16] = [
    "企业名称",
    "统一社会信用代码",
    "工商注册号",
    "组织机构代码",
    "法定代表人",
    "企业类型",
    "注册资金",
    "注册日期",
    "经营范围",
    "所在省份",
    "地区",
    "注册地址",
    "登记机关",
    "登记状态",
    "曾用名",
    "隶属企业统一社会信用代码",
];

/// A workbook is not used for more organisations than this: its sheet holds a million rows.
const WORKBOOK_ORGANISATIONS: u64 = 200_000;

/// The files of registrations: name, form, registrar, counties.
const REGISTRATION_FILES: [(&str, Format, Registrar, (u64, u64)); 5] = [
    ("1-6", Format::CsvWithMark, Registrar::Market, (1, 6)),
    ("7-11", Format::CsvGb18030, Registrar::Market, (7, 11)),
    ("12", Format::Xlsx, Registrar::Market, (12, 12)),
    ("institutions", Format::Csv, Registrar::Institutions, (1, 12)),
    ("associations", Format::Xlsx, Registrar::CivilAffairs, (1, 12)),
];

/// The files of a region.
pub(crate) fn files(region: Region) -> Vec<RehearsalFile> {
    let mut files = Files { region, files: Vec::new() };
    for (name, format, registrar, counties) in REGISTRATION_FILES {
        let content = Content::Registrations(registrar, counties);
        files.add("registration", (registrar.words().0, name), format, content);
    }
    let market = Sector::Market.source();
    files.add("registration", (market, "renamed"), Format::Csv, Content::Renames);
    files.add_decisions();
    files.add("penalty", (market, "again"), Format::Xlsx, Content::PenaltiesAgain);
    for (place, (sector, _, _)) in LISTS.into_iter().enumerate() {
        let content = Content::Listings(place);
        files.add("serious-violation", (sector.source(), ""), Format::CsvWithMark, content);
    }
    for (catalogue, source, format, fate) in [
        ("repair-result", "159900-credit", Format::Xlsx, Fate::Repaired),
        ("revocation", market, Format::Csv, Fate::Revoked),
        ("shielding", "159900-court", Format::Csv, Fate::Shielded),
    ] {
        files.add(catalogue, (source, ""), format, Content::Acts(fate));
    }
    files.files
}

/// Two files to measure with: narrow registrations and long penalties, one row an organisation.
pub(crate) fn measured(region: Region) -> [RehearsalFile; 2] {
    let file = |catalogue, source, content| {
        RehearsalFile::new(region, (catalogue, source, "measured"), Format::Csv, content)
    };
    let market = Sector::Market.source();
    [
        file("registration", market, Content::MeasuredRegistrations),
        file("penalty", market, Content::MeasuredPenalties),
    ]
}

/// The files so far.
struct Files {
    region: Region,
    files: Vec<RehearsalFile>,
}

impl Files {
    fn add(
        &mut self,
        catalogue: &'static str,
        (source, name): (&str, &str),
        format: Format,
        content: Content,
    ) {
        let fits = self.region.organisations() <= WORKBOOK_ORGANISATIONS;
        let format = if format == Format::Xlsx && !fits { Format::CsvWithMark } else { format };
        let named = (catalogue, source, name);
        self.files.push(RehearsalFile::new(self.region, named, format, content));
    }

    fn add_decisions(&mut self) {
        for sector in Sector::ALL.into_iter().filter(|sector| *sector != Sector::Tax) {
            let format = match sector {
                Sector::Market => Format::CsvWithMark,
                Sector::Environment => Format::Xlsx,
                Sector::Safety => Format::Jsonl,
                _ => Format::CsvGb18030,
            };
            self.add("licence", (sector.source(), ""), format, Content::Licences(sector));
        }
        for sector in Sector::ALL {
            let format = match sector {
                Sector::Market | Sector::Tax => Format::CsvGb18030,
                Sector::Environment => Format::Jsonl,
                Sector::Safety | Sector::HumanResources => Format::Xlsx,
                _ => Format::CsvWithMark,
            };
            self.add("penalty", (sector.source(), ""), format, Content::Penalties(sector));
        }
    }
}

impl Content {
    /// The words of the header.
    pub(crate) fn header(self, format: Format) -> Vec<&'static str> {
        let words = |columns: &[(&'static str, &'static str)]| {
            let is_coded = format == Format::Jsonl || format == Format::Csv;
            let word =
                |column: &(&'static str, &'static str)| if is_coded { column.0 } else { column.1 };
            columns.iter().map(word).collect()
        };
        match self {
            Self::Registrations(..) | Self::Renames => REGISTRATION_COLUMNS.to_vec(),
            Self::Licences(_) => words(&licence::COLUMNS),
            Self::Penalties(_) | Self::PenaltiesAgain | Self::MeasuredPenalties => {
                words(&penalty::COLUMNS)
            }
            Self::MeasuredRegistrations => measured::COLUMNS.to_vec(),
            Self::Listings(_) => LISTING_COLUMNS.to_vec(),
            Self::Acts(Fate::Repaired) => REPAIR_COLUMNS.to_vec(),
            Self::Acts(Fate::Revoked) => REVOCATION_COLUMNS.to_vec(),
            Self::Acts(_) => SHIELDING_COLUMNS.to_vec(),
        }
    }

    /// A title above the header, where the file has one.
    pub(crate) fn title(self) -> Option<String> {
        match self {
            Self::Penalties(Sector::Safety) => {
                Some("演练州应急管理局行政处罚信息公示表".to_owned())
            }
            Self::Penalties(Sector::Market) => Some("演练州市场监督管理局行政处罚信息".to_owned()),
            _ => None,
        }
    }

    /// True if blank rows and a row of totals stand among the rows.
    pub(crate) const fn has_totals(self) -> bool {
        matches!(self, Self::Penalties(Sector::Safety | Sector::Housing))
    }

    /// About how many rows there are: for showing progress.
    pub(crate) const fn rows(self, region: &Region) -> u64 {
        let all = region.organisations();
        match self {
            Self::Registrations(Registrar::Market, (from, to)) => all * (to - from + 1) * 92 / 1200,
            Self::Registrations(..) => all * 4 / 100,
            Self::Renames => all * 45 / 1000,
            Self::Licences(sector) => sector.part(region.licences()),
            Self::Penalties(sector) => sector.part(region.penalties()),
            Self::PenaltiesAgain => region.penalties() * 2 / 100,
            Self::Listings(_) => all / 100,
            Self::Acts(Fate::Repaired) => region.penalties() * 3 / 100,
            Self::Acts(_) => region.penalties() / 250,
            Self::MeasuredRegistrations | Self::MeasuredPenalties => all,
        }
    }

    /// Hands every row to `each`.
    pub(crate) fn lines(self, region: &Region, each: &mut dyn FnMut(Line)) {
        let places = |sector: Sector, count: u64| {
            (0..sector.part(count)).map(move |number| Place { sector, number })
        };
        match self {
            Self::Registrations(registrar, counties) => {
                registrations(region, (registrar, counties), each);
            }
            Self::Renames => {
                for index in 0..region.organisations() {
                    renames(&region.organisation(index), region, each);
                }
            }
            Self::Licences(sector) => places(sector, region.licences())
                .for_each(|place| licence::lines(region, place, each)),
            Self::Penalties(sector) => places(sector, region.penalties())
                .for_each(|place| penalty::lines(region, place, each)),
            Self::PenaltiesAgain => {
                for place in places(Sector::Market, region.penalties()) {
                    act(region, place, Fate::SentAgain, each);
                    act(region, place, Fate::Corrected, each);
                }
            }
            Self::Listings(place) => (0..region.organisations() / 100)
                .for_each(|number| listing(region, LISTS[place], number, each)),
            Self::Acts(fate) => Sector::ALL
                .into_iter()
                .flat_map(|sector| places(sector, region.penalties()))
                .for_each(|place| act(region, place, fate, each)),
            Self::MeasuredRegistrations => measured::registrations(region, each),
            Self::MeasuredPenalties => measured::penalties(region, each),
        }
    }
}

fn registrations(
    region: &Region,
    (registrar, (from, to)): (Registrar, (u64, u64)),
    each: &mut dyn FnMut(Line),
) {
    for index in 0..region.organisations() {
        let one = region.organisation(index);
        if Registrar::of(one.kind) == registrar && (from..=to).contains(&one.county) {
            let name = one.first_name.clone();
            let cells = registration_cells(region, &one, (&name, ""));
            each(Line::row(cells, Answer::about(&one, Dirt::None)));
        }
    }
}

/// The registration comes again with the new name and the former one.
fn renames(one: &Organisation, region: &Region, each: &mut dyn FnMut(Line)) {
    if let Some((name, _)) = &one.renamed {
        let cells = registration_cells(region, one, (name, &one.first_name));
        each(Line::row(cells, Answer::about(one, Dirt::Corrected)));
    }
}

fn registration_cells(
    region: &Region,
    one: &Organisation,
    (name, former): (&str, &str),
) -> Vec<String> {
    let head = one.head.map(|head| organisation::organisation(region.seed(), head).code);
    let county = place_name(one.county);
    let registrar = Registrar::of(one.kind).words().1;
    vec![
        name.to_owned(),
        one.code.clone(),
        one.registration_number.clone().unwrap_or_default(),
        one.organisation_code.clone(),
        one.representative.clone(),
        one.legal_form.clone(),
        format!("{}(万元人民币)", one.capital),
        one.registered_on.to_string(),
        "演练经营范围".to_owned(),
        "演练州".to_owned(),
        county.clone(),
        format!("{county}虚构路{}号", one.index % 900 + 1),
        format!("{county}{registrar}"),
        "存续".to_owned(),
        former.to_owned(),
        head.unwrap_or_default(),
    ]
}
