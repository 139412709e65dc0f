"""Credentials in URIs."""

from __future__ import annotations

import pytest

from ftq_spark.places.redaction import redacted


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("s3://a:b@bucket/k", "s3://***@bucket/k"),
        ("abfs://container@account.dfs.core.windows.net/x", "abfs://container@account.dfs.core.windows.net/x"),
        ("wasbs://c@a/x?sv=2024&sig=abc%2B", "wasbs://c@a/x?sv=2024&sig=***"),
        ("sc://host:15002/;token=abc;use_ssl=true", "sc://host:15002/;token=***;use_ssl=true"),
        ("s3://b/k?access_key=A&secret_key=B&endpoint_override=http://h:9000", "s3://b/k?access_key=***&secret_key=***&endpoint_override=http://h:9000"),
        ("a sentence: with @ and design=1", "a sentence: with @ and design=1"),
    ],
)  # fmt: skip
def test_redaction(given: str, shown: str) -> None:
    assert redacted(given) == shown
