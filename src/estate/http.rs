//! The estate's HTTP: what every answer of Azure Resource Manager has in common. A request comes
//! in, is identified, checked, throttled and recorded; what it asks for is answered by a
//! provider, which knows nothing of sockets.

pub(crate) mod answer;
pub(crate) mod call;
pub(crate) mod error;
mod faults;
mod headers;
mod ledger;
pub(crate) mod path;
mod queried;
mod serve;
pub(crate) mod throttle;

pub use ledger::LedgerEntry;
pub use serve::{RunningEstate, serve};
