//! The answers to failures that no call tells of.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use serde_json::Value;
use ssokey_core::{Failure, Settings, failure};

#[test]
fn each_failure_is_answered_with_its_status_its_code_and_its_header() {
    let all = [
        (Failure::Internal, 500, 5000, vec![]),
        (Failure::StorageUnavailable, 503, 5030, vec![]),
        (Failure::Overloaded { seconds: 7 }, 503, 5031, vec![("retry-after", "7".to_owned())]),
        (Failure::MalformedRequest, 400, 4000, vec![]),
        (Failure::MethodNotAllowed, 405, 4050, vec![("allow", "GET, POST".to_owned())]),
        (Failure::TooLarge, 413, 4130, vec![]),
    ];
    for (failed, status, code, headers) in all {
        for is_legacy in [false, true] {
            let settings = Settings::default().with_legacy_status(is_legacy);
            let response = failure(failed, &settings);
            let body: Value = serde_json::from_str(&response.body).unwrap();
            assert_eq!(response.status, if is_legacy { 200 } else { status });
            assert_eq!(
                (&body["error"]["code"], &body["status_code"]),
                (&code.into(), &status.into())
            );
            let ending = if is_legacy { r#","success":false}"# } else { r#""stat":"fail"}"# };
            assert!(response.body.starts_with(r#"{"error":{"#) && response.body.ends_with(ending));
            // Every answer has four headers; these come after them.
            assert_eq!(response.headers.get(4..), Some(&*headers), "{failed:?}");
        }
    }
}
