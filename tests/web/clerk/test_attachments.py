"""The signed document and the forms: attached to plan and duty, seen first by the clerk, by nobody else."""

from __future__ import annotations

import pytest
from sqlmodel import select

from models.database import reading, writing
from models.plan import Attachment, Plan
from models.unit import Contact, Unit
from reporting.audit.log import entries
from reporting.obligations.recipients import dialled
from reporting.plans.attachments import attached
from tests.conftest import at
from tests.reporting.sample_files import PDF
from tests.reporting.world import PLAN
from tests.web.clerk.conftest import Office
from tests.web.clerk.test_home import shown

FILES = "/admin/plans/p-2024/files"


def send(office: Office, *names: str, duty: str = "", data: bytes = PDF, who: str = "dave") -> int:
    desk = office.as_(who)
    sent = [("files", (name, data, "application/pdf")) for name in names]
    return desk.client.post(FILES, data=desk.form(duty=duty), files=sent).status_code


def standing(office: Office) -> list[Attachment]:
    with reading(office.world.engine) as session:
        plan = session.exec(select(Plan).where(Plan.slug == "p-2024")).one()
        return list(attached(session, plan.id))


def test_the_clerk_sees_the_files_first_and_downloads_them(office: Office) -> None:
    assert send(office, "ke-hoach.pdf") == 303
    assert send(office, "Biểu 01.pdf", "Biểu 02.pdf", duty="monthly") == 303
    document, first, _second = standing(office)
    for who, path in (("alice", f"/obligations/{office.id()}"), ("nobody", office.link())):
        text = shown(office, who, path)
        places = [text.index(word) for word in ("Biểu 01.pdf", "Biểu 02.pdf", "ke-hoach.pdf", 'id="file"')]
        assert places == sorted(places)
        for file in (document, first):
            answer = office.as_(who).client.get(f"{path}/attachments/{file.id}")
            assert (answer.status_code, answer.content) == (200, PDF)
            assert answer.headers["content-disposition"].startswith("attachment")


def test_who_may_not_see_the_report_does_not_get_its_files(office: Office) -> None:
    send(office, "a.pdf", duty="monthly")
    (file,) = standing(office)
    path = f"/obligations/{office.id()}/attachments/{file.id}"
    assert office.as_("mallory").client.get(path).status_code == 404
    assert office.as_("nobody").client.get(path, follow_redirects=False).status_code != 200
    assert office.as_("alice").client.get(f"{FILES}/{file.id}").status_code == 403
    assert send(office, "b.pdf", who="alice") == 403


def test_a_file_of_another_plan_is_not_there(office: Office) -> None:
    office.world.plan(PLAN.replace("p-2024", "q-2024"), "2024-02-01", "2024-02-01 08:00")
    desk = office.as_("dave")
    sent = [("files", ("q.pdf", PDF, "application/pdf"))]
    desk.client.post("/admin/plans/q-2024/files", data=desk.form(duty=""), files=sent)
    with reading(office.world.engine) as session:
        other = session.exec(select(Attachment)).one()
    path = f"/obligations/{office.id()}/attachments/{other.id}"
    assert office.as_("alice").client.get(path).status_code == 404
    assert desk.client.get(f"{FILES}/{other.id}").status_code == 404


def test_files_stay_when_the_plan_is_loaded_again(office: Office) -> None:
    send(office, "a.pdf", duty="monthly")
    office.world.plan(PLAN.replace("before 18", "before 20"), "2024-02-05", "2024-02-05 08:00")
    assert "a.pdf" in shown(office, "alice", f"/obligations/{office.id()}")


def test_a_file_of_the_same_name_replaces_and_one_taken_away_is_in_the_audit(office: Office) -> None:
    send(office, "a.pdf")
    (old,) = standing(office)
    send(office, "a.pdf")  # the same again is nothing new
    assert [each.id for each in standing(office)] == [old.id]
    send(office, "a.pdf", data=PDF + b"\n% other\n")
    (new,) = standing(office)
    assert new.id != old.id
    desk = office.as_("dave")
    assert desk.client.post(f"{FILES}/{new.id}/remove", data=desk.form()).status_code == 303
    assert desk.client.post(f"{FILES}/{new.id}/remove", data=desk.form()).status_code == 404
    assert standing(office) == []
    with reading(office.world.engine) as session:
        plan = session.exec(select(Plan).where(Plan.slug == "p-2024")).one()
        actions = [entry.action for entry in entries(session, "plan", plan.id)]
    assert [each for each in actions if each not in ("add", "load")] == ["attach", "replace", "detach"]


def test_two_files_of_one_name_sent_together_are_refused_so_that_none_is_lost(office: Office) -> None:
    desk = office.as_("dave")
    names = ("mau.pdf", "khac.pdf", "folder/mau.pdf")
    sent = [("files", (name, PDF + name.encode(), "application/pdf")) for name in names]
    answer = desk.client.post(FILES, data=desk.form(duty=""), files=sent)
    assert (answer.status_code, "wo of the files are called mau.pdf" in answer.text) == (422, True)
    assert standing(office) == []


def test_what_is_no_such_file_is_refused_with_what_to_do(office: Office) -> None:
    desk = office.as_("dave")
    desk.client.cookies.set("dondoc_language", "vi")
    for name, data, words in (
        ("a.exe", PDF, "thuộc loại không nhận"),
        ("a.pdf", b"<html>", "không phải là tệp .pdf thật"),
    ):
        sent = [("files", ("tot.pdf", PDF, "application/pdf")), ("files", (name, data, "application/pdf"))]
        answer = desk.client.post(FILES, data=desk.form(duty=""), files=sent)
        assert (answer.status_code, words in answer.text) == (422, True)
    assert send(office) == 422
    assert send(office, "a.pdf", duty="nothing") == 404
    assert standing(office) == []


def test_whom_to_call_stands_with_the_recipient(office: Office) -> None:
    with writing(office.world.engine) as session:
        unit = session.exec(select(Unit).where(Unit.code == "d1")).one()
        unit.address = "Số 1 phố Huyện"
        session.add(unit)
        session.add(
            Contact(
                unit_id=unit.id,
                name="Chị Bốn",
                role="clerk",
                address="bon@p.gov.vn",
                phone="0290 123 456",
                valid_from=at("2024-01-01").date(),
            )
        )
    for who, path in (("alice", f"/obligations/{office.id()}"), ("nobody", office.link())):
        text = shown(office, who, path)
        assert 'href="tel:0290123456"' in text
        assert all(word in text for word in ("Chị Bốn", "mailto:bon@p.gov.vn", "Số 1 phố Huyện"))


@pytest.mark.parametrize(
    ("phone", "number"),
    [
        ("0290 123 456", "0290123456"),
        ("+84 (290) 123.456", "+84290123456"),
        ("ĐT: 0290.123.456, máy lẻ 12", "0290123456"),
        ("máy lẻ 12", ""),
        ("", ""),
    ],
)
def test_a_number_is_dialled_without_what_stands_around_it(phone: str, number: str) -> None:
    assert dialled(phone) == number


def test_an_administrator_writes_down_where_an_office_is(office: Office) -> None:
    desk = office.as_("dave")
    form = desk.form(address="  Số 2,\n  đường Tỉnh ")
    assert desk.client.post("/admin/units/d1/address", data=form).status_code == 303
    assert "Số 2, đường Tỉnh" in shown(office, "dave", "/admin/units/d1")
    assert "Số 2, đường Tỉnh" in shown(office, "alice", f"/obligations/{office.id()}")
