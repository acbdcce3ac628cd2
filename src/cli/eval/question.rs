//! Questions: how a file of them is written, and what a right answer to each is.
//!
//! A line is one JSON object, a dialogue of one or more turns:
//!
//! ```json
//! {"category": "resiliency",
//!  "truth": {"failed": {"query": "recoveryservicesresources | where … | summarize n = count()"}},
//!  "turns": [{"ask": "Which backup jobs failed?",
//!             "calls": [["list_backup_jobs", {"status": ["Failed"]}]],
//!             "says": ["{failed} backup jobs"], "lacks": ["no backup"]}]}
//! ```
//!
//! `calls` are the calls in the order asked, with the arguments that must be among theirs; an empty
//! list wants no call. Without `calls` only the facts are judged. A `{name}` in `ask`, in an
//! argument, in `says` and in `lacks` is a truth of the dialogue, or a fact that all questions share.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use serde_json::{Map, Value};

use super::EvalError;

/// A dialogue: questions that follow each other in one thread.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Dialogue {
    /// What it is about, for the report.
    pub(super) category: String,
    /// Truths of its own, by name.
    #[serde(default)]
    pub(super) truth: BTreeMap<String, Truth>,
    /// The questions.
    pub(super) turns: Vec<Turn>,
    /// Where it stands.
    #[serde(skip)]
    pub(super) place: String,
}

/// A question, and what its answer must be.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Turn {
    /// What is asked.
    pub(super) ask: String,
    /// The calls, each a tool and arguments.
    #[serde(default)]
    pub(super) calls: Option<Vec<(String, Map<String, Value>)>>,
    /// Texts that the answer must have.
    #[serde(default)]
    pub(super) says: Vec<String>,
    /// Texts that it must not have.
    #[serde(default)]
    pub(super) lacks: Vec<String>,
}

/// An expression over the estate: one of `query`, `get`, `list` and `post`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Truth {
    /// A query of Resource Graph; its value is the first column of the first row.
    #[serde(default)]
    pub(super) query: Option<String>,
    /// A path with its api-version.
    #[serde(default)]
    pub(super) get: Option<String>,
    /// A path of a list with its api-version: all its pages. `{subscription}` in it reads the list
    /// of each subscription.
    #[serde(default)]
    pub(super) list: Option<String>,
    /// A path with its api-version, and a body that is posted to it.
    #[serde(default)]
    pub(super) post: Option<(String, Value)>,
    /// Rows of a list that count: a JSON pointer, and the value that is there.
    #[serde(default, rename = "where")]
    pub(super) filter: BTreeMap<String, Value>,
    /// What is read of the answer, or of the first row: a JSON pointer. Of rows without one, how
    /// many there are.
    #[serde(default)]
    pub(super) value: Option<String>,
    /// Numbers at this pointer of all rows, summed.
    #[serde(default)]
    pub(super) sum: Option<String>,
    /// How it is told: `count` (`no` for 0), `percent` of a share, `text` as it is.
    #[serde(default, rename = "as")]
    pub(super) told: Told,
}

/// How a truth is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Told {
    /// As it is; a number without needless decimals.
    #[default]
    Text,
    /// A number of things, `no` for none.
    Count,
    /// A share from 0 to 1, in percent with a decimal where it has one.
    Percent,
}

/// The dialogues of a file, or of all `.jsonl` files of a directory, by name.
///
/// # Errors
/// [`EvalError::Questions`] when there are none, [`EvalError::Line`] for a line that is no dialogue.
pub(super) fn read(at: &Path) -> Result<Vec<Dialogue>, EvalError> {
    let unreadable = |problem: String| EvalError::Questions { path: at.to_owned(), problem };
    let mut files: Vec<PathBuf> = match std::fs::metadata(at) {
        Ok(found) if found.is_dir() => std::fs::read_dir(at)
            .map_err(|error| unreadable(error.to_string()))?
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.extension().is_some_and(|end| end == "jsonl"))
            .collect(),
        Ok(_) => vec![at.to_owned()],
        Err(error) => return Err(unreadable(error.to_string())),
    };
    files.sort();
    let mut all = Vec::new();
    for file in &files {
        let text = std::fs::read_to_string(file).map_err(|error| EvalError::Questions {
            path: file.clone(),
            problem: error.to_string(),
        })?;
        all.extend(parse(file, &text)?);
    }
    if all.is_empty() {
        return Err(unreadable("there is no question in it".to_owned()));
    }
    Ok(all)
}

fn parse(file: &Path, text: &str) -> Result<Vec<Dialogue>, EvalError> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let dialogues = lines.map(|(at, line)| {
        let line_error =
            |problem: String| EvalError::Line { path: file.to_owned(), line: at + 1, problem };
        let mut dialogue: Dialogue =
            serde_json::from_str(line).map_err(|error| line_error(error.to_string()))?;
        if dialogue.turns.is_empty() {
            return Err(line_error("it asks nothing: `turns` is empty".to_owned()));
        }
        dialogue.place = format!("{}:{}", file.display(), at + 1);
        Ok(dialogue)
    });
    dialogues.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_is_no_dialogue_is_named_with_its_number() {
        let path = Path::new("a.jsonl");
        let good = r#"{"category": "a", "turns": [{"ask": "b", "calls": [["c", {}]]}]}"#;
        assert_eq!(parse(path, &format!("\n{good}\n")).unwrap().len(), 1);
        let text = format!("{good}\n{{\"category\": 1}}");
        let error = parse(path, &text).unwrap_err().to_string();
        assert!(error.starts_with("a.jsonl:2: "), "{error}");
        let error = parse(path, r#"{"category": "a", "turns": []}"#).unwrap_err().to_string();
        assert!(error.contains("asks nothing"), "{error}");
    }
}
