from newsletter.sending.freezing import Freezer
from tests.support.rounds import MEXICO, MINUTE, freeze_at, letters, mexico_with_readers


def test_readers_are_frozen_page_after_page(service):
    mexico_with_readers(service, 25)
    freeze_at(service, MEXICO - MINUTE)
    freezer = Freezer(service.db, service.secret_keys, batch_size=4, page=10)
    assert freezer.freeze_due_waves(MEXICO) == 25
    assert len(letters(service)) == 25
