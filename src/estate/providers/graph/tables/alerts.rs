//! `alertsmanagementresources`.

use super::{GraphTables, shared};
use crate::estate::kql::SharedRow;

impl GraphTables<'_> {
    /// The alerts of Azure Monitor as they stand now.
    pub(super) fn fired(&self) -> Vec<SharedRow> {
        let (state, world) = (self.call.state, self.call.world());
        if !self.wants("microsoft.alertsmanagement/alerts") {
            return Vec::new();
        }
        let right = "Microsoft.AlertsManagement/alerts/read";
        let fits = state.fired().filter(|(_, alert)| {
            let subscription = alert.target.subscription(world);
            subscription.is_some_and(|ix| self.subscriptions.contains(&ix))
                && self.may(right, alert.target.scope())
        });
        fits.filter_map(|(ix, alert)| shared(alert.row(world, &state.handled(ix, alert))))
            .take(self.enough())
            .collect()
    }
}
