"""A plan file as a form and back: `filled_form` shows the file's values, `written_plan` makes them again.

The file stays the source. What was not changed in the form keeps the value that the file has, to the letter;
what no input shows (`unshown`) is carried along. Inputs are named by their place in the file:
`duties.0.chain.1.due`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from models.plan_files.field import Path
from models.text import slug
from models.vocabulary import Level
from reporting.plans.form_fields import DUTY, LONGEST_SLUG, PLAN, STAGE, FormPart
from reporting.plans.form_words import Lens, Values, entries_of, joined

WAS = "was"
"""The input with a part's number in the source file; empty for a new one."""
NAME = re.compile(r"(?:(?:duties|chain|from)\.\d{1,4}\.)*[a-z_.]{1,40}", re.ASCII)


@dataclass
class FormBlock:
    """One part as it stands in the form; `was` is its number in the source, None for a new one."""

    part: FormPart
    texts: dict[str, str]
    below: list[FormBlock] = field(default_factory=list)
    was: int | None = None

    def walk(self, prefix: str = "") -> Iterator[tuple[str, FormBlock]]:
        """The part and all below it, each with how the names of its inputs begin."""
        yield prefix, self
        for number, block in enumerate(self.below):
            yield from block.walk(f"{prefix}{self.part.key}.{number}.")

    def value(self, name: str) -> str:
        return self.texts.get(name, "")


def filled_form(source: object, lens: Lens) -> FormBlock:
    """The form of a plan file's values."""
    return _filled(PLAN, source, lens, None)


def new_form(first: str, issued_on: str) -> FormBlock:
    """The form of a plan that is to be written."""
    form = FormBlock(PLAN, {"in_force.from": first, "issued_on": issued_on})
    form.below.append(new_block(form))
    return form


def new_block(within: FormBlock, taken: Collection[str] = ()) -> FormBlock:
    """A new part below another; `taken` are ids that duties had before."""
    part = within.part.below
    assert part is not None
    texts = _filled(part, {}, Lens("en"), None).texts
    if part is DUTY:
        texts |= {"id": _free_id(within, taken), "every": "month"}
    block = FormBlock(part, texts)
    if part.below is not None:
        block.below.append(new_block(block))
    if part is STAGE:
        block.below[0].texts["level"] = _next_level(within.below)
    return block


def _next_level(stages: Sequence[FormBlock]) -> str:
    """The level above that of the highest stage."""
    highest = stages[-1].below[0].value("level") if stages and stages[-1].below else ""
    levels = [each.value for each in Level]
    return levels[levels.index(highest) + 1] if highest in levels[:-1] else "" if stages else levels[0]


def _free_id(form: FormBlock, taken: Collection[str]) -> str:
    used = {*taken, *(duty.value("id") for duty in form.below)}
    return next(id for number in range(1, len(used) + 2) if (id := f"nhiem-vu-{number}") not in used)


def _filled(part: FormPart, source: object, lens: Lens, was: int | None) -> FormBlock:
    values = _values(source)
    lens = _around(part, values, lens)
    block = FormBlock(part, {}, was=was)
    for each in part.fields:
        shown = each.show(_of(values, each.keys), lens) or ("",) * len(each.inputs)
        block.texts |= dict(zip(each.inputs, shown, strict=True))
    if part.below is not None:
        block.below = [
            _filled(part.below, below, lens, number) for number, below in enumerate(_list(values, part))
        ]
    return block


def typed_form(given: Mapping[str, str]) -> FormBlock:
    """The form from the inputs that came back, whatever they are called."""
    form = FormBlock(PLAN, {})
    for name, text in given.items():
        if NAME.fullmatch(name):
            _put(form, name, text)
    _sort(form)
    return form


def _put(form: FormBlock, name: str, text: str) -> None:
    block, rest = form, name
    while block.part.below is not None and (match := re.match(rf"{block.part.key}\.(\d+)\.(.+)", rest)):
        number, rest = match[1], match[2]
        block = _child(block, int(number))
    if rest == WAS:
        block.was = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else None
        return
    field = next((each for each in block.part.fields if rest in each.inputs), None)
    if field is not None:
        plain = text.replace("\r\n", "\n").strip()
        block.texts[rest] = joined(entries_of(plain)) if field.names_units else plain


def _child(block: FormBlock, number: int) -> FormBlock:
    found = next((each for each in block.below if each.texts["#"] == str(number)), None)
    if found is None:
        assert block.part.below is not None
        found = FormBlock(block.part.below, {"#": str(number)})
        block.below.append(found)
    return found


def _sort(block: FormBlock) -> None:
    block.below.sort(key=lambda each: int(each.texts["#"]))
    for each in block.below:
        _sort(each)
        del each.texts["#"]


