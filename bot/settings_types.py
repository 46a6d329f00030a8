"""What settings are made of: durations, lists, addresses, secrets from files, and sections that refuse unknown names."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, model_validator
from pydantic_settings import NoDecode


def minutes(value: object) -> object:
    """A bare number is minutes."""
    if isinstance(value, bool):
        raise ValueError("write a number of minutes")
    if isinstance(value, int | float) or (isinstance(value, str) and value.replace(".", "", 1).isdigit()):
        return timedelta(minutes=float(value))
    if isinstance(value, str) and not value.startswith("P"):
        raise ValueError("write a number of minutes")
    return value


def seconds(value: object) -> object:
    """A bare number is seconds."""
    if isinstance(value, str) and value.replace(".", "", 1).isdigit():
        return timedelta(seconds=float(value))
    if isinstance(value, bool) or (isinstance(value, str) and not value.startswith("P")):
        raise ValueError("write a number of seconds")
    return value


def several(value: object) -> object:
    """In the environment a list may be written ``one, two`` as well as in JSON."""
    if not isinstance(value, str):
        return value
    if value.lstrip().startswith("["):
        try:
            return json.loads(value)
        except ValueError as error:
            raise ValueError('write a list: one, two or ["one", "two"]') from error
    return [part.strip() for part in value.split(",") if part.strip()]


Minutes = Annotated[timedelta, BeforeValidator(minutes)]
Seconds = Annotated[timedelta, BeforeValidator(seconds)]
Several = Annotated[tuple[str, ...], NoDecode, BeforeValidator(several)]
HttpUrl = Annotated[str, Field(pattern=r"^https?://[^\s/]+")]


class Section(BaseModel):
    """A group of settings. A secret ``x`` may also be given as ``x_file``, the path of a file that holds it."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    @model_validator(mode="before")
    @classmethod
    def read_secret_files(cls, given: Any) -> Any:
        """Put the content of ``x_file`` in the place of ``x``."""
        return with_secrets_read(cls, given)


SECRETS = (SecretStr, SecretStr | None)


def with_secrets_read(model: type[BaseModel], given: Any) -> Any:
    """The settings as given, with the content of each ``x_file`` in the place of ``x``. Raises ValueError."""
    if not isinstance(given, dict):
        return given
    read = dict(given)
    for name, field in model.model_fields.items():
        path = read.pop(f"{name}_file", None) if field.annotation in SECRETS else None
        if path:
            read[name] = read_secret(name, Path(path))
    return read


def read_secret(name: str, path: Path) -> str:
    """The content of a secret's file. Raises ValueError when it cannot be read or is empty."""
    try:
        secret = path.read_text().strip()
    except OSError as error:
        raise ValueError(f"{name}_file: cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ValueError(f"{name}_file: {path} holds no text") from error
    if not secret:
        raise ValueError(f"{name}_file: {path} is empty")
    return secret
