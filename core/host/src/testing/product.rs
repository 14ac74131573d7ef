//! Products.

use ssokey_core::{CompanyId, EventKind, LaunchUrl, Product, ProductName};

use crate::testing::check::{Checked, RACERS, Tested, expect, expect_soon, present, race};
use crate::testing::promises;
use crate::testing::record::{digest, event, later, product_name};
use crate::{Change, Creation};

promises! {
    "STO-PRODUCT" a_product_that_is_created_has_no_previous_secret_and_one_that_is_there_keeps_its_secrets;
    "STO-PRODUCT" of_64_who_add_a_product_at_once_one_adds_it_with_its_secret;
    "STO-PRODUCT" the_secret_that_a_product_had_becomes_the_previous_one_or_is_gone;
    "STO-PRODUCT" a_product_that_is_not_there_is_not_rotated;
    "STO-PRODUCT" of_64_new_secrets_at_once_the_previous_one_is_one_of_them;
    "STO-PRODUCT" products_are_listed_by_name_byte_by_byte_each_once_and_whole;
}

const URL: &str = "https://chat.example/enter?from=sso";

pub(super) async fn save<S: Tested>(
    storage: &S,
    name: &str,
    url: &str,
    secret: u64,
) -> Checked<Creation> {
    let url = present("a URL", LaunchUrl::parse(url))?;
    let event = event(EventKind::ProductSet);
    Ok(storage.save_product(product_name(name)?, url, digest(secret), event).await?)
}

pub(super) async fn rotate<S: Tested>(
    storage: &S,
    name: &str,
    secret: u64,
    end: Option<u64>,
) -> Checked<Change> {
    let event = event(EventKind::ProductRotated);
    Ok(storage.rotate_product(product_name(name)?, digest(secret), end, event).await?)
}

fn product(name: &str, url: &str, secret: u64, previous: Option<(u64, u64)>) -> Checked<Product> {
    crate::testing::record::record(serde_json::json!({
        "name": name, "launchUrl": url, "secretDigest": digest(secret),
        "previousSecretDigest": previous.map(|(secret, _)| digest(secret)),
        "previousSecretExpiresAt": previous.map(|(_, end)| end),
    }))
}

async fn expect_product<S: Tested>(storage: &S, expected: Product) -> Checked {
    let name: ProductName = expected.name.clone();
    let find = async || Ok(storage.find_product(name.clone()).await?);
    expect_soon("the product", find, Some(expected)).await
}

async fn a_product_that_is_created_has_no_previous_secret_and_one_that_is_there_keeps_its_secrets<
    S: Tested,
>(
    storage: &S,
    _: CompanyId,
) -> Checked {
    expect("adding", save(storage, "livechat", URL, 1).await?, Creation::Created(()))?;
    expect_product(storage, product("livechat", URL, 1, None)?).await?;
    let moved = "https://new.example/enter";
    expect("saving", save(storage, "livechat", moved, 2).await?, Creation::Exists)?;
    expect_product(storage, product("livechat", moved, 1, None)?).await?;
    let end = later(60);
    rotate(storage, "livechat", 3, Some(end)).await?;
    expect("saving", save(storage, "livechat", URL, 4).await?, Creation::Exists)?;
    expect_product(storage, product("livechat", URL, 3, Some((1, end)))?).await?;
    expect("one that is not there", storage.find_product(product_name("email")?).await?, None)
}

async fn of_64_who_add_a_product_at_once_one_adds_it_with_its_secret<S: Tested>(
    storage: &S,
    _: CompanyId,
) -> Checked {
    let outcomes = race(|number| save(storage, "livechat", URL, number)).await?;
    let mut added = (0..).zip(outcomes).filter(|(_, outcome)| *outcome == Creation::Created(()));
    let (secret, _) = present("who added it", added.next())?;
    expect("who added it besides", added.next(), None)?;
    expect_product(storage, product("livechat", URL, secret, None)?).await
}

async fn the_secret_that_a_product_had_becomes_the_previous_one_or_is_gone<S: Tested>(
    storage: &S,
    _: CompanyId,
) -> Checked {
    save(storage, "livechat", URL, 1).await?;
    save(storage, "email", URL, 1).await?;
    let end = later(60);
    for (secret, previous) in
        [(2, Some((1, end))), (3, Some((2, end + 1))), (4, None), (5, Some((4, end)))]
    {
        let end = previous.map(|(_, end)| end);
        expect("rotating", rotate(storage, "livechat", secret, end).await?, Change::Done)?;
        expect_product(storage, product("livechat", URL, secret, previous)?).await?;
    }
    expect_product(storage, product("email", URL, 1, None)?).await
}

async fn a_product_that_is_not_there_is_not_rotated<S: Tested>(
    storage: &S,
    _: CompanyId,
) -> Checked {
    let rotated = rotate(storage, "livechat", 1, Some(later(60))).await?;
    expect("rotating", rotated, Change::NotFound)?;
    expect("the product", storage.find_product(product_name("livechat")?).await?, None)
}

async fn of_64_new_secrets_at_once_the_previous_one_is_one_of_them<S: Tested>(
    storage: &S,
    _: CompanyId,
) -> Checked {
    save(storage, "livechat", URL, 1000).await?;
    let end = later(60);
    race(|number| rotate(storage, "livechat", number, Some(end))).await?;
    let mut products = storage.list_products().await?;
    let product = present("the product", products.pop())?;
    let number_of = |secret| (0..RACERS).find(|number| Some(digest(*number)) == secret);
    let present_one = number_of(Some(product.secret_digest));
    let previous = number_of(product.previous_secret_digest);
    expect("the secret is one of them", present_one.is_some(), true)?;
    let differs = previous.is_some() && previous != present_one;
    expect("the previous one is a different one of them", differs, true)
}

async fn products_are_listed_by_name_byte_by_byte_each_once_and_whole<S: Tested>(
    storage: &S,
    _: CompanyId,
) -> Checked {
    expect("none", storage.list_products().await?, vec![])?;
    for name in ["chat", "chat2", "chat-2", "chat1", "1", "-x", "x-", "x"] {
        save(storage, name, URL, 1).await?;
    }
    let end = later(60);
    rotate(storage, "x", 2, Some(end)).await?;
    let expected: Checked<Vec<Product>> =
        ["-x", "1", "chat", "chat-2", "chat1", "chat2", "x", "x-"]
            .into_iter()
            .map(|name| match name {
                "x" => product(name, URL, 2, Some((1, end))),
                name => product(name, URL, 1, None),
            })
            .collect();
    expect("the products", storage.list_products().await?, expected?)
}
