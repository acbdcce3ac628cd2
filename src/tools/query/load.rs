//! Reading query files: every mistake named with its file, and its line and column where there
//! is one.

use std::{fs, path::Path};

use thiserror::Error;

use super::{
    QueryTool,
    file::{self, Query},
    front_matter::{FrontMatter, Parameter, ParameterKind, Source},
    sentence,
};
use crate::{
    azure::kql_text::placeholders,
    protocol::Pillar,
    tools::{
        Registry,
        registry::is_name,
        scope::{code_of, refused},
        tool::AnyTool as _,
    },
};

const PILLARS: [Pillar; 7] = [
    Pillar::Scope,
    Pillar::Observability,
    Pillar::Security,
    Pillar::Configuration,
    Pillar::Resiliency,
    Pillar::Optimization,
    Pillar::Across,
];
const MAX_FILE_BYTES: u64 = 64 * 1024;

/// Why a query file cannot be used.
#[derive(Debug, Error)]
pub enum LoadError {
    /// It cannot be read.
    #[error("{path}: cannot be read")]
    Io {
        /// The file or folder.
        path: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// Its front matter is no front matter.
    #[error("{path}:{line}:{column}: {problem}")]
    FrontMatter {
        /// The file.
        path: String,
        /// The line, from 1.
        line: u64,
        /// The column, from 1.
        column: u64,
        /// What is wrong.
        problem: String,
    },
    /// It reads, but breaks a rule.
    #[error("{path}: {problem}")]
    Rule {
        /// The file.
        path: String,
        /// The rule.
        problem: String,
    },
}

/// Reads the query tools below a folder: `<dir>/<pillar>/<name>.kql`. Other files are ignored.
///
/// # Errors
/// [`LoadError`] of the first file that cannot be used, in the order of their names.
pub fn load_dir(dir: &Path) -> Result<Vec<QueryTool>, LoadError> {
    let mut tools = Vec::new();
    for folder in sorted(dir)? {
        if !folder.is_dir() {
            continue;
        }
        for file in sorted(&folder)? {
            if file.extension().is_some_and(|extension| extension == "kql") {
                let shown = file.strip_prefix(dir).unwrap_or(&file).display().to_string();
                tools.push(parse(&shown, &read(&file, &shown)?)?);
            }
        }
    }
    Ok(tools)
}

/// Checks a file, or all query files below a folder: the name of each, or what is wrong with it. A
/// name that a built-in tool has is wrong too.
#[must_use]
pub fn check(path: &Path) -> Vec<Result<String, LoadError>> {
    let mut files = Vec::new();
    if let Err(error) = gather(path, &mut files) {
        return vec![Err(error)];
    }
    if files.is_empty() {
        let problem = "there is no query file `<pillar>/<name>.kql` here".to_owned();
        return vec![Err(LoadError::Rule { path: path.display().to_string(), problem })];
    }
    let one = |file: &std::path::PathBuf| {
        let shown = file.display().to_string();
        let tool = parse(&shown, &read(file, &shown)?)?;
        let other =
            |all: Registry| all.spec(&tool.name).is_some_and(|built_in| *built_in != tool.spec());
        if Registry::built_in().is_ok_and(other) {
            let problem = format!("there is a built-in tool named `{}`", tool.name);
            return Err(LoadError::Rule { path: shown, problem });
        }
        Ok(format!("{shown}: {}", tool.name))
    };
    files.iter().map(one).collect()
}

/// The query files at a path, a folder or two deep.
fn gather(path: &Path, files: &mut Vec<std::path::PathBuf>) -> Result<(), LoadError> {
    if !path.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    for entry in sorted(path)? {
        if entry.is_dir() {
            gather(&entry, files)?;
        } else if entry.extension().is_some_and(|extension| extension == "kql") {
            files.push(entry);
        }
    }
    Ok(())
}

/// Reads one file; `path` ends in `<pillar>/<name>.kql`.
///
/// # Errors
/// [`LoadError`].
pub fn parse(path: &str, text: &str) -> Result<QueryTool, LoadError> {
    let rule = |problem: String| LoadError::Rule { path: path.to_owned(), problem };
    let (name, pillar) = place(path).map_err(rule)?;
    let text = text.replace("\r\n", "\n");
    let (head, query) = split(path, &text)?;
    let head: FrontMatter = serde_saphyr::from_str(head).map_err(|error| {
        let at = error.location();
        // The front matter begins on the second line of the file.
        let (line, column) = at.map_or((1, 1), |at| (at.line() + 1, at.column()));
        let problem = error.without_snippet().to_string();
        LoadError::FrontMatter { path: path.to_owned(), line, column, problem }
    })?;
    if let Some(word) = refused(query) {
        let (line, column) = place_of_word(&text, query, &word);
        let problem = format!("`{word}` is refused: a query may only read its own tables");
        return Err(LoadError::FrontMatter { path: path.to_owned(), line, column, problem });
    }
    check_rules(&head, query).map_err(rule)?;
    Ok(QueryTool { name, pillar, head, query: Query::of(query) })
}

fn sorted(dir: &Path) -> Result<Vec<std::path::PathBuf>, LoadError> {
    let io = |source| LoadError::Io { path: dir.display().to_string(), source };
    let entries = fs::read_dir(dir).map_err(io)?;
    let mut paths =
        entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, _>>().map_err(io)?;
    paths.sort();
    Ok(paths)
}

fn read(file: &Path, shown: &str) -> Result<String, LoadError> {
    let io = |source| LoadError::Io { path: shown.to_owned(), source };
    if fs::metadata(file).map_err(io)?.len() > MAX_FILE_BYTES {
        let problem = format!("a query file has at most {MAX_FILE_BYTES} bytes");
        return Err(LoadError::Rule { path: shown.to_owned(), problem });
    }
    fs::read_to_string(file).map_err(io)
}

fn place(path: &str) -> Result<(String, Pillar), String> {
    let path = Path::new(path);
    let name = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    if !is_name(name) {
        return Err(format!("`{name}` is no name for a tool: use 3 to 41 of a-z, 0-9 and _"));
    }
    let folder = path.parent().and_then(Path::file_name).and_then(|folder| folder.to_str());
    let pillar = PILLARS.into_iter().find(|pillar| Some(pillar.as_str()) == folder);
    let pillar = pillar.ok_or_else(|| {
        let names: Vec<&str> = PILLARS.iter().map(|pillar| pillar.as_str()).collect();
        format!("a query file stands in a folder named {}", names.join(", "))
    })?;
    Ok((name.to_owned(), pillar))
}

fn split<'a>(path: &str, text: &'a str) -> Result<(&'a str, &'a str), LoadError> {
    let missing = |line, problem: &str| LoadError::FrontMatter {
        path: path.to_owned(),
        line,
        column: 1,
        problem: problem.to_owned(),
    };
    let body = text.strip_prefix("---\n");
    let body = body.ok_or_else(|| missing(1, "the file must begin with a line `---`"))?;
    let end = body.find("\n---\n").ok_or_else(|| {
        missing(text.lines().count() as u64, "the front matter must end with a line `---`")
    })?;
    let (head, query) = body.split_at(end);
    Ok((head, query.trim_start_matches("\n---\n").trim()))
}

