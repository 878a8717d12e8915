//! Tokens over time: renewed, shared, thrown away, remembered.

use std::path::Path;

use serde_json::json;
use tallyho::config::SignInMethod;
use tallyho::remote::SignInPrompt;

use super::{Bench, application, jwt, person, refusal, runtime, sign_in, token_answer};
use crate::stub::{Exchanges, response};

/// A login server by device code: approves at once, and renews with refresh tokens counted up. `life` is in seconds.
fn device_login(life: u64) -> Exchanges {
    let mut n_tokens = 0;
    Exchanges::new(move |request| {
        let body = if request.path.ends_with("devicecode") {
            json!({"user_code": "ABC", "device_code": "the-device-code", "verification_uri": "https://x.example/"})
        } else {
            n_tokens += 1;
            json!({
                "expires_in": life, "access_token": person(), "refresh_token": format!("refresh-token-{n_tokens}"),
            })
        };
        response(200, &[], body.to_string().as_bytes())
    })
}

fn device(login: &Exchanges) -> Bench {
    Bench::new(&login.base_url, SignInMethod::DeviceCode)
}

fn grants(login: &Exchanges) -> Vec<String> {
    let grants = login.received().into_iter().map(|it| it.form().get("grant_type").cloned().unwrap_or_default());
    grants.map(|it| it.rsplit(':').next().unwrap().to_owned()).collect()
}

#[test]
fn an_old_token_is_renewed_without_a_person_and_each_refresh_token_is_used_once() {
    let login = device_login(0);
    runtime().block_on(async {
        let session = device(&login).open().unwrap();
        for n_prompts in [2, 0, 0] {
            let (answer, prompts) = sign_in(&session).await;
            assert_eq!(answer.unwrap().who, "alice@contoso.example");
            assert_eq!(prompts.len(), n_prompts, "{prompts:?}");
        }
    });
    assert_eq!(grants(&login), ["", "device_code", "refresh_token", "refresh_token"]);
    let asked = login.received();
    assert_eq!(asked[2].form()["refresh_token"], "refresh-token-1");
    assert_eq!(asked[3].form()["refresh_token"], "refresh-token-2", "the new one takes the place of the old one");
    let scope = "https://api.security.microsoft.com/AdvancedHunting.Read offline_access openid profile";
    assert_eq!(asked[2].form()["scope"], scope);
}

#[test]
fn a_good_token_is_used_until_it_is_thrown_away() {
    let login = device_login(3599);
    runtime().block_on(async {
        let session = device(&login).open().unwrap();
        sign_in(&session).await.0.unwrap();
        sign_in(&session).await.0.unwrap();
        assert_eq!(grants(&login).len(), 2);
        session.forget_token();
        assert!(session.identity().is_some(), "who it was is still known");
        sign_in(&session).await.0.unwrap();
        assert_eq!(grants(&login)[2..], ["refresh_token"]);
        assert!(!session.sign_out().await.unwrap(), "nothing was remembered");
        assert_eq!(session.identity(), None);
        sign_in(&session).await.0.unwrap();
        assert_eq!(grants(&login)[3..], ["", "device_code"], "after signing out a person is asked");
    });
}

#[test]
fn a_refresh_token_that_has_ended_leads_back_to_the_person() {
    for (error, code) in [("invalid_grant", 700_082), ("invalid_grant", 50173), ("interaction_required", 50076)] {
        let login = Exchanges::new(move |request| {
            if request.path.ends_with("devicecode") {
                let body = json!({"user_code": "A", "device_code": "the-device-code", "verification_uri": "https://x.example/"});
                return response(200, &[], body.to_string().as_bytes());
            }
            if request.form()["grant_type"] == "refresh_token" {
                let (status, body) = refusal(error, code, "ended");
                let mut body: serde_json::Value = serde_json::from_str(&body).unwrap();
                body["claims"] = json!("{\"access_token\":{\"capolids\":{\"essential\":true}}}");
                return response(status, &[], body.to_string().as_bytes());
            }
            let body = json!({"expires_in": 0, "access_token": person(), "refresh_token": "refresh-token-1"});
            response(200, &[], body.to_string().as_bytes())
        });
        runtime().block_on(async {
            let session = device(&login).open().unwrap();
            sign_in(&session).await.0.unwrap();
            let (answer, prompts) = sign_in(&session).await;
            answer.unwrap();
            assert_eq!(prompts.len(), 2, "the code is shown again: {prompts:?}");
        });
        let asked = login.received();
        assert_eq!(grants(&login), ["", "device_code", "refresh_token", "", "device_code"]);
        assert!(asked[3].form()["claims"].contains("capolids"), "what conditional access wants is passed on");
    }
}

