//! A measured figure, what it is compared with, and what it should be.

use serde::Serialize;

/// What a figure counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Unit {
    RowsPerSecond,
    RequestsPerSecond,
    Count,
    Milliseconds,
    Seconds,
    Megabytes,
    BytesPerRecord,
    Percent,
}

impl Unit {
    /// The amount with its unit.
    pub(crate) fn shown(self, amount: f64) -> String {
        match self {
            Self::RowsPerSecond => format!("{} rows/s", grouped(amount)),
            Self::RequestsPerSecond => format!("{} requests/s", grouped(amount)),
            Self::Count => grouped(amount),
            Self::Milliseconds => format!("{amount:.2} ms"),
            Self::Seconds => format!("{amount:.2} s"),
            Self::Megabytes => format!("{amount:.0} MB"),
            Self::BytesPerRecord => format!("{} B", grouped(amount)),
            Self::Percent => format!("{amount:.1} %"),
        }
    }
}

/// What a figure is compared with: the same work done by something plain.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Peer {
    pub(crate) name: String,
    /// None where it could not be had; the figure's note says why.
    pub(crate) amount: Option<f64>,
}

/// What is to be reached.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Aim {
    /// The figure itself at least so much.
    AtLeast(f64),
    /// The figure itself at most so much.
    AtMost(f64),
    /// The ratio to the peer at least so much.
    RatioAtLeast(f64),
}

/// A figure.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Figure {
    pub(crate) what: String,
    pub(crate) amount: f64,
    pub(crate) unit: Unit,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) peer: Option<Peer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) aim: Option<Aim>,
    pub(crate) note: String,
}

impl Figure {
    pub(crate) fn new(what: impl Into<String>, amount: f64, unit: Unit) -> Self {
        Self { what: what.into(), amount, unit, peer: None, aim: None, note: String::new() }
    }

    /// Compared with a peer.
    pub(crate) fn against(mut self, name: impl Into<String>, amount: f64) -> Self {
        self.peer = Some(Peer { name: name.into(), amount: Some(amount) });
        self
    }

    /// Not compared, because the peer could not be had.
    pub(crate) fn without(mut self, name: impl Into<String>, why: impl Into<String>) -> Self {
        self.peer = Some(Peer { name: name.into(), amount: None });
        self.note = why.into();
        self
    }

    pub(crate) fn aiming(mut self, aim: Aim) -> Self {
        self.aim = Some(aim);
        self
    }

    pub(crate) fn noting(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }

    /// The figure as a multiple of the peer's.
    pub(crate) fn ratio(&self) -> Option<f64> {
        let peer = self.peer.as_ref()?.amount?;
        (peer > 0.0).then(|| self.amount / peer)
    }

    /// What was to be reached and whether it was; empty where there is no aim.
    pub(crate) fn verdict(&self) -> String {
        let said = |is_met: bool, aim: String| {
            format!("{aim}: {}", if is_met { "reached" } else { "MISSED" })
        };
        match (self.aim, self.ratio()) {
            (None, _) => String::new(),
            (Some(Aim::AtLeast(least)), _) => {
                said(self.amount >= least, format!("≥ {}", self.unit.shown(least)))
            }
            (Some(Aim::AtMost(most)), _) => {
                said(self.amount <= most, format!("≤ {}", self.unit.shown(most)))
            }
            (Some(Aim::RatioAtLeast(least)), Some(ratio)) => {
                said(ratio >= least, format!("ratio ≥ {least}"))
            }
            (Some(Aim::RatioAtLeast(least)), None) => format!("ratio ≥ {least}: not measured"),
        }
    }
}

/// A whole number with its thousands divided.
pub(crate) fn grouped(amount: f64) -> String {
    let digits = format!("{:.0}", amount.abs());
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The value below which so many of a hundred lie; the values are put in order.
pub(crate) fn percentile(values: &mut [f64], percent: usize) -> f64 {
    values.sort_by(f64::total_cmp);
    let place = (values.len() * percent).div_ceil(100).saturating_sub(1);
    values.get(place).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verdicts_compare_with_the_aim() {
        let rate = |amount| Figure::new("x", amount, Unit::RowsPerSecond);
        for (figure, verdict) in [
            (rate(5.0), ""),
            (rate(5.0).aiming(Aim::AtLeast(5.0)), "≥ 5 rows/s: reached"),
            (rate(4.9).aiming(Aim::AtLeast(5.0)), "≥ 5 rows/s: MISSED"),
            (rate(5.1).aiming(Aim::AtMost(5.0)), "≤ 5 rows/s: MISSED"),
            (rate(5.0).against("y", 10.0).aiming(Aim::RatioAtLeast(0.5)), "ratio ≥ 0.5: reached"),
            (rate(4.0).against("y", 10.0).aiming(Aim::RatioAtLeast(0.5)), "ratio ≥ 0.5: MISSED"),
            (
                rate(4.0).without("y", "absent").aiming(Aim::RatioAtLeast(0.5)),
                "ratio ≥ 0.5: not measured",
            ),
        ] {
            assert_eq!(figure.verdict(), verdict);
        }
    }

    #[test]
    fn numbers_are_grouped_and_percentiles_are_values_that_occurred() {
        let shown = [0.0, 999.4, 1000.0, 1_234_567.0].map(grouped);
        assert_eq!(shown, ["0", "999", "1,000", "1,234,567"]);
        let mut values: Vec<f64> = (1..=200).rev().map(f64::from).collect();
        assert_eq!(
            [50, 99, 100].map(|percent| percentile(&mut values, percent)),
            [100.0, 198.0, 200.0]
        );
        assert_eq!(percentile(&mut [], 50), 0.0);
    }
}
