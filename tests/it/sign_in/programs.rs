//! `az` and `azd`: programs of the user that have signed in already. Here they are shell scripts.
#![cfg(unix)]

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::{Duration, Instant};

use tallyho::config::SignInMethod;

use super::{Bench, person};

/// A folder with one program that runs these lines of shell.
fn program(name: &str, script: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(&folder.path().join(name), script, 0o755);
    folder
}

fn write(path: &Path, script: &str, mode: u32) {
    std::fs::write(path, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

fn bench(folder: &tempfile::TempDir, method: SignInMethod) -> Bench {
    let mut bench = Bench::new("http://127.0.0.1:9", method);
    bench.environment.programs = Some(folder.path().to_owned());
    // The time limit is 60 of these.
    bench.environment.tick = Duration::from_millis(100);
    bench
}

fn now() -> u64 {
    std::time::UNIX_EPOCH.elapsed().unwrap().as_secs()
}

#[test]
fn az_is_asked_for_the_scope_and_the_tenant() {
    let asked = tempfile::NamedTempFile::new().unwrap();
    let token = person();
    let script = format!(
        "printf '%s\\n' \"$@\" > '{}'\ncat <<E\n{{\"accessToken\":\"{token}\",\"expiresOn\":\"2030-01-02 03:04:05.000000\",\
         \"expires_on\":{},\"tenant\":\"t\",\"tokenType\":\"Bearer\"}}\nE",
        asked.path().display(),
        now() + 3000
    );
    let folder = program("az", &script);
    let identity = bench(&folder, SignInMethod::AzureCli).sign_in().0.unwrap();
    assert_eq!(identity.who, "alice@contoso.example");
    let expires = identity.expires.unwrap();
    assert!((now() + 2900..=now() + 3000).contains(&expires), "the number counts, not the local time: {expires}");
    let arguments = std::fs::read_to_string(asked.path()).unwrap();
    let wanted = "account\nget-access-token\n--output\njson\n--scope\nhttps://api.security.microsoft.com/.default\n\
                  --tenant\ncontoso.example\n";
    assert_eq!(arguments, wanted);
}

#[test]
fn an_old_az_that_says_only_local_time_is_believed_as_far_as_the_token_says() {
    let end = now() + 1234;
    let token = super::jwt(&serde_json::json!({"upn": "a", "exp": end}));
    let folder =
        program("az", &format!("echo '{{\"accessToken\":\"{token}\",\"expiresOn\":\"2001-01-02 03:04:05.000000\"}}'"));
    assert_eq!(bench(&folder, SignInMethod::AzureCli).sign_in().0.unwrap().expires, Some(end));
    // And where the token says nothing either, it is asked again soon.
    let folder = program("az", "echo '{\"accessToken\":\"opaque\",\"expiresOn\":\"2099-01-02 03:04:05.000000\"}'");
    let expires = bench(&folder, SignInMethod::AzureCli).sign_in().0.unwrap().expires.unwrap();
    assert!(expires <= now() + 300);
}

#[test]
fn azd_answers_in_its_own_way() {
    let token = super::jwt(&serde_json::json!({"upn": "bob"}));
    let folder = program("azd", &format!("echo '{{\"token\":\"{token}\",\"expiresOn\":\"2099-01-02T03:04:05Z\"}}'"));
    let identity = bench(&folder, SignInMethod::AzureDeveloperCli).sign_in().0.unwrap();
    assert_eq!(identity.who, "bob");
    assert_eq!(identity.expires, Some(4_071_006_245));
}

#[test]
fn a_program_that_is_missing_fails_or_says_nonsense_is_said() {
    let token = person();
    let failures = [
        ("echo \"ERROR: Please run 'az login' to setup account.\" >&2; exit 1", "Please run 'az login'"),
        ("echo 'WARNING: old' >&2; echo 'AADSTS70043: expired' >&2; exit 1", "(exit code 1): AADSTS70043"),
        ("exit 3", "exit code 3"),
        ("kill -9 $$", "it was killed"),
        ("echo no json", "holds no token"),
        ("echo '{\"accessToken\":\"\"}'", "holds no token"),
        ("true", "holds no token"),
        ("printf '\\033[31mred\\007\\033[0m words' >&2; exit 1", ": red words"),
    ];
    for (script, why) in failures {
        let error = bench(&program("az", script), SignInMethod::AzureCli).failure();
        assert!(error.message.contains(why), "{script}: {error:?}");
        assert!(!error.message.contains('\u{1b}') && !error.message.contains("WARNING"), "{error:?}");
        assert!(error.advice.contains("az"), "{error:?}");
    }
    // A token on the wrong way out, and more words than anybody reads.
    let folder = program("az", &format!("echo 'failed with {token}' >&2; yes noise | head -c 100000 >&2; exit 1"));
    let error = bench(&folder, SignInMethod::AzureCli).failure();
    assert!(error.message.contains("failed with [token]") && error.message.len() < 500, "{error:?}");
    let nothing = tempfile::tempdir().unwrap();
    assert!(bench(&nothing, SignInMethod::AzureCli).failure().message.contains("az is not found"));
    write(&nothing.path().join("azd"), "true", 0o644);
    assert!(bench(&nothing, SignInMethod::AzureDeveloperCli).failure().message.contains("azd is not found"));
}

#[test]
fn a_program_that_hangs_is_stopped_and_so_is_one_that_nobody_waits_for() {
    let folder = program("az", "exec sleep 20");
    let mut bench = bench(&folder, SignInMethod::AzureCli);
    bench.environment.tick = Duration::from_millis(3);
    let started = Instant::now();
    let error = bench.failure();
    assert!(error.message.contains("was stopped"), "{error:?}");
    assert!(started.elapsed() < Duration::from_secs(10));
    // Cancelled: the sign-in ends at once, and the program with it.
    let pid = tempfile::NamedTempFile::new().unwrap();
    let folder = program("az", &format!("echo $$ > '{}'\nexec sleep 20", pid.path().display()));
    bench.environment.programs = Some(folder.path().to_owned());
    bench.environment.tick = Duration::from_secs(1);
    super::runtime().block_on(async {
        let session = bench.open().unwrap();
        let cancel = tokio_util::sync::CancellationToken::new();
        let stop = async {
            while std::fs::read_to_string(pid.path()).unwrap().trim().is_empty() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            cancel.cancel();
        };
        let mut show = |_| {};
        let (answer, ()) = tokio::join!(session.sign_in(&cancel, &mut show), stop);
        answer.unwrap_err();
    });
    let pid = std::fs::read_to_string(pid.path()).unwrap();
    let gone = (0..200).any(|_| {
        std::thread::sleep(Duration::from_millis(10));
        !Path::new("/proc").join(pid.trim()).exists()
    });
    assert!(gone || !Path::new("/proc/self").exists(), "the program was killed");
}
