//! The record of the node in SQL.
