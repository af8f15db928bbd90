"""Imports every module with tables and triggers, so that `Base.metadata` is complete."""

from newsletter.editors import key_models as keys
from newsletter.editors import log_guard
from newsletter.editors import models as editors
from newsletter.events import models as events
from newsletter.feedback import models as feedback
from newsletter.happenings import models as happenings
from newsletter.issues import models as issues
from newsletter.regions import models as regions
from newsletter.rendering import models as rendering
from newsletter.sending import models as sending
from newsletter.sending import tallying
from newsletter.stories import models as stories
from newsletter.subscribers import models as subscribers
from newsletter.subscribers.lists import models as lists

__all__ = [
    "editors",
    "events",
    "feedback",
    "happenings",
    "issues",
    "keys",
    "lists",
    "log_guard",
    "regions",
    "rendering",
    "sending",
    "stories",
    "subscribers",
    "tallying",
]
