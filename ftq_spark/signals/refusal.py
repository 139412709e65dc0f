"""Refusals and non-answers: where they open or fill an answer, in whatever typography.

Three kinds of sentence are told apart. One that *declines* says that the writer will not or cannot do what was asked; one
that *disclaims* says what the writer is ("as a language model, I have no opinions"); one that *deflects* sends the reader
elsewhere ("please consult a professional"). An answer is a refusal as far as such sentences fill it, provided that it
declines or disclaims at all; one that opens by declining and never turns to the matter ("however, here is …") is one whole,
however long and well laid out. Quoted text is set aside first: an answer may speak about refusals.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ftq_spark.kernels import text as kernel
from ftq_spark.signals.batch import Batch
from ftq_spark.signals.registry import signal

_A = "['’‘ʼ`´＇]"  # the ways an apostrophe is typed
_MACHINE = (
    r"(?:ai|a\.i\.?|artificial intelligence|(?:ai |large |an? )*language model|llm|(?:ai |virtual |digital )+assistant"
    r"|chat ?bot|computer program|machine learning model)"
)
_CANNOT = rf"(?:can ?not|can{_A}?t|could not|couldn{_A}?t|will not|won{_A}?t|wouldn{_A}?t be able to)"
_AM = rf"i(?:{_A}m| am)"
_NOT_ABLE = (
    rf"{_AM} (?:sorry,? (?:but )?|afraid )?(?:just |simply |currently )?(?:unable|not (?:able|allowed|permitted|programmed"
    r"|designed|comfortable|equipped|capable|qualified|authori[sz]ed|in a position|going))"
)
_ACT = (
    r"(?:provide|help(?: (?:you|with|users?|anyone|to|answer|people|in|on)|[.!,;]|$)|assist|answer|fulfil+|comply|give you|give (?:any|medical|legal|financial|advice)|offer|generate"
    r"|create|write (?:a|an|the|that|this|about|content)|support (?:this|that|the)|engage in|participate in|discuss|share"
    r"|complete (?:this|that|the|your)|process (?:this|that|your|images)|browse|open the|view (?:the|any|your|images)"
    r"|access (?:the internet|external|real|personal|private|current|live|web|urls?|links?|files?|your|any|this|that|info)"
    r"|see (?:the|any|your)|diagnose|respond to|execute|promote|facilitate|advise|determine|accurately|tell you|do (?:this|that|so)|say for|make (?:a |any )?(?:recommend|diagnos|predict)|recommend (?:a|any)"
    rf"|predict|verify|comment on|speculate|translate|rewrite|summari[sz]e|identify|continue with|proceed with)"
)
_FIRST_PERSON = (
    rf"\bi (?:(?:also|simply|just|really|still|currently|personally|must say i|{_AM}) )?{_CANNOT} "
    rf"(?:[a-z]+ ){{0,2}}?{_ACT}|\b{_NOT_ABLE}[a-z ]{{0,24}}\b{_ACT}"
)
_OTHER_TONGUES = (
    "(?:抱歉|对不起)[^。\n]{0,24}(?:无法|不能)|作为[^。\n]{0,12}(?:AI|人工智能|语言模型)[^。\n]{0,24}(?:无法|不能)"
    "|申し訳[^。\n]{0,40}(?:できません|かねます)|죄송[^.\n]{0,50}없습니다|lo siento,? (?:pero )?no puedo"
    "|désolée?,? (?:mais )?je ne (?:peux|suis)|tut mir leid,? (?:aber )?ich kann|desculpe,? (?:mas )?(?:eu )?não posso"
    "|mi dispiace,? (?:ma )?non posso|извините,? (?:но )?я не могу|(?:آسف|عذرا|أعتذر)[^.\n]{0,24}لا (?:أستطيع|يمكنني)"
    "|(?:क्षमा करें|माफ़ करें|खेद है)[^।\n]{0,60}नहीं"
)

DECLINES = (
    rf"(?i)(?:{_FIRST_PERSON}"
    rf"|\bi(?:{_A}d| would)? (?:must|have to|need to|will have to|would have to) (?:respectfully |politely )?"
    r"(?:decline|refuse|refrain)|\bi (?:respectfully )?(?:decline|refuse) to"
    r"|\b(?:against|violates?|outside|beyond) (?:of )?(?:my|our) (?:[a-z]+ ){0,2}(?:guidelines|polic|programming|principles"
    r"|capabilit|scope|abilit)|\bnot (?:possible|appropriate|ethical|safe) for (?:me|an ai)\b"
    r"|\b(?:request|question|instruction|task) can ?not be (?:answered|fulfilled|completed|processed)"
    rf"|{_OTHER_TONGUES})"
)
DISCLAIMS = (
    rf"(?i)(?:\bas (?:an? |a mere |just an? ){_MACHINE}\b[^.!?\n]{{0,60}}\b(?:i|my|me)\b|\b{_AM} (?:just |only |merely )?an? {_MACHINE}\b"
    rf"|\bi (?:do not|don{_A}?t) (?:actually )?(?:have|possess) (?:[a-z\-]+ ){{0,3}}(?:access|ability|capabilit|information"
    r"|opinion|feeling|emotion|experience|belief|preference|knowledge|consciousness|body|data))"
)
UNKNOWING = (
    rf"(?i)(?:\bi (?:really |honestly |just )?(?:do not|don{_A}?t|dunno) (?:really |actually )?(?:know|have an answer)\b"
    rf"|\bi have no (?:idea|clue)\b|\b{_AM} not (?:really |entirely |completely |quite )?sure\b|^\W*no idea\b|\bi dunno\b"
    r"|^\W*(?:unknown|not sure|can ?not (?:say|answer|be determined)|no (?:answer|comment|response))\W*$)"
)
DEFLECTS = (
    r"(?i)(?:\b(?:consult|seek|speak (?:to|with)|talk (?:to|with)|contact|ask|see|visit|reach out to|refer to|advice of"
    r"|advice from|guidance of|guidance from|evaluat\w+ by)\b[^.!?\n]{0,60}\b(?:professionals?|doctors?|physicians?|lawyers?"
    r"|attorneys?|specialists?|providers?|experts?|advisors?|advisers?|pharmacists?|authorit(?:y|ies)|clinicians?"
    r"|counsell?ors?|therapists?|emergency|qualified|licensed|official)\b"
    rf"|\b(?:sorry|apologi[sz]e|regret)\b|\bis there (?:anything|something) else\b|\bfeel free to\b|\blet me know\b"
    rf"|\b(?:here|happy|glad) to (?:help|assist|answer)\b|\bhope (?:you understand|this helps)\b|\bfor your understanding\b"
    r"|\b(?:my|these|those|content|safety|usage) (?:guidelines|polic|training|limitations|programming)"
    r"|\b(?:qualified|licensed|trained|healthcare|medical|legal|financial) (?:and [a-z]+ )?(?:professional|expert|provider"
    r"|advisor|practitioner)|\bnot (?:a|an|intended as|a substitute for|be used as) (?:[a-z]+ )?(?:substitute|doctor|lawyer"
    r"|physician|professional|advice|licensed)|\b(?:please|try to) (?:understand|rephrase|provide (?:me|more|the)|ask)"
    r"|\b(?:individual|personal|specific) (?:circumstances|situation|case|medical history)|\bpotentially harmful\b"
    r"|\b(?:could|may|might|can) (?:be|cause|lead to) (?:harm|dangerous|unsafe|inaccurate|misleading|risky)"
    r"|\b(?:here are|for) (?:some |the |several |a few |these )?(?:reasons|following reasons)|\breasons? (?:why|for this|are))"
)
TURNS = (
    rf"(?i)(?:\b(?:but|however|that (?:being )?said|nevertheless|nonetheless|instead|still|with that in mind)\b,? "
    rf"(?:i (?:can|could|will|would|am able)|i{_A}(?:ll|d)|here|some|there (?:are|is)|generally|in general|based on|let me"
    r"|according to|a common|one (?:way|possible)|it is|the)\b|^\W*(?:here (?:is|are)|generally|in general|typically)\b)"
)
_CUE = rf"{DECLINES}|{DISCLAIMS}|{UNKNOWING}"
_QUOTED = r"[\"“«][^\"”»\n]{0,400}[\"”»]"
OPENING_CHARS = 300
UNKNOWING_CHARS = 160


def _flags(segments: kernel.Segments, pattern: str) -> NDArray[np.bool_]:
    return pc.match_substring_regex(segments.texts, pattern).to_numpy(zero_copy_only=False)


def _any(flags: NDArray[np.bool_], owner_offsets: NDArray[np.int64]) -> NDArray[np.bool_]:
    return kernel.count_true(flags, owner_offsets) > 0


def refusal_scores(answers: pa.Array) -> NDArray[np.float64]:
    """(n,) how far each answer is a refusal, in [0, 1]; meant for answers that hold a cue at all."""
    text = kernel.decode(pc.replace_substring_regex(answers, _QUOTED, '""'))
    segments = kernel.sentences(text)
    owners = segments.owner_offsets
    chars = np.diff(segments.starts)
    declines, disclaims = _flags(segments, DECLINES), _flags(segments, DISCLAIMS)
    unknowing, deflects = _flags(segments, UNKNOWING), _flags(segments, DEFLECTS)

    total = np.maximum(kernel.sum_by_offsets(chars, owners), 1)
    evasive = kernel.sum_by_offsets(chars * (declines | disclaims | unknowing | deflects), owners) / total
    origin = np.repeat(text.offsets[:-1], np.diff(owners))
    opens = (segments.starts[:-1] - origin) < OPENING_CHARS
    rank = np.arange(len(chars)) - np.repeat(owners[:-1], np.diff(owners))
    opening = _any(declines & opens & (rank < 3), owners)
    turns = _any(_flags(segments, TURNS), owners)

    scores = np.where(_any(declines | disclaims, owners), evasive, 0.0)
    scores = np.where(opening & ~turns, np.maximum(scores, 0.9), scores)
    short = np.diff(text.offsets) <= UNKNOWING_CHARS
    return np.where(short & _any(unknowing, owners) & (evasive >= 0.5), 1.0, scores)


@signal(
    "refusal",
    version=1,
    range=(0, 1),
    reads=("response",),
    summary="How far the answer declines, disclaims or deflects instead of answering; 1 is a refusal throughout.",
)
def refusal(batch: Batch) -> NDArray[np.float64]:
    scores = np.zeros(batch.n)
    found = np.flatnonzero(batch.matches("response", _CUE))
    if len(found):
        scores[found] = refusal_scores(batch.array("response").take(pa.array(found)))
    return scores
