//! How resources without backup are told.

use super::{Output, Unprotected};
use crate::{
    protocol::{ChartKind, ChartSeries, ColumnKind, Finding, FindingTone, View},
    tools::{
        present::{
            Moment, Present, Presentation, about, action, after_space, caveat, cell, column,
            count_of, detail, grouped, headline, listed, of_counted, part_of, percent,
        },
        resiliency::protectable::Share,
    },
};

const TOLD: usize = 8;

impl Present for Output {
    const ROWS_KEY: Option<&'static str> = Some("resources");

    fn present(&self, _: &Moment) -> Presentation {
        let rows = self.resources.len() as u64;
        let counted = count_of(self.total, "resource");
        Presentation {
            summary: format!("{} without backup", of_counted((rows, self.total), counted)),
            findings: self.findings(),
            views: self.views(),
            rows,
            total: Some(self.total),
        }
    }
}

impl Output {
    fn findings(&self) -> Vec<Finding> {
        let mut findings = vec![self.headline()];
        findings.extend(self.types.iter().map(told_share));
        findings.extend(self.resources.iter().take(TOLD).map(Unprotected::told));
        if let Some(first) = self.resources.first() {
            let text = format!(
                "Decide about `{}` first: protect it, or write down that its loss is accepted.",
                first.name.marked()
            );
            findings.push(about(action(text), &first.id));
        }
        if !self.of_vault {
            findings.push(caveat(
                "Disks of machines are protected with them and Azure SQL databases by their \
                 service, so that neither is listed; what is backed up by other means is not known.",
            ));
        }
        let rows = self.resources.len() as u64;
        let order = if self.of_vault { "." } else { ", production and machines first." };
        findings.extend(part_of((rows, self.total), &format!("are listed{order}")));
        findings
    }

    fn headline(&self) -> Finding {
        let asked = after_space(&self.asked);
        if self.of_vault {
            let verb = if self.total == 1 { "is" } else { "are" };
            return match self.total {
                0 => {
                    headline(FindingTone::Good, format!("All that was found{asked} is protected."))
                }
                some => {
                    let items = count_of(some, "item");
                    let text = format!("{items}{asked} {verb} found and not protected.");
                    headline(FindingTone::Warning, text)
                }
            };
        }
        let all: u64 = self.types.iter().map(|one| one.total).sum();
        if all == 0 {
            let text = format!("There is nothing{asked} that Azure Backup could protect.");
            return headline(FindingTone::Neutral, text);
        }
        if self.total == 0 {
            let text =
                format!("All {} that can be backed up{asked} are.", count_of(all, "resource"));
            return headline(FindingTone::Good, text);
        }
        let parts = self.types.iter().filter(|one| one.unprotected() > 0);
        let parts = parts.map(|one| count_of(one.unprotected(), &one.noun()));
        let text = format!(
            "{} of {} that could be backed up{asked} are not: {}.",
            grouped(self.total),
            count_of(all, "resource"),
            listed(&parts.collect::<Vec<_>>())
        );
        headline(FindingTone::Warning, text)
    }

    fn views(&self) -> Vec<View> {
        let mut views = Vec::new();
        if self.types.len() > 1 {
            let names = self.types.iter().map(Share::noun).collect();
            let values = self.types.iter().map(|one| Some(one.unprotected() as f64)).collect();
            views.push(View::Chart {
                title: "Without backup".to_owned(),
                chart: ChartKind::Bars,
                unit: "resources".to_owned(),
                labels: names,
                series: vec![ChartSeries { name: "Without backup".to_owned(), values }],
            });
        }
        if !self.resources.is_empty() {
            views.push(self.table());
        }
        views
    }

    fn table(&self) -> View {
        let row = |one: &Unprotected| {
            vec![
                cell(&one.id),
                cell(one.name.as_str()),
                cell(one.kind.as_str()),
                cell(one.place.as_str()),
                cell(one.subscription.as_str()),
            ]
        };
        View::Table {
            title: "Resources without backup".to_owned(),
            columns: vec![
                column("resource", "Resource", ColumnKind::Resource),
                column("name", "Name", ColumnKind::Text),
                column("kind", "Kind", ColumnKind::Text),
                column("place", "In", ColumnKind::Text),
                column("subscription", "Subscription", ColumnKind::Text),
            ],
            rows: self.resources.iter().map(row).collect(),
            total: self.total,
        }
    }
}

fn told_share(share: &Share) -> Finding {
    let text = format!(
        "{} of {} protected ({}).",
        grouped(share.protected),
        count_of(share.total, &share.noun()),
        percent(share.protected as f64 / share.total.max(1) as f64)
    );
    let tone = if share.unprotected() == 0 { FindingTone::Good } else { FindingTone::Warning };
    detail(tone, text)
}

impl Unprotected {
    fn told(&self) -> Finding {
        let text = format!(
            "`{}` ({}) in `{}` of `{}` has no backup.",
            self.name.marked(),
            self.kind.marked(),
            self.place.marked(),
            self.subscription.marked()
        );
        about(detail(FindingTone::Warning, text), &self.id)
    }
}
