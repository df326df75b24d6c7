//! Work on the record that is done again when the database was away or others were in the way.

use crate::error::NodeError;
use cairn_store::Store;
use cairn_store::patience::Patience;

/// Does the work; where it fails for a cause that passes, does it again, for some seconds. The work must be such that
/// doing it twice is doing it once: whether a commit whose answer was lost happened is not known.
///
/// # Errors
/// The last failure, when the cause stays.
pub(crate) async fn again<T>(
    store: &Store,
    mut work: impl AsyncFnMut() -> Result<T, NodeError>,
) -> Result<T, NodeError> {
    let mut patience = Patience::new(store.retries());
    loop {
        match work().await {
            Err(NodeError::Store(error)) if error.is_passing() => patience.wait_out(error).await?,
            done => return done,
        }
    }
}
