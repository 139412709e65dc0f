"""Whether a call failed, where a row says so by a field beside the result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_FAILS = ("is_error", "isError")  # Anthropic, MCP
_WORKS = ("success",)
_STATUS = {  # Bedrock, LangChain
    **dict.fromkeys(("error", "failed", "failure"), True),
    **dict.fromkeys(("success", "ok", "succeeded"), False),
}
FIELDS = (*_FAILS, *_WORKS, "status")


def failed(found: Mapping[str, Any]) -> bool | None:
    """Of a tool's turn, or of a part that is a result; null where no field tells."""
    for name in _FAILS:
        if isinstance(found.get(name), bool):
            return bool(found[name])
    for name in _WORKS:
        if isinstance(found.get(name), bool):
            return not found[name]
    status = found.get("status")
    return _STATUS.get(status.lower()) if isinstance(status, str) else None
