//! BankConnect: entities, their statements, what is made of them, and how banks do online.

pub mod entities;
pub mod health;
pub mod keys;
