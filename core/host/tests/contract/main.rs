//! The contract tests: kept by a storage that does everything right, and each broken by one that does one thing wrong.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod decide;
mod memory;

use std::collections::BTreeSet;

use memory::Memory;
use ssokey_host::testing::{Broken, Test, tests};

/// What a storage does wrong, and the tests that see it.
const FAULTS: &[(&str, &[&str])] = &[
    ("verifies companies", &["a_company_is_created_with"]),
    ("finds any company", &["a_company_is_created_with", "a_company_is_found_by_its_registered"]),
    ("lets domains be taken", &["a_company_whose_domain", "of_64_creates_of_one_domain"]),
    ("lets addresses be taken", &["a_company_whose_domain", "of_64_creates_of_one_registered"]),
    (
        "finds and then creates companies",
        &["of_64_creates_of_one_domain", "of_64_creates_of_one_registered"],
    ),
    ("raises users of all companies", &["disabling_a_company", "the_version_of_each_user"]),
    ("raises at an enabling", &["disabling_a_company"]),
    ("raises later", &["of_64_disablings_of_a_company", "of_a_replacement_and_64_disablings"]),
    ("tells an old status of a company", &["the_status_of_a_company_is_told"]),
    (
        "is done with nobody",
        &[
            "the_status_of_a_company_that_is_not",
            "a_product_that_is_not_there",
            "who_is_not_there",
            "a_different_company_s_user_is_not_set",
        ],
    ),
    ("begins with version 2", &["a_created_user_has_the_documented"]),
    ("fails to find nobody", &["a_created_user_has_the_documented"]),
    ("manages all users as the partner's", &["a_created_user_has_the_manager"]),
    ("replaces who exists", &["a_user_who_exists"]),
    (
        "finds and then inserts",
        &[
            "of_64_creates_of_one_address_at_once_exactly",
            "of_64_creates_of_one_address_at_once_each",
        ],
    ),
    ("fails a lost race", &["a_user_who_exists"]),
    ("has each address once", &["a_user_is_one_of_one_company"]),
    ("fails what meets a different write", &["of_64_creates_of_different"]),
    ("gives ids a second time", &["the_ids_of_a_company_s"]),
    ("folds addresses", &["addresses_that_collations"]),
    ("cuts addresses", &["addresses_that_collations"]),
    ("finds users of all companies", &["a_user_is_one_of_one_company"]),
    ("swaps without the company", &["a_swap_with_a_different_company"]),
    ("swaps without comparing", &["a_swap_with_a_different_version", "of_64_replacements"]),
    ("compares and then swaps", &["of_64_replacements"]),
    ("keeps the time of the old password", &["a_replaced_password"]),
    ("forgets the key of a password", &["a_replaced_password", "the_passwords_that_a_key"]),
    ("replaces without raising", &["a_replaced_password"]),
    ("reads the version afterwards", &["a_replacement_is_told"]),
    ("rehashes without comparing", &["a_swap_with_a_different_version", "a_rehash_never"]),
    ("raises at a rehash", &["a_rehash_changes"]),
    ("needs no company", &["a_user_and_a_key_of"]),
    ("disables without raising", &["disabling_a_user", "of_a_replacement_and_64_disablings"]),
    ("changes the manager without raising", &["a_change_of_who"]),
    (
        "finds users by id alone",
        &["a_different_company_s_user_is_neither", "a_different_company_s_user_is_not_set"],
    ),
    ("renames who has a new address", &["a_user_gets_a_different"]),
    ("says that nobody has an address", &["a_user_gets_no_address"]),
    ("looks for addresses first", &["of_64_users_who"]),
    ("keeps the time of a disabled password", &["a_hash_that_is_the_expected"]),
    ("folds hashes", &["a_hash_that_is_not"]),
    ("disables any hash", &["of_a_replacement_and_64_disabled_passwords"]),
    ("finds enabled keys alone", &["a_key_is_found"]),
    ("stores a key twice", &["a_key_that_is_stored_twice"]),
    (
        "finds keys by id alone",
        &[
            "a_different_company_s_key_is_not_changed",
            "a_key_that_is_revoked_or",
            "a_different_company_s_key_is_not_ended",
        ],
    ),
    ("enables revoked keys", &["a_revoked_key_stays"]),
    ("never revokes", &["a_key_is_rotated", "of_64_rotations"]),
    ("rotates revoked keys", &["a_key_that_is_revoked_or", "of_64_rotations"]),
    ("revokes first", &["a_rotation_whose"]),
    ("forgets when a key was made", &["a_key_is_listed_with"]),
    ("takes the making of a key for a use", &["a_key_is_listed_with"]),
    ("forgets uses", &["a_token_and_a_code_take"]),
    ("lets uses go back", &["a_token_and_a_code_take"]),
    ("needs keys", &["a_token_may_have"]),
    ("keeps seconds", &["a_saved_token_is_found"]),
    ("copies who holds a token", &["a_holder_is"]),
    ("stores a token twice", &["a_token_or_a_code_that_is_stored_twice"]),
    ("has one table of tokens and codes", &["one_digest"]),
    ("fails to revoke nothing", &["a_revoked_token"]),
    ("leaves codes", &["a_code_is_taken_once"]),
    ("selects and then deletes", &["of_64_takers"]),
    ("purges too late", &["a_purge_deletes"]),
    ("never purges", &["a_purge_deletes"]),
    ("purges all that there is", &["a_purge_deletes"]),
    ("purges 1,000 tokens and no more", &["a_purge_deletes"]),
    ("trims names", &["what_is_set_of_a_user", "what_is_set_of_a_company"]),
    ("clears what is none", &["a_member_that_is_none"]),
    (
        "writes back whole records",
        &[
            "of_64_sets_of_a_user",
            "of_64_changes_of_an_address",
            "of_64_sets_of_a_company",
            "of_64_sign_outs",
            "of_64_uses_of_a_key",
        ],
    ),
    ("keeps the events of keys alone", &["an_event_that_comes", "each_change_of"]),
    ("has nothing to do with what is so already", &["a_change_that_leaves"]),
    ("has nothing to do with a key that is so already", &["a_change_that_leaves"]),
    ("ends all passwords", &["the_passwords_that_a_key"]),
    ("ends without raising", &["the_passwords_that_a_key", "of_a_replacement_and_64_endings"]),
    ("ends no revoked key", &["a_key_that_is_not_enabled"]),
    ("disables who is signed out", &["the_version_of_a_user"]),
    ("keeps the deleted for their tokens", &["a_user_is_deleted", "a_token_of_a_user_who"]),
    ("leaves what a company had", &["a_company_is_deleted"]),
    ("gives ids of the deleted again", &["the_id_of_a_user"]),
    ("gives a product that is there a secret", &["a_product_that_is_created"]),
    ("finds and then adds products", &["of_64_who_add"]),
    ("keeps the oldest secret", &["the_secret_that", "of_64_new_secrets"]),
    ("lists products as they came", &["products_are_listed"]),
    ("lists by domain", &["companies_are_listed"]),
    ("lists those of all companies", &["users_are_listed", "keys_are_listed"]),
    ("cuts lists", &["more_than_1000_users", "more_than_1000_keys", "more_than_1000_companies"]),
    ("raises 500 users", &["more_than_1000_users"]),
    ("holds without the company", &["a_token_whose_user", "a_code_whose_user"]),
    ("cuts hashes", &["texts_and_numbers"]),
    ("takes 0 for none", &["zero_is_kept"]),
    ("leaves new ids out of events", &["an_event_that_comes"]),
    ("records events first", &["the_event_of_a_token"]),
    (
        "records events of nothing",
        &["a_change_that_is_not_made", "of_64_creates_of_one_address_at_once_each"],
    ),
    ("forgets events of changes", &["each_change_of"]),
    ("lists events of all times", &["events_are_listed"]),
    ("purges all events", &["the_events_of_before"]),
    ("looks at the first 1,000 events alone", &["of_more_than_1000_events"]),
    ("keeps who holds a token until it is revoked", &["each_call_tells", "a_holder_is"]),
    ("keeps users until they are written to", &["each_call_tells"]),
    ("remembers keys that are not there", &["what_was_looked_for"]),
    ("remembers companies that are not there", &["what_was_looked_for"]),
    ("remembers products that are not there", &["what_was_looked_for"]),
    ("tells codes of a new version", &["a_holder_is"]),
    ("revokes codes as well", &["one_digest"]),
    ("counts purged tokens alone", &["a_purge_deletes"]),
    ("purges keys", &["a_purge_deletes"]),
    ("purges revoked keys", &["a_purge_deletes"]),
    ("purges events as well", &["a_purge_deletes"]),
    ("purges secrets", &["a_purge_deletes"]),
    ("hides what old keys gave", &["a_saved_token_is_found", "a_code_is_taken_once"]),
    ("ends a new key with the old one", &["a_key_is_rotated"]),
    ("forgets the end of a new key", &["a_key_is_rotated", "a_key_is_listed_with"]),
    ("lists keys without their end", &["a_key_is_listed_with", "each_call_tells"]),
    ("finds keys of the deleted", &["a_company_is_deleted"]),
    ("finds the deleted", &["a_company_is_deleted"]),
    ("gives ids of deleted keys again", &["the_id_of_a_user"]),
    ("looks for a company before", &["what_is_stored_of_a_company_that_is_deleted"]),
    ("ends no password of the disabled", &["the_passwords_that_a_key"]),
    ("ends no local password", &["the_passwords_that_a_key"]),
    ("signs nobody out who is disabled", &["the_version_of_each_user"]),
    ("leaves local users of a disabled company", &["disabling_a_company"]),
    ("gives each company a product", &["a_company_without_products"]),
    ("gives each company its own domain", &["a_company_without_products"]),
    ("sets no empty list", &["what_is_set_of_a_company"]),
    ("cuts names of companies", &["texts_and_lists"]),
    ("cuts names that are set", &["texts_and_lists"]),
    ("cuts domains", &["texts_and_lists"]),
    ("cuts kinds of accounts", &["texts_and_lists"]),
    ("cuts products of codes", &["texts_and_lists"]),
    ("ends codes by 2100", &["texts_and_lists", "each_call_tells"]),
    ("keeps 10 permissions", &["texts_and_lists"]),
    ("cuts URLs", &["texts_and_lists"]),
    ("fails to audit", &["what_is_audited"]),
    ("audits no faults", &["what_is_audited"]),
    ("launches without a product", &["the_event_of_a_token"]),
    ("stores one word for each status", &["each_change_of"]),
    ("records events of taken addresses", &["a_change_that_is_not_made"]),
    ("records events of no product", &["a_change_that_is_not_made"]),
    ("tells the first address", &["events_tell"]),
    ("forgets whose the events of the deleted were", &["events_tell"]),
];

