#!/usr/bin/env python3
"""A server for the third-party sign-on format, version 1, on Python 3.11's standard library alone.

The whole wire is served: sign-on, launch, exchange, direct sign-in, session and sign-out. Everything is kept in memory
behind one lock and lost when the process ends.

Departure from the format, invisible on the wire: the standard library has no Argon2id, so stored passwords are scrypt
hashes (n=16384, r=8, p=1) rather than what SSO-PWD-003 and SSO-PWD-004 ask for. Rate limits (SSO-ERR-002) and audit
events are optional and left out. Nothing is logged (SSO-REQ-025).

`handle` is the format: a function of one request, the storage, the time and 80 random bytes. What is below it is HTTP, which
driver.py does without.
"""

from __future__ import annotations

import argparse
import base64
import dataclasses
import hashlib
import hmac
import http.server
import json
import os
import re
import signal
import sys
import threading
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

PRODUCTS = ("accounts", "livechat", "email", "meeting", "groupchat", "remote")  # unless configured (SSO-REQ-012)
LIMIT = 8192  # bytes of a query, and of a body (SSO-REQ-016)
sys.setrecursionlimit(2 * LIMIT)  # a body may hold nothing but brackets, in a member that is ignored (SSO-REQ-007)
LARGEST = 9007199254740991  # of ids, versions and times
SKEW = 5 * 60 * 1000  # by which a partner's clock may run ahead (SSO-REQ-023, SSO-RULE-008)
TOKEN_LIFE = 60 * 60 * 1000  # SSO-TOK-004
CODE_LIFE = 60 * 1000  # SSO-LAU-004

# code -> HTTP status, name, details
CATALOGUE: dict[int, tuple[int, str, str]] = {
    4000: (400, "malformed_request", "the query or body cannot be decoded"),
    4001: (400, "missing_parameter", "a required field is missing, or a field is empty"),
    4002: (400, "duplicate_parameter", "a field occurs twice"),
    4003: (400, "invalid_parameter", "a field is outside its bounds"),
    4010: (401, "invalid_ssokey", "the ssokey is not accepted"),
    4011: (401, "invalid_credentials", "the credentials are not accepted"),
    4012: (401, "invalid_token", "the token is not accepted"),
    4030: (403, "access_denied", "the product, the user or the e-mail's domain is not enabled"),
    4040: (404, "not_found", "nothing is served at this path"),
    4050: (405, "method_not_allowed", "see the Allow header"),
    4090: (409, "identity_unavailable", "this user's password is managed here; send the current one"),
    4091: (409, "concurrent_update", "a different request changed the password meanwhile; send again"),
    4092: (409, "outdated_password", "a newer password is stored; send the current one"),
    4130: (413, "too_large", "query and body may each have 8192 bytes"),
    4150: (415, "unsupported_media_type", "send application/x-www-form-urlencoded or application/json, not encoded"),
    5000: (500, "internal", "the server is at fault"),
    5030: (503, "storage_unavailable", "storage failed; send the request again"),
    5031: (503, "overloaded", "too busy to hash a password; try again later"),
}


class Refusal(Exception):
    """An answer that is not a success (SSO-RSP-006). `what` names a field of the operation, never anything sent."""

    def __init__(self, code: int, what: str = "", **headers: str) -> None:
        super().__init__(code)
        self.code, self.what, self.headers = code, what, headers


# ---- records and storage (storage.md) ----


@dataclass(frozen=True)
class Company:
    id: int
    name: str
    domain: str
    email: str
    products: tuple[str, ...]
    account_type: str = "ENTERPRISE"
    domain_ownership_verified: bool = False
    domain_mx_verified: bool = False
    status: str = "enabled"


@dataclass(frozen=True)
class Key:
    id: int
    digest: str
    company_id: int
    status: str = "enabled"
    expires_at: int | None = None


@dataclass(frozen=True)
class User:
    id: int
    company_id: int
    email: str
    login_id: str
    display_name: str
    password_hash: str
    issued_at: int | None
    is_creator: bool = False
    is_company_admin: bool = False
    permissions: tuple[str, ...] = ()
    credential_version: int = 1
    managed_by: str = "partner"
    status: str = "enabled"


@dataclass(frozen=True)
class Product:
    name: str
    launch_url: str
    secret_digest: str
    previous_secret_digest: str | None = None
    previous_secret_expires_at: int | None = None


@dataclass(frozen=True)
class Grant:
    """A stored token or code; only its digest is kept (SSO-TOK-003, SSO-LAU-004)."""

    digest: str
    user_id: int
    company_id: int
    key_id: int | None
    credential_version: int
    product: str | None
    expires_at: int


