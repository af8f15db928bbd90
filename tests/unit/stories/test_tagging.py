"""One row per oddity: what a story says, and the countries that it is about."""

import time

import pytest

from newsletter.stories.tagging import ABOUT, RegionTag, Span, countries_about, tag


def about(title: str, summary: str = "", **options) -> set[str]:
    return set(countries_about(tag(title, summary, **options)))


def confidence(code: str, tags: list[RegionTag]) -> float:
    return next((found.confidence for found in tags if found.code == code), 0)


ENGLISH = [
    ("a name", "Floods hit Chile", {"CL"}),
    ("a people", "Peruvian farmers march", {"PE"}),
    ("people in the plural", "Filipinos vote", {"PH"}),
    ("a people of one form", "Dutch court rules", {"NL"}),
    ("two names of one country", "Holland and the Netherlands", {"NL"}),
    ("two names joined", "US-Mexico talks resume", {"US", "MX"}),
    ("an owner", "Mexico's president speaks", {"MX"}),
    ("no accents", "Cote d'Ivoire votes", {"CI"}),
    ("a curly apostrophe", "Côte d’Ivoire votes", {"CI"}),
    ("a decomposed accent", "Me\u0301xico votes", {"MX"}),
    ("dots", "A U.S. judge rules", {"US"}),
    ("the pronoun", "They told us to go", set()),
    ("the pronoun in a headline of capitals", "HE TOLD US THE TRUTH", set()),
    ("dots in a headline of capitals", "U.S. RAISES RATES", {"US"}),
    ("a currency sign", "It costs US$40", set()),
    ("a state", "Fire in New Mexico", {"US"}),
    ("a sea", "Storm in the Gulf of Mexico", set()),
    ("a suburb named like a city of another country", "Shooting in Monterey Park", {"US"}),
    ("an ocean", "Across the Indian Ocean", set()),
    ("an animal", "Guinea pigs make good pets", set()),
    ("an island of another country", "Quake in Papua New Guinea", {"PG"}),
    ("the longer of three Guineas", "Coup in Guinea-Bissau", {"GW"}),
    ("the shortest of three Guineas", "Coup in Guinea", {"GN"}),
    ("a country in another's name: Niger", "Nigeria closes border", {"NG"}),
    ("Niger itself", "Niger closes border", {"NE"}),
    ("a delta", "Spill in the Niger Delta", {"NG"}),
    ("Nigerien and Nigerian", "Nigerien troops meet Nigerian troops", {"NE", "NG"}),
    ("Dominica", "Storm reaches Dominica", {"DM"}),
    ("the Dominican Republic", "Storm reaches the Dominican Republic", {"DO"}),
    ("the larger Congo", "Fighting in DR Congo", {"CD"}),
    ("the smaller Congo", "Vote in the Republic of the Congo", {"CG"}),
    ("North Korea", "North Korea fires missile", {"KP"}),
    ("South Koreans", "South Koreans vote", {"KR"}),
    ("Ireland", "Ireland votes", {"IE"}),
    ("Northern Ireland", "Northern Ireland votes", {"GB"}),
    ("Sudan", "Talks on Sudan", {"SD"}),
    ("South Sudan", "Talks on South Sudan", {"SS"}),
    ("inside a word: Oman", "Romanian woman wins", {"RO"}),
    ("inside a word: Mali", "Somalia and malice", {"SO"}),
    ("the bird", "How to carve a turkey", set()),
    ("the bird with a capital", "Turkey farmers fear bird flu", set()),
    ("the country", "Turkey earthquake kills dozens", {"TR"}),
    ("the player", "Michael Jordan retires again", set()),
    ("the kingdom", "Refugees stay in Jordan", {"JO"}),
    ("the first name", "Chad Kelly signs new deal", set()),
    ("the country of that name", "Rebels advance in Chad", {"TD"}),
    ("china for tea", "Grandmother's china cups", set()),
    ("to polish", "How to polish silver", set()),
    ("an actor", "Actor Tom Holland marries", set()),
    ("an American", "American tourists return", {"US"}),
    ("Latin Americans", "Latin American leaders meet", set()),
    ("African Americans", "African American history month", {"US"}),
    ("Indians", "Indian farmers protest", {"IN"}),
    ("a language", "The song is in Spanish", set()),
    ("a dog", "German shepherd saves child", set()),
    ("a city", "Protest in Guadalajara", {"MX"}),
    ("a city of a state", "Man held in Paris, Texas", {"US"}),
    ("an abbreviated state", "Crash near Naples, Fla., kills two", {"US"}),
    ("an unknown city of a state", "Fire in Smallville, Kan., spreads", {"US"}),
    ("a list is no address", "Mexico, California, and Texas agree", {"MX", "US"}),
    ("a saint", "Santa Rosa de Lima cartel leader held", set()),
    ("an accord", "Leaving the Paris Agreement", set()),
    ("a leader", "Vladimir Putin signs decree", {"RU"}),
    ("a leader's surname", "Putin signs decree", {"RU"}),
    ("a surname in a headline", "Trump Signs Order on Steel", {"US"}),
    ("a building named after a person", "Fire in Trump Tower", set()),
    ("a first name that is a surname elsewhere", "Petro Ivanenko sings", set()),
    ("a city of a state, not of Spain", "A fire burns in Valencia, California", {"US"}),
    ("an institution", "Bank of Japan raises rates", {"JP"}),
    ("a bank that is none", "Bank of New York raises fees", set()),
    ("a company named like a country", "Cyprus Minerals Co opens mine", set()),
    ("half a company's name", "Bristol-Myers tests drug", set()),
    ("two cities joined", "Amsterdam-Rotterdam line reopens", {"NL"}),
    ("Germany before 1990", "West German spies retire", {"DE"}),
    ("the other Germany", "East Germany remembered", {"DE"}),
    ("the Soviet Union", "Soviet Union remembered", {"RU"}),
    ("Czechoslovakia", "Czechoslovakia remembered", {"CZ"}),
    ("Yugoslavia", "Yugoslavia remembered", {"RS"}),
    ("Zaire", "Zaire remembered", {"CD"}),
    ("Burma", "Burma remembered", {"MM"}),
    ("the Ivory Coast", "Ivory Coast votes", {"CI"}),
    ("South Yemen", "South Yemen remembered", {"YE"}),
    ("Rhodesia", "Rhodesia remembered", {"ZW"}),
    ("Upper Volta", "Upper Volta remembered", {"BF"}),
    ("Ceylon", "Ceylon remembered", {"LK"}),
    ("Persia", "Persia remembered", {"IR"}),
    ("a city led to", "A fire burns in Wolfsburg", {"DE"}),
    ("a city named like a word, in a headline", "Growth in Reading Slows Again", set()),
    ("a city not led to", "Reading is fun", set()),
    ("a mayor's city", "The mayor of Toledo, Ohio, resigns", {"US"}),
    ("the country reached", "Thousands reach Chad on foot", {"TD"}),
    ("three countries by one name", "Scandinavian airline cuts fares", {"DK", "NO", "SE"}),
    ("two countries by one name", "Korean peninsula calm again", {"KP", "KR"}),
    ("a company that begins like a leader", "Petro-Canada to drill", {"CA"}),
    ("a company's sign at its exchange", "Union Carbide <UK> wins contract", set()),
    ("six countries by one name", "Gulf Arab states meet", {"AE", "BH", "KW", "OM", "QA", "SA"}),
    ("a city that stands alone in a dateline and elsewhere", "Perth commuters wait", {"AU"}),
    ("six countries by another name", "Gulf countries meet", {"AE", "BH", "KW", "OM", "QA", "SA"}),
    ("the islands of another country", "Netherlands Antilles bank closes", {"CW"}),
]


