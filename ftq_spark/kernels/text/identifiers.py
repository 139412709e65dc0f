"""Personal identifiers and secrets in a text, by pattern and check digit."""

from __future__ import annotations

import base64
import functools
import ipaddress
import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any, NamedTuple


class Kind(NamedTuple):
    """A kind of identifier: how to find candidates in linear time, and which of them count."""

    name: str
    pattern: str  # both RE2 and Python's `re` read it
    accept: Callable[[str], bool]


def luhn(digits: str) -> bool:
    """Is the last digit the check digit of a payment card number (ISO/IEC 7812-1)? Other characters are skipped."""
    values = [int(character) for character in digits if character.isdigit()]
    doubled = [value if i % 2 == 0 else sum(divmod(2 * value, 10)) for i, value in enumerate(reversed(values))]
    return bool(values) and sum(doubled) % 10 == 0


_DUMMY_DOMAINS = frozenset(
    {"example", "test", "domain", "email", "yourdomain", "mail", "company", "website", "xyz", "abc"}
)


def _is_email(text: str) -> bool:
    domain = text.rsplit("@", 1)[1].lower()
    name = domain.rsplit(".", 1)[0].rsplit(".", 1)[-1]
    return len(set(name)) > 1 and name not in _DUMMY_DOMAINS


# Of a firm or a hotline, never of a person; the last two in Britain.
_TOLL_FREE = ("800", "833", "844", "855", "866", "877", "888", "0800", "0808")
_QUAD = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
_DUMMY_ADDRESSES = {"8.8.8.8", "8.8.4.4", "1.1.1.1", "1.0.0.1", "1.2.3.4", "9.9.9.9"}  # public resolvers, and a count
_DUMMY_IBANS = {"GB82WEST12345698765432", "DE89370400440532013000", "GB29NWBK60161331926819", "NL91ABNA0417164300"}
_DNI_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
_DUMMY_NATIONAL_IDS = {"12345678Z", "00000000T", "12345678909"}


def iban(text: str) -> bool:
    """Is it an international bank account number by its check digits (ISO 13616, mod 97)? Spaces are skipped."""
    plain = text.replace(" ", "").upper()
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", plain):
        return False
    return int("".join(str(int(character, 36)) for character in plain[4:] + plain[:4])) % 97 == 1


def _is_iban(text: str) -> bool:
    plain = text.replace(" ", "").upper()
    return iban(plain) and plain not in _DUMMY_IBANS


def cpf(text: str) -> bool:
    """Is it a Brazilian taxpayer's number by its two check digits (mod 11)? Other characters are skipped."""
    digits = [int(character) for character in text if character.isdigit()]
    if len(digits) != 11 or len(set(digits)) == 1:
        return False
    checks = [sum(d * w for d, w in zip(digits, range(n + 1, 1, -1), strict=False)) * 10 % 11 % 10 for n in (9, 10)]
    return digits[9:] == checks


def dni(text: str) -> bool:
    """Is it a Spanish identity number (DNI or NIE) by its letter (mod 23)? Hyphens are skipped."""
    plain = text.replace("-", "").upper()
    if not re.fullmatch(r"[XYZ\d]\d{7}[A-Z]", plain):
        return False
    number = plain[:-1].translate(str.maketrans("XYZ", "012"))
    return _DNI_LETTERS[int(number) % 23] == plain[-1]


def _is_national_id(text: str) -> bool:
    plain = re.sub(r"\W", "", text).upper()
    return (cpf(text) or dni(text)) and plain not in _DUMMY_NATIONAL_IDS and len(set(plain[1:8])) > 2


def _is_phone(text: str) -> bool:
    digits = re.sub(r"\D", "", text)
    if _QUAD.fullmatch(text) or digits.removeprefix("1").startswith(_TOLL_FREE) or _is_row_of_numbers(text):
        return False
    fictional = digits[-7:-4] == "555" or len(set(digits)) <= 2 or "123456" in digits
    return 10 <= len(digits) <= 15 and not fictional


def _is_row_of_numbers(text: str) -> bool:
    """Is it part of a table: decimals beside each other, or numbers of one distance such as 95 100 105 110?"""
    if text[0] in "+(":
        return False
    decimals = any("." in part for part in text.split()[:-1] or ()) and " " in text
    numbers = [int(part) for part in text.split(" ") if part.isdigit()]
    steps = {after - before for before, after in pairwise(numbers)}
    return decimals or (len(numbers) > 3 and len(steps) == 1)


