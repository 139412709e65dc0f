"""Answers that say they were never told what the user has said of themselves, in six languages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

CODE = "fact_forgotten"


class Said(Protocol):
    """A turn of a dialogue."""

    @property
    def role(self) -> str:
        """Who speaks."""

    @property
    def text(self) -> str:
        """What is said."""


class _Fact(NamedTuple):
    """What a user may tell, and ask for again; `what`, where it is a group, is the same thing in both."""

    asked: str
    told: str  # its last group is what was told


_PROPER = r"((?-i:[A-ZÀ-Þ])\w+)"
_FACTS = (
    _Fact(
        r"what(?:'s| is| was) my name\b|\bwho am i\b|(?:know|remember|recall|said) (?:what )?my name\b"
        r"|wie (?:heiße ich|ich heiße)\b|cómo me llamo|cuál es mi nombre"
        r"|comment je m'appelle|quel est mon (?:pré)?nom"
        r"|(?:qual é o )?meu nome\?|como (?:eu )?me chamo|come mi chiamo",
        rf"\b(?:my name(?:'s| is)|i am called|call me|ich heiße|mein name ist|me llamo|mi nombre es|je m'appelle"
        rf"|mon nom est|me chamo|meu nome é|mi chiamo|(?:hi|hello|hey),? (?:i'm|i am)) {_PROPER}",
    ),
    _Fact(
        r"where (?:did i say (?:that )?i|do i) live\b|which (?:city|town|country) do i live in\b"
        r"|wo (?:wohne ich|ich wohne)\b"
        r"|dónde vivo|où (?:est-ce que )?j'habite|où habité-je|onde (?:eu )?moro|dove abito",
        rf"\b(?:i live in|(?:i'm|i am)\b[^.!?]*? living in"
        rf"|ich wohne in|vivo en|j'habite (?:à|en|au)|moro em|abito a) {_PROPER}",
    ),
    _Fact(
        r"how old (?:am i|did i say)|what(?:'s| is) my age\b|wie alt (?:bin ich|ich bin)\b|cuántos años tengo"
        r"|quel âge ai-je"
        r"|quantos anos (?:eu )?tenho|quanti anni ho",
        r"\b(?:i'm|i am|ich bin|tengo|j'ai|tenho|ho) (\d{1,2})(?: years| jahre| años| ans| anos| anni|[.,!])",
    ),
    _Fact(
        r"what am i allergic to|wogegen (?:bin ich|ich) allergisch|a qué soy alérgic[ao]|à quoi suis-je allergique",
        r"\b(?:i'm allergic to|i am allergic to|allergisch gegen|alérgic[ao] a(?: las?| los?)?"
        r"|allergique (?:à|aux?)) (\w+)",
    ),
    _Fact(
        r"what(?:'s| is| was) my (?P<what>\w+)(?:'s name|(?: is)? called)\b"
        r"|(?:remember|recall|know) my (?P<same>\w+)'s name\b",
        rf"\bmy {{what}}(?:'s name)?(?: is|,)? ?(?:called |named )?{_PROPER}",
    ),
    _Fact(
        r"what(?:'s| is| was) my favou?rite (?P<what>\w+)\b",
        r"\bmy favou?rite {what} is (?:the )?(\w+)",
    ),
)
ASKS_AGAIN = "(?i)" + re.sub(r"\?P<\w+>", "?:", "|".join(fact.asked for fact in _FACTS))
_DENIES = re.compile(
    r"(?i)\b(?:have|had|did)(?:n't| not) (?:yet |actually |previously )?"
    r"(?:told|tell|mention(?:ed)?|shared?|provided?|g[ai]ven?|said|say|specif\w+)"
    r"|\b(?:don't|do not) (?:have (?:any |that |your |access|information)|know (?:your|that|what|where|how))"
    r"|\bno (?:information|record|way of knowing)|\bcan(?:'t|not) recall\b|\b(?:don't|do not) (?:remember|recall)\b"
    r"|nicht (?:verraten|gesagt|genannt|erwähnt|mitgeteilt)|weiß (?:ich )?(?:leider )?nicht|no me (?:has|ha) dicho"
    r"|no (?:lo )?sé (?:tu|su|cómo|dónde|cuántos)|pas (?:dit|donné|indiqué|mentionné)|ne (?:connais|sais) pas"
    r"|não (?:me )?(?:disse|contou|informou|mencionou)|não sei|non (?:mi )?(?:hai|ha) detto"
)
_TAKEN_BACK = re.compile(r"(?i)\bforget\b|\bdelete\b|\bpretend\b|\bvergiss\b|\bolvid\w+|\boublie\w*|\besque[cç]\w+")
_ASKED_CHARS, _OPENING_CHARS = 160, 300


def forgotten(turns: Sequence[Said]) -> Iterator[tuple[int, str]]:
    """Answers that deny what a user's own earlier turn tells, where the user asks for it again."""
    for place in range(2, len(turns)):
        asked, answer = turns[place - 1 : place + 1]
        if (asked.role, answer.role) != ("user", "assistant") or len(asked.text) > _ASKED_CHARS:
            continue
        opening = answer.text[:_OPENING_CHARS].replace("’", "'")
        if not _DENIES.search(opening):
            continue
        before = [turn.text.replace("’", "'") for turn in turns[: place - 1] if turn.role == "user"]
        told = _told(asked.text.replace("’", "'"), before)
        if told and told.casefold() not in answer.text.casefold() and not any(map(_TAKEN_BACK.search, before)):
            yield place, CODE


def _told(asked: str, before: Sequence[str]) -> str:
    """What earlier turns tell of what is asked; "" where they tell nothing."""
    for fact in _FACTS:
        match = re.search(f"(?i){fact.asked}", asked)
        if match is None:
            continue
        what = next((group for group in match.groups() if group), "")
        telling = re.compile("(?i)" + fact.told.replace("{what}", re.escape(what)))
        for text in before:
            if (found := telling.search(text)) is not None:
                return found[found.lastindex or 0]
    return ""
