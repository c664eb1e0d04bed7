"""The house rules as functions: a module in, its breaches out, one line each.

test_rules.py shows that every rule can fail; test_code.py applies them to the code.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from tests.architecture.source import PACKAGES, Function, Module

MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "messages": (),
    "calendars": ("messages",),
    "models": ("messages", "calendars"),
    "documents": ("messages", "calendars", "models"),
    "reporting": ("messages", "calendars", "models"),
    "notifications": ("messages", "calendars", "models", "reporting"),
    "flows": ("messages", "calendars", "models", "reporting", "notifications"),
    "web": ("messages", "calendars", "models", "documents", "reporting", "notifications"),
    "cli": ("messages", "calendars", "models", "documents", "reporting", "notifications", "flows", "web"),
}
ROOMS: dict[str, tuple[str, ...]] = {
    "access": ("audit", "reminders", "unit_names", "units", "user_text"),
    "asking": (
        "access",
        "audit",
        "closing_reasons",
        "mail_ceiling",
        "moves",
        "obligations",
        "opening",
        "plans",
        "reminders",
        "special_days",
        "unit_names",
        "units",
        "user_text",
    ),
    "audit": ("closing_reasons", "unit_names"),
    "backup_mark": ("audit", "reminders", "stops"),
    "backups": ("files",),
    "chain": ("obligations",),
    "closing_reasons": (),
    "drafts": ("files", "plans"),
    "engine": ("audit", "backup_mark", "moves", "opening", "reminders", "special_days"),
    "erasure": ("access", "audit", "reminders", "unit_names", "units"),
    "feeds": ("access", "audit", "obligations", "reminders", "special_days", "unit_names", "units"),
    "files": (),
    "finding": ("access", "monitoring", "obligations", "unit_names", "units"),
    "health": (
        "audit",
        "backup_mark",
        "files",
        "obligations",
        "plans",
        "reminders",
        "special_days",
        "stops",
        "units",
    ),
    "mail_ceiling": ("audit", "plans", "units"),
    "monitoring": ("access", "obligations", "rates", "unit_names"),
    "moves": (
        "access",
        "audit",
        "files",
        "obligations",
        "reminders",
        "special_days",
        "unit_names",
        "units",
        "user_text",
    ),
    "obligations": ("plans", "reminders", "special_days", "unit_names"),
    "opening": ("audit", "closing_reasons", "plans", "units", "user_text"),
    "plans": ("audit", "files", "reminders", "special_days", "units"),
    "rates": ("obligations", "unit_names"),
    "reminders": ("audit", "special_days", "stops"),
    "special_days": ("audit", "user_text"),
    "stops": (),
    "unit_names": (),
    "units": ("audit", "files", "unit_names", "user_text"),
    "user_text": (),
}
"""What each room of reporting/ may import of the others; without circles, which a test checks."""
OURS = frozenset(PACKAGES) | {"plans", "tests", "benchmarks"}
EDGES = frozenset({"flows", "web", "cli"})
IMPURE = frozenset(
    {"alembic", "fastapi", "prefect", "psycopg", "sqlalchemy", "sqlmodel", "typer", "aiosmtplib"}
)
SOLE_READERS = {
    "yaml": ("models.yaml_document",),
    "email_validator": ("models.mail_address",),
    "unicodedata": (
        "models.text",
        "calendars.ical_text",
        "calendars.ical_check",
        "calendars.phrases",
        "documents.passage",
        "documents.legibility",
        "models.yaml_document",
        "reporting.access.passwords",
        "reporting.files.table",
        "reporting.files.csv_text",
        "notifications.rendering",
        "notifications.item",
        "cli.console.context",
    ),
}
"""What has one reader for all, the first; the others need a library for rules that are theirs alone."""
JOINS_NAMES = (
    "reporting.obligations.named",
    "notifications.digest_rows",
    "reporting.obligations.notices",
    "reporting.feeds.past",
    "reporting.feeds.rows",
)
"""What joins obligations with names: the first for all, the others until they use it."""
FUNCTION_CEILING = 40
MODULE_CEILING = 450
BANNED_NAMES = frozenset(
    {"utils", "util", "helpers", "helper", "manager", "service", "services", "common", "misc"}
)
ODD_WORDS = re.compile(r"\b(?:[Ww]hoever|[Aa]new|[Mm]end(?:s|ed)?|[Gg]ives how)\b")
CLOCKS = frozenset(
    {
        "datetime.datetime.now",
        "datetime.datetime.utcnow",
        "datetime.datetime.today",
        "datetime.date.today",
        "time.time",
        "time.time_ns",
        "time.localtime",
        "time.gmtime",
        "time.ctime",
        "time.strftime",
        *(f"{library}.{name}" for library in ("sqlalchemy", "sqlmodel")
          for name in ("func.now", "func.current_timestamp", "func.current_date", "func.localtimestamp")),
    }
)  # fmt: skip
BROAD = frozenset({"Exception", "BaseException", "builtins.Exception", "builtins.BaseException"})


def imports(module: Module) -> Iterator[tuple[str, ast.stmt]]:
    """Dotted names the module imports, wherever in it, with relative ones made absolute."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            source = _absolute(module, node)
            yield from ((f"{source}.{alias.name}", node) for alias in node.names)


