"""What people are told, in words: every sentence once, by its key, in every language the partnership speaks.

A sentence is looked up by its `Message` and filled in; which applies is decided elsewhere (`release.next_step`).
English for now: another language is one more mapping in `LANGUAGES`, and the test that walks them all says what it
lacks. INVARIANT: no sentence says, or suggests, that something is or is not held, and none blames anybody.
"""

from broker.release.messages.keys import Message
from broker.release.messages.saying import LANGUAGES, consent_words, listed, say, sentence

__all__ = ["LANGUAGES", "Message", "consent_words", "listed", "say", "sentence"]
