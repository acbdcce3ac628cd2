//! Events of what somebody changed through the estate, with the correlation id of the request.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Record, entity};
use crate::estate::{
    chronicle::Target, defender::alerts::AlertState, journal::Write, state::State,
};

/// What a write was done to, and what it was.
struct Own<'a> {
    target: Target,
    resource_id: String,
    operation: String,
    by: &'a str,
    at: Timestamp,
    correlation: &'a str,
}

impl<'a> Own<'a> {
    fn of(state: &State, write: &'a Write) -> Option<Self> {
        let world = &state.world;
        match write {
            Write::AlertState { alert, state: to, by, at, correlation } => {
                let (_, alert) = state.find_alert(alert)?;
                let verb = match AlertState::of_word(to) {
                    Some(AlertState::Resolved) => "resolve",
                    Some(AlertState::Dismissed) => "dismiss",
                    Some(AlertState::InProgress) => "inProgress",
                    Some(AlertState::Active) | None => "activate",
                };
                Some(Self {
                    target: Target::Resource(alert.resource),
                    resource_id: alert.id(world),
                    operation: format!("Microsoft.Security/locations/alerts/{verb}/action"),
                    by,
                    at: *at,
                    correlation,
                })
            }
            Write::MonitorAlertState { alert, by, at, correlation, .. } => {
                let (_, alert) = state.find_fired(alert)?;
                Some(Self {
                    target: alert.target.clone(),
                    resource_id: alert.id(world),
                    operation: "Microsoft.AlertsManagement/alerts/changestate/action".into(),
                    by,
                    at: *at,
                    correlation,
                })
            }
        }
    }

    fn record(&self, state: &State, order: u8) -> Record {
        let chance = state.world.chance.child(self.correlation).child(&self.resource_id);
        let chance = chance.child(&self.operation).nth(u64::from(order));
        let mut record = Record::about(&state.world, &self.target, self.at, chance);
        record.order = order;
        if order == 0 {
            record.event = "BeginRequest";
            record.status = "Started";
        }
        record.operation.clone_from(&self.operation);
        record.resource_id.clone_from(&self.resource_id);
        self.by.clone_into(&mut record.caller);
        record.claims = own_claims(state, self.by);
        // A journal of an older make has none.
        if !self.correlation.is_empty() {
            self.correlation.clone_into(&mut record.correlation_id);
        }
        let kind = self.operation.rsplitn(3, '/').nth(2).unwrap_or_default();
        kind.clone_into(&mut record.resource_type);
        record.properties = Value::Object(entity(&record));
        record
    }
}

/// What somebody changed through the estate: its beginning and its end.
pub(in super::super) fn of_write(state: &State, write: &Write) -> Vec<Record> {
    let own = Own::of(state, write);
    own.iter().flat_map(|own| [own.record(state, 0), own.record(state, 1)]).collect()
}

fn own_claims(state: &State, upn: &str) -> Value {
    let name = upn.split('@').next().unwrap_or_default();
    let principal = state.directory.principal(&format!("sample:{name}"));
    json!({
        "name": name,
        "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn": upn,
        "http://schemas.microsoft.com/identity/claims/objectidentifier":
            principal.map(|principal| principal.object_id),
    })
}
