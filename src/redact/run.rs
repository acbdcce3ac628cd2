//! Runs of base64: account keys that nothing announces, known by length and signature.
//!
//! A run passes while it looks like a word. From the byte on that makes it odd (a digit among
//! letters, a capital after a small one) it is held until it ends; then its length decides.

/// The longest run that can be a key.
const MAX_RUN: usize = 96;

/// A run of letters, digits, `+` and `/`, as far as it was read.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Run {
    len: usize,
    pads: usize,
    upper: bool,
    lower: bool,
    digit: bool,
    last_lower: bool,
    not_base32: bool,
    hash: bool,
}

impl Run {
    /// A run that begins here; `hash` when the text before says that it is a hash.
    pub(super) fn begin(hash: bool) -> Self {
        Self { hash, ..Self::default() }
    }

    /// Whether nothing was read of it.
    pub(super) fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether the byte belongs to it.
    pub(super) fn goes_on(&self, byte: u8) -> bool {
        match byte {
            b'=' => self.len > 0 && self.pads < 2,
            b'-' | b'_' => self.pads == 0 && self.upper && self.lower && self.digit,
            _ => self.pads == 0 && is_run(byte),
        }
    }

    /// Whether the byte makes it more than a word.
    pub(super) fn is_odd_with(&self, byte: u8) -> bool {
        let letter = self.upper || self.lower;
        (byte.is_ascii_uppercase() && (self.last_lower || self.digit))
            || (byte.is_ascii_lowercase() && self.digit)
            || (byte.is_ascii_digit() && letter)
            || byte == b'+'
    }

    /// Whether it is longer than any key.
    pub(super) fn is_long(&self) -> bool {
        self.len > MAX_RUN
    }

    /// Takes the next byte in.
    pub(super) fn take(&mut self, byte: u8) {
        if byte == b'=' {
            self.pads += 1;
            return;
        }
        self.len += 1;
        self.upper |= byte.is_ascii_uppercase();
        self.lower |= byte.is_ascii_lowercase();
        self.digit |= byte.is_ascii_digit();
        self.last_lower = byte.is_ascii_lowercase();
        self.not_base32 |= !matches!(byte, b'a'..=b'z' | b'2'..=b'7');
    }

    /// Takes in as many small letters as follow, where they cannot make it odd.
    pub(super) fn take_small(&mut self, bytes: &[u8]) -> usize {
        if self.digit || self.pads > 0 || self.len == 0 {
            return 0;
        }
        let count = bytes.iter().take_while(|byte| byte.is_ascii_lowercase()).count();
        if count > 0 {
            self.len += count;
            (self.lower, self.last_lower) = (true, true);
        }
        count
    }

    /// What the run is, now that it ended: its bytes from the `shown`th on are `rest`.
    pub(super) fn kind(&self, shown: usize, rest: &[u8]) -> Option<&'static str> {
        let signed = |at: usize, marks: &[&[u8]]| {
            let from = at.checked_sub(shown).and_then(|at| rest.get(at..));
            from.is_some_and(|from| marks.iter().any(|mark| from.starts_with(mark)))
        };
        match (self.len, self.pads) {
            (86, 2) if !self.hash && self.upper && self.lower && self.digit => Some("account-key"),
            (43, 1) if signed(33, &[b"AIoT", b"+ASb", b"+AEh", b"+ARm", b"AzCa"]) => {
                Some("access-key")
            }
            (52, 0) if signed(42, &[b"+ACR", b"AzSe"]) => Some("access-key"),
            (52, 0) if !self.not_base32 && self.digit => Some("devops-pat"),
            (84, 0) if signed(76, &[b"AZDO"]) => Some("devops-pat"),
            (84, 0) if signed(52, &[b"JQQJ9"]) => Some("access-key"),
            (20.., 2) if self.len >= 20 && signed(self.len - 10, &[b"AzFu"]) => {
                Some("function-key")
            }
            _ => None,
        }
    }

    /// How many bytes were read of it, padding included.
    pub(super) fn read(&self) -> usize {
        self.len + self.pads
    }
}

/// Whether a run may begin with the byte.
pub(super) fn is_run(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/')
}