@pytest.mark.parametrize(("title", "countries"), [row[1:] for row in ENGLISH], ids=[row[0] for row in ENGLISH])
def test_english_names_people_and_traps(title, countries):
    assert about(title) == countries


SPANISH = [
    ("a name with its accent", "México crece", {"MX"}),
    ("a name without it", "Mexico crece", {"MX"}),
    ("a name of two words", "Corea del Sur crece", {"KR"}),
    ("an abbreviation", "EE. UU. responde", {"US"}),
    ("an abbreviation without spaces", "EE.UU. responde", {"US"}),
    ("letters alone", "EEUU responde", {"US"}),
    ("masculine", "el gobierno mexicano", {"MX"}),
    ("feminine", "la prensa mexicana", {"MX"}),
    ("masculine plural", "los migrantes venezolanos", {"VE"}),
    ("feminine plural", "las atletas venezolanas", {"VE"}),
    ("an accent that goes", "empresas japonesas", {"JP"}),
    ("án", "la canciller alemana", {"DE"}),
    ("í, plural", "ataques iraníes", {"IR"}),
    ("one form for both genders", "la policía belga", {"BE"}),
    ("e", "jueces estadounidenses", {"US"}),
    ("ol", "escritoras españolas", {"ES"}),
    ("the pepper", "salsa de chile verde", set()),
    ("a meeting", "Reunión de ministros", set()),
    ("a given name", "Guadalupe Loaeza presenta libro", set()),
    ("a language", "la misa será en español", set()),
    ("a roller coaster", "una montaña rusa", set()),
    ("a gulf", "huracán en el Golfo de México", set()),
    ("small letters are verbs", "ellos irán mañana", set()),
    ("a leader", "Sheinbaum presenta el plan", {"MX"}),
    ("a city led to", "incendio en Zapopan", {"MX"}),
    ("a state's people", "la policía sinaloense", {"MX"}),
    ("an adjective that is a name in English", "el gobierno catalán", {"ES"}),
    ("Guinea pigs", "los conejillos de Indias", set()),
    ("an amount of money", "40 millones de pesos mexicanos", set()),
    ("the peso itself", "el peso mexicano cae", {"MX"}),
    ("Granada in Spain", "la Alhambra de Granada, en Andalucía", {"ES"}),
]


