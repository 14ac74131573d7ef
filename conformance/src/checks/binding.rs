//! Codes and tokens bound to what they were given for: a product, a user and a password.

use std::collections::BTreeMap;

use crate::checks::alike::alike;
use crate::checks::known::{Known, expect_holder, expect_token, session};
use crate::checks::launch::{Launched, launch, launched};
use crate::format::operation::Operation;
use crate::format::profile::Profile;
use crate::format::refusal::Refusal;
use crate::format::way::Way;
use crate::message::fields::Fields;
use crate::message::json::Json;
use crate::message::request::Request;
use crate::record::lacking::Lacking;
use crate::record::mismatch::Mismatch;
use crate::record::stop::Stop;
use crate::suite::check::{Check, Judge};
use crate::suite::probe::Probe;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "exchange.refuses-other-products",
        profile: Profile::Launch,
        requirements: &["SSO-EXC-003"],
        title: "a code is exchanged by the product that it was given for, and by no other with a secret of its own",
        judge: Judge::Active(refuses_other_products),
    },
    Check {
        id: "exchange.gives-each-code-its-user",
        profile: Profile::Launch,
        requirements: &["SSO-EXC-001"],
        title: "codes of two users, exchanged in the reverse order, give each its own user",
        judge: Judge::Active(gives_each_code_its_user),
    },
    Check {
        id: "exchange.takes-code-of-every-launch",
        profile: Profile::Launch,
        requirements: &["SSO-EXC-001"],
        title: "a code of a launch by GET, form and JSON, for each of two products, is exchanged by its own product",
        judge: Judge::Active(takes_code_of_every_launch),
    },
    Check {
        id: "launch.goes-to-product",
        profile: Profile::Launch,
        requirements: &["SSO-LAU-002"],
        title: "by GET, form and JSON a launch goes to the URL of its own product",
        judge: Judge::Active(goes_to_product),
    },
    Check {
        id: "session.minds-product-of-every-token",
        profile: Profile::Session,
        requirements: &["SSO-SES-007"],
        title: "tokens of sign-on, direct sign-in and exchange, for two products, are valid for their own alone",
        judge: Judge::Active(minds_product_of_every_token),
    },
    Check {
        id: "session.ends-on-every-replacement",
        profile: Profile::Session,
        requirements: &["SSO-SES-005"],
        title: "a password replaced by sign-on or launch, by GET, form or JSON, ends each kind of token, also once the old password is back",
        judge: Judge::Active(ends_on_every_replacement),
    },
    Check {
        id: "sign-out.ends-token-by-every-way",
        profile: Profile::Session,
        requirements: &["SSO-OUT-002"],
        title: "a token signed out in header, form or JSON is invalid, and tokens of other users are not",
        judge: Judge::Active(ends_token_by_every_way),
    },
];

fn words(way: Way) -> &'static str {
    match way {
        Way::Get => "GET",
        Way::Form => "form",
        Way::Json => "JSON",
    }
}

/// A product and the secret with which it exchanges codes.
pub(super) type Product<'t> = (&'t str, &'t str);

pub(super) fn exchange(way: Way, code: &str, (product, secret): Product<'_>) -> Request {
    let fields = Fields::default().and("code", code).and("product", product);
    way.to(Operation::Exchange, &fields).bearer(secret)
}

/// Launches for one of two products, and says which one cannot be launched.
fn launch_for(probe: &mut Probe<'_>, fields: &Fields) -> Result<Launched, Stop> {
    let product = fields.value("product");
    let is_second = product != probe.product();
    launch(probe, fields).map_err(|stop| match &stop {
        Stop::Blocked(why) if is_second && why.lacking() == Some(&Lacking::LaunchUrl) => {
            Stop::Blocked(Lacking::SecondLaunchUrl(product.to_owned()).into())
        }
        Stop::Blocked(_) | Stop::Lacking(_) | Stop::Fault(_) => stop,
    })
}

