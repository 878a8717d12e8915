//! `tallyho lsp`: the language for any editor, over the Language Server Protocol on standard input and output.
//!
//! One thread answers in order. Before each answer it takes in everything that has come, so that a cancelled request is
//! answered as cancelled and a text that changes with every key is analysed only as it is last.

mod document;
mod requests;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};

use clap::Args;

use lsp_server::{Connection, ErrorCode, Message, Notification, ProtocolError, Request, RequestId, Response};
use lsp_types::{
    CancelParams, DidChangeTextDocumentParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams, NumberOrString,
};
use serde_json::{Value, json};

use self::document::Document;
use super::{Failure, SourceArgs, choose, narrate, run};
use crate::kql::{Context, Schema};
use crate::run::{OpenConnection, Runner};
use crate::schema;

#[derive(Args)]
pub(super) struct LspArgs {
    /// A connection whose tables queries are held against; without it all of Advanced Hunting.
    #[arg(long, short, value_name = "NAME")]
    connection: Option<String>,
    /// Standard input and output, as editors like to say; there is no other way.
    #[arg(long)]
    stdio: bool,
}

/// Serves one editor until it says goodbye. Fails when the editor goes away without that.
pub(super) fn serve(args: &LspArgs) -> Result<(), Failure> {
    let known = Known::of(args)?;
    let (connection, threads) = Connection::stdio();
    let result = converse(&connection, known);
    drop(connection);
    // A reader that waits for more of a broken message would keep the process.
    if result.is_ok() {
        threads.join().map_err(|error| Failure::Io(format!("the editor's pipe: {error}")))?;
    }
    result
}

fn converse(connection: &Connection, known: Known) -> Result<(), Failure> {
    let (id, _) = connection.initialize_start().map_err(|it| protocol(&it))?;
    let info = json!({"name": "tallyho", "version": env!("CARGO_PKG_VERSION")});
    let told = json!({"capabilities": requests::capabilities(), "serverInfo": info});
    connection.initialize_finish(id, told).map_err(|it| protocol(&it))?;
    let mut server = Server { known, documents: BTreeMap::new(), stale: BTreeSet::new(), is_shut_down: false };
    let mut inbox = Inbox::new(connection);
    loop {
        inbox.take_in();
        for cancelled in inbox.cancelled() {
            send(connection, Message::Response(cancelled))?;
        }
        match inbox.waiting.pop_front() {
            Some(Message::Request(request)) => {
                let response = server.answer(request);
                send(connection, Message::Response(response))?;
            }
            Some(Message::Notification(note)) if note.method == "exit" => return server.left(),
            Some(Message::Notification(note)) => server.note(note),
            // Nothing is asked of the editor.
            Some(Message::Response(_)) => {}
            None => {
                for note in server.publish() {
                    send(connection, Message::Notification(note))?;
                }
                if !inbox.wait() {
                    return Err(Failure::Io("the editor went away".to_owned()));
                }
            }
        }
    }
}

fn send(connection: &Connection, message: Message) -> Result<(), Failure> {
    connection.sender.send(message).map_err(|_| Failure::ClosedPipe)
}

fn protocol(error: &ProtocolError) -> Failure {
    Failure::Io(format!("the editor does not speak the protocol: {error}"))
}

/// What has come and was not answered yet.
struct Inbox {
    incoming: Receiver<Message>,
    waiting: VecDeque<Message>,
    cancelled: Vec<Response>,
}

impl Inbox {
    /// The library hands over one message at a time; here they are collected, so that one can look ahead.
    fn new(connection: &Connection) -> Self {
        let (sender, incoming) = channel();
        let receiver = connection.receiver.clone();
        std::thread::spawn(move || {
            for message in receiver {
                if sender.send(message).is_err() {
                    break;
                }
            }
        });
        Self { incoming, waiting: VecDeque::new(), cancelled: Vec::new() }
    }

    /// Takes in everything that has come.
    fn take_in(&mut self) {
        while let Ok(message) = self.incoming.try_recv() {
            self.put(message);
        }
    }

    /// Waits until something comes; false when nothing can come any more.
    fn wait(&mut self) -> bool {
        let message = self.incoming.recv();
        message.map(|it| self.put(it)).is_ok()
    }

    /// Takes a message in; one that cancels takes out the request that it is about, if that still waits.
    fn put(&mut self, message: Message) {
        let Message::Notification(note) = &message else { return self.waiting.push_back(message) };
        if note.method != "$/cancelRequest" {
            return self.waiting.push_back(message);
        }
        let Ok(params) = serde_json::from_value::<CancelParams>(note.params.clone()) else { return };
        let id = match params.id {
            NumberOrString::Number(id) => RequestId::from(id),
            NumberOrString::String(id) => RequestId::from(id),
        };
        let is_about = |it: &Message| matches!(it, Message::Request(request) if request.id == id);
        if let Some(at) = self.waiting.iter().position(is_about) {
            self.waiting.remove(at);
            let code = ErrorCode::RequestCanceled as i32;
            self.cancelled.push(Response::new_err(id, code, "the editor took this back".to_owned()));
        }
    }

