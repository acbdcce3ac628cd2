//! Server-sent events: from bytes, however they are split, to the data of whole events.
//!
//! Bounded: an event never holds more than its limit. Bytes are looked at once. It knows nothing
//! of what the data says.

use memchr::memchr2;

/// An event is longer than it may be.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TooLong;

/// One event.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct SseEvent {
    /// The `event:` field; empty where there is none.
    pub(super) name: Vec<u8>,
    /// The `data:` lines, joined by line feeds.
    pub(super) data: Vec<u8>,
}

/// Reads one stream.
#[derive(Debug)]
pub(super) struct SseReader {
    limit_bytes: usize,
    /// The line that has not ended yet.
    line: Vec<u8>,
    event: SseEvent,
    has_data: bool,
    /// The last byte was a carriage return, so a line feed now belongs to it.
    after_return: bool,
    at_start: bool,
    has_noise: bool,
}

impl SseReader {
    /// A reader of events of at most `limit_bytes`.
    pub(super) fn new(limit_bytes: usize) -> Self {
        Self {
            limit_bytes,
            line: Vec::new(),
            event: SseEvent::default(),
            has_data: false,
            after_return: false,
            at_start: true,
            has_noise: false,
        }
    }

    /// Whether lines came that belong to no event stream.
    pub(super) fn has_noise(&self) -> bool {
        self.has_noise
    }

    /// Reads on in `bytes` until an event is whole: takes what it read off their front. `None`
    /// when they are used up.
    ///
    /// # Errors
    /// [`TooLong`] when an event, or a line without an end, is longer than it may be.
    pub(super) fn next(&mut self, bytes: &mut &[u8]) -> Result<Option<SseEvent>, TooLong> {
        loop {
            if self.after_return
                && let Some((first, rest)) = bytes.split_first()
            {
                self.after_return = false;
                if *first == b'\n' {
                    *bytes = rest;
                }
            }
            let Some(end) = memchr2(b'\n', b'\r', bytes) else {
                self.grow(bytes)?;
                *bytes = &[];
                return Ok(None);
            };
            let (head, tail) = bytes.split_at(end);
            let (terminator, rest) = tail.split_first().unwrap_or((&b'\n', &[]));
            self.after_return = *terminator == b'\r';
            *bytes = rest;
            if self.end_line(head)? {
                return Ok(Some(std::mem::take(&mut self.event)));
            }
        }
    }

    fn grow(&mut self, part: &[u8]) -> Result<(), TooLong> {
        if self.line.len() + part.len() > self.limit_bytes {
            return Err(TooLong);
        }
        self.line.extend_from_slice(part);
        Ok(())
    }

    /// Takes a line; true when it completes an event.
    fn end_line(&mut self, tail: &[u8]) -> Result<bool, TooLong> {
        if self.line.is_empty() {
            return self.take_line(tail);
        }
        self.grow(tail)?;
        let mut line = std::mem::take(&mut self.line);
        let complete = self.take_line(&line);
        line.clear();
        self.line = line;
        complete
    }

    fn take_line(&mut self, line: &[u8]) -> Result<bool, TooLong> {
        let line = if std::mem::take(&mut self.at_start) {
            line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line)
        } else {
            line
        };
        if line.is_empty() {
            return Ok(self.end_event());
        }
        let colon = memchr::memchr(b':', line);
        let (field, value) = match colon.and_then(|at| line.split_at_checked(at)) {
            Some((field, value)) => (field, value.strip_prefix(b":").unwrap_or(value)),
            None => (line, &[][..]),
        };
        let value = value.strip_prefix(b" ").unwrap_or(value);
        match field {
            b"data" => self.add_data(value)?,
            b"event" => self.event.name = value.to_vec(),
            // Comments have an empty field; `id` and `retry` are for those who reconnect.
            b"" | b"id" | b"retry" => {}
            _ => self.has_noise = true,
        }
        Ok(false)
    }

    fn add_data(&mut self, value: &[u8]) -> Result<(), TooLong> {
        if self.event.data.len() + value.len() >= self.limit_bytes {
            return Err(TooLong);
        }
        if self.has_data {
            self.event.data.push(b'\n');
        }
        self.has_data = true;
        self.event.data.extend_from_slice(value);
        Ok(())
    }

    fn end_event(&mut self) -> bool {
        let complete = std::mem::take(&mut self.has_data);
        if !complete {
            self.event = SseEvent::default();
        }
        complete
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(parts: &[&[u8]]) -> Result<Vec<(String, String)>, TooLong> {
        let mut reader = SseReader::new(64);
        let mut events = Vec::new();
        for part in parts {
            let mut bytes = *part;
            while let Some(event) = reader.next(&mut bytes)? {
                let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
                events.push((text(&event.name), text(&event.data)));
            }
        }
        Ok(events)
    }

    #[test]
    fn all_line_ends_comments_and_fields_are_read() {
        let body = b"\xEF\xBB\xBFdata: a\n\n: ping\n\nevent: error\r\ndata:b\r\ndata: c\r\n\r\nid: 1\rdata\r\rdata: cut";
        let wanted = [("", "a"), ("error", "b\nc"), ("", "")];
        let wanted = wanted.map(|(name, data)| (name.to_owned(), data.to_owned()));
        assert_eq!(read(&[body]).unwrap(), wanted);
    }

    #[test]
    fn an_event_without_an_end_is_given_up_at_its_limit() {
        assert_eq!(read(&[b"data: ", &[b'x'; 40], &[b'x'; 40]]), Err(TooLong));
        let line = [b"data: ".as_slice(), &[b'x'; 30], b"\n"].concat();
        assert_eq!(read(&[&line, &line, &line]), Err(TooLong));
    }

    proptest! {
        #[test]
        fn splits_change_nothing(
            lines in prop::collection::vec("(data: ?|event: |: |)[ -~é]{0,9}(\n|\r\n|\r)", 0..30),
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..9),
        ) {
            let body = lines.concat().into_bytes();
            let mut at: Vec<usize> = cuts.iter().map(|cut| cut.index(body.len() + 1)).collect();
            at.extend([0, body.len()]);
            at.sort_unstable();
            let parts: Vec<&[u8]> = at.windows(2).map(|w| &body[w[0]..w[1]]).collect();
            prop_assert_eq!(read(&parts), read(&[&body]));
        }
    }
}
