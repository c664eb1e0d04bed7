"""What can be wrong in a plan file or a ladder file, field by field, and what to do about it."""

from __future__ import annotations

from calendars.errors import FaultCode
from messages.catalogue import N_, Plural


class PlanFault(FaultCode):
    """A plan file's fields, and what does not go together in it."""

    EMPTY_TEXT = (N_("is empty"), N_("write a text, or leave the field out"))
    CONTROL_CHARACTER = (N_("has a control character in it"), N_("write it on one line of plain text"))
    UNFIT_SLUG = (
        N_("'%(value)s' cannot be used"),
        N_("use small letters a–z, digits and single hyphens, e.g. monthly-report"),
    )
    UNFIT_CODE = (
        N_("'%(value)s' cannot be used"),
        N_("write a unit's code, e.g. so-khdt or 96, or its name"),
    )
    NO_DATE = (N_("'%(value)s' is no date"), N_("write it as 2024-01-19 or 19/1/2024"))
    FAR_DATE = (N_("%(day)s lies outside the years 1900 to 2200"), N_("leave out a day that has no end"))
    EMPTY_LIST = (N_("is empty"), N_("give at least one entry"))
    SEMICOLON = (N_("a group's name has no semicolon"), N_("write each group as an entry of its own"))
    NO_TIME_SPAN = (N_("'%(value)s' is no %(word)s time"), N_("write e.g. 3wd (working days) or 5d (days)"))
    OTHER_FREQUENCY = (
        N_("'%(text)s' says %(said)s, but the duty comes %(every)s"),
        N_("change `every`, name in `periods` the one that it is for, or leave how often out of the date"),
    )
    SEVERAL_FREQUENCIES = (
        N_("'%(text)s' has the dates of reports that come differently often"),
        N_("write a duty for each, or `every: year` with e.g. `periods: [H1, year]`"),
    )
    ENDS_BEFORE = (N_("%(last)s lies before %(first)s"), N_("the last day comes after the first"))
    BEFORE_FROM = (N_("lies before `from`"), N_("give a day on or after it"))
    PERIOD_ONCE = (N_("is for one-time duties alone"), N_("leave it out, or say `every: once`"))
    SAME_PERIOD = (N_("names a period twice"), N_("name each once"))
    PLANNED_APART = (
        N_("says that %(planned)s is planned, which is not all that is planned"),
        N_("leave it out there, and write `planned` for all dates"),
    )
    PLANNED_WITHOUT_DUE = (N_("stands beside a due date"), N_("give `due` as well"))
    EVENT_EVERY = (
        N_("goes with `every: on-demand` (each time) or `every: once` (once a unit)"),
        N_("choose one"),
    )
    OTHER_EVENT = (N_("'%(event)s' is not this duty's event"), N_("write the id of its `event`"))
    NO_EVENT = (N_("the duty has no event"), N_("say which in its `event`"))
    EVENT_DATE = (
        N_("`%(rule)s` is a date, but the duty waits for an event"),
        N_("write e.g. `within 10d of %(event)s`"),
    )
    EVENT_UNTITLED = (
        N_("no duty says what '%(event)s' is"),
        N_("write it as {id: %(event)s, title: …} once"),
    )
    EVENT_TWICE = (
        N_("'%(event)s' has a title in several duties"),
        N_("keep one, and write its id alone in the others"),
    )
    CUTOFF_COUNT = (
        Plural(
            "has %(count)s days for %(periods)s period",
            "has %(count)s days for %(periods)s periods",
            "periods",
        ),
        N_("give one day, or one for each period"),
    )
    CUTOFF_UNFIT = (
        N_("%(cutoff)s ends no data of such periods"),
        N_(
            "write a day of the month for months to years, a day of the year such as 14/11 for years, or none"
        ),
    )
    LEAD_WITHOUT_DATE = (
        N_("`%(rule)s` counts back from the next stage, which has no date of its own"),
        N_("give it one"),
    )
    AFTER_WITHOUT_DATE = (N_("`%(rule)s` counts from the stage below, which has no date"), N_("give it one"))
    AFTER_ASKED = (
        N_("`%(rule)s` counts from the stage below, which has no date: each request brings its own"),
        N_("the topmost stage has that date: leave its `due` out, and write `lead` in the stage below"),
    )
    SAME_ID = (N_("'%(id)s' is the id of another duty"), N_("choose another"))
    ABSORBS_UNKNOWN = (N_("there is no duty '%(id)s' in this plan"), N_("write the id of one of its duties"))
    ABSORBS_UNREPEATED = (
        N_("only duties that come again and again absorb or are absorbed"),
        N_("take it out"),
    )
    ABSORBS_LARGER = (
        N_("'%(id)s' is not more frequent than '%(larger)s'"),
        N_("only the larger report absorbs"),
    )
    CHOOSES_NOBODY = (N_("chooses nobody"), N_("give a level, kinds, groups, a unit or units"))
    CHOSEN_AND_LEFT_OUT = (N_("'%(code)s' is both chosen and left out"), N_("take it out of one of the two"))
    TWO_DATES = (N_("`%(first)s` already says when it is due"), N_("keep one of due, lead and after"))
    TO_ITSELF = (N_("'%(code)s' would report to itself"), N_("name another recipient"))
    TWICE = (N_("'%(code)s' is named twice"), N_("name it once"))
    MISQUOTED = N_("these words do not stand in the plan's document; copy them from it as they are there")
    UNQUOTED = (
        N_("quotes nothing of the document that the plan names"),
        N_("add `clause: {quote: …}`, or take `document` out"),
    )
    SAME_SLUG = (N_("'%(slug)s' is also the slug of %(other)s"), N_("give each plan its own"))
    RETIRED = (
        N_("plan '%(slug)s' is retired already"),
        N_("load it again to bring it back"),
        N_("dondoc plan load FILE"),
    )
    NO_PLAN = (N_("no plan '%(slug)s'"), N_("the list of plans has them all"), "dondoc plan list")
    KEPT_UNREADABLE = (
        N_("the plan as it is kept has something that this version takes no more (%(where)s: %(problem)s)"),
        N_("correct its file and load it again"),
        N_("dondoc plan load FILE"),
    )
    NO_LADDER = (
        N_("no ladder '%(ladder)s' is loaded"),
        N_("load it first, or take `default`"),
        N_("dondoc ladder load FILE"),
    )


