"""Puts storages that fail, lie or break to the host in Python, 2,000 times each, and then one that works."""

import contextlib
import io
import json
from types import SimpleNamespace

from host import CALLS, Host, fields
from storage import record

TIMES = 2000
KEY = "ssok_0x2Q90BnVwyqXEBh5rWMRG4VSIFBhkjcMWcdTlnmW8a0dGdsX"
REQUEST = fields(
    method="GET", path="/api/sso/authenticate", query=f"email=ada%40partner.example&password=x&ssokey={KEY}&product=livechat".encode(),
    content_type=None, content_encoding=[], authorization=[], body=b"", source=None)
COMPANY = {
    "id": 1, "name": "Partner Ltd", "domain": "partner.example", "email": "sso@partner.example", "products": '["livechat"]',
    "email_domains": "[]", "account_type": "ENTERPRISE", "domain_ownership_verified": 0, "domain_mx_verified": 0, "status": "enabled"}


def found(digest, **members):
    company = {**COMPANY, "domain": "partner.example"}
    made = record(company)
    made.domain = "partner.example"
    key = {"id": 5, "digest": digest, "company_id": 1, "status": "enabled", "expires_at": None}
    return record({"key": record(key | members), "company": made})


def fail(_):
    raise OSError("the database is gone")


def expect(host, status, name):
    response = host.handle(REQUEST)
    assert (response.status, json.loads(response.body)["error"]["name"]) == (status, name), (response.status, response.body)


def main():
    class Broken(contextlib.AbstractContextManager):
        in_transaction = False
        execute = lambda self, *_: None
        __exit__ = lambda self, *_: None

    calls = {name.replace("-", "_"): lambda *_: None for name in CALLS}
    kinds = [
        (fail, 503, "storage_unavailable"),
        (lambda digest: found("0" * 64), 500, "internal"),
        (lambda digest: found(digest, id=0), 500, "internal"),
        (lambda digest: found(digest, status="gone"), None, None),
    ]
    for broken, status, name in kinds:
        now = [broken]
        host = Host(SimpleNamespace(db=Broken(), **calls | {"find_key": lambda digest: now[0](digest)}))
        for _ in range(TIMES):
            if status is None:
                # A word that the type does not have is a trap.
                try:
                    host.handle(REQUEST)
                except Exception:
                    continue
                raise AssertionError("it did not trap")
            expect(host, status, name)
        now[0] = lambda digest: None
        expect(host, 401, "invalid_ssokey")
    return f"{len(kinds)} kinds of failure, {TIMES} times each"


with contextlib.redirect_stderr(io.StringIO()):
    said = main()
print(said)
