"""Which split a row goes to: by a digest of what is asked, and never the same question on both sides.

Rows are of one group where they ask the same (the prompt, white space and case apart), begin with the same question
and answer (one dialogue unwound into its prefixes), or were measured to repeat or to contradict one another. A group
goes to one split, by the least digest of its prompts: where rows are added later, the others stay where they were,
except that a new row may tie two groups together.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse import csgraph

from ftq_spark.errors import SettingsError

_NAME = re.compile(r"^\w+(\.\w+)*$", re.ASCII)  # what `datasets` takes for the name of a split
NO_KEY = np.uint64(0)


def parse_splits(text: str | None) -> dict[str, float]:
    """``train=0.95,test=0.05`` as names and shares that sum to 1; all is ``train`` where nothing is said.

    Raises:
        SettingsError: a name that `datasets` would refuse or that stands twice, or shares that do not sum to 1.
    """
    if text is None:
        return {"train": 1.0}
    shares: dict[str, float] = {}
    for item in text.split(","):
        name, _, share = (part.strip() for part in item.partition("="))
        try:
            shares_of = float(share)
        except ValueError:
            shares_of = math.nan
        if not _NAME.match(name) or name in shares or not 0 < shares_of <= 1:
            raise SettingsError(f"--split {text!r}: expected NAME=SHARE, …, such as train=0.95,test=0.05; got {item!r}")
        shares[name] = shares_of
    if not math.isclose(sum(shares.values()), 1, abs_tol=1e-6):
        raise SettingsError(f"--split {text!r}: expected shares that sum to 1, got {sum(shares.values()):g}")
    return shares


def key(kind: str, *texts: str) -> np.uint64:
    """A digest of texts, their case and white space apart; never :data:`NO_KEY`."""
    plain = "\0".join(" ".join(text.casefold().split()) for text in texts)
    digest = hashlib.sha256(f"{kind}\0{plain}".encode()).digest()
    return np.uint64(int.from_bytes(digest[:8], "big") or 1)


def groups(
    keys: Sequence[npt.NDArray[np.uint64]], pairs: Sequence[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]]
) -> npt.NDArray[np.int64]:
    """The group of each of n rows, (n,), from 0.

    Args:
        keys: arrays (n,); rows of one key are of one group, except under ``NO_KEY``.
        pairs: row numbers left and right that are of one group; -1 for a row that is not among the n.
    """
    n = len(keys[0])
    left, right, n_nodes = [], [], n
    for digests in keys:
        rows = np.flatnonzero(digests != NO_KEY)
        distinct, place = np.unique(digests[rows], return_inverse=True)
        left.append(rows)
        right.append(n_nodes + place)
        n_nodes += len(distinct)
    for lefts, rights in pairs:
        known = (lefts >= 0) & (rights >= 0)
        left.append(lefts[known])
        right.append(rights[known])
    ends = np.concatenate(left), np.concatenate(right)
    graph = sparse.coo_matrix((np.ones(len(ends[0]), dtype=np.int8), ends), shape=(n_nodes, n_nodes))
    found: npt.NDArray[np.int64] = csgraph.connected_components(graph, directed=False)[1][:n].astype(np.int64)
    return found


def assign(
    group: npt.NDArray[np.int64], digests: npt.NDArray[np.uint64], shares: Mapping[str, float]
) -> npt.NDArray[np.int64]:
    """The split of each row, (n,): a place in `shares`; `digests` (n,) name the rows apart from their order."""
    least = np.full(group.max(initial=-1) + 1, np.iinfo(np.uint64).max, dtype=np.uint64)
    np.minimum.at(least, group, digests)
    chance = np.array([_chance(value) for value in least.tolist()])
    ends = np.cumsum(list(shares.values()))[:-1] * 2.0**48
    return np.searchsorted(ends, chance, side="right").astype(np.int64)[group]


def _chance(digest: int) -> int:
    """A number below 2**48 that any of a group's digests gives with the same chance, the least too."""
    return int.from_bytes(hashlib.sha256(f"split\0{digest}".encode()).digest()[:6], "big")
