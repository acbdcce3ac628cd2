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
    "end",
    "last",
    "next",
    "under",
    "over",
    "per",
    "every",
    "all",
    "one",
    "two",
    "three",
    "multi",
    "single",
    "dual",
    "beyond",
    "until",
    "since",
    "past",
    "early",
    "late",
    "fiscal",
    "fy",
    "rfc",
    "win",
    "java",
    "net",
    "dotnet",
    "node",
    "php",
    "el",
    "rhel",
    "centos",
    "debian",
    "sles",
    "md",
    "nist",
    "pci",
    "cis",
    "soc",
    "crc",
    "arm",
    "amd",
    "x",
    "usd",
    "eur",
    "gbp",
    "chf",
    "azure",
    "mysql",
    "postgres",
    "ed",
    "ecdsa",
    "utc",
    "gmt",
    "az",
    "sc",
    "ms",
    "event",
];

/// The names that a chunk claims, in small letters: itself, those that a slash joins, the host of
/// an address. A name that is cut off (`vm-web-*`) stands for many and claims none.
pub(super) fn of(chunk: &str, after: &str) -> Option<Vec<String>> {
    let small = |name: &str| vec![name.to_ascii_lowercase()];
    if is_resource_name(chunk) {
        let is_cut_off =
            ["-*", "-\\*", "-{", "-<", "-…", "…"].iter().any(|mark| after.starts_with(mark));
        return (!is_cut_off).then(|| small(chunk));
    }
    if is_mail(chunk) || is_ipv6(chunk) {
        return Some(small(chunk));
    }
    let (first, rest) = chunk.split_once(['/', ':'])?;
    if is_ip(first) {
        return Some(small(first));
    }
    let names = || chunk.split('/').filter(|part| is_resource_name(part));
    let is_list = !rest.contains(':') && is_resource_name(first) && names().count() > 1;
    is_list.then(|| names().map(str::to_ascii_lowercase).collect())
}

/// Whether a word looks like the name of a resource, a GUID or an address.
pub(super) fn is_resource_name(word: &str) -> bool {
    is_guid(word) || is_ip(word) || is_dashed_name(word) || is_numbered_name(word) || is_host(word)
}

/// `kv-contoso.vault.azure.net`: a name with the domain behind it.
fn is_host(word: &str) -> bool {
    const DOMAINS: [&str; 5] =
        [".azure.net", ".windows.net", ".azurewebsites.net", ".azure.com", ".azurecr.io"];
    // `blob.core.windows.net` and private DNS zones belong to everybody.
    const SHARED: [&str; 9] =
        ["privatelink", "blob", "file", "queue", "table", "dfs", "web", "database", "vault"];
    DOMAINS.iter().any(|domain| word.ends_with(domain))
        && !word.contains('@')
        && word.split('.').count() > 3
        && word.split('.').next().is_some_and(|first| !SHARED.contains(&first))
}

/// `ana@contoso.com`.
fn is_mail(word: &str) -> bool {
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    word.split_once('@').is_some_and(|(user, host)| {
        !user.is_empty() && host.contains('.') && user.chars().all(part) && host.chars().all(part)
    })
}

fn is_ipv6(word: &str) -> bool {
    word.contains(':') && word.len() > 4 && word.parse::<std::net::Ipv6Addr>().is_ok()
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
    if is_way_of_speaking(first, parts.clone()) {
        return false;
    }
    if known {
        // `app-based` and `id-only` are words; names have digits or more parts.
        return digit || count > 2 || (lower && !matches!(first, "app" | "id" | "plan" | "sub"));
    }
    let digits = parts.next_back().filter(|last| last.bytes().all(|byte| byte.is_ascii_digit()));
    let digits = digits.map_or(0, str::len);
    digit && (lower && first.len() > 1 || count > 2 && (upper || digits > 1) || upper && digits > 3)
}

/// `sha256-signed`, `under-30-day`, `end-of-2025`: words that a dash joins.
fn is_way_of_speaking<'w>(first: &str, mut rest: impl Iterator<Item = &'w str>) -> bool {
    const MEASURES: [&str; 14] = [
        "day", "days", "hour", "hours", "minute", "minutes", "month", "months", "week", "year",
        "percent", "point", "based", "only",
    ];
    let stem = first.trim_end_matches(|c: char| c.is_ascii_digit());
    WORDS.iter().any(|known| known.eq_ignore_ascii_case(stem))
        || rest.any(|part| MEASURES.contains(&part))
}

/// `stcontoso001`, `vmweb07`, `DC01`, `KB5031234`.
fn is_numbered_name(word: &str) -> bool {
    let stem = word.trim_end_matches(|c: char| c.is_ascii_digit());
    let lower = stem.bytes().all(|byte| byte.is_ascii_lowercase());
    let upper = stem.bytes().all(|byte| byte.is_ascii_uppercase());
    let digits = word.len() - stem.len();
    (lower || upper)
        && stem.len() >= 2
        && (2..=8).contains(&digits)
        && !WORDS.iter().any(|known| known.eq_ignore_ascii_case(stem))
}
