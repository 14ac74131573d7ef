//! GET, POST with a form and POST with JSON: three ways to say the same.

use crate::checks::one_body::spellings;
use crate::format::operation::Operation;
use crate::format::profile::Profile;
use crate::format::refusal::Refusal;
use crate::format::way::Way;
use crate::message::json::Json;
use crate::message::request::Request;
use crate::record::mismatch::Mismatch;
use crate::record::stop::Stop;
use crate::suite::check::{Check, Judge};
use crate::suite::probe::Probe;

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "way.accepts-get",
        profile: Profile::SignOn,
        requirements: &["SSO-REQ-001"],
        title: "a GET with the fields in its query signs on",
        judge: Judge::Active(|probe| accepts(probe, Way::Get)),
    },
    Check {
        id: "way.accepts-form",
        profile: Profile::SignOn,
        requirements: &["SSO-REQ-002"],
        title: "a POST with a form signs on",
        judge: Judge::Active(|probe| accepts(probe, Way::Form)),
    },
    Check {
        id: "way.accepts-json",
        profile: Profile::SignOn,
        requirements: &["SSO-REQ-003"],
        title: "a POST with a JSON object of strings signs on",
        judge: Judge::Active(|probe| accepts(probe, Way::Json)),
    },
    Check {
        id: "way.all-agree",
        profile: Profile::SignOn,
        requirements: &["SSO-RULE-002", "SSO-REQ-001", "SSO-REQ-002", "SSO-REQ-003"],
        title: "the three ways sign on the same user with the same answer but for the token",
        judge: Judge::Active(all_agree),
    },
    Check {
        id: "way.get-ignores-content-type",
        profile: Profile::SignOn,
        requirements: &["SSO-REQ-018"],
        title: "a GET is read from its query, whatever its Content-Type says",
        judge: Judge::Active(get_ignores_content_type),
    },
    Check {
        id: "way.post-takes-no-field-from-query",
        profile: Profile::SignOn,
        requirements: &["SSO-REQ-019"],
        title: "a field of a POST that is in its query only is missing",
        judge: Judge::Active(post_takes_no_field_from_query),
    },
    Check {
        id: "way.accepts-media-type-variants",
        profile: Profile::SignOn,
        requirements: &["SSO-REQ-017"],
        title: "parameters and the case of a POST's media type, and the case of its header's name, do not matter",
        judge: Judge::Active(accepts_media_type_variants),
    },
    Check {
        id: "way.refuses-other-media-types",
        profile: Profile::SignOn,
        requirements: &["SSO-REQ-017"],
        title: "a POST of any other media type is refused",
        judge: Judge::Active(refuses_other_media_types),
    },
    Check {
        id: "way.empty-body-holds-no-fields",
        profile: Profile::SignOn,
        requirements: &["SSO-REQ-024"],
        title: "a POST with an empty body misses its fields, whatever its media type",
        judge: Judge::Active(empty_body_holds_no_fields),
    },
];

fn accepts(probe: &mut Probe<'_>, way: Way) -> Result<(), Stop> {
    let user = probe.user();
    let request = way.request(&user).case("a new user");
    let Some(created) = probe.expect_sign_on(&request)? else {
        return Ok(());
    };
    let again = way.request(&user).case("the user created before");
    probe.expect_same_user(&again, &created)
}

fn all_agree(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let user = probe.user();
    let created = probe.sign_on(&user)?;
    let members = |answer: &crate::message::answer::Answer| -> Vec<(String, Json)> {
        let members = answer.member("return").map_or(&[][..], Json::members);
        let but_token = members.iter().filter(|(name, _)| name != "token");
        but_token.cloned().collect()
    };
    let before = members(&created.answer);
    for way in Way::ALL {
        let request = way.request(&user);
        let Some(now) = probe.expect_sign_on(&request)? else {
            continue;
        };
        let now = members(&now.answer);
        for (name, value) in &before {
            let same = now.iter().find(|(known, _)| known == name);
            if same.map(|(_, value)| value) != Some(value) {
                let expected = format!("`{name}` to be {value} as in the answer to a form");
                let actual = same.map_or("no such member".to_owned(), |(_, it)| it.to_string());
                probe.note(&request, Mismatch::new(expected, actual));
            }
        }
    }
    Ok(())
}

fn get_ignores_content_type(probe: &mut Probe<'_>) -> Result<(), Stop> {
    for media_type in ["application/json", "application/x-www-form-urlencoded", "text/plain"] {
        let request = Way::Get.request(&probe.user());
        probe.expect_sign_on(&request.header("content-type", media_type))?;
    }
    Ok(())
}

fn post_takes_no_field_from_query(probe: &mut Probe<'_>) -> Result<(), Stop> {
    for name in Operation::SignOn.required() {
        for way in [Way::Form, Way::Json] {
            let user = probe.user();
            let moved = crate::message::fields::Fields::default().and(name, user.value(name));
            let request = way.request(&user.without(name)).query(moved.form());
            let request = request.case(format!("`{name}` in the query only"));
            probe.expect_refusal(&request, Refusal::MISSING)?;
        }
    }
    let user = probe.user();
    let request = Request::form("").query(user.form());
    let request = request.case("every field in the query, the body empty");
    probe.expect_refusal(&request, Refusal::MISSING)
}

fn accepts_media_type_variants(probe: &mut Probe<'_>) -> Result<(), Stop> {
    for media_type in [
        "application/json; charset=utf-8",
        "Application/JSON",
        "application/json;charset=\"UTF-8\"",
        "application/json ; charset=utf-8",
    ] {
        let body = probe.user().json();
        probe.expect_sign_on(&Request::post(media_type, body))?;
    }
    for media_type in [
        "application/x-www-form-urlencoded; charset=UTF-8",
        "APPLICATION/X-WWW-FORM-URLENCODED",
        "application/x-www-form-urlencoded ;charset=utf-8",
    ] {
        let body = probe.user().form();
        probe.expect_sign_on(&Request::post(media_type, body))?;
    }
    for way in [Way::Form, Way::Json] {
        for name in spellings("content-type") {
            let request = way.request(&probe.user()).respell(&name);
            probe.expect_sign_on(&request.case(format!("a header `{name}`")))?;
        }
    }
    Ok(())
}

fn empty_body_holds_no_fields(probe: &mut Probe<'_>) -> Result<(), Stop> {
    for media_type in ["application/json", "application/x-www-form-urlencoded", "text/plain"] {
        let request = Request::post(media_type, "").case("an empty body");
        probe.expect_refusal(&request, Refusal::MISSING)?;
    }
    Ok(())
}

fn refuses_other_media_types(probe: &mut Probe<'_>) -> Result<(), Stop> {
    let unheard_of = format!("application/x-{}", probe.accounts().run());
    for media_type in
        ["text/plain", "application/xml", "application/jsonp", "text/json", &unheard_of]
    {
        let body = probe.user().json();
        probe.expect_refusal(&Request::post(media_type, body), Refusal::MEDIA_TYPE)?;
    }
    for media_type in ["multipart/form-data; boundary=x", "application/x-www-form-urlencoded-2"] {
        let body = probe.user().form();
        probe.expect_refusal(&Request::post(media_type, body), Refusal::MEDIA_TYPE)?;
    }
    Ok(())
}
