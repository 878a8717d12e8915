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

use clap::{Args, Parser, Subcommand, ValueEnum};

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

#[derive(Args)]
struct ConnectionsArgs {
    #[command(subcommand)]
    command: Option<ConnectionsCommand>,
}

#[derive(Subcommand)]
enum ConnectionsCommand {
    /// Open a connection, sign in and ask for one row; says which step fails.
    Test {
        /// A connection of the configuration; without it the default one.
        #[arg(value_name = "NAME")]
        name: Option<String>,
    },
}

#[derive(Args)]
struct ImportArgs {
    /// The folder of tables: Parquet, CSV, TSV, JSON, also compressed.
    #[arg(value_name = "FROM")]
    from: PathBuf,
    /// The folder for the Parquet files, one for each table; made when it is missing.
    #[arg(value_name = "TO")]
    to: PathBuf,
    /// Write over files of these names.
    #[arg(long)]
    replace: bool,
}

#[derive(Args)]
struct SchemaArgs {
    #[command(flatten)]
    source: SourceArgs,
    /// Ask the service now; without it what was told last is printed.
    #[arg(long)]
    refresh: bool,
    /// Print the columns of this table.
    #[arg(value_name = "TABLE")]
    table: Option<String>,
}

#[derive(Args)]
struct ConfigArgs {
    /// Print only the path of the file.
    #[arg(long)]
    path: bool,
    /// Print every key with a comment.
    #[arg(long, conflicts_with = "path")]
    sample: bool,
}

#[derive(Args)]
struct KeysArgs {
    /// Print the built-in key file, commented: copy it to keys.toml and keep the lines that you change.
    #[arg(long)]
    default: bool,
    /// Print only the path of your key file.
    #[arg(long, conflicts_with = "default")]
    path: bool,
    /// Only the keys of this section, for example editor.
    #[arg(value_name = "SECTION", conflicts_with_all = ["default", "path"])]
    section: Option<String>,
}

#[derive(Args)]
struct FunctionsArgs {
    /// Only these.
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// Only what is refused.
    #[arg(long)]
    refused: bool,
}

#[derive(Args)]
struct ThemeArgs {
    #[command(subcommand)]
    command: Option<ThemeCommand>,
}

#[derive(Subcommand)]
enum ThemeCommand {
    /// Name every theme: built in, and of your themes folder (.toml and .tmTheme).
    List,
    /// Print a theme with everything that it inherits, as a commented file.
    Show {
        #[arg(value_name = "NAME")]
        name: String,
    },
    /// Show how a theme looks: a query, rows and every colour by its meaning.
    Preview {
        /// Without it the theme of the configuration.
        #[arg(value_name = "NAME")]
        name: Option<String>,
        /// Colour the page although it goes to a file or a pipe.
        #[arg(long)]
        colour: bool,
    },
}

#[derive(Args)]
struct StageArgs {
    #[command(flatten)]
    query: QueryArgs,
    #[command(flatten)]
    source: SourceArgs,
}

#[derive(Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
struct RunArgs {
    #[command(flatten)]
    query: QueryArgs,
    #[command(flatten)]
    source: SourceArgs,
    /// How rows are written.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// Say on standard error what the query cost.
    #[arg(long)]
    stats: bool,
    /// Write the rows to a file instead: the end of its name says the format (.csv, .tsv, .json, .ndjson, .md,
    /// .parquet, .xlsx, .kql). The file is written whole or not at all, for its owner alone.
    #[arg(long, short, value_name = "FILE", conflicts_with_all = ["format", "batch"])]
    output: Option<PathBuf>,
    /// Replace the file of --output if it is there.
    #[arg(long, requires = "output")]
    overwrite: bool,
    /// In .csv and .tsv leave texts as they are that a spreadsheet would take for formulas; without it they get an
    /// apostrophe.
    #[arg(long, requires = "output")]
    raw: bool,
    /// Rows after which the result is cut, with a notice.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    max_rows: Option<u64>,
    /// The time that the query is asked about: P7D, PT12H, 2024-02-01T08:00:00Z, or two of these with a / between.
    #[arg(long, value_name = "RANGE")]
    time_range: Option<String>,
    /// The value of a `declare query_parameters` of the query, as a KQL literal; may stand several times.
    #[arg(long = "param", value_name = "NAME=VALUE", value_parser = parameter)]
    parameters: Vec<(String, String)>,
    /// Where the service's quota is used up, wait until the query fits instead of sending it all the same.
    #[arg(long)]
    wait: bool,
    /// Answer JSON lines {"id","query"} from standard input with JSON lines on standard output.
    #[arg(long, conflicts_with_all = ["query", "file"])]
    batch: bool,
}

