//! The engine, exercised on both databases by the same functions.

#[macro_use]
#[cfg(test)]
mod support;

#[cfg(test)]
mod kill;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod migrations;
#[cfg(test)]
mod postgres_only;
#[cfg(test)]
mod sqlite_only;
#[cfg(test)]
mod transactions;
#[cfg(test)]
mod values;
