pub mod read;
pub mod run;
