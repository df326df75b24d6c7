//! A node for the length of a suite: files are imported as a laboratory imports them, and looked up.

use anyhow::Context;
use cairn_core::submission::Channel;
use cairn_node::Node;
use cairn_node::access::Viewer;
use cairn_node::contribute::Request;
use cairn_node::folder::DataFolder;
use cairn_node::lookup::variant::VariantReport;
use cairn_node::world::World;
use cairn_reference::Reference;
use std::path::PathBuf;
use std::sync::LazyLock;

/// Loaded once for all nodes.
static REFERENCE: LazyLock<Reference> = LazyLock::new(Reference::bundled);

/// A node in a folder of its own that is removed with it.
pub(super) struct TemporaryNode {
    runtime: tokio::runtime::Runtime,
    node: Node,
    folder: PathBuf,
}

impl TemporaryNode {
    pub(super) fn new(name: &str) -> anyhow::Result<Self> {
        let folder = std::env::temp_dir().join(format!("cairn-conformance-{name}-{}", std::process::id()));
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let opened = Node::with_reference(DataFolder::new(&folder), REFERENCE.clone(), World::real());
        let node = runtime.block_on(opened)?;
        Ok(Self { runtime, node, folder })
    }

    /// Imports a file.
    pub(super) fn import(&self, file: &str, bytes: Vec<u8>) -> anyhow::Result<()> {
        self.runtime.block_on(async {
            let laboratory = self.node.add_laboratory("Conformance", None).await?;
            let request = Request {
                laboratory,
                user: None,
                channel: Channel::Command,
                file: Some(file.to_owned()),
                bytes,
                mapping: None,
                assembly: None,
                client_key: None,
                dry_run: false,
                strict: false,
            };
            let outcome = self.node.contribute(request).await?;
            outcome.accession.map(drop).with_context(|| format!("nothing of `{file}` was taken"))
        })
    }

    /// What is known under a name; `None` when nothing is.
    pub(super) fn report(&self, name: &str) -> anyhow::Result<Option<VariantReport>> {
        self.runtime.block_on(async {
            let as_of = self.node.as_of(None).await?;
            Ok(self.node.look_up(name, as_of, Viewer::Machine).await?.report)
        })
    }
}

impl Drop for TemporaryNode {
    fn drop(&mut self) {
        self.runtime.block_on(self.node.close());
        // A folder that stays behind is the system's to clean: it is in its temporary files.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
