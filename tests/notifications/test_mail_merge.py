"""Form letters: whatever is filled in, they say the templates' very words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from models.vocabulary import Audience, NoticeKind
from notifications import mail_merge
from notifications.digest import compose
from notifications.item import Item
from notifications.links import Links
from notifications.mail_merge import BLANKS, LINK, FormLetters, MergedText
from notifications.message import LINE_LIMIT
from notifications.rendering import render
from notifications.sample_mail import sample_items
from tests.conftest import at
from tests.notifications.items import CALENDAR, item, links

NOW = at("2024-10-15 08:00:00")
OF_REPORTS = [kind for kind in NoticeKind if kind not in (NoticeKind.ALERT, NoticeKind.PASSWORD)]
NAMES = [
    "",
    "UBND xã Đất Mũi",
    "<b>&'\"</b>",
    "\u0338An",
    "\u1161\u11a8",
    "x" * 49,
    "ế" * 51,
    "a\u00a0\u2003b",
]
HARD = [
    *NAMES,
    "  hai  ba ",
    "\ufdd0",
    BLANKS.unit,
    LINK,
    "{{ x }}",
    "một\nhai",
    "\u202exã",
    "q" * 400,
    "a" + "\u00a0" * 30 + "b",
]
TYPED = st.one_of(st.sampled_from(HARD), st.text(max_size=60))


def put(items: Sequence[Item], to: Links) -> MergedText:
    digest = compose(items, CALENDAR, NOW)
    return MergedText.of(render(digest, to), digest)


class Counted:
    """The templates, and how often they were asked."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, items: Sequence[Item], to: Links) -> MergedText:
        self.times += 1
        return put(items, to)


def to_another(first: Item, number: int, **names: str) -> Item:
    person = replace(first.person, address=f"{number}@x.example", name=names.pop("person", f"Người {number}"))
    return replace(
        first,
        notice_id=number,
        obligation_id=number,
        contact_id=number,
        person=person,
        unit=names.get("unit", f"UBND xã {number}"),
        branch=names.get("branch", f"UBND huyện {number}"),
        awaited_by=names.get("awaited_by", f"UBND huyện {number}"),
    )


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("audience", [Audience.CLERK, Audience.SUPERIOR_HEAD])
@pytest.mark.parametrize("kind", OF_REPORTS)
def test_from_the_second_on_a_mail_is_filled_in(kind: NoticeKind, audience: Audience, language: str) -> None:
    (first,) = sample_items(kind, language, CALENDAR, NOW)
    first = replace(first, audience=audience)
    templates = Counted()
    forms = FormLetters(templates)
    for number in range(1, 6):
        mail = to_another(first, number)
        assert forms.say([mail], links()) == put([mail], links())
    # Once for the first mail; of the second the form is made, and held to the templates.
    assert templates.times == 1 + 2


@st.composite
def mornings(draw: st.DrawFn) -> list[Item]:
    """Mails that may have one form."""
    kind = draw(st.sampled_from(OF_REPORTS))
    (first,) = sample_items(kind, draw(st.sampled_from(["vi", "en", "fr"])), CALENDAR, NOW)
    first = replace(
        first,
        audience=draw(st.sampled_from(Audience)),
        duty=draw(st.one_of(st.just(first.duty), TYPED)),
        period=draw(st.sampled_from(["2024-10", "once", "nonsense"])),
        words=draw(st.one_of(st.just(first.words), TYPED)),
        returned_for=draw(st.one_of(st.just(first.returned_for), TYPED)),
        holding_up=draw(st.one_of(st.just(()), st.tuples(TYPED))),
        monitor=draw(st.one_of(st.just(first.monitor), TYPED)),
    )
    return [
        replace(
            to_another(first, number, **{name: draw(TYPED) for name in BLANKS._fields}),
            contact_id=draw(st.sampled_from([number, None])),
        )
        for number in range(1, draw(st.integers(3, 8)))
    ]


@given(mornings())
@example([to_another(item(duty=BLANKS.unit), number) for number in range(1, 5)])
@example(
    [
        to_another(item(duty=BLANKS.unit), number, unit=BLANKS.unit if number < 3 else "Xã")
        for number in range(1, 5)
    ]
)
@example([to_another(item(unit=name), number, unit=name) for number, name in enumerate(HARD, 1)])
@example([to_another(item(period="2024-10", duty="d" * 60), number, unit="u" * 50) for number in range(1, 5)])
def test_every_mail_says_what_the_templates_say(morning: list[Item]) -> None:
    forms = FormLetters(put)
    for mail in morning:
        assert forms.say([mail], links()) == put([mail], links())


def test_a_line_that_a_name_makes_too_long_is_left_to_the_templates() -> None:
    forms = FormLetters(put)
    for number in range(1, 6):
        mail = to_another(item(plan_title="t" * 150), number, person="&" * 159 if number > 3 else "An")
        said = forms.say([mail], links())
        assert said == put([mail], links())
        assert max(map(len, said.html.split(b"\r\n"))) <= LINE_LIMIT


def test_what_nobody_else_gets_makes_no_form() -> None:
    templates = Counted()
    forms = FormLetters(templates)
    for number in range(1, 20):
        forms.say([to_another(item(duty=f"Báo cáo {number}"), number)], links())
    assert templates.times == 19


def test_what_is_kept_does_not_grow_with_the_mails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_merge, "MOST_FORMS", 3)
    monkeypatch.setattr(mail_merge, "MOST_MET", 5)
    forms = FormLetters(put)
    for number in range(1, 40):
        for mail in (to_another(item(duty=f"Báo cáo {number}"), each) for each in range(1, 4)):
            assert forms.say([mail], links()) == put([mail], links())
    assert len(forms._forms) == 3
    assert len(forms._met) <= 5


def test_a_mail_about_several_reports_or_none_is_left_to_the_templates() -> None:
    forms = FormLetters(put)
    for _ in range(3):
        several = [item(1), item(2)]
        assert forms.say(several, links()) == put(several, links())
        alert = sample_items(NoticeKind.ALERT, "vi", CALENDAR, NOW)
        assert forms.say(alert, links()) == put(alert, links())
