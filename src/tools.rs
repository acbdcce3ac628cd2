//! Typed reads of Azure.
