"""What can be wrong with a date, a period or a due rule. Every message is one line and names the remedy."""

from calendars.faults import Fault


class CalendarError(ValueError):
    """Something about time that cannot be used as given: what is wrong, then what to do about it. What people
    may have written is a `Fault` each, so that pages can say it in their language."""

    def __init__(self, problem: str, remedy: str = "") -> None:
        super().__init__(problem, remedy)
        self.problem = problem if isinstance(problem, Fault) else " ".join(problem.split())
        self.remedy = remedy if isinstance(remedy, Fault) else " ".join(remedy.split())

    def __str__(self) -> str:
        return f"{self.problem}: {self.remedy}" if self.remedy else self.problem


class NaiveInstant(CalendarError):
    """A date and time without a zone: nobody can say which instant it is."""


class PeriodError(CalendarError):
    """A reporting period or a cut-off that does not exist."""


class RuleError(CalendarError):
    """A due rule that cannot be read, or that does not fit the duty that carries it."""


class ImpossibleDate(RuleError):
    """A date that no calendar has, such as 30/2."""