@dataclass(frozen=True)
class Holder:
    user: User
    company: Company
    key: Key | None


class Scrypt:
    """In the place of Argon2id; see the top of this file. Tests that hash a lot lower `n`."""

    n = 16384
    pattern = re.compile(r"\$scrypt\$([0-9a-f]{32})\$([0-9a-f]{64})")

    def _tag(self, password: bytes, salt: bytes) -> bytes:
        # scrypt takes a password for the same with NUL after it, as HMAC pads its key, but no two of one length.
        digest = hashlib.sha256(password).digest()
        return hashlib.scrypt(digest, salt=salt, n=self.n, r=8, p=1, dklen=32)

    def hash(self, password: bytes, salt: bytes) -> str:
        return f"$scrypt${salt.hex()}${self._tag(password, salt).hex()}"

    def verify(self, password: bytes, stored: str) -> bool | None:
        """Whether they match; None where the stored hash is unreadable."""
        found = self.pattern.fullmatch(stored)
        if found is None:
            return None
        salt, tag = (bytes.fromhex(part) for part in found.groups())
        return hmac.compare_digest(self._tag(password, salt), tag)

    def outdated(self, stored: str) -> bool:
        """Whether a new hash would be stronger than this one (SSO-RULE-005)."""
        return False

    def dummy(self) -> str:
        """The fixed hash that costs what a user's costs (SSO-DIR-004)."""
        return f"$scrypt${'00' * 16}${'00' * 32}"


@dataclass
class Storage:
    """What a host keeps. Each method is one atomic step under the one lock; hashing happens outside it."""

    companies: dict[int, Company] = field(default_factory=dict)
    keys: dict[str, Key] = field(default_factory=dict)  # by digest
    products: dict[str, Product] = field(default_factory=dict)
    users: dict[tuple[int, str], User] = field(default_factory=dict)  # by company and e-mail (SSO-TEN-001)
    tokens: dict[str, Grant] = field(default_factory=dict)
    codes: dict[str, Grant] = field(default_factory=dict)
    hasher: Scrypt = field(default_factory=Scrypt)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def find_key(self, digest: str) -> tuple[Key, Company] | None:
        with self.lock:
            key = self.keys.get(digest)
            return (key, self.companies[key.company_id]) if key else None

    def find_user(self, company_id: int, email: str) -> User | None:
        with self.lock:
            return self.users.get((company_id, email))

    def find_company(self, domain: str) -> Company | None:
        with self.lock:
            return next((one for one in self.companies.values() if one.domain == domain), None)

    def find_product(self, name: str) -> Product | None:
        with self.lock:
            return self.products.get(name)

    def create_user(self, company_id: int, email: str, password_hash: str, issued_at: int | None) -> User | None:
        """STO-CREATE; None where the user exists."""
        with self.lock:
            if (company_id, email) in self.users:
                return None
            user = User(self.next_user_id(company_id), company_id, email, email, email, password_hash, issued_at)
            self.users[company_id, email] = user
            return user

    def next_user_id(self, company_id: int) -> int:
        """Counted per company: one counter for all would tell a company of the others' users (SSO-TEN-004)."""
        return 1 + max((user.id for user in self.users.values() if user.company_id == company_id), default=0)

    def replace_password(self, seen: User, password_hash: str, issued_at: int | None) -> User | None:
        """STO-SWAP; None where the version is no longer the one seen. Raises the version (SSO-RULE-007)."""
        with self.lock:
            user = self._unchanged(seen)
            if user is None:
                return None
            version = user.credential_version + 1
            return self._put(user, password_hash=password_hash, issued_at=issued_at, credential_version=version)

    def rehash_password(self, seen: User, password_hash: str) -> None:
        with self.lock:
            user = self._unchanged(seen)
            if user is not None:
                self._put(user, password_hash=password_hash)

    def _unchanged(self, seen: User) -> User | None:
        user = self.users.get((seen.company_id, seen.email))
        return user if user and user.credential_version == seen.credential_version else None

    def _put(self, user: User, **changes: Any) -> User:
        user = dataclasses.replace(user, **changes)
        self.users[user.company_id, user.email] = user
        return user

    def save_token(self, token: Grant) -> None:
        with self.lock:
            self.tokens[token.digest] = token

    def save_code(self, code: Grant) -> None:
        with self.lock:
            self.codes[code.digest] = code

    def find_token(self, digest: str) -> tuple[Grant, Holder] | None:
        with self.lock:
            return self._held(self.tokens.get(digest))

    def take_code(self, digest: str) -> tuple[Grant, Holder] | None:
        """STO-TAKE: deleted and returned in one step, so that one taker gets it."""
        with self.lock:
            return self._held(self.codes.pop(digest, None))

    def revoke_token(self, digest: str) -> None:
        with self.lock:
            self.tokens.pop(digest, None)

    def _held(self, grant: Grant | None) -> tuple[Grant, Holder] | None:
        if grant is None:
            return None
        of_id = lambda one: one.id == grant.user_id and one.company_id == grant.company_id  # noqa: E731
        user = next(filter(of_id, self.users.values()))
        key = next((one for one in self.keys.values() if one.id == grant.key_id), None)
        return grant, Holder(user, self.companies[grant.company_id], key)


