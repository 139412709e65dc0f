"""How an answer ends: cut off, or with marks left open."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ftq_spark.kernels.exchanges.flat import UNFINISHED
from ftq_spark.kernels.text import arrays as kernel
from ftq_spark.kernels.text.expressions import Joined
from ftq_spark.signals.batch import Batch
from ftq_spark.signals.catalogue.form import filled_lines
from ftq_spark.signals.features.phrases import expression
from ftq_spark.signals.registry import signal, suspects

_PAIRS = ("()", "[]", "{}", "（）", "「」", "【】")
TAIL_CHARS = 240
MIN_CHARS = 30  # a shorter answer may well be a phrase
PROSE_CHARS = 60  # a shorter one may leave out its full stop
_COMMA = r"[,，、،(\[{（【「『“‘«]\s*$"
_STRAY = r"[.!?。！？][\"'”’]?,\s*$"  # … behind a full stop
_EACH_LINE = r"(?:,\s*\n[^\n]*){2},\s*$"  # … as at the end of each line before it
_SEMICOLON = r"[;；]\s*$"  # lists of which each item ends so are whole, as often as not
_RECKONED = r"=\s*\p{Sc}?\p{Nd}[\p{Nd}.,]*\s?%?(?:\s\p{L}+){0,3},\s*$"  # a sum that is done, with a stray comma
_GIVEN_END = r"[,;，；、،][\"'”’»]?\s*$"
SAID_AGAIN_CHARS = 30
_COLON = r"[:：]\s*(?:\*\*)?\s*$"
_STOPWORD = expression("ending", "goes_on", r"(?:^|[\s(]){}\s*$").removeprefix("(?i)")
# Letters that none of the languages of these words has, but for names: of Vietnamese, Polish, Turkish, Czech, Romanian.
_OTHER_LATIN = r"[\x{100}-\x{151}\x{154}-\x{177}\x{179}-\x{17E}ơưșț\x{1E00}-\x{1EFF}]"
OTHER_LETTERS, OTHER_SHARE = 2, 0.025  # … in texts of other languages
_PROSE_GOES_ON = expression("ending", "prose_goes_on", r"[\s(]{}\s*$").removeprefix("(?i)")
# A question that leaves out its mark may end with these: is there anything else that I can help you with
_ASKS_SO = expression(
    "ending", "opens_question", r"^\W*{}\b[^.!?\n]{12,}\b(?:about|for|from|in|it|of|that|this|to|with)\s*$"
)
_SINGLED_OUT = r"(?:[:：=→|–—]|\s-)\s*\p{L}+\s*$"  # a word that is named or glossed, not used
# Three lines of one word and what it means each.
_GLOSSES = r"(?:(?:^|\n)\s*(?:[-*•]\s*)?[^\s:：=→][^\n:：=→]{0,40}\s*[:：=→][ \t]*[^\n:.!?]{1,40}){3}\s*$"
_FORMULA = r"[\\^{}][^\n]{0,24}\s\p{L}{1,3}\s*$"  # its letters are no words: \int f(i) di
_SAYS_CUT = expression("ending", "says_cut", r"{}\s*$")
_ENDS_SO = expression("ending", "ends_so", r"{}\s*$")
_HYPHEN = r"(?:^|[^-‐‑\p{L}])\p{L}+[-‐‑]\s*$"
# Full stop of any script, closing quote or bracket, code, table cell, emoji or other symbol, number, link.
_CLOSED = (
    r"(?:[.!?…。！？｡؟۔।॥։።\"'”’»›)\]}*_`」』】）〉》;>|~=$%°™®©\p{So}\p{Sk}\p{Sc}\p{Sm}\x{200d}\x{fe0f}]"
    r"|(?:^|[^\p{L}\p{N}\-])\p{Nd}[\p{Nd}.,:/\-]*|https?://\S+|[#@]\w+|\bEND)\s*$"  # END: a model's stop
    # German quotes: “ and « close what „ and » have opened, or follow the full stop.
    # Faces, which open a bracket and do not close it.
    r"|(?:^|\s)[:;=][-'^o]?[(\[]+\s*$"
    r"|[.!?…][“«‘]\s*$|„[^„“]*“\s*$|»[^»«]*«\s*$|‚[^‚‘]*‘\s*$"
)
# Verse, speech and scraps end in a comma or a function word as they like; who points other sentences does not.
OF_OTHER_TEXT = 0.8
VERSE_LINES, VERSE_CHARS = 8, 48  # and characters of such a line
_POINTS = tuple(map(ord, ".!?"))  # the commonest of these; of one byte each
_SENTENCE_END = r"[.!?…。！？؟۔।॥][\"'”’»)\]*_]*\s*$"
# Scripts that end a sentence with a space: Thai, Lao, Khmer, Myanmar, Tibetan.
_UNPOINTED = r"[\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}]\s*$"
# Running text: no code, no signature, no label.
_SENTENCE_BEGUN = (
    r"^\s{0,3}[\p{L}\p{N}\"“*_][^\n{};=<>|]*\s[^\n{};=<>|]*(?:\p{Ll}\S*|\p{L}\S*\p{Nd}+)\s*$|^\s{0,3}\p{Lo}{8,}\s*$"
)
# A last sentence that opens a bracket or a quotation and does not close it.
_LEFT_OPEN = r"[(（「『【“«][^)）」』】”»]*$"
_SPEECH_LEFT_OPEN = r"[「『“«][^」』”»]*$"
_QUOTE_LEFT_OPEN = r"^[^\"]*\"[^\"]*$"  # … and the answer has an odd one: else it closes what was said before
_QUOTE = r"\""
# What a solution comes to may stand in a field of its own.
_ANSWERED_ELSEWHERE = r"\b(?:answer|result|sum|total|value)s? (?:\S+ ){0,2}(?:are|be|is|was)\s*$"
_ITEM = re.compile(r"\s{0,12}(?:[-*+•‣·]\s|[(（]?(?:\d{1,3}|[a-zA-Z])[.)）、])\s*\S")
_ENDS_SENTENCE = re.compile(r"[.!?。！？][\"'”’»)*_]*$")
SIGNATURE_WORDS = 2  # "- Ann" below a letter
MIN_ITEMS = 4  # of a list, the last of which alone has no full stop
OPEN_CHARS = 120  # a shorter answer may lack the bracket that closes its last name, and nothing else
_KOREAN = re.compile(r"[가-힣]$")  # items that end in a noun, or in a verb that is made one, need no stop
_OPENS_DATA = r"^\s*(?:\{\s*\"|\[\s*[{\"])"
# An element that holds another one, in an answer that ends in neither a tag nor a mark.
_OPENS_MARKUP = r"(?s)^\s*(?:<\?xml[^>]*>\s*)?<[a-zA-Z][\w-]*(?:\s[^<>]*)?>\s*<[a-zA-Z].*[^>\s.!?]\s*$"
_ROOT = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?<([a-zA-Z][\w-]*)")
_STRING = re.compile(r"\"(?:[^\"\\]|\\.)*(?:\"|$)")
_LIST_TAIL = r"(?:^|\n)\s{0,12}(?:[-*+•‣·–—]\s|[(（]?(?:\p{Nd}{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)）、])\s*[^\n]*$"
# The close of a letter, and whatever name follows it.
_SIGNED = expression(
    "ending",
    "signed",
    r"(?:^|[\n.!?])\s*{}(?: (?:again|so much|always|in advance|please))?\s*(?:[,\n][^.!?]*)?$"
    r"|\b(?:best wishes,?\s*|regards,?\s[^.!?]*)$",
)
_CODE = (
    r"(?m)^(?:\s{0,3}```|\s*(?:def|class|import|from|function|const|let|var|public|private|return|SELECT|#include"
    r"|<\w+)\b)"
)


# The number of an item that was not written.
_EMPTY_ITEM = r"\n\s*\p{Nd}{1,2}[.)]\s*\z"  # … unless the question ends so, as a text to translate may
_LAST_NUMBER = re.compile(r"(?:^|\n)([^\n]*)\s*\n\s*(\d{1,2})[.)]\s*$")


@suspects("truncated_end")
def _may_be_cut(batch: Batch) -> NDArray[np.bool_]:
    data, bounds = kernel.utf8(batch.array("response"))
    may_be_open = ~_pointed(data, bounds) | _numbered(data, bounds)
    return may_be_open | batch.holds("response", "```")


@signal(
    "truncated_end",
    version=18,
    range=(0, 1),
    reads=("response", "question", "thought"),
    summary="How surely the answer was cut: from 0.9 on an open fence, item or JSON, a list of which the last item "
    "alone has no end, or a comma, hyphen or word that goes on behind sentences that end in their marks; less for "
    "these behind none, and for an open bracket or quotation; 1 where a thought does not end.",
    source="C4 terminal punctuation; Dingo RuleColonEnd",
)
def truncated_end(batch: Batch) -> NDArray[np.float64]:
    scores = np.zeros(batch.n)
    text = batch.text("response")
    unsure = np.flatnonzero(
        ~_pointed(text.codes, text.offsets) | _numbered(text.codes, text.offsets) | (_fences(batch) % 2 == 1)
    )
    if len(unsure):
        scores[unsure] = _scores(batch.at(unsure, ("response", "question")))
    scores[batch.matches("thought", UNFINISHED)] = 1.0
    return scores


def _pointed(codes: NDArray[Any], offsets: NDArray[np.int64]) -> NDArray[np.bool_]:
    """(n,) is a full stop, question or exclamation mark the very last character? Code points, or the bytes of UTF-8."""
    found = np.zeros(len(offsets) - 1, dtype=bool)
    filled = np.flatnonzero(np.diff(offsets))
    found[filled] = np.isin(codes[offsets[1:][filled] - 1], _POINTS)
    return found


def _numbered(codes: NDArray[Any], offsets: NDArray[np.int64]) -> NDArray[np.bool_]:
    """(n,) are the very last characters a digit and a full stop, as of an item that was not written? As above."""
    found = np.zeros(len(offsets) - 1, dtype=bool)
    longer = np.flatnonzero(np.diff(offsets) > 1)
    last = offsets[1:][longer] - 1
    found[longer] = (codes[last] == ord(".")) & (codes[last - 1] >= ord("0")) & (codes[last - 1] <= ord("9"))
    return found


def _scores(batch: Batch) -> NDArray[np.float64]:
    tails = pc.utf8_slice_codeunits(pc.utf8_rtrim_whitespace(batch.array("response")), -TAIL_CHARS, 1 << 30)
    ends = Joined(tails)
    long = np.diff(batch.text("response").offsets) >= MIN_CHARS
    scores = np.zeros(batch.n)
    open_end = np.flatnonzero(~ends.matches(_CLOSED) & long)
    if len(open_end):
        scores[open_end] = _open_end_scores(
            batch.at(open_end, ("response", "question")), tails.take(pa.array(open_end))
        )
    scores[ends.matches(_COLON) & long & ~batch.matches("response", _CODE)] = 0.5
    scores[_is_cut_data(batch) | ends.matches(_SAYS_CUT)] = 0.9
    empty = np.flatnonzero(ends.matches(_EMPTY_ITEM))
    if len(empty):
        lacks = batch.at(empty, ("response", "question"))
        scores[empty[_lacks_its_item(lacks.strings("response")) & ~lacks.matches("question", _EMPTY_ITEM)]] = 0.9
    open_fence = (_fences(batch) % 2 == 1) & ~ends.matches(r"(?:```|\p{L}[.!?])\s*$")
    open_fence &= batch.counts_among("response", "```", open_fence) % 2 == 1  # one may open or close within a line
    scores[open_fence] = 0.9
    return scores


def _open_end_scores(batch: Batch, tails: pa.Array) -> NDArray[np.float64]:
    """Scores of answers none of which ends in a closing character."""
    ends = Joined(tails)
    sentences = batch.sentences("response")
    last = Joined(sentences.texts.take(pa.array(sentences.owner_offsets[1:] - 1)))
    # Prose that points its other sentences: a poem, a list, a signed letter or code breaks off where it likes.
    n_chars = np.diff(batch.text("response").offsets)
    pointed = kernel.count_true(Joined(sentences.texts).matches(_SENTENCE_END), sentences.owner_offsets)
    points = (pointed >= 1) & (pointed >= 0.4 * filled_lines(batch))
    prose = points & (n_chars >= PROSE_CHARS)
    plain = ~ends.matches(_SIGNED) & ~batch.matches("response", _CODE)
    # "a" and "an" are whole words of many languages.
    elsewhere = batch.counts("response", _OTHER_LATIN) >= np.maximum(OTHER_LETTERS, OTHER_SHARE * n_chars)
    running = prose & plain & ~ends.matches(_LIST_TAIL)
    # Prose without its last full stop may be whole, or not: only a mark that is left open tells.
    scores = np.where(running & last.matches(_SENTENCE_BEGUN) & ~ends.matches(_UNPOINTED), 0.6, 0.0)
    goes_on = (scores > 0) & ends.matches(_PROSE_GOES_ON) & ~last.matches(_ASKS_SO) & ~elsewhere
    goes_on &= ~ends.matches(_ENDS_SO) & ~ends.matches(_SINGLED_OUT)
    quoted = last.matches(_QUOTE_LEFT_OPEN) & (batch.counts("response", _QUOTE) % 2 == 1)
    left_open = last.matches(_LEFT_OPEN) & ((n_chars >= OPEN_CHARS) | last.matches(_SPEECH_LEFT_OPEN))
    scores[running & (left_open | quoted)] = 0.7
    scores[running & goes_on] = np.where(ends.matches(_ANSWERED_ELSEWHERE), 0.7, 0.9)[running & goes_on]
    lists = np.flatnonzero(plain & ends.matches(_LIST_TAIL))
    scores[lists[_last_item_is_cut(batch.at(lists, ("response", "question")))]] = 0.9
    scores[plain & ends.matches(_HYPHEN)] = OF_OTHER_TEXT
    lines = filled_lines(batch)
    stopped = batch.counts("response", r"(?m)[.!?:;]\s*$")  # of verse hardly any line ends in a mark
    verse = (lines >= VERSE_LINES) & (n_chars <= VERSE_CHARS * lines) & (stopped <= 0.2 * lines)
    verse &= ~ends.matches(_LIST_TAIL)
    stopped_short = plain & ~verse & ends.matches(_STOPWORD) & ~elsewhere
    for whole in (_SINGLED_OUT, _GLOSSES, _FORMULA, _ENDS_SO):
        stopped_short &= ~ends.matches(whole)
    # Speech that somebody took down has neither capitals nor stops: whoever talks breaks off.
    taken_down = (pointed == 0) & ~batch.matches("response", r"\p{Lu}") & ~batch.matches("response", r"\p{Lo}")
    scores[stopped_short] = np.where(taken_down, 0.6, OF_OTHER_TEXT)[stopped_short]
    scores[plain & ends.matches(_COMMA)] = OF_OTHER_TEXT
    scores[points & (scores == OF_OTHER_TEXT)] = 1.0
    pointed_otherwise = (_RECKONED, _SEMICOLON, _STRAY, _EACH_LINE)
    scores[plain & np.logical_or.reduce([ends.matches(end) for end in pointed_otherwise])] = 0.6
    # Answers that end as the question does, in a comma or word by word: what was given breaks off, or nothing does.
    cut = scores > 0.6
    given = batch.matches_among("question", _GIVEN_END, cut & ends.matches(_COMMA))
    places = np.flatnonzero(cut & ~given)
    given[places[_ends_as_asked(batch.at(places, ("response", "question")))]] = True
    scores[given] = 0.6
    return scores


def _ends_as_asked(batch: Batch) -> NDArray[np.bool_]:
    pairs = zip(batch.strings("response"), batch.strings("question"), strict=True)
    said_again = (asked.rstrip().endswith(answer.rstrip()[-SAID_AGAIN_CHARS:]) for answer, asked in pairs)
    return np.fromiter(said_again, np.bool_, batch.n)


def _last_item_is_cut(batch: Batch) -> NDArray[np.bool_]:
    """(n,) lists of which each item but the last ends a sentence; that is no footnote and no choice that was given."""
    found = np.zeros(batch.n, dtype=bool)
    for i, (answer, question) in enumerate(zip(batch.strings("response"), batch.strings("question"), strict=True)):
        items = [line.strip() for line in answer.splitlines() if _ITEM.match(line)]
        found[i] = (
            len(items) >= MIN_ITEMS
            and all(map(_ENDS_SENTENCE.search, items[:-1]))
            and len(items[-1].split()) > SIGNATURE_WORDS
            and (items[-1][0].isalnum() or any(item[0] == items[-1][0] for item in items[:-1]))
            and items[-1] not in question
            and not _KOREAN.search(items[-1])
        )
    return found


def _lacks_its_item(answers: Sequence[str]) -> NDArray[np.bool_]:
    """(n,) answers that end in the number of an item: the next one of a list, or the first behind a colon."""
    found = np.zeros(len(answers), dtype=bool)
    for i, answer in enumerate(answers):
        last = _LAST_NUMBER.search(answer)
        before = int(last[2]) - 1 if last else 0
        listed = before > 0 and re.search(rf"(?m)^\s*{before}[.)](?:\s|$)", answer) is not None
        found[i] = listed or (last is not None and before == 0 and last[1].rstrip().endswith(":"))
    return found


def _is_cut_data(batch: Batch) -> NDArray[np.bool_]:
    """(n,) JSON that opens more than it closes, and markup that does not close what it opens with."""
    found = np.zeros(batch.n, dtype=bool)
    for opening, is_cut in ((_OPENS_DATA, _leaves_brackets_open), (_OPENS_MARKUP, _leaves_root_open)):
        found |= batch.measured_among("response", is_cut, batch.matches("response", opening)) > 0
    return found


def _leaves_brackets_open(data: str) -> bool:
    bare = _STRING.sub("", data)
    return sum(map(bare.count, "{[")) > sum(map(bare.count, "}]"))


def _leaves_root_open(markup: str) -> bool:
    named = _ROOT.match(markup)
    return named is not None and f"</{named[1]}" not in markup


def _fences(batch: Batch) -> NDArray[np.float64]:
    def compute() -> NDArray[np.float64]:
        any_tick = bool((batch.text("response").codes == ord("`")).any())
        return batch.counts("response", r"(?m)^\s*```") if any_tick else np.zeros(batch.n)

    return batch.feature("fences", "response", compute)


@signal(
    "n_unbalanced",
    version=1,
    range=(0, np.inf),
    reads=("response",),
    summary="Code fences and brackets that are opened and not closed, or the reverse.",
    source="datacruxai; Dingo",
)
def n_unbalanced(batch: Batch) -> NDArray[np.float64]:
    text = batch.text("response")
    ends = np.flatnonzero(kernel.has_mark(text, kernel.BRACKET))
    kinds, owners = text.codes[ends], np.searchsorted(text.offsets, ends, side="right") - 1
    total = _fences(batch) % 2
    for opening, closing in map(tuple, _PAIRS):
        sign = (kinds == ord(opening)).astype(np.float64) - (kinds == ord(closing))
        total += np.abs(np.bincount(owners, weights=sign, minlength=batch.n))
    return total
