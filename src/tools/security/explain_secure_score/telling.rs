//! How the explanation is told.

use super::{super::score::Score, Control, Output, Recommendation};
use crate::{
    protocol::{ChartKind, ChartSeries, ColumnKind, Finding, FindingTone, View},
    tools::{
        present::{
            Moment, Present, Presentation, about, action, cell, column, count_of, detail, figure,
            headline, listed, percent, word_cell,
        },
        security::get_secure_score::{gauge, table, tone, unscored},
        untrusted::{mark, word},
    },
};

impl Present for Output {
    const ROWS_KEY: Option<&'static str> = Some("controls");

    fn present(&self, _: &Moment) -> Presentation {
        Presentation {
            summary: match (self.overall, self.gaining().next()) {
                (Some(share), Some(first)) => {
                    format!("{}; most to gain: {}", percent(share), first.title.marked())
                }
                (Some(share), None) => format!("{}; nothing to gain", percent(share)),
                (None, _) => "no secure score".to_owned(),
            },
            findings: self.findings(),
            views: self.views(),
            rows: self.controls.len() as u64,
            total: None,
        }
    }
}

impl Output {
    fn gaining(&self) -> impl Iterator<Item = &Control> {
        self.controls.iter().filter(|one| one.potential_points > 0.005)
    }

    fn findings(&self) -> Vec<Finding> {
        let Some(share) = self.overall else {
            let mut findings =
                vec![headline(FindingTone::Warning, "There is no secure score in scope.")];
            findings.extend(unscored(&self.unscored));
            return findings;
        };
        let mut findings = vec![headline(tone(share), self.headline(share))];
        let several = self.subscriptions.len() > 1;
        findings.extend(self.gaining().take(5).map(|one| one.told(&self.subscriptions)));
        findings.extend(several.then(|| self.lowest()).flatten());
        findings.extend(self.next_step());
        findings.extend(unscored(&self.unscored));
        findings
    }

    fn headline(&self, share: f64) -> String {
        let score = match self.subscriptions.as_slice() {
            [only] => format!(
                "The secure score of `{}` is {}, {} of {} points",
                only.subscription.marked(),
                percent(share),
                figure(only.current),
                figure(only.max)
            ),
            several => format!(
                "The overall secure score is {} over {} subscriptions",
                percent(share),
                several.len()
            ),
        };
        match self.gaining().next() {
            Some(first) => format!(
                "{score}; most would be gained by `{}`: {}.",
                first.title.marked(),
                first.gain()
            ),
            None => format!("{score}, and no control has anything left to gain."),
        }
    }

    fn lowest(&self) -> Option<Finding> {
        let lowest = self.subscriptions.first()?;
        let text = format!(
            "The lowest score is that of `{}`: {}, {} of {} points.",
            lowest.subscription.marked(),
            percent(lowest.share),
            figure(lowest.current),
            figure(lowest.max)
        );
        let id = format!("/subscriptions/{}", lowest.subscription_id);
        Some(about(detail(tone(lowest.share), text), &id))
    }

    fn next_step(&self) -> Option<Finding> {
        let first = self.gaining().find(|one| !one.recommendations.is_empty())?;
        let worst = first.recommendations.first()?;
        Some(action(format!(
            "Begin with `{}` in `{}`: {}.",
            worst.title.marked(),
            first.title.marked(),
            worst.reach(&self.subscriptions)
        )))
    }

    fn views(&self) -> Vec<View> {
        let Some(share) = self.overall else { return Vec::new() };
        let mut views = vec![gauge(share)];
        if !self.controls.is_empty() {
            views.push(self.ranking());
        }
        if self.gaining().count() > 1 {
            views.push(self.bars());
        }
        views.extend(self.behind());
        if self.subscriptions.len() > 1 {
            views.push(table(&self.subscriptions));
        }
        views
    }

    fn ranking(&self) -> View {
        let row = |one: &Control| {
            vec![
                cell(one.title.as_str()),
                rounded(one.potential_points).into(),
                one.potential_share.into(),
                rounded(one.current).into(),
                rounded(one.max).into(),
                one.unhealthy.into(),
                (one.healthy + one.unhealthy).into(),
            ]
        };
        View::Table {
            title: "Controls by what they would gain".to_owned(),
            columns: vec![
                column("title", "Control", ColumnKind::Text),
                column("potentialPoints", "Points to gain", ColumnKind::Number),
                column("potentialShare", "Increase", ColumnKind::Percent),
                column("current", "Points", ColumnKind::Number),
                column("max", "Of", ColumnKind::Number),
                column("unhealthy", "Unhealthy", ColumnKind::Number),
                column("assessed", "Assessed", ColumnKind::Number),
            ],
            rows: self.controls.iter().map(row).collect(),
            total: self.controls.len() as u64,
        }
    }

