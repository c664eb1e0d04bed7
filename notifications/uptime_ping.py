"""Sign of life to an outside monitor, which notices when this machine and all its alerts fall silent.

A module of its own: a pass of the engine sends it and loads neither mail nor templates for it.
"""

from __future__ import annotations

from http.client import HTTPException
from urllib.error import URLError
from urllib.request import Request, urlopen

from models.errors import InvalidInput
from models.setting_faults import SettingFault

PING_SECONDS = 5.0


def ping(url: str) -> str:
    """Call the monitor's address; returns what went wrong, empty if nothing.

    The address may be a secret: it is not repeated. Raises `InvalidInput` for what is no web address.
    """
    if not url.startswith(("https://", "http://")):
        raise InvalidInput(SettingFault.PING())
    request = Request(url, headers={"User-Agent": "dondoc"})
    try:
        with urlopen(request, timeout=PING_SECONDS) as answer:
            answer.read(1024)
    except URLError as error:
        return str(error.reason)
    except (HTTPException, OSError, ValueError) as error:
        return type(error).__name__
    return ""
