//! What the planner says without reading: greetings, what it can do, what it cannot.

use super::{
    Planner,
    about::About,
    part::Part,
    route::is_free_query,
    text::{Text, among},
};
use crate::protocol::Pillar;

/// Things to ask instead, at most.
const MAX_NEAR: usize = 3;
/// Questions of a pillar that an introduction shows.
const MAX_OF_PILLAR: usize = 8;

/// What kind of talk a text is, where it is no question about the estate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Talk {
    /// It says nothing.
    Nothing,
    /// A greeting.
    Greeting,
    /// Thanks or a farewell.
    Thanks,
    /// Who answers, and what can be asked.
    Help,
}

impl Talk {
    /// What talk a text is.
    pub(super) fn of(text: &Text<'_>) -> Option<Self> {
        const HELP: [&str; 22] = [
            "what can you",
            "what do you do",
            "who are you",
            "what are you",
            "what can i ask",
            "what do you know",
            "how can you help",
            "how do you work",
            "which azure services do you",
            "what services do you",
            "which services do you",
            "what questions can",
            "how can i use you",
            "how do i use",
            "what are your capabilities",
            "your capabilities",
            "are you an ai",
            "are you a bot",
            "what is opscopilot",
            "what all can you",
            "help me get started",
            "which commands can you",
        ];
        let words = text.len();
        if words == 0 {
            return Some(Self::Nothing);
        }
        let about = text.has_any("about");
        let us = words <= 4 && text.starts_with("are you");
        if us || (!about && HELP.iter().any(|ask| text.has(ask)) && words <= 14) {
            return Some(Self::Help);
        }
        let first = text.low(0);
        if words == 1 && among(first, "help commands menu capabilities examples") {
            return Some(Self::Help);
        }
        let only = |list: &str| text.words.iter().all(|word| among(&word.low, list));
        if only(
            "hi hello hey hiya yo good morning afternoon evening day there copilot opscopilot greetings how are you doing today all team everyone",
        ) && !among(first, "how are there today")
        {
            return Some(Self::Greeting);
        }
        let thanks = "thanks thank you thx ty cheers great good nice perfect awesome cool ok okay bye goodbye so much a lot very that's that is was it helpful all for now got understood well done job the help your no more see later done";
        let polite = text.has_any(
            "thanks thank thx ty cheers great nice perfect awesome cool ok okay bye goodbye \
            understood good",
        );
        (polite && only(thanks)).then_some(Self::Thanks)
    }
}

impl Planner {
    /// The answer to talk.
    pub(super) fn talk(&self, talk: Talk) -> String {
        match talk {
            Talk::Nothing => {
                "Ask me something about your Azure estate, for example:\n\n".to_owned()
                    + &self.few(None)
            }
            Talk::Greeting => {
                "Hello! I answer questions about your Azure estate by reading it. For example:\n\n"
                    .to_owned()
                    + &self.few(None)
            }
            Talk::Thanks => "You are welcome. Ask whenever you need the next thing.\n".to_owned(),
            Talk::Help => self.introduction(),
        }
    }

    /// What can be asked, by pillar.
    fn introduction(&self) -> String {
        format!(
            "I answer questions about your Azure estate by reading it, and cite what I read.\n\n\
             {}Ask in your own words. Name a subscription, a resource group, a region, a resource, \
             a severity or a time to narrow it down, and follow up: “and in production?”, “only \
             high severity”, “the second one”, “why?”. I only read; I change nothing.\n",
            self.examples()
        )
    }

    /// That no tool answers, and what could be asked instead.
    pub(super) fn cannot(&self, topic: Option<&str>, part: &Part<'_>) -> String {
        let begin = match topic {
            Some(topic) => {
                format!("I have no tool that reads **{topic}**, so I cannot answer that.")
            }
            None => "I have no tool that answers this.".to_owned(),
        };
        format!("{begin} What I can do instead:\n\n{}", self.few(Some(part)))
    }

