//! Listening, and stopping without cutting anybody off.

use crate::app::Shared;
use crate::router::router;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;

/// How long running requests may take once the node stops.
const PATIENCE: Duration = Duration::from_secs(20);

/// Serves until `stop` is done; then no new request is taken, and running ones are finished.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    app: Shared,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let (stopping, stopped) = tokio::sync::oneshot::channel();
    let stop = async move {
        stop.await;
        let _ = stopping.send(());
    };
    warm(&app);
    let service = router(app).into_make_service_with_connect_info::<SocketAddr>();
    let served = axum::serve(listener, service).with_graceful_shutdown(stop);
    let overdue = async {
        // An error means that the server ended by itself.
        if stopped.await.is_ok() {
            tokio::time::sleep(PATIENCE).await;
        } else {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        served = served => served,
        () = overdue => Ok(()),
    }
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
