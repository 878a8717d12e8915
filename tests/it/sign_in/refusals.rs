//! Everything that a login server may say instead of a token.

#![expect(clippy::unreadable_literal, reason = "the numbers stand as they follow AADSTS")]

use serde_json::json;
use tallyho::config::{Cloud, SignInMethod};

use super::{Bench, CLIENT, RESOURCE, SECRET, TENANT, application, refusal, token_answer};
use crate::stub::{Exchanges, response};

/// The numbers that a hunter may meet, and a word of what is said to each.
const CODES: &[(u64, &str, &str)] = &[
    (90002, "no tenant 'contoso.example'", "tenant"),
    (700016, "no application 11111111", "client_id"),
    (7000215, "secret is not right", "THE_SECRET"),
    (7000222, "secret has expired", "THE_SECRET"),
    (65001, "consented", "AdvancedHunting.Read.All"),
    (65004, "declined", "accept"),
    (50076, "second factor", "browser"),
    (50079, "second factor", "browser"),
    (70011, "not valid", "resource"),
    (7000218, "prove who it is", "Allow public client flows"),
    (53003, "conditional access", "policy"),
    (500011, "https://api.security.microsoft.com", "tenant"),
    (50126, "password is wrong", "again"),
    (50034, "no such account", "account"),
    (50053, "locked", "Wait"),
    (50055, "expired", "password"),
    (50057, "disabled", "enable"),
    (50058, "signed in", "again"),
    (50097, "device", "policy"),
    (50105, "no role", "assigns"),
    (50131, "conditional access", "policy"),
    (50158, "another service", "browser"),
    (50173, "session was ended", "again"),
    (500133, "within its time", "clock"),
    (500121, "second factor", "in time"),
    (530003, "managed", "policy"),
    (70000, "not valid any more", "again"),
    (70008, "expired", "again"),
    (700082, "expired", "again"),
    (70016, "not entered yet", "Enter"),
    (70018, "not entered right", "again"),
    (70020, "expired", "again"),
    (70043, "expired", "again"),
    (7000112, "disabled", "enable"),
    (700027, "does not know the certificate", "Upload"),
    (700030, "certificate", "Upload"),
    (700024, "within its time", "clock"),
    (90014, "missing", "client_id"),
    (90094, "administrator may consent", "grants"),
    (900561, "another kind of request", "authority"),
    (9002313, "cannot read the request", "client_id"),
    (50194, "one tenant only", "tenant"),
    (50020, "another tenant", TENANT),
    (50011, "redirect address", "http://localhost"),
];

#[test]
fn every_number_is_explained_with_the_next_step() {
    for (code, what, advice) in CODES {
        let login = Exchanges::in_turn(vec![refusal("invalid_client", *code, "The server's own words.")]);
        let error = Bench::with_secret(&login.base_url).failure();
        assert!(error.message.contains(what), "{code}: {error:?}");
        assert!(error.message.contains(&format!("(AADSTS{code})")), "{code}: {error:?}");
        assert!(error.message.ends_with(": The server's own words"), "{code}: {error:?}");
        assert!(error.advice.contains(advice), "{code}: {error:?}");
        assert!(!error.advice.contains('{') && !error.message.contains('{'), "{code}: {error:?}");
        assert_eq!(login.received().len(), 1, "{code}: what stays wrong is not sent again");
    }
}

#[test]
fn what_has_no_number_or_an_unknown_one_is_quoted() {
    for (status, body, wanted) in [
        (400, json!({"error": "invalid_scope", "error_description": "no such scope"}), "no such scope"),
        (401, json!({"error": "invalid_client"}), "could not prove who it is (invalid_client)"),
        (400, json!({"error": "brand_new", "error_description": "AADSTS999999: news"}), "(AADSTS999999): news"),
        (400, json!({"error": "brand_new", "error_codes": [123]}), "(AADSTS123)"),
        (400, json!({"error": "x", "error_description": 5, "error_codes": "y"}), "refused it (x)"),
        (400, json!({"error": {"code": "nested", "message": "inside"}}), "inside"),
        (200, json!({"error": "odd", "error_description": "with status 200"}), "with status 200"),
        (400, json!({"error": "e", "error_description": "\u{1b}[31mred\u{1b}[0m\r\nline\u{7}"}), ": red line"),
    ] {
        let login = Exchanges::in_turn(vec![(status, body.to_string())]);
        let error = Bench::with_secret(&login.base_url).failure();
        assert!(error.message.contains(wanted), "{body}: {error:?}");
        assert!(!error.message.contains(['\u{1b}', '\r', '\n', '\u{7}']), "{error:?}");
    }
    let long = "word ".repeat(10_000);
    let login = Exchanges::in_turn(vec![refusal("invalid_grant", 1, &long)]);
    assert!(Bench::with_secret(&login.base_url).failure().message.chars().count() < 500);
}

