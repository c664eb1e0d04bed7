"""Sentences as offices write them, and what is drafted from each: one case a paragraph of `sentences/*.txt`.

A line `=> monthly before 20 @ Sở Y tế` is a duty: how often, the bound, when, and who, where that matters.
A case without such a line drafts nothing.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.documents.letters import all_in_short

SENTENCES = Path(__file__).parent / "sentences"


def cases() -> list[tuple[str, list[str]]]:
    found = []
    for file in sorted(SENTENCES.glob("*.txt")):
        for case in file.read_text(encoding="utf-8").strip().split("\n\n"):
            lines = case.split("\n")
            text = "\n".join(line for line in lines if not line.startswith("=>"))
            found.append((text, [line[2:].strip() for line in lines if line.startswith("=>")]))
    return found


def agrees(expected: str, found: str) -> bool:
    return found == expected if " @ " in expected else found.split(" @ ")[0] == expected


@pytest.mark.parametrize(("text", "expected"), cases(), ids=lambda value: str(value)[:60])
def test_a_sentence_is_drafted_as_it_says(text: str, expected: list[str]) -> None:
    found = all_in_short(text)
    left = list(found)
    for duty in expected:
        match = next((each for each in left if agrees(duty, each)), None)
        assert match is not None, f"{duty!r} not in {found}"
        left.remove(match)
    assert left == []