def _absolute(module: Module, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    parts = module.name.split(".")
    base = parts[: len(parts) - node.level + module.is_package]
    return ".".join([*base, node.module] if node.module else base)


def wrong_way_imports(module: Module) -> list[str]:
    """Imports of ours that go against the order of the layers (`MAY_IMPORT`)."""
    allowed = {module.package, *MAY_IMPORT[module.package]}
    found = ((name.partition(".")[0], node) for name, node in imports(module))
    return [f"{module.at(node)} imports {top}" for top, node in found if top in OURS - allowed]


def wrong_room_imports(module: Module) -> list[str]:
    """Imports from one room of reporting/ into another that ROOMS does not have."""
    top, _, rest = module.name.partition(".")
    if top != "reporting" or not rest:
        return []
    room = rest.partition(".")[0]
    allowed = {room, *ROOMS.get(room, ())}
    found = ((name.split(".")[1], node) for name, node in imports(module) if name.startswith("reporting."))
    return [f"{module.at(node)} imports reporting.{other}" for other, node in found if other not in allowed]


def impure_imports(module: Module) -> list[str]:
    """calendars/ is pure: dates in, dates out, no database, network or command line."""
    if module.package != "calendars":
        return []
    return [
        f"{module.at(node)} imports {name}"
        for name, node in imports(module)
        if name.partition(".")[0] in IMPURE
    ]


def prefect_imports(module: Module) -> list[str]:
    """Prefect takes over a second to import and is the scheduler's matter: flows/ alone knows it."""
    if module.package == "flows":
        return []
    return [
        f"{module.at(node)} imports {name}" for name, node in imports(module) if name.startswith("prefect")
    ]


def second_readers(module: Module) -> list[str]:
    """What has one reader for all, with its guards: YAML and mail addresses."""
    found = []
    for name, node in imports(module):
        library = name.split(".")[0]
        if library in SOLE_READERS and module.name not in SOLE_READERS[library]:
            found.append(f"{module.at(node)} imports {name}; use {SOLE_READERS[library][0]}")
    return found


def second_joins(module: Module) -> list[str]:
    """Obligations are joined with the names of their time in one place."""
    if module.name in JOINS_NAMES:
        return []
    return [
        f"{module.at(node)} joins obligations with unit versions; use {JOINS_NAMES[0]}"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Compare)
        and {"UnitVersion.id", "Obligation.unit_version_id"}
        <= {_dotted(part) for part in ast.walk(node) if isinstance(part, ast.Attribute)}
    ]


def oversized_functions(module: Module) -> list[str]:
    return [
        f"{module.name}.{function.name} has {_length(function)} lines (line {function.lineno})"
        for function in module.functions()
        if _length(function) > FUNCTION_CEILING
    ]


def _length(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def oversized_module(module: Module) -> list[str]:
    lines = len(module.text.splitlines())
    return [f"{module.name} has {lines} lines"] if lines > MODULE_CEILING else []


def banned_names(module: Module) -> list[str]:
    """Module names, and words in them, that say nothing about what is inside."""
    words = {word for part in module.name.split(".") for word in part.split("_")}
    return [f"{module.name} is called {word}" for word in sorted(words & BANNED_NAMES)]


def odd_words(module: Module) -> list[str]:
    """Words of texts and comments for which the field has plainer ones."""
    lines = enumerate(module.text.splitlines(), 1)
    return [
        f"{module.name}:{number} says {match[0]}"
        for number, line in lines
        for match in ODD_WORDS.finditer(line)
    ]


def _bound_names(module: Module) -> dict[str, str]:
    """What each imported name means: {"dt": "datetime", "now": "datetime.datetime.now"}."""
    names: dict[str, str] = {}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            names |= {alias.asname: alias.name for alias in node.names if alias.asname}
        elif isinstance(node, ast.ImportFrom):
            names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return names


def _dotted(node: ast.expr) -> str | None:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (base := _dotted(node.value)):
        return f"{base}.{node.attr}"
    return None


def _resolved(node: ast.expr, bound: dict[str, str]) -> str | None:
    name = _dotted(node)
    if name is None:
        return None
    first, dot, rest = name.partition(".")
    return bound.get(first, first) + dot + rest


def clock_uses(module: Module) -> list[str]:
    """The clock asked, or handed on as a default factory, below the edges; the database's too."""
    if module.package in EDGES:
        return []
    bound = _bound_names(module)
    nodes = (node for node in ast.walk(module.tree) if isinstance(node, ast.Name | ast.Attribute))
    return [f"{module.at(node)} asks {name}" for node in nodes if (name := _resolved(node, bound)) in CLOCKS]


def broad_excepts(module: Module) -> list[str]:
    """Functions that catch or suppress everything, as `module.function`."""
    inside = {id(node): function.name for function in module.functions() for node in ast.walk(function)}
    return [f"{module.name}.{inside.get(id(node), '<module>')}" for node in _catchers(module)]


def _catchers(module: Module) -> Iterator[ast.AST]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ExceptHandler) and (node.type is None or _is_broad([node.type])):
            yield node
        if (
            isinstance(node, ast.Call)
            and (_dotted(node.func) or "").endswith("suppress")
            and _is_broad(node.args)
        ):
            yield node


def _is_broad(types: Iterable[ast.expr]) -> bool:
    flat = (part for node in types for part in (node.elts if isinstance(node, ast.Tuple) else [node]))
    return any(_dotted(part) in BROAD for part in flat)


def missing_docstring(module: Module) -> list[str]:
    """A module says in its first lines what it is for; an empty package file need not."""
    if ast.get_docstring(module.tree) or not module.text.strip():
        return []
    return [f"{module.name} has no docstring"]
