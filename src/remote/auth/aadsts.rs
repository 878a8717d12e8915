//! Entra's error numbers: what each means to a hunter, and the next step.

#![expect(clippy::unreadable_literal, reason = "the numbers stand as they follow AADSTS")]

/// One number: what happened, and what to do. `{credential}`, `{client}`, `{tenant}`, `{resource}` and `{permission}`
/// stand for the settings of the connection.
pub(super) struct Explanation {
    pub(super) code: u64,
    pub(super) what: &'static str,
    pub(super) advice: &'static str,
}

const fn row(code: u64, what: &'static str, advice: &'static str) -> Explanation {
    Explanation { code, what, advice }
}

/// What the number means, where it is known.
pub(super) fn explain(code: u64) -> Option<&'static Explanation> {
    TABLE.iter().find(|it| it.code == code)
}

const AGAIN: &str = "Sign in again.";
const MFA: &str = "Sign in by 'browser' or 'device-code', and answer the second question there.";
const POLICY: &str =
    "Sign in by 'browser' on a device that the policy accepts, or ask an administrator about the policy.";
const SECRET: &str = "Make a new client secret for {client} and put its value into {credential}.";
const CERTIFICATE: &str = "Upload the certificate {credential} to {client}, or name the one that is there.";
const CONSENT: &str = "An administrator grants {permission} for {resource} to {client}.";
const TENANT: &str = "Check tenant and authority of the connection: each cloud has a login server of its own.";
const PASSWORD: &str = "Try again with the right account and password.";
const SETTINGS: &str = "Check tenant, client_id and resource of the connection.";

