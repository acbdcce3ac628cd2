//! Optimization: cost, Azure Advisor, idle resources, carbon.

mod costs;
mod forecast_cost;
mod get_carbon_emissions;
mod get_cost;
mod list_budgets;
mod list_cost_alerts;
mod list_cost_movers;
mod list_reservation_advice;
mod money;
mod parts;
mod period;

use std::sync::Arc;

use super::tool::{AnyTool, boxed};

pub use forecast_cost::ForecastCost;
pub use get_carbon_emissions::GetCarbonEmissions;
pub use get_cost::GetCost;
pub use list_budgets::ListBudgets;
pub use list_cost_alerts::ListCostAlerts;
pub use list_cost_movers::ListCostMovers;
pub use list_reservation_advice::ListReservationAdvice;

/// The typed tools of this pillar.
pub(super) fn tools() -> Vec<Arc<dyn AnyTool>> {
    vec![
        boxed(ForecastCost),
        boxed(GetCarbonEmissions),
        boxed(GetCost),
        boxed(ListBudgets),
        boxed(ListCostAlerts),
        boxed(ListCostMovers),
        boxed(ListReservationAdvice),
    ]
}
