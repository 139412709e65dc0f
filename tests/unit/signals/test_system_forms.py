"""The form that a system prompt asks of every answer, and answers that keep it or need not."""

from __future__ import annotations

import pyarrow as pa
import pytest

from ftq_spark.signals import measure

_LONG = (
    "A ferry carries people and their cars over a river or along the coast. Most of them go many times a day, and in "
    "winter some stay in the harbour when there is ice. The captain decides about that. A ticket can be had on board."
)
_GERMAN = "Die Fähre bringt die Leute und ihre Autos über den Fluss, und das mehrmals am Tag, auch wenn es kalt ist."
_LIST = "Take with you:\n- a coat\n- a lamp\n- some bread"


def missed(system: str, answer: str, question: str = "Tell me about the ferry.") -> bool:
    columns = {name: pa.array([question]) for name in ("prompt", "question", "first_user")}
    columns |= {"response": pa.array([answer]), "conversation": pa.array([f"{question}\n\n{answer}"])}
    columns |= {"roles": pa.array(["system user assistant"]), "context": pa.array([system])}
    return bool(measure(columns)["system_form_missed"][0])


@pytest.mark.parametrize(
    ("system", "answer"),
    [
        ("You sort mail. Respond only with JSON.", "This belongs to the harbour office."),
        ("Output must be valid JSON.", "It is large and white."),
        ("Du ordnest Post. Gib ausschließlich JSON zurück.", "Das gehört ins Hafenamt."),
        ("Réponds uniquement en JSON.", "Le bac est blanc."),
        ("Be brief: use no more than 15 words.", _LONG),
        ("Keep every reply under 20 words.", _LONG),
        ("Antworte kurz, maximal 12 Wörter.", f"{_GERMAN} {_GERMAN}"),
        ("Responde con 10 palabras como máximo.", _LONG),
        ("Answer in one sentence.", _LONG),
        ("Reply with a single word.", "I would say that it is rather large."),
        ("Answer only yes or no.", "The ferry does not go there in winter because of the ice."),
        ("You speak to drivers. Do not use markdown.", "**Ferry**\n\nIt leaves at nine."),
        ("Plain text only.", "## Ferry\nIt leaves at nine."),
        ("Never use bullet points.", _LIST),
        ("Always reply in French.", _LONG),
        ("Antworte immer auf Englisch.", _GERMAN),
        ("You are the harbour's desk. Respond in German.", _LONG),
    ],
)
def test_forms_that_are_missed(system: str, answer: str) -> None:
    assert missed(system, answer)


@pytest.mark.parametrize(
    ("system", "answer", "question"),
    [
        ("Respond only with JSON.", '```json\n{"desk": "harbour"}\n```', "Where to?"),
        ("Respond only with JSON.", "null", "Where to?"),
        ("If you are asked for data, respond only with JSON.", "It is large.", "How large is it?"),
        ("You can reply in JSON.", "It is large.", "How large is it?"),
        ("Titles have at most 5 words.", _LONG, "Tell me about it."),
        ("Answer in three parts, each of at most 10 words.", _LONG, "Tell me about it."),
        ("Use no more than 15 words.", "It leaves at nine, and at ten in winter.", "When does it leave?"),
        ("Use no more than 15 words.", _LONG, "Write a text of at most 60 words."),
        ("Answer in one sentence.", "It leaves at nine. Or ten.", "When does it leave?"),
        ("Answer yes or no, then explain.", _LONG, "Does it go there?"),
        ("Answer only yes or no.", "No.", "Does it go there?"),
        ("Answer only yes or no.", "¡Sí! El barco va allí cada mañana, también en invierno.", "¿Va allí?"),
        ("Use markdown.", "**Ferry**", "What is it?"),
        ("Do not use markdown.", "2 * 3 is 6, and 2*3*4 is 24.", "What is it?"),
        ("Never use bullet points.", "It leaves at nine - or ten.", "When does it leave?"),
        ("Respond in German.", _GERMAN, "Tell me about it."),
        ("Respond in German.", "It is the SS Great Britain.", "Which one?"),
        ("Respond in German or English.", _LONG, "Tell me about it."),
        ("Always respond in the user's language.", _LONG, "Tell me about it."),
        ("Only respond in JSON.", "I'm sorry, but I can't help with that.", "How do I sink it?"),
        ("You are a pilot.", _LIST, "What do I take?"),
        (
            'You help.\n[{"type": "function", "function": {"description": "Respond only with JSON."}}]',
            "It is large.",
            "How large is it?",
        ),
    ],
)
def test_forms_that_are_kept_or_not_asked_of_this_answer(system: str, answer: str, question: str) -> None:
    assert not missed(system, answer, question)
