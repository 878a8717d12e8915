//! Errors of the login server: one JSON shape, and a number that says what is wrong.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use serde_json::{Value, json};

use crate::server::answer::json_response;
use crate::server::fault::{guid, now_seconds};

/// A sign-in that is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LoginFault {
    /// As OAuth names it.
    pub(super) error: &'static str,
    /// The number behind `AADSTS`; `None` where none is documented.
    code: Option<u32>,
    pub(super) message: String,
}

impl LoginFault {
    pub(super) fn new(error: &'static str, code: u32, message: impl Into<String>) -> Self {
        Self { error, code: Some(code), message: message.into() }
    }

    pub(super) fn plain(error: &'static str, message: impl Into<String>) -> Self {
        Self { error, code: None, message: message.into() }
    }

    pub(super) fn missing(name: &str) -> Self {
        let message = format!("The request body must contain the following parameter: '{name}'.");
        Self::new("invalid_request", 900_144, message)
    }

    /// What is said when sign-in is told to fail with a number, for the numbers that clients should know.
    pub(super) fn of_code(code: u32) -> Self {
        let (error, message) = match code {
            50_076 => (
                "interaction_required",
                "Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication.",
            ),
            50_079 => ("interaction_required", "You must enroll in multi-factor authentication."),
            53_003 => (
                "invalid_grant",
                "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.",
            ),
            65_001 => ("invalid_grant", "The user or administrator has not consented to use the application."),
            65_004 => ("access_denied", "User declined to consent to access the app."),
            70_011 => ("invalid_scope", "The provided value for the input parameter 'scope' is not valid."),
            90_002 => (
                "invalid_request",
                "Tenant not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.",
            ),
            500_011 => ("invalid_resource", "The resource principal was not found in the tenant."),
            700_016 => ("unauthorized_client", "Application was not found in the directory."),
            700_082 => ("invalid_grant", "The refresh token has expired due to inactivity."),
            7_000_215 => (
                "invalid_client",
                "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID.",
            ),
            7_000_218 => (
                "invalid_client",
                "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
            ),
            7_000_222 => ("invalid_client", "The provided client secret keys for the app are expired."),
            _ => ("invalid_grant", "Sign-in was told to fail."),
        };
        Self::new(error, code, message)
    }

    fn status(&self) -> StatusCode {
        match self.error {
            "invalid_client" => StatusCode::UNAUTHORIZED,
            "server_error" => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::BAD_REQUEST,
        }
    }

    /// `AADSTS… <message> Trace ID: … Correlation ID: … Timestamp: …`, and the same again in members.
    pub(super) fn json(&self) -> Value {
        let (trace, correlation, timestamp) = (guid(), guid(), now_seconds().replace('T', " ") + "Z");
        let number = self.code.map(|code| format!("AADSTS{code}: ")).unwrap_or_default();
        let description =
            format!("{number}{} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {timestamp}", self.message);
        let mut body = json!({
            "error": self.error,
            "error_description": description,
            "error_codes": self.code.into_iter().collect::<Vec<u32>>(),
            "timestamp": timestamp,
            "trace_id": trace,
            "correlation_id": correlation,
        });
        if let Some(code) = self.code {
            body["error_uri"] = format!("https://login.microsoftonline.com/error?code={code}").into();
        }
        if self.error == "interaction_required" {
            body["suberror"] = "basic_action".into();
            body["claims"] = r#"{"access_token":{"capolids":{"essential":true,"values":[]}}}"#.into();
        }
        body
    }

    pub(super) fn response(&self) -> Response {
        private(json_response(self.status(), self.json()))
    }
}

/// Tokens and codes must not lie in anybody's cache.
pub(super) fn private(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store, no-cache"));
    headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    response
}
