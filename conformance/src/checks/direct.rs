//! Direct sign-in: a user's own password, without a key. It is how old and new passwords are told apart from outside.

use crate::checks::alike::alike;
use crate::checks::known::{Known, expect_holder, session};
use crate::checks::password::filled;
use crate::format::operation::Operation;
use crate::format::product::ProductName;
use crate::format::profile::Profile;
use crate::format::refusal::Refusal;
use crate::format::way::Way;
use crate::message::fields::Fields;
use crate::record::left_behind::DOMAIN;
use crate::record::mismatch::Mismatch;
use crate::record::stop::Stop;
use crate::suite::check::{Check, Judge};
use crate::suite::probe::Probe;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "direct.accepts-password",
        profile: Profile::Direct,
        requirements: &["SSO-DIR-001", "SSO-RULE-001"],
        title: "by GET, form and JSON, with and without a product: the documented answer of the user",
        judge: Judge::Active(accepts_password),
    },
    Check {
        id: "direct.ignores-case",
        profile: Profile::Direct,
        requirements: &["SSO-DIR-009", "SSO-REQ-010"],
        title: "the case of the user's e-mail and of the company's domain does not matter",
        judge: Judge::Active(ignores_case),
    },
    Check {
        id: "direct.asks-for-company",
        profile: Profile::Direct,
        requirements: &["SSO-DIR-002"],
        title: "without a company the configured one is meant, or asked for where there is none",
        judge: Judge::Active(asks_for_company),
    },
    Check {
        id: "direct.refuses-malformed-company",
        profile: Profile::Direct,
        requirements: &["SSO-DIR-009"],
        title: "a company that is not a domain name is invalid, and one label is one",
        judge: Judge::Active(refuses_malformed_company),
    },
    Check {
        id: "direct.refuses-malformed-user",
        profile: Profile::Direct,
        requirements: &["SSO-DIR-001"],
        title: "a user that is not an e-mail is invalid",
        judge: Judge::Active(refuses_malformed_user),
    },
    Check {
        id: "direct.refuses-malformed-product",
        profile: Profile::Direct,
        requirements: &["SSO-DIR-010"],
        title: "a product that cannot be the name of one is invalid",
        judge: Judge::Active(refuses_malformed_product),
    },
    Check {
        id: "direct.ignores-unlisted-product",
        profile: Profile::Direct,
        requirements: &["SSO-DIR-010"],
        title: "a product that is not on the server's list counts as absent, and the token bears none",
        judge: Judge::Active(ignores_unlisted_product),
    },
    Check {
        id: "direct.refuses-alike",
        profile: Profile::Direct,
        requirements: &["SSO-DIR-003"],
        title: "an unknown company, an unknown user and a wrong password get the same bytes",
        judge: Judge::Active(refuses_alike),
    },
    Check {
        id: "direct.refuses-near-misses",
        profile: Profile::Direct,
        requirements: &["SSO-DIR-003"],
        title: "a password with spaces around it, in a different case or in a different Unicode form is wrong",
        judge: Judge::Active(refuses_near_misses),
    },
    Check {
        id: "direct.never-cuts-password",
        profile: Profile::Direct,
        requirements: &["SSO-REQ-013"],
        title: "a password that differs in its last byte, or after NUL, is a different one, up to 1,024 bytes",
        judge: Judge::Active(never_cuts_password),
    },
    Check {
        id: "direct.refuses-1025-bytes",
        profile: Profile::Direct,
        requirements: &["SSO-REQ-013"],
        title: "a password of more than 1,024 bytes is refused, however few its characters",
        judge: Judge::Active(refuses_1025_bytes),
    },
    Check {
        id: "direct.creates-nobody",
        profile: Profile::Direct,
        requirements: &["SSO-DIR-005"],
        title: "an unknown user stays unknown",
        judge: Judge::Active(creates_nobody),
    },
    Check {
        id: "direct.replaces-nothing",
        profile: Profile::Direct,
        requirements: &["SSO-DIR-005"],
        title: "a wrong password replaces nothing and ends no token",
        judge: Judge::Active(replaces_nothing),
    },
    Check {
        id: "direct.tells-new-password-from-old",
        profile: Profile::Direct,
        requirements: &["SSO-DIR-008"],
        title: "after each replacement the new password is accepted and every older one refused",
        judge: Judge::Active(tells_new_password_from_old),
    },
    Check {
        id: "direct.shows-that-refused-methods-do-nothing",
        profile: Profile::Direct,
        requirements: &["SSO-REQ-020"],
        title: "a sign-on by HEAD, PUT or DELETE replaces no password",
        judge: Judge::Active(refused_methods_do_nothing),
    },
];

