"""A server on the component: python server.py sso.db"""

import signal
import socket
import sys

from connections import Connections
from host import Host, fields
from storage import Storage

LIMIT = 8192  # What `body-limit` of the interface `server` returns.


def answering(host):
    def answer(request, body, address):
        target, _, query = request.target.partition(b"?")
        values = lambda wanted: [value.decode("latin-1") for name, value in request.headers if name == wanted]
        return host.handle(fields(
            method=request.method.decode("latin-1"), path=target.decode("latin-1"), query=query,
            content_type=next(iter(values(b"content-type")), None), content_encoding=values(b"content-encoding"),
            authorization=values(b"authorization"), body=body if len(body) <= LIMIT else None,  # None is the case `too-large`.
            source=address))

    return answer


if __name__ == "__main__":
    host = Host(Storage(sys.argv[1]))
    refusal = lambda status: host.failures["too-large" if status == 431 else "malformed-request"]
    # Of a body that is too large a part is read, so that its sender sees the answer.
    connections = Connections(answering(host), refusal, read_at_most=8 * LIMIT)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    with socket.create_server(("127.0.0.1", int(sys.argv[2]) if len(sys.argv) > 2 else 0), backlog=100) as listener:
        print(f"listening on http://127.0.0.1:{listener.getsockname()[1]} ", flush=True)
        try:
            connections.serve(listener)
        finally:
            connections.end()
