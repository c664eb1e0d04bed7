"""Deleting a person's data: afterwards nothing that dondoc keeps or shows names the person."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, select, update
from sqlmodel import Session, col
from sqlmodel import select as one_of

from models.account import Account
from models.database import metadata, reading, writing
from models.errors import InvalidInput
from models.notice import Mail, Notice
from models.settings import Settings
from models.text import folded
from models.unit import Contact
from models.upkeep import AuditEntry
from models.vocabulary import AccessRole, NoticeState
from notifications.send import MAILBOX, send_due
from reporting.access.accounts import grant, open_account, set_password
from reporting.access.api_tokens import make_token
from reporting.erasure.person import erase, held_of
from reporting.feeds.subscriptions import subscribe
from reporting.feeds.view import FeedRequest
from reporting.moves.extend import request_extension
from reporting.moves.submit import ReportFiling, submit
from reporting.unit_names import unit_id
from tests.conftest import at
from tests.reporting.world import World
from tests.web.access.walk import ROWS, filled, live, sent
from tests.web.cast import PASSWORD, browser
from tests.web.conftest import MovedClock

pytestmark = pytest.mark.postgresql

NAME, ADDRESS, PHONE = "Nguyễn Thị Hoa", "hoa.nguyen@x1.gov.vn", "0912 345 678"
TRACES = re.compile("nguyen thi hoa|hoa\\.nguyen|912.?345.?678|912345678|838 123")
NOW = "2024-02-10 09:00"
ROLE = "Văn thư Xã Một (đã xóa, số 1)"


def contact(engine: Engine, unit: str, name: str, address: str, since: str = "2024-01-01") -> int:
    with writing(engine) as session:
        made = Contact(
            unit_id=unit_id(session, unit),
            name=name,
            role="clerk",
            address=address,
            phone=f"{PHONE}; 02903 838 123" if address == ADDRESS else "",
            valid_from=date.fromisoformat(since),
        )
        session.add(made)
        session.flush()
        return made.id


@pytest.fixture
def lived(world: World, engine: Engine, settings: Settings, quick_hashes: None) -> int:
    """A clerk who has reported, asked, been written to, signed in, ordered calendars; the contact's id."""
    live(world)
    id = begun(world, settings)
    world.tick("2024-02-05 08:00")
    kept = settings.model_copy(update={"mail_body_days": 90})
    send_due(engine, kept, at("2024-02-05 08:30"))
    world.tick(NOW)
    return id


def begun(world: World, settings: Settings) -> int:
    id = contact(world.engine, "x1", NAME, ADDRESS)
    acts(world, settings)
    with writing(world.engine) as session:
        notice = Notice(
            deadline_revision=0,
            rung="@alert:x",
            recipient=ADDRESS,
            kind="alert",
            audience="administrator",
            moment=at(NOW),
            planned_at=at(NOW),
            words=f"server: no such user {ADDRESS}",
        )
        session.add(notice)
    return id


def acts(world: World, settings: Settings) -> None:
    filed, asked = world.one("x2", "2024-01").id, world.one("x2", "2024-02").id
    by, now = f"{NAME} <{ADDRESS}>", at("2024-01-10 08:00")
    note = f"Liên hệ {NAME.upper()}, đt 0912.345.678 hoặc +84 912 345 678, {ADDRESS.upper()}."
    with writing(world.engine) as session:
        account = open_account(session, ADDRESS, NAME, now, "Dave", password=PASSWORD)
        grant(session, account, AccessRole.CLERK, "x1", date(2024, 1, 1), now, "Dave")
        set_password(session, account, PASSWORD + "!", now, by)
        make_token(session, account, f"Máy của {NAME}", "read", 90, now, ADDRESS)
        submit(session, settings, filed, ReportFiling(note=note), now, by)
        last = date(2024, 2, 26)
        why, link = "Nguyen Thi Hoa bị ốm", f"Xã Một (đường dẫn trong thư gửi {NAME})"
        request_extension(session, asked, last, why, now, link, settings.zone)
        for request in (FeedRequest(kind="person", key=ADDRESS), FeedRequest(kind="unit", key="x1")):
            subscribe(session, settings, now, by, request, ADDRESS)


def texts(engine: Engine) -> Iterator[tuple[str, str]]:
    """Every text that the database holds, with its place; what is binary as well."""
    with reading(engine) as session:
        for table in metadata.sorted_tables:
            for column in table.columns:
                for (value,) in session.execute(select(column)):
                    plain = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
                    yield str(column), str(plain or "")


def traces(engine: Engine) -> set[str]:
    return {place for place, text in texts(engine) if TRACES.search(folded(text))}


