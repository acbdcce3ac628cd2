//! Names of resources: how they look, so that words are not taken for them.

/// How Azure names begin by convention.
const PREFIXES: &[&str] = &[
    "vm", "vmss", "rg", "kv", "st", "sql", "sqldb", "sqlmi", "aks", "app", "func", "plan", "asp",
    "vnet", "snet", "nsg", "pip", "nic", "lb", "agw", "appgw", "law", "appi", "cosmos", "redis",
    "sb", "sbns", "evh", "evhns", "acr", "cr", "ca", "cae", "disk", "osdisk", "bvault", "rsv",
    "afd", "fw", "bas", "vpn", "pe", "mg", "sub", "id", "apim", "dbw", "adf", "psql", "mysql",
];

/// First words of things that are counted or versioned, not named.
const WORDS: &[&str] = &[
    "top",
    "step",
    "tier",
    "phase",
    "level",
    "zone",
    "day",
    "sha",
    "utf",
    "tls",
    "sev",
    "gen",
    "layer",
    "type",
    "part",
    "option",
    "point",
    "priority",
    "version",
    "region",
    "week",
    "month",
    "year",
    "non",
    "pre",
    "post",
    "mid",
    "base",
    "ipv",
    "http",
    "oauth",
    "log",
    "iso",
    "aes",
    "rsa",
    "windows",
    "server",
    "ubuntu",
    "office",
    "microsoft",
    "python",
    "port",
    "ports",
    "http2",
];

/// Whether a word looks like the name of a resource, a GUID or an address.
pub(super) fn is_resource_name(word: &str) -> bool {
    is_guid(word) || is_ip(word) || is_dashed_name(word) || is_numbered_name(word)
}

/// Whether it is a GUID.
pub(super) fn is_guid(word: &str) -> bool {
    word.len() == 36
        && word.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// Whether it is an IPv4 address.
pub(super) fn is_ip(word: &str) -> bool {
    word.parse::<std::net::Ipv4Addr>().is_ok()
}

/// `vm-web-01`, `kv-contoso`, `SRV-DC-02`, `CVE-2024-1234`.
fn is_dashed_name(word: &str) -> bool {
    let mut parts = word.split(['-', '_']);
    let Some(first) = parts.next() else { return false };
    let count = 1 + parts.clone().count();
    let letters = first.bytes().any(|byte| byte.is_ascii_alphabetic())
        && first.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic());
    let shape = parts
        .clone()
        .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    if count < 2 || !letters || !shape || !first.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return false;
    }
    let lower = !word.bytes().any(|byte| byte.is_ascii_uppercase());
    let upper = !word.bytes().any(|byte| byte.is_ascii_lowercase());
    let digit = word.bytes().any(|byte| byte.is_ascii_digit());
    let known = PREFIXES.iter().any(|prefix| prefix.eq_ignore_ascii_case(first));
    let word_first = WORDS.iter().any(|known| known.eq_ignore_ascii_case(first));
    if known {
        // `app-based` and `id-only` are words; names have digits or more parts.
        return digit || count > 2 || (lower && !matches!(first, "app" | "id" | "plan" | "sub"));
    }
    digit && !word_first && (lower && first.len() > 1 || upper && count > 2)
}

/// `stcontoso001`, `vmweb07`.
fn is_numbered_name(word: &str) -> bool {
    let stem = word.trim_end_matches(|c: char| c.is_ascii_digit());
    let plain = word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    plain
        && word.len() >= 6
        && word.len() - stem.len() >= 2
        && stem.len() >= 3
        && stem.bytes().all(|byte| byte.is_ascii_lowercase())
        && !WORDS.contains(&stem)
}
