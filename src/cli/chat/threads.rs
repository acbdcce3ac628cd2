//! Threads: listed, opened, renamed, put away, bound to a scope; and what can be asked.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::session::{Flow, Session};
use crate::{
    cli::{
        client::{ClientError, Happening},
        show::{Align, Detail, Grid, Heading, Style, safe_line},
    },
    protocol::{Command, Frame, Subscribe, ThreadId, ThreadStanding, UpdateThread},
};

/// Threads of a list.
const LISTED: u32 = 20;
/// Events that are shown of a thread that is opened.
const REPLAYED: u32 = 200;
/// Questions that are suggested of each pillar.
const SUGGESTED: usize = 4;

#[derive(Deserialize)]
struct Listed {
    threads: Vec<ThreadStanding>,
    #[serde(default)]
    next: Option<String>,
}

impl Session {
    /// `/threads`.
    pub(super) async fn threads(&mut self, archived: bool) -> Result<(), ClientError> {
        let listed = self.list(archived, LISTED).await?;
        if listed.threads.is_empty() {
            self.shower.note(Style::Dim, "there are none");
            return Ok(());
        }
        let heading = |label: &str, align| Heading { label: label.to_owned(), align };
        let row = |(at, thread): (usize, &ThreadStanding)| {
            let here = if self.thread == Some(thread.thread_id) { "*" } else { "" };
            let title = match thread.title.is_empty() {
                true => "(no title)".to_owned(),
                false => safe_line(&thread.title),
            };
            let zone = jiff::tz::TimeZone::system();
            let touched = thread.updated_at.to_zoned_datetime(zone).strftime("%Y-%m-%d %H:%M");
            let cells = [format!("{}{here}", at + 1), title, touched.to_string()];
            cells.into_iter().map(|cell| (cell, Style::Plain)).collect()
        };
        let grid = Grid {
            headings: vec![
                heading("#", Align::Right),
                heading("Thread", Align::Left),
                heading("Last touched", Align::Left),
            ],
            rows: listed.threads.iter().enumerate().map(row).collect(),
        };
        self.print(&grid);
        if listed.next.is_some() {
            self.shower.note(Style::Dim, &format!("… the last {LISTED}; there are more"));
        }
        self.listed = listed.threads.iter().map(|thread| thread.thread_id).collect();
        Ok(())
    }

    /// Goes on with a thread: shows what it has, and what is at work in it.
    pub(super) async fn open(&mut self, which: &str) -> Result<Flow, ClientError> {
        let thread_id = self.find(which).await?;
        let last = Some(REPLAYED);
        let subscribe = |id| Command::Subscribe(Subscribe { id, thread_id, after: None, last });
        let shower = &mut self.shower;
        self.link.ask(subscribe, |trouble| shower.trouble(trouble)).await?;
        self.thread = Some(thread_id);
        self.title = None;
        self.open_runs.clear();
        self.shower.forget();
        self.shower.tell(Detail::Brief);
        let failed = self.has_failed;
        loop {
            let happening = self.link.next().await;
            let caught_up = matches!(
                &happening,
                Some(Happening::Frame(Frame::CaughtUp { thread_id: of, .. })) if *of == thread_id
            );
            self.take(happening)?;
            if caught_up || self.thread.is_none() {
                break;
            }
        }
        self.has_failed = failed;
        self.shower.tell(Detail::Full);
        self.until_quiet().await
    }

    /// `/rename`.
    pub(super) async fn rename(&mut self, title: String) -> Result<(), ClientError> {
        self.update(|update| update.title = Some(title)).await
    }

    /// `/archive`.
    pub(super) async fn archive(&mut self) -> Result<(), ClientError> {
        self.update(|update| update.archived = Some(true)).await
    }

    /// `/scope` with ids.
    pub(super) async fn set_scope(&mut self, scope: Vec<String>) -> Result<(), ClientError> {
        if self.thread.is_none() {
            self.setting.scope = scope;
            self.shower.note(Style::Dim, "the next thread is bound to it");
            return Ok(());
        }
        self.update(|update| update.scope = Some(scope)).await
    }

    /// `/scope`.
    pub(super) async fn show_scope(&mut self) -> Result<(), ClientError> {
        let scope = match self.thread {
            None => self.setting.scope.clone(),
            Some(thread) => {
                let told = self.rest().await?.json(&format!("/v1/threads/{thread}")).await?;
                serde_json::from_value::<ThreadStanding>(told)?.scope
            }
        };
        if scope.is_empty() {
            self.shower.note(Style::Plain, "everything that is visible");
        }
        for id in scope {
            self.shower.note(Style::Plain, &safe_line(&id));
        }
        Ok(())
    }

    /// `/suggest`: what operators ask of each pillar.
    pub(super) async fn suggest(&mut self) -> Result<(), ClientError> {
        let told = self.rest().await?.json("/v1/tools").await?;
        let tools = told.get("tools").and_then(Value::as_array).cloned().unwrap_or_default();
        let mut pillars: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for tool in &tools {
            let text = |key: &str| tool.get(key).and_then(Value::as_str).map(safe_line);
            let asks = tool.get("asks").and_then(Value::as_array);
            let ask = asks.and_then(|asks| asks.first()?.as_str()).map(safe_line);
            // An example with an ARM id in it is nobody's question.
            let Some(line) = ask.filter(|ask| !ask.contains("/subscriptions/")) else { continue };
            pillars.entry(text("pillar").unwrap_or_default()).or_default().push(line);
        }
        for (pillar, asks) in pillars {
            self.shower.note(Style::Bold, &pillar);
            for ask in asks.iter().take(SUGGESTED) {
                self.shower.note(Style::Plain, &format!("• {ask}"));
            }
        }
        Ok(())
    }

    /// Prints a table.
    pub(super) fn print(&mut self, grid: &Grid) {
        let (columns, ink) = (self.shower.paper.columns(), self.shower.paper.ink());
        for line in grid.lines(columns, ink) {
            self.shower.paper.note(&line);
        }
    }

    async fn update(&mut self, change: impl FnOnce(&mut UpdateThread)) -> Result<(), ClientError> {
        let Some(thread_id) = self.thread else {
            self.shower.note(Style::Warn, "! there is no thread yet: ask something first");
            return Ok(());
        };
        let update = |id| {
            let mut update = UpdateThread {
                id,
                thread_id,
                title: None,
                archived: None,
                scope: None,
                participants: None,
            };
            change(&mut update);
            Command::UpdateThread(update)
        };
        let shower = &mut self.shower;
        self.link.ask(update, |trouble| shower.trouble(trouble)).await?;
        self.shower.note(Style::Dim, "done");
        Ok(())
    }

    async fn list(&self, archived: bool, limit: u32) -> Result<Listed, ClientError> {
        let path = format!("/v1/threads?archived={archived}&limit={limit}");
        Ok(serde_json::from_value(self.rest().await?.json(&path).await?)?)
    }

    async fn find(&self, which: &str) -> Result<ThreadId, ClientError> {
        let nothing = |what: &str| ClientError::Rest {
            what: format!("thread {}", safe_line(which)),
            problem: what.to_owned(),
        };
        if which == "last" {
            let listed = self.list(false, 1).await?;
            let last = listed.threads.first().map(|thread| thread.thread_id);
            return last.ok_or_else(|| nothing("there is no thread yet"));
        }
        if let Ok(number) = which.parse::<usize>() {
            let at = number.checked_sub(1).and_then(|at| self.listed.get(at));
            return at.copied().ok_or_else(|| nothing("/threads lists those there are"));
        }
        which.parse().map_err(|_| nothing("an id is a UUID; /threads lists those there are"))
    }
}
