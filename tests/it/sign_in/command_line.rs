//! `tallyho login`, `logout` and `whoami`, and tokens on standard input.

use std::fs;
use std::path::Path;
use std::process::Output;

use super::{person, token_answer};
use crate::headless::{tallyho, told};
use crate::stub::{Exchanges, Stub, response};

fn configured(text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("home/config");
    fs::create_dir_all(&config).unwrap();
    fs::write(config.join("config.toml"), text).unwrap();
    folder
}

fn printed(folder: &Path, arguments: &[&str], input: &[u8]) -> (String, Output) {
    let output = tallyho(folder, arguments, input);
    (String::from_utf8(output.stdout.clone()).unwrap(), output)
}

fn token_input(base_url: &str) -> String {
    format!("[connections.x]\nkind = \"defender\"\nbase_url = \"{base_url}\"\nsign_in = \"token-input\"\n")
}

#[test]
fn whoami_says_who_from_a_piped_token_and_never_shows_it() {
    let folder = configured(&token_input("http://127.0.0.1:9"));
    for command in ["whoami", "login"] {
        let (said, output) = printed(folder.path(), &[command, "-c", "x"], format!("{}\n", person()).as_bytes());
        assert_eq!(output.status.code(), Some(0), "{}", told(&output));
        for part in ["alice@contoso.example", "t-1", "AdvancedHunting.Read", "token-input"] {
            assert!(said.contains(part), "{command}: '{part}' is not in {said}");
        }
        assert!(!said.contains("c2lnbmF0dXJl") && !told(&output).contains("c2lnbmF0dXJl"));
    }
    let hostile = super::jwt(&serde_json::json!({"upn": "a\u{1b}]0;x\u{7}b", "exp": u64::MAX}));
    let (said, _) = printed(folder.path(), &["whoami", "-c", "x"], hostile.as_bytes());
    assert!(said.contains("who") && !said.contains(['\u{1b}', '\u{7}']), "{said:?}");
    let (_, output) = printed(folder.path(), &["whoami", "-c", "x"], b"");
    assert_eq!(output.status.code(), Some(3), "{}", told(&output));
    let (_, output) = printed(folder.path(), &["whoami", "-c", "x"], b"two words");
    assert_eq!(output.status.code(), Some(2), "{}", told(&output));
    assert!(!told(&output).contains("two words"));
}

#[test]
fn a_query_runs_with_a_piped_token_but_cannot_be_piped_too() {
    let stub = Stub::saying(response(200, &[], br#"{"Schema":[{"Name":"a","Type":"Int64"}],"Results":[{"a":7}]}"#));
    let folder = configured(&token_input(&stub.base_url));
    let (said, output) = printed(folder.path(), &["run", "-c", "x", "T"], person().as_bytes());
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    assert!(said.contains('7'), "{said}");
    let bearer = format!("Bearer {}", person());
    assert_eq!(stub.received().header("authorization"), Some(bearer.as_str()));
    for arguments in [&["run", "-c", "x"][..], &["run", "-c", "x", "-"], &["run", "-c", "x", "--batch"]] {
        let (_, output) = printed(folder.path(), arguments, person().as_bytes());
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", told(&output));
        assert!(told(&output).contains("standard input"), "{}", told(&output));
    }
}

#[test]
fn nobody_signs_in_where_there_is_nothing_to_sign_in_to() {
    let folder = configured("");
    for command in ["login", "logout", "whoami"] {
        let (_, output) = printed(folder.path(), &[command], b"");
        assert_eq!(output.status.code(), Some(2));
        assert!(told(&output).contains("'lab'"), "{}", told(&output));
    }
    assert!(!folder.path().join("home/data/lab").exists(), "the lab is not made for that");
}

#[test]
fn a_sign_in_that_fails_ends_with_3_and_one_that_is_not_there_too() {
    let folder = configured(
        "[connections.x]\nkind = \"defender\"\nsign_in = \"device-code\"\nclient_id = \"c\"\n\
         authority = \"http://127.0.0.1:9\"\n",
    );
    let (_, output) = printed(folder.path(), &["whoami", "-c", "x"], b"");
    assert_eq!(output.status.code(), Some(3));
    assert!(told(&output).contains("nobody is signed in"), "{}", told(&output));
    let (_, output) = printed(folder.path(), &["logout", "-c", "x"], b"");
    assert!(matches!(output.status.code(), Some(0 | 3)), "{}", told(&output));
}

#[test]
fn login_shows_the_code_and_says_that_nothing_is_kept() {
    let login = Exchanges::new(|request| {
        let body = if request.path.ends_with("devicecode") {
            serde_json::json!({
                "user_code": "FJC3Z9QXW", "device_code": "the-device-code", "interval": 1,
                "verification_uri": "https://microsoft.com/devicelogin",
            })
            .to_string()
        } else {
            token_answer(&person(), Some("refresh-token-1")).1
        };
        response(200, &[], body.as_bytes())
    });
    let folder = configured(&format!(
        "[connections.x]\nkind = \"defender\"\nsign_in = \"device-code\"\nclient_id = \"c\"\nauthority = \"{}\"\n",
        login.base_url
    ));
    let (said, output) = printed(folder.path(), &["login", "-c", "x"], b"");
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    assert!(said.contains("alice@contoso.example"), "{said}");
    let told = told(&output);
    assert!(told.contains("FJC3Z9QXW") && told.contains("https://microsoft.com/devicelogin"), "{told}");
    assert!(told.contains("ends with this command") && told.contains("remember = true"), "{told}");
    super::assert_no_secret(&format!("{said}{told}"));
}
