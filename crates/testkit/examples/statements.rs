//! Writes a statement of every layout into a folder: `cargo run -p qist-testkit --features statement --example statements -- /tmp`.

use std::path::PathBuf;

use qist_testkit::statement::{LAYOUTS, Life, draw};

fn main() -> std::io::Result<()> {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| ".".to_owned()));
    let months: u32 = std::env::args().nth(2).and_then(|text| text.parse().ok()).unwrap_or(6);
    for (at, layout) in LAYOUTS.iter().enumerate() {
        let account = Life::salaried(7).months(months).dialect(layout.dialect).account();
        std::fs::write(folder.join(format!("statement-{at}.pdf")), draw(&[account], layout))?;
    }
    Ok(())
}
