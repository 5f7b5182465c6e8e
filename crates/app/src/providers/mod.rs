//! Slow work and outside answers: a job row first, then a worker; every answer through the inbox.

pub mod apply;
pub mod job;
pub mod perform;
pub mod receive;