fn accepts_password(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let known = Known::new(probe)?;
    let direct = known.direct()?;
    for way in Way::ALL {
        let request = way.to(Operation::Direct, &direct);
        let token = expect_holder(probe, &request, &known)?;
        if let (Some(token), Ok(())) = (token, probe.needs(Operation::Session)) {
            let request = session(&token).case("with the token of a direct sign-in");
            expect_holder(probe, &request, &known)?;
        }
    }
    let product = direct.and("product", probe.product());
    let request = Way::Form.to(Operation::Direct, &product).case("with a product");
    expect_holder(probe, &request, &known).map(drop)
}

fn ignores_case(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let known = Known::new(probe)?;
    let direct = known.direct()?;
    for name in ["userid", "company"] {
        let upper = direct.value(name).to_ascii_uppercase();
        for way in Way::ALL {
            let request = way.to(Operation::Direct, &direct.clone().with(name, &upper));
            expect_holder(probe, &request.case(format!("`{name}` in upper case")), &known)?;
        }
    }
    Ok(())
}

fn asks_for_company(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let known = Known::new(probe)?;
    let direct = known.direct()?.without("company");
    let request = Way::Form.to(Operation::Direct, &direct).case("no `company`");
    let answer = match probe.answered(&request)? {
        Ok(answer) => answer,
        Err(mismatch) => {
            probe.note(&request, mismatch);
            return Ok(());
        }
    };
    // Where a different company is configured, its user of this e-mail is meant: there is none.
    if answer.is(Refusal::MISSING) || answer.is(Refusal::CREDENTIALS) {
        return Ok(());
    }
    if answer.is_success() {
        return expect_holder(probe, &request, &known).map(drop);
    }
    let expected = format!("the user, {} or {}", Refusal::MISSING, Refusal::CREDENTIALS);
    probe.note(&request, Mismatch::new(expected, answer.summary()));
    Ok(())
}

fn refuses_malformed_company(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let direct = Known::new(probe)?.direct()?;
    let label = "x".repeat(64);
    let long = format!("{}x", "x.".repeat(127));
    let name = format!("{}_x", probe.accounts().name());
    for company in [
        "-x.example",
        "x-.example",
        "x..example",
        ".example",
        "example.",
        "x_y.example",
        "x y.example",
        "ü.example",
        "\u{212a}.example",
        "x@y.example",
        "127.0.0.1:80",
        "*",
        &label,
        &long,
        &name,
    ] {
        let fields = direct.clone().with("company", company);
        let request = Way::Form.to(Operation::Direct, &fields);
        let case = if company.len() > 20 {
            format!("a company of {} characters", company.len())
        } else {
            format!("the company `{company}`")
        };
        probe.expect_refusal(&request.case(case), Refusal::INVALID)?;
    }
    for company in ["intranet", "10.0.0.1"] {
        let fields = direct.clone().with("company", company);
        let request = Way::Form.to(Operation::Direct, &fields);
        let request = request.case(format!("the company `{company}`, which nobody has"));
        probe.expect_refusal(&request, Refusal::CREDENTIALS)?;
    }
    Ok(())
}

