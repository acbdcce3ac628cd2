//! `--help`: every command teaches itself, and none prints a value of the environment.

use std::path::Path;

use crate::process::{command, run};

async fn help(dir: &Path, args: &[&str]) -> String {
    let mut command = command(dir);
    command.args(args).arg("--help").env("COLUMNS", "100");
    command.env("OPSCOPILOT_PROXY", "http://me:hush@proxy.example:3128");
    let output = run(command).await;
    assert_eq!(output.status.code(), Some(0), "{args:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test]
async fn every_command_teaches_itself() {
    let dir = tempfile::tempdir().unwrap();
    let commands = ["serve", "chat", "ask", "doctor", "tools", "estate", "schema"];
    insta::assert_snapshot!("help", help(dir.path(), &[]).await);
    for name in commands {
        let text = help(dir.path(), &[name]).await;
        assert!(text.contains("Examples:\n  opscopilot "), "{name} has no examples");
        assert!(!text.contains("hush"), "{name} prints a value of the environment");
        insta::assert_snapshot!(format!("help_{name}"), text);
    }
    let text = help(dir.path(), &["estate", "reset"]).await;
    insta::assert_snapshot!("help_estate_reset", text);
}
