//! Finds the organisation a row is about: candidate, explained match, judgement.
