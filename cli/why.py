"""`dondoc why`: how the deadline of one report came about."""

from __future__ import annotations

from rich.text import Text

from calendars.office import OfficeCalendar
from cli.console.context import JsonOption, console, open_context, print_json
from cli.console.help import command
from cli.console.speech import language
from cli.obligation import IdArgument
from models.database import reading
from reporting.obligations.why import why as steps_of
from reporting.obligations.why import why_json
from reporting.special_days import working_days


@command
def why(obligation: IdArgument, as_json: JsonOption = False) -> None:
    """Say step by step why a report is due on its day: document, rule, days off, changes, extensions.

    Example: dondoc why 17
    """
    context = open_context()
    with reading(context.engine) as session:
        calendar = OfficeCalendar(working_days(session), context.settings.zone)
        steps = steps_of(session, obligation, calendar)
    if as_json:
        print_json(why_json(obligation, steps, language()))
        return
    for number, step in enumerate(steps, start=1):
        console().print(Text(f"{number}. {step.say(language())}"))
