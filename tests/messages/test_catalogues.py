"""A catalogue of a further language, half translated: what is empty is counted, and said in English."""

from __future__ import annotations

from gettext import GNUTranslations
from pathlib import Path

import pytest

from messages import update
from messages.build import compile_one

HALF = """\
msgid ""
msgstr ""
"Language: km\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

msgid "Plan"
msgstr "ផែនការ"

msgid "Unit"
msgstr ""

msgid "%(number)s day"
msgid_plural "%(number)s days"
msgstr[0] ""

msgid "%(number)s unit"
msgid_plural "%(number)s units"
msgstr[0] "%(number)s អង្គភាព"
"""


@pytest.fixture
def half(tmp_path: Path) -> Path:
    path = tmp_path / "dondoc.po"
    path.write_text(HALF, encoding="utf-8")
    return path


def test_what_is_empty_is_to_be_translated(half: Path) -> None:
    assert update.untranslated(half) == ["Unit", "('%(number)s day', '%(number)s days')"]


@pytest.mark.parametrize(("number", "days"), [(1, "%(number)s day"), (4, "%(number)s days")])
def test_what_is_empty_is_said_in_english_as_english_counts(half: Path, number: int, days: str) -> None:
    compile_one(half)
    with half.with_suffix(".mo").open("rb") as file:
        said = GNUTranslations(file)
    assert (said.gettext("Plan"), said.gettext("Unit")) == ("ផែនការ", "Unit")
    assert said.ngettext("%(number)s day", "%(number)s days", number) == days
    assert said.ngettext("%(number)s unit", "%(number)s units", number) == "%(number)s អង្គភាព"


def test_a_language_begins_with_all_messages_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(update, "LOCALE", tmp_path)
    monkeypatch.setattr(update, "ROOT", tmp_path)
    update.begin("km")
    (path,) = tmp_path.rglob("*.po")
    head = path.read_text(encoding="utf-8")
    assert head.startswith("# What dondoc says, in Khmer. See docs/translating.md.\n")
    assert '"Plural-Forms: nplurals=1; plural=0;' in head and "PROJECT" not in head.replace("Project-Id", "")
