//! Things that are pointed at and not named: `this VM`, `my web app`.

use crate::{
    model::ToolOffer,
    planner::{about::kind_of, arguments, part::Part, subject::Subject, text::among},
};

/// `this VM`, `that resource`: one that was pointed at and not named.
pub(super) fn points_at_one(part: &Part<'_>, offer: &ToolOffer) -> bool {
    if part.about.is_placed() {
        return false;
    }
    // `my web app` where a tool cannot be narrowed to web apps is one that was not named.
    let unheld = !arguments::takes(&offer.input_schema, "type") && part.about.kind.is_some();
    // What a table knows is told of all of them.
    let table = matches!(part.subject, Subject::Of(_));
    let points = |at: usize| {
        let noun = part.text.low(at + 1);
        let singular = among(noun, "resource recommendation control assessment")
            || (kind_of(noun).is_some() && !noun.ends_with('s'));
        let two = format!("{noun} {}", part.text.low(at + 2));
        let pair =
            !part.text.low(at + 2).is_empty() && kind_of(&two).is_some() && !two.ends_with('s');
        let this = among(part.text.low(at), "this that")
            && !among(part.text.low(at + 1), "alert week month");
        let my = among(part.text.low(at), "my our");
        let mine = !table && (my && noun == "resource" || unheld && my && (singular || pair));
        (this && (singular || pair)) || mine
    };
    (0..part.text.len()).any(points)
}
