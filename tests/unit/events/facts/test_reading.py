"""Facts that are read from one sentence, or are rightly not: a row for each oddity."""

from datetime import UTC, datetime

import pytest

from newsletter.events.facts.fact import Report
from newsletter.events.facts.reading import facts_of

THURSDAY = datetime(2026, 5, 14, 12, tzinfo=UTC)


def read(attribute: str, text: str, language: str = "en", *, title: str = "", at: datetime | None = None) -> list[str]:
    """The facts of one attribute as "subject value", without the subject where it is of everybody."""
    facts = facts_of(Report(1, title, text, language, at))
    return [
        f"{fact.subject} {fact.shown}" if fact.subject else fact.shown for fact in facts if fact.attribute == attribute
    ]


@pytest.mark.parametrize(
    ("text", "killed"),
    [
        pytest.param("Seven people were killed in the attack.", ["7"], id="passive"),
        pytest.param("The blast killed at least seven people.", ["at least 7"], id="active with a hedge"),
        pytest.param("More than 40 people have died.", ["more than 40"], id="more than"),
        pytest.param("The fire left about 30 people dead.", ["about 30"], id="left dead"),
        pytest.param("Twenty-three miners were killed.", ["miners 23"], id="number of two words"),
        pytest.param("Twenty - three miners were killed .", ["miners 23"], id="number of two words, tokenised"),
        pytest.param("1,200 people were killed.", ["1,200"], id="thousands"),
        pytest.param("1 , 200 people were killed .", ["1,200"], id="thousands, tokenised"),
        pytest.param("A woman and her two children were killed.", ["3"], id="a woman and her two children"),
        pytest.param("The bomb killed a police officer and a technician.", ["2"], id="two persons, one each"),
        pytest.param("The bomb killed five soldiers and a civilian.", ["6"], id="two kinds of people"),
        pytest.param("No one was killed.", ["0"], id="no one was killed"),
        pytest.param("Nobody was killed or injured.", ["0"], id="nobody"),
        pytest.param("There were no deaths.", ["0"], id="no deaths"),
        pytest.param("The death toll rose from seven to twelve.", ["12"], id="toll from seven to twelve"),
        pytest.param("The death toll stands at 31.", ["31"], id="toll at"),
        pytest.param("The quake claimed 31 lives.", ["31"], id="claimed lives"),
        pytest.param("Three people who were in the car died.", ["3"], id="a clause between"),
        pytest.param("Two people were killed and five injured.", ["2"], id="two fates"),
        pytest.param("Between seven and nine people were killed.", ["between seven and nine 7"], id="a range"),
        pytest.param("Dozens of people were killed.", ["dozens 24"], id="dozens"),
        pytest.param("Last year 31 people were killed there.", [], id="last year"),
        pytest.param("A similar attack killed 31 people in 2019.", [], id="a similar attack"),
        pytest.param("Every day 100 people are killed on the roads.", [], id="a rate"),
        pytest.param("He threatened to kill seven people.", [], id="a threat"),
        pytest.param("The blast could have killed hundreds.", [], id="what could have been"),
        pytest.param("No-one was killed.", ["0"], id="no-one"),
        pytest.param("No - one has been killed .", ["0"], id="no-one, tokenised"),
        pytest.param("When one is killed, all lose.", [], id="a saying"),
        pytest.param("A deputy who met a woman and a man was shot dead.", [], id="somebody else was"),
        pytest.param("Two helicopters were bringing dead from the island.", [], id="helicopters"),
        pytest.param("That temblor killed six people in September.", [], id="in another month"),
        pytest.param("The storm killed 300 cattle.", [], id="animals"),
        pytest.param("The band claims 12 prizes.", [], id="claims of other kinds"),
        pytest.param("A 23-year-old woman was killed.", ["a women 1"], id="an age is no count"),
        pytest.param("He was killed at 2:56 a.m.", [], id="a time of day"),
        pytest.param("He was killed 30 miles south of the city.", [], id="a distance"),
        pytest.param("In May 2010 dead fish were found.", [], id="a year"),
        pytest.param("Three of them died in hospital.", [], id="some of those counted before"),
        pytest.param("The driver, 34, was killed.", [], id="an age in commas"),
        pytest.param("Two men, among them Tyrell Moss, 21, were killed.", ["men 2"], id="an insertion"),
    ],
)  # fmt: skip
def test_killed_in_english(text: str, killed: list[str]) -> None:
    assert read("killed", text) == killed


