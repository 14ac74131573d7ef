//! The ids of the checks and what they prove, which never change.

use std::collections::BTreeSet;

use ssokey_conformance::format::{Level, Requirement, Scope};
use ssokey_conformance::suite::{Check, Suite};

#[test]
fn the_list_of_checks_is_frozen() {
    let mut list = String::new();
    for check in Suite::v1().checks() {
        let requirements = check.requirements.join(" ");
        let Check { id, profile, .. } = check;
        list += &format!("{id:44} {:6} {profile:9} {requirements}\n", check.level());
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

#[test]
fn every_requirement_that_a_client_can_see_has_a_check() {
    let proved: BTreeSet<_> =
        Suite::v1().checks().iter().flat_map(|check| check.requirements).copied().collect();
    for requirement in Requirement::all() {
        let due = requirement.scope == Scope::Wire && requirement.level != Level::May;
        assert!(!due || proved.contains(requirement.id), "no check of {}", requirement.id);
    }
}
