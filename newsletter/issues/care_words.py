"""The words of sensitivity.py, by language: regular expressions without accents, one alternative after another."""

from collections.abc import Mapping

SUICIDE, SEXUAL_VIOLENCE, DEATH, YOUNG, HARM = "suicide", "sexual-violence", "death", "young", "harm"

# YOUNG people are named in many stories; a note is made where one of HARM or of the others stands with them.
WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        SUICIDE: r"suicid\w* | t(?:oo|a)k(?:e|es|ing)?\ (?:his|her|their)\ own\ li(?:fe|ves) | self-?harm\w*",
        SEXUAL_VIOLENCE: r"""
            rap(?:e|ed|es|ist|ists|ing) | sex(?:ual(?:ly)?)?\ (?:assault|abus|violen|harass)\w* | molest\w*
            | sexually\ \w+ed
        """,
        DEATH: r"""
            (?:is|was|were|been|found|shot|left|feared)\ dead | \d+\ dead | dead\ (?:after|in|as)
            | the\ dead(?!\ (?:sea|heat|end|zone|line)) | deaths? | died | dies(?!\ down) | die
            | dying\ (?:in|after|from|of)
            | killed(?!\ (?:off\ )?(?:the|a)\ (?:bill|plan|deal|proposal|project))
            | kills(?!\ (?:off\ )?(?:the\ |a\ )?(?:bill|plan|deal|proposal|project)) | killings? | killers?
            | murder\w* | homicid\w* | femicid\w* | slain | fatal(?:ly|ity|ities)? | bod(?:y|ies)\ (?:was|were|found)
        """,
        YOUNG: r"""
            child(?:ren)? | minors? | teen(?:s|ager?s?)? | toddlers? | bab(?:y|ies) | infants?
            | schoolgirls? | schoolboys? | pupils? | boys? | girls?
            | (?:[1-9]|1[0-7])[\ -]years?[\ -]olds? | aged?\ (?:[1-9]|1[0-7])
        """,
        HARM: r"""
            hurt | injur\w+ | wound\w+ | abus\w+ | assault\w* | attack\w* | abduct\w* | kidnap\w* | missing
            | traffick\w* | beaten | stabb\w+ | shot | shooting | arrest\w* | charged | accused
            | suspect\w* | neglect\w* | drown\w* | victims?
        """,
    },
    "es": {
        SUICIDE: r"suicid\w* | se\ quit[oa]\ la\ vida | quitarse\ la\ vida | autolesion\w*",
        SEXUAL_VIOLENCE: r"""
            violacion\ (?:de|a)\ (?:un|una|la|dos|tres|menor\w*|mujer\w*|nin\w+)
            | (?:denuncia|investigan|por)\ violacion | violad[ao]s? | violador\w*
            | (?:abuso|agresion|acoso|violencia)\w*\ sexual\w* | pederast\w*
        """,
        DEATH: r"""
            muert[oa]s?(?!\ de\ (?:risa|miedo)) | muertes? | muri(?:o|eron) | mueren? | fallec\w+ | mat(?:o|aron)
            | asesin\w+ | homicid\w* | femi(?:ni)?cid\w* | cadaver\w* | victimas?\ mortal\w* | sin\ vida
        """,
        YOUNG: r"nin[oa]s? | menor(?:es)?(?!\ (?:que|de\ lo)) | adolescentes? | bebes? | de\ (?:[1-9]|1[0-7])\ anos",
        HARM: r"""
            herid\w* | lesionad\w* | desaparecid\w* | secuestr\w* | golpead\w* | detenid\w* | acusad\w* | apunalad\w*
            | victimas? | ahogad\w* | abus\w* | maltrat\w* | agredid\w* | ataque\w*
        """,
    },
    "fr": {
        SUICIDE: r"suicid\w* | s'est\ donne\ la\ mort",
        SEXUAL_VIOLENCE: r"viol | viols | violee?s? | violeurs? | (?:agression|abus|violence)\w*\ sexuel\w*",
        DEATH: r"morts? | morte?s? | tuee?s? | tues? | deced\w+ | deces | meurtr\w+ | assassin\w* | feminicid\w*",
        YOUNG: r"enfants? | mineure?s? | adolescente?s? | bebes? | de\ (?:[1-9]|1[0-7])\ ans",
        HARM: r"blesse\w* | disparu\w* | enleve\w* | arrete\w* | agresse\w* | victimes? | accuse\w* | noye\w*",
    },
    "pt": {
        SUICIDE: r"suicid\w* | tirou\ a\ propria\ vida",
        SEXUAL_VIOLENCE: r"estupr\w* | violacao | (?:abuso|assedio|violencia|agressao)\w*\ sexua\w+",
        DEATH: r"mort[oae]s? | morr(?:e|em|eu|eram) | assassin\w* | homicid\w* | feminicid\w* | corpo\ encontrado",
        YOUNG: r"criancas? | menor(?:es)?(?!\ (?:que|do)) | adolescentes? | bebes? | de\ (?:[1-9]|1[0-7])\ anos",
        HARM: r"ferid[oa]s? | desaparecid\w* | sequestrad\w* | pres[oa]s? | detid\w* | agredid\w* | vitimas?",
    },
}