@pytest.mark.parametrize(
    ("text", "killed"),
    [
        pytest.param("Siete personas murieron en el ataque.", ["7"], id="subject first"),
        pytest.param("Murieron siete personas.", ["7"], id="verb first"),
        pytest.param("El choque dejó al menos siete muertos.", ["al menos 7"], id="a hedge"),
        pytest.param("Mataron a siete hombres.", ["hombres 7"], id="with a"),
        pytest.param("Un hombre y sus dos hijos murieron.", ["3"], id="a man and his two sons"),
        pytest.param("Fueron asesinados treinta y un migrantes.", ["migrantes 31"], id="thirty-one"),
        pytest.param("No hubo muertos ni heridos.", ["0"], id="no dead and no injured"),
        pytest.param("Nadie murió en la explosión.", ["0"], id="nobody"),
        pytest.param("El número de muertos subió a 1.200.", ["1,200"], id="toll with thousands"),
        pytest.param("En lo que va del año han muerto 60 agentes.", [], id="this year so far"),
        pytest.param("La ola de violencia deja 100 homicidios al día.", [], id="a rate"),
        pytest.param("Decenas de personas murieron.", ["decenas 20"], id="dozens"),
        pytest.param("Un autobús volcado deja 14 heridos.", [], id="deja heridos"),
    ],
)  # fmt: skip
def test_killed_in_spanish(text: str, killed: list[str]) -> None:
    assert read("killed", text, "es") == killed


@pytest.mark.parametrize(
    ("attribute", "language", "text", "found"),
    [
        pytest.param("injured", "en", "Two people were killed and five injured.", ["5"], id="injured, two fates"),
        pytest.param("injured", "en", "No injuries were reported.", ["0"], id="no injuries"),
        pytest.param("injured", "en", "At least 28 others were hurt, two seriously.", ["at least 28"], id="others"),
        pytest.param("injured", "es", "Resultaron heridas 12 personas.", ["12"], id="heridas"),
        pytest.param("injured", "es", "El incendio no dejó heridos.", ["0"], id="no dejó heridos"),
        pytest.param("arrested", "en", "Police arrested 23 suspects.", ["suspects 23"], id="arrested"),
        pytest.param("arrested", "en", "Nine men are in custody.", ["men 9"], id="in custody"),
        pytest.param("arrested", "en", "No arrests have been made.", ["0"], id="no arrests"),
        pytest.param("arrested", "en", "Captured 23 of the pirates.", ["pirates 23"], id="some of the pirates"),
        pytest.param("arrested", "es", "Detuvo a 12 sospechosos.", ["sospechosos 12"], id="detuvo a"),
        pytest.param("missing", "en", "Fifteen people are still missing.", ["15"], id="missing"),
        pytest.param("missing", "en", "Eight trekkers were unaccounted for.", ["8"], id="unaccounted for"),
        pytest.param("missing", "es", "Hay 31 desaparecidos.", ["31"], id="desaparecidos"),
        pytest.param("missing", "es", "31 personas siguen desaparecidas.", ["31"], id="siguen desaparecidas"),
    ],
)  # fmt: skip
def test_other_counts(attribute: str, language: str, text: str, found: list[str]) -> None:
    assert read(attribute, text, language) == found


