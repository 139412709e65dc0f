# ruff: noqa: SIM905  (word lists are easiest to read and to extend as text)
"""Stems, concepts and signs of words, from the curated lists of :mod:`ftq_spark.kernels.conflict.words`."""

from __future__ import annotations

import functools

from ftq_spark.kernels.conflict.opposites import OPPOSITES, SYNONYMS
from ftq_spark.kernels.conflict.words import POPULATIONS


@functools.lru_cache(maxsize=1 << 16)
def stem(word: str) -> str:
    """A light suffix stripper: plural, -ing, -ed, -ly, -ion and a final e; irregular forms by table."""
    if word in IRREGULAR:
        return IRREGULAR[word]
    if len(word) <= 3 or not word.isascii() or not word.isalpha():
        return word
    for suffix, replacement, shortest in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= shortest:
            word = word[: len(word) - len(suffix)] + replacement
            if suffix in ("ing", "ed") and len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz":
                word = word[:-1]
            break
    for suffix in ("ation", "ator", "ion", "or", "ate"):
        if (
            word.endswith(suffix)
            and len(word) - len(suffix) >= 4
            and (len(suffix) > 3 or word[-len(suffix) - 1] in "ts")
        ):
            word = word[: len(word) - len(suffix)]
            break
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


_SUFFIXES = (
    ("ies", "y", 2), ("sses", "ss", 2), ("ches", "ch", 2), ("shes", "sh", 2), ("xes", "x", 2), ("ness", "", 4),
    ("ss", "ss", 1), ("us", "us", 1), ("is", "is", 1), ("s", "", 3), ("ied", "y", 2), ("ing", "", 3), ("ed", "", 3),
    ("ably", "abl", 2), ("ically", "ic", 3), ("ly", "", 3),
)  # fmt: skip
IRREGULAR = {
    form: stem_
    for stem_, forms in {
        "use": "use uses used using usage", "tak": "take takes took taken taking", "giv": "give gives gave given "
        "giving",
        "writ": "write writes wrote written writing writer author", "be": "be", "eat": "eat eats ate eaten eating",
        "go": "go goes went gone going", "mak": "make makes made making", "rise": "rise rises rose risen rising",
        "grow": "grow grows grew grown growing", "fall": "fall falls fell fallen falling", "begin": "begin begins "
        "began begun",
        "lose": "lose loses lost losing", "win": "win wins won winning", "find": "find finds found finding",
        "child": "child children", "man": "man men", "woman": "woman women", "person": "person people persons",
        "die": "die dies died dying dead death", "liv": "live lives lived living", "kill": "kill kills killed killing",
        "lead": "lead leads led leading", "build": "build builds built", "know": "know knows knew known",
        "hav": "have has had having", "see": "see sees saw seen seeing", "say": "say says said", "pay": "pay pays "
        "paid paying",
        "buy": "buy buys bought buying", "sell": "sell sells sold", "speak": "speak spoke spoken speaks",
        "drink": "drink drinks drank drunk drinking", "teach": "teach taught", "freez": "freeze froze frozen",
        "break": "break broke broken", "becom": "become became becomes", "com": "come came comes coming",
        "mous": "mouse mice", "tooth": "tooth teeth", "foot": "foot feet", "day": "day days", "year": "year years",
        "high": "high higher highest", "low": "low lower lowest lowers lowered lowering", "slow": "slow slowly "
        "slower slowest",
    }.items()
    for form in forms.split()
}  # fmt: skip


def _concept_table() -> dict[str, tuple[str, int]]:
    """stem → (concept, sign): opposites first; a line of synonyms joins the concept of its first word that has one."""
    table: dict[str, tuple[str, int]] = {}
    for line in OPPOSITES.strip().splitlines():
        affirming, _, denying = line.partition("|")
        concept = stem(affirming.split()[0])
        for side, sign in ((affirming, 1), (denying, -1)):
            for word in side.split():
                table.setdefault(stem(word), (concept, sign))
    for line in SYNONYMS.strip().splitlines():
        stems = [stem(word) for word in line.split()]
        shared = next((table[root] for root in stems if root in table), (stems[0], 1))
        for root in stems:
            table.setdefault(root, shared)
    return table


CONCEPTS = _concept_table()
PRIVATIVE_EXCEPTIONS = frozenset(
    "under unit unite united union unique universe university until uncle inform income inside increase interest input "
    "intake industry instruct invest invent inhabit important import improve impress discover display disease dispose "
    "discuss disc distance district image imagine immense instance infect infant indeed index indicate intend internal "
    "iron irony illustrate illness intent individual incident inch include intelligent".split()
)


@functools.lru_cache(maxsize=1 << 16)
def privative_base(word: str) -> str | None:
    """The stem that un-, in-, im-, ir-, il-, non-, dis-, -less or -free denies, or None."""
    if word in PRIVATIVE_EXCEPTIONS or word.startswith("under") or len(word) < 6:
        return None
    if word.endswith(("less", "-free")) and len(word) >= 7:
        return stem(word[:-4].rstrip("-"))
    for prefix in ("non-", "non", "un", "im", "ir", "il", "in", "dis"):
        if word.startswith(prefix):
            base = word[len(prefix) :]
            adjectival = base.endswith(
                ("able", "ible", "al", "ent", "ant", "ive", "ed", "ate", "ous", "ct", "id", "y", "ic", "ar")
            )
            return stem(base) if len(base) >= 4 and (prefix in ("un", "non", "non-") or adjectival) else None
    return None


def population_groups() -> dict[str, tuple[int, int]]:
    """stem → (line, member) of :data:`POPULATIONS`."""
    groups = {}
    for line_number, line in enumerate(POPULATIONS.strip().splitlines()):
        for member, words in enumerate(line.split("|")):
            groups.update({stem(word): (line_number, member) for word in words.split()})
    return groups


POPULATION_OF = population_groups()
