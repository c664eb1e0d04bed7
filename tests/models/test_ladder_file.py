"""Ladder files: what they may say, and one clear line for what they may not."""

from __future__ import annotations

from datetime import time

import pytest

from models.errors import InputErrors
from models.ladder_file import LadderFile, read_ladder
from models.vocabulary import Audience, Until


def rung(text: str) -> str:
    return f"slug: test\nrungs:\n  - {{{text}}}\n"


def test_a_rung_says_when_whom_and_until_what() -> None:
    text = (
        "id: a, at: +1wd, hour: 10:30, audience: [clerk, head], repeat: {every: 2wd, max: 5}, until: accepted"
    )
    (found,) = read_ladder(rung(text), "x.yaml").rungs
    assert (str(found.at), found.hour, found.until) == ("+1wd", time(10, 30), Until.ACCEPTED)
    assert found.audience == (Audience.CLERK, Audience.HEAD)
    assert found.repeat is not None
    assert (str(found.repeat.every), found.repeat.max) == ("2wd", 5)


def test_what_is_left_out_is_eight_o_clock_until_submitted_in_the_digest() -> None:
    (found,) = read_ladder(rung("id: a, at: 0, audience: clerk"), "x.yaml").rungs
    assert (found.hour, found.until, found.immediate, found.repeat) == (
        time(8),
        Until.SUBMITTED,
        False,
        None,
    )


@pytest.mark.parametrize("daily", ["[]", "[{id: b, at: 0, audience: clerk}]", None])
def test_reports_of_a_day_may_have_rungs_of_their_own(daily: str | None) -> None:
    text = rung("id: a, at: -1wd, audience: clerk") + ("" if daily is None else f"daily: {daily}\n")
    ladder = read_ladder(text, "x.yaml")
    assert [each.id for each in ladder.rungs_of(True)] == (
        ["a"] if daily is None else ["b"] * (daily != "[]")
    )
    assert [each.id for each in ladder.rungs_of(False)] == ["a"]
    assert LadderFile.model_validate_json(ladder.model_dump_json(exclude_none=True)) == ladder
    assert read_ladder(ladder.to_yaml(), "x.yaml") == ladder


@pytest.mark.parametrize("at", ["-5wd", "-3d", "0", "0wd", "+1d", "+10wd"])
def test_kept_content_reads_back_the_same(at: str) -> None:
    ladder = read_ladder(rung(f"id: a, at: {at}, audience: [unit, clerk], unit: so"), "x.yaml")
    again = LadderFile.model_validate_json(ladder.model_dump_json(exclude_none=True))
    assert again == ladder
    assert str(again.rungs[0].at) == at


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (rung("id: a, at: 5, audience: clerk"), "x.yaml:3: rungs.0.at: '5' is no moment"),
        (
            rung("id: a, at: 3d, audience: clerk"),
            "x.yaml:3: rungs.0.at: '3d' is no moment",
        ),  # before or after?
        (rung("id: a, at: -5, audience: clerk"), "x.yaml:3: rungs.0.at: '-5' counts nothing"),
        (rung("id: a, at: -5wd, hour: 25, audience: clerk"), "x.yaml:3: rungs.0.hour: '25' is no hour"),
        (
            rung("id: a, at: 0, audience: clerk") + "daily:\n  - {id: a, at: 0, audience: clerk}\n",
            "has two rungs called a",
        ),
        (
            rung("id: a, at: 0, audience: clerk") + "daily:\n  - {id: b, at: 5, audience: clerk}\n",
            "x.yaml:5: daily.0.at: '5' is no moment",
        ),
        (rung("id: a, at: -5wd"), "x.yaml:3: rungs.0.audience: is missing"),
        (rung("id: a, at: -5wd, audience: boss"), "x.yaml:3: rungs.0.audience.0: "),
        (rung("id: a, at: -5wd, audience: [clerk, clerk]"), "names an audience twice"),
        (rung("id: a, at: -5wd, audience: unit"), "belong together"),
        (rung("id: a, at: -5wd, audience: clerk, when: now"), "x.yaml:3: rungs.0.when: is no field"),
        (rung("id: a, at: +1d, audience: clerk, repeat: {every: 0d, max: 2}"), "'0d' is no length of time"),
        (rung("id: a, at: 0, audience: clerk, since: 2024-01-01"), "since is set by dondoc itself"),
        ("slug: test\nrungs: []\n", "x.yaml:2: rungs: "),
        ("slug: test\nslug: test\n", "x.yaml:2: slug: stands here a second time (first on line 1)"),
        ("slug: test\nrungs: [\n", "x.yaml:3: wrong YAML"),
        ("- a\n", "x.yaml:1: is no ladder"),
        ("", "x.yaml:1: the file is empty; see docs/mail.md"),
        ("a: \x00", "x.yaml:1: a control character stands in the text"),
        ("slug: &a test\nrungs: *a\n", "x.yaml:1: anchors (&) and aliases (*) are not read"),
        (f"slug: test\nrungs: {'[' * 2000}", "x.yaml:2: is nested too deeply; a ladder has rungs"),
        (
            "slug: test\nrungs:\n" + "#" * 600_000,
            "x.yaml:1: the file is larger than 512 KB; a ladder is short",
        ),
        ("slug: !!python/name:os.system x\n", "x.yaml:1: the tag "),
        ("[a, b]: 1\n", "x.yaml:1: a field's name must be a plain word; see docs/mail.md"),
        (
            "slug: t\nrungs:\n  - {id: a, at: 0, audience: clerk}\n  - {id: a, at: +1d, audience: clerk}\n",
            "has two rungs called a",
        ),
    ],
)
def test_an_error_names_the_line_the_field_and_the_remedy(text: str, message: str) -> None:
    with pytest.raises(InputErrors) as caught:
        read_ladder(text, "x.yaml")
    assert message in str(caught.value)
    assert all(line.startswith("x.yaml") for line in caught.value.errors)


def test_no_file_unfolds_into_more_than_it_holds() -> None:
    """Nine lines that name the line before nine times each are 9⁹ values."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    with pytest.raises(InputErrors) as caught:
        read_ladder("\n".join(lines), "x.yaml")
    assert caught.value.errors == [
        "x.yaml:1: anchors (&) and aliases (*) are not read; write the part out where it is needed"
    ]


def test_what_a_hash_cuts_off_a_value_is_told() -> None:
    text = "slug: test\nrungs:\n  - id: nhac #2\n    at: -5wd # a comment\n    audience: clerk\n"
    with pytest.raises(InputErrors, match=r"x.yaml:3: '#2' is left out.*quotation marks"):
        read_ladder(text, "x.yaml")
    assert read_ladder(text.replace("#2", "# 2"), "x.yaml").rungs[0].id == "nhac"
