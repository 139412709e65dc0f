"""Topics: clusters of the prompts' vectors, how many there are, and the words that tell each from the others."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from ftq_spark.kernels.semantic.vectors import nearest_cells, train_centroids
from ftq_spark.kernels.text.languages import FUNCTION_WORDS

MAX_TOPICS = 40  # more than a person reads, or than a draw of 150 can cover
SAMPLE_PER_TOPIC = 256  # texts to find one topic by
TERMS_PER_TOPIC = 4
TERM_CHARS = 24  # longer runs of letters are no words
_STEM = 5  # characters, from which words that share all but an ending are forms of one
_USUAL = 0.02  # of a topic's texts: what so many hold is usual there
_FUNCTION_WORDS = frozenset(word for words in FUNCTION_WORDS.values() for word in words.split())
_JSON = re.compile(r"\s*(?:\{\s*[\"'}]|\[\s*[\[{\"'\d\]])")
# Runs of letters; of scripts that are written without spaces, every two characters.
_WORD = re.compile(r"[^\W\d_\u3040-\u30ff\u3400-\u9fff]{2,}|(?=([\u3040-\u30ff\u3400-\u9fff]{2}))")


def n_topics(n_texts: int) -> int:
    """How many topics `n_texts` distinct texts are divided into: about sqrt(n / 8), 0 where that is not even two."""
    wanted = min(MAX_TOPICS, math.isqrt(n_texts // 8))
    return wanted if wanted >= 2 else 0


def train_topics(sample: NDArray[np.float32], wanted: int) -> NDArray[np.float32]:
    """Centroids (min(wanted, n), d) of a sample (n, d) of unit vectors, the largest topic of the sample first.

    Spherical k-means; the same for the same sample in the same order.

    Raises:
        ValueError: the sample is empty, or `wanted` is below 1.
    """
    centroids = train_centroids(sample, wanted)
    members = np.bincount(topic_of(sample, centroids) - 1, minlength=len(centroids))
    return centroids[np.argsort(-members, kind="stable")]


def topic_of(vectors: NDArray[np.float32], centroids: NDArray[np.float32]) -> NDArray[np.int32]:
    """The topic of each vector, (n,) from 1: its nearest centroid's place. It does not depend on the other vectors."""
    return nearest_cells(vectors, centroids, 1)[:, 0] + 1


def telling_terms(texts: Sequence[str], topics: NDArray[np.int32], n: int) -> list[list[str]]:
    """The words that tell each topic 1..n from the rest, best first; none where no word stands out.

    A word's weight in a topic is its class-based TF-IDF as BERTopic takes it (Grootendorst, arXiv 2203.05794):
    tf · log(1 + A / f), with tf its share of the topic's words, f how often all topics hold it, and A the mean number
    of words of a topic; a text that repeats a word counts it once. Left out are words usual in more than half of
    the topics, function words of the languages that are known, words of one text alone, other forms of a word that is
    named, and what is JSON: calls of tools and their results.

    Args:
        texts: (m,).
        topics: (m,), from 1.
    """
    of_topic: list[Counter[str]] = [Counter() for _ in range(n)]
    for text, topic in zip(texts, topics.tolist(), strict=True):
        of_topic[topic - 1].update(set(_words(_without_json(text))) - _FUNCTION_WORDS)
    sizes = np.bincount(topics, minlength=n + 1)[1:].tolist()
    everywhere = _everywhere(of_topic, sizes)
    counted = [{word: count for word, count in counts.items() if word not in everywhere} for counts in of_topic]
    in_all: Counter[str] = Counter()
    for counts in counted:
        in_all.update(counts)
    mean = sum(in_all.values()) / max(1, sum(map(bool, sizes)))
    found = []
    for counts in counted:
        n_words = sum(counts.values())
        weights = {
            word: round(count / n_words * math.log1p(mean / in_all[word]), 9)
            for word, count in counts.items()
            if count > 1
        }
        found.append(_distinct(sorted(weights, key=lambda word: (-weights[word], word))))
    return found


def _everywhere(of_topic: Sequence[Counter[str]], sizes: Sequence[int]) -> set[str]:
    """The words that are usual in more than half of the topics that have a text."""
    usual: Counter[str] = Counter()
    for counts, size in zip(of_topic, sizes, strict=True):
        usual.update(word for word, count in counts.items() if count > 1 and count >= _USUAL * size)
    return {word for word, n_topics_ in usual.items() if n_topics_ > sum(map(bool, sizes)) / 2}


def _distinct(ranked: Iterable[str]) -> list[str]:
    """The first words that are no other form (dose, doses) of one before them, at most :data:`TERMS_PER_TOPIC`."""
    found: list[str] = []
    for word in ranked:
        if not any(_is_form(*sorted((word, known), key=len)) for known in found):
            found.append(word)
        if len(found) == TERMS_PER_TOPIC:
            break
    return found


def _is_form(short: str, long: str) -> bool:
    """Whether the longer of two words is the shorter one with another ending."""
    alike = len(short) >= _STEM and long.startswith(short[:-1]) and len(long) <= len(short) + 3
    return alike or long in (f"{short}s", f"{short}es")


def _without_json(text: str) -> str:
    """A text without its paragraphs that are JSON, or the beginning of it."""
    return "\n\n".join(part for part in text.split("\n\n") if not _JSON.match(part))


def _words(text: str) -> Iterable[str]:
    for match in _WORD.finditer(text.casefold()):
        word = match[1] or match[0]
        if len(word) <= TERM_CHARS and not (word.isascii() and len(word) < 3):
            yield word
