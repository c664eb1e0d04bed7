"""Django's `send_messages` as a peer: one connection, one mail after the other, as its documentation shows.

Django is no dependency of dondoc. `django_sends` runs this file with an interpreter that has it, e.g. of a
virtual environment made for the day; the seconds are taken in there, without the start of the interpreter.
"""

from __future__ import annotations

import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path

SENDER, RECIPIENT = "dondoc@x.example", "clerk@x.example"


def django_sends(python: Path, port: int, octets: int, number: int) -> float:
    """Seconds that Django takes for so many mails of this size."""
    command = [str(python), __file__, str(port), str(octets), str(number)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return float(done.stdout)


def send(port: int, octets: int, number: int) -> float:
    """In the interpreter that has Django."""
    settings, mail = import_module("django.conf").settings, import_module("django.core.mail")
    settings.configure(EMAIL_HOST="127.0.0.1", EMAIL_PORT=port)
    line = "x" * 70 + "\n"
    body = line * (octets // len(line))
    messages = [mail.EmailMessage("x", body, SENDER, [RECIPIENT]) for _ in range(number)]
    connection = mail.get_connection("django.core.mail.backends.smtp.EmailBackend")
    start = time.perf_counter()
    sent = connection.send_messages(messages)
    seconds = time.perf_counter() - start
    if sent != number:
        raise SystemExit(f"Django sent {sent} of {number} mails")
    return seconds


if __name__ == "__main__":
    print(send(*map(int, sys.argv[1:])))