# ---- the request, from bytes to fields ----


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: bytes = b""
    body: bytes = b""
    content_type: str | None = None
    content_encoding: str | None = None  # of several headers the values, with commas between
    authorization: str | None = None  # likewise


ALWAYS = {
    "Content-Type": "application/json",  # SSO-RSP-009
    "Cache-Control": "no-store",  # SSO-RSP-010
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True)
class Response:
    """Its headers are those besides what every answer has."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Settings:
    company: str | None = None  # SSO-DIR-002
    products: tuple[str, ...] = PRODUCTS
    legacy_status: bool = False  # SSO-RSP-014


class Members(list):
    """A JSON object as its pairs, so that a name that occurs twice is seen."""


Pairs = list[tuple[str, Any]]


def unescape(text: bytes) -> str:
    """One name or value of a query or form (SSO-REQ-005, SSO-REQ-008, SSO-REQ-026)."""
    text = text.replace(b"+", b" ")
    if re.search(rb"%(?![0-9A-Fa-f]{2})", text):
        raise Refusal(4000)
    return re.sub(rb"%(..)", lambda found: bytes.fromhex(found[1].decode()), text, flags=re.S).decode("utf-8")


def form_pairs(text: bytes) -> Pairs:
    pairs = (pair.partition(b"=") for pair in text.split(b"&") if pair)
    return [(unescape(name), unescape(value)) for name, _, value in pairs]


def json_pairs(text: bytes) -> Pairs:
    """One object (SSO-REQ-003); JSON as the RFC has it, without Python's NaN and its bound on digits."""

    def refuse(_: str) -> None:
        raise Refusal(4000)

    members = json.loads(
        text.decode("utf-8"),
        object_pairs_hook=Members,
        parse_constant=refuse,
        parse_int=lambda _: 0,
        parse_float=lambda _: 0,
    )
    waiting: list[Any] = [members]
    while waiting:  # a lone surrogate cannot be encoded, wherever it stands
        one = waiting.pop()
        if isinstance(one, str):
            one.encode("utf-8")
        elif isinstance(one, (list, tuple)):
            waiting.extend(one)
    if not isinstance(members, Members):
        raise Refusal(4000)
    return members


@dataclass(frozen=True)
class Operation:
    methods: tuple[str, ...]
    required: tuple[str, ...]
    optional: tuple[str, ...]
    run: Callable[[Call], Response]

    @property
    def known(self) -> tuple[str, ...]:
        return self.required + self.optional


@dataclass(frozen=True)
class Call:
    """One request that has passed the checks, and what is needed to answer it."""

    fields: dict[str, str]
    bearer: str | None
    storage: Storage
    now: int
    entropy: bytes
    settings: Settings


TOKEN_FIELDS = ("token", "_token")
LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
DOMAIN = re.compile(rf"{LABEL}(?:\.{LABEL})*")
EMAIL = re.compile(rf"(?=[^@]{{1,64}}@){ATOM}(?:\.{ATOM})*@{LABEL}(?:\.{LABEL})*")
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
TOKEN = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")  # SSO-TOK-001
PRODUCT_NAME = re.compile("[a-z0-9-]{1,32}")  # SSO-DIR-010
CODE = re.compile("[A-Za-z0-9_-]{43}")  # SSO-LAU-003


def is_time(text: str) -> bool:
    """SSO-REQ-023."""
    return re.fullmatch("[1-9][0-9]{0,15}", text) is not None and int(text) <= LARGEST


BOUNDS: dict[str, Callable[[str], bool]] = {
    "email": lambda text: len(text) <= 254 and EMAIL.fullmatch(text) is not None,  # SSO-REQ-009
    "userid": lambda text: len(text) <= 254 and EMAIL.fullmatch(text) is not None,  # SSO-DIR-001
    "company": lambda text: len(text) <= 253 and DOMAIN.fullmatch(text) is not None,  # SSO-DIR-009
    "password": lambda text: len(text.encode("utf-8")) <= 1024,  # SSO-REQ-013
    "issued_at": is_time,
}


