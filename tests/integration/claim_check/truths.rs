//! What is true, or claims nothing, is not marked.

use super::marks;

#[track_caller]
fn unmarked(answers: &[&str]) {
    for answer in answers {
        assert_eq!(marks(answer), Vec::<String>::new(), "{answer}");
    }
}

#[test]
fn figures_may_be_shown_with_any_precision_and_in_any_notation() {
    unmarked(&[
        "The score is 23.5 of 58 points [e1].",
        "The score is 40.52 %, 40.5%, 41 % or 41 percent.",
        "**41%** (23.5/58 points)",
        "It weighs 1,240, 1\u{a0}240 or about 1200 resources, 1.2k in short.",
        "It costs $1,234.56, €1,235, $1.2k or 1234,56 € a month.",
        "The disk has 512 GiB, 550 GB, 0.5 TiB or 549,755,813,888 bytes.",
        "7.4 % of requests failed; retention is 30 days, or 720 hours.",
        "There were 2,785 attempts on `vm-jump-03`.",
        "The score is −11.6 points below the 52.1 % before, or 12 percentage points.",
    ]);
}

#[test]
fn rows_and_values_may_be_counted_summed_and_compared() {
    unmarked(&[
        "There are 5 alerts, 3 of them High, 1 Medium and 1 Low [e1].",
        "3 of 5 alerts (60 %) are High.",
        "2 alerts are on vm-web-01.",
        "In all 10,755 attempts were made, 2,151 a machine on average.",
        "34.5 points are left to gain.",
        "5 of 48 rows were read, 43 were not.",
        "vm-jump-03 saw 2,785 attempts, vm-web-01 1,517: 1,268 more, 1.8 times as many.",
        "0 machines are safe, 1 is worst.",
    ]);
}

#[test]
fn days_and_times_may_be_written_in_any_notation_and_zone() {
    unmarked(&[
        "The first was on 2026-11-02 at 01:14 UTC, the last on 2 November 2026.",
        "On November 2, 2026, on Nov 2, on 2nd Nov, on 02.11.2026, on 11/02/2026.",
        "It began at 2026-11-03T06:12:00Z, 2026-11-03 07:12 in Berlin, and took 42 minutes.",
        "The score fell since 27 October 2026, 7 days ago, in October 2026.",
        "Three alerts came yesterday, 1 day ago; today is 3 November 2026. In 2026 it was so.",
    ]);
}

#[test]
fn names_ids_and_addresses_of_the_evidence_may_be_named() {
    unmarked(&[
        "vm-web-01's alert and VM-WEB-02 in rg-web-prod, from 203.0.113.7.",
        "Subscription 0b1f6471-1bf0-4dda-aec3-cb9272f09590 holds `vm-sql-01`.",
        "See /subscriptions/0b1f6471-1bf0-4dda-aec3-cb9272f09590/resourceGroups/rg-web-prod/providers/Microsoft.Compute/virtualMachines/vm-web-01.",
        "You asked for rg-shop in the last 90 days.",
    ]);
}

#[test]
fn what_is_no_claim_is_left_alone() {
    unmarked(&[
        "1. Enable MFA\n2. Patch\n17) Look\n\n## 4. Next\n### 2.3 Later",
        "| # | Name |\n|---|---|\n| 1 | vm-web-01 |\n| 2 | vm-web-02 |",
        "Run `az vm list --top 77 --name x9` or:\n```kql\nAlerts | take 999\n```\nand then look.",
        "~~~\nvm-made-up-09 on 2020-01-01\n~~~",
        "See [the docs](https://example.com/2020/77) and https://example.com/a-99/b?x=123.",
        "Use TLS 1.2, version 1.28.5, Windows Server 2019, SHA-256, a 64-bit system, UTF-8, HTTP 404.",
        "A high-severity, end-to-end, read-only, cross-region, pay-as-you-go follow-up.",
        "Close port 3389 and ports 22. Rotate keys every 60 days. The top 3 are enough.",
        "The 1st and the 2nd, 24/7, 4xx and 5xx, P1 and Q3, CIS 2.0, ISO 27001, IPv4.",
        "Secure scores rise; nothing else is known.",
        "",
    ]);
}

#[test]
fn ranges_fractions_and_words_may_tell_what_is_known() {
    unmarked(&[
        "Three of the five alerts are High; the score fell twelve percentage points.",
        "3–5 alerts, 3-5 alerts, between 3 and 5 alerts, 3/5 alerts, 3 out of 5 (60%).",
        "1,517–2,785 attempts, 1.5k–2.8k, 40–41 %, 40-41%, from 40 to 41 percent.",
        "2 of 48 rows, score 23.5/58, a 22% drop, down 22.3 %, +22.3%.",
        "06:12–06:54 UTC, 06:12-06:54 UTC, a 42-minute outage, 42m, 0.7 h, 2,520 s.",
        "The disk moved 512GB at 549.8 GB/s.",
        "In the last ninety days, or three months, these two things stand out.",
        "There are two ways: the first two steps help, the other three do not.",
    ]);
}

#[test]
fn times_may_be_told_in_halves_of_a_day() {
    unmarked(&[
        "At 2:14 am in Berlin, at 1:14 a.m. UTC, around 6am, 2h48m ago, 2 hours and 48 minutes ago.",
        "On 02-11-2026, 2026/11/02, in 2026-11, on Monday 2 November.",
    ]);
}

#[test]
fn names_may_stand_in_lists_paths_and_before_ports() {
    unmarked(&[
        "vm-web-01/vm-web-02, VM-Jump-03's disk, 203.0.113.7:443 and 203.0.113.7/32.",
        "The vm-web-* machines and rg-web-{a,b}; vm-web-01.json is no machine.",
        "SHA256, sha256-signed, x64-based, gen2-only, IPv4-only, an under-30-day window, end-of-2025.",
        "See management.azure.com, blob.core.windows.net, privatelink.blob.core.windows.net.",
        "Close ports 22, 3389 and 5985-5986.",
    ]);
}
