//! The figures as tables that a spreadsheet opens rightly.

use gongxin_report::write_csv;

use super::super::shown::statistics::{ShownFigure, ShownRate, ShownStatistics, StatisticsTable};

/// A table of the figures as CSV: what is hidden is an empty count, and `told` says why.
#[must_use]
pub fn statistics_csv(statistics: &ShownStatistics, table: StatisticsTable) -> Vec<u8> {
    let rows = match table {
        StatisticsTable::Authorities => authorities(statistics),
        StatisticsTable::Divisions
        | StatisticsTable::Months
        | StatisticsTable::Classes
        | StatisticsTable::Industries => counts(statistics, table),
    };
    let mut out = Vec::new();
    // Memory refuses nothing.
    let _ = write_csv(&mut out, &rows);
    out
}

fn texts<const N: usize>(cells: [&str; N]) -> Vec<String> {
    cells.map(str::to_owned).to_vec()
}

fn counts(statistics: &ShownStatistics, table: StatisticsTable) -> Vec<Vec<String>> {
    let edition = statistics.edition.to_string();
    let fewer = fewer(statistics);
    let mut head = vec!["edition", "year", "catalogue", "catalogue_name"];
    match table {
        StatisticsTable::Divisions => head.extend(["division", "division_name"]),
        StatisticsTable::Months => head.push("month"),
        StatisticsTable::Industries => head.extend(["industry", "industry_name"]),
        StatisticsTable::Classes | StatisticsTable::Authorities => {}
    }
    head.extend(["count", "told"]);
    let mut rows = vec![head.into_iter().map(str::to_owned).collect()];
    for year in &statistics.years {
        let when = year.year.map_or_else(|| "earlier".to_owned(), |year| year.to_string());
        for class in &year.classes {
            let begin = texts([&edition, &when, &class.of.code, &class.of.words.zh]);
            let mut push = |middle: &[&str], figure: &ShownFigure| {
                let mut row = begin.clone();
                row.extend(middle.iter().map(|cell| (*cell).to_owned()));
                row.extend(told(*figure, &fewer));
                rows.push(row);
            };
            match table {
                StatisticsTable::Divisions => {
                    for (division, figure) in statistics.divisions.iter().zip(&class.divisions) {
                        push(&[&division.code, &division.words.zh], figure);
                    }
                }
                StatisticsTable::Months => {
                    for (month, figure) in (1..).zip(&class.months) {
                        let month: u8 = month;
                        push(&[&month.to_string()], figure);
                    }
                }
                StatisticsTable::Industries => {
                    for (industry, figure) in statistics.industries.iter().zip(&class.industries) {
                        push(&[&industry.code, &industry.words.zh], figure);
                    }
                }
                StatisticsTable::Classes | StatisticsTable::Authorities => push(&[], &class.total),
            }
        }
    }
    if table == StatisticsTable::Industries {
        // Registered organisations, of whatever year and class.
        for (industry, figure) in statistics.industries.iter().zip(&statistics.organisations) {
            let mut row = texts([&edition, "all", "", "", &industry.code, &industry.words.zh]);
            row.extend(told(*figure, &fewer));
            rows.push(row);
        }
    }
    rows
}

/// What stands for a count that is too small to be told.
fn fewer(statistics: &ShownStatistics) -> String {
    format!("<{}", statistics.least)
}

fn told(figure: ShownFigure, fewer: &str) -> [String; 2] {
    match figure {
        ShownFigure::Count(count) => [count.to_string(), "count".to_owned()],
        ShownFigure::Small => [String::new(), fewer.to_owned()],
        ShownFigure::Withheld => [String::new(), "withheld".to_owned()],
    }
}

fn authorities(statistics: &ShownStatistics) -> Vec<Vec<String>> {
    let head = [
        "edition",
        "period",
        "source",
        "source_name",
        "catalogue",
        "timeliness_per_mille",
        "compliance_per_mille",
    ];
    let mut rows = vec![texts(head)];
    let rate = |rate: ShownRate| match rate {
        ShownRate::PerMille(rate) => rate.to_string(),
        ShownRate::Small => fewer(statistics),
        ShownRate::Unknown => String::new(),
    };
    for one in &statistics.authorities {
        rows.push(vec![
            statistics.edition.to_string(),
            statistics.period.clone(),
            one.code.clone(),
            one.name.zh.clone(),
            one.of.code.clone(),
            rate(one.timeliness),
            rate(one.compliance),
        ]);
    }
    rows
}
