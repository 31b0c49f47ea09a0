"""The command line: `briefing check`, `build`, `serve`, `verify`, `explain`, `prune`.

Exit status: 0 done, 1 problems in sources or in a rendition, 2 wrong usage, 130 interrupted.
"""

from __future__ import annotations

import atexit
import gc
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline import ledger, store
from pipeline.glance import Done, glance, note
from pipeline.writers import WRITERS

# What reads sources is imported where it is wanted: a build with nothing to do needs none of it.
if TYPE_CHECKING:
    from pipeline.catalogue import Catalogue
    from pipeline.diagnostic import Diagnostic
    from pipeline.hands import Hands
    from pipeline.plan import Selection
    from pipeline.preview import Preview
    from pipeline.run import Outcome
    from pipeline.serve import Server

FAILED = 1
INTERRUPTED = 130  # 128 + SIGINT, as shells count
OUTPUT = Path("output")

jobs_option = click.option(
    "--jobs",
    "-j",
    type=click.IntRange(min=1),
    help="How many processes work; as many as there are processors, if nothing is said.",
)
output_option = click.option(
    "--output",
    default=OUTPUT,
    type=click.Path(path_type=Path, file_okay=False),
    help="Where files go.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="briefing-pipeline", prog_name="briefing")
def main() -> None:
    """Make briefings from YAML: PDF, Word, Markdown, a web page and JSON, all saying the same."""
    # What is read once makes next to no garbage: it is looked for less often.
    gc.set_threshold(50_000, 20, 100)
    # When it ends, Python looks at all that is there for garbage, which takes it a fifth of a
    # second and helps nobody.
    atexit.register(gc.freeze)


@main.command()
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    help="How to print problems.",
)
@jobs_option
def check(form: str, jobs: int | None) -> None:
    """Find every problem in sources/ and print it at its place."""
    from pipeline.diagnostic import render_json, summary

    known = _surveyed(OUTPUT, jobs, assembled=False)
    if form == "json":
        click.echo(render_json(known.found), nl=False)
    else:
        click.echo(_told(known.found, known), nl=False, err=True)
        click.echo(summary(known.found))
    if known.failed:
        sys.exit(FAILED)


@main.command()
@click.argument("ids", metavar="[ID]...", nargs=-1)
@click.option(
    "--format",
    "formats",
    multiple=True,
    type=click.Choice(list(WRITERS)),
    help="Only this format; may be repeated.",
)
@click.option("--language", "languages", multiple=True, help="Only this language; may be repeated.")
@click.option(
    "--verify", "verified", is_flag=True, help="Then read it all back, as `briefing verify` does."
)
@click.option(
    "--cluster", metavar="ADDRESS", help="Print on the workers of a Dask scheduler: tcp://host:8786"
)
@output_option
@jobs_option
def build(
    ids: tuple[str, ...],
    formats: tuple[str, ...],
    languages: tuple[str, ...],
    verified: bool,
    cluster: str | None,
    output: Path,
    jobs: int | None,
) -> None:
    """Make every briefing, or those with the given IDs, in every format and language.

    Nothing is written while the sources have an error, and nothing is made again that is there.
    """
    asked = f"build {sorted(ids)} {sorted(formats)} {sorted(languages)}"
    done = _glanced(output, asked)
    if done and (not verified or _glanced(output, "verify")):
        click.echo(done.told, nl=False, err=True)
        click.echo(f"{done.renditions} renditions: 0 made, {done.renditions} unchanged")
        if verified:
            click.echo("no problems")
        return
    try:
        with _interruptible():
            _build(ids, formats, languages, output, jobs, asked, cluster, verified)
    except OSError as error:
        # A full disk, a folder that may not be written: nothing that was there is lost.
        click.echo(f"cannot write: {error}", err=True)
        sys.exit(FAILED)


def _build(
    ids: tuple[str, ...],
    formats: tuple[str, ...],
    languages: tuple[str, ...],
    output: Path,
    jobs: int | None,
    asked: str,
    cluster: str | None,
    verified: bool,
) -> None:
    from pipeline.hands import Hands
    from pipeline.origins import templates

    with Hands(_jobs(jobs)) as hands:
        if cluster is None and (not formats or "pdf" in formats):
            hands.early(templates(Path()), *_likely(output))
        from pipeline import run
        from pipeline.diagnostic import summary
        from pipeline.plan import Selection, plan

        known = _survey(output, hands)
        told = _told(known.found, known)
        click.echo(told, nl=False, err=True)
        if known.failed:
            click.echo(f"{summary(known.found)}; nothing was built", err=True)
            sys.exit(FAILED)
        selection = Selection(frozenset(ids), frozenset(formats), frozenset(languages))
        _check_known(selection, known)
        planned = plan(known.planned, selection)
        with _printers(cluster, known, hands) as printers:
            made = run.build(known, planned, output, printers, verified)
            outcomes = list(_followed(made, len(planned), output))
        if selection.everything:
            for path in run.prune(known, planned, output):
                click.echo(f"removed    {output / path}")
        _report(outcomes, known)
        done = Done(run.left_by(planned, output), len(planned), told)
        note(known.digests, output, asked, done)
        if verified:
            whole = () if selection.everything else [output / one.path for one in planned]
            _verify(known, whole, output, hands)


