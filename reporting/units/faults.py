"""What can be wrong in files of units and contacts, and in the hierarchy that they would make."""

from __future__ import annotations

from calendars.errors import FaultCode
from messages.catalogue import N_, Plural
from models.errors import InvalidInput
from models.file_faults import cell_fault


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
    LIST_THEM = (N_("the list of units has them all; add what is missing"), "", "dondoc units tree")
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
    return InvalidInput(cell_fault(where, column, problem))


class ListFault(FaultCode):
    """What refuses an office's list."""

    NO_UNIT = (
        N_("no unit is called '%(name)s'"),
        N_("correct the name, add the unit to the list, or leave the cell empty"),
    )
    NEAR = (N_("no unit is called '%(name)s'"), N_("write %(near)s, if that one is meant"))
    THERE_ALREADY = (
        N_("there is %(name)s (%(code)s) already"),
        N_("change it on its page, or write another name or code"),
    )
    ADDRESS_MISSING = (N_("the mail address is missing"), CellRemedy.ADDRESS.message)
    NO_LEVEL = (
        N_("the level of '%(name)s' cannot be told from the list"),
        N_("fill in the level, or the superior"),
    )
    UNKNOWN_HEADINGS = (
        N_("nobody has said what these columns are: %(headings)s"),
        N_("say it on the page for loading lists (it is remembered), or give them a known heading"),
    )
    NO_LIST = (
        N_("no list is in it"),
        N_("a list has a line of headings such as 'Unit name', and a line for each unit below it"),
    )
    NO_NAMES = (
        N_("no column has the units' names or codes"),
        N_("give it a heading such as 'Unit name', in a line above the list"),
    )
    LOST_LETTERS = (
        N_("'%(text)s' has question marks for letters that were lost when it was saved"),
        N_("save it again as 'CSV UTF-8', or as .xlsx"),
    )


class ListNote(FaultCode):
    """What was done with an office's list that its reader should know; nothing of it stops a load."""

    GROUP = N_("%(where)s: '%(text)s' is the name of a group and no unit: passed over")
    FOOTER = N_("%(where)s: '%(text)s' stands below the list: passed over")
    NO_UNIT = N_("%(where)s: no unit stands in the line: passed over")
    SHEET = N_("%(file)s: the sheet %(sheet)s has no list: passed over")
    NO_ADDRESS = N_("%(where)s: %(name)s has no mail address and is not loaded")
    TWICE = N_("%(where)s: %(address)s stands there twice for %(unit)s: kept once")
    OTHER_OFFICE = N_("%(where)s: another address of %(unit)s is passed over, the first is kept: %(address)s")
    ZERO = N_("%(where)s: 0 put before the telephone number, which had lost it: %(phone)s")
    ZEROS = Plural(
        "0 put before %(number)s telephone number, which had lost it (first: %(where)s, %(phone)s)",
        "0 put before %(number)s telephone numbers, which had lost it (first: %(where)s, %(phone)s)",
    )
    POSITION = N_("'%(position)s' is taken as %(role)s")
    NUMBER_CODE = N_("%(where)s: the code %(code)s is a number; leading zeros, if it had any, are lost")
    NOT_READ = N_("%(file)s: not read: %(columns)s")
    MADE_CODES = Plural(
        "%(number)s unit has no code in the list and gets one made of its name",
        "%(number)s units have no code in the list and get one made of their names",
    )
