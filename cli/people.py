"""`dondoc people`: who may sign in, and what they may do where; the first administrator is made here."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, timedelta
from typing import Annotated

import typer
from sqlmodel import Session

from cli.console.context import (
    AtOption,
    ByOption,
    Context,
    JsonOption,
    acting,
    day_text,
    instant_text,
    iso,
    open_context,
    print_json,
    print_list,
    print_table,
    read_date,
    say,
)
from cli.console.speech import language, language_there_is, pt, t
from cli.erasure import erase_person
from messages.catalogue import DEFAULT_LANGUAGE, N_, NP_
from models.account import Account
from models.database import LARGEST_ID, reading, writing
from models.errors import InvalidInput, NotFound
from models.validity import has_ended, is_valid
from models.vocabulary import AccessRole, Scope
from models.vocabulary import say as word
from reporting.access.accounts import (
    close_account,
    end_grant,
    grants_of,
    open_account,
    reopen_account,
    require_account,
    set_password,
    unbind,
)
from reporting.access.accounts import grant as give_role
from reporting.access.api_tokens import make_token, revoke_token, tokens_of
from reporting.access.directory import AccountRequest, Listed, list_people
from reporting.access.reset_links import send_ticket
from reporting.access.rights import NamedGrant
from reporting.access.second_factor import remove
from reporting.access.sessions import has_second_factor
from reporting.unit_names import unit_id
from reporting.units.contacts import NamedContact, contacts_of, end_contacts

EVERYBODY = 10**6


@contextmanager
def _changing(context: Context, address: str, as_json: bool) -> Iterator[tuple[Session, Account]]:
    """A transaction with the account to change; afterwards it is shown."""
    with writing(context.engine) as session:
        account = require_account(session, address)
        yield session, account
        _show(session, context, account, as_json)


def _show(session: Session, context: Context, account: Account, as_json: bool) -> None:
    session.flush()
    wish = AccountRequest(words=account.address, closed=True, limit=EVERYBODY)
    _, listed = list_people(session, None, wish, context.today)
    (one,) = [each for each in listed if each.account.id == account.id]
    if as_json:
        print_json(_json(session, one, context))
    else:
        print_table([*map(t, COLUMNS)], [_cells(one, context)])


def _json(session: Session, one: Listed, context: Context) -> dict[str, object]:
    account, zone = one.account, context.settings.zone
    tokens = tokens_of(session, account.id, context.now)
    return {
        "id": account.id,
        "address": account.address,
        "name": account.name,
        "language": account.language,
        "has_password": account.password_hash is not None,
        "single_sign_on": account.subject is not None,
        "second_factor": has_second_factor(session, account.id),
        "created_at": iso(account.created_at, zone),
        "closed_at": iso(account.closed_at, zone),
        "seen_at": iso(one.seen_at, zone),
        "contact_of": [
            {"unit": each.unit, "unit_name": each.unit_name, "role": each.role}
            for each in contacts_of(session, account.address, context.today)
        ],
        "roles": [_role_json(each, context.today) for each in one.grants],
        "tokens": [
            {
                "id": each.id,
                "name": each.name,
                "scope": each.scope,
                "expires_at": iso(each.expires_at, zone),
                "used_at": iso(each.used_at, zone),
            }
            for each in tokens
        ],
    }


def _role_json(grant: NamedGrant, today: date) -> dict[str, object]:
    fields = asdict(grant) | {"last_day": grant.last_day, "holds": is_valid(grant, today)}
    return {key: fields[key] for key in ("role", "unit", "unit_name", "valid_from", "last_day", "holds")}


COLUMNS = (NP_("heading", "address"), N_("full name"), N_("roles"), N_("last used"), N_("state"))


def _cells(one: Listed, context: Context) -> list[object]:
    return [
        one.account.address,
        one.account.name,
        "; ".join(_role_text(grant, context) for grant in one.held(context.today)),
        instant_text(one.seen_at, context.settings.zone),
        _state(one.account),
    ]


def _say_contacts(contacts: list[NamedContact], *, ended: bool) -> None:
    """Where the address of a closed account is a contact, or was until now."""
    if not contacts:
        return
    units = "; ".join(f"{each.unit_name} ({each.unit}), {word(each.role, language())}" for each in contacts)
    if ended:
        say(t("no contact any more of: %(units)s", units=units))
        say(t("links in mails that were sent already hold until they expire"))
    else:
        say(t("its address is still a contact of: %(units)s", units=units))
        say(t("its mails hold links that hand reports in; close with --end-contacts ends that"))


def _role_text(grant: NamedGrant, context: Context) -> str:
    parts = [f"{grant.unit_name} ({grant.unit})" if grant.unit else t("everywhere")]
    if grant.valid_from > context.today:
        parts.append(t("from %(day)s", day=day_text(grant.valid_from)))
    if grant.last_day:
        parts.append(t("until the end of %(day)s", day=day_text(grant.last_day)))
    return f"{word(grant.role, language())}: {', '.join(parts)}"


def _state(account: Account) -> str:
    if account.closed_at is not None:
        return pt("account", "closed")
    return t("in use") if account.password_hash or account.subject else t("no password yet")


app = typer.Typer(help="People: who may sign in, and what they may do.", no_args_is_help=True)

ONE_DAY = timedelta(days=1)
AddressArgument = Annotated[str, typer.Argument(metavar="ADDRESS", help="Mail address of the account.")]
RoleOption = Annotated[str, typer.Option("--role", metavar="ROLE", help="One of: %(roles)s.")]
UnitOption = Annotated[
    str | None, typer.Option("--unit", metavar="CODE", help="In this unit and its branch; else everywhere.")
]
FromOption = Annotated[str | None, typer.Option("--from", metavar="DATE", help="First day. Default: today.")]
ToOption = Annotated[str | None, typer.Option("--to", metavar="DATE", help="Last day. Default: none.")]
MailOption = Annotated[
    bool, typer.Option("--mail/--no-mail", help="Queue the mail with which a password is set.")
]


@app.command()
def add(
    address: AddressArgument,
    name: Annotated[str, typer.Option("--name", help="The person's name.")],
    role: RoleOption = "",
    unit: UnitOption = None,
    from_: FromOption = None,
    to: ToOption = None,
    lang: Annotated[
        str,
        typer.Option(
            "--lang", metavar="LANG", callback=language_there_is, help="Language of mails: %(languages)s."
        ),
    ] = DEFAULT_LANGUAGE,
    mail: MailOption = True,
    at: AtOption = None,
    by: ByOption = None,
    as_json: JsonOption = False,
) -> None:
    """Open an account, with its first role if one is named; the person gets a mail to set a password.

    Example: dondoc people add hoa@xa.gov.vn --name "Nguyễn Thị Hoa" --role clerk --unit xa-dat-mui
    """
    context = open_context(at)
    if unit and not role:
        raise InvalidInput(t("--unit needs a --role: say what the person is there"))
    with writing(context.engine) as session:
        account = open_account(session, address, name, context.now, acting(by), language=lang)
        if role:
            _give(session, context, account, role, unit, from_, to, by)
        if mail:
            send_ticket(session, context.settings, account, context.now, acting(by))
        _show(session, context, account, as_json)
    if mail:
        say(t("the mail to set a password is queued; dondoc mail send sends it"))


@app.command(name="list")
def list_(
    unit: Annotated[
        str | None, typer.Option("--unit", metavar="CODE", help="With a role in this unit.")
    ] = None,
    closed: Annotated[bool, typer.Option("--closed", help="Closed accounts too.")] = False,
    at: AtOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the accounts with their roles."""
    context = open_context(at)
    with reading(context.engine) as session:
        if unit is not None:
            unit_id(session, unit)
        wish = AccountRequest(unit=unit or "", closed=closed, limit=EVERYBODY)
        _, listed = list_people(session, None, wish, context.today)
        print_list(
            listed,
            as_json,
            lambda each: _json(session, each, context),
            [*map(t, COLUMNS)],
            lambda each: _cells(each, context),
        )


