//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// Embedded lending for India: one binary.
#[derive(Debug, Parser)]
#[command(name = "qist", version, about)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Start a development server: an empty directory becomes a serving lender with demo data.
    Dev(DevArgs),
    /// Start a production server.
    Serve(ConfigArgs),
    /// Bring the database to the schema of this binary.
    Migrate(ConfigArgs),
    /// Set up sourcing entities, lenders and keys.
    Admin(AdminArgs),
    /// Look at webhooks and set them going.
    Webhooks(WebhooksArgs),
    /// Say how banks' net banking stands, and look it up.
    BankHealth(BankHealthArgs),
    /// Read one bank statement from standard input: what the server asks of a process of its own.
    #[command(hide = true)]
    ReadStatement,
    /// Rebuild every loan from its facts and compare it with what is stored.
    Verify(ConfigArgs),
    /// Fill a development database with customers and their loans, to measure on.
    Seed(SeedArgs),
    /// Play a whole loan's life through the public API and tell it as a story.
    Demo(DemoArgs),
    /// Try the engine: schedules, the settings behind those of others, and the formats of India.
    #[command(subcommand)]
    Lab(LabCommand),
}

#[derive(Debug, Subcommand)]
pub enum LabCommand {
    /// Print a schedule with the figures of its Key Facts Statement.
    Schedule(LabScheduleArgs),
    /// Find the settings that make a schedule from elsewhere, or the first row that none makes.
    Fit(LabFitArgs),
    /// Play a case from a file: schedule, facts, position, derivations, and what is expected of them.
    Run {
        /// JSON as `docs/scenario.schema.json` describes it. Exit code 0 only if all that it expects came.
        scenario: PathBuf,
        #[arg(long)]
        json: bool,
    },
    /// Say of each value whether it is well-formed, or why not.
    Validate {
        /// `mobile`, `pan`, `gstin`, `ifsc`, `account_number`, `pincode`, `aadhaar`, `upi_vpa`, `cin`, `udyam` or `email`.
        format: String,
        #[arg(required = true)]
        values: Vec<String>,
    },
}

