//! Management groups, roles, locks, tags; what is set up and paid for.

use super::table::{Row, on};

/// Words of what holds resources and who may do what.
pub(super) const TABLE: &[Row] = &[
    on("management_group", "list_management_groups").knows("hierarchy tree structure tenant subscription subscriptions under below"),
    on("hierarchy|tree subscription|tenant|management|group", "list_management_groups"),
    on("role_assignment|rbac_assignment|rbac -change|changed|who_assigned", "list_role_assignments").knows("available access who has granted review users identities"),
    on("who has|have|holds|hold|is|are +owner|contributor|reader|access|admin|administrator|rights|permission|permissions|role|roles|owners|contributors -did|gave|changed|deleted|who_changed", "list_role_assignments").knows("access right rights role on to"),
    on("+owner|contributor|administrator|admin access|role|roles|assignment|right|rights|permission|broadly|everywhere|subscription -i|need|my", "list_role_assignments").knows("granting who has"),
    on("over_privileged|overprivileged|privileged user|users|identity|identities|principal|access|account|accounts", "list_role_assignments").knows("rbac review"),
    on("access|role|roles|permissions service_principal|guest|guests|managed_identity|group -i|need|sign_in", "list_role_assignments"),
    on("role|roles|access does|have|has -i|we|need", "list_role_assignments").last(),
    on("lock|locks|locked list|show|which|what|where|resource|group|any|delete|readonly|have -i|me|can|can't|why|cannot|who", "list_locks").knows("delete readonly read-only resources"),
    on("delete_lock|readonly_lock|read-only_lock|resource_lock|management_lock -i|can|can't|why", "list_locks"),
    on("tag list|which|what|all|value|values|key|keys|coverage|use|used|names -@tag|resource_with|vm", "list_tags").knows("resources in most common"),
    on("untagged|missing_tag|without_tag|without_tags|no_tag|no_tags|tagging|tag_coverage|missing_tags", "list_untagged_resources").knows("resources resource which"),
    on("lack|lacks|lacking|missing|without tag|tags", "list_untagged_resources").knows("resources resource which are the a"),
    on("agent|agents machine|vm|server without|no|missing|lack", "get_onboarding_status").knows("monitoring monitor which"),
    on("hybrid_benefit|license_type|licence_type|software_assurance", "get_licensing").knows("azure windows sql which machines use"),
    on("onboarding|onboarded|onboard|enrolled|enrollment|not_enrolled|enrolment|set_up -alert", "get_onboarding_status").knows("machine machines status state subscription subscriptions"),
    on("managed_operations|managedops|machine_enrollment|essential_machine_management", "get_onboarding_status"),
    on("provider|providers registered|unregistered|resource_provider", "get_onboarding_status"),
    on("license|licensing|licence|licenses|paid_plans|licenced|paid_plan", "get_licensing").knows("plan plans on where which enrollment add would cost"),
    on("what would enrollment|enrolling|enroll add|cost|enable", "get_licensing"),
];