class LadderFault(FaultCode):
    """A ladder file's fields."""

    UNFIT_NAME = (
        N_("has the wrong form"),
        N_("write small letters a–z, digits and single hyphens, such as nhac-truoc-5-ngay"),
    )
    NO_MOMENT = (N_("'%(value)s' is no moment"), N_("write -5wd, -3d, 0, 0wd, +1d or +3wd"))
    COUNTS_NOTHING = (N_("'%(value)s' counts nothing"), N_("add d (days) or wd (working days)"))
    NO_SPAN = (N_("'%(value)s' is no length of time"), N_("write 2wd (working days) or 3d (days)"))
    NO_HOUR = (N_("'%(value)s' is no hour"), N_("write 08:00"))
    AUDIENCE_TWICE = (N_("names an audience twice"), N_("name each once"))
    TELLS_ADMINISTRATOR = (
        N_("tells the administrator, who gets alerts alone"),
        N_("name the unit's own people"),
    )
    TELLS_COPY = (N_("tells further recipients, who hear of a report when it is filed"), N_("name others"))
    UNIT_AND_CODE = (N_("audience unit and the field unit (a unit's code) belong together"), N_("give both"))
    REVIEW_MOMENT = (N_("at %(at)s: counts days after the submission"), N_("write +3wd or +5d"))
    REVIEW_UNTIL = (N_("until: a rung of the review speaks until the report is reviewed"), N_("leave it out"))
    REVIEW_AUDIENCE = (N_("tells %(audience)s, who cannot review it"), N_("name the recipient's people"))
    SAME_ID = (N_("has two rungs called %(ids)s"), N_("give each an id of its own"))
    NO_LADDER = (N_("is no ladder"), N_("it begins with slug: and rungs:"))
    SINCE = (N_("since is set by dondoc itself"), N_("leave it out"))
    LADDER = N_("ladder")
