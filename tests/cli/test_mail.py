"""`dondoc preview`, `mail send`, `outbox` and `ladder`, as a script uses them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from cli.app import main
from models.settings import Settings
from tests.timeline.harness import Timeline

LADDER = "slug: own\nrungs:\n  - {id: a, at: -5wd, audience: clerk}\n"


@pytest.fixture
def world(engine: Engine, settings: Settings, tmp_path: Path) -> Timeline:
    world = Timeline(engine, settings, tmp_path)
    world.tick("2024-01-03 09:00:00")
    return world


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as exited:
        main(list(arguments))
    out, err = capsys.readouterr()
    return int(exited.value.code or 0), out, err


def document(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    code, out, _ = run(capsys, *arguments, "--json")
    assert code == 0
    return json.loads(out)


def test_what_the_preview_foretells_is_sent_and_stands_in_the_outbox(
    world: Timeline, capsys: pytest.CaptureFixture[str]
) -> None:
    period = ("--from", "2024-02-05", "--to", "2024-02-05", "--plan", "thang")
    world.file("d1", "2024-01-04 09:00:00", period="2024-01")
    world.file("d2", "2024-01-04 09:00:00", period="2024-01")
    foretold = document(capsys, "preview", *period)
    assert [(each["unit"], each["recipient"], each["rung"], each["at"]) for each in foretold] == [
        ("d1", "dung@d1.example", "five-before", "2024-02-05T08:00:00+07:00"),
        ("d2", "eve@d2.example", "five-before", "2024-02-05T08:00:00+07:00"),
    ]
    assert foretold[0]["why"] == "five-before (-5wd), hạn hết ngày 17/02/2024"
    world.tick("2024-02-05 08:00:00")
    assert "2 notices are queued already" in run(capsys, "preview", *period)[2]
    sent = document(capsys, "mail", "send", "--at", "2024-02-05T08:00")
    assert (sent["mails"], sent["notices"], sent["stopped"]) == (2, 2, "")
    listed = document(capsys, "outbox", "--state", "sent")
    assert sorted((each["unit"], each["recipient"], each["sent_at"]) for each in listed) == [
        ("d1", "dung@d1.example", "2024-02-05T08:00:00+07:00"),
        ("d2", "eve@d2.example", "2024-02-05T08:00:00+07:00"),
    ]
    code, out, _ = run(capsys, "outbox", "--limit", "1")
    assert (code, "eve@d2.example" in out) == (0, True)


def test_two_shards_by_hand_send_each_mail_once(world: Timeline, capsys: pytest.CaptureFixture[str]) -> None:
    world.tick("2024-02-05 08:00:00")
    sent = [
        document(capsys, "mail", "send", "--shard", shard, "--at", "2024-02-05T08:00")["mails"]
        for shard in ("1/2", "2/2", "1/2")
    ]
    assert (sum(sent), sent[2]) == (6, 0)
    assert all(sent[:2]), "a shard without anybody proves nothing"


def test_a_pass_that_was_stopped_says_so_and_fails(
    world: Timeline, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DONDOC_MAIL_CEILING", "1")
    world.tick("2024-02-05 08:00:00")
    code, _, err = run(capsys, "mail", "send", "--at", "2024-02-05T08:00")
    assert code == 1
    assert "ceiling of 1" in err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("outbox", "--state", "lost"), "'lost' is no state"),
        (("preview", "--from", "2024-02-05", "--to", "2024-02-01"), "lies before"),
        (("preview", "--from", "2024-02-05", "--to", "2024-02-06", "--plan", "x"), "x"),
        (("mail", "send", "--shard", "3/2"), "'3/2' is no shard; write NUMBER/OF"),
        (("mail", "send", "--shard", "half"), "'half' is no shard; write NUMBER/OF"),
        (("ladder", "show", "nothing"), "no ladder 'nothing'"),
        (("ladder", "load", "no-such.yaml"), "cannot be read"),
    ],
)
def test_a_refusal_is_one_line_and_exit_code_1(
    world: Timeline, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], words: str
) -> None:
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (1, "")
    assert words in err
    assert err.count("\n") == 1


def test_a_ladder_is_loaded_and_shown(
    world: Timeline, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(LADDER, encoding="utf-8")
    assert "own: loaded" in run(capsys, "ladder", "load", str(path))[2]
    assert "own: unchanged" in run(capsys, "ladder", "load", str(path))[2]
    assert document(capsys, "ladder", "show", "own")["rungs"][0]["at"] == "-5wd"
    assert "five-before" in run(capsys, "ladder", "show")[1]


def test_an_empty_outbox_says_so_in_the_language_of_the_command_line(
    world: Timeline, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(capsys, "outbox", "--state", "sent")[2] == "(nothing to show)\n"
    monkeypatch.setenv("DONDOC_LANGUAGE", "vi")
    assert run(capsys, "outbox", "--state", "sent")[2] == "(không có lượt nhắc nào)\n"
