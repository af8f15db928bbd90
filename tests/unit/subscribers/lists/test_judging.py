"""Whose export a list is, and what becomes of each of its lines."""

import csv
import string
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.errors import InvalidInputError
from newsletter.subscribers.addresses import normalise
from newsletter.subscribers.lists.cells import defused, restored
from newsletter.subscribers.lists.judging import _PLAIN, Home, Judge, Options, _address
from newsletter.subscribers.lists.services import recognised

NOW = datetime(2026, 5, 14, 12, tzinfo=UTC)
HOMES = {"MX": Home("es", "America/Mexico_City"), "ES": Home("es", "Europe/Madrid")}

HEADERS = {
    "regional-weekly": "address,state,regions,language,time_zone,hour,asked_at,confirmed_at,left_at",
    "listmonk": "uuid,email,name,attributes,status,created_at,updated_at",
    "mailchimp": "Email Address,First Name,Last Name,MEMBER_RATING,OPTIN_TIME,CONFIRM_TIME,LEID,EUID,UNSUB_TIME",
    "substack": "email,active_subscription,expiry,plan,email_disabled,created_at,first_payment_at",
    "ghost": "id,email,name,note,subscribed_to_emails,created_at,deleted_at,labels,tiers",
    "beehiiv": "Email,Status,Created At,Subscription Tier,UTM Source,Referral Code",
    "keila": "Email,First name,Last name,Data,Status,External ID",
}


def judge(name, options=None, **cells):
    columns = next(csv.reader([HEADERS.get(name, name)]))
    service = recognised(columns)
    judged = Judge(columns, service, options or Options(regions=("MX",)), HOMES, NOW)
    return judged.judge([cells.get(column, "") for column in columns])


@pytest.mark.parametrize("name", HEADERS)
def test_each_service_is_known_by_its_columns(name):
    assert recognised(next(csv.reader([HEADERS[name]]))).name == name


def test_a_list_with_a_column_of_addresses_will_do_and_one_without_will_not():
    assert recognised(["Name", "E-Mail"]).address == "e_mail"
    assert recognised(["Name", "Kontakt"], address_column="Kontakt").address == "kontakt"
    with pytest.raises(InvalidInputError, match="No column holds addresses"):
        recognised(["Name", "Kontakt"])
    with pytest.raises(InvalidInputError, match="no service"):
        recognised(["email"], service="mailchump")


ANA = "ana@readers.example"
READERS = {
    "listmonk": {"email": ANA, "status": "enabled"},
    "mailchimp": {"Email Address": ANA, "CONFIRM_TIME": "2020-01-02 03:04:05"},
    "substack": {"email": ANA, "email_disabled": "false"},
    "ghost": {"email": ANA, "subscribed_to_emails": "true"},
    "beehiiv": {"Email": ANA, "Status": "active"},
    "keila": {"Email": ANA, "Status": "active"},
}
LEFT = {
    "listmonk": {"email": ANA, "status": "disabled"},
    "mailchimp": {"Email Address": ANA, "CONFIRM_TIME": "2020-01-02 03:04:05", "UNSUB_TIME": "2021-01-02 03:04:05"},
    "substack": {"email": ANA, "email_disabled": "TRUE"},
    "ghost": {"email": ANA, "subscribed_to_emails": "false"},
    "beehiiv": {"Email": ANA, "Status": "Inactive"},
    "keila": {"Email": ANA, "Status": "unsubscribed"},
}
BLOCKED = {"listmonk": {"email": ANA, "status": "blocklisted"}, "keila": {"Email": ANA, "Status": "unreachable"}}
UNCONFIRMED = {
    "listmonk": {"email": ANA, "status": "something new"},
    "mailchimp": {"Email Address": ANA},
    "beehiiv": {"Email": ANA, "Status": "validating"},
}


@pytest.mark.parametrize("name", READERS)
def test_who_reads_there_reads_here(name):
    fit = judge(name, **READERS[name])
    assert (fit.state, fit.choice, fit.language, fit.time_zone) == ("confirmed", ("MX",), "es", "America/Mexico_City")
    assert fit.confirmed_at <= NOW


@pytest.mark.parametrize("name", LEFT)
def test_who_left_there_is_kept_as_one_who_left(name):
    fit = judge(name, **LEFT[name])
    assert (fit.state, fit.choice, fit.confirmed_at, fit.is_blocked) == ("left", (), None, False)


