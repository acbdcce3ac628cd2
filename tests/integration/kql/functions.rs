//! Scalar functions and operators, one row each.

use serde_json::json;

use super::check_value;

#[test]
fn text_is_found_by_kustos_operators() {
    for (expr, expected) in [
        ("'Microsoft.Compute/virtualMachines' =~ 'microsoft.compute/VIRTUALMACHINES'", true),
        ("'a' == 'A'", false),
        ("'a' !~ 'A'", false),
        ("'Storage Account' contains 'AGE ACC'", true),
        ("'Storage' contains_cs 'stor'", false),
        ("'Storage' !contains 'x'", true),
        ("'North America' has 'america'", true),
        ("'NorthAmerica' has 'america'", false),
        ("'microsoft.compute/virtualmachines' has 'compute'", true),
        ("'vm-web-01' has 'web-01'", true),
        ("'vm-web-01' !has 'we'", true),
        ("'a b' has_any ('x', 'B')", true),
        ("'a b' has_all ('a', 'c')", false),
        ("'a b c' has_all (dynamic(['a', 'c']))", true),
        ("'softwarepatches' hasprefix 'soft'", true),
        ("'x softwarepatches' hassuffix 'patches'", true),
        ("'hidden-link' startswith 'HIDDEN'", true),
        ("'hidden-link' !startswith_cs 'HIDDEN'", true),
        ("'Café' endswith 'FÉ'", true),
        ("'x' in ('y', 'x')", true),
        ("'X' in ('y', 'x')", false),
        ("'X' in~ ('y', 'x')", true),
        ("'x' !in~ ('y', 'X')", false),
        ("2 in (dynamic([1, 2]))", true),
        ("'Contoso12' matches regex @'^Contoso(.*)[0-9]+$'", true),
        ("5 between (1 .. 5)", true),
        ("5 !between (1 .. 5)", false),
        ("datetime(2026-03-14) between (ago(2d) .. 1d)", true),
        ("not(1 == 1)", false),
        ("1 == 1.0", true),
        ("dynamic(true) =~ 'TRUE'", true),
        ("dynamic(null) != 'x'", true),
        ("dynamic(3) > 2", true),
        ("dynamic('2026-01-01') < now()", true),
        ("bool(null) or true", true),
    ] {
        check_value(expr, json!(expected));
    }
}

#[test]
fn nulls_follow_kusto() {
    for (expr, expected) in [
        ("int(null) == int(null)", json!(null)),
        ("int(null) == 1", json!(false)),
        ("int(null) != 1", json!(true)),
        ("int(null) < 1", json!(null)),
        ("int(null) + 1", json!(null)),
        ("isnull(dynamic(null))", json!(true)),
        ("isnull('')", json!(false)),
        ("isempty('')", json!(true)),
        ("isempty(dynamic({}).x)", json!(true)),
        ("isnotempty(dynamic({'a': 'b'}).a)", json!(true)),
        ("coalesce(dynamic(null), 'x')", json!("x")),
        ("coalesce('', 'x')", json!("x")),
        ("tostring(dynamic(null))", json!("")),
        ("bool(null) and false", json!(false)),
        ("bool(null) and true", json!(null)),
        ("iff(bool(null), 1, 2)", json!(2)),
    ] {
        check_value(expr, expected);
    }
}

#[test]
fn numbers_follow_kusto() {
    for (expr, expected) in [
        ("7 / 2", json!(3)),
        ("7 / 2.0", json!(3.5)),
        ("7 % 4", json!(3)),
        ("1 / 0", json!(null)),
        ("2 + 3 * 4 - 1", json!(13)),
        ("-(2 + 3)", json!(-5)),
        ("0x1F", json!(31)),
        ("1e3", json!(1000.0)),
        ("bin(7, 5)", json!(5)),
        ("bin(-1, 5)", json!(-5)),
        ("bin(1.239, 0.01)", json!(1.23)),
        ("floor(1.9, 1)", json!(1.0)),
        ("ceiling(1.1)", json!(2)),
        ("round(2.5)", json!(2.0)),
        ("round(2.34567, 2)", json!(2.35)),
        ("abs(-3)", json!(3)),
        ("pow(2, 10)", json!(1024.0)),
        ("sqrt(16)", json!(4.0)),
        ("log10(1000)", json!(3.0)),
        ("min_of(3, 1, 2)", json!(1)),
        ("max_of(3.5, 1)", json!(3.5)),
        ("toint('12')", json!(12)),
        ("toint(3000000000)", json!(null)),
        ("tolong('0x10')", json!(16)),
        ("todouble('1.5')", json!(1.5)),
        ("tobool('TRUE')", json!(true)),
        ("tostring(1.0)", json!("1.0")),
        ("tohex(255)", json!("ff")),
        ("isnan(0.0 / 0.0)", json!(true)),
        ("9223372036854775807", json!(9_223_372_036_854_775_807_i64)),
    ] {
        check_value(expr, expected);
    }
}

