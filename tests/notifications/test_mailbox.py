"""The local mailbox: real mails over real SMTP, each in a file of its own that never replaces another."""

from __future__ import annotations

import asyncio
import errno
from pathlib import Path

import aiosmtplib
import pytest

from notifications.mailbox import local_mailbox

DATED = "Date: Thu, 15 Feb 2024 08:00:00 +0700\r\nSubject: {}\r\n\r\nbody\r\n"


def post(folder: Path, *mails: tuple[str, str]) -> list[str]:
    async def run() -> None:
        async with local_mailbox(folder) as (host, port), aiosmtplib.SMTP(hostname=host, port=port) as client:
            for address, text in mails:
                await client.sendmail("dondoc@localhost", [address], text.encode())

    asyncio.run(run())
    return sorted(path.name for path in folder.iterdir())


def test_it_files_each_mail_under_its_moment_and_address(tmp_path: Path) -> None:
    folder = tmp_path / "home" / "mailbox"
    names = post(
        folder,
        ("a@x.example", DATED.format("1")),
        ("a@x.example", DATED.format("2")),
        ("b@x.example", "Subject: 3\r\n\r\nbody\r\n"),
        ("c@x.example", "Date: soon\r\n\r\nbody\r\n"),
    )
    assert names == [
        "20240215-0800-a@x.example-1.eml",
        "20240215-0800-a@x.example-2.eml",
        "undated-b@x.example-1.eml",
        "undated-c@x.example-1.eml",
    ]
    assert (folder / names[1]).read_bytes() == DATED.format("2").encode()


def test_it_keeps_what_an_earlier_server_filed(tmp_path: Path) -> None:
    post(tmp_path, ("a@x.example", DATED.format("first")))
    names = post(tmp_path, ("a@x.example", DATED.format("second")))
    assert len(names) == 2
    assert b"first" in (tmp_path / names[0]).read_bytes()


def test_a_name_that_looks_like_a_path_stays_in_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "mailbox"
    names = post(folder, ("../../etc/x@x.example", DATED.format("1")))
    assert names == ["20240215-0800-.._.._etc_x@x.example-1.eml"]
    assert [path.name for path in tmp_path.iterdir()] == ["mailbox"]


def test_a_full_disk_is_an_answer_and_leaves_no_half_mail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(self: Path, data: bytes) -> int:
        with self.open("wb") as file:
            file.write(data[:10])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", no_room)
    with pytest.raises(aiosmtplib.SMTPDataError, match="the disk is full"):
        post(tmp_path, ("a@x.example", DATED.format("1")))
    assert list(tmp_path.iterdir()) == []
