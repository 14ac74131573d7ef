#!/usr/bin/env python3
"""Drives server.py for `ssokey-check driver`, without HTTP: one request a line comes in, one answer a line goes out.

    ssokey-check driver --ssokey-file key.txt -- python3 driver.py --ssokey-file key.txt
"""

import base64
import json
import os
import sys
import time
from typing import Any

import server


def bytes_of(asked: dict[str, Any]) -> bytes:
    if "body_base64" in asked:
        return base64.b64decode(asked["body_base64"])
    return (asked["body"] or "").encode()


def request_of(asked: dict[str, Any]) -> server.Request:
    headers: dict[str, str] = {}
    for name, value in asked["headers"]:
        name = name.lower()
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return server.Request(
        asked["method"],
        asked["path"],
        (asked["query"] or "").encode(),
        bytes_of(asked),
        headers.get("content-type"),
        headers.get("content-encoding"),
        headers.get("authorization"),
    )


def main() -> None:
    parser = server.arguments("Answer the third-party sign-on format on standard output.", "driver.py --ssokey-file key.txt")
    storage, settings = server.set_up(parser.parse_args())
    for line in sys.stdin.buffer:
        asked = json.loads(line)
        now, entropy = time.time_ns() // 1_000_000, os.urandom(80)
        response = server.handle(request_of(asked), storage, now, entropy, settings)
        headers = list({**server.ALWAYS, **response.headers}.items())
        answer = {"id": asked["id"], "status": response.status, "headers": headers, "body": response.body.decode()}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
