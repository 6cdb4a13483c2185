//! Normal forms of names and document numbers, for comparing; what was written is kept elsewhere.
