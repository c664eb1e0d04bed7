"""The file of settings, read in one way by all: `.env` in the folder one stands in, or what DONDOC_ENV_FILE
names.

A service is started in a folder of its system's choosing, where a person who asks it something stands in
another; both name the same file. What the environment says wins over it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from models.errors import InvalidInput
from models.setting_faults import SettingFault

VARIABLE = "DONDOC_ENV_FILE"
DEFAULT = ".env"


def env_file(environment: Mapping[str, str] = os.environ) -> Path | None:
    """The file, None where there is none. Raises `InvalidInput` where one is named and is not there."""
    named = environment.get(VARIABLE)
    path = Path(named or DEFAULT)
    if path.is_file():
        return path
    if named:
        raise InvalidInput(SettingFault.NO_ENV_FILE(path=str(path)))
    return None


def file_variables() -> dict[str, str]:
    """What the file says; an empty value counts as none. Raises as `env_file`."""
    path = env_file()
    if path is None:
        return {}
    from dotenv import dotenv_values  # only where there is a file: every command would pay for it

    return {name: value for name, value in dotenv_values(path).items() if value}


def variables() -> dict[str, str]:
    """All variables, those of the file and over them the environment's own."""
    return {**file_variables(), **os.environ}
