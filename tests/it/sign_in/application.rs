//! Sign-in of applications: secret, certificate, federated token; and where their tokens go.

use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tallyho::config::SignInMethod;

use super::{
    BASE64_URL_SAFE_NO_PAD, Bench, CLIENT, RESOURCE, SECRET, TENANT, application, fixture, runtime, sign_in,
    token_answer, token_of_query,
};
use crate::stub::{Exchanges, Stub, response};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

#[test]
fn a_secret_is_sent_as_a_form_and_the_token_to_the_service_alone() {
    let login = Exchanges::in_turn(vec![token_answer(&application(), None)]);
    let service = Stub::saying(response(200, &[], br#"{"Schema":[],"Results":[]}"#));
    let mut bench = Bench::with_secret(&login.base_url);
    bench.service().base_url.clone_from(&service.base_url);
    runtime().block_on(async {
        let session = bench.open().unwrap();
        assert_eq!(session.identity(), None, "nothing is sent before it is needed");
        token_of_query(&session).await.unwrap();
        let identity = sign_in(&session).await.0.unwrap();
        assert_eq!(identity.who, CLIENT);
        assert_eq!(identity.tenant.as_deref(), Some("t-1"));
        assert_eq!(identity.roles, ["AdvancedHunting.Read.All"]);
        assert_eq!(identity.audience.as_deref(), Some(RESOURCE));
        assert!(identity.expires.is_some());
        super::assert_no_secret(&format!("{session:?} {identity:?} {:?}", bench.environment));
    });
    let asked = login.received();
    assert_eq!(asked.len(), 1, "one token is enough for both");
    assert_eq!((asked[0].method.as_str(), asked[0].path.as_str()), ("POST", "/contoso.example/oauth2/v2.0/token"));
    assert_eq!(asked[0].header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(asked[0].header("cookie"), None);
    let form = asked[0].form();
    let wanted = [
        ("grant_type", "client_credentials"),
        ("client_id", CLIENT),
        ("client_secret", SECRET),
        ("scope", "https://api.security.microsoft.com/.default"),
    ];
    for (name, value) in wanted {
        assert_eq!(form.get(name).map(String::as_str), Some(value), "{name}");
    }
    assert_eq!(form.len(), wanted.len(), "{form:?}");
    let bearer = format!("Bearer {}", application());
    assert_eq!(service.received().header("authorization"), Some(bearer.as_str()));
}

#[test]
fn a_variable_without_a_secret_is_named() {
    let bench = Bench::new("http://127.0.0.1:9", SignInMethod::ClientSecret { variable: "NO_SUCH".to_owned() });
    assert!(bench.failure().message.contains("NO_SUCH"));
}

fn certificate(file: &str, password: Option<&str>, send_chain: bool) -> SignInMethod {
    SignInMethod::Certificate {
        path: fixture(file),
        password_variable: password.map(|_| "THE_PASSWORD".to_owned()),
        send_chain,
    }
}

fn bench(authority: &str, file: &str, password: Option<&str>, send_chain: bool) -> Bench {
    let mut bench = Bench::new(authority, certificate(file, password, send_chain));
    if let Some(password) = password {
        bench.set("THE_PASSWORD", password);
    }
    bench
}

/// The certificate of the fixtures in DER.
fn leaf() -> Vec<u8> {
    let pem = std::fs::read_to_string(fixture("no_key.pem")).unwrap();
    let body: String = pem.lines().filter(|it| !it.starts_with("-----")).collect();
    BASE64_STANDARD.decode(body).unwrap()
}

#[test]
fn a_certificate_signs_an_assertion_that_its_public_key_verifies() {
    let files = [
        ("certificate.pem", None, false),
        ("chain_pkcs1.pem", None, true),
        ("certificate.pfx", Some("test-password"), true),
        ("legacy.pfx", Some("test-password"), false),
        ("no_password.pfx", None, false),
    ];
    for (file, password, send_chain) in files {
        let login = Exchanges::in_turn(vec![token_answer(&application(), None)]);
        let bench = bench(&login.base_url, file, password, send_chain);
        bench.sign_in().0.unwrap_or_else(|it| panic!("{file}: {it:?}"));
        let form = login.received()[0].form();
        assert_eq!(form["client_assertion_type"], "urn:ietf:params:oauth:client-assertion-type:jwt-bearer", "{file}");
        assert_eq!(form["grant_type"], "client_credentials");
        assert!(!form.contains_key("client_secret"));
        check_assertion(file, &form["client_assertion"], &login.base_url, send_chain);
    }
}

fn check_assertion(file: &str, assertion: &str, authority: &str, send_chain: bool) {
    let endpoint = format!("{authority}/{TENANT}/oauth2/v2.0/token");
    let key = DecodingKey::from_rsa_pem(&std::fs::read(fixture("public.pem")).unwrap()).unwrap();
    let mut validation = Validation::new(Algorithm::PS256);
    validation.set_audience(&[&endpoint]);
    validation.set_issuer(&[CLIENT]);
    let token = jsonwebtoken::decode::<Value>(assertion, &key, &validation).unwrap_or_else(|it| panic!("{file}: {it}"));
    assert_eq!(token.claims["sub"], CLIENT, "{file}");
    let (nbf, exp) = (token.claims["nbf"].as_u64().unwrap(), token.claims["exp"].as_u64().unwrap());
    assert!((300..=600).contains(&(exp - nbf)), "{file}: five to ten minutes, not {}", exp - nbf);
    assert_eq!(token.claims["jti"].as_str().unwrap().len(), 36, "{file}");
    let header: Value =
        serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(assertion.split('.').next().unwrap()).unwrap()).unwrap();
    assert_eq!(header["typ"], "JWT");
    assert_eq!(header["x5t#S256"], BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(leaf())), "{file}");
    if send_chain {
        assert_eq!(header["x5c"][0], BASE64_STANDARD.encode(leaf()), "{file}: the leaf comes first");
        assert_eq!(header["x5c"].as_array().unwrap().len(), 2, "{file}");
    } else {
        assert_eq!(header.get("x5c"), None, "{file}");
    }
}

#[test]
fn each_assertion_is_a_new_one() {
    let login = Exchanges::in_turn(vec![token_answer(&application(), None)]);
    let bench = bench(&login.base_url, "certificate.pem", None, false);
    bench.sign_in().0.unwrap();
    bench.sign_in().0.unwrap();
    let asked = login.received();
    assert_ne!(asked[0].form()["client_assertion"], asked[1].form()["client_assertion"]);
}

#[test]
fn a_certificate_that_cannot_be_used_is_named_with_the_reason() {
    for (file, password, why) in [
        ("encrypted.pem", None, "encrypted PEM key, which is not supported"),
        ("encrypted_pkcs1.pem", Some("test-password"), "encrypted PEM key, which is not supported"),
        ("elliptic.pem", None, "no RSA key"),
        ("other_key.pem", None, "belongs to another certificate"),
        ("no_key.pem", None, "no private key"),
        ("no_certificate.pem", None, "no certificate"),
        ("over.pem", None, "ended on 2021-01-01"),
        ("certificate.pfx", None, "has a password"),
        ("certificate.pfx", Some("s3cr3t-wrong-password"), "password is another one"),
        ("README.md", None, "neither a PEM nor a PFX"),
        ("no_such_file.pem", None, "cannot be used"),
    ] {
        let error = bench("http://127.0.0.1:9", file, password, false).failure();
        assert!(error.message.contains(why) && error.message.contains(file), "{file}: {error:?}");
    }
    let folder = tempfile::tempdir().unwrap();
    let pfx = std::fs::read(fixture("certificate.pfx")).unwrap();
    let pem = std::fs::read(fixture("certificate.pem")).unwrap();
    // Cut and spoilt files are refused and never a panic.
    for (name, bytes) in [("pfx", &pfx), ("pem", &pem)] {
        for cut in (0..bytes.len()).step_by(97) {
            let path = folder.path().join(format!("{cut}.{name}"));
            std::fs::write(&path, &bytes[..cut]).unwrap();
            let method = SignInMethod::Certificate { path, password_variable: None, send_chain: false };
            Bench::new("http://127.0.0.1:9", method).failure();
        }
    }
}

#[test]
fn a_workload_shows_the_token_of_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    std::fs::write(&path, "federated.s3cr3t.token\n").unwrap();
    let login = Exchanges::in_turn(vec![token_answer(&application(), None)]);
    let mut bench = Bench::new(&login.base_url, SignInMethod::WorkloadIdentity { token_file: None });
    assert!(bench.failure().message.contains("AZURE_FEDERATED_TOKEN_FILE"));
    bench.set("AZURE_FEDERATED_TOKEN_FILE", path.to_str().unwrap());
    // What the connection leaves open, the cluster says.
    bench.service().sign_in.tenant = None;
    bench.service().sign_in.client_id = None;
    bench.set("AZURE_TENANT_ID", "of-the-cluster");
    bench.set("AZURE_CLIENT_ID", "client-of-the-cluster");
    bench.sign_in().0.unwrap();
    let asked = login.received();
    assert_eq!(asked[0].path, "/of-the-cluster/oauth2/v2.0/token");
    let form = asked[0].form();
    assert_eq!(form["client_assertion"], "federated.s3cr3t.token");
    assert_eq!(form["client_id"], "client-of-the-cluster");
    for (text, why) in [("", "holds no token"), ("a b", "holds no token"), (&"x".repeat(70_000), "too long")] {
        std::fs::write(&path, text).unwrap();
        assert!(bench.failure().message.contains(why), "{why}");
    }
    std::fs::remove_file(&path).unwrap();
    assert!(bench.failure().message.contains("cannot be used"));
}

