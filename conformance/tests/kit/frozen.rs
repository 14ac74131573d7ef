//! What never changes: the ids of the checks and what they prove.

use std::collections::BTreeSet;

use ssokey_conformance::requirement::{Level, Requirement, Scope};
use ssokey_conformance::suite::Suite;

#[test]
fn the_list_of_checks_is_frozen() {
    let mut list = String::new();
    for check in Suite::v1().checks() {
        let requirements = check.requirements.join(" ");
        list += &format!("{:42} {:6} {requirements}\n", check.id, check.level());
    }
    insta::assert_snapshot!(list);
}

#[test]
fn an_id_is_given_once_and_is_kebab_case() {
    let mut seen = BTreeSet::new();
    for check in Suite::v1().checks() {
        let (area, name) = check.id.split_once('.').unwrap();
        for part in [area, name] {
            let lawful =
                |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
            assert!(part.bytes().all(lawful), "{}", check.id);
        }
        assert!(seen.insert(check.id), "{} twice", check.id);
    }
}

#[test]
fn a_check_proves_requirements_of_one_level_that_a_client_can_see() {
    for check in Suite::v1().checks() {
        assert!(!check.requirements.is_empty(), "{}", check.id);
        for id in check.requirements {
            let requirement =
                Requirement::find(id).unwrap_or_else(|| panic!("no requirement {id}"));
            assert_eq!(requirement.scope, Scope::Wire, "{}", check.id);
            assert_eq!(requirement.level, check.level(), "{}", check.id);
        }
    }
}

/// What the checks are about so far: sign-on, as one company with one key sees it.
fn is_of_sign_on(requirement: &Requirement) -> bool {
    let areas = ["SSO-RULE-", "SSO-KEY-", "SSO-REQ-", "SSO-RSP-", "SSO-TOK-"];
    areas.iter().any(|area| requirement.id.starts_with(area)) || requirement.id == "SSO-TEN-003"
}

#[test]
fn every_requirement_of_sign_on_that_a_client_can_see_has_a_check() {
    let proved: BTreeSet<_> =
        Suite::v1().checks().iter().flat_map(|check| check.requirements).copied().collect();
    for requirement in Requirement::all() {
        let due = requirement.scope == Scope::Wire
            && requirement.level != Level::May
            && is_of_sign_on(requirement);
        assert!(!due || proved.contains(requirement.id), "no check of {}", requirement.id);
    }
}
