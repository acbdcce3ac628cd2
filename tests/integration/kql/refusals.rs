//! What is refused, and how exactly it is said.

use opscopilot::estate::kql::{ErrorKind, Position};

use super::answer;

#[track_caller]
fn refused(query: &str, kind: ErrorKind, token: &str) -> (String, Option<Position>) {
    let error = answer(query).expect_err(query);
    assert_eq!((error.kind, error.token.as_deref()), (kind, Some(token)), "{query}: {error:?}");
    (error.message, error.position)
}

#[test]
fn text_that_cannot_be_read_says_where() {
    for (query, token, line, character) in [
        ("Resources | wher type == 'x'", "wher", 1, 12),
        ("Resources\n| where type = 'x'", "=", 2, 13),
        ("Resources | where (type == 'x'", "<EOF>", 1, 30),
        ("Resources |", "<EOF>", 1, 11),
        ("Resources | project name,", "<EOF>", 1, 25),
        ("Resources | where name == 'x", "<EOF>", 1, 26),
        ("Resources | where name ! 'x'", "!", 1, 23),
        ("Resources | join kind=cross (Resources) on id", "cross", 1, 22),
        ("Resources | take 5 5", "5", 1, 19),
        ("Resources | summarize count() by", "<EOF>", 1, 32),
        ("", "<EOF>", 1, 0),
        ("print datetime(yesterday)", "yesterday", 1, 6),
    ] {
        let (_, position) = refused(query, ErrorKind::Syntax, token);
        assert_eq!(position, Some(Position { line, character }), "{query}");
    }
    let error = answer("Resources | take").unwrap_err();
    assert_eq!(
        (error.kind.code(), error.expected.as_deref()),
        ("ParserFailure", Some("an expression"))
    );
}

#[test]
fn operators_that_are_not_evaluated_are_named() {
    for (query, token) in [
        ("Resources | evaluate bag_unpack(properties)", "evaluate"),
        ("Resources | invoke f()", "invoke"),
        ("Resources | make-series count() on x", "make-series"),
        ("Resources | render barchart", "render"),
        ("search 'x'", "search"),
        ("find in (Resources) where name == 'x'", "find"),
        ("cluster('x').database('y').T", "cluster"),
        ("externaldata(a: string) ['https://x']", "externaldata"),
        ("union *", "*"),
        ("union isfuzzy=true Resources, Nothing", "true"),
        ("let f = (x: long) { x }; print f(1)", "("),
        ("{{/subscriptions/x}}", "{"),
        ("Resources | extend n = row_number()", "row_number"),
        (
            "Resources | join (Resources) on id | join (Resources) on id | join (Resources) on id | join (Resources) on id",
            "join",
        ),
    ] {
        let (message, _) = refused(query, ErrorKind::Disallowed, token);
        assert!(!message.is_empty());
    }
}

#[test]
fn names_that_do_not_exist_are_named() {
    for (query, kind, token) in [
        ("Nothing | take 1", ErrorKind::UnknownTable, "Nothing"),
        ("Resources | join (Nothing) on id", ErrorKind::UnknownTable, "Nothing"),
        ("Resources | where nme == 'x'", ErrorKind::UnknownName, "nme"),
        ("Resources | where Name == 'x'", ErrorKind::UnknownName, "Name"),
        ("Resources | project-away nme", ErrorKind::UnknownName, "nme"),
        ("Resources | join (Resources) on nme", ErrorKind::UnknownName, "nme"),
        ("Resources | extend x = frobnicate(name)", ErrorKind::UnknownName, "frobnicate"),
        ("Resources | project name | where type == 'x'", ErrorKind::UnknownName, "type"),
        ("Resources | where count() > 1", ErrorKind::Semantic, "count"),
        ("Resources | summarize name by type", ErrorKind::Semantic, "name"),
        ("Resources | summarize count() by properties.x", ErrorKind::Semantic, "properties_x"),
        ("Resources | join (Resources) on properties", ErrorKind::Semantic, "properties"),
        ("print datetime_diff('fortnight', now(), now())", ErrorKind::Semantic, "fortnight"),
        ("print strlen()", ErrorKind::Semantic, "strlen"),
    ] {
        let (_, position) = refused(query, kind, token);
        assert!(position.is_some(), "{query}");
    }
}

#[test]
fn types_that_do_not_go_together_are_refused() {
    for query in [
        "Resources | where name == 5",
        "Resources | where name + 1 > 2",
        "Resources | where strlen(name)",
        "Resources | where name.x == 'y'",
        "Resources | mv-expand name",
        "Resources | take -1",
        "Resources | where * contains tostring(* contains 'x')",
        "Resources | where name matches regex '('",
        "datatable(a: long, b: long) [1, 2, 3]",
    ] {
        assert_eq!(answer(query).expect_err(query).kind, ErrorKind::Semantic, "{query}");
    }
}
