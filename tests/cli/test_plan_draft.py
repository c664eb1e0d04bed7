"""`dondoc plan draft`: a document in, a plan file or JSON out, remarks and errors on stderr."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
import yaml

from tests.cli.conftest import Dondoc
from tests.documents.files import DUES, LETTER, word

TEXT = "\n".join(LETTER)


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    path = tmp_path / "letter.docx"
    path.write_bytes(word())
    return path


def test_a_plan_file_comes_out(dondoc: Dondoc, letter: Path) -> None:
    done = dondoc("plan", "draft", letter)
    plan = yaml.safe_load(done.out)
    assert done.code == 0
    assert plan["number"] == "12/KH-UBND"
    assert [duty["chain"][0]["due"] for duty in plan["duties"]] == DUES
    assert all(duty["clause"]["quote"] for duty in plan["duties"])


def test_it_is_written_where_asked(dondoc: Dondoc, letter: Path, tmp_path: Path) -> None:
    done = dondoc("plan", "draft", letter, "--out", tmp_path / "draft.yaml")
    assert (done.code, done.out) == (0, "")
    assert yaml.safe_load((tmp_path / "draft.yaml").read_text(encoding="utf-8"))["number"] == "12/KH-UBND"


def test_json_tells_the_fields_and_what_was_passed_over(dondoc: Dondoc, tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text(f"{TEXT}\n3. Phấn đấu hết năm 2026 có 80% thôn đạt chuẩn.\n", encoding="utf-8")
    [plan] = json.loads(dondoc("plan", "draft", path, "--json").out)["plans"]
    assert [duty["due"]["values"] for duty in plan["duties"]] == [[due] for due in DUES]
    assert [each["reason"] for each in plan["passed_over"]] == ["target"]
    text = path.read_text(encoding="utf-8")
    for duty in plan["duties"]:
        assert text[duty["start"] : duty["end"]] == duty["quote"]


def test_json_for_scoring(dondoc: Dondoc, letter: Path) -> None:
    found = json.loads(dondoc("plan", "draft", letter, "--json", "scoring").out)
    assert [duty["frequency"] for duty in found["letter"]] == ["monthly", "once"]


def test_pasted_text_comes_from_stdin(dondoc: Dondoc, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(TEXT.encode())))
    assert yaml.safe_load(dondoc("plan", "draft", "-").out)["number"] == "12/KH-UBND"


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("empty.docx", b"", "the file is empty"),
        ("cut.docx", word()[:1000], "damaged"),
        (None, b"", "check the name"),
    ],
)
def test_what_cannot_be_read_is_one_line(
    dondoc: Dondoc, tmp_path: Path, name: str | None, data: bytes, told: str
) -> None:
    path = tmp_path / (name or "missing.docx")
    if name:
        path.write_bytes(data)
    done = dondoc("plan", "draft", path)
    assert told in done.refusal.lower()
    assert path.name in done.refusal


def test_units_are_looked_up(dondoc: Dondoc, letter: Path, tmp_path: Path) -> None:
    units = tmp_path / "units.csv"
    units.write_text(
        "code,name,level,kind,superior\nubnd,Ủy ban nhân dân tỉnh,province,tinh,\n"
        "so-y-te,Sở Y tế,district,so-nganh,ubnd\n",
        encoding="utf-8",
    )
    plan = yaml.safe_load(dondoc("plan", "draft", letter, "--units", units).out)
    [stage] = plan["duties"][0]["chain"]
    assert stage["from"] == {"units": ["so-y-te"]}
    assert stage["to"] == "ubnd"


def test_its_remarks_are_said_in_the_language_of_the_command_line(
    dondoc: Dondoc, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Sở Y tế báo cáo kết quả về Bộ Y tế trước ngày 20/12/2025.", encoding="utf-8")
    assert "the day of issue was not found" in dondoc("plan", "draft", path).err
    monkeypatch.setenv("DONDOC_LANGUAGE", "vi")
    assert "ngày ban hành" in dondoc("plan", "draft", path).err
