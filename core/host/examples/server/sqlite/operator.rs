//! The operator's part of the storage.

use rusqlite::Transaction;
use serde_json::{Value, json};
use ssokey_core::operator::{
    CompanyMembers, EventFilter, ListedKey, Page, StoredEvent, UserMembers,
};
use ssokey_core::{
    Company, CompanyId, CompanyStatus, Digest, Email, Event, KeyId, KeyStatus, LaunchUrl,
    ManagedBy, NewCompany, NewKey, PasswordHash, Product, ProductName, User, UserId, UserStatus,
};
use ssokey_host::{Change, Creation, Naming, OperatorStorage, Swap};

use super::row::{Row, change, column, find, first, insert, list, object, read};
use super::{Answer, OF_COMPANY, Sqlite};

const RAISE: &str = "credential_version = credential_version + 1";

/// Stores the event of a change, if that found its record.
fn told(db: &Transaction<'_>, changed: usize, event: &Event) -> Answer<Change> {
    if changed == 0 {
        return Ok(Change::NotFound);
    }
    insert(db, "events", object(event)?, "")?;
    Ok(Change::Done)
}

/// Sets the members that are not null.
fn set(
    db: &Transaction<'_>,
    table: &str,
    members: Row,
    condition: &str,
    values: &[Value],
) -> Answer<usize> {
    let (mut set, mut all) = (String::new(), vec![]);
    for (member, value) in members.into_iter().filter(|(_, value)| !value.is_null()) {
        set += &format!("{} = ?, ", column(&member));
        all.push(value);
    }
    all.extend_from_slice(values);
    change(db, &format!("UPDATE {table} SET {set}id = id WHERE {condition}"), &all)
}

fn save_key(db: &Transaction<'_>, key: &NewKey, mut event: Event) -> Answer<KeyId> {
    let mut row = object(key)?;
    row.insert("status".into(), json!("enabled"));
    row.insert("createdAt".into(), json!(event.at));
    let stored = insert(db, "keys", row, "")?.ok_or("the key was not stored")?;
    let id = serde_json::from_value(json!(stored.get("id")))?;
    event.key_id = Some(id);
    insert(db, "events", object(&event)?, "")?;
    Ok(id)
}

impl Sqlite {
    /// Changes rows with an event.
    async fn change(&self, sql: String, values: Vec<Value>, event: Event) -> Answer<Change> {
        self.write(move |db| told(db, change(db, &sql, &values)?, &event)).await
    }
}

impl OperatorStorage for Sqlite {
    async fn find_company_by_email(&self, email: Email) -> Answer<Option<Company>> {
        self.read(move |db| find(db, "companies", "email = ?", &[json!(email)])).await
    }

    async fn create_company(
        &self,
        company: NewCompany,
        mut event: Event,
    ) -> Answer<Creation<Company>> {
        self.write(move |db| {
            let mut row = object(&company)?;
            for flag in ["domainOwnershipVerified", "domainMxVerified"] {
                row.insert(flag.into(), json!(false));
            }
            row.insert("status".into(), json!("enabled"));
            let Some(row) = insert(db, "companies", row, "ON CONFLICT DO NOTHING")? else {
                return Ok(Creation::Exists);
            };
            let company: Company = read(row)?;
            event.company_id = Some(company.id);
            insert(db, "events", object(&event)?, "")?;
            Ok(Creation::Created(company))
        })
        .await
    }

    async fn list_companies(&self, page: Page) -> Answer<Vec<Company>> {
        let sql = "SELECT * FROM companies WHERE id > ? ORDER BY id LIMIT ?";
        self.read(move |db| list(db, sql, &[json!(page.after()), json!(page.limit())])).await
    }

    async fn set_company_status(
        &self,
        company: CompanyId,
        status: CompanyStatus,
        event: Event,
    ) -> Answer<Change> {
        self.write(move |db| {
            let sql = "UPDATE companies SET status = ? WHERE id = ?";
            let changed = change(db, sql, &[json!(status), json!(company)])?;
            if status == CompanyStatus::Disabled {
                let sql = format!("UPDATE users SET {RAISE} WHERE company_id = ?");
                change(db, &sql, &[json!(company)])?;
            }
            told(db, changed, &event)
        })
        .await
    }

    async fn set_company(
        &self,
        company: CompanyId,
        members: CompanyMembers,
        event: Event,
    ) -> Answer<Change> {
        self.write(move |db| {
            let members = object(&members)?;
            told(db, set(db, "companies", members, "id = ?", &[json!(company)])?, &event)
        })
        .await
    }

    async fn save_key(&self, key: NewKey, event: Event) -> Answer<KeyId> {
        self.write(move |db| save_key(db, &key, event)).await
    }

