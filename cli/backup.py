"""`dondoc backup` and `dondoc restore`: the database with the files, kept and put back."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from calendars.errors import said
from cli.console.context import JsonOption, instant_text, iso, print_json, print_line, say
from cli.console.help import command
from cli.console.speech import figure, language, ngettext, t
from models.database import open_engine, reading
from models.settings import Settings, load_settings
from reporting.backup_mark import look, read_marks
from reporting.backups.archive import Manifest
from reporting.backups.backup import Backup, FilesProgress, check_backup, make_backup, put_back

PassphraseOption = Annotated[
    Path | None,
    typer.Option(
        "--passphrase-file",
        metavar="FILE",
        help="Encrypted by gpg with the passphrase in this file.",
    ),
]


@command
def backup(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where the archive is put.")],
    passphrase_file: PassphraseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Keep the database and the files of all reports in one archive, while everything goes on running.

    The archive is complete or not there, and is read once more before it gets its name. It is a tar file
    with SHA256SUMS in it, so that it can be opened without dondoc. Keep it on another machine, with the
    settings (.env); the mark beside DONDOC_HOME must not be put back with it.
    """
    settings = load_settings()
    with _files_shown() as progress:
        made = make_backup(settings, folder, datetime.now(UTC), passphrase_file, progress)
    if as_json:
        print_json(_document(settings, made))
    else:
        print_line(str(made.path))
    say(
        ngettext(
            "kept and checked: the database with %(number)s file, %(megabytes)s MB",
            "kept and checked: the database with %(number)s files, %(megabytes)s MB",
            made.manifest.files,
            megabytes=figure(round(made.size / 1e6, 1)),
        )
    )


@command
def restore(
    archive: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="What `dondoc backup` made."),
    ],
    passphrase_file: PassphraseOption = None,
    check: Annotated[
        bool, typer.Option("--check", help="Only read the archive and hold every byte against its sums.")
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Move an SQLite database that is there aside first.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Put a backup back: into a home and a database that hold nothing yet, or with --replace in place of one.

    Stop the pages and the worker first. A backup of an older version is brought to this one. What was done
    after the backup is not in it: `dondoc restored` says what dondoc knows of that, and nobody is mailed
    before that is clear.
    """
    settings = load_settings()
    if check:
        manifest = check_backup(archive, passphrase_file)
    else:
        manifest = put_back(settings, archive, passphrase_file, replace, datetime.now(UTC))
    if as_json:
        print_json(_document(settings, Backup(archive, manifest, archive.stat().st_size)))
    say(_told(settings, manifest, check))
    if not check:
        say(_doubt(settings))


def _told(settings: Settings, manifest: Manifest, is_check: bool) -> str:
    values = {
        "instant": instant_text(manifest.made_at, settings.zone),
        "version": manifest.version,
    }
    if is_check:
        return ngettext(
            "whole: the database of %(instant)s (dondoc %(version)s) with %(number)s file",
            "whole: the database of %(instant)s (dondoc %(version)s) with %(number)s files",
            manifest.files,
            **values,
        )
    return ngettext(
        "put back: the database of %(instant)s (dondoc %(version)s) with %(number)s file",
        "put back: the database of %(instant)s (dondoc %(version)s) with %(number)s files",
        manifest.files,
        **values,
    )


def _doubt(settings: Settings) -> str:
    """What the marks say of the database that was put back."""
    engine = open_engine(settings.database)
    try:
        with reading(engine) as session:
            doubt = look(session, read_marks(settings)).doubt(settings.zone)
    finally:
        engine.dispose()
    if doubt:
        return said(doubt, language())
    return t("if people were mailed after it was made, say so before the next pass: dondoc restored --until")


def _document(settings: Settings, found: Backup) -> dict[str, object]:
    return {
        "path": str(found.path),
        "bytes": found.size,
        "made_at": iso(found.manifest.made_at, settings.zone),
        "version": found.manifest.version,
        "revision": found.manifest.revision,
        "database": found.manifest.database,
        "files": found.manifest.files,
    }


@contextmanager
def _files_shown() -> Iterator[FilesProgress]:
    """A bar on stderr, where a person looks."""
    console = Console(stderr=True)
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    with Progress(*columns, console=console, disable=not os.isatty(2), transient=True) as shown:
        task = shown.add_task(t("files"), total=None)
        yield lambda done, whole: shown.update(task, completed=done, total=whole)
