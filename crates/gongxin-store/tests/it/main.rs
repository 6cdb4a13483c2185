//! The store's one suite, run on both engines.

mod archive;
mod backups;
mod damage;
mod faults;
mod place;
mod queries;
mod world;
