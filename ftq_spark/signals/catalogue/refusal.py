"""Refusals and non-answers: where they open or fill an answer, in whatever typography.

Three kinds of sentence are told apart. One that *declines* says that the writer will not or cannot do what was asked;
one that *disclaims* says what the writer is ("as a language model, I have no opinions"); one that *deflects* sends the
reader elsewhere ("please consult a professional"). An answer is a refusal as far as such sentences fill it, provided
that it declines or disclaims at all; one that opens by declining and never turns to the matter ("however, here is …")
is one whole, however long and well laid out. Quoted text is set aside first: an answer may speak about refusals.
"""

from __future__ import annotations

import functools

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ftq_spark.kernels.text import arrays as kernel
from ftq_spark.kernels.text.expressions import Joined
from ftq_spark.signals.batch import Batch
from ftq_spark.signals.features.phrases import any_of, expression
from ftq_spark.signals.registry import signal, suspects

_PHRASES = functools.partial(expression, "refusal")
_DECLINES = any_of((_PHRASES("declines"), _PHRASES("opens_declining")))
# Two expressions: RE2 takes three times as long for all in one, whose states do not fit into its memory.
_CUES = (_DECLINES, any_of((_PHRASES("disclaims"), _PHRASES("unknowing"))))
BUT = r",? but |[.;] however,? "  # what follows is judged by itself
# Single marks quote speech where what they close ends in a mark of its own: 'I cannot tell you,' she said.
QUOTED = r"[\"“«][^\"”»\n]*[\"”»]|(?:^|[\s(])['‘][^'’\n]*[,.!?…]['’]"
# Definitions of tools: where they are offered, to decline what none of them does is the lesson.
_TOOLS = r'"(?:parameters|function|inputSchema|input_schema|functionDeclarations)"\s*:'
# Who only says "I can't ask you to do this" or "I don't know" may play a part, or be right.
_SURE = any_of((_PHRASES("formula"), _PHRASES("disclaims")))
_CANNED, _SEES_HARM = _PHRASES("canned"), _PHRASES("sees_harm")
UNSURE, MOSTLY = 0.4, 0.5
# Who sees a harm in what was asked, or says more than what he declines, mostly has a reason: a field that he keeps to,
# a licence that he lacks, a policy. What would do for any question, and what leaves a question with nothing, is said
# of a plain task as of any other.
GROUNDED, THROUGHOUT = 0.8, 0.99
LABEL_CHARS = 20  # "Cannot answer" is one of the answers that a question leaves to choose
_ITEM = r"(?m)^\s*(?:[-*•]|\p{Nd}+[.)])\s"
LAID_OUT_ITEMS, LAID_OUT = 3, 0.9  # of a refusal that lists its reasons, which does not pass on its length and layout
OPENING_CHARS = 300
OPENING_SENTENCES = 3
UNKNOWING_CHARS = 160
SENTENCES_OF_ANSWER = 2  # at the beginning
CHARS_BEHIND_BUT = 80
_FIGURES = r"\p{Nd}"
_CODE = r"`[^`\n]{6,}`|```"  # what was asked for is there after all
_DATED = r"(?i)^\W*(?:but |however,? )?as of\b"  # what was so at a time is told after all
ASKS_AT_LENGTH_CHARS = 160
TELLS_MUCH_CHARS = 200  # a longer question may well hold what an answer says is lacking
_HOLDS_MATERIAL = r"[\n:：\"“「『《]"
BRIEF_CHARS = 600  # an answer that opens with "I cannot …" and is no longer than this is taken at its word


def _any(flags: NDArray[np.bool_], owner_offsets: NDArray[np.int64]) -> NDArray[np.bool_]:
    return kernel.count_true(flags, owner_offsets) > 0


