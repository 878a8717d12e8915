//! Tokens: the fixed one, and those of the login server, by every way to sign in and with every way to fail.

use std::net::TcpListener;
use std::path::Path;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use secrecy::SecretString;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tallyho::server::{Auth, LoginOptions, ServerOptions};
use url::Url;

use crate::served::{Answer, Served, send};

const DEFENDER: &str = "/api/advancedhunting/run";
const MDE: &str = "/api/advancedqueries/run";
const GRAPH: &str = "/v1.0/security/runHuntingQuery";
const KUSTO: &str = "/v2/rest/query";
const LOG_ANALYTICS: &str = "/v1/workspaces/11111111-1111-1111-1111-111111111111/query";
const TENANT: &str = "72f988bf-86f1-41af-91ab-2d7cd011db47";
const CLIENT: &str = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";
const GRAPH_SCOPE: &str = "https://graph.microsoft.com/.default";

fn with_login(login: LoginOptions) -> Served {
    Served::with(ServerOptions { auth: Auth::Entra(Box::new(login)), ..ServerOptions::default() })
}

fn with_secret() -> LoginOptions {
    LoginOptions {
        tenant: Some(TENANT.into()),
        client_id: Some(CLIENT.into()),
        client_secret: Some(SecretString::from("right")),
        ..LoginOptions::default()
    }
}

fn form(served: &Served, path: &str, members: &[(&str, &str)]) -> Answer {
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(members).finish();
    send(served.address, "POST", path, &[("Content-Type", "application/x-www-form-urlencoded")], &body)
}

fn token(served: &Served, members: &[(&str, &str)]) -> Answer {
    form(served, &format!("/{TENANT}/oauth2/v2.0/token"), &[&[("client_id", CLIENT)], members].concat())
}

fn by_secret(served: &Served, scope: &str) -> Answer {
    token(served, &[("grant_type", "client_credentials"), ("client_secret", "right"), ("scope", scope)])
}

fn access_token(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["access_token"].as_str().unwrap().to_owned()
}

/// The number of an error of the login server, whose members all say the same.
fn refusal(answer: &Answer) -> (u16, String, u64) {
    let body = answer.json();
    let keys = ["error", "error_description", "error_codes", "timestamp", "trace_id", "correlation_id"];
    for key in keys {
        assert!(body.get(key).is_some(), "{key}: {body}");
    }
    let code = body["error_codes"][0].as_u64().unwrap_or(0);
    let description = body["error_description"].as_str().unwrap();
    if code > 0 {
        assert!(description.starts_with(&format!("AADSTS{code}: ")), "{description}");
        assert_eq!(body["error_uri"], format!("https://login.microsoftonline.com/error?code={code}"));
    }
    for word in ["Trace ID: ", "Correlation ID: ", "Timestamp: "] {
        assert!(description.contains(word), "{description}");
    }
    (answer.status, body["error"].as_str().unwrap().to_owned(), code)
}

