//! Tallyho's client against Tallyho's own login server, which checks what the real one would.

use std::net::SocketAddr;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use tallyho::config::{Clock, Connection, ConnectionKind, Paths, SignInMethod};
use tallyho::remote::SignInPrompt;
use tallyho::run::{Runner, SignInEvent};
use tallyho::server::{Auth, LoginOptions, ServerOptions, ServerState, serve};

use super::{Bench, CLIENT, SECRET, TENANT, fixture, jwt, runtime, sign_in, token_of_query};

/// The service with its login server, on a thread.
struct Served {
    address: SocketAddr,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
    _folder: tempfile::TempDir,
}

impl Served {
    fn new(login: LoginOptions) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("files")).unwrap();
        std::fs::write(folder.path().join("files/T.csv"), "a\n1\n").unwrap();
        let kind = ConnectionKind::Files { folder: folder.path().join("files") };
        let paths = Paths::under(folder.path().join("home"));
        let runner = Runner::new(&paths);
        let open = runner.open(&Connection::new("files", kind, Clock::EndOfData), &|_| {}).unwrap();
        let options = ServerOptions { auth: Auth::Entra(Box::new(login)), ..ServerOptions::default() };
        let state = ServerState::with_options(runner, open, options);
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let (told, address) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            runtime().block_on(async {
                let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
                told.send(listener.local_addr().unwrap()).unwrap();
                serve(listener, state, async { drop(stopped.await) }).await.unwrap();
            });
        });
        Self { address: address.recv().unwrap(), stop: Some(stop), thread: Some(thread), _folder: folder }
    }

    fn bench(&self, method: SignInMethod) -> Bench {
        let here = format!("http://{}", self.address);
        let mut bench = Bench::new(&here, method);
        bench.service().base_url = here;
        bench
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.stop.take().map(|stop| stop.send(()));
        let _ = self.thread.take().map(std::thread::JoinHandle::join);
    }
}

/// What only this tenant's application may do.
fn strict() -> LoginOptions {
    LoginOptions {
        tenant: Some(TENANT.to_owned()),
        client_id: Some(CLIENT.to_owned()),
        client_secret: Some(SECRET.into()),
        certificate: Some(std::fs::read(fixture("no_key.pem")).unwrap()),
        device_interval: Duration::from_millis(20),
        ..LoginOptions::default()
    }
}

#[test]
fn a_secret_and_a_certificate_open_the_service() {
    let served = Served::new(strict());
    let secret = SignInMethod::ClientSecret { variable: "THE_SECRET".to_owned() };
    let certificate =
        SignInMethod::Certificate { path: fixture("certificate.pem"), password_variable: None, send_chain: false };
    for method in [secret.clone(), certificate] {
        let bench = served.bench(method);
        runtime().block_on(async {
            let session = bench.open().unwrap();
            token_of_query(&session).await.unwrap();
            let identity = session.identity().unwrap();
            assert_eq!(identity.who, CLIENT);
            assert!(identity.roles.iter().any(|it| it == "AdvancedHunting.Read.All"), "{identity:?}");
        });
    }
    let mut bench = served.bench(secret);
    bench.set("THE_SECRET", "s3cr3t-wrong");
    let error = bench.failure();
    assert!(error.message.contains("AADSTS7000215") && error.advice.contains("THE_SECRET"), "{error:?}");
    bench.set("THE_SECRET", SECRET);
    bench.service().sign_in.tenant = Some("other.example".to_owned());
    assert!(bench.failure().message.contains("AADSTS90002"));
    bench.service().sign_in.tenant = Some(TENANT.to_owned());
    bench.service().sign_in.client_id = Some("00000000-0000-0000-0000-000000000000".to_owned());
    assert!(bench.failure().message.contains("AADSTS700016"));
}

#[test]
fn a_workload_and_a_machine_open_the_service() {
    let served = Served::new(LoginOptions::default());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    let end = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs() + 600;
    let claims = serde_json::json!({
        "aud": "api://AzureADTokenExchange", "iss": "https://cluster.example", "sub": "system:serviceaccount:a:b",
        "exp": end,
    });
    // A real signature's form: the header names an algorithm that servers know.
    let token = jwt(&claims);
    let header = "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9";
    std::fs::write(&path, format!("{header}.{}", token.split_once('.').unwrap().1)).unwrap();
    let mut machine = served.bench(SignInMethod::ManagedIdentity);
    machine.environment.machine_identity_url = format!("http://{}", served.address);
    for bench in [served.bench(SignInMethod::WorkloadIdentity { token_file: Some(path) }), machine] {
        runtime().block_on(async {
            let session = bench.open().unwrap();
            token_of_query(&session).await.unwrap();
            assert!(session.identity().is_some());
        });
    }
}

