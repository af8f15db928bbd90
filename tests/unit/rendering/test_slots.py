import pytest

from newsletter.rendering.slots import Slot, without_slots


@pytest.mark.parametrize("slot", Slot)
def test_a_slot_is_inert_text(slot: Slot) -> None:
    assert slot.value.isascii()
    assert slot.value.isalnum()


@pytest.mark.parametrize(
    ("content", "left"),
    [
        (f"Read {Slot.UNSUBSCRIBE} now", "Read  now"),
        (Slot.ADDRESS.upper(), ""),
        (f"slot7f3kq9addr{Slot.ADDRESS}ess2xv8slot", ""),
        ("Slot machines unsubscribe nobody", "Slot machines unsubscribe nobody"),
    ],
    ids=["token", "other case", "token that appears when another is taken out", "ordinary words"],
)
def test_content_cannot_bring_slots_along(content: str, left: str) -> None:
    assert without_slots(content) == left
