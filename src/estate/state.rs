//! The estate as it is now: the world as it was at the anchor, what people changed since, and
//! figures worth computing once. The only place with locks over the world.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock},
};

use serde_json::Value;

use super::{
    access::{Directory, Principal},
    chronicle::Chronicle,
    clock::RunningClock,
    defender::{
        alerts::{self, Alert, AlertIx, AlertState},
        posture::Posture,
    },
    journal::{Asked, EstateError, Journal, Write},
    kql::SharedRow,
    monitor::{self, Fired, FiredIx, Handling},
    options::Options,
    render,
    world::{ResourceIx, SubscriptionIx, World},
};

/// The most resources whose rows are kept.
const KEPT_ROWS: usize = 10_000;

/// Who writes, and under which correlation id.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Request<'a> {
    pub(crate) principal: &'a Principal,
    pub(crate) correlation: &'a str,
}

/// The living estate.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) world: World,
    pub(crate) directory: Directory,
    pub(crate) clock: RunningClock,
    alerts: Vec<Alert>,
    alert_names: HashMap<String, AlertIx>,
    alert_states: RwLock<HashMap<AlertIx, AlertState>>,
    chronicle: OnceLock<Chronicle>,
    fired: Vec<Fired>,
    fired_names: HashMap<String, FiredIx>,
    handled: RwLock<HashMap<FiredIx, Vec<Handling>>>,
    /// Everything people changed, oldest first.
    written: RwLock<Vec<Write>>,
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
        let fired = monitor::all(&world);
        let fired_names =
            (0_u32..).zip(&fired).map(|(ix, alert)| (alert.name(&world), FiredIx(ix)));
        let state = Self {
            fired_names: fired_names.collect(),
            fired,
            handled: RwLock::default(),
            written: RwLock::default(),
            chronicle: OnceLock::new(),
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
        by: &Request<'_>,
    ) -> Result<(), EstateError> {
        self.write(&Write::AlertState {
            alert: alert.name.clone(),
            state: state.word().into(),
            by: by.principal.upn(),
            at: self.clock.now(),
            correlation: by.correlation.into(),
        })
    }

    /// Moves an alert of Azure Monitor to a state, for good: it is journalled first.
    ///
    /// # Errors
    /// As [`State::set_alert_state`].
    pub(crate) fn set_monitor_state(
        &self,
        alert: &Fired,
        state: monitor::AlertState,
        comments: &str,
        by: &Request<'_>,
    ) -> Result<(), EstateError> {
        self.write(&Write::MonitorAlertState {
            alert: alert.name(&self.world),
            state: state.word().into(),
            comments: comments.into(),
            by: by.principal.upn(),
            at: self.clock.now(),
            correlation: by.correlation.into(),
        })
    }

    fn write(&self, write: &Write) -> Result<(), EstateError> {
        // Held over both, so that the journal's order is the order of the effects.
        let mut journal = self.journal();
        journal.append(write)?;
        self.apply(write);
        Ok(())
    }

    /// What happened before the anchor, put together once.
    pub(crate) fn chronicle(&self) -> &Chronicle {
        self.chronicle.get_or_init(|| Chronicle::of(&self.world))
    }

    /// Everything people changed since the anchor, oldest first.
    pub(crate) fn written(&self) -> Vec<Write> {
        let written = self.written.read();
        written.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The alerts of Azure Monitor, newest first.
    pub(crate) fn fired(&self) -> impl Iterator<Item = (FiredIx, &Fired)> {
        (0_u32..).map(FiredIx).zip(&self.fired)
    }

    /// The alert of Azure Monitor with this name.
    pub(crate) fn find_fired(&self, name: &str) -> Option<(FiredIx, &Fired)> {
        let ix = *self.fired_names.get(&name.to_ascii_lowercase())?;
        self.fired.get(ix.0 as usize).map(|alert| (ix, alert))
    }

    /// What was done about an alert of Azure Monitor, oldest first.
    pub(crate) fn handled(&self, ix: FiredIx, alert: &Fired) -> Vec<Handling> {
        let mut steps = alert.past(&self.world);
        let handled = self.handled.read().unwrap_or_else(PoisonError::into_inner);
        steps.extend(handled.get(&ix).into_iter().flatten().cloned());
        steps
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
            Write::MonitorAlertState { alert, state, comments, by, at, .. } => {
                if let (Some((ix, _)), Some(to)) =
                    (self.find_fired(alert), monitor::AlertState::of_word(state))
                {
                    let step = Handling { at: *at, to, by: by.clone(), comments: comments.clone() };
                    let handled = self.handled.write();
                    let mut handled = handled.unwrap_or_else(PoisonError::into_inner);
                    handled.entry(ix).or_default().push(step);
                }
            }
        }
        let written = self.written.write();
        written.unwrap_or_else(PoisonError::into_inner).push(write.clone());
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
