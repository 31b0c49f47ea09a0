"""The preview's own pages: all editions, a page beside its PDF, a page that keeps itself new.

In: templates under `preview/`, and what is to be shown. Out: HTML in UTF-8. A rendition is shown as
a copy with a script in it; the file itself has none.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping

from jinja2 import DictLoader, Environment, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from pipeline.edition import Edition
from pipeline.survey import Planned

# Our own script and sheets besides those in the page; nothing from elsewhere, nobody frames it.
POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; frame-src 'self'; "
    "style-src 'self' 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
EVENTS = "/events/"

# A page's own policy forbids scripts, and a policy can be made stricter only.
_OWN_POLICY = re.compile(rb'<meta http-equiv="Content-Security-Policy"[^>]*>\s*')

Templates = Mapping[str, bytes]


def address(edition: Edition) -> str:
    """Where an edition stands, in a browser and under the output folder, without its suffix."""
    return f"{edition.audience}/{edition.briefing}.{edition.language}"


def listing(templates: Templates, editions: Iterable[Planned]) -> bytes:
    """The list of editions."""
    return _page(templates, "list", editions=list(editions), address=address)


def split(templates: Templates, address: str) -> bytes:
    """The page and the PDF of the edition at an address, side by side."""
    page = _page(templates, "split", name=address, address=address)
    return live(page, f"{address}.pdf", "")


def nothing(templates: Templates, path: str) -> bytes:
    """What stands for a rendition that was never made."""
    return live(_page(templates, "nothing", name=path), path, "")


def live(page: bytes, path: str, version: str) -> bytes:
    """A copy of a page that is loaded again when there is another version of it."""
    script = Markup('<script src="/preview/live.js" data-version="{}" data-events="{}"></script>\n')
    page = _OWN_POLICY.sub(b"", page, count=1)
    before, end, after = page.rpartition(b"</body>")
    return b"".join((before, script.format(version, EVENTS + path).encode(), end, after))


def _page(templates: Templates, page: str, **values: object) -> bytes:
    ours = {one: data for one, data in templates.items() if one.startswith("preview/")}
    template = _environment(tuple(sorted(ours.items()))).get_template(f"preview/{page}.html.j2")
    return template.render(values).encode()


@functools.lru_cache(maxsize=1)
def _environment(templates: tuple[tuple[str, bytes], ...]) -> Environment:
    return ImmutableSandboxedEnvironment(
        loader=DictLoader({name: data.decode() for name, data in templates}),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
    )
