//! Severities: each tool has a scale of its own, and people use any of them.

/// A severity as people say it, and what it is on the scales that lack it, best first.
const ELSEWHERE: &[(&str, &[&str])] = &[
    ("Critical", &["Sev0", "High"]),
    ("High", &["Sev0", "Sev1"]),
    ("Error", &["Sev1", "High"]),
    ("Medium", &["Sev2"]),
    ("Warning", &["Sev2", "Medium"]),
    ("Low", &["Sev3", "Sev4"]),
    ("Informational", &["Sev3", "Low"]),
    ("Verbose", &["Sev4", "Informational", "Low"]),
    ("Sev0", &["Critical", "High"]),
    ("Sev1", &["High"]),
    ("Sev2", &["Medium"]),
    ("Sev3", &["Low", "Informational"]),
    ("Sev4", &["Informational", "Low"]),
];
/// Severities that are two on the scale of Azure Monitor.
const BOTH: [&str; 2] = ["High", "Low"];

/// The severities that are named, on the scale of a tool.
pub(super) fn of(options: &[&str], named: &[&'static str]) -> Vec<&'static str> {
    let mut found: Vec<&'static str> = Vec::new();
    for one in named {
        let there = options.contains(one);
        let elsewhere =
            ELSEWHERE.iter().find(|(name, _)| name == one).map_or(&[][..], |(_, on)| *on);
        let mut others = elsewhere.iter().copied().filter(|other| options.contains(other));
        let monitored = options.contains(&"Sev0") && BOTH.contains(one);
        let levels: Vec<&'static str> = match (there, monitored) {
            (true, _) => vec![*one],
            (false, true) => others.collect(),
            (false, false) => others.next().into_iter().collect(),
        };
        found.extend(levels.into_iter().filter(|level| !found.contains(level)).collect::<Vec<_>>());
    }
    found.sort_by_key(|level| options.iter().position(|option| option == level));
    found
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn every_word_for_a_severity_has_its_place_on_every_scale() {
        let monitor = ["Sev0", "Sev1", "Sev2", "Sev3", "Sev4"];
        let defender = ["Informational", "Low", "Medium", "High"];
        assert_eq!(of(&monitor, &["Critical"]), ["Sev0"]);
        assert_eq!(of(&monitor, &["High", "Critical"]), ["Sev0", "Sev1"]);
        assert_eq!(of(&monitor, &["Warning"]), ["Sev2"]);
        assert_eq!(of(&defender, &["Critical"]), ["High"]);
        assert_eq!(of(&defender, &["Sev1", "Sev2"]), ["Medium", "High"]);
        assert_eq!(of(&["Low", "Critical"], &["Critical"]), ["Critical"]);
        assert!(of(&[], &["High"]).is_empty());
    }
}
