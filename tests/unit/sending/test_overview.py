import json
from datetime import timedelta

from newsletter.sending.canaries import Phase
from newsletter.sending.models import LetterState, RoundState
from newsletter.sending.overview import Overview
from newsletter.sending.progress import progress
from newsletter.sending.routes import Routes
from tests.support.world import NOW


def test_an_overview_is_plain_data_for_scripts_and_streams():
    going = progress({LetterState.ACCEPTED: 7, LetterState.QUEUED: 14}, ended_lately=7, seconds=3)
    later = NOW + timedelta(minutes=5)
    overview = Overview("2026-W20", RoundState.SENDING, None, going, Routes([], []), Phase.WAITING, later, False)
    data = json.loads(json.dumps(overview.as_data()))
    assert data["waits_until"] == "2026-05-14T12:05:00+00:00"
    assert (data["state"], data["canary"], data["note"]) == ("sending", "waiting", None)
    assert (data["audience"], data["ended"], data["rate_per_second"], data["seconds_left"]) == (21, 7, 2.3, 6.0)