/// Returns the promises that a storage of this fault breaks, of the tests whose names begin so.
fn broken(fault: &'static str, names: &[&str]) -> Vec<Broken> {
    let is_meant = |test: &Test<Memory>| names.iter().any(|name| test.name().starts_with(name));
    let run = |test: Test<Memory>| pollster::block_on(test.run(&Memory::with(fault))).err();
    tests().into_iter().filter(is_meant).filter_map(run).collect()
}

#[test]
fn a_storage_that_does_everything_right_keeps_every_promise() {
    assert_eq!(broken("", &[""]), []);
}

#[test]
fn each_fault_of_a_storage_is_seen_and_each_test_sees_one() {
    let (mut seen, mut unseen) = (BTreeSet::new(), vec![]);
    // Each on a thread of its own, since tests wait for what may be late.
    let found: Vec<_> = std::thread::scope(|scope| {
        let runs: Vec<_> =
            FAULTS.iter().map(|(fault, names)| scope.spawn(|| broken(fault, names))).collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    for ((fault, names), broken) in FAULTS.iter().zip(found) {
        for name in *names {
            match broken.iter().find(|broken| broken.name.starts_with(name)) {
                Some(found) => _ = seen.insert(found.name),
                None => unseen.push(format!("{name} does not see that it {fault}")),
            }
        }
    }
    assert_eq!(unseen, Vec::<String>::new());
    let all: BTreeSet<_> = tests::<Memory>().iter().map(Test::name).collect();
    assert_eq!(all.difference(&seen).collect::<Vec<_>>(), Vec::<&&str>::new());
    assert_eq!(all.len(), tests::<Memory>().len(), "no two names are the same");
}
