//! The runner of background work: claims what is due, one at a time, until it is told to stop.

use crate::aggregate::recompute::{self, Recompute};
use crate::alert::deliver::{self, Delivery};
use crate::alert::frequency::{self, WeighFrequencies};
use crate::discordance::{self, whole::LookAtAll};
use crate::error::NodeError;
use crate::node::Node;
use crate::reresolve::{self, Reresolve};
use cairn_store::job::{self, Claimed};
use cairn_store::statement;
use jiff::SignedDuration;
use serde::de::DeserializeOwned;
use std::time::Duration;

/// How long a claim holds. Work that takes longer is claimed again only if this process is gone:
/// one process opens a node.
const LEASE: SignedDuration = SignedDuration::from_mins(30);
/// Attempts after which work is given up.
const ATTEMPTS: u32 = 5;
/// Versions whose citations are entered in one transaction: others write in between.
const CITED_AT_ONCE: u32 = 2_000;
/// Pause between looks when nothing is due.
const PAUSE: Duration = Duration::from_secs(5);
/// The same for files to be loaded: somebody waits.
const LOAD_PAUSE: Duration = Duration::from_secs(1);

impl Node {
    /// Does all work that is due now; how many pieces were done comes back. Work that fails is
    /// tried again later, with growing pauses.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn run_due_jobs(&self) -> Result<u64, NodeError> {
        self.enter_citations().await?;
        let mut done = 0;
        loop {
            if let Some(job) = self.claim::<Reresolve>(reresolve::KIND).await? {
                done += self.end(job, "looked again at open variants", self.reresolve().await).await?;
            } else if let Some(job) = self.claim::<Recompute>(recompute::KIND).await? {
                let result = self.recompute_aggregates().await;
                done += self.end(job, "computed all aggregates", result).await?;
            } else if let Some(job) = self.claim::<LookAtAll>(discordance::whole::KIND).await? {
                let result = self.look_at_all_discordances().await;
                done += self.end(job, "looked at all discordances", result).await?;
            } else if let Some(job) = self.claim::<WeighFrequencies>(frequency::KIND).await? {
                let result = self.weigh_frequencies(&job.subject).await;
                done += self.end(job, "weighed new frequencies", result).await?;
            } else if let Some(job) = self.claim::<Delivery>(deliver::KIND).await? {
                let result = self.deliver(&job.subject).await;
                done += self.end(job, "sent a notice", result).await?;
            } else {
                return Ok(done);
            }
        }
    }

    /// Enters what statements cite that were recorded before citations were looked for, some at a time.
    async fn enter_citations(&self) -> Result<(), NodeError> {
        while statement::has_uncited(&mut *self.store().read().await?).await? {
            let mut writer = self.store().write().await?;
            statement::cite_some(&mut writer, CITED_AT_ONCE).await?;
            writer.commit().await?;
        }
        Ok(())
    }

    pub(crate) async fn claim<S: DeserializeOwned>(&self, kind: &'static str) -> Result<Option<Claimed<S>>, NodeError> {
        let mut writer = self.store().write().await?;
        let claimed = job::claim(&mut writer, kind, self.now(), LEASE).await?;
        writer.commit().await?;
        Ok(claimed)
    }

    /// Notes how a piece of work ended; 1 when it is done, 0 when it is to be tried again or given up.
    pub(crate) async fn end<S, R: std::fmt::Debug>(
        &self,
        claimed: Claimed<S>,
        what: &'static str,
        result: Result<R, NodeError>,
    ) -> Result<u64, NodeError> {
        let mut writer = self.store().write().await?;
        let done = match result {
            Ok(result) => {
                tracing::info!(?result, "{what}");
                job::finish(&mut writer, claimed.serial, self.now()).await?;
                1
            }
            Err(error) => {
                let pause = SignedDuration::from_secs(30 << claimed.attempts.min(10));
                let retry = (claimed.attempts < ATTEMPTS).then(|| self.now().saturating_add(pause).ok()).flatten();
                job::fail(&mut writer, claimed.serial, &error.to_string(), retry, self.now()).await?;
                0
            }
        };
        writer.commit().await?;
        Ok(done)
    }

    /// Takes reference files that arrive, and runs due work, until the future that holds this call is dropped. Files
    /// are loaded beside the other work, which they would hold up.
    pub async fn run_jobs(&self) {
        tokio::join!(self.run_short_jobs(), self.run_loads());
    }

    async fn run_loads(&self) {
        if let Err(error) = self.take_up_loads().await {
            tracing::error!(%error, "files that wait to be loaded could not be taken up");
        }
        loop {
            if let Err(error) = self.run_due_loads().await {
                tracing::error!(%error, "files could not be loaded");
            }
            tokio::time::sleep(LOAD_PAUSE).await;
        }
    }

    async fn run_short_jobs(&self) {
        loop {
            if let Err(error) = self.take_new_reference().await {
                tracing::error!(%error, "new reference files cannot be used");
            }
            if let Err(error) = self.run_due_jobs().await {
                tracing::error!(%error, "background work failed");
            }
            if let Err(error) = self.look_after_notices().await {
                tracing::error!(%error, "notices could not be looked after");
            }
            if let Err(error) = self.measure_one_of_the_day().await {
                tracing::error!(%error, "how complete sharing is could not be measured");
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}
