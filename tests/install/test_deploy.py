"""The files of deploy/ name only commands, options and settings that there are, and the programs they are for
take them."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from prefect.settings import Settings as PrefectSettings
from prefect.settings.legacy import _get_settings_fields
from sqlalchemy import create_engine, text
from typer._click.exceptions import ClickException
from typer.core import TyperGroup
from typer.main import get_command

from cli.app import app
from flows.prefect_server import free_port
from models.env_file import VARIABLE as ENV_FILE
from models.errors import UnsafeSettings
from models.settings import SECRETS, Settings, load_settings
from tests.architecture.source import ROOT
from tests.databases import Cluster
from tests.install.walk import DOCUMENT, blocks

DEPLOY = ROOT / "deploy"
FILES = sorted(path for path in DEPLOY.rglob("*") if path.is_file())
PROGRAM = "/opt/dondoc/bin/dondoc"
SETTINGS = {f"DONDOC_{name.upper()}" for name in Settings.model_fields}
KNOWN = {
    *SETTINGS,
    *(f"DONDOC_{name.upper()}_FILE" for name in SECRETS),
    ENV_FILE,
    *_get_settings_fields(PrefectSettings),
}


def settings_in(written: str) -> set[str]:
    return set(re.findall(r"\b(?:DONDOC|PREFECT)_[A-Z_]+\b", written))


def refused(words: list[str]) -> str:
    """Why the command line does not take these words; empty where it does. Nothing is carried out."""
    command = get_command(app)
    while isinstance(command, TyperGroup):
        if not words or words[0] not in command.commands:
            return f"{words[:1]} is no command"
        command, words = command.commands[words[0]], words[1:]
    try:
        command.make_context("dondoc", list(words))
    except ClickException as error:
        return error.format_message()
    return ""


def read(name: str) -> str:
    return (DEPLOY / name).read_text(encoding="utf-8")


def commands() -> Iterator[tuple[str, list[str]]]:
    """Each command of ours with the file that has it."""
    for unit in sorted((DEPLOY / "systemd").glob("*.service")):
        for line in re.findall(r"^ExecStart=(.*)$", unit.read_text(encoding="utf-8"), re.M):
            program, *words = shlex.split(line)
            assert program == PROGRAM, line
            yield unit.name, words
    for name, service in yaml.safe_load(read("compose.yaml"))["services"].items():
        if service.get("image") == "dondoc":
            yield f"compose.yaml: {name}", service["command"]
    for heading, block in blocks(DOCUMENT.read_text(encoding="utf-8")):
        for line in re.findall(r"^(?:/opt/dondoc/bin/)?dondoc (?!--)(.*)$", block, re.M):
            yield f"install.md: {heading}", shlex.split(line)
    (words,) = re.findall(r"^CMD (.*)$", read("Containerfile"), re.M)
    yield "Containerfile", yaml.safe_load(words)


@pytest.mark.parametrize(
    ("place", "words"), list(commands()), ids=lambda given: given if isinstance(given, str) else ""
)
def test_the_command_line_takes_each_command(place: str, words: list[str]) -> None:
    assert refused(words) == "", place


@pytest.mark.parametrize(
    "words", [["sirve"], ["serve", "--onyl", "web"], ["serve", "--port", "x"], ["flows"]]
)
def test_a_slip_is_found(words: list[str]) -> None:
    assert refused(words)


@pytest.mark.parametrize("path", [*FILES, DOCUMENT], ids=lambda path: path.name)
def test_each_setting_that_is_named_is_one(path: Path) -> None:
    assert settings_in(path.read_text(encoding="utf-8")) - KNOWN == set()


def test_the_installation_uses_each_file_that_a_service_needs() -> None:
    steps = "".join(commands for _, commands in blocks(DOCUMENT.read_text(encoding="utf-8")))
    named = set(re.findall(r"(?<![\w/])deploy/([\w.-]+)", steps))
    there = {path.relative_to(DEPLOY).parts[0] for path in FILES}
    assert there - named == {"Containerfile", "compose.yaml", "create-prefect.sql"}
    assert named - there == set()


def test_the_settings_are_complete_for_production_but_for_what_is_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "dondoc.env"
    path.write_text(read("dondoc.env"), encoding="utf-8")
    monkeypatch.setenv(ENV_FILE, str(path))
    with pytest.raises(UnsafeSettings, match="DONDOC_SECRET_KEY, DONDOC_SMTP_HOST"):
        load_settings()
    filled = re.sub(r"^(DONDOC_SECRET_KEY)=$", rf"\1={'k' * 64}", read("dondoc.env"), flags=re.M)
    filled = re.sub(r"^(DONDOC_SMTP_HOST)=$", r"\1=mail.tinh.gov.vn", filled, flags=re.M)
    path.write_text(filled, encoding="utf-8")
    settings = load_settings()
    assert (settings.environment, settings.mail_from) == (
        "production",
        "Đôn đốc báo cáo <dondoc@tinh.gov.vn>",
    )


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    units = tmp_path / "units"
    shutil.copytree(DEPLOY / "systemd", units)
    for unit in units.glob("*.service"):
        unit.write_text(unit.read_text().replace(PROGRAM, sys.executable))
    said = subprocess.run(
        ["systemd-analyze", "verify", *sorted(path for path in units.glob("*") if path.is_file())],
        env={"SYSTEMD_UNIT_PATH": f"{units}:/lib/systemd/system", "PATH": "/usr/sbin:/usr/bin"},
        capture_output=True,
        text=True,
    )
    ours = [line for line in (said.stdout + said.stderr).splitlines() if "dondoc" in line]
    assert (said.returncode, ours) == (0, [])


NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")


@pytest.mark.skipif(NGINX is None, reason="nginx is not installed")
def test_nginx_takes_its_configuration(tmp_path: Path) -> None:
    assert NGINX is not None
    said = subprocess.run(
        [NGINX, "-t", "-p", tmp_path, "-c", nginx_main(tmp_path)], capture_output=True, text=True
    )
    assert said.returncode == 0, said.stderr
    assert "warn" not in said.stderr, said.stderr


def nginx_main(folder: Path) -> Path:
    """A whole configuration below the folder, with a certificate, on ports that anybody may use."""
    names = {"-keyout": folder / "privkey.pem", "-out": folder / "fullchain.pem"}
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=dondoc.tinh.gov.vn"]
    subprocess.run(
        [*made, *(str(part) for pair in names.items() for part in pair)], check=True, capture_output=True
    )
    ours = read("nginx.conf").replace("/etc/ssl/dondoc", str(folder)).replace("/var/log/nginx", str(folder))
    for port in ("80", "443"):
        ours = re.sub(rf"(listen (?:\[::\]:)?){port}\b", rf"\g<1>{free_port()}", ours)
    (folder / "dondoc.conf").write_text(ours, encoding="utf-8")
    places = "".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    main = folder / "nginx.conf"
    main.write_text(
        f"pid {folder}/pid; error_log {folder}/error.log; events {{}}\n"
        f"http {{ {places} include {folder}/dondoc.conf; }}\n",
        encoding="utf-8",
    )
    return main


def test_postgresql_has_each_of_its_settings(cluster: Cluster) -> None:
    named = set(re.findall(r"^(\w+) =", read("postgresql.conf"), re.M))
    engine = create_engine(cluster.url)
    try:
        with engine.connect() as connection:
            there = set(connection.scalars(text("SELECT name FROM pg_settings")))
    finally:
        engine.dispose()
    assert named - there == set()
