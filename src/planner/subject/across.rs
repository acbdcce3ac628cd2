//! What is asked of all pillars at once, or of all there is to know of one resource.

use super::table::{Row, on};

/// Words of questions across the pillars.
pub(super) const TABLE: &[Row] = &[
    on(
        "operations_overview|operations_summary|state_of_operations|ops_summary|ops_overview",
        "summarize_operations",
    ),
    on(
        "summarize|summary|overview operations -security|cost|alert|backup|policy|patch|compliance",
        "summarize_operations",
    ),
    on("all_pillars|five_pillars|each_pillar|every_pillar|across_pillars", "summarize_operations"),
    on(
        "health_check|morning_briefing|daily_briefing|daily_report|situation_report|morning_report -app|probe|@resource",
        "summarize_operations",
    ),
    on("how_are_we_doing|how_is_everything|how_are_things -security|cost", "summarize_operations"),
    on(
        "where_should_i|what_should_i|what_should_we|what_do_i|what_to start|do|fix|tackle|address|look first|now|today|next -score|security|cost|recommendation|patch|@resource",
        "rank_actions",
    ),
    on(
        "most|biggest|top urgent|important|pressing|priority|impactful action|issue|problem|thing|task -security|score|cost|recommendation",
        "rank_actions",
    ),
    on("prioritize|prioritise|rank action|issue|problem|everything|work|task|fix", "rank_actions"),
    on(
        "top priority|action|issue|problem -security|cost|recommendation|cost_action",
        "rank_actions",
    ),
    on("to-do|todo|worst|urgent first|list|problem -security|score|cost", "rank_actions"),
    on("investigate|troubleshoot|diagnose @resource", "investigate_resource").knows("won't start boot booting stuck slow down why problem problems issue issues help unresponsive happened"),
    on(
        "everything|all about|on|know|of @resource -alert|change|backup|cost",
        "investigate_resource",
    ).knows("won't start boot booting stuck slow down why problem problems issue issues help unresponsive happened"),
    on(
        "what_is|what wrong|happening|happened|up with|to|on @resource -alert|change|changed|cost",
        "investigate_resource",
    ).knows("won't start boot booting stuck slow down why problem problems issue issues help unresponsive happened"),
    on("root_cause|full_picture|whole_story|deep_dive @resource", "investigate_resource").knows("won't start boot booting stuck slow down why problem problems issue issues help unresponsive happened"),
];
