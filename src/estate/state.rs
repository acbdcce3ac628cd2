//! The estate as it is now: the world as it was at the anchor, what people changed since, and
//! figures worth computing once. The only place with locks over the world.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock},
};

use serde_json::Value;

use super::{
    access::{Directory, Principal},
    clock::RunningClock,
    defender::{
        alerts::{self, Alert, AlertIx, AlertState},
        posture::Posture,
    },
    journal::{Asked, EstateError, Journal, Write},
    kql::SharedRow,
    options::Options,
    render,
    world::{ResourceIx, SubscriptionIx, World},
};

/// The most resources whose rows are kept.
const KEPT_ROWS: usize = 10_000;

/// The living estate.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) world: World,
    pub(crate) directory: Directory,
    pub(crate) clock: RunningClock,
    alerts: Vec<Alert>,
    alert_names: HashMap<String, AlertIx>,
    alert_states: RwLock<HashMap<AlertIx, AlertState>>,
    postures: Vec<OnceLock<Posture>>,
    /// Empty in a large world.
    rows: Vec<OnceLock<Option<SharedRow>>>,
    journal: Mutex<Journal>,
}

impl State {
    /// Opens the stored world, or makes one.
    ///
    /// # Errors
    /// Those of [`Journal::open`].
    pub(crate) fn open(options: &Options) -> Result<Self, EstateError> {
        let asked = Asked { seed: options.seed, scale: options.scale, anchor: options.anchor };
        let (journal, origin, writes) = match &options.data {
            Some(directory) => Journal::open(directory, asked)?,
            None => (Journal::default(), asked.fresh(), Vec::new()),
        };
        let world = World::new(origin.seed, origin.scale, origin.anchor);
        let alerts = alerts::all(&world);
        let names = (0_u32..).zip(&alerts).map(|(ix, alert)| (alert.name.clone(), AlertIx(ix)));
        let state = Self {
            directory: Directory::of(&world),
            clock: RunningClock::start(options.clock, origin.anchor),
            alert_names: names.collect(),
            alerts,
            alert_states: RwLock::default(),
            rows: kept_rows(&world),
            postures: world.subscriptions.iter().map(|_| OnceLock::new()).collect(),
            journal: Mutex::new(journal),
            world,
        };
        for write in &writes {
            state.apply(write);
        }
        Ok(state)
    }

    /// The alerts, newest first.
    pub(crate) fn alerts(&self) -> impl Iterator<Item = (AlertIx, &Alert)> {
        (0_u32..).map(AlertIx).zip(&self.alerts)
    }

    /// The alert of this name.
    pub(crate) fn find_alert(&self, name: &str) -> Option<(AlertIx, &Alert)> {
        let ix = *self.alert_names.get(name)?;
        self.alerts.get(ix.0 as usize).map(|alert| (ix, alert))
    }

    /// Where an alert stands now.
    pub(crate) fn alert_state(&self, ix: AlertIx, alert: &Alert) -> AlertState {
        let states = self.alert_states.read().unwrap_or_else(PoisonError::into_inner);
        states.get(&ix).copied().unwrap_or(alert.raised_as)
    }

    /// Moves an alert to a state, for good: it is journalled first.
    ///
    /// # Errors
    /// [`EstateError::Io`] when the journal cannot be written; then nothing changed.
    pub(crate) fn set_alert_state(
        &self,
        alert: &Alert,
        state: AlertState,
        by: &Principal,
    ) -> Result<(), EstateError> {
        let write = Write::AlertState {
            alert: alert.name.clone(),
            state: state.word().into(),
            by: by.upn(),
            at: self.clock.now(),
        };
        // Held over both, so that the journal's order is the order of the effects.
        let mut journal = self.journal();
        journal.append(&write)?;
        self.apply(&write);
        Ok(())
    }

    /// The score of a subscription, computed once: nothing that can be written changes it yet.
    pub(crate) fn posture(&self, ix: SubscriptionIx) -> Option<&Posture> {
        let cell = self.postures.get(ix.0 as usize)?;
        Some(cell.get_or_init(|| Posture::of(&self.world, ix)))
    }

    /// The Resource Graph row of a resource. Small worlds keep their rows; large ones make them
    /// when they are asked for, since all together they would be hundreds of megabytes.
    pub(crate) fn row(&self, ix: ResourceIx) -> Option<SharedRow> {
        let make = || render::row(&self.world, ix).map(Arc::new);
        match self.rows.get(ix.0 as usize) {
            Some(kept) => kept.get_or_init(make).clone(),
            None => make(),
        }
    }

    /// Whether rows are kept once made.
    pub(crate) const fn keeps_rows(&self) -> bool {
        !self.rows.is_empty()
    }

    /// The Resource Graph row of an alert as it stands now.
    pub(crate) fn alert_row(&self, ix: AlertIx, alert: &Alert) -> Value {
        alert.row(&self.world, self.alert_state(ix, alert))
    }

    fn apply(&self, write: &Write) {
        match write {
            Write::AlertState { alert, state, .. } => {
                if let (Some((ix, _)), Some(state)) =
                    (self.find_alert(alert), AlertState::of_word(state))
                {
                    let states = &self.alert_states;
                    states.write().unwrap_or_else(PoisonError::into_inner).insert(ix, state);
                }
            }
        }
    }

    fn journal(&self) -> MutexGuard<'_, Journal> {
        self.journal.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Room for every row of a small world.
fn kept_rows(world: &World) -> Vec<OnceLock<Option<SharedRow>>> {
    let count = world.resources.len();
    let kept = if count <= KEPT_ROWS { count } else { 0 };
    (0..kept).map(|_| OnceLock::new()).collect()
}
