"""Other people's programs, where they are installed: LibreOffice for old formats, tesseract for scans.

Each runs with a limit of time, and in a folder of its own that is removed afterwards.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from functools import lru_cache
from pathlib import Path

from documents.faults import DocumentFault, Remark
from documents.plain_text import read_text
from documents.source import Document
from models.errors import InvalidInput

OFFICE_SECONDS = 120
SECURITY = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableActiveContent" oor:op="fuse"><value>true</value></prop></item>
</oor:items>
"""
"""Settings of LibreOffice: fetch nothing that a file names, run nothing that is in it."""
OCR_SECONDS = 120


def as_word(data: bytes, ending: str) -> bytes:
    """The .docx that LibreOffice makes of an older file."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        raise InvalidInput(DocumentFault.NEEDS_OFFICE(ending=ending))
    with tempfile.TemporaryDirectory(prefix="dondoc-") as folder:
        source = Path(folder, f"document.{ending}")
        source.write_bytes(data)
        profile = Path(folder, "profile")
        (profile / "user").mkdir(parents=True)
        (profile / "user" / "registrymodifications.xcu").write_text(SECURITY, encoding="utf-8")
        options = ["--headless", "--norestore", "--nologo", f"-env:UserInstallation={profile.as_uri()}"]
        asked = [office, *options, "--convert-to", "docx", "--outdir", folder, str(source)]
        try:
            subprocess.run(asked, check=True, capture_output=True, timeout=OFFICE_SECONDS, cwd=folder)
            return Path(folder, "document.docx").read_bytes()
        except (subprocess.SubprocessError, OSError) as error:
            raise InvalidInput(DocumentFault.NOT_CONVERTED()) from error


@lru_cache(maxsize=1)
def has_ocr() -> bool:
    """Whether tesseract is here with its Vietnamese data."""
    program = shutil.which("tesseract")
    if program is None:
        return False
    known = subprocess.run([program, "--list-langs"], capture_output=True, text=True, check=False, timeout=20)
    return "vie" in known.stdout.split()


def recognised(picture: bytes) -> str:
    """The text in a picture of a page."""
    if not has_ocr():
        raise InvalidInput(DocumentFault.NEEDS_OCR())
    asked = ["tesseract", "stdin", "stdout", "-l", "vie", "--psm", "4", "--dpi", "200"]
    try:
        done = subprocess.run(asked, input=picture, capture_output=True, timeout=OCR_SECONDS, check=True)
    except (subprocess.SubprocessError, OSError) as error:
        raise InvalidInput(DocumentFault.BROKEN(format="OCR")) from error
    return done.stdout.decode("utf-8", "replace").replace("\f", "\n")


def read_picture(data: bytes, name: str) -> Document:
    """The document on a photograph or a scanned page."""
    document = read_text(recognised(data), name)
    return Document(name, document.text, document.blocks, (Remark.OCR(pages=1),), scanned=True)
