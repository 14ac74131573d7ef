"""HTTP/1.1 by h11, with a thread for each connection, of which nothing takes for ever."""

import os
import socket
import time
from contextlib import suppress
from http import HTTPStatus
from threading import BoundedSemaphore, Lock, Thread, Timer

import h11

PATIENCE = 10  # Seconds for a head to come, after a silence, and as many for its body and the answer.
MOST_CONNECTIONS = 100  # Others wait to be accepted.


class Connections:
    """Serves until it is told to end, and then answers what has come."""

    def __init__(self, answer, refusal, read_at_most):
        self.answer, self.refusal, self.read_at_most = answer, refusal, read_at_most
        self.places, self.lock, self.silent, self.is_ending = BoundedSemaphore(MOST_CONNECTIONS), Lock(), set(), False

    def serve(self, listener):
        while True:
            self.places.acquire()
            try:
                client, (address, *_) = listener.accept()
            except OSError:
                self.places.release()
                time.sleep(0.1)  # Such as for want of file descriptors, which others give back.
                continue
            Thread(target=self.serve_client, args=[client, address]).start()

    def end(self):
        late = Timer(PATIENCE, os._exit, [1])  # Whoever takes longer is cut off.
        late.daemon = True
        late.start()
        with self.lock:
            self.is_ending = True
            for client in self.silent:
                with suppress(OSError):
                    client.shutdown(socket.SHUT_RD)

    def serve_client(self, client, address):
        http = h11.Connection(h11.SERVER, max_incomplete_event_size=32 * 1024)
        try:
            with client:
                while self.serve_request(Exchange(client, http), address):
                    http.start_next_cycle()
        except OSError:
            pass  # The client has gone, or takes too long.
        finally:
            self.places.release()

    def serve_request(self, exchange, address):
        """Returns whether the connection may have another one."""
        try:
            with self.lock:
                if self.is_ending:
                    return False
                self.silent.add(exchange.client)
            try:
                request = exchange.next()
            finally:
                with self.lock:
                    self.silent.discard(exchange.client)
            if isinstance(request, h11.ConnectionClosed):
                return False
            exchange.end = time.monotonic() + PATIENCE
            body = exchange.body(self.read_at_most)
        except h11.RemoteProtocolError as error:
            return exchange.send(self.refusal(error.error_status_hint), b"", True)
        return exchange.send(self.answer(request, body, address), request.method, self.is_ending)


class Exchange:
    """A request of a client, and its answer."""

    def __init__(self, client, http):
        self.client, self.http, self.end = client, http, time.monotonic() + PATIENCE

    def next(self):
        """Returns what comes next of a request. What is cut off or is not HTTP is an error."""
        while (event := self.http.next_event()) is h11.NEED_DATA:
            if self.http.they_are_waiting_for_100_continue:
                self.write(h11.InformationalResponse(status_code=100, headers=[]))
            self.bound()
            self.http.receive_data(self.client.recv(64 * 1024))
        return event

    def body(self, at_most):
        """Returns the body, or its beginning if it is longer than that."""
        parts = bytearray()
        while isinstance(part := self.next(), h11.Data) and len(parts) <= at_most:
            parts += part.data
        return bytes(parts)

    def send(self, response, method, is_last):
        """Returns whether the connection may have another request."""
        body = response.body.encode()
        headers = [*response.headers, ("content-length", str(len(body)))]
        if is_last or self.http.their_state is not h11.DONE:
            headers.append(("connection", "close"))
        self.write(h11.Response(status_code=response.status, reason=HTTPStatus(response.status).phrase, headers=headers))
        if method != b"HEAD":
            self.write(h11.Data(data=body))
        self.write(h11.EndOfMessage())
        return self.http.our_state is h11.DONE and self.http.their_state is h11.DONE

    def write(self, event):
        self.bound()
        self.client.sendall(self.http.send(event))

    def bound(self):
        self.client.settimeout(max(self.end - time.monotonic(), 0.001))
