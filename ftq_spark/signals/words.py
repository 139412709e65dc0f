"""Word lists of the signals, as data: single tokens in lower case."""

from __future__ import annotations

ENGLISH_STOPWORDS = frozenset(
    """a about above after again against all also am an and any are aren't as at be because been before being below
    between both but by can can't cannot could couldn't did didn't do does doesn't doing don't down during each even ever
    few for from further had hadn't has hasn't have haven't having he he's her here hers herself him himself his how i i'd
    i'll i'm i've if in into is isn't it it's its itself just let let's may me might more most much must my myself no nor
    not now of off on once one only or other our ours ourselves out over own said same shall she she's should shouldn't so
    some such than that that's the their theirs them themselves then there there's these they they're this those through
    to too under until up upon us very was wasn't we we're we've were weren't what when where which while who whom why
    will with within without won't would wouldn't yes you you'd you'll you're you've your yours yourself yourselves""".split()
)
# Words that assert little: quantity, importance and variety without saying which or how much.
GENERIC = frozenset(
    """many various several numerous some different certain multiple lots lot plenty variety range stuff thing things
    something somehow anything everything important importantly significant crucial vital essential interesting nice good
    great bad better helpful useful beneficial generally usually often sometimes typically commonly basically overall
    probably perhaps maybe possibly likely potentially may might could seem seems etc aspects aspect factors factor issues
    ways impact depends depending varies vary effective effectively properly appropriate appropriately careful carefully""".split()
)
# Words that state a cause, mechanism, condition or recommendation.
CAUSAL = frozenset(
    """because causes caused causing since therefore thus hence due inhibits inhibit inhibiting inhibition blocks blocking
    increases increase increasing decreases decrease decreasing reduces reduce reducing reduction prevents prevent
    preventing raises raise lowers lower produces produce leads leading results resulting requires require required
    recommend recommended avoid monitor consider if unless when whereas binds activates stimulates converts via through
    mechanism risk elevates contraindicated instead alternative""".split()
)
