"""Why a backup is not made or not put back, and what to do."""

from __future__ import annotations

from calendars.errors import FaultCode
from messages.catalogue import N_
from models.errors import DondocError


class BackupFault(FaultCode):
    """What is wrong, and what to do."""

    NO_PROGRAM = (
        N_("%(program)s is not installed"),
        N_("install it (Debian, Ubuntu: apt install %(package)s)"),
    )
    PROGRAM = N_("%(program)s failed: %(reason)s"), N_("nothing was kept; remove the cause and do it again")
    OPEN = (
        N_("%(path)s cannot be opened: wrong passphrase, or the file is damaged"),
        N_("give the passphrase with which it was made (--passphrase-file), or take another backup"),
    )
    LOCKED = N_("%(path)s is encrypted"), N_("give its passphrase in a file: --passphrase-file FILE")
    NO_PASSPHRASE = N_("the file of the passphrase %(path)s is empty"), N_("write the passphrase into it")
    FOREIGN = N_("%(path)s is no backup of dondoc"), N_("name a file that `dondoc backup` made")
    DAMAGED = N_("%(path)s is damaged: %(part)s is not what was kept"), N_("take another backup")
    CUT = N_("%(path)s is damaged: it ends too early"), N_("take another backup")
    NO_FOLDER = N_("%(path)s is no folder"), N_("name a folder; it is made where there is none")
    NO_ROOM = (
        N_("the disk of %(path)s is full"),
        N_("make room there, or name a folder on another disk; nothing was kept"),
    )
    NO_DATABASE = N_("there is no database at %(where)s"), N_("check DONDOC_DATABASE_URL and DONDOC_HOME")
    OTHER_KIND = (
        N_("the backup holds a %(found)s database, and DONDOC_DATABASE_URL names a %(own)s one"),
        N_("set DONDOC_DATABASE_URL to one of the same kind"),
    )
    OCCUPIED = (
        N_("there is a database at %(where)s already"),
        N_("put the backup into a home of its own, or move the old database aside with --replace"),
    )
    IN_USE = (
        N_("the database %(where)s is in use"),
        N_("stop dondoc on this machine first: pages, worker, cron"),
    )
    OCCUPIED_SERVER = (
        N_("the database %(where)s holds something already"),
        N_(
            "make an empty one (createdb --encoding=UTF8 --template=template0 NAME) and name it in "
            "DONDOC_DATABASE_URL"
        ),
    )


class BackupRefused(DondocError):
    """The backup cannot be made or put back; nothing was changed."""
