//! Where a test keeps its record: in a file, or in the database that `cargo xtask postgres` made for it.

use cairn_store::Home;
use cairn_store::home::Server;
use std::path::Path;

/// The home of the test's record.
pub fn home(folder: &Path) -> Home {
    match std::env::var("DATABASE_URL") {
        Ok(address) => Home::Server(Server::new(&address).expect("the runner names a database")),
        Err(_) => Home::File(folder.join("record.sqlite")),
    }
}