#[test]
fn a_given_token_is_shown_as_what_it_says() {
    let mut bench = Bench::new("http://127.0.0.1:9", SignInMethod::TokenVariable("THE_TOKEN".to_owned()));
    bench.set("THE_TOKEN", &super::person());
    let identity = bench.sign_in().0.unwrap();
    assert_eq!(identity.who, "alice@contoso.example");
    assert_eq!(identity.roles, ["AdvancedHunting.Read"]);
    bench.set("THE_TOKEN", "opaque-token-of-another-kind");
    let identity = bench.sign_in().0.unwrap();
    assert_eq!((identity.who.as_str(), identity.roles.len()), ("", 0), "an opaque token says nothing");
    bench.service().sign_in.method = SignInMethod::TokenInput;
    assert!(bench.failure().message.contains("standard input"));
    bench.environment.input_token = Some(super::person().into());
    assert_eq!(bench.sign_in().0.unwrap().who, "alice@contoso.example");
    bench.service().sign_in.method = SignInMethod::None;
    assert!(bench.failure().message.contains("without a token"));
}

#[test]
fn tokens_of_any_shape_are_read_or_not_but_never_a_panic() {
    for claims in [
        json!({}),
        json!([]),
        json!({"upn": 5, "roles": "one", "scp": ["x"], "exp": "77", "aud": ["a", "b"]}),
        json!({"exp": -1, "roles": [1, null]}),
        json!({"exp": 1e300, "upn": "\u{1b}[31m"}),
    ] {
        let mut bench = Bench::new("http://127.0.0.1:9", SignInMethod::TokenVariable("THE_TOKEN".to_owned()));
        bench.set("THE_TOKEN", &super::jwt(&claims));
        bench.sign_in().0.unwrap();
    }
}
