//! The name index: derived, rebuildable, holding ids and ranking only.
