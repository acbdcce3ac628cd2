//! An operator's own query files: checked, found, asked, and refused with file, line and column.

use std::path::Path;

use serde_json::Value;

use crate::process::{command, run};

const OWN: &str = "---
title: List big disks
description: Lists managed disks of at least a size.
asks:
  - Which disks are colossal?
source: resourceGraph
parameters:
  - {name: gigabytes, type: int, default: 1, description: At least this size.}
  - {name: subscription, type: subscription, description: Default all in scope.}
columns:
  - {key: id, label: Disk, type: resource}
  - {key: size, label: GB, type: number}
headline: \"{rows|colossal disk} hold {sum:size} GB.\"
actions: [Microsoft.Compute/disks/read]
---
resources
| where type =~ 'microsoft.compute/disks'
| extend size = toint(properties.diskSizeGB)
| where size >= {{gigabytes}}
| project id, size
| order by size desc, id asc
";

fn write(dir: &Path, name: &str, text: &str) {
    let file = dir.join(name);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, text).unwrap();
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[tokio::test]
async fn a_tool_of_ones_own_is_checked_listed_and_answers() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), "ops/scope/list_colossal_disks.kql", OWN);
    let mut check = command(dir.path());
    check.args(["tools", "check", "ops"]);
    let checked = run(check).await;
    assert_eq!(checked.status.code(), Some(0), "{}", text(&checked.stderr));
    assert!(text(&checked.stdout).contains("list_colossal_disks.kql: list_colossal_disks"));

    let mut list = command(dir.path());
    list.args(["tools", "--tools-dir", "ops"]);
    assert!(text(&run(list).await.stdout).contains("list_colossal_disks"));

    let mut ask = command(dir.path());
    ask.args(["ask", "--json", "--tools-dir", "ops", "Which disks are colossal?"]);
    let output = run(ask).await;
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(told["toolCalls"][0]["name"], "list_colossal_disks", "{told:#}");
    assert!(told["answer"].as_str().unwrap().contains("colossal disks hold"), "{told:#}");
}

#[tokio::test]
async fn a_broken_file_is_refused_with_its_place() {
    let dir = tempfile::tempdir().unwrap();
    let file = "ops/scope/list_colossal_disks.kql";
    for (broken, told) in [
        (OWN.replace("type: int", "type: integer"), ":8:"),
        (OWN.replace("| project id, size", "| evaluate bag_unpack(properties)"), ":20:"),
        (OWN.replace("source: resourceGraph", "source: elsewhere"), ":6:"),
        (OWN.replace("{{gigabytes}}", "{{terabytes}}"), "gigabytes"),
        (OWN.replace("sum:size", "sum:length"), "length"),
        (OWN.trim_start_matches("---\n").to_owned(), ":1:1:"),
    ] {
        write(dir.path(), file, &broken);
        for args in [
            vec!["tools", "check", file],
            vec!["tools", "--tools-dir", "ops"],
            vec!["ask", "--tools-dir", "ops", "Which disks are colossal?"],
        ] {
            let mut call = command(dir.path());
            call.args(&args);
            let output = run(call).await;
            let error = text(&output.stderr);
            assert_eq!(output.status.code(), Some(1), "{args:?}: {error}");
            assert!(error.contains("list_colossal_disks.kql"), "{args:?}: {error}");
            assert!(error.contains(told), "{args:?}: {error}");
        }
    }
    let mut check = command(dir.path());
    check.args(["tools", "check", "nowhere"]);
    assert_eq!(run(check).await.status.code(), Some(1));
}

#[tokio::test]
async fn a_mistake_is_told_with_line_and_column() {
    let dir = tempfile::tempdir().unwrap();
    let file = "ops/scope/list_colossal_disks.kql";
    write(dir.path(), file, &OWN.replace("| project id, size", "| evaluate bag_unpack(id)"));
    let mut check = command(dir.path());
    check.args(["tools", "check", "ops"]);
    let output = run(check).await;
    assert_eq!(output.status.code(), Some(1));
    let error = text(&output.stderr);
    let (_, place) = error.split_once("list_colossal_disks.kql:20:").unwrap();
    let column: String = place.chars().take_while(char::is_ascii_digit).collect();
    assert!(column.parse::<u32>().is_ok_and(|column| column >= 1), "{error}");
}

#[tokio::test]
async fn the_name_of_a_built_in_tool_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), "ops/scope/count_resources.kql", OWN);
    for args in [
        vec!["tools", "check", "ops"],
        vec!["tools", "--tools-dir", "ops"],
        vec!["ask", "--tools-dir", "ops", "Which disks are colossal?"],
    ] {
        let mut call = command(dir.path());
        call.args(&args);
        let output = run(call).await;
        let error = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{args:?}: {error}");
        assert!(error.contains("`count_resources`"), "{args:?}: {error}");
    }
}