/// Every number that a sign-in of Tallyho's kinds may meet (Microsoft's list of error codes).
pub(super) const TABLE: &[Explanation] = &[
    row(16000, "several accounts are signed in and none was chosen", "Sign in again and choose one account."),
    row(
        40008,
        "the identity provider behind this account failed",
        "Try again; if it stays, ask who runs that provider.",
    ),
    row(50001, "the resource {resource} is not known in tenant {tenant}", "Check resource of the connection."),
    row(50002, "this network is not allowed to sign in to the tenant", "Use a network that the administrator allows."),
    row(50005, "this kind of device is not allowed by conditional access", POLICY),
    row(
        50011,
        "the redirect address is not registered",
        "Register http://localhost for {client} under 'Mobile and desktop applications'.",
    ),
    row(50012, "the application could not prove who it is", "Check {credential}, and that it belongs to {client}."),
    row(
        50013,
        "the signed assertion is not valid",
        "Check the clock of this machine, and that {credential} belongs to {client}.",
    ),
    row(
        50020,
        "this account belongs to another tenant and is no guest here",
        "Sign in with an account of tenant {tenant}, or have this one invited.",
    ),
    row(50027, "the signed assertion is malformed", "Check {credential}, and the clock of this machine."),
    row(50034, "there is no such account in this tenant", PASSWORD),
    row(
        50053,
        "the account is locked, or this address is blocked, after too many attempts",
        "Wait some minutes before the next attempt.",
    ),
    row(50055, "the password has expired", "Set a new password, and sign in again."),
    row(50056, "the account has no password here", "Sign in the way the organisation does, or ask an administrator."),
    row(50057, "the account is disabled", "Ask an administrator to enable it, or use another."),
    row(50058, "nobody is signed in there yet", "Sign in again, and choose the account on the page."),
    row(50059, "no tenant was named", "Set tenant of the connection."),
    row(50072, "the second factor must be set up first", "Sign in by 'browser' and set it up there."),
    row(50074, "a second factor is needed", MFA),
    row(50076, "a second factor is needed from here", MFA),
    row(50078, "the second factor is too old", MFA),
    row(50079, "the second factor must be set up first", "Sign in by 'browser' and set it up there."),
    row(50089, "the sign-in took too long", AGAIN),
    row(50097, "the device must prove itself first", POLICY),
    row(
        50105,
        "this account has no role in the application",
        "An administrator assigns the account to {client} in 'Enterprise applications'.",
    ),
    row(50126, "account or password is wrong", PASSWORD),
    row(50128, "no such domain: no tenant can be told from it", TENANT),
    row(50129, "the device is not joined to the organisation", POLICY),
    row(50131, "conditional access does not allow this sign-in", POLICY),
    row(50132, "the session has ended, since the password was changed or an administrator ended it", AGAIN),
    row(50133, "the session has ended, since the password was changed or has expired", AGAIN),
    row(50140, "the question whether to stay signed in was not answered", AGAIN),
    row(50144, "the password has expired", "Set a new password, and sign in again."),
    row(50146, "the application lacks a signing key of its own", "Ask who owns {client}."),
    row(50155, "the device could not prove itself", POLICY),
    row(
        50158,
        "another service has to agree to this sign-in first",
        "Sign in by 'browser', and answer what that service asks.",
    ),
    row(50173, "the session was ended, since the password was changed or access was revoked", AGAIN),
    row(
        50194,
        "the application serves one tenant only, but was asked without naming it",
        "Set tenant of the connection to the tenant of {client}.",
    ),
    row(50196, "the same request came too often", "Wait some minutes, and then try again."),
    row(51004, "there is no such account in this tenant", PASSWORD),
    row(53000, "conditional access wants a device that complies with the policy", POLICY),
    row(53001, "conditional access wants a device that is joined to the organisation", POLICY),
    row(53002, "conditional access wants an approved application", POLICY),
    row(53003, "conditional access blocks this sign-in", POLICY),
    row(53004, "the second factor must be set up before this sign-in", "Sign in by 'browser' and set it up there."),
    row(53011, "the account is blocked, since its risk is high", "Ask an administrator."),
    row(54005, "the code was used already", AGAIN),
    row(65001, "nobody has consented to what the application asks", CONSENT),
    row(
        65002,
        "this application of Microsoft is not allowed to ask for this resource",
        "Register an application of your own, and set client_id of the connection.",
    ),
    row(65004, "the consent was declined", "Sign in again and accept, or ask an administrator to consent."),
    row(65005, "the application asks for something it has not registered", CONSENT),
    row(70000, "what renews the sign-in is not valid any more", AGAIN),
    row(70001, "there is no application {client} in this tenant", SETTINGS),
    row(70002, "the application could not prove who it is", "Check {credential}, and that it belongs to {client}."),
    row(70007, "the login server does not support this kind of answer", "Try another sign_in of the connection."),
    row(70008, "the code or the session has expired", AGAIN),
    row(
        70011,
        "what is asked for is not valid",
        "Check resource of the connection, and that {client} has {permission}.",
    ),
    row(70016, "the code was not entered yet", "Enter the code on the page."),
    row(70018, "the code was not entered right, or is of another application", "Sign in again and enter the new code."),
    row(70019, "the code expired before it was entered", AGAIN),
    row(70020, "the code has expired", AGAIN),
    row(70037, "the answer to the login page's question was wrong", AGAIN),
    row(70043, "the session has expired, or conditional access wants it renewed", AGAIN),
    row(70044, "the session has expired, or conditional access wants it renewed", AGAIN),
    row(75011, "the way of signing in is not the one that was asked for", AGAIN),
    row(80012, "the account may not sign in at this hour", "Try again when it may, or ask an administrator."),
    row(90002, "there is no tenant '{tenant}' at this login server", TENANT),
    row(90014, "a field is missing in the request", SETTINGS),
    row(90019, "no tenant was named", "Set tenant of the connection."),
    row(90033, "the login server has a passing fault", "Try again in a minute."),
    row(
        90072,
        "this account belongs to another tenant and is no guest here",
        "Sign in with an account of tenant {tenant}, or have this one invited.",
    ),
    row(90094, "only an administrator may consent to this", CONSENT),
    row(
        90095,
        "an administrator has to look at the request for consent",
        "Wait for the administrator's answer, and sign in again.",
    ),
    row(135010, "the key of the application was not found", CERTIFICATE),
    row(135011, "the device is disabled", POLICY),
    row(
        500011,
        "there is no {resource} in this tenant: the service was never set up there",
        "Check resource and tenant of the connection, and that the service is licensed in the tenant.",
    ),
    row(
        500014,
        "the service {resource} is disabled in this tenant",
        "Ask an administrator to enable it in 'Enterprise applications'.",
    ),
    row(
        500021,
        "this tenant may not be signed in to from here",
        "Use a network that allows it, or ask who runs the proxy.",
    ),
    row(500112, "the redirect address is another one than at the beginning", AGAIN),
    row(
        500113,
        "no redirect address is registered",
        "Register http://localhost for {client} under 'Mobile and desktop applications'.",
    ),
    row(500121, "the second factor was not answered or not accepted", "Sign in again, and answer in time."),
    row(500133, "an assertion is not within its time", "Check the clock of this machine."),
    row(500200, "a personal account cannot be used here", "Sign in with an account of the organisation."),
    row(500208, "the login server is not the one of this account's domain", TENANT),
    row(
        500212,
        "the tenant's administrator does not let this account leave it",
        "Ask an administrator of the account's own tenant.",
    ),
    row(500341, "the account was deleted", "Use another account."),
    row(501051, "the application is not assigned to a role that it needs", CONSENT),
    row(501481, "the verifier does not match the code", AGAIN),
    row(530003, "conditional access wants a device that is managed", POLICY),
    row(530032, "a policy of the tenant blocks this sign-in", POLICY),
    row(530035, "the tenant's security defaults block this sign-in", "Sign in by 'browser'; older ways are blocked."),
    row(700003, "the device is not known", POLICY),
    row(700005, "the code was used at another tenant than it was asked for", "Set tenant of the connection."),
    row(700016, "there is no application {client} in tenant {tenant}", SETTINGS),
    row(700020, "the sign-in needs something that was not answered", "Sign in by 'browser'."),
    row(700021, "the assertion names another application than {client}", SETTINGS),
    row(700022, "several resources were asked for at once", "Check resource of the connection."),
    row(700023, "the assertion is for another login server", "Check authority and tenant of the connection."),
    row(700024, "the assertion is not within its time", "Check the clock of this machine; it may be some minutes off."),
    row(
        700025,
        "the application is a public one and takes no secret",
        "Set sign_in to 'browser' or 'device-code', or make {client} a confidential application.",
    ),
    row(700027, "the login server does not know the certificate", CERTIFICATE),
    row(700030, "the certificate is not valid: its issuer or subject does not match", CERTIFICATE),
    row(700038, "client_id is not that of an application", "Set client_id of the connection to the application's id."),
    row(700082, "the session has expired, since it was not used for long", AGAIN),
    row(700084, "the session has reached its end", AGAIN),
    row(700211, "no federated credential matches the token's issuer", "Check the federated credential of {client}."),
    row(700212, "no federated credential matches the token's audience", "Check the federated credential of {client}."),
    row(700213, "no federated credential matches the token's subject", "Check the federated credential of {client}."),
    row(900023, "'{tenant}' is no tenant", TENANT),
    row(900144, "a field is missing in the request", SETTINGS),
    row(900382, "secrets of this application are not sent to another cloud", TENANT),
    row(900432, "confidential applications of another cloud are not served here", TENANT),
    row(900491, "the service {resource} was not found in this tenant", "Check resource and tenant of the connection."),
    row(
        900561,
        "the login server took another kind of request than it was sent",
        "Check authority of the connection; a proxy may change requests.",
    ),
    row(
        901002,
        "the login server does not take 'resource' together with a scope",
        "Check authority of the connection.",
    ),
    row(
        7000112,
        "the application {client} is disabled",
        "Ask an administrator to enable it in 'Enterprise applications'.",
    ),
    row(7000114, "the application may not act on behalf of others", "Set another sign_in of the connection."),
    row(7000215, "the client secret is not right", "Put the secret's value, not its id, into {credential}."),
    row(
        7000216,
        "the application must prove who it is",
        "Set sign_in to 'client-secret' or 'certificate', or turn on 'Allow public client flows' for {client}.",
    ),
    row(
        7000218,
        "the application must prove who it is, since it is no public one",
        "Turn on 'Allow public client flows' for {client}.",
    ),
    row(7000222, "the client secret has expired", SECRET),
    row(7000229, "the application was never set up in tenant {tenant}", CONSENT),
    row(
        9001023,
        "this way of signing in is not open to personal accounts and every tenant at once",
        "Set tenant of the connection to a tenant's id, or to 'organizations'.",
    ),
    row(9002313, "the login server cannot read the request", SETTINGS),
    row(
        9002327,
        "the redirect address is registered for web pages only",
        "Register http://localhost for {client} under 'Mobile and desktop applications'.",
    ),
    row(
        9002332,
        "the application serves work accounts only",
        "Set tenant of the connection to a tenant's id, or to 'organizations'.",
    ),
    row(9002341, "the user must agree to single sign-on first", "Sign in by 'browser'."),
    row(
        9002346,
        "the application serves personal accounts only",
        "Register an application for work accounts, and set client_id.",
    ),
];

