//! The promises, one topic a module, in one binary so that the tests link once.

mod kql;
