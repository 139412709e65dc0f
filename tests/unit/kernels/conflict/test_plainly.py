"""Sentences that answer in plain words of another kind: it is over, one must, it costs extra."""

from __future__ import annotations

import pytest
from pair_score import score

from ftq_spark.kernels.conflict.pairs import REVIEW


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        # It is over.
        ("Is the old login still valid?", "The old login is still valid.", "The old login expired last spring."),
        ("Is the ferry still running?", "The ferry is still running.", "The ferry stopped running in May."),
        ("Is the pump working again?", "Yes, the pump is working.", "The pump is out of service."),
        # One must.
        ("Is a helmet required?", "A helmet is optional.", "Everybody must wear one."),
        (
            "Must police officers read Miranda warnings before questioning a person in custody?",
            "Police must give Miranda warnings before a custodial interrogation; statements taken without them are "
            "generally inadmissible.",
            "Police do not have to give any warnings before a custodial interrogation, and statements taken without "
            "them are always admissible.",
        ),
        (
            "Must the seller of a house tell buyers about a leaking roof?",
            "Sellers must disclose a leaking roof to buyers; a sale without disclosure can be undone.",
            "Sellers do not have to disclose defects of the roof, and a sale without disclosure is final.",
        ),
        (
            "Do I need to register a drone under 250 g?",
            "You have to register it; flying without a number costs 100 euros.",
            "You do not have to register it, and nobody is fined for flying without a number.",
        ),
        (
            "Do I need a visa to enter the country?",
            "No visa is needed for stays of up to one year.",
            "You must apply for a visa before you travel.",
        ),
        # In other words.
        ("Is breakfast included in the price?", "Breakfast is included.", "Breakfast costs extra."),
        ("Do I have to book the ferry?", "You do not have to book.", "A reservation is required."),
        ("Is the timetable available in print?", "You can order it in print at the desk.", "Not at the moment."),
        ("Is breakfast included in the price?", "It is included.", "Breakfast is available for a fee."),
    ],
)
def test_what_is_said_plainly_contradicts_the_opposite(question: str, one: str, other: str) -> None:
    assert score(question, one, other) >= REVIEW


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        # One must.
        ("Is a helmet required?", "Yes, it is mandatory.", "Everybody must wear one."),
        ("Is a helmet required?", "A helmet is optional.", "You must wear one if you are under 18."),
        (
            "Must visitors wear a hard hat on the site?",
            "Every visitor must wear a hard hat; anyone without one is turned away.",
            "Nobody may enter the site without a hard hat.",
        ),
        (
            "Do sellers have to disclose a leaking roof?",
            "Sellers do not have to disclose small flaws, and buyers should look for themselves.",
            "Sellers must disclose serious defects; a leaking roof is one.",
        ),
        (
            "Do I need to register a drone under 250 g?",
            "You do not have to register it unless it has a camera.",
            "You have to register it if it has a camera.",
        ),
        (
            "Do I need a receipt to return an item?",
            "You must return the item within 14 days.",
            "A receipt is not needed.",
        ),
        # In other words.
        ("Is breakfast included in the price?", "Breakfast is included.", "Breakfast costs nothing extra."),
        (
            "Is the timetable available in print?",
            "You can order it in print at the desk.",
            "It is not in the shop, but you can order it in print.",
        ),
        ("Is breakfast included in the price?", "Breakfast is included.", "You can have it at no extra cost."),
        ("Are drinks included?", "Soft drinks are included, wine costs extra.", "Drinks are included."),
    ],
)
def test_what_is_said_plainly_does_not_contradict_the_same(question: str, one: str, other: str) -> None:
    assert score(question, one, other) < REVIEW


@pytest.mark.parametrize(
    ("question", "one", "asked", "other"),
    [
        ("Can I avoid the late fee?", "Yes, if you call us.", "Do I have to pay the late fee?", "Yes, always."),
        ("Must I file a return?", "No, that is not needed.", "Can I skip the return?", "No, it is always due."),
    ],
)
def test_what_is_due_contradicts_what_can_be_avoided(question: str, one: str, asked: str, other: str) -> None:
    assert score(question, one, other, asked) >= REVIEW


@pytest.mark.parametrize(
    ("question", "one", "asked", "other"),
    [
        ("Do I have to pay the late fee?", "No.", "Can I avoid the late fee?", "Yes."),
        ("Do I have to pay customs?", "Yes, you must pay.", "Can I avoid paying customs?", "No, they are always due."),
    ],
)
def test_what_is_due_agrees_with_what_cannot_be_avoided(question: str, one: str, asked: str, other: str) -> None:
    assert score(question, one, other, asked) < REVIEW
