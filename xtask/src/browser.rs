//! The browser that the tests of the pages drive: Chromium and its WebDriver.
//!
//! Where we may install it (root on Debian or a relative with a `chromium` package), we do.
//! Elsewhere we say what is missing; the browser tests then skip themselves, and only they.

use crate::apt::{self, find};

/// Makes sure that the browser is here; the sentence to show when it is not.
pub(crate) fn ensure() -> Result<(), String> {
    if present() {
        return Ok(());
    }
    if find("apt-get").is_none() || !apt::is_root() {
        return Err(missing("install them with `apt-get install chromium chromium-driver`"));
    }
    if apt::install(&["chromium", "chromium-driver"]) && present() {
        Ok(())
    } else {
        Err(missing("`apt-get install chromium chromium-driver` did not bring them"))
    }
}

fn present() -> bool {
    find("chromedriver").is_some() && (find("chromium").is_some() || find("google-chrome").is_some())
}

fn missing(remedy: &str) -> String {
    format!("browser tests skipped: `chromium` and `chromedriver` are not here; {remedy}")
}
