//! What a node does, one module per purpose.
