"""What settings are made of: durations, lists, addresses, secrets from files, and sections that refuse unknown names."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, model_validator
from pydantic_settings import NoDecode

LONGEST = timedelta(days=7)
"""Nothing here is meant to take longer: more is a slip of the pen."""
ID = "write the ID as the chat shows it, such as U02ABCDEF"


def minutes(value: object) -> object:
    """A bare number is minutes."""
    return length(value, timedelta(minutes=1), "write a number of minutes")


def seconds(value: object) -> object:
    """A bare number is seconds."""
    return length(value, timedelta(seconds=1), "write a number of seconds")


def length(value: object, unit: timedelta, wanted: str) -> object:
    """A number of units, also in words of digits; what else is a length of time is left to be read. Raises ValueError."""
    if isinstance(value, timedelta) or (isinstance(value, str) and value.startswith("P")):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(wanted)
    try:
        return float(value) * unit
    except (OverflowError, ValueError) as error:
        raise ValueError(wanted) from error


def bounded(span: timedelta) -> timedelta:
    """From nothing to LONGEST. Raises ValueError."""
    if not timedelta(0) <= span <= LONGEST:
        raise ValueError(f"from 0 to {LONGEST // timedelta(minutes=1)} minutes")
    return span


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


def chat_id(written: str) -> str:
    """The id of a person or group without spaces around it: a name would reach nobody. Raises ValueError."""
    found = written.strip()
    if found != found.upper() or not found.isalnum():
        raise ValueError(ID)
    return found


def seconds_from(least: int, most: int) -> AfterValidator:
    """Bounds of a length of time, in seconds, with the sentence that says them."""

    def within(span: timedelta) -> timedelta:
        if not timedelta(seconds=least) <= span <= timedelta(seconds=most):
            raise ValueError(f"from {least} to {most} seconds")
        return span

    return AfterValidator(within)


def without_slash(url: str) -> str:
    """An address to which paths can be added."""
    return url.rstrip("/")


Minutes = Annotated[timedelta, BeforeValidator(minutes), AfterValidator(bounded)]
Seconds = Annotated[timedelta, BeforeValidator(seconds)]
Several = Annotated[tuple[str, ...], NoDecode, BeforeValidator(several)]
ChatId = Annotated[str, AfterValidator(chat_id)]
ChatIds = Annotated[tuple[ChatId, ...], NoDecode, BeforeValidator(several)]
ADDRESS = r"^https?://[^\s/]+(/\S*)?$"
CODE = r"^[A-Za-z0-9][A-Za-z0-9.-]{0,19}$"
COMMAND = r"^/[a-z0-9_-]{1,31}$"
HttpUrl = Annotated[str, Field(pattern=ADDRESS)]
BaseUrl = Annotated[HttpUrl, AfterValidator(without_slash)]


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
