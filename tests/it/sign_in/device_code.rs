//! Device code: the prompt, and every answer to a poll.

use std::time::{Duration, Instant};

use serde_json::json;
use tallyho::config::SignInMethod;
use tallyho::remote::{RemoteErrorKind, SignInPrompt};
use tokio_util::sync::CancellationToken;

use super::{Bench, CLIENT, person, refusal, runtime, token_answer};
use crate::stub::{Exchanges, Received, response};

fn code(expires_in: u64) -> (u16, String) {
    let body = json!({
        "user_code": "FJC3Z9QXW",
        "device_code": "the-device-code",
        "verification_uri": "https://microsoft.com/devicelogin",
        "expires_in": expires_in,
        "interval": 5,
        "message": "open it",
    });
    (200, body.to_string())
}

fn pending() -> (u16, String) {
    refusal("authorization_pending", 70016, "OAuth 2.0 device flow error. Authorization is pending.")
}

fn bench(login: &Exchanges) -> Bench {
    Bench::new(&login.base_url, SignInMethod::DeviceCode)
}

#[test]
fn a_code_is_shown_and_asked_for_until_somebody_has_entered_it() {
    let login =
        Exchanges::in_turn(vec![code(900), pending(), pending(), token_answer(&person(), Some("refresh-token-1"))]);
    let (answer, prompts) = bench(&login).sign_in();
    assert_eq!(answer.unwrap().who, "alice@contoso.example");
    let shown = SignInPrompt::DeviceCode {
        user_code: "FJC3Z9QXW".to_owned(),
        verification_uri: "https://microsoft.com/devicelogin".to_owned(),
        expires_in: 900,
    };
    assert_eq!(prompts, [shown, SignInPrompt::Done]);
    let asked = login.received();
    assert_eq!(asked.len(), 4);
    assert_eq!(asked[0].path, "/contoso.example/oauth2/v2.0/devicecode");
    assert_eq!(asked[0].form()["client_id"], CLIENT);
    let scope = "https://api.security.microsoft.com/AdvancedHunting.Read offline_access openid profile";
    assert_eq!(asked[0].form()["scope"], scope);
    for poll in &asked[1..] {
        assert_eq!(poll.path, "/contoso.example/oauth2/v2.0/token");
        assert_eq!(poll.form()["grant_type"], "urn:ietf:params:oauth:grant-type:device_code");
        assert_eq!(poll.form()["device_code"], "the-device-code");
        assert_eq!(poll.form()["client_id"], CLIENT);
    }
}

#[test]
fn without_a_tenant_every_organisation_may_sign_in() {
    let login = Exchanges::in_turn(vec![code(900), token_answer(&person(), None)]);
    let mut bench = bench(&login);
    bench.service().sign_in.tenant = None;
    bench.sign_in().0.unwrap();
    assert_eq!(login.received()[0].path, "/organizations/oauth2/v2.0/devicecode");
}

#[test]
fn slow_down_makes_the_interval_five_seconds_longer() {
    let slow = || refusal("slow_down", 0, "slower");
    let login = Exchanges::in_turn(vec![code(900), slow(), slow(), pending(), token_answer(&person(), None)]);
    let started = Instant::now();
    bench(&login).sign_in().0.unwrap();
    // Intervals of 5, 10, 15 and 15 seconds of 2 ms each.
    assert!(started.elapsed() >= Duration::from_millis(90), "{:?}", started.elapsed());
}

#[test]
fn every_answer_that_ends_the_wait_is_said() {
    for (error, code_number, why) in [
        ("authorization_declined", 0, "declined"),
        ("access_denied", 0, "declined"),
        ("bad_verification_code", 70018, "does not know the code"),
        ("expired_token", 70019, "expired"),
        ("code_expired", 70019, "expired"),
        ("invalid_grant", 50105, "has no role in the application"),
        ("interaction_required", 50076, "second factor"),
        ("invalid_grant", 53003, "conditional access"),
        ("invalid_client", 7_000_218, "must prove who it is"),
        ("unauthorized_client", 0, "could not prove"),
        ("something_new", 0, "something_new"),
    ] {
        let login = Exchanges::in_turn(vec![code(900), pending(), refusal(error, code_number, "so it is"), pending()]);
        let error_told = bench(&login).failure();
        assert!(error_told.message.contains(why), "{error}: {error_told:?}");
        assert_eq!(login.received().len(), 3, "{error}: nobody asks on");
    }
}

