//! Storages that fail or lie, and instances that trap, 2,000 times each: the answers are those of the format, and the next call works.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(
    dead_code,
    reason = "of the modules of the example, some functions are for the server alone"
)]

#[path = "../src/authority.rs"]
mod authority;
#[path = "../src/component.rs"]
mod component;
#[path = "../src/threads.rs"]
mod threads;

use std::future;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::channel;

use authority::{Authority, Lost, Next};
use component::Compiled;
use component::exports::ssokey::sso::server::Failure;
use component::ssokey::sso::calls::{Call, FoundKey, Reply};
use component::ssokey::sso::http::{Body, Request, Response};
use component::ssokey::sso::records::{Company, Key, KeyStatus, Status};
use threads::Threads;
use tokio::runtime;
use tokio::task::JoinSet;

const TIMES: usize = 2_000;
/// Twice the memory that an instance begins with.
const LITTLE_MEMORY: usize = 2 << 20;
const KEY: &str = "ssok_0x2Q90BnVwyqXEBh5rWMRG4VSIFBhkjcMWcdTlnmW8a0dGdsX";

#[test]
fn a_storage_that_fails_or_lies_gives_the_answers_of_the_format() {
    let authority = authority();
    type Answer = fn(String) -> Reply;
    let kinds: [(Answer, u16, &str); 6] = [
        (|_| Reply::Failed, 503, "storage_unavailable"),
        (|_| Reply::Done, 500, "internal"),
        // Its records are read: what is refused below is refused for the lie.
        (|digest| found(Key { status: KeyStatus::Disabled, ..key(digest) }), 401, "invalid_ssokey"),
        (|_| found(key("0".repeat(64))), 500, "internal"),
        (|digest| found(Key { id: 0, ..key(digest) }), 500, "internal"),
        (|digest| found(Key { company_id: 9, ..key(digest) }), 500, "internal"),
    ];
    for (find_key, status, name) in kinds {
        for _ in 0..TIMES {
            let response = decide(&authority, find_key).unwrap();
            assert_eq!(
                (response.status, response.body.contains(&format!("\"{name}\""))),
                (status, true),
                "{}",
                response.body
            );
        }
        assert_eq!(decide(&authority, |_| Reply::None).unwrap().status, 401);
    }
    println!("{} kinds of answers, {TIMES} times each", kinds.len());
}

#[test]
fn an_instance_that_traps_is_replaced() {
    let authority = authority();
    for _ in 0..TIMES {
        // Requests with which nobody goes on fill the memory.
        let mut waiting = Vec::new();
        while let Ok(next) = authority.begin(request(&"x".repeat(500))) {
            let Next::Call(_, progress) = next else { panic!("an answer without a call") };
            waiting.push(progress);
        }
        // They were lost with their instance, and the new one is not touched by that.
        let Ok(Next::Call(_, next)) = authority.begin(request("x")) else { panic!("no call") };
        assert!(waiting.pop().unwrap().next(Some(&Reply::Admitted)).is_err());
        drop(waiting);
        assert!(next.next(Some(&Reply::Admitted)).is_ok());
        assert_eq!(authority.failure(Failure::Internal).unwrap().status, 500);
        assert_eq!(decide(&authority, |_| Reply::None).unwrap().status, 401);
    }
    println!("{TIMES} traps");
}

#[test]
fn a_request_that_is_dropped_leaves_its_memory() {
    let authority = authority();
    for _ in 0..TIMES {
        let next = authority.begin(request(&"x".repeat(500)));
        assert!(matches!(next, Ok(Next::Call(..))));
    }
}

#[test]
fn a_queue_that_is_full_takes_no_more() {
    let (go, wait) = channel();
    let threads = Arc::new(
        Threads::start(1, [move |_| wait.recv().map_or(Reply::Failed, |()| Reply::Done)]).unwrap(),
    );
    let outcomes = runtime::Builder::new_current_thread().build().unwrap().block_on(async {
        let mut asked = JoinSet::new();
        for _ in 0..10 {
            let threads = threads.clone();
            asked.spawn(async move { threads.answer(Call::ListProducts).await.is_ok() });
        }
        tokio::task::yield_now().await;
        for _ in 0..10 {
            go.send(()).unwrap();
        }
        asked.join_all().await
    });
    let answered = outcomes.iter().filter(|is_answered| **is_answered).count();
    // One waits, and one may have been begun before the next came.
    assert!((1..=2).contains(&answered), "{outcomes:?}");
}

fn authority() -> Authority {
    Authority::new(Compiled::open(Path::new("ssokey-stepped.wasm"), LITTLE_MEMORY).unwrap())
        .unwrap()
}

/// Decides a sign-on over a storage that answers `find-key` like this, and every other call well.
fn decide(authority: &Authority, find_key: impl Fn(String) -> Reply) -> Result<Response, Lost> {
    let answer = |call| {
        future::ready(if let Call::FindKey(digest) = call {
            find_key(digest)
        } else if let Call::Admit(_) = call {
            Reply::Admitted
        } else if let Call::Audit(_) = call {
            Reply::Done
        } else {
            Reply::None
        })
    };
    runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(authority.decide(request("x"), answer))
}

fn request(password: &str) -> Request {
    Request {
        method: "GET".into(),
        path: "/api/sso/authenticate".into(),
        query: format!(
            "email=ada%40partner.example&password={password}&ssokey={KEY}&product=livechat"
        )
        .into(),
        content_type: None,
        content_encoding: vec![],
        authorization: vec![],
        body: Body::Bytes(vec![]),
        source: None,
    }
}

fn key(digest: String) -> Key {
    Key { id: 5, digest, company_id: 1, status: KeyStatus::Enabled, expires_at: None }
}

fn found(key: Key) -> Reply {
    let company = Company {
        id: 1,
        name: "Partner Ltd".into(),
        domain: "partner.example".into(),
        email: "sso@partner.example".into(),
        products: vec!["livechat".into()],
        email_domains: vec![],
        account_type: "business".into(),
        domain_ownership_verified: false,
        domain_mx_verified: false,
        status: Status::Enabled,
    };
    Reply::Key(FoundKey { key, company })
}
