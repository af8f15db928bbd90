from newsletter.sending.models import LetterState
from tests.support.rounds import MEXICO, deliver, freeze_at, mexico_with_readers, states, the_audit


def test_every_reader_gets_their_letter_once(service, sink):
    mexico_with_readers(service, 25)
    assert freeze_at(service, MEXICO) == 25
    assert deliver(service) == 25
    assert states(service) == {LetterState.ACCEPTED: 25}
    assert len(set(sink.recipients)) == len(sink.recipients) == 25
    assert len({mail.message_id for mail in sink.received}) == 25
    audit = the_audit(service)
    assert audit.is_sound and audit.audience == audit.accepted == 25
    assert [(issue.region, issue.readers) for issue in audit.issues] == [("MX", 25)]


def test_delivering_again_sends_nothing(service, sink):
    mexico_with_readers(service, 3)
    freeze_at(service, MEXICO)
    deliver(service)
    assert freeze_at(service, MEXICO) == 0
    assert deliver(service) == 0
    assert len(sink.received) == 3
