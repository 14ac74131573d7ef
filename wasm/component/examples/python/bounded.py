"""HTTP of which nothing takes for ever, and nothing that is cut off is a request."""

import io
import re
from http.server import BaseHTTPRequestHandler
from socket import SHUT_RDWR
from threading import Timer


def after(seconds, function, *values):
    timer = Timer(seconds, function, values)
    timer.daemon = True
    timer.start()
    return timer


class BoundedHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 10  # Seconds for which a client may be silent.
    patience = 20  # Seconds that a request may take, with the silence before it and its answer.

    def handle_one_request(self):
        late = after(self.patience, self.connection.shutdown, SHUT_RDWR)
        try:
            super().handle_one_request()
        finally:
            late.cancel()

    def parse_request(self):
        """`http.server` takes the end of what came for the end of the head. Here the head is whole, or there is no request."""
        lines = [self.raw_requestline]
        while lines[-1] not in (b"\r\n", b"\n", b"") and len(lines) < 103:  # More than 100 headers are refused.
            lines.append(self.rfile.readline(65537))
        if not lines[-1].endswith(b"\n"):
            self.close_connection = True
            return False
        rest, self.rfile = self.rfile, io.BytesIO(b"".join(lines[1:]))
        try:
            return super().parse_request()
        finally:
            self.rfile = rest

    def length(self):
        """Returns how many bytes the body has, or None if the head does not say."""
        lengths = self.headers.get_all("content-length", ["0"])
        return int(lengths[0]) if len(lengths) == 1 and re.fullmatch("[0-9]{1,18}", lengths[0]) else None
