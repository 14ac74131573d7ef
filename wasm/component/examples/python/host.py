"""An instance of the component `ssokey-embedded.wasm`, which lies beside this file, over a storage."""

import pathlib
import secrets
import sys
import threading
import time

from wasmtime import Engine, Store
from wasmtime.component import Component, Linker, Record, Variant

AUTHORITY, SERVER, STORAGE = (f"ssokey:sso/{name}@0.1.0" for name in ("authority", "server", "storage"))
CALLS = """admit give-back find-key find-user find-company find-product create-user replace-password rehash-password save-token save-code
           find-token take-code revoke-token audit""".split()
PATIENCE = 5  # Seconds for which a request waits for those before it.
FAILURES = [["internal"], ["overloaded", 1], ["malformed-request"], ["too-large"]]
SETTINGS = ("legacy-status", "company", "products", "token-lifetime", "code-lifetime", "operations")


def fields(**values):
    it = Record()
    it.__dict__ = {name.replace("_", "-"): value for name, value in values.items()}
    return it


class Host:
    """One instance, which answers one request after the other."""

    def __init__(self, storage):
        self.storage, self.lock, self.engine = storage, threading.Lock(), Engine()
        self.component = Component.from_file(self.engine, str(pathlib.Path(__file__).with_name("ssokey-embedded.wasm")))
        self.linker = Linker(self.engine)
        with self.linker.root() as root, root.add_instance(STORAGE) as calls:
            for name in CALLS:
                calls.add_func(name, self.guarded(name, getattr(storage, name.replace("-", "_"))))
        self.linker.define_unknown_imports_as_traps(self.component)  # The operator's: this server carries no command out.
        self.settings = fields(**dict.fromkeys(SETTINGS))
        self.instantiate()
        failure = self.function(SERVER, "failure-response")
        self.failures = {name: failure(self.store, Variant(name, *value), self.settings) for name, *value in FAILURES}

    def instantiate(self):
        self.store = Store(self.engine)
        self.instance = self.linker.instantiate(self.store, self.component)
        self.decide, self.call = self.function(AUTHORITY, "handle"), None

    def function(self, interface, name):
        index = self.instance.get_export_index(self.store, interface)
        return self.instance.get_func(self.store, self.instance.get_export_index(self.store, name, index))

    def guarded(self, name, call):
        """Each call is a transaction. An exception that got through would be a trap, and destroy the instance."""
        ok, err = (lambda value: value, None) if name == "rehash-password" else (lambda value: Variant("ok", value), Variant("err"))

        def function(_, *members):
            self.call = name
            try:
                with self.storage.db:
                    self.storage.db.execute("BEGIN IMMEDIATE")
                    return ok(call(*members))
            except Exception as error:
                print(f"{name} failed: {type(error).__name__}", file=sys.stderr)  # The words of an error may hold a value.
                return err

        return function

    def handle(self, request):
        if not self.lock.acquire(timeout=PATIENCE):
            return self.failures["overloaded"]
        try:
            moment = fields(now=time.time_ns() // 1_000_000, entropy=secrets.token_bytes(80))
            return self.decide(self.store, request, self.settings, moment)
        except Exception as error:
            print(f"a new instance after {type(error).__name__}, the last call was {self.call}", file=sys.stderr)
            self.instantiate()
            return self.failures["internal"]
        finally:
            self.lock.release()
