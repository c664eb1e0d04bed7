"""`make install-test`: docs/install.md carried out, block by block, below a temporary folder.

The document's own blocks are the script. Absolute paths lead below the folder, ports become free ones, and
the values of its first block are those of this machine. What asks for the whole machine is a stand-in: for
`systemctl` one that starts what the units name, with their environment. The rest is real: the packages from
the registry, Debian's PostgreSQL with our settings, Prefect, nginx, and mails into the local mailbox. At the
end it says what it left out.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from flows.prefect_server import free_port
from models.own_process import module_command
from tests.architecture.source import ROOT, tracked_files

DOCUMENT = ROOT / "docs" / "install.md"
BLOCK = re.compile(r"^## (.*?)$|^```sh\n(.*?)^```$", re.M | re.S)
PLACES = re.compile(
    r"(?<![\w.}])(?=/(?:opt/dondoc|etc/(?:dondoc|ssl/dondoc|systemd|nginx/conf\.d|postgresql)"
    r"|var/(?:lib|cache|backups)/dondoc|var/log/nginx|usr/local/(?:bin|src)/dondoc)\b)"
)
SOCKET = "/var/run/postgresql"
PORTS = (8000, 4200, 443, 80)
STAND_INS = {
    "apt-get": 'echo "left out: apt-get $*" >&2',
    "useradd": 'echo "left out: useradd $*" >&2',
    "chown": 'echo "left out: chown $*" >&2',
    "install": """set -- "$@" --
while [ "$1" != -- ]; do case $1 in -o|-g) shift 2;; *) set -- "$@" "$1"; shift;; esac; done
shift; exec /usr/bin/install "$@" """,
    "runuser": 'export PGUSER=$2; [ "$2" = postgres ] || unset PGUSER; shift 3; exec "$@"',
    "systemctl": 'PYTHONPATH=$CHECKOUT exec "$PYTHON" -m tests.install.units "$@"',
    "nginx": 'PYTHONPATH=$CHECKOUT exec "$PYTHON" -m tests.install.units nginx "$@"',
}


def blocks(text: str) -> list[tuple[str, str]]:
    """Each block of commands, with the heading that it stands under."""
    heading, found = "", []
    for title, commands in BLOCK.findall(text):
        heading = title or heading
        if commands:
            found.append((heading, commands))
    return found


@contextmanager
def running_postgresql(conf: Path) -> Iterator[tuple[Path, list[str]]]:
    """Debian's PostgreSQL with the settings in a folder: where it listens, and what starts it again."""
    programs = max(Path("/usr/lib/postgresql").glob("*/bin"), default=None)
    if programs is None:
        sys.exit("PostgreSQL is not installed; Debian, Ubuntu: apt install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="dondoc-pg-"))
    is_root = os.geteuid() == 0  # whom PostgreSQL refuses
    account = ["/usr/sbin/runuser", "-u", "postgres", "--"] if is_root else []
    if is_root:
        shutil.chown(folder, "postgres", "postgres")
    data = folder / "data"
    run = [*account, str(programs / "pg_ctl"), "--pgdata", str(data), "--wait", "--log", str(folder / "log")]
    subprocess.run(
        [*account, programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "-N"],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=folder,
    )
    with (data / "postgresql.conf").open("a", encoding="utf-8") as file:
        file.write(f"unix_socket_directories = '{folder}'\nlisten_addresses = ''\ninclude_dir = '{conf}'\n")
    subprocess.run([*run, "start"], check=True, stdout=subprocess.DEVNULL, cwd=folder)
    try:
        yield folder, [*run, "restart"]
    finally:
        subprocess.run([*run, "--mode", "immediate", "stop"], stdout=subprocess.DEVNULL, cwd=folder)
        shutil.rmtree(folder, ignore_errors=True)


class Machine:
    """A folder that stands for the machine."""

    postgresql = Path(SOCKET)
    restart_postgresql: Sequence[str] = ()

    def __init__(self, folder: Path, mail_port: int) -> None:
        self.folder = folder
        self.ports = {port: free_port() for port in PORTS}
        self.values = {
            "MAY_CHU_THU": "127.0.0.1",
            "CONG_THU": str(mail_port),
            "BAO_MAT_THU": "plain",
            "TAI_KHOAN_THU": "''",
            "MAT_KHAU_THU": "''",
        }

    def here(self, text: str) -> str:
        """The text with places and ports of this folder."""
        text = PLACES.sub(str(self.folder), text).replace(SOCKET, str(self.postgresql))
        for port, ours in self.ports.items():
            text = re.sub(
                rf"(?<![\w.-]){port}(?=[;/\s\"]|$| ssl)|(?<=:){port}\b", str(ours), text, flags=re.M
            )
        return text

    def prepare(self) -> None:
        """The sources, the stand-ins, and the folders that Debian's packages bring."""
        source = self.folder / "usr/local/src/dondoc"
        for path in tracked_files():
            copy = source / path.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, copy)
        for path in (source / "deploy").rglob("*"):
            if path.is_file():
                path.write_text(self.here(path.read_text(encoding="utf-8")), encoding="utf-8")
        made = ("etc/nginx/conf.d", "etc/systemd/system", "var/log/nginx")
        for name in (*made, "usr/local/bin", "tmp", "stand-ins"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        for name, does in STAND_INS.items():
            program = self.folder / "stand-ins" / name
            program.write_text(f"#!/bin/bash\n{does}\n", encoding="utf-8")
            program.chmod(0o755)

    def script(self) -> str:
        """All blocks as one script, each announced."""
        found = ["set -eo pipefail"]
        for heading, commands in blocks(DOCUMENT.read_text(encoding="utf-8")):
            for name, value in self.values.items():
                commands = re.sub(rf"^{name}=.*$", f"{name}={value}", commands, flags=re.M)
            found += [f"echo {shlex.quote('== ' + heading)}", self.here(commands)]
        return "\n".join(found)

    @property
    def environment(self) -> dict[str, str]:
        first = (self.folder / "stand-ins", self.folder / "usr/local/bin")
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("DONDOC_", "PREFECT_", "PYTHON"))
        }
        return {
            **kept,
            "PATH": ":".join(map(str, (*first, kept["PATH"], "/usr/sbin"))),
            "PGHOST": str(self.postgresql),
            "RESTART_POSTGRESQL": shlex.join(self.restart_postgresql),
            "PYTHON": sys.executable,
            "CHECKOUT": str(ROOT),
            "MACHINE": str(self.folder),
        }

    def run(self) -> None:
        script = self.folder / "install.sh"
        script.write_text(self.script(), encoding="utf-8")
        subprocess.run(
            ["bash", script], env=self.environment, cwd=self.folder, check=True, stdin=subprocess.DEVNULL
        )

    def stop(self) -> None:
        """End what the stand-in for systemd has started."""
        for path in (self.folder / "run").glob("*.pid"):
            try:
                os.killpg(int(path.read_text()), signal.SIGTERM)
            except (ProcessLookupError, PermissionError):
                continue


