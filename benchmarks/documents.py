"""Reading documents: the corpus as text, PDF files of it, and one PDF file of 500 pages.

    python -m benchmarks.documents CORPUS [--ocr N]

CORPUS is the folder of annotated documents (`docs/*.txt`). The PDF files are made by LibreOffice, and `--ocr`
also reads N of them as scans. Each kind is read in a process of its own, whose peak of memory is told.
"""

from __future__ import annotations

import argparse
import itertools
import json
import multiprocessing
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from html import escape
from pathlib import Path

import pypdfium2

from documents.draft import draft
from documents.reading import read_path

GOALS = "goals: 24 documents in 30 s of one core, 300 MB"
PAGES = 500


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--ocr", type=int, default=0, metavar="N")
    asked = parser.parse_args()
    texts = sorted((asked.corpus / "docs").glob("*.txt"))
    sys.stdout.write(f"{GOALS}\n")
    measured("text", texts)
    with tempfile.TemporaryDirectory(prefix="dondoc-") as folder:
        files = as_pdf(texts, Path(folder))
        if files:
            measured("PDF", files)
            measured(f"PDF of {PAGES} pages", [long_file(files, Path(folder) / "long.pdf")])
        if asked.ocr:
            measured("scans", [scanned(each, Path(folder)) for each in files[: asked.ocr]])


def measured(name: str, files: list[Path]) -> None:
    """Read in a process of its own, and told in a line."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        told = pool.apply(read_all, (files,))
    sys.stdout.write(f"{name}: {json.dumps({'files': len(files), **told})}\n")


def read_all(files: list[Path]) -> dict[str, float]:
    began, cpu = time.perf_counter(), time.process_time()
    pages = duties = 0

    def heard(at: int, of: int) -> None:
        nonlocal pages
        pages += 1

    for path in files:
        duties += len(draft(read_path(path, heard)).duties)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "pages": pages,
        "duties": duties,
        "cpu_s": round(time.process_time() - cpu + children.ru_utime + children.ru_stime, 1),
        "wall_s": round(time.perf_counter() - began, 1),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def as_pdf(texts: list[Path], folder: Path) -> list[Path]:
    """PDF files of the texts; none where LibreOffice is not installed."""
    office = shutil.which("soffice")
    if office is None:
        sys.stdout.write("PDF: not measured, LibreOffice is not installed\n")
        return []
    for path in texts:
        page = html(path.read_text(encoding="utf-8").splitlines())
        (folder / f"{path.stem}.html").write_text(page, encoding="utf-8")
    asked = [office, "--headless", f"-env:UserInstallation={(folder / 'profile').as_uri()}"]
    asked += ["--convert-to", "pdf:writer_web_pdf_Export", "--outdir", str(folder)]
    subprocess.run([*asked, *map(str, sorted(folder.glob("*.html")))], check=True, capture_output=True)
    return sorted(folder.glob("*.pdf"))


def html(lines: list[str]) -> str:
    """A paragraph a line; lines with bars are rows of a table."""
    found = ["<!doctype html><meta charset=utf-8>"]
    for has_bars, group in itertools.groupby(map(escape, lines), key=lambda line: " | " in line):
        if has_bars:
            rows = ("".join(f"<td>{cell}</td>" for cell in row.split(" | ")) for row in group)
            found.append(f"<table border=1>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>")
        else:
            found += [f"<p>{line}</p>" for line in group]
    return "\n".join(found)


def long_file(files: list[Path], path: Path) -> Path:
    """One file of all pages, over and over."""
    with pypdfium2.PdfDocument.new() as made:
        for each in itertools.cycle(files):
            with pypdfium2.PdfDocument(each) as source:
                made.import_pages(source, list(range(min(len(source), PAGES - len(made)))))
            if len(made) == PAGES:
                break
        made.save(path)
    return path


def scanned(path: Path, folder: Path) -> Path:
    """The file as a scan, at 200 points an inch."""
    made = folder / f"{path.stem}-scan.pdf"
    with pypdfium2.PdfDocument(path) as source:
        drawn = [page.render(scale=200 / 72).to_pil().convert("L") for page in source]
    drawn[0].save(made, "PDF", save_all=True, append_images=drawn[1:], resolution=200)
    return made


if __name__ == "__main__":
    main()