def bearer_of(authorization: str | None) -> str | None:
    """The text after `Bearer`, its case aside; a different scheme bears no token."""
    found = re.fullmatch("bearer +(.+)", authorization or "", flags=re.I | re.S)
    return found[1] if found else None


def is_encoded(request: Request) -> bool:
    """SSO-REQ-028."""
    codings = (coding.strip(" \t").lower() for coding in (request.content_encoding or "").split(","))
    return any(coding not in ("", "identity") for coding in codings)


def check(request: Request, settings: Settings, now: int) -> tuple[Operation, dict[str, str]]:
    """All that is decided before any storage call, in the order of SSO-REQ-022 (SSO-ERR-008)."""
    operation = OPERATIONS.get(request.path)
    if operation is None:
        raise Refusal(4040)
    if request.method not in operation.methods:
        raise Refusal(4050, Allow=", ".join(operation.methods))
    if len(request.query) > LIMIT or len(request.body) > LIMIT:
        raise Refusal(4130)
    in_body = request.method == "POST" and request.body != b""  # SSO-REQ-018, SSO-REQ-024
    media_type = (request.content_type or "").partition(";")[0].strip(" \t").lower()
    if in_body and is_encoded(request):
        raise Refusal(4150, **{"Accept-Encoding": "identity"})
    if in_body and media_type not in ("application/x-www-form-urlencoded", "application/json"):
        raise Refusal(4150)
    try:
        query = form_pairs(request.query)
        body = (json_pairs if media_type == "application/json" else form_pairs)(request.body) if in_body else []
    except (ValueError, RecursionError):
        raise Refusal(4000) from None

    seen: set[str] = set()
    for name, _ in query + body:  # SSO-REQ-006; the query of a POST counts here and nowhere else (SSO-REQ-019)
        if name in seen and name in operation.known:
            raise Refusal(4002, name)
        seen.add(name)
    fields = {name: value for name, value in (query if request.method == "GET" else body) if name in operation.known}

    if operation.run in (exchange, session, sign_out) and "," in (request.authorization or ""):  # SSO-REQ-027
        raise Refusal(4002, "authorization")
    if operation.run in (session, sign_out):  # SSO-SES-002
        tokens = [name for name in TOKEN_FIELDS if name in fields]
        if len(tokens) + (bearer_of(request.authorization) is not None) > 1:
            raise Refusal(4002, "token")
    for name in operation.known:
        # an empty token is not a missing field but a malformed token (SSO-SES-003)
        empty = name not in TOKEN_FIELDS and fields.get(name) == ""
        if empty or name in operation.required and name not in fields:
            raise Refusal(4001, name)
    if operation.run is direct and "company" not in fields and settings.company is None:
        raise Refusal(4001, "company")
    for name in operation.known:
        if name not in fields:
            continue
        value = fields[name]
        if not isinstance(value, str):  # SSO-REQ-015
            raise Refusal(4003, name)
        if name not in ("password", "token", "_token") and CONTROL.search(value):  # SSO-REQ-014
            raise Refusal(4003, name)
        if name in BOUNDS and not BOUNDS[name](value):
            raise Refusal(4003, name)
        # SSO-REQ-012; a direct sign-in to a product of others names none (SSO-DIR-010)
        is_name = operation.run is direct and PRODUCT_NAME.fullmatch(value)
        if name == "product" and value not in settings.products and not is_name:
            raise Refusal(4003, name)
        if name == "issued_at" and int(value) > now + SKEW:  # SSO-REQ-023
            raise Refusal(4003, name)
    if "product" in fields and fields["product"] not in settings.products:
        del fields["product"]
    return operation, fields


# ---- the operations ----


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def has_key_shape(key: str) -> bool:
    """SSO-KEY-005 and SSO-KEY-006."""
    if not key.startswith("ssok_"):
        return re.fullmatch("[ -~]{22,256}", key) is not None
    if not re.fullmatch("ssok_[0-9A-Za-z]{49}", key):
        return False
    number, check_digits = 0, 0
    for digit in key[5:48]:
        number = number * 62 + BASE62.index(digit)
    for digit in key[48:]:
        check_digits = check_digits * 62 + BASE62.index(digit)
    return check_digits == zlib.crc32(key[:48].encode()) and number < 1 << 256


def key_works(key: Key, now: int) -> bool:
    """SSO-KEY-001, SSO-KEY-007."""
    return key.status == "enabled" and (key.expires_at is None or key.expires_at > now)