#[derive(Debug, Args)]
pub struct LabFitArgs {
    /// CSV whose first line names `date` (`YYYY-MM-DD`), `instalment`, `principal`, `interest` (rupees).
    pub schedule: PathBuf,
    /// The day of the disbursal, `YYYY-MM-DD`. Without it, one period before the first row.
    #[arg(long)]
    pub start: Option<String>,
    /// Percent a year, if it is known.
    #[arg(long)]
    pub rate: Option<String>,
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct LabScheduleArgs {
    /// What is lent, in rupees.
    #[arg(long)]
    pub amount: String,
    /// The number of instalments.
    #[arg(long)]
    pub tenure: u32,
    /// Percent a year.
    #[arg(long)]
    pub rate: Option<String>,
    /// `reducing_balance` (unless given), `flat_rate`, `equal_principal` or `bullet`.
    #[arg(long)]
    pub method: Option<String>,
    /// The day of the disbursal, `YYYY-MM-DD`; today unless given.
    #[arg(long)]
    pub start: Option<String>,
    /// A processing fee in rupees.
    #[arg(long)]
    pub fee: Option<String>,
    /// GST on the fee, in percent.
    #[arg(long)]
    pub gst: Option<String>,
    /// Any other setting by its name in the terms, such as `broken_period=pre_emi` or `period.unit=weeks`.
    #[arg(long, value_name = "NAME=VALUE")]
    pub set: Vec<String>,
    /// Terms as JSON, as `--json` prints them.
    #[arg(long, value_name = "FILE")]
    pub terms: Option<PathBuf>,
    #[arg(long, conflicts_with = "csv")]
    pub json: bool,
    #[arg(long)]
    pub csv: bool,
}

#[derive(Debug, Args)]
pub struct DevArgs {
    #[arg(long, default_value_t = 8080)]
    pub port: u16,
    /// Where the data live.
    #[arg(long, default_value = "./qist-data")]
    pub data: PathBuf,
    /// Use PostgreSQL (`postgres://…`) instead of SQLite in the data directory.
    #[arg(long)]
    pub database_url: Option<String>,
    /// Throw the data away at the end.
    #[arg(long)]
    pub ephemeral: bool,
    /// Print one line of JSON instead of the screen.
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct ConfigArgs {
    /// The configuration file. Environment variables beginning with `QIST_` go before it.
    #[arg(long, env = "QIST_CONFIG")]
    pub config: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct AdminArgs {
    #[command(flatten)]
    pub config: ConfigArgs,
    #[command(subcommand)]
    pub command: AdminCommand,
}

#[derive(Debug, Subcommand)]
pub enum AdminCommand {
    /// Create a sourcing entity; prints its id.
    CreateSourcingEntity { code: String, name: String },
    /// Create a lender; prints its id.
    CreateLender { code: String, name: String },
    /// Create an API key; prints it, once.
    CreateKey {
        /// `server`, `client`, `lender` or `bankconnect`, which is a key and a server hash.
        kind: String,
        /// The code of the sourcing entity or lender.
        owner: String,
    },
    /// List the keys of a sourcing entity or lender.
    ListKeys { owner: String },
    /// Revoke a key by its id.
    RevokeKey { id: String },
    /// Let clients that send no server hash read from BankConnect with the key alone (`on`), or not (`off`).
    LegacyKeyOnly {
        owner: String,
        #[arg(value_parser = ["on", "off"])]
        switch: String,
    },
    /// Create a programme from a JSON file: settings, lenders, policies, offer templates.
    CreateProgramme { file: PathBuf },
    /// Load pre-approved limits from a CSV of `customerID,limit`.
    LoadLimits { owner: String, file: PathBuf },
    /// Wrap every data key with the current master key.
    RotateMasterKey,
    /// Give every tenant a new data key and encrypt all rows with it.
    RotateDataKeys,
}

#[derive(Debug, Args)]
pub struct BankHealthArgs {
    #[command(flatten)]
    pub config: ConfigArgs,
    #[command(subcommand)]
    pub command: BankHealthCommand,
}

#[derive(Debug, Subcommand)]
pub enum BankHealthCommand {
    /// Every bank that is watched.
    List,
    /// Every change of one bank, newest first.
    History { bank: String },
    /// List a bank from now on, by its identifier.
    Watch { bank: String },
    /// Say that a bank's net banking does not work, in words that integrators read.
    Report { bank: String, issue: String },
    /// Say that it works again.
    Resolve { bank: String },
    /// Record how an attempt to fetch a statement ended: well, unless told why not.
    Record {
        bank: String,
        #[arg(long, value_name = "REASON")]
        failed: Option<String>,
    },
}

#[derive(Debug, Args)]
pub struct WebhooksArgs {
    #[command(flatten)]
    pub config: ConfigArgs,
    #[command(subcommand)]
    pub command: WebhooksCommand,
}

#[derive(Debug, Subcommand)]
pub enum WebhooksCommand {
    /// The endpoints of a sourcing entity or lender, by its code.
    List { owner: String },
    /// Send a test message and print what came back.
    Ping { owner: String, id: String },
    /// The newest deliveries of an endpoint.
    Deliveries {
        owner: String,
        id: String,
        /// A customer id.
        #[arg(long)]
        customer: Option<String>,
        /// `open`, `held`, `delivered`, `exhausted` or `skipped`.
        #[arg(long)]
        status: Option<String>,
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=10_000))]
        limit: i64,
    },
    /// Every attempt of one message.
    Attempts { owner: String, id: String, message: String },
    /// Send again what has ended.
    Replay {
        owner: String,
        id: String,
        #[arg(long, conflicts_with = "failed_since")]
        message: Option<String>,
        /// `YYYY-MM-DD HH:MM:SS`, IST: everything that was not delivered since.
        #[arg(long)]
        failed_since: Option<String>,
    },
    /// Give up a held delivery.
    Skip { owner: String, id: String, message: String },
}

#[derive(Debug, Args)]
pub struct SeedArgs {
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..=100_000_000))]
    pub users: u64,
    /// Loan applications, spread evenly over the customers.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(0..=100_000_000))]
    pub loans: u64,
    /// The same number makes the same data.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Where the data live.
    #[arg(long, default_value = "./qist-data")]
    pub data: PathBuf,
    /// Use PostgreSQL (`postgres://…`) instead of SQLite in the data directory.
    #[arg(long)]
    pub database_url: Option<String>,
}

#[derive(Debug, Args)]
pub struct DemoArgs {
    /// A running development server. Without it the demo starts one of its own.
    #[arg(long)]
    pub base_url: Option<String>,
    /// Two years instead of one day: a debit that bounces, a late charge, a part-prepayment, the end. Needs a test server.
    #[arg(long)]
    pub life: bool,
    /// A credit line instead of a loan: drawn on, split, paid late, paid. Needs a test server.
    #[arg(long, conflicts_with = "life")]
    pub line: bool,
    /// For the server that the demo starts: PostgreSQL instead of SQLite.
    #[arg(long, conflicts_with = "base_url")]
    pub database_url: Option<String>,
}
