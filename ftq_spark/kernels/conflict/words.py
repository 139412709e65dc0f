# ruff: noqa: SIM905  (word lists are easiest to read and to extend as text)
"""Curated English word lists of contradiction detection: negation, modality, hedges, numbers, units, populations.

Lists follow the types of contradiction of de Marneffe, Rafferty and Manning (2008): negation, numeric, factive and
modal; opposites and synonyms are in :mod:`ftq_spark.kernels.conflict.opposites`.
"""

from __future__ import annotations

PHRASES = {
    "on an empty stomach": "empty_stomach",
    "empty stomach": "empty_stomach",
    "without food": "empty_stomach",
    "with food": "with_food",
    "with meals": "with_food",
    "with a meal": "with_food",
    "after a meal": "with_food",
    "after eating": "with_food",
    "united states of america": "usa",
    "united states": "usa",
    "the u.s.": "usa",
    "u.s.a.": "usa",
    "u.s.": "usa",
    "united kingdom": "uk",
    "great britain": "uk",
    "world war ii": "wwii",
    "world war 2": "wwii",
    "world war two": "wwii",
    "second world war": "wwii",
    "world war i": "wwi",
    "world war 1": "wwi",
    "world war one": "wwi",
    "first world war": "wwi",
    "high blood pressure": "hypertension",
    # Negative in form, not in meaning: never opens a negation scope.
    "not only": "also",
    "not just": "also",
    "not merely": "also",
    "not simply": "also",
    "no doubt": "surely",
    "without a doubt": "surely",
    "without doubt": "surely",
    "no matter": "regardless",
    "whether or not": "whether",
    "not to mention": "also",
    "no more than": "at_most",
    "not more than": "at_most",
    "not exceed": "at_most",
    "no less than": "at_least",
    "not less than": "at_least",
    "no later than": "at_most",
    "not uncommon": "common",
    "not unusual": "common",
    "not impossible": "possible",
    "not until": "until",
    "why not": "why",
    "if not": "else",
    "not sure": "unsure",
    "not clear": "unclear",
    "not necessarily": "perhaps",
    "not always": "sometimes",
    "not all": "some",
    "not every": "some",
    "not everyone": "some",
    # Negative in meaning.
    "no longer": "not",
    "rather than": "not",
    "instead of": "not",
    "free of": "without",
    "free from": "without",
    "far from": "not",
    "fails to": "not",
    "fail to": "not",
    "failed to": "not",
    "unable to": "not",
    "refused to": "not",
    "refuses to": "not",
    "refuse to": "not",
    "neglected to": "not",
    "yet to be": "not",
    "yet to": "not",
    "it's false that": "not",
    "it's not true that": "not",
    "it's a myth that": "not",
    "is able to": "can",
    "was able to": "can",
    "are able to": "can",
    "were able to": "can",
    "not able to": "not",
    "it is false that": "not",
    "it is not true that": "not",
    "it is a myth that": "not",
}

NEGATORS = frozenset(
    "not no never none nothing nobody nowhere neither nor cannot without lack lacks lacking lacked absence hardly "
    "barely scarcely refrain non".split()
)
# Where a negation's scope ends.
CLAUSE_BREAKS = frozenset(
    "but however although though because since so which who whom whose while whereas unless except if when where "
    "until instead then therefore thus hence".split()
)

PERMISSIVE = frozenset(
    "safe safely harmless recommended recommend recommends advisable advised advise suitable appropriate "
    "effective beneficial helpful healthy fine ok okay allowed permitted acceptable approved legal encouraged "
    "useful good tolerated compatible enforceable eligible covered included preferred indicated well-tolerated "
    "possible better ideal".split()
)
PROHIBITIVE = frozenset(
    "avoid avoided avoiding avoids contraindicated contraindication prohibited forbidden banned illegal dangerous "
    "harmful toxic poisonous unsafe discouraged risky ineffective useless unsuitable inappropriate inadvisable "
    "stop refrain excluded ineligible impossible fatal deadly lethal hazardous bad worse worst unhealthy warned "
    "unacceptable".split()
)

HEDGES = frozenset(
    "may might could perhaps possibly sometimes generally usually often typically depends depend varies vary "
    "unclear unsure uncertain likely probably some many most certain debated disputed estimated approximately "
    "unlikely suggest suggests appears seems potentially occasionally rarely".split()
)
STOP_WORDS = frozenset(
    "a an the this that these those of in on at to for from by with about into onto over through during and or "
    "but if then than as so such is are was were be been being am do does did doing done has have had having will "
    "would shall should can could may might must it its it's he she they them his her their we us our you your i "
    "me my mine one's there here what which who whom whose when where why how also very just too quite really "
    "actually well yes no not never nor n't s t 's please tell say said say's let get gets got some any each "
    "other own more most both either neither per via because since while although though however therefore thus "
    "hence up out off again further once only same between under above below before after all kind type sort "
    "generally usually typically often currently commonly called known considered thing things way something "
    "anything nothing someone cannot without none don doesn isn".split()
)

