"""A table's cells say their columns' headings, for narrow screens on which a row is a card."""

from __future__ import annotations

import pytest
from markupsafe import Markup

from web.card_labels import with_card_labels

HEAD = (
    '<table><thead><tr><th scope="col">Unit</th><th scope="col" class="figures">Days <b>late</b></th>'
    '<th scope="col"><span class="hidden-words">Chase</span></th></tr></thead><tbody>'
)


@pytest.mark.parametrize(
    ("row", "labelled"),
    [
        ("<td>A</td><td>3</td>", '<td data-label="Unit">A</td><td data-label="Days late">3</td>'),
        # the name of a row needs no label, and an action none either
        (
            '<th scope="row">A</th><td class="figures">3</td><td class="act"><a href="/x">Go</a></td>',
            '<th scope="row">A</th><td class="figures" data-label="Days late">3</td>'
            '<td class="act"><a href="/x">Go</a></td>',
        ),
        # no card shows an empty cell
        ("<td>A</td><td>\n  </td>", '<td data-label="Unit">A</td><td data-label="Days late"></td>'),
        ('<td colspan="3">None</td>', '<td colspan="3">None</td>'),
        (
            "<td><ul>\n<li>a &lt; b</li></ul></td>",
            '<td data-label="Unit"><ul>\n<li>a &lt; b</li></ul></td>',
        ),
    ],
)
def test_a_cell_says_its_heading(row: str, labelled: str) -> None:
    end = "</tbody></table>"
    assert with_card_labels(Markup(f"{HEAD}<tr>{row}</tr>{end}")) == f"{HEAD}<tr>{labelled}</tr>{end}"


def test_a_heading_is_an_attribute_whatever_stands_in_it() -> None:
    table = '<thead><tr><th>As "of" <span>A &amp; B</span></th></tr></thead><tr><td>1</td></tr>'
    assert 'data-label="As &quot;of&quot; A &amp; B"' in with_card_labels(Markup(table))


def test_what_has_no_head_stays_as_it_is() -> None:
    assert with_card_labels(Markup("<p>x</p>")) == "<p>x</p>"
