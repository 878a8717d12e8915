//! A pasted list of indicators as lists that a query can use: written harmless or not, in any order, with anything
//! between them.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::net::IpAddr;

use super::entity::{Entity, recognise};
use crate::kql::string_literal;

/// Values of one `let`. `has_any` takes 10,000; fewer can still be read and edited.
const MAX_IN_A_LIST: usize = 1_000;
/// Columns of a line of values.
const MAX_COLUMNS: usize = 100;
/// Endings of files that could be those of domains.
const FILE_ENDINGS: [&str; 32] = [
    "exe", "dll", "sys", "ps1", "psm1", "bat", "cmd", "vbs", "vbe", "js", "jse", "wsf", "hta", "msi", "scr", "lnk",
    "iso", "img", "doc", "docx", "docm", "xls", "xlsx", "xlsm", "pdf", "txt", "log", "dat", "tmp", "png", "jpg",
    "json",
];

/// What an indicator is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum IndicatorKind {
    Ip,
    Network,
    Domain,
    Url,
    Mail,
    Sha256,
    Sha1,
    Md5,
}

impl IndicatorKind {
    /// Each with its name in a query, and what one and several are called.
    const ALL: [(Self, &'static str, &'static str, &'static str); 8] = [
        (Self::Ip, "ips", "address", "addresses"),
        (Self::Network, "networks", "network", "networks"),
        (Self::Domain, "domains", "domain", "domains"),
        (Self::Url, "urls", "URL", "URLs"),
        (Self::Mail, "mails", "mail address", "mail addresses"),
        (Self::Sha256, "sha256s", "SHA-256", "SHA-256"),
        (Self::Sha1, "sha1s", "SHA-1", "SHA-1"),
        (Self::Md5, "md5s", "MD5", "MD5"),
    ];
}

/// What was found in a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Indicators {
    found: Vec<(IndicatorKind, String)>,
    /// What came more than once.
    pub n_repeated: usize,
    /// Words that are no indicator, as they stood there.
    pub left_out: Vec<String>,
}

impl Indicators {
    /// Reads a list.
    pub fn of(text: &str) -> Self {
        let mut found = Self::default();
        let mut known = HashSet::new();
        for word in refanged(text).split(is_separator).map(trimmed).filter(|it| it.chars().any(char::is_alphanumeric)) {
            let told =
                tell(word).or_else(|| word.rsplit_once(['=', ':']).and_then(|(_, behind)| tell(trimmed(behind))));
            match told {
                Some(indicator) if known.insert(indicator.clone()) => found.found.push(indicator),
                Some(_) => found.n_repeated += 1,
                None => found.left_out.push(word.to_owned()),
            }
        }
        found
    }

    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    pub fn values(&self, kind: IndicatorKind) -> Vec<&str> {
        self.found.iter().filter(|it| it.0 == kind).map(|it| it.1.as_str()).collect()
    }

    /// `2 addresses, 1 domain`.
    pub fn words(&self) -> String {
        let mut words: Vec<String> = Vec::new();
        for (kind, _, one, many) in IndicatorKind::ALL {
            match self.values(kind).len() {
                0 => {}
                1 => words.push(format!("1 {one}")),
                n => words.push(format!("{n} {many}")),
            }
        }
        words.join(", ")
    }

    /// One `let` for each kind, of names that are not taken yet; long lists in several that are put together.
    pub fn kql(&self, is_taken: &dyn Fn(&str) -> bool) -> String {
        let mut out = String::new();
        for (kind, base, ..) in IndicatorKind::ALL {
            let values = self.values(kind);
            if values.is_empty() {
                continue;
            }
            let names = std::iter::once(base.to_owned()).chain((2..).map(|n| format!("{base}{n}")));
            let name = names.into_iter().find(|it| !is_taken(it)).unwrap_or_else(|| base.to_owned());
            if values.len() <= MAX_IN_A_LIST {
                write_list(&mut out, &name, &values);
                continue;
            }
            let parts: Vec<String> =
                (1..=values.len().div_ceil(MAX_IN_A_LIST)).map(|n| format!("{name}_{n}")).collect();
            for (part, values) in parts.iter().zip(values.chunks(MAX_IN_A_LIST)) {
                write_list(&mut out, part, values);
            }
            let _ = writeln!(out, "let {name} = array_concat({});", parts.join(", "));
        }
        out
    }
}