fn check_rules(head: &FrontMatter, query: &str) -> Result<(), String> {
    if head.asks.is_empty() || head.columns.is_empty() || head.actions.is_empty() {
        return Err("`asks`, `columns` and `actions` need at least one entry each".to_owned());
    }
    if query.is_empty() {
        return Err("there is no query below the front matter".to_owned());
    }
    sentence::check(head)?;
    let used = placeholders(query).map_err(|error| error.to_string())?;
    for parameter in &head.parameters {
        check_parameter(parameter)?;
        let bound =
            !matches!(parameter.kind, ParameterKind::Subscription | ParameterKind::TimeRange);
        if parameter.kind == ParameterKind::TimeRange && head.source != Source::LogAnalytics {
            let name = &parameter.name;
            return Err(format!("`{name}` is a timeRange, which only logs can be asked for"));
        }
        if bound != used.contains(&parameter.name.as_str()) {
            let (name, not) = (&parameter.name, if bound { "not " } else { "" });
            return Err(format!("`{{{{{name}}}}}` is {not}used in the query"));
        }
    }
    let known = |name: &&&str| {
        **name != file::SCOPE && !head.parameters.iter().any(|parameter| parameter.name == **name)
    };
    match used.iter().find(known) {
        Some(name) => Err(format!("the query uses `{{{{{name}}}}}`, which is no parameter")),
        None => Ok(()),
    }
}

