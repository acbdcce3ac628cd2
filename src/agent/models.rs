//! The models of the service: who is asked, who stands in, and how the first one does.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use crate::{
    model::ChatModel,
    protocol::{ModelInfo, ModelState},
};

/// The models of the service.
pub struct Models {
    /// The one that is asked.
    pub primary: Arc<dyn ChatModel>,
    /// The one that stands in when it is down; the same when no other is configured.
    pub planner: Arc<dyn ChatModel>,
    degraded: AtomicBool,
}

impl Models {
    /// These models, the primary one taken to be well.
    #[must_use]
    pub fn new(primary: Arc<dyn ChatModel>, planner: Arc<dyn ChatModel>) -> Self {
        Self { primary, planner, degraded: AtomicBool::new(false) }
    }

    /// The model as clients are told of it.
    #[must_use]
    pub fn info(&self) -> ModelInfo {
        let state = if self.primary.name() == self.planner.name() {
            ModelState::BuiltIn
        } else if self.degraded.load(Ordering::Relaxed) {
            ModelState::Degraded
        } else {
            ModelState::Ready
        };
        ModelInfo { name: self.primary.name().to_owned(), state }
    }

    pub(super) fn failed(&self) {
        self.degraded.store(true, Ordering::Relaxed);
    }

    pub(super) fn succeeded(&self, model: &dyn ChatModel) {
        if model.name() == self.primary.name() {
            self.degraded.store(false, Ordering::Relaxed);
        }
    }
}
