"""A model's tokenizer from its tokenizer.json, as the library `tokenizers` reads it; how an embedding model reads."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ftq_spark.errors import InputError, UserError

if TYPE_CHECKING:
    from tokenizers import Tokenizer


class Reading(NamedTuple):
    """How an embedding model reads a text."""

    width: int  # of its vectors
    max_tokens: int  # special ones included; what is beyond is not read
    prompt: str  # before each text
    pad_id: int
    unknown_id: int | None
    n_special: int  # tokens put around a text
    pads_left: bool
    cuts_left: bool  # of a long text the end is read


def load_tokenizer(path: Path, asked: str) -> Tokenizer:
    """The tokenizer in a file, or in a folder's tokenizer.json; it neither cuts nor pads.

    Args:
        path: of the file or the folder.
        asked: what the user said, for messages: ``--tokenizer FILE``.

    Raises:
        UserError: the library is not installed.
        InputError: the file is missing, or is no tokenizer.
    """
    try:
        from tokenizers import Tokenizer  # noqa: PLC0415  (optional)
    except ImportError as error:
        raise UserError(f"{asked}: needs the package tokenizers: pip install 'ftq-spark[embed]'") from error
    path = path / "tokenizer.json" if path.is_dir() else path
    if not path.is_file():
        raise InputError(f"{asked}: expected a tokenizer.json, or a folder that holds one; there is no {path}")
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises Exception itself
        raise InputError(f"{asked}: {path} is not a tokenizer file: {error}") from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer
