//! What nothing supports is marked, with its bytes.

use super::marks;

#[track_caller]
fn marked(answer: &str, wanted: &[&str]) {
    assert_eq!(marks(answer), wanted, "{answer}");
}

#[test]
fn figures_that_nothing_supports_are_marked() {
    marked("The score is 31.5 of 58 points [e1].", &["31.5"]);
    marked("The score is 73 % [e1].", &["73 %"]);
    marked("There are **812** alerts.", &["812"]);
    marked("It costs $9,876.54 a month, 77k in all.", &["$9,876.54", "77k"]);
    marked("The disk has 640 GB.", &["640 GB"]);
    marked("The outage took 95 minutes.", &["95 minutes"]);
    marked("Ünïcödé: 99.9 % of requests failed.", &["99.9 %"]);
    marked("5 alerts, 23.5 points and 999 disks.", &["999"]);
}

#[test]
fn the_shown_precision_is_kept_to() {
    marked("The score is 40.53 %.", &["40.53 %"]);
    marked("The score is 23.55 points.", &["23.55 points"]);
    marked("It costs 1,234.99 a month.", &["1,234.99"]);
}

#[test]
fn days_and_times_that_nothing_supports_are_marked() {
    marked("It began on 2026-09-14.", &["2026-09-14"]);
    marked("It began on 14 September 2026 at 23:59.", &["14 September 2026", "23:59"]);
    marked("On September 14, 2026 or 14.09.2026.", &["September 14, 2026", "14.09.2026"]);
    marked("At 2026-11-03T23:12:00Z it ended.", &["2026-11-03T23:12:00Z"]);
    marked("At 2026-11-03 22:41 it ended.", &["2026-11-03 22:41"]);
    marked("It began 19 days ago, in March 2024.", &["19 days", "March 2024"]);
}

#[test]
fn names_that_nothing_supports_are_marked() {
    marked("vm-ghost-07 is at risk.", &["vm-ghost-07"]);
    marked(
        "`vm-ghost-07` and **kv-contoso-void** are at risk.",
        &["vm-ghost-07", "kv-contoso-void"],
    );
    marked("stcontoso042 and 198.51.100.9 are exposed.", &["stcontoso042", "198.51.100.9"]);
    marked(
        "Subscription aaaaaaaa-1bf0-4dda-aec3-cb9272f09590.",
        &["aaaaaaaa-1bf0-4dda-aec3-cb9272f09590"],
    );
    marked("vm-web-0 and vm-web-011 are none of them.", &["vm-web-0", "vm-web-011"]);
    let id = "/subscriptions/0b1f6471-1bf0-4dda-aec3-cb9272f09590/resourceGroups/rg-web-prod/providers/Microsoft.Compute/virtualMachines/vm-ghost-07";
    marked(id, &[id]);
}

#[test]
fn list_numbers_hide_no_claims_after_them() {
    marked("1. 812 alerts\n2. 5 alerts\n\n| 1 | 913 |\n", &["812", "913"]);
}