@pytest.mark.parametrize("name", BLOCKED)
def test_who_bounced_there_is_marked(name):
    assert judge(name, **BLOCKED[name]).is_blocked


@pytest.mark.parametrize("name", UNCONFIRMED)
def test_who_has_not_confirmed_there_is_refused(name):
    with pytest.raises(InvalidInputError, match="not confirmed there"):
        judge(name, **UNCONFIRMED[name])


def test_regions_come_from_a_column_by_code_name_or_table():
    options = Options(region_column="Letters", region_map={"andes": "ES"})
    fit = judge("email,Letters", options, email=ANA, Letters="Mexico; Andes; mx")
    assert fit.choice == ("MX", "ES")
    with pytest.raises(InvalidInputError, match="say which it is with --map"):
        judge("email,Letters", options, email=ANA, Letters="Weekly digest")
    with pytest.raises(InvalidInputError, match="switch the region on"):
        judge("email,Letters", options, email=ANA, Letters="France")
    with pytest.raises(InvalidInputError, match="names no region"):
        judge("email,Letters", options, email=ANA)


@pytest.mark.parametrize(
    "address", ["", " ", "ana", "ana@", "a b@readers.example", "ana@readers.example\r\nBcc: x@y.example", "x" * 300,
                "ana\udce9@readers.example", '=cmd|"/c calc"!A1', "ana@localhost", "\0@readers.example"],
)  # fmt: skip
def test_what_is_no_address_is_refused_with_a_reason(address):
    with pytest.raises(InvalidInputError):
        judge("email", email=address)


ODD_DATES = ["", "yesterday", "0000-00-00 00:00:00", "9999-12-31", "2020-13-01", "1e999"]


@pytest.mark.parametrize("said", ODD_DATES)
def test_a_date_that_is_none_is_now(said):
    fit = judge("uuid,email,attributes,status,created_at", email=ANA, status="enabled", created_at=said)
    assert (fit.asked_at, fit.confirmed_at) == (NOW, NOW)


LOCAL = st.text(string.ascii_letters + string.digits + "._+-", min_size=1, max_size=20)
LABEL = st.text(string.ascii_letters + string.digits + "-", min_size=1, max_size=12)
DOMAIN = st.lists(LABEL, min_size=1, max_size=3).map(".".join)


@given(LOCAL, DOMAIN, st.sampled_from(["com", "mx", "example", "COM", "local", "invalid"]))
def test_the_quick_look_at_an_address_agrees_with_the_thorough_one(local, domain, top):
    text = f"{local}@{domain}.{top}"
    if _PLAIN.fullmatch(text) and len(text) < 60:
        thorough = normalise(text)
        assert _address(text) == (thorough.address, thorough.normalised)


@given(st.text(max_size=12))
def test_cells_come_back_as_they_were(text):
    assert restored(defused(text)) == text
    assert defused(text)[:1] not in ("=", "+", "-", "@", "\t", "\r")


def test_of_two_columns_whose_names_are_alike_the_one_that_was_typed_counts():
    columns = ["Email Address", "Region", "MEMBER_RATING", "CONFIRM_TIME", "REGION"]
    row = [ANA, "España", "2", "2020-01-02 03:04:05", "MX"]
    for column, code in (("Region", "ES"), ("REGION", "MX"), ("region", "ES")):
        judged = Judge(columns, recognised(columns), Options(region_column=column), HOMES, NOW)
        assert judged.judge(row).choice == (code,)


@pytest.mark.parametrize(
    "said",
    [
        "2021-03-04", "2021-03-04 00:00:00 UTC", "2021-03-04 00:00:00 +0000 UTC", "2021-03-03 19:00:00 -0500",
        "2021-03-04T00:00:00.000Z", "2021/03/04", "Mar 4, 2021", "March 4, 2021", "4 Mar 2021",
    ],
)  # fmt: skip
def test_a_day_is_read_as_services_write_it(said):
    assert judge("beehiiv", Email=ANA, Status="active", **{"Created At": said}).asked_at == datetime(
        2021, 3, 4, tzinfo=UTC
    )


@pytest.mark.parametrize("said", ["3/4/2021", "04.03.2021", "soon", "2999-01-01", "0000-00-00 00:00:00"])
def test_a_day_that_is_none_or_has_two_readings_or_lies_ahead_is_the_day_of_the_import(said):
    assert judge("beehiiv", Email=ANA, Status="active", **{"Created At": said}).asked_at == NOW
