//! The reader of bank statements behind its port. What somebody uploads is read in a process of its own, with limits of the
//! operating system: whatever a file does to the reader, it costs that process and one failed statement.

use std::io::{Read as _, Write as _};
use std::path::PathBuf;
use std::process::{ExitCode, Stdio};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use async_trait::async_trait;
use qist_app::error::{Error, Result};
use qist_app::ports::reader::{Filed, Format, StatementReader, Workbook};
use qist_domain::bank::Account;
use qist_domain::calendar::Calendar;
use qist_domain::day::Day;
use qist_statement::{
    AccountFacts, Analysis, Answer, Bank, Input, Limit, NotParsable, Question, Unreadable, detailed_workbook,
    raw_workbook,
};
use rustix::process::{Resource, Rlimit, setrlimit};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::Command;
use tokio::sync::Semaphore;

/// Of one file, from the start of its process to the last byte of the answer.
const TIME_MAX: Duration = Duration::from_secs(15);
/// How long an upload waits for others to be read.
const WAIT_MAX: Duration = Duration::from_secs(5);
/// The address space of the process: the allocator reserves a good part of it without using it.
const MEMORY_BYTES_MAX: u64 = 3 * 1024 * 1024 * 1024;
/// What it may really use.
const DATA_BYTES_MAX: u64 = 768 * 1024 * 1024;
const CPU_SECONDS_MAX: u64 = 12;
/// No answer of 50,000 rows is longer.
const ANSWER_BYTES_MAX: u64 = 128 * 1024 * 1024;

/// Where files are read.
enum Place {
    /// In a process of this program.
    Process(PathBuf),
    /// On a thread of this process: for tests, whose files are their own.
    Thread,
}

pub struct Reader {
    place: Place,
    at_once: Arc<Semaphore>,
    time_max: Duration,
}

#[derive(Serialize, Deserialize)]
struct Head {
    account_aggregator: bool,
    question: Question,
}

impl Reader {
    /// Reads in processes of `program`, which is this one.
    #[must_use]
    pub fn in_processes(program: PathBuf) -> Reader {
        Reader::at(Place::Process(program))
    }

    #[must_use]
    pub fn on_threads() -> Reader {
        Reader::at(Place::Thread)
    }

    fn at(place: Place) -> Reader {
        let at_once = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Reader { place, at_once: Arc::new(Semaphore::new(at_once)), time_max: TIME_MAX }
    }

    /// With less time for a file.
    #[must_use]
    pub fn within(self, time_max: Duration) -> Reader {
        Reader { time_max, ..self }
    }
}

#[async_trait]
impl StatementReader for Reader {
    async fn read(&self, format: Format, bytes: Vec<u8>, question: Question) -> Result<Answer> {
        let waiting = tokio::time::timeout(WAIT_MAX, self.at_once.acquire());
        let _turn = waiting.await.map_err(|_| Error::Overloaded)?.map_err(Error::internal)?;
        let head = Head { account_aggregator: format == Format::AccountAggregator, question };
        match &self.place {
            Place::Thread => {
                let read = tokio::task::spawn_blocking(move || answer(&head, &bytes)).await;
                Ok(read.unwrap_or(Err(Unreadable::NotParsable(NotParsable::Corrupt))))
            }
            Place::Process(program) => {
                let asked = tokio::time::timeout(self.time_max, ask(program, &head, &bytes)).await;
                asked.unwrap_or(Ok(Err(Unreadable::Limit(Limit::Time))))
            }
        }
    }

    async fn analyse(&self, filed: Vec<Filed>, calendar: Calendar, today: Day) -> Result<Analysis> {
        let analysing = tokio::task::spawn_blocking(move || {
            let inputs: Vec<Input<'_>> = filed.iter().flat_map(inputs_of).collect();
            qist_statement::analyse(&inputs, &calendar, today)
        });
        analysing.await.map_err(Error::internal)
    }