    fn cancelled(&mut self) -> Vec<Response> {
        std::mem::take(&mut self.cancelled)
    }
}

/// What the language is held against.
enum Known {
    /// All of Advanced Hunting, and no engine's limits.
    Bundled(&'static Schema),
    Connection(Arc<OpenConnection>),
}

impl Known {
    fn of(args: &LspArgs) -> Result<Self, Failure> {
        let Some(name) = &args.connection else { return Ok(Self::Bundled(schema::advanced_hunting())) };
        let chosen = choose(&SourceArgs { connection: Some(name.clone()), data: None })?;
        Ok(Self::Connection(run::open(&Runner::new(&chosen.paths), &chosen.connection, "")?))
    }

    /// Does something with what analysis needs to know.
    fn with<T>(&self, act: impl FnOnce(&Context<'_>) -> T) -> T {
        match self {
            Self::Bundled(schema) => act(&Context::new(schema, 0, None)),
            Self::Connection(open) => {
                let schema = open.schema();
                act(&open.context(&schema))
            }
        }
    }

    /// True when queries go to a service, which may run what our own engine does not.
    fn only_advises(&self) -> bool {
        matches!(self, Self::Connection(open) if !open.connection.kind.is_local())
    }
}

/// What one editor has open.
struct Server {
    known: Known,
    /// By their address.
    documents: BTreeMap<String, Document>,
    /// Documents of which the editor has not been told what is wrong with them now.
    stale: BTreeSet<String>,
    /// The editor has said that it will leave.
    is_shut_down: bool,
}

impl Server {
    fn answer(&mut self, request: Request) -> Response {
        let Request { id, method, params } = request;
        if self.is_shut_down {
            return Response::new_err(id, ErrorCode::InvalidRequest as i32, "the server is shut down".to_owned());
        }
        if method == "shutdown" {
            self.is_shut_down = true;
            return Response::new_ok(id, Value::Null);
        }
        match requests::answer(self, &method, params) {
            Ok(result) => Response::new_ok(id, result),
            Err((code, message)) => Response::new_err(id, code as i32, message),
        }
    }

    /// The editor has left: well, if it said before that it would.
    fn left(&self) -> Result<(), Failure> {
        if self.is_shut_down {
            return Ok(());
        }
        Err(Failure::Io("the editor left without saying that it would".to_owned()))
    }

    /// Something that wants no answer. What is unknown is left alone, as the protocol says.
    fn note(&mut self, note: Notification) {
        let Notification { method, params } = note;
        let outcome = match method.as_str() {
            "textDocument/didOpen" => serde_json::from_value(params).map(|it| self.opened(it)),
            "textDocument/didChange" => serde_json::from_value(params).map(|it| self.changed(it)),
            "textDocument/didClose" => serde_json::from_value(params).map(|it| self.closed(&it)),
            _ => Ok(()),
        };
        if let Err(error) = outcome {
            narrate(&format!("{method}: {error}"));
        }
    }

    fn opened(&mut self, params: DidOpenTextDocumentParams) {
        let address = params.text_document.uri.as_str().to_owned();
        self.stale.insert(address.clone());
        self.documents.insert(address, Document::new(params.text_document.text, params.text_document.version));
    }

    fn changed(&mut self, params: DidChangeTextDocumentParams) {
        let address = params.text_document.uri.as_str();
        let Some(document) = self.documents.get_mut(address) else { return };
        document.version = params.text_document.version;
        for change in params.content_changes {
            document.change(change.range, &change.text);
        }
        self.stale.insert(address.to_owned());
    }

    fn closed(&mut self, params: &DidCloseTextDocumentParams) {
        let address = params.text_document.uri.as_str();
        self.documents.remove(address);
        self.stale.insert(address.to_owned());
    }

    /// What is wrong with the documents that have changed; one that was closed has nothing wrong any more.
    fn publish(&mut self) -> Vec<Notification> {
        let stale = std::mem::take(&mut self.stale);
        let tell = |address: String| {
            let params = match self.documents.get(&address) {
                Some(document) => {
                    let found = requests::diagnostics(self, document);
                    json!({"uri": address, "version": document.version, "diagnostics": found})
                }
                None => json!({"uri": address, "diagnostics": []}),
            };
            Notification::new("textDocument/publishDiagnostics".to_owned(), params)
        };
        stale.into_iter().map(tell).collect()
    }
}