@pytest.mark.parametrize(
    ("text", "days"),
    [
        pytest.param("She was shot dead on May 13, 2025.", ["death May 13, 2025"], id="month and day"),
        pytest.param("She was killed on the 13th of May.", ["death 13th of May"], id="the 13th of May"),
        pytest.param("She was killed on 13 May .", ["death 13 May"], id="day and month"),
        pytest.param("She was killed on Dec.14 .", ["death Dec.14"], id="an abbreviated month, tokenised"),
        pytest.param("She was killed on Friday, officials said Saturday.", ["death Friday"], id="said Saturday"),
        pytest.param("Officials said on Saturday that she was killed.", [], id="only the day of the saying"),
        pytest.param("On Friday, gunmen attacked the bus.", ["violence Friday"], id="the day first"),
        pytest.param("Police on Saturday arrested two men.", ["arrest Saturday"], id="the day in the middle"),
        pytest.param("Gunmen opened fire on Friday.", ["violence Friday"], id="opened fire"),
        pytest.param("Monday's attack was the worst.", ["violence Monday"], id="Monday's attack"),
        pytest.param("The May 13 shooting shocked the town.", ["violence May 13"], id="the May 13 shooting"),
        pytest.param("The strike has been on since Monday.", [], id="since Monday"),
        pytest.param("MEXICO CITY, May 14 (Agency) - Two men were killed.", [], id="a dateline"),
        pytest.param("PUBLISHED : THURSDAY , MAY 2 , 2013 , 1 : 32 PM", [], id="the page's own date"),
        pytest.param("On Tuesday, 16 December 2008 13 : 45 . A man was killed .", [], id="a stamp with a time"),
        pytest.param("on Apr 12 2007 A fired accountant attacked his bosses.", [], id="a stamp before the text"),
        pytest.param("Then, on November 18, it had sunk a trawler.", [], id="what had been before"),
        pytest.param("The store was still burning on Saturday morning.", [], id="what still goes on"),
        pytest.param("A convicted killer laughed Tuesday.", [], id="a participle that names him"),
        pytest.param("Jurors on Monday watched a video of the shooting.", [], id="a noun after the day"),
        pytest.param("He was charged with murder Saturday.", ["charge Saturday"], id="charged with murder"),
        pytest.param("The aftershock shook the town on Monday.", ["aftershock Monday"], id="an aftershock shook"),
        pytest.param("They announced the opening for May 26.", ["open May 26"], id="announced for a day"),
        pytest.param("They may have killed 13 people.", [], id="may is no month"),
        pytest.param("Employees were coping Saturday with the death of their boss.", [], id="what follows the day"),
        pytest.param("The minister was stabbed at a rally in Osaka on Friday.", ["violence Friday"], id="at a rally"),
        pytest.param("A man facing murder charges was on suicide watch Monday.", [], id="how somebody was, charged"),
        pytest.param("Survivors of the crash were still in hospital on Monday.", [], id="how survivors were"),
        pytest.param("The explosion was on Friday.", ["violence Friday"], id="was on a day"),
        pytest.param("The wedding was held Saturday.", ["marry Saturday"], id="was held"),
        pytest.param("Children gathered Saturday at the place where he was shot.", [], id="where it was before"),
        pytest.param("The hostages were released on Saturday.", ["rescue Saturday"], id="people released"),
        pytest.param("Police released on Saturday a photo of the killed man.", [], id="a statement released"),
        pytest.param("The jury convicted him of murder on Friday.", ["convict Friday"], id="convicted of murder"),
        pytest.param("Mumbai , Nov 11 - A ship thwarted an attack .", [], id="a dateline in small letters"),
        pytest.param("TNN Nov 12 , 2011 , 05 . 51AM IST : A ship foiled an attack .", [], id="a stamp, one number"),
        pytest.param("Man goes on spree on Apr 12 2007 A man attacked a bank.", [], id="a stamp behind a headline"),
    ],
)  # fmt: skip
def test_days_in_english(text: str, days: list[str]) -> None:
    assert read("date", text) == days


@pytest.mark.parametrize(
    "title",
    [
        pytest.param("Headlines for May 14: mayor killed", id="headlines for a day"),
        pytest.param("May 14: mayor killed", id="a day and a colon"),
        pytest.param("News of Thursday, May 14", id="news of a day"),
    ],
)
def test_a_headline_with_a_date_gives_no_day_of_the_event(title: str) -> None:
    assert read("date", "", title=title) == []


@pytest.mark.parametrize(
    ("text", "days"),
    [
        pytest.param("Fue asesinada el 13 de mayo de 2025.", ["death 13 de mayo de 2025"], id="full date"),
        pytest.param("Fue asesinada el pasado 13 de mayo.", ["death 13 de mayo"], id="el pasado"),
        pytest.param("Murió este lunes, informó el martes la policía.", ["death lunes"], id="informó el martes"),
        pytest.param("El ataque ocurrió ayer.", ["occur ayer"], id="ayer"),
        pytest.param("Anuncian para el 26 de mayo la salida del tren.", ["open 26 de mayo"], id="para el 26"),
        pytest.param("Anunciaron el 26 de mayo la salida del tren.", [], id="anunciaron el 26"),
        pytest.param("Los heridos del choque seguían en el hospital el lunes.", [], id="how the injured were"),
        pytest.param("El ataque fue el lunes.", ["violence lunes"], id="fue el lunes"),
        pytest.param("Fue condenado por asesinato el viernes.", ["convict viernes"], id="condenado por asesinato"),
        pytest.param("Mumbai, 14 de mayo - Un barco frustró un ataque.", [], id="a dateline in small letters"),
    ],
)
def test_days_in_spanish(text: str, days: list[str]) -> None:
    assert read("date", text, "es") == days


