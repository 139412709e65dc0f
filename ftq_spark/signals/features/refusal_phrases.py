"""Expressions of refusals, for RE2: what declines, disclaims, deflects or turns to the matter after all."""

from __future__ import annotations

_A = "['’‘ʼ`´＇]"  # the ways an apostrophe is typed


def _either(*alternatives: str) -> str:
    return "(?:" + "|".join(alternatives) + ")"


_MACHINE = _either(
    r"(?:an? |large |ai )*language model",
    "(?:ai|virtual|digital)(?: (?:assistant|chatbot|model|system|program))?",
    r"a\.i\.?",
    "artificial intelligence",
    "llm",
    "assistant",
    "chat ?bot",
    "computer program",
    "machine learning model",
)
_CANNOT = _either(
    "can ?not", f"can{_A}?t", "could not", f"couldn{_A}?t", "will not", f"won{_A}?t", f"won{_A}?t be able to"
)
_AM = f"i(?:{_A}m| am)"
_NOT_ABLE = f"{_AM} (?:sorry,? (?:but )?|afraid )?(?:just |simply |currently )?" + _either(
    "unable",
    "not (?:able|allowed|permitted|programmed|designed|comfortable|equipped|capable|qualified|authori[sz]ed"
    "|in a position|going)",
)
_ACT = _either(
    r"provide",
    r"help(?: (?:you|with|users?|anyone|to|answer|people|in|on)|[.!,;]|$)",
    r"assist",
    r"answer",
    r"fulfil+",
    r"comply",
    r"give (?:you|any|out|medical|legal|financial|advice)",
    r"offer",
    r"generate",
    r"create",
    r"produce",
    r"write (?:a|an|the|that|this|about|content|code|it|any)",
    r"support (?:this|that|the)",
    r"(?:engage|participate) in",
    r"discuss",
    r"share",
    r"complete (?:this|that|the|your)",
    r"process (?:this|that|your|images)",
    r"browse",
    r"(?:open|view|see) (?:the|any|your|images)",
    r"access (?:the internet|external|real|personal|private|current|live|web|urls?|links?|files?|your|any|this|that"
    r"|info)",
    r"diagnose",
    r"respond to",
    r"execute",
    r"promote",
    r"facilitate",
    r"advise",
    r"determine",
    r"accurately",
    r"tell you",
    r"do (?:this|that|so)",
    r"say for",
    r"make (?:a |any )?(?:recommend|diagnos|predict)",
    r"recommend (?:a|any)",
    r"predict",
    r"verify",
    r"comment on",
    r"speculate",
    r"translate",
    r"rewrite",
    r"summari[sz]e",
    r"identify",
    r"(?:continue|proceed) with",
)
_OTHER_TONGUES = (
    "(?:抱歉|对不起)[^。\n]{0,24}(?:无法|不能)",
    "作为[^。\n]{0,12}(?:AI|人工智能|语言模型)[^。\n]{0,24}(?:无法|不能)",
    "申し訳[^。\n]{0,40}(?:できません|かねます)",
    r"죄송[^.\n]{0,50}없습니다",
    "lo siento,? (?:pero )?no puedo",
    "désolée?,? (?:mais )?je ne (?:peux|suis)",
    "tut mir leid,? (?:aber )?ich kann",
    "desculpe,? (?:mas )?(?:eu )?não posso",
    "mi dispiace,? (?:ma )?non posso",
    "извините,? (?:но )?я не могу",
    r"(?:آسف|عذرا|أعتذر)[^.\n]{0,24}لا (?:أستطيع|يمكنني)",
    r"(?:क्षमा करें|माफ़ करें|खेद है)[^।\n]{0,60}नहीं",
)