def sign_user_on(call: Call, needs_url: bool) -> tuple[User, Company, Key, Product | None]:
    """From the key to the written password: what sign-on and launch share (SSO-RULE-001 to SSO-RULE-009)."""
    storage, given = call.storage, call.fields
    found = storage.find_key(digest_of(given["ssokey"])) if has_key_shape(given["ssokey"]) else None
    if found is None or not key_works(found[0], call.now) or found[1].status != "enabled":  # SSO-KEY-008
        raise Refusal(4010)
    key, company = found
    if given["product"] not in company.products:  # SSO-ERR-001
        raise Refusal(4030)
    product = storage.find_product(given["product"]) if needs_url else None
    if needs_url and product is None:  # SSO-LAU-005
        raise Refusal(4030)
    return settle_password(call, company), company, key, product


def settle_password(call: Call, company: Company) -> User:
    """The user with the password sent as the stored one, at the version that this gave it (SSO-TOK-005)."""
    storage, email, password = call.storage, call.fields["email"].lower(), call.fields["password"]  # SSO-REQ-010
    issued_at = int(call.fields["issued_at"]) if "issued_at" in call.fields else None
    new_hash: str | None = None

    def hashed() -> str:
        nonlocal new_hash
        if new_hash is None:
            new_hash = storage.hasher.hash(password.encode("utf-8"), call.entropy[16:32])
        return new_hash

    user = storage.find_user(company.id, email)
    if user is None:
        created = storage.create_user(company.id, email, hashed(), issued_at)
        if created is not None:
            return created
        user = storage.find_user(company.id, email)  # SSO-ERR-005
        if user is None:
            raise Refusal(5030)
    for again in (False, True):  # SSO-ERR-006
        if user.status != "enabled":
            raise Refusal(4030)
        if storage.hasher.verify(password.encode("utf-8"), user.password_hash):
            if storage.hasher.outdated(user.password_hash):  # SSO-RULE-005
                storage.rehash_password(user, hashed())
            return user
        if user.managed_by == "local":  # SSO-RULE-009
            raise Refusal(4090)
        stored = user.issued_at if user.issued_at is not None and user.issued_at <= call.now + SKEW else None
        if issued_at is not None and stored is not None and issued_at < stored:  # SSO-RULE-008
            raise Refusal(4092)
        if again:
            break
        replaced = storage.replace_password(user, hashed(), issued_at)
        if replaced is not None:
            return replaced
        user = storage.find_user(company.id, email)
        if user is None:
            raise Refusal(5030)
    raise Refusal(4091)


def new_token(call: Call, user: User, key_id: int | None, product: str | None) -> str:
    """A UUID of version 4, stored as its digest before it is shown (SSO-TOK-001 to SSO-TOK-005)."""
    octets = bytearray(call.entropy[:16])
    octets[6] = octets[6] & 0x0F | 0x40
    octets[8] = octets[8] & 0x3F | 0x80
    digits = octets.hex()
    token = "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
    expires_at = call.now + TOKEN_LIFE
    call.storage.save_token(
        Grant(digest_of(token), user.id, user.company_id, key_id, user.credential_version, product, expires_at)
    )
    return token


