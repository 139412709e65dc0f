"""Tokens and passwords of services, beside those that open nothing."""

from __future__ import annotations

import pytest
from rule_verdicts import value


def test_tokens_of_services_are_secrets() -> None:
    assert value("n_secrets", "How?", "docker login -p dckr_pat_7Hq2kZ9xWv4nT1bYc6RfLh3s") == 1
    assert value("n_secrets", "How?", "Use glpat-Xy12Zw34Qr56Ts78Uv90.") == 1
    assert value("n_secrets", "How?", "export HF_TOKEN=hf_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx") == 0


@pytest.mark.parametrize(
    ("address", "n"),
    [
        ("mysql://shop:k7-Rain!barrel@db.internal:3306/shop", 1),
        ("mysql://user:password@localhost/shop", 0),
        ("postgres://app:app_password@db/app", 0),
        ("redis://default:<YOUR_PASSWORD>@host:6379", 0),
        ("mongodb://root:${MONGO_PASSWORD}@mongo", 0),
        ("https://example.com/a:b@c", 0),
    ],
)
def test_the_password_of_an_address_is_a_secret(address: str, n: int) -> None:
    assert value("n_secrets", "How do I connect?", f"Use {address} for it.") == n