@pytest.mark.parametrize(("title", "countries"), [row[1:] for row in SPANISH], ids=[row[0] for row in SPANISH])
def test_spanish_names_gentilicios_and_traps(title, countries):
    assert about(title, language="es") == countries


OTHERS = [
    ("Arabic", "ar", "زلزال في المكسيك", {"MX"}),
    ("Arabic: to", "ar", "مساعدات للمكسيك", {"MX"}),
    ("Arabic: and in", "ar", "في لبنان وبالعراق", {"LB", "IQ"}),
    ("Arabic: a people with article", "ar", "الرئيس المصري يصل", {"EG"}),
    ("Arabic: feminine", "ar", "الحكومة السورية تعلن", {"SY"}),
    ("Arabic: two words agree", "ar", "السفينة الكورية الجنوبية", {"KR"}),
    ("Arabic: vowel signs", "ar", "لُبْنَان يوقع", {"LB"}),
    ("Arabic: financial is not Mali", "ar", "دعم مالي جديد", set()),
    ("Portuguese", "pt", "Eleições no México e na Colômbia", {"MX", "CO"}),
    ("French", "fr", "Accord entre le Mexique et l’Allemagne", {"MX", "DE"}),
    ("Hebrew: in", "he", "רעידת אדמה במקסיקו", {"MX"}),
    ("Hebrew: and from", "he", "סיוע לצרפת ומגרמניה", {"FR", "DE"}),
    ("French: the press's name", "fr", "La Grande-Bretagne et les USA", {"GB", "US"}),
    ("Portuguese: letters alone", "pt", "EUA adiam tarifas", {"US"}),
    ("Urdu: the press's name", "ur", "امریکہ", {"US"}),
    ("Urdu", "ur", "پاکستان اور میکسیکو", {"PK", "MX"}),
    ("Chinese has no spaces", "zh", "墨西哥总统会见中国外长", {"MX", "CN"}),
    ("Chinese: the longer name", "zh", "几内亚比绍大选", {"GW"}),
    ("Japanese", "ja", "メキシコ大統領が日本を訪問", {"MX", "JP"}),
    ("an unknown language is read as English names", "xx", "Mexico, Chile", {"MX", "CL"}),
    ("French: a state of Mexico", "fr", "Incendie dans le Jalisco", {"MX"}),
    ("Portuguese: a leader", "pt", "Emmanuel Macron chega", {"FR"}),
]


@pytest.mark.parametrize(
    ("language", "title", "countries"), [row[1:] for row in OTHERS], ids=[row[0] for row in OTHERS]
)
def test_other_languages_have_the_names_of_cldr(language, title, countries):
    assert about(title, language=language) == countries


def test_the_title_counts_more_than_the_first_sentence_and_that_more_than_the_rest():
    in_title = confidence("CL", tag("Chile votes", ""))
    in_first = confidence("CL", tag("A vote", "Chile has voted. It was close."))
    in_rest = confidence("CL", tag("A vote", "It was close. Chile has voted."))
    assert in_title > in_first >= ABOUT > in_rest > 0


def test_a_country_named_often_in_the_rest_stays_behind_the_one_in_the_title():
    tags = tag("Chile votes", "It was close. " + "Peru watched. " * 20)
    assert [found.code for found in tags] == ["CL", "PE"]


