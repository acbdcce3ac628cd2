//! A server: whether it answers, and what it is.

use std::time::Duration;

use tokio::time::timeout;

use super::report::{Check, Report};
use crate::{
    cli::client::{Address, Rest, Socket, Trust},
    protocol::{ModelState, Welcome},
};

/// Checks the server at an address.
pub(super) async fn check(url: &str, trust: &Trust, patience: Duration, report: &mut Report) {
    let greeted = timeout(patience, greet(url, trust)).await;
    report.add(match greeted {
        Ok(Ok(welcome)) => verdict(url, &welcome),
        Ok(Err(error)) => {
            let todo = "see that it is started, and that the address is the one it printed";
            Check::fail("server", error.to_string(), todo)
        }
        Err(_) => {
            let text = format!("{url} did not answer within {} s", patience.as_secs());
            Check::fail("server", text, "see that it is not stuck; its log says more")
        }
    });
}

async fn greet(url: &str, trust: &Trust) -> Result<Welcome, crate::cli::client::ClientError> {
    let address = Address::parse(url)?;
    let (socket, welcome) = Socket::open(&address, trust).await?;
    socket.close().await;
    Rest::at(address, trust)?.text("/readyz").await?;
    Ok(welcome)
}

fn verdict(url: &str, welcome: &Welcome) -> Check {
    let text = format!(
        "{url} is ready: version {}, {}, {}",
        welcome.server.version, welcome.estate.name, welcome.model.name
    );
    if welcome.model.state == ModelState::Degraded {
        let todo = "its model fails and the planner stands in; see the line `model`";
        return Check::warn("server", text, todo);
    }
    if welcome.server.version != env!("CARGO_PKG_VERSION") {
        return Check::warn("server", text, "it is of another version than this program");
    }
    Check::ok("server", text)
}
