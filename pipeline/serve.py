"""Web pages and PDFs for the browser of whoever writes, made anew as sources are saved.

In: a Preview, a port. Out: a server on this machine's loopback address, and nowhere else. An open
page holds a stream of events; its thread makes the page again whenever the sources changed, so
what is open is what is made.

| address | what is there |
|---|---|
| `/` | the list of editions |
| `/public/aes.en` | the page and the PDF, side by side |
| `/public/aes.en.html`, `.pdf` | each alone; the page keeps itself new |
| `/events/…` | the stream of events for what is at that address |
| `/preview/…` | our own script and sheets, from `templates/preview/` |
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer, ThreadingMixIn
from threading import Event
from typing import Any
from urllib.parse import unquote, urlsplit

from watchfiles import watch

from pipeline import frames
from pipeline.catalogue import PARTS, Moved
from pipeline.preview import Preview, Shown

LOOPBACK = "127.0.0.1"
PORT = 8128
# By these names, and no other, a browser on this machine calls us; through a tunnel too, and so
# the port does not matter. A page elsewhere whose name its owner has pointed at 127.0.0.1 ("DNS
# rebinding") still says its own.
OWN_NAMES = frozenset({"localhost", LOOPBACK, "[::1]"})
PING = 15.0  # seconds after which a stream says something, to learn that nobody listens any more
QUIET = 15  # milliseconds without a change after which a save is over: editors write in steps
TYPES = {"html": "text/html", "pdf": "application/pdf", "js": "text/javascript", "css": "text/css"}


class Server(ThreadingMixIn, TCPServer):
    """Port 0 takes one that is free. OSError when the port is taken."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, preview: Preview, port: int) -> None:
        self.preview = preview
        super().__init__((LOOPBACK, port), _Answer)

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.server_address[1]}/"

    def handle_error(self, request: Any, client_address: Any) -> None:
        # A browser that goes away in the middle is none of our troubles.
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def follow(preview: Preview, tell: Callable[[str], None], until: Event | None = None) -> None:
    """Look at the sources again whenever a file under them or the templates changed. Ends with
    KeyboardInterrupt, or when `until` is set."""
    parts = [preview.folder / part for part in PARTS]
    there = [part for part in parts if part.is_dir()]
    for _ in watch(*there, step=QUIET, stop_event=until):
        try:
            preview.refresh()
        except Moved:
            continue  # what changed meanwhile comes next
        except OSError as error:
            tell(f"cannot read: {error}")


# Answers -----------------------------------------------------------------------------------


class _Answer(BaseHTTPRequestHandler):
    server: Server

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: whoever writes looks at the page."""

    def do_GET(self) -> None:
        if not _ours(self.headers.get("Host", "")):
            self._send(HTTPStatus.FORBIDDEN, b"this server has another name\n", "text/plain")
            return
        path = unquote(urlsplit(self.path).path).removeprefix("/")
        if f"/{path}".startswith(frames.EVENTS):
            self._stream(path.partition("/")[2])
        elif (body := _body(self.server.preview, path)) is not None:
            self._send(HTTPStatus.OK, body, TYPES.get(path.rpartition(".")[2], TYPES["html"]))
        else:
            self._send(HTTPStatus.NOT_FOUND, b"nothing is here; / lists all\n", "text/plain")

    def _send(self, status: HTTPStatus, body: bytes, type: str) -> None:
        self.send_response(status)
        charset = "; charset=utf-8" if type.startswith("text/") else ""
        self.send_header("Content-Type", type + charset)
        self.send_header("Content-Length", str(len(body)))
        self._end_headers(type)
        self.wfile.write(body)

    def _end_headers(self, type: str) -> None:
        if type == TYPES["html"]:  # the browser shows a PDF in a page of its own, with scripts
            self.send_header("Content-Security-Policy", frames.POLICY)
        self.send_header("Cache-Control", "no-store")
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()

    def _stream(self, path: str) -> None:
        """Server-sent events (HTML, 9.2): one at once, and one whenever it says something new."""
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self._end_headers("text/event-stream")
        self.wfile.write(b"retry: 1000\n\n")
        for event in _events(self.server.preview, path):
            self.wfile.write(event)


def _ours(host: str) -> bool:
    """Whether a Host header names this machine for itself."""
    return re.sub(r":\d+$", "", host).lower() in OWN_NAMES


def _body(preview: Preview, path: str) -> bytes | None:
    """What stands at an address; None when nothing does."""
    now = preview.now
    templates = now.press.templates
    if path.startswith("preview/") and path.endswith((".js", ".css")):
        return templates.get(path)
    if path.endswith(".pdf"):
        shown = preview.shown(path)
        return shown.data if shown else None
    if path.count("/") == 1 and not path.endswith(".html"):
        known = f"{path}.html" in now.renditions or now.known.failed
        return frames.split(templates, path) if known else None
    shown = _shown(preview, path)
    if shown is None or shown.data is None:
        return frames.nothing(templates, path) if shown else None
    return frames.live(shown.data, path, shown.version)


def _shown(preview: Preview, path: str) -> Shown | None:
    """A rendition, or the list of editions."""
    if path:
        return preview.shown(path)
    return preview.overview(lambda now: frames.listing(now.press.templates, now.editions))


def _events(preview: Preview, path: str) -> Iterator[bytes]:
    """What to tell a page, as the sources change."""
    turn, told = 0, b""
    while (next := preview.wait(turn, PING)) is not None:
        event = b":\n\n" if next == turn else _event(_shown(preview, path))
        turn = next
        if event != told:
            yield event
        told = event if event.startswith(b"data") else told


def _event(shown: Shown | None) -> bytes:
    shown = shown or Shown(None, ())
    problems = [asdict(one) for one in shown.problems]
    said = {"version": shown.version, "problems": problems, "more": shown.more}
    return f"data: {json.dumps(said)}\n\n".encode()
