"""Manner: words that fill, flatter or hedge."""

from __future__ import annotations

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from ftq_spark.kernels.text import arrays as kernel
from ftq_spark.signals.batch import Batch
from ftq_spark.signals.registry import signal

_FILLER = (
    r"(?i)^\W*(?:in (?:conclusion|summary|today['’]s (?:world|society|age))|it(?: is|['’]s) (?:important|worth"
    r"|crucial|essential) (?:to"
    r" )?(?:note|noting|remember|mention\w*|understand|keep in mind)|as (?:mentioned|stated|noted) (?:above|before"
    r"|earlier)|needless to"
    r" say|i hope this (?:helps|answers|information)|hope this helps|(?:please )?(?:feel free|don['’]t hesitate) to"
    r"|let me know if|if you"
    r" have any (?:other|more|further|additional)|(?:is|are) there any(?:thing)? (?:else|other)"
    r"|at the end of the day|when it comes to"
    r"|overall,|all in all|that being said|with that (?:being )?said|thank you for (?:your|asking|reaching)"
    r"|i['’]m (?:here|happy) to help"
    r"|remember,|good luck\b|great question|certainly[!,.]|of course[!,.]|sure[!,.]|absolutely[!,.]|happy to help)"
)
_FLATTERY = (
    r"(?i)^\W*(?:(?:what (?:a|an) |that(?: is|['’]s) (?:a|an) )?(?:really |very |truly )?(?:great|good|excellent"
    r"|fantastic|wonderful"
    r"|interesting|amazing|insightful|thoughtful|awesome|brilliant)(?: and \w+)? (?:question|idea|point|choice|topic"
    r"|query|thinking)"
    r"|(?:certainly|absolutely|of course|definitely|sure thing|sure)\s*[!,.]|i['’]?(?: a|['’])?m (?:so "
    r"|very )?(?:glad|happy|delighted|thrilled)"
    r" (?:you|to|that)|i['’]?d be (?:happy|glad|delighted) to|you['’]?(?: a)?re (?:absolutely |so )?right)"
)


@signal(
    "filler_fraction",
    version=1,
    range=(0, 1),
    reads=("response",),
    summary='Sentences that only fill ("It is important to note", "I hope this helps"), per sentence. NaN without one.',
    source="cleanllm",
)
def filler_fraction(batch: Batch) -> NDArray[np.float64]:
    sentences = batch.sentences("response")
    n_sentences = batch.n_sentences("response")
    filler = pc.match_substring_regex(sentences.texts, _FILLER).to_numpy(zero_copy_only=False)
    counts = kernel.count_true(filler, sentences.owner_offsets)
    return np.where(n_sentences > 0, counts / np.maximum(n_sentences, 1), np.nan)


@signal(
    "flattering_opening",
    version=1,
    range=(0, 1),
    reads=("response",),
    summary='1 where the answer opens with praise or eagerness: "Great question!", "Certainly!".',
    source="cleanllm",
)
def flattering_opening(batch: Batch) -> NDArray[np.float64]:
    return batch.matches("response", _FLATTERY).astype(np.float64)
