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

#[test]
fn numbers_in_words_are_claims_too() {
    marked("Eleven machines and twenty-six disks.", &["Eleven", "twenty-six"]);
    marked("A dozen alerts, or two hundred.", &["dozen", "two hundred"]);
    marked("Nine of the alerts are High.", &["Nine"]);
}

#[test]
fn both_ends_of_a_range_and_both_parts_of_a_fraction_are_claims() {
    marked("3–9 alerts, 77-99 disks.", &["9", "77", "99"]);
    marked("77/99 alerts are High.", &["77", "99"]);
    marked("From 06:12-09:59 UTC.", &["09:59"]);
    marked("It grew 71-89 %.", &["71", "89 %"]);
    marked("vm-web-01/vm-web-77 are down.", &["vm-web-01/vm-web-77"]);
}

#[test]
fn units_hide_no_figure() {
    marked("77m, 7h30m, 77-minute and 77x.", &["77m", "7h30m", "77-minute", "77x"]);
    marked("77USD, 99 per cent, 9 PB.", &["77USD", "99 per cent", "9 PB"]);
    marked("2 hours and 35 minutes.", &["2 hours and 35 minutes"]);
    marked("It failed over 77 times, ≥99 disks, +869.", &["77", "99", "869"]);
    // The ratio of two scores is no length of time.
    marked("It took 78 minutes.", &["78 minutes"]);
}

#[test]
fn times_in_halves_of_a_day_are_compared_with_the_right_half() {
    marked("At 2:14 pm, at 9:59pm, around 11 pm.", &["2:14 pm", "9:59pm", "11 pm"]);
    marked("On 30-10-2026, 2026/09/14, in 2026-08.", &["30-10-2026", "2026/09/14", "2026-08"]);
}

#[test]
fn ranks_and_first_columns_hide_no_figure() {
    marked("The top 812 disks, the first 77 alerts.", &["812", "77"]);
    marked("| Alerts | Severity |\n|---|---|\n| 812 | High |\n", &["812"]);
}

#[test]
fn names_are_told_apart_in_any_case_and_with_what_stands_around_them() {
    marked(
        "VM-WEB-99, Contoso-VM-07, DC07 and db04.",
        &["VM-WEB-99", "Contoso-VM-07", "DC07", "db04"],
    );
    marked("vm-web-01-old, vm-web-010, vm-web.", &["vm-web-01-old", "vm-web-010", "vm-web"]);
    marked("203.0.113.99:443 and 203.0.113.0/24.", &["203.0.113.99:443", "203.0.113.0/24"]);
    marked("2001:db8::1 and mallory@contoso.com.", &["2001:db8::1", "mallory@contoso.com"]);
    marked("kv-void.vault.azure.net has no lock.", &["kv-void.vault.azure.net"]);
    marked("KB5031234 fixes CVE-2024-9999.", &["KB5031234", "CVE-2024-9999"]);
}
