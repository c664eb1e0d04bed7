"""Sign of life to an outside monitor, which notices when this machine and all its alerts fall silent.

A module of its own: a pass of the engine sends it and loads neither mail nor templates for it.
"""

from __future__ import annotations

from http.client import HTTPException
from urllib.error import URLError
from urllib.request import Request, urlopen

from calendars.errors import FaultCode
from messages.catalogue import N_
from models.errors import InvalidInput
from models.system_faults import system_words

PING_SECONDS = 5.0


class PingFault(FaultCode):
    """What can be wrong with the monitor's address."""

    NO_ADDRESS = N_("DONDOC_PING_URL must begin with https:// or http://")


def ping(url: str) -> str:
    """Call the monitor's address; returns what went wrong, empty if nothing.

    The address may be a secret: it is not repeated. Raises `InvalidInput` for what is no web address.
    """
    if not url.startswith(("https://", "http://")):
        raise InvalidInput(PingFault.NO_ADDRESS())
    request = Request(url, headers={"User-Agent": "dondoc"})
    try:
        with urlopen(request, timeout=PING_SECONDS) as answer:
            answer.read(1024)
    except URLError as error:
        return system_words(error.reason) if isinstance(error.reason, OSError) else str(error.reason)
    except (HTTPException, OSError, ValueError) as error:
        return type(error).__name__
    return ""