    async fn workbook(&self, workbook: Workbook, today: Day) -> Result<Vec<u8>> {
        let making = tokio::task::spawn_blocking(move || {
            let facts: Vec<AccountFacts<'_>> = workbook.accounts.iter().map(facts_of).collect();
            let one = workbook.account.and_then(|at| Some((facts.get(at)?, workbook.analysis.accounts.get(at)?)));
            match one {
                Some((facts, account)) => raw_workbook(facts, account, today),
                None => detailed_workbook(&facts, &workbook.analysis, today),
            }
        });
        making.await.map_err(Error::internal)?.map_err(Error::internal)
    }
}

fn inputs_of(filed: &Filed) -> impl Iterator<Item = Input<'_>> {
    filed.accounts.iter().zip(&filed.reading.accounts).map(|(account, reading)| Input {
        statement: &filed.statement,
        account,
        bank: filed.reading.bank,
        reading,
        file: &filed.reading.file,
    })
}

fn facts_of((bank, account): &(Bank, Account)) -> AccountFacts<'_> {
    AccountFacts {
        bank: *bank,
        account_number: account.account_number.as_deref(),
        holder_name: account.name.as_deref(),
        address: account.address.as_deref(),
        ifsc: account.ifsc.as_deref(),
        micr: account.micr.as_deref(),
    }
}

fn answer(head: &Head, bytes: &[u8]) -> Answer {
    let Question { password, hint, today, limits } = &head.question;
    if head.account_aggregator {
        qist_statement::read_account_aggregator(bytes, *hint, limits)
    } else {
        qist_statement::read(bytes, password.as_deref(), *hint, *today, limits)
    }
}

/// Asks a process. One that ends otherwise than with an answer was ended by the file.
async fn ask(program: &PathBuf, head: &Head, bytes: &[u8]) -> Result<Answer> {
    let mut child = Command::new(program)
        .arg("read-statement")
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| Error::Unavailable(format!("the reader of statements cannot be started: {error}")))?;
    let (Some(mut to), Some(from)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(Error::internal("a process without pipes"));
    };
    let mut head = serde_json::to_vec(head)?;
    head.push(b'\n');
    let send = async move {
        // A process that has ended early does not read on; its answer, or that there is none, tells.
        let _ = to.write_all(&head).await;
        let _ = to.write_all(bytes).await;
    };
    let mut answered = Vec::new();
    let mut from = from.take(ANSWER_BYTES_MAX);
    let receive = from.read_to_end(&mut answered);
    let ((), received) = tokio::join!(send, receive);
    received.map_err(Error::internal)?;
    let ended = child.wait().await.map_err(Error::internal)?;
    match serde_json::from_slice(&answered) {
        Ok(answer) if ended.success() => Ok(answer),
        _ => {
            tracing::warn!(%ended, "a file has broken the reader of statements");
            Ok(Err(Unreadable::NotParsable(NotParsable::Corrupt)))
        }
    }
}

/// `qist read-statement`: the process that [`Reader`] asks. It opens no file and no connection.
pub fn read_statement() -> anyhow::Result<ExitCode> {
    let limit = |resource, maximum| {
        setrlimit(resource, Rlimit { current: Some(maximum), maximum: Some(maximum) }).context("a limit cannot be set")
    };
    limit(Resource::As, MEMORY_BYTES_MAX)?;
    limit(Resource::Data, DATA_BYTES_MAX)?;
    limit(Resource::Cpu, CPU_SECONDS_MAX)?;
    limit(Resource::Core, 0)?;
    let mut input = Vec::new();
    std::io::stdin().lock().read_to_end(&mut input).context("nothing to read")?;
    let end = input.iter().position(|byte| *byte == b'\n').context("a question ends with its line")?;
    let head: Head = serde_json::from_slice(&input[..end]).context("the question cannot be read")?;
    let answer = serde_json::to_vec(&answer(&head, &input[end + 1..]))?;
    std::io::stdout().lock().write_all(&answer).context("nobody takes the answer")?;
    Ok(ExitCode::SUCCESS)
}
