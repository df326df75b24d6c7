//! Listening within limits, and stopping without cutting anybody off.

use crate::app::Shared;
use crate::router::router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tower::Service;

/// How long running requests may take once the node stops.
const PATIENCE: Duration = Duration::from_secs(20);
/// Connections at one time; further ones wait until one ends.
const CONNECTIONS: usize = 4096;
/// How long the head of a request may take to arrive, and how long a connection may say nothing.
const HEAD: Duration = Duration::from_secs(30);
/// Header fields of a request; one with more is answered 431.
const FIELDS: usize = 100;
/// Bytes of a request's head; one with more is answered 431.
const HEAD_BYTES: usize = 64 * 1024;

/// Serves until `stop` is done; then no new request is taken, and running ones are finished.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    app: Shared,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    warm(&app);
    let service = router(app.clone());
    let (stopping, stopped) = watch::channel(false);
    let connections = Arc::new(Semaphore::new(CONNECTIONS));
    tokio::pin!(stop);
    loop {
        let place = connections.clone().acquire_owned();
        let accepted = async { (place.await, listener.accept().await) };
        let (place, stream) = tokio::select! {
            () = &mut stop => break,
            accepted = accepted => accepted,
        };
        let (stream, from) = match stream {
            Ok(stream) => stream,
            Err(error) => {
                // Out of file handles, or the caller left already: others may still come.
                tracing::warn!(%error, "a connection could not be taken");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let (service, stopped) = (service.clone(), stopped.clone());
        tokio::spawn(async move {
            let _place = place;
            answer(stream, from, service, stopped).await;
        });
    }
    app.metrics.stops();
    drop(listener);
    let _ = stopping.send(true);
    let all = u32::try_from(CONNECTIONS).unwrap_or(u32::MAX);
    let _ = tokio::time::timeout(PATIENCE, connections.acquire_many(all)).await;
    Ok(())
}

/// Answers the requests of one connection.
async fn answer(stream: TcpStream, from: SocketAddr, service: axum::Router, mut stopped: watch::Receiver<bool>) {
    // Small answers leave at once.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(from));
        // A router is always ready.
        service.clone().call(request)
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD).max_headers(FIELDS).max_buf_size(HEAD_BYTES);
    let connection = http.serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    tokio::select! {
        // A caller who hangs up or speaks something else is no news.
        _ = connection.as_mut() => return,
        _ = stopped.changed() => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}

/// Reads the names and ontologies that the search box needs before the first person types.
fn warm(app: &Shared) {
    let node = app.node.clone();
    tokio::task::spawn_blocking(move || {
        let reference = node.reference();
        reference.genes();
        reference.phenotypes();
        reference.conditions();
    });
}

/// Done when the process is asked to end: Ctrl-C, or SIGTERM from a service manager.
pub async fn asked_to_stop() {
    let interrupt = async {
        let _ = tokio::signal::ctrl_c().await;
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}
