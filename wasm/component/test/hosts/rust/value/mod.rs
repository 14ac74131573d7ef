//! The JSON of conversations.mjs as values of the types that a component has, and back.

use serde_json::{Map, Value, json};
use wasmtime::component::{Type, Val};

/// Returns the value of the type. What is none may be missing, and a `u64` is a text.
pub(crate) fn to_val(of: &Type, json: &Value) -> Val {
    match of {
        Type::Bool => Val::Bool(json.as_bool().unwrap()),
        Type::U8 => Val::U8(number(json).try_into().unwrap()),
        Type::U32 => Val::U32(number(json).try_into().unwrap()),
        Type::U64 => Val::U64(text(json).parse().unwrap()),
        Type::String => Val::String(text(json)),
        Type::Enum(_) => Val::Enum(text(json)),
        Type::List(list) => Val::List(
            json.as_array().unwrap().iter().map(|each| to_val(&list.ty(), each)).collect(),
        ),
        Type::Option(option) => {
            Val::Option((!json.is_null()).then(|| to_val(&option.ty(), json).into()))
        }
        Type::Record(record) => Val::Record(
            record
                .fields()
                .map(|field| (field.name.into(), to_val(&field.ty, &json[camel(field.name)])))
                .collect(),
        ),
        Type::Variant(variant) => {
            let tag = text(&json["tag"]);
            let case = variant.cases().find(|case| case.name == tag).unwrap();
            Val::Variant(tag, case.ty.map(|of| to_val(&of, &json["val"]).into()))
        }
        Type::Result(result) => Val::Result(match json["tag"].as_str() {
            Some("ok") => Ok(result.ok().map(|of| to_val(&of, &json["val"]).into())),
            _ => Err(None),
        }),
        other => panic!("spec/wit has no {other:?}"),
    }
}

/// Returns the JSON of a value.
pub(crate) fn to_json(val: &Val) -> Value {
    match val {
        Val::Bool(value) => json!(value),
        Val::U8(value) => json!(value),
        Val::U16(value) => json!(value),
        Val::U32(value) => json!(value),
        Val::U64(value) => json!(value.to_string()),
        Val::String(value) | Val::Enum(value) => json!(value),
        Val::List(values) | Val::Tuple(values) => values.iter().map(to_json).collect(),
        Val::Option(value) => value.as_deref().map_or(Value::Null, to_json),
        Val::Record(members) => members
            .iter()
            .map(|(name, value)| (camel(name), to_json(value)))
            .collect::<Map<_, _>>()
            .into(),
        Val::Variant(tag, None) => json!({ "tag": tag }),
        Val::Variant(tag, Some(value)) => json!({ "tag": tag, "val": to_json(value) }),
        other => panic!("spec/wit has no {other:?}"),
    }
}

/// Returns the JSON without the members that are none.
pub(crate) fn without_nulls(json: Value) -> Value {
    match json {
        Value::Object(members) => members
            .into_iter()
            .filter(|(_, each)| !each.is_null())
            .map(|(name, each)| (name, without_nulls(each)))
            .collect(),
        Value::Array(items) => items.into_iter().map(without_nulls).collect(),
        other => other,
    }
}

/// `company-id` as JSON has it: `companyId`.
pub(crate) fn camel(name: &str) -> String {
    let mut parts = name.split('-');
    let first = parts.next().unwrap().to_owned();
    parts.fold(first, |camel, part| camel + &part[..1].to_uppercase() + &part[1..])
}

fn text(json: &Value) -> String {
    json.as_str().unwrap().to_owned()
}

fn number(json: &Value) -> u64 {
    json.as_u64().unwrap()
}
