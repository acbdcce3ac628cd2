//! `AzureActivity`, which is the activity log, and `SigninLogs`, which is who signed in to the
//! directory.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    ask::{Ask, Line, Place, Rate, Sink, busy, instant},
    sources::hub,
};
use crate::estate::{
    chance::Chance,
    providers,
    stories::brute_force,
    world::company::{DOMAIN, Region},
};

pub(super) fn activity(ask: &Ask<'_>, sink: &mut Sink<'_>) {
    let world = ask.world();
    let workspace = hub(world, Region::WestEurope);
    let end = |at| Timestamp::from_second(at).unwrap_or(Timestamp::UNIX_EPOCH);
    let span = (end(ask.window.from), end(ask.window.to));
    for ix in world.subscription_ixs() {
        for event in providers::activity(ask.state, ix, span) {
            let text = |path: &str| event.pointer(path).and_then(Value::as_str).unwrap_or_default();
            let place = Place { id: text("/resourceId").to_ascii_lowercase(), workspace };
            let at = text("/eventTimestamp").parse::<Timestamp>().map(Timestamp::as_second);
            let (true, Ok(at)) = (ask.sees(&place), at) else { continue };
            sink.add(at, &place, |line| recorded(line, &event));
        }
    }
}

fn recorded(line: &mut Line<'_>, event: &Value) {
    let text =
        |path: &str| Value::from(event.pointer(path).and_then(Value::as_str).unwrap_or_default());
    for (column, path) in [
        ("CallerIpAddress", "/httpRequest/clientIpAddress"),
        ("CategoryValue", "/category/value"),
        ("Category", "/category/value"),
        ("CorrelationId", "/correlationId"),
        ("Level", "/level"),
        ("OperationNameValue", "/operationName/value"),
        ("OperationName", "/operationName/localizedValue"),
        ("Caller", "/caller"),
        ("EventDataId", "/eventDataId"),
        ("EventSubmissionTimestamp", "/submissionTimestamp"),
        ("OperationId", "/operationId"),
        ("ResourceGroup", "/resourceGroupName"),
        ("ResourceProviderValue", "/resourceProviderName/value"),
        ("ActivitySubstatusValue", "/subStatus/value"),
        ("SubscriptionId", "/subscriptionId"),
        ("ResourceId", "/resourceId"),
    ] {
        line.set_with(column, || text(path));
    }
    // The log of a workspace has words of its own for how something ended.
    let status = match event.pointer("/status/value").and_then(Value::as_str) {
        Some("Started") => "Start",
        Some("Succeeded") => "Success",
        Some("Failed") => "Failure",
        other => other.unwrap_or_default(),
    };
    line.set("ActivityStatusValue", status).set("ActivityStatus", status);
    line.set_with("Resource", || {
        let id = event.pointer("/resourceId").and_then(Value::as_str).unwrap_or_default();
        id.rsplit('/').next().unwrap_or_default().into()
    });
    for (column, bag, path) in [
        ("Authorization", "Authorization_d", "/authorization"),
        ("Claims", "Claims_d", "/claims"),
        ("Properties", "Properties_d", "/properties"),
    ] {
        let part = || event.pointer(path).cloned().unwrap_or_else(|| json!({}));
        line.set_with(column, || part().to_string().into()).set_with(bag, part);
    }
    line.set_with("HTTPRequest", || {
        event.pointer("/httpRequest").map_or_else(String::new, Value::to_string).into()
    });
}

/// How a sign-in ends: code and what it means.
type Ending = (&'static str, &'static str);

const FINE: Ending = ("0", "");
const WRONG_PASSWORD: Ending =
    ("50126", "Error validating credentials due to invalid username or password.");
const LOCKED: Ending = ("50053", "The account is locked because of repeated sign-in attempts.");
const FAILURES: &[Ending] = &[
    WRONG_PASSWORD,
    ("50074", "Strong authentication is required and the user did not pass the challenge."),
    (
        "50140",
        "This error occurred due to 'Keep me signed in' interrupt when the user was signing in.",
    ),
    ("53003", "Access has been blocked by Conditional Access policies."),
    ("50055", "The password is expired."),
    LOCKED,
];

const PEOPLE: &[&str] = &[
    "amara.okafor",
    "jonas.weber",
    "marta.lindqvist",
    "priya.raman",
    "tom.hartmann",
    "elena.rossi",
    "david.nguyen",
    "sofia.almeida",
    "karim.haddad",
    "ingrid.solberg",
    "lucas.moreau",
    "yuki.tanaka",
    "hannah.fischer",
    "omar.farouk",
    "nina.petrova",
    "paul.jansen",
    "grace.mwangi",
    "oscar.nilsson",
];
const APPS: &[&str] = &[
    "Azure Portal",
    "Microsoft Teams",
    "Office 365 Exchange Online",
    "Azure CLI",
    "SAP Fiori",
    "Windows Sign In",
];
const PLACES: &[(&str, &str)] = &[
    ("NL", "Rotterdam"),
    ("DE", "Hamburg"),
    ("GB", "London"),
    ("US", "Richmond"),
    ("SE", "Malmö"),
];

struct SignIn<'a> {
    user: &'a str,
    app: &'a str,
    address: String,
    place: (&'a str, &'a str),
    ending: Ending,
    chance: Chance,
    is_risky: bool,
}

