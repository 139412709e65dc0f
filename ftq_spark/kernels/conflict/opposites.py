"""Opposites and synonyms: the curated words by which two statements exclude each other, or say the same.

Every line is hand-picked for words whose opposite meanings exclude each other in an answer (antonymy, the commonest
lexical type of de Marneffe, Rafferty and Manning 2008). Words that are opposite only in some readings (light, right,
over) are opposites only where one stands in the other's place: see :data:`SLOT_OPPOSITES`.
"""

from __future__ import annotations

# One concept a line: the words before the bar affirm it, the words after it deny it.
OPPOSITES = """
safe harmless nontoxic innocuous safely | unsafe dangerous harmful hazardous toxic poisonous deadly fatal lethal
increase raise elevate rise grow climb higher heighten accelerate boost gain | decrease
increase | reduce lower fall drop decline lessen diminish shrink slow
allow permit authorise authorize legalise lawful legal permissible legalize | forbid
allow | prohibit ban disallow outlaw illegal unlawful criminalize
include cover contain comprise | exclude omit
effective efficacious effectively work | ineffective useless
beneficial helpful healthy nutritious benefit | detrimental unhealthy harm damage worsen
true correct accurate factual right | false
true | incorrect wrong inaccurate untrue mistaken myth misconception fictional hoax bogus
possible feasible achievable | impossible infeasible
accept approve grant admit | reject deny refuse decline
necessary essential required mandatory compulsory obligatory require need | unnecessary optional voluntary needless
dynamic dynamically | static statically
mutable modifiable changeable | immutable unchangeable
synchronous | asynchronous
open opened | closed shut
start begin commence launch | end finish stop cease terminate
appear emerge | disappear vanish
alive living | dead deceased extinct died
same identical alike equal | different unequal distinct
hot warm | cold cool cooler colder
fast quick rapid quickly faster | slow slowly sluggish slower
early earlier before | late later after
more greater above exceed larger bigger | fewer less least below smaller
best better superior | worst worse inferior
large big huge enormous | small little tiny
long lengthy longer | short brief shorter
strong stronger | weak weaker
wet moist | dry arid
common frequent frequently often widespread usual usually | rare rarely uncommon infrequent seldom unusual
likely probable probably | unlikely improbable
always | never
major significant substantial considerable | minor insignificant negligible
positive | negative
male man boy husband father | female woman girl wife mother
north northern | south southern
east eastern | west western
guilty | innocent
natural organic | artificial synthetic
solid | liquid gas fluid
expand widen enlarge | shrink narrow
eligible entitled | ineligible
abundance plenty surplus | shortage scarcity deficit
original authentic | copied counterfeit
legitimate lawful | illegitimate
remember recall | forget
win won victory victorious | lose lost defeat
import | export
profit profitable | loss unprofitable
public | private
internal inside indoor | external outside outdoor
temporary temporarily transient | permanent permanently irreversible
reversible curable treatable | incurable untreatable
voluntary | involuntary
powerful | powerless
convex | concave
literate | illiterate
endorse | oppose
hire | dismiss
maintain preserve keep retain | destroy demolish abandon
domestic | foreign
urban | rural
endemic native indigenous | exotic foreign introduced
mandatory | elective
ancient | modern contemporary
wealthy | impoverished
married | unmarried
conscious awake | unconscious asleep
oxidise oxidize oxidation oxidising oxidizing | reduction reducing
hypertonic | hypotonic
aerobic | anaerobic
hyperglycaemia hyperglycemia | hypoglycaemia hypoglycemia
hyperthyroidism | hypothyroidism
tachycardia | bradycardia
systolic | diastolic
prokaryotic prokaryote | eukaryotic eukaryote
even | odd
plaintiff claimant | defendant
creditor | debtor
landlord lessor | tenant lessee
prosecution | defence
civil | criminal
majority | minority
unanimous | divided
compile compiled | interpret interpreted
signed | unsigned
encrypt encrypted | plaintext unencrypted
lossy | lossless
stateful | stateless
ordered | unordered
blocking | nonblocking
upstream | downstream
deductible | nondeductible
taxable | exempt
tight | loose
deep | shallow
wide broad | narrow
thick | thin
heavy | lightweight
loud noisy | quiet silent
calm peaceful | violent turbulent
clean | dirty polluted
clear | vague ambiguous unclear
brave | cowardly
famous popular renowned | unknown obscure unpopular
attract | repel
gather assemble | scatter disperse
arrive | depart
ascend | descend
praise | criticise criticize condemn
defend | attack
encourage | discourage
obey comply | disobey violate
conceal hide | reveal expose
create construct build | demolish destroy
connect attach join | disconnect detach separate
freeze solidify | melt thaw
evaporate | condense
inhale | exhale
lend | borrow
lengthen extend prolong | shorten curtail
simplify | complicate
tighten | loosen
unite | divide
victory | defeat
youngest newest | oldest
largest biggest greatest | smallest
infectious contagious communicable | noncontagious
benign | malignant cancerous
acute | chronic
agonist activate stimulate promote enhance induce | antagonist inhibit block suppress impair prevent
relax dilate vasodilation | constrict contract vasoconstriction
support confirm prove | refute contradict disprove debunk
love enjoy | hate dislike detest
rich wealthy | poor
easy simple easily | difficult complicated complex
free complimentary gratis | paid chargeable
enable activate | disable deactivate
present | absent
visible | invisible
buy purchase | sell
succeed success successful | fail failure unsuccessful
agree | disagree
real genuine authentic exist existent | fake imaginary mythical nonexistent non-existent
linear | nonlinear
refundable returnable refund | nonrefundable
vertical | horizontal
maximum | minimum
day daytime | night nighttime
summer | winter
peace | war
with_food with_meal | empty_stomach
ascending | descending
"""

