//! Pages of evidence, the schemas' dialect, and an operator's own directory.

use opscopilot::tools::{
    Fence, Registry, RegistryError,
    digest::{EvidenceSlice, MAX_DIGEST_BYTES, page},
};
use serde_json::{Value, json};

use crate::{
    every_tool::answers,
    tools_bench::{Bench, estate},
};

#[test]
fn evidence_is_paged_by_rows_columns_and_text() {
    let rows: Vec<Value> = (0..500)
        .map(|at| json!({"id": at, "name": format!("vm-{at}"), "note": "z".repeat(100)}))
        .collect();
    let output = json!({"rows": rows});
    let fence = Fence::fixed("f");
    let mut slice = EvidenceSlice { limit: 200, ..EvidenceSlice::default() };
    let mut seen = 0;
    loop {
        let found = page(&output, Some("rows"), &slice, &fence);
        assert!(found.text.len() <= MAX_DIGEST_BYTES && found.shown > 0);
        seen += found.shown;
        match found.next_offset {
            Some(next) => slice.offset = next,
            None => break,
        }
    }
    assert_eq!(seen, 500);
    let columns = ["name".to_owned()];
    let slice = EvidenceSlice { limit: 10, columns: &columns, contains: "VM-49", offset: 0 };
    let found = page(&output, Some("rows"), &slice, &fence);
    assert_eq!((found.matching, found.shown), (11, 10));
    assert!(found.text.contains("name=\"vm-49\"") && !found.text.contains("zzz"));
    let past = EvidenceSlice { offset: usize::MAX, limit: 1, ..EvidenceSlice::default() };
    assert_eq!(page(&output, Some("rows"), &past, &fence).shown, 0);
    assert_eq!(page(&json!("x".repeat(50_000)), None, &slice, &fence).matching, 0);
}

#[test]
fn an_operators_directory_adds_tools_and_names_its_mistakes() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("optimization");
    std::fs::create_dir(&folder).unwrap();
    let good = "---\ntitle: Disks\ndescription: Lists disks.\nasks: [orphaned disks]\n\
        source: resourceGraph\ncolumns: [{key: id, label: Disk, type: resource}]\n\
        actions: [Microsoft.ResourceGraph/resources/read]\n---\nresources | project id\n";
    std::fs::write(folder.join("list_disks.kql"), good).unwrap();
    std::fs::write(dir.path().join("README.md"), "ignored").unwrap();
    let registry = Registry::with_dir(dir.path()).unwrap();
    assert!(registry.spec("list_disks").is_some());
    std::fs::write(folder.join("find_resources.kql"), good).unwrap();
    assert!(
        matches!(Registry::with_dir(dir.path()), Err(RegistryError::Twice(name)) if name == "find_resources")
    );
    std::fs::write(
        folder.join("find_resources.kql"),
        good.replace("source: resourceGraph", "source: moon"),
    )
    .unwrap();
    let error = Registry::with_dir(dir.path()).unwrap_err().to_string();
    assert!(error.starts_with("optimization/find_resources.kql:5:"), "{error}");
    assert!(Registry::with_dir(&dir.path().join("none")).is_err());
}

/// The marks around what outsiders wrote are for the way from a tool to its digest only.
#[tokio::test]
async fn no_tool_shows_the_marks_of_what_outsiders_wrote() {
    let estate = estate().await;
    let bench = Bench::at(&estate.endpoint(), "operator");
    for (tool, arguments, told) in answers(&bench).await {
        let shown = serde_json::to_string(&(&told.findings, &told.views, &told.output)).unwrap();
        let texts = [shown, told.digest, told.summary];
        let marked = texts.iter().find(|text| text.contains(['\u{E000}', '\u{E001}']));
        assert_eq!(marked, None, "{tool} {arguments}");
    }
}