/// A request as a browser sends it, and its answer.
fn visit(method: &str, url: &url::Url) -> String {
    use std::io::{Read as _, Write as _};
    let port = url.port().unwrap();
    let mut stream = std::net::TcpStream::connect(("127.0.0.1", port)).unwrap();
    let target = &url[url::Position::BeforePath..];
    let host = url.host_str().unwrap();
    let head =
        format!("{method} {target} HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer);
    answer
}

#[test]
fn a_code_that_is_entered_on_the_page_opens_the_service_and_is_renewed() {
    let served = Served::new(LoginOptions { token_lifetime: Duration::ZERO, ..strict() });
    let mut bench = served.bench(SignInMethod::DeviceCode);
    bench.environment.tick = Duration::from_millis(10);
    let approve = |decision: &'static str| {
        move |prompt: SignInPrompt| {
            if let SignInPrompt::DeviceCode { user_code, verification_uri, .. } = prompt {
                std::thread::spawn(move || {
                    let page = format!("{verification_uri}?user_code={user_code}&decision={decision}");
                    let answer = visit("POST", &page.parse().unwrap());
                    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
                });
            }
        }
    };
    runtime().block_on(async {
        let session = bench.open().unwrap();
        let cancel = tokio_util::sync::CancellationToken::new();
        let identity = session.sign_in(&cancel, &mut approve("approve")).await.unwrap();
        assert_eq!(identity.who, "hunter@tallyho.example");
        let (answer, prompts) = sign_in(&session).await;
        answer.unwrap();
        assert!(prompts.is_empty(), "renewed without a person: {prompts:?}");
        session.sign_out().await.unwrap();
        let error = session.sign_in(&cancel, &mut approve("decline")).await.unwrap_err();
        assert!(error.message.contains("declined"), "{error:?}");
    });
}

#[test]
fn a_browser_that_follows_the_page_opens_the_service() {
    let served = Served::new(strict());
    let bench = served.bench(SignInMethod::Browser);
    let mut slow = bench.clone();
    slow.environment.tick = Duration::from_millis(50);
    runtime().block_on(async {
        let session = slow.open().unwrap();
        let mut follow = |prompt: SignInPrompt| {
            if let SignInPrompt::Browser { url } = prompt {
                std::thread::spawn(move || {
                    let answer = visit("GET", &url.parse().unwrap());
                    let place = answer.lines().find_map(|it| it.strip_prefix("location: ")).unwrap();
                    assert!(visit("GET", &place.parse().unwrap()).starts_with("HTTP/1.1 200"));
                });
            }
        };
        let cancel = tokio_util::sync::CancellationToken::new();
        let identity = session.sign_in(&cancel, &mut follow).await.unwrap();
        assert_eq!(identity.who, "hunter@tallyho.example");
        token_of_query(&session).await.unwrap();
    });
}

#[test]
fn a_token_that_the_service_refuses_is_replaced_and_the_query_answered() {
    let served = Served::new(LoginOptions { token_uses: Some(1), ..strict() });
    let given = served.bench(SignInMethod::TokenVariable("THE_TOKEN".to_owned()));
    let bench = served.bench(SignInMethod::ClientSecret { variable: "THE_SECRET".to_owned() });
    runtime().block_on(async {
        let session = bench.open().unwrap();
        for _ in 0..3 {
            token_of_query(&session).await.unwrap();
        }
        // What was given cannot be replaced, and so the refusal is said.
        let mut given = given;
        given.set("THE_TOKEN", &jwt(&serde_json::json!({})));
        let error = token_of_query(&given.open().unwrap()).await.unwrap_err();
        assert!(error.message.contains("401") && error.advice.contains("THE_TOKEN"), "{error:?}");
    });
}

#[test]
fn a_failure_that_the_server_is_told_to_give_is_explained() {
    for code in [50_076, 53_003, 65_001, 700_027] {
        let served = Served::new(LoginOptions { fails_with: Some(code), ..LoginOptions::default() });
        let error = served.bench(SignInMethod::ClientSecret { variable: "THE_SECRET".to_owned() }).failure();
        assert!(error.message.contains(&format!("(AADSTS{code})")), "{error:?}");
    }
}

#[test]
fn the_runner_signs_in_on_a_thread_of_its_own() {
    let served = Served::new(strict());
    let mut bench = served.bench(SignInMethod::DeviceCode);
    bench.environment.tick = Duration::from_millis(10);
    let paths = Paths::under(tempfile::tempdir().unwrap().path().join("home"));
    let runner = Runner::with_environment(&paths, bench.environment.clone());
    let open = runner.open(&bench.connection, &|_| {}).unwrap();
    assert_eq!(open.identity(), None);
    assert!(runner.identify(&open).unwrap_err().message.contains("nobody is signed in"));
    let start = || {
        let (sender, events) = mpsc::channel();
        let handle = runner.sign_in(&open, move |event| drop(sender.send(event)));
        (handle, events)
    };
    let (handle, events) = start();
    let SignInEvent::Prompt(SignInPrompt::DeviceCode { .. }) = events.recv().unwrap() else { panic!("no code") };
    handle.cancel();
    assert!(matches!(events.iter().last(), Some(SignInEvent::Cancelled)));
    let (_, events) = start();
    let mut done = None;
    for event in events {
        match event {
            SignInEvent::Prompt(SignInPrompt::DeviceCode { user_code, verification_uri, .. }) => {
                let page = format!("{verification_uri}?user_code={user_code}&decision=approve");
                visit("POST", &page.parse().unwrap());
            }
            SignInEvent::Done(identity) => done = Some(identity),
            SignInEvent::Prompt(_) => {}
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(open.identity(), done);
    assert!(done.is_some());
    assert!(!runner.sign_out(&open).unwrap());
    assert_eq!(open.identity(), None);
    let lab = tempfile::tempdir().unwrap();
    std::fs::write(lab.path().join("T.csv"), "a\n1\n").unwrap();
    let kind = ConnectionKind::Files { folder: lab.path().to_owned() };
    let files = runner.open(&Connection::new("files", kind, Clock::EndOfData), &|_| {}).unwrap();
    let (sender, events) = mpsc::channel();
    runner.sign_in(&Arc::clone(&files), move |event| drop(sender.send(event)));
    assert!(matches!(events.recv().unwrap(), SignInEvent::Failed(_)));
}
