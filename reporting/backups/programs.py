"""The programs of the system that a backup needs: PostgreSQL's for its database, gpg for encryption.

A passphrase or password is handed over by a file or the environment, never on a command line, which every
account of the machine can read.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from sqlalchemy.engine import URL

from reporting.backups.faults import BackupFault, BackupRefused

PACKAGES = {"pg_dump": "postgresql-client", "pg_restore": "postgresql-client", "gpg": "gnupg"}
FOR_ANYBODY = ("--no-owner", "--no-privileges")
BLOCK = 1 << 20
ENCRYPTED = b"\x8c\x0d\x04"
"""How an OpenPGP file begins that a passphrase opens: a symmetric-key session key packet of version 4."""


def dump(url: URL, place: Path) -> None:
    """A consistent copy of the PostgreSQL database, while others work with it."""
    _run(
        [*_postgresql("pg_dump", url), "--format=custom", *FOR_ANYBODY, f"--file={place}"],
        url,
    )


def undump(url: URL, place: Path) -> None:
    """Put such a copy into an empty database: all of it or nothing."""
    options = ["--exit-on-error", "--single-transaction", *FOR_ANYBODY, str(place)]
    _run([*_postgresql("pg_restore", url), *options], url)


def _postgresql(program: str, url: URL) -> list[str]:
    plain = url.set(drivername="postgresql", password=None)
    return [program, f"--dbname={plain.render_as_string()}"]


def _run(command: Sequence[str], url: URL) -> None:
    env = os.environ | ({"PGPASSWORD": url.password} if url.password else {})
    try:
        done = subprocess.run(command, env=env, stdin=subprocess.DEVNULL, capture_output=True)
    except FileNotFoundError as error:
        raise _missing(command[0]) from error
    if done.returncode:
        raise _failed(command[0], done.stderr)


@contextmanager
def encrypting(place: Path, passphrase: Path) -> Iterator[IO[bytes]]:
    """A stream whose bytes go to the file `place` encrypted with the passphrase in the file `passphrase`."""
    command = ["--symmetric", "--cipher-algo", "AES256", "--output", str(place)]
    with _gpg(command, passphrase, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        try:
            yield process.stdin
            process.stdin.close()
        except BrokenPipeError:
            pass  # gpg has ended, and says why
        _await(process)


@contextmanager
def decrypting(place: Path, passphrase: Path) -> Iterator[IO[bytes]]:
    """The bytes of a file that `encrypting` wrote. Raises `BackupRefused` where the passphrase is another."""
    with _gpg(["--decrypt", str(place)], passphrase, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            yield process.stdout
        finally:  # what could not be opened could not be read either: gpg knows the reason
            while process.stdout.read(BLOCK):
                pass
            if process.wait():
                raise BackupRefused(BackupFault.OPEN(path=str(place)))


def is_encrypted(place: Path) -> bool:
    with place.open("rb") as file:
        return file.read(len(ENCRYPTED)) == ENCRYPTED


@contextmanager
def _gpg(
    command: Sequence[str], passphrase: Path, stdin: int | None = None, stdout: int | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """gpg in a home of its own, which knows no keys and leaves nothing behind."""
    if not passphrase.read_text(encoding="utf-8").strip():
        raise BackupRefused(BackupFault.NO_PASSPHRASE(path=str(passphrase)))
    options = ["--batch", "--yes", "--quiet", "--no-symkey-cache", "--pinentry-mode", "loopback"]
    with tempfile.TemporaryDirectory(prefix="dondoc-") as home:
        whole = ["gpg", "--homedir", home, *options, "--passphrase-file", str(passphrase), *command]
        try:
            process = subprocess.Popen(whole, stdin=stdin, stdout=stdout, stderr=subprocess.PIPE)
        except FileNotFoundError as error:
            raise _missing("gpg") from error
        try:
            with process:
                try:
                    yield process
                finally:  # one that has ended is left alone
                    process.kill()
        finally:
            subprocess.run(["gpgconf", "--homedir", home, "--kill", "all"], capture_output=True)


def _await(process: subprocess.Popen[bytes]) -> None:
    said = process.stderr.read() if process.stderr else b""
    if process.wait():
        raise _failed("gpg", said)


def _missing(program: str) -> BackupRefused:
    return BackupRefused(BackupFault.NO_PROGRAM(program=program, package=PACKAGES[program]))


def _failed(program: str, said: bytes) -> BackupRefused:
    reason = "; ".join(said.decode("utf-8", "replace").split("\n")).strip("; ") or "?"
    return BackupRefused(BackupFault.PROGRAM(program=program, reason=reason))
