//! Every vector of the format through both worlds in wasmtime, by types that the components themselves have: the calls, the bytes of the answer and
//! what the hashes are are those of the vector. Reads `conversations.json` of conversations.mjs.

mod value;

use std::collections::HashMap;
use std::fs;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use value::{camel, to_json, to_val, without_nulls};
use wasmtime::component::types::ComponentItem;
use wasmtime::component::{Component, Func, Instance, Linker, Type, Val};
use wasmtime::{Engine, Store};

const DECISION: &str = "ssokey:sso/decision@0.1.0";
const AUTHORITY: &str = "ssokey:sso/authority@0.1.0";

#[test]
fn stepped_says_what_the_vectors_say() {
    let mut host = Host::over("stepped", |_, _| panic!("it imports no function"));
    let [begin, next, verification, hash] =
        ["begin", "next", "compute-verification", "compute-hash"]
            .map(|name| host.function(DECISION, name));
    let mut hashes = HashMap::new();
    check("stepped", |conversation| {
        let members = [&conversation["input"], &conversation["settings"], &conversation["moment"]];
        let mut progress = ok(host.call(begin, &members.map(Clone::clone)));
        let mut reply = Val::Option(None);
        for turn in conversation["turns"].as_array().unwrap() {
            let Val::Variant(_, Some(pending)) = host.call_with(next, &[progress, reply]) else {
                panic!("done too early")
            };
            let Val::Record(pending) = *pending else { panic!("no record") };
            let [(_, call), (_, rest)] = <[_; 2]>::try_from(pending).unwrap();
            assert_eq!(without_nulls(to_json(&call)), turn["call"]);
            let reply_type = host.parameters(next)[1].clone();
            reply = to_val(&reply_type, &turn["reply"]);
            progress = rest;
            if turn["isHash"] == true {
                let computed = hashes.entry(turn["call"].to_string()).or_insert_with(|| {
                    let is_hash = turn["call"]["tag"] == "hash-password";
                    let value = to_json(&ok(host.call(
                        if is_hash { hash } else { verification },
                        &[turn["call"]["val"].clone()],
                    )));
                    if is_hash {
                        json!({ "tag": "hashed", "val": value })
                    } else {
                        json!({ "tag": value })
                    }
                });
                assert_eq!(*computed, turn["reply"]);
            }
        }
        let Val::Variant(tag, Some(response)) = host.call_with(next, &[progress, reply]) else {
            panic!("no response")
        };
        assert_eq!(tag, "done");
        to_json(&response)
    });
    assert!(hashes.len() > 10, "{} hashes", hashes.len());
}

#[test]
fn embedded_says_what_the_vectors_say() {
    let turns = Arc::new(Mutex::new(Vec::new()));
    let asked = turns.clone();
    let mut host = Host::over("embedded", move |name, parameters| {
        let turn: Value =
            asked.lock().unwrap().pop().expect("a call that the vector does not have");
        assert_eq!(
            (name, without_nulls(parameters)),
            (turn["name"].as_str().unwrap(), turn["parameters"].clone())
        );
        turn["result"].clone()
    });
    let [handle, carry_out] = ["handle", "carry-out"].map(|name| host.function(AUTHORITY, name));
    check("embedded", |conversation| {
        *turns.lock().unwrap() =
            conversation["turns"].as_array().unwrap().iter().rev().cloned().collect();
        let input = &conversation["input"];
        let function = if input["tag"] == "request" { handle } else { carry_out };
        let members = [&input["val"], &conversation["settings"], &conversation["moment"]];
        let response = to_json(&ok(host.call(function, &members.map(Clone::clone))));
        assert_eq!(turns.lock().unwrap().len(), 0, "calls that were not made");
        response
    });
}

/// Compares the answers of a world, and prints how many there were.
fn check(world: &str, mut answer: impl FnMut(&Value) -> Value) {
    let conversations: Value =
        serde_json::from_slice(&fs::read("conversations.json").unwrap()).unwrap();
    let conversations = conversations[world].as_array().unwrap();
    for conversation in conversations {
        println!("{}", conversation["id"]);
        assert_eq!(answer(conversation), conversation["response"]);
    }
    println!("{world}: {} vectors passed", conversations.len());
}

struct Host {
    store: Store<()>,
    instance: Instance,
}

impl Host {
    /// Makes an instance, whose imported functions are answered by name and parameters.
    fn over(world: &str, answer: impl Fn(&str, Value) -> Value + Send + Sync + 'static) -> Self {
        let engine = Engine::default();
        let component = Component::from_file(&engine, format!("ssokey-{world}.wasm")).unwrap();
        let mut linker = Linker::new(&engine);
        let answer = Arc::new(answer);
        for (interface, item) in component.component_type().imports(&engine) {
            let ComponentItem::ComponentInstance(functions) = item.ty else {
                panic!("{interface}")
            };
            let mut linked = linker.instance(interface).unwrap();
            for (name, item) in functions.exports(&engine) {
                let ComponentItem::ComponentFunc(_) = item.ty else { continue };
                let (answer, name) = (answer.clone(), name.to_owned());
                linked
                    .func_new(&name.clone(), move |_, function, parameters, results| {
                        let names = function.params().map(|(name, _)| camel(name));
                        let members = names.zip(parameters.iter().map(to_json)).collect();
                        results[0] = to_val(
                            &function.results().next().unwrap(),
                            &answer(&name, Value::Object(members)),
                        );
                        Ok(())
                    })
                    .unwrap();
            }
        }
        let mut store = Store::new(&engine, ());
        let instance = linker.instantiate(&mut store, &component).unwrap();
        Self { store, instance }
    }

    fn function(&mut self, interface: &str, name: &str) -> Func {
        let interface = self.instance.get_export_index(&mut self.store, None, interface).unwrap();
        let index =
            self.instance.get_export_index(&mut self.store, Some(&interface), name).unwrap();
        self.instance.get_func(&mut self.store, index).unwrap()
    }

    fn parameters(&self, function: Func) -> Vec<Type> {
        function.ty(&self.store).params().map(|(_, of)| of).collect()
    }

    fn call(&mut self, function: Func, members: &[Value]) -> Val {
        let parameters: Vec<_> = self
            .parameters(function)
            .iter()
            .zip(members)
            .map(|(of, json)| to_val(of, json))
            .collect();
        self.call_with(function, &parameters)
    }

    fn call_with(&mut self, function: Func, parameters: &[Val]) -> Val {
        let mut results = [Val::Bool(false)];
        function.call(&mut self.store, parameters, &mut results).unwrap();
        let [result] = results;
        result
    }
}

fn ok(result: Val) -> Val {
    let Val::Result(Ok(Some(value))) = result else { panic!("{result:?}") };
    *value
}
