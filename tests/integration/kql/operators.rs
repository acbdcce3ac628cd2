//! Tabular operators.

use serde_json::json;

use super::{answer, check};

const PEOPLE: &str = "let p = datatable(name: string, team: string, age: long, at: datetime) [\
    'ann', 'ops', 30, datetime(2026-01-01), 'bob', 'ops', long(null), datetime(2026-01-03), \
    'cid', 'sec', 50, datetime(2026-01-02), 'dee', '', 20, datetime(null)]; p | ";

#[track_caller]
fn people(rest: &str, expected: serde_json::Value) {
    check(&format!("{PEOPLE}{rest}"), expected);
}

#[test]
fn aggregates_follow_kusto() {
    for (rest, expected) in [
        (
            "summarize count(), sum(age), avg(age), min(age), max(age)",
            json!([[4, 100, 100.0 / 3.0, 20, 50]]),
        ),
        ("summarize count() by team", json!([["ops", 2], ["sec", 1], ["", 1]])),
        (
            "summarize countif(age > 25), sumif(age, team == 'ops'), dcount(team), dcountif(team, age > 25)",
            json!([[2, 30, 3, 2]]),
        ),
        ("summarize make_list(age), make_set(team)", json!([[[30, 50, 20], ["ops", "sec", ""]]])),
        (
            "summarize make_list_if(name, age > 25), make_set_if(team, age > 25)",
            json!([[["ann", "cid"], ["ops", "sec"]]]),
        ),
        ("summarize make_list(name, 2)", json!([[["ann", "bob"]]])),
        (
            "summarize make_bag(bag_pack(name, age))",
            json!([[{"ann": 30, "bob": null, "cid": 50, "dee": 20}]]),
        ),
        ("summarize arg_max(age, name)", json!([[50, "cid"]])),
        (
            "summarize arg_min(age, *) by team | project team, age, name | order by team asc",
            json!([["", 20, "dee"], ["ops", 30, "ann"], ["sec", 50, "cid"]]),
        ),
        ("summarize percentile(age, 50), stdevp(age)", json!([[30, 12.472191289246473]])),
        (
            "summarize maxif(age, team == 'ops'), avgif(age, team == 'sec'), take_anyif(name, age > 40)",
            json!([[30, 50.0, "cid"]]),
        ),
        (
            "summarize n = count() by big = age > 25 | order by n desc, big desc",
            json!([[true, 2], [false, 1], [null, 1]]),
        ),
        (
            "summarize count() by bin(at, 2d) | order by at asc",
            json!([[null, 1], ["2026-01-01T00:00:00Z", 2], ["2026-01-03T00:00:00Z", 1]]),
        ),
        ("summarize round(100.0 * countif(team == 'ops') / count(), 1)", json!([[50.0]])),
        ("summarize by team", json!([["ops"], ["sec"], [""]])),
        (
            "where false | summarize count(), sum(age), max(age), make_list(name)",
            json!([[0, 0, null, []]]),
        ),
        ("where false | summarize count() by team", json!([])),
        ("summarize max(at) - min(at)", json!([["2.00:00:00"]])),
    ] {
        people(rest, expected);
    }
    check(
        "print a = dynamic([1, 2]) | union (print a = dynamic([2, 3])) | summarize make_set(a)",
        json!([[[1, 2, 3]]]),
    );
}

#[test]
fn order_puts_nulls_where_kusto_does() {
    for (rest, expected) in [
        ("order by age | project age", json!([[50], [30], [20], [null]])),
        ("sort by age asc | project age", json!([[null], [20], [30], [50]])),
        ("sort by age asc nulls last | project age", json!([[20], [30], [50], [null]])),
        (
            "order by team asc, name desc | project name",
            json!([["dee"], ["bob"], ["ann"], ["cid"]]),
        ),
        ("top 2 by age desc | project name", json!([["cid"], ["ann"]])),
        ("order by tolower(name) desc | take 1 | project name", json!([["dee"]])),
        ("limit 1 | project name", json!([["ann"]])),
        ("distinct team", json!([["ops"], ["sec"], [""]])),
        ("project team | distinct * | count", json!([[3]])),
        ("sample-distinct 2 of team", json!([["ops"], ["sec"]])),
        ("count as n", json!([[4]])),
        (
            "as q | where name == 'ann' | union (q | where name == 'bob') | project name",
            json!([["ann"], ["bob"]]),
        ),
    ] {
        people(rest, expected);
    }
    people(
        "extend a = age + 1 | extend b = a * 2 | where b > 100 | project name, a, b",
        json!([["cid", 51, 102]]),
    );
}

const SIDES: &str = "let l = datatable(k: string, v: long) ['a', 1, 'a', 2, 'b', 3]; \
    let r = datatable(k: string, w: long) ['a', 10, 'a', 20, 'c', 30]; l | ";

