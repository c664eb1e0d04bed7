"""Files that an administrator uploads: their octets, and their text for correcting it on the page.

Nothing of an upload is lost when it is refused: the page shows the text with what is wrong in it.
"""

from __future__ import annotations

import codecs
import unicodedata
from pathlib import PurePosixPath, PureWindowsPath

from fastapi import UploadFile

LARGEST_SHOWN = 200_000
"""Characters of a refused file that are shown for correcting; whatever is longer is no plan."""
OLD_WINDOWS = "cp1258"
"""What Vietnamese Windows wrote before UTF-8."""


def read_upload(file: UploadFile | None, most: int) -> tuple[str, bytes]:
    """Name and octets, one more than `most` where the file is larger; nothing where none was chosen."""
    if file is None or not file.filename:
        return "", b""
    return file_name(file.filename), file.file.read(most + 1)


def file_name(name: str) -> str:
    """The last part of a name, as one printable line."""
    last = PureWindowsPath(PurePosixPath(name).name).name
    return "".join(c for c in last if c.isprintable())[:100] or "plan.yaml"


def shown_text(data: bytes) -> str:
    """The octets as text to look at and correct: never refused, cut off where it is far too long."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = data.decode("utf-16", "replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode(OLD_WINDOWS, "replace")
    clean = "".join(c for c in text.replace("\r\n", "\n") if c.isprintable() or c in "\n\t")
    return unicodedata.normalize("NFC", clean)[:LARGEST_SHOWN]


def typed_octets(text: str) -> bytes:
    """What was typed into a text area, with the line ends of a file."""
    return text.replace("\r\n", "\n").encode("utf-8", "replace")