#[test]
fn calls_that_come_together_share_one_sign_in_and_its_outcome() {
    let good = Exchanges::in_turn(vec![token_answer(&application(), None)]);
    let bad = Exchanges::in_turn(vec![refusal("invalid_client", 7_000_215, "wrong")]);
    for (login, is_good) in [(&good, true), (&bad, false)] {
        runtime().block_on(async {
            let session = Bench::with_secret(&login.base_url).open().unwrap();
            let all = futures::future::join_all((0..8).map(|_| sign_in(&session))).await;
            assert!(all.iter().all(|(answer, _)| answer.is_ok() == is_good));
            assert_eq!(login.received().len(), 1);
            // The next one tries again.
            assert_eq!(sign_in(&session).await.0.is_ok(), is_good);
            assert_eq!(login.received().len(), if is_good { 1 } else { 2 });
        });
    }
}

fn remembering(login: &Exchanges, keyring: &Path) -> Bench {
    let mut bench = device(login);
    bench.service().sign_in.remember = true;
    bench.environment.keyring_folder = Some(keyring.to_owned());
    bench
}

#[test]
fn what_is_remembered_signs_in_the_next_start_until_it_is_deleted() {
    let keyring = tempfile::tempdir().unwrap();
    let login = device_login(3599);
    let bench = remembering(&login, keyring.path());
    assert_eq!(bench.sign_in().1.len(), 2);
    let (answer, prompts) = bench.sign_in();
    assert_eq!((answer.unwrap().who.as_str(), prompts.len()), ("alice@contoso.example", 0));
    assert_eq!(grants(&login), ["", "device_code", "refresh_token"]);
    let file = std::fs::read_dir(keyring.path()).unwrap().next().unwrap().unwrap().path();
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "refresh-token-2", "the newest one is kept");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
    // Another connection, tenant or application is another sign-in.
    for change in 0..3 {
        let mut other = bench.clone();
        match change {
            0 => other.connection.name = "other".to_owned(),
            1 => other.service().sign_in.tenant = Some("other.example".to_owned()),
            _ => other.service().sign_in.client_id = Some("other".to_owned()),
        }
        assert_eq!(other.sign_in().1.len(), 2, "{change}");
    }
    runtime().block_on(async {
        let session = bench.open().unwrap();
        assert!(session.sign_out().await.unwrap());
        assert!(!session.sign_out().await.unwrap());
        let error = session.identify().await.unwrap_err();
        assert!(error.message.contains("nobody is signed in"), "{error:?}");
    });
    assert_eq!(bench.sign_in().1.len(), 2, "a person is asked again");
}

#[test]
fn a_remembered_token_that_is_refused_is_deleted() {
    let keyring = tempfile::tempdir().unwrap();
    let login = device_login(3599);
    remembering(&login, keyring.path()).sign_in().0.unwrap();
    let ended = Exchanges::in_turn(vec![refusal("invalid_grant", 700_082, "ended")]);
    let bench = remembering(&ended, keyring.path());
    runtime().block_on(async {
        let error = bench.open().unwrap().identify().await.unwrap_err();
        assert!(error.message.contains("nobody is signed in"), "{error:?}");
    });
    assert_eq!(std::fs::read_dir(keyring.path()).unwrap().count(), 0);
    // A network that is down deletes nothing.
    remembering(&login, keyring.path()).sign_in().0.unwrap();
    remembering(&Exchanges::new(|_| Vec::new()), keyring.path()).sign_in().0.unwrap_err();
    assert_eq!(std::fs::read_dir(keyring.path()).unwrap().count(), 1);
}

#[test]
fn a_keyring_that_is_not_there_is_said_and_no_more() {
    let login = device_login(3599);
    let bench = remembering(&login, Path::new("/dev/null/no/keyring"));
    let (answer, prompts) = bench.sign_in();
    answer.unwrap();
    let notes: Vec<&String> =
        prompts.iter().filter_map(|it| if let SignInPrompt::Note(note) = it { Some(note) } else { None }).collect();
    assert!(notes.iter().any(|it| it.contains("keyring")), "{prompts:?}");
    assert!(!notes.iter().any(|it| it.contains("refresh-token")));
}

#[test]
fn nothing_is_kept_unless_the_user_asked_for_it() {
    let keyring = tempfile::tempdir().unwrap();
    let login = device_login(3599);
    let mut bench = remembering(&login, keyring.path());
    bench.service().sign_in.remember = false;
    bench.sign_in().0.unwrap();
    assert_eq!(std::fs::read_dir(keyring.path()).unwrap().count(), 0);
}

#[test]
fn who_it_is_may_stand_in_the_other_token() {
    let id = jwt(&json!({"preferred_username": "carol@contoso.example", "tid": "t-2"}));
    let answer = json!({"expires_in": 3599, "access_token": "opaque", "id_token": id, "scope": "Data.Read"});
    let login = Exchanges::in_turn(vec![(200, answer.to_string())]);
    let identity = Bench::with_secret(&login.base_url).sign_in().0.unwrap();
    assert_eq!((identity.who.as_str(), identity.tenant.as_deref()), ("carol@contoso.example", Some("t-2")));
    assert_eq!(identity.roles, ["Data.Read"]);
}
