//! Lines: typed in a terminal with history and editing, or piped.
//!
//! A thread of its own reads them, one when asked for one, so that the conversation goes on
//! meanwhile. The terminal is left as it was found.

use std::{
    io::{self, BufRead, Write as _},
    path::{Path, PathBuf},
    sync::mpsc,
    thread,
};

use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};
use rustyline::{
    Config, DefaultEditor, ExternalPrinter, config::Configurer as _, error::ReadlineError,
};

use super::super::{Failure, place::private_dir, show::Above};

/// Lines that the history keeps.
const KEPT_LINES: usize = 1_000;
/// Texts that may wait to be shown above the prompt.
const WAITING_TEXTS: usize = 1_024;
/// The longest piped line that is read whole; the server takes less.
const MAX_LINE_BYTES: u64 = 1024 * 1024;

/// What came instead of a line, or the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Line {
    Text(String),
    /// Ctrl-C at the prompt.
    Interrupted,
    /// Ctrl-D, or the end of the pipe.
    End,
}

/// Where lines come from.
pub(super) struct Input {
    wanted: mpsc::Sender<String>,
    lines: tokio::sync::mpsc::UnboundedReceiver<Line>,
    printer: Option<mpsc::SyncSender<String>>,
    /// The terminal as it was; set again when this is dropped.
    _found: Option<Found>,
}

struct Found(Termios);

impl Drop for Found {
    fn drop(&mut self) {
        // A terminal that is gone needs nothing.
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, &self.0);
    }
}

impl Input {
    /// Lines that people type.
    ///
    /// # Errors
    /// When the terminal cannot be used.
    pub(super) fn typed(history: Option<PathBuf>) -> Result<Self, Failure> {
        let found = tcgetattr(io::stdin()).ok().map(Found);
        let config = Config::builder().auto_add_history(false).bracketed_paste(true).build();
        let mut editor = DefaultEditor::with_config(config)?;
        editor.set_max_history_size(KEPT_LINES)?;
        editor.set_history_ignore_space(true);
        let history = history.and_then(|path| load(&mut editor, path));
        let printer = editor.create_external_printer().ok().map(print_aside);
        let (wanted, prompts) = mpsc::channel::<String>();
        let (sender, lines) = tokio::sync::mpsc::unbounded_channel();
        thread::spawn(move || {
            while let Ok(prompt) = prompts.recv() {
                let line = read_typed(&mut editor, &prompt, history.as_deref());
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        Ok(Self { wanted, lines, printer, _found: found })
    }

    /// Lines of standard input.
    pub(super) fn piped() -> Self {
        let (wanted, prompts) = mpsc::channel::<String>();
        let (sender, lines) = tokio::sync::mpsc::unbounded_channel();
        thread::spawn(move || {
            while prompts.recv().is_ok() {
                if sender.send(read_piped()).is_err() {
                    break;
                }
            }
        });
        Self { wanted, lines, printer: None, _found: None }
    }

    /// Whether people type them.
    pub(super) fn is_typed(&self) -> bool {
        self.printer.is_some() || self._found.is_some()
    }

    /// Asks for one more line.
    pub(super) fn want(&self, prompt: &str) {
        // A reader that is gone says so by the end of its lines.
        let _ = self.wanted.send(prompt.to_owned());
    }

    /// The line that was asked for. A caller may stop waiting at any time.
    pub(super) async fn next(&mut self) -> Line {
        self.lines.recv().await.unwrap_or(Line::End)
    }

    /// Prints above the prompt while somebody types.
    pub(super) fn above(&self) -> Option<Above> {
        let printer = self.printer.clone()?;
        // What cannot be shown above the prompt is shown by the next replay.
        Some(Box::new(move |text| drop(printer.try_send(text))))
    }
}

/// A printer in a thread of its own. The editor takes what is printed only while it reads a line:
/// between two lines a print waits for the next, and whoever waits with it never asks for one.
fn print_aside(mut printer: impl ExternalPrinter + Send + 'static) -> mpsc::SyncSender<String> {
    let (sender, texts) = mpsc::sync_channel::<String>(WAITING_TEXTS);
    thread::spawn(move || {
        while let Ok(text) = texts.recv() {
            if printer.print(text).is_err() {
                break;
            }
        }
    });
    sender
}

fn read_typed(editor: &mut DefaultEditor, prompt: &str, history: Option<&Path>) -> Line {
    match editor.readline(prompt) {
        Ok(line) => {
            let added = !line.trim().is_empty() && editor.add_history_entry(&line).unwrap_or(false);
            if let Some(path) = history.filter(|_| added)
                && let Err(error) = editor.append_history(path)
            {
                tracing::debug!(%error, "the history was not written");
            }
            Line::Text(line)
        }
        Err(ReadlineError::Interrupted) => Line::Interrupted,
        Err(ReadlineError::Eof) => Line::End,
        Err(error) => {
            tracing::warn!(%error, "the terminal cannot be read");
            Line::End
        }
    }
}

fn read_piped() -> Line {
    let mut bytes = Vec::new();
    let mut stdin = io::Read::take(io::stdin().lock(), MAX_LINE_BYTES);
    match stdin.read_until(b'\n', &mut bytes) {
        Ok(1..) => Line::Text(String::from_utf8_lossy(&bytes).into_owned()),
        Ok(0) => Line::End,
        Err(error) => {
            tracing::warn!(%error, "standard input cannot be read");
            Line::End
        }
    }
}

/// Reads the history, for its owner alone; without one, nothing is remembered.
fn load(editor: &mut DefaultEditor, path: PathBuf) -> Option<PathBuf> {
    private_dir(path.parent()?).ok()?;
    let mut options = std::fs::OpenOptions::new();
    options.append(true).create(true);
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(&path).and_then(|mut file| file.flush()).ok()?;
    // One that does not read is begun anew.
    let _ = editor.load_history(&path);
    Some(path)
}
