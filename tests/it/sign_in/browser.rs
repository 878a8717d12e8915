//! Authorisation code with PKCE: the page, the loopback port, and what else may knock there.

use std::collections::HashMap;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use tallyho::config::SignInMethod;
use tallyho::remote::{Identity, RemoteError, SignInPrompt};
use tokio_util::sync::CancellationToken;
use url::Url;

use super::{Bench, CLIENT, assert_no_secret, person, refusal, runtime, token_answer};
use crate::stub::Exchanges;

/// The page that the browser is sent to.
struct Page {
    url: Url,
    query: HashMap<String, String>,
}

impl Page {
    fn new(url: &str) -> Self {
        let url = Url::parse(url).unwrap();
        let query = url.query_pairs().into_owned().collect();
        Self { url, query }
    }

    fn port(&self) -> u16 {
        Url::parse(&self.query["redirect_uri"]).unwrap().port().unwrap()
    }

    /// What a browser would do: one request to the redirect address.
    fn knock(&self, target: &str) -> String {
        let head = format!("GET {target} HTTP/1.1\r\nHost: localhost:{}\r\nAccept: text/html\r\n\r\n", self.port());
        self.say(head.as_bytes())
    }

    fn say(&self, bytes: &[u8]) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port())).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        let _ = stream.write_all(bytes);
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        answer
    }

    fn good(&self) -> String {
        format!("/?code=the-code%2F1&state={}&session_state=x", self.query["state"])
    }
}

/// Signs in with `browser` doing what a browser might, on a thread of its own.
fn sign_in(
    bench: &Bench,
    browser: impl FnOnce(Page) + Send + 'static,
) -> (Result<Identity, RemoteError>, Vec<SignInPrompt>) {
    let mut prompts = Vec::new();
    let mut browser = Some(browser);
    let mut threads = Vec::new();
    let answer = runtime().block_on(async {
        let session = bench.open().unwrap();
        let mut show = |prompt: SignInPrompt| {
            if let SignInPrompt::Browser { url } = &prompt {
                let (page, browser) = (Page::new(url), browser.take().unwrap());
                threads.push(std::thread::spawn(move || browser(page)));
            }
            prompts.push(prompt);
        };
        session.sign_in(&CancellationToken::new(), &mut show).await
    });
    for thread in threads {
        thread.join().unwrap();
    }
    (answer, prompts)
}

fn bench(login: &Exchanges) -> Bench {
    let mut bench = Bench::new(&login.base_url, SignInMethod::Browser);
    // The whole time limit is 300 of these.
    bench.environment.tick = Duration::from_millis(50);
    bench
}

#[test]
fn the_code_is_redeemed_with_the_verifier_of_the_challenge() {
    let login = Exchanges::in_turn(vec![token_answer(&person(), Some("refresh-token-1"))]);
    let (answer, prompts) = sign_in(&bench(&login), |page| {
        let answer = page.knock(&page.good());
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.contains("You may close this page"), "{answer}");
        assert_no_secret(&answer);
    });
    assert_eq!(answer.unwrap().who, "alice@contoso.example");
    assert_eq!(prompts.last(), Some(&SignInPrompt::Done));
    let SignInPrompt::Browser { url } = &prompts[0] else { panic!("{prompts:?}") };
    let page = Page::new(url);
    assert_eq!(page.url.path(), "/contoso.example/oauth2/v2.0/authorize");
    let wanted = [
        ("client_id", CLIENT),
        ("response_type", "code"),
        ("response_mode", "query"),
        ("code_challenge_method", "S256"),
        ("prompt", "select_account"),
        ("scope", "https://api.security.microsoft.com/AdvancedHunting.Read offline_access openid profile"),
    ];
    for (name, value) in wanted {
        assert_eq!(page.query[name], value, "{name}");
    }
    assert!(page.query["redirect_uri"].starts_with("http://localhost:"));
    assert!(page.query["state"].len() >= 32);
    let asked = login.received();
    assert_eq!(asked.len(), 1);
    let form = asked[0].form();
    assert_eq!(form["grant_type"], "authorization_code");
    assert_eq!(form["code"], "the-code/1");
    assert_eq!(form["client_id"], CLIENT);
    assert_eq!(form["redirect_uri"], page.query["redirect_uri"]);
    assert!(!form.contains_key("client_secret"), "a public client has none");
    let verifier = &form["code_verifier"];
    assert!((43..=128).contains(&verifier.len()));
    assert_eq!(BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)), page.query["code_challenge"]);
    assert!(!url.contains(verifier.as_str()), "the verifier stays here");
}

#[test]
fn state_and_verifier_are_new_each_time() {
    let login = Exchanges::in_turn(vec![token_answer(&person(), None)]);
    let bench = bench(&login);
    let pages: Vec<Page> = (0..2)
        .map(|_| {
            let (answer, prompts) = sign_in(&bench, |page| drop(page.knock(&page.good())));
            answer.unwrap();
            let SignInPrompt::Browser { url } = &prompts[0] else { panic!("{prompts:?}") };
            Page::new(url)
        })
        .collect();
    assert_ne!(pages[0].query["state"], pages[1].query["state"]);
    assert_ne!(pages[0].query["code_challenge"], pages[1].query["code_challenge"]);
}

