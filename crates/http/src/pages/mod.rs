//! The pages: HTML that reads without JavaScript.

pub mod account;
pub mod frame;
pub mod home;
pub mod sign_in;
