"""One example read for comparison: its question's frame and its answer's polarity, quantities, final answer, signature."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, field

from ftq_spark.kernels import conflict_lexicon as lexicon
from ftq_spark.kernels.conflict_gate import (
    CLOSED,
    CODE,
    ENTITY,
    EXPLAIN,
    NUMBER,
    YES_NO,
    asking_sentence,
    question_kind,
    read_question,
)
from ftq_spark.kernels.conflict_quantities import Quantity, quantities
from ftq_spark.kernels.conflict_text import Sentence, fold, read_answer, read_sentence

LONG_ANSWER_WORDS = 60  # a longer answer is compared by lead, final answer and aligned sentences only

_LEAD_IN = (
    r"^(?:(?:well|so|in short|in general|generally|overall|short answer|the (?:short |simple |correct |final )?answer(?: to (?:this|your|the) question)? is|"
    r"answer|unfortunately|actually|ok|okay|great question|good question)[\s,:.!-]+){0,3}[\"'(]?"
)
_FOLLOWED = (
    r"(?=\s*(?:[.,;:!()\"'-]|$)|\s+(?:it|that|this|they|he|she|you|i|we|there|because|but|as|a |the |in |not)\b)"
)
_YES = re.compile(
    rf"{_LEAD_IN}(?:{lexicon.YES}|(?:that|this|it|the statement)(?:'s| is) (?:true|correct|right)){_FOLLOWED}", re.I
)
_NO = re.compile(
    rf"{_LEAD_IN}(?:{lexicon.NO}|(?:that|this|it|the statement)(?:'s| is) (?:false|incorrect|not true|untrue|a myth|not correct)){_FOLLOWED}",
    re.I,
)
_MIXED = re.compile(
    rf"{_LEAD_IN}(?:yes and no|it depends|that depends|maybe|perhaps|not necessarily|sometimes|possibly|[^.]{0, 120}\b(?:can vary|varies|depends? (?:on|upon)|is (?:complex|nuanced|debated|subjective)))\b",
    re.I,
)
_DENIAL = re.compile(
    r"^(?:(?:well|actually|in fact|in reality)[, ]+)?(?:nothing|nobody|no[ -]one|none|nowhere|never|neither|there (?:is|are|was|were) (?:no\b|not\b|nothing|nobody|no[ -]one|none)|"
    r"there(?:'s| isn't| aren't| wasn't| weren't) ?(?:no\b|not\b|nothing|nobody|any)?|no (?!(?:\d|one of))\w+|it (?:is|was) not|it (?:isn't|wasn't)|not\b)",
    re.IGNORECASE,
)
_DOUBT = re.compile(
    r"\b(?:myths?|superstition|superstitious|folklore|misconception|unlikely|no (?:\w+ )?(?:evidence|proof|known|such|particular|specific|single|scientific)|"
    r"not (?:true|real|actually|necessarily|proven|known|possible|accurate)|fictional|fictitious|imaginary|(?:do|does|did|has|have)(?: not|n't) (?:exist|been)|"
    r"unproven|debunked|hoax|pseudoscience|none of|no one|nobody|nothing)\b",
    re.IGNORECASE,
)
_REFUSAL = re.compile(
    r"^[\s\"']*(?:n/?a\b|none given|unknown|no (?:comment|answer|information)|i have no (?:comment|idea|opinion)|i (?:do not|don't|really don't) (?:know|have (?:access|enough|any|the))|"
    r"i(?:'m| am) (?:not sure|unable|not able|sorry|unsure)|i (?:can't|cannot|can not|could not|couldn't|won't|will not) (?:answer|help|provide|assist|determine|give|say|tell|find|comply|recommend|confirm)|"
    r"(?:sorry|i apologi[sz]e|apologies|unfortunately)[,.]? (?:but )?(?:i|we|as|there is no|it is not possible)|as an? (?:ai|artificial|language|large)|i (?:do not|don't) (?:actually|really|personally)|i'm here to help|"
    r"it is (?:impossible|not possible) to (?:say|know|answer|determine)|there is not enough information|cannot be determined|(?:please|you should|i recommend (?:that )?you) (?:consult|contact|ask)|"
    r"(?:could|can) you (?:please )?(?:provide|clarify|specify)|please (?:provide|clarify|specify))",
    re.IGNORECASE,
)
_FINAL = re.compile(
    r"####\s*(?P<hash>[^\n]{1,80})|\\boxed\{(?P<box>[^{}]{1,80})\}|(?:the )?(?:final |correct |right )?answer(?: is|:)\s*\**(?P<said>[^\n]{1,80}?)(?:\.(?:\s|$)|\n|$)",
    re.IGNORECASE,
)
_CODE_LIKE = re.compile(
    r"```|^\s*(?:def |class |import |from \w+ import|#include|public (?:static|class)|function \w*\(|const \w+ =|let \w+ =|var \w+ =|select\s.+\sfrom\s|return\b|for ?\(|if ?\(|<\w+[^>]*>)|[;{}]\s*$",
    re.IGNORECASE | re.MULTILINE,
)
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Question:
    """A question, read."""

    kind: str
    text: str
    frame: Sentence  # the asking sentence
    stems: frozenset[str]
    names: frozenset[str]
    numbers: tuple[float, ...]
    populations: dict[int, frozenset[int]]
    negated: bool
    evaluative: bool  # asks whether something is permitted, safe, advisable, possible
    tokens: tuple[str, ...]
    everything: frozenset[str]  # content stems of the whole prompt
    options: tuple[frozenset[str], ...]  # concepts of the two options of an either-or question
    grams: frozenset[str]
    asks_many: bool  # which countries, what items: several answers can be right
    personal: bool  # asks the assistant about itself
    anchored: bool  # names a person, place, thing or date; without one the answer may depend on where and when


@dataclass(frozen=True)
class Answer:
    """An answer, read against its question."""

    text: str
    n_words: int
    sentences: tuple[Sentence, ...]
    lead: int  # 1 yes, -1 no, 0 neither
    mixed: bool  # an open hedge for a lead: it depends
    permission: int  # 1 allows or praises, -1 forbids or warns
    frame_stance: int  # 1 affirms the question's own words, -1 denies some
    denial: bool  # denies what the question presupposes: nothing, there is no …
    doubts: bool  # calls it a myth, unlikely, unproven, or denies a word of the question
    hedges: int
    quantities: tuple[Quantity, ...]  # of the first sentences, those that only repeat the question apart
    final: str | None
    refusal: bool
    code: bool
    residual: frozenset[str]  # affirmed content concepts of the first sentence that the question does not hold
    names: frozenset[str]
    grams: frozenset[str]  # character 4-grams of the lead that the question does not hold
    signature: tuple[str, str] | None = field(default=None)


@dataclass(frozen=True)
class Analysis:
    """One example, read."""

    question: Question
    answer: Answer


@functools.lru_cache(maxsize=4096)
def analyse_question(question: str) -> Question:
    """Read a question: kind, frame, names, numbers, populations."""
    text = fold(read_question(question))
    asking = asking_sentence(text) or text[:400]
    frame = read_sentence(asking[:600])
    whole = text if len(text) <= 600 else asking
    tokens = tuple(_WORD.findall(asking.lower()[:600]))
    populations: dict[int, set[int]] = {}
    for token in tokens:
        entry = lexicon.POPULATION_OF.get(lexicon.stem(token))
        if entry:
            populations.setdefault(entry[0], set()).add(entry[1])
    rhetorical = bool(tokens) and bool(re.match(r"^\w+n't\b", asking, re.I))
    return Question(
        kind=question_kind(question),
        text=text,
        frame=frame,
        stems=frame.stems,
        names=read_sentence(whole[:1500]).names - lexicon.ORDINALS.keys(),
        numbers=_numbers(asking, whole),
        populations={line: frozenset(members) for line, members in populations.items()},
        negated=frame.n_negations > 0 and not rhetorical,
        evaluative=bool(_EVALUATIVE.search(asking)),
        tokens=tokens,
        everything=frame.stems if whole is asking else read_sentence(whole[:1500]).stems,
        options=_options(asking),
        grams=_grams(text[:600]),
        asks_many=bool(_ASKS_MANY.search(asking)),
        personal=bool(re.search(r"\b(?:you|your|yours|yourself)\b", asking, re.I))
        and not re.match(r"(?:can|should|if|what happens|do) ", asking, re.I),
        anchored=bool(read_sentence(whole[:1500]).names),
    )


_NUMERAL = re.compile(r"(?<![\d.])\d{1,15}(?:\.\d+)?(?![\d.])")


def _numbers(asking: str, whole: str) -> tuple[float, ...]:
    found = {q.low for q in quantities(asking[:600])} | {float(number) for number in _NUMERAL.findall(whole[:1500])}
    found |= {lexicon.ORDINALS[word] for word in _WORD.findall(whole.lower()[:1500]) if word in lexicon.ORDINALS}
    return tuple(sorted(found))


_ASKS_MANY = re.compile(
    r"\b(?:which|what) (?!(?:do|does|did|is|are|was|were|happens|will|would|can|could|should|has|have|causes|makes)\b)(?:\w+ )?"
    r"(?!(?:is|was|does|has|this|its|plus|less|always|princess|business|process|class|address|virus|status|species)\b)\w{2,}(?<![sui])s\b",
    re.IGNORECASE,
)


def _grams(text: str) -> frozenset[str]:
    joined = " ".join(_WORD.findall(text.lower()))
    return frozenset(joined[i : i + 4] for i in range(len(joined) - 3))


_EITHER_OR = re.compile(r"(?P<one>[^,:;?]{2,60}?),? or (?P<other>[^,:;?]{2,60})\?*$", re.IGNORECASE)


def _options(asking: str) -> tuple[frozenset[str], ...]:
    match = _EITHER_OR.search(asking)
    if not match or re.search(r"\bor not\b", asking, re.I):
        return ()
    other = read_sentence(match["other"]).content
    one = read_sentence(match["one"]).content[-max(1, len(other)) :]
    return (frozenset(one), frozenset(other)) if one and other else ()


_EVALUATIVE = re.compile(
    r"^(?:can|may|should|could|is it|are there|shall|must)\b|\b(?:safe|ok|okay|allowed|legal|good|healthy|recommended|advisable|possible|permitted|"
    r"acceptable|effective|appropriate|suitable|dangerous|harmful|bad|illegal|help|work|useful|fine|toxic|enforceable|covered)\b",
    re.IGNORECASE,
)


def analyse(question: str, answer: str) -> Analysis:
    """Read one example; the cost is linear in the length of both texts, of which a long middle is left out."""
    asked = analyse_question(question)
    text = fold(answer)
    raw_code = bool(_CODE_LIKE.search(answer[:4000]))
    sentences = read_answer(text, asked.stems)
    first = text[:200]
    head = sentences[:2]
    lead = 1 if _YES.match(first) else -1 if _NO.match(first) else 0
    final = _final_answer(text)
    denied = bool(_DENIAL.match(first)) and lead == 0
    found = _answer_quantities(sentences, asked)
    n_words = len(text.split())
    frame_stance = _frame_stance(head, asked)
    residual = _residual(sentences, asked)
    refusal = bool(_REFUSAL.match(first)) and lead == 0
    hedges = sum(word in lexicon.HEDGES for sentence in head for word in sentence.words)
    names = frozenset().union(*(sentence.names for sentence in head)) if head else frozenset()
    code = raw_code and (asked.kind == CODE or len(fold(answer)) < 0.7 * len(answer.strip()) or _mostly_code(answer))
    read = Answer(
        text=text,
        n_words=n_words,
        sentences=sentences,
        lead=lead,
        mixed=bool(_MIXED.match(first)),
        permission=_permission(head),
        frame_stance=frame_stance,
        denial=denied,
        doubts=denied or lead < 0 or frame_stance < 0 or bool(_DOUBT.search(text[:400])),
        hedges=hedges,
        quantities=found,
        final=final,
        refusal=refusal,
        code=code,
        residual=residual,
        names=names - asked.names - asked.everything,
        grams=_grams(text[:400]) - asked.grams,
        signature=None,
    )
    return Analysis(asked, _signed(read, asked))


def _mostly_code(answer: str) -> bool:
    lines = [line for line in answer[:4000].splitlines() if line.strip()]
    return sum(bool(_CODE_LIKE.search(line)) for line in lines) > 0.4 * len(lines)


def _final_answer(text: str) -> str | None:
    final = None
    for match in _FINAL.finditer(text):
        said = " ".join((match["hash"] or match["box"] or match["said"]).strip(" .*:$\"'`").lower().split())
        if said and len(said.split()) <= 6 and any(character.isalnum() for character in said):
            final = said
    return final


def _answer_quantities(sentences: tuple[Sentence, ...], question: Question) -> tuple[Quantity, ...]:
    found = [q for sentence in sentences[:2] for q in quantities(sentence.text)]
    asked = set(question.numbers)
    return tuple(q for q in found if not (q.low in asked and q.low == q.high))


def _residual(sentences: tuple[Sentence, ...], question: Question) -> frozenset[str]:
    if not sentences:
        return frozenset()
    frame = question.frame.concepts
    return frozenset(
        c for c, sign in sentences[0].concepts.items() if sign > 0 and c not in frame and c not in question.everything
    )


_CANNOT = re.compile(
    r"\b(?:can(?:not|'t| not)|must(?: not|n't)|should(?: not|n't| never)|may not|(?:do|does)(?: not|n't)|never|won't|will not|not)\b"
)
_MAY = re.compile(
    r"\b(?:can|may|could|should|must|do|does|is|are)\s+(?:\w+ly\s+)?(?:be\s+)?(?:use[ds]?|take[ns]?|given|eat(?:en)?|return(?:ed)?|work|drink|modif\w+|open|treat\w*|enjoy\w*|have|consum\w+|safely|legally)\b"
)


def _permission(sentences: tuple[Sentence, ...]) -> int:
    """Sign of what the first sentences allow: negated praise forbids and negated warnings allow."""
    total = 0
    for sentence in sentences:
        negation, reach = 1, 0
        for word in sentence.words:
            if word in ",;:()" or word in lexicon.CLAUSE_BREAKS:
                negation = 1
            elif word in lexicon.NEGATORS or word.endswith("n't"):
                negation, reach = -1, 5
            elif word in lexicon.PERMISSIVE:
                total += negation
            elif word in lexicon.PROHIBITIVE:
                total -= negation
            reach -= 1
            if reach <= 0:
                negation = 1
        if not total:
            lowered = sentence.text.lower()
            total = (
                -1
                if re.search(
                    r"\b(?:should|must|can|may) ?(?:not|n't|never)\b|\bcannot\b|\bcan't\b|^(?:never|do not|don't)\b",
                    lowered,
                )
                else bool(_MAY.search(lowered))
            )
        if total or sentence.n_negations:
            break
    return (total > 0) - (total < 0)


def _frame_stance(sentences: tuple[Sentence, ...], question: Question) -> int:
    """-1 where the first sentences deny a concept of the question, 1 where they affirm at least half of them."""
    frame = question.frame.concepts
    for sentence in sentences:
        shared = [(concept, sign * frame[concept]) for concept, sign in sentence.concepts.items() if frame.get(concept)]
        if any(sign < 0 for _, sign in shared):
            return -1
        if shared and 2 * len(shared) >= len(frame):
            return 1
    return 0


def stance(analysis: Analysis) -> int:
    """Polarity of an answer to a yes/no question: its lead, else what it permits, else whether it denies the question."""
    answer, question = analysis.answer, analysis.question
    if answer.lead:
        return answer.lead
    if answer.mixed or answer.refusal:
        return 0
    if answer.denial:
        return -1
    if question.evaluative and answer.permission and not question.negated:
        return answer.permission * (-1 if _ASKS_HARM.search(question.text) else 1)
    return answer.frame_stance


_ASKS_HARM = re.compile(
    r"\b(?:dangerous|harmful|bad|illegal|toxic|unsafe|risky|poisonous|prohibited|forbidden|hurt|damage|contraindicated)\b",
    re.I,
)


def _signed(answer: Answer, question: Question) -> Answer:
    object.__setattr__(answer, "signature", _signature(answer, question))
    return answer


def _signature(answer: Answer, question: Question) -> tuple[str, str] | None:
    """What an answer comes down to, so that equal answers to one question have equal signatures; None where unclear."""
    if answer.code or question.kind not in CLOSED | {EXPLAIN}:
        return None
    if answer.refusal:
        return ("refusal", "")
    if answer.final is not None:
        return ("final", canonical_value(answer.final))
    if question.kind == YES_NO:
        return ("polarity", "yes" if answer.lead > 0 else "no") if answer.lead else None
    if question.kind == NUMBER:
        exact = {
            (q.dimension, q.noun if not q.dimension else "", q.low, q.high)
            for q in answer.quantities
            if q.dimension != "day_of_month"
        }
        if len(exact) == 1 and answer.n_words <= LONG_ANSWER_WORDS:
            dimension, _, low, high = exact.pop()
            return ("number", f"{dimension} {low:.6g} {high:.6g}")
        return None
    if question.kind == ENTITY and answer.n_words <= 6:
        return ("entity", " ".join(sorted(answer.sentences[0].concepts)) if answer.sentences else "")
    return None


def signature(question: str, answer: str) -> tuple[str, str] | None:
    """What an answer comes down to, with the stance of a yes/no answer that does not say so outright."""
    analysis = analyse(question, answer)
    if analysis.answer.signature is None and analysis.question.kind == YES_NO and not analysis.answer.code:
        side = stance(analysis)
        return ("stance", "yes" if side > 0 else "no") if side else None
    return analysis.answer.signature


def canonical_value(text: str) -> str:
    """A final answer for comparison: its one number in the base unit, else its words."""
    found = quantities(text)
    if len(found) == 1:
        return f"{found[0].dimension if found[0].dimension != 'year' else ''} {found[0].low:.9g} {found[0].high:.9g}".strip()
    return " ".join(_WORD.findall(text.lower()))
