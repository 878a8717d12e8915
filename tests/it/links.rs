//! `tallyho link`: what it prints, and that it neither runs nor opens anything it should not.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn tallyho(home: &Path, args: &[&str]) -> Output {
    // Without a browser to be found, nothing can be opened by mistake.
    Command::new(env!("CARGO_BIN_EXE_tallyho")).args(args).env("TALLYHO_HOME", home).env("PATH", "").output().unwrap()
}

fn stdout(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn a_query_becomes_a_link_and_a_query_again() {
    let home = tempfile::tempdir().unwrap();
    fs::create_dir_all(home.path().join("config")).unwrap();
    fs::write(
        home.path().join("config/config.toml"),
        "[connections.gov]\nkind = \"graph\"\ncloud = \"gcc-high\"\nsign_in = \"none\"\ntime_range = \"P7D\"\n\
         tenant = \"7f5d2c1e-0000-4000-8000-000000000001\"\n\
         [connections.adx]\nkind = \"kusto\"\nbase_url = \"https://soc.westeurope.kusto.windows.net\"\n\
         database = \"telemetry\"\nsign_in = \"none\"\n",
    )
    .unwrap();
    let query = "DeviceEvents\n| where FileName == \"ä%+&#.exe\"\n| take 5";
    let output = tallyho(home.path(), &["link", "-c", "gov", query]);
    let link = stdout(&output);
    assert!(link.starts_with("https://security.microsoft.us/v2/advanced-hunting?query="), "{link}");
    assert!(link.trim_end().ends_with("&timeRangeId=week&tid=7f5d2c1e-0000-4000-8000-000000000001"), "{link}");
    let output = tallyho(home.path(), &["link", "--decode", link.trim_end()]);
    assert_eq!(stdout(&output), format!("{query}\n"));
    assert!(stderr(&output).contains("last 7 days"), "{}", stderr(&output));
    let output = tallyho(home.path(), &["link", "-c", "adx", "--time-range", "P1D", query]);
    assert!(stdout(&output).starts_with("https://dataexplorer.azure.com/clusters/soc.westeurope/databases/telemetry?"));
    assert!(stderr(&output).contains("no time range"), "{}", stderr(&output));
    // Without a service the link is for Defender's portal, and that is said; data that was named has none.
    let output = tallyho(home.path(), &["link", query]);
    assert!(stdout(&output).starts_with("https://security.microsoft.com/"));
    assert!(stderr(&output).contains("Defender's portal"), "{}", stderr(&output));
    let output = tallyho(home.path(), &["link", "-c", "lab", query]);
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(!home.path().join("data/lab").exists(), "nothing is opened for a link");
}

#[test]
fn what_is_no_link_is_an_error_and_hostile_text_is_harmless() {
    let home = tempfile::tempdir().unwrap();
    for url in ["https://evil.example/\u{1b}[31m?query=x", "javascript:alert(1)", "https://security.microsoft.com/", ""]
    {
        let output = tallyho(home.path(), &["link", "--decode", url]);
        assert_eq!(output.status.code(), Some(2), "{url}");
        assert!(output.stdout.is_empty(), "{url}");
        assert!(!output.stderr.contains(&0x1B), "{url}");
    }
    let hostile = "https://dataexplorer.azure.com/clusters/%1B%5B31m/databases/d?query=print%201";
    let output = tallyho(home.path(), &["link", "--decode", hostile]);
    assert_eq!(stdout(&output), "print 1\n");
    assert!(!output.stderr.contains(&0x1B), "the place is shown without its controls");
}
