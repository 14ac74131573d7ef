//! Rows as JSON objects, and back: a column has the name of its member in snake case.

use rusqlite::types::{Value as Sql, ValueRef};
use rusqlite::{Transaction, params_from_iter};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::Answer;

/// A record by its members.
pub(super) type Row = Map<String, Value>;

/// The columns of texts of JSON.
const NESTED: [&str; 4] = ["products", "email_domains", "permissions", "fault"];
/// The columns of booleans.
const FLAGS: [&str; 4] =
    ["domain_ownership_verified", "domain_mx_verified", "is_creator", "is_company_admin"];

/// Returns the members of a record.
pub(super) fn object(record: &impl Serialize) -> Answer<Row> {
    Ok(serde_json::from_value(serde_json::to_value(record)?)?)
}

/// Returns the record of these members.
pub(super) fn read<T: DeserializeOwned>(row: Row) -> Answer<T> {
    Ok(serde_json::from_value(Value::Object(row))?)
}

/// Returns the first row of a table that fits.
pub(super) fn first(
    db: &Transaction<'_>,
    table: &str,
    condition: &str,
    values: &[Value],
) -> Answer<Option<Row>> {
    Ok(rows(db, &format!("SELECT * FROM {table} WHERE {condition}"), values)?.pop())
}

/// Returns the record of the first row of a table that fits.
pub(super) fn find<T: DeserializeOwned>(
    db: &Transaction<'_>,
    table: &str,
    condition: &str,
    values: &[Value],
) -> Answer<Option<T>> {
    first(db, table, condition, values)?.map(read).transpose()
}

/// Returns the records of a query.
pub(super) fn list<T: DeserializeOwned>(
    db: &Transaction<'_>,
    sql: &str,
    values: &[Value],
) -> Answer<Vec<T>> {
    rows(db, sql, values)?.into_iter().map(read).collect()
}

/// Inserts a row and returns it as it is stored; none if that was not inserted.
pub(super) fn insert(
    db: &Transaction<'_>,
    table: &str,
    row: Row,
    on_conflict: &str,
) -> Answer<Option<Row>> {
    let columns: Vec<String> = row.keys().map(|member| column(member)).collect();
    let (columns, places) = (columns.join(", "), vec!["?"; row.len()].join(", "));
    let sql =
        format!("INSERT INTO {table} ({columns}) VALUES ({places}) {on_conflict} RETURNING *");
    let values: Vec<Value> = row.into_iter().map(|(_, value)| value).collect();
    Ok(rows(db, &sql, &values)?.pop())
}

/// Changes rows and returns their number.
pub(super) fn change(db: &Transaction<'_>, sql: &str, values: &[Value]) -> Answer<usize> {
    Ok(db.prepare_cached(sql)?.execute(params_from_iter(values.iter().map(sql_of)))?)
}

/// Returns the column of a member.
pub(super) fn column(member: &str) -> String {
    member.chars().fold(String::new(), |mut column, character| {
        if character.is_ascii_uppercase() {
            column.push('_');
        }
        column.push(character.to_ascii_lowercase());
        column
    })
}

fn member(column: &str) -> String {
    let mut words = column.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |member, word| {
        let (initial, rest) = word.split_at(word.len().min(1));
        member + &initial.to_ascii_uppercase() + rest
    })
}

fn rows(db: &Transaction<'_>, sql: &str, values: &[Value]) -> Answer<Vec<Row>> {
    let mut statement = db.prepare_cached(sql)?;
    let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let mut found = statement.query(params_from_iter(values.iter().map(sql_of)))?;
    let mut rows = vec![];
    while let Some(row) = found.next()? {
        let mut members = Row::new();
        for (at, column) in columns.iter().enumerate() {
            members.insert(member(column), json_of(column, row.get_ref(at)?)?);
        }
        rows.push(members);
    }
    Ok(rows)
}

fn json_of(column: &str, value: ValueRef<'_>) -> Answer<Value> {
    Ok(match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(flag) if FLAGS.contains(&column) => Value::Bool(flag != 0),
        ValueRef::Integer(number) => number.into(),
        ValueRef::Text(json) if NESTED.contains(&column) => serde_json::from_slice(json)?,
        ValueRef::Text(text) => str::from_utf8(text)?.into(),
        // The tables are strict and have no such columns.
        ValueRef::Real(_) | ValueRef::Blob(_) => return Err("a column has a wrong type".into()),
    })
}

fn sql_of(value: &Value) -> Sql {
    match value {
        Value::Null => Sql::Null,
        Value::Bool(flag) => Sql::Integer((*flag).into()),
        // The integers of the contract are at most 2^53-1.
        Value::Number(number) => number.as_i64().map_or(Sql::Null, Sql::Integer),
        Value::String(text) => Sql::Text(text.clone()),
        Value::Array(_) | Value::Object(_) => Sql::Text(value.to_string()),
    }
}
