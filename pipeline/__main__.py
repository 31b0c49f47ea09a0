"""The command line: `briefing check`, `briefing build`, `briefing verify`.

Exit status: 0 done, 1 problems in sources or in a rendition, 2 wrong usage.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import click

from pipeline import run
from pipeline.diagnostic import Diagnostic, render_json, render_text, summary
from pipeline.run import Outcome, Project, Rendition, Selection
from pipeline.writers import WRITERS

FAILED = 1
OUTPUT = Path("output")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="briefing-pipeline", prog_name="briefing")
def main() -> None:
    """Make briefings from YAML: PDF, Word, Markdown, a web page and JSON, all saying the same."""


@main.command()
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    help="How to print problems.",
)
def check(form: str) -> None:
    """Find every problem in sources/ and print it at its place."""
    project = _project()
    if form == "json":
        click.echo(render_json(project.diagnostics), nl=False)
    else:
        _print(project.diagnostics, project.files)
        click.echo(summary(project.diagnostics))
    if project.failed:
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
    "--output",
    default=OUTPUT,
    type=click.Path(path_type=Path, file_okay=False),
    help="Where files go.",
)
def build(
    ids: tuple[str, ...], formats: tuple[str, ...], languages: tuple[str, ...], output: Path
) -> None:
    """Make every briefing, or those with the given IDs, in every format and language.

    Nothing is written while the sources have an error, and nothing is made again that is there.
    """
    project = _project()
    _print(project.diagnostics, project.files)
    if project.failed:
        click.echo(f"{summary(project.diagnostics)}; nothing was built", err=True)
        sys.exit(FAILED)
    selection = Selection(frozenset(ids), frozenset(formats), frozenset(languages))
    _known(selection, project)
    planned = run.plan(project.library, selection)
    try:
        outcomes = list(_followed(run.build(project, planned, output), planned, output))
    except OSError as error:
        # A full disk, a folder that may not be written: nothing that was there is lost.
        click.echo(f"cannot write: {error}", err=True)
        sys.exit(FAILED)
    if selection.everything:
        for path in run.prune(output, planned):
            click.echo(f"removed    {output / path}")
    problems = [outcome.problem for outcome in outcomes if outcome.problem]
    _print(problems, project.files)
    made = sum(outcome.state == "made" for outcome in outcomes)
    click.echo(
        f"{len(outcomes)} renditions: {made} made, {len(outcomes) - made - len(problems)} unchanged"
        + (f", {len(problems)} failed" if problems else "")
    )
    if problems:
        sys.exit(FAILED)


@main.command()
@click.argument("paths", metavar="[FILE]...", nargs=-1, type=click.Path(path_type=Path))
def verify(paths: tuple[Path, ...]) -> None:
    """Read renditions back and hold them against the sources: nothing missing, added or moved.

    FILE is a rendition or a folder of them; without any, all of output/.
    """
    project = _project()
    if project.failed:
        _print(project.diagnostics, project.files)
        sys.exit(FAILED)
    found = list(run.verify(project, paths or (OUTPUT,), OUTPUT))
    _print(found, {})
    click.echo(summary(found))
    if found:
        sys.exit(FAILED)


def _project() -> Project:
    try:
        return run.read(Path())
    except FileNotFoundError:
        raise click.UsageError(
            "there is no folder sources/ here: run this in a project's folder"
        ) from None


def _known(selection: Selection, project: Project) -> None:
    """Refuse an id or a language that no briefing has."""
    briefings = project.library.briefings
    for id in sorted(selection.briefings - set(briefings)):
        raise click.UsageError(f'no briefing has the id "{id}"; there are: {", ".join(briefings)}')
    languages = {str(one) for briefing in briefings.values() for one in briefing.languages}
    for language in sorted(selection.languages - languages):
        raise click.UsageError(
            f'no briefing is in "{language}"; there are: {", ".join(sorted(languages))}'
        )


def _print(diagnostics: Iterable[Diagnostic], files: Mapping[str, bytes]) -> None:
    text = render_text(diagnostics, files)
    if text:
        click.echo(text, nl=False, err=True)


def _followed(
    outcomes: Iterable[Outcome], planned: list[Rendition], output: Path
) -> Iterable[Outcome]:
    """The outcomes as they come, told line by line, or by a bar when a terminal listens."""
    if not sys.stderr.isatty():
        for outcome in outcomes:
            click.echo(f"{outcome.state:<10} {output / outcome.rendition.path}")
            yield outcome
        return
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    for outcome in track(outcomes, "Building", total=len(planned), console=console, transient=True):
        console.print(f"{outcome.state:<10} {output / outcome.rendition.path}", highlight=False)
        yield outcome


if __name__ == "__main__":
    main(prog_name="briefing")