NUMBER_WORDS = {
    word: float(value)
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen "
        "eighteen nineteen twenty".split()
    )
} | {
    "thirty": 30.0, "forty": 40.0, "fifty": 50.0, "sixty": 60.0, "seventy": 70.0, "eighty": 80.0, "ninety": 90.0,
    "dozen": 12.0, "half": 0.5, "once": 1.0, "twice": 2.0,
}  # fmt: skip
ORDINALS = {
    "ii": 2.0, "iii": 3.0, "iv": 4.0, "vi": 6.0, "vii": 7.0, "viii": 8.0, "second": 2.0, "third": 3.0, "fourth": 4.0,
    "fifth": 5.0, "sixth": 6.0, "seventh": 7.0, "eighth": 8.0, "ninth": 9.0, "tenth": 10.0,
}  # fmt: skip
MULTIPLIERS = {
    "hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "k": 1e3, "bn": 1e9,
}  # fmt: skip

# unit → (dimension, factor to the base unit); temperature is converted apart.
UNITS: dict[str, tuple[str, float]] = {}
for _dimension, _units in {
    "mass": "mg milligram=1 mcg µg μg ug microgram=.001 ng=1e-6 g gram gramme gm=1e3 kg kilogram kilo=1e6 tonne=1e9 "
    "ton=9.07e8 lb lbs pound=453592 oz ounce=28349.5",
    "volume": "ml milliliter millilitre cc=1 cl=10 dl deciliter=100 l liter litre=1e3 gallon gal=3785.41 pint=473.176 "
    "cup=236.588 teaspoon tsp=4.92892 tablespoon tbsp=14.7868 quart=946.353",
    "length": "mm millimeter millimetre=.001 cm centimeter centimetre=.01 m meter metre=1 km kilometer kilometre=1e3 "
    "mile mi=1609.34 ft foot feet=.3048 inch inches=.0254 yard yd=.9144 nm nanometer=1e-9",
    "time": "ms millisecond=.001 s sec second=1 min minute=60 h hr hour=3600 day=86400 week wk=604800 "
    "fortnight=1209600 "
    "month=2629746 year yr=31556952 decade=315569520 century centuries=3155695200 millennium millennia=31556952000",
    "data": "byte=1 kb kilobyte=1e3 mb megabyte=1e6 gb gigabyte=1e9 tb terabyte=1e12 pb petabyte=1e15",
    "energy": "calorie cal kcal kilocalorie=1 kj kilojoule=.239006",
    "speed": "km/h kmh kph=1 mph=1.60934 m/s=3.6 km/s=3600 knot=1.852",
    "percent": "% percent per_cent pct=1",
    "money": "$ dollar usd=1 cent=.01",
    "euro": "€ euro eur=1",
    "sterling": "£ gbp=1",
    "power": "w watt=1 kw kilowatt=1e3 mw megawatt=1e6",
    "angle": "degree deg=1",
    "concentration": "mg/dl=1 mg/kg=1 mmol/l=18.018",
    "pressure": "mmhg=1",
    "frequency": "hz=1 khz=1e3 mhz=1e6 ghz=1e9",
}.items():
    _pending: list[str] = []
    for _item in _units.split():
        _name, _, _factor = _item.partition("=")
        _pending.append(_name)
        if _factor:
            UNITS.update({_unit: (_dimension, float(_factor)) for _unit in _pending})
            _pending = []

# Who or what a question is about: naming two different members of one line makes two different questions.
POPULATIONS = """
child kid infant baby newborn toddler pediatric paediatric teen teenager | adult grown-up | elderly senior geriatric
man male boy | woman female girl
pregnant pregnancy | breastfeeding lactation lactating
dog puppy canine | cat kitten feline | horse | rabbit | bird | human | cow | fish
beginner | expert
morning | evening | night
monday | tuesday | wednesday | thursday | friday | saturday | sunday
january | february | march | april | june | july | august | september | october | november | december
"""

YES = (
    "yes|yeah|yep|yup|correct|true|absolutely|definitely|certainly|of course|indeed|affirmative|"
    "oui|ja|sí|sim|да|はい|是的|是|对|네|예|evet|tak"
)
NO = (
    "no|nope|nah|false|incorrect|wrong|untrue|never|not really|not at all|absolutely not|definitely not|"
    "certainly not|of course not|"
    "negative|non|nein|nee|нет|いいえ|不是|不|否|아니요|아니오|hayır|nie|não"
)
