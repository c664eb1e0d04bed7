"""Stands in for `systemctl` and `nginx` in `make install-test`: starts what the units below $MACHINE name."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

MACHINE = Path(os.environ["MACHINE"])
UNITS = MACHINE / "etc/systemd/system"
RUN = MACHINE / "run"
NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin")


def said(unit: str, name: str) -> list[str]:
    """What a unit says under a name, with what all of ours have in common."""
    texts = [(UNITS / place).read_text() for place in ("dondoc-.service.d/common.conf", f"{unit}.service")]
    return [value for text in texts for value in re.findall(rf"^{name}=(.+)$", text, re.M)]


def environment(unit: str) -> dict[str, str]:
    """A service has nothing of its caller's environment but what finds programs."""
    given = dict(each.split("=", 1) for each in said(unit, "Environment"))
    return {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **given, "TMPDIR": str(MACHINE / "tmp")}


def command(line: str) -> list[str]:
    return shlex.split(line.replace("%H", "this-machine"))


def start(unit: str) -> None:
    """Start it, or carry it out where it ends by itself."""
    run = {"env": environment(unit), "cwd": said(unit, "WorkingDirectory")[-1], "umask": 0o077}
    RUN.mkdir(exist_ok=True)
    if "oneshot" in said(unit, "Type"):
        for line in (*said(unit, "ExecStart"), *said(unit, "ExecStartPost")):
            subprocess.run(command(line), check=True, **run)  # type: ignore[call-overload]
        return
    (line,) = said(unit, "ExecStart")
    with (RUN / f"{unit}.log").open("ab") as log:
        process = subprocess.Popen(  # type: ignore[call-overload]
            command(line), stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, **run
        )
    (RUN / f"{unit}.pid").write_text(str(process.pid))


def nginx(*options: str) -> None:
    """nginx with our configuration in a whole one."""
    if NGINX is None:
        sys.exit("nginx is not installed; Debian, Ubuntu: apt install nginx")
    RUN.mkdir(exist_ok=True)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = "".join(f"{kind}_temp_path {RUN}/{kind}; " for kind in kinds)
    main = RUN / "nginx.conf"
    main.write_text(
        f"pid {RUN}/nginx.pid; error_log {RUN}/nginx.log; events {{}}\n"
        f"http {{ {places} include {MACHINE}/etc/nginx/conf.d/*.conf; }}\n"
    )
    subprocess.run([NGINX, "-p", RUN, "-c", main, *options], check=True, start_new_session=True)


def main(action: str, *words: str) -> None:
    names = [word.removesuffix(".service") for word in words if not word.startswith("-")]
    if action == "nginx":
        nginx(*words)
    elif (action, names) == ("reload", ["nginx"]):
        nginx()
    elif (action, names) == ("restart", ["postgresql"]):
        command_line = shlex.split(os.environ["RESTART_POSTGRESQL"])
        subprocess.run(command_line, check=True, stdout=subprocess.DEVNULL, cwd="/")
    elif action in ("enable", "start"):
        for name in names:
            if name.endswith(".timer"):
                print(f"left out: systemctl {action} {name}", file=sys.stderr)
            else:
                start(name)
    else:
        print(f"left out: systemctl {action} {' '.join(words)}", file=sys.stderr)


if __name__ == "__main__":
    main(*sys.argv[1:])
