//! Writes a statement of every layout into a folder, of so many months and with this seed:
//! `cargo run -p qist-testkit --features statement --example statements -- /tmp 6 7`.

use std::path::PathBuf;

use qist_testkit::statement::{LAYOUTS, Life, draw};

fn main() -> std::io::Result<()> {
    let argument = |at: usize| std::env::args().nth(at);
    let number = |at: usize, usual: u32| argument(at).and_then(|text| text.parse().ok()).unwrap_or(usual);
    let folder = PathBuf::from(argument(1).unwrap_or_else(|| ".".to_owned()));
    for (at, layout) in LAYOUTS.iter().enumerate() {
        let life = Life::salaried(number(3, 7).into()).months(number(2, 6)).dialect(layout.dialect);
        std::fs::write(folder.join(format!("statement-{at}.pdf")), draw(&[life.account()], layout))?;
    }
    Ok(())
}
