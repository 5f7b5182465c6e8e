//! Pages a second of reading with full analysis, beside `pdftotext -layout` on the same files in the same run; how long a
//! statement of six months takes; and how much memory a file of 500 pages takes, in a process of its own.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a measurement that cannot be made stops")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use qist_domain::calendar::{Calendar, Weekend};
use qist_statement::{Analysis, Input, Limits, Reading, analyse, read};
use qist_testkit::statement::{LAYOUTS, Life, draw};

const RUNS: u32 = 5;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(at) = arguments.iter().position(|argument| argument == "memory") {
        return memory(Path::new(&arguments[at + 1]));
    }
    let folder = tempfile::tempdir().unwrap();
    speed(folder.path());
    six_months();
    let path = folder.path().join("long.pdf");
    // As many rows as fill 500 pages of the layout that has the fewest on a page, found from one of 20 months.
    let (layout, life) = (&LAYOUTS[5], Life::salaried(3).purchases(120).dialect(LAYOUTS[5].dialect));
    let part = life.clone().months(20).account();
    let rows = part.entries.len() * 498 / usize::try_from(pages(&draw(&[part], layout))).unwrap();
    let mut account = life.months(120).account();
    account.entries.truncate(rows);
    let pdf = draw(&[account], layout);
    std::fs::write(&path, &pdf).unwrap();
    let child = Command::new(std::env::current_exe().unwrap()).arg("memory").arg(&path).output().unwrap();
    print!("{}", String::from_utf8_lossy(&child.stdout));
}

fn whole(pdf: &[u8]) -> (Reading, Analysis) {
    let today = "2034-01-01".parse().unwrap();
    let reading = read(pdf, None, None, today, &Limits::default()).unwrap_or_else(|error| panic!("{error}"));
    let analysis = analysed(&reading);
    (reading, analysis)
}

fn analysed(reading: &Reading) -> Analysis {
    let account = &reading.accounts[0];
    let input = Input { statement: "s", account: "a", bank: reading.bank, reading: account, file: &reading.file };
    analyse(&[input], &Calendar::of(Weekend::SunAnd2nd4thSat), "2034-01-01".parse().unwrap())
}

fn pages(pdf: &[u8]) -> u32 {
    let unlimited = Limits { pages_max: usize::MAX, ..Limits::default() };
    read(pdf, None, None, "2034-01-01".parse().unwrap(), &unlimited).unwrap().file.pages
}

fn best(mut work: impl FnMut()) -> Duration {
    let once = |work: &mut dyn FnMut()| {
        let began = Instant::now();
        work();
        began.elapsed()
    };
    (0..RUNS).map(|_| once(&mut work)).min().unwrap()
}

fn speed(folder: &Path) {
    println!("{:<60} {:>6} {:>12} {:>12}", "layout", "pages", "ours /s", "pdftotext /s");
    let (mut ours_all, mut theirs_all, mut pages_all) = (Duration::ZERO, Duration::ZERO, 0);
    for (at, layout) in LAYOUTS.iter().enumerate() {
        let account = Life::salaried(7).months(60).purchases(40).dialect(layout.dialect).account();
        let pdf = draw(std::slice::from_ref(&account), layout);
        let path: PathBuf = folder.join(format!("{at}.pdf"));
        std::fs::write(&path, &pdf).unwrap();
        let (reading, analysis) = whole(&pdf);
        assert_eq!(analysis.accounts[0].transactions.len(), account.entries.len(), "{}", layout.name);
        let pages = reading.file.pages;
        let ours = best(|| drop(whole(&std::fs::read(&path).unwrap())));
        let theirs = best(|| {
            let done = Command::new("pdftotext").arg("-layout").arg(&path).arg(folder.join("out.txt")).status();
            assert!(
                done.unwrap_or_else(|error| panic!("pdftotext of the Debian package poppler-utils: {error}")).success()
            );
        });
        println!("{:<60} {:>6} {:>12} {:>12}", layout.name, pages, rate(pages, ours), rate(pages, theirs));
        (ours_all, theirs_all, pages_all) = (ours_all + ours, theirs_all + theirs, pages_all + pages);
    }
    println!("{:<60} {:>6} {:>12} {:>12}", "all", pages_all, rate(pages_all, ours_all), rate(pages_all, theirs_all));
}

fn rate(pages: u32, time: Duration) -> u128 {
    u128::from(pages) * 1_000_000 / time.as_micros().max(1)
}

fn six_months() {
    let worst = LAYOUTS.iter().map(|layout| {
        let pdf = draw(&[Life::salaried(7).purchases(60).dialect(layout.dialect).account()], layout);
        (best(|| drop(whole(&pdf))), layout.name)
    });
    let (time, name) = worst.max().unwrap();
    println!("six months, the slowest layout ({name}): {} ms", time.as_micros() as f64 / 1000.0);
}

/// Reads and analyses one file, and tells the most memory that the process ever had. A file that is refused costs, too.
fn memory(path: &Path) {
    let (pdf, began) = (std::fs::read(path).unwrap(), Instant::now());
    let told = match read(&pdf, None, None, "2034-01-01".parse().unwrap(), &Limits::default()) {
        Ok(reading) => {
            let analysis = analysed(&reading);
            format!("{} pages, {} rows", reading.file.pages, analysis.accounts[0].transactions.len())
        }
        Err(error) => format!("refused: {error}"),
    };
    let time = began.elapsed().as_millis();
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap().trim();
    println!("{told}: {time} ms, peak memory {peak}");
}
