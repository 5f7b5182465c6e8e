//! BankConnect: entities, their statements, what is made of them, and how banks do online.

pub mod analyse;
pub mod entities;
pub mod file;
pub mod health;
pub mod keys;
pub mod read;
pub mod report;
pub mod session;
pub mod tell;
pub mod upload;
pub mod webhook;
