//! The words of ATT&CK that a hunting query is filed under: tactics by name, techniques by number.

/// Tactics as Sentinel writes them, of the enterprise matrix first and in its order; the last ones are of the matrix for
/// industrial systems or older names.
const TACTICS: [&str; 19] = [
    "Reconnaissance",
    "ResourceDevelopment",
    "InitialAccess",
    "Execution",
    "Persistence",
    "PrivilegeEscalation",
    "DefenseEvasion",
    "CredentialAccess",
    "Discovery",
    "LateralMovement",
    "Collection",
    "CommandAndControl",
    "Exfiltration",
    "Impact",
    "Stealth",
    "DefenseImpairment",
    "ImpairProcessControl",
    "InhibitResponseFunction",
    "PreAttack",
];

/// The tactic that was meant, in any case and with blanks, dashes or underscores in it (`Lateral Movement`).
pub(super) fn tactic(written: &str) -> Option<&'static str> {
    let plain = |text: &str| text.chars().filter(char::is_ascii_alphabetic).collect::<String>().to_ascii_lowercase();
    let wanted = plain(written);
    TACTICS.into_iter().find(|it| plain(it) == wanted)
}

/// The number of a technique, `T1059` or `T1059.001`, in capitals; `None` for anything else.
pub(super) fn technique(written: &str) -> Option<String> {
    let number = written.trim().to_ascii_uppercase();
    let (technique, part) = number.strip_prefix('T')?.split_once('.').unwrap_or((&number[1..], ""));
    let digits = |text: &str, n: usize| text.len() == n && text.bytes().all(|it| it.is_ascii_digit());
    let whole = digits(technique, 4) && (digits(part, 3) || part.is_empty() && !number.contains('.'));
    whole.then_some(number)
}

/// The technique numbers that stand in a text, each once.
pub(super) fn techniques_in(text: &str) -> Vec<String> {
    let words = text.split(|it: char| !it.is_ascii_alphanumeric() && it != '.');
    let mut found = Vec::new();
    for number in words.filter_map(|it| technique(it.trim_matches('.'))) {
        if !found.contains(&number) {
            found.push(number);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tactics_are_known_however_they_are_written() {
        for written in ["LateralMovement", "lateral movement", "Lateral-Movement", "LATERAL_MOVEMENT"] {
            assert_eq!(tactic(written), Some("LateralMovement"), "{written}");
        }
        assert_eq!(tactic("Movement"), None);
    }

    #[test]
    fn techniques_are_numbers_of_their_form() {
        for (written, number) in
            [("T1059", Some("T1059")), ("t1059.001", Some("T1059.001")), (" T1003 ", Some("T1003"))]
        {
            assert_eq!(technique(written).as_deref(), number);
        }
        for bad in ["", "T", "T105", "T10599", "T1059.1", "T1059.", "T1059.0011", "1059", "TA0001", "Té59"] {
            assert_eq!(technique(bad), None, "{bad}");
        }
        assert_eq!(techniques_in("see T1003.001, T1059. and T1059 (not T15)"), ["T1003.001", "T1059"]);
    }
}