#[test]
fn strings_follow_kusto() {
    for (expr, expected) in [
        ("strcat('a', 1, true)", json!("a1true")),
        ("strcat_delim('-', 'a', 'b')", json!("a-b")),
        ("strcat_array(dynamic(['a', 'b']), ',')", json!("a,b")),
        ("split('/a/b', '/')", json!(["", "a", "b"])),
        ("split('/a/b', '/', 2)", json!(["b"])),
        ("tostring(split('/a/b', '/', 2))", json!("[\"b\"]")),
        ("split('a/b/c', '/')[-1]", json!("c")),
        ("split('a/b/c', '/')[(-1)]", json!("c")),
        ("substring('abcdef', 2, 3)", json!("cde")),
        ("substring('abcdef', -2)", json!("ef")),
        ("replace_string('a.b.c', '.', '-')", json!("a-b-c")),
        (r"replace_regex('x12', @'(\d)(\d)', @'\2\1')", json!("x21")),
        (r"replace(@'\d', '', 'a1b2')", json!("ab")),
        ("trim('-', '-a-')", json!("a")),
        (r"trim(@'\s+', '  a ')", json!("a")),
        ("trim_start('x', 'xa')", json!("a")),
        ("trim_end('x', 'ax')", json!("a")),
        ("indexof('abcabc', 'c')", json!(2)),
        ("indexof('abc', 'z')", json!(-1)),
        ("indexof('abcabc', 'c', 3)", json!(5)),
        ("extract('/groups/([^/]+)/', 1, '/x/groups/rg1/y')", json!("rg1")),
        ("extract('([0-9]+)', 1, 'a42', typeof(long))", json!(42)),
        (r"extract_all(@'(\d)', 'a1b2')", json!(["1", "2"])),
        ("countof('ababab', 'ab')", json!(3)),
        ("reverse('abc')", json!("cba")),
        ("strlen('naïve')", json!(5)),
        ("toupper('aé')", json!("AÉ")),
        ("base64_encode_tostring('Kusto')", json!("S3VzdG8=")),
        ("base64_decode_tostring('S3VzdG8=')", json!("Kusto")),
        ("url_encode('a b/c')", json!("a%20b%2Fc")),
        ("url_decode('a%20b')", json!("a b")),
        ("parse_url('https://h:8/p?q=1#f').Host", json!("h")),
        ("parse_path('/a/b/c.txt').Extension", json!("txt")),
        ("parse_version('1.2.10') > parse_version('1.2.9')", json!(true)),
        (
            "hash_sha256('a')",
            json!("ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"),
        ),
        ("'a\\'b' \"c\"", json!("a'bc")),
        ("@'a\\b''c'", json!("a\\b'c")),
        ("h'secret'", json!("secret")),
        ("ipv4_is_in_range('10.1.2.3', '10.1.0.0/16')", json!(true)),
        ("format_bytes(2048)", json!("2 KB")),
    ] {
        check_value(expr, expected);
    }
}

