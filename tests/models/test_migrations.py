"""Migrations of a database that is in use: what is open stays as it was."""

from __future__ import annotations

import pytest
from alembic import command
from sqlalchemy import Engine, text
from sqlmodel import select

from models.database import HEAD, migrate, reading, revision
from models.migrations.run import config
from models.obligation import Obligation, Occurrence

BEFORE_HOURS = "0010"
FILLED = """
INSERT INTO unit (id, code, created_at) VALUES (1, 'x', '2024-01-01');
INSERT INTO unit_version (id, unit_id, valid_from, name, level, kind, groups)
  VALUES (1, 1, '2024-01-01', 'X', 'grassroots', 'xa', '');
INSERT INTO plan (id, slug, number, title, issuer, in_force_from, ladder, version)
  VALUES (1, 'p', '', 't', 'i', '2024-01-01', 'default', 1);
INSERT INTO plan_version
  (id, plan_id, number, content, digest, applies_from, redates, loaded_at, loaded_by)
  VALUES (1, 1, 1, '{}', '', '2024-01-01', false, '2024-01-01', 'x');
INSERT INTO duty (id, plan_id, key, title, basis, type, frequency, position)
  VALUES (1, 1, 'a', 't', '', 'report', 'month', 1), (2, 1, 'b', 't', '', 'task', 'year', 2);
INSERT INTO stage (id, duty_id, position, name) VALUES (1, 1, 1, 's'), (2, 2, 1, 's')
"""
OCCURRENCE = """
INSERT INTO occurrence (id, stage_id, plan_version_id, period, revision, period_start, cutoff, rule, written,
  safe_day, deadline, membership_day, units_revision, opened_at)
  VALUES ({id}, {stage}, 1, '{period}', 1, '{start}', '{cutoff}', 'r', {written}, {written}, {deadline},
  '{day}', 0, '2024-01-01')
"""
OBLIGATION = """
INSERT INTO obligation (id, occurrence_id, plan_id, unit_id, unit_version_id, branch, state,
  deadline_revision, row_version, opened_at, changed_at)
  VALUES ({id}, {id}, 1, 1, 1, '/1/', 'open', 1, 0, '2024-01-01', '2024-01-01')
"""
ROWS = [
    # id, stage, period, first day, cut-off, last day, whether its span stays
    (1, 1, "2024-02", "2024-01-15", "2024-02-14", "2024-02-17", True),
    (2, 1, "2024-03", "2024-02-15", "2024-03-14", "2024-03-14", False),
    (3, 1, "2024-04", "2024-03-15", "2024-04-14", "2024-04-09", False),
    (4, 1, "once", "2024-01-01", "2024-06-29", "2024-06-29", False),
    (5, 2, "2024", "2023-12-15", "2024-12-14", "2024-12-20", False),
    (6, 1, "2024-05", "2024-04-15", "2024-05-14", None, True),
]


@pytest.fixture
def in_use(engine: Engine) -> Engine:
    """A database of the version before, with an open obligation of each kind."""
    prepared = config()
    with engine.begin() as connection:
        prepared.attributes["connection"] = connection
        command.downgrade(prepared, BEFORE_HOURS)
        for statement in FILLED.split(";"):
            connection.execute(text(statement))
        for id, stage, period, start, cutoff, day, _ in ROWS:
            dated = f"'{day}'" if day else "NULL"
            made = OCCURRENCE.format(
                id=id,
                stage=stage,
                period=period,
                start=start,
                cutoff=cutoff,
                written=dated,
                deadline=f"'{day} 17:00:00.000000'" if day else "NULL",
                day=day or cutoff,
            )
            connection.execute(text(made))
            connection.execute(text(OBLIGATION.format(id=id)))
    return engine


def test_open_obligations_come_through_with_their_dates(in_use: Engine) -> None:
    migrate(in_use)
    assert revision(in_use) == HEAD
    with reading(in_use) as session:
        kept = {each.id: each for each in session.exec(select(Occurrence))}
        assert len(session.exec(select(Obligation)).all()) == len(ROWS)
    for id, _, period, start, cutoff, day, stays in ROWS:
        row = kept[id]
        assert (row.period, str(row.begins), str(row.written)) == (period, start, str(day))
        assert (row.hour, row.opens_at, row.planned) == (None, None, None)
        span = (str(row.period_start), str(row.cutoff))
        assert span == ((start, cutoff) if stays else ("None", "None")), period


def test_and_back(in_use: Engine) -> None:
    migrate(in_use)
    prepared = config()
    with in_use.begin() as connection:
        prepared.attributes["connection"] = connection
        command.downgrade(prepared, BEFORE_HOURS)
        spans = connection.execute(text("SELECT id, period_start, cutoff FROM occurrence ORDER BY id")).all()
    assert [row[0] for row in spans] == [each[0] for each in ROWS]
    assert all(row[1] and row[2] for row in spans)


ASKED = """
INSERT INTO request (id, plan_id, plan_version_id, whole, title, note, actor, at, withdrawn_because, duty_id,
  number, rule, due)
  VALUES (1, 1, 1, false, 't', '', 'x', '2024-01-01', '', 2, '', 'by 2/2/2024', '2024-02-02');
INSERT INTO happening (id, plan_id, plan_version_id, whole, title, note, actor, at, withdrawn_because, event,
  happened_at)
  VALUES (7, 1, 1, false, 't', '', 'x', '2024-01-01', '', 'flood', '2024-01-01');
INSERT INTO asked_unit (request_id, happening_id, unit_id) VALUES (1, NULL, 1), (NULL, 7, 1)
"""


