//! Nothing a query says may panic, hang or eat the machine.

use opscopilot::estate::kql::{ErrorKind, Limits, run};
use proptest::prelude::*;

use super::{NOW, answer, limits, world};

#[test]
fn deep_nesting_is_refused_not_crashed_on() {
    let deep = 10_000;
    for query in [
        format!("print {}1", "(".repeat(deep)),
        format!("print {}1{}", "(".repeat(deep), ")".repeat(deep)),
        format!("print {}true{}", "not(".repeat(deep), ")".repeat(deep)),
        format!("print {}1", "-".repeat(deep)),
        format!("print x{}", "[0]".repeat(deep)),
        format!("print 1{}", "+1".repeat(deep)),
        format!("{}Resources", "(".repeat(deep)),
        format!("print dynamic({}{})", "[".repeat(deep), "]".repeat(deep)),
        format!("Resources | where id in {}", "(Resources | where id in ".repeat(500)),
        format!("print x = 1{}", " | extend x = pack_array(x)".repeat(400)),
    ] {
        let error = answer(&query).expect_err("nesting");
        assert!(
            matches!(error.kind, ErrorKind::TooLarge | ErrorKind::Syntax | ErrorKind::UnknownName),
            "{error:?}"
        );
    }
    let wide = format!("print {} 1 == 2", "1 == 2 or ".repeat(2_000));
    assert!(answer(&wide).is_ok());
}

#[test]
fn the_deepest_that_is_read_can_also_be_run() {
    for depth in [10, 20, 30, 40, 50, 60, 62, 75, 79, 500] {
        for query in [
            format!("print {}1{}", "(".repeat(depth), ")".repeat(depth)),
            format!("print {}1{}", "tostring(".repeat(depth), ")".repeat(depth)),
            format!("print {}true{}", "iff(true, not(".repeat(depth), "), false)".repeat(depth)),
            format!(
                "Resources | extend x = {}id{}",
                "strcat('x', ".repeat(depth),
                ")".repeat(depth)
            ),
            format!("Resources | project tags{}", ".x['y']".repeat(depth / 2)),
            format!("Resources | extend x = 1{}", " + strlen(id)".repeat(depth)),
            format!("{}Resources{}", "(".repeat(depth), ")".repeat(depth)),
            format!(
                "Resources | where id in {}Resources{}",
                "(Resources | where id in ".repeat(depth),
                ")".repeat(depth)
            ),
            format!(
                "Resources | where id in ({}Resources | project id{}",
                "Resources | where id in (".repeat(depth),
                ")".repeat(depth + 1)
            ),
            format!(
                "print a = dynamic([1]) {}| where true{}",
                "| mv-apply a on (".repeat(depth),
                ")".repeat(depth)
            ),
        ] {
            let generous = Limits { expansions: 1_000, ..limits() };
            let _ = run(&query, &world(), NOW.parse().unwrap(), generous);
        }
    }
}

#[test]
fn growth_is_bounded() {
    let doubling = " | extend a = strcat(a, a)".repeat(40);
    let arrays = " | extend a = array_concat(a, a)".repeat(40);
    for query in [
        format!("print a = 'xxxxxxxxxxxxxxxx'{doubling}"),
        format!("print a = dynamic([1, 2, 3, 4]){arrays}"),
        format!("Resources | project {}", vec!["id"; 10_000].join(",")),
        "range x from 1 to 100000000 step 1".to_owned(),
        "print range(1, 100000000)".to_owned(),
        "let r = range x from 1 to 5000 step 1; r | extend k = 1 | join kind=inner (r | extend k = 1) on k".to_owned(),
        "print a = strrep('xxxxxxxxxx', 1000000), b = strrep(strrep('x', 1024), 1024) | extend c = strrep(b, 1024)".to_owned(),
        format!("print '' matches regex '{}'", "(a{1000}){1000}"),
        format!("print '{}'", "x".repeat(100_000)),
    ] {
        let error = answer(&query).expect_err("growth");
        assert_eq!(error.kind, ErrorKind::TooLarge, "{error:?}");
    }
}

#[test]
fn wildcards_do_not_backtrack() {
    let query =
        format!("print ['{}'] = 1 | project-away {}b", "a".repeat(20_000), "*a".repeat(5_000));
    assert_eq!(answer(&query).unwrap().columns.len(), 1);
}

#[test]
fn a_query_ends_when_its_steps_are_used_up() {
    let few = Limits { steps: 1_000, ..limits() };
    let error =
        run("range x from 1 to 900 step 1 | where x % 2 == 0", &world(), NOW.parse().unwrap(), few)
            .unwrap_err();
    assert_eq!(error.kind, ErrorKind::TooLarge);
}

fn word() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "Resources",
        "where",
        "project",
        "extend",
        "summarize",
        "by",
        "count",
        "()",
        "(",
        ")",
        "|",
        ",",
        "=",
        "==",
        "=~",
        "!in",
        "in",
        "'x'",
        "\"",
        "1",
        "2.5",
        "1d",
        "name",
        "properties",
        ".",
        "[",
        "]",
        "0",
        "-",
        "*",
        "/",
        "and",
        "or",
        "not",
        "mv-expand",
        "mv-apply",
        "join",
        "on",
        "kind=inner",
        "$left",
        "$right",
        "union",
        "order",
        "asc",
        "top",
        "take",
        "let",
        ";",
        "dynamic(",
        "datetime(",
        "{",
        "}",
        "tostring",
        "arg_max",
        "iff",
        "case",
        "parse",
        "with",
        "between",
        "..",
        "has_any",
        "matches",
        "regex",
        "//",
        "\n",
        "@'",
        "typeof",
        "to",
        "print",
        "range",
        "from",
        "step",
        "distinct",
        "strcat",
        "split",
        "bin",
        "ago",
        "now",
        "make_list",
        "percentile",
        "%",
        "<",
        ">",
    ])
    .prop_map(str::to_owned)
}

proptest! {
    #[test]
    fn any_text_is_answered_or_refused(text in ".{0,200}") {
        let _ = answer(&text);
    }

    #[test]
    fn any_tokens_are_answered_or_refused(words in prop::collection::vec(word(), 0..40)) {
        let _ = answer(&words.join(" "));
    }

    #[test]
    fn any_tail_of_a_query_is_answered_or_refused(words in prop::collection::vec(word(), 0..12)) {
        let _ = answer(&format!("Resources | {}", words.join(" ")));
    }

    #[test]
    fn strings_come_back_as_they_were_written(text in "[^'\\\\\\n\\r]{0,60}") {
        prop_assert_eq!(super::value(&format!("'{text}'")), serde_json::json!(text));
    }

    #[test]
    fn whole_numbers_are_computed_exactly(a in -1_000_000_i64..1_000_000, b in 1_i64..1_000) {
        prop_assert_eq!(super::value(&format!("({a}) * {b} + ({a}) / {b}")), serde_json::json!(a * b + a / b));
    }
}
