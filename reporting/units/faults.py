"""What can be wrong in files of units and contacts, and in the hierarchy that they would make."""

from __future__ import annotations

from calendars.errors import FaultCode
from messages.catalogue import N_
from models.errors import InvalidInput
from models.file_faults import FilePlace


class CellRemedy(FaultCode):
    """How to write a cell."""

    CODE = N_("use letters a–z, digits, '-', '.' and '_', e.g. so-khdt or 96")
    KIND = N_("use small letters a–z, digits and hyphens, e.g. thi-tran")
    DIGITS = N_("it has %(digits)s digits; a table program drops leading zeros unless the column is text")
    ADDRESS = N_("write one plain address such as vanthu@xa-dat-mui.camau.example")


class UnitFault(FaultCode):
    """Units and contacts among each other."""

    CODE_TWICE = (N_("%(code)s stands already in %(where)s"), N_("keep one of the two"))
    TWIN_KNOWN = (
        N_("%(code)s differs from the known %(known)s (%(name)s) only by zeros, case or '.0'"),
        N_("write %(known)s"),
    )
    TWIN_HERE = (
        N_("%(code)s differs from %(other)s in %(where)s only by zeros, case or '.0'"),
        N_("write %(other)s in both, or change one of the two"),
    )
    OFFICIAL_CODE_TWICE = (N_("code %(code)s stands already in %(where)s"), N_("keep one of the two"))
    UNKNOWN_KIND = (N_("'%(text)s' is of no known kind"), N_("known are %(kinds)s"))
    DISAGREE = (
        N_(
            "%(code)s is %(name)s (superior %(superior)s) here, but %(other)s (superior "
            "%(other_superior)s) in %(where)s"
        ),
        N_("make the two agree"),
    )
    NO_SUPERIOR = N_("none")
    NO_ADDRESS = (N_("'%(text)s' is no mail address"), "%(remedy)s")
    CONTACT_TWICE = (
        N_("%(address)s is %(role)s of %(unit)s already in %(where)s"),
        N_("keep one of the two, or give them times that do not overlap"),
    )
    NO_UNIT = (N_("no unit '%(code)s' on %(day)s"), "%(remedy)s")
    NO_UNIT_CALLED = (N_("no unit is called '%(name)s' on %(day)s"), "%(remedy)s")
    SEVERAL_CALLED = (N_("several units are called '%(name)s'"), N_("write the code of one: %(units)s"))
    NEAR = N_("did you mean %(near)s?")
    OR = N_("%(one)s or %(other)s")
    LIST_THEM = N_("dondoc units tree lists them, dondoc units load adds them")
    UNDER = (N_("no unit '%(code)s' on %(day)s"), N_("load it first, or name another"))
    OWN_SUPERIOR = (
        N_("%(code)s is its own superior, a circle: %(code)s → %(code)s"),
        N_("name another or leave it empty"),
    )
    OWN_SUCCESSOR = (N_("%(code)s is its own successor"), N_("give the code of the unit that ends"))
    NO_SUCH_SUPERIOR = (N_("there is no unit '%(code)s'"), N_("add it to the file, or load it first"))
    SUPERIOR_NEAR = (N_("there is no unit '%(code)s'"), N_("write %(known)s (%(name)s)"))
    NOTHING_NEW = (N_("nothing is different"), N_("change a field, or leave it"))
    CIRCLE = (N_("the superiors go round in a circle: %(codes)s"), N_("break it at one of them"))
    ORPHANED = (
        N_("the superior of %(code)s (%(superior)s) is not in force on %(day)s"),
        N_("name another superior, or end this unit too"),
    )
    UPSIDE_DOWN = (
        N_("%(code)s is of level %(level)s, above its superior %(superior)s of level %(superior_level)s"),
        N_("correct the level or the superior"),
    )
    ENDS_EARLY = (
        N_("%(who)s ends on %(end)s, not after %(day)s"),
        N_("give valid_from as well, or leave the row out"),
    )
    OVERTAKES = (
        N_("%(code)s is known from %(later)s and cannot change on %(day)s before that"),
        N_("load as of %(later)s or later"),
    )
    CONTACT_OVERTAKES = (
        N_("%(address)s is %(role)s of %(unit)s from %(later)s"),
        N_("load as of %(later)s or later, or give a valid_to before it"),
    )
    CONTACT_ENDS_EARLY = (N_("%(address)s begins on %(first)s, so it ends on a later day"), N_("name one"))
    NO_CONTACT = (N_("no contact %(number)s"), N_("the unit's page lists those that there are"))
    NO_NAME = (N_("the name is missing"), N_("write who the person is, or the office's name"))


def refused(where: str, column: str, problem: str) -> InvalidInput:
    """The error of one column of a row at `where`."""
    return InvalidInput(FilePlace.COLUMN(where=where, column=column, problem=problem))