# Says that what was asked will not be done.
DECLINES = "(?i)" + _either(
    rf"\bi (?:(?:also|simply|just|really|still|currently|personally|must say i"
    rf"|{_AM}) )?{_CANNOT} (?:[a-z]+ ){{0,2}}?{_ACT}",
    rf"\b{_NOT_ABLE}[a-z ]{{0,24}}\b{_ACT}",
    rf"\bi(?:{_A}d| would)? (?:must|have to|need to|will have to|would have to) (?:respectfully "
    rf"|politely )?(?:decline|refuse|refrain)",
    r"\bi (?:respectfully )?(?:decline|refuse) to",
    rf"\bi(?:{_A}d| would) (?:rather|prefer) not\b",
    r"\b(?:against|violates?|outside|beyond) (?:of )?(?:my|our) (?:[a-z]+ ){0,2}(?:guidelines|polic|programming"
    r"|principles|capabilit|scope|abilit)",
    r"\b(?:outside|beyond)(?: of)? what i (?:can|could|am)\b",
    r"\bnot (?:be )?(?:possible|appropriate|ethical|safe|right) for (?:me|an ai)\b",
    r"\b(?:request|question|instruction|task) can ?not be (?:answered|fulfilled|completed|processed)",
    *_OTHER_TONGUES,
)
# Opens the answer with "I cannot …", whatever the verb …
OPENS_DECLINING = (
    rf"(?i)^\W*(?:but )?(?:(?:{_AM} )?(?:very |so |deeply )?(?:sorry|afraid|apologi[sz]e|regret)[^.!?\n]{{0,24}}"
    rf"|unfortunately,? )?"
    rf"\bi (?:{_CANNOT}|(?:am|{_A}m) (?:unable|not able) to)\b"
)
# … unless the verb is of another kind.
OPENS_OTHERWISE = (
    rf"(?i)\bi {_CANNOT} (?:even |really |just |ever )?(?:help but|wait|believe|imagine|stop|thank|express|forget"
    rf"|remember|afford"
    r"|stand|bear|get enough|say enough|emphasi[sz]e|stress|overstate|recommend (?:it|this|that|them|him|her"
    r"|\w+ [a-z ]*(?:enough|highly))|live"
    r"|sleep|breathe|escape|deny|find|lie|complain|love|go|be|let|make it|attend|come|join|hide|hold|seem)\b"
)
# Says what the writer is.
_NEGATED = rf"[^.!?\n]{{0,120}}(?:\b(?:not|no|cannot|unable|without|never|nor)\b|n{_A}t\b)"
DISCLAIMS = "(?i)" + _either(
    rf"\bas (?:an? |a mere |just an? ){_MACHINE}\b{_NEGATED}",
    rf"\b{_AM} (?:just |only |merely )?an? {_MACHINE}\b{_NEGATED}",
    rf"\bi (?:do not|don{_A}?t) (?:actually )?(?:have|possess) (?:[a-z\-]+ ){{0,3}}(?:access|ability|capabilit"
    rf"|information|opinion|feeling"
    r"|emotion|experience|belief|preference|knowledge|consciousness|body|data)",
)
UNKNOWING = "(?i)" + _either(
    rf"\bi (?:really |honestly |just )?(?:do not|don{_A}?t) (?:really |actually )?(?:know|have an answer)\b",
    r"\bi have no (?:idea|clue)\b",
    rf"\b{_AM} not (?:really |entirely |completely |quite )?sure\b",
    r"^\W*no idea\b",
    r"\bi dunno\b",
    r"^\W*(?:unknown|not sure|can ?not (?:say|answer|be determined)|no (?:answer|comment|response))\W*$",
)
# Sends the reader elsewhere, or gives reasons for not answering.
DEFLECTS = "(?i)" + _either(
    r"\b(?:consult|seek|speak (?:to|with)|talk (?:to|with)|contact|ask|see|visit|reach out to|refer to|advice (?:of"
    r"|from)|guidance (?:of|from)"
    r"|evaluat\w+ by)\b[^.!?\n]{0,60}\b(?:professionals?|doctors?|physicians?|lawyers?|attorneys?|specialists?"
    r"|providers?|experts?|advis[eo]rs?"
    r"|pharmacists?|authorit(?:y|ies)|clinicians?|counsell?ors?|therapists?|emergency|qualified|licensed|official"
    r"|\w+ologists?|\w+iatrists?)\b",
    r"\b(?:sorry|apologi[sz]e|regret)\b",
    r"\b(?:is there|there is) (?:anything|something) else\b",
    r"\bfeel free to\b",
    r"\blet me know\b",
    r"\b(?:here|happy|glad) to (?:help|assist|answer)\b",
    r"\bhope (?:you understand|this helps)\b",
    r"\bfor your (?:understanding|question|patience)\b",
    r"\b(?:my|these|those|content|safety|usage) (?:guidelines|polic|training|limitations|programming)",
    r"\b(?:qualified|licensed|trained|healthcare|medical|legal|financial) (?:and [a-z]+ )?(?:professional|expert"
    r"|provider|advisor|practitioner)",
    r"\bnot (?:a|an|intended as|a substitute for|be used as) (?:[a-z]+ )?(?:substitute|doctor|lawyer|physician"
    r"|professional|advice|licensed)",
    r"\b(?:please|try to) (?:understand|rephrase|provide (?:me|more|the)|ask)",
    r"\b(?:individual|personal|specific) (?:circumstances|situation|case|medical history)",
    r"\b(?:potentially|could be|may be|can be) (?:harmful|dangerous|unsafe|inaccurate|misleading)",
    r"\b(?:here are|for) (?:some |the |several |a few |these )?(?:following )?reasons|\breasons? (?:why|for this|are)",
    rf"\bi (?:do not|don{_A}?t|{_CANNOT}) ",
    rf"\bi(?:{_A}d| would) encourage you\b",
    r"\bbetter placed to (?:help|answer|advise)\b",
)
# Comes to the matter after all.
TURNS = "(?i)" + _either(
    r"\b(?:but|however|that (?:being )?said|nevertheless|nonetheless|instead|still|with that in mind)\b,? "
    rf"(?:i (?:can|could|will|would|am able)\b|i{_A}(?:ll|d)\b|here|some\b|there (?:are|is)\b|generally\b"
    rf"|in general\b|based on|let me|according to"
    r"|a common|one (?:way|possible)|it is|the\b)",
    r"^\W*(?:here (?:is|are)|generally|in general|typically)\b",
)
BUT = r",? but |; however,? "  # what follows is judged by itself
QUOTED = '["“«][^"”»\n]*["”»]'

