//! Which server a conversation is with: the one named, or one of our own on a loopback port, or
//! the one that holds our data directory already.

use std::{path::PathBuf, sync::Arc, time::Duration};

use futures_util::FutureExt;
use tokio::{runtime::Handle, sync::Mutex};

use super::{
    client::{Address, ClientError, Whereabouts},
    serve::listen,
};
use crate::{
    app::{self, AppConfig, AppError, RunningApp},
    store::StoreError,
};

/// How long a process that took the data directory has to say where it listens.
const ANNOUNCEMENT: Duration = Duration::from_secs(20);
/// How often it is looked for.
const LOOK: Duration = Duration::from_millis(200);
/// How long our own runs at work may go on when we leave; what does not end is resumed.
const GRACE: Duration = Duration::from_secs(2);

/// Where a conversation is held.
#[derive(Clone)]
pub(super) enum Place {
    /// At this server.
    Named(Address),
    /// Here, unless another process holds the data directory.
    Here(Arc<Home>),
}

/// A server of our own, once it is needed.
pub(super) struct Home {
    config: AppConfig,
    running: Mutex<Option<RunningApp>>,
}

impl Place {
    /// A server of our own with this configuration.
    pub(super) fn here(config: AppConfig) -> Self {
        Self::Here(Arc::new(Home { config, running: Mutex::new(None) }))
    }

    /// How a link finds it, each time anew.
    pub(super) fn whereabouts(&self) -> Whereabouts {
        let place = self.clone();
        Arc::new(move || {
            let place = place.clone();
            async move { place.find().await }.boxed()
        })
    }

    /// The address, after a server of our own was started where that is needed.
    ///
    /// # Errors
    /// [`ClientError::Nowhere`] when none can be started.
    pub(super) async fn find(&self) -> Result<Address, ClientError> {
        match self {
            Self::Named(address) => Ok(address.clone()),
            Self::Here(home) => {
                let (home, runtime) = (Arc::clone(home), Handle::current());
                // On a thread of its own: whoever waits for it need not care what is held
                // across its awaits.
                let found = tokio::task::spawn_blocking(move || runtime.block_on(home.find()));
                found.await.map_err(|error| ClientError::Nowhere(error.to_string()))?
            }
        }
    }

    /// Whether the server is our own.
    pub(super) async fn is_own(&self) -> bool {
        match self {
            Self::Named(_) => false,
            Self::Here(home) => home.running.lock().await.is_some(),
        }
    }

    /// Stops a server of our own.
    pub(super) async fn leave(&self) {
        let Self::Here(home) = self else { return };
        let running = home.running.lock().await.take();
        if let Some(app) = running {
            app.stop(GRACE).await;
        }
    }
}

impl Home {
    async fn find(&self) -> Result<Address, ClientError> {
        let nowhere = |error: &dyn std::error::Error| ClientError::Nowhere(error.to_string());
        let mut running = self.running.lock().await;
        if let Some(app) = running.as_ref() {
            return Address::parse(&app.url());
        }
        let give_up_at = tokio::time::Instant::now() + ANNOUNCEMENT;
        loop {
            let listener = listen(None, "127.0.0.1:0")
                .await
                .map_err(|failure| ClientError::Nowhere(failure.message))?;
            match Box::pin(app::start(self.config.clone(), listener)).await {
                Ok(app) => {
                    let address = Address::parse(&app.url());
                    *running = Some(app);
                    return address;
                }
                Err(AppError::Store(StoreError::Locked { url: Some(url), .. })) => {
                    return Address::parse(&url);
                }
                Err(AppError::Store(StoreError::Locked { .. }))
                    if tokio::time::Instant::now() < give_up_at =>
                {
                    // It has the directory and does not listen yet.
                    tokio::time::sleep(LOOK).await;
                }
                Err(error) => return Err(nowhere(&error)),
            }
        }
    }
}

/// The directory of a file that conversations keep beside the threads; it is made if need be.
pub(super) fn private_dir(dir: &std::path::Path) -> std::io::Result<PathBuf> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)?;
    Ok(dir.to_owned())
}
