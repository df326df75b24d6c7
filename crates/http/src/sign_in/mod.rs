//! How people show who they are, apart from the pages that ask them.
//!
//! [`proof`] is the one door for a name, a password and a code: a wrong name, a wrong password and a
//! wrong code take the same work and give the same answer. [`second_factor`] says who needs more
//! than a password; [`totp`] and [`recovery`] are its codes, [`seal`] keeps their secrets;
//! [`challenge`] and [`site`] serve passkeys,
//! [`opening`] begins sessions, [`fresh`] asks again before what matters most.

pub mod browser;
pub mod challenge;
pub mod fresh;
pub mod opening;
pub mod proof;
pub mod recovery;
pub mod seal;
pub mod second_factor;
pub mod site;
pub mod totp;
