"""A server on the component: python server.py sso.db"""

import os
import signal
import sys
from http.server import ThreadingHTTPServer
from threading import Thread

from bounded import BoundedHandler, after
from host import Host, fields
from storage import Storage

LIMIT = 8192  # What `body-limit` of the interface `server` returns.


class Handler(BoundedHandler):
    host = None
    is_last = False  # Whether this server ends after the answers to what has come.

    def answer(self):
        path, _, query = self.requestline.split()[1].partition("?")  # `self.path` joins slashes.
        if "transfer-encoding" in self.headers:
            return self.send_error(411)
        length = self.length()
        if length is None:
            return self.send_error(400)
        all_of = lambda name: self.headers.get_all(name, [])
        body = self.rfile.read(min(length, 8 * LIMIT))
        if len(body) < min(length, 8 * LIMIT):
            return setattr(self, "close_connection", True)  # The client has gone. A part of a password would be a different one.
        if length > LIMIT:
            body = None  # The case `too-large`.
        response = self.host.handle(fields(
            method=self.command, path=path, query=query.encode("latin-1"), content_type=self.headers.get("content-type"),
            content_encoding=all_of("content-encoding"), authorization=all_of("authorization"), body=body, source=self.client_address[0]))
        self.send_response(response.status)
        body = response.body.encode()
        for name, value in [*response.headers, ("content-length", str(len(body)))]:
            self.send_header(name, value)
        if length > LIMIT or self.is_last:
            self.close_connection = True
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_POST = do_HEAD = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = answer
    log_message = lambda self, *_: None  # A query has passwords.


def end(server):
    Handler.is_last = True
    after(10, os._exit, 1)  # Whoever takes longer is cut off.
    server.shutdown()


if __name__ == "__main__":
    Handler.host = Host(Storage(sys.argv[1]))
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[2]) if len(sys.argv) > 2 else 0), Handler)
    print(f"listening on http://127.0.0.1:{server.server_port} ", flush=True)
    server.daemon_threads = False  # At the end they are waited for.
    signal.signal(signal.SIGTERM, lambda *_: Thread(target=end, args=[server]).start())
    server.serve_forever()
    server.server_close()
