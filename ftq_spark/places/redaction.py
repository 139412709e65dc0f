"""Credentials in URIs: written nowhere, neither in a manifest nor in a message."""

from __future__ import annotations

import re

_USER = re.compile(r"(?<=://)[^/@\s\"']+:[^/@\s\"']+(?=@)")
_QUERY = re.compile(
    r"(?i)([?&;][\w.-]*(?:secret|token|password|passwd|signature|credential|access_?key|account_?key|api_?key|sig)[\w.-]*=)[^&\s\"';]+"
)


def redacted(text: str) -> str:
    """`text` whose URIs carry no user with a password, and no secret in their query."""
    return _QUERY.sub(r"\1***", _USER.sub("***", text))
