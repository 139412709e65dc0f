"""Word lists of the signals, as data: single tokens in lower case."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ENGLISH_STOPWORDS = _words(
    """
    a about above after again against all also am an and any are aren't as at be because been before being below
    between both but by can can't cannot could couldn't did didn't do does doesn't doing don't down during each even
    ever few for from further had hadn't has hasn't have haven't having he he's her here hers herself him himself
    his how i i'd i'll i'm i've if in into is isn't it it's its itself just let let's may me might more most much
    must my myself no nor not now of off on once one only or other our ours ourselves out over own said same shall
    she she's should shouldn't so some such than that that's the their theirs them themselves then there there's
    these they they're this those through to too under until up upon us very was wasn't we we're we've were weren't
    what when where which while who whom why will with within without won't would wouldn't yes you you'd you'll
    you're you've your yours yourself yourselves
    """
)
# Words that assert little: quantity, importance and variety without saying which or how much.
GENERIC = _words(
    """
    many various several numerous some different certain multiple lots lot plenty variety range stuff thing things
    something somehow anything everything important importantly significant crucial vital essential interesting nice
    good great bad better helpful useful beneficial generally usually often sometimes typically commonly basically
    overall probably perhaps maybe possibly likely potentially may might could seem seems etc aspects aspect factors
    factor issues ways impact depends depending varies vary effective effectively properly appropriate appropriately
    careful carefully suitable situation situations circumstances considerations kinds kind sorts sort types options
    possibilities possible reasons reason case cases number others each both well sure fine okay ok guess just
    really quite rather fairly simply
    """
)
HEDGES = _words(
    """
    may might could perhaps maybe possibly probably likely seem seems seemingly appear appears somewhat fairly
    rather generally usually often sometimes typically potentially presumably supposedly roughly possible guess
    think believe unsure unclear depends depending
    """
)
# Words that state a cause, mechanism, consequence or purpose.
CAUSAL = _words(
    """
    because causes caused cause causing since therefore thus hence due inhibits inhibit inhibiting inhibition blocks
    block blocking increases increase increasing increased decreases decrease decreasing reduces reduce reducing
    reduction prevents prevent preventing raises raise raising lowers lower lowering produces produce leads leading
    results resulting result requires require binds activates stimulates converts enables allows ensures protects
    triggers damages mechanism consequently elevates suppresses releases absorbs creates forms so otherwise means
    via
    """
)
# Words that recommend, or set a condition.
ADVICE = _words(
    """
    recommend recommended avoid monitor consider use try check choose start stop take apply add keep give call see
    ensure follow make if unless when whenever until before after instead alternatively except only once provided
    """
)
# Frequent words of general English that name nothing in particular.
COMMON = _words(
    """
    able accept according account act action actions active actually add additional advantage advantages affect
    affects again age ago agree air allow almost alone along already always amount another answer answers any anyone
    anything appear apply approach area areas around ask asked attention available avoid away back based basic basis
    beautiful become becomes begin beginning behavior believe benefit benefits best big bit body book both break
    bring brings build building business buy call called came car care carry cause change changed changes changing
    check child children choice choices choose city class clear clearly close collection come comes common community
    companies company compare complete completely complex concept concern concerns condition conditions consider
    contain contains continue control correct cost costs countries country course cover create created creating
    culture current currently cut daily data day days deal death decide decision decisions deep define degree depend
    describe describes design detail details determine develop developed development difference differences
    different difficult difficulty direct directly disadvantages discuss do doctor done door draw drive drug drugs
    due early easier easily easy eat education effect effects effort either else encourage end energy enjoy enough
    ensure entire environment equal especially event events eventually every everyone exactly example examples
    excellent expect experience experiences explain explanation express extra eye eyes face fact facts fall family
    far fast feature features feel feeling feelings feels felt field figure final finally find finding first fit
    five focus follow following follows food force form forms forward found four free friend friends full fun
    function future gain game gave general get gets getting give given gives giving go goal goals goes going gone
    got government group groups grow growing growth guide half hand handle hands happen happened happens happy hard
    head health healthy hear heard heart held help helped helping helps high higher highly history hold home hope
    hot hour hours house however huge human humans idea ideas identify imagine improve improving include included
    includes including individual individuals industry information inside instead interest interested involve
    involved involves issue item items job join keep key kept knew know knowledge known knows large larger last late
    later law lead leads learn learning least leave led left less let level levels life light like line list listen
    little live lives living local long longer look looking looks lose loss love low lower made main major make
    makes making man manage manner mean meaning means medicine medicines meet members men method methods mind minute
    minutes modern moment money month months morning move moves music name names nature near necessary need needed
    needs new news next night none note nothing notice number object occur occurs offer offers office old open
    opportunity option order others outside overall own page pain paper parents part particular parts party past
    patient patients pay people perfect perform period person personal phone physical pick piece place places plan
    plans play point points popular position positive possible power practice prepare present pretty prevent price
    problem problems process processes produce product products professional program project proper protect provide
    provided provides providing public purpose put quality question questions quick quickly quite range rate reach
    read reading ready real reality realize really reason receive recent recently recommended red reduce regular
    related relationship relationships remain remains remember remove report require required requires research
    resources respect response responsible rest result results return right rights rise risk road role room rule
    rules run running safe safety same saw say says school search second see seek seem seen select self sense
    separate serious serve service services set sets setting seven share she short show showing shows side sign
    significant similar simple simply single situation six size skills sleep slow slowly small social society
    solution solutions solve someone soon sound source sources space speak special specific spend spent stand start
    started starting starts state states stay step steps still stop stopping story strategies strategy strong
    structure student students study subject success successful such suddenly sugar suggest suit support sure
    surface system systems take taken takes taking talk task team technology tell ten term terms test tests text
    thank thanks then therefore they thing think thinking third thought thoughts three throughout time times tips
    today together told took tool tools top topic total touch toward towards town training travel treat treated
    treatment treatments tried true trust truth try trying turn two type types typical understand understanding
    unique until use used useful user users uses using usual value values version view visit voice wait walk want
    wanted wants watch water way week weeks went whatever whether white whole wide wider wish woman women word words
    work worked working works world worth write writing written wrong year years yet young
    """
)
NUMBERS = _words(
    """
    two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
    nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion half quarter
    third twice percent double triple dozen
    """
)
