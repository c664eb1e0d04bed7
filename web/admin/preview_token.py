"""What was shown is what is confirmed: a seal over what a preview said, carried by the button that confirms.

At the confirmation the same preview is made again, in the transaction that acts on it. If its seal is another
one (the database changed meanwhile, or the text was edited), nothing is done and the new preview is shown. A
button that is pressed twice finds nothing left to do.
"""

from __future__ import annotations

import hmac
import json
from hashlib import sha256
from typing import Any


def seal(*shown: Any) -> str:
    """A short text that differs as soon as anything shown differs."""
    said = json.dumps(shown, ensure_ascii=False, sort_keys=True, default=str)
    return sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


def is_sealed(given: str, *shown: Any) -> bool:
    """Whether the seal is the one of just this."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), seal(*shown).encode())
