"""What an answer comes down to, where that is plain."""

from __future__ import annotations

from ftq_spark.kernels.conflict.answer import LONG_ANSWER_WORDS, SHORT_ANSWER_WORDS, analyse
from ftq_spark.kernels.conflict.kinds import CLOSED, ENTITY, FOREIGN, NUMBER, YES_NO
from ftq_spark.kernels.conflict.quantities import Quantity


def signature(question: str, answer: str) -> tuple[str, str] | None:
    """(type, value) of what an answer comes down to, None where that is not plain.

    Equal answers to one question have equal signatures, so that a question with many answers is settled by counting.
    Types: refusal, option, final, polarity, stance (a side that is not said outright), number, entity.
    """
    analysis = analyse(question, answer)
    read, kind = analysis.answer, analysis.kind
    found: tuple[str, str] | None = None
    if read.code or not (kind in CLOSED or (kind == FOREIGN and (read.brief or read.lead))):
        return None
    if read.refusal:
        found = ("refusal", "")
    elif read.option is not None:
        found = ("option", read.option)
    elif read.final is not None:
        found = ("final", read.final_value)
    elif kind in (YES_NO, FOREIGN) and (read.stance if kind == YES_NO else read.lead):
        found = ("polarity" if read.lead else "stance", "yes" if read.stance > 0 else "no")
    elif kind == NUMBER and read.n_words <= LONG_ANSWER_WORDS:
        found = _number_signature(read.quantities)
    elif kind in (ENTITY, FOREIGN) and read.n_words <= SHORT_ANSWER_WORDS and read.sentences:
        found = ("entity", " ".join(sorted(read.sentences[0].concepts)))
    return found


def _number_signature(found: tuple[Quantity, ...]) -> tuple[str, str] | None:
    values = {(q.dimension, q.low, q.high) for q in found}
    if len(values) != 1:
        return None
    dimension, low, high = values.pop()
    return ("number", f"{dimension} {low:.6g} {high:.6g}")
