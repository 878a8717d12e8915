//! Secrets are left out before anything is written down: tokens, keys and passwords by the shapes that they are known to
//! have. What stands around them stays, so that the query can still be read and found.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::{Captures, Regex};

/// Stands for what was left out.
pub const REDACTED: &str = "***";

/// Each pattern keeps its groups `a` and `z` and leaves out what is between them.
const PATTERNS: &[&str] = &[
    // Strings that KQL itself calls obfuscated: h'…' and h"…".
    r"(?P<a>\b[hH]@?')[^'\r\n]+(?P<z>')",
    r#"(?P<a>\b[hH]@?")[^"\r\n]+(?P<z>")"#,
    // A private key with its frame.
    r"(?s)(?P<a>-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----).+?(?P<z>-----END [A-Z0-9 ]*PRIVATE KEY-----|\z)",
    // JSON web tokens, as Entra's.
    r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*",
    // The header of a request.
    r"(?i)(?P<a>\bauthorization\s*[:=]\s*(?:basic|bearer|sharedkey)\s+)[A-Za-z0-9+/=._~:-]{8,}",
    r"(?i)(?P<a>\bbearer\s+)[A-Za-z0-9+/=._~-]{20,}",
    // Azure: storage keys, signatures of links, application secrets.
    r"(?i)(?P<a>\b(?:account|sharedaccess|access)key\s*=\s*)[A-Za-z0-9+/]{20,}={0,2}",
    r"(?P<a>[?&;]sig=)[A-Za-z0-9%+/_-]{20,}(?:%3[dD]|=)*",
    r"(?i)(?P<a>\bsharedaccesssignature\s*=\s*)[^\s;'\x22]{10,}",
    r"\b[A-Za-z0-9_-]{3}[78]Q~[A-Za-z0-9_.~-]{30,36}",
    // Amazon, GitHub, GitLab, Slack, Stripe, Google, npm, OpenAI and Anthropic.
    r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b",
    r"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,}|glpat-[A-Za-z0-9_-]{20,})",
    r"\bxox[abposr]-[A-Za-z0-9-]{10,}",
    r"https://hooks\.slack\.com/services/[A-Za-z0-9/]{20,}",
    r"\b(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,}",
    r"\bAIza[A-Za-z0-9_-]{35}",
    r"\bnpm_[A-Za-z0-9]{36}",
    r"\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{20,}",
    // name = 'value' and name=value, where the name says what it is.
    r#"(?i)(?P<a>\b(?:client[_-]?secret|api[_-]?key|access[_-]?token|refresh[_-]?token|secret[_-]?key|aws_secret_access_key|password|passwd|pwd)["']?\s*[:=]\s*["'])[^\s"'`;,&|)(<>=~]{6,}"#,
    r"(?i)(?P<a>\b(?:client[_-]?secret|api[_-]?key|access[_-]?token|refresh[_-]?token|secret[_-]?key|aws_secret_access_key|password|passwd|pwd)=)(?P<word>[^\s\x22'`;,&|)(<>=~]{6,})",
    // https://user:password@host
    r"(?P<a>\b[a-zA-Z][a-zA-Z0-9+.-]*://[^\s/:@'\x22]+:)[^\s/:@'\x22]{3,}(?P<z>@)",
];

static COMPILED: LazyLock<Vec<Regex>> =
    LazyLock::new(|| PATTERNS.iter().filter_map(|pattern| Regex::new(pattern).ok()).collect());

/// The text without its secrets, and how many there were.
pub fn redact(text: &str) -> (Cow<'_, str>, u64) {
    let (mut out, mut n_found) = (Cow::Borrowed(text), 0);
    for pattern in COMPILED.iter() {
        let mut n_here = 0;
        let replaced = pattern.replace_all(&out, |found: &Captures<'_>| {
            let (before, behind) = (group(found, "a"), group(found, "z"));
            let whole = &found[0];
            // What was left out before is not a secret a second time, and a value that is only letters is a column.
            let is_column =
                found.name("word").is_some_and(|it| it.as_str().chars().all(|it| it.is_alphabetic() || it == '.'));
            if is_column || whole[before.len()..whole.len() - behind.len()].starts_with(REDACTED) {
                return whole.to_owned();
            }
            n_here += 1;
            format!("{before}{REDACTED}{behind}")
        });
        let replaced = (n_here > 0).then(|| replaced.into_owned());
        if let Some(replaced) = replaced {
            out = Cow::Owned(replaced);
            n_found += n_here;
        }
    }
    (out, n_found)
}