    async fn rotate_key(
        &self,
        company: CompanyId,
        old: KeyId,
        key: NewKey,
        revoke: bool,
        event: Event,
    ) -> Answer<Option<KeyId>> {
        self.write(move |db| {
            let status = if revoke { "'revoked'" } else { "status" };
            let sql = format!(
                "UPDATE keys SET status = {status} WHERE {OF_COMPANY} AND status <> 'revoked'"
            );
            match change(db, &sql, &[json!(old), json!(company)])? {
                0 => Ok(None),
                _ => save_key(db, &key, event).map(Some),
            }
        })
        .await
    }

    async fn list_keys(&self, company: CompanyId, page: Page) -> Answer<Vec<ListedKey>> {
        let sql = "SELECT * FROM keys WHERE company_id = ? AND id > ? ORDER BY id LIMIT ?";
        let values = [json!(company), json!(page.after()), json!(page.limit())];
        self.read(move |db| list(db, sql, &values)).await
    }

    async fn set_key_status(
        &self,
        company: CompanyId,
        key: KeyId,
        status: KeyStatus,
        event: Event,
    ) -> Answer<Change> {
        let sql = format!("UPDATE keys SET status = ? WHERE {OF_COMPANY} AND status <> 'revoked'");
        self.change(sql, vec![json!(status), json!(key), json!(company)], event).await
    }

    async fn end_key(
        &self,
        company: CompanyId,
        key: KeyId,
        password_hash: PasswordHash,
        event: Event,
    ) -> Answer<Option<u64>> {
        self.write(move |db| {
            let sql = format!("UPDATE keys SET status = 'revoked' WHERE {OF_COMPANY}");
            let found = change(db, &sql, &[json!(key), json!(company)])?;
            if told(db, found, &event)? == Change::NotFound {
                return Ok(None);
            }
            let sql = format!(
                "UPDATE users SET password_hash = ?, issued_at = NULL, password_key_id = NULL, {RAISE}
                 WHERE company_id = ? AND password_key_id = ?"
            );
            let ended = change(db, &sql, &[json!(password_hash), json!(company), json!(key)])?;
            Ok(Some(ended.try_into()?))
        })
        .await
    }

    async fn sign_out(
        &self,
        company: CompanyId,
        user: Option<UserId>,
        event: Event,
    ) -> Answer<Change> {
        if let Some(user) = user {
            let sql = format!("UPDATE users SET {RAISE} WHERE {OF_COMPANY}");
            return self.change(sql, vec![json!(user), json!(company)], event).await;
        }
        self.write(move |db| {
            let sql = format!("UPDATE users SET {RAISE} WHERE company_id = ?");
            change(db, &sql, &[json!(company)])?;
            let found = first(db, "companies", "id = ?", &[json!(company)])?;
            told(db, found.map_or(0, |_| 1), &event)
        })
        .await
    }

    async fn delete_company(&self, company: CompanyId, event: Event) -> Answer<Change> {
        self.write(move |db| {
            for table in ["tokens", "codes", "keys", "users"] {
                let sql = format!("DELETE FROM {table} WHERE company_id = ?");
                change(db, &sql, &[json!(company)])?;
            }
            let sql = "DELETE FROM companies WHERE id = ?";
            told(db, change(db, sql, &[json!(company)])?, &event)
        })
        .await
    }

    async fn list_users(&self, company: CompanyId, page: Page) -> Answer<Vec<User>> {
        let sql = "SELECT * FROM users WHERE company_id = ? AND id > ? ORDER BY id LIMIT ?";
        let values = [json!(company), json!(page.after()), json!(page.limit())];
        self.read(move |db| list(db, sql, &values)).await
    }

    async fn set_user_status(
        &self,
        company: CompanyId,
        user: UserId,
        status: UserStatus,
        event: Event,
    ) -> Answer<Change> {
        let sql = "UPDATE users SET status = ?1, credential_version = credential_version + (?1 = 'disabled')
             WHERE id = ?2 AND company_id = ?3"
            .to_owned();
        self.change(sql, vec![json!(status), json!(user), json!(company)], event).await
    }

    async fn set_user_manager(
        &self,
        company: CompanyId,
        user: UserId,
        managed_by: ManagedBy,
        event: Event,
    ) -> Answer<Change> {
        let sql = format!("UPDATE users SET managed_by = ?, {RAISE} WHERE {OF_COMPANY}");
        self.change(sql, vec![json!(managed_by), json!(user), json!(company)], event).await
    }

    async fn set_user(
        &self,
        company: CompanyId,
        user: UserId,
        members: UserMembers,
        event: Event,
    ) -> Answer<Change> {
        self.write(move |db| {
            let values = [json!(user), json!(company)];
            told(db, set(db, "users", object(&members)?, OF_COMPANY, &values)?, &event)
        })
        .await
    }

