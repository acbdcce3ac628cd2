//! Chance without chance: every "random" figure of the sample estate is derived from the seed
//! and a label, so the same seed gives the same bytes on every machine. Knows nothing of Azure.

/// A point in the tree of derived values. Children are named, so adding a resource somewhere
/// does not reshuffle the rest of the world.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Chance(u64);

impl Chance {
    /// The root for one seed.
    pub(crate) const fn root(seed: u64) -> Self {
        Self(mix(seed ^ 0x5ee1_0bad_f00d_cafe))
    }

    /// The child called `label`.
    pub(crate) fn child(self, label: &str) -> Self {
        let folded = label.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        Self(mix(self.0 ^ folded))
    }

    /// The child with this number.
    pub(crate) const fn nth(self, number: u64) -> Self {
        Self(mix(self.0 ^ mix(number)))
    }

    /// All 64 bits.
    pub(crate) const fn bits(self) -> u64 {
        self.0
    }

    /// A value below `bound`; 0 when `bound` is 0.
    pub(crate) const fn below(self, bound: u64) -> u64 {
        if bound == 0 { 0 } else { self.0 % bound }
    }

    /// True in `percent` of 100 labels.
    pub(crate) const fn percent(self, percent: u8) -> bool {
        self.0 % 100 < percent as u64
    }

    /// One of `choices`.
    pub(crate) fn pick<'a>(self, choices: &[&'a str]) -> &'a str {
        let index = usize::try_from(self.below(choices.len() as u64)).unwrap_or(0);
        choices.get(index).copied().unwrap_or_default()
    }

    /// A GUID in its usual lower-case form, marked as version 4.
    pub(crate) fn guid(self) -> String {
        let high = (self.child("guid-high").bits() & !0xf000) | 0x4000;
        let low = (self.child("guid-low").bits() >> 2) | (1 << 63);
        format!(
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xffff,
            high & 0xffff,
            low >> 48,
            low & 0xffff_ffff_ffff
        )
    }
}

/// The finaliser of SplitMix64: wrapping integer arithmetic only, the same everywhere.
const fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derived_values_are_the_same_on_every_machine() {
        let chance = Chance::root(7).child("vm-web-01").nth(3);
        assert_eq!(chance.bits(), Chance::root(7).child("vm-web-01").nth(3).bits());
        assert_ne!(chance.bits(), Chance::root(8).child("vm-web-01").nth(3).bits());
        let guid = chance.guid();
        assert_eq!(guid.len(), 36);
        assert_eq!(guid.as_bytes()[14], b'4');
        assert!(matches!(guid.as_bytes()[19], b'8' | b'9' | b'a' | b'b'));
    }
}
