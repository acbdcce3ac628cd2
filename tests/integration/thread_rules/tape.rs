//! A tape of numbers that decides whatever a test leaves open, so that failures shrink.

use proptest::prelude::*;

/// Numbers, read once each; zeros when it has run out.
#[derive(Clone, Debug)]
pub(super) struct Tape {
    numbers: Vec<u16>,
    at: usize,
}

impl Tape {
    pub(super) fn new(numbers: Vec<u16>) -> Self {
        Self { numbers, at: 0 }
    }

    pub(super) fn any(length: usize) -> impl Strategy<Value = Self> {
        proptest::collection::vec(any::<u16>(), 0..length).prop_map(Self::new)
    }

    /// A number below `bound`.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        let number = self.numbers.get(self.at).copied().unwrap_or_default();
        self.at += 1;
        usize::from(number) % bound
    }

    pub(super) fn one_in(&mut self, bound: usize) -> bool {
        self.below(bound) == bound - 1
    }

    pub(super) fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())].clone()
    }

    pub(super) fn is_over(&self) -> bool {
        self.at >= self.numbers.len()
    }
}
