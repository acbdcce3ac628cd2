//! The rules of a thread: what its log means, and what a run does next, whatever happens.

mod citations;
mod coverage;
mod damage;
mod driver;
mod histories;
mod limits;
mod properties;
mod tape;
mod thread;
