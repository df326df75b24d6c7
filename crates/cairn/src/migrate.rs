//! `cairn migrate`: the record moves to a PostgreSQL database.

use cairn_core::amount::counted;
use cairn_node::folder::DataFolder;
use cairn_node::relocate::{self, Moved};
use cairn_store::home::Server;
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

/// Moves the record of a node from its file to an empty PostgreSQL database.
///
/// Stop the node first. Every table is copied in one transaction, and counted and compared on both sides; until all of
/// it is there nothing is. The old file is kept as `record.sqlite.moved`. Interrupted at any moment, ask for it again.
#[derive(Args)]
pub struct Migrate {
    /// The database: `postgres://user@host:5432/database`; leave the password to `~/.pgpass` or PGPASSWORD
    #[arg(long, value_name = "URL")]
    to: String,
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

impl Migrate {
    /// Does what was asked.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let server = Server::new(&self.to)?;
        let folder = DataFolder::find(self.data.as_deref())?;
        crate::block_on(async move {
            let moved = relocate::to_server(&folder, &server).await?;
            print(&moved, &server);
            Ok(ExitCode::SUCCESS)
        })
    }
}

/// What was moved, table by table, and what is to be done next.
pub fn print(moved: &Moved, server: &Server) {
    for table in moved.tables.iter().filter(|table| table.rows > 0) {
        println!(
            "{:<28} {:>10} {}  {}",
            table.table,
            table.rows,
            if table.rows == 1 { "row " } else { "rows" },
            &table.digest[..16]
        );
    }
    let rows: u64 = moved.tables.iter().map(|table| table.rows).sum();
    let tables = counted(moved.tables.len() as u64, "table", "tables");
    println!("{tables} with {}: counts and digests are the same on both sides", counted(rows, "row", "rows"));
    println!("the record is kept by {server} now; the old file is `{}`", moved.kept.display());
    if moved.is_configured {
        println!("the configuration names the database: start the node as before");
    } else {
        println!("the address holds a password and was not written down: set `database` in cairn.toml (without the");
        println!("password, which `~/.pgpass` may hold) or $CAIRN_DATABASE, then start the node");
    }
}
