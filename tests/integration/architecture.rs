//! The arrows of the architecture: they point one way, and each crate has its room.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// Leaves: they import nothing of ours, anyone may import them.
const LEAVES: [&str; 4] = ["clock", "config", "redact", "retry"];

/// What each room may import besides the leaves: everything below it, nothing beside or above.
const BELOW: [(&str, &[&str]); 15] = [
    ("protocol", &[]),
    ("thread", &["protocol"]),
    ("model", &["thread", "protocol"]),
    ("azure", &["thread", "protocol"]),
    ("store", &["thread", "protocol"]),
    ("tools", &["model", "azure", "store", "thread", "protocol"]),
    ("agent", &["tools", "model", "azure", "store", "thread", "protocol"]),
    ("planner", &["tools", "model", "azure", "store", "thread", "protocol"]),
    ("server", &["agent", "planner", "tools", "model", "azure", "store", "thread", "protocol"]),
    (
        "app",
        &[
            "server",
            "agent",
            "planner",
            "tools",
            "model",
            "azure",
            "store",
            "thread",
            "protocol",
            "estate",
            "telemetry",
        ],
    ),
    (
        "cli",
        &[
            "app",
            "server",
            "agent",
            "planner",
            "tools",
            "model",
            "azure",
            "store",
            "thread",
            "protocol",
            "estate",
            "telemetry",
        ],
    ),
    ("main", &["cli"]),
    ("telemetry", &[]),
    ("estate", &[]),
    ("lib", &[]),
];

/// Crates that only these rooms may name.
const ROOMS: [(&str, &[&str]); 15] = [
    ("async_openai", &["src/model/openai"]),
    ("axum", &["src/server", "src/estate"]),
    ("azure_core", &["src/azure"]),
    ("azure_identity", &["src/azure"]),
    ("bm25", &["src/tools/router"]),
    ("clap", &["src/cli", "src/config"]),
    ("metrics_exporter_prometheus", &["src/telemetry"]),
    ("reqwest", &["src/azure", "src/model/openai"]),
    ("rustix", &["src/cli"]),
    ("rustls", &["src/azure", "src/cli/client", "src/model/openai"]),
    ("rustyline", &["src/cli/chat"]),
    ("serde_saphyr", &["src/tools"]),
    ("sqlx", &["src/store"]),
    ("tokio_tungstenite", &["src/cli"]),
    ("tracing_subscriber", &["src/telemetry"]),
];

/// The longest file, in lines.
const MAX_LINES: usize = 400;
/// Names that say nothing.
const BANNED: [&str; 7] = ["utils", "common", "helpers", "types", "manager", "service", "handler"];

#[test]
fn arrows_point_one_way() {
    let mut wrong = Vec::new();
    for file in sources() {
        let room = room_of(&file.path);
        let allowed = below(&room);
        for target in file.imports() {
            let fits = target == room
                || LEAVES.contains(&target.as_str())
                || allowed.contains(&target.as_str());
            if !fits {
                wrong.push(format!("{}: {room} must not import {target}", file.path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_crate_is_named_in_its_room_only() {
    let mut wrong = Vec::new();
    for file in sources() {
        let path = file.path.to_string_lossy().into_owned();
        for (name, rooms) in ROOMS {
            if uses_crate(&file.code, name) && !rooms.iter().any(|room| path.starts_with(room)) {
                wrong.push(format!("{path} names {name}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_are_short_and_say_what_they_own() {
    let mut wrong = Vec::new();
    for file in sources() {
        let path = file.path.display();
        let lines = file.text.lines().count();
        if lines > MAX_LINES {
            wrong.push(format!("{path} has {lines} lines"));
        }
        if !file.text.starts_with("//!") {
            wrong.push(format!("{path} does not say what it owns"));
        }
        let stem = file.path.file_stem().unwrap().to_string_lossy();
        if BANNED.contains(&stem.as_ref()) || stem == "mod" {
            wrong.push(format!("{path} has a name that says nothing"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_room_has_its_place_in_the_order() {
    let known: BTreeSet<&str> = BELOW.iter().map(|(room, _)| *room).chain(LEAVES).collect();
    let found: BTreeSet<String> = sources().iter().map(|file| room_of(&file.path)).collect();
    let found: BTreeSet<&str> = found.iter().map(String::as_str).collect();
    assert_eq!(found, known);
}

/// Whether code names a crate as a crate: as the head of a path, or imported whole. An option or
/// a log target may be called the same.
fn uses_crate(code: &str, name: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(name).any(|(at, _)| {
        let (before, after) = (&code[..at], &code[at + name.len()..]);
        let whole = !before.ends_with(is_word) && !after.starts_with(is_word);
        let heads = after.starts_with("::") && !before.ends_with("::");
        let imported = before.ends_with("use ") || before.ends_with("extern crate ");
        whole && (heads || imported)
    })
}

#[test]
fn a_crate_is_told_from_a_word_that_is_spelled_like_it() {
    for (code, wanted) in [
        ("use sqlx::Row;", true),
        ("let x = sqlx::query(a);", true),
        ("use sqlx;", true),
        ("options.sqlx.is_some()", false),
        ("\"sqlx=off\"", false),
        ("my_sqlx::query(a)", false),
        ("crate::sqlx::query(a)", false),
    ] {
        assert_eq!(uses_crate(code, "sqlx"), wanted, "{code}");
    }
}

struct Source {
    /// From the root of the package.
    path: PathBuf,
    text: String,
    /// The text without comments.
    code: String,
}

impl Source {
    /// The rooms of ours that it names.
    fn imports(&self) -> BTreeSet<String> {
        let after = self.code.split("crate::").skip(1);
        let names = after.flat_map(|rest| {
            let word = |text: &str| -> String {
                text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
            };
            match rest.strip_prefix('{') {
                // `use crate::{a::…, b::…};`: the names at the first level of the braces.
                Some(group) => first_level(group).iter().map(|part| word(part.trim())).collect(),
                None => vec![word(rest)],
            }
        });
        names.filter(|name| !name.is_empty()).collect()
    }
}

fn first_level(group: &str) -> Vec<String> {
    let (mut parts, mut depth) = (vec![String::new()], 0);
    for c in group.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => parts.push(String::new()),
            _ => {}
        }
        if depth == 0 && c != ',' {
            parts.last_mut().unwrap().push(c);
        }
    }
    parts
}

fn below(room: &str) -> &'static [&'static str] {
    BELOW.iter().find(|(name, _)| *name == room).map_or(&[], |(_, below)| below)
}

/// The room of a file: the first name below `src`.
fn room_of(path: &Path) -> String {
    let first = path.components().nth(1).unwrap().as_os_str().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_owned()
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![root.join("src")];
    let mut sources = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                let lines = text.lines().map(|line| match line.trim_start().starts_with("//") {
                    true => "",
                    false => line.split(" // ").next().unwrap_or(line),
                });
                let code = lines.collect::<Vec<_>>().join("\n");
                let path = path.strip_prefix(root).unwrap().to_owned();
                sources.push(Source { path, text, code });
            }
        }
    }
    sources
}