/// The names of OAuth 2, for a server that sends no number.
pub(super) fn of_name(error: &str) -> Option<(&'static str, &'static str)> {
    Some(match error {
        "invalid_client" | "unauthorized_client" => (
            "the application could not prove who it is",
            "Check client_id and {credential}, and that {client} may sign in this way.",
        ),
        "invalid_grant" => ("what renews or proves the sign-in is not valid any more", AGAIN),
        "invalid_scope" | "invalid_resource" | "invalid_target" => {
            ("what is asked for is not valid", "Check resource of the connection, and that {client} has {permission}.")
        }
        "invalid_request" | "unsupported_grant_type" | "unsupported_response_type" => {
            ("the login server does not take the request", SETTINGS)
        }
        "interaction_required" | "login_required" => ("a person has to answer something", MFA),
        "consent_required" => ("nobody has consented to what the application asks", CONSENT),
        "access_denied" | "authorization_declined" => {
            ("the sign-in was declined", "Sign in again, and accept what the page asks.")
        }
        "temporarily_unavailable" | "server_error" => {
            ("the login server has a passing fault", "Try again in a minute.")
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::TABLE;

    #[test]
    fn each_number_stands_once_and_in_order_with_whole_sentences() {
        for pair in TABLE.windows(2) {
            assert!(pair[0].code < pair[1].code, "{} stands before {}", pair[0].code, pair[1].code);
        }
        for row in TABLE {
            assert!(!row.what.ends_with('.') && row.advice.ends_with('.'), "{}", row.code);
            assert!(row.advice.starts_with(char::is_uppercase), "{}", row.code);
        }
    }
}
