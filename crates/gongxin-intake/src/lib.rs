//! Bytes to rows, rows to checked rows with findings and a receipt.