fn ask(served: &Served, path: &str, token: Option<&str>) -> Answer {
    let authorization = format!("Bearer {}", token.unwrap_or(""));
    let headers: &[(&str, &str)] = if token.is_some() { &[("Authorization", &authorization)] } else { &[] };
    let body = if path == KUSTO { r#"{"csl":"print 1"}"# } else { r#"{"Query":"print 1","query":"print 1"}"# };
    send(served.address, "POST", path, headers, body)
}

/// What is inside a token; nobody checks it here.
fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

#[test]
fn a_fixed_token_opens_every_api_and_nothing_else_does() {
    let auth = Auth::Token(SecretString::from("s3cret"));
    let served = Served::with(ServerOptions { auth, ..ServerOptions::default() });
    for path in [DEFENDER, MDE, GRAPH, KUSTO, LOG_ANALYTICS] {
        assert_eq!(ask(&served, path, Some("s3cret")).status, 200, "{path}");
        for wrong in [None, Some(""), Some("S3cret"), Some("s3cret "), Some("s3cre"), Some("s3crets")] {
            // Blanks around a header's value belong to nobody.
            let right = wrong.is_some_and(|it| it.trim() == "s3cret");
            let answer = ask(&served, path, wrong);
            assert_eq!(answer.status == 200, right, "{path} {wrong:?}: {}", answer.body);
            assert!(right || answer.headers["www-authenticate"].starts_with("Bearer"), "{path} {wrong:?}");
        }
    }
    let other = [("Authorization", "bearer s3cret"), ("Authorization", "BEARER   s3cret")];
    for header in other {
        assert_eq!(send(served.address, "POST", DEFENDER, &[header], r#"{"Query":"print 1"}"#).status, 200);
    }
    for header in [("Authorization", "Basic czNjcmV0"), ("Authorization", "s3cret"), ("Authorization", "Bearer")] {
        assert_eq!(send(served.address, "POST", DEFENDER, &[header], "").status, 401, "{header:?}");
    }
    assert_eq!(send(served.address, "POST", "/api/nothing", &[], "").status, 401, "what is unknown is guarded too");
    let health = send(served.address, "GET", "/healthz", &[], "");
    assert_eq!((health.status, health.json()["auth"].as_str()), (200, Some("token")));
    assert!(!health.body.contains("s3cret"));
    let login = form(&served, "/common/oauth2/v2.0/token", &[("grant_type", "client_credentials")]);
    assert_eq!(login.status, 404, "there is no login server");
}

#[test]
fn each_api_says_401_and_403_in_its_own_words() {
    let served = with_login(with_secret());
    let defender = ask(&served, DEFENDER, None).json();
    assert_eq!(defender["error"]["code"], "Unauthorized");
    assert!(defender["error"]["target"].is_string());
    let graph = ask(&served, GRAPH, None).json();
    assert_eq!(graph["error"]["code"], "InvalidAuthenticationToken");
    assert_eq!(graph["error"]["message"], "Access token is empty.");
    assert!(graph["error"]["innerError"]["request-id"].is_string());
    let graph = ask(&served, GRAPH, Some("abc")).json();
    assert_eq!(graph["error"]["message"], "CompactToken parsing failed with error code: 80049217");
    assert_eq!(ask(&served, LOG_ANALYTICS, None).json()["error"]["code"], "InvalidTokenError");
    let kusto = ask(&served, KUSTO, None);
    assert_eq!(kusto.status, 401);
    assert!(kusto.json()["error"]["@message"].is_string(), "{}", kusto.body);

    let login = LoginOptions { permissions: vec!["Policy.Read.All".into(), "User.Read.All".into()], ..with_secret() };
    let served = with_login(login);
    let scopes = [
        (GRAPH, GRAPH_SCOPE, "Forbidden", "ThreatHunting.Read.All"),
        (DEFENDER, "https://api.security.microsoft.com/.default", "Forbidden", "AdvancedHunting.Read.All"),
        (MDE, "https://api.securitycenter.microsoft.com/.default", "Forbidden", "AdvancedQuery.Read.All"),
        (LOG_ANALYTICS, "https://api.loganalytics.io/.default", "InsufficientAccessError", "Data.Read"),
    ];
    for (path, scope, code, role) in scopes {
        let answer = ask(&served, path, Some(&access_token(&by_secret(&served, scope))));
        let error = &answer.json()["error"];
        assert_eq!((answer.status, error["code"].as_str()), (403, Some(code)), "{path}");
        let message = format!(
            "Missing application roles. API required roles: {role}, application roles: Policy.Read.All,User.Read.All."
        );
        assert_eq!(error["message"], message);
    }
}

#[test]
fn a_token_is_good_for_its_api_alone() {
    let served = with_login(with_secret());
    let scopes = [
        (GRAPH_SCOPE, vec![GRAPH]),
        ("https://api.security.microsoft.com/.default", vec![DEFENDER]),
        ("https://api.securitycenter.microsoft.com/.default", vec![MDE, DEFENDER]),
        ("https://kusto.kusto.windows.net/.default", vec![KUSTO]),
        ("https://api.loganalytics.io/.default", vec![LOG_ANALYTICS]),
        (&format!("http://{}/.default", served.address), vec![DEFENDER, MDE, GRAPH, KUSTO, LOG_ANALYTICS]),
    ];
    for (scope, good) in scopes {
        let token = access_token(&by_secret(&served, scope));
        for path in [DEFENDER, MDE, GRAPH, KUSTO, LOG_ANALYTICS] {
            let expected = if good.contains(&path) { 200 } else { 401 };
            assert_eq!(ask(&served, path, Some(&token)).status, expected, "{scope} {path}");
        }
    }
    let token = access_token(&by_secret(&served, GRAPH_SCOPE));
    let said = claims(&token);
    assert_eq!((said["tid"].as_str(), said["appid"].as_str()), (Some(TENANT), Some(CLIENT)));
    assert_eq!(said["aud"], "https://graph.microsoft.com");
    assert_eq!(said["roles"], json!(["ThreatHunting.Read.All"]));
    assert_eq!(said["exp"].as_u64().unwrap() - said["iat"].as_u64().unwrap(), 3599);
    // Another signature, another payload, no signature.
    let (head, signature) = token.rsplit_once('.').unwrap();
    let mut other = said.clone();
    other["roles"] = json!(["Everything"]);
    let forged = jsonwebtoken::encode(&Header::default(), &other, &EncodingKey::from_secret(b"guess")).unwrap();
    let none =
        format!("{}.{}.", URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"JWT"}"#), token.split('.').nth(1).unwrap());
    let first = if signature.starts_with('A') { 'B' } else { 'A' };
    for bad in [format!("{head}.{first}{}", &signature[1..]), forged, none, format!("{token}x"), "..".into()] {
        assert_eq!(ask(&served, GRAPH, Some(&bad)).status, 401, "{bad}");
    }
    let another = with_login(with_secret());
    assert_eq!(ask(&another, GRAPH, Some(&token)).status, 401, "another process has another key");
}

#[test]
fn a_token_ends() {
    let served = with_login(LoginOptions { token_uses: Some(2), ..with_secret() });
    let first = access_token(&by_secret(&served, GRAPH_SCOPE));
    let statuses: Vec<u16> = (0..4).map(|_| ask(&served, GRAPH, Some(&first)).status).collect();
    assert_eq!(statuses, [200, 200, 401, 401]);
    let said = ask(&served, GRAPH, Some(&first));
    assert_eq!(said.json()["error"]["message"], "Lifetime validation failed, the token is expired.");
    assert!(said.headers["www-authenticate"].contains("error=\"invalid_token\""));
    assert_eq!(ask(&served, GRAPH, Some(&access_token(&by_secret(&served, GRAPH_SCOPE)))).status, 200);

    let served = with_login(LoginOptions { token_lifetime: Duration::ZERO, ..with_secret() });
    let short = by_secret(&served, GRAPH_SCOPE);
    assert_eq!(short.json()["expires_in"], 0);
    let started = std::time::Instant::now();
    while ask(&served, GRAPH, Some(&access_token(&short))).status == 200 {
        assert!(started.elapsed() < Duration::from_secs(5), "the token never ends");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_secret_gets_a_token_from_both_generations() {
    let served = with_login(with_secret());
    let answer = by_secret(&served, GRAPH_SCOPE);
    assert_eq!(answer.headers["cache-control"], "no-store, no-cache");
    let body = answer.json();
    let keys: Vec<&String> = body.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["token_type", "expires_in", "ext_expires_in", "access_token"]);
    assert_eq!((&body["token_type"], &body["expires_in"]), (&json!("Bearer"), &json!(3599)));

    let old = form(
        &served,
        &format!("/{TENANT}/oauth2/token"),
        &[
            ("grant_type", "client_credentials"),
            ("client_id", CLIENT),
            ("client_secret", "right"),
            ("resource", "https://api.securitycenter.microsoft.com"),
        ],
    );
    let body = old.json();
    assert_eq!(body["expires_in"], "3599", "numbers are text there");
    for key in ["expires_on", "not_before", "ext_expires_in", "resource"] {
        assert!(body[key].is_string(), "{key}: {body}");
    }
    assert_eq!(ask(&served, MDE, Some(&access_token(&old))).status, 200);
}

#[test]
fn what_is_wrong_with_a_sign_in_has_its_number() {
    let served = with_login(with_secret());
    let with = |members: &[(&str, &str)]| refusal(&token(&served, members));
    let base = [("grant_type", "client_credentials"), ("scope", GRAPH_SCOPE)];
    let invalid = |error: &str, code| (400, error.to_owned(), code);
    assert_eq!(with(&[&base[..], &[("client_secret", "wrong")]].concat()), (401, "invalid_client".into(), 7_000_215));
    assert_eq!(with(&base), (401, "invalid_client".into(), 7_000_218));
    assert_eq!(with(&[]), invalid("invalid_request", 900_144));
    assert_eq!(with(&[("grant_type", "password")]), invalid("unsupported_grant_type", 70_003));
    let scope = |scope: &str| refusal(&by_secret(&served, scope));
    assert_eq!(scope(""), invalid("invalid_request", 900_144));
    assert_eq!(scope("https://graph.microsoft.com/"), invalid("invalid_scope", 70_011));
    assert_eq!(scope("https://graph.microsoft.com/User.Read"), invalid("invalid_scope", 1_002_012));
    assert_eq!(scope("https://nothing.example/.default"), invalid("invalid_resource", 500_011));
    let elsewhere = |tenant: &str, client: &str| {
        let members = [("grant_type", "client_credentials"), ("client_id", client), ("client_secret", "right")];
        refusal(&form(&served, &format!("/{tenant}/oauth2/v2.0/token"), &members))
    };
    assert_eq!(elsewhere("11111111-86f1-41af-91ab-2d7cd011db47", CLIENT), invalid("invalid_request", 90_002));
    assert_eq!(elsewhere(TENANT, "11111111-8ddb-461a-bbee-02f9e1bf7b46"), invalid("unauthorized_client", 700_016));
    for code in [50_076, 50_079, 53_003, 65_001, 7_000_222] {
        let served = with_login(LoginOptions { fails_with: Some(code), ..with_secret() });
        assert_eq!(refusal(&by_secret(&served, GRAPH_SCOPE)).2, u64::from(code));
    }
    assert_eq!(send(served.address, "GET", &format!("/{TENANT}/oauth2/v2.0/token"), &[], "").status, 405);
}

#[test]
fn a_device_waits_until_somebody_decides() {
    let login = LoginOptions { device_interval: Duration::ZERO, ..LoginOptions::default() };
    let served = with_login(login);
    let scope = "https://graph.microsoft.com/ThreatHunting.Read.All offline_access openid profile";
    let begin = || {
        let path = format!("/{TENANT}/oauth2/v2.0/devicecode");
        form(&served, &path, &[("client_id", CLIENT), ("scope", scope)]).json()
    };
    let poll = |begun: &Value| {
        let code = begun["device_code"].as_str().unwrap();
        token(&served, &[("grant_type", "urn:ietf:params:oauth:grant-type:device_code"), ("device_code", code)])
    };
    let decide = |begun: &Value, decision: &str| {
        let query = format!("user_code={}&decision={decision}", begun["user_code"].as_str().unwrap());
        send(served.address, "GET", &format!("/tallyho/device?{query}"), &[], "").status
    };
    let begun = begin();
    let keys: Vec<&String> = begun.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["user_code", "device_code", "verification_uri", "expires_in", "interval", "message"]);
    assert!(begun["message"].as_str().unwrap().contains(begun["user_code"].as_str().unwrap()));
    assert_eq!(refusal(&poll(&begun)), (400, "authorization_pending".into(), 70_016));
    let page = send(served.address, "GET", "/tallyho/device?user_code=%3Cscript%3E", &[], "");
    assert!(page.status == 200 && page.body.contains("value=\"script\""), "{}", page.body);
    assert_eq!(decide(&begun, "perhaps"), 400);
    assert_eq!(decide(&begun, "approve"), 200);
    assert_eq!(decide(&begun, "decline"), 404, "it was decided");
    let body = poll(&begun).json();
    let keys: Vec<&String> = body.as_object().unwrap().keys().collect();
    let expected = ["token_type", "expires_in", "ext_expires_in", "access_token", "scope", "refresh_token", "id_token"];
    assert_eq!(keys, expected);
    assert_eq!(body["scope"], "https://graph.microsoft.com/ThreatHunting.Read.All");
    assert_eq!(claims(body["access_token"].as_str().unwrap())["scp"], "ThreatHunting.Read.All");
    assert_eq!(ask(&served, GRAPH, body["access_token"].as_str()).status, 200);
    for not_for_apis in ["refresh_token", "id_token"] {
        assert_eq!(ask(&served, GRAPH, body[not_for_apis].as_str()).status, 401, "{not_for_apis}");
    }
    assert_eq!(refusal(&poll(&begun)), (400, "bad_verification_code".into(), 70_018), "a code is good once");

    let begun = begin();
    let approve = form(
        &served,
        "/tallyho/device",
        &[("user_code", begun["user_code"].as_str().unwrap()), ("decision", "decline")],
    );
    assert_eq!(approve.status, 200);
    assert_eq!(refusal(&poll(&begun)).1, "authorization_declined");
    assert_eq!(refusal(&poll(&json!({"device_code": "guess"}))).1, "bad_verification_code");
    assert_eq!(decide(&json!({"user_code": "GUESSED12"}), "approve"), 404);
}

#[test]
fn a_device_must_not_hurry_and_not_wait_for_ever() {
    let begin = |served: &Served| {
        let path = format!("/{TENANT}/oauth2/v2.0/devicecode");
        form(served, &path, &[("client_id", CLIENT), ("scope", GRAPH_SCOPE)]).json()["device_code"].clone()
    };
    let poll = |served: &Served, code: &Value| {
        let grant = ("grant_type", "urn:ietf:params:oauth:grant-type:device_code");
        refusal(&token(served, &[grant, ("device_code", code.as_str().unwrap())])).1
    };
    let slow = with_login(LoginOptions::default());
    let code = begin(&slow);
    assert_eq!(poll(&slow, &code), "authorization_pending", "the first question comes when it comes");
    assert_eq!(poll(&slow, &code), "slow_down");
    assert_eq!(poll(&slow, &code), "slow_down");
    let short = with_login(LoginOptions { device_lifetime: Duration::ZERO, ..LoginOptions::default() });
    assert_eq!(poll(&short, &begin(&short)), "expired_token");
    let strict = with_login(LoginOptions { permissions: vec!["Data.Read".into()], ..LoginOptions::default() });
    let scope = "https://graph.microsoft.com/ThreatHunting.Read.All";
    let path = format!("/{TENANT}/oauth2/v2.0/devicecode");
    let refused = form(&strict, &path, &[("client_id", CLIENT), ("scope", scope)]);
    assert_eq!(refusal(&refused), (400, "invalid_grant".into(), 65_001));
}

/// Opens the page of the browser's sign-in and says where it leads.
fn authorize(served: &Served, members: &[(&str, &str)]) -> Answer {
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(members).finish();
    send(served.address, "GET", &format!("/{TENANT}/oauth2/v2.0/authorize?{query}"), &[], "")
}

#[test]
fn a_browser_comes_back_with_a_code_that_is_good_once() {
    let served = with_login(LoginOptions::default());
    let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
    let back = "http://localhost:41234";
    let members = [
        ("client_id", CLIENT),
        ("response_type", "code"),
        ("redirect_uri", back),
        ("scope", "https://api.security.microsoft.com/AdvancedHunting.Read offline_access"),
        ("state", "a&b=c"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ];
    let code = || {
        let answer = authorize(&served, &members);
        assert_eq!(answer.status, 302, "{}", answer.body);
        let location = Url::parse(&answer.headers["location"]).unwrap();
        assert_eq!((location.host_str(), location.port()), (Some("localhost"), Some(41234)));
        let pairs: Vec<(String, String)> = location.query_pairs().into_owned().collect();
        assert_eq!((pairs[1].0.as_str(), pairs[1].1.as_str()), ("state", "a&b=c"));
        assert_eq!(pairs[0].0, "code");
        pairs[0].1.clone()
    };
    let redeem = |code: &str, back: &str, verifier: &str| {
        let grant = ("grant_type", "authorization_code");
        token(&served, &[grant, ("code", code), ("redirect_uri", back), ("code_verifier", verifier)])
    };
    let first = code();
    let body = redeem(&first, back, verifier).json();
    assert_eq!(ask(&served, DEFENDER, body["access_token"].as_str()).status, 200);
    assert_eq!(refusal(&redeem(&first, back, verifier)), (400, "invalid_grant".into(), 54_005));
    assert_eq!(refusal(&redeem(&code(), back, "another-verifier")), (400, "invalid_grant".into(), 501_481));
    assert_eq!(refusal(&redeem(&code(), "http://localhost:1", verifier)).2, 500_112);

    // The refresh token leads to another, and to other resources of the same application.
    let refresh = |token_text: &str, scope: &[(&str, &str)]| {
        token(&served, &[&[("grant_type", "refresh_token"), ("refresh_token", token_text)], scope].concat())
    };
    let refreshed = refresh(body["refresh_token"].as_str().unwrap(), &[]).json();
    assert_eq!(ask(&served, DEFENDER, refreshed["access_token"].as_str()).status, 200);
    let other = ("scope", "https://graph.microsoft.com/ThreatHunting.Read.All");
    let other = refresh(refreshed["refresh_token"].as_str().unwrap(), &[other]).json();
    assert_eq!(ask(&served, GRAPH, other["access_token"].as_str()).status, 200);
    assert!(other["refresh_token"].is_string());
    assert_eq!(refusal(&refresh("guess", &[])), (400, "invalid_grant".into(), 70_000));
    assert_eq!(refusal(&refresh(body["access_token"].as_str().unwrap(), &[])).2, 70_000);

    for elsewhere in
        ["https://evil.example/", "http://evil.example", "http://localhost.evil.example", "https://localhost", "x"]
    {
        let mut members = members;
        members[2].1 = elsewhere;
        let answer = authorize(&served, &members);
        assert_eq!(refusal(&answer).2, 50_011, "{elsewhere}");
        assert!(!answer.headers.contains_key("location"), "{elsewhere}");
    }
    let declined = with_login(LoginOptions { fails_with: Some(65_004), ..LoginOptions::default() });
    let location = Url::parse(&authorize(&declined, &members).headers["location"]).unwrap();
    let pairs: Vec<(String, String)> = location.query_pairs().into_owned().collect();
    assert_eq!(pairs[0], ("error".into(), "access_denied".into()));
    assert!(pairs[1].1.starts_with("AADSTS65004: "), "{}", pairs[1].1);
}

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/certificates").join(name)).unwrap()
}

/// An assertion as a client signs it, but for what a test changes.
fn assertion(served: &Served, algorithm: Algorithm, change: impl FnOnce(&mut Header, &mut Value)) -> String {
    let pem = String::from_utf8(fixture("serve_client.pem")).unwrap();
    let der: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    let mut header = Header::new(algorithm);
    header.x5t_s256 = Some(URL_SAFE_NO_PAD.encode(Sha256::digest(STANDARD.decode(der).unwrap())));
    let now = jsonwebtoken::get_current_timestamp();
    let mut claims = json!({
        "aud": format!("http://{}/{TENANT}/oauth2/v2.0/token", served.address),
        "iss": CLIENT, "sub": CLIENT, "jti": "1", "nbf": now, "iat": now, "exp": now + 300,
    });
    change(&mut header, &mut claims);
    let key = EncodingKey::from_rsa_pem(&fixture("serve_client.key")).unwrap();
    jsonwebtoken::encode(&header, &claims, &key).unwrap()
}

fn by_assertion(served: &Served, assertion: &str) -> Answer {
    let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    let members = [
        ("grant_type", "client_credentials"),
        ("scope", GRAPH_SCOPE),
        ("client_assertion_type", kind),
        ("client_assertion", assertion),
    ];
    token(served, &members)
}

#[test]
fn a_certificate_signs_the_application_in() {
    let registered =
        with_login(LoginOptions { certificate: Some(fixture("serve_client.pem")), ..LoginOptions::default() });
    for algorithm in [Algorithm::PS256, Algorithm::RS256] {
        let answer = by_assertion(&registered, &assertion(&registered, algorithm, |_, _| {}));
        assert_eq!(ask(&registered, GRAPH, Some(&access_token(&answer))).status, 200);
    }
    let refused = |change: fn(&mut Header, &mut Value)| {
        refusal(&by_assertion(&registered, &assertion(&registered, Algorithm::PS256, change)))
    };
    assert_eq!(refused(|_, it| it["aud"] = "https://login.microsoftonline.com/".into()).2, 700_023);
    assert_eq!(refused(|_, it| it["exp"] = 1_000_000.into()).2, 700_024);
    assert_eq!(refused(|_, it| it["iss"] = "other".into()).2, 700_021);
    assert_eq!(refused(|it, _| it.x5t_s256 = None).2, 50_027);
    assert_eq!(refused(|it, _| it.x5t_s256 = Some("other".into())).2, 700_027);
    let good = assertion(&registered, Algorithm::PS256, |_, _| {});
    let (head, signature) = good.rsplit_once('.').unwrap();
    let flipped = if signature.starts_with('A') { 'B' } else { 'A' };
    assert_eq!(refusal(&by_assertion(&registered, &format!("{head}.{flipped}{}", &signature[1..]))).2, 700_027);
    assert_eq!(refusal(&by_assertion(&registered, "not.a.token")), (401, "invalid_client".into(), 50_027));
    let secret = [("grant_type", "client_credentials"), ("scope", GRAPH_SCOPE), ("client_secret", "any")];
    assert_eq!(refusal(&token(&registered, &secret)).2, 7_000_215, "it has no secret");

    // Nothing registered: form and time count. A platform's token is believed then, too.
    let open = with_login(LoginOptions::default());
    assert_eq!(by_assertion(&open, &assertion(&open, Algorithm::PS256, |_, _| {})).status, 200);
    let platform = |it: &mut Value| {
        it["aud"] = "api://AzureADTokenExchange".into();
        it["iss"] = "https://oidc.example/cluster".into();
        it["sub"] = "system:serviceaccount:hunting:tallyho".into();
    };
    let workload = assertion(&open, Algorithm::RS256, |_, it| platform(it));
    assert_eq!(by_assertion(&open, &workload).status, 200);
    let workload = assertion(&registered, Algorithm::RS256, |_, it| platform(it));
    assert_eq!(refusal(&by_assertion(&registered, &workload)).2, 700_213);
}

#[test]
fn the_machine_has_an_identity() {
    let served = with_login(LoginOptions::default());
    let path = "/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fgraph.microsoft.com";
    let get = |path: &str, headers: &[(&str, &str)]| send(served.address, "GET", path, headers, "");
    let answer = get(path, &[("Metadata", "true")]);
    let body = answer.json();
    for key in ["access_token", "client_id", "expires_in", "expires_on", "not_before", "resource", "token_type"] {
        assert!(body[key].is_string(), "{key}: {body}");
    }
    assert_eq!(ask(&served, GRAPH, Some(&access_token(&answer))).status, 200);
    assert_eq!(get(path, &[("X-IDENTITY-HEADER", "word")]).status, 200, "App Service asks like this");
    for headers in [&[][..], &[("Metadata", "no")], &[("Metadata", "true"), ("X-Forwarded-For", "10.0.0.1")]] {
        let refused = get(path, headers);
        assert_eq!((refused.status, refused.json()["error"].as_str()), (400, Some("invalid_request")), "{headers:?}");
    }
    let lacking = "/metadata/identity/oauth2/token?api-version=2018-02-01";
    assert_eq!(get(lacking, &[("Metadata", "true")]).status, 400);
}

#[test]
fn discovery_leads_to_the_endpoints_of_this_server() {
    let served = with_login(with_secret());
    let document = |tenant: &str| {
        send(served.address, "GET", &format!("/{tenant}/v2.0/.well-known/openid-configuration"), &[], "")
    };
    let body = document(TENANT).json();
    let base = format!("http://{}/{TENANT}", served.address);
    assert_eq!(body["token_endpoint"], format!("{base}/oauth2/v2.0/token"));
    assert_eq!(body["device_authorization_endpoint"], format!("{base}/oauth2/v2.0/devicecode"));
    assert_eq!(body["authorization_endpoint"], format!("{base}/oauth2/v2.0/authorize"));
    for key in ["issuer", "tenant_region_scope", "cloud_instance_name", "msgraph_host"] {
        assert!(body[key].is_string(), "{key}");
    }
    let kusto = send(served.address, "GET", "/v1/rest/auth/metadata", &[], "").json();
    assert_eq!(kusto["AzureAD"]["LoginEndpoint"], format!("http://{}", served.address));
    assert_eq!(refusal(&document("11111111-86f1-41af-91ab-2d7cd011db47")).2, 90_002);
}

#[test]
fn other_addresses_are_served_when_a_token_is_demanded() {
    let output = |args: &[&str], token: Option<&str>| {
        let folder = tempfile::tempdir().unwrap();
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_tallyho"));
        command.arg("serve").args(args).env("TALLYHO_HOME", folder.path()).env_remove("TALLYHO_SERVE_TOKEN");
        if let Some(token) = token {
            command.env("TALLYHO_SERVE_TOKEN", token);
        }
        let output = command.output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, said) = output(&["--listen", "0.0.0.0"], None);
    assert!(code == Some(2) && said.contains("other machines") && said.contains("--auth token"), "{said}");
    let (code, said) = output(&["--auth", "token"], None);
    assert!(code == Some(2) && said.contains("TALLYHO_SERVE_TOKEN"), "{said}");
    let (code, said) = output(&["--auth", "token"], Some("sécret"));
    assert!(code == Some(2) && !said.contains("cret "), "{said}");
    let (code, said) = output(&["--listen", "nowhere"], None);
    assert!(code == Some(2) && said.contains("is no address"), "{said}");
    let (code, said) = output(&["--listen", "127.0.0.1:1", "--port", "2"], None);
    assert!(code == Some(2) && said.contains("differ"), "{said}");
    let (code, said) = output(&["--quota", "endless"], None);
    assert!(code == Some(2) && said.contains("there are: seed, today, mde"), "{said}");
    // A port that is taken is said at once, whatever the data is.
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let (code, said) = output(&["--port", &port], None);
    assert!(code == Some(3) && said.contains("cannot listen"), "{said}");
}

#[test]
fn who_reaches_it_from_elsewhere_needs_a_token_and_a_known_name() {
    let options = ServerOptions {
        auth: Auth::Token(SecretString::from("s3cret")),
        hosts: vec!["hunting.example".into()],
        ..ServerOptions::default()
    };
    let served = Served::listening("0.0.0.0:0", &[], options);
    let status = |host: &str, token: &str| {
        let headers = [("Host", host), ("Authorization", token)];
        send(served.address, "POST", DEFENDER, &headers, r#"{"Query":"print 1"}"#).status
    };
    for host in ["localhost", "hunting.example", "HUNTING.example:7878", "192.0.2.7:7878", "[2001:db8::1]"] {
        assert_eq!(status(host, "Bearer s3cret"), 200, "{host}");
        assert_eq!(status(host, "Bearer guess"), 401, "{host}");
    }
    for host in ["evil.example", "nothunting.example", "hunting.example.evil.example", ""] {
        assert_eq!(status(host, "Bearer s3cret"), 403, "{host}");
    }
}
