"""`dondoc people erase`: deleting a person's data."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.console.context import (
    AtOption,
    ByOption,
    JsonOption,
    YesOption,
    acting,
    open_context,
    print_json,
    require_yes,
    say,
)
from cli.console.help import command
from cli.console.speech import ngettext, t
from models.database import writing
from notifications.mailbox import MAILBOX
from notifications.mailbox_reader import delete_mails_naming
from reporting.erasure.person import Held, erase, erase_telephone, held_of, others_meant

AlsoOption = Annotated[
    list[str] | None,
    typer.Option("--also", metavar="TEXT", help="A telephone number or private address, deleted everywhere."),
]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Say what would go, and delete nothing.")]


@command
def erase_person(
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="Mail address of the person.")],
    also: AlsoOption = None,
    only_telephone: Annotated[
        bool, typer.Option("--only-telephone", help="Delete the contact's telephone numbers alone.")
    ] = False,
    dry_run: DryRunOption = False,
    yes: YesOption = False,
    at: AtOption = None,
    by: ByOption = None,
    as_json: JsonOption = False,
) -> None:
    """Delete a person's name and address everywhere; what was done and sent stays, by the role.

    A contact, an account, or both. Mails that wait are cancelled; calendars, links, sessions and tokens end.
    Documents that were handed in, backups and logs of the server stay as they are. It cannot be undone.
    Example: dondoc people erase hoa@xa.gov.vn --also "0912 345 678"
    """
    context, others = open_context(at), also or []
    with writing(context.engine) as session:
        held, label = held_of(session, address, context.now), ""
        others_meant(session, others)
    if only_telephone and not dry_run:
        with writing(context.engine) as session:
            number = erase_telephone(session, context.settings, address, context.now, acting(by))
        say(ngettext("%(number)s number deleted", "%(number)s numbers deleted", number, number=number))
        return
    if not as_json:
        _say(held)
    if not dry_run:
        require_yes(yes, t("delete the data of %(address)s for good?", address=held.address))
        with writing(context.engine) as session:
            held, label = erase(session, context.settings, address, others, context.now, acting(by))
        delete_mails_naming(context.settings.home / MAILBOX, held.texts)
        if not as_json:
            say(t("deleted; in their place stands: %(label)s", label=label))
    if as_json:
        print_json(_json(held, label) | {"dry_run": dry_run})


def _say(held: Held) -> None:
    say(t("names: %(names)s", names="; ".join(held.names)))
    count = len(held.contacts)
    say(ngettext("%(number)s line as a contact", "%(number)s lines as a contact", count, number=count))
    say(t("an account") if held.account else t("no account"))
    count = len(held.queued)
    say(
        ngettext(
            "%(number)s mail that waits is cancelled",
            "%(number)s mails that wait are cancelled",
            count,
            number=count,
        )
    )
    count = len(held.feeds)
    say(ngettext("%(number)s calendar ends", "%(number)s calendars end", count, number=count))
    if held.names_kept:
        names = "; ".join(held.names_kept)
        say(t("stays in notes, since somebody else has it too, or an office: %(names)s", names=names))


def _json(held: Held, label: str) -> dict[str, object]:
    return {
        "label": label,
        "contacts": len(held.contacts),
        "account": held.account is not None,
        "cancelled": len(held.queued),
        "calendars": len(held.feeds),
        "names_kept_in_texts": list(held.names_kept),
    }
