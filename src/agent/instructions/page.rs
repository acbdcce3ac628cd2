//! A page of prose for the model: the embedded ones, and an operator's files.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::protocol::Pillar;

/// The largest file, in bytes.
const MAX_FILE_BYTES: usize = 4 * 1024;

/// The page of every run.
pub(super) const SYSTEM: &str = include_str!("../../../prompts/system.md");

/// The page of each pillar, in the order in which they are told.
pub(super) const EMBEDDED: &[(Pillar, &str)] = &[
    (Pillar::Across, include_str!("../../../prompts/across.md")),
    (Pillar::Scope, include_str!("../../../prompts/scope.md")),
    (Pillar::Observability, include_str!("../../../prompts/observability.md")),
    (Pillar::Security, include_str!("../../../prompts/security.md")),
    (Pillar::Configuration, include_str!("../../../prompts/configuration.md")),
    (Pillar::Resiliency, include_str!("../../../prompts/resiliency.md")),
    (Pillar::Optimization, include_str!("../../../prompts/optimization.md")),
];

/// Why an operator's instructions cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PromptError {
    /// The directory or a file of it cannot be read.
    #[error("the prompts of {path} cannot be read: {source}", path = path.display())]
    Unreadable {
        /// The directory or file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file is none that takes the place of a page or is added to one.
    #[error(
        "{path} is no page of instructions: the pages are {known}, as <page>.md to take its place \
         or <page>.add.md to add to it",
        path = path.display()
    )]
    UnknownPage {
        /// The file.
        path: PathBuf,
        /// The names of the pages.
        known: String,
    },
    /// A file is not usable.
    #[error("{path} {problem}", path = path.display())]
    Wrong {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
}

/// A page, and the words of a question that call for it.
#[derive(Clone, Debug)]
pub(super) struct Page {
    text: Arc<str>,
    words: HashSet<String>,
}

impl Page {
    /// A page whose first lines may be `---`, `words: one, two` and `---`.
    pub(super) fn of(file: &str) -> Self {
        let (words, text) =
            match file.strip_prefix("---\n").and_then(|rest| rest.split_once("---\n")) {
                Some((head, text)) => (head.trim().trim_start_matches("words:"), text),
                None => ("", file),
            };
        let words = words.split(',').map(|word| word.trim().to_lowercase());
        let words = words.filter(|word| !word.is_empty()).collect();
        Self { text: text.trim().into(), words }
    }

    /// What the model reads.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// How many of the words call for it.
    pub(super) fn speaks_of(&self, asked: &HashSet<String>) -> usize {
        self.words.intersection(asked).count()
    }
}

/// The words of a question, in small letters.
pub(super) fn words_of(question: &str) -> HashSet<String> {
    let words = question.split(|c: char| !c.is_alphanumeric());
    words.filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

/// A file of an operator's directory.
pub(super) struct File {
    /// The page that it is about.
    pub(super) page: String,
    adds: bool,
    path: PathBuf,
    text: String,
}

impl File {
    /// Takes the place of a page or is added to it; a page keeps its words unless others are
    /// given.
    pub(super) fn apply(self, page: &mut Page) -> Result<(), PromptError> {
        let given = Page::of(&self.text);
        if given.text().is_empty() {
            return Err(PromptError::Wrong { path: self.path, problem: "is empty".to_owned() });
        }
        page.text = match self.adds {
            true => format!("{}\n\n{}", page.text(), given.text()).into(),
            false => given.text,
        };
        if self.adds {
            page.words.extend(given.words);
        } else if !given.words.is_empty() {
            page.words = given.words;
        }
        Ok(())
    }
}

/// The files of a directory, those that take a page's place before those that are added.
pub(super) fn files(dir: &Path) -> Result<Vec<File>, PromptError> {
    let unreadable = |path: &Path| {
        let path = path.to_owned();
        |source| PromptError::Unreadable { path, source }
    };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(dir).map_err(unreadable(dir))? {
        let path = entry.map_err(unreadable(dir))?.path();
        if path.extension().is_none_or(|extension| extension != "md") {
            continue;
        }
        let text = std::fs::read_to_string(&path).map_err(unreadable(&path))?;
        files.push(file(path, text)?);
    }
    files.sort_by(|a, b| (a.adds, &a.page).cmp(&(b.adds, &b.page)));
    Ok(files)
}

fn file(path: PathBuf, text: String) -> Result<File, PromptError> {
    let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let (page, adds) = match stem.strip_suffix(".add") {
        Some(page) => (page.to_owned(), true),
        None => (stem.to_owned(), false),
    };
    let known = || std::iter::once("system").chain(EMBEDDED.iter().map(|(one, _)| one.as_str()));
    if !known().any(|known| known == page) {
        return Err(PromptError::UnknownPage {
            path,
            known: known().collect::<Vec<_>>().join(", "),
        });
    }
    if text.len() > MAX_FILE_BYTES {
        let problem = format!(
            "has {} bytes, where {MAX_FILE_BYTES} are read: the model reads it with every question",
            text.len()
        );
        return Err(PromptError::Wrong { path, problem });
    }
    Ok(File { page, adds, path, text })
}
