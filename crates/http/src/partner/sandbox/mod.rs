//! What exists on test servers alone.

pub mod clock;
