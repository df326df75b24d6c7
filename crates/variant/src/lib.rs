//! Says when two descriptions of a variant are the same variant. No I/O.