/// `name=value`.
fn parameter(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("a parameter is written NAME=VALUE")?;
    Ok((name.trim().to_owned(), value.to_owned()))
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Csv,
    Json,
    Ndjson,
    /// The body that Defender's API would answer, with Stats, Schema and Results.
    Defender,
}

#[derive(Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
struct CheckArgs {
    /// Files and folders; - is standard input. Queries are read from .kql, .csl and .txt files, fenced blocks of .md
    /// files that say kql, and the YAML of Sentinel's rules.
    #[arg(value_name = "FILE|DIR")]
    paths: Vec<PathBuf>,
    /// How findings are written.
    #[arg(long, value_enum, default_value_t = CheckFormat::Text)]
    format: CheckFormat,
    /// Check against the tables that this connection of the configuration has told; without it all of Advanced Hunting.
    #[arg(long, short, value_name = "NAME", conflicts_with = "schema")]
    connection: Option<String>,
    /// Check against the tables of a schema file.
    #[arg(long, value_name = "FILE")]
    schema: Option<PathBuf>,
    /// Let tables and functions pass that the schema does not have.
    #[arg(long)]
    open: bool,
    /// Also say what costs more than it need or may not mean what it seems to.
    #[arg(long)]
    lint: bool,
    /// End with 1 for warnings too.
    #[arg(long)]
    deny_warnings: bool,
    /// Print the rules of --lint.
    #[arg(long, conflicts_with = "paths")]
    rules: bool,
    /// Answer JSON lines {"id","query","ops"} from standard input with JSON lines on standard output.
    #[arg(long, conflicts_with = "paths")]
    batch: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum CheckFormat {
    /// file:line:column: severity code: message
    Text,
    Json,
    /// SARIF 2.1.0, for code hosts.
    Sarif,
}

#[derive(Args)]
struct PackArgs {
    #[command(flatten)]
    source: SourceArgs,
    /// Folders and files.
    #[arg(value_name = "FOLDER|FILE", required = true)]
    paths: Vec<PathBuf>,
    /// Run nothing: say what would be run, and what stands against it.
    #[arg(long)]
    plan: bool,
    /// How outcomes are written.
    #[arg(long, value_enum, default_value_t = PackFormat::Table)]
    format: PackFormat,
    /// Also write the outcomes as Markdown.
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
    /// Also write the outcomes as a layer of MITRE's ATT&CK Navigator.
    #[arg(long, value_name = "FILE")]
    navigator: Option<PathBuf>,
    /// Replace files that are there already.
    #[arg(long)]
    overwrite: bool,
    /// Send every query at once, whatever is left of the quota.
    #[arg(long)]
    no_wait: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum PackFormat {
    /// One line for each query, as it ends.
    Table,
    Json,
}

#[derive(Args)]
struct LspArgs {
    /// A connection whose tables queries are held against; without it all of Advanced Hunting.
    #[arg(long, short, value_name = "NAME")]
    connection: Option<String>,
    /// Standard input and output, as editors like to say; there is no other way.
    #[arg(long)]
    stdio: bool,
}

#[derive(Args)]
struct FmtArgs {
    /// Files to lay out in their place; `-`, or none, lays out standard input.
    #[arg(value_name = "FILE")]
    paths: Vec<PathBuf>,
    /// Change nothing: list the files whose layout would change, and end with 1 when there are any.
    #[arg(long)]
    check: bool,
}

#[derive(Args)]
struct HistoryArgs {
    #[command(subcommand)]
    command: Option<HistoryCommand>,
}

#[derive(Subcommand)]
enum HistoryCommand {
    /// Print the newest runs.
    List(HistoryList),
    /// Print the runs that a search finds, written as in the workbench: words, "as written", table:Name, cost>5s, failed.
    Search {
        /// The search; its words may stand apart.
        #[arg(value_name = "SEARCH", required = true)]
        search: Vec<String>,
        #[command(flatten)]
        list: HistoryList,
    },
    /// Print one run: its query, its cost, and how often it was run.
    Show {
        #[arg(value_name = "ID")]
        id: i64,
        /// Print the query alone.
        #[arg(long)]
        query: bool,
    },
    /// Print the rows that were kept of a run; nothing is run.
    Rows {
        #[arg(value_name = "ID")]
        id: i64,
        /// How rows are written.
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Write all runs, or those that a search finds, oldest first.
    Export {
        #[arg(value_name = "SEARCH")]
        search: Vec<String>,
        /// NDJSON, which import reads; or the queries alone, each with a comment that says what came of it.
        #[arg(long, value_enum, default_value_t = HistoryFormat::Ndjson)]
        format: HistoryFormat,
        /// Write to this file, for you alone, instead of standard output; nothing is overwritten.
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Take in the runs of another history: its database, damaged or not, or what export wrote.
    Import {
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Delete old runs that are neither pinned, labelled nor noted, and kept results beyond their limits.
    Prune {
        /// Runs that are older than so many days; without it only kept results go.
        #[arg(long, value_name = "DAYS")]
        older_than: Option<u32>,
        /// Delete all kept results.
        #[arg(long)]
        results: bool,
    },
}

#[derive(Args)]
struct HistoryList {
    /// At most so many; 0 prints all.
    #[arg(long, short = 'n', value_name = "N", default_value_t = 20)]
    limit: usize,
    /// How runs are written.
    #[arg(long, value_enum, default_value_t = HistoryFormat::Table)]
    format: HistoryFormat,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum HistoryFormat {
    /// One line for each run.
    Table,
    /// One JSON object for each run.
    Ndjson,
    /// The queries, each with a comment above it.
    Kql,
}

#[derive(Args)]
struct ScrubArgs {
    /// The folder that `record` of a connection has filled.
    #[arg(value_name = "DIR")]
    from: PathBuf,
    /// Where the scrubbed copies go; nothing there is overwritten.
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
}

#[derive(Args)]
struct LinkArgs {
    #[command(flatten)]
    query: QueryArgs,
    #[command(flatten)]
    source: SourceArgs,
    /// The time that the portal is asked about: P7D, PT12H, two times with a / between; without it the connection's.
    #[arg(long, value_name = "RANGE")]
    time_range: Option<String>,
    /// Open the page in the browser instead of printing its address.
    #[arg(long)]
    open: bool,
    /// Print the query behind a link of Defender's portal, Azure Data Explorer or Azure's logs.
    #[arg(long, value_name = "URL", conflicts_with_all = ["query", "file", "connection", "data", "time_range", "open"])]
    decode: Option<String>,
}

#[derive(Args)]
struct ServeArgs {
    #[command(flatten)]
    source: SourceArgs,
    /// Address to listen on, alone or with a port. One that other machines can reach needs --auth token or entra.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    listen: String,
    /// Port to listen on; 0 takes a free one. 7878 when nothing says otherwise.
    #[arg(long, value_name = "N")]
    port: Option<u16>,
    /// A further name of this machine that requests may come for; needed only with --listen.
    #[arg(long = "host", value_name = "NAME")]
    hosts: Vec<String>,
    /// Simulate the limits of a service, with its 429 and 400 answers: seed, today, mde, or a profile of the
    /// configuration.
    #[arg(long, value_name = "PROFILE")]
    quota: Option<String>,
    /// What a request must show.
    #[arg(long, value_enum, default_value_t = AuthKind::None)]
    auth: AuthKind,
    /// Seconds that a token of --auth entra is good for.
    #[arg(long, value_name = "SECONDS", default_value_t = 3599, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    token_lifetime: u64,
    /// One line on standard error for each request; never tokens.
    #[arg(long, value_enum, default_value_t = LogKind::Json)]
    log: LogKind,
    /// Write the text of queries into the log too.
    #[arg(long)]
    log_queries: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum AuthKind {
    /// Nothing.
    None,
    /// The bearer token that stands in the environment variable TALLYHO_SERVE_TOKEN.
    Token,
    /// A token of the login server that is served on the same port. The environment says who may sign in and with what:
    /// TALLYHO_SERVE_CLIENT_SECRET, TALLYHO_SERVE_CERTIFICATE (a PEM file), TALLYHO_SERVE_TENANT,
    /// TALLYHO_SERVE_CLIENT_ID, TALLYHO_SERVE_ROLES.
    Entra,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum LogKind {
    Json,
    Logfmt,
    Off,
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
