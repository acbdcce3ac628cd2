//! Marks: the few facts about a resource from which its ARM properties, its recommendations and
//! its part in a story all follow, so that they cannot contradict each other.

/// One fact about a resource. The first group says what it is, the second what is wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Mark {
    Linux,
    Deallocated,
    Public,
    Zonal,
    Premium,
    Unattached,
    SystemIdentity,
    Untagged,
    /// Turned bad within the last days: the secure-score story.
    FellRecently,
    OpenManagementPorts,
    NoJustInTime,
    OpenPorts,
    MissingUpdates,
    NoPeriodicAssessment,
    Vulnerable,
    NoScanner,
    NoEndpointProtection,
    WeakBaseline,
    NoGuestConfiguration,
    NoEncryptionAtHost,
    NoBackup,
    PlainHttp,
    OldTls,
    PublicData,
    OpenFirewall,
    NoPrivateLink,
    NoPurgeProtection,
    NoDiagnostics,
    NoAudit,
    NoTransparentEncryption,
    NoEntraAdmin,
    VulnerableImages,
    OpenApiServer,
    NoPolicyAddOn,
    NoDdosProtection,
    OwnerWithoutMfa,
    WriterWithoutMfa,
    ReaderWithoutMfa,
    TooManyOwners,
    GuestOwner,
    NoSecurityContact,
    NoServersPlan,
    NoStoragePlan,
}

/// A set of marks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Marks(u128);

impl Marks {
    /// Whether `mark` is in the set.
    pub(crate) const fn has(self, mark: Mark) -> bool {
        self.0 & (1 << mark as u8) != 0
    }

    /// Puts `mark` in.
    pub(crate) const fn set(&mut self, mark: Mark) {
        self.0 |= 1 << mark as u8;
    }

    /// Takes `mark` out.
    pub(crate) const fn clear(&mut self, mark: Mark) {
        self.0 &= !(1 << mark as u8);
    }
}
