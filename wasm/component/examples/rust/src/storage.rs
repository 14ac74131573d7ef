//! The calls of requests, in the SQLite file of `npx ssokey migrate --db sso.db`. What each promises stands in spec/storage.md.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, Params, Result, Row, TransactionBehavior, params};

use crate::component::ssokey::sso::calls::{
    Call, CreateUser, FindUser, FoundKey, FoundToken, RehashPassword, ReplacePassword, Reply,
    TakenCode,
};
use crate::component::ssokey::sso::records::{Code, Event, Holder, NewUser, Token, User};
use crate::record::{code, company, key, product, token, user};

/// How long a call waits for a different process that writes.
const PATIENCE: Duration = Duration::from_secs(5);

/// Opens the file, and returns what answers calls. Each is a transaction: it is applied as a whole or not at all.
pub(crate) fn storage(file: &Path) -> Result<impl FnMut(Call) -> Reply + Send + 'static> {
    let mut connection = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.busy_timeout(PATIENCE)?;
    // A file that was not migrated is refused now, and not request by request.
    connection.prepare("SELECT email_domains FROM companies")?;
    Ok(move |call| {
        in_transaction(&mut connection, call).unwrap_or_else(|error| {
            // The words of an error may hold a value.
            eprintln!("the storage failed: {:?}", error.sqlite_error_code());
            Reply::Failed
        })
    })
}

fn in_transaction(connection: &mut Connection, call: Call) -> Result<Reply> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let reply = Storage(&transaction).answer(call)?;
    transaction.commit()?;
    Ok(reply)
}

struct Storage<'a>(&'a Connection);