# Words that stand for one another in answers to one question.
SYNONYMS = """
bind enforceable valid binding enforce
drug medication medicine pharmaceutical
physician doctor
child kid youngster children kids
baby infant newborn
influenza flu
acetaminophen paracetamol tylenol apap
ibuprofen advil nurofen
epinephrine adrenaline
agreement contract
oral verbal
car automobile
change modify alter rewrite edit mutate
cause lead produce result trigger
link associate relate tie connect correlate
write author pen wrote written writer
create make build develop made creator
invent inventor invention
found establish founder founded
discover discovery discoverer
kill murder assassinate
buy purchase
use utilise utilize usage
happen occur
earth world globe
usa united_states america american
uk united_kingdom britain british
wwii world_war_ii second_world_war world_war_2
wwi world_war_i first_world_war world_war_1
person people human
pregnant pregnancy
vaccine vaccination vaccinate immunisation immunization shot
tumour tumor cancer
heart cardiac
renal kidney
hepatic liver
hypertension high_blood_pressure
ocean sea
movie film
country nation
city town
big large
illness disease sickness condition
get obtain receive
terminate cancel
reimburse refund
"""

# Opposite where one stands in the place of the other in nearly the same sentence, and only there. Each line is a
# family: words of different members exclude each other.
SLOT_OPPOSITES = """
left | right
light | dark
light | heavy
hard | soft
hard difficult | easy
old older oldest | new newer newest recent
old older | young younger
first | last
first | second | third | fourth | fifth
front | back rear behind
top upper | bottom lower
inner | outer
up upward upwards | down downward downwards
on | off
in into inside within | out outside
over above | under below beneath
before | after
with | without
for | against
since because | despite
more | less fewer
most | least
all every everyone everybody always | some several few certain sometimes occasionally partly
all every everyone many most much | none few little
gain gains gained | lose loses lost
come comes came | go goes went
give gives gave given | take takes took taken
push | pull
odd | even
plus | minus
single | double multiple several both
simple | compound complex
half | full whole
partial partially partly | complete completely total totally entirely
high tall | low short
near close nearby | far distant remote
same | different other another
original | final
main primary | secondary auxiliary
senior | junior
general generic | specific particular
formal | informal
direct | indirect
upper | lower
leave leaves left | stay stays stayed remain remains
open | shut closed
turn | stop
active | passive
day days | night nights
sun | moon
husband | wife
brother | sister
son | daughter
uncle | aunt
king | queen
mother | father
boy boys | girl girls
red | blue | green | yellow | black | white | brown | orange | purple | pink
north northern | south southern | east eastern | west western
monday | tuesday | wednesday | thursday | friday | saturday | sunday
january | february | march | april | may | june | july | august | september | october | november | december
spring | summer | autumn fall | winter
iron | gold | silver | copper | lead | tin | zinc
english | french | german | spanish | italian | russian | chinese | japanese
"""

# Words that deny what they govern: one too many in nearly the same sentence turns it round.
DENYING = """
absent absence missing avoid avoids avoided avoiding refuse refuses refused refusing reject rejects rejected rejecting
rejection deny denies denied denying ban bans banned forbid forbids forbidden prohibit prohibits prohibited prevent
prevents prevented preventing exclude excludes excluded excluding ignore ignores ignored ignoring neglect neglects
neglected fail fails failed failing failure lack lacks lacked lacking stop stops stopped stopping cease ceases ceased
discontinue discontinued abandon abandons abandoned abandoning cancel cancels cancelled canceled prohibitive
nonexistent non-existent unavailable unable impossible unlikely useless ineffective false untrue incorrect myth
hardly barely scarcely rarely seldom devoid exempt oppose opposes opposed opposing resist resists resisted block blocks
blocked escape escapes escaped withdraw withdraws withdrew withdrawn remove removes removed removing despite
contrary unrelated independent disagree disagrees disagreed dislike dislikes disliked doubt doubts doubted
discourage discourages discouraged disapprove disapproved oppositely opposite wrong wrongly never no not none nobody
nothing nowhere neither nor without except excepting
"""
