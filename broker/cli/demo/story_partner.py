"""The mother agrees and her partner does not: hers and the child's are shown, his and theirs together are not.

Checked item by item on what the requester received. Source: domain notes, section 8 ("Mother consents, stepfather
declines: his items and any joint record withheld, the child's and hers shown").
"""

from __future__ import annotations

from broker.cli.demo.by_hand import enter_couple
from broker.cli.demo.checks import Checks
from broker.cli.demo.families import Household
from broker.cli.demo.stage import Stage
from broker.cli.demo.team import agree, ask, form_team, show_responsibility
from broker.cli.demo.telling import Teller
from broker.store.records import find_headers

STORY = "the partner says no"


def tell_partner(stage: Stage, teller: Teller, checks: Checks, home: Household) -> None:
    """Tells the story and checks it."""
    partner = home.partner
    if partner is None:
        raise LookupError("this story needs a couple")
    mother, child = home.mother, home.child
    teller.chapter("Story 2. The mother agrees, her partner does not")
    teller.say(f"{mother.first} agrees for herself and for {child.first}. {partner.first} says no for himself.")
    enter_couple(stage, home)
    stage.later()
    show_responsibility(stage, home)
    agree(stage, mother, mother)
    agree(stage, child, mother)
    agree(stage, partner, partner, refused=True)
    stage.later()
    case = form_team(stage, home)
    stage.later()
    disclosure = ask(stage, home, case, "planning support")
    items = disclosure.profile.items if disclosure.profile is not None else ()
    shown = {item.record for item in items}
    with stage.broker.store.look() as view:
        headers = [found.header for found in find_headers(view, home.ids)]
    # Safety of workers and orders in force need nobody's agreement; there are none of his here.
    his = {header.id for header in headers if header.about == {partner.id}}
    joint = {header.id for header in headers if partner.id in header.about and len(header.about) > 1}
    hers = {header.id for header in headers if header.about == {mother.id}}
    childs = {header.id for header in headers if header.about == {child.id}}
    held = ((mother.first, hers), (child.first, childs), (partner.first, his), ("him with others", joint))
    teller.say(
        "Only the demo can tell what is in the broker: to the lead practitioner the middle column does not exist."
    )
    teller.rows(
        "What the lead practitioner is shown",
        ("items about", "in the broker", "shown"),
        [(name, len(ids), len(ids & shown)) for name, ids in held],
    )
    alone, together = f"{len(his)} items about him alone", f"{len(joint)} about him and others"
    named = any(partner.id in dict(item.fields).values() for item in items)
    kinds = {item.papers.category for item in items if item.about == (child.id,)}
    claims = (
        ("something of the mother's and of the child's is shown", bool(hers & shown) and bool(childs & shown)),
        (f"{alone} are in the broker, and none is shown", bool(his) and not his & shown),
        (f"{together} are in the broker, and none is shown", bool(joint) and not joint & shown),
        ("his name stands in no field of any item", not named),
        ("his no takes nothing from the child, for whom the mother decides", "attendance" in kinds),
    )
    for says, holds in claims:
        teller.claim(checks.claim(STORY, says, holds))