impl Storage<'_> {
    fn answer(&self, call: Call) -> Result<Reply> {
        Ok(match call {
            // Without limits.
            Call::Admit(_) => Reply::Admitted,
            Call::GiveBack(_) => Reply::Done,
            Call::FindKey(digest) => self.find_key(&digest)?.map_or(Reply::None, Reply::Key),
            Call::FindUser(FindUser { company_id, email }) => {
                let sql = "SELECT * FROM users WHERE company_id = ? AND email = ?";
                self.one(sql, params![company_id, email], user)?.map_or(Reply::None, Reply::User)
            }
            Call::FindCompany(domain) => self
                .one("SELECT * FROM companies WHERE domain = ?", [domain], company)?
                .map_or(Reply::None, Reply::Company),
            Call::FindProduct(name) => self
                .one("SELECT * FROM products WHERE name = ?", [name], product)?
                .map_or(Reply::None, Reply::Product),
            Call::CreateUser(CreateUser { user, event: _ }) => {
                self.create_user(&user)?.map_or(Reply::Exists, Reply::Created)
            }
            Call::ReplacePassword(call) => self.replace_password(&call)?,
            Call::RehashPassword(call) => self.rehash_password(&call)?,
            Call::SaveToken(call) => self.save_token(&call.token, &call.event)?,
            Call::SaveCode(call) => self.save_code(&call.code, &call.event)?,
            Call::FindToken(digest) => self.find_token(&digest)?.map_or(Reply::None, Reply::Token),
            Call::TakeCode(digest) => self.take_code(&digest)?.map_or(Reply::None, Reply::Code),
            Call::RevokeToken(digest) => {
                self.change("DELETE FROM tokens WHERE digest = ?", [digest])?;
                Reply::Done
            }
            Call::Audit(event) => self.audit(&event)?,
            // Hashes go to threads of their own, and the operator's commands to `npx ssokey`.
            Call::VerifyPassword(_)
            | Call::HashPassword(_)
            | Call::FindCompanyByEmail(_)
            | Call::CreateCompany(_)
            | Call::ListCompanies(_)
            | Call::SetCompanyStatus(_)
            | Call::SetCompany(_)
            | Call::SaveKey(_)
            | Call::RotateKey(_)
            | Call::ListKeys(_)
            | Call::SetKeyStatus(_)
            | Call::EndKey(_)
            | Call::SignOut(_)
            | Call::DeleteCompany(_)
            | Call::ListUsers(_)
            | Call::SetUserStatus(_)
            | Call::SetUserManager(_)
            | Call::SetUser(_)
            | Call::SetUserEmail(_)
            | Call::DeleteUser(_)
            | Call::DisablePassword(_)
            | Call::ListProducts
            | Call::SaveProduct(_)
            | Call::RotateProduct(_)
            | Call::ListEvents(_)
            | Call::Purge(_)
            | Call::PurgeEvents(_) => Reply::Failed,
        })
    }

    fn find_key(&self, digest: &str) -> Result<Option<FoundKey>> {
        let Some(key) = self.one("SELECT * FROM keys WHERE digest = ?", [digest], key)? else {
            return Ok(None);
        };
        let company =
            self.one("SELECT * FROM companies WHERE id = ?", [key.company_id], company)?;
        Ok(company.map(|company| FoundKey { key, company }))
    }

    fn create_user(&self, new: &NewUser) -> Result<Option<User>> {
        self.one(
            "INSERT INTO users (company_id, email, login_id, display_name, is_creator, is_company_admin, permissions,
               password_hash, credential_version, managed_by, status, issued_at, password_key_id)
             VALUES (?1, ?2, ?2, ?2, 0, 0, '[]', ?3, 1, ?4, 'enabled', ?5, ?6)
             ON CONFLICT (company_id, email) DO NOTHING RETURNING *",
            params![new.company_id, new.email, new.password_hash, new.managed_by, new.issued_at, new.password_key_id],
            user,
        )
    }

    fn replace_password(&self, call: &ReplacePassword) -> Result<Reply> {
        let changed = self.change(
            "UPDATE users SET password_hash = ?, issued_at = ?, password_key_id = ?, credential_version = credential_version + 1
             WHERE company_id = ? AND id = ? AND credential_version = ?",
            params![
                call.password_hash,
                call.issued_at,
                call.password_key_id,
                call.company_id,
                call.user_id,
                call.expected_version
            ],
        )?;
        Ok(if changed == 1 { Reply::Replaced(call.expected_version + 1) } else { Reply::Stale })
    }

    fn rehash_password(&self, call: &RehashPassword) -> Result<Reply> {
        let changed = self.change(
            "UPDATE users SET password_hash = ? WHERE company_id = ? AND id = ? AND credential_version = ?",
            params![call.password_hash, call.company_id, call.user_id, call.expected_version],
        )?;
        Ok(if changed == 1 { Reply::Done } else { Reply::Stale })
    }

    fn save_token(&self, token: &Token, event: &Event) -> Result<Reply> {
        self.change(
            "INSERT INTO tokens (digest, user_id, company_id, key_id, credential_version, product, expires_at)
             VALUES (?, ?, ?, ?, ?, ?, ?)",
            params![
                token.digest,
                token.user_id,
                token.company_id,
                token.key_id,
                token.credential_version,
                token.product,
                token.expires_at
            ],
        )?;
        self.saved_by(token.key_id, event)
    }

    fn save_code(&self, code: &Code, event: &Event) -> Result<Reply> {
        self.change(
            "INSERT INTO codes (digest, user_id, company_id, key_id, credential_version, product, expires_at)
             VALUES (?, ?, ?, ?, ?, ?, ?)",
            params![
                code.digest,
                code.user_id,
                code.company_id,
                code.key_id,
                code.credential_version,
                code.product,
                code.expires_at
            ],
        )?;
        self.saved_by(Some(code.key_id), event)
    }

    /// Stores, once a minute, when the key was used, and the event.
    fn saved_by(&self, key_id: Option<u64>, event: &Event) -> Result<Reply> {
        let sql = "UPDATE keys SET last_used_at = ?1 WHERE id = ?2 AND coalesce(last_used_at, 0) < ?1 - 60000";
        self.change(sql, params![event.at, key_id])?;
        self.audit(event)
    }

    fn audit(&self, event: &Event) -> Result<Reply> {
        let fault = event.fault.as_ref().map(|fault| {
            serde_json::json!({ "call": fault.call, "member": fault.member, "expected": fault.expected }).to_string()
        });
        self.change(
            "INSERT INTO events (kind, reason, at, source, company_id, key_id, user_id, product, fault)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            params![
                event.kind,
                event.reason,
                event.at,
                event.source,
                event.company_id,
                event.key_id,
                event.user_id,
                event.product,
                fault
            ],
        )?;
        Ok(Reply::Done)
    }

    fn find_token(&self, digest: &str) -> Result<Option<FoundToken>> {
        let Some(token) = self.one("SELECT * FROM tokens WHERE digest = ?", [digest], token)?
        else {
            return Ok(None);
        };
        let holder = self.holder(token.user_id, token.company_id, token.key_id)?;
        Ok(holder.map(|holder| FoundToken { token, holder }))
    }

    fn take_code(&self, digest: &str) -> Result<Option<TakenCode>> {
        let Some(code) =
            self.one("DELETE FROM codes WHERE digest = ? RETURNING *", [digest], code)?
        else {
            return Ok(None);
        };
        let holder = self.holder(code.user_id, code.company_id, Some(code.key_id))?;
        Ok(holder.map(|holder| TakenCode { code, holder }))
    }

    /// Of a user, company or key that is gone nothing is held.
    fn holder(&self, user_id: u64, company_id: u64, key_id: Option<u64>) -> Result<Option<Holder>> {
        let user = self.one(
            "SELECT * FROM users WHERE id = ? AND company_id = ?",
            [user_id, company_id],
            user,
        )?;
        let company = self.one("SELECT * FROM companies WHERE id = ?", [company_id], company)?;
        let key = self.one(
            "SELECT * FROM keys WHERE id = ? AND company_id = ?",
            params![key_id, company_id],
            key,
        )?;
        let is_gone = key_id.is_some() && key.is_none();
        Ok(user.zip(company).filter(|_| !is_gone).map(|(user, company)| Holder {
            user,
            company,
            key,
        }))
    }

    fn one<T>(
        &self,
        sql: &str,
        values: impl Params,
        record: fn(&Row) -> Result<T>,
    ) -> Result<Option<T>> {
        let mut statement = self.0.prepare(sql)?;
        let mut rows = statement.query_map(values, record)?;
        let first = rows.next().transpose()?;
        // A statement that changes something has not ended before its last row.
        rows.next().transpose().map(|_| first)
    }

    fn change(&self, sql: &str, values: impl Params) -> Result<usize> {
        self.0.execute(sql, values)
    }
}
