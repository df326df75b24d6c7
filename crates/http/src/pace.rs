//! Bodies arrive at a pace, or not at all: who sends a byte a minute would hold memory and a connection for days.

use crate::problem::ApiProblem;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::time::{Instant, Sleep, sleep_until};

/// How fast a body must come.
#[derive(Debug, Clone, Copy)]
struct Pace {
    /// The longest pause of a sender.
    pause: Duration,
    /// Fewer bytes a second, once the pause has passed, are too few.
    slowest: u64,
}

const PACE: Pace = Pace { pause: Duration::from_secs(20), slowest: 1024 };

/// A body that ends when its sender is too slow.
struct Paced {
    inner: Body,
    pace: Pace,
    begun: Instant,
    taken: u64,
    pause: Pin<Box<Sleep>>,
    is_slow: Arc<AtomicBool>,
}

impl Paced {
    fn new(inner: Body, pace: Pace, is_slow: Arc<AtomicBool>) -> Self {
        let begun = Instant::now();
        Self { inner, pace, begun, taken: 0, pause: Box::pin(sleep_until(begun + pace.pause)), is_slow }
    }

    /// Until when the next bytes must be there: a pause from now, and never behind the slowest pace.
    fn due(&self) -> Instant {
        let Pace { pause, slowest } = self.pace;
        let by_pace = self.begun + pause + Duration::from_millis(self.taken.saturating_mul(1000) / slowest);
        by_pace.min(Instant::now() + pause)
    }
}

#[derive(Debug, thiserror::Error)]
#[error("the body came too slowly")]
struct TooSlow;

impl HttpBody for Paced {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, axum::Error>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.inner).poll_frame(context) {
            if let Some(Ok(frame)) = &frame {
                self.taken += frame.data_ref().map_or(0, |data| data.len() as u64);
                let due = self.due();
                self.pause.as_mut().reset(due);
            }
            return Poll::Ready(frame);
        }
        ready!(self.pause.as_mut().poll(context));
        self.is_slow.store(true, Relaxed);
        Poll::Ready(Some(Err(axum::Error::new(TooSlow))))
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> http_body::SizeHint {
        self.inner.size_hint()
    }
}

/// Takes bodies at a pace; a request whose body was too slow is answered 408.
pub async fn keep(request: Request, next: Next) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let is_slow = Arc::new(AtomicBool::new(false));
    let paced = is_slow.clone();
    let response = next.run(request.map(|body| Body::new(Paced::new(body, PACE, paced)))).await;
    if is_slow.load(Relaxed) { ApiProblem::too_slow().into_response() } else { response }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::VecDeque;

    /// A body of chunks, each after a time.
    struct Chunks(VecDeque<(u64, usize)>, Option<Pin<Box<Sleep>>>);

    impl HttpBody for Chunks {
        type Data = Bytes;
        type Error = axum::Error;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            context: &mut Context<'_>,
        ) -> Poll<Option<Result<http_body::Frame<Bytes>, axum::Error>>> {
            let Some((after, size)) = self.0.front().copied() else { return Poll::Ready(None) };
            let wait = self.1.get_or_insert_with(|| Box::pin(tokio::time::sleep(Duration::from_millis(after))));
            ready!(wait.as_mut().poll(context));
            self.1 = None;
            self.0.pop_front();
            Poll::Ready(Some(Ok(http_body::Frame::data(Bytes::from(vec![0; size])))))
        }
    }

    async fn arrives(chunks: impl IntoIterator<Item = (u64, usize)>) -> bool {
        let pace = Pace { pause: Duration::from_millis(200), slowest: 1000 };
        let slow = Arc::new(AtomicBool::new(false));
        let body = Paced::new(Body::new(Chunks(chunks.into_iter().collect(), None)), pace, slow.clone());
        let whole = axum::body::to_bytes(Body::new(body), usize::MAX).await.is_ok();
        assert_eq!(whole, !slow.load(Relaxed));
        whole
    }

    #[tokio::test]
    async fn a_body_keeps_a_pace() {
        assert!(arrives([(0, 10), (20, 10)]).await, "a pause is no harm");
        assert!(!arrives([(0, 10), (2000, 10)]).await, "a long one ends it");
        assert!(!arrives((0..100).map(|_| (20, 1))).await, "so does a byte now and then");
        assert!(arrives((0..30).map(|_| (20, 1 << 20))).await, "a large file over a slow line arrives");
    }
}
