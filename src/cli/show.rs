//! How things look in a terminal: text that others wrote made harmless, widths, colours, tables,
//! pictures in characters.
//!
//! It makes text and knows no connection. Everything that a tool, a model or Azure wrote goes
//! through [`safe`] before it is printed, whatever prints it.

mod answer;
mod cell;
mod grid;
mod ink;
mod paper;
mod picture;
mod prose;
mod safe;
mod transcript;
mod width;

pub(super) use answer::{coverage_line, outcome_line};
pub(super) use grid::{Align, Grid, Heading};
pub(super) use ink::Style;
pub(super) use paper::{Above, Paper, Sheet};
pub(super) use safe::{safe, safe_line};
pub(super) use transcript::{Detail, Shower};
