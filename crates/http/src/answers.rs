//! Answers that scripts ask for again and again, kept in memory until anything is committed to the record or a new
//! reference is loaded; so they are never staler than the record itself.

use axum::body::Bytes;
use cairn_node::State;
use cairn_node::access::Viewer;
use cairn_node::kept::Kept;
use cairn_store::api_token::FoundToken;
use cairn_store::laboratory::RecordedLaboratory;

/// Bytes of variants' answers.
const VARIANTS: usize = 256 << 20;
/// API tokens.
const TOKENS: usize = 10_000;

/// Kept answers.
#[derive(Debug)]
pub(crate) struct Answers {
    /// What `GET /api/v1/variants/{expression}` answers to a viewer about the record as it stands.
    variants: Kept<State, (Viewer, String), Bytes>,
    /// Whose an API token is, by its digest. Tokens that are none are not kept.
    tokens: Kept<State, String, (FoundToken, RecordedLaboratory)>,
}

impl Default for Answers {
    fn default() -> Self {
        Self { variants: Kept::within(VARIANTS), tokens: Kept::within(TOKENS) }
    }
}

impl Answers {
    /// What is known of a variant, as JSON.
    pub(crate) fn variant(&self, state: State, viewer: Viewer, expression: &str) -> Option<Bytes> {
        self.variants.get(&state, &(viewer, expression.to_owned()))
    }

    /// Keeps what was found after `state` was told.
    pub(crate) fn keep_variant(&self, state: State, viewer: Viewer, expression: String, answer: &Bytes) {
        let weight = answer.len() + expression.len() + 200;
        self.variants.insert(state, (viewer, expression), answer.clone(), weight);
    }

    /// Whose a token is.
    pub(crate) fn token(&self, state: State, digest: &str) -> Option<(FoundToken, RecordedLaboratory)> {
        self.tokens.get(&state, digest)
    }

    /// Keeps what was found after `state` was told.
    pub(crate) fn keep_token(&self, state: State, digest: String, found: &(FoundToken, RecordedLaboratory)) {
        self.tokens.insert(state, digest, found.clone(), 1);
    }
}
