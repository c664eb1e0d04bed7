"""The one reader and writer of YAML, for plan files and ladders: values with the line of each.

A file is bounded in size and depth and has no anchors, so none can unfold into more than it holds.
Nothing is guessed: `01` stays the code 01, `no` the word no, `2024-02-30` a text that the date field refuses.
A file in UTF-8 (with or without a byte-order mark) or UTF-16 is read. Every error says file, line and remedy.
"""

from __future__ import annotations

import codecs
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

import yaml

from calendars.errors import Fault
from models.errors import InputErrors
from models.file_faults import FileFault, FilePlace, cut_by_hash, syntax_hint
from models.plan_files.field import Path

SIZE_LIMIT = 512 * 1024
DEPTH_LIMIT = 12
PLAIN_TAGS = frozenset(
    f"tag:yaml.org,2002:{kind}" for kind in ("str", "int", "float", "bool", "null", "timestamp", "value")
)
NULL = "tag:yaml.org,2002:null"
TIMESTAMP = "tag:yaml.org,2002:timestamp"
WIDTH = 110
UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

Value = str | None | list["Value"] | dict[str, "Value"]


@dataclass(frozen=True)
class Kind:
    """The kind of a file, with its error messages."""

    empty: FileFault
    too_large: FileFault
    too_deep: FileFault
    guide: str


PLAN = Kind(FileFault.EMPTY_PLAN, FileFault.TOO_LARGE, FileFault.TOO_DEEP, "docs/plans.md")
LADDER = Kind(FileFault.EMPTY_LADDER, FileFault.LADDER_TOO_LARGE, FileFault.LADDER_TOO_DEEP, "docs/mail.md")


@dataclass
class YamlDocument:
    """The values of a file, and on which line each of them, and each key, begins."""

    name: str
    kind: Kind
    value: Value = None
    lines: dict[Path, int] = field(default_factory=dict)
    key_lines: dict[Path, int] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    text: str = ""

    def line(self, path: Path) -> int:
        """The line of the value at `path`, or of the nearest part around it that the file has."""
        while path and path not in self.lines and path not in self.key_lines:
            path = path[:-1]
        return self.key_lines.get(path) or self.lines.get(path) or 1

    def refuse(self, line: int, problem: str) -> None:
        self.errors.append(FilePlace.LINE(file=self.name, line=line, problem=problem))


class _Loader(yaml.SafeLoader):
    """Composes nodes only; anchors are refused, so that no file can unfold into millions of values."""

    depth = 0
    kind = PLAN

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise yaml.MarkedYAMLError(problem=FileFault.NO_ANCHORS(), problem_mark=event.start_mark)
        self.depth += 1
        if self.depth > DEPTH_LIMIT:
            raise yaml.MarkedYAMLError(problem=self.kind.too_deep(), problem_mark=event.start_mark)
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


def read_yaml(data: bytes, name: str, kind: Kind = PLAN) -> YamlDocument:
    """The document in `data`. Raises `InputErrors` where it is no readable YAML."""
    document = YamlDocument(name, kind)
    text = _decoded(data, document)
    document.text = text
    node = None if document.errors else _composed(text, document)
    if node is None and not document.errors:
        document.refuse(1, kind.empty())
    if node is not None:
        document.value = _taken(node, (), document)
    if document.errors:
        raise InputErrors(document.errors)
    return document


def _decoded(data: bytes, document: YamlDocument) -> str:
    if len(data) > SIZE_LIMIT:
        document.refuse(1, document.kind.too_large(limit=SIZE_LIMIT // 1024))
        return ""
    encoding = "utf-16" if data.startswith(UTF16) else "utf-8-sig"
    try:
        return unicodedata.normalize("NFC", data.decode(encoding))
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        document.refuse(line, FileFault.NOT_UTF8())
        return ""


def _composed(text: str, document: YamlDocument) -> yaml.Node | None:
    try:
        loader = _Loader(text)
        loader.kind = document.kind
        node: yaml.Node | None = loader.get_single_node()
        return node
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        document.refuse(mark.line + 1 if mark else 1, _syntax_problem(error))
    except yaml.reader.ReaderError as error:
        line = text[: error.position].count("\n") + 1
        document.refuse(line, FileFault.CONTROL_CHARACTER())
    except yaml.YAMLError as error:
        document.refuse(1, FileFault.NO_YAML(reason=" ".join(str(error).split()), guide=document.kind.guide))
    return None


def _syntax_problem(error: yaml.MarkedYAMLError) -> Fault:
    if isinstance(error.problem, Fault):
        return error.problem
    problem = " ".join((error.problem or "cannot be read").split())
    if "'\\t'" in problem:
        return FileFault.TAB()
    return FileFault.SYNTAX(hint=syntax_hint(problem))


def _taken(node: yaml.Node, path: Path, document: YamlDocument) -> Value:
    document.lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode) and node.tag == "tag:yaml.org,2002:map":
        return _mapping(node, path, document)
    if isinstance(node, yaml.SequenceNode) and node.tag == "tag:yaml.org,2002:seq":
        return [_taken(entry, (*path, i), document) for i, entry in enumerate(node.value)]
    if isinstance(node, yaml.ScalarNode) and node.tag in PLAIN_TAGS:
        lost = None if node.style else cut_by_hash(document.text, node.end_mark.index, path[-1:])
        if lost is not None:
            document.refuse(node.end_mark.line + 1, lost)
        return None if node.tag == NULL else str(node.value)
    document.refuse(node.start_mark.line + 1, FileFault.TAG(tag=node.tag))
    return None


def _mapping(node: yaml.MappingNode, path: Path, document: YamlDocument) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode) or key_node.tag not in PLAIN_TAGS:
            document.refuse(line, FileFault.FIELD_NAME(guide=document.kind.guide))
            continue
        key = str(key_node.value)
        if key in found:
            first = document.key_lines[(*path, key)]
            document.refuse(line, FilePlace.VALUE(field=key, problem=FileFault.SECOND_TIME(first=first)))
            continue
        document.key_lines[(*path, key)] = line
        found[key] = _taken(value_node, (*path, key), document)
    return found


class _Dumper(yaml.SafeDumper):
    """Indents lists below their field and writes dates without quotation marks, as in plan files."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


_Dumper.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != TIMESTAMP]
    for first, resolvers in yaml.SafeDumper.yaml_implicit_resolvers.items()
}


def write_yaml(content: Mapping[str, object]) -> str:
    """The content as YAML text, fields in the order given."""
    return yaml.dump(content, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=WIDTH)
