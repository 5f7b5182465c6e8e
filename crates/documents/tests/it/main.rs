//! Renders agreements and reads them back, as their readers would.

mod agreement;
mod hostile;
mod reading;
mod sample;