#[test]
fn joins_of_every_kind() {
    for (rest, expected) in [
        ("join (r) on k", json!([["a", 1, "a", 10], ["a", 1, "a", 20]])),
        (
            "join kind=inner r on k",
            json!([["a", 1, "a", 10], ["a", 1, "a", 20], ["a", 2, "a", 10], ["a", 2, "a", 20]]),
        ),
        (
            "join kind = leftouter (r | where w == 10) on k",
            json!([["a", 1, "a", 10], ["a", 2, "a", 10], ["b", 3, "", null]]),
        ),
        (
            "join kind=rightouter (r | where w != 20) on k",
            json!([["a", 1, "a", 10], ["a", 2, "a", 10], ["", null, "c", 30]]),
        ),
        (
            "join kind=fullouter (r | where w == 30) on $left.k == $right.k",
            json!([
                ["a", 1, "", null],
                ["a", 2, "", null],
                ["b", 3, "", null],
                ["", null, "c", 30],
            ]),
        ),
        ("join kind=leftanti r on k", json!([["b", 3]])),
        ("join kind=anti r on k", json!([["b", 3]])),
        ("join kind=leftsemi r on k", json!([["a", 1], ["a", 2]])),
        ("join kind=rightsemi r on k", json!([["a", 10], ["a", 20]])),
        ("join kind=rightanti r on k", json!([["c", 30]])),
        (
            "join kind=inner hint.strategy=broadcast (r | project key = k, v = w / 10) on $left.k == $right.key, v | project-away v1",
            json!([["a", 1, "a"], ["a", 2, "a"]]),
        ),
        ("lookup (r | where w > 10) on k", json!([["a", 1, 20], ["a", 2, 20], ["b", 3, null]])),
    ] {
        check(&format!("{SIDES}{rest}"), expected);
    }
}

#[test]
fn unions_align_columns() {
    check(
        "print a = 1 | union (print b = 'x'), (print a = 2)",
        json!([[1, ""], [null, "x"], [2, ""]]),
    );
    check("union kind=inner (print a = 1, b = 2), (print a = 3)", json!([[1], [3]]));
    check(
        "union withsource=src (print a = 1), (print a = 2)",
        json!([["union_arg0", 1], ["union_arg1", 2]]),
    );
    let mixed = answer("union (print a = 1), (print a = 'x')").unwrap();
    assert_eq!(super::names(&mixed), ["a_long", "a_string"]);
}

#[test]
fn columns_are_chosen_by_pattern() {
    let table = "print abc = 1, abd = 2, xyc = 3 | ";
    for (rest, expected) in [
        ("project-away *c", &["abd"][..]),
        ("project-away a*d", &["abc", "xyc"]),
        ("project-keep a*", &["abc", "abd"]),
        ("project-keep *b*", &["abc", "abd"]),
        ("project-keep xyc, a*c", &["abc", "xyc"]),
        ("project-reorder *c desc, *", &["xyc", "abc", "abd"]),
    ] {
        let output = answer(&format!("{table}{rest}")).unwrap();
        assert_eq!(super::names(&output), expected, "{rest}");
    }
}

#[test]
fn arrays_and_bags_expand() {
    for (query, expected) in [
        ("print n = 1, a = dynamic([1, 2]) | mv-expand a", json!([[1, 1], [1, 2]])),
        ("print a = dynamic([]) | mv-expand a", json!([[null]])),
        ("print a = dynamic(null) | mvexpand a", json!([[null]])),
        ("print a = dynamic({'x': 1, 'y': 2}) | mv-expand a", json!([[{"x": 1}], [{"y": 2}]])),
        ("print a = dynamic({'x': 1}) | mv-expand bagexpansion=array a", json!([[["x", 1]]])),
        ("print a = dynamic({'x': 1}) | mv-expand kind=array a | project a[0]", json!([["x"]])),
        (
            "print a = dynamic(['1', '2']) | mv-expand a to typeof(long) | summarize sum(a)",
            json!([[3]]),
        ),
        (
            "print a = dynamic([1, 2, 3]), b = dynamic(['x']) | mv-expand a, b",
            json!([[1, "x"], [2, null], [3, null]]),
        ),
        (
            "print a = dynamic([5, 6]) | mv-expand with_itemindex=i x = a | project i, x",
            json!([[0, 5], [1, 6]]),
        ),
        ("print a = range(1, 10) | mv-expand a limit 3 | count", json!([[3]])),
        ("print a = range(1, 500) | mv-expand a | count", json!([[128]])),
        (
            "print k = 'n', a = dynamic([3, 1, 2]) | mv-apply x = a to typeof(long) on (top 1 by x) | project k, x",
            json!([["n", 3]]),
        ),
        (
            "print a = dynamic([1, 2, 3]) | mv-apply a on (where a > 1 | summarize s = sum(tolong(a))) | project s",
            json!([[5]]),
        ),
    ] {
        check(query, expected);
    }
}

#[test]
fn text_is_parsed_into_columns() {
    for (query, expected) in [
        (
            "print t = 'id=42 name=web' | parse t with 'id=' id: long ' name=' name | project id, name",
            json!([[42, "web"]]),
        ),
        ("print t = 'x id=42;' | parse t with * 'id=' id: int ';' * | project id", json!([[42]])),
        ("print t = 'nothing' | parse t with 'id=' id: long | project id", json!([[null]])),
        (
            "datatable(t: string) ['a=1', 'b'] | parse-where t with 'a=' a | project a",
            json!([["1"]]),
        ),
        (
            "print t = '/subscriptions/s1/resourceGroups/g1/x' | parse t with * '/resourceGroups/' rg '/' * | project rg",
            json!([["g1"]]),
        ),
        (
            "print t = 'a12b' | parse kind=regex t with 'a' n: long '[a-z]' | project n",
            json!([[12]]),
        ),
        ("range x from 1 to 5 step 2", json!([[1], [3], [5]])),
        ("print a = 1 | getschema | project ColumnName, ColumnType", json!([["a", "long"]])),
        ("print a = 1 | serialize b = a + 1", json!([[1, 2]])),
    ] {
        check(query, expected);
    }
}
