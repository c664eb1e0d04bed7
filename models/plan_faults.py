"""What can be wrong in a plan file or a ladder file, field by field, and what to do about it."""

from __future__ import annotations

from calendars.errors import FaultCode
from messages.catalogue import N_


class PlanFault(FaultCode):
    """A plan file's fields, and what does not go together in it."""

    EMPTY_TEXT = N_("is empty; write a text, or leave the field out")
    CONTROL_CHARACTER = N_("has a control character in it; write it on one line of plain text")
    UNFIT_SLUG = N_(
        "'%(value)s' cannot be used; use small letters a–z, digits and single hyphens, e.g. monthly-report"
    )
    UNFIT_CODE = N_("'%(value)s' cannot be used; write a unit's code, e.g. so-khdt or 96")
    NO_DATE = N_("'%(value)s' is no date; write it as 2024-01-19 or 19/1/2024")
    FAR_DATE = N_("%(day)s lies outside the years 1900 to 2200; leave out a day that has no end")
    EMPTY_LIST = N_("is empty; give at least one entry")
    SEMICOLON = N_("a group's name has no semicolon; write each group as an entry of its own")
    NO_TIME_SPAN = N_("'%(value)s' is no %(word)s time; write e.g. 3wd (working days) or 5d (days)")
    ENDS_BEFORE = N_("%(last)s lies before %(first)s; the last day comes after the first")
    BEFORE_FROM = N_("lies before `from`; give a day on or after it")
    PERIOD_ONCE = N_("is for one-time duties alone; leave it out, or say `every: once`")
    LEAD_WITHOUT_DATE = N_(
        "`%(rule)s` counts back from the next stage, which has no date of its own; give it one"
    )
    AFTER_WITHOUT_DATE = N_("`%(rule)s` counts from the stage below, which has no date; give it one")
    SAME_ID = N_("'%(id)s' is the id of another duty; choose another")
    ABSORBS_UNKNOWN = N_("there is no duty '%(id)s' in this plan; write the id of one of its duties")
    ABSORBS_UNREPEATED = N_("only duties that come again and again absorb or are absorbed; take it out")
    ABSORBS_LARGER = N_("'%(id)s' is not more frequent than '%(larger)s'; only the larger report absorbs")
    CHOOSES_NOBODY = N_("chooses nobody; give a level, kinds, groups, a unit or units")
    CHOSEN_AND_LEFT_OUT = N_("'%(code)s' is both chosen and left out; take it out of one of the two")
    TWO_DATES = N_("`%(first)s` already says when it is due; keep one of due, lead and after")
    TO_ITSELF = N_("'%(code)s' would report to itself; name another recipient")
    SAME_SLUG = N_("'%(slug)s' is also the slug of %(other)s; give each plan its own")
    RETIRED = N_("plan '%(slug)s' is retired already; dondoc plan load FILE brings it back")
    NO_PLAN = N_("no plan '%(slug)s'; dondoc plan list shows them, dondoc plan load FILE adds one")
    KEPT_UNREADABLE = (
        N_("the plan as it is kept has something that this version takes no more (%(where)s: %(problem)s)"),
        N_("correct its file and load it again: dondoc plan load FILE"),
    )
    NO_LADDER = N_(
        "no ladder '%(ladder)s' is loaded; load it first (dondoc ladder load FILE), or take `default`"
    )


class LadderFault(FaultCode):
    """A ladder file's fields."""

    NO_MOMENT = N_("'%(value)s' is no moment; write -5wd, -3d, 0, 0wd, +1d or +3wd")
    COUNTS_NOTHING = N_("'%(value)s' counts nothing; add d (days) or wd (working days)")
    NO_SPAN = N_("'%(value)s' is no length of time; write 2wd (working days) or 3d (days)")
    NO_HOUR = N_("'%(value)s' is no hour; write 08:00")
    AUDIENCE_TWICE = N_("names an audience twice; name each once")
    TELLS_ADMINISTRATOR = N_("tells the administrator, who gets alerts alone; name the unit's own people")
    UNIT_AND_CODE = N_("audience unit and the field unit (a unit's code) belong together; give both")
    REVIEW_MOMENT = N_("at %(at)s: counts days after the submission; write +3wd or +5d")
    REVIEW_UNTIL = N_("until: a rung of the review speaks until the report is reviewed; leave it out")
    REVIEW_AUDIENCE = N_("tells %(audience)s, who cannot review it; name the recipient's people")
    SAME_ID = N_("has two rungs called %(ids)s; give each an id of its own")
    NO_LADDER = N_("is no ladder; it begins with slug: and rungs:")
    SINCE = N_("since is set by dondoc itself; leave it out")
    LADDER = N_("ladder")
