//! Each member is measured once a day; the days stay, so that a year can be looked back on.

use super::Sharing;
use crate::error::NodeError;
use crate::node::Node;
use cairn_store::laboratory::{self, RecordedLaboratory};
use cairn_store::sharing::{self, Measured};
use jiff::civil::Date;
use jiff::tz::TimeZone;

impl Node {
    /// Measures one member that was not measured today; whether there was one comes back.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn measure_one_of_the_day(&self) -> Result<bool, NodeError> {
        let day = self.now().to_zoned(TimeZone::UTC).date().to_string();
        let mut reader = self.store().read().await?;
        let Some(serial) = sharing::not_measured(&mut reader, &day).await? else { return Ok(false) };
        let found = laboratory::by_serials(&mut reader, &[serial]).await?;
        drop(reader);
        let Some(of) = found.first() else { return Ok(false) };
        let (measured, _) = self.sharing(of, None).await?;
        self.keep_measure(of, &measured).await?;
        Ok(true)
    }

    /// Keeps a measurement as that of its day.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn keep_measure(&self, of: &RecordedLaboratory, measured: &Sharing) -> Result<(), NodeError> {
        let report = serde_json::to_string(measured).expect("a measurement has string keys only");
        let mut writer = self.store().write().await?;
        sharing::keep(&mut writer, of.serial, &measured.day.to_string(), &report, self.now()).await?;
        Ok(writer.commit().await?)
    }

    /// What was measured of a laboratory up to a day, the newest first.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn measured(
        &self,
        of: &RecordedLaboratory,
        up_to: Date,
        limit: u32,
    ) -> Result<Vec<Measured<Sharing>>, NodeError> {
        let mut reader = self.store().read().await?;
        Ok(sharing::last_measured(&mut reader, of.serial, &up_to.to_string(), limit).await?)
    }
}