def test_a_dateline_speaks_for_its_country_and_the_sentence_after_it_is_the_first():
    tags = tag("Shares rise", "STOCKHOLM, March 20 (Agency) - Norway sold its stake. It will go on.")
    assert confidence("SE", tags) >= ABOUT
    assert confidence("NO", tags) >= ABOUT


def tagged(title: str, summary: str = "", **options) -> dict[str, float]:
    return {found.code: found.confidence for found in tag(title, summary, **options)}


def test_of_a_dateline_with_a_state_only_the_state_counts():
    assert countries_about(tag("Earnings", "TOLUCA LAKE, Calif., March 4 - They rose.")) == ["US"]


def test_a_dateline_of_two_cities_speaks_for_both():
    assert set(countries_about(tag("Rates", "LONDON/FRANKFURT (Agency) - They stay."))) == {"DE", "GB"}


def test_a_people_in_the_first_sentence_is_a_mention_where_the_dateline_is_elsewhere():
    tags = tagged("Shares rise", "STOCKHOLM, March 20 (Agency) - A Dutch fund sold its stake.")
    assert tags["SE"] >= ABOUT > tags["NL"] > 0


def test_a_minister_in_the_first_sentence_counts_wherever_the_dateline_is():
    below = "visited a mill. He left on Monday."
    assert tagged("Minister visits mill", f"STOCKHOLM (Agency) - Dutch Trade Minister Jan Vos {below}")["NL"] >= ABOUT
    assert tagged("Tourist visits mill", f"STOCKHOLM (Agency) - Dutch tourist Jan Vos {below}")["NL"] < ABOUT


def test_a_people_in_the_first_sentence_is_a_mention_where_the_title_names_another_country():
    tags = tagged("Slovenian wins stage", "He beat a Dane in a sprint.")
    assert tags["SI"] >= ABOUT > tags["DK"] > 0


def test_where_something_happens_counts_beside_the_title_s_country():
    assert set(countries_about(tag("Spain gets suspect back", "A court in Lisbon let him go."))) == {"ES", "PT"}


def test_a_report_from_elsewhere_is_about_the_country_that_only_its_second_sentence_names():
    below = "It is the largest of its kind. The plant stands in Togo."
    assert tagged("Group opens plant", f"PARIS (Agency) - The group opened a plant. {below}")["TG"] >= ABOUT
    assert tagged("Group opens plant in Ghana", f"PARIS (Agency) - It opened a plant. {below}")["TG"] < ABOUT


def test_each_country_of_a_list_counts_wherever_the_list_stands():
    listed = "The ministers met. Those of Guatemala, Honduras and El Salvador came."
    assert set(countries_about(tag("Ministers meet", listed))) == {"GT", "HN", "SV"}
    assert countries_about(tag("Ministers meet", "The ministers met. Those of Guatemala and Honduras came.")) == []


def test_a_report_that_names_many_countries_is_about_each():
    rows = "Output rose in Chile. It fell in Peru. Ecuador had none. Bolivia fell. Cuba rose. Haiti fell."
    assert set(countries_about(tag("Output", f"It changed. {rows}"))) == {"CL", "PE", "EC", "BO", "CU", "HT"}


def test_a_division_is_tagged_beside_its_country():
    tags = tagged("Fire in Fresno, Calif.")
    assert tags["US"] == tags["US-CA"] >= ABOUT


def test_a_division_is_as_sure_as_its_own_words():
    tags = tagged("Mexico votes", "Turnout was low. In Jalisco it rained.")
    assert tags["MX"] >= ABOUT > tags["MX-JAL"] > 0


def test_divisions_are_no_countries():
    assert countries_about(tag("Jalisco and California agree", "")) == ["MX", "US"]


def test_two_cities_of_one_name_stay_apart():
    assert "US-ME" in tagged("Port of Portland, Maine, opens")
    assert "US-OR" in tagged("Bridge in Portland, Ore., closes")


def test_a_home_that_is_a_division_speaks_for_its_country_as_well():
    assert tagged("Mayor opens library", "", home="MX-JAL") == {"MX": 0.5, "MX-JAL": 0.5}
    assert tagged("Chile votes", "", home="MX-JAL").keys() == {"CL"}


def test_money_is_no_news_of_its_country():
    assert tagged("Zambia borrows 200 million Canadian dollars").keys() == {"ZM"}
    assert countries_about(tag("Canadian dollar falls", "")) == []
    assert countries_about(tag("Mexican peso falls", "")) == ["MX"]


