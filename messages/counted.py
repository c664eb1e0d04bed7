"""Things with their number, as a value within a sentence that counts several of them."""

from messages.catalogue import Plural

EVENTS = Plural("%(number)s event", "%(number)s events")
FILES = Plural("%(number)s file", "%(number)s files")
MAILS = Plural("%(number)s mail", "%(number)s mails")
NOTICES = Plural("%(number)s notice", "%(number)s notices")
PASSES = Plural("%(number)s pass", "%(number)s passes")
PEOPLE = Plural("%(number)s person", "%(number)s people")
REPORTS = Plural("%(number)s report", "%(number)s reports")
SUBMISSIONS = Plural("%(number)s submission", "%(number)s submissions")
TIMES = Plural("%(number)s time", "%(number)s times")
UNITS = Plural("%(number)s unit", "%(number)s units")