fn group<'t>(found: &Captures<'t>, name: &str) -> &'t str {
    found.name(name).map_or("", |it| it.as_str())
}

#[cfg(test)]
mod tests {
    use super::{COMPILED, PATTERNS, redact};

    #[test]
    fn every_pattern_is_one() {
        assert_eq!(COMPILED.len(), PATTERNS.len());
    }

    #[test]
    fn secrets_are_left_out_and_the_rest_stays() {
        let jwt = ["eyJhbGciOiJIUzI1NiJ9", "eyJzdWIiOiIxMjM0NTY3ODkwIn0", "dozjgNryP4J3jVmNHl0w5N"].join(".");
        let key = "Zm9vYmFyYmF6cXV4".repeat(4);
        for (text, expected) in [
            (format!("T | where Token == '{jwt}'"), "T | where Token == '***'"),
            (format!("// Authorization: Bearer {jwt}"), "// Authorization: Bearer ***"),
            (
                format!("externaldata(a:string)[h'https://x.blob.core.windows.net/c?sig={key}']"),
                "externaldata(a:string)[h'***']",
            ),
            (
                format!("'https://x.blob.core.windows.net/c/f.csv?se=1&sig={key}&sp=r'"),
                "'https://x.blob.core.windows.net/c/f.csv?se=1&sig=***&sp=r'",
            ),
            (format!("AccountName=a;AccountKey={key}==;x"), "AccountName=a;AccountKey=***;x"),
            (format!("print '{}{}'", "AKIA", "IOSFODNN7EXAMPLE"), "print '***'"),
            (format!("print \"{}{}\"", "ghp_", "a".repeat(36)), "print \"***\""),
            ("'Server=db;Uid=joe;Pwd=hunter2-x;'".to_owned(), "'Server=db;Uid=joe;Pwd=***;'"),
            ("let password = 'hunter2hunter2'; T".to_owned(), "let password = '***'; T"),
            (
                "| where Url has 'https://joe:s3cr3t@evil.example/x'".to_owned(),
                "| where Url has 'https://joe:***@evil.example/x'",
            ),
            (
                "-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----".to_owned(),
                "-----BEGIN RSA PRIVATE KEY-----***-----END RSA PRIVATE KEY-----",
            ),
        ] {
            let (out, n_found) = redact(&text);
            assert_eq!((out.as_ref(), n_found), (expected, 1), "of {text}");
            assert_eq!(redact(&out), (out.clone(), 0), "nothing is left out twice");
        }
    }

    #[test]
    fn what_hunters_write_is_no_secret() {
        for text in [
            "DeviceProcessEvents | where ProcessCommandLine has 'password' and FileName =~ \"net.exe\"",
            "| where ProcessCommandLine matches regex @'(?i)pwd\\s*='",
            "| extend pwd = tostring(AdditionalFields.pwd) | where isnotempty(pwd)",
            "| where SHA256 == 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'",
            "| where ProcessCommandLine has '-enc SQBFAFgAIAAoAE4AZQB3AC0ATwBiAGoAZQBjAHQA'",
            "| where RemoteUrl startswith 'https://login.microsoftonline.com/common/oauth2'",
            "union SigninLogs, AADNonInteractiveUserSignInLogs | summarize by UserPrincipalName",
            "print password = 1",
            "| extend password=AdditionalFields.Value | project-away pwd",
            "| where CommandLine has 'net use' and password == other",
        ] {
            assert_eq!(redact(text).1, 0, "{text} became {}", redact(text).0);
        }
    }
}
