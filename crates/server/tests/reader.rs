//! Bank statements are read in a process of their own: the same as on a thread, and whatever becomes of the process costs one
//! statement.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::time::Duration;

use qist::reader::Reader;
use qist_app::error::Error;
use qist_app::ports::reader::{Format, StatementReader as _};
use qist_domain::day::Day;
use qist_statement::{Answer, Limit, Limits, NotParsable, Question, Unreadable};
use qist_testkit::statement::{LAYOUTS, Life, deposit_json, draw, image_only};

const LOCKED: &[u8] = include_bytes!("../../../fixtures/statements/locked-aes-256.pdf");

fn processes() -> Reader {
    Reader::in_processes(PathBuf::from(env!("CARGO_BIN_EXE_qist")))
}

fn question(password: Option<&str>) -> Question {
    let today = Day::new(2024, 6, 1).unwrap();
    Question { password: password.map(str::to_owned), hint: None, today, limits: Limits::default() }
}

async fn answer(reader: &Reader, bytes: &[u8], password: Option<&str>) -> Answer {
    reader.read(Format::of(bytes), bytes.to_vec(), question(password)).await.unwrap()
}

/// A program that does what a shell script says, whatever it is asked.
fn program(directory: &tempfile::TempDir, script: &str) -> PathBuf {
    let path = directory.path().join("program");
    std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o700)).unwrap();
    path
}

#[tokio::test]
async fn a_process_reads_what_a_thread_reads() {
    let account = Life::salaried(7).account();
    let pdf = draw(std::slice::from_ref(&account), &LAYOUTS[0]);
    let deposit = deposit_json(&account, "1.1");
    let files: [(&[u8], Option<&str>); 5] =
        [(&pdf, None), (LOCKED, Some("secret")), (LOCKED, Some("wrong")), (&deposit, None), (&image_only(), None)];
    for (bytes, password) in files {
        let in_process = answer(&processes(), bytes, password).await;
        assert_eq!(in_process, answer(&Reader::on_threads(), bytes, password).await);
    }
    assert_eq!(answer(&processes(), &pdf, None).await.unwrap().accounts[0].rows.len(), account.entries.len());
}

#[tokio::test]
async fn a_process_that_ends_without_an_answer_is_an_unreadable_file() {
    let directory = tempfile::tempdir().unwrap();
    for script in ["exit 1", "kill -9 $$", "echo no answer", "cat >/dev/null; printf '{\"Ok\":1}'", ":"] {
        let reader = Reader::in_processes(program(&directory, script));
        let answered = answer(&reader, &vec![b' '; 4 * 1024 * 1024], None).await;
        assert_eq!(answered, Err(Unreadable::NotParsable(NotParsable::Corrupt)), "{script}");
    }
}

#[tokio::test]
async fn a_process_that_does_not_end_is_ended() {
    let directory = tempfile::tempdir().unwrap();
    let marker = directory.path().join("alive");
    let script = format!("exec 2>/dev/null; while :; do :; done; touch {}", marker.display());
    let reader = Reader::in_processes(program(&directory, &script)).within(Duration::from_millis(300));
    assert_eq!(answer(&reader, b"%PDF", None).await, Err(Unreadable::Limit(Limit::Time)));
    assert!(!marker.exists());
}

#[tokio::test]
async fn a_reader_that_cannot_be_started_is_our_own_fault() {
    let reader = Reader::in_processes(PathBuf::from("/nowhere/qist"));
    let failed = reader.read(Format::Pdf, b"%PDF".to_vec(), question(None)).await;
    assert!(matches!(failed, Err(Error::Unavailable(_))));
}

#[tokio::test]
async fn files_of_no_sense_end_as_unreadable_ones() {
    let reader = processes();
    let cut = &LOCKED[..LOCKED.len() / 2];
    for bytes in [b"".as_slice(), b"\n", b"%PDF-1.7\n%%EOF", b"<", b"{\"a\":", cut, &[0xff; 1000]] {
        assert!(answer(&reader, bytes, None).await.is_err());
    }
    let deep = "[".repeat(2_000_000);
    assert!(answer(&reader, format!("{{\"a\":{deep}").as_bytes(), None).await.is_err());
}