def _likely(output: Path) -> tuple[int, bool]:
    """Before anything is read: how many briefings there are to make, and whether pictures are to be
    drawn. Where something was made before, it is likely that one was edited."""
    if (output / ledger.MANIFEST).exists():
        return 1, False
    sources = Path("sources")
    return len(list(sources.glob("briefings/*.yaml"))), any(sources.glob("graphics/*"))


@contextmanager
def _printers(address: str | None, known: Catalogue, hands: Hands) -> Iterator[Hands]:
    """Who prints: these hands, or the workers of the cluster at an address."""
    if address is None:
        yield hands
        return
    from concurrent.futures import CancelledError

    from pipeline.hands import Hands

    joined, troubles = _cluster()
    try:
        with joined(address, known.templates, _tell) as cluster:
            _tell(f"{cluster.count} workers print at {address}")
            yield Hands(hands.jobs, cluster, cluster.count)
    except troubles as error:
        _tell(str(error))
        sys.exit(FAILED)
    except CancelledError:
        message = f"nobody is left who prints at {address}"
        _tell(f"{message}: what was made is kept, the rest comes next time")
        sys.exit(FAILED)


def _cluster() -> tuple[Any, tuple[type[Exception], ...]]:
    try:
        from pipeline.cluster import NoWorkers, Unreachable, joined
    except ModuleNotFoundError as error:
        if error.name != "distributed":
            raise
        message = "a cluster needs Dask: pip install briefing-pipeline[cluster]"
        raise click.UsageError(message) from error
    return joined, (NoWorkers, Unreachable)


def _tell(words: str) -> None:
    click.echo(words, err=True)


def _report(outcomes: Sequence[Outcome], known: Catalogue) -> None:
    problems = [outcome.problem for outcome in outcomes if outcome.problem]
    click.echo(_told(problems, known), nl=False, err=True)
    made = sum(outcome.state == "made" for outcome in outcomes)
    click.echo(
        f"{len(outcomes)} renditions: {made} made, {len(outcomes) - made - len(problems)} unchanged"
        + (f", {len(problems)} failed" if problems else "")
    )
    if problems:
        sys.exit(FAILED)


@main.command()
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    help="Where to listen; a free port is taken, if nothing is said.",
)
@output_option
@jobs_option
def serve(port: int | None, output: Path, jobs: int | None) -> None:
    """Show briefings in a browser: web page and PDF, made anew whenever a file is saved.

    Only this machine can ask. What is shown is not put into the output folder; a build takes it
    from what is remembered there.
    """
    from pipeline.hands import Hands, warm
    from pipeline.preview import Preview
    from pipeline.workers import Workers

    try:
        with Hands(_jobs(jobs)) as readers, Hands() as pages, Workers(1, warm) as printers:
            preview = Preview(
                Path(), output, readers, {"html": pages, "pdf": Hands(given=printers)}
            )
            with _needing_sources():
                preview.refresh()
            _serve(preview, port)
    except KeyboardInterrupt:
        click.echo("ended", err=True)


def _serve(preview: Preview, port: int | None) -> None:
    from threading import Thread

    from pipeline.serve import follow

    with _listening(preview, port) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        click.echo(f"{server.url} shows {len(preview.now.editions)} editions; Ctrl-C ends it")
        follow(preview, _tell)


def _listening(preview: Preview, port: int | None) -> Server:
    from pipeline.serve import PORT, Server

    try:
        return Server(preview, port or PORT)
    except OSError as error:
        if port:
            raise click.UsageError(f"cannot listen on port {port}: {error.strerror}") from error
        return Server(preview, 0)


@main.command()
@click.argument("paths", metavar="[FILE]...", nargs=-1, type=click.Path(path_type=Path))
@jobs_option
def verify(paths: tuple[Path, ...], jobs: int | None) -> None:
    """Read renditions back and hold them against the sources: nothing missing, added or moved.

    FILE is a rendition or a folder of them; without any, all of output/.
    """
    if not paths and _glanced(OUTPUT, "verify"):
        click.echo("no problems")
        return
    from pipeline.hands import Hands

    with _interruptible(), Hands(_jobs(jobs)) as hands:
        known = _survey(OUTPUT, hands)
        if known.failed:
            click.echo(_told(known.found, known), nl=False, err=True)
            sys.exit(FAILED)
        _verify(known, paths, OUTPUT, hands)