#[test]
fn junk_on_the_port_is_turned_away_and_does_not_disturb() {
    let login = Exchanges::in_turn(vec![token_answer(&person(), None)]);
    let (answer, _) = sign_in(&bench(&login), |page| {
        // Somebody who connects and says nothing, and somebody who says half.
        let _silent = TcpStream::connect(("127.0.0.1", page.port())).unwrap();
        let mut half = TcpStream::connect(("127.0.0.1", page.port())).unwrap();
        half.write_all(b"GET /?code=x&sta").unwrap();
        let state = &page.query["state"];
        let wrong: String = state.chars().rev().collect();
        for target in [
            "/favicon.ico".to_owned(),
            "/".to_owned(),
            "/?code=stolen".to_owned(),
            format!("/?code=stolen&state={wrong}"),
            format!("/?code=stolen&state={}", &state[1..]),
            format!("/?error=access_denied&state={wrong}"),
            format!("/callback?code=stolen&state={state}"),
        ] {
            let answer = page.knock(&target);
            assert!(answer.starts_with("HTTP/1.1 404 "), "{target}: {answer}");
        }
        let host = |host: &str| format!("GET {} HTTP/1.1\r\nHost: {host}\r\n\r\n", page.good());
        for (bytes, wanted) in [
            (host("evil.example"), "HTTP/1.1 404"),
            (format!("POST {} HTTP/1.1\r\nHost: localhost:{}\r\n\r\n", page.good(), page.port()), "HTTP/1.1 404"),
            ("\r\n\r\n".to_owned(), "HTTP/1.1 404"),
            ("\u{16}\u{3}\u{1}\r\n\r\n".to_owned(), "HTTP/1.1 404"),
            (format!("GET /{} HTTP/1.1\r\n", "x".repeat(100_000)), ""),
        ] {
            let answer = page.say(bytes.as_bytes());
            assert!(answer.starts_with(wanted) && !answer.contains("200 OK"), "{bytes:.60}: {answer}");
        }
        assert!(page.knock(&page.good()).starts_with("HTTP/1.1 200 "));
    });
    answer.unwrap();
    assert_eq!(login.received().len(), 1, "only the one good code was redeemed");
    assert_eq!(login.received()[0].form()["code"], "the-code/1");
}

#[test]
fn what_the_page_says_instead_is_said_in_words() {
    for (error, description, why) in [
        ("access_denied", "AADSTS65004%3A+User+declined+to+consent.+Trace+ID%3A+0000-trace", "consent was declined"),
        ("consent_required", "AADSTS90094%3A+admin", "only an administrator may consent"),
        ("login_required", "", "a person has to answer"),
        ("odd\u{1b}[31merror", "%1b%5b2J", "odd"),
    ] {
        let login = Exchanges::in_turn(vec![token_answer(&person(), None)]);
        let (answer, _) = sign_in(&bench(&login), move |page| {
            let error: String = url::form_urlencoded::byte_serialize(error.as_bytes()).collect();
            let state = &page.query["state"];
            let answer = page.knock(&format!("/?error={error}&error_description={description}&state={state}"));
            assert!(answer.contains("did not succeed"), "{answer}");
        });
        let told = answer.unwrap_err();
        assert!(told.message.contains(why), "{error}: {told:?}");
        assert!(!told.message.contains("0000-trace") && !told.message.contains('\u{1b}'), "{told:?}");
        assert!(login.received().is_empty());
    }
}

#[test]
fn a_code_that_is_refused_is_not_sent_again() {
    let login = Exchanges::in_turn(vec![refusal("invalid_grant", 54005, "the-code/1 was redeemed already.")]);
    let (answer, _) = sign_in(&bench(&login), |page| drop(page.knock(&page.good())));
    let error = answer.unwrap_err();
    assert!(error.message.contains("used already") && error.message.contains("[secret]"), "{error:?}");
    assert_no_secret(&format!("{error:?}"));
    assert_eq!(login.received().len(), 1);
}

#[test]
fn nobody_on_the_page_ends_it_after_the_time_limit() {
    let login = Exchanges::in_turn(vec![token_answer(&person(), None)]);
    let mut bench = bench(&login);
    bench.environment.tick = Duration::from_micros(300);
    let (answer, _) = sign_in(&bench, drop);
    assert!(answer.unwrap_err().message.contains("within five minutes"));
}

#[test]
fn cancelling_closes_the_port() {
    let login = Exchanges::in_turn(vec![token_answer(&person(), None)]);
    let bench = bench(&login);
    let mut port = 0;
    runtime().block_on(async {
        let session = bench.open().unwrap();
        let cancel = CancellationToken::new();
        let mut show = |prompt: SignInPrompt| {
            if let SignInPrompt::Browser { url } = &prompt {
                port = Page::new(url).port();
                cancel.cancel();
            }
        };
        session.sign_in(&cancel, &mut show).await.unwrap_err();
    });
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
}
