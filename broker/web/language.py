"""The words on screens, through catalogues: English as it is written in templates, other languages by gettext.

Decides nothing but where a language comes from. Templates say `{{ _("Front door") }}` and
`{% trans %}…{% endtrans %}`, modules say `_("Front door")`; catalogues lie in `broker/web/locale/`.
"""

from __future__ import annotations

import gettext
from pathlib import Path
from typing import Final

DOMAIN: Final = "web"
LOCALES: Final = Path(__file__).parent / "locale"
CATALOGUE: Final = gettext.translation(DOMAIN, LOCALES, languages=["en"], fallback=True)


def _(text: str) -> str:
    """The sentence in the language of the screen."""
    return CATALOGUE.gettext(text)