fn refuses_malformed_user(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let known = Known::new(probe)?;
    let direct = known.direct()?;
    let name = probe.accounts().name();
    for (value, case) in [
        (name.as_str(), "a user without an at sign"),
        (&format!("{name}..x@{DOMAIN}"), "a user with two dots in a row"),
        (&format!(" {name}@{DOMAIN}"), "a user after a space"),
    ] {
        let fields = direct.clone().with("userid", value);
        let request = Way::Form.to(Operation::Direct, &fields).case(case);
        probe.expect_refusal(&request, Refusal::INVALID)?;
    }
    Ok(())
}

fn refuses_malformed_product(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let direct = Known::new(probe)?.direct()?;
    let long = "x".repeat(ProductName::MAX_LENGTH + 1);
    let misspelt = probe.misspelt_product();
    for product in [misspelt.as_str(), "Conference", "con_ference", " conference", "\u{e9}", &long]
    {
        let request = Way::Form.to(Operation::Direct, &direct.clone().and("product", product));
        probe
            .expect_refusal(&request.case(format!("the product `{product}`")), Refusal::INVALID)?;
    }
    Ok(())
}

fn ignores_unlisted_product(probe: &mut Probe<'_>) -> Result<(), Stop> {
    for (way, product) in Way::ALL.into_iter().cycle().zip(probe.unlisted_products()) {
        let known = Known::new(probe)?;
        let case = format!("the product `{product}`");
        let direct = known.direct()?.and("product", &product);
        let request = way.to(Operation::Direct, &direct).case(case.as_str());
        let token = expect_holder(probe, &request, &known)?;
        if let (Some(token), Ok(())) = (token, probe.needs(Operation::Session)) {
            let query = Fields::default().and("product", probe.product()).form();
            let request = session(&token).query(query).case(format!("a token given for {case}"));
            expect_holder(probe, &request, &known)?;
        }
        let wrong = direct.with("password", &probe.password());
        let request = way.to(Operation::Direct, &wrong).case(format!("{case}, a wrong password"));
        probe.expect_refusal(&request, Refusal::CREDENTIALS)?;
    }
    Ok(())
}

fn refuses_alike(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let known = Known::new(probe)?;
    let direct = known.direct()?;
    let stranger = format!("{}@{DOMAIN}", probe.accounts().name());
    let nowhere = format!("{}.{DOMAIN}", probe.accounts().name());
    let cases = [
        (direct.clone().with("password", &probe.password()), "a wrong password"),
        (direct.clone().with("userid", &stranger), "an unknown user"),
        (direct.clone().with("company", &nowhere), "an unknown company"),
        (
            direct.with("userid", &stranger).with("company", &nowhere),
            "an unknown user of an unknown company",
        ),
    ];
    let requests = Way::ALL.into_iter().flat_map(|way| {
        cases.iter().map(move |(fields, case)| way.to(Operation::Direct, fields).case(*case))
    });
    let requests: Vec<_> = requests.collect();
    alike(probe, Some(Refusal::CREDENTIALS), &requests).map(drop)
}

fn refuses_near_misses(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let password = format!("{}-x\u{e9}", probe.password());
    let fields = probe.user().with("password", &password);
    let known = Known::with(probe, fields)?;
    expect_holder(probe, &known.direct_request("the password itself")?, &known)?;
    for (near, case) in [
        (format!("{password} "), "with a space after it"),
        (format!(" {password}"), "with a space before it"),
        (format!("{password}\n"), "with a line feed after it"),
        (format!("{password}\0"), "with NUL after it"),
        (password.replace("-x", "-X"), "with one letter in upper case"),
        (password.replace('\u{e9}', "e\u{301}"), "in a different Unicode form"),
        (password.replace('\u{e9}', "e"), "without its accent"),
        (password.replace("-x", "&#45;x"), "with a hyphen as in HTML"),
        (password.replace("-x", "&#x2d;x"), "with a hyphen as in HTML, in hexadecimal"),
        (format!("{password}%"), "with a wildcard after it"),
        (format!("{password}#a"), "with a number sign and more after it"),
    ] {
        let fields = known.direct()?.with("password", &near);
        let request = Way::Json.to(Operation::Direct, &fields);
        probe
            .expect_refusal(&request.case(format!("the password {case}")), Refusal::CREDENTIALS)?;
    }
    Ok(())
}

