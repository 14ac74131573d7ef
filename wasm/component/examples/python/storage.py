"""The calls of requests, in the SQLite file of `npx ssokey migrate --db sso.db`. Each is a function of the members that spec/storage.md lists."""

import json
import sqlite3

from wasmtime.component import Record

VERSION = "company_id = ? AND id = ? AND credential_version = ?"
FIRST = {"is_creator": 0, "is_company_admin": 0, "permissions": "[]", "credential_version": 1, "status": "enabled"}


def record(members):
    it = Record()
    for name, value in members.items():
        value = json.loads(value) if name in ("products", "email_domains", "permissions") else value
        setattr(it, name.replace("_", "-"), bool(value) if name.startswith(("is_", "domain_")) else value)
    return it


def row_of(it):
    values = ((name, value) for name, value in vars(it).items() if value is not None)
    return {name.replace("-", "_"): json.dumps(vars(value)) if isinstance(value, Record) else value for name, value in values}


class Storage:
    def __init__(self, path):
        self.db = sqlite3.connect(path, timeout=5, isolation_level=None, check_same_thread=False)
        self.db.row_factory = sqlite3.Row

    def one(self, sql, *values):
        row = self.db.execute(sql, values).fetchone()
        return row and record(dict(row))

    def find(self, table, where, *values):
        return self.one(f"SELECT * FROM {table} WHERE {where}", *values)

    def add(self, table, row):
        return self.one(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))}) RETURNING *", *row.values())

    def save(self, table, it, event):
        self.add(table, row_of(it))
        used = "UPDATE keys SET last_used_at = ? WHERE id = ? AND coalesce(last_used_at, 0) < ? - 60000"
        self.db.execute(used, (event.at, getattr(it, "key-id"), event.at))
        self.add("events", row_of(event))

    def held(self, name, it):
        """Of a user, company or key that is gone nothing is held."""
        user, company, key = it and [getattr(it, member) for member in ("user-id", "company-id", "key-id")] or (None,) * 3
        of_company = "id = ? AND company_id = ?"
        holder = {"user": self.find("users", of_company, user, company), "company": self.find("companies", "id = ?", company)}
        holder["key"] = self.find("keys", of_company, key, company)
        is_whole = holder["user"] and holder["company"] and (key is None or holder["key"])
        return record({name: it, "holder": record(holder)}) if is_whole else None

    def find_key(self, digest):
        key = self.find("keys", "digest = ?", digest)
        return key and record({"key": key, "company": self.find("companies", "id = ?", getattr(key, "company-id"))})

    def create_user(self, user, event):
        is_there = self.find("users", "company_id = ? AND email = ?", getattr(user, "company-id"), user.email)
        return None if is_there else self.add("users", row_of(user) | FIRST | {"login_id": user.email, "display_name": user.email})

    def replace_password(self, company, user, version, *new):
        columns = "password_hash = ?, issued_at = ?, password_key_id = ?, credential_version = credential_version + 1"
        changed = self.db.execute(f"UPDATE users SET {columns} WHERE {VERSION}", (*new, company, user, version)).rowcount
        return version + 1 if changed else None

    def rehash_password(self, company, user, version, new):
        return self.db.execute(f"UPDATE users SET password_hash = ? WHERE {VERSION}", (new, company, user, version)).rowcount == 1

    admit = give_back = lambda self, attempt: None
    find_user = lambda self, company, email: self.find("users", "company_id = ? AND email = ?", company, email)
    find_company = lambda self, domain: self.find("companies", "domain = ?", domain)
    find_product = lambda self, name: self.find("products", "name = ?", name)
    save_token = lambda self, token, event: self.save("tokens", token, event)
    save_code = lambda self, code, event: self.save("codes", code, event)
    find_token = lambda self, digest: self.held("token", self.find("tokens", "digest = ?", digest))
    take_code = lambda self, digest: self.held("code", self.one("DELETE FROM codes WHERE digest = ? RETURNING *", digest))
    revoke_token = lambda self, digest: self.db.execute("DELETE FROM tokens WHERE digest = ?", (digest,)) and None
    audit = lambda self, event: self.add("events", row_of(event)) and None
