//! Large and hostile evidence and answers.

use fastrand::Rng;
use serde_json::{Value, json};

use super::checked;

/// Rows of about 200 bytes of JSON each.
fn rows(count: u32) -> Value {
    let row = |n: u32| {
        json!({
            "name": format!("vm-app-{n:05}"), "location": "westeurope", "cpu": f64::from(n) + 0.25,
            "id": format!("/subscriptions/s/resourceGroups/rg-{n}/providers/Microsoft.Compute/virtualMachines/vm-app-{n:05}"),
            "createdAt": format!("2025-{:02}-{:02}T08:00:00Z", n % 12 + 1, n % 28 + 1),
        })
    };
    Value::Array((0..count).map(row).collect())
}

#[test]
fn a_megabyte_of_evidence_supports_what_is_in_it_and_nothing_else() {
    let rows = rows(5_000);
    let marked = checked(
        "5,000 machines; `vm-app-04999` has 4,999.25 and vm-app-05000 has 5,000.25 since 2025-08-08.",
        &rows,
    );
    let texts: Vec<&str> = marked.iter().map(|one| one.text.as_str()).collect();
    assert_eq!(texts, ["vm-app-05000", "5,000.25"]);
}

#[test]
fn of_more_evidence_than_is_read_nothing_is_marked() {
    let values = Value::Array((0..500_000).map(Value::from).collect());
    assert_eq!(checked("There are 0.123 of them.", &values), []);
}

#[test]
fn any_answer_is_read_without_fail_and_marked_within_its_bytes() {
    let mut rng = Rng::with_seed(5);
    let parts = [
        "12",
        ".",
        ",",
        "%",
        " ",
        "\n",
        "|",
        "`",
        "```",
        "[e1]",
        "](",
        ")",
        "é",
        "—",
        "2026-11-02",
        "T09",
        ":14",
        "Nov",
        " 3",
        "-",
        "vm-x-1",
        "/subscriptions/",
        "$",
        "k",
        "~",
        "#",
        "\u{a0}",
        "99999999999999999999999999",
        "1e9",
        "://",
        "0x1F",
        "½",
        "٣",
        "'",
        "1.2.3.4",
        "日本",
    ];
    for _ in 0..4_000 {
        let answer: String =
            (0..rng.usize(..30)).map(|_| parts[rng.usize(..parts.len())]).collect();
        let mut last = 0;
        for one in checked(&answer, &json!({ "a": 1, "b": "2026-11-02T09:14:00Z" })) {
            let (start, end) = (one.start as usize, one.end as usize);
            assert_eq!(answer.get(start..end), Some(one.text.as_str()));
            assert!(start >= last && end > start, "claims overlap in {answer:?}");
            last = end;
        }
    }
}

#[test]
fn a_hostile_answer_is_no_danger() {
    for bit in ["1 ", "`", "](", "://", "[e1]", "vm-1-", "1,", "|1|\n", "#", "a-b ", "Nov 3 "] {
        let answer = bit.repeat(32 * 1024 / bit.len());
        checked(&answer, &json!({ "a": 1 }));
    }
}
