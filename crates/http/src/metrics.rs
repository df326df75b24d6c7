//! Counts for operators, in the text format of Prometheus. Numbers and times only: no address, no expression, nothing
//! about a person.

mod gauges;

use std::fmt::Write;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

pub(crate) use gauges::{Scene, write as write_gauges};

/// Upper bounds of the duration classes, in seconds.
const BOUNDS: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0];

/// Which door a request came through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// `/api/…`.
    Api,
    /// A page.
    Page,
}

impl Door {
    /// The door of a path.
    pub fn of(path: &str) -> Self {
        if path.starts_with("/api/") { Self::Api } else { Self::Page }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Page => "page",
        }
    }
}

#[derive(Debug, Default)]
struct Series {
    by_status: [AtomicU64; 5],
    by_duration: [AtomicU64; BOUNDS.len()],
    count: AtomicU64,
    nanoseconds: AtomicU64,
}

/// Requests answered since the start.
#[derive(Debug)]
pub struct Metrics {
    doors: [Series; 2],
    begun: Instant,
    is_stopping: AtomicBool,
}

impl Default for Metrics {
    fn default() -> Self {
        Self { doors: Default::default(), begun: Instant::now(), is_stopping: AtomicBool::new(false) }
    }
}

impl Metrics {
    /// The node takes no new connection from now on.
    pub fn stops(&self) {
        self.is_stopping.store(true, Relaxed);
    }

    /// Whether it is on its way out.
    pub fn is_stopping(&self) -> bool {
        self.is_stopping.load(Relaxed)
    }

    /// Since when the program runs.
    pub fn up_for(&self) -> Duration {
        self.begun.elapsed()
    }

    /// Notes an answer with this status that took so long.
    pub fn answered(&self, door: Door, status: u16, took: Duration) {
        let series = &self.doors[door as usize];
        let class = usize::from(status / 100).clamp(1, 5) - 1;
        series.by_status[class].fetch_add(1, Relaxed);
        series.count.fetch_add(1, Relaxed);
        series.nanoseconds.fetch_add(u64::try_from(took.as_nanos()).unwrap_or(u64::MAX), Relaxed);
        for (bound, count) in BOUNDS.iter().zip(&series.by_duration) {
            if took.as_secs_f64() <= *bound {
                count.fetch_add(1, Relaxed);
            }
        }
    }

    /// What `/metrics` answers about requests.
    pub fn text(&self) -> String {
        let mut out = String::new();
        out.push_str("# HELP cairn_requests_total Requests answered, by door and class of status.\n");
        out.push_str("# TYPE cairn_requests_total counter\n");
        for door in [Door::Api, Door::Page] {
            for (class, count) in self.doors[door as usize].by_status.iter().enumerate() {
                let count = count.load(Relaxed);
                let _ = writeln!(
                    out,
                    "cairn_requests_total{{door=\"{}\",status=\"{}xx\"}} {count}",
                    door.label(),
                    class + 1
                );
            }
        }
        out.push_str("# HELP cairn_request_seconds Time to answer, by door.\n");
        out.push_str("# TYPE cairn_request_seconds histogram\n");
        for door in [Door::Api, Door::Page] {
            self.doors[door as usize].histogram(door.label(), &mut out);
        }
        out
    }
}

impl Series {
    fn histogram(&self, door: &str, out: &mut String) {
        let count = self.count.load(Relaxed);
        for (bound, below) in BOUNDS.iter().zip(&self.by_duration) {
            let below = below.load(Relaxed);
            let _ = writeln!(out, "cairn_request_seconds_bucket{{door=\"{door}\",le=\"{bound}\"}} {below}");
        }
        let seconds = Duration::from_nanos(self.nanoseconds.load(Relaxed)).as_secs_f64();
        let _ = writeln!(out, "cairn_request_seconds_bucket{{door=\"{door}\",le=\"+Inf\"}} {count}");
        let _ = writeln!(out, "cairn_request_seconds_sum{{door=\"{door}\"}} {seconds}");
        let _ = writeln!(out, "cairn_request_seconds_count{{door=\"{door}\"}} {count}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_by_door_status_and_time() {
        let metrics = Metrics::default();
        metrics.answered(Door::Api, 200, Duration::from_millis(2));
        metrics.answered(Door::Page, 404, Duration::from_secs(9));
        let text = metrics.text();
        for line in [
            "cairn_requests_total{door=\"api\",status=\"2xx\"} 1",
            "cairn_requests_total{door=\"page\",status=\"4xx\"} 1",
            "cairn_request_seconds_bucket{door=\"api\",le=\"0.001\"} 0",
            "cairn_request_seconds_bucket{door=\"api\",le=\"0.0025\"} 1",
            "cairn_request_seconds_bucket{door=\"page\",le=\"5\"} 0",
            "cairn_request_seconds_bucket{door=\"page\",le=\"+Inf\"} 1",
        ] {
            assert!(text.lines().any(|l| l == line), "{line}\n{text}");
        }
    }
}
