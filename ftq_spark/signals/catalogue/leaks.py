"""What does not belong in a text: chat template tokens, other instructions, other speakers."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ftq_spark.signals.batch import Batch
from ftq_spark.signals.catalogue.absence import STAND_INS
from ftq_spark.signals.catalogue.characters import CONTROL_CHARACTER, MOJIBAKE
from ftq_spark.signals.features.phrases import any_of, expression
from ftq_spark.signals.registry import signal, suspects

TEMPLATE = (
    r"<\|[a-zA-Z_]{2,24}\|>|\[/?INST\]|<</?SYS>>|<(?:start|end)_of_turn>|</s>|^<s>|<(?:bos|eos|pad|unk)>"
    r"|<｜[^｜>\n]{2,24}｜>|\[(?:/?AVAILABLE_TOOLS|/?TOOL_RESULTS|TOOL_CALLS)\]|\[(?:PAD|UNK)\]"
)
# Where a picture, a sound or a film stands in the text: content, and no turn's.
_MEDIA = r"<\|(?:vision|image|audio|video|box|quad|object_ref)(?:_[a-z]{2,5})?\|>"
# A token with which a template parts its turns or texts, where it does so: at an end of a line, behind the end of a
# sentence, or beside another one. One inside a sentence is named; a word between such marks may be one's own.
_OF_TURNS = expression("leaks", "turn_tokens").removeprefix("(?i)")
_PARTS_TURNS = rf"(?m)(?:^|[^.\s][.!?]|[。！？)\]])[^\S\n]*{_OF_TURNS}|{_OF_TURNS}[^\S\n]*(?:$|{_OF_TURNS})"
# The token that ends a text, behind an answer that is otherwise free of such: the stop sequence of a completion.
_ENDS_TEXT = r"(?:<\|end_?of_?text\|>|</s>|<eos>)\s*$"
ROLE_LABEL = r"(?m)^\s*(?:#{1,4}\s*)?(?:Human|User|Assistant|ASSISTANT|USER|HUMAN)\s*:(?:\s|$)"
# The heading of a template, its system prompt, and what a chat window shows around an answer.
OPENS_AS_TEMPLATE = (
    r"^\s*#{2,4}\s*(?:Assistant|Response)\s*:|^\s*(?i:system)\s*:\s*You are\b|(?:^|\n)\s*Regenerate response\s*(?:\n|$)"
)
# What a template rendered begins with such a token; one behind words is what somebody cut the text at.
_RENDERED, _STRAY_END = rf"^\s*{_OF_TURNS}", rf"[^\s>\]]\s*{_OF_TURNS}\s*$"
_OF_NO_TURN = r"<\|?(?:pad|unk)\|?>|\[(?:PAD|UNK)\]"  # what fills a batch, or could not be read
_FENCED = r"(?s)```.*?```"
# Tags of one's own, which close what they open: <|json|>{…}<|/json|>.
_OWN_TAGS = re.compile(r"(?s)<\|([a-zA-Z_]{2,24})\|>(.*?)<\|/\1\|>")
_CLOSING_TAG = r"<\|/[a-zA-Z_]{2,24}\|>"
# Who asks what such a token means, or what a format of prompts looks like, is answered with it.
_ABOUT_TEMPLATES = expression("leaks", "about_templates", r"\b{}\b")
_ASKS = r"(?i)^[^<\[]*\b(?:how|mean|stands? for|token|what|why)\b"
MERGED = (
    r"(?im)\n\s*(?:\d{1,2}\.\s*)?(?:#{1,4}\s*)?(?:\*\*)?instruction\s*\d*(?:\*\*)?\s*:"
    r"|\n\s*#{2,4}\s*instruction\b\s*:?\s*$"
)


@signal(
    "n_template_tokens",
    version=12,
    range=(0, np.inf),
    reads=("conversation", "response", "question"),
    summary="Special tokens of chat templates inside the texts but for fenced code and media, such as <|im_end|>, "
    '[INST] or </s>, and an answer that opens with "### Response:" or holds "Regenerate response"; 0.5 where none '
    "parts turns, but is named in a sentence or is a word of one's own (<|think|>), where all is one at the very end, "
    "and where a question was rendered or quotes them, and the answer holds none but the end of its turn.",
    source="axolotl, TRL practice",
)
def n_template_tokens(batch: Batch) -> NDArray[np.float64]:
    found = _tokens(batch) + batch.matches("response", OPENS_AS_TEMPLATE)
    places = np.flatnonzero(found)
    if len(places):  # code that writes or reads such tokens: of a model file, of another template
        some = batch.at(places, ("conversation", "response"))
        fenced = some.matches("conversation", _FENCED)
        bare = pc.replace_substring_regex(some.array("conversation"), _FENCED, "")
        left = _tokens(Batch({"conversation": bare}, batch.parameters))
        found[places[fenced & (left == 0) & ~some.matches("response", OPENS_AS_TEMPLATE)]] = 0.0
    tagged = np.flatnonzero(batch.matches_among("conversation", _CLOSING_TAG, found > 0))
    if len(tagged):
        some = batch.at(tagged, ("conversation", "response"))
        bare = pa.array([_OWN_TAGS.sub(r"\2", text) for text in some.strings("conversation")], pa.large_string())
        left = _tokens(Batch({"conversation": bare}, batch.parameters))
        found[tagged] = np.minimum(found[tagged], left + some.matches("response", OPENS_AS_TEMPLATE))
    parts = _in_prose(_PARTS_TURNS, batch, found > 0) | batch.matches_among("response", OPENS_AS_TEMPLATE, found > 0)
    found[(found > 0) & ~parts] = 0.5
    found[(found == 1) & batch.matches("response", _ENDS_TEXT)] = 0.5
    found[_of_the_prompt(batch, found >= 1)] = 0.5
    asked = batch.matches_among("question", TEMPLATE, found > 0) & batch.matches_among("question", _ASKS, found > 0)
    found[asked | batch.matches_among("question", _ABOUT_TEMPLATES, found > 0)] = 0.0
    return found


def _of_the_prompt(batch: Batch, chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(n,) are the tokens of the `chosen` those of a question that was rendered, or that quotes them?

    Behind a rendering the answer may hold the end of its own turn; no other text may hold any.
    """
    columns = ("conversation", "question", "response")
    whole, asked, told = (batch.counts_among(column, TEMPLATE, chosen) for column in columns)
    alone: NDArray[np.bool_] = chosen & (asked > 0) & (whole == asked + told)
    alone &= ~batch.matches_among("response", OPENS_AS_TEMPLATE, alone)
    ends = batch.matches_among("response", rf"{_OF_TURNS}\s*$", alone)
    rendered = batch.matches_among("question", _RENDERED, alone) & (told == ends)
    rendered &= ~batch.matches_among("question", _OF_NO_TURN, rendered)
    quoted = (told == 0) & ~batch.matches_among("question", _STRAY_END, alone)
    alone &= rendered | quoted
    return alone


