//! The promises, one topic a module, in one binary so that the tests link once.

#[cfg(test)]
mod architecture;
#[cfg(test)]
mod arm_examples;
#[cfg(test)]
mod azure_allow_list;
#[cfg(test)]
mod azure_client;
#[cfg(test)]
mod azure_clouds;
#[cfg(test)]
mod azure_credential;
#[cfg(test)]
mod azure_errors;
#[cfg(test)]
mod azure_ids;
#[cfg(test)]
mod azure_links;
#[cfg(test)]
mod azure_notices;
#[cfg(test)]
mod azure_resource_graph;
#[cfg(test)]
mod azure_server;
#[cfg(test)]
mod azure_tls;
#[cfg(test)]
#[path = "../support/chat.rs"]
mod chat;
#[cfg(test)]
mod chat_socket;
#[cfg(test)]
mod claim_check;
#[cfg(test)]
mod cli_ask;
#[cfg(test)]
mod cli_chat;
#[cfg(test)]
mod cli_doctor;
#[cfg(test)]
mod cli_help;
#[cfg(test)]
mod cli_tools;
#[cfg(test)]
mod crash_restart;
#[cfg(test)]
mod disk_full;
#[cfg(test)]
mod estate_access;
#[cfg(test)]
mod estate_compliance;
#[cfg(test)]
mod estate_configuration;
#[cfg(test)]
mod estate_defender;
#[cfg(test)]
mod estate_graph;
#[cfg(test)]
mod estate_health;
#[cfg(test)]
mod estate_just_in_time;
#[cfg(test)]
mod estate_logs;
#[cfg(test)]
mod estate_manners;
#[cfg(test)]
mod estate_metrics;
#[cfg(test)]
mod estate_monitor;
#[cfg(test)]
mod estate_recovery;
#[cfg(test)]
mod estate_rules;
#[cfg(test)]
mod estate_scope;
#[cfg(test)]
mod estate_site;
#[cfg(test)]
mod estate_stories;
#[cfg(test)]
mod estate_world;
#[cfg(test)]
mod every_tool;
#[cfg(test)]
mod every_tool_hostile;
#[cfg(test)]
mod kql;
#[cfg(test)]
mod log_lines;
#[cfg(test)]
mod metrics_text;
#[cfg(test)]
mod model_breaks;
#[cfg(test)]
mod model_calls;
#[cfg(test)]
#[path = "../support/model_client.rs"]
mod model_client;
#[cfg(test)]
mod model_outages;
#[cfg(test)]
mod model_requests;
#[cfg(test)]
mod model_script;
#[cfg(test)]
#[path = "../support/model_server.rs"]
mod model_server;
#[cfg(test)]
mod model_text;
#[cfg(test)]
mod overload;
#[cfg(test)]
mod planner;
#[cfg(test)]
mod planner_eval;
#[cfg(test)]
mod planner_prompts;
#[cfg(test)]
mod planner_tables;
#[cfg(test)]
#[path = "../support/process.rs"]
mod process;
#[cfg(test)]
mod protocol_schema;
#[cfg(test)]
mod redaction;
#[cfg(test)]
mod redaction_inlets;
#[cfg(test)]
mod rest_api;
#[cfg(test)]
mod rest_export;
#[cfg(test)]
mod rest_manners;
#[cfg(test)]
mod run_loop;
#[cfg(test)]
#[path = "../support/service.rs"]
mod service;
#[cfg(test)]
mod store_append;
#[cfg(test)]
mod store_crash;
#[cfg(test)]
mod store_fixture;
#[cfg(test)]
mod store_limits;
#[cfg(test)]
mod store_model;
#[cfg(test)]
mod store_threads;
#[cfg(test)]
mod store_unusable;
#[cfg(test)]
mod thread_rules;
#[cfg(test)]
#[path = "../support/tool_costs.rs"]
mod tool_costs;
#[cfg(test)]
mod tools_access_on_request;
#[cfg(test)]
mod tools_across;
#[cfg(test)]
mod tools_bench;
#[cfg(test)]
mod tools_catalog;
#[cfg(test)]
mod tools_configuration;
#[cfg(test)]
mod tools_cost;
#[cfg(test)]
mod tools_cost_pillar;
#[cfg(test)]
mod tools_digest;
#[cfg(test)]
mod tools_estate;
#[cfg(test)]
mod tools_exposure;
#[cfg(test)]
mod tools_hostile;
#[cfg(test)]
mod tools_logs;
#[cfg(test)]
mod tools_menu;
#[cfg(test)]
mod tools_metrics;
#[cfg(test)]
mod tools_observability;
#[cfg(test)]
mod tools_observability_bounds;
#[cfg(test)]
mod tools_observability_hostile;
#[cfg(test)]
mod tools_observability_router;
#[cfg(test)]
mod tools_portal;
#[cfg(test)]
mod tools_resiliency;
#[cfg(test)]
mod tools_resiliency_bounds;
#[cfg(test)]
mod tools_router;
#[cfg(test)]
mod tools_router_security;
#[cfg(test)]
mod tools_scope;
#[cfg(test)]
mod tools_scope_more;
#[cfg(test)]
mod tools_security;
#[cfg(test)]
mod tools_security_bounds;
#[cfg(test)]
mod tools_security_hostile;
#[cfg(test)]
mod tools_weaknesses;