def written_plan(form: FormBlock, source: object, lens: Lens) -> dict[str, object]:
    """The values of the plan file the form comes to, right or wrong: reading it tells what is missing."""
    plan = _written(form, source, lens)
    if "slug" not in plan:
        words = f"{form.value('number') or form.value('title')} {form.value('in_force.from')[-4:]}"
        made = slug(words)[:LONGEST_SLUG].strip("-")
        plan = {"slug": made, **plan} if made else plan
    return plan


def _written(block: FormBlock, source: object, lens: Lens) -> dict[str, object]:
    part, values = block.part, _values(source)
    lens = _around(part, values, lens)
    found = dict(values)
    for each in part.fields:
        old = _of(values, each.keys)
        shown = each.show(old, lens) or ("",) * len(each.inputs)
        typed = tuple(block.value(name) for name in each.inputs)
        is_there = any(name in block.texts for name in each.inputs)
        if is_there and [_plain(text) for text in typed] != [_plain(text) for text in shown]:
            for key in each.keys:
                found.pop(key, None)
            found |= {key: value for key, value in each.write(typed, old).items() if value != ""}
    if part.below is not None:
        found[part.key] = _below(block, values, lens)
    return {key: found[key] for key in dict.fromkeys((*part.order, *found)) if key in found}


def _below(block: FormBlock, values: Values, lens: Lens) -> object:
    sources = _list(values, block.part)
    written = [
        _written(each, sources[each.was] if each.was is not None and each.was < len(sources) else {}, lens)
        for each in block.below
    ]
    is_bare = block.part is STAGE and len(written) == 1 and not isinstance(values.get(block.part.key), list)
    return written[0] if is_bare else written


def unshown(form: FormBlock, source: object, lens: Lens) -> list[tuple[str, str]]:
    """What the source has and no input shows, each with the names of the part's inputs and the field."""
    return list(_unshown(form, source, lens, ""))


def _unshown(block: FormBlock, source: object, lens: Lens, prefix: str) -> Iterator[tuple[str, str]]:
    part, values = block.part, _values(source)
    lens = _around(part, values, lens)
    shown = {part.key}
    for each in part.fields:
        if each.show(_of(values, each.keys), lens) is not None:
            shown |= set(each.keys)
    yield from ((prefix, key) for key in values if key not in shown)
    sources = _list(values, part)
    for number, below in enumerate(block.below):
        if below.was is not None and below.was < len(sources):
            yield from _unshown(below, sources[below.was], lens, f"{prefix}{part.key}.{number}.")


def input_of(form: FormBlock, path: Path) -> str:
    """The input that has the value at a path in the file; the beginning of a part's inputs where none has."""
    part: FormPart | None = form.part
    rest, prefix = list(path), ""
    while part is not None and rest:
        key = rest.pop(0)
        if part.below is not None and key == part.key:
            number = rest.pop(0) if rest and isinstance(rest[0], int) else 0
            prefix, part = f"{prefix}{key}.{number}.", part.below
            continue
        found = next((each for each in part.fields if key in each.keys), None)
        return prefix if found is None else prefix + found.input_at((key, *rest))
    return prefix


def edited(form: FormBlock, deed: str, taken: Collection[str] = ()) -> str:
    """Do what a button says, `add duties.0.`, `remove duties.0.` or `up duties.0.chain.1.`; what there is no
    part for is left. Returns how the inputs of the part to look at next begin. A new duty gets none of the
    ids in `taken`: they keep the history of those that had them."""
    verb, _, prefix = deed.partition(" ")
    parts = dict(form.walk())
    if verb == "add" and prefix in parts and parts[prefix].part.below is not None:
        within = parts[prefix]
        within.below.append(new_block(within, taken))
        return f"{prefix}{within.part.key}.{len(within.below) - 1}."
    match = re.fullmatch(r"(?P<around>.*?)(?P<key>[a-z]+)\.(?P<number>\d+)\.", prefix)
    if match is None or prefix not in parts:
        return ""
    siblings, number = parts[match["around"]].below, int(match["number"])
    if verb == "remove" and len(siblings) > 1:
        siblings.pop(number)
        return f"{match['around']}{match['key']}.{min(number, len(siblings) - 1)}."
    other = number + {"up": -1, "down": 1}.get(verb, 0)
    if 0 <= other < len(siblings):
        siblings[number], siblings[other] = siblings[other], siblings[number]
        return f"{match['around']}{match['key']}.{other}."
    return prefix


def _around(part: FormPart, values: Values, lens: Lens) -> Lens:
    return Lens(lens.language, lens.names, values) if part is DUTY else lens


def _of(values: Values, keys: Sequence[str]) -> Values:
    return {key: values[key] for key in keys if values.get(key) is not None}


def _values(source: object) -> Values:
    return source if isinstance(source, dict) else {}


def _list(values: Values, part: FormPart) -> list[object]:
    found = values.get(part.key)
    if found is None:
        return []
    return found if isinstance(found, list) else [found]


def _plain(text: str) -> str:
    """The text as it comes back from a browser."""
    return "\n".join(" ".join(line.split()) for line in text.strip().splitlines())