/// The line and column of a word of the query, as the file counts them.
fn place_of_word(text: &str, query: &str, word: &str) -> (u64, u64) {
    let before = text.rfind(query).and_then(|at| text.get(..at)).unwrap_or_default();
    let first = before.matches('\n').count() as u64 + 1;
    let word = word.to_lowercase();
    let found = query.lines().zip(0_u64..).find_map(|(line, at)| {
        let column = code_of(line).to_lowercase().find(&word)?;
        Some((first + at, column as u64 + 1))
    });
    found.unwrap_or((first, 1))
}

fn check_parameter(parameter: &Parameter) -> Result<(), String> {
    let name = &parameter.name;
    if parameter.many && parameter.kind != ParameterKind::Enum {
        return Err(format!("`{name}` has `many`, which only an enum can have"));
    }
    let optional = !parameter.required && parameter.default.is_none();
    match parameter.kind {
        ParameterKind::Enum if parameter.values.is_empty() => {
            Err(format!("the enum `{name}` needs `values`"))
        }
        ParameterKind::Int
        | ParameterKind::Datetime
        | ParameterKind::Timespan
        | ParameterKind::TimeRange
        | ParameterKind::Enum
            if optional && !parameter.many =>
        {
            Err(format!("`{name}` needs a `default`, or `required: true`"))
        }
        ParameterKind::Int
        | ParameterKind::Datetime
        | ParameterKind::Timespan
        | ParameterKind::TimeRange
        | ParameterKind::Enum
        | ParameterKind::String
        | ParameterKind::Resource
        | ParameterKind::ResourceId
        | ParameterKind::ResourceType
        | ParameterKind::Subscription => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "title: T\ndescription: D\nasks: [a]\nsource: resourceGraph\n\
        columns: [{key: id, label: Id, type: text}]\nactions: [a/read]\n";

    fn error(head: &str, query: &str) -> String {
        parse("scope/my_tool.kql", &format!("---\n{head}---\n{query}\n")).unwrap_err().to_string()
    }

    #[test]
    fn mistakes_are_named_with_their_place() {
        assert!(parse("scope/my_tool.kql", &format!("---\n{HEAD}---\nresources\n")).is_ok());
        let typo = error(&HEAD.replace("asks: [a]", "ask: [a]"), "resources");
        assert!(typo.starts_with("scope/my_tool.kql:4:"), "{typo}");
        let refused = error(HEAD, "resources // evaluate\n| evaluate x()");
        assert!(refused.starts_with("scope/my_tool.kql:10:3: `evaluate` is refused"), "{refused}");
        assert!(error(HEAD, "resources | where a == {{b}}").contains("no parameter"));
        assert!(error(HEAD, "resources | where a == '{{b}}'").contains("inside a string"));
        assert!(error(HEAD, "").contains("no query"));
        let int = format!("{HEAD}parameters: [{{name: n, type: int, description: d}}]\n");
        assert!(error(&int, "resources | take {{n}}").contains("default"));
        assert!(parse("other/my_tool.kql", "---\n").unwrap_err().to_string().contains("folder"));
        assert!(parse("scope/My.kql", "---\n").unwrap_err().to_string().contains("no name"));
        assert!(
            parse("scope/abc.kql", "x").unwrap_err().to_string().starts_with("scope/abc.kql:1:1")
        );
    }
}
