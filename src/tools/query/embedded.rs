//! The built-in query files, by path, in the order of their names.

use super::{
    QueryTool,
    load::{LoadError, parse},
};

// `FILES: &[(path below tools/, text)]`, written by `build.rs`.
include!(concat!(env!("OUT_DIR"), "/query_files.rs"));

/// The built-in query tools.
///
/// # Errors
/// [`LoadError`], which a test rules out.
pub fn built_in() -> Result<Vec<QueryTool>, LoadError> {
    FILES.iter().map(|(path, text)| parse(path, text)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_query_file_reads() {
        assert!(FILES.is_sorted_by_key(|(path, _)| *path));
        assert_eq!(built_in().unwrap().len(), FILES.len());
    }
}
