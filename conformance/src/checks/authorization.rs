//! `Authorization`: more than one value where it is read, and any where it is not.

use crate::checks::alike::{expect_same, expect_same_or};
use crate::checks::input::fields;
use crate::checks::known::forged_token;
use crate::format::operation::Operation;
use crate::format::refusal::Refusal;
use crate::format::way::Way;
use crate::message::request::Request;
use crate::record::stop::Stop;
use crate::suite::probe::Probe;

const HEADER: &str = "authorization";

/// Expects every request with two values to be refused, however they come.
pub(super) fn refuses_two(probe: &mut Probe<'_>, operation: Operation) -> Result<(), Stop> {
    let bare = if operation.required().is_empty() {
        Request::bare(operation)
    } else {
        let fields = fields(probe, operation);
        Way::Form.to(operation, &fields)
    };
    // It has the form of a token, and a product's secret may be any text.
    let credential = forged_token(probe);
    let one = format!("Bearer {credential}");
    for (values, case) in [
        (vec![one.clone(), one.clone()], "the same value twice, in two headers"),
        (vec![one.clone(), format!("Basic {credential}")], "two schemes, in two headers"),
        (vec![one.clone(), String::new()], "a value, and an empty header"),
        (vec![format!("{one}, {one}")], "the same value twice, in one header"),
        (vec![format!("Basic {credential},{one}")], "two schemes, in one header"),
        (vec![format!("{one},")], "a value with a comma after it"),
    ] {
        let request = with_values(&bare, values);
        probe.expect_refusal(&request.case(case), Refusal::DUPLICATE)?;
    }
    let request = bare.header("Authorization", one.clone()).header("AUTHORIZATION", one);
    let request = request.case("the same value twice, in two headers of different case");
    probe.expect_refusal(&request, Refusal::DUPLICATE)
}

/// Expects every value, and two of them, to change no answer of an operation that does not read them. An HTTP parser in front may refuse two.
pub(super) fn ignores(probe: &mut Probe<'_>, operation: Operation) -> Result<(), Stop> {
    let credential = forged_token(probe);
    let [bearer, basic] = ["Bearer", "Basic"].map(|scheme| format!("{scheme} {credential}"));
    for way in operation.ways() {
        let fields = fields(probe, operation);
        let plain = way.to(operation, &fields);
        let one = [(vec![&bearer], "a token"), (vec![&basic], "a different scheme")];
        let two = [
            (vec![&bearer, &bearer], "the same value twice, in two headers"),
            (vec![&bearer, &basic], "two schemes, in two headers"),
        ];
        let request = |(values, case)| with_values(&plain, values).case(case);
        expect_same(probe, &plain, &one.map(request))?;
        expect_same_or(probe, Some(Refusal::MALFORMED), &plain, &two.map(request))?;
    }
    Ok(())
}

/// The request with so many headers.
fn with_values(request: &Request, values: impl IntoIterator<Item: Into<String>>) -> Request {
    values.into_iter().fold(request.clone(), |request, value| request.header(HEADER, value))
}
