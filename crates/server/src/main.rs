use clap::Parser;
use qist::cli::{Cli, Command};
use qist::{admin, bank_health, demo, dev, lab, reader, seed, serve, webhooks, wiring};

/// Requests allocate much and briefly, on several threads at once; this one keeps them apart and gives memory back.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    let cli = Cli::parse();
    // Before there are threads: the limits that it sets hold for all of the process.
    if matches!(cli.command, Command::ReadStatement) {
        return reader::read_statement().unwrap_or(std::process::ExitCode::FAILURE);
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("qist: no runtime: {error}");
            return std::process::ExitCode::FAILURE;
        }
    };
    match runtime.block_on(run(cli)) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("qist: {error:#}");
            std::process::ExitCode::FAILURE
        }
    }
}

async fn run(cli: Cli) -> anyhow::Result<std::process::ExitCode> {
    let quiet = matches!(cli.command, Command::Dev(_) | Command::Demo(_) | Command::Seed(_) | Command::Lab(_));
    serve::observe::log(quiet);
    match cli.command {
        Command::Dev(args) => dev::run(args).await?,
        Command::Serve(args) => wiring::serve(&args).await?,
        Command::Migrate(args) => wiring::migrate(&args).await?,
        Command::Admin(args) => admin::run(args).await?,
        Command::Webhooks(args) => webhooks::run(args).await?,
        Command::BankHealth(args) => bank_health::run(args).await?,
        Command::ReadStatement => return reader::read_statement(),
        Command::Verify(args) => return wiring::verify(&args).await,
        Command::Seed(args) => seed::run(args).await?,
        Command::Demo(args) => return demo::run(args).await,
        Command::Lab(command) => return lab::run(command),
    }
    Ok(std::process::ExitCode::SUCCESS)
}
