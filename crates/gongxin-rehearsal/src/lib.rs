//! A whole invented region, deterministic from a seed, with its answer key.
