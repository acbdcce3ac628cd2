//! What the user may do: rights, roles, locks, in the first person.

use crate::planner::{
    change,
    text::{Text, among},
};

/// What asks for the user's own rights.
const MAY: &[&str] = &[
    "am i allowed",
    "are we allowed",
    "am i permitted",
    "may i",
    "do i have permission",
    "do i have permissions",
    "do i have the right",
    "do i have rights",
    "do i have the rights",
    "do i have the permission",
    "do i have the permissions",
    "do we have permission",
    "my permissions",
    "my permission",
    "my rights",
    "my access",
    "our permissions",
    "permissions do i",
    "permission do i",
    "rights do i",
    "access do i",
    "role do i need",
    "roles do i need",
    "role would i need",
    "role is needed",
    "role is required",
    "roles are needed",
    "permission is needed",
    "permissions are needed",
    "access denied",
    "authorizationfailed",
    "authorization failed",
    "not authorized",
    "able to",
    "what may i",
    "what can i do here",
    "what am i allowed",
    "keeps me from",
    "prevents me from",
    "allowed to",
];

/// What the user may do: asked in the first person, or as denied.
pub(super) fn is_asked(text: &mut Text<'_>) -> bool {
    let denied = text.has_any("locked") && text.has_any("me i");
    let asked = text.take_phrase(MAY).is_some() || denied;
    let locks = text.has_any("lock locks") && !text.has_any("who");
    let mine = text.find("do i have").or_else(|| text.find("do we have"));
    let right = |word: &str| among(word, "access rights permission permissions role roles");
    let to_one = mine.is_some_and(|at| (at + 3..=at + 5).any(|at| right(text.low(at))))
        && !text.has_any("subscription subscriptions");
    let found = asked || is_doing(text) || locks || to_one;
    if found {
        text.take_any(
            "may can can't cannot could couldn't why allowed permission permissions permitted right rights role roles missing access denied \
            lock locks locked authorizationfailed identity account am need needed required",
        );
    }
    found
}

/// `Can I delete this?`, `why can't we restart it?`.
fn is_doing(text: &Text<'_>) -> bool {
    [
        "can i", "could i", "can we", "i can", "we can", "can't i", "can't we", "cannot i",
        "i cannot", "i can't",
    ]
    .iter()
    .filter_map(|phrase| text.find(phrase))
    .any(|at| {
        let asked = at.checked_sub(1).map_or("", |before| text.low(before));
        !among(asked, "how what which where")
            && (at + 2..=at + 4).any(|at| change::is_verb(text.low(at)))
    })
}
