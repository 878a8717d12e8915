//! Answers that are not 200, and errors inside those that are: finds the row that fits and fills in its sentences.

use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, LOCATION, WWW_AUTHENTICATE};
use secrecy::ExposeSecret;
use serde_json::Value;

use super::super::{Asked, call};
use super::said::{Place, Said, one_line};
use super::table::{ROWS, Row, When, Whose};
use super::wait::{retry_after, wait_text};
use super::{RemoteError, RemoteErrorKind, SHORTEST_SECRET, host, token_advice};
use crate::config::Api;
use crate::schema;

/// Headers with an id by which a service's support finds a request, best first, and what it is called.
const IDS: [(&str, &str); 5] = [
    ("request-id", "request-id"),
    ("x-ms-activity-id", "activity id"),
    ("x-ms-request-id", "request-id"),
    ("x-ms-correlation-request-id", "correlation id"),
    ("client-request-id", "client-request-id"),
];

/// What an answer says that is not 200.
pub(in crate::remote) fn of_status(
    asked: &Asked<'_>,
    status: StatusCode,
    headers: &HeaderMap,
    body: &[u8],
) -> RemoteError {
    let said = Said::of(body, secret(asked));
    Facts { asked, status: status.as_u16(), headers, said }.error()
}

/// A body that carries an error although its status was 200. Its codes tell which status it should have had.
pub(in crate::remote) fn of_error_object(asked: &Asked<'_>, body: &Value) -> RemoteError {
    let said = Said::of_json(body, secret(asked));
    if said.message.is_empty() && said.code.is_empty() {
        let message = format!("{} failed without saying why", asked.call.api.name());
        return RemoteError::connection(message, "Run again.");
    }
    let has = |words: &[&str]| words.iter().any(|it| said.words.contains(it));
    let status = match () {
        () if has(&["toomanyrequests", "throttl"]) => 429,
        () if has(&["unauthorized", "authenticationtoken"]) => 401,
        () if has(&["forbidden", "insufficientaccess"]) => 403,
        () if has(&["internalservice", "internal service error", "internalservererror"]) => 500,
        () => 400,
    };
    Facts { asked, status, headers: &HeaderMap::new(), said }.error()
}

fn secret<'a>(asked: &Asked<'a>) -> Option<&'a str> {
    asked.token.map(ExposeSecret::expose_secret).filter(|it| it.len() >= SHORTEST_SECRET)
}

/// A refusal: everything that a row may look at or speak of.
struct Facts<'a> {
    asked: &'a Asked<'a>,
    status: u16,
    headers: &'a HeaderMap,
    said: Said,
}

impl Facts<'_> {
    fn error(&self) -> RemoteError {
        let fits = |row: &&Row| {
            (row.status.0..=row.status.1).contains(&self.status) && self.is_of(row.whose) && self.holds(row.when)
        };
        let Some(row) = ROWS.iter().find(fits) else {
            return RemoteError::internal("no row of the table of refusals fits");
        };
        let mut error = RemoteError::new(row.kind, self.fill(row.what), self.fill(row.advice));
        error.retry_after = self.wait();
        error.place = self.said.place.clone().filter(|_| row.kind == RemoteErrorKind::Query);
        error
    }

    fn is_of(&self, whose: Whose) -> bool {
        match (whose, &self.asked.call.api) {
            (Whose::Any, _) => true,
            (Whose::Hunting, api) => matches!(api, Api::Defender | Api::Mde | Api::Graph { .. }),
            (Whose::Kusto, api) => matches!(api, Api::Kusto { .. }),
            (Whose::LogAnalytics, api) => matches!(api, Api::LogAnalytics { .. }),
        }
    }

    fn holds(&self, when: When) -> bool {
        let said = &self.said;
        match when {
            When::Always => true,
            When::Words(words) => words.iter().any(|it| said.words.contains(it)),
            When::Challenge(words) => {
                let challenge = self.header(WWW_AUTHENTICATE.as_str()).unwrap_or("").to_ascii_lowercase();
                words.iter().any(|it| challenge.contains(it))
            }
            When::WebPage => said.is_web_page,
            When::Silent => said.message.is_empty(),
            When::NoToken => self.asked.token.is_none(),
            When::UnlicensedTable => {
                let table = said.words.contains("failed to resolve table");
                table && !self.is_of(Whose::Kusto) && schema::advanced_hunting().table(self.name()).is_some()
            }
        }
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|it| it.to_str().ok()).filter(|it| !it.trim().is_empty())
    }

    /// The name that the service does not know.
    fn name(&self) -> &str {
        match &self.said.place {
            Some(Place::Name(name)) => name,
            _ => "",
        }
    }

    fn wait(&self) -> Option<Duration> {
        let busy = matches!(self.status, 429 | 503);
        if busy { retry_after(self.headers, &self.said.message, call::now()) } else { None }
    }

    /// A sentence of a row. It is read once, so that what is filled in is never filled in again.
    fn fill(&self, template: &str) -> String {
        let mut out = String::new();
        let mut rest = template;
        while let Some((before, behind)) = rest.split_once('{') {
            let (key, after) = behind.split_once('}').unwrap_or((behind, ""));
            out.push_str(before);
            out.push_str(&self.value(key));
            rest = after;
        }
        out + rest
    }

    fn value(&self, key: &str) -> String {
        let call = self.asked.call;
        match key {
            "service" => call.api.name().to_owned(),
            "host" => host(call),
            "path" => call.url.path().to_owned(),
            "status" => self.status.to_string(),
            "message" => self.message(),
            "said" => self.said.tail(),
            "name" => one_line(self.name(), None),
            "id" => self.id().map_or_else(String::new, |id| format!(", {id}")),
            "roles" => self.roles(),
            "token" => token_advice(self.asked),
            "place" => one_line(self.header(LOCATION.as_str()).unwrap_or("another address"), secret(self.asked)),
            "wait" => self.wait().map_or_else(|| "a minute or two".to_owned(), wait_text),
            other => format!("{{{other}}}"),
        }
    }

    /// The service's words without the advice that the hunting services end with; ours stands beside it.
    fn message(&self) -> String {
        let message = &self.said.message;
        let plain = ["syntax", "semantic"]
            .iter()
            .find_map(|kind| message.strip_suffix(&format!(" Fix {kind} errors in your query")));
        plain.unwrap_or(message).trim_end_matches('.').to_owned()
    }

    fn id(&self) -> Option<String> {
        let of_header =
            || IDS.iter().find_map(|(header, name)| Some(format!("{name} {}", one_line(self.header(header)?, None))));
        self.said.id.clone().or_else(of_header)
    }

    /// The permissions that are missing: as the service names them, since they may be others than documented.
    fn roles(&self) -> String {
        let wanted = self.said.message.split_once("required roles:").map(|(_, rest)| rest);
        let wanted = wanted.map(|it| it.split(", application").next().unwrap_or(it).trim());
        let (application, delegated) = self.asked.call.api.permissions();
        match wanted {
            Some(roles) if !roles.is_empty() => format!("{roles} to the application"),
            _ if application == delegated => application.to_owned(),
            _ => format!("{application} to the application, or {delegated} for a signed-in user"),
        }
    }
}
