//! Parts of a description read alone.
