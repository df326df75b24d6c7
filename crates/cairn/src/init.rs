//! `cairn init`: a new node.

use anyhow::Context;
use cairn_node::Node;
use cairn_node::folder::DataFolder;
use cairn_node::relocate;
use cairn_node::world::World;
use cairn_store::home::Server;
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

/// The configuration of a new node: every key with its default, so that it can be edited.
const CONFIGURATION: &str = include_str!("init/cairn.toml");

/// Creates a node: its record, its keys and its configuration.
#[derive(Args)]
pub struct Init {
    /// The folder to create
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// A laboratory of the node; more are added with `cairn lab add`
    #[arg(long, value_name = "NAME")]
    lab: Option<String>,
    /// Keep the record in this empty PostgreSQL database: `postgres://user@host:5432/database`
    #[arg(long, value_name = "URL")]
    database: Option<String>,
}

impl Init {
    /// Does what was asked. A node that is there already stays as it is.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let folder = DataFolder::new(&self.folder);
        let shown = self.folder.display();
        if folder.has_node() {
            println!("there is a node in `{shown}` already; nothing was changed");
            return Ok(ExitCode::SUCCESS);
        }
        let configuration = folder.configuration();
        let server = self.database.as_deref().map(Server::new).transpose()?;
        crate::block_on(async {
            if let Some(server) = &server {
                folder.create()?;
                relocate::name_database(&configuration, server, CONFIGURATION)?;
            }
            let node = Node::open(folder, World::real()).await?;
            if let Some(name) = &self.lab {
                node.add_laboratory(name, None).await?;
            }
            node.close().await;
            Ok(())
        })?;
        if !configuration.exists() {
            std::fs::write(&configuration, CONFIGURATION)
                .with_context(|| format!("cannot write `{}`", configuration.display()))?;
        }
        println!("created a node in `{shown}`; next:");
        let argument =
            if shown.to_string().contains(char::is_whitespace) { format!("'{shown}'") } else { shown.to_string() };
        println!("  cairn lab add \"NAME OF YOUR LABORATORY\" --data {argument}");
        println!("  cairn user add YOU --lab \"NAME OF YOUR LABORATORY\" --data {argument}");
        println!("  cairn setup --from FOLDER_WITH_REFERENCE_FILES --data {argument}");
        println!("  cairn serve --data {argument}");
        println!("keep a copy of `{shown}/keys` apart from the rest: it holds what submissions are signed with");
        Ok(ExitCode::SUCCESS)
    }
}

#[cfg(test)]
mod tests {
    use crate::configuration::Configuration;

    #[test]
    fn the_configuration_of_a_new_node_says_the_defaults() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cairn.toml");
        std::fs::write(&path, super::CONFIGURATION).unwrap();
        assert_eq!(Configuration::read(&path, None).unwrap(), Configuration::default());
    }
}