    fn bars(&self) -> View {
        let top: Vec<&Control> = self.gaining().take(10).collect();
        View::Chart {
            title: "Increase by control".to_owned(),
            chart: ChartKind::Bars,
            unit: "%".to_owned(),
            labels: top.iter().map(|one| one.title.marked()).collect(),
            series: vec![ChartSeries {
                name: "Increase".to_owned(),
                values: top.iter().map(|one| Some(rounded(one.potential_share * 100.0))).collect(),
            }],
        }
    }

    fn behind(&self) -> Option<View> {
        let rows: Vec<_> = self
            .controls
            .iter()
            .flat_map(|control| {
                control.recommendations.iter().map(|one| {
                    vec![
                        cell(one.title.as_str()),
                        cell(control.title.as_str()),
                        word_cell(one.severity.as_deref().unwrap_or_default()),
                        one.unhealthy.into(),
                        cell(one.sample.first().map_or("", String::as_str)),
                    ]
                })
            })
            .collect();
        (!rows.is_empty()).then(|| View::Table {
            title: "Recommendations behind them".to_owned(),
            columns: vec![
                column("recommendation", "Recommendation", ColumnKind::Text),
                column("control", "Control", ColumnKind::Text),
                column("severity", "Severity", ColumnKind::Severity),
                column("unhealthy", "Unhealthy", ColumnKind::Number),
                column("sample", "For example", ColumnKind::Resource),
            ],
            total: rows.len() as u64,
            rows,
        })
    }
}

impl Control {
    /// What finishing it would gain, in points and in percent of the overall score.
    fn gain(&self) -> String {
        let points = figure(self.potential_points);
        format!("+{} points (+{})", points, percent(self.potential_share))
    }

    fn told(&self, scores: &[Score]) -> Finding {
        let assessed = self.healthy + self.unhealthy;
        let mut text = format!(
            "`{}`: {}, now {} of {}; {} of {} unhealthy",
            self.title.marked(),
            self.gain(),
            figure(self.current),
            figure(self.max),
            self.unhealthy,
            count_of(assessed, "resource")
        );
        if scores.len() > 1 {
            text.push_str(&format!(" in {}", count_of(self.subscription_count, "subscription")));
        }
        let behind: Vec<String> =
            self.recommendations.iter().take(3).map(|one| one.told(scores)).collect();
        if behind.is_empty() {
            text.push('.');
        } else {
            text.push_str(&format!(". Behind it: {}.", listed(&behind)));
        }
        let tone =
            if self.potential_share >= 0.05 { FindingTone::Warning } else { FindingTone::Neutral };
        detail(tone, text)
    }
}

impl Recommendation {
    fn told(&self, scores: &[Score]) -> String {
        let severity = self.severity.as_deref().map(|one| format!("{}, ", word(one)));
        format!(
            "`{}` ({}{})",
            self.title.marked(),
            severity.unwrap_or_default(),
            self.reach(scores)
        )
    }

    /// How many resources, and the names of some.
    fn reach(&self, scores: &[Score]) -> String {
        let names: Vec<String> =
            self.sample.iter().take(2).map(|id| format!("`{}`", name_of(id, scores))).collect();
        let count = count_of(self.unhealthy, "resource");
        if names.is_empty() {
            count
        } else {
            let example = if self.unhealthy as usize > names.len() { "such as " } else { "" };
            format!("{count}: {example}{}", listed(&names))
        }
    }
}

/// The last name of an id; of a subscription the name people gave it.
fn name_of(id: &str, scores: &[Score]) -> String {
    let own = id.strip_prefix("/subscriptions/");
    let score = scores
        .iter()
        .find(|one| own.is_some_and(|own| own.eq_ignore_ascii_case(&one.subscription_id)));
    score.map_or_else(|| mark(id.rsplit('/').next().unwrap_or(id)), |one| one.subscription.marked())
}

fn rounded(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}
