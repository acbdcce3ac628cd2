//! The promises, one topic a module, in one binary so that the tests link once.

#[cfg(test)]
mod azure_client;
#[cfg(test)]
mod azure_credential;
#[cfg(test)]
mod azure_errors;
#[cfg(test)]
mod azure_ids;
#[cfg(test)]
mod azure_links;
#[cfg(test)]
mod azure_resource_graph;
#[cfg(test)]
mod azure_server;
#[cfg(test)]
mod azure_tls;
mod protocol_schema;
#[cfg(test)]
mod tools_catalog;
#[cfg(test)]
mod tools_router;
#[cfg(test)]
mod tools_bench;
#[cfg(test)]
mod tools_estate;
#[cfg(test)]
mod tools_digest;
#[cfg(test)]
mod tools_hostile;
mod estate_access;
mod estate_defender;
mod estate_graph;
mod estate_manners;
mod estate_site;
mod estate_world;
mod kql;