    /// That nothing is changed, and what could be looked at instead.
    pub(super) fn no_changes(&self, verb: &str, part: &Part<'_>) -> String {
        let begin = match verb {
            "write" | "generate" | "draft" => {
                format!("I cannot {verb} that: I only read Azure and report what I find.")
            }
            _ => format!("I cannot {verb} anything: I only read Azure, and nothing was changed."),
        };
        format!("{begin} What I can show you:\n\n{}", self.few(Some(part)))
    }

    /// Three things to ask, nearest to a part.
    fn few(&self, part: Option<&Part<'_>>) -> String {
        let mut asks: Vec<String> = part.map(|part| nearby(&part.about)).unwrap_or_default();
        let ranked = part.map(|part| self.index.rank(&part.words)).unwrap_or_default();
        let ranked = ranked.into_iter().map(|(name, _)| name);
        let usual = [
            "explain_secure_score",
            "list_security_alerts",
            "find_resources",
            "list_subscriptions",
        ];
        for name in ranked.chain(usual.map(str::to_owned)) {
            let Some(known) = self.tools.get(&name).filter(|_| !is_free_query(&name)) else {
                continue;
            };
            let words = part.map_or("", |part| part.words.as_str());
            let plain = known.asks.iter().rev().filter(|ask| is_plain(ask));
            let ask = plain.max_by_key(|ask| shared(ask, words));
            if let Some(ask) = ask.filter(|ask| !asks.contains(*ask)) {
                asks.push(ask.clone());
            }
        }
        asks.iter().take(MAX_NEAR).map(|ask| format!("- {ask}\n")).collect()
    }

    /// What can be asked: questions of each tool, by pillar.
    fn examples(&self) -> String {
        let mut text = String::new();
        let mut pillars: Vec<Pillar> = self.tools.values().map(|known| known.pillar).collect();
        pillars.sort_unstable();
        pillars.dedup();
        for pillar in pillars {
            let tools = self
                .tools
                .iter()
                .filter(|(name, known)| known.pillar == pillar && !is_free_query(name));
            let asks = tools.filter_map(|(_, known)| known.asks.iter().find(|ask| is_plain(ask)));
            let asks: Vec<&String> = asks.take(MAX_OF_PILLAR).collect();
            if asks.is_empty() {
                continue;
            }
            text.push_str(&format!("**{}**\n\n", title_case(pillar.as_str())));
            for ask in asks {
                text.push_str(&format!("- {ask}\n"));
            }
            text.push('\n');
        }
        text
    }
}

/// Questions about what a part names.
fn nearby(about: &About) -> Vec<String> {
    let mut asks = Vec::new();
    if let Some(name) = about.name.as_deref() {
        asks.push(format!("Show me `{name}`"));
        asks.push(format!("Are there security alerts on `{name}`?"));
    } else if let Some(kind) = about.kind.as_deref() {
        let place =
            about.subscription.as_deref().map(|one| format!(" in {one}")).unwrap_or_default();
        asks.push(format!("Show me the {kind}{place}"));
    } else if let Some(group) = about.group.as_deref() {
        asks.push(format!("What is in resource group {group}?"));
    }
    asks
}

/// Whether a suggestion names nothing: a figure or a name in it would read like a fact.
fn is_plain(ask: &str) -> bool {
    let named = |word: &str| {
        let is_placeholder = word.starts_with("my") && word.contains(char::is_uppercase);
        is_placeholder || ["kv-", "vm-", "rg-"].iter().any(|prefix| word.starts_with(prefix))
    };
    !ask.contains(|ch: char| ch.is_ascii_digit() || matches!(ch, '/' | '@' | '=' | '|'))
        && !ask.split(' ').any(named)
}

/// How many words two texts share.
fn shared(ask: &str, words: &str) -> usize {
    let lower = ask.to_lowercase();
    let own = lower.split(|ch: char| !ch.is_alphanumeric()).filter(|word| word.len() > 3);
    own.filter(|word| words.split(' ').any(|other| other == *word)).count()
}

fn title_case(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|c| c.to_uppercase().collect::<String>()).unwrap_or_default() + chars.as_str()
}