fn never_cuts_password(probe: &mut Probe<'_>) -> Result<(), Stop> {
    for (length, middle) in [(72, "x"), (128, "x"), (1023, "x"), (200, "\0")] {
        let start = probe.password();
        let filling = length - start.len().min(length) - 1;
        let start = format!("{start}{middle}{}", "x".repeat(filling));
        let fields = probe.user().with("password", &format!("{start}a"));
        let known = Known::with(probe, fields)?;
        let other = known.direct()?.with("password", &format!("{start}b"));
        let request = Way::Json.to(Operation::Direct, &other);
        let case = if middle == "\0" {
            "a password that differs after NUL".to_owned()
        } else {
            format!("a password that differs in byte {}", start.len() + 1)
        };
        probe.expect_refusal(&request.case(case), Refusal::CREDENTIALS)?;
    }
    Ok(())
}

fn refuses_1025_bytes(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let direct = Known::new(probe)?.direct()?;
    for (password, case) in [
        (filled(probe, 'x', 1025), "a password of 1025 bytes"),
        (filled(probe, '\u{20ac}', 1500), "a password of 1500 bytes in characters of three"),
    ] {
        let fields = direct.clone().with("password", &password);
        let request = Way::Form.to(Operation::Direct, &fields).case(case);
        probe.expect_refusal(&request, Refusal::INVALID)?;
    }
    Ok(())
}

fn creates_nobody(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let company = Known::new(probe)?.company()?;
    let stranger = format!("{}@{DOMAIN}", probe.accounts().name());
    let fields = Fields::default()
        .and("userid", &stranger)
        .and("password", &probe.password())
        .and("company", &company);
    for case in ["an unknown user", "the same unknown user with the same password again"] {
        let request = Way::Form.to(Operation::Direct, &fields).case(case);
        probe.expect_refusal(&request, Refusal::CREDENTIALS)?;
    }
    Ok(())
}

fn replaces_nothing(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let known = Known::new(probe)?;
    let wrong = known.direct()?.with("password", &probe.password());
    for case in ["a wrong password", "the same wrong password again"] {
        let request = Way::Form.to(Operation::Direct, &wrong).case(case);
        probe.expect_refusal(&request, Refusal::CREDENTIALS)?;
    }
    let request = known.direct_request("the right password after a wrong one")?;
    expect_holder(probe, &request, &known)?;
    if probe.needs(Operation::Session).is_ok() {
        let request = session(&known.token()?).case("the token given before the wrong password");
        expect_holder(probe, &request, &known)?;
    }
    Ok(())
}

fn tells_new_password_from_old(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let mut known = Known::new(probe)?;
    for round in ["first", "second"] {
        let old = known.direct()?;
        let new = known.fields.clone().with("password", &probe.password());
        probe.sign_on(&new)?;
        known.fields = new;
        let case = format!("the new password after the {round} replacement");
        expect_holder(probe, &known.direct_request(&case)?, &known)?;
        let request = Way::Form.to(Operation::Direct, &old);
        let request = request.case(format!("the old password after the {round} replacement"));
        probe.expect_refusal(&request, Refusal::CREDENTIALS)?;
    }
    Ok(())
}

fn refused_methods_do_nothing(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let known = Known::new(probe)?;
    for method in ["HEAD", "PUT", "DELETE"] {
        let new = known.fields.clone().with("password", &probe.password());
        let way = if method == "PUT" { Way::Form } else { Way::Get };
        let sign_on = way.request(&new).method(method);
        drop(probe.answered(&sign_on)?);
        let case = format!("the password from before a sign-on by {method}");
        expect_holder(probe, &known.direct_request(&case)?, &known)?;
    }
    Ok(())
}