def evasion_scores(
    answers: pa.Array, in_voice: NDArray[np.bool_], about_itself: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """(n,) how far each answer evades the question, in [0, 1].

    `in_voice`: (n,) the answer speaks for somebody else; `about_itself`: (n,) the question is about who answers.
    """
    plain = pc.replace_substring_regex(answers, QUOTED, '""')
    text = kernel.decode(pc.replace_substring_regex(plain, BUT, ". But "))
    segments = kernel.sentences(text)
    owners = segments.owner_offsets
    said = Joined(segments.texts)
    chars = np.diff(segments.starts)
    n_chars = np.maximum(np.diff(text.offsets), 1)
    origin = np.repeat(text.offsets[:-1], np.diff(owners))
    rank = np.arange(len(chars)) - np.repeat(owners[:-1], np.diff(owners))
    early = (segments.starts[:-1] - origin < OPENING_CHARS) & (rank < OPENING_SENTENCES)

    opens = said.matches(_PHRASES("opens_declining")) & ~said.matches(_PHRASES("opens_otherwise")) & early
    opens &= np.repeat((n_chars <= BRIEF_CHARS) & ~in_voice, np.diff(owners))
    declines = said.matches(_PHRASES("declines")) | opens
    disclaims = said.matches(_PHRASES("disclaims")) & ~np.repeat(about_itself, np.diff(owners))
    unknowing = said.matches(_PHRASES("unknowing"))
    evades = declines | disclaims | unknowing | said.matches(_PHRASES("deflects"))
    evasive = kernel.sum_by_offsets(chars * evades, owners) / n_chars

    cues = declines | disclaims
    scores = np.where(_any(cues, owners), evasive, 0.0)
    told = ~evades & ~said.matches(_PHRASES("of_the_writer"))
    turning = said.matches(_PHRASES("turns"))
    figures = told & turning & said.matches(_FIGURES)
    answered = _answers_first(told, owners) | _any(figures | (told & said.matches(_DATED)), owners)
    answered |= Joined(answers).matches(_CODE)
    scores[answered] *= 0.5
    turns = _any(turning | _goes_on(segments, said, cues & early, told), owners)
    turns |= _asks_back(said, told, owners)
    whole = _any(declines & early, owners) & ~turns & ~in_voice & ~answered
    scores = np.where(whole, np.maximum(scores, 0.9), scores)
    unknown = (n_chars <= UNKNOWING_CHARS) & _any(unknowing, owners) & (evasive >= 0.5)
    return np.where(unknown, np.where(in_voice, 0.0, 1.0), scores)


def _answers_first(told: NDArray[np.bool_], owners: NDArray[np.int64]) -> NDArray[np.bool_]:
    """(n,) answers whose first two sentences tell something of the matter: what follows is a caveat."""
    enough = np.diff(owners) >= SENTENCES_OF_ANSWER
    found = enough.copy()
    for place in range(SENTENCES_OF_ANSWER):
        found[enough] &= told[owners[:-1][enough] + place]
    return found


def _asks_back(said: Joined, told: NDArray[np.bool_], owners: NDArray[np.int64]) -> NDArray[np.bool_]:
    """(n,) answers that end in a question of their own about the matter, so that the talk goes on."""
    filled = np.flatnonzero(np.diff(owners) > 0)
    asks = told & said.matches(r"[?？]\W*$") & ~said.matches(_PHRASES("offers"))
    found = np.zeros(len(owners) - 1, dtype=bool)
    found[filled] = asks[owners[1:][filled] - 1]
    return found


def _goes_on(
    segments: kernel.Segments, said: Joined, cues: NDArray[np.bool_], told: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """(s,) sentences behind the "but" of one that declines, which tell more than it does."""
    chars = np.diff(segments.starts)
    found = said.matches(r"^\W*But\b") & told
    found[1:] &= cues[:-1] & (chars[1:] >= np.maximum(CHARS_BEHIND_BUT, chars[:-1]))
    found[:1] = False
    return found


@suspects("refusal", "safe_refusal")
def _may_evade(batch: Batch) -> NDArray[np.bool_]:
    one, other = _CUES
    return batch.matches("response", one) | batch.matches("response", other)


def _evasion(batch: Batch) -> NDArray[np.float64]:
    """(n,) evasion scores; only answers that hold a cue at all are looked at closely."""

    def compute() -> NDArray[np.float64]:
        scores = np.zeros(batch.n)
        found = np.flatnonzero(_may_evade(batch))
        if len(found):
            some = batch.at(found, ("response", "question"))
            in_voice = some.matches("question", _PHRASES("in_voice"))
            about_itself = some.matches("question", _PHRASES("about_itself"))
            scores[found] = evasion_scores(some.array("response"), in_voice, about_itself)
        return scores

    return batch.feature("evasion", "response", compute)


def evades(batch: Batch) -> NDArray[np.bool_]:
    """(n,) answers that decline, disclaim or deflect, rightly or not."""
    found: NDArray[np.bool_] = _evasion(batch) >= MOSTLY
    return found


def right_to_decline(batch: Batch) -> NDArray[np.bool_]:
    """(n,) examples in which to decline may be right.

    They speak of harm or of who answers, ask for what cannot be known, for what was said elsewhere or for a denial in
    other words, answer thanks, name a field to which they keep, offer tools or say what is not to be told, or prefer
    the answer to another one; or a short question lacks what it speaks of, and the answer asks for that.
    """
    harm = batch.matches("prompt", _PHRASES("unsafe"))
    itself = batch.matches("question", _PHRASES("about_itself"))
    unknowable = batch.matches("question", _PHRASES("unknowable"))
    reworded = batch.matches("question", _PHRASES("rewords"))
    unknowable |= batch.matches_among("question", _PHRASES("denials"), reworded)
    ruled = batch.matches("context", any_of((_TOOLS, _PHRASES("restricted"), _PHRASES("plays"), _PHRASES("appointed"))))
    principled = batch.matches("response", _PHRASES("principled"))
    principled &= ~batch.matches_among("response", _PHRASES("incapable"), principled)
    principled &= ~batch.matches_among("question", _PHRASES("of_a_notion"), principled)
    harm |= batch.matches_among("prompt", _PHRASES("sensitive"), principled)
    # Who hides a harm asks at length; what sounds like harm and is none is asked in a line.
    at_length = principled & (np.diff(batch.text("question").offsets) >= ASKS_AT_LENGTH_CHARS)
    harm |= batch.matches_among("response", _PHRASES("gives_ground"), at_length)
    # No list of words tells every harmful request; an answer that calls it so, without a "may be", has judged it.
    judged = batch.matches("response", _PHRASES("names_harm"))
    harm |= judged & ~batch.matches_among("question", _PHRASES("of_a_notion"), judged)
    unknowable |= batch.matches("question", _PHRASES("said_elsewhere"))
    ruled |= batch.matches("response", any_of((_PHRASES("welcomes"), _PHRASES("of_its_field"), _PHRASES("means"))))
    itself |= _is_asked_as_a_person(batch)
    lacking = _asks_for_more(batch) | _was_not_told(batch)
    return harm | itself | unknowable | ruled | lacking | batch.matches("rejected", r"\S")


def _is_asked_as_a_person(batch: Batch) -> NDArray[np.bool_]:
    """(n,) short questions that speak to who answers as to a person, and whose answer says that it is none."""
    found = batch.matches("response", _PHRASES("disclaims"))
    found &= batch.matches_among("response", _PHRASES("of_the_machine"), found)
    places = np.flatnonzero(found & (np.diff(batch.text("question").offsets) <= TELLS_MUCH_CHARS))
    asked = batch.at(places, ("question",)).array("question")
    found[:] = False
    found[places] = Joined(pc.replace_substring_regex(asked, _PHRASES("asks_politely"), "")).matches(
        _PHRASES("speaks_to_it")
    )
    return found


def _was_not_told(batch: Batch) -> NDArray[np.bool_]:
    """(n,) answers that say that the text which the prompt holds does not tell what is asked."""
    found = batch.matches("response", _PHRASES("not_in_it"))
    return found & (batch.matches_among("question", _HOLDS_MATERIAL, found) | batch.matches("context", r"\S"))


def _asks_for_more(batch: Batch) -> NDArray[np.bool_]:
    """(n,) answers that say what a short question does not: the text that it speaks of, or enough to reckon with."""
    lacks = batch.matches("question", _PHRASES("of_a_thing")) & ~batch.matches("question", _HOLDS_MATERIAL)
    found = lacks & batch.matches("response", _PHRASES("not_given"))
    found |= batch.matches("response", _PHRASES("not_enough"))
    return found & (np.diff(batch.text("question").offsets) <= TELLS_MUCH_CHARS)


def declining(batch: Batch) -> NDArray[np.float64]:
    """(n,) how far answers decline, disclaim or deflect what they need not, in [0, 1]."""
    scores = _evasion(batch)
    scores = np.where(batch.matches_among("response", _SURE, scores > UNSURE), scores, np.minimum(scores, UNSURE))
    return np.where(right_to_decline(batch), 0.0, scores)


@signal(
    "refusal",
    version=23,
    range=(0, 1),
    reads=("response", "question", "prompt", "context", "rejected"),
    summary="How far the answer declines, disclaims or deflects; 1: throughout; at most 0.8 where it sees a harm, or "
    'says something beside what it declines and would not do for any question, as "I can\'t help with that" would, '
    "and lists no reasons; at most 0.4 where it says neither that it cannot help nor what it is. 0 where safe_refusal "
    "applies.",
)
def refusal(batch: Batch) -> NDArray[np.float64]:
    scores = batch.value(declining)
    of_nothing = batch.matches_among("response", _CANNED, scores > GROUNDED)
    whole = (scores >= THROUGHOUT) & (np.diff(batch.text("response").offsets) >= LABEL_CHARS)
    of_nothing |= batch.matches_among("response", _DECLINES, whole)
    of_nothing &= ~batch.matches_among("response", _SEES_HARM, of_nothing)
    laid_out = batch.counts_among("response", _ITEM, scores >= MOSTLY) >= LAID_OUT_ITEMS
    found = np.where(of_nothing, scores, np.minimum(scores, GROUNDED))
    return np.where(laid_out, np.maximum(scores, LAID_OUT), found)


@signal(
    "safe_refusal",
    version=22,
    range=(0, 1),
    reads=("response", "question", "prompt", "context", "rejected"),
    summary="The same where declining may be right: harm is spoken of, what nobody can know asked for, tools offered, "
    "answers compared. NaN elsewhere.",
)
def safe_refusal(batch: Batch) -> NDArray[np.float64]:
    return np.where(right_to_decline(batch), _evasion(batch), np.nan)
