//! Writes sample documents, to be looked at: `cargo run -p qist-documents --example samples -- <folder>`. With a second argument,
//! tells how many Key Facts Statements are made a second.

#![allow(clippy::unwrap_used, reason = "the sample's values are constants")]

use std::path::PathBuf;
use std::time::Instant;

use qist_documents::{Renderer, statement_page};
use qist_domain::kfs::Language;
use qist_domain::money::Paise;

#[path = "../tests/it/sample.rs"]
mod sample;

/// The server's own, so that what is measured is what it does.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("name the folder to write to")?);
    let renderer = Renderer::new();
    for (name, agreement) in
        [("draft-6", sample::draft(6)), ("signed-36", sample::signed(36)), ("signed-120", sample::signed(120))]
    {
        std::fs::write(folder.join(name).with_extension("pdf"), renderer.agreement(&agreement)?)?;
    }
    for name in ["statement", "interest-certificate-2026", "no-dues"] {
        let path = folder.join(format!("paper-{name}")).with_extension("pdf");
        std::fs::write(path, renderer.paper(&sample::paper(name))?)?;
    }
    for language in Language::ALL {
        let plain = [6, 36].map(|count| (format!("{count}"), sample::statement(&sample::terms(), count, language)));
        let stages = ("stages".to_owned(), sample::statement(&sample::terms_in_stages(), 12, language));
        for (name, data) in plain.into_iter().chain([stages]) {
            let name = format!("kfs-{}-{name}", language.code());
            std::fs::write(folder.join(&name).with_extension("pdf"), renderer.statement(&data)?)?;
            std::fs::write(folder.join(&name).with_extension("html"), statement_page(&data, "expires=1&signature=s")?)?;
        }
    }
    if std::env::args().nth(2).is_some() {
        for (language, instalments) in
            [(Language::English, 6), (Language::English, 36), (Language::Hindi, 6), (Language::Hindi, 36)]
        {
            let (mut made, began) = (0_u32, Instant::now());
            while began.elapsed().as_secs() < 5 {
                made += 1;
                // No two of them alike.
                let amount = Paise::new(12_000_000 + i64::from(made) * 31_415);
                renderer.statement(&sample::statement_on(&sample::terms(), amount, instalments, language))?;
            }
            let rate = f64::from(made) / began.elapsed().as_secs_f64();
            println!("{} {instalments} instalments: {rate:.1} a second", language.code());
        }
    }
    Ok(())
}