    async fn set_user_email(
        &self,
        company: CompanyId,
        user: UserId,
        email: Email,
        event: Event,
    ) -> Answer<Naming> {
        self.write(move |db| {
            let taken = "company_id = ? AND email = ? AND id <> ?";
            let is_there =
                first(db, "users", OF_COMPANY, &[json!(user), json!(company)])?.is_some();
            let values = [json!(company), json!(email), json!(user)];
            if is_there && first(db, "users", taken, &values)?.is_some() {
                return Ok(Naming::Exists);
            }
            let sql = format!("UPDATE users SET email = ?, {RAISE} WHERE {OF_COMPANY}");
            let changed = change(db, &sql, &[json!(email), json!(user), json!(company)])?;
            Ok(match told(db, changed, &event)? {
                Change::Done => Naming::Done,
                Change::NotFound => Naming::NotFound,
            })
        })
        .await
    }

    async fn delete_user(&self, company: CompanyId, user: UserId, event: Event) -> Answer<Change> {
        self.write(move |db| {
            let values = [json!(user), json!(company)];
            for table in ["tokens", "codes"] {
                let sql = format!("DELETE FROM {table} WHERE user_id = ? AND company_id = ?");
                change(db, &sql, &values)?;
            }
            let sql = format!("DELETE FROM users WHERE {OF_COMPANY}");
            told(db, change(db, &sql, &values)?, &event)
        })
        .await
    }

    async fn disable_password(
        &self,
        company: CompanyId,
        user: UserId,
        expected_hash: PasswordHash,
        password_hash: PasswordHash,
        event: Event,
    ) -> Answer<Swap> {
        let sql = format!(
            "UPDATE users SET password_hash = ?, issued_at = NULL, password_key_id = NULL, {RAISE}
             WHERE {OF_COMPANY} AND password_hash = ?"
        );
        let values = vec![json!(password_hash), json!(user), json!(company), json!(expected_hash)];
        Ok(match self.change(sql, values, event).await? {
            Change::Done => Swap::Done(()),
            Change::NotFound => Swap::Stale,
        })
    }

    async fn list_products(&self) -> Answer<Vec<Product>> {
        self.read(|db| list(db, "SELECT * FROM products ORDER BY name", &[])).await
    }

    async fn save_product(
        &self,
        name: ProductName,
        launch_url: LaunchUrl,
        secret_digest: Digest,
        event: Event,
    ) -> Answer<Creation> {
        self.write(move |db| {
            let row =
                json!({ "name": name, "launchUrl": launch_url, "secretDigest": secret_digest });
            let added = insert(db, "products", object(&row)?, "ON CONFLICT DO NOTHING")?;
            let sql = "UPDATE products SET launch_url = ? WHERE name = ?";
            change(db, sql, &[json!(launch_url), json!(name)])?;
            insert(db, "events", object(&event)?, "")?;
            Ok(added.map_or(Creation::Exists, |_| Creation::Created(())))
        })
        .await
    }

    async fn rotate_product(
        &self,
        name: ProductName,
        secret_digest: Digest,
        end: Option<u64>,
        event: Event,
    ) -> Answer<Change> {
        let sql =
            "UPDATE products SET previous_secret_digest = iif(?1 IS NULL, NULL, secret_digest),
             previous_secret_expires_at = ?1, secret_digest = ?2 WHERE name = ?3";
        self.change(sql.into(), vec![json!(end), json!(secret_digest), json!(name)], event).await
    }

    async fn list_events(&self, filter: EventFilter, page: Page) -> Answer<Vec<StoredEvent>> {
        self.read(move |db| {
            let (mut conditions, mut values) = (String::new(), vec![]);
            for (member, value) in object(&filter)?.into_iter().filter(|(_, value)| !value.is_null())
            {
                conditions += &match member.as_str() {
                    "since" => "events.at >= ? AND ".to_owned(),
                    member => format!("events.{} = ? AND ", column(member)),
                };
                values.push(value);
            }
            values.extend([json!(page.after()), json!(page.limit())]);
            let sql = format!(
                "SELECT events.*, users.email AS user_email FROM events
                 LEFT JOIN users ON users.id = events.user_id AND users.company_id = events.company_id
                 WHERE {conditions} events.id > ? ORDER BY events.id LIMIT ?"
            );
            list(db, &sql, &values)
        })
        .await
    }

    async fn purge_events(&self, before: u64, event: Event) -> Answer<u64> {
        self.write(move |db| {
            let purged = change(db, "DELETE FROM events WHERE at < ?", &[json!(before)])?;
            insert(db, "events", object(&event)?, "")?;
            Ok(purged.try_into()?)
        })
        .await
    }

    async fn purge(&self, now: u64) -> Answer<u64> {
        self.write(move |db| {
            let tokens = change(db, "DELETE FROM tokens WHERE expires_at <= ?", &[json!(now)])?;
            let codes = change(db, "DELETE FROM codes WHERE expires_at <= ?", &[json!(now)])?;
            change(db, "DELETE FROM attempts WHERE expires_at <= ?", &[json!(now)])?;
            Ok((tokens + codes).try_into()?)
        })
        .await
    }
}
