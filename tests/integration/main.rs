//! The promises, one topic a module, in one binary so that the tests link once.
#[cfg(test)]
mod claim_check;
mod protocol_schema;
#[cfg(test)]
mod redaction;
#[cfg(test)]
mod thread_rules;
