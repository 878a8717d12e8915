//! Opening a connection: making the lab, reading the files, finding the token.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::runtime::Handle;

use super::error::{RunError, RunErrorKind};
use super::external;
use super::schema_file;
use crate::config::{Api, Clock, Connection, ConnectionKind, Paths};
use crate::engine::{Engine, EngineError, EngineOptions, Fetch};
use crate::kql::{self, BoundQuery, Capabilities, FunctionSymbol, KnownFiles, Schema, UNIX_EPOCH_TICKS};
use crate::lab;
use crate::remote::{Environment, Recorded, Session};
use crate::schema::{self, CachedSchema};

/// A connection that is ready to answer.
pub struct OpenConnection {
    pub connection: Connection,
    pub(super) source: Source,
    capabilities: Option<Capabilities>,
    /// What queries are analysed against. A refreshed one replaces it while the connection stays open.
    known: RwLock<Known>,
    /// What is to be known of a table whenever it is read: its name and the words.
    said: Vec<(String, String)>,
}

/// A schema and where it comes from; they change together.
#[derive(Clone)]
struct Known {
    schema: Arc<Schema>,
    origin: SchemaOrigin,
}

impl Known {
    /// What was kept of the service's own words, else what comes with the program.
    fn of_service(kept: Option<CachedSchema>) -> Self {
        let bundled = schema::advanced_hunting();
        let (schema, origin) = match kept {
            Some(kept) => (schema::described(kept.schema, bundled), SchemaOrigin::Service { taken: kept.taken }),
            None => (bundled.clone(), SchemaOrigin::Bundled),
        };
        Self { schema: Arc::new(schema), origin }
    }
}

/// Where the schema of a connection comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SchemaOrigin {
    /// The data themselves: it cannot be out of date.
    Data,
    /// The schema that comes with the program, since nobody has asked the service yet, or it could not be asked.
    Bundled,
    /// The service was asked, `taken` being when.
    Service { taken: SystemTime },
}

/// What queries on data of this machine may use.
pub fn capabilities() -> Capabilities {
    Engine::capabilities()
}

/// The functions of the hunting service that the lab can answer too.
fn lab_functions() -> Vec<FunctionSymbol> {
    let profile = schema::advanced_hunting().function("FileProfile").cloned();
    let known = || Some(KnownFiles(lab::file_profiles().into()));
    profile.into_iter().map(|profile| FunctionSymbol { known: known(), ..profile }).collect()
}

/// Who answers.
pub(super) enum Source {
    Local(Box<Engine>),
    Service(Box<Session>),
    Recorded(Recorded),
}

/// Only the connection: an engine has no picture, and a token must never have one.
impl std::fmt::Debug for OpenConnection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenConnection").field("connection", &self.connection).finish_non_exhaustive()
    }
}

impl OpenConnection {
    /// Makes a connection ready. Blocks; `progress` hears the share done, 0 to 1.
    pub(super) fn open(
        connection: &Connection,
        paths: &Paths,
        environment: &Environment,
        network: Option<&Handle>,
        progress: &dyn Fn(f32),
    ) -> Result<Self, RunError> {
        let fetch = external::fetch(connection, network);
        let source = match &connection.kind {
            ConnectionKind::Lab => {
                let folder = paths.data.join("lab");
                lab::ensure(&folder, &|share| progress(share * 0.9)).map_err(|it| {
                    RunError::new(RunErrorKind::Connection, it.to_string())
                        .with_advice("Set TALLYHO_HOME to a folder that can be written and has 20 MB to spare.")
                })?;
                open_folder(&folder, connection, fetch, &|share| progress(0.9 + share * 0.1))?
            }
            ConnectionKind::Files { folder } => open_folder(folder, connection, fetch, progress)?,
            ConnectionKind::Service(_) => {
                Source::Service(Box::new(Session::open(connection, environment).map_err(RunError::of_remote)?))
            }
            ConnectionKind::Recorded { folder } => {
                Source::Recorded(Recorded::open(folder).map_err(RunError::of_remote)?)
            }
        };
        let capabilities = matches!(source, Source::Local(_)).then(Engine::capabilities);
        let known = RwLock::new(match &source {
            Source::Local(engine) => {
                let mut schema = engine.schema().clone();
                schema.extend_functions(schema::local_functions());
                if connection.kind == ConnectionKind::Lab {
                    schema.extend_functions(lab_functions());
                }
                Known { schema: Arc::new(schema), origin: SchemaOrigin::Data }
            }
            Source::Service(_) => Known::of_service(schema_file::load(paths, connection)),
            Source::Recorded(_) => Known::of_service(None),
        });
        Ok(Self { connection: connection.clone(), source, capabilities, known, said: Vec::new() })
    }

    /// A connection to an engine that is there already. `said` is to be known of some of its tables.
    pub(super) fn of_engine(connection: Connection, engine: Engine, said: Vec<(String, String)>) -> Self {
        let known = Known { schema: Arc::new(engine.schema().clone()), origin: SchemaOrigin::Data };
        let source = Source::Local(Box::new(engine));
        Self { connection, source, capabilities: Some(Engine::capabilities()), known: RwLock::new(known), said }
    }