#[test]
fn instants_and_durations_follow_kusto() {
    for (expr, expected) in [
        ("now()", json!("2026-03-15T12:00:00Z")),
        ("ago(1d)", json!("2026-03-14T12:00:00Z")),
        ("datetime(2024-02-29) + 1d", json!("2024-03-01T00:00:00Z")),
        ("datetime(2024-01-02) - datetime(2024-01-01 12:00)", json!("12:00:00")),
        ("1d + 2h + 30m + 5s + 100ms", json!("1.02:30:05.1000000")),
        ("time(1.02:03:04)", json!("1.02:03:04")),
        ("90m / 1h", json!(1.5)),
        ("2 * 1h", json!("02:00:00")),
        ("todatetime('2026-03-15T10:00:00.123Z')", json!("2026-03-15T10:00:00.123Z")),
        ("todatetime('2026-03-15T10:00:00+02:00')", json!("2026-03-15T08:00:00Z")),
        ("todatetime('nonsense')", json!(null)),
        ("tostring(datetime(2024-01-01))", json!("2024-01-01T00:00:00.0000000Z")),
        ("startofday(now())", json!("2026-03-15T00:00:00Z")),
        ("startofweek(datetime(2026-03-18))", json!("2026-03-15T00:00:00Z")),
        ("startofmonth(now(), -1)", json!("2026-02-01T00:00:00Z")),
        ("startofyear(now())", json!("2026-01-01T00:00:00Z")),
        ("endofday(now())", json!("2026-03-15T23:59:59.9999999Z")),
        ("endofmonth(now())", json!("2026-03-31T23:59:59.9999999Z")),
        ("dayofweek(now())", json!("00:00:00")),
        ("dayofmonth(now())", json!(15)),
        ("datetime_add('month', 1, datetime(2026-01-31))", json!("2026-02-28T00:00:00Z")),
        ("datetime_diff('day', datetime(2026-03-15), datetime(2026-03-01 23:00))", json!(14)),
        ("datetime_diff('month', datetime(2026-03-01), datetime(2026-01-31))", json!(2)),
        ("datetime_part('hour', now())", json!(12)),
        (
            "format_datetime(datetime(2026-03-05 14:07:09), 'yyyy-MM-dd HH:mm:ss')",
            json!("2026-03-05 14:07:09"),
        ),
        (
            "format_datetime(datetime(2026-03-05 14:07:09), 'd/M/yy h:mm tt')",
            json!("5/3/26 2:07 PM"),
        ),
        ("format_timespan(time(1.02:03:04), 'd.hh:mm')", json!("1.02:03")),
        ("bin(datetime(2026-03-15 13:47), 1h)", json!("2026-03-15T13:00:00Z")),
        ("make_datetime(2026, 3, 15)", json!("2026-03-15T00:00:00Z")),
        ("unixtime_seconds_todatetime(0)", json!("1970-01-01T00:00:00Z")),
        ("todatetime(tolong('2026-03-15T10:00:00Z'))", json!(null)),
        ("totimespan('1.00:00:00')", json!("1.00:00:00")),
    ] {
        check_value(expr, expected);
    }
}

#[test]
fn dynamics_follow_kusto() {
    for (expr, expected) in [
        ("dynamic({'a': {'b.c': [1, 2]}}).a['b.c'][1]", json!(2)),
        ("dynamic({\"a\": 1}).['a']", json!(1)),
        ("dynamic([1, 2, 3])[-1]", json!(3)),
        ("dynamic({'a': 1}).b.c.d", json!(null)),
        ("parse_json('{\"a\": [1]}').a[0]", json!(1)),
        ("parse_json('x')", json!("x")),
        ("array_length(dynamic([1, 2]))", json!(2)),
        ("array_length(dynamic({}))", json!(null)),
        ("array_index_of(dynamic(['a', 'b']), 'b')", json!(1)),
        ("array_concat(dynamic([1]), dynamic([2]))", json!([1, 2])),
        ("array_slice(dynamic([1, 2, 3, 4]), 1, -2)", json!([2, 3])),
        ("array_sort_desc(dynamic([1, 3, 2]))", json!([3, 2, 1])),
        ("set_has_element(dynamic(['a']), 'a')", json!(true)),
        ("set_union(dynamic([1, 2]), dynamic([2, 3]))", json!([1, 2, 3])),
        ("set_intersect(dynamic([1, 2]), dynamic([2, 3]))", json!([2])),
        ("set_difference(dynamic([1, 2]), dynamic([2]))", json!([1])),
        ("bag_keys(dynamic({'a': 1, 'b': 2}))", json!(["a", "b"])),
        ("bag_merge(dynamic({'a': 1}), dynamic({'a': 2, 'b': 3}))", json!({"a": 1, "b": 3})),
        ("bag_pack('a', 1, 'b', 'x')", json!({"a": 1, "b": "x"})),
        ("bag_remove_keys(dynamic({'a': 1, 'b': 2}), dynamic(['a']))", json!({"b": 2})),
        ("bag_has_key(dynamic({'a': 1}), 'a')", json!(true)),
        ("pack_array(1, 'a')", json!([1, "a"])),
        ("range(1, 5, 2)", json!([1, 3, 5])),
        ("zip(dynamic([1, 2]), dynamic(['a', 'b']))", json!([[1, "a"], [2, "b"]])),
        ("gettype(dynamic([1]))", json!("array")),
        ("gettype('x')", json!("string")),
        ("iff(true, dynamic({'a': 1}), '')", json!({"a": 1})),
        ("case(1 > 2, 'a', 2 > 1, 'b', 'c')", json!("b")),
        ("toscalar(Resources | summarize count()) > 0", json!(true)),
        ("tostring(dynamic({'a': [1, 'b']}))", json!("{\"a\":[1,\"b\"]}")),
    ] {
        check_value(expr, expected);
    }
}
