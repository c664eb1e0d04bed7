"""Calendar programs that nobody here wrote and that are not Python packages of ours: where they are, and what
they read out of a calendar's bytes.

`make clients` installs them: parsers for Node; vdirsyncer, khal, Radicale and caldav in an environment of
their own, since their licences and needs are not ours. libical comes from the system.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import json
import shutil
import subprocess
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.calendars.clients import Read

HERE = Path(__file__).parent
PROGRAMS = HERE.parents[1] / ".venv-clients" / "bin"


def program(name: str) -> str:
    """The path of a program in the environment of its own; the test is left out where it is not installed."""
    path = PROGRAMS / name
    if not path.exists():
        pytest.skip(f"{name} is not installed: make clients")
    return str(path)


def read_with_node(parser: str, data: bytes) -> list[Read]:
    """With `ical.js`, Thunderbird's own parser, or `node-ical`."""
    node = shutil.which("node")
    if node is None or not (HERE / "node_modules" / parser).exists():
        pytest.skip(f"{parser} is not installed: install nodejs and npm, then make clients")
    command = [node, str(HERE / "parse.js"), parser]
    done = subprocess.run(command, input=data, capture_output=True, timeout=60, check=True, env={"TZ": "UTC"})
    found = json.loads(done.stdout)
    assert all(event["all_day"] for event in found)
    return [_read(event) for event in found]


def _read(event: dict[str, Any]) -> Read:
    return Read(
        uid=event["uid"],
        first_day=date.fromisoformat(event["first_day"]),
        end=date.fromisoformat(event["end"]),
        summary=event["summary"],
        description=event["description"],
        status=event["status"],
        sequence=event["sequence"],
        alarms=event["alarms"],
    )


@cache
def libical() -> ctypes.CDLL:
    name = ctypes.util.find_library("ical")
    if name is None:
        pytest.skip("libical is not installed: apt-get install libical-dev")
    library = ctypes.CDLL(name)
    for function in (
        "icalparser_parse_string",
        "icalcomponent_get_first_component",
        "icalcomponent_get_next_component",
        "icalcomponent_get_first_property",
    ):
        getattr(library, function).restype = ctypes.c_void_p
    for function in (
        "icalcomponent_get_uid",
        "icalcomponent_get_summary",
        "icalcomponent_get_description",
        "icalproperty_get_value_as_string",
    ):
        getattr(library, function).restype = ctypes.c_char_p
    return library


def read_with_libical(data: bytes) -> list[Read]:
    """What libical reads (Evolution, GNOME, KDE); it may find neither an error nor a broken rule."""
    library = libical()
    calendar = ctypes.c_void_p(library.icalparser_parse_string(data))
    assert calendar.value, "libical reads nothing at all"
    assert library.icalcomponent_count_errors(calendar) == 0
    assert library.icalrestriction_check(calendar) == 1
    kind = library.icalcomponent_string_to_kind(b"VEVENT")
    found = []
    event = ctypes.c_void_p(library.icalcomponent_get_first_component(calendar, kind))
    while event.value:
        found.append(_libical_event(library, event))
        event = ctypes.c_void_p(library.icalcomponent_get_next_component(calendar, kind))
    library.icalcomponent_free(calendar)
    return found


def _libical_event(library: ctypes.CDLL, event: ctypes.c_void_p) -> Read:
    alarm = library.icalcomponent_string_to_kind(b"VALARM")

    def value(name: bytes) -> str:
        kind = library.icalproperty_string_to_kind(name)
        found = ctypes.c_void_p(library.icalcomponent_get_first_property(event, kind))
        text: bytes = library.icalproperty_get_value_as_string(found)
        return text.decode()

    return Read(
        uid=library.icalcomponent_get_uid(event).decode(),
        first_day=date.fromisoformat(value(b"DTSTART")),
        end=date.fromisoformat(value(b"DTEND")),
        summary=library.icalcomponent_get_summary(event).decode(),
        description=library.icalcomponent_get_description(event).decode(),
        status=value(b"STATUS"),
        sequence=int(value(b"SEQUENCE")),
        alarms=library.icalcomponent_count_components(event, alarm),
    )


def read_with_ical_js(data: bytes) -> list[Read]:
    return read_with_node("ical.js", data)


def read_with_node_ical(data: bytes) -> list[Read]:
    return read_with_node("node-ical", data)
