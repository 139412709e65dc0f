"""What kind of answer a question asks for: the gate that keeps variety apart from contradiction.

Two answers can only contradict each other where the question is closed: yes or no, a number, an entity, a definition or
mechanism, a label. Open requests (write, suggest, list some, how to, opinion) and code have many right answers.
"""

from __future__ import annotations

import re
from collections.abc import Callable

YES_NO, NUMBER, ENTITY, DEFINITION, EXPLAIN, OPEN, CODE = (
    "yes_no",
    "number",
    "entity",
    "definition",
    "explain",
    "open",
    "code",
)
KINDS = (YES_NO, NUMBER, ENTITY, DEFINITION, EXPLAIN, OPEN, CODE)
CLOSED = frozenset({YES_NO, NUMBER, ENTITY, DEFINITION})
N_QUESTION_CHARS = 2000  # of a longer question only this much from either end is read

_LINE_BREAK = re.compile(r"<br\s?/?>", re.IGNORECASE)
_POLITE = re.compile(
    r"^(?:(?:hi|hello|hey|please|kindly|well|so|ok|okay|and|but|also|now|then|doctor|quick question|thanks|"
    r"dear \w+)[\s,.:!]+)*"
    r"(?:(?:can|could|would|will) you (?:please )?(?:tell me|let me know|explain(?: to me)?|answer|confirm)[\s,:]*"
    r"|(?:please )?(?:tell|inform) (?:me|us)[\s,:]*|i(?:'d| would)? (?:want|like|need)(?: to know)?[\s,:]+"
    r"|(?:do|does) (?:you|anyone|anybody) know[\s,:]+|i(?:'m| am) (?:wondering|curious)[\s,:]+|i wonder[\s,:]+"
    r"|(?:answer|q|question|query)[^:.?]{0,40}:\s*)?",
    re.IGNORECASE,
)
_CREATE = (
    "write|compose|generate|create|draft|craft|design|develop|imagine|pretend|act as|roleplay|role-play|brainstorm|"
    "suggest|"
    "recommend|propose|come up with|make (?:up|me|a|an)|build|produce|rewrite|rephrase|paraphrase|reword|edit|improve|"
    "revise|proofread|correct|fix|simplify|expand|continue|complete|summari[sz]e|outline|describe|discuss|elaborate|"
    "compare|contrast|argue|debate|critique|review|evaluate|analy[sz]e|assess|reflect|invent|narrate|"
    "tell (?:me )?(?:a|an|some)|"
    "give (?:me )?(?:a|an|some|me|\\d+|two|three|four|five|six|ten|several|examples?|tips?|ideas?|advice)|"
    "show me|help|plan|prepare|organi[sz]e|list|enumerate|provide|offer|share|think of|name (?:a|an|some|any|\\d+|"
    "two|three|"
    "four|five|six|seven|ten|several|a few)|mention|use the|using|convince|persuade|sing|rap|draw|respond|reply|play|"
    "explain (?:how to|why|the importance|what you)|teach|translate|reformat|format|convert the (?:following|text|"
    "sentence|passage)|"
    "put the|turn|transform|add|insert|remove|delete|replace|construct|assume|consider|let's|let us|i want you|you are"
)
_OPEN_REQUEST = re.compile(rf"^(?:{_CREATE})\b", re.IGNORECASE)
_ASK_AGAIN = (
    "tell|explain|give|show|find me|guess|think|identify|clarify|walk|point|break|figure|talk|chat|like|prefer|rather|"
    "feel|choose|do (?:me|this|that|it|a|the)|make|put|look|check|ask|call me|read|solve|send|get me|go|let|speak|"
    "come|rank|sort|use the|parse|extract|clean|run|start|perform|design|code|script"
)
_OPEN_ASK = re.compile(
    r"^(?:what (?:are|were) (?:some|good|the (?:best|main|benefits|advantages|disadvantages|pros|ways|most|key|"
    r"possible|"
    r"differences|different|various|names of some|steps|tips|\d+|top)|a few|your|examples|ways|tips|other)"
    r"|what(?:'s| is| are) (?:the best|a good|your|a nice|some|an? (?:example|good|great|fun|easy))|what (?:should|"
    r"could|can|might) (?:i|we|one|you)\b"
    r"|what do you (?:think|recommend|suggest|like|feel)|(?:as an? [^,.?]{1,60}, )?(?:what|how) would you|"
    r"how (?:can|could|might|would|to|do (?:i|you|we|one|people|they)|"
    r"does one|should (?:i|we|you|one|someone|my|our))\b(?! (?:\w+ ){0,4}work)"
    r"|how about|any (?:\w+ ){0,3}(?:ideas?|tips?|suggestions?|recommendations?|advice|thoughts)|"
    r"which (?:\w+ ){0,3}(?:would you|do you|should i)"
    rf"|(?:can|could|would|will) you (?:please |also |kindly |quickly )?(?:{_CREATE}|{_ASK_AGAIN})\b"
    r"|i (?:want|need|would like|am looking)|who (?:are|were) some|where (?:can|could|should) i|do you (?:have|like|"
    r"think|prefer|enjoy|want)\b"
    r"|are there any (?:\w+ ){0,3}(?:tips|ideas|ways|suggestions|recommendations|good)|in your opinion|what if\b|"
    r"if you (?:could|were|had)\b)",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"```|\b(?:python|java|javascript|typescript|c\+\+|c#|sql|bash|shell|html|css|php|ruby|rust|golang|regex|"
    r"regular expression|"
    r"matlab|kotlin|swift|perl|haskell|pandas|numpy|react|django|flask|api|latex)\b[^.?!\n]{0,60}\b(?:code|function|"
    r"script|program|query|class|method|"
    r"command|snippet|expression|algorithm)\b|\b(?:code|function|script|program|query|class|method|command|snippet|"
    r"algorithm|subroutine|loop)\b"
    r"[^.?!\n]{0,60}\b(?:that|which|to|for|in|using|returns?|prints?)\b|\bdef \w+\(|#include\b|\bpublic static\b|"
    r"\bimport \w+|\bselect\b.{1,80}\bfrom\b|"
    r"\b(?:this|the|following|given|below|above|my) (?:\w+ ){0,2}(?:code|program|script|function|snippet|query|"
    r"bugs?)\b",
    re.IGNORECASE,
)
_ABOUT_CODE = re.compile(
    r"\b(?:this|the|following|given|below|above|my) (?:\w+ ){0,2}(?:code|source code|script|code snippet|query)\b",
    re.IGNORECASE,
)
_CODE_VERB = re.compile(
    r"^(?:write|create|implement|code|develop|build|generate|design|define|fix|debug|refactor|optimi[sz]e|construct|"
    r"complete|program|make|give|provide|identify|find|explain|correct|convert|translate|"
    r"rewrite|modify|add)\b",
    re.I,
)
_YES_NO = re.compile(
    r"^(?:is|are|was|were|am|do|does|did|can|could|will|would|should|shall|may|might|must|has|have|had|ain't|need|"
    r"(?:is|are|was|were|do|does|did|ca|could|wo|would|should|has|have|had)n't)\b",
    re.IGNORECASE,
)
_YES_NO_LATER = re.compile(
    r"(?:,|\b(?:then|so|say|true that|whether|wonder if|know if|me if)) (?:is|are|was|were|do|does|did|can|could|"
    r"will|would|should|has|have|it)\b",
    re.IGNORECASE,
)
_TRUE_FALSE = re.compile(
    r"\b(?:true or false|yes or no|is (?:this|that|it) (?:true|correct)|agree or disagree)\b", re.I
)
_CHOICE = re.compile(r"\b(?:or)\b [^?]{1,60}\?*$", re.IGNORECASE)
_NUMBER = re.compile(
    r"\b(?:how (?:many|much|long|old|far|tall|high|deep|big|large|heavy|fast|hot|cold|often|soon|late|early|wide|"
    r"likely|expensive)|"
    r"what (?:year|age|percent(?:age)?|proportion|fraction|number|date|time|temperature|price|amount|speed|day)|"
    r"(?:in|at|on|by|since|during) (?:what|which) (?:year|age|percent(?:age)?|temperature|price|amount|speed|date|"
    r"time|century|decade)|which (?:year|port|number|date|century)|"
    r"(?:the|a|its|his|her|their) (?:\w+ ){0,3}(?:number|amount|percentage|percent|price|cost|rate|speed|"
    r"temperature|population|distance|height|weight|length|depth|"
    r"width|area|volume|age|duration|dose|dosage|half-life|boiling point|melting point|freezing point|frequency|"
    r"probability|value|"
    r"sum|product|total|average|mean|median|result|port|ratio|complexity|limit|period|deadline|salary|interest|mass|"
    r"density|radius|"
    r"diameter|perimeter|circumference|gdp|quotient|remainder|difference between \d+|square root|derivative|integral)\b"
    r"|^when (?:in|on|during|exactly)|when (?:did|was|were|is|will|does|do|are|has|can|should)|"
    r"(?:time|space|runtime) complexity)",
    re.IGNORECASE,
)
_CALCULATE = re.compile(
    r"^(?:calculate|compute|solve|evaluate \d|find the (?:value|sum|area|number|total|average|mean|median|product|"
    r"percentage|perimeter|volume|length|"
    r"probability|square|derivative|integral|slope|distance)|determine the (?:number|value|area|sum|amount|"
    r"probability)|convert \d|estimate|count|add \d|subtract|multiply|divide|"
    r"simplify|round|what (?:is|'s) [-\d(][\d\s+*/x×÷^().%-]*)",
    re.IGNORECASE,
)
_ENTITY = re.compile(
    r"^(?:who(?:m|se)?|where|which|what(?:'s)? (?:is|are|was|were|'s)? ?(?:the|its|his|her)\b|(?:in|on|at|by|from|"
    r"of|to|for) (?:which|what|whom)|"
    r"what (?:kind|type|sort|color|colour|country|city|state|language|animal|planet|element|company|name|movie|film|"
    r"book|word|"
    r"nationality|religion|currency|continent|organ|part|species|genre|sport|team|band|gas|metal|river|drug|disease|"
    r"vitamin|organism|"
    r"instrument|capital|place|class|category|breed|food|event|law|theory|item|subject|title|brand|notice)|name the|"
    r"identify|classify|categori[sz]e|"
    r"choose|select|pick|state the|label|predict|detect|tag|find the|determine|decide|rank|sort|order|guess|spot)\b",
    re.IGNORECASE,
)
_DEFINITION = re.compile(
    r"^(?:what(?:'s| is| are| was| were|s)\b|what does \S.{0,60}\b(?:mean|do|stand for|cause|refer to)\b|define\b|"
    r"what do \S.{0,60}\b(?:mean|do|eat|cause)\b|"
    r"how (?:does|do|did) (?:\S+ ){1,6}(?:works?|function|act|operate)\b|explain (?:what|how \w+ works)|"
    r"what (?:happens|happened|would happen|will happen|causes?|caused))",
    re.IGNORECASE,
)
_MECHANISM = re.compile(
    r"\b(?:mechanism|mode) of action\b|\bmechanism\b|\bhow (?:do|does|did) (?:\S+ ){1,6}work\b", re.I
)
_PLURAL_ASK = re.compile(
    r"^(?:what (?:are|were)|who are|which are)\b.*\b(?:benefits|advantages|disadvantages|effects|uses|tips|ways|"
    r"ideas|symptoms|causes|examples|reasons|"
    r"features|factors|types|kinds|steps|methods|strategies|challenges|differences|similarities|characteristics|"
    r"books|movies|films|songs|places|"
    r"things|foods|recipes|options|treatments|applications|risks|names|facts|names|people|actors|activities|games|"
    r"words|synonyms|antonyms|"
    r"downsides|upsides|pros|cons|consequences|implications|components|elements|skills|qualities|stages|signs|"
    r"properties|functions|areas|countries|cities)\b",
    re.IGNORECASE,
)
_OUTCOME = re.compile(r"^what (?:happen|would|cause)", re.IGNORECASE)
_LATER_ENTITY = re.compile(r"\b(?:what|which|who|whom|whose|where)\b", re.IGNORECASE)
_LATER_EXPLAIN = re.compile(r"\b(?:why|how)\b", re.IGNORECASE)
_SOURCE_TEXT = re.compile(r"\bdef \w+\(|#include\b")
_EXPLAIN = re.compile(
    r"^(?:why|how|explain|what makes|what causes|in what way|for what reason|what happens)\b", re.IGNORECASE
)
_SENTENCE_END = re.compile(r"(?<=[.?!])(?<!\b[A-Z]\.)[\"')\]]*\s+|\n+")
_OPINION = re.compile(
    r"\b(?:your (?:opinion|favou?rite|view|thoughts)|do you (?:think|believe|feel)|creative|poem|story|essay|joke|"
    r"slogan|haiku|lyrics|tweet|caption|headline|email|blog|paragraph|dialogue|recipe|itinerary|"
    r"(?:a|cover|love|formal) letter|speech|"
    r"script for)\b",
    re.I,
)