/// Sign-ins of the whole directory; nothing of Azure is what they are about.
pub(super) fn sign_ins(ask: &Ask<'_>, sink: &mut Sink<'_>) {
    let place = Place { id: String::new(), workspace: hub(ask.world(), Region::WestEurope) };
    if !ask.sees(&place) {
        return;
    }
    let chance = ask.world().chance.child("sign-ins");
    // One every four minutes at the busiest time: a hundred accounts, as the sample has it.
    for at in ask.window.beats((chance.bits(), None), Rate { every: 4, sources: 4 }) {
        let own = chance.nth(at.unsigned_abs());
        let level = u8::try_from(busy(at).clamp(0, 100)).unwrap_or(50);
        if own.child("happens").percent(level) {
            sink.add(at, &place, |line| signed_in(line, at, &usual(own)));
        }
    }
    sprayed(ask, sink, &place, chance.child("spray"));
}

fn usual(own: Chance) -> SignIn<'static> {
    let pick = |label: &str, count: usize| {
        usize::try_from(own.child(label).below(count as u64)).unwrap_or(0)
    };
    let failed = own.child("failed").percent(7);
    let failure = || FAILURES.get(pick("failure", FAILURES.len())).copied();
    SignIn {
        user: own.child("user").pick(PEOPLE),
        app: own.child("app").pick(APPS),
        address: format!("192.0.2.{}", 10 + own.child("address").below(40)),
        place: PLACES.get(pick("place", PLACES.len())).copied().unwrap_or(("NL", "Rotterdam")),
        ending: if failed { failure().unwrap_or(WRONG_PASSWORD) } else { FINE },
        chance: own,
        is_risky: false,
    }
}

/// Whoever guesses the machine's password tries the directory as well, until it locks the account.
fn sprayed(ask: &Ask<'_>, sink: &mut Sink<'_>, place: &Place, chance: Chance) {
    let began = ask.window.ago(brute_force::ATTEMPTS_BEGAN);
    let minutes = brute_force::ATTEMPTS_BEGAN - brute_force::SUCCEEDED;
    for number in 0..minutes / 2 {
        let at = began + number * 120 + 17;
        let own = chance.nth(number.unsigned_abs());
        let ending = if number % 10 == 9 { LOCKED } else { WRONG_PASSWORD };
        let attempt = SignIn {
            user: brute_force::ACCOUNT,
            app: "Azure Portal",
            address: brute_force::ATTACKER.to_owned(),
            place: ("RO", "Iasi"),
            ending,
            chance: own,
            is_risky: true,
        };
        sink.add(at, place, |line| signed_in(line, at, &attempt));
    }
}

fn signed_in(line: &mut Line<'_>, at: i64, one: &SignIn<'_>) {
    let name = || displayed(one.user);
    let (code, reason) = one.ending;
    let is_fine = code == "0";
    line.all([
        ("AppDisplayName", one.app.into()),
        ("IPAddress", one.address.as_str().into()),
        ("Location", one.place.0.into()),
        ("ResultType", code.into()),
        ("ResultDescription", reason.into()),
        ("ResultSignature", if is_fine { "SUCCESS" } else { "FAILURE" }.into()),
        ("ClientAppUsed", "Browser".into()),
        ("AuthenticationRequirement", "multiFactorAuthentication".into()),
        ("ConditionalAccessStatus", if code == "53003" { "failure" } else { "success" }.into()),
        ("IsInteractive", true.into()),
        ("ResourceDisplayName", "Windows Azure Service Management API".into()),
        ("RiskLevelDuringSignIn", if one.is_risky { "high" } else { "none" }.into()),
        ("RiskState", if one.is_risky { "atRisk" } else { "none" }.into()),
        ("RiskDetail", "none".into()),
        ("Category", "SignInLogs".into()),
        ("OperationName", "Sign-in activity".into()),
        ("Level", "4".into()),
        ("UserType", "Member".into()),
        ("CreatedDateTime", instant(at).into()),
        ("UserAgent", "Mozilla/5.0".into()),
    ]);
    line.set_with("Identity", || name().into())
        .set_with("UserDisplayName", || name().into())
        .set_with("UserPrincipalName", || format!("{}@{DOMAIN}", one.user).into())
        .set_with("UserId", || Chance::root(7).child(one.user).guid().into())
        .set_with("AppId", || Chance::root(7).child(one.app).guid().into())
        .set_with("CorrelationId", || one.chance.child("correlation").guid().into())
        .set_with("Id", || one.chance.child("id").guid().into())
        .set_with(
            "LocationDetails",
            || json!({ "city": one.place.1, "countryOrRegion": one.place.0 }),
        )
        .set_with(
            "Status",
            || json!({ "errorCode": code.parse::<u32>().unwrap_or(0), "failureReason": reason }),
        )
        .set_with("DeviceDetail", || json!({ "operatingSystem": "Windows 11", "browser": "Edge" }))
        .set_with("ConditionalAccessPolicies", || json!([]));
}

/// `jonas.weber` as `Jonas Weber`.
fn displayed(user: &str) -> String {
    let words = user.split('.').map(|word| {
        let mut letters = word.chars();
        let first = letters.next().into_iter().flat_map(char::to_uppercase);
        first.chain(letters).collect::<String>()
    });
    words.collect::<Vec<_>>().join(" ")
}
