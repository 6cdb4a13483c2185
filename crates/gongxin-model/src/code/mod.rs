//! Codes that organisations and persons carry: each parsed into a type that keeps what was written.
