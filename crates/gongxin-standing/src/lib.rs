//! What a record may do on a day: a pure fold of its entries under the rulebook, step by step.