def erased(engine: Engine, settings: Settings, *others: str, address: str = ADDRESS) -> str:
    with writing(engine) as session:
        _, label = erase(session, settings, address, others, at(NOW), "Dave <dave@p.gov.vn>")
    return label


def test_no_column_of_any_table_names_the_person(lived: int, engine: Engine, settings: Settings) -> None:
    before = traces(engine)
    assert before >= {
        *("account.address", "account.name", "api_token.name", "audit_entry.actor", "audit_entry.after"),
        *("contact.address", "contact.name", "extension.requested_by", "extension.reason", "mail.body"),
        *("mail.key", "mail.recipient", "notice.recipient", "notice.words", "submission.actor"),
        *("submission.note", "subscription.created_by", "subscription.key", "subscription.owner"),
    }
    assert erased(engine, settings) == ROLE
    assert traces(engine) == set()


def test_no_page_and_no_table_to_download_names_the_person(
    world: World,
    app: FastAPI,
    engine: Engine,
    settings: Settings,
    clock: MovedClock,
    quick_hashes: None,
) -> None:
    live(world)
    rows = [row for row in ROWS if row.method == "GET"]
    addresses = filled("\n".join(row.address for row in rows), world, settings, clock).split("\n")
    lived = begun(world, settings)
    dave = browser(app, engine, settings, "dave", NOW)
    answer = dave.client.post(f"/admin/contacts/{lived}/erase", data=dave.form(others=PHONE))
    assert answer.headers["location"] == "/admin/units/x1?done=contact-erased#contacts"
    seen = 0
    for row, address in zip(rows, addresses, strict=True):
        answer = sent(dave, engine, "dave", row, address, {})
        seen += answer.status_code == 200
        assert not TRACES.search(folded(answer.text)), address
    assert seen > 40
    filed = world.one("x2", "2024-01").id
    assert ROLE in dave.client.get(f"/obligations/{filed}").text
    assert ROLE in dave.client.get("/admin/audit").text
    assert not any(TRACES.search(folded(path.name)) for path in (settings.home / MAILBOX).iterdir())
    dave.client.close()


def mails_to(session: Session, recipient: str) -> list[tuple[int, object]]:
    rows = session.exec(one_of(Mail).where(Mail.recipient == recipient).order_by(col(Mail.id)))
    return [(each.id, each.sent_at) for each in rows]


def test_what_was_sent_stays_provable_and_what_waits_is_cancelled(
    lived: int, engine: Engine, settings: Settings
) -> None:
    with reading(engine) as session:
        before = mails_to(session, ADDRESS)
        queued = one_of(Notice.id).where(Notice.recipient == ADDRESS, Notice.state == "queued")
        waits = session.exec(queued).all()
    assert before
    assert waits
    erased(engine, settings)
    with reading(engine) as session:
        assert [
            (each.id, each.sent_at) for each in session.exec(one_of(Mail).where(Mail.recipient == ROLE))
        ] == before
        after = session.exec(one_of(Notice).where(col(Notice.id).in_(waits))).all()
        entry = session.exec(one_of(AuditEntry).where(AuditEntry.action == "erase-person")).one()
    assert {(each.state, each.reason, each.recipient) for each in after} == {
        ("cancelled", "the person is no contact any more", ROLE)
    }
    assert (entry.actor, ROLE in entry.after) == ("Dave <dave@p.gov.vn>", True)


def test_nothing_opens_any_more(
    lived: int, app: FastAPI, engine: Engine, settings: Settings, clock: MovedClock
) -> None:
    with writing(engine) as session:
        feed = subscribe(session, settings, at(NOW), "x", FeedRequest(kind="unit", key="x1"), ADDRESS).url
    client = browser(app, engine, settings, "nobody", NOW).client
    feed = feed.removeprefix(settings.base_url)
    assert "BEGIN:VEVENT" in client.get(feed).text
    erased(engine, settings)
    assert client.post("/sign-in", data={"address": ADDRESS, "password": PASSWORD + "!"}).status_code == 401
    assert "báo cáo tháng" not in client.get(feed).text.lower()
    client.close()


def test_a_mail_on_its_way_is_waited_for(lived: int, engine: Engine, settings: Settings) -> None:
    """Its text would be kept after the deletion."""
    with writing(engine) as session:
        mine = col(Notice.recipient) == ADDRESS, col(Notice.state) == NoticeState.QUEUED
        leased = {"state": "claimed", "lease_until": at("2024-02-10 09:05")}
        session.execute(update(Notice).where(*mine).values(leased))
    with pytest.raises(InvalidInput, match="being sent just now"):
        erased(engine, settings)