def read_question(question: str) -> str:
    """The part of a question that is read: all of it, or its two ends."""
    if len(question) > N_QUESTION_CHARS * 2:
        question = question[:N_QUESTION_CHARS] + "\n" + question[-N_QUESTION_CHARS:]
    return _LINE_BREAK.sub("\n", question).replace("’", "'").replace("‘", "'").strip()


def asking_sentence(question: str) -> str:
    """The sentence that asks: the last one that ends in a question mark, else the first; politeness stripped."""
    sentences = [sentence for sentence in map(str.strip, _SENTENCE_END.split(question)) if sentence]
    if not sentences:
        return ""
    asked = [sentence for sentence in sentences if sentence.rstrip("\"')").endswith("?")]
    return _POLITE.sub("", asked[-1] if asked else sentences[0], count=1).strip()


def question_kind(question: str) -> str:
    """One of :data:`KINDS` for a question; an empty or unrecognised one is open.

    ``open`` covers creative requests, how-to, opinion, lists and rewriting; ``code`` whatever asks for a program. Only
    the :data:`CLOSED` kinds, and ``explain`` on strong evidence, may conflict.
    """
    text = read_question(question)
    if not text:
        return OPEN
    opening = _POLITE.sub("", text, count=1)[:400]
    if (
        "```" in text
        or (_CODE_VERB.match(opening) and _CODE.search(opening))
        or _ABOUT_CODE.search(opening)
        or _SOURCE_TEXT.search(text)
    ):
        return CODE
    if _OPEN_REQUEST.match(opening) and not _CALCULATE.match(opening) and not _TRUE_FALSE.search(text):
        return OPEN
    if _OPINION.search(opening):
        return OPEN
    return _closed_kind(asking_sentence(text))


