"""Words that tell nothing about what happened, by language and without accents; rarity takes care of the rest."""

_ENGLISH = """
a about after again against all also am an and any are as at be because been before being between both but by can could
did do does during each for from further get go got had has have having he her here him his how i if in into is it its
just like made make may me might more most my new no nor not now of off on once one only or other our out over own per
said same say says shall she should since so some such than that the their them then there these they this those
through to told too under until up upon very was we were what when where which while who whom why will with
would year years yet you your reported report reports according ll re ve don
us didn doesn isn wasn aren weren hasn haven hadn couldn wouldn
"""
_SPANISH = """
a al algo ante antes aquel asi aun aunque bajo bien cada como con contra cual cuando cuya de del desde donde durante
e el ella ellas ellos en entre era es esa esas ese eso esos esta estaba estan estas este esto estos fue fueron ha habia
habian hace hacia han hasta hay hoy la las le les lo los mas me mi mientras mismo mucho muy ni no nos o otra otras otro
otros para pero poco por porque pues que quien se segun ser si sido sin sino sobre solo son su sus tambien tan tanto
tiene todo todos tras tu u un una unas uno unos y ya ano anos dijo dice
"""
_ARABIC = """
في من على الى إلى عن مع هذا هذه ذلك تلك التي الذي الذين ان إن أن انه أنه انها أنها كان كانت قد لا ما لم لن هو هي هم كل
بعد قبل بين عند حتى ثم او أو كما وقد وقال قال قالت وفي ومن وعلى وان وأن ضد حول خلال منذ أي اي غير عام يوم
"""
_FRENCH = """
a au aux avec ce ces cette dans de des du elle en est et eux il ils je la le les leur leurs lui mais ne nous on ont ou
par pas plus pour qu que qui sa se ses son sont sur un une vous y ete etre fait apres selon d l s n c
"""
_PORTUGUESE = """
a ao aos as com como da das de do dos e ela ele em entre era essa esse esta este foi ha isso ja mais mas na nas nao no
nos o os ou para pela pelo por que se sem ser seu sua sao tambem tem um uma apos segundo
"""
_GERMAN = """
aber als am an auch auf aus bei bis das dass dem den der des die durch ein eine einem einen einer er es fur hat im in
ist mit nach nicht noch nur oder sich sie sind so uber um und vom von vor war wie wird zu zum zur
"""

STOP_WORDS: dict[str, frozenset[str]] = {
    language: frozenset(words.split())
    for language, words in {
        "ar": _ARABIC,
        "de": _GERMAN,
        "en": _ENGLISH,
        "es": _SPANISH,
        "fr": _FRENCH,
        "pt": _PORTUGUESE,
    }.items()
}