@app.command()
def show(address: AddressArgument, at: AtOption = None, as_json: JsonOption = False) -> None:
    """Show one account: its roles, and the tokens of its programs."""
    context = open_context(at)
    with reading(context.engine) as session:
        _show(session, context, require_account(session, address), as_json)


@app.command()
def grant(
    address: AddressArgument,
    role: RoleOption,
    unit: UnitOption = None,
    from_: FromOption = None,
    to: ToOption = None,
    at: AtOption = None,
    by: ByOption = None,
    as_json: JsonOption = False,
) -> None:
    """Give a role in a unit and its branch, or everywhere, from a day to a day."""
    context = open_context(at)
    with _changing(context, address, as_json) as (session, account):
        _give(session, context, account, role, unit, from_, to, by)


@app.command()
def end(
    address: AddressArgument,
    role: RoleOption,
    unit: UnitOption = None,
    on: Annotated[
        str | None, typer.Option("--on", metavar="DATE", help="First day without it. Default: today.")
    ] = None,
    at: AtOption = None,
    by: ByOption = None,
    as_json: JsonOption = False,
) -> None:
    """End a role."""
    context = open_context(at)
    day = context.today if on is None else read_date(on)
    with _changing(context, address, as_json) as (session, account):
        there = None if unit is None else unit_id(session, unit)
        held = [
            each
            for each in grants_of(session, account.id)
            if (each.role, each.unit_id) == (_role(role).value, there) and not has_ended(each, day)
        ]
        if not held:
            raise NotFound(_has_not(account, role, unit))
        for each in held:
            end_grant(session, each, day, context.now, acting(by))


def _has_not(account: Account, role: str, unit: str | None) -> str:
    if unit is None:
        text = N_("%(address)s is no %(role)s in everything; see: dondoc people show")
    else:
        text = N_("%(address)s is no %(role)s in %(unit)s; see: dondoc people show")
    return t(text, address=account.address, role=role, unit=unit)


