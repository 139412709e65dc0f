"""The shape of ``manifest.json``: whatever stands there is checked before anything is read by its word."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from ftq_spark.errors import RunError
from ftq_spark.kernels.text.identifiers import SECRETS
from ftq_spark.places.redaction import redacted


def _inside(path: str) -> str:
    """A relative path that does not leave the run."""
    parts = PurePosixPath(path).parts
    if not parts or path.startswith("/") or "\\" in path or ":" in path or ".." in parts:
        raise ValueError("expected a path below the run")
    return path


Inside = Annotated[str, AfterValidator(_inside)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="allow")


class _Stage(_Entry):
    fingerprint: str
    directory: Inside
    tables: dict[str, Inside]
    files: list[tuple[Inside, Annotated[int, Field(ge=0)]]]
    n_rows: Annotated[int, Field(ge=0)] = 0


class _Part(_Entry):
    directory: Inside
    files: list[tuple[Inside, Annotated[int, Field(ge=0)]]]
    n_rows: Annotated[int, Field(ge=0)]


class _Shard(BaseModel):
    model_config = ConfigDict(extra="forbid")

    dataset: str
    source: str
    uri: str
    n_bytes: Annotated[int, Field(ge=0)]
    checksum: str


class _Manifest(_Entry):
    stages: dict[str, _Stage]
    tables: dict[str, Inside]
    parts: dict[str, list[_Part]] = Field(default_factory=dict)
    settings: dict[str, Any] = Field(default_factory=dict)
    versions: dict[str, str] = Field(default_factory=dict)
    against: list[str] = Field(default_factory=list)
    inputs: list[_Shard] = Field(default_factory=list)


def without_secrets(settings: Any) -> Any:
    """Settings, or a part of them, in whose texts keys and tokens are replaced by three stars."""
    if isinstance(settings, Mapping):
        return {key: without_secrets(value) for key, value in settings.items()}
    if isinstance(settings, list | tuple):
        return [without_secrets(value) for value in settings]
    if not isinstance(settings, str):
        return settings
    text = redacted(settings)
    for kind in SECRETS:  # whatever looks like one: what is taken for a dummy may yet open something
        text = re.sub(kind.pattern, "***", text)
    return text


def check(manifest: Mapping[str, Any], where: str) -> None:
    """Hold a manifest against its shape.

    Raises:
        RunError: a part is missing or of another type, or a table stands outside of the run.
    """
    try:
        _Manifest.model_validate(manifest)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        message = first["msg"].removeprefix("Value error, ")
        raise RunError(f"{where}: {place}: {message}, got {str(first['input'])[:80]!r}; is it whole?") from error
