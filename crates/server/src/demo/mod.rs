//! A whole loan's life, played through the public HTTP API alone by its three parties, and told as a story.

mod client;
mod life;
mod line;
mod story;

use std::process::ExitCode;

use self::story::Plot;
use crate::cli::DemoArgs;
use crate::dev::{self, DevOptions};

/// Plays the demo against the given server, or one of its own. The exit code is 0 only if all went as it should.
pub async fn run(args: DemoArgs) -> anyhow::Result<ExitCode> {
    let own = match &args.base_url {
        Some(_) => None,
        None => {
            let options = DevOptions {
                port: 0,
                data: std::env::temp_dir(),
                database_url: args.database_url.clone(),
                ephemeral: true,
                applications: false,
            };
            Some(dev::start(options).await?)
        }
    };
    let plot = match (args.life, args.line) {
        (true, _) => Plot::Life,
        (_, true) => Plot::Line,
        _ => Plot::Day,
    };
    let base_url = args.base_url.or_else(|| own.as_ref().map(|own| own.base_url.clone())).unwrap_or_default();
    let told = story::tell(base_url.trim_end_matches('/'), plot).await;
    if let Some(own) = own {
        own.stop().await?;
    }
    match told {
        Ok(()) => {
            println!("\n{} Everything went as it should.", plot.end());
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => {
            println!("\nThis did not go as it should: {error:#}");
            Ok(ExitCode::FAILURE)
        }
    }
}
