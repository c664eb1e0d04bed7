"""The errors that dondoc raises.

Each message is one line and names the remedy. *Invalid* (the input can never be right) and *incomplete*
(something is still missing) are kept apart, so that a caller can tell a typing error from work to do.
"""

from collections.abc import Sequence


class DondocError(Exception):
    """Something dondoc refuses; the message is one line and says what to do instead."""

    @property
    def reason(self) -> str:
        """The message as it was given: a `Fault` can still be said in another language."""
        first = self.args[0] if self.args else ""
        return first if isinstance(first, str) else str(self)

    @property
    def reasons(self) -> list[str]:
        """All that is wrong, a line each."""
        return [self.reason]


class InvalidInput(DondocError):
    """The input can never be right."""


class Incomplete(DondocError):
    """The input is not wrong, but something is missing that must come first."""


class NotFound(DondocError):
    """The named row does not exist."""


class IllegalMove(DondocError):
    """The obligation's lifecycle does not allow this now; the message says which state it is in."""


class NowhereToTry(DondocError):
    """What is to be tried before it is done cannot be, for want of a place to do so."""


class UnsafeSettings(DondocError):
    """A production set-up would run on a default that is only fit for trying dondoc out."""


class DatabaseNotReady(DondocError):
    """The database is missing, older than this program, or cannot be reached."""


class DatabaseGone(DatabaseNotReady):
    """There was a database, and now there is none, or an empty one."""


class DatabaseNewer(DatabaseNotReady):
    """The database is of a newer version of this program."""


class DatabaseAway(DatabaseNotReady):
    """The database cannot be reached at the moment; nothing says that it is wrong."""


class InputErrors(InvalidInput):
    """Several errors in one file, each a line of its own; nothing of the file was taken."""

    def __init__(self, errors: Sequence[str]) -> None:
        self.errors = list(errors)
        super().__init__("\n".join(errors))

    @property
    def reasons(self) -> list[str]:
        return self.errors
