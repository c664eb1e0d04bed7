"""Uploaded lists kept for their confirmation, under a key that follows from what they hold."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from models.errors import NotFound
from models.file_faults import FileFault
from models.settings import Settings

FOLDER = "staged"
KEPT_FOR = timedelta(days=2)
KEY = re.compile(r"[0-9a-f]{64}", re.ASCII)
UNFIT = re.compile(r"[^\w.-]+")


def stage(settings: Settings, files: Sequence[tuple[str, bytes]], now: datetime) -> str:
    """Keep the files for the confirmation; returns the key by which `staged` finds them."""
    digest = sha256()
    for name, data in files:
        digest.update(f"{name}\0{len(data)}\0".encode("utf-8", "replace") + data)
    key = digest.hexdigest()
    _forget_old(settings, now)
    folder = settings.home / FOLDER / key
    folder.mkdir(parents=True, exist_ok=True)
    for number, (name, data) in enumerate(files, start=1):
        (folder / _safe(name, number)).write_bytes(data)
    return key


def staged(settings: Settings, key: str) -> list[Path]:
    """The files under the key, in their order. Raises `NotFound` once they are gone."""
    folder = settings.home / FOLDER / key
    if not KEY.fullmatch(key) or not folder.is_dir():
        raise NotFound(FileFault.GONE())
    return sorted(folder.iterdir())


def _safe(name: str, number: int) -> str:
    return f"{number:02d}-{UNFIT.sub('_', name)[:80] or 'file'}"


def _forget_old(settings: Settings, now: datetime) -> None:
    root = settings.home / FOLDER
    if not root.is_dir():
        return
    for folder in root.iterdir():
        if folder.stat().st_mtime < (now - KEPT_FOR).timestamp():
            shutil.rmtree(folder, ignore_errors=True)