def test_what_was_asked_gets_the_duty_that_it_opened(in_use: Engine) -> None:
    prepared = config()
    with in_use.begin() as connection:
        prepared.attributes["connection"] = connection
        command.upgrade(prepared, "0015")
        for statement in ASKED.split(";"):
            connection.execute(text(statement))
        connection.execute(text("UPDATE occurrence SET period = 'ev-7-20240101-0700' WHERE id = 1"))
    migrate(in_use)
    rows = "SELECT request_id, happening_id, duty_id, unit_id FROM asked_unit ORDER BY id"
    with in_use.begin() as connection:
        assert [tuple(row) for row in connection.execute(text(rows))] == [
            (1, None, 2, 1),
            (None, 7, None, 1),
            (None, 7, 1, 1),
        ]
        prepared.attributes["connection"] = connection
        command.downgrade(prepared, "0015")
        kept = connection.execute(text(rows.replace("duty_id", "NULL")))
        assert [tuple(row) for row in kept] == [
            (1, None, None, 1),
            (None, 7, None, 1),
        ]


def test_phones_and_explained_headings_come_and_go(in_use: Engine) -> None:
    """Back, contacts are as they were; on again, none has a phone and nothing is remembered."""
    migrate(in_use)
    prepared = config()
    with in_use.begin() as connection:
        for statement in PHONES.split(";"):
            connection.execute(text(statement))
        prepared.attributes["connection"] = connection
        command.downgrade(prepared, "0019")
        assert connection.execute(text("SELECT address FROM contact WHERE id = 70")).scalars().all() == [
            "a@b.vn"
        ]
    migrate(in_use)
    with in_use.begin() as connection:
        assert connection.execute(text("SELECT phone FROM contact WHERE id = 70")).scalars().all() == [""]
        assert connection.execute(text("SELECT * FROM list_heading")).all() == []


PHONES = """
INSERT INTO contact (id, unit_id, name, role, address, language, phone, valid_from)
  VALUES (70, 1, 'A', 'clerk', 'a@b.vn', 'vi', '091', '2024-01-01');
INSERT INTO list_heading (id, heading, "column") VALUES (1, 'noi gui', 'address')
"""


def test_second_factors_come_and_go_with_their_tables(in_use: Engine) -> None:
    """Back, the password alone opens the account again."""
    migrate(in_use)
    prepared = config()
    with in_use.begin() as connection:
        for statement in SECOND_FACTORS.split(";"):
            connection.execute(text(statement))
        prepared.attributes["connection"] = connection
        command.downgrade(prepared, "0018")
        assert connection.execute(text("SELECT address FROM account")).scalars().all() == ["a@b.vn"]
    migrate(in_use)
    with in_use.begin() as connection:
        assert connection.execute(text("SELECT * FROM second_factor")).all() == []


SECOND_FACTORS = """
INSERT INTO account (id, address, name, language, created_at) VALUES (1, 'a@b.vn', 'A', 'vi', '2024-01-01');
INSERT INTO second_factor (account_id, secret, created_at, last_step) VALUES (1, 'x', '2024-01-01', 0);
INSERT INTO recovery_code (account_id, code_hash) VALUES (1, 'x');
INSERT INTO half_sign_in (token_hash, account_id, expires_at) VALUES ('x', 1, '2024-01-01')
"""


def test_files_of_plans_and_addresses_of_units_come_and_go(in_use: Engine) -> None:
    migrate(in_use)
    prepared = config()
    attachment = """INSERT INTO attachment
      (id, plan_id, duty, name, media_type, size, sha256, added_at, added_by)
      VALUES (1, 1, 'a', 'b.pdf', 'application/pdf', 1, 'x', '2024-01-01', 'Dave')"""
    with in_use.begin() as connection:
        assert connection.execute(text("SELECT address FROM unit")).scalars().all() == [""]
        connection.execute(text("UPDATE unit SET address = 'Số 1'"))
        connection.execute(text(attachment))
        prepared.attributes["connection"] = connection
        command.downgrade(prepared, "0020")
        assert connection.execute(text("SELECT code FROM unit")).scalars().all() == ["x"]
    migrate(in_use)
    with in_use.begin() as connection:
        assert connection.execute(text("SELECT * FROM attachment")).all() == []


def test_drafts_and_the_words_of_duties_come_and_go(in_use: Engine) -> None:
    """What plans that are loaded quote is shown at once."""
    quoted = '{"duties": [{"id": "a", "clause": {"quote": "Báo cáo hằng tháng."}}, {"id": "b"}]}'
    rows = """INSERT INTO plan_document (id, sha256, name, original, text, remarks, kept_at, kept_by)
      VALUES (1, 'x', 'a.txt', 'y', 'Báo cáo', '[]', '2024-01-01', 'Dave');
    INSERT INTO plan_draft (id, document_id, number, reading, content, made_at, changed_at, changed_by)
      VALUES (1, 1, 1, '{}', '{}', '2024-01-01', '2024-01-01', 'Dave')"""
    prepared = config()
    with in_use.begin() as connection:
        connection.execute(text("UPDATE plan_version SET content = :content"), {"content": quoted})
    migrate(in_use)
    with in_use.begin() as connection:
        words = connection.execute(text("SELECT clause FROM duty ORDER BY id")).scalars().all()
        assert words == ["Báo cáo hằng tháng.", ""]
        for statement in rows.split(";"):
            connection.execute(text(statement))
        prepared.attributes["connection"] = connection
        command.downgrade(prepared, "0021")
        assert connection.execute(text("SELECT key FROM duty ORDER BY id")).scalars().all() == ["a", "b"]
    migrate(in_use)
    with in_use.begin() as connection:
        assert connection.execute(text("SELECT * FROM plan_draft")).all() == []
