"""Topics: how many, which is whose, and what they are called."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftq_spark.kernels.semantic.topics import MAX_TOPICS, n_topics, telling_terms, topic_of, train_topics


def _blobs(sizes: list[int], d: int = 24, seed: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """Unit vectors (n, d) around one axis each, and which axis."""
    rng = np.random.default_rng(seed)
    axis = np.repeat(np.arange(len(sizes)), sizes)
    vectors = np.eye(d)[axis] + rng.normal(0, 0.05, (len(axis), d))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32), axis


@pytest.mark.parametrize(("n", "wanted"), [(0, 0), (31, 0), (32, 2), (800, 10), (12_800, 40), (10**7, MAX_TOPICS)])
def test_number_of_topics(n: int, wanted: int) -> None:
    assert n_topics(n) == wanted


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_more_texts_never_have_fewer_topics(n: int, more: int) -> None:
    assert n_topics(n) <= n_topics(n + more) <= MAX_TOPICS


def test_topics_are_the_clusters_and_the_largest_comes_first() -> None:
    vectors, axis = _blobs([20, 90, 50])
    # As many centroids as k-means needs to find three clusters whatever it starts from.
    centroids = train_topics(vectors, 12)
    topics = topic_of(vectors, centroids)
    for topic in np.unique(topics):
        assert len(np.unique(axis[topics == topic])) == 1
    sizes = np.bincount(topics)[1:]
    assert (np.diff(sizes) <= 0).all()
    assert topics.min() == 1 and topics.max() == len(centroids)


def test_a_topic_does_not_depend_on_the_other_vectors() -> None:
    vectors, _ = _blobs([30, 40, 50])
    centroids = train_topics(vectors, 5)
    whole = topic_of(vectors, centroids)
    order = np.random.default_rng(0).permutation(len(vectors))
    assert (topic_of(vectors[order], centroids) == whole[order]).all()
    assert [int(topic_of(vectors[[i]], centroids)[0]) for i in range(0, 120, 7)] == whole[::7].tolist()


def test_terms_tell_topics_apart_without_a_list_of_stop_words() -> None:
    texts = [
        *("What is the dose of warfarin?", "What is the dose of ibuprofen?", "Which dose of warfarin is safe?"),
        *("What is the deposit of a tenant?", "When does the tenant leave?", "How is the tenant told?"),
    ]
    terms = telling_terms(texts, np.array([1, 1, 1, 2, 2, 2], dtype=np.int32), 3)
    assert terms[0][:2] == ["dose", "warfarin"]
    assert terms[1][0] == "tenant"
    assert "what" not in terms[0][:2]
    assert terms[2] == []  # nobody's topic


def test_terms_of_hostile_and_of_unspaced_text() -> None:
    texts = ["<script>alert(1)</script> " + "x" * 5000] * 3 + [
        "電気料金の支払い方法",
        "電気料金はいくらですか",
        "=1+1 \x00",
    ]
    terms = telling_terms(texts, np.array([1, 1, 1, 2, 2, 2], dtype=np.int32), 2)
    assert "script" in terms[0]
    assert all(word.isalpha() and len(word) <= 24 for words in terms for word in words)
    assert "料金" in terms[1]
    assert telling_terms(["", ""], np.array([1, 2], dtype=np.int32), 2) == [[], []]


def _named(texts: list[str], others: list[str]) -> list[str]:
    topics = np.repeat([1, 2], [len(texts), len(others)]).astype(np.int32)
    return telling_terms([*texts, *others], topics, 2)[0]


def test_a_topic_is_named_once_by_each_word_and_by_no_function_word() -> None:
    rain = ["Tips for rain", "How to walk in the rain, a tip", "Tips on how to walk in rain", "Raincoats for walks"]
    cars = ["How to drive a car", "Tuning cars for the road", "A card for the driver", "Cars on the road"]
    named = _named(rain, cars)
    assert {"rain", "tips"} <= set(named) and "tip" not in named
    assert not {"how", "for", "the", "in", "on"} & set(named)
    assert {"car", "cars"} & set(_named(cars, rain))


def test_calls_of_tools_and_their_results_name_no_topic() -> None:
    result = '{"status": "success", "message": "sent"}'
    calls = [f'Send a letter to {name}\n\n{result}\n\n[{{"name": "send"}}]' for name in ("Ann", "Ben", "Eve")]
    named = _named([*calls, "Write a letter [quickly]"], ["Is it warm today?", "Is it cold today?"])
    assert named[0] == "letter" and not {"status", "success", "message", "sent", "name"} & set(named)


def test_weights_are_those_of_class_based_tf_idf() -> None:
    texts = ["apple pear", "apple pear", "apple fig", "plum fig", "plum fig"]
    # Words of topic 1: apple 3, pear 2, fig 1; of topic 2: plum 2, fig 2; A = 10 / 2. By hand: apple 3/6·ln(1 + 5/3),
    # pear 2/6·ln(1 + 5/2); plum 2/4·ln(1 + 5/2), fig 2/4·ln(1 + 5/3).
    assert telling_terms(texts, np.array([1, 1, 1, 2, 2], dtype=np.int32), 2) == [["apple", "pear"], ["plum", "fig"]]
