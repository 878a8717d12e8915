//! Which columns hold whom: names as Microsoft's hunting schema and Sentinel's tables have them.

use super::names::Class;

/// Ends of column names, longest match first where two fit; compared without case.
const ENDINGS: &[(&str, Class)] = &[
    ("AccountName", Class::User),
    ("AccountUpn", Class::User),
    ("AccountDisplayName", Class::User),
    ("DisplayName", Class::User),
    ("UserPrincipalName", Class::User),
    ("UserName", Class::User),
    ("Upn", Class::User),
    ("EmailAddress", Class::User),
    ("FromAddress", Class::User),
    ("SamAccountName", Class::User),
    ("GivenName", Class::User),
    ("Surname", Class::User),
    ("Manager", Class::User),
    ("Caller", Class::User),
    ("Actor", Class::User),
    ("MailboxOwner", Class::User),
    ("LoggedOnUser", Class::User),
    ("AccountDomain", Class::Domain),
    ("DomainName", Class::Domain),
    ("FromDomain", Class::Domain),
    ("NTDomain", Class::Domain),
    ("DnsDomain", Class::Domain),
    ("DeviceName", Class::Host),
    ("ComputerName", Class::Host),
    ("HostName", Class::Host),
    ("MachineName", Class::Host),
    ("WorkstationName", Class::Host),
    ("Workstation", Class::Host),
    ("DeviceDnsName", Class::Host),
    ("DeviceId", Class::Device),
    ("MachineId", Class::Device),
    ("TenantName", Class::Organisation),
    ("OrganizationName", Class::Organisation),
    ("CompanyName", Class::Organisation),
];

/// Whole column names.
const NAMES: &[(&str, Class)] = &[
    ("User", Class::User),
    ("UserId", Class::User),
    ("UserKey", Class::User),
    ("Account", Class::User),
    ("Identity", Class::User),
    ("Computer", Class::Host),
    ("Device", Class::Host),
    ("Host", Class::Host),
    ("Dvc", Class::Host),
];

/// Columns that end like one of the above and describe files, applications and the like.
const NEVER: &[&str] = &[
    "ApplicationDisplayName",
    "AppDisplayName",
    "ResourceDisplayName",
    "ServicePrincipalDisplayName",
    "ProcessVersionInfoCompanyName",
    "InitiatingProcessVersionInfoCompanyName",
    "ServiceDisplayName",
    "PolicyDisplayName",
    "ConditionalAccessPolicyDisplayName",
    "RuleDisplayName",
];

/// Whom the values of a column name; `None` where their form alone decides.
pub(super) fn class_of(column: &str) -> Option<Class> {
    if NEVER.iter().any(|it| column.eq_ignore_ascii_case(it)) {
        return None;
    }
    let whole = NAMES.iter().find(|(name, _)| column.eq_ignore_ascii_case(name));
    let ending = || ENDINGS.iter().filter(|(ending, _)| ends_with(column, ending)).max_by_key(|it| it.0.len());
    whole.or_else(ending).map(|it| it.1)
}

fn ends_with(column: &str, ending: &str) -> bool {
    let start = column.len().checked_sub(ending.len());
    start.and_then(|it| column.get(it..)).is_some_and(|it| it.eq_ignore_ascii_case(ending))
}
