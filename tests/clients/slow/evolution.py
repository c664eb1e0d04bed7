"""Run by the system's Python inside a D-Bus session of its own: Evolution's data server subscribes to a feed.

Usage: evolution.py ADDRESS. For each line on stdin it asks again and prints what it shows, as a JSON list.
"""

from __future__ import annotations

import json
import sys
import time
from importlib import import_module
from typing import Any


def subscribe(address: str) -> Any:
    """The calendar, opened."""
    gi = import_module("gi")
    gi.require_version("EDataServer", "1.2")
    gi.require_version("ECal", "2.0")
    server, calendars, glib = (
        import_module(f"gi.repository.{name}") for name in ("EDataServer", "ECal", "GLib")
    )
    registry = server.SourceRegistry.new_sync(None)
    source = server.Source.new_with_uid("dondoc", None)
    source.set_display_name("dondoc")
    source.set_parent("webcal-stub")
    source.get_extension("Calendar").set_backend_name("webcal")
    source.get_extension("WebDAV Backend").set_uri(glib.Uri.parse(address, glib.UriFlags.NONE))
    source.get_extension("Security").set_secure(False)
    registry.commit_source_sync(source, None)
    time.sleep(1)  # the server takes the source in by itself
    known = registry.ref_source("dondoc")
    return calendars.Client.connect_sync(known, calendars.ClientSourceType.EVENTS, 30, None)


def main(address: str) -> None:
    client = subscribe(address)
    for _ in sys.stdin:
        client.refresh_sync(None)
        time.sleep(2)
        _, events = client.get_object_list_sync("#t", None)
        print(json.dumps([event.as_ical_string() for event in events]), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
