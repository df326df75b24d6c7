//! The runner of background work: claims what is due, one at a time, until it is told to stop.

use crate::error::NodeError;
use crate::node::Node;
use crate::reresolve::{self, Reresolve};
use cairn_store::job;
use jiff::SignedDuration;
use std::time::Duration;

/// How long a claim holds. Work that takes longer is claimed again only if this process is gone:
/// one process opens a node.
const LEASE: SignedDuration = SignedDuration::from_mins(30);
/// Attempts after which work is given up.
const ATTEMPTS: u32 = 5;
/// Pause between looks when nothing is due.
const PAUSE: Duration = Duration::from_secs(5);

impl Node {
    /// Does all work that is due now; how many pieces were done comes back. Work that fails is
    /// tried again later, with growing pauses.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn run_due_jobs(&self) -> Result<u64, NodeError> {
        let mut done = 0;
        loop {
            let mut writer = self.store().write().await?;
            let claimed = job::claim::<Reresolve>(&mut writer, reresolve::KIND, self.now(), LEASE).await?;
            writer.commit().await?;
            let Some(claimed) = claimed else {
                return Ok(done);
            };
            let result = self.reresolve().await;
            let mut writer = self.store().write().await?;
            match result {
                Ok(result) => {
                    tracing::info!(?result, "looked again at open variants");
                    job::finish(&mut writer, claimed.serial, self.now()).await?;
                    done += 1;
                }
                Err(error) => {
                    let pause = SignedDuration::from_secs(30 << claimed.attempts.min(10));
                    let retry = (claimed.attempts < ATTEMPTS).then(|| self.now().saturating_add(pause).ok()).flatten();
                    job::fail(&mut writer, claimed.serial, &error.to_string(), retry, self.now()).await?;
                }
            }
            writer.commit().await?;
        }
    }

    /// Runs due work until the future that holds this call is dropped.
    pub async fn run_jobs(&self) {
        loop {
            if let Err(error) = self.run_due_jobs().await {
                tracing::error!(%error, "background work failed");
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}
