"""The documents are part of the program: what they list is what there is, and what there is is listed."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path

import pytest

from models import vocabulary
from models.settings import SECRETS, Settings
from tests.architecture.command_reference import reference
from tests.architecture.source import ROOT, tracked_files

DOCS = ROOT / "docs"
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)[^)]*\)")
HIDDEN_DEFAULTS = {"secret_key"}  # documented in words
SIZE_LIMIT = 256 * 1024


def rows(text: str) -> list[list[str]]:
    """The cells of every table row but the rulers."""
    lines = (line.strip() for line in text.splitlines())
    cells = ([cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|"))
    return [row for row in cells if not set("".join(row)) <= set("-: ")]


def section(text: str, title: str) -> str:
    """What is under `### title`, up to the next heading."""
    found = re.search(rf"^### {re.escape(title)}$(.*?)(?=^#|\Z)", text, re.MULTILINE | re.DOTALL)
    return found[1] if found else ""


# Glossary

ENUMS = [
    thing
    for thing in vars(vocabulary).values()
    if isinstance(thing, type) and issubclass(thing, StrEnum) and thing is not StrEnum
]


@pytest.mark.parametrize("enum", ENUMS, ids=lambda enum: enum.__name__)
def test_it_has_every_word_in_the_glossary_with_its_vietnamese(enum: type[StrEnum]) -> None:
    listed = rows(section((DOCS / "glossary.md").read_text(encoding="utf-8"), enum.__name__))
    assert listed[1:] == [[word.value, vocabulary.say(word, "vi")] for word in enum]


def test_it_lists_no_enum_in_the_glossary_that_is_gone() -> None:
    titles = re.findall(r"^### (.+)$", (DOCS / "glossary.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert titles == [enum.__name__ for enum in ENUMS]


def test_it_explains_every_noun_of_the_glossary_once_and_in_both_languages() -> None:
    nouns = rows((DOCS / "glossary.md").read_text(encoding="utf-8").partition("## The values")[0])[1:]
    assert len(nouns) > 20
    assert len({word for word, *_ in nouns}) == len(nouns)
    assert all(len(row) == 3 and all(row) for row in nouns)


def test_it_would_see_a_word_that_is_missing_from_the_glossary() -> None:
    page = "### Level\n\n| value | tiếng Việt |\n|---|---|\n| district | huyện |\n\n### Role\n| clerk |"
    assert rows(section(page, "Level")) == [["value", "tiếng Việt"], ["district", "huyện"]]
    assert section(page, "Until") == ""


# Settings


def documented_settings() -> dict[str, str]:
    """{"home": "var"}: every setting of the tables in docs/settings.md with its default as written."""
    table = rows((DOCS / "settings.md").read_text(encoding="utf-8"))
    return {row[0].strip("`"): row[1].strip("`") for row in table if row[0].startswith("`DONDOC_")}


def shown_default(name: str) -> str:
    default = Settings.model_fields[name].get_default(call_default_factory=True, validated_data={})
    return "none" if default is None else str(default)


def test_it_documents_every_setting_and_no_other() -> None:
    assert set(documented_settings()) == {f"DONDOC_{name.upper()}" for name in Settings.model_fields}


def test_it_documents_the_default_of_every_setting() -> None:
    documented = documented_settings()
    names = [name for name in Settings.model_fields if name not in HIDDEN_DEFAULTS]
    defaults = {f"DONDOC_{name.upper()}": shown_default(name) for name in names}
    assert {name: documented[name] for name in defaults} == defaults


def test_it_documents_that_each_secret_may_come_from_a_file() -> None:
    text = (DOCS / "settings.md").read_text(encoding="utf-8")
    assert [name for name in SECRETS if f"`DONDOC_{name.upper()}_FILE`" not in text] == []


def test_it_offers_only_known_settings_in_the_example() -> None:
    named = re.findall(r"DONDOC_\w+", (ROOT / ".env.example").read_text(encoding="utf-8"))
    assert named
    assert {name.removeprefix("DONDOC_").lower() for name in named} <= set(Settings.model_fields)


# Commands

REFERENCE = DOCS / "command-reference.md"


def test_it_documents_every_command_with_every_option() -> None:
    assert REFERENCE.read_text(encoding="utf-8") == reference(), "run: make reference"


def test_it_explains_every_command() -> None:
    """The hand-written page names each command; `submit` and `plan check` alike."""
    table = rows((DOCS / "command-line.md").read_text(encoding="utf-8"))
    quoted = " | ".join(name for first, *_ in table for name in re.findall(r"`([^`]+)`", first))
    names = re.findall(r"^## dondoc (.+)$", reference(), re.MULTILINE)
    assert names
    assert [name for name in names if not re.search(rf"(^|[| ]){name}\b", quoted)] == []


def test_it_leaves_no_command_without_a_word_of_help() -> None:
    assert re.findall(r"^## (.+)\n\n`.*`\n\n(?=- |## |\Z)", reference(), re.MULTILINE) == []


# Links


def links(path: Path) -> set[Path]:
    """The files of ours that a page links to."""
    targets = LINK.findall(path.read_text(encoding="utf-8"))
    return {
        (path.parent / target).resolve() for target in targets if "://" not in target and ":" not in target
    }


PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]


def test_it_links_to_files_that_exist() -> None:
    assert [(page, target) for page in PAGES for target in links(page) if not target.exists()] == []


def test_it_links_every_page_from_the_readme_or_the_index() -> None:
    linked = links(ROOT / "README.md") | links(DOCS / "README.md")
    pages = {path.resolve() for path in DOCS.rglob("*") if path.is_file()}
    assert pages - linked - {(DOCS / "README.md").resolve()} == set()


def test_it_follows_links_relative_to_the_page(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("[a](sub/a.md#part) [b](https://example.org/b.md) [c](../c.md)", encoding="utf-8")
    assert links(page) == {tmp_path / "sub/a.md", tmp_path.parent / "c.md"}


# Files under version control

# Written with brackets so that this file does not contain what it looks for.
FOREIGN = re.compile(
    r"py[p]i[.]org|python[h]osted[.]org|registry[.]np[m]js|deb[.]de[b]ian[.]org|archive[.]ub[u]ntu"
    r"|(?<![\w.])/roo[t]/|(?<![\w.])/wor[k]/|(?<![\w.])/hom[e]/[a-z]|(?<![\w.])/tm[p]/[a-z]"
)


def foreign_words(path: Path) -> list[str]:
    try:
        return FOREIGN.findall(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        return []


def test_it_names_no_package_registry_and_no_path_of_one_machine() -> None:
    found = {str(path.relative_to(ROOT)): words for path in tracked_files() if (words := foreign_words(path))}
    assert found == {}


@pytest.mark.parametrize(
    "text",
    [
        "https://py" + "pi.org/simple",
        "open('/ro" + "ot/x')",
        "cd /wor" + "k/main",
        "/tm" + "p/x.csv",
        "=/ho" + "me/an/x",
    ],
)
def test_it_would_see_a_registry_or_a_machine_path(text: str, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(text, encoding="utf-8")
    assert foreign_words(page)


@pytest.mark.parametrize("text", ["docs/work/plan.md", "../root/x", "https://example.org/home/page"])
def test_it_lets_ordinary_paths_pass(text: str, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(text, encoding="utf-8")
    assert foreign_words(page) == []


def test_it_keeps_large_files_out() -> None:
    """Unit lists and catalogues of messages are data; anything else of this size is there by mistake."""
    large = [path.relative_to(ROOT) for path in tracked_files() if path.stat().st_size > SIZE_LIMIT]
    assert [str(path) for path in large if path.parts[0] not in ("plans", "messages")] == []
