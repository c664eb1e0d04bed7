"""Why a request or an event is not taken, in both languages."""

from __future__ import annotations

from calendars.errors import FaultCode
from messages.catalogue import N_


class AskingFault(FaultCode):
    """What is wrong with a request, or with saying that something has happened."""

    NO_DUTY = (N_("plan '%(plan)s' has no duty '%(duty)s'"), N_("it has: %(duties)s"))
    NOT_ON_DEMAND = (
        N_("'%(title)s' comes at times of its own and needs no request"),
        N_("only duties with `every: on-demand` or `every: unspecified` are asked for: %(duties)s"),
    )
    OF_EVENT = (
        N_("'%(title)s' is due when something happens"),
        N_("say that it has happened"),
        "dondoc event %(plan)s %(event)s --at …",
    )
    NO_EVENT = (N_("plan '%(plan)s' has no event '%(event)s'"), N_("it has: %(events)s"))
    RETIRED = (
        N_("plan '%(plan)s' is retired"),
        N_("load it again to bring it back"),
        N_("dondoc plan load FILE"),
    )
    NOT_IN_FORCE = (
        N_("'%(title)s' is in force from %(first)s to %(last)s alone"),
        N_("load a plan that is in force"),
    )
    NOT_YET = (N_("'%(title)s' is in force from %(first)s on"), N_("check the day, or wait until then"))
    UNTRACKED = (
        N_("'%(title)s' would be due before the plan is tracked, which is from %(first)s on"),
        N_("nothing before that day is owed; load the plan with an earlier `track_from`"),
    )
    DUE_RULE = (
        N_("'%(text)s' cannot be read as a last day"),
        N_("write it in full, e.g. `before 14:00 28/4/2026` or `by 28/4/2026`"),
    )
    DUE_PAST = (N_("%(text)s has passed already"), N_("give a later day or hour"))
    DUE_FAR = (N_("%(text)s lies more than %(years)s years ahead"), N_("check the year"))
    NOT_ASKED = (
        N_("%(units)s: not among those who owe '%(title)s'"),
        N_("leave them out"),
        "dondoc plan show %(plan)s",
    )
    NOBODY = (N_("nobody there owes '%(title)s'"), N_("name other units"), "dondoc plan show %(plan)s")
    UNITS_AND_BRANCH = (N_("units and a branch are both named"), N_("give one of them"))
    WHAT = (
        N_("what is asked for is missing"),
        N_("give plan and duty, or a title and the unit that asks for a request outside any plan"),
    )
    NO_UNITS = (N_("nobody is named"), N_("give --units CODES or --branch CODE"))
    ISSUER_ITSELF = (N_("%(unit)s cannot ask itself"), N_("leave it out of the units"))
    NOT_BELOW = (
        N_("%(units)s: not below %(issuer)s, which asks"),
        N_("leave them out, or let a unit above them ask"),
    )
    TITLE = N_("the title")
    NAME_IT = N_("say what is asked for, with --title")
    ASKED_ALREADY = (
        N_("request %(number)s asks the same of the same units by the same time"),
        N_("withdraw it first, or change what you ask"),
    )
    NO_REQUEST = (
        N_("no request %(number)s"),
        N_("the list of requests has them all"),
        "dondoc requests list",
    )
    WITHDRAWN = (
        N_("request %(number)s was withdrawn already, at %(moment)s"),
        N_("ask again"),
        "dondoc request",
    )
    NO_MOMENT = (N_("'%(text)s' is no moment"), N_("write hour and day, e.g. 14:05 28/4/2026"))
    FUTURE = (N_("%(moment)s has not come yet"), N_("say when it happened"))
    FOR_WHOM = (
        N_("for whom it happened is missing"),
        N_("give --unit CODE, --units CODES, or --all for all who report"),
    )
    EACH_FOR_ITSELF = (
        N_("each unit says of itself that '%(event)s' has happened"),
        N_("name the units with --unit or --units"),
    )
    SAID_ALREADY = (
        N_("that was said already, by %(actor)s at %(moment)s, and its reports are open"),
        N_("nothing more is to be done"),
    )
    ONCE_ALREADY = (
        N_("'%(title)s' is due once a unit, and is open already"),
        N_("nothing more is to be done"),
    )
    RESTED_ON = (
        N_("what is due once a unit was opened by event %(number)s, and event %(other)s rests on it"),
        N_("take event %(other)s back first, then this one, and say again what is so"),
    )
    NO_HAPPENING = (
        N_("no event %(number)s was said"),
        N_("the list of events has them all"),
        "dondoc events list",
    )
    TAKEN_BACK = (
        N_("event %(number)s was taken back already, at %(moment)s"),
        N_("say it again"),
        "dondoc event",
    )
