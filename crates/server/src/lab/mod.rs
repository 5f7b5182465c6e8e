//! `qist lab`: the engine at an analyst's bench, without a database.

mod fit;
mod run;
mod scenario;
mod schedule;
mod terms;
mod validate;

use std::process::ExitCode;

use crate::cli::LabCommand;

pub fn run(command: LabCommand) -> anyhow::Result<ExitCode> {
    match command {
        LabCommand::Schedule(args) => {
            print!("{}", schedule::schedule(&args)?);
            Ok(ExitCode::SUCCESS)
        }
        LabCommand::Fit(args) => {
            let (report, exact) = fit::fit(&args)?;
            print!("{report}");
            Ok(if exact { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        LabCommand::Run { scenario, json } => {
            let (report, as_expected) = run::run(&scenario, json)?;
            print!("{report}");
            Ok(if as_expected { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        LabCommand::Validate { format, values } => {
            let (report, all_well_formed) = validate::validate(&format, &values)?;
            print!("{report}");
            Ok(if all_well_formed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
    }
}