def _closed_kind(asking: str) -> str:
    """The kind of the first rule that holds; rules go from the particular to the general."""
    calculation = bool(_CALCULATE.match(asking))
    if not asking or (_OPEN_REQUEST.match(asking) and not calculation):
        return OPEN
    if calculation:
        return NUMBER
    kind = next((kind for looks, kind in _RULES if looks(asking)), OPEN)
    return ENTITY if kind == YES_NO and _CHOICE.search(asking) and not _TRUE_FALSE.search(asking) else kind


_RULES: tuple[tuple[Callable[[str], object], str], ...] = (
    (_TRUE_FALSE.search, YES_NO),
    (_MECHANISM.search, DEFINITION),
    (_OPEN_ASK.match, OPEN),
    (_PLURAL_ASK.match, OPEN),
    (_YES_NO.match, YES_NO),
    (_OUTCOME.match, EXPLAIN),
    (_NUMBER.search, NUMBER),
    (_ENTITY.match, ENTITY),
    (_DEFINITION.match, DEFINITION),
    (_EXPLAIN.match, EXPLAIN),
    (lambda asking: not asking.endswith("?"), OPEN),
    (_LATER_ENTITY.search, ENTITY),
    (_LATER_EXPLAIN.search, EXPLAIN),
    (_YES_NO_LATER.search, YES_NO),
)
