"""Puts storages that fail, lie or break to the host in Python, 2,000 times each, and then one that works."""

import contextlib
import io
import json
import pathlib
import re
from types import SimpleNamespace

from host import CALLS, Host, fields
from storage import record

TIMES = 2000
KEY = "ssok_0x2Q90BnVwyqXEBh5rWMRG4VSIFBhkjcMWcdTlnmW8a0dGdsX"
REQUEST = fields(
    method="GET", path="/api/sso/authenticate", query=f"email=ada%40partner.example&password=x&ssokey={KEY}&product=livechat".encode(),
    content_type=None, content_encoding=[], authorization=[], body=b"", source=None)
WORLD = json.loads((pathlib.Path(__file__).parents[4] / "spec/vectors/world.json").read_text())
COMPANY = {
    re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", name): json.dumps(value) if isinstance(value, list) else value
    for name, value in WORLD["named"]["company"]["partner"].items()}


def found(digest, **members):
    key = {"id": 5, "digest": digest, "company_id": COMPANY["id"], "status": "enabled", "expires_at": None}
    return record({"key": record(key | members), "company": record(COMPANY)})


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
        # Its records are read: what is refused below is refused for the lie.
        (lambda digest: found(digest, status="disabled"), 401, "invalid_ssokey"),
        (lambda digest: found("0" * 64), 500, "internal"),
        (lambda digest: found(digest, id=0), 500, "internal"),
        # A word that the type does not have is a trap, after which there is a new instance.
        (lambda digest: found(digest, status="gone"), 500, "internal"),
    ]
    for broken, status, name in kinds:
        now = [broken]
        host = Host(SimpleNamespace(db=Broken(), **calls | {"find_key": lambda digest: now[0](digest)}))
        for _ in range(TIMES):
            expect(host, status, name)
        now[0] = lambda digest: None
        expect(host, 401, "invalid_ssokey")
    return f"{len(kinds)} kinds of answers, {TIMES} times each"


with contextlib.redirect_stderr(io.StringIO()):
    said = main()
print(said)
