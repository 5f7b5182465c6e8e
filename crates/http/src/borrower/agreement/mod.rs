pub mod read;
pub mod request_otp;
pub mod sign;