fn write_list(out: &mut String, name: &str, values: &[&str]) {
    let _ = write!(out, "let {name} = dynamic([");
    let mut column = name.len() + 15;
    for (at, value) in values.iter().enumerate() {
        let value = string_literal(value);
        let comma = if at == 0 { "" } else { "," };
        out.push_str(comma);
        if column + value.len() + 2 > MAX_COLUMNS && at > 0 {
            out.push_str("\n    ");
            column = 4;
        } else if at > 0 {
            out.push(' ');
        }
        column += value.len() + 2;
        out.push_str(&value);
    }
    out.push_str("]);\n");
}

fn is_separator(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, ',' | ';' | '|' | '"' | '\'' | '`' | '<' | '>' | '“' | '”' | '‘' | '’' | '«' | '»')
}

/// Without what stands around a word in a sentence or a list.
fn trimmed(word: &str) -> &str {
    let start = word.trim_start_matches(|c: char| !c.is_alphanumeric() && !matches!(c, ':' | '_' | '/'));
    let start = start.trim_start_matches("//");
    let end = start.trim_end_matches(['.', ':', '!', '?', '*', ']', '}', '•']);
    // A bracket that was opened in the word belongs to it.
    if end.contains('(') { end } else { end.trim_end_matches([')', '.', ',']) }
}

/// The text with its indicators as they are used: `hxxp` is `http`, `[.]` is a dot.
fn refanged(text: &str) -> String {
    const WRITTEN: [(&str, &str); 22] = [
        ("[.]", "."),
        ("(.)", "."),
        ("{.}", "."),
        ("[dot]", "."),
        ("(dot)", "."),
        ("{dot}", "."),
        ("[d]", "."),
        ("\\.", "."),
        ("[.", "."),
        (".]", "."),
        ("[://]", "://"),
        ("[:]", ":"),
        ("[:", ":"),
        ("(:)", ":"),
        ("[/]", "/"),
        ("[@]", "@"),
        ("(@)", "@"),
        ("[at]", "@"),
        ("(at)", "@"),
        ("{at}", "@"),
        ("[-]", "-"),
        ("\u{ad}", ""),
    ];
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let starts = |it: &&(&str, &str)| rest.get(..it.0.len()).is_some_and(|head| head.eq_ignore_ascii_case(it.0));
        let is_mark = matches!(first, '[' | '(' | '{' | '\\' | '.' | '\u{ad}');
        if let Some((written, meant)) = WRITTEN.iter().find(starts).filter(|_| is_mark) {
            out.push_str(meant);
            rest = &rest[written.len()..];
            continue;
        }
        // What has no width cannot be seen, but would keep a value from being found.
        if !matches!(first, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}') {
            out.push(first);
        }
        rest = &rest[first.len_utf8()..];
    }
    out
}

/// What a word is, as it is to be looked for.
fn tell(word: &str) -> Option<(IndicatorKind, String)> {
    use IndicatorKind as K;
    if let Some((address, bits)) = word.split_once('/')
        && let (Ok(address), Ok(bits)) = (address.parse::<IpAddr>(), bits.parse::<u8>())
    {
        let most = if address.is_ipv4() { 32 } else { 128 };
        return (bits <= most).then(|| (K::Network, format!("{address}/{bits}")));
    }
    if let Some((address, port)) = word.rsplit_once(':')
        && port.parse::<u16>().is_ok()
        && let Ok(address) = address.parse::<std::net::Ipv4Addr>()
    {
        return Some((K::Ip, address.to_string()));
    }
    let told = recognise("domain", word).and_then(|entity| match entity {
        Entity::Ip(address) => Some((K::Ip, address.to_string())),
        Entity::Sha256 => Some((K::Sha256, word.to_ascii_lowercase())),
        Entity::Sha1 => Some((K::Sha1, word.to_ascii_lowercase())),
        Entity::Md5 => Some((K::Md5, word.to_ascii_lowercase())),
        Entity::Mail => Some((K::Mail, word.to_lowercase())),
        Entity::Url => Some((K::Url, url(word))),
        Entity::Domain => domain(word).map(|it| (K::Domain, it)),
        _ => None,
    });
    told.or_else(|| link_without_scheme(word))
}

