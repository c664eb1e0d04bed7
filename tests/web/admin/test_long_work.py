"""Long work: it holds nobody up, shows how far it is, and leaves nothing when it is cancelled."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from models.database import writing
from models.rehearsal import rehearsing
from models.upkeep import Marker
from tests.reporting.office_workbook import office_workbook
from tests.waiting import wait_for
from tests.web.admin.conftest import text_of, value_of
from tests.web.admin.test_office_lists import IMPORT, contacts, send
from tests.web.cast import Browser
from tests.web.drafts import LETTER
from web.admin import long_work
from web.admin.plan_draft_upload import DocumentReading


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Semaphore]:
    """Nothing begins before it is released; pages do not wait."""
    gate = threading.Semaphore(0)
    monkeypatch.setattr(long_work.LongWorks, "slot", lambda works, kind: gate)
    monkeypatch.setattr(long_work, "WAIT_SECONDS", 0)
    yield gate
    gate.release(10)


def upload(dave: Browser, kind: str) -> str:
    """The address at which long work is waited for."""
    data = office_workbook() if kind == IMPORT else LETTER.encode()
    name, file = ("files", "ds.xlsx") if kind == IMPORT else ("file", "a.txt")
    path = f"{kind}/check" if kind == IMPORT else kind
    form = dave.form(since="10/02/2024")
    answer = dave.client.post(path, data=form, files={name: (file, data)}, follow_redirects=False)
    assert answer.status_code == 303
    return answer.headers["location"]


def shown(dave: Browser, path: str) -> str:
    return text_of(dave.client.get(path, follow_redirects=True).text)


def test_work_of_one_kind_holds_up_none_of_another() -> None:
    works = long_work.LongWorks()
    for _ in range(long_work.AT_ONCE):
        works.slot(DocumentReading).acquire()
    work = long_work.LongWork(title="list", owner="dave")
    works.start(work, lambda _: None)
    assert work.arrived


@pytest.mark.parametrize("kind", [IMPORT, "/admin/plan-documents"])
def test_work_is_waited_for_and_cancelled_without_a_trace(
    dave: Browser, engine: Engine, held: threading.Semaphore, kind: str
) -> None:
    waiting = upload(dave, kind)
    answer = dave.client.get(waiting)
    assert answer.headers["Refresh"] == "3"
    assert "It begins in a moment" in text_of(answer.text)
    dave.client.post(f"{waiting}/cancel", data=dave.form())
    assert "It is being cancelled" in text_of(dave.client.get(waiting).text)
    held.release()
    wait_for(lambda: "Cancelled; nothing was kept." in shown(dave, waiting), "the end of it")
    assert "vanthu@x1.benxuan.example" not in contacts(engine)


def test_a_long_preview_and_a_long_load_arrive(
    dave: Browser, engine: Engine, held: threading.Semaphore
) -> None:
    waiting = upload(dave, IMPORT)
    held.release()
    wait_for(lambda: "Contacts added: 135" in text_of(dave.client.get(waiting).text), "the preview")
    names = ("key", "since", "under", "shown")
    page = dave.client.get(waiting).text
    form = dave.form(**{name: value_of(page, name) for name in names})
    loading = dave.client.post(f"{IMPORT}/apply", data=form, follow_redirects=False).headers["location"]
    assert "vanthu@x1.benxuan.example" not in contacts(engine)
    held.release()
    wait_for(lambda: "vanthu@x1.benxuan.example" in contacts(engine), "the load")
    wait_for(lambda: dave.client.get(loading, follow_redirects=False).status_code == 303, "its end")


def test_a_work_is_its_owner_s(dave: Browser, held: threading.Semaphore) -> None:
    assert dave.client.get(f"{IMPORT}/other").status_code == 422
    assert "not known any more" in text_of(dave.client.get(f"{IMPORT}/other").text)


def test_what_is_tried_is_not_kept_and_holds_nobody_up(engine: Engine) -> None:
    with rehearsing(engine) as trial:
        trial.add(Marker(name="tried", value="1"))
        trial.flush()
        with writing(engine) as session:
            assert session.get(Marker, "tried") is None
            session.add(Marker(name="beside", value="1"))
        assert trial.get(Marker, "tried") is not None
    with writing(engine) as session:
        assert session.get(Marker, "tried") is None
        assert session.get(Marker, "beside") is not None


def test_a_preview_does_not_wait_for_a_writer(dave: Browser, engine: Engine) -> None:
    with writing(engine):
        assert "Contacts added: 135" in text_of(send(dave, office_workbook()))
