"""An account for the command line: as a line of a table, and as JSON."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from sqlmodel import Session

from cli.context import Context
from cli.output import day_text, instant_text, iso, print_json, print_table, say
from models.account import Account
from models.vocabulary import say as word
from reporting.accounts import require_account
from reporting.api_tokens import tokens_of
from reporting.contacts_of_address import NamedContact, contacts_of
from reporting.grants import NamedGrant
from reporting.people import Listed, Wish, list_people

EVERYBODY = 10**6


def show_account(session: Session, context: Context, address: str, as_json: bool) -> None:
    session.flush()
    account = require_account(session, address)
    wish = Wish(words=account.address, closed=True, limit=EVERYBODY)
    _, listed = list_people(session, None, wish, context.today)
    (one,) = [each for each in listed if each.account.id == account.id]
    if as_json:
        print_json(account_json(session, one, context))
    else:
        print_accounts([one], context)


def account_json(session: Session, one: Listed, context: Context) -> dict[str, Any]:
    account, zone = one.account, context.settings.zone
    tokens = tokens_of(session, account.id or 0, context.now)
    return {
        "id": account.id,
        "address": account.address,
        "name": account.name,
        "language": account.language,
        "has_password": account.password_hash is not None,
        "single_sign_on": account.subject is not None,
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


def _role_json(grant: NamedGrant, today: date) -> dict[str, Any]:
    fields = asdict(grant) | {"last_day": grant.last_day, "holds": grant.holds(today)}
    return {key: fields[key] for key in ("role", "unit", "unit_name", "valid_from", "last_day", "holds")}


def print_accounts(listed: list[Listed], context: Context) -> None:
    print_table(
        ["địa chỉ", "họ tên", "quyền", "dùng lần cuối", "tình trạng"],
        (
            (
                each.account.address,
                each.account.name,
                "; ".join(_role_text(grant, context) for grant in each.held(context.today)),
                instant_text(each.seen_at, context.settings.zone),
                _state(each.account),
            )
            for each in listed
        ),
    )


def say_contacts(contacts: list[NamedContact], context: Context, *, ended: bool) -> None:
    """Where the address of a closed account is a contact, or was until now."""
    if not contacts:
        return
    language = context.settings.language
    units = "; ".join(f"{each.unit_name} ({each.unit}), {word(each.role, language)}" for each in contacts)
    if ended:
        say(f"no contact any more of: {units}")
        say("links in mails that were sent already hold until they expire")
    else:
        say(f"its address is still a contact of: {units}")
        say("its mails hold links that hand reports in; close with --end-contacts ends that")


def _role_text(grant: NamedGrant, context: Context) -> str:
    where = f"{grant.unit_name} ({grant.unit})" if grant.unit else "toàn hệ thống"
    until = f", đến hết {day_text(grant.last_day)}" if grant.last_day else ""
    since = f", từ {day_text(grant.valid_from)}" if grant.valid_from > context.today else ""
    return f"{word(grant.role, context.settings.language)}: {where}{since}{until}"


def _state(account: Account) -> str:
    if account.closed_at is not None:
        return "đã đóng"
    return "đang dùng" if account.password_hash or account.subject else "chưa đặt mật khẩu"
