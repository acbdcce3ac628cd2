//! Every tool has a place in the portal's menus, and `ARCHITECTURE.md` shows the menus as they are:
//! item, tools, and the REST operations that the sample estate's ledger saw each tool send.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::Path,
};

use opscopilot::{
    estate::LedgerEntry,
    protocol::Pillar,
    tools::{
        Registry,
        menu::{Item, MENU},
    },
};

use crate::tool_costs::requests;

/// Tools that the menus name and that are not there yet.
const LATER: &[&str] = &[];

const PILLARS: [Pillar; 7] = [
    Pillar::Scope,
    Pillar::Observability,
    Pillar::Security,
    Pillar::Configuration,
    Pillar::Resiliency,
    Pillar::Optimization,
    Pillar::Across,
];

const BEGIN: &str = "<!-- menus: written by `make generate` -->\n";
const END: &str = "<!-- /menus -->\n";

/// Segments that are words of an operation although a name could stand there.
const WORDS: [&str; 4] = ["default", "latest", "management", "current"];

#[test]
fn every_tool_has_a_place_in_a_menu_and_every_named_tool_is_there() {
    let registry = Registry::built_in().unwrap();
    let there: BTreeSet<&str> = registry.specs().map(|spec| spec.name.as_str()).collect();
    let named: BTreeSet<&str> = MENU.iter().flat_map(|item| item.tools).copied().collect();
    let later: BTreeSet<&str> = LATER.iter().copied().collect();
    let placeless: Vec<_> = there.difference(&named).collect();
    assert!(placeless.is_empty(), "give these a place in src/tools/menu.rs: {placeless:?}");
    let missing: Vec<_> =
        named.iter().filter(|n| !there.contains(*n) && !later.contains(*n)).collect();
    assert!(missing.is_empty(), "src/tools/menu.rs names no tools: {missing:?}");
    let come: Vec<_> = later.intersection(&there).collect();
    assert!(come.is_empty(), "these are there now, take them out of LATER: {come:?}");
}

#[test]
fn a_pillar_page_stands_together_and_no_item_twice() {
    let mut pillars: Vec<Pillar> = MENU.iter().map(|item| item.pillar).collect();
    pillars.dedup();
    assert_eq!(pillars, PILLARS);
    let items: BTreeSet<_> = MENU.iter().map(|item| (item.pillar, item.name)).collect();
    assert_eq!(items.len(), MENU.len());
}

#[tokio::test]
async fn the_page_shows_the_menus_with_the_operations_that_tools_send() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("ARCHITECTURE.md");
    let page = fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once(BEGIN).unwrap();
    let (found, after) = rest.split_once(END).unwrap();
    let sent = requests(1).await.unwrap();
    let sent = sent.iter().map(|(tool, own)| (*tool, operations(own))).collect();
    let wanted = section(&sent);
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, format!("{before}{BEGIN}{wanted}{END}{after}")).unwrap();
    } else {
        assert!(found == wanted, "the menus in ARCHITECTURE.md differ: run `make generate`");
    }
}

#[test]
fn a_path_is_told_without_its_names() {
    let s = "/subscriptions/00000000-0000-0000-0000-000000000001";
    for (path, told) in [
        (s.to_owned(), "{S}"),
        (format!("{s}/resourcegroups"), "{S}/resourcegroups"),
        (format!("{s}/resourceGroups/rg-a"), "{G}"),
        (
            format!("{s}/providers/Microsoft.Security/secureScores/ascScore"),
            "{S}/providers/Microsoft.Security/secureScores/{name}",
        ),
        (
            format!("{s}/resourceGroups/rg-a/providers/Microsoft.Compute/virtualMachines/vm-a"),
            "{G}/providers/Microsoft.Compute/virtualMachines/{name}",
        ),
        (
            format!("{s}/resourceGroups/a/providers/A.B/c/d/providers/Microsoft.Insights/metrics"),
            "{R}/providers/Microsoft.Insights/metrics",
        ),
        (
            "/providers/Microsoft.Management/managementGroups/a/providers/A.B/query".to_owned(),
            "{M}/providers/A.B/query",
        ),
        (
            "//providers/Microsoft.Management/managementGroups/a/descendants".to_owned(),
            "/providers/Microsoft.Management/managementGroups/{name}/descendants",
        ),
    ] {
        assert_eq!(normal(&path), told);
    }
}

