//! Speed of the whole path, beside a bare relay in the same run. It prints figures and never
//! fails on one.
//!
//! Several processes take part, so that no part slows another by sharing its runtime: the
//! scripted model, the bare relay, the product's own release binary, an Azure that answers at
//! once, and this one, the client that measures. `cargo bench --bench spine -- streams` runs one section only.

use std::process::ExitCode;

#[path = "spine/appends.rs"]
mod appends;
#[path = "spine/azure.rs"]
mod azure;
#[path = "spine/chat.rs"]
mod chat;
#[path = "spine/figures.rs"]
mod figures;
#[path = "spine/footprint.rs"]
mod footprint;
#[path = "spine/model.rs"]
mod model;
#[path = "spine/own_time.rs"]
mod own_time;
#[path = "spine/process.rs"]
mod process;
#[path = "spine/question.rs"]
mod question;
#[path = "spine/relay.rs"]
mod relay;
#[path = "spine/streams.rs"]
mod streams;
#[path = "spine/tools.rs"]
mod tools;

/// Whatever goes wrong ends the section, with a sentence.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The sections, in the order run.
const SECTIONS: [&str; 6] = ["run", "streams", "footprint", "store", "question", "tools"];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = match arguments.first().map(String::as_str) {
        Some(process::MODEL_ROLE) => model::serve(),
        Some(process::RELAY_ROLE) => relay::serve(),
        Some(process::AZURE_ROLE) => azure::serve(arguments.get(1).map_or("", String::as_str)),
        // `cargo test --all-targets` runs this too, and wants no figures.
        _ if !arguments.iter().any(|argument| argument == "--bench") => {
            println!("figures: cargo bench --bench spine [-- {}]", SECTIONS.join(" | "));
            Ok(())
        }
        _ => measure(&arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("the benchmark could not go on: {error}");
            ExitCode::FAILURE
        }
    }
}

fn measure(arguments: &[String]) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let asked: Vec<&str> = SECTIONS
        .into_iter()
        .filter(|section| arguments.iter().any(|argument| argument == section))
        .collect();
    let sections = if asked.is_empty() { SECTIONS.to_vec() } else { asked };
    println!("{}", figures::machine());
    for section in sections {
        let done = runtime.block_on(async {
            match section {
                "run" => own_time::measure().await,
                "streams" => streams::measure().await,
                "footprint" => footprint::measure().await,
                "store" => appends::measure().await,
                "tools" => tools::measure().await,
                _ => question::measure().await,
            }
        });
        if let Err(error) = done {
            println!("\n{section}: not measured: {error}");
        }
    }
    Ok(())
}
