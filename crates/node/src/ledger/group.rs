//! Many events, one transaction: whoever finds the writer free writes for all who wait.

use super::append::append_all;
use super::event::Event;
use crate::error::NodeError;
use crate::node::Node;
use cairn_store::serial::LedgerSerial;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

type Answer = Result<LedgerSerial, Arc<NodeError>>;

/// Events that wait for a transaction.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    events: Mutex<Vec<(Event, oneshot::Sender<Answer>)>>,
    /// Held by the one who writes.
    turn: Arc<tokio::sync::Mutex<()>>,
}

impl Waiting {
    fn locked(&self) -> MutexGuard<'_, Vec<(Event, oneshot::Sender<Answer>)>> {
        self.events.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The events for the next transaction, and who waits for them.
    fn take(&self) -> (Vec<Event>, Vec<oneshot::Sender<Answer>>) {
        let mut waiting = self.locked();
        let count = waiting.len().min(MOST);
        waiting.drain(..count).unzip()
    }
}

/// Events in one transaction: it takes some tens of milliseconds then.
const MOST: usize = 4096;

impl Node {
    /// Records an event that has no transaction of its own. When this returns without error the entry is durable.
    ///
    /// # Errors
    /// When the record fails; then the event must be taken as not recorded, and what it records must not happen.
    pub async fn record_event(&self, event: Event) -> Result<LedgerSerial, NodeError> {
        let waiting = &self.ledger().waiting;
        let (answer, mut answered) = oneshot::channel();
        waiting.locked().push((event, answer));
        loop {
            let turn = waiting.turn.clone();
            let answer = tokio::select! {
                biased;
                answer = &mut answered => Some(answer),
                turn = turn.lock_owned() => {
                    // A task of its own: who leaves early must not take the others' events along.
                    let node = self.clone();
                    tokio::spawn(async move {
                        node.write_waiting().await;
                        drop(turn);
                    });
                    None
                }
            };
            let Some(answer) = answer else { continue };
            let gone = || NodeError::Ledger("the ledger stopped while an event waited; ask again".to_owned());
            return answer.map_err(|_| gone())?.map_err(NodeError::OfMany);
        }
    }

    async fn write_waiting(&self) {
        let (events, answers) = self.ledger().waiting.take();
        if events.is_empty() {
            return;
        }
        let written = self.write_events(events).await.map_err(Arc::new);
        self.ledger().announce();
        for (at, answer) in (0..).zip(answers) {
            let serial = written.clone().map(|first| LedgerSerial::new(first.number() + at));
            // Who no longer waits has gone; the entry stands.
            let _ = answer.send(serial);
        }
    }

    async fn write_events(&self, events: Vec<Event>) -> Result<LedgerSerial, NodeError> {
        let mut writer = self.store().write().await?;
        let first = append_all(&mut writer, self, events).await?;
        writer.commit_of_ledger().await?;
        Ok(first)
    }
}
