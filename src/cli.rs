//! The command line: `tallyho` opens the workbench, `tallyho run` answers one query or many, `tallyho serve` answers
//! the services' APIs, `connections config` say what is set, and `tokens tree bound plan` show each stage of a query.
//!
//! Rows go to standard output and everything else to standard error, so that pipes stay clean. Exit codes: 0 rows or
//! none, 1 the query, 2 the command line, 3 the connection.

mod batch;
mod check;
mod config;
mod connections;
mod fmt;
mod functions;
mod health;
mod history;
mod import;
mod input_token;
mod keys;
mod link;
mod login;
mod logout;
mod lsp;
mod output;
mod pack;
mod place;
mod play;
mod query_text;
mod run;
mod schema;
mod scrub;
mod serve;
mod stage;
mod theme;
mod whoami;
mod workbench;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use self::check::CheckArgs;
use self::config::ConfigArgs;
use self::connections::ConnectionsArgs;
use self::fmt::FmtArgs;
use self::functions::FunctionsArgs;
use self::history::HistoryArgs;
use self::import::ImportArgs;
use self::keys::KeysArgs;
use self::link::LinkArgs;
use self::lsp::LspArgs;
use self::pack::PackArgs;
use self::run::{Format, RunArgs};
use self::schema::SchemaArgs;
use self::scrub::ScrubArgs;
use self::serve::ServeArgs;
use self::stage::StageArgs;
use self::theme::ThemeArgs;
use crate::config::{Config, ConfigError, Connection, EditorKeys, Paths, TerminalSettings, files_connection};
use crate::history::KeptLimits;
use crate::run::{RunError, RunErrorKind};

/// A terminal workbench that answers hunting queries written in KQL, and says what they cost.
#[derive(Parser)]
#[command(name = "tallyho", version, about, disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    source: SourceArgs,
    /// Files of queries to open, each in a tab of the workbench; none of them is run.
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// auto, or a theme: `tallyho theme list` names them.
    #[arg(long, value_name = "NAME")]
    theme: Option<String>,
}

#[derive(Subcommand)]
enum Command {
    /// Answer a query and print the rows.
    Run(RunArgs),
    /// Answer the hunting APIs on this machine, from local data.
    Serve(ServeArgs),
    /// List the connections of the configuration, or test one.
    Connections(ConnectionsArgs),
    /// Say where the configuration file is, or print a commented sample.
    Config(ConfigArgs),
    /// Sign in to a service, to see that it works or to be remembered.
    Login(SignInArgs),
    /// Delete what the system's keyring keeps of a sign-in.
    Logout(SignInArgs),
    /// Say whom the token of a service speaks for.
    Whoami(SignInArgs),
    /// Print the link that opens a query in its portal, or the query behind a link. Nothing runs.
    Link(LinkArgs),
    /// Print the tables of a connection, or the columns of one, and where they are known from.
    Schema(SchemaArgs),
    /// Print what the engine evaluates of the language, and what it refuses by name.
    Functions(FunctionsArgs),
    /// Write the tables of a folder anew as Parquet files that queries read fast: in order of time, compressed, with what
    /// lets a query leave parts of them out.
    Import(ImportArgs),
    /// Copy a folder of recordings with users, hosts, addresses and tenant replaced, the same ones always by the same.
    Scrub(ScrubArgs),
    /// Say what is wrong with queries, without running them.
    Check(CheckArgs),
    /// Run the queries of folders one after another, each when it fits the quota, and say what came of each.
    ///
    /// Queries are read from .kql and .csl files and from the YAML of Sentinel's hunting queries. Ends with 0 when every
    /// query ran, whatever it found; 1 when one could not: a broken file, a table that is missing, a refusal; 2 for the
    /// command line; 3 for the connection, or when it was stopped.
    Pack(PackArgs),
    /// Serve an editor: diagnostics, completion, hover, renaming and more, over the Language Server Protocol on
    /// standard input and output.
    Lsp(LspArgs),
    /// Lay out files of queries: one stage a line, indented, evenly spaced. Tokens and comments stay as they are.
    Fmt(FmtArgs),
    /// Print the keys of the workbench, or the commented file that is built in.
    Keys(KeysArgs),
    /// List the themes, print one as a commented file, or show how it looks.
    Theme(ThemeArgs),
    /// Say what the program finds around it, and what is wrong with it.
    Health(health::HealthArgs),
    /// Drive the workbench by a key script and write its screens as text, picture or recording. The history and the
    /// texts of the user are neither read nor changed.
    Play(play::PlayArgs),
    /// Print what was run, search it, hand it on, and what was kept of its rows.
    History(HistoryArgs),
    /// Print the tokens of a query, one a line.
    Tokens(QueryArgs),
    /// Print the syntax tree of a query.
    Tree(QueryArgs),
    /// Print the bound query: names resolved, types known.
    Bound(StageArgs),
    /// Print the plan that the engine makes of a query.
    Plan(StageArgs),
}

