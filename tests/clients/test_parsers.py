"""Every program reads every event, letter by letter and day by day as it was meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from calendars.ical_event import event_uid
from tests.calendars.blocks import feed_bytes
from tests.calendars.clients import (
    READERS,
    Reader,
    calcurse_missing,
    read_with_calcurse,
)
from tests.calendars.ical_check import check_bytes
from tests.clients.programs import read_with_ical_js, read_with_libical, read_with_node_ical
from tests.clients.samples import HEADER, SAMPLES, expected, feed

ALL: list[Reader] = [*READERS, read_with_libical, read_with_ical_js, read_with_node_ical]

# node-ical (0.22, the last for Node 18) takes an escaped backslash before an n for a line break.
MISREAD: dict[Reader, tuple[str, ...]] = {read_with_node_ical: ("backslash n",)}


@pytest.mark.parametrize("reader", ALL)
def test_it_reads_every_letter_and_day(reader: Reader) -> None:
    data = feed()
    assert check_bytes(data) == []
    wanted = {read.uid: read for read in expected()}
    found = {read.uid: read for read in reader(data)}
    for name in MISREAD.get(reader, ()):
        # To be struck from the list when the program has learnt it.
        assert found.pop(event_uid(name)) != wanted.pop(event_uid(name))
    assert found == wanted


@pytest.mark.parametrize("reader", ALL)
def test_it_reads_an_empty_calendar(reader: Reader) -> None:
    assert reader(feed_bytes(HEADER, [])) == []


def test_calcurse_takes_every_event(tmp_path: Path) -> None:
    if calcurse_missing():
        pytest.skip("calcurse is not installed: apt-get install calcurse")
    store, complaints = read_with_calcurse(feed(), tmp_path)
    assert "skipped" not in complaints
    assert len(store) == len(SAMPLES)
    for read in expected():
        assert read.first_day is not None
        day = f"{read.first_day:%m/%d/%Y}"
        assert any(line.startswith(day) and line.endswith(read.summary) for line in store), read.summary
