//! The promises, one topic a module, in one binary so that the tests link once.

mod estate_access;
mod estate_defender;
mod estate_graph;
mod estate_manners;
mod estate_site;
mod estate_world;
mod kql;
