//! The identity of an Azure machine and of App Service.

use tallyho::config::SignInMethod;

use super::{Bench, RESOURCE, application};
use crate::stub::{Exchanges, response};

fn bench(machine: &str) -> Bench {
    let mut bench = Bench::new("https://login.microsoftonline.com", SignInMethod::ManagedIdentity);
    machine.clone_into(&mut bench.environment.machine_identity_url);
    bench.service().sign_in.client_id = None;
    bench
}

/// Numbers are text here.
fn answer() -> (u16, String) {
    let end = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs() + 86_399;
    let token = application();
    let body = serde_json::json!({
        "access_token": token, "client_id": "c", "expires_in": "86399", "expires_on": end.to_string(),
        "ext_expires_in": "86399", "not_before": "0", "resource": RESOURCE, "token_type": "Bearer",
    });
    (200, body.to_string())
}

#[test]
fn a_machine_answers_for_itself() {
    let machine = Exchanges::in_turn(vec![answer()]);
    let mut bench = bench(&machine.base_url);
    let identity = bench.sign_in().0.unwrap();
    let left = identity.expires.unwrap() - std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
    assert!((86_000..=86_399).contains(&left), "{left}");
    bench.service().sign_in.client_id = Some("one of several".to_owned());
    bench.sign_in().0.unwrap();
    let asked = machine.received();
    assert!(asked[0].path.starts_with("/metadata/identity/oauth2/token?"));
    assert_eq!((asked[0].method.as_str(), asked[0].header("metadata")), ("GET", Some("true")));
    let query = asked[0].query();
    assert_eq!((query["api-version"].as_str(), query["resource"].as_str()), ("2018-02-01", RESOURCE));
    assert!(!query.contains_key("client_id"));
    assert_eq!(asked[1].query()["client_id"], "one of several");
}

#[test]
fn app_service_says_where_it_answers() {
    let service = Exchanges::in_turn(vec![answer()]);
    let mut bench = bench("http://127.0.0.1:9");
    bench.set("IDENTITY_ENDPOINT", &format!("{}/msi/token", service.base_url));
    bench.set("IDENTITY_HEADER", "s3cr3t-header");
    bench.sign_in().0.unwrap();
    let asked = &service.received()[0];
    assert!(asked.path.starts_with("/msi/token?"), "{}", asked.path);
    assert_eq!(asked.header("x-identity-header"), Some("s3cr3t-header"));
    assert_eq!(asked.query()["api-version"], "2019-08-01");
    assert_eq!(asked.query()["resource"], RESOURCE);
}

#[test]
fn passing_trouble_is_waited_for() {
    for status in [404, 410, 429, 500, 503] {
        let mut n_asked = 0;
        let machine = Exchanges::new(move |_| {
            n_asked += 1;
            if n_asked <= 2 { response(status, &[], b"") } else { response(200, &[], answer().1.as_bytes()) }
        });
        bench(&machine.base_url).sign_in().0.unwrap_or_else(|it| panic!("{status}: {it:?}"));
        assert_eq!(machine.received().len(), 3, "{status}");
    }
    let machine = Exchanges::in_turn(vec![(410, String::new())]);
    let error = bench(&machine.base_url).failure();
    assert!(error.message.contains("(410)"), "{error:?}");
    assert_eq!(machine.received().len(), 6, "it is given up in the end");
}

#[test]
fn what_stays_wrong_is_said_at_once() {
    let said = r#"{"error":"invalid_request","error_description":"Identity not found s3cr3t-header"}"#;
    let machine = Exchanges::in_turn(vec![(400, said.to_owned())]);
    let mut bench = bench(&machine.base_url);
    bench.set("IDENTITY_ENDPOINT", &machine.base_url);
    bench.set("IDENTITY_HEADER", "s3cr3t-header");
    let error = bench.failure();
    assert!(error.message.contains("Identity not found") && error.advice.contains("client_id"), "{error:?}");
    assert_eq!(machine.received().len(), 1);
    let machine = Exchanges::in_turn(vec![(200, "<html>".to_owned())]);
    assert!(super::machine::bench(&machine.base_url).failure().message.contains("without a token"));
    let nobody = super::machine::bench("http://127.0.0.1:9").failure();
    assert!(nobody.message.contains("no managed identity"), "{nobody:?}");
}

#[test]
fn a_secret_header_goes_to_no_far_address_and_other_platforms_are_named() {
    for (endpoint, why) in [
        ("http://evil.example/msi/token", "no address of a managed identity"),
        ("http://8.8.8.8/msi/token", "no address of a managed identity"),
        ("https://127.0.0.1/msi/token", "no address of a managed identity"),
        ("not an address", "no address of a managed identity"),
    ] {
        let mut bench = bench("http://127.0.0.1:9");
        bench.set("IDENTITY_ENDPOINT", endpoint);
        bench.set("IDENTITY_HEADER", "s3cr3t-header");
        let error = bench.failure();
        assert!(error.message.contains(why), "{endpoint}: {error:?}");
    }
    for (variables, platform) in [
        (&["IDENTITY_ENDPOINT", "IMDS_ENDPOINT"][..], "Azure Arc"),
        (&["IDENTITY_ENDPOINT", "IDENTITY_HEADER", "IDENTITY_SERVER_THUMBPRINT"][..], "Service Fabric"),
        (&["MSI_ENDPOINT"][..], "MSI_ENDPOINT"),
    ] {
        let mut bench = bench("http://127.0.0.1:9");
        for name in variables {
            bench.set(name, "http://127.0.0.1:9/x");
        }
        assert!(bench.failure().message.contains(platform), "{platform}");
    }
}

#[test]
fn a_redirect_is_not_followed() {
    let elsewhere = Exchanges::in_turn(vec![answer()]);
    let place = elsewhere.base_url.clone();
    let machine = Exchanges::new(move |_| response(302, &[("Location".into(), place.clone())], b""));
    bench(&machine.base_url).failure();
    assert!(elsewhere.received().is_empty());
}
