//! A storage in a file of SQLite, on the tables of the npm package: `npx ssokey` and this server may have the same one open.

mod operator;
mod row;

use std::path::Path;
use std::thread;
use std::time::Duration;

use rusqlite::{Connection, Transaction, TransactionBehavior};
use serde_json::json;
use ssokey_core::{
    Code, Company, CompanyId, CredentialVersion, Digest, Domain, Email, Event, Holder, Key, KeyId,
    NewUser, PasswordSwap, Product, ProductName, Token, User,
};
use ssokey_host::{Creation, Storage, Swap, Trouble};
use tokio::sync::{mpsc, oneshot};

use row::{Row, change, find, first, insert, object, read};

/// The error of a call that failed.
pub(crate) type Failed = Box<dyn std::error::Error + Send + Sync>;
type Answer<T> = Result<T, Failed>;
type Job = Box<dyn FnOnce(&mut Connection) + Send>;

/// The tables, as the npm package creates them.
const SCHEMA: &str = include_str!("../schema.sql");
/// The calls that may wait for the connection before who calls has to wait.
const QUEUE: usize = 256;
/// The time for which a different process may have the file locked.
const BUSY: Duration = Duration::from_secs(5);

/// A storage whose one connection is on a thread of its own.
pub(crate) struct Sqlite(mpsc::Sender<Job>);

impl Sqlite {
    /// Opens a file, and creates the tables in an empty one.
    pub(crate) fn open(path: impl AsRef<Path>) -> Answer<Self> {
        let mut db = Connection::open(path)?;
        db.busy_timeout(BUSY)?;
        // On the disk before a write is answered, and no record without those that it refers to.
        db.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON",
        )?;
        migrate(&mut db)?;
        let (jobs, mut waiting) = mpsc::channel::<Job>(QUEUE);
        thread::Builder::new().name("sqlite".into()).spawn(move || {
            while let Some(job) = waiting.blocking_recv() {
                job(&mut db);
            }
        })?;
        Ok(Self(jobs))
    }

    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Answer<T> + Send + 'static,
    ) -> Answer<T> {
        self.run(TransactionBehavior::Deferred, work).await
    }

    /// Does the work as one atomic operation.
    async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Answer<T> + Send + 'static,
    ) -> Answer<T> {
        self.run(TransactionBehavior::Immediate, work).await
    }

    async fn run<T: Send + 'static>(
        &self,
        behavior: TransactionBehavior,
        work: impl FnOnce(&Transaction<'_>) -> Answer<T> + Send + 'static,
    ) -> Answer<T> {
        let (answer, answered) = oneshot::channel();
        let job = Box::new(move |db: &mut Connection| {
            let done = db.transaction_with_behavior(behavior).map_err(Failed::from).and_then(
                |transaction| {
                    let done = work(&transaction)?;
                    transaction.commit()?;
                    Ok(done)
                },
            );
            // Whoever asked may have gone away.
            drop(answer.send(done));
        });
        self.0.send(job).await.map_err(|_| "the thread of the database has ended")?;
        answered.await?
    }
}

/// Creates the tables in an empty file. Those of a different version of the package are left alone.
fn migrate(db: &mut Connection) -> Answer<()> {
    let db = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if !db.table_exists(None, "ssokey_migrations")? {
        db.execute_batch(SCHEMA)?;
    }
    let applied = db
        .prepare("SELECT name FROM ssokey_migrations ORDER BY name")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<Vec<String>, _>>()?;
    let is_known = |name: &String| SCHEMA.contains(&format!("VALUES ('{name}')"));
    if applied.len() != SCHEMA.matches("INTO ssokey_migrations").count()
        || !applied.iter().all(is_known)
    {
        return Err("the tables are those of a different version: try `npx ssokey migrate`".into());
    }
    Ok(db.commit()?)
}

/// Returns what the log says of a trouble. The words of an error may hold a value.
pub(crate) fn line(trouble: &Trouble<Failed>) -> String {
    let error = if let Trouble::Storage { error, .. } = trouble { Some(error) } else { None };
    let code =
        error.and_then(|error| error.downcast_ref()).and_then(rusqlite::Error::sqlite_error_code);
    code.map_or_else(|| trouble.to_string(), |code| format!("{trouble}: {code:?}"))
}

const OF_COMPANY: &str = "id = ? AND company_id = ?";
const AT_VERSION: &str = "id = ? AND company_id = ? AND credential_version = ?";

/// Reads a token or code with its holder; none if a part of that is gone.
fn held<T: serde::de::DeserializeOwned>(
    db: &Transaction<'_>,
    row: Option<Row>,
) -> Answer<Option<(T, Holder)>> {
    let Some(row) = row else { return Ok(None) };
    let id = |name: &str| json!(row.get(name));
    let (company, key) = (id("companyId"), id("keyId"));
    let user = first(db, "users", OF_COMPANY, &[id("userId"), company.clone()])?;
    let held = first(db, "keys", OF_COMPANY, &[key.clone(), company.clone()])?;
    if user.is_none() || held.is_none() && !key.is_null() {
        return Ok(None);
    }
    let company = first(db, "companies", "id = ?", &[company])?;
    let holder = json!({ "user": user, "company": company, "key": held });
    Ok(Some((read(row)?, serde_json::from_value(holder)?)))
}

