//! How a node is reached: API, pages, sign-in.
