//! Which pages a run gets, and what an operator may change.

use super::*;
use crate::tools::{Registry, own};

fn situation(question: &str, pillars: &[Pillar]) -> Situation {
    Situation {
        now: "2026-11-20T08:00:00Z".parse().unwrap(),
        time_zone: "Europe/Berlin".to_owned(),
        scope: Vec::new(),
        estate: "Northlight".to_owned(),
        question: question.to_owned(),
        pillars: pillars.to_vec(),
    }
}

/// The headings of what a run is told.
fn headings(question: &str, pillars: &[Pillar]) -> Vec<String> {
    let told = Instructions::embedded().for_run(&situation(question, pillars));
    told.lines().filter(|line| line.starts_with('#')).map(str::to_owned).collect()
}

#[test]
fn a_run_gets_the_pages_that_its_question_and_thread_call_for() {
    let own =
        ["# You are opscopilot", "## How you work", "## How you answer", "## What you must not do"];
    let wanted = |pages: &[&str]| -> Vec<String> {
        own.iter().chain(pages).chain(&["## This run"]).map(|line| (*line).to_owned()).collect()
    };
    assert_eq!(headings("hello", &[]), wanted(&[]));
    assert_eq!(headings("What do we spend on idle disks?", &[]), wanted(&["## Optimization"]));
    assert_eq!(headings("Is our Backup fine?", &[]), wanted(&["## Resiliency"]));
    assert_eq!(headings("And in production?", &[Pillar::Security]), wanted(&["## Security"]));
    assert_eq!(
        headings("Why is vm-web-01 down?", &[Pillar::Observability]),
        wanted(&["## From symptom to cause", "## Observability"])
    );
}

#[test]
fn no_run_is_told_more_than_the_cap() {
    let all: Vec<Pillar> = page::EMBEDDED.iter().map(|(pillar, _)| *pillar).collect();
    let question: Vec<&str> = page::EMBEDDED.iter().map(|(_, text)| *text).collect();
    let told = Instructions::embedded().for_run(&situation(&question.join(" "), &all));
    assert!(told.len() <= MAX_PAGES_BYTES + 1024, "{} bytes", told.len());
    assert!(told.matches("\n## ").count() <= 4 + MAX_PAGES, "more pages than {MAX_PAGES}");
}

#[test]
fn the_pages_speak_only_of_tools_that_exist() {
    let registry = Registry::built_in().unwrap();
    let mut known: Vec<String> = registry.specs().map(|spec| spec.name.clone()).collect();
    known.extend(own::specs().into_iter().map(|spec| spec.name));
    let pages = page::EMBEDDED.iter().map(|(_, text)| *text).chain([page::SYSTEM]);
    for (page, name) in
        pages.flat_map(|page| page.split('`').skip(1).step_by(2).map(move |name| (page, name)))
    {
        let is_tool =
            name.contains('_') && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        assert!(!is_tool || known.iter().any(|known| known == name), "`{name}` in {page}");
    }
}

#[test]
fn the_words_of_the_pages_are_what_a_run_is_told() {
    for (question, pillars) in [
        ("Why is vm-web-01 down?", vec![Pillar::Observability]),
        ("How do we improve our secure score?", vec![Pillar::Security]),
        ("Which disks are unattached, and are they in a backup policy?", vec![]),
    ] {
        let told = Instructions::embedded().for_run(&situation(question, &pillars));
        insta::assert_snapshot!(&*told);
    }
}

#[test]
fn an_operator_may_replace_a_page_and_add_to_one() {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
    write("security.md", "## Our security\n\nPage the SOC first.\n");
    write("system.add.md", "Name the owner tag of every resource.");
    write("optimization.add.md", "---\nwords: chargeback\n---\nCosts are by costCenter.");
    write("notes.txt", "not read");
    let own = Instructions::with_dir(dir.path()).unwrap();
    let told = own.for_run(&situation("Our security score and chargeback?", &[]));
    assert!(told.starts_with("# You are opscopilot"));
    for text in ["Name the owner tag", "## Our security", "Page the SOC", "Costs are by costCenter"]
    {
        assert!(told.contains(text), "{text}");
    }
    assert!(!told.contains("## Security"));
}

#[test]
fn what_is_wrong_with_a_file_is_told_with_its_name() {
    let error = |name: &str, text: &[u8]| {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join(name), text).unwrap();
        Instructions::with_dir(dir.path()).unwrap_err().to_string()
    };
    assert!(
        error("securty.md", b"x")
            .contains("securty.md is no page of instructions: the pages are system, across")
    );
    assert!(error("security.md", b" \n").contains("security.md is empty"));
    assert!(error("system.md", &[b'x'; 5_000]).contains("system.md has 5000 bytes, where 4096"));
    assert!(error("scope.md", b"\xff").contains("scope.md cannot be read"));
    let error = Instructions::with_dir(Path::new("/nowhere/prompts")).unwrap_err().to_string();
    assert!(error.contains("/nowhere/prompts"), "{error}");
}