/// Stores a token or code of a key, with its event and the last use of the key, which is written once a minute.
fn save(
    db: &Transaction<'_>,
    table: &str,
    record: Row,
    key: Option<KeyId>,
    event: &Event,
) -> Answer<()> {
    let company = json!(record.get("companyId"));
    insert(db, table, record, "")?;
    change(
        db,
        "UPDATE keys SET last_used_at = ?1
         WHERE id = ?2 AND company_id = ?3 AND coalesce(last_used_at + 60000, 0) <= ?1",
        &[json!(event.at), json!(key), company],
    )?;
    insert(db, "events", object(event)?, "")?;
    Ok(())
}

impl Storage for Sqlite {
    type Error = Failed;

    fn report(&self, trouble: Trouble<Failed>) {
        eprintln!("{}", line(&trouble));
    }

    async fn find_key(&self, digest: Digest) -> Answer<Option<(Key, Company)>> {
        self.read(move |db| {
            let Some(key) = find::<Key>(db, "keys", "digest = ?", &[json!(digest)])? else {
                return Ok(None);
            };
            let company = find(db, "companies", "id = ?", &[json!(key.company_id)])?;
            Ok(company.map(|company| (key, company)))
        })
        .await
    }

    async fn find_user(&self, company: CompanyId, email: Email) -> Answer<Option<User>> {
        let values = [json!(company), json!(email)];
        self.read(move |db| find(db, "users", "company_id = ? AND email = ?", &values)).await
    }

    async fn find_company(&self, domain: Domain) -> Answer<Option<Company>> {
        self.read(move |db| find(db, "companies", "domain = ?", &[json!(domain)])).await
    }

    async fn find_product(&self, name: ProductName) -> Answer<Option<Product>> {
        self.read(move |db| find(db, "products", "name = ?", &[json!(name)])).await
    }

    async fn create_user(&self, new: NewUser, event: Option<Event>) -> Answer<Creation<User>> {
        self.write(move |db| {
            let mut row = object(&new.with_id(1_u64.try_into()?))?;
            row.remove("id");
            let Some(row) = insert(db, "users", row, "ON CONFLICT DO NOTHING")? else {
                return Ok(Creation::Exists);
            };
            let user: User = read(row)?;
            if let Some(mut event) = event {
                event.user_id = Some(user.id);
                insert(db, "events", object(&event)?, "")?;
            }
            Ok(Creation::Created(user))
        })
        .await
    }

    async fn replace_password(
        &self,
        swap: PasswordSwap,
        issued_at: Option<u64>,
        password_key_id: KeyId,
    ) -> Answer<Swap<CredentialVersion>> {
        let set = "password_hash = ?, issued_at = ?, password_key_id = ?, credential_version = credential_version + 1";
        let version = swap.expected_version.get() + 1;
        let values = [
            json!(swap.password_hash),
            json!(issued_at),
            json!(password_key_id),
            json!(swap.user_id),
            json!(swap.company_id),
            json!(swap.expected_version),
        ];
        let sql = format!("UPDATE users SET {set} WHERE {AT_VERSION}");
        match self.write(move |db| change(db, &sql, &values)).await? {
            0 => Ok(Swap::Stale),
            _ => Ok(Swap::Done(version.try_into()?)),
        }
    }

    async fn rehash_password(&self, swap: PasswordSwap) -> Answer<Swap> {
        let values = [
            json!(swap.password_hash),
            json!(swap.user_id),
            json!(swap.company_id),
            json!(swap.expected_version),
        ];
        let sql = format!("UPDATE users SET password_hash = ? WHERE {AT_VERSION}");
        match self.write(move |db| change(db, &sql, &values)).await? {
            0 => Ok(Swap::Stale),
            _ => Ok(Swap::Done(())),
        }
    }

    async fn save_token(&self, token: Token, event: Event) -> Answer<()> {
        self.write(move |db| save(db, "tokens", object(&token)?, token.key_id, &event)).await
    }

    async fn save_code(&self, code: Code, event: Event) -> Answer<()> {
        self.write(move |db| save(db, "codes", object(&code)?, Some(code.key_id), &event)).await
    }

    async fn find_token(&self, digest: Digest) -> Answer<Option<(Token, Holder)>> {
        self.read(move |db| held(db, first(db, "tokens", "digest = ?", &[json!(digest)])?)).await
    }

    async fn take_code(&self, digest: Digest) -> Answer<Option<(Code, Holder)>> {
        self.write(move |db| {
            let code = first(db, "codes", "digest = ?", &[json!(digest)])?;
            change(db, "DELETE FROM codes WHERE digest = ?", &[json!(digest)])?;
            held(db, code)
        })
        .await
    }

    async fn revoke_token(&self, digest: Digest) -> Answer<()> {
        let sql = "DELETE FROM tokens WHERE digest = ?";
        self.write(move |db| change(db, sql, &[json!(digest)])).await.map(drop)
    }

    async fn audit(&self, event: Event) -> Answer<()> {
        self.write(move |db| insert(db, "events", object(&event)?, "")).await.map(drop)
    }
}
