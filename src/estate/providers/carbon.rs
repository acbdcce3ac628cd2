//! `Microsoft.Carbon`: `CarbonService_QueryCarbonEmissionReports` and
//! `CarbonService_QueryCarbonEmissionDataAvailableDateRange` (2025-04-01).

mod report;
mod row;

use serde_json::json;

use crate::estate::{
    access::Scope,
    carbon,
    cost::calendar::date_of,
    http::{
        answer::Answer,
        call::{Call, Method},
        error::ArmError,
    },
};

pub(super) fn answer(call: &Call<'_>) -> Option<Result<Answer, ArmError>> {
    let rest = call.path.lower_rest();
    let words: Vec<&str> = rest.iter().map(String::as_str).collect();
    Some(match words.as_slice() {
        ["carbonemissionreports"] => report::answer(call),
        ["querycarbonemissiondataavailabledaterange"] => available(call),
        _ => return None,
    })
}

/// Anyone with a role somewhere may know for which months there is data.
fn available(call: &Call<'_>) -> Result<Answer, ArmError> {
    call.only(Method::Post)?;
    let mut all = call.world().subscription_ixs();
    if !all.any(|ix| call.sees(Scope::Subscription(ix))) {
        call.require("Microsoft.Carbon/carbonEmissionReports/read", Scope::Tenant)?;
    }
    let (first, last) = carbon::available(call.state.clock.now());
    Answer::json(&json!({
        "startDate": date_of(first).to_string(),
        "endDate": date_of(last).to_string(),
    }))
}
