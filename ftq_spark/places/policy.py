"""What a page of ours may load and run: nothing but its own styles and script, named by their digests."""

from __future__ import annotations

import base64
import hashlib


def policy(style: str, script: str = "", connect: str = "'none'") -> str:
    """The content security policy of a page with this style sheet and script, which may speak to `connect`."""
    allowed = f"script-src {_source(script)}; connect-src {connect}; " if script else ""
    return f"default-src 'none'; style-src {_source(style)}; {allowed}base-uri 'none'; form-action 'none'"


def _source(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