def main() -> None:
    mail_port = free_port()
    folder = Path(tempfile.mkdtemp(prefix="dondoc-install-"))
    folder.chmod(0o755)  # PostgreSQL reads its settings below it
    mails, conf = folder / "mails", folder / "etc/postgresql/15/main/conf.d"
    conf.mkdir(parents=True)
    machine = Machine(folder, mail_port)
    mailbox = subprocess.Popen(module_command("notifications.mailbox", str(mails), str(mail_port)))
    try:
        with running_postgresql(conf) as (machine.postgresql, machine.restart_postgresql):
            machine.prepare()
            try:
                machine.run()
                tell(folder, mails)
            finally:
                machine.stop()
    finally:
        mailbox.terminate()
        mailbox.wait()
        shutil.rmtree(folder, ignore_errors=True)


def tell(folder: Path, mails: Path) -> None:
    """What came of it."""
    (mail,) = mails.glob("*quan-tri@tinh.gov.vn*.eml")
    size = subprocess.check_output(["du", "-sm", folder / "opt/dondoc"], text=True).split()[0]
    compiled = subprocess.check_output(["du", "-sm", folder / "var/cache/dondoc"], text=True).split()[0]
    print(f"first mail: {mail.name}")
    print(f"installed: {size} MB; compiled by Python while it ran: {compiled} MB")
    print("left out: apt-get, useradd and owners of files; systemd itself, whose units were started without")
    print("their hardening, restarts and timers; STARTTLS and login at the mail server")
    print("every block of docs/install.md went well")


if __name__ == "__main__":
    main()
