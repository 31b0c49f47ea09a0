"""A preview in a browser: a real server on the loopback address, in a project of its own."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from pipeline.__main__ import main
from pipeline.hands import Hands
from pipeline.preview import Preview
from pipeline.serve import LOOPBACK, Server, follow

ROOT = Path(__file__).parent.parent
PAGE = "public/aes.en.html"
PDF = "public/aes.en.pdf"
SOON = 60.0  # seconds: a busy machine is no fault


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Site:
    folder: Path
    preview: Preview
    server: Server

    def ask(self, path: str, host: str = "localhost") -> Answer:
        connection = http.client.HTTPConnection(*self._address, timeout=SOON)
        connection.request("GET", path, headers={"Host": host})
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read())

    @contextmanager
    def events(self, path: str) -> Iterator[Iterator[dict[str, Any]]]:
        """What an open page is told, as it comes."""
        connection = http.client.HTTPConnection(*self._address, timeout=SOON)
        connection.request("GET", f"/events/{path}")
        lines = connection.getresponse()
        assert lines.headers["Content-Type"] == "text/event-stream"
        yield (json.loads(line[6:]) for line in lines if line.startswith(b"data: "))
        connection.close()

    def save(self, name: str, old: str, new: str) -> None:
        path = self.folder / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))

    @property
    def _address(self) -> tuple[str, int]:
        return LOOPBACK, self.server.server_address[1]


@pytest.fixture
def project(corpus: Path) -> Path:
    return corpus


@pytest.fixture
def site(project: Path) -> Iterator[Site]:
    with opened(project) as site:
        yield site


@contextmanager
def opened(folder: Path) -> Iterator[Site]:
    end = threading.Event()
    with Hands() as readers, Hands() as pages, Hands() as printers:
        preview = Preview(folder, folder / "output", readers, {"html": pages, "pdf": printers})
        preview.refresh()
        with Server(preview, 0) as server:
            told: list[str] = []
            watcher = threading.Thread(target=follow, args=(preview, told.append, end))
            threads = [threading.Thread(target=server.serve_forever), watcher]
            for thread in threads:
                thread.start()
            yield Site(folder, preview, server)
            end.set()
            preview.close()
            server.shutdown()
            for thread in threads:
                thread.join()
            assert not told


BRIEFING = "sources/briefings/aes.yaml"


# What is shown -----------------------------------------------------------------------------


def test_the_first_page_lists_every_edition(site: Site) -> None:
    answer = site.ask("/")
    assert answer.status == 200
    for audience in ("public", "partners"):
        assert f'<a href="/{audience}/aes.en" lang="en">The Alliance</a>' in answer.text


def test_the_pdf_and_the_page_are_those_that_a_build_makes(site: Site) -> None:
    pdf, page = site.ask(f"/{PDF}"), site.ask(f"/{PAGE}")
    assert CliRunner().invoke(main, ["build"]).exit_code == 0
    built = site.folder / "output"
    assert pdf.body == (built / PDF).read_bytes()
    script = re.search(rb'<script src="/preview/live\.js"[^>]*></script>\n', page.body)
    assert script
    rendition = (built / PAGE).read_bytes()
    policy = rb'<meta http-equiv="Content-Security-Policy"[^>]*>\s*'
    assert page.body.replace(script.group(), b"") == re.sub(policy, b"", rendition)


def test_the_script_is_in_the_copy_and_its_policy_in_a_header(site: Site) -> None:
    answer = site.ask(f"/{PAGE}")
    assert "script-src 'self';" in answer.headers["Content-Security-Policy"]
    assert b"http-equiv" not in answer.body
    assert CliRunner().invoke(main, ["build", "--format", "html"]).exit_code == 0
    assert b"live.js" not in (site.folder / "output" / PAGE).read_bytes()


def test_the_two_stand_side_by_side(site: Site) -> None:
    answer = site.ask("/public/aes.en")
    assert f'src="/{PAGE}"' in answer.text
    assert f'data-address="/{PDF}"' in answer.text
    assert f'data-events="/events/{PDF}"' in answer.text


@pytest.mark.parametrize("name", ["live.js", "panel.css", "frame.css"])
def test_what_pages_load_is_there(site: Site, name: str) -> None:
    answer = site.ask(f"/preview/{name}")
    assert answer.status == 200
    assert answer.body == (ROOT / "templates" / "preview" / name).read_bytes()


@pytest.mark.parametrize(
    "path",
    [
        "/public/none.en", f"/{PAGE}x", "/public/aes.de.html", "/public/none.en.pdf",
        "/favicon.ico",
        "/preview/list.html.j2", "/preview/../html/page.html.j2", "/output/manifest.json",
        "/../sources/briefings/aes.yaml", "/public/aes.en.docx",
    ],
)  # fmt: skip
def test_nothing_else_is_there(site: Site, path: str) -> None:
    assert site.ask(path).status == 404


def test_only_what_is_asked_for_is_made(site: Site) -> None:
    now = site.preview.now
    assert site.ask(f"/{PAGE}").status == 200
    made = {
        path: now.press.find(one.planned.document, one.format)
        for path, one in now.renditions.items()
    }
    assert [path for path, data in made.items() if data] == [PAGE]


# As it is written --------------------------------------------------------------------------


def test_a_page_that_is_open_is_told_of_a_newer_one(site: Site) -> None:
    first = site.ask(f"/{PAGE}").text
    with site.events(PAGE) as events:
        told = next(events)
        assert f'data-version="{told["version"]}"' in first
        site.save(BRIEFING, "The Alliance}", "The newer Alliance}")
        newer = next(events)
    assert newer["version"] != told["version"]
    second = site.ask(f"/{PAGE}").text
    assert f'data-version="{newer["version"]}"' in second
    assert "The newer Alliance" in second
    assert "The newer Alliance" not in first


def test_a_pdf_that_is_open_is_made_anew(site: Site) -> None:
    with site.events(PDF) as events:
        first = next(events)["version"]
        site.save(BRIEFING, "The Alliance}", "The newer Alliance}")
        assert next(events)["version"] != first


def test_a_style_sheet_counts_as_well(site: Site) -> None:
    with site.events(PAGE) as events:
        first = next(events)["version"]
        site.save("templates/html/screen.css", "color-scheme: light;", "color-scheme: dark;")
        assert next(events)["version"] != first


def test_problems_are_shown_as_the_command_line_prints_them_and_the_page_stays(site: Site) -> None:
    before = site.ask(f"/{PAGE}")
    with site.events(PAGE) as events:
        good = next(events)
        assert good["problems"] == []
        site.save(BRIEFING, "title:", "titel:")
        broken = next(events)
        assert broken["version"] == good["version"]
        assert site.ask(f"/{PAGE}").body == before.body
        printed = CliRunner().invoke(main, ["check"]).stderr
        assert "".join(one["text"] for one in broken["problems"]) == printed
        assert re.search(r"aes\.yaml:\d+:\d+: error\[", printed)
        assert "^^^^^" in printed
        site.save(BRIEFING, "titel:", "title:")
        assert next(events) == good


def test_what_is_broken_from_the_start_comes_when_it_is_mended(project: Path) -> None:
    path = project / BRIEFING
    path.write_text(path.read_text().replace("title:", "titel:", 1))
    with opened(project) as site:
        page = site.ask(f"/{PAGE}")
        assert page.status == 200
        assert "Nothing was made of this yet" in page.text
        assert site.ask(f"/{PDF}").status == 404
        assert site.ask("/public/aes.en").status == 200
        with site.events(PAGE) as events:
            told = next(events)
            assert told["version"] == ""
            assert "unknown-key" in told["problems"][0]["text"]
            site.save(BRIEFING, "titel:", "title:")
            assert next(events)["version"]
        assert "Alliance" in site.ask(f"/{PAGE}").text


def test_what_a_build_made_is_shown_while_the_sources_are_broken(project: Path) -> None:
    assert CliRunner().invoke(main, ["build", "--format", "html"]).exit_code == 0
    path = project / BRIEFING
    path.write_text(path.read_text().replace("title:", "titel:", 1))
    with opened(project) as site:
        assert "Alliance" in site.ask(f"/{PAGE}").text


def test_a_template_that_fails_is_told_and_the_page_stays(site: Site) -> None:
    before = site.ask(f"/{PAGE}").body
    with site.events(PAGE) as events:
        good = next(events)
        site.save("templates/html/page.html.j2", "{{ document.title }}", "{{ document.titel }}")
        failed = next(events)
        assert "writer-failed" in failed["problems"][0]["text"]
        assert failed["version"] == good["version"]
        assert site.ask(f"/{PAGE}").body == before


def test_a_briefing_that_is_gone_has_no_page_any_more(site: Site) -> None:
    with site.events(PAGE) as events:
        assert next(events)["version"]
        shutil.move(site.folder / BRIEFING, site.folder / "sources/briefings/other.yaml")
        while next(events)["version"]:
            pass
    assert site.ask(f"/{PAGE}").status == 404
    assert site.ask("/public/other.en.html").status == 200


# For this machine only ---------------------------------------------------------------------


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "localhost.evil.example", ""])
def test_a_page_elsewhere_cannot_ask_by_a_name_of_its_own(site: Site, host: str) -> None:
    for path in ("/", f"/{PAGE}", f"/events/{PAGE}"):
        answer = site.ask(path, host)
        assert answer.status == 403
        assert b"Alliance" not in answer.body


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8128", "[::1]:9", "LOCALHOST:80"])
def test_this_machine_is_called_by_its_own_names(site: Site, host: str) -> None:
    assert site.ask("/", host).status == 200


def test_it_listens_on_the_loopback_address_alone(site: Site) -> None:
    assert site.server.socket.getsockname()[0] == LOOPBACK
    others = {one[4][0] for one in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
    for other in {*others, "127.0.0.2"} - {LOOPBACK}:
        with pytest.raises(OSError, match=r"refused|unreachable|timed out"):
            socket.create_connection((str(other), site.server.server_address[1]), timeout=2)


# As a command ------------------------------------------------------------------------------


def served(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "pipeline", "serve", *arguments],
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def test_ctrl_c_ends_it_without_a_word_too_many(project: Path) -> None:
    with served() as process:
        assert process.stdout
        assert re.match(r"http://127\.0\.0\.1:\d+/ shows 2 editions", process.stdout.readline())
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does it
        _, errors = process.communicate(timeout=SOON)
    assert process.returncode == 0
    assert errors == "ended\n"


def test_a_port_that_is_taken_is_told_and_otherwise_another_is_found(site: Site) -> None:
    port = site.server.server_address[1]
    taken = CliRunner().invoke(main, ["serve", "--port", str(port)])
    assert taken.exit_code == 2
    assert f"cannot listen on port {port}" in taken.output
