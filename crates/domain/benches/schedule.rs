//! Schedules a second on one core: `cargo bench -p qist-domain --bench schedule`.
//!
//! With `PYTHON` naming an interpreter that has numpy-financial, the same tables are made by it in the same run:
//! `python3 -m venv /tmp/np && /tmp/np/bin/pip install numpy numpy-financial`, then `PYTHON=/tmp/np/bin/python cargo bench …`.

#![allow(clippy::expect_used, reason = "a measurement that cannot be taken has nobody to tell")]

use std::hint::black_box;
use std::process::Command;
use std::time::{Duration, Instant};

use qist_domain::day::Day;
use qist_domain::event::EntityType;
use qist_domain::id::FactId;
use qist_domain::loan::{Fact, FactKind, Paid, Position, Quote};
use qist_domain::money::{Paise, RoundingUnit};
use qist_domain::product::{EmiMethod, RateBasis, Terms};
use uuid::Uuid;

const FOR: Duration = Duration::from_secs(1);
/// Each figure is the best of so many, since a machine that is shared only ever slows down.
const ROUNDS: usize = 5;

fn main() {
    let start: Day = "2024-01-10".parse().expect("a day");
    let plain = Terms { emi_unit: RoundingUnit::Paisa, ..terms() };
    let by_days = Terms { rate_basis: RateBasis::Actual365, ..plain.clone() };
    for (name, terms) in [("36 monthly rows", &plain), ("36 monthly rows, interest by days", &by_days)] {
        let rate = per_second(|n| {
            let amount = Paise::from_rupees(100_000 + n);
            black_box(Quote::new(terms, amount, 36, start).expect("a quote"));
        });
        println!("{name:<40}{rate:>10.0} a second");
    }
    let quote = Quote::new(&plain, Paise::from_rupees(100_000), 36, start).expect("a quote");
    let rate = per_second(|_| {
        black_box(quote.apr().expect("a rate"));
    });
    println!("{:<40}{rate:>10.0} a second", "its APR, effective rate and XIRR");
    position(&plain, start);
    if let Ok(python) = std::env::var("PYTHON") {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/numpy_tables.py");
        let (mut ours, mut theirs) = (0.0_f64, 0.0_f64);
        // In turns, so that both meet the machine in the same moods.
        for _ in 0..ROUNDS {
            ours = ours.max(once(|n| {
                black_box(Quote::new(&plain, Paise::from_rupees(100_000 + n), 36, start).expect("a quote"));
            }));
            let output = Command::new(&python).args([script, "1"]).output().expect("numpy-financial");
            theirs = theirs.max(String::from_utf8_lossy(&output.stdout).trim().parse().expect("a rate"));
        }
        println!("{:<40}{theirs:>10.0} a second", "numpy-financial, 36 rows");
        println!("{:<40}{:>10.0} times of it", "ours beside it", ours / theirs);
    }
}

fn terms() -> Terms {
    Terms::new(EmiMethod::ReducingBalance, "15".parse().expect("a rate"))
}

/// Ten years of instalments with 300 facts.
fn position(terms: &Terms, start: Day) {
    let quote = Quote::new(terms, Paise::from_rupees(1_000_000), 120, start).expect("a quote");
    let mut facts = vec![fact(0, start, FactKind::Disbursed { utr: "U".to_owned() })];
    for n in 1..300_u32 {
        let row = &quote.rows[(n as usize * 2 / 5).min(119)];
        let paid = Paid {
            installment_num: row.num,
            amount: Paise::from_rupees(6_000),
            mode: "NEFT".to_owned(),
            reference: format!("R{n}"),
            by: EntityType::Customer,
        };
        facts.push(fact(n, row.due_day, FactKind::Paid(paid)));
    }
    let end = quote.rows.last().expect("a row").due_day;
    let rate = per_second(|_| {
        black_box(Position::of(&quote, &facts, end));
    });
    println!("{:<40}{:>10.3} ms", "position of 120 rows after 300 facts", 1_000.0 / rate);
}

fn fact(number: u32, value_day: Day, kind: FactKind) -> Fact {
    Fact { id: FactId(Uuid::from_u128(number.into())), value_day, recorded_at: value_day.start(), kind }
}

fn per_second(mut run: impl FnMut(i32)) -> f64 {
    (0..ROUNDS).map(|_| once(&mut run)).fold(0.0, f64::max)
}

/// How often a second, from a count of runs.
fn once(mut run: impl FnMut(i32)) -> f64 {
    let (mut runs, began) = (0, Instant::now());
    while began.elapsed() < FOR {
        for _ in 0..50 {
            run(runs % 100_000);
            runs += 1;
        }
    }
    f64::from(runs) / began.elapsed().as_secs_f64()
}
