//! What a typed line asks for: a question, or one of the words that begin with `/`.

use crate::protocol::EvidenceId;

/// The words there are, with what they take and do.
pub(super) const WORDS: [(&str, &str, &str); 13] = [
    ("help", "", "show this"),
    ("new", "[TITLE]", "begin a new thread"),
    ("threads", "[archived]", "list the threads"),
    ("open", "N|ID|last", "go on with a thread: its number in /threads, or its id"),
    ("rename", "TITLE", "call this thread otherwise"),
    ("archive", "", "put this thread away; /open brings it back"),
    ("scope", "[ID…|all]", "show or set the ARM ids this thread is bound to"),
    ("evidence", "eN [FROM]", "show the rows behind [eN], from row FROM on"),
    ("show", "eN", "draw all tables and charts of [eN]"),
    ("suggest", "", "show what can be asked"),
    ("cancel", "", "cancel what is at work in this thread"),
    ("status", "", "show server, estate, model and thread"),
    ("quit", "", "leave; what is at work goes on in the server"),
];

/// What a line asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Nothing,
    Ask(String),
    Help,
    New {
        title: Option<String>,
    },
    Threads {
        archived: bool,
    },
    Open(String),
    Rename(String),
    Archive,
    ShowScope,
    SetScope(Vec<String>),
    Evidence {
        id: EvidenceId,
        from: usize,
    },
    Show(EvidenceId),
    Suggest,
    Cancel,
    Status,
    Quit,
    /// It is none; this says why.
    Wrong(String),
}

impl Order {
    /// Reads a line. A question may begin with an ARM id: only a single word is an order.
    pub(super) fn read(line: &str) -> Self {
        let line = line.trim();
        let Some(rest) = line.strip_prefix('/') else {
            return if line.is_empty() { Self::Nothing } else { Self::Ask(line.to_owned()) };
        };
        let (word, rest) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        if word.contains('/') {
            return Self::Ask(line.to_owned());
        }
        Self::of(word, rest.trim())
    }

    fn of(word: &str, rest: &str) -> Self {
        let needed = |make: fn(String) -> Self| match rest.is_empty() {
            true => Self::wrong(word),
            false => make(rest.to_owned()),
        };
        match word {
            "help" | "h" | "?" => Self::Help,
            "new" => Self::New { title: Some(rest.to_owned()).filter(|title| !title.is_empty()) },
            "threads" if rest.is_empty() => Self::Threads { archived: false },
            "threads" if rest == "archived" => Self::Threads { archived: true },
            "open" => needed(Self::Open),
            "rename" => needed(Self::Rename),
            "archive" => Self::Archive,
            "scope" if rest.is_empty() => Self::ShowScope,
            "scope" if rest == "all" => Self::SetScope(Vec::new()),
            "scope" => Self::SetScope(rest.split_whitespace().map(str::to_owned).collect()),
            "evidence" | "e" => Self::evidence(rest),
            "show" => cited(rest).map_or_else(|| Self::wrong(word), Self::Show),
            "suggest" => Self::Suggest,
            "cancel" => Self::Cancel,
            "status" => Self::Status,
            "quit" | "exit" | "q" => Self::Quit,
            _ => Self::wrong(word),
        }
    }

    fn evidence(rest: &str) -> Self {
        let mut parts = rest.split_whitespace();
        let id = parts.next().and_then(cited);
        let from = parts.next().map_or(Ok(1), str::parse::<usize>);
        match (id, from, parts.next()) {
            (Some(id), Ok(from), None) => Self::Evidence { id, from: from.max(1) },
            _ => Self::wrong("evidence"),
        }
    }

    fn wrong(word: &str) -> Self {
        Self::Wrong(match WORDS.iter().find(|(known, _, _)| *known == word) {
            Some((known, takes, does)) => format!("use /{known} {takes}: {does}"),
            None => format!("there is no /{word}: /help lists what there is"),
        })
    }
}

/// The evidence of a citation, with or without its brackets.
fn cited(text: &str) -> Option<EvidenceId> {
    text.trim_matches(['[', ']']).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_questions_unless_one_word_says_otherwise() {
        let e3 = EvidenceId::from_number(3);
        for (line, order) in [
            ("  why? ", Order::Ask("why?".into())),
            ("", Order::Nothing),
            ("/subscriptions/a what is it", Order::Ask("/subscriptions/a what is it".into())),
            ("/new", Order::New { title: None }),
            ("/new  Night shift", Order::New { title: Some("Night shift".into()) }),
            ("/open 2", Order::Open("2".into())),
            ("/evidence [e3]", Order::Evidence { id: e3, from: 1 }),
            ("/e e3 51", Order::Evidence { id: e3, from: 51 }),
            ("/show e3", Order::Show(e3)),
            ("/scope all", Order::SetScope(Vec::new())),
            ("/quit", Order::Quit),
        ] {
            assert_eq!(Order::read(line), order, "{line}");
        }
        for line in ["/open", "/rename", "/evidence", "/evidence 7", "/evidence e1 x", "/nothing"] {
            assert!(matches!(Order::read(line), Order::Wrong(_)), "{line}");
        }
    }
}