def _is_social_security(text: str) -> bool:
    area, group, serial = text.split("-")
    invalid = area in {"000", "666"} or area[0] == "9" or group == "00" or serial == "0000"
    return not invalid and text not in {"123-45-6789", "078-05-1120", "219-09-9999"}


def _is_card(text: str) -> bool:
    digits = re.sub(r"\D", "", text)
    tests = {"4111111111111111", "4242424242424242", "5555555555554444", "378282246310005"}
    return (
        13 <= len(digits) <= 19
        and digits[0] in "23456"
        and len(set(digits)) > 2
        and luhn(digits)
        and digits not in tests
    )


def _is_public_address(text: str) -> bool:
    try:
        return ipaddress.ip_address(text).is_global and text not in _DUMMY_ADDRESSES
    except ValueError:
        return False


def _is_random(text: str) -> bool:
    secret = re.split(r"[=:'\"\s]", text.rstrip("'\""))[-1]
    return len(set(secret)) >= 8 and any(c.isdigit() for c in secret) and _is_no_dummy(secret)


# What one in a thousand random keys holds at most: 1234 at the end alone, short words at the beginning of a part.
_DUMMY_KEY = re.compile(
    r"example|dummy|placeholder|change-?me|redacted|insecure|password|qwerty|secret|token|x{4}|^x{3}|x{3}$"
    r"|abc123|abcdef|a1b2c3|1a2b3c|deadbeef|12345|1234$|98765|(?:^|[-_])(?:fake|my[-_]|sample|test|your)"
    r"|^(?:[a-z]{2,12}[-_]){2,}(?:[a-z]{2,12}|\d{1,4})$",  # or is words alone: jwt-signing-key-2024
    re.IGNORECASE,
)


def _is_no_dummy(key: str) -> bool:
    return _DUMMY_KEY.search(key) is None


# What the pages that explain web tokens put into theirs: "sub": "1234567890", "name": "John Doe", "iss": "joe".
_DUMMY_CLAIM = re.compile(r"12345|j(?:ohn|ane)[ ._]?doe|example|\"joe\"|\btest", re.IGNORECASE)


def _is_web_token(text: str) -> bool:
    """Is it a token that somebody was given, and none of a page that explains them, nor one cut short by hand?"""
    _, claims, signature = text.split(".")
    try:
        told = base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)).decode("utf-8", "replace")
    except ValueError:
        return False
    return _DUMMY_CLAIM.search(told) is None and _is_random(signature) and not _is_a_word_in_base64(signature)


def _is_a_word_in_base64(text: str) -> bool:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).isalpha()
    except ValueError:
        return False


_DUMMY_PASSWORD = re.compile(
    r"\w*passw(?:or)?d\w*|\w*s[3e]cr[3e]t\w*|(?:[a-z]+_)?(?:admin|airflow|change-?me|example|guest|letmein|minioadmin|mlflow|mongo|my\w*"
    r"|p@ss\w*|pass|postgres|pwd|rabbitmq|redis|root|secret|test|token|user|your\w*|x+|\*+)(?:_?\d{1,4}|_?here)?|\d+",
    re.IGNORECASE,
)
# One's own machine, a service beside it (which has no dot), what is kept for examples (RFC 2606), and what says so.
_LOCAL_HOST = re.compile(
    r"[a-z][a-z_\-]*\d?|127\.[\d.]+|0\.0\.0\.0|(?:.*\.)?(?:example\.(?:com|net|org)|example|invalid|localhost|test)"
    r"|(?:.*\.)?(?:domain|host|hostname|provider|server|(?:my|your)[a-z\-]*)\.(?:com|io|net|org)",
    re.IGNORECASE,
)


def _is_password(text: str) -> bool:
    """Is the password of an address with a user one that somebody has and others can use, and no dummy or variable?"""
    account, _, host = text.partition("://")[2].rpartition("@")
    user, _, password = account.partition(":")
    is_dummy = password == user or _DUMMY_PASSWORD.fullmatch(password) or set("<>{}$%[]") & set(password)
    return not is_dummy and _LOCAL_HOST.fullmatch(host.rstrip(".-_")) is None