/// The tables, a heading a pillar.
fn section(sent: &BTreeMap<&str, Vec<String>>) -> String {
    let mut text = String::new();
    for pillar in PILLARS {
        let name = pillar.as_str();
        let (first, rest) = name.split_at(1);
        let _ = write!(text, "\n### {}{rest}\n\n", first.to_uppercase());
        text.push_str("| Menu item | Tool | REST operations |\n|---|---|---|\n");
        for item in MENU.iter().filter(|item| item.pillar == pillar) {
            rows(item, sent, &mut text);
        }
    }
    text.push('\n');
    text
}

fn rows(item: &Item, sent: &BTreeMap<&str, Vec<String>>, text: &mut String) {
    let mut name = item.name;
    for tool in item.tools {
        if let Some(operations) = sent.get(tool) {
            let _ = writeln!(text, "| {name} | `{tool}` | {} |", operations.join("<br>"));
            name = "";
        }
    }
    if !name.is_empty() {
        let _ = writeln!(text, "| {name} | not there yet | |");
    }
}

/// The operations of a tool, without those that every tool sends, unless it sends no others.
fn operations(own: &[LedgerEntry]) -> Vec<String> {
    let mut common = BTreeSet::new();
    let mut others = BTreeSet::new();
    let mut tables: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for entry in own {
        let path = normal(&entry.path);
        let is_common = path == "/subscriptions" || path.ends_with("/permissions");
        let engine = if entry.path.starts_with("/v1/") { "Logs" } else { "Graph" };
        if entry.tables.is_empty() {
            let told = format!("`{} {path}`", entry.method);
            if is_common {
                common.insert(told)
            } else {
                others.insert(told)
            };
        } else {
            tables.entry(engine).or_default().extend(entry.tables.iter().map(String::as_str));
        }
    }
    let listed = |(engine, names): (&str, BTreeSet<&str>)| {
        format!("*{engine}*: {}", names.into_iter().collect::<Vec<_>>().join(", "))
    };
    let mut told: Vec<String> = tables.into_iter().map(listed).collect();
    told.extend(others);
    if told.is_empty() { common.into_iter().collect() } else { told }
}

/// A path with `{S}`, `{G}`, `{R}` and `{M}` for a subscription, a resource group, a resource and a
/// management group, and `{name}` for the other names.
fn normal(path: &str) -> String {
    let words: Vec<&str> = path.split('/').filter(|word| !word.is_empty()).collect();
    let is =
        |at: usize, word: &str| words.get(at).is_some_and(|own| own.eq_ignore_ascii_case(word));
    let (start, mut told) = match words.len() {
        4.. if is(0, "subscriptions") && is(2, "resourceGroups") => (4, "{G}".to_owned()),
        2.. if is(0, "subscriptions") => (2, "{S}".to_owned()),
        _ => (0, String::new()),
    };
    let rest = words.get(start..).unwrap_or_default();
    let provider = rest.iter().rposition(|word| word.eq_ignore_ascii_case("providers"));
    let Some(provider) = provider else {
        for word in rest {
            let is_id = word.len() == 36 && word.contains('-');
            let _ = write!(told, "/{}", if is_id { "{id}" } else { word });
        }
        return told;
    };
    if provider > 0 {
        told = if start == 0 { "{M}" } else { "{R}" }.to_owned();
    }
    for (at, word) in rest.iter().skip(provider).enumerate() {
        let is_name = at >= 3 && at % 2 == 1 && !WORDS.contains(word);
        let _ = write!(told, "/{}", if is_name { "{name}" } else { word });
    }
    told
}
