"""The parts of the group, as processes: Prefect's server, the worker of the flows, the pages, the mailbox."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cli.serving.process import ServedProcess
from flows.prefect_server import API_URL, HOST, answers, free_port, is_up, prefect_variables, server_arguments
from models.own_process import module_command
from models.settings import Settings, as_environment
from notifications.send import MAILBOX


@dataclass(frozen=True)
class Ports:
    """Where the group listens on this machine."""

    pages: int
    prefect: int

    @property
    def pages_url(self) -> str:
        return f"http://{HOST}:{self.pages}"

    @property
    def prefect_url(self) -> str:
        return f"http://{HOST}:{self.prefect}"

    @property
    def api_url(self) -> str:
        return f"{self.prefect_url}/api"


def parts(settings: Settings, ports: Ports) -> Iterator[ServedProcess]:
    """All parts, in the order of their start."""
    mail_port = free_port() if settings.smtp_host is None else None
    environment = _environment(settings, ports, mail_port)
    yield ServedProcess(
        name="prefect",
        command=_tied(*server_arguments(ports.prefect)),
        environment=environment,
        is_ready=lambda: is_up(ports.api_url),
    )
    if mail_port is not None:
        folder = str(settings.home.absolute() / MAILBOX)
        yield ServedProcess(
            name="mailbox",
            command=_tied("notifications.mailbox", folder, str(mail_port)),
            environment=environment,
        )
    yield ServedProcess(
        name="pages",
        command=_tied("cli", "serve", "--only", "web", "--port", str(ports.pages), "--host", HOST),
        # They send nothing themselves; without a mail server they show the mailbox.
        environment=_environment(settings, ports, None),
        is_ready=lambda: answers(f"{ports.pages_url}/alive"),
    )
    yield ServedProcess(
        name="flows",
        command=_tied("cli", "flows", "work", "--sync", "--name", "dondoc serve"),
        environment=environment,
        may_start=lambda: is_up(ports.api_url),
    )


def _tied(*arguments: str) -> list[str]:
    return module_command("cli.serving.process", *arguments)


def _environment(settings: Settings, ports: Ports, mail_port: int | None) -> dict[str, str]:
    """The settings, the same for all parts, wherever they are started; and Prefect's own."""
    mailing = {} if mail_port is None else {"DONDOC_SMTP_HOST": HOST, "DONDOC_SMTP_PORT": str(mail_port)}
    own = {"base_url": ports.pages_url, "prefect_ui_url": ports.prefect_url}
    addresses = {name: url for name, url in own.items() if name not in settings.model_fields_set}
    return {
        **as_environment(settings),
        **mailing,
        **{f"DONDOC_{name.upper()}": url for name, url in addresses.items()},
        **prefect_variables(settings),
        API_URL: ports.api_url,
    }