def encode(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def answer(user: User, company: Company, token: str) -> Response:
    """The documented answer, in the document's order (SSO-RSP-001 to SSO-RSP-005)."""
    members = {
        "loginId": user.login_id,
        "companyName": company.name,
        "isCreator": user.is_creator,
        "domainOwnershipVerified": company.domain_ownership_verified,
        "token": token,
        "email": user.email,
        "userId": user.id,
        "permissions": user.permissions,
        "isCompanyAdmin": user.is_company_admin,
        "accountType": company.account_type,
        "domainMxVerified": company.domain_mx_verified,
        "companyId": company.id,
        "displayName": user.display_name,
        "companyDomain": company.domain,
    }
    before, name, after = encode({"status_code": 200, "return": members, "stat": "ok"}).partition(b'"token":"')
    return Response(200, re.sub(rb"\\.|token", lambda one: SPELLED.get(one[0], one[0]), before) + name + after)


# What would put the text `token` before the member of that name, spelled otherwise: a tab before `oken` too (SSO-RSP-012)
SPELLED = {b"token": b"\\u0074oken", b"\\t": b"\\u0009"}


def empty(status: int, **headers: str) -> Response:
    return Response(status, encode({"status_code": status, "return": {}, "stat": "ok"}), headers)


def sign_on(call: Call) -> Response:
    user, company, key, _ = sign_user_on(call, needs_url=False)
    return answer(user, company, new_token(call, user, key.id, call.fields["product"]))


def launch(call: Call) -> Response:
    """SSO-LAU-001 to SSO-LAU-006: a code in place of a token."""
    user, company, key, product = sign_user_on(call, needs_url=True)
    assert product is not None
    code = base64.urlsafe_b64encode(call.entropy[32:64]).rstrip(b"=").decode()
    expires_at = call.now + CODE_LIFE
    call.storage.save_code(
        Grant(digest_of(code), user.id, company.id, key.id, user.credential_version, product.name, expires_at)
    )
    return empty(303, Location=f"{product.launch_url}{'&' if '?' in product.launch_url else '?'}code={code}")


def holds(grant: Grant, holder: Holder, now: int) -> bool:
    """SSO-SES-004 and SSO-EXC-003; a key that is gone works no more than a disabled one."""
    user, key = holder.user, holder.key
    return (
        grant.expires_at > now
        and grant.credential_version == user.credential_version
        and user.status == "enabled"
        and holder.company.status == "enabled"
        and (grant.key_id is None or key is not None and key_works(key, now))
    )


def opens(product: Product, secret: str, now: int) -> bool:
    """SSO-EXC-004 and SSO-EXC-007: the present secret, or the one before until its end."""
    given, previous, end = digest_of(secret), product.previous_secret_digest, product.previous_secret_expires_at
    lasts = previous is not None and end is not None and now < end
    return hmac.compare_digest(product.secret_digest, given) or lasts and hmac.compare_digest(previous, given)


def exchange(call: Call) -> Response:
    """SSO-EXC-001 to SSO-EXC-007: the secret first, then the code, which stays spent."""
    storage, name = call.storage, call.fields["product"]
    product = storage.find_product(name)
    if call.bearer is None or product is None or not opens(product, call.bearer, call.now):
        raise Refusal(4012)
    taken = storage.take_code(digest_of(call.fields["code"])) if CODE.fullmatch(call.fields["code"]) else None
    if taken is None or taken[0].product != name or not holds(*taken, call.now):
        raise Refusal(4012)
    code, holder = taken
    return answer(holder.user, holder.company, new_token(call, holder.user, code.key_id, name))


def direct(call: Call) -> Response:
    """SSO-DIR-001 to SSO-DIR-010; one hash whatever the answer (SSO-DIR-004)."""
    storage, given = call.storage, call.fields
    domain = given.get("company", call.settings.company or "").lower()
    company = storage.find_company(domain)
    company = company if company and company.status == "enabled" else None  # SSO-KEY-008
    user = storage.find_user(company.id, given["userid"].lower()) if company else None
    password, hasher = given["password"].encode("utf-8"), storage.hasher
    matches = hasher.verify(password, user.password_hash if user else hasher.dummy())
    if matches is None:
        hasher.verify(password, hasher.dummy())
    if company is None or user is None or not matches or user.status != "enabled":
        raise Refusal(4011)
    if "product" in given and given["product"] not in company.products:  # SSO-DIR-006
        raise Refusal(4030)
    return answer(user, company, new_token(call, user, None, given.get("product")))


def presented(call: Call) -> str:
    """The one token of a request, well-formed (SSO-SES-006, SSO-OUT-003)."""
    token = call.bearer or next((call.fields[name] for name in TOKEN_FIELDS if name in call.fields), "")
    if not TOKEN.fullmatch(token):
        raise Refusal(4012)
    return token


def is_for(token: Grant, holder: Holder, product: str | None) -> bool:
    """SSO-SES-007."""
    return product is None or token.product == product or token.product is None and product in holder.company.products


def session(call: Call) -> Response:
    token = presented(call)
    found = call.storage.find_token(digest_of(token))
    if found is None or not holds(*found, call.now) or not is_for(*found, call.fields.get("product")):
        raise Refusal(4012)
    return answer(found[1].user, found[1].company, token)


def sign_out(call: Call) -> Response:
    call.storage.revoke_token(digest_of(presented(call)))
    return empty(200)


SIGN_ON_FIELDS = ("email", "password", "ssokey", "product")
OPERATIONS: dict[str, Operation] = {
    "/api/sso/authenticate": Operation(("GET", "POST"), SIGN_ON_FIELDS, ("issued_at",), sign_on),
    "/api/sso/login": Operation(("GET", "POST"), SIGN_ON_FIELDS, ("issued_at",), launch),
    "/api/sso/exchange": Operation(("POST",), ("code", "product"), (), exchange),
    "/api/authenticate": Operation(("GET", "POST"), ("userid", "password"), ("company", "product"), direct),
    "/api/session": Operation(("GET",), (), (*TOKEN_FIELDS, "product"), session),
    "/api/signout": Operation(("POST",), (), TOKEN_FIELDS, sign_out),
}


def refusal(code: int, what: str, headers: dict[str, str], settings: Settings) -> Response:
    """SSO-RSP-006; `details` says no more than the field's name (SSO-RSP-008)."""
    status, name, details = CATALOGUE[code]
    error = {"code": code, "name": name, "details": f"{details}: `{what}`" if what else details}
    body = encode({"error": error, "status_code": status, "stat": "fail"})
    return for_client(Response(status, body, headers), settings)


def for_client(response: Response, settings: Settings) -> Response:
    """SSO-RSP-014: what legacy clients get more, and as what."""
    if not settings.legacy_status:
        return response
    success = response.status < 400
    body = response.body[:-1] + (b',"success":true}' if success else b',"success":false}')
    return Response(response.status if success else 200, body, response.headers)


def handle(
    request: Request, storage: Storage, now: int, entropy: bytes, settings: Settings = Settings()
) -> Response:
    """The format: what one request is answered with, and does."""
    try:
        operation, fields = check(request, settings, now)
        call = Call(fields, bearer_of(request.authorization), storage, now, entropy, settings)
        return for_client(operation.run(call), settings)
    except Refusal as refused:
        return refusal(refused.code, refused.what, refused.headers, settings)
    except MemoryError:  # SSO-ERR-004
        return refusal(5031, "", {"Retry-After": "1"}, settings)


# ---- HTTP/1.1 ----


class Unframed(Exception):
    """Bytes that are not an HTTP request; nothing that follows them can be read."""


class Handler(http.server.BaseHTTPRequestHandler):
    """Reads requests as bytes: the base class would fold `//` in a path and split a target at U+0085."""

    server: Server
    timeout = 30
    disable_nagle_algorithm = True

    def handle_one_request(self) -> None:
        self.close_connection = True
        method = ""
        try:
            request = self.read_request()
            method = request.method
            server = self.server
            response = handle(request, server.storage, server.clock(), server.entropy(80), server.settings)
        except (TimeoutError, ConnectionError):
            return
        except Unframed:
            self.close_connection = True
            response = refusal(4000, "", {}, self.server.settings)
        except Exception:  # noqa: BLE001 - whatever it is, it is not the client's fault
            self.close_connection = True
            response = refusal(5000, "", {}, self.server.settings)
        try:
            self.write(method, response)
        except OSError:
            self.close_connection = True

    def read_line(self) -> bytes:
        line = self.rfile.readline(1 << 20)  # far more than a query may have, so that a long one is seen to be long
        if not line:
            raise ConnectionError
        if not line.endswith(b"\n"):
            raise Unframed
        return line.removesuffix(b"\n").removesuffix(b"\r")

    def read_request(self) -> Request:
        parts = (self.read_line() or self.read_line()).split(b" ")
        if len(parts) != 3 or parts[2] not in (b"HTTP/1.0", b"HTTP/1.1"):
            raise Unframed
        headers: dict[str, str] = {}
        for _ in range(128):
            line = self.read_line()
            if not line:
                break
            name, colon, value = line.decode("latin-1").partition(":")
            if not colon or not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name):
                raise Unframed
            name, value = name.lower(), value.strip(" \t")
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
        else:
            raise Unframed
        options = headers.get("connection", "").lower()
        self.close_connection = "close" in options or parts[2] == b"HTTP/1.0" and "keep-alive" not in options
        if headers.get("expect", "").lower() == "100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        target = re.sub(rb"^https?://[^/?]*", b"", parts[1], flags=re.I)
        path, _, query = target.partition(b"?")
        authorization = headers.get("authorization")
        if authorization is not None:  # as sent: UTF-8 where it is, other bytes as they are
            authorization = authorization.encode("latin-1").decode("utf-8", "surrogateescape")
        return Request(
            parts[0].decode("latin-1"),
            path.decode("latin-1"),
            query,
            self.read_body(headers),
            headers.get("content-type"),
            headers.get("content-encoding"),
            authorization,
        )

    def read_body(self, headers: dict[str, str]) -> bytes:
        """At most one byte more than may be, which is enough to refuse it; the rest is read and forgotten."""
        coding, length = headers.get("transfer-encoding"), headers.get("content-length")
        if coding is None:
            return self.read_part(self.number(length, 10), b"") if length is not None else b""
        if coding.lower() != "chunked" or length is not None:
            raise Unframed
        body = b""
        while size := self.number(self.read_line().partition(b";")[0].strip(b" \t").decode("latin-1"), 16):
            body = self.read_part(size, body)
            if self.read_line():
                raise Unframed
        while self.read_line():  # trailers
            pass
        return body

    @staticmethod
    def number(text: str, base: int) -> int:
        if not re.fullmatch("[0-9]{1,15}" if base == 10 else "[0-9A-Fa-f]{1,12}", text):
            raise Unframed
        return int(text, base)

    def read_part(self, size: int, body: bytes) -> bytes:
        kept = min(size, LIMIT + 1 - len(body))
        part = self.rfile.read(kept)
        if len(part) < kept:
            raise ConnectionError
        rest = size - kept
        if rest > 1 << 20:  # too much to swallow: answer, and hang up
            self.close_connection, rest = True, 1 << 20
        while rest > 0 and (piece := self.rfile.read(min(rest, 65536))):
            rest -= len(piece)
        return body + part

    def write(self, method: str, response: Response) -> None:
        headers = {
            "Date": self.date_time_string(),
            "Content-Length": str(len(response.body)),
            "Connection": "close" if self.close_connection else "keep-alive",
            **ALWAYS,
            **response.headers,
        }
        reason = self.responses.get(response.status, ("", ""))[0]
        lines = [f"HTTP/1.1 {response.status} {reason}", *(f"{name}: {value}" for name, value in headers.items())]
        head = ("\r\n".join(lines) + "\r\n\r\n").encode("ascii")
        self.wfile.write(head if method == "HEAD" else head + response.body)


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], storage: Storage, settings: Settings) -> None:
        super().__init__(address, Handler)
        self.storage, self.settings = storage, settings
        self.clock: Callable[[], int] = lambda: time.time_ns() // 1_000_000
        self.entropy: Callable[[int], bytes] = os.urandom

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing is logged: a traceback could hold what was sent."""


# ---- command line ----


def read_text(path: str) -> str:
    """The text of a file without the one line end after it."""
    with open(path, encoding="utf-8", newline="") as file:
        return re.sub(r"\r?\n\Z", "", file.read())


def partner(storage: Storage, company: Company, key_file: str) -> None:
    """Enters a company and its key, of which only the digest is kept (SSO-KEY-004)."""
    key = read_text(key_file)
    if not has_key_shape(key):
        sys.exit(f"server.py: {key_file}: not a key: 22 to 256 printable characters, or issued with its check digits")
    if digest_of(key) in storage.keys:
        sys.exit(f"server.py: {key_file}: this key is a different company's")
    storage.companies[company.id] = company
    storage.keys[digest_of(key)] = Key(len(storage.keys) + 1, digest_of(key), company.id)


def arguments(description: str, example: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=description, epilog=f"example: python3 {example}")
    parser.add_argument("--ssokey-file", required=True, metavar="FILE", help="the key of Partner Ltd, partner.example")
    parser.add_argument("--second-ssokey-file", metavar="FILE", help="the key of a second company, other.example")
    parser.add_argument("--product-secret-file", metavar="FILE", help="the products' secret; without it no code is exchanged")
    parser.add_argument("--second-product", metavar="NAME", help="a product with a secret of its own")
    parser.add_argument("--second-product-secret-file", metavar="FILE", help="the secret of that product")
    parser.add_argument("--products", default=",".join(PRODUCTS), metavar="NAMES", help="(default: %(default)s)")
    parser.add_argument("--company-domain", metavar="DOMAIN", help="the company of a direct sign-in that names none")
    parser.add_argument("--legacy-status", action="store_true", help="answer for legacy clients")
    parser.add_argument("--scrypt-n", type=int, default=Scrypt.n, metavar="N", help="the cost of every hash (default: %(default)s)")
    return parser


def set_up(options: argparse.Namespace) -> tuple[Storage, Settings]:
    storage = Storage()
    storage.hasher.n = options.scrypt_n
    secret = read_text(options.product_secret_file) if options.product_secret_file else os.urandom(32).hex()
    products = tuple(options.products.split(","))
    second = read_text(options.second_product_secret_file) if options.second_product else secret
    for name in products:
        own = second if name == options.second_product else secret
        storage.products[name] = Product(name, f"https://{name}.example/enter", digest_of(own))
    partner(storage, Company(1, "Partner Ltd", "partner.example", "sso@partner.example", products), options.ssokey_file)
    if options.second_ssokey_file:
        other = Company(2, "Other Inc", "other.example", "sso@other.example", products)
        partner(storage, other, options.second_ssokey_file)
    return storage, Settings(options.company_domain, products, options.legacy_status)


def main() -> None:
    example = "server.py --port 8080 --ssokey-file key.txt --company-domain partner.example"
    parser = arguments("Serve the third-party sign-on format from memory.", example)
    parser.add_argument("--port", type=int, default=0, help="on 127.0.0.1; 0 (the default) takes a free one")
    options = parser.parse_args()
    server = Server(("127.0.0.1", options.port), *set_up(options))
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    print(f"ready http://127.0.0.1:{server.server_port}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    server.server_close()


if __name__ == "__main__":
    main()
