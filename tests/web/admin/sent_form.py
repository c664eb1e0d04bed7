"""The form of a page as a browser without scripts would send it."""

from __future__ import annotations

from html.parser import HTMLParser


class SentForm(HTMLParser):
    """The fields of the form with a class, without its buttons; `notes` has the texts of what is noted."""

    def __init__(self, page: str, form: str) -> None:
        super().__init__()
        self.fields: list[tuple[str, str]] = []
        self.notes: dict[str, str] = {}
        self._form, self._is_within = form, False
        self._select = self._note = ""
        self._options: list[tuple[str, bool]] = []
        self._text: str | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if given.get("id", "").endswith(("-wrong", "-said")):
            self._note = given["id"]
        if tag == "form":
            self._is_within = self._form in given.get("class", "").split()
        if not self._is_within:
            return
        if tag == "input" and (given.get("type") not in ("checkbox", "radio") or "checked" in given):
            self.fields.append((given["name"], given.get("value", "")))
        if tag == "textarea":
            self.fields.append((given["name"], ""))
            self._text = ""
        if tag == "select":
            self._select, self._options = given["name"], []
        if tag == "option":
            self._options.append((given["value"], "selected" in given))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self._options:
            chosen = [value for value, is_chosen in self._options if is_chosen]
            self.fields.append((self._select, [self._options[0][0], *chosen][-1]))
        if tag == "textarea" and self._text is not None:
            self.fields[-1] = (self.fields[-1][0], self._text.removeprefix("\n"))
            self._text = None
        if tag == "form":
            self._is_within = False
        if tag in ("span", "div"):
            self._note = ""

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text += data
        if self._note:
            self.notes[self._note] = f"{self.notes.get(self._note, '')} {data}".strip()
