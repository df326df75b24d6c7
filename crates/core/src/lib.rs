//! The language of the product and its rules. No I/O, no clock, no randomness.