def _verify(known: Catalogue, paths: Sequence[Path], output: Path, hands: Hands) -> None:
    """Read these files back, or all of the output folder; that nothing is wrong is noted."""
    from pipeline import proving, run
    from pipeline.diagnostic import render_text, summary
    from pipeline.plan import Selection, plan

    found = list(proving.verify(known, paths or (output,), output, hands))
    click.echo(render_text(found, {}), nl=False, err=True)
    click.echo(summary(found))
    if found:
        sys.exit(FAILED)
    if not paths:
        planned = plan(known.planned, Selection())
        done = Done(run.left_by(planned, output), len(planned), "")
        note(known.digests, output, "verify", done)


@main.command()
@click.argument("what", metavar="FILE|CODE")
def explain(what: str) -> None:
    """Say from what a rendition was made and what changed since, or what a CODE means."""
    from pipeline import explain as explained
    from pipeline.diagnostic import did_you_mean

    if meaning := explained.meaning(what):
        click.echo(meaning)
        return
    path = Path(what)
    output = path.parent.parent
    name = "/".join(path.parts[-2:])
    entry = ledger.read(output).get(name)
    if entry is None:
        hint = did_you_mean(what, explained.codes())
        message = f'"{what}" is neither the code of a problem nor a rendition that was built'
        raise click.UsageError(f"{message}; {hint}" if hint else message)
    _explain(name, entry, output)


def _explain(name: str, entry: ledger.Entry, output: Path) -> None:
    from pipeline import explain as explained
    from pipeline.plan import Selection, plan
    from pipeline.press import Press

    known = _surveyed(output, None, assembled=True)
    now = {one.path: one for one in plan(known.planned, Selection())}
    press = Press(known.templates, ledger.store_of(output))
    for line in explained.rendition(entry, now.get(name), known, press):
        click.echo(line)


@main.command()
@output_option
@click.option(
    "--megabytes", type=click.IntRange(min=0), default=0, help="Keep so much; nothing, by default."
)
@click.option(
    "--days", type=click.IntRange(min=0), help="Keep nothing older than the newest by so much."
)
def prune(output: Path, megabytes: int, days: int | None) -> None:
    """Remove remembered results, the oldest first. They are made again when they are needed."""
    files, size = store.prune(ledger.store_of(output), megabytes * 10**6, days)
    click.echo(f"{files} files removed, {size / 1e6:.1f} MB")


# What commands share -----------------------------------------------------------------------


def _glanced(output: Path, asked: str) -> Done | None:
    return glance(Path(), output, asked) if (output / ledger.STORE).is_dir() else None


def _surveyed(output: Path, jobs: int | None, assembled: bool) -> Catalogue:
    from pipeline.hands import Hands, settle

    with _interruptible(), Hands(_jobs(jobs), first=settle) as hands:
        return _survey(output, hands, assembled)


def _survey(output: Path, hands: Hands, assembled: bool = True) -> Catalogue:
    from pipeline import run

    with _needing_sources():
        return run.survey(Path(), output, hands, assembled)


@contextmanager
def _needing_sources() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        if Path("sources").is_dir():
            raise
        message = "there is no folder sources/ here: run this in a project's folder"
        raise click.UsageError(message) from error


def _jobs(jobs: int | None) -> int:
    from pipeline.workers import processors

    return jobs or processors()


class _interruptible:
    """Ctrl-C ends the process at once. Files are put in place by renaming, so none is half
    written; but Python would wait for a thread that is in the middle of a page."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is KeyboardInterrupt:
            click.echo("interrupted: what was made is kept, the rest comes next time", err=True)
            sys.stdout.flush()
            os._exit(INTERRUPTED)


def _check_known(selection: Selection, known: Catalogue) -> None:
    """Refuse an id or a language that no briefing has."""
    for id in sorted(selection.briefings - set(known.briefings)):
        there = ", ".join(known.briefings)
        raise click.UsageError(f'no briefing has the id "{id}"; there are: {there}')
    languages = {one.edition.language for one in known.planned}
    for language in sorted(selection.languages - languages):
        there = ", ".join(sorted(languages))
        raise click.UsageError(f'no briefing is in "{language}"; there are: {there}')


def _told(found: Iterable[Diagnostic], known: Catalogue) -> str:
    """Problems as text, with the lines where they stand."""
    from pipeline.diagnostic import render_text

    found = list(found)
    names = {one.span.file for one in found} & known.digests.keys()
    return render_text(found, {name: known.read(name) for name in names})


def _followed(outcomes: Iterable[Outcome], total: int, output: Path) -> Iterator[Outcome]:
    """The outcomes as they come; what was made is told line by line, with a bar when a terminal
    listens."""
    if not sys.stderr.isatty():
        for outcome in outcomes:
            if outcome.state != "unchanged":
                click.echo(f"{outcome.state:<10} {output / outcome.rendition.path}")
            yield outcome
        return
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    for outcome in track(outcomes, "Building", total=total, console=console, transient=True):
        if outcome.state != "unchanged":
            console.print(f"{outcome.state:<10} {output / outcome.rendition.path}", highlight=False)
        yield outcome


if __name__ == "__main__":
    main(prog_name="briefing")