/// Returns the two products, of which each is seen to exchange a code of its own.
fn two_products<'t>(probe: &mut Probe<'t>) -> Result<(Known, [Product<'t>; 2]), Stop> {
    let first = (probe.product(), probe.product_secret()?);
    let second = probe.second_product()?;
    let known = Known::new(probe)?;
    for product in [first, second] {
        let code = launch_for(probe, &known.fields.clone().with("product", product.0))?.code;
        let request = exchange(Way::Form, &code, product).case("a product's own code");
        let refused = probe.answered(&request)?.is_ok_and(|answer| answer.is(Refusal::TOKEN));
        if refused {
            let name = product.0;
            let why = format!("the server refuses the secret of `{name}`: is it this product's?");
            return Err(Stop::Blocked(why.into()));
        }
    }
    Ok((known, [first, second]))
}

fn refuses_other_products(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let (known, [first, second]) = two_products(probe)?;
    let mut requests = Vec::new();
    for way in [Way::Form, Way::Json] {
        for (own, other) in [(first, second), (second, first)] {
            let user = known.fields.clone().with("product", own.0);
            for (by, case) in [
                (other, "by a different product with that product's secret"),
                ((own.0, other.1), "with the secret of a different product"),
                ((other.0, own.1), "in the name of a different product"),
            ] {
                let code = launch(probe, &user)?.code;
                let case = format!("a code for `{}` {case}", own.0);
                requests.push(exchange(way, &code, by).case(case));
            }
            let code = launch(probe, &user)?.code;
            let request = exchange(way, &code, own).case(format!("a code for `{}`", own.0));
            expect_holder(probe, &request, &known)?;
        }
    }
    alike(probe, Some(Refusal::TOKEN), &requests).map(drop)
}

fn takes_code_of_every_launch(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let (known, products) = two_products(probe)?;
    for way in Way::ALL {
        for product in products {
            let fields = known.fields.clone().with("product", product.0);
            let request = way.to(Operation::Launch, &fields);
            // That there has to be a code is for other checks to say.
            let Ok(Launched { code, .. }) = launched(probe, &request, &fields)? else { continue };
            let request = exchange(Way::Form, &code, product);
            let case = format!("a code for `{}` of a launch by {}", product.0, words(way));
            expect_holder(probe, &request.case(case), &known)?;
        }
    }
    Ok(())
}

fn gives_each_code_its_user(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let own = (probe.product(), probe.product_secret()?);
    let users = [Known::new(probe)?, Known::new(probe)?, Known::new(probe)?];
    for way in [Way::Form, Way::Json] {
        let mut codes = Vec::new();
        for known in &users {
            codes.push((known, launch(probe, &known.fields)?.code));
        }
        for (number, (known, code)) in codes.iter().enumerate().rev() {
            let case = format!("the code of user {} of 3", number + 1);
            expect_holder(probe, &exchange(way, code, own).case(case), known)?;
        }
    }
    Ok(())
}

fn goes_to_product(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let (known, products) = two_products(probe)?;
    let mut urls = BTreeMap::<&str, String>::new();
    for way in Way::ALL {
        for (name, _) in products {
            let request = way.to(Operation::Launch, &known.fields.clone().with("product", name));
            let request = request.case(format!("the product `{name}`"));
            let Ok(answer) = probe.answered(&request)? else { continue };
            let location = answer.header("Location").unwrap_or_default();
            let Some(url) = answer.code().and_then(|code| location.strip_suffix(&*code)) else {
                let expected = "a `Location` that ends in a code";
                probe.note(&request, Mismatch::new(expected, answer.summary()));
                continue;
            };
            if urls.iter().any(|(other, known)| *other != name && known == url) {
                let expected = "a different URL than that of the other product";
                probe.note(&request, Mismatch::new(expected, format!("the same one, `{url}`")));
            }
            let own = urls.entry(name).or_insert_with(|| url.to_owned());
            if *own != url {
                let expected = format!("the URL of the product as before, `{own}`");
                probe.note(&request, Mismatch::new(expected, format!("`{url}`")));
            }
        }
    }
    Ok(())
}

/// A token that a request is answered with; none if the company does not have the product.
fn token_of(probe: &mut Probe<'_>, request: &Request) -> Result<Option<String>, Stop> {
    let Ok(answer) = probe.answered(request)? else { return Ok(None) };
    Ok(answer.returned("token").and_then(Json::as_str).map(str::to_owned))
}

/// The tokens that this user gets for a product, by every operation that gives one.
fn tokens(
    probe: &mut Probe<'_>,
    known: &Known,
    product: &str,
    secret: Option<&str>,
) -> Result<Vec<(&'static str, String)>, Stop> {
    let user = known.fields.clone().with("product", product);
    let mut requests = vec![("a sign-on", Way::Form.request(&user))];
    if probe.needs(Operation::Direct).is_ok() {
        let direct = known.direct()?.and("product", product);
        requests.push(("a direct sign-in", Way::Form.to(Operation::Direct, &direct)));
    }
    if let (Some(secret), Ok(()), Ok(())) =
        (secret, probe.needs(Operation::Launch), probe.needs(Operation::Exchange))
        && let Ok(launched) = launch(probe, &user)
    {
        requests.push(("an exchange", exchange(Way::Form, &launched.code, (product, secret))));
    }
    let mut tokens = Vec::new();
    for (source, request) in requests {
        tokens.extend(token_of(probe, &request)?.map(|token| (source, token)));
    }
    Ok(tokens)
}

fn minds_product_of_every_token(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let known = Known::new(probe)?;
    let (own, secret) = (probe.product(), probe.product_secret().ok());
    let Some(other) = probe.other_product() else { return Ok(()) };
    let other_secret = probe.second_product().ok().map(|(_, secret)| secret);
    for (given_for, secret, not_for) in [(own, secret, other), (other, other_secret, own)] {
        for (source, token) in tokens(probe, &known, given_for, secret)? {
            let ask = |product: &str| {
                let case = format!("the product `{product}`, a token of {source} to `{given_for}`");
                let query = Fields::default().and("product", product).form();
                session(&token).query(query).case(case)
            };
            expect_token(probe, &ask(given_for), &known, &token)?;
            probe.expect_refusal(&ask(not_for), Refusal::TOKEN)?;
        }
    }
    Ok(())
}

fn ends_on_every_replacement(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let secret = probe.product_secret().ok();
    for operation in [Operation::SignOn, Operation::Launch] {
        if probe.needs(operation).is_err() {
            continue;
        }
        for way in Way::ALL {
            let known = Known::new(probe)?;
            let tokens = tokens(probe, &known, probe.product(), secret)?;
            let name = operation.name();
            let refused = |probe: &mut Probe<'_>, when: &str| -> Result<(), Stop> {
                for (source, token) in &tokens {
                    let case = format!("a token of {source} from before a {name} {when}");
                    probe.expect_refusal(&session(token).case(case), Refusal::TOKEN)?;
                }
                Ok(())
            };
            let new = known.fields.clone().with("password", &probe.password());
            let request = way.to(operation, &new).case("a different password");
            let replaced = probe.answered(&request)?.is_ok_and(|answer| !answer.is_refusal());
            if !replaced {
                // Other checks expect it to succeed.
                continue;
            }
            refused(probe, "replaced the password")?;
            probe.sign_on(&known.fields)?;
            refused(probe, "replaced the password, which is back again")?;
        }
    }
    Ok(())
}

fn ends_token_by_every_way(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let colleague = Known::new(probe)?;
    let others = colleague.token()?;
    for (place, way) in [
        ("Bearer", Way::Form),
        ("token", Way::Form),
        ("_token", Way::Form),
        ("token", Way::Json),
        ("_token", Way::Json),
    ] {
        let token = Known::new(probe)?.token()?;
        let request = match place {
            "Bearer" => Request::bare(Operation::SignOut).bearer(&token),
            name => way.to(Operation::SignOut, &Fields::default().and(name, &token)),
        };
        drop(probe.answered(&request)?);
        let by = if way == Way::Json { "JSON" } else { "form" };
        let case = format!("a token that was signed out as {place}, by {by}");
        probe.expect_refusal(&session(&token).case(case), Refusal::TOKEN)?;
    }
    let request = session(&others).case("the token of a user who did not sign out");
    expect_token(probe, &request, &colleague, &others)
}