fn domain(word: &str) -> Option<String> {
    let word = word.trim_start_matches("*.").trim_end_matches('.').to_lowercase();
    let ending = word.rsplit('.').next()?;
    (!FILE_ENDINGS.contains(&ending)).then_some(word)
}

/// `example.org/path`.
fn link_without_scheme(word: &str) -> Option<(IndicatorKind, String)> {
    let (host, path) = word.split_once('/')?;
    let is_host = recognise("domain", host) == Some(Entity::Domain) && domain(host).is_some();
    (is_host && !path.is_empty()).then(|| (IndicatorKind::Url, word.to_owned()))
}

/// With the scheme as browsers write it.
fn url(word: &str) -> String {
    let Some((scheme, rest)) = word.split_once("://") else { return word.to_owned() };
    let scheme = scheme.to_ascii_lowercase().replace("hxxp", "http").replace("fxp", "ftp");
    format!("{scheme}://{rest}")
}

#[cfg(test)]
mod tests {
    use super::{IndicatorKind as K, Indicators};

    #[test]
    fn a_messy_list_becomes_lists_of_one_kind_each() {
        let text = "Seen at 203[.]0[.]113[.]7, 198.51.100.23:8443; \"203.0.113.7\"\n\
            hxxps://cdn-77[.]example/a?b=1,2 | HXXP[:]//evil(.)example/x.\n\
            * evil[dot]example\t(bad.example)\n<m.okafor[at]halcyon.example>\n\
            sha256: 9F86D081884C7D659A2FEAA0C55AD015A3BF4F1B2B0B822CD15D6C15B0F00A08\n\
            da39a3ee5e6b4b0d3255bfef95601890afd80709 10.0.0.0/8 2001:db8::1 dropper.exe evil.example/gate.php\n\
            MD5=9e107d9d372bb6826bd81d3542a419d6 ev\u{200b}il2.example";
        let found = Indicators::of(text);
        assert_eq!(found.values(K::Ip), ["203.0.113.7", "198.51.100.23", "2001:db8::1"]);
        assert_eq!(found.values(K::Network), ["10.0.0.0/8"]);
        assert_eq!(
            found.values(K::Url),
            ["https://cdn-77.example/a?b=1", "http://evil.example/x", "evil.example/gate.php"]
        );
        assert_eq!(found.values(K::Domain), ["evil.example", "bad.example", "evil2.example"]);
        assert_eq!(found.values(K::Mail), ["m.okafor@halcyon.example"]);
        assert_eq!(found.values(K::Sha256).len(), 1);
        assert_eq!(found.values(K::Md5), ["9e107d9d372bb6826bd81d3542a419d6"]);
        assert_eq!(found.n_repeated, 1);
        let left: Vec<&str> = found.left_out.iter().map(String::as_str).collect();
        assert_eq!(left, ["Seen", "at", "2", "sha256", "da39a3ee5e6b4b0d3255bfef95601890afd80709", "dropper.exe"]);
    }

    #[test]
    fn the_lists_are_queries_whatever_the_values_are() {
        let found = Indicators::of("http://a.example/\\x\u{7}y b.example c.example");
        let kql = found.kql(&|name| name == "domains");
        assert!(kql.contains("let domains2 = dynamic([\"b.example\", \"c.example\"]);"), "{kql}");
        assert!(kql.contains("let urls = dynamic([\"http://a.example/\\\\x\"]);"), "{kql}");
        let many: Vec<String> = (0..2_500).map(|n| format!("10.{}.{}.1", n / 250, n % 250)).collect();
        let kql = Indicators::of(&many.join("\n")).kql(&|_| false);
        assert!(kql.ends_with("let ips = array_concat(ips_1, ips_2, ips_3);\n"), "{kql}");
        assert!(kql.lines().all(|it| it.len() <= 104), "{kql}");
        assert_eq!(Indicators::of(" - [] \n").words(), "");
    }
}