def _in_prose(pattern: str, batch: Batch, chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(n,) does the pattern match outside fenced code, in the conversations of the `chosen`?"""
    found = np.zeros(batch.n, dtype=bool)
    places = np.flatnonzero(chosen)
    if len(places):
        bare = pc.replace_substring_regex(batch.array("conversation").take(pa.array(places)), _FENCED, "\n")
        found[places] = Batch({"conversation": bare}, batch.parameters).matches("conversation", pattern)
    return found


def _tokens(batch: Batch) -> NDArray[np.float64]:
    found = batch.counts("conversation", TEMPLATE)
    places = np.flatnonzero(found)
    found[places] -= batch.at(places, ("conversation",)).counts("conversation", _MEDIA)
    return found


@signal(
    "n_role_labels",
    version=1,
    range=(0, np.inf),
    reads=("response",),
    summary='Lines of the answer that begin with "Human:", "User:" or "Assistant:".',
    source="axolotl, TRL practice",
)
def n_role_labels(batch: Batch) -> NDArray[np.float64]:
    return batch.counts("response", ROLE_LABEL)


@signal(
    "n_merged_instructions",
    version=2,
    range=(0, np.inf),
    reads=("response",),
    summary='Further instructions inside the answer, such as "4. Instruction:" or "### Instruction".',
    source="Alpaca cleaning: merged instructions",
)
def n_merged_instructions(batch: Batch) -> NDArray[np.float64]:
    return batch.counts("response", MERGED)


_SPEAKER = expression("speakers").removeprefix("(?i)")
# The label of a speaker behind the end of a sentence; what is a dialogue, a form or a list of fields holds more.
_OTHER_SPEAKER = rf"[.!?…。！？\"”)]\s*(?i:{_SPEAKER})\s?[:：]\s*(?:\p{{Lu}}|\p{{Lo}})"
_ADDRESS = r"[\p{L}\p{Nd}]\.ai\s?:\s*\p{Lu}"  # of a web page, not of a speaker
_ASKING, _ANSWERING = (expression("speakers", part).removeprefix("(?i)") for part in ("asking", "answering"))
# Two roles that take turns behind the answer, each on its own line: a model that was not stopped went on by itself.
_TURNS = rf"(?is)\n\W{{0,4}}(?:{_ASKING})\s?[:：]\s*\S.*?\n\W{{0,4}}(?:{_ANSWERING})\s?[:：]"
_TURNS_BEGIN = rf"(?i)\n\W{{0,4}}(?:{_ASKING})\s?[:：]"
# The same by letters, unless questions and answers are what is asked for.
_LETTERED_TURNS = (
    r"(?s)[.!?]\s*\n\W{0,4}(?:Q\s?[:.]\s*\S[^\n]*\?|Question\s?:\s*\S[^\n]*[.?!])\s*\n\W{0,4}A(?:nswer)?\s?[:.]\s*\S"
)
_LISTED = expression("speakers", "listed", r"\b{}\b")
_OPENS_AS_SPEAKER = rf"^\W*(?i:{_SPEAKER})\s?[:：]"
_DIALOGUE = expression("asked", "dialogue")
_SCENE = re.compile(r"\W*([^\W\d_a-z][\w .'-]{0,30}?)\s?[:：]\s")  # the line of a speaker
MIN_LINES, SPOKEN_SHARE = 2, 0.6  # of the one who speaks first, and of all lines, in what is written as a scene


@signal(
    "other_speaker",
    version=10,
    range=(0, np.inf),
    reads=("response", "question"),
    summary='Turns of another speaker inside an answer ("… so.Patient: What kind"); 0 where a dialogue is asked for.',
)
def other_speaker(batch: Batch) -> NDArray[np.float64]:
    found = _turns_of_others(batch)
    places = np.flatnonzero(found)
    if len(places):
        some = batch.at(places, ("response", "question"))
        written = some.matches("question", _DIALOGUE) | some.matches("response", r"^\W*Q(?:uestion)?\s?[:.]")
        lettered = some.matches("response", _LETTERED_TURNS) & ~some.matches("response", _OTHER_SPEAKER)
        written |= lettered & some.matches("question", _LISTED)
        written |= some.matches("question", rf"(?i)\b(?:{_SPEAKER})\s?[:：]")
        written |= some.matches("response", _OPENS_AS_SPEAKER)
        spoken = zip(some.strings("question"), some.strings("response"), strict=True)
        written |= np.fromiter((_is_a_scene(*pair) for pair in spoken), bool, len(places))
        found[places] = np.where(
            written, 0.0, np.minimum(found[places], _turns_of_others(_without_lines_of_code(_prose(some))))
        )
    return found


def _is_a_scene(question: str, answer: str) -> bool:
    """Whether most lines are somebody's, and who speaks first has several, or all are named by the question."""
    lines = [line for line in answer.splitlines() if line.strip()]
    speakers = [label[1] for label in map(_SCENE.match, lines) if label]
    opens = bool(lines) and _SCENE.match(lines[0]) is not None
    told = len(set(speakers)) >= MIN_LINES and all(speaker.casefold() in question.casefold() for speaker in speakers)
    return opens and len(speakers) >= SPOKEN_SHARE * len(lines) and (told or speakers.count(speakers[0]) >= MIN_LINES)


def _turns_of_others(batch: Batch) -> NDArray[np.float64]:
    labels = batch.counts("response", _OTHER_SPEAKER)
    labels = np.maximum(labels - batch.counts_among("response", _ADDRESS, labels > 0), 0.0)
    turns = batch.counts_among("response", _TURNS, batch.matches("response", _TURNS_BEGIN))
    found: NDArray[np.float64] = np.maximum.reduce([labels, turns, batch.counts("response", _LETTERED_TURNS)])
    return found


def _without_lines_of_code(batch: Batch) -> Batch:
    """The answers without lines that end as those of code do: what has a type there is no speaker."""
    answers = pc.replace_substring_regex(batch.array("response"), r"(?m)^.*(?:[;{}]|=>)[^\S\n]*$", "")
    return Batch({"response": answers}, batch.parameters)


def _prose(batch: Batch) -> Batch:
    """The answers without their fenced code."""
    answers = batch.array("response")
    fenced = batch.holds("response", "```")
    if fenced.any():
        without = pc.replace_substring_regex(answers.filter(pa.array(fenced)), r"(?s)```.*?(?:```|$)", "\n")
        answers = pc.replace_with_mask(answers, pa.array(fenced), without)
    return Batch({"response": answers}, batch.parameters)


_ASKS_WHO, _ASKS_UNTIL_WHEN = expression("leaks", "asks_who"), expression("leaks", "asks_until_when")
_ASKS_WHICH = expression("leaks", "asks_which")


_PROMPT = expression("leaks", "prompt")
_LEAKS = ("identity_leak", "cut_off_leak", "other_speaker", "n_template_tokens", "n_merged_instructions", "prompt_leak")


@suspects(*_LEAKS, "placeholder", "n_mojibake", "n_control_chars")
def _may_be_at_fault(batch: Batch) -> NDArray[np.bool_]:
    """One pass over the texts for nearly all of them."""
    leaks = (
        expression("leaks", "identity"),
        expression("leaks", "cut_off"),
        _OTHER_SPEAKER,
        TEMPLATE,
        OPENS_AS_TEMPLATE,
        MERGED,
        _PROMPT,
    )
    found = batch.matches("response", any_of((*leaks, *STAND_INS, MOJIBAKE, CONTROL_CHARACTER)))
    return found | batch.matches_among("response", _TURNS, batch.matches("response", _TURNS_BEGIN))


@signal(
    "identity_leak",
    version=8,
    range=(0, 1),
    reads=("response", "question", "context"),
    summary='1 where the answer says to be a model with a name or a maker ("I am ChatGPT") that nobody asked it to be; '
    "0.5 where it was asked who it is: that may be the lesson; 0.25 where it was asked for its model or maker.",
)
def identity_leak(batch: Batch) -> NDArray[np.float64]:
    named = batch.matches("question", expression("leaks", "asks")) | batch.matches(
        "context", expression("leaks", "asks")
    )
    found = batch.matches("response", expression("leaks", "identity")) & ~named & ~batch.matches("response", "<html")
    places = np.flatnonzero(found)
    if len(places):
        found[places] = _prose(batch.at(places, ("response",))).matches("response", expression("leaks", "identity"))
    which, who = (batch.matches_among("question", asked, found) for asked in (_ASKS_WHICH, _ASKS_WHO))
    return np.select([which, who], [0.25, 0.5], 1.0) * found


# What somebody in a tale says: a quotation that opens before it and does not close.
_SAID_BY_ANOTHER = rf"(?:^|[\s(])[\"“«„](?:[^\s\"”»“][^\"”»“\n]{{0,200}})?(?:{expression('leaks', 'cut_off')})"


@signal(
    "cut_off_leak",
    version=4,
    range=(0, 1),
    reads=("response", "question", "context"),
    summary='1 where the answer speaks of its writer\'s last training ("as of my last update in September 2021"); 0 '
    "where it was asked for that, has a system prompt that says until when it knows things, or quotes somebody.",
)
def cut_off_leak(batch: Batch) -> NDArray[np.float64]:
    found = batch.matches("response", expression("leaks", "cut_off"))
    told = batch.matches_among("question", _ASKS_UNTIL_WHEN, found)
    told |= batch.matches_among("context", expression("leaks", "known_until"), found)
    told |= batch.matches_among("response", _SAID_BY_ANOTHER, found)
    return (found & ~told).astype(np.float64)


_ABOUT_PROMPTS = expression("leaks", "about_prompts")


@signal(
    "prompt_leak",
    version=3,
    range=(0, 1),
    reads=("response", "prompt"),
    summary='1 where the answer holds a prompt ("You are a helpful assistant. …", "### Instruction") or speaks '
    "of one that nobody sees.",
)
def prompt_leak(batch: Batch) -> NDArray[np.float64]:
    found = batch.matches("response", _PROMPT)
    if found.any():
        found = found & ~batch.matches("prompt", _ABOUT_PROMPTS)
    return found.astype(np.float64)
