"""Topics: clusters of the prompts' vectors, how many there are, and the words that tell each from the others."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from ftq_spark.kernels.semantic.vectors import nearest_cells, train_centroids

MAX_TOPICS = 40  # more than a person reads, or than a draw of 150 can cover
SAMPLE_PER_TOPIC = 256  # texts to find one topic by
TERMS_PER_TOPIC = 4
TERM_CHARS = 24  # longer runs of letters are no words
# Runs of letters; of scripts that are written without spaces, every two characters.
_WORD = re.compile(r"[^\W\d_\u3040-\u30ff\u3400-\u9fff]{2,}|(?=([\u3040-\u30ff\u3400-\u9fff]{2}))")


def n_topics(n_texts: int) -> int:
    """How many topics `n_texts` distinct texts are divided into: about sqrt(n / 8), 0 where that is not even two."""
    wanted = min(MAX_TOPICS, math.isqrt(n_texts // 8))
    return wanted if wanted >= 2 else 0


def train_topics(sample: NDArray[np.float32], wanted: int, seed: int = 0) -> NDArray[np.float32]:
    """Centroids (min(wanted, n), d) of a sample (n, d) of unit vectors, the largest topic of the sample first.

    Spherical k-means; the same for the same sample in the same order.

    Raises:
        ValueError: the sample is empty, or `wanted` is below 1.
    """
    centroids = train_centroids(sample, wanted, seed=seed)
    members = np.bincount(topic_of(sample, centroids) - 1, minlength=len(centroids))
    return centroids[np.argsort(-members, kind="stable")]


def topic_of(vectors: NDArray[np.float32], centroids: NDArray[np.float32]) -> NDArray[np.int32]:
    """The topic of each vector, (n,) from 1: its nearest centroid's place. It does not depend on the other vectors."""
    return nearest_cells(vectors, centroids, 1)[:, 0] + 1


def telling_terms(
    texts: Sequence[str], topics: NDArray[np.int32], n: int, per_topic: int = TERMS_PER_TOPIC
) -> list[list[str]]:
    """The words that tell each topic 1..n from the rest, best first; none where no word stands out.

    A word's weight in a topic is p_t p_t / (p_1 + ... + p_n), with p the share of each topic's texts that hold it: how
    usual it is in the topic, times how much of it belongs there. Words that are everywhere (what, the) belong nowhere,
    so that no language's stop words need to be known. A word counts only where two texts of the topic hold it.

    Args:
        texts: (m,).
        topics: (m,), from 1.
    """
    of_topic: list[Counter[str]] = [Counter() for _ in range(n)]
    for text, topic in zip(texts, topics.tolist(), strict=True):
        of_topic[topic - 1].update(set(_words(text)))
    sizes = np.maximum(1, np.bincount(topics, minlength=n + 1)[1:]).tolist()
    shares: defaultdict[str, float] = defaultdict(float)
    for counts, size in zip(of_topic, sizes, strict=True):
        for word, count in counts.items():
            shares[word] += count / size
    found = []
    for counts, size in zip(of_topic, sizes, strict=True):
        weights = {word: round((count / size) ** 2 / shares[word], 6) for word, count in counts.items() if count > 1}
        found.append(sorted(weights, key=lambda word: (-weights[word], word))[:per_topic])
    return found


def _words(text: str) -> Iterable[str]:
    for match in _WORD.finditer(text.casefold()):
        word = match[1] or match[0]
        if len(word) <= TERM_CHARS and not (word.isascii() and len(word) < 3):
            yield word