# A prompt that asks for a text in somebody's voice: its "I cannot" is not the writer's.
IN_VOICE = (
    r"(?i)\b(?:write|compose|create|generate|draft|make up|come up with|continue|rewrite|edit|complete|finish"
    r"|role ?play|act as|pretend"
    r"|simulate|translate|paraphrase|rephrase|convert|change)\b[^.?!\n]{0,80}\b(?:e-?mail|letter|poem|story"
    r"|dialogue?|conversation|review|speech"
    r"|script|lyrics|song|ticket|message|tweet|post|diary|journal|monologue|note|text|sentence|paragraph|character"
    r"|complaint|request|quote|role"
    r"|response|excuse|toast|essay|haiku|limerick|sonnet|phrase)\b"
)
# A question about the assistant itself: to say what it is answers it.
ABOUT_ITSELF = (
    r"(?i)\b(?:who|what|where|how (?:old|tall|smart)?|why) (?:are|were|was|is|do|did|made|created|trained|built"
    r"|developed)\b[^.?!\n]{0,40}\byou\b"
    r"|\b(?:are|do|can|could|have|were|did|will|would) you (?:\w+ ){0,3}(?:a |an )?(?:human|person|real|robot|bot|ai"
    r"|machine|alive|sentient|conscious\w*"
    r"|feel\w*|emotions?|think\w*|name|gpt\w*|chatgpt|opinions?|dreams?|experiences?|remember|learn|exist)\b"
    r"|\byour (?:name|creators?|developers?"
    r"|purpose|feelings|gender|age|capabilities|training|identity|model|makers?)\b|\b(?:introduce|describe"
    r"|about) yourself\b|^\W*(?:hi|hello|hey)\W*$"
)
# A prompt that asks for harm: to decline it is right.
UNSAFE = "(?i)" + _either(
    r"\bwithout (?:\w+ ){0,2}(?:being |getting |be )?(?:caught|noticed|detected|traced|knowing|consent|permission"
    r"|noticing)\b",
    r"\b(?:make|build|construct|assemble|cook|synthesi[sz]e|manufacture|buy|get|obtain|grow"
    r"|prepare)\b[^.?!\n]{0,40}\b(?:bombs?|explosives?|grenades?"
    r"|molotov|silencer|ghost gun|meth(?:amphetamine)?|crack cocaine|heroin|fentanyl|ricin|sarin|nerve agent|napalm"
    r"|poison|bioweapon|anthrax)\b",
    r"\b(?:kill|murder|poison|strangle|assassinate|hurt|injure|beat up|torture|kidnap|abduct|rape|molest"
    r"|groom)\b[^.?!\n]{0,30}\b(?:someone|somebody"
    r"|people|person|my|him|her|them|his|child|children|kids?|wife|husband|neighbou?r|boss|dog|cat|myself|yourself)\b",
    r"\b(?:suicide|self[- ]harm|end my life|cut myself|overdose on)\b",
    r"\b(?:ransomware|malware|keylogger|spyware|botnet|trojan|ddos|rootkit|phishing|computer virus"
    r"|sql injection attack|brute[- ]force)\b",
    r"\b(?:hack|break|get|crack) (?:in)?to (?:\w+['’]?s? ){0,3}(?:account|phone|computer|e-?mail|wi-?fi|network"
    r"|facebook|instagram|password|system|car|house)",
    r"\b(?:steal|shoplift|rob|burgle|pickpocket|embezzle|launder|counterfeit|forge|blackmail|extort|scam|defraud"
    r"|bribe|smuggle|traffic)\b",
    r"\b(?:fake|forged) (?:id|passport|licen[cs]e|prescription|doctor|invoice|review|check|cheque|document)s?\b",
    r"\b(?:hide|evade|dodge|avoid paying|cheat on)\b[^.?!\n]{0,30}\b(?:tax|income|irs|assets)",
    r"\b(?:stalk|dox|harass|bully|spy on|secretly (?:track|record|film|follow|monitor)"
    r"|track\b[^.?!\n]{0,30}\bsecretly)\b",
    r"\b(?:child porn\w*|csam|revenge porn|sexual(?:ly)? explicit|erotic\w*)\b",
    r"\b(?:disable|bypass|disarm|override) (?:the |a |an )?(?:alarm|security|safety|ankle monitor|breathaly[sz]er"
    r"|drm|license check)",
    r"\b(?:illegal(?:ly)?|pirated?|racist|sexist|antisemitic|homophobic|hate speech|slurs?|terrorist)\b",
)