def test_a_story_is_about_where_a_ship_ran_aground_and_not_about_its_flag():
    tags = tag(
        "Panamanian wheat ship aground off Syria", "LONDON (Agency) - The Panamanian bulk carrier Juno is aground."
    )
    assert set(countries_about(tags)) == {"GB", "SY"}


def test_a_name_alone_stays_the_company_that_the_text_named_before():
    assert countries_about(tag("Cyprus Minerals Co named in suits", "Cyprus said it would fight.")) == []


def test_initials_and_abbreviations_do_not_end_the_first_sentence():
    assert about("Trade grows", "Ships of J. F. Smith left the U.S. for Chile this week. They are late.") == {
        "US",
        "CL",
    }


def test_georgia_is_the_country_only_beside_georgians():
    assert about("Georgia passes law", "The Georgian parliament voted in Tbilisi.") == {"GE"}
    assert about("Georgia passes law", "The governor spoke in Atlanta.") == {"US"}


def test_a_surname_alone_stays_the_person_that_the_text_named_before():
    assert about("Jordan wins again", "Michael Jordan won. Jordan said he was glad.") == set()


def test_spans_give_the_words_and_where_they_stand():
    title, summary = "Peru votes", "In Peru,\n\nPeruvians vote."
    (found,) = tag(title, summary)
    assert found.spans == [
        Span("title", 0, 4, "Peru"),
        Span("summary", 3, 7, "Peru"),
        Span("summary", 10, 19, "Peruvians"),
    ]
    for span in found.spans:
        assert {"title": title, "summary": summary}[span.field][span.start : span.end] == span.text


def test_a_story_without_a_place_is_of_its_sources_home_with_modest_confidence():
    assert tag("Mayor opens library", "It has many books.", home="MX") == [RegionTag("MX", 0.5, [])]
    assert tag("Mayor opens library", "It has many books.") == []


def test_a_word_for_the_home_makes_it_surer_than_no_word():
    silent = confidence("MX", tag("Mayor opens library", "It has many books.", home="MX"))
    named = confidence("MX", tag("Mayor opens library", "It has many books. Mexico has few.", home="MX"))
    assert ABOUT <= silent < named


def test_beside_another_country_the_home_counts_as_two_or_three_mentions_where_it_is_named():
    title, summary = "Chile votes", "It was close. Mexico watched."
    alone = confidence("MX", tag(title, summary))
    twice = confidence("MX", tag(title, "It was close. Mexico, Mexico and Mexico watched.", home=None))
    at_home = confidence("MX", tag(title, summary, home="MX"))
    assert 0 < alone < twice < at_home
    assert confidence("CL", tag(title, summary, home="MX")) > at_home


def test_beside_another_country_the_home_counts_nothing_where_it_is_not_named():
    assert {found.code for found in tag("Chile votes", "", home="MX")} == {"CL"}


def test_the_home_comes_before_mere_mentions():
    tags = tag("Mayor opens library", "It has many books. Some are from Chile.", home="MX")
    assert [found.code for found in tags] == ["MX", "CL"]


@pytest.mark.parametrize("home", ["latin-america", "nowhere", ""])
def test_a_home_that_is_no_country_tags_nothing(home):
    assert tag("Mayor opens library", "", home=home) == []


@pytest.mark.parametrize(
    "text", ["", "\x00\u2028", "….!?", "🇲🇽" * 50, "{{7*191}}", "(" * 5000, "A. " * 5000, "a\u0301" * 5000]
)
def test_odd_text_is_read_without_harm(text):
    assert tag(text, text) == []


def test_confidence_lies_between_0_and_1_and_orders_the_tags():
    tags = tag("Mexico, Mexico, Mexico and Chile", "Mexico. " * 500)
    assert [found.code for found in tags] == ["MX", "CL"]
    assert all(0 < found.confidence <= 1 for found in tags)


@pytest.mark.parametrize(
    "piece",
    [
        *(".", "?!", "A-", "A" + "-" * 3999, ". ", 'A."', "Chad ", "Jordan ", "U.S. ", "Mexico, ", "Paris (", "San "),
        *("<A> of Japan ", "Corp of ", "Canadian dollars ", "1 Swiss ", "in Reading ", "Bank of "),
    ],
)
def test_a_summary_of_one_thing_without_end_takes_time_by_its_length_alone(piece):
    """Linear, it takes an eighth of a second for this much; by the square of the length it would be minutes."""
    text = (piece * 20_000)[:20_000]
    started = time.process_time()
    tag(text[:300], text)
    assert time.process_time() - started < 10