/// Where a query is answered.
#[derive(Args, Clone)]
struct SourceArgs {
    /// A connection of the configuration; without it the default one.
    #[arg(long, short, value_name = "NAME", conflicts_with = "data")]
    connection: Option<String>,
    /// A folder of files: each is a table of its name.
    #[arg(long, short, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// Which service is signed in to.
#[derive(Args)]
struct SignInArgs {
    /// A connection of the configuration; without it the default one.
    #[arg(long, short, value_name = "NAME")]
    connection: Option<String>,
}

impl SignInArgs {
    fn source(&self) -> SourceArgs {
        SourceArgs { connection: self.connection.clone(), data: None }
    }
}

/// The query's text.
#[derive(Args)]
struct QueryArgs {
    /// The query; `-` reads it from standard input.
    #[arg(value_name = "QUERY", conflicts_with = "file")]
    query: Option<String>,
    /// Read the query from a file.
    #[arg(long, short, value_name = "FILE")]
    file: Option<PathBuf>,
}

/// Runs the program with the process's arguments.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let outcome = match cli.command {
        None => workbench::open(&cli.source, cli.theme, cli.files),
        Some(Command::Run(args)) if args.batch => batch::run(&args),
        Some(Command::Run(args)) => run::run(&args),
        Some(Command::Serve(args)) => serve::serve(&args),
        Some(Command::Connections(args)) => connections::connections(&args),
        Some(Command::Config(args)) => config::config(&args),
        Some(Command::Login(args)) => login::login(&args),
        Some(Command::Logout(args)) => logout::logout(&args),
        Some(Command::Whoami(args)) => whoami::whoami(&args),
        Some(Command::Link(args)) => link::link(&args),
        Some(Command::Schema(args)) => schema::schema(&args),
        Some(Command::Functions(args)) => functions::functions(&args),
        Some(Command::Import(args)) => import::import(&args),
        Some(Command::Scrub(args)) => scrub::scrub(&args),
        Some(Command::Check(args)) => check::check(&args),
        Some(Command::Pack(args)) => pack::pack(&args),
        Some(Command::Lsp(args)) => lsp::serve(&args),
        Some(Command::Fmt(args)) => fmt::fmt(&args),
        Some(Command::Keys(args)) => keys::keys(&args),
        Some(Command::Theme(args)) => theme::theme(&args),
        Some(Command::Health(args)) => health::health(&args),
        Some(Command::Play(args)) => play::play(&args),
        Some(Command::History(args)) => history::history(&args),
        Some(Command::Tokens(args)) => stage::tokens(&args),
        Some(Command::Tree(args)) => stage::tree(&args),
        Some(Command::Bound(args)) => stage::bound(&args),
        Some(Command::Plan(args)) => stage::plan(&args),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.tell();
            failure.code()
        }
    }
}

/// Why a command ended badly, and so its exit code.
enum Failure {
    /// The run failed; `text` is the query, for the places of mistakes.
    Run { error: Box<RunError>, text: String },
    /// The command line or the configuration.
    Usage(String),
    /// A file, a pipe, a port.
    Io(String),
    /// Something was found that has been told already.
    Found,
    /// The reader of our output went away: nobody to tell.
    ClosedPipe,
}

impl Failure {
    fn code(&self) -> ExitCode {
        match self {
            Self::Run { error, .. } if error.kind == RunErrorKind::Connection => ExitCode::from(3),
            Self::Run { .. } | Self::Found => ExitCode::from(1),
            Self::Usage(_) => ExitCode::from(2),
            Self::Io(_) => ExitCode::from(3),
            Self::ClosedPipe => ExitCode::SUCCESS,
        }
    }

    /// Says it on standard error, with the place in the query where there is one.
    fn tell(&self) {
        match self {
            Self::Run { error, text } => place::tell(error, text),
            Self::Usage(message) | Self::Io(message) => narrate(&format!("error: {message}")),
            Self::Found | Self::ClosedPipe => {}
        }
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::Usage(error.message)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::ClosedPipe,
            _ => Self::Io(format!("cannot write the output: {error}")),
        }
    }
}

impl Failure {
    fn run(error: RunError, text: &str) -> Self {
        Self::Run { error: Box::new(error), text: text.to_owned() }
    }
}

/// Writes one line to standard error; a closed one is no reason to fail.
fn narrate(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", crate::text::sanitize(line));
}

fn paths() -> Result<Paths, Failure> {
    Paths::of_user().ok_or_else(|| {
        Failure::Usage("this system names no home folder; set TALLYHO_HOME to a folder of your choice".to_owned())
    })
}

/// What the arguments and the configuration say together.
struct Chosen {
    connection: Connection,
    /// All that the configuration names.
    connections: Vec<Connection>,
    /// The theme that the configuration names.
    theme: String,
    /// What it says of the terminal.
    terminal: TerminalSettings,
    edit_keys: EditorKeys,
    paths: Paths,
    /// The folders of the library.
    library: Vec<PathBuf>,
    /// How much of results is kept.
    kept: KeptLimits,
}

fn choose(source: &SourceArgs) -> Result<Chosen, Failure> {
    let paths = paths()?;
    let config = Config::load(&paths.config.join("config.toml"))?;
    let connection = match &source.data {
        Some(folder) => files_connection(folder.clone()),
        None => config.connection(source.connection.as_ref().unwrap_or(&config.default_connection))?.clone(),
    };
    let library = config.library_folders(&paths);
    let kept = KeptLimits { bytes: config.history.kept_bytes, age: config.history.kept_age };
    let Config { connections, theme, editor, terminal, .. } = config;
    Ok(Chosen { connection, connections, theme, edit_keys: editor, terminal, paths, library, kept })
}