@pytest.mark.parametrize(
    ("text", "day"),
    [
        pytest.param("He was killed on Tuesday.", "2026-05-12", id="a weekday is the last one"),
        pytest.param("He was killed today.", "2026-05-14", id="today"),
        pytest.param("He was killed yesterday.", "2026-05-13", id="yesterday"),
        pytest.param("He was killed on May 13.", "2026-05-13", id="a day without a year"),
        pytest.param("The vote will be held on Sunday.", "2026-05-17", id="a coming Sunday"),
    ],
)
def test_days_are_resolved_against_the_time_of_publication(text: str, day: str) -> None:
    (fact,) = [fact for fact in facts_of(Report(1, "", text, "en", THURSDAY)) if fact.attribute == "date"]
    assert [one.isoformat() for one in fact.value.days] == [day]  # type: ignore[attr-defined]  # it is a Day


def test_today_in_the_small_hours_of_utc_may_be_two_days() -> None:
    report = Report(1, "", "He was killed today.", "en", datetime(2026, 5, 14, 3, tzinfo=UTC))
    (fact,) = facts_of(report)
    assert {one.day for one in fact.value.days} == {13, 14}  # type: ignore[attr-defined]  # it is a Day


@pytest.mark.parametrize(
    ("language", "text", "ages"),
    [
        pytest.param("en", "Valeria Marquez, 23, was shot.", ["valeria marquez 23"], id="in commas"),
        pytest.param("en", "The 23-year-old singer Maria Castell died.", ["maria castell 23"], id="before the name"),
        pytest.param("en", "Valeria Roth, a 23-year-old singer, died.", ["valeria roth 23"], id="after the name"),
        pytest.param("en", "Harold Wynn has died at the age of 81.", ["harold wynn 81"], id="at the age of"),
        pytest.param("en", "Harold Wynn, judge, dead at 84", ["harold wynn 84"], id="dead at"),
        pytest.param("en", "Harold Wynn, who was 84, died.", ["harold wynn 84"], id="who was"),
        pytest.param("en", "The 33 - year - old star 's rep Jo Roth fell .", ["the star 33"], id="her rep"),
        pytest.param("en", "Omar Roth, 22, and Ali Roth, 27, fell.", ["omar roth 22", "ali roth 27"], id="one surname"),
        pytest.param("en", "Anna Roth fell. The 34-year-old is well.", ["anna roth 34"], id="the 34-year-old"),
        pytest.param("en", "The 38-year-old Troy resident was fired.", ["the residents 38"], id="a town"),
        pytest.param("en", "The 35-year-old deputy won on 24 June in Paris.", ["the deputy 35"], id="a name later"),
        pytest.param("en", "The boy, 8, survived.", ["the boys 8"], id="a boy in commas"),
        pytest.param("en", "The offices, 8, were shut.", [], id="things in commas"),
        pytest.param("en", "The judge worked for 30 years.", [], id="years that are no age"),
        pytest.param("en", "On Tuesday, May 13, 23 people met.", [], id="a date is no age"),
        pytest.param("es", "Lucía Barrientos, de 23 años, fue hallada.", ["lucia barrientos 23"], id="de 23 años"),
        pytest.param("es", "Julio Arancibia murió a los 87 años.", ["julio arancibia 87"], id="a los 87 años"),
        pytest.param("es", "Trabajó 12 años en la mina.", [], id="años that are no age"),
        pytest.param("es", "Fue condenado a una pena de 20 años.", [], id="a sentence is no age"),
    ],
)  # fmt: skip
def test_ages(language: str, text: str, ages: list[str]) -> None:
    assert read("age", text, language) == ages