PERSONAL = (
    Kind(
        "email",
        r"\b[A-Za-z0-9][A-Za-z0-9._%+\-]{0,63}@[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63}){0,4}\.[A-Za-z]{2,24}\b",
        _is_email,
    ),
    Kind("iban", r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b", _is_iban),
    Kind(
        "national_id",
        r"\b\d{3}\.\d{3}\.\d{3}-\d{2}\b|\b(?:\d{8}|[XYZ]-?\d{7})-?[A-HJ-NP-TV-Z]\b",
        _is_national_id,
    ),
    Kind("card", r"\b\d(?:[ \-]?\d){12,18}\b", _is_card),
    Kind(
        "phone",
        r"(?:\+\d{1,3}[ .\-]?)?(?:\(\d{2,4}\)|\b\d{2,4})[ .\-]\d{3,4}[ .\-]\d{3,4}(?:[ .\-]\d{2,4}){0,2}\b",
        _is_phone,
    ),
    Kind("social_security", r"\b\d{3}-\d{2}-\d{4}\b", _is_social_security),
    Kind("ip_address", r"\b(?:\d{1,3}\.){3}\d{1,3}\b", _is_public_address),
)
SECRETS = (
    # With a line of it: who looks for keys, or shows where one goes, writes its heading alone.
    Kind(
        "private_key",
        r"-----BEGIN (?:[A-Z]{2,10} )?PRIVATE KEY-----(?:[^-]|-[^-]){0,160}[A-Za-z0-9+/]{40}",
        _is_no_dummy,
    ),
    Kind("aws_key", r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b", _is_no_dummy),
    Kind("github_token", r"\bgh[pousr]_[A-Za-z0-9]{36,}\b|\bgithub_pat_[A-Za-z0-9_]{40,}", _is_random),
    Kind("openai_key", r"\bsk-(?:proj-|ant-)?[A-Za-z0-9_\-]{20,}", _is_random),
    Kind("slack_token", r"\bxox[abprs]-[A-Za-z0-9\-]{10,}", _is_random),
    Kind(
        "service_token",
        r"\b(?:dckr_pat_[A-Za-z0-9_\-]{20,}|glpat-[A-Za-z0-9_\-]{20,}|hf_[A-Za-z0-9]{30,}|npm_[A-Za-z0-9]{36,}"
        r"|pypi-[A-Za-z0-9_\-]{50,}|[rs]k_live_[A-Za-z0-9]{20,}|SG\.[A-Za-z0-9_\-]{16,}\.[A-Za-z0-9_\-]{16,})",
        _is_random,
    ),
    Kind("google_key", r"\bAIza[0-9A-Za-z_\-]{35}", _is_random),
    Kind("web_token", r"\beyJ[A-Za-z0-9_\-]{10,}\.eyJ[A-Za-z0-9_\-]{10,}\.[A-Za-z0-9_\-]{10,}", _is_web_token),
    Kind(
        "address_password",
        r"\b[a-z][a-z0-9+.\-]{1,20}://[^\s:/@\"']{1,64}:[^\s/@\"']{6,64}@[A-Za-z0-9_\-][A-Za-z0-9_.\-]*",
        _is_password,
    ),
    Kind(
        "assigned_secret",
        r"(?i)\b(?:api[_\-]?key|secret[_\-]?key|access[_\-]?token|auth[_\-]?token"
        r"|client[_\-]?secret)\b[\"']?\s{0,3}[:=]\s{0,3}[\"']?[A-Za-z0-9_\-/+=]{20,}",
        _is_random,
    ),
)


_compiled = functools.cache(re.compile)  # what `re` keeps of its own is looked up more slowly


def find(text: str, kinds: tuple[Kind, ...], expression: Callable[[str], Any] = _compiled) -> list[tuple[str, str]]:
    """(kind, matched text) of every identifier of the given kinds, each stretch of text counted once.

    `expression` compiles a pattern to what has ``finditer``.
    """
    found: list[tuple[str, str]] = []
    taken: list[tuple[int, int]] = []
    for kind in kinds:
        for match in expression(kind.pattern).finditer(text):
            free = all(match.end() <= begin or match.start() >= end for begin, end in taken)
            if free and kind.accept(match.group()):
                found.append((kind.name, match.group()))
                taken.append(match.span())
    return found


def any_of(kinds: tuple[Kind, ...]) -> str:
    """One expression that matches wherever one of the kinds does."""
    return "|".join(f"(?:{kind.pattern})" for kind in kinds)
