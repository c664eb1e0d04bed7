"""Why an obligation cannot be moved, or a text that goes with it is not taken, in both languages."""

from __future__ import annotations

from calendars.errors import FaultCode
from messages.catalogue import N_, NP_


class MoveFault(FaultCode):
    """What the obligation's state, or the order of its steps, does not allow."""

    NO_OBLIGATION = (N_("no obligation %(number)s"), N_("the lists of reports link to each"), "dondoc due")
    STATE = N_("obligation %(number)s is %(state)s: cannot %(wish)s; %(remedy)s")
    BEFORE = N_(
        "obligation %(number)s: cannot %(wish)s before %(moment)s, the time of the step before; "
        "give a later time, or set the clock right"
    )
    NO_SUBMISSION = N_("obligation %(number)s has no submission to look at; hand one in first")
    NOT_BEGUN = N_(
        "obligation %(number)s: cannot submit before %(first)s, the first day of its plan; give "
        "a later time, or set the clock right"
    )
    HANDED_IN = N_(
        "obligation %(number)s was handed in already and waits for the recipient; use --replace "
        "to hand in a better version before it is looked at"
    )
    NOTHING_IN_IT = N_("the report has nothing in it; give the document's number, a file or a note")
    UNDECIDED = N_("obligation %(number)s has a request that is not decided yet; decide it first")
    NO_REQUEST = N_("obligation %(number)s has no request to decide; ask for an extension first")
    NOTHING_RESTS = N_(
        "obligation %(number)s: no reminder of its plan's ladder rests for an acknowledgement; "
        "hand the report in, or ask for an extension"
    )
    AHEAD = N_(
        "obligation %(number)s: the data of its period begins on %(first)s and that has not "
        "come; hand in the right period, or say that it is meant: --yes, or the field ahead"
    )
    LOOKED_AT = N_(
        "obligation %(number)s was looked at and cannot be withdrawn; ask the recipient to return it"
    )
    DAY_OVER = N_(
        "obligation %(number)s can only be withdrawn on the day it was handed in; hand in a "
        "better version, or ask the recipient to return it"
    )
    NOBODYS_DECISION = N_(
        "obligation %(number)s is not owed because the plan or the unit changed, not by a "
        "decision; change the plan or the unit"
    )
    OVERTAKEN = N_("obligation %(number)s was changed meanwhile; look at it again")
    NO_LATER = N_("obligation %(number)s: the deadline that holds is no earlier than that; give a later day")
    CHASED_LATELY = N_(
        "chased within the last day already, last on %(moment)s (%(who)s); to chase once more give --again, "
        "or the field again"
    )
    NOT_CHASED = (
        N_("no obligation %(number)s that may be chased"),
        N_("the lists of reports link to each"),
        "dondoc due",
    )


class MoveVerb(FaultCode):
    """The move that was asked for."""

    ACCEPT = N_("accept")
    RETURN = N_("return")
    SUBMIT = N_("submit")
    EXTEND = N_("extend")
    DECIDE = N_("decide")
    ACKNOWLEDGE = NP_("faults", "acknowledge")
    CHASE = N_("chase")
    WAIVE = N_("waive")
    CANCEL = N_("cancel")
    WITHDRAW = NP_("faults", "withdraw")
    UNDO = N_("undo")


class StateRemedy(FaultCode):
    """What must come first, by the state in which it is."""

    OPEN = N_("a report must be handed in first")
    SUBMITTED = N_("the recipient must accept or return it first")
    ACCEPTED = N_("it is settled; a mistake can be undone")
    RETURNED = N_("it must be handed in again first")
    WAIVED = N_("it is not owed any more")
    CANCELLED = N_("it is not owed any more")
    TRANSFERRED = N_("it is owed by the successor now")
