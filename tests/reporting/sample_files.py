"""Small files of every type that is taken, true ones and ones in disguise."""

from __future__ import annotations

import zipfile
from io import BytesIO

from cli.demonstration.sample_reports import small_pdf, small_workbook

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1016
PDF = small_pdf("Báo cáo tháng 2")
XLSX = small_workbook([["Chỉ tiêu", 12]])
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89"
JPG = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0"
EXE = b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0" + b"\0" * 200
HTML = b"<!DOCTYPE html><html><body><script>alert(1)</script></body></html>"


def zipped(**parts: bytes) -> bytes:
    """An archive; `__` in a part's name means a slash."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("__", "/"), data)
    return file.getvalue()


DOCX = zipped(**{"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w:document/>"})
ODT = zipped(mimetype=b"application/vnd.oasis.opendocument.text", **{"content.xml": b"<x/>"})
ODS = zipped(mimetype=b"application/vnd.oasis.opendocument.spreadsheet", **{"content.xml": b"<x/>"})
ZIP = zipped(**{"bieu-1.csv": b"a,b\n"})
DOC = OLE + "WordDocument".encode("utf-16-le") + b"\0\0" + b"\0" * 64
XLS = OLE + "Workbook".encode("utf-16-le") + b"\0\0" + b"\0" * 64
PROTECTED = OLE + b"".join(
    name.encode("utf-16-le") + b"\0\0" for name in ("EncryptionInfo", "EncryptedPackage")
)
DOCM = zipped(**{"word/document.xml": b"<x/>", "word/vbaProject.bin": b"\0"})

TRUE = {
    "pdf": PDF,
    "png": PNG,
    "jpg": JPG,
    "jpeg": JPG,
    "docx": DOCX,
    "xlsx": XLSX,
    "odt": ODT,
    "ods": ODS,
    "zip": ZIP,
    "doc": DOC,
    "xls": XLS,
    "csv": "Chỉ tiêu;Số\nHộ nghèo;12\n".encode(),
    "txt": b"\xff\xfe" + "Báo cáo".encode("utf-16-le"),
}