#[test]
fn the_own_clock_ends_it_even_if_the_server_says_pending_for_ever() {
    let login = Exchanges::in_turn(vec![code(22), pending()]);
    let error = bench(&login).failure();
    assert!(error.message.contains("expired"), "{error:?}");
    let n_polls = login.received().len() - 1;
    assert!((1..=4).contains(&n_polls), "in 22 seconds it is asked at most four times, not {n_polls} times");
}

#[test]
fn trouble_on_the_way_is_passed_over_while_the_code_lives() {
    let mut n_asked = 0;
    let login = Exchanges::new(move |_| {
        n_asked += 1;
        let json = |(status, body): (u16, String)| response(status, &[], body.as_bytes());
        match n_asked {
            1 => json(code(900)),
            // A connection that is closed, one that is cut, a busy server, a proxy's page.
            2 => Vec::new(),
            3 => json(token_answer(&person(), None))[..120].to_vec(),
            4 => response(503, &[], b"busy"),
            5 => response(502, &[], b"<html>Bad gateway</html>"),
            6 => response(429, &[("Retry-After".into(), "7".into())], b""),
            7 => json((400, json!({"error": "temporarily_unavailable"}).to_string())),
            _ => json(token_answer(&person(), None)),
        }
    });
    bench(&login).sign_in().0.unwrap();
    assert_eq!(login.received().len(), 8);
}

#[test]
fn a_server_that_stays_away_ends_it() {
    let mut n_asked = 0;
    let login = Exchanges::new(move |_| {
        n_asked += 1;
        if n_asked == 1 { response(200, &[], code(900).1.as_bytes()) } else { Vec::new() }
    });
    let error = bench(&login).failure();
    assert!(error.message.contains("cannot sign in"), "{error:?}");
    assert_eq!(login.received().len(), 11);
}

#[test]
fn what_is_shown_to_a_person_is_looked_at_first() {
    let whole = json!({
        "user_code": "ABC", "device_code": "the-device-code", "verification_uri": "https://microsoft.com/devicelogin",
    });
    for (name, value) in [
        ("user_code", json!("")),
        ("user_code", json!("A\u{1b}[2J")),
        ("user_code", json!("x".repeat(500))),
        ("user_code", json!(5)),
        ("device_code", json!(null)),
        ("verification_uri", json!("http://evil.example/")),
        ("verification_uri", json!("javascript:alert(1)")),
        ("verification_uri", json!("https://microsoft.com@evil.example/")),
        ("verification_uri", json!("")),
    ] {
        let mut answer = whole.clone();
        answer[name] = value.clone();
        let login = Exchanges::in_turn(vec![(200, answer.to_string()), token_answer(&person(), None)]);
        let error = bench(&login).failure();
        assert!(error.message.contains("no code to enter"), "{name} = {value}: {error:?}");
        assert_eq!(login.received().len(), 1);
    }
    // Numbers may be text, odd, or not there at all.
    for (name, value) in
        [("interval", json!("5")), ("interval", json!(0)), ("expires_in", json!("900")), ("x", json!(1))]
    {
        let mut answer = whole.clone();
        answer[name] = value;
        let login = Exchanges::in_turn(vec![(200, answer.to_string()), token_answer(&person(), None)]);
        bench(&login).sign_in().0.unwrap();
    }
}

#[test]
fn cancelling_ends_the_wait_at_once_and_asks_no_more() {
    let login = Exchanges::in_turn(vec![code(900), pending()]);
    let mut bench = bench(&login);
    bench.environment.tick = Duration::from_secs(1);
    let started = Instant::now();
    let error = runtime().block_on(async {
        let session = bench.open().unwrap();
        let cancel = CancellationToken::new();
        session.sign_in(&cancel, &mut |_| cancel.cancel()).await.unwrap_err()
    });
    assert_eq!(error.kind, RemoteErrorKind::Cancelled);
    assert!(started.elapsed() < Duration::from_secs(2));
    assert_eq!(login.received().iter().filter(|it: &&Received| it.path.ends_with("token")).count(), 0);
}