#[test]
fn what_is_no_login_server_is_named_as_what_it_is() {
    let page = b"<!DOCTYPE html><title>Proxy login</title>s3cr3t";
    let cases: [(Vec<u8>, &str); 9] = [
        (response(200, &[], page), "a web page"),
        (response(403, &[], page), "status 403 with a web page"),
        (response(404, &[], b""), "status 404 with an empty body"),
        (response(200, &[], b""), "an empty body"),
        (response(200, &[], b"{\"access_token\":\"s3cr"), "JSON that is cut"),
        (response(200, &[], b"[1]"), "no JSON"),
        (response(200, &[], b"{}"), "holds no token"),
        (response(200, &[], br#"{"access_token":5}"#), "holds no token"),
        (response(200, &[], br#"{"access_token":""}"#), "holds no token"),
    ];
    for (answer, wanted) in cases {
        let login = Exchanges::new(move |_| answer.clone());
        let error = Bench::with_secret(&login.base_url).failure();
        assert!(error.message.contains(wanted) && error.message.contains("127.0.0.1"), "{wanted}: {error:?}");
        assert!(error.advice.contains("authority"), "{error:?}");
    }
}

#[test]
fn trouble_on_the_way_is_tried_again_and_then_said() {
    for trouble in [response(503, &[], b""), response(429, &[], b"slow"), response(500, &[], b"<html>"), Vec::new()] {
        let mut n_asked = 0;
        let answer = trouble.clone();
        let login = Exchanges::new(move |_| {
            n_asked += 1;
            let good = response(200, &[], token_answer(&application(), None).1.as_bytes());
            if n_asked < 3 { answer.clone() } else { good }
        });
        Bench::with_secret(&login.base_url).sign_in().0.unwrap();
        assert_eq!(login.received().len(), 3);
        let login = Exchanges::new(move |_| trouble.clone());
        Bench::with_secret(&login.base_url).failure();
        assert_eq!(login.received().len(), 3, "three times, and no more");
    }
    let mut cut = response(200, &[], token_answer(&application(), None).1.as_bytes());
    cut.truncate(cut.len() - 10);
    let login = Exchanges::new(move |_| cut.clone());
    let error = Bench::with_secret(&login.base_url).failure();
    assert!(error.message.contains("cannot sign in"), "{error:?}");
    let error = Bench::with_secret("http://127.0.0.1:9").failure();
    assert!(error.message.contains("127.0.0.1:9 refuses"), "{error:?}");
}

#[test]
fn no_secret_follows_a_redirect() {
    let elsewhere = Exchanges::in_turn(vec![token_answer(&application(), None)]);
    for status in [301, 302, 303, 307, 308] {
        let place = format!("{}/?s3cr3t", elsewhere.base_url);
        let login = Exchanges::new(move |_| response(status, &[("Location".into(), place.clone())], b""));
        let error = Bench::with_secret(&login.base_url).sign_in().0.unwrap_err();
        assert!(error.message.contains(&elsewhere.base_url), "{error:?}");
    }
    assert!(elsewhere.received().is_empty());
}

#[test]
fn a_server_that_sends_the_form_back_does_not_make_us_show_it() {
    let echo = |wrap: fn(&str) -> String| {
        Exchanges::new(move |request| {
            let body = String::from_utf8(request.body.clone()).unwrap();
            let said = json!({"error": "invalid_request", "error_description": wrap(&body)});
            response(400, &[], said.to_string().as_bytes())
        })
    };
    let decoded = |body: &str| {
        let fields = url::form_urlencoded::parse(body.as_bytes());
        fields.map(|(name, value)| [&*name, &*value].join("=")).collect::<Vec<_>>().join(" ")
    };
    let logins = [
        echo(|body| format!("what is {body}?")),
        echo(decoded),
        echo(|body| body.replace('+', "%20")),
        // At the end of what is quoted, where a part of it might be left.
        echo(|body| format!("{}{body}", "x".repeat(270 - body.find("s3cr").unwrap()))),
        echo(|_| json!(SECRET).to_string()),
    ];
    for login in logins {
        let error = Bench::with_secret(&login.base_url).failure();
        assert!(error.message.contains("[secret]"), "{error:?}");
    }
}

#[test]
fn addresses_that_a_secret_must_not_go_to_are_refused() {
    for (authority, why) in [
        ("http://login.microsoftonline.com", "only sent over https"),
        ("http://localhost.evil.example", "only sent over https"),
        ("ftp://127.0.0.1", "not https"),
        ("https://user:s3cr3t@login.example", "name or password"),
        ("https://login.example/contoso", "only scheme and host"),
        ("https://login.example/?s=1", "only scheme and host"),
        ("", "cannot be used"),
        ("login.microsoftonline.com", "cannot be used"),
    ] {
        let error = Bench::with_secret(authority).failure();
        assert!(error.message.contains(why), "{authority}: {error:?}");
    }
    for tenant in ["", "..", "a/b", "../common", "a?b", "a b", "%2e", "x#"] {
        let mut bench = Bench::with_secret("http://127.0.0.1:9");
        bench.service().sign_in.tenant = Some(tenant.to_owned());
        // Two dots alone would leave the path one step shorter.
        let error = bench.failure();
        assert!(error.message.contains("is no tenant"), "'{tenant}': {error:?}");
    }
}

#[test]
fn each_cloud_has_a_login_server_of_its_own() {
    for cloud in Cloud::ALL {
        let mut bench = Bench::new(cloud.authority(), SignInMethod::Browser);
        bench.service().resource = cloud.base_url(&tallyho::config::Api::Defender).unwrap().to_owned();
        bench.environment.tick = std::time::Duration::ZERO;
        let (answer, prompts) = bench.sign_in();
        assert!(answer.unwrap_err().message.contains("five minutes"));
        let tallyho::remote::SignInPrompt::Browser { url } = &prompts[0] else { panic!("{prompts:?}") };
        let wanted = format!("{}/{TENANT}/oauth2/v2.0/authorize?client_id={CLIENT}&", cloud.authority());
        assert!(url.starts_with(&wanted), "{url}");
        let url = url::Url::parse(url).unwrap();
        let scope = url.query_pairs().find(|it| it.0 == "scope").unwrap().1.into_owned();
        assert!(scope.starts_with(&format!("{}/AdvancedHunting.Read ", bench.service().resource)), "{scope}");
        if cloud == Cloud::Global {
            assert!(scope.starts_with(RESOURCE));
        }
    }
}
