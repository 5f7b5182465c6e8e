//! Writes sample agreements, to be looked at: `cargo run -p qist-documents --example agreement -- <folder>`.

#![allow(clippy::unwrap_used, reason = "the sample's values are constants")]

use std::path::PathBuf;

use qist_documents::Renderer;

#[path = "../tests/it/sample.rs"]
mod sample;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("name the folder to write to")?);
    let renderer = Renderer::new();
    for (name, agreement) in
        [("draft-6", sample::draft(6)), ("signed-36", sample::signed(36)), ("signed-120", sample::signed(120))]
    {
        std::fs::write(folder.join(name).with_extension("pdf"), renderer.agreement(&agreement)?)?;
    }
    Ok(())
}