    /// The engine of a local connection.
    pub(super) fn engine(&self) -> Option<&Engine> {
        if let Source::Local(engine) = &self.source { Some(engine) } else { None }
    }

    /// The tables that a query may name here, as they are known now. For a service it is advice only.
    pub fn schema(&self) -> Arc<Schema> {
        self.known().schema
    }

    /// What analysis needs to know of this connection and its time range; the schema is [`Self::schema`], held by the
    /// caller.
    ///
    /// A database of Kusto or a workspace that was never asked may have any table: then the bundled ones are no list to
    /// hold a query against.
    pub fn context<'a>(&'a self, schema: &'a Schema) -> kql::Context<'a> {
        let api = self.connection.kind.service().map(|it| &it.api);
        // What was recorded may be of any service.
        let is_recorded = matches!(self.source, Source::Recorded(_));
        let is_other = is_recorded || matches!(api, Some(Api::Kusto { .. } | Api::LogAnalytics { .. }));
        let is_open = is_other && self.schema_origin() == SchemaOrigin::Bundled;
        let now = self.now();
        // A service applies the range itself.
        let range = self.connection.time_range.as_ref().filter(|_| api.is_none() && !is_recorded);
        let time_range = range.map(|it| it.resolve(now));
        kql::Context { time_range, is_open, ..kql::Context::new(schema, now, self.capabilities()) }
    }

    /// Where [`Self::schema`] comes from.
    pub fn schema_origin(&self) -> SchemaOrigin {
        self.known().origin
    }

    /// Puts what the service has just told of its tables in place. Analyses at work end with the schema they began
    /// with. Local data are their own schema, which is never replaced.
    pub(super) fn set_schema(&self, told: CachedSchema) {
        if matches!(self.source, Source::Service(_)) {
            *self.known.write().unwrap_or_else(PoisonError::into_inner) = Known::of_service(Some(told));
        }
    }

    fn known(&self) -> Known {
        self.known.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What `now()` means for a query started now, in ticks.
    pub fn now(&self) -> i64 {
        match (self.connection.clock, &self.source) {
            (Clock::At(ticks), _) => ticks,
            (Clock::EndOfData, _) if self.connection.kind == ConnectionKind::Lab => lab::END,
            (Clock::EndOfData, Source::Local(engine)) => engine.data_end().unwrap_or_else(system_now),
            (Clock::EndOfData | Clock::System, _) => system_now(),
        }
    }

    /// One line each: what reading the data found that the user should know.
    pub fn notes(&self) -> Vec<String> {
        self.notes_where(|_| true)
    }

    /// Those notes that concern one of these tables, or no table at all.
    pub(super) fn notes_on(&self, tables: &[String]) -> Vec<String> {
        let said = self.said.iter().filter(|(table, _)| tables.contains(table)).map(|(_, words)| words.clone());
        said.chain(self.notes_where(|table| table.is_none_or(|it| tables.iter().any(|name| name == it)))).collect()
    }

    fn notes_where(&self, wanted: impl Fn(Option<&str>) -> bool) -> Vec<String> {
        let Source::Local(engine) = &self.source else { return Vec::new() };
        let findings = engine.load_report().findings.iter().filter(|it| wanted(it.table.as_deref()));
        let notes = findings.map(|it| {
            let place = it.line.map_or_else(|| it.file.clone(), |line| format!("{}:{line}", it.file));
            let times = if it.count > 1 { format!(" ({} times)", it.count) } else { String::new() };
            format!("{place}: {}{times}", it.reason)
        });
        notes.collect()
    }

    /// The queries that have a recorded answer here, the newest first; none where nothing is recorded.
    pub fn recorded_queries(&self) -> Vec<String> {
        if let Source::Recorded(recorded) = &self.source { recorded.queries() } else { Vec::new() }
    }

    /// What the engine behind this connection evaluates; `None` for a service, whose own word counts.
    pub fn capabilities(&self) -> Option<&Capabilities> {
        self.capabilities.as_ref()
    }

    /// The plan that a query of this local connection becomes, as text.
    pub fn plan_text(&self, query: &BoundQuery) -> Result<String, RunError> {
        match &self.source {
            Source::Local(engine) => engine.plan_text(query).map_err(|it| RunError::of_engine(&it)),
            Source::Service(_) => Err(RunError::new(RunErrorKind::Connection, "a service plans its queries itself")),
            Source::Recorded(_) => Err(RunError::new(RunErrorKind::Connection, "a recorded answer has no plan")),
        }
    }
}

fn open_folder(
    folder: &std::path::Path,
    connection: &Connection,
    fetch: Option<Arc<dyn Fetch>>,
    progress: &dyn Fn(f32),
) -> Result<Source, RunError> {
    let options = EngineOptions { geo_database: connection.geo_database.clone(), fetch, ..EngineOptions::default() };
    let engine = Engine::open(folder, schema::advanced_hunting(), &options, progress).map_err(|it| match it {
        EngineError::Data { message } => RunError::new(RunErrorKind::Connection, message),
        other => RunError::of_engine(&other),
    })?;
    Ok(Source::Local(Box::new(engine)))
}

fn system_now() -> i64 {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    UNIX_EPOCH_TICKS + (since_epoch.as_nanos() / 100) as i64
}