@pytest.mark.parametrize(
    ("language", "text", "amounts"),
    [
        pytest.param("en", "It paid $4.1 billion.", [("USD", 4.1e9)], id="a sign and a scale"),
        pytest.param("en", "It paid $ 4 . 1 billion .", [("USD", 4.1e9)], id="tokenised"),
        pytest.param("en", "It paid US$4.1bn.", [("USD", 4.1e9)], id="US$ and bn"),
        pytest.param("en", "It paid 2 million euros.", [("EUR", 2e6)], id="a named currency"),
        pytest.param("en", "It paid £400,000.", [("GBP", 4e5)], id="thousands"),
        pytest.param("en", "It paid a million dollars.", [("USD", 1e6)], id="a million"),
        pytest.param("en", "It paid C$5 million.", [("CAD", 5e6)], id="a dollar of Canada"),
        pytest.param("es", "Pagó 30 millones de dólares.", [("USD", 3e7)], id="millones de dólares"),
        pytest.param("es", "Pagó 30 mdd.", [("USD", 3e7)], id="mdd"),
        pytest.param("es", "Pagó 1,200 millones de pesos.", [("peso", 1.2e9)], id="a comma for thousands"),
        pytest.param("es", "Pagó 1.200 millones de pesos.", [("peso", 1.2e9)], id="a dot for thousands"),
        pytest.param("es", "Pagó 2,4 millones de euros.", [("EUR", 2.4e6)], id="a comma for decimals"),
        pytest.param("en", "It has 30 shops.", [], id="no money"),
        pytest.param("en", "It cost $1 million ($1.52 million).", [("USD", 1e6)], id="one amount in two currencies"),
        pytest.param("en", "It paid 110 - billion dollars .", [("USD", 1.1e11)], id="a hyphen before the scale"),
    ],
)  # fmt: skip
def test_amounts(language: str, text: str, amounts: list[tuple[str, float]]) -> None:
    facts = [fact for fact in facts_of(Report(1, "", text, language)) if fact.attribute == "amount"]
    assert [(fact.value.currency, fact.value.quantity.value) for fact in facts] == amounts  # type: ignore[attr-defined]  # it is Money


@pytest.mark.parametrize(
    ("language", "text", "magnitudes"),
    [
        pytest.param("en", "A magnitude 6.1 earthquake struck.", ["6.1"], id="magnitude before"),
        pytest.param("en", "A 6 . 1 - magnitude quake struck .", ["6.1"], id="tokenised"),
        pytest.param("en", "The quake measured 6.1 on the Richter scale.", ["6.1"], id="Richter"),
        pytest.param("en", "An aftershock of magnitude 5.0 followed.", ["aftershock 5.0"], id="an aftershock"),
        pytest.param("es", "Un sismo de magnitud 5,8 sacudió Oaxaca.", ["5,8"], id="magnitud"),
        pytest.param("es", "El temblor de 6.1 grados se sintió.", ["6.1"], id="grados"),
        pytest.param("en", "It measured at least magnitude - 5 . 9 .", ["5.9"], id="a hedge before the scale"),
        pytest.param("en", "The quake struck at 6.15 km below the town.", [], id="a depth"),
        pytest.param("es", "Hará 6 grados en la sierra.", [], id="a temperature"),
    ],
)
def test_magnitudes(language: str, text: str, magnitudes: list[str]) -> None:
    assert read("magnitude", text, language) == magnitudes


@pytest.mark.parametrize(
    ("language", "text", "places"),
    [
        pytest.param(
            "en", "He was killed in Culiacan, Sinaloa.", ["death Culiacan, Sinaloa"], id="a town and its state"
        ),
        pytest.param(
            "en", "Gunmen attacked a bar in the northern town of Altar.", ["violence Altar"], id="the town of"
        ),
        pytest.param("en", "He was killed in May.", [], id="a month"),
        pytest.param("en", "As Athens burned, many in Berlin were fuming.", [], id="another clause"),
        pytest.param("en", "He said in Paris that it was over.", [], id="where it was said"),
        pytest.param(
            "es", "Fue asesinado en San Bartolo de Berrios.", ["death San Bartolo de Berrios"], id="de in a name"
        ),
    ],
)
def test_places(language: str, text: str, places: list[str]) -> None:
    assert read("place", text, language) == places


def test_a_language_without_a_table_of_words_has_no_facts() -> None:
    assert facts_of(Report(1, "Sept morts", "Sept personnes ont été tuées.", "fr")) == ()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("7 " * 3000, id="numbers"),
        pytest.param("killed " * 1000, id="verbs"),
        pytest.param("$" * 6000, id="signs"),
        pytest.param("May " * 1500, id="months"),
        pytest.param("in A, B " * 750, id="places"),
        pytest.param("𝟟 people were killed ² ½ ٣ killed", id="digits of other kinds"),
        pytest.param("9" * 6000 + " people were killed", id="a number without end"),
        pytest.param("", id="nothing"),
    ],
)
def test_hostile_text_does_no_harm(text: str) -> None:
    assert isinstance(facts_of(Report(1, text[:500], text, "en", THURSDAY)), tuple)
