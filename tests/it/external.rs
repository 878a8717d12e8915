//! `externaldata` against a host, and against links that lead out of the folder. What it answers: `queries/externaldata.md`.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use crate::headless::tallyho;
use crate::stub::Stub;

/// What comes of a query where these hosts are allowed: rows as CSV, or the error.
fn answer(folder: &Path, allowed: &str, query: &str) -> String {
    let home = folder.join("home/config");
    fs::create_dir_all(&home).unwrap();
    let data = folder.join("data");
    let config = format!(
        "[connections.here]\nkind = 'files'\nfolder = '{}'\nclock = 'system'\nallowed_hosts = [{allowed}]\n",
        data.display()
    );
    fs::write(home.join("config.toml"), config).unwrap();
    let output = tallyho(folder, &["run", "-c", "here", "--format", "csv", "-"], query.as_bytes());
    let said = if output.status.success() { output.stdout } else { output.stderr };
    String::from_utf8(said).unwrap().replace("\r\n", "\n")
}

fn reply(head: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {head}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len()).into_bytes()
}

#[test]
fn an_allowed_host_is_asked_once_and_without_a_token() {
    let folder = tempfile::tempdir().unwrap();
    let stub = Stub::saying(reply("200 OK", "10.0.0.1\n10.0.0.2\n"));
    let query = format!(
        "let Feed = externaldata(ip: string) [h'{}/feed.txt?sig=SECRET']; Feed | join kind=inner Feed on ip | summarize n = count()",
        stub.base_url
    );
    assert_eq!(answer(folder.path(), "'127.0.0.1'", &query), "n\n2\n");
    let request = stub.received();
    assert_eq!((request.method.as_str(), request.path.as_str()), ("GET", "/feed.txt?sig=SECRET"));
    assert_eq!(request.header("authorization"), None);
}

#[test]
fn a_host_that_is_not_named_is_not_asked() {
    let folder = tempfile::tempdir().unwrap();
    let query = "externaldata(ip: string) [h'http://127.0.0.1:9/feed.txt?sig=SECRET']";
    let said = answer(folder.path(), "'feeds.example.com'", query);
    assert!(said.contains("does not allow the host 127.0.0.1") && said.contains("allowed_hosts"), "{said}");
    assert!(!said.contains("SECRET"), "{said}");
    // What could be read on the way is not asked for, even where the host is named.
    let query = "externaldata(ip: string) ['http://feeds.example.com/feed.txt']";
    let said = answer(folder.path(), "'feeds.example.com'", query);
    assert!(said.contains("does not allow the host feeds.example.com"), "{said}");
}

#[test]
fn what_goes_wrong_at_the_host_is_said_without_the_secret() {
    let folder = tempfile::tempdir().unwrap();
    let elsewhere = "302 Found\r\nlocation: https://elsewhere.example.com/feed.txt";
    let cases = [
        (reply("404 Not Found", "no"), "404"),
        (reply(elsewhere, ""), "allowed_hosts"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\ncut".to_vec(), "externaldata cannot read"),
        (reply("200 OK\r\ncontent-type: text/csv", "a,b\n1\n"), "2"),
    ];
    for (bytes, words) in cases {
        let stub = Stub::new(move |stream| {
            let _ = stream.write_all(&bytes);
        });
        let query = format!("externaldata(a: string) [h'{}/feed.csv?sig=SECRET']", stub.base_url);
        let said = answer(folder.path(), "'127.0.0.1'", &query);
        assert!(said.contains("/feed.csv'") && said.contains(words), "{said}");
        assert!(!said.contains("sig="), "{said}");
        stub.received();
    }
}

#[cfg(unix)]
#[test]
fn a_link_does_not_lead_out_of_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    fs::create_dir_all(data.join("_external/feeds.example.com")).unwrap();
    fs::write(folder.path().join("secret.txt"), "secret\n").unwrap();
    fs::write(data.join("inside.txt"), "inside\n").unwrap();
    let link = |at: &str, to: &Path| std::os::unix::fs::symlink(to, data.join(at)).unwrap();
    link("out.txt", &folder.path().join("secret.txt"));
    link("up", folder.path());
    link("in.txt", &data.join("inside.txt"));
    link("_external/feeds.example.com/out.txt", &folder.path().join("secret.txt"));
    let places =
        ["out.txt", "up/secret.txt", "https://feeds.example.com/out.txt", "../secret.txt", "../none.txt", "/none.txt"];
    for place in places {
        let said = answer(folder.path(), "", &format!("externaldata(line: string) ['{place}'] with (format='txt')"));
        assert!(said.contains("not in the folder"), "{place}: {said}");
    }
    let within = format!("externaldata(line: string) ['in.txt', 'file://{}/inside.txt']", data.display());
    assert_eq!(answer(folder.path(), "", &within), "line\ninside\ninside\n");
}
