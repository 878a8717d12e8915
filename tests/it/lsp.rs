//! `tallyho lsp`, spoken to as an editor does: over the pipes of the real program.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

const FILE: &str = "file:///hunts/h%C3%BCnt.kql";

/// An editor and the server that it has started.
struct Editor {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    next_id: i64,
    /// What came without being asked for.
    told: Vec<Value>,
    _home: TempDir,
}

impl Editor {
    fn start() -> Self {
        let home = tempfile::tempdir().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_tallyho"));
        command.args(["lsp", "--stdio"]).env("TALLYHO_HOME", home.path());
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let (input, output) = (child.stdin.take(), BufReader::new(child.stdout.take().unwrap()));
        Self { child, input, output, next_id: 1, told: Vec::new(), _home: home }
    }

    /// Started, and greeted.
    fn ready() -> Self {
        let mut editor = Self::start();
        let told = editor.ask("initialize", json!({"processId": null, "rootUri": null, "capabilities": {}}));
        assert_eq!(told["result"]["serverInfo"]["name"], "tallyho");
        assert_eq!(told["result"]["capabilities"]["positionEncoding"], "utf-16");
        editor.tell("initialized", json!({}));
        editor
    }

    fn write(&mut self, message: &Value) {
        let body = message.to_string();
        let input = self.input.as_mut().unwrap();
        write!(input, "Content-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        input.flush().unwrap();
    }

    fn tell(&mut self, method: &str, params: Value) {
        self.write(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    fn send(&mut self, method: &str, params: Value) -> i64 {
        let id = self.next_id;
        self.next_id += 1;
        self.write(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        id
    }

    fn read(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            assert!(self.output.read_line(&mut line).unwrap() > 0, "the server went away");
            if line.trim().is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("Content-Length:") {
                length = value.trim().parse().unwrap();
            }
        }
        let mut body = vec![0; length];
        self.output.read_exact(&mut body).unwrap();
        serde_json::from_slice(&body).unwrap()
    }

    /// The answer to a request; what comes before it is kept. A request that was taken back may be answered first.
    fn answer(&mut self, id: i64) -> Value {
        if let Some(at) = self.told.iter().position(|it| it["id"] == id) {
            return self.told.remove(at);
        }
        loop {
            let message = self.read();
            if message["id"] == id {
                return message;
            }
            self.told.push(message);
        }
    }

    fn ask(&mut self, method: &str, params: Value) -> Value {
        let id = self.send(method, params);
        self.answer(id)
    }

    fn open(&mut self, text: &str) {
        let document = json!({"uri": FILE, "languageId": "kusto", "version": 1, "text": text});
        self.tell("textDocument/didOpen", json!({"textDocument": document}));
    }

    /// Asks about a place: line and UTF-16 unit.
    fn at(&mut self, method: &str, line: u32, character: u32, mut more: Value) -> Value {
        more["textDocument"] = json!({"uri": FILE});
        more["position"] = json!({"line": line, "character": character});
        self.ask(method, more)["result"].take()
    }

    /// The next findings that are told.
    fn findings(&mut self) -> Vec<Value> {
        loop {
            let at = self.told.iter().position(|it| it["method"] == "textDocument/publishDiagnostics");
            if let Some(at) = at {
                return self.told.remove(at)["params"]["diagnostics"].as_array().unwrap().clone();
            }
            let message = self.read();
            self.told.push(message);
        }
    }

    /// Says goodbye and returns the exit code.
    fn leave(mut self) -> Option<i32> {
        let told = self.ask("shutdown", Value::Null);
        assert_eq!(told["result"], Value::Null);
        assert!(told.get("error").is_none(), "{told}");
        let late = self.ask("textDocument/hover", json!({}));
        assert_eq!(late["error"]["code"], -32600, "nothing is answered behind shutdown");
        self.tell("exit", Value::Null);
        self.child.wait().unwrap().code()
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn range(start: (u32, u32), end: (u32, u32)) -> Value {
    let place = |it: (u32, u32)| json!({"line": it.0, "character": it.1});
    json!({"start": place(start), "end": place(end)})
}

#[test]
fn a_document_is_checked_as_it_changes() {
    let mut editor = Editor::ready();
    // The emoji is two units of UTF-16 and four bytes.
    editor.open("DeviceInfo | where DeviceName == '😀' and Nonsense == 1");
    let errors = |found: Vec<Value>| found.into_iter().filter(|it| it["severity"] == 1).collect::<Vec<_>>();
    let all = editor.findings();
    assert!(all.iter().any(|it| it["code"].as_str().unwrap().starts_with('T')), "advice is told too: {all:?}");
    let found = errors(all);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0]["range"], range((0, 42), (0, 50)));
    assert_eq!((&found[0]["severity"], &found[0]["source"]), (&json!(1), &json!("tallyho")));
    assert!(found[0]["message"].as_str().unwrap().contains("Nonsense"), "{found:?}");
    let change = |range: Value, text: &str| json!({"range": range, "text": text});
    let changes = [change(range((0, 42), (0, 50)), "OSBuild"), change(range((0, 0), (0, 0)), "// all\n")];
    let document = json!({"uri": FILE, "version": 2});
    editor.tell("textDocument/didChange", json!({"textDocument": document, "contentChanges": changes}));
    assert_eq!(errors(editor.findings()), Vec::<Value>::new());
    editor.tell("textDocument/didChange", json!({"textDocument": document, "contentChanges": [{"text": "print ("}]}));
    assert!(!editor.findings().is_empty());
    editor.tell("textDocument/didClose", json!({"textDocument": {"uri": FILE}}));
    assert_eq!(editor.findings(), Vec::<Value>::new(), "a closed document has nothing wrong");
    assert_eq!(editor.leave(), Some(0));
}

#[test]
fn names_are_found_and_renamed() {
    let mut editor = Editor::ready();
    editor.open("print 1\n\nlet cutoff = ago(7d);\nDeviceInfo\n| where Timestamp > cutoff and cutoff < now()");
    assert_eq!(editor.at("textDocument/definition", 4, 21, json!({}))["range"], range((2, 4), (2, 10)));
    let context = |all: bool| json!({"context": {"includeDeclaration": all}});
    assert_eq!(editor.at("textDocument/references", 2, 5, context(true)).as_array().unwrap().len(), 3);
    assert_eq!(editor.at("textDocument/references", 2, 5, context(false)).as_array().unwrap().len(), 2);
    assert_eq!(editor.at("textDocument/prepareRename", 4, 21, json!({}))["placeholder"], "cutoff");
    assert_eq!(editor.at("textDocument/prepareRename", 3, 2, json!({})), Value::Null);
    let renamed = editor.at("textDocument/rename", 4, 21, json!({"newName": "two weeks"}));
    let edits = renamed["changes"][FILE].as_array().unwrap();
    assert_eq!(edits.len(), 3);
    assert!(edits.iter().all(|it| it["newText"] == "['two weeks']"), "{edits:?}");
    let place =
        json!({"textDocument": {"uri": FILE}, "position": {"line": 4, "character": 21}, "newName": "Timestamp"});
    let refused = editor.ask("textDocument/rename", place);
    assert_eq!(refused["error"]["code"], -32803, "{refused}");
    assert!(refused["error"]["message"].as_str().unwrap().contains("Timestamp"), "{refused}");
    assert_eq!(editor.leave(), Some(0));
}

#[test]
fn help_comes_for_the_place_of_the_cursor() {
    let mut editor = Editor::ready();
    editor.open("DeviceInfo | where DeviceN\n\nDeviceInfo|where strlen( DeviceName )>3|take 5");
    let offered = editor.at("textDocument/completion", 0, 26, json!({}));
    let items = offered["items"].as_array().unwrap();
    let item = items.iter().find(|it| it["label"] == "DeviceName").unwrap();
    assert_eq!(item["textEdit"], json!({"range": range((0, 19), (0, 26)), "newText": "DeviceName"}));
    let hover = editor.at("textDocument/hover", 2, 28, json!({}));
    assert!(hover["contents"]["value"].as_str().unwrap().contains("DeviceName"), "{hover}");
    let help = editor.at("textDocument/signatureHelp", 2, 24, json!({}));
    assert!(help["signatures"][0]["label"].as_str().unwrap().starts_with("strlen("), "{help}");
    let options = json!({"textDocument": {"uri": FILE}, "options": {"tabSize": 4, "insertSpaces": true}});
    let edits = editor.ask("textDocument/formatting", options)["result"].take();
    let laid_out: String = edits.as_array().unwrap().iter().map(|it| it["newText"].as_str().unwrap()).collect();
    assert!(laid_out.contains("DeviceInfo | where strlen(DeviceName) > 3 | take 5"), "{edits}");
    let asked =
        json!({"textDocument": {"uri": FILE}, "range": range((0, 20), (0, 20)), "context": {"diagnostics": []}});
    let actions = editor.ask("textDocument/codeAction", asked)["result"].take();
    let titles: Vec<_> = actions.as_array().unwrap().iter().map(|it| it["title"].as_str().unwrap()).collect();
    assert!(titles.iter().any(|it| it.starts_with("Replace with Device")), "{titles:?}");
    assert_eq!(editor.leave(), Some(0));
}

#[test]
fn what_is_selected_can_be_rewritten_and_an_editor_can_ask_for_one_sort_of_change() {
    let mut editor = Editor::ready();
    editor.open("DeviceInfo | take 1\n\nlet n = 5;\nDeviceInfo | where OSBuild > n * 2 | take n");
    let mut offered = |from, to, only: Option<&str>| -> Vec<(String, String)> {
        let mut context = json!({"diagnostics": []});
        if let Some(only) = only {
            context["only"] = json!([only]);
        }
        let asked = json!({"textDocument": {"uri": FILE}, "range": range(from, to), "context": context});
        let actions = editor.ask("textDocument/codeAction", asked)["result"].take();
        let text = |it: &Value| it.as_str().unwrap().to_owned();
        actions.as_array().unwrap().iter().map(|it| (text(&it["title"]), text(&it["kind"]))).collect()
    };
    let extract = ("Extract to let".to_owned(), "refactor.extract".to_owned());
    let inline = ("Inline n".to_owned(), "refactor.inline".to_owned());
    assert!(offered((3, 29), (3, 34), None).contains(&extract));
    assert_eq!(offered((3, 29), (3, 34), Some("refactor.extract")), std::slice::from_ref(&extract));
    assert_eq!(offered((3, 29), (3, 34), Some("refactor")), [extract]);
    assert_eq!(offered((3, 29), (3, 34), Some("quickfix")), []);
    assert_eq!(offered((3, 29), (3, 34), Some("refactor.extra")), []);
    assert_eq!(offered((2, 4), (2, 4), Some("refactor")), [inline]);
    let asked =
        json!({"textDocument": {"uri": FILE}, "range": range((3, 29), (3, 34)), "context": {"diagnostics": []}});
    let actions = editor.ask("textDocument/codeAction", asked)["result"].take();
    let edits = &actions[0]["edit"]["changes"][FILE];
    assert_eq!(edits[0], json!({"range": range((3, 0), (3, 0)), "newText": "let value = n * 2;\n"}), "{actions}");
    assert_eq!(edits[1], json!({"range": range((3, 29), (3, 34)), "newText": "value"}));
    assert_eq!(editor.leave(), Some(0));
}

#[test]
fn what_is_not_known_is_answered_and_what_was_taken_back_is_not_computed() {
    let mut editor = Editor::start();
    let early = editor.ask("textDocument/hover", json!({}));
    assert_eq!(early["error"]["code"], -32002, "nothing is answered before initialize");
    editor.ask("initialize", json!({"capabilities": {}}));
    editor.tell("initialized", json!({}));
    assert_eq!(editor.ask("textDocument/brew", json!({}))["error"]["code"], -32601);
    assert_eq!(editor.ask("textDocument/hover", json!({"position": 5}))["error"]["code"], -32602);
    let closed = json!({"textDocument": {"uri": FILE}, "position": {"line": 0, "character": 0}});
    assert_eq!(editor.ask("textDocument/hover", closed)["error"]["code"], -32602, "the document is not open");
    editor.tell("$/brew", json!({}));
    // A long text keeps the server at work while the requests behind it pile up; the last one is taken back.
    editor.open(&"DeviceInfo | where DeviceName has 'x' | take 5\n\n".repeat(400));
    let place = json!({"textDocument": {"uri": FILE}, "position": {"line": 0, "character": 3}});
    let first = editor.send("textDocument/hover", place.clone());
    let last = editor.send("textDocument/hover", place);
    editor.tell("$/cancelRequest", json!({"id": last}));
    editor.tell("$/cancelRequest", json!({"id": "never asked"}));
    assert!(editor.answer(first).get("result").is_some());
    let told = editor.answer(last);
    assert!(told.get("result").is_some() || told["error"]["code"] == -32800, "{told}");
    assert_eq!(editor.leave(), Some(0));
}

#[test]
fn an_editor_that_leaves_without_a_word_ends_the_server_with_a_failure() {
    let mut editor = Editor::ready();
    editor.tell("exit", Value::Null);
    assert_eq!(editor.child.wait().unwrap().code(), Some(3));
    let mut editor = Editor::ready();
    drop(editor.input.take());
    assert_eq!(editor.child.wait().unwrap().code(), Some(3));
}
