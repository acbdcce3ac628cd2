//! In a terminal: a pseudo terminal stands in for one.

use std::{
    fs::{File, OpenOptions},
    io::{Read as _, Write as _},
    os::fd::OwnedFd,
    sync::mpsc,
};

use rustix::{
    pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt},
    termios::{LocalModes, Winsize, tcgetattr, tcsetwinsize},
};

use super::*;
use crate::chat::PATIENCE;

/// A terminal of 60 columns with a process in it.
struct Terminal {
    keys: File,
    screen: mpsc::Receiver<Vec<u8>>,
    seen: String,
    child: Child,
    line: File,
}

impl Terminal {
    fn start(mut command: Command) -> Self {
        let master: OwnedFd = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&master).unwrap();
        unlockpt(&master).unwrap();
        let size = Winsize { ws_row: 40, ws_col: 60, ws_xpixel: 0, ws_ypixel: 0 };
        tcsetwinsize(&master, size).unwrap();
        let path = ptsname(&master, Vec::new()).unwrap().into_string().unwrap();
        let line = OpenOptions::new().read(true).write(true).open(path).unwrap();
        let end = || Stdio::from(line.try_clone().unwrap());
        command.env("TERM", "xterm-256color").stdin(end()).stdout(end()).stderr(end());
        let child = command.spawn().unwrap();
        let keys = File::from(master);
        let mut reader = keys.try_clone().unwrap();
        let (sender, screen) = mpsc::channel();
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = reader.read(&mut bytes) {
                if sender.send(bytes[..count].to_vec()).is_err() {
                    break;
                }
            }
        });
        Self { keys, screen, seen: String::new(), child, line }
    }

    fn types(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
    }

    /// Waits until this is on the screen, after what was waited for before.
    fn shows(&mut self, text: &str) -> String {
        loop {
            if let Some(at) = self.seen.find(text) {
                return self.seen.drain(..at + text.len()).collect();
            }
            let more = self.screen.recv_timeout(PATIENCE);
            let more = more.unwrap_or_else(|_| panic!("no {text:?} in {:?}", self.seen));
            self.seen.push_str(&String::from_utf8_lossy(&more));
        }
    }

    fn end(mut self) -> i32 {
        self.child.wait().unwrap().code().unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn people_type_read_and_leave() {
    let dir = tempfile::tempdir().unwrap();
    let process = planner(dir.path()).await;
    let mut chat = chat(dir.path(), &process.url);
    chat.arg("--data").arg(dir.path().join("mine"));
    let mut terminal = Terminal::start(chat);
    let greeting = terminal.shows("❯ ");
    assert!(greeting.contains("the built-in planner"), "{greeting}");
    terminal.types("List my subscriptions\r");
    let answer = terminal.shows("looked at ");
    assert!(answer.contains("✓ List subscriptions") && answer.contains("\u{1b}[32m"), "{answer}");
    terminal.shows("❯ ");
    // Up brings the line back, Ctrl-U forgets it.
    terminal.types("\u{1b}[A");
    terminal.shows("List my subscriptions");
    terminal.types("\u{15}/help\r");
    terminal.shows("/threads");
    terminal.shows("❯ ");
    terminal.types("\u{3}");
    terminal.shows("Ctrl-C again leaves");
    terminal.shows("❯ ");
    terminal.types("\u{4}");
    terminal.shows("go on with: opscopilot chat --thread ");
    let line = terminal.line.try_clone().unwrap();
    assert_eq!(terminal.end(), 0);
    let modes = tcgetattr(&line).unwrap().local_modes;
    assert!(modes.contains(LocalModes::ECHO | LocalModes::ICANON), "left as it was found");
    let history = std::fs::read_to_string(dir.path().join("mine/history")).unwrap();
    assert!(history.contains("List my subscriptions\n/help"), "{history}");
    process.kill().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_cancels_and_what_others_say_comes_above_the_prompt() {
    let service = Service::start().await;
    let dir = tempfile::tempdir().unwrap();
    let (mut other, thread) = service.thread().await;
    service.says(Script::answer("First."));
    let run = other.ask(&thread, "One?").await;
    other.outcome(&run).await;
    let mut chat = chat(dir.path(), &service.url());
    chat.args(["--thread", &thread]).env("NO_COLOR", "1");
    let mut terminal = Terminal::start(chat);
    terminal.shows("First.");
    terminal.shows("❯ ");
    terminal.types("half a li");
    terminal.shows("half a li");
    service.says(Script::answer("Second."));
    let run = other.ask(&thread, "Two?").await;
    other.outcome(&run).await;
    terminal.shows("❯ Two?");
    terminal.shows("Second.");
    terminal.shows("half a li");

    let gate = Gate::new();
    service.says(Script::new().text("Begun to think").gate(&gate).stop());
    terminal.types("ne?\r");
    terminal.shows("Begun to");
    gate.reached().await;
    let pid = terminal.child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    let told = terminal.shows("cancelled by local");
    assert!(!told.contains("\u{1b}[3"), "no colour: {told}");
    terminal.shows("❯ ");
    terminal.types("/quit\r");
    terminal.shows("go on with");
    terminal.end();
    service.end().await;
}
