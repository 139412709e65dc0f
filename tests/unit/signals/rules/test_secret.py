"""Tokens and passwords of services, beside those that open nothing."""

from __future__ import annotations

import base64

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
        ("mysql+pymysql://mlflow:mlflow@db.internal:3306/mlflow", 0),
        ("amqp://guest:minioadmin@queue.internal", 0),
        ("mongodb://testUser:testPass@localhost:27017/admin", 0),
        ("postgres://shop:k7-Rain!barrel@127.0.0.1/shop", 0),
        ("postgres://shop:k7-Rain!barrel@order-db1:5432/shop", 0),
        ("postgres://shop:k7-Rain!barrel@db.example.com/shop", 0),
        ("postgres://shop:k7-Rain!barrel@db.yourcompany.com/shop", 0),
        ("postgres://shop:k7-Rain!barrel@host.com:5432/shop", 0),
        ("postgres://shop:s3cr3t_pw@db.internal/shop", 0),
        ("postgres://shop:k7-Rain!barrel@n8bu1j6855:5432/shop", 1),
        ("postgres://shop:k7-Rain!barrel@db.example.computing.net/shop", 1),
    ],
)
def test_the_password_of_an_address_is_a_secret(address: str, n: int) -> None:
    assert value("n_secrets", "How do I connect?", f"Use {address} for it.") == n


@pytest.mark.parametrize(
    ("key", "n"),
    [
        ("sk-example-do-not-repeat-12345", 0),
        ("sk-your-own-key-goes-here-2024", 0),
        ("sk-test-9f8e7d6c5b4a3f2e1d0c", 0),
        ("sk-abcdef0987654321fedcba", 0),
        ("sk-q8R2vT6yLpW3nZ9kJ4mX1234", 0),
        ("AKIA1234567890ABCDEF", 0),
        ("ghp_a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8", 0),
        ("SECRET_KEY = 'django-insecure-8k2q9vx4m7zr3w6tn5yb'", 0),
        ("secret_key = 'jwt-signing-key-for-mobile-2024'", 0),
        ("accessToken: xxxDDxBoHnNG1qYWutsRqE0dHxxx", 0),
        ("access_token = refresh_token_value_of_user_7", 0),
        ("api_key = 'dummy_a8f5f167f44f4964e6c9'", 0),
        ("sk-q8R2vT6yLpW3nZ9kJ4mXlatest7", 1),
        ("sk-q8R2vT6y1234LpW3nZ9kJ4mX", 1),
        ("api_key = 'a8f5f167f44f4964e6c998dee827110c'", 1),
    ],
)
def test_a_key_that_says_to_be_an_example_is_no_secret(key: str, n: int) -> None:
    assert value("n_secrets", "Which key is it?", f"It is {key}") == n


def test_the_heading_of_a_key_alone_is_no_secret() -> None:
    assert value("n_secrets", "How do I find keys?", "Look for '-----BEGIN RSA PRIVATE KEY-----' in each file.") == 0
    shown = "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----"
    assert value("n_secrets", "Where does it go?", f"{shown}\nSum: 2fd4e1c67a2d28fced849ee1bb76e7391b93eb12.") == 0


@pytest.mark.parametrize(
    ("claims", "signature", "n"),
    [
        (
            '{"sub": "1234567890", "name": "John Doe", "iat": 15162}',
            "SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c",
            0,
        ),
        ('{"iss": "joe", "exp": 1300819380}', "dBjftJeZ4CVPmB92K27uhbUJU1p1r_wW1gFWFOEjXk", 0),
        ('{"sub": "k81m-22", "role": "admin"}', "signature_of_it", 0),
        ('{"sub": "k81m-22", "role": "admin"}', "c2lnbmF0dXJl", 0),
        ('{"sub": "k81m-22", "role": "admin"}', "dBjftJeZ4CVPmB92K27uhbUJU1p1r_wW1gFWFOEjXk", 1),
    ],
)
def test_a_token_of_a_page_that_explains_them_is_no_secret(claims: str, signature: str, n: int) -> None:
    head, body = (base64.urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in ('{"alg": "HS256"}', claims))
    assert value("n_secrets", "What is it?", f"Send {head}.{body}.{signature} along.") == n
