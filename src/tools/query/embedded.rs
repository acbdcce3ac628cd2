//! The built-in query files, by path, in the order of their names.

use super::{
    QueryTool,
    load::{LoadError, parse},
};

const FILES: &[(&str, &str)] = &[
    ("scope/count_resources.kql", include_str!("../../../tools/scope/count_resources.kql")),
    (
        "security/summarize_recommendations.kql",
        include_str!("../../../tools/security/summarize_recommendations.kql"),
    ),
];

/// The built-in query tools.
///
/// # Errors
/// [`LoadError`], which a test rules out.
pub fn built_in() -> Result<Vec<QueryTool>, LoadError> {
    FILES.iter().map(|(path, text)| parse(path, text)).collect()
}

/// The paths that are embedded, for the test that none is forgotten.
#[cfg(test)]
pub(crate) fn paths() -> Vec<&'static str> {
    FILES.iter().map(|(path, _)| *path).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_query_file_is_embedded_and_reads() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tools");
        let mut found = Vec::new();
        for pillar in std::fs::read_dir(&root).unwrap().map(|entry| entry.unwrap().path()) {
            for file in std::fs::read_dir(&pillar).into_iter().flatten() {
                let path = file.unwrap().path();
                if path.extension().is_some_and(|extension| extension == "kql") {
                    found.push(path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned());
                }
            }
        }
        found.sort();
        assert_eq!(found, paths());
        built_in().unwrap();
    }
}
