//! What a question names: places, resources, times, severities. Reads, never guesses.

use super::text::{Text, among};
use crate::tools::present::Moment;

mod measure;
mod options;
mod particulars;
mod period;
mod place;
mod resource;
mod time;

pub(super) use particulars::read as read_particulars;
pub(super) use period::Period;
pub(super) use resource::kind_of;
pub(super) use time::days_of;

/// What the words of a question name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct About {
    /// An ARM id.
    pub(super) arm_id: Option<String>,
    /// A subscription, by id, name or environment.
    pub(super) subscription: Option<String>,
    /// A resource group, by name.
    pub(super) group: Option<String>,
    /// A region, as Azure writes it.
    pub(super) region: Option<String>,
    /// A type of resource, in words that the tools know.
    pub(super) kind: Option<String>,
    /// A resource, by name.
    pub(super) name: Option<String>,
    /// A tag, as `name` or `name=value`.
    pub(super) tag: Option<String>,
    /// A state of resources.
    pub(super) state: Option<&'static str>,
    /// Severities, of whatever scale, lowest first.
    pub(super) severities: Vec<&'static str>,
    /// Options of tools that the words name: statuses, states, conditions, kinds.
    pub(super) options: Vec<&'static str>,
    /// The kinds of option among them that no answer may leave out of account.
    pub(super) statuses: Vec<&'static str>,
    /// A time range, as tools read it.
    pub(super) time: Option<String>,
    /// Periods of the calendar, in the order named: what is compared comes first.
    pub(super) periods: Vec<Period>,
    /// How many at most.
    pub(super) count: Option<u32>,
    /// What to count by: an option of `count_resources`.
    pub(super) by: Option<&'static str>,
    /// Which end of a ranking is asked for.
    pub(super) extreme: Option<Extreme>,
    /// An alert: its id, or words of its title.
    pub(super) alert: Option<String>,
    /// A recommendation: its id, or words of its title.
    pub(super) recommendation: Option<String>,
    /// A standard of compliance.
    pub(super) standard: Option<String>,
    /// A control, by number or by a part of its title.
    pub(super) control: Option<String>,
    /// A Defender plan.
    pub(super) plan: Option<String>,
    /// Somebody who did something.
    pub(super) caller: Option<String>,
    /// A part of an operation's name.
    pub(super) operation: Option<&'static str>,
    /// Something to be done, in words.
    pub(super) action: Option<String>,
    /// The tracking id of an event.
    pub(super) tracking: Option<String>,
    /// What the user left to be filled in.
    pub(super) placeholder: Option<String>,
}

/// An end of a ranking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extreme {
    /// Most, highest, largest.
    Most,
    /// Fewest, lowest, smallest.
    Least,
}

impl About {
    /// Reads a text, marking the words that it understood.
    pub(super) fn read(text: &mut Text<'_>, at: &Moment) -> Self {
        let mut about = Self::default();
        about.read_placeholder(text);
        about.arm_id = resource::arm_id(text);
        particulars::marked(&mut about, text);
        about.periods = period::read(text, at);
        about.time = time::range(text, at).or_else(|| {
            let dated = about.periods.first().filter(|period| period.is_dated());
            dated.map(Period::range)
        });
        about.count = measure::count(text);
        about.tag = resource::tag(text);
        place::read(&mut about, text);
        about.by = measure::by(text);
        // `production compared to non-production`: both, not the one that was read first.
        if about.subscription.is_some() && place::has_environment(text) {
            about.subscription = None;
            about.by = about.by.or(Some("subscription"));
        }
        resource::read(&mut about, text);
        about.state = measure::state(text);
        about.severities = measure::severities(text);
        options::options(&mut about, text);
        about.extreme = measure::extreme(text);
        about
    }

    fn read_placeholder(&mut self, text: &mut Text<'_>) {
        for word in &mut text.words {
            if word.is_placeholder() {
                word.used = true;
                self.placeholder.get_or_insert_with(|| word.raw.to_owned());
            }
        }
    }

    /// Whether anything that narrows a list was named.
    pub(super) fn narrows(&self) -> bool {
        self.is_placed()
            || self.kind.is_some()
            || self.state.is_some()
            || !self.severities.is_empty()
            || !self.options.is_empty()
            || self.time.is_some()
            || self.count.is_some()
            || self.by.is_some()
    }

