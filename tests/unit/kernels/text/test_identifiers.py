"""Personal identifiers and secrets: what counts, and what only looks like one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ftq_spark.kernels.text.identifiers import PERSONAL, SECRETS, cpf, dni, find, iban, luhn


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("mail jo.smith@hospital.co.uk now", "email"),
        ("call (212) 736-5000 today", "phone"),
        ("call +44 20 7946 0018", "phone"),
        ("SSN 536-22-8714.", "social_security"),
        ("card 4539 1488 0343 6467", "card"),
        ("from 91.198.174.192", "ip_address"),
        ("to FR14 2004 1010 0505 0001 3M02 606 please", "iban"),
        ("IBAN BE68539007547034.", "iban"),
        ("CPF 529.982.247-25", "national_id"),
        ("DNI 54362315K", "national_id"),
        ("NIE X-2482300-W", "national_id"),
    ],
)
def test_personal(text: str, kind: str) -> None:
    assert [name for name, _ in find(text, PERSONAL)] == [kind]


@pytest.mark.parametrize(
    "text",
    [
        *("jo@example.com", "555-123-4567 is (212) 555-0142", "123-45-6789", "666-12-3456", "4539 1488 0343 6468"),
        *("127.0.0.1", "192.168.0.1", "1.2.3", "2001-02-03", "4111 1111 1111 1111", "999.1.1.1", "8.8.8.8"),
        *("pi is 3.14159265358979", "256.256.256.256", "call 800-273-8255", "54362315L", "12345678Z"),
        *("85 90 95 100 105 110", "2 106.6651 100.5016", "0808 2000 247", "xxx@xxx.com"),
        *("FR14 2004 1010 0505 0001 3M02 607", "GB82 WEST 1234 5698 7654 32"),
    ],
)
def test_dummies(text: str) -> None:
    assert find(text, PERSONAL) == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEAtH3v8m9Qk2Lr7Xw4Zc1Vb6Nn0Pp5Ss9Dd3", "private_key"),
        (r"-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7", "private_key"),
        ("AKIAQYLPMN5HHHFPZAM2", "aws_key"),
        ("ghp_" + "x7Qk2Lr9Vb4Nn0Pp5Ss3Dd8Ff6Gg1Hh2Jj4Kz", "github_token"),
        ('api_key = "a8f5f167f44f4964e6c998dee827110c"', "assigned_secret"),
    ],
)
def test_secrets(text: str, kind: str) -> None:
    assert [name for name, _ in find(text, SECRETS)] == [kind]


def test_placeholders_are_no_secrets() -> None:
    assert find("api_key = 'your_api_key_goes_here_xxxx'\nAKIAIOSFODNN7EXAMPLE", SECRETS) == []


def test_luhn() -> None:
    assert luhn("79927398713") and not luhn("79927398710") and not luhn("")


@pytest.mark.parametrize(
    ("check", "right"),
    [(luhn, "4539148803436467"), (iban, "BE68539007547034"), (cpf, "52998224725"), (dni, "54362315K")],
)
def test_one_digit_that_is_wrong_is_told(check: Callable[[str], bool], right: str) -> None:
    assert check(right)
    for place, character in enumerate(right):
        if character.isdigit():
            others = [right[:place] + digit + right[place + 1 :] for digit in "0123456789" if digit != character]
            assert not any(check(other) for other in others)
