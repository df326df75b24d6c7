//! How far the loading of a large file is, for the laboratory that sent it.

use crate::access::Viewer;
use crate::contribute::large::Load;
use crate::error::NodeError;
use crate::node::Node;
use cairn_core::id::JobId;
use cairn_store::large_file;

impl Node {
    /// A file that a job loads. Hidden and absent look the same: `None`.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn load_report(&self, job: JobId, viewer: Viewer) -> Result<Option<Load>, NodeError> {
        let found: Option<Load> = large_file::by_job(&mut *self.store().read().await?, job).await?;
        Ok(found.filter(|found| viewer.may_see_submissions_of(found.file.laboratory)))
    }

    /// The files of the reader's laboratory that wait or are being loaded: job and file name.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn own_loads(&self, viewer: Viewer) -> Result<Vec<(JobId, Option<String>)>, NodeError> {
        let Some(own) = viewer.own() else {
            return Ok(Vec::new());
        };
        Ok(large_file::unfinished_of(&mut *self.store().read().await?, own).await?)
    }
}