    /// Whether a place or a resource was named.
    pub(super) fn is_placed(&self) -> bool {
        self.arm_id.is_some()
            || self.subscription.is_some()
            || self.group.is_some()
            || self.region.is_some()
            || self.name.is_some()
            || self.tag.is_some()
    }

    /// The name of the resource that is meant, where one is.
    pub(super) fn resource(&self) -> Option<&str> {
        let of_resource = self.arm_id.as_deref().filter(|id| !is_of_alert(id));
        of_resource.or(self.name.as_deref())
    }
}

/// Whether an ARM id is that of an alert or an assessment, not of what it is about.
pub(super) fn is_of_alert(id: &str) -> bool {
    let lower = id.to_lowercase();
    ["/alerts/", "/assessments/"].iter().any(|part| lower.contains(part))
}

/// Whether a word can be part of a name that people gave.
fn is_name(word: &str) -> bool {
    let plain = |ch: char| ch.is_alphanumeric() || matches!(ch, '-' | '_' | '.' | '(' | ')');
    word.len() >= 2 && word.chars().all(plain) && !is_plain(word)
}

/// Words around a name that are no name themselves.
fn is_plain(word: &str) -> bool {
    const WORDS: &str = "my our the a an this that these those each every any all which what per by of \
        for in to and or azure name named called with from are is do does has have had needs need \
        lowest highest worst best one whole entire current right now across under please on at \
        show list get give me us how many count where who when there it its was were be only just \
        also about single same other another us id ids exist exists contain contains belong see \
        so far looks secure score scores alert alerts security status state level";
    among(word, WORDS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn about(text: &str) -> About {
        let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(1));
        let at = Moment { now: "2026-01-07T12:00:00Z".parse().unwrap(), zone };
        About::read(&mut Text::read(text), &at)
    }

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn places_are_read_however_they_are_written() {
        for (text, subscription) in [
            ("list storage accounts in production", "production"),
            ("production VMs", "production"),
            ("what about non-production?", "non-production"),
            ("VMs in the Northlight Production subscription", "Northlight Production"),
            ("VMs in subscription Northlight Non-Production please", "Northlight Non-Production"),
            ("resources in subscription foo", "foo"),
            ("secure score of subscription `My Sub`", "My Sub"),
            ("disks in the platform subscription", "platform"),
            ("what is in dev", "dev"),
            (
                "alerts of 7566bb8a-8199-4f7c-8fc0-3003f5f5364d",
                "7566bb8a-8199-4f7c-8fc0-3003f5f5364d",
            ),
        ] {
            assert_eq!(about(text).subscription, some(subscription), "{text}");
        }
        for text in
            ["list VMs in my subscription", "which subscription has the lowest score", "test"]
        {
            assert_eq!(about(text).subscription, None, "{text}");
        }
        assert_eq!(about("VMs in West Europe").region, some("westeurope"));
        assert_eq!(about("VMs in east us 2").region, some("eastus2"));
        assert_eq!(about("resources in resource group myRG").group, some("myRG"));
        assert_eq!(about("what is in rg-web-prod-weu").group, some("rg-web-prod-weu"));
    }

    #[test]
    fn resources_times_and_measures_are_read() {
        let read = about("top 3 high and medium severity alerts on vm-web-01 in the last 2 weeks");
        assert_eq!((read.count, read.time), (Some(3), some("14d")));
        assert_eq!((read.severities, read.name), (vec!["Medium", "High"], some("vm-web-01")));
        assert_eq!(about("VMs by region").by, Some("location"));
        assert_eq!(about("which stopped virtual machines").state, Some("stopped"));
        assert_eq!(about("machines that are not running").state, Some("stopped"));
        assert_eq!(about("app service plans in prod").kind, some("app service plans"));
        assert_eq!(about("resources tagged env=prod").tag, some("env=prod"));
        assert_eq!(about("resources with the tag owner: team-a").tag, some("owner=team-a"));
        assert_eq!(about("alerts since Monday").time, some("2026-01-05/now"));
        assert_eq!(about("alerts of yesterday").time, some("yesterday"));
        assert_eq!(
            about("alerts between 2026-01-01 and 2026-01-03").time,
            some("2026-01-01/2026-01-03")
        );
        assert_eq!(about("how many brute-force alerts").name, None);
        assert_eq!(about("show <vm_name>").placeholder, some("<vm_name>"));
    }
}