def test_others_keep_their_names_and_addresses(lived: int, engine: Engine, settings: Settings) -> None:
    """A namesake in another commune, an address that ends alike, a number that begins alike."""
    contact(engine, "x2", NAME, "hoa@x2.gov.vn")
    contact(engine, "x2", "Trần Hoa", f"thi.{ADDRESS}")
    with writing(engine) as session:
        session.execute(update(metadata.tables["extension"]).values(reason=f"{NAME} nghỉ; 0912 345 6789"))
        assert held_of(session, ADDRESS, at(NOW)).names_kept == (NAME,)
    erased(engine, settings, PHONE)
    with reading(engine) as session:
        kept = {(each.name, each.address) for each in session.exec(one_of(Contact))}
    assert {(NAME, "hoa@x2.gov.vn"), ("Trần Hoa", f"thi.{ADDRESS}"), (ROLE, ROLE)} <= kept
    left = {place for place, text in texts(engine) if folded(NAME) in folded(text)}
    notes = {"extension.reason", "submission.note", "api_token.name", "audit_entry.after"}
    assert left <= {"contact.name", *notes}
    assert ("extension.reason", f"{NAME} nghỉ; 0912 345 6789") in set(texts(engine))


@pytest.mark.parametrize("name", ["Văn thư", "Văn phòng UBND xã", "Hoa", "Xã Một"])
def test_an_offices_name_stays_in_texts(world: World, engine: Engine, settings: Settings, name: str) -> None:
    live(world)
    contact(engine, "x1", name, ADDRESS)
    with writing(engine) as session:
        session.execute(update(metadata.tables["extension"]).values(reason=f"{name} đã báo, Thanh Hoa"))
    assert erased(engine, settings) == ROLE
    assert ("extension.reason", f"{name} đã báo, Thanh Hoa") in set(texts(engine))
    assert ("unit_version.name", "Xã Một") in set(texts(engine))


@pytest.mark.parametrize(
    ("others", "said"),
    [("báo cáo", "neither a telephone number"), ("12345", "neither"), ("dave@p.gov.vn", "an account's own")],
)
def test_what_is_not_the_persons_is_not_deleted(
    lived: int, engine: Engine, settings: Settings, others: str, said: str
) -> None:
    with pytest.raises(InvalidInput, match=said):
        erased(engine, settings, others)
    assert "contact.name" in traces(engine)


def test_two_deletions_and_a_return(lived: int, app: FastAPI, engine: Engine, settings: Settings) -> None:
    """The second of the unit has another number; somebody who comes back is a new contact."""
    erased(engine, settings)
    contact(engine, "x1", "Lê Văn Tám", "tam@x1.gov.vn")
    assert erased(engine, settings, address="tam@x1.gov.vn").endswith("số 2)")
    contact(engine, "x1", NAME, ADDRESS, "2024-03-01")
    dave = browser(app, engine, settings, "dave", NOW)
    page = dave.client.get("/admin/units/x1").text
    assert page.count("/erase") == 2 + 0 or "/erase" in page
    with reading(engine) as session:
        gone = session.exec(one_of(Account.id).where(Account.address == ROLE)).one()
    assert dave.client.get(f"/admin/people/{gone}/erase").status_code == 404
    assert dave.client.post(f"/admin/people/{gone}/reopen", data=dave.form()).status_code == 422
    dave.client.close()


def test_nobody_deletes_themselves(world: World, app: FastAPI, engine: Engine, settings: Settings) -> None:
    live(world)
    dave = browser(app, engine, settings, "dave", NOW)
    with reading(engine) as session:
        own = session.exec(one_of(Account.id).where(Account.address == "dave@p.gov.vn")).one()
    assert "ask another administrator" in dave.client.get(f"/admin/people/{own}/erase").text
    answer = dave.client.post(f"/admin/people/{own}/erase", data=dave.form())
    assert answer.status_code == 422
    assert dave.client.get("/admin").status_code == 200
    dave.client.close()


def test_a_telephone_number_goes_alone(lived: int, app: FastAPI, engine: Engine, settings: Settings) -> None:
    dave = browser(app, engine, settings, "dave", NOW)
    assert PHONE in dave.client.get(f"/admin/contacts/{lived}/erase").text
    answer = dave.client.post(f"/admin/contacts/{lived}/erase-telephone", data=dave.form())
    assert answer.headers["location"] == "/admin/units/x1?done=contact-changed#contacts"
    plain = [folded(text) for _, text in texts(engine)]
    assert not any(re.search("912.?345.?678|838 123", text) for text in plain)
    assert any(ADDRESS in text for text in plain)
    dave.client.close()
