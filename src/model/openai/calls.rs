//! Tool calls, put together from the pieces that endpoints send.
//!
//! The rule is the `index`; what follows are the ways in which servers break it: none sent, the
//! same for all, a new id with each piece, the name in each piece. Arguments are kept up to one
//! byte above their cap, so that whoever checks them sees that they are too long.

use super::{
    chunk::{CallSent, FunctionSent},
    lenient::{Count, Text},
};
use crate::{model::AskedCall, protocol::MAX_ARGUMENTS_BYTES};

/// The most calls that one reply may ask for. Runs allow far fewer; this bounds the memory.
const MAX_CALLS: usize = 128;
/// The longest tool name that is kept, in bytes.
const MAX_NAME_BYTES: usize = 256;

/// The calls of one reply so far.
#[derive(Debug, Default)]
pub(super) struct Calls {
    calls: Vec<Call>,
}

#[derive(Debug, Default)]
struct Call {
    index: Option<u64>,
    id: String,
    name: String,
    arguments: String,
}

impl Calls {
    /// Whether nothing was asked for.
    pub(super) fn is_empty(&self) -> bool {
        self.calls.is_empty()
    }

    /// Takes the pieces of one part of a stream.
    ///
    /// # Errors
    /// A sentence when there are more calls than any reply may have.
    pub(super) fn add(&mut self, pieces: Vec<CallSent<'_>>) -> Result<(), String> {
        for (at, piece) in pieces.into_iter().enumerate() {
            let is_anonymous = piece.index.0.is_none() && piece.id.0.is_empty();
            // Two pieces without a number in one part are two calls.
            match at > 0 && is_anonymous && !piece.name().is_empty() {
                true => self.begin(&piece)?,
                false => self.add_piece(&piece)?,
            }
        }
        Ok(())
    }

    /// Takes the calls of a reply that is not streamed: each is whole.
    ///
    /// # Errors
    /// As [`Self::add`].
    pub(super) fn add_whole(&mut self, calls: &[CallSent<'_>]) -> Result<(), String> {
        calls.iter().try_for_each(|call| self.begin(call))
    }

    /// Takes a piece of the one call that the older form knows.
    ///
    /// # Errors
    /// As [`Self::add`].
    pub(super) fn add_legacy(&mut self, function: FunctionSent<'_>) -> Result<(), String> {
        let (index, id) = (Count(Some(0)), Text::default());
        self.add_piece(&CallSent { index, id, function: Some(function) })
    }

    fn add_piece(&mut self, piece: &CallSent<'_>) -> Result<(), String> {
        let call = self.find(piece).and_then(|at| self.calls.get_mut(at));
        match call.map(|call| (call.relation(piece), call)) {
            Some((Relation::Continues, call)) => call.extend(piece),
            Some((Relation::Repeats, _)) => {}
            Some((Relation::Begins, _)) | None => self.begin(piece)?,
        }
        Ok(())
    }

    /// The call that a piece names: by its number, by its id, else the last.
    fn find(&self, piece: &CallSent<'_>) -> Option<usize> {
        let id = &*piece.id.0;
        let by_id = || self.calls.iter().rposition(|call| !id.is_empty() && call.id == id);
        let last = || self.calls.len().checked_sub(1);
        match piece.index.0 {
            Some(index) => self
                .calls
                .iter()
                .rposition(|call| call.index == Some(index))
                .or_else(|| by_id().filter(|&at| self.is_unnumbered(at))),
            None if id.is_empty() => last(),
            // Some servers make up a new id for each piece; only the first has a name.
            None if piece.name().is_empty() => by_id().or_else(last),
            None => by_id(),
        }
    }

    fn is_unnumbered(&self, at: usize) -> bool {
        self.calls.get(at).is_some_and(|call| call.index.is_none())
    }

    fn begin(&mut self, piece: &CallSent<'_>) -> Result<(), String> {
        if self.calls.len() == MAX_CALLS {
            return Err(format!("it asks for more than {MAX_CALLS} tool calls at once"));
        }
        let mut call = Call { index: piece.index.0, ..Call::default() };
        call.extend(piece);
        self.calls.push(call);
        Ok(())
    }

    /// The calls, in the order asked.
    ///
    /// # Errors
    /// A sentence when a call names no tool.
    pub(super) fn finish(&mut self) -> Result<Vec<AskedCall>, String> {
        let mut calls = std::mem::take(&mut self.calls);
        if calls.iter().all(|call| call.index.is_some()) {
            calls.sort_by_key(|call| call.index);
        }
        calls.into_iter().map(Call::finish).collect()
    }
}

enum Relation {
    /// The piece is more of this call.
    Continues,
    /// The piece is this whole call once more.
    Repeats,
    /// The piece is another call under the same number.
    Begins,
}

impl Call {
    fn relation(&self, piece: &CallSent<'_>) -> Relation {
        let (id, name) = (&*piece.id.0, piece.name());
        if name.is_empty() || self.name.is_empty() {
            return Relation::Continues;
        }
        let has_new_id = !id.is_empty() && !self.id.is_empty() && id != self.id;
        if self.arguments.is_empty() {
            // Nothing yet to tell a call without arguments from one that has only its name.
            let begins = has_new_id && name != self.name;
            return if begins { Relation::Begins } else { Relation::Continues };
        }
        if !self.is_complete() {
            return Relation::Continues;
        }
        let is_same = name == self.name && id == self.id;
        match piece.arguments() {
            "" if !has_new_id => Relation::Continues,
            again if is_same && !id.is_empty() && again == self.arguments => Relation::Repeats,
            _ => Relation::Begins,
        }
    }

    /// Nothing can follow a whole object.
    fn is_complete(&self) -> bool {
        self.arguments.trim_end().ends_with('}')
            && serde_json::from_str::<serde::de::IgnoredAny>(&self.arguments).is_ok()
    }

    fn extend(&mut self, piece: &CallSent<'_>) {
        if !self.repeats_name(piece) {
            push_capped(&mut self.name, piece.name(), MAX_NAME_BYTES);
        }
        if self.id.is_empty() {
            push_capped(&mut self.id, &piece.id.0, MAX_NAME_BYTES);
        }
        push_capped(&mut self.arguments, piece.arguments(), MAX_ARGUMENTS_BYTES + 1);
    }

    /// A name comes in pieces, or whole with each piece. One letter alone, before any argument,
    /// is a piece: names with a doubled first letter exist.
    fn repeats_name(&self, piece: &CallSent<'_>) -> bool {
        let is_lone = piece.id.0.is_empty() && piece.arguments().is_empty();
        self.name == piece.name() && !(self.name.len() == 1 && is_lone && self.arguments.is_empty())
    }

    fn finish(self) -> Result<AskedCall, String> {
        if self.name.trim().is_empty() {
            return Err("it asks for a tool call without naming the tool".to_owned());
        }
        let is_blank = self.arguments.trim().is_empty();
        let arguments = if is_blank { "{}".to_owned() } else { self.arguments };
        Ok(AskedCall { tool: self.name.trim().to_owned(), arguments })
    }
}

/// Appends what fits, up to the end of the character that reaches `max_bytes`.
fn push_capped(text: &mut String, more: &str, max_bytes: usize) {
    let room = max_bytes.saturating_sub(text.len());
    let end = more.ceil_char_boundary(room);
    text.push_str(more.get(..end).unwrap_or_default());
}
