"""One person's life in two scenarios, side by side: told from the stays, and shown where the two part."""

from outputs.replay.life import Life, life_of
from outputs.replay.shown import document, fragment, on_screen
from outputs.replay.side_by_side import Replay, side_by_side

__all__ = ["Life", "Replay", "document", "fragment", "life_of", "on_screen", "side_by_side"]