@app.command()
def close(
    address: AddressArgument,
    contacts: Annotated[
        bool, typer.Option("--end-contacts", help="End it as a contact of units too.")
    ] = False,
    at: AtOption = None,
    by: ByOption = None,
    as_json: JsonOption = False,
) -> None:
    """Close an account: it signs in no more, its sessions and tokens end, what it did stays."""
    context = open_context(at)
    with _changing(context, address, as_json) as (session, account):
        close_account(session, account, context.now, acting(by))
        left = contacts_of(session, account.address, context.today)
        end_contacts(session, left if contacts else (), context.today, context.now, acting(by))
    _say_contacts(left, ended=contacts)


@app.command()
def reopen(
    address: AddressArgument,
    mail: MailOption = True,
    at: AtOption = None,
    by: ByOption = None,
    as_json: JsonOption = False,
) -> None:
    """Open a closed account again; a new password is to be set."""
    context = open_context(at)
    with _changing(context, address, as_json) as (session, account):
        if account.closed_at is None:
            words = t(
                "%(address)s is open; dondoc people password sets a new password", address=account.address
            )
            raise InvalidInput(words)
        reopen_account(session, account, context.now, acting(by))
        if mail:
            send_ticket(session, context.settings, account, context.now, acting(by))


@app.command()
def password(
    address: AddressArgument,
    stdin: Annotated[
        bool, typer.Option("--stdin", help="Read the password from standard input, one line.")
    ] = False,
    at: AtOption = None,
    by: ByOption = None,
) -> None:
    """Queue the mail with which the person sets a password; with --stdin set it here.

    Example: dondoc people password hoa@xa.gov.vn
    """
    context = open_context(at)
    typed = sys.stdin.readline().rstrip("\r\n") if stdin else None
    with writing(context.engine) as session:
        account = require_account(session, address)
        if account.closed_at is not None:
            words = t("%(address)s is closed; open it first: dondoc people reopen", address=account.address)
            raise InvalidInput(words)
        if typed is not None:
            set_password(session, account, typed, context.now, acting(by), and_tokens=True)
        else:
            send_ticket(session, context.settings, account, context.now, acting(by))
    say(t("the password is set") if stdin else t("the mail is queued; dondoc mail send sends it"))


@app.command(name="unbind")
def unbind_account(
    address: AddressArgument, at: AtOption = None, by: ByOption = None, as_json: JsonOption = False
) -> None:
    """Forget whom the office's sign-in service calls by this account; the next sign-in there binds it."""
    context = open_context(at)
    with _changing(context, address, as_json) as (session, account):
        unbind(session, account, context.now, acting(by))


@app.command()
def remove_second_factor(
    address: AddressArgument, at: AtOption = None, by: ByOption = None, as_json: JsonOption = False
) -> None:
    """Remove the second factor of somebody who has lost it; signing in takes the password alone again.

    The person is told by mail.
    """
    context = open_context(at)
    with _changing(context, address, as_json) as (session, account):
        if not remove(session, account, context.now, acting(by)):
            raise InvalidInput(t("%(address)s has no second factor", address=account.address))


app.command(name="erase")(erase_person)


@app.command()
def token(
    address: AddressArgument,
    name: Annotated[str, typer.Option("--name", help="What the token is for.")] = "API",
    scope: Annotated[str, typer.Option("--scope", help="read, or write, which includes it.")] = "read",
    days: Annotated[int, typer.Option("--days", help="For how many days it holds.")] = 90,
    revoke: Annotated[
        int | None, typer.Option("--revoke", metavar="ID", min=1, max=LARGEST_ID, help="End this instead.")
    ] = None,
    at: AtOption = None,
    by: ByOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a token of the API for an account, shown this once; or revoke one.

    Example: dondoc people token so-khdt@camau.gov.vn --name "Kho dữ liệu" --scope read --days 365
    """
    context = open_context(at)
    with writing(context.engine) as session:
        account = require_account(session, address)
        if revoke is not None:
            revoke_token(session, account, revoke, context.now, acting(by))
            say(t("token %(id)s is revoked", id=revoke))
            return
        secret, made = make_token(session, account, name, scope, days, context.now, acting(by))
        end, held = made.expires_at, Scope(made.scope)
    zone = context.settings.zone
    if as_json:
        print_json({"id": made.id, "token": secret, "scope": held, "expires_at": iso(end, zone)})
    else:
        typer.echo(secret)
        values = {"id": made.id, "scope": word(held, language()), "end": instant_text(end, zone)}
        say(t("token %(id)s, scope %(scope)s, until %(end)s; it is shown this once", **values))


def _role(text: str) -> AccessRole:
    try:
        return AccessRole(text.strip().lower())
    except ValueError as error:
        known = ", ".join(AccessRole)
        words = t("no role %(text)s; use one of: %(known)s", text=repr(text), known=known)
        raise InvalidInput(words) from error


def _give(
    session: Session,
    context: Context,
    account: Account,
    role: str,
    unit: str | None,
    from_: str | None,
    to: str | None,
    by: str | None,
) -> None:
    since = context.today if from_ is None else read_date(from_)
    until = None if to is None else read_date(to) + ONE_DAY
    give_role(session, account, _role(role), unit, since, context.now, acting(by), until)
