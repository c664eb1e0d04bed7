"""Django's `EmailMultiAlternatives` as a peer; Django is no dependency of dondoc.

It is looked for in the folder that DONDOC_BENCH_DJANGO names (`pip install --target FOLDER django`). That
folder comes last on the path, so that nothing else is taken from it.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from benchmarks.mail_peers import Peer, PeerMail

FOLDER = "DONDOC_BENCH_DJANGO"


def backend(host: str, port: int) -> Any:
    """A connection of Django's, with the settings that it needs."""
    sys.path.append(os.environ[FOLDER])
    import_module("django.conf").settings.configure(USE_TZ=True)
    mail: Any = import_module("django.core.mail")
    return mail.get_connection("django.core.mail.backends.smtp.EmailBackend", host=host, port=port)


def django_message(peer: Peer, mail: PeerMail) -> Any:
    """As Django's documentation shows it."""
    django: Any = import_module("django.core.mail")
    message = django.EmailMultiAlternatives(
        mail.words.subject,
        mail.words.text,
        f"{peer.sender.name} <{peer.sender.address}>",
        [f"{mail.name} <{mail.address}>"],
        headers={"Message-ID": mail.key, "Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(mail.words.html, "text/html")
    if mail.entry is not None:
        message.attach("dondoc.ics", mail.entry, "text/calendar")
    return message
