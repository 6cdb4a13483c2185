//! All SQL, on SQLite and PostgreSQL: the archive, what is derived from it, batches and changes.
