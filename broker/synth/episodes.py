"""What other services did for a family: social care after the front door, homes, health, benefits, supervision.

Decides how often and to whom, from a stream of its own, so that what a seed gave before these were drawn is still
what it gives. Not a model of anything: nothing is drawn because of who a family is.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from broker.synth.population import Episode, Events, Family, Services, SynthPerson, Tenancy

WORKERS = ("J Marsh", "P Lane", "A Doyle", "R Okafor", "B Shah", "T Quinn")
REVIEWS = (
    ("New birth visit", 12),
    ("6 to 8 week review", 50),
    ("12 month review", 365),
    ("2 to 2.5 year review", 800),
)
"""Each review and about how many days after the birth it is due."""


def draw_services(seed: int, family: Family, events: Events, as_of: date) -> Services:
    """What was done for the family up to `as_of`."""
    return _Draw(Random(f"{seed}/services/{family.id}"), family, events, as_of).draw()


class _Draw:
    def __init__(self, rng: Random, family: Family, events: Events, as_of: date) -> None:
        self.rng = rng
        self.family = family
        self.events = events
        self.as_of = as_of

    def draw(self) -> Services:
        referrals = self._referrals()
        assessments = self._assessments(referrals)
        enquiries = self._enquiries(assessments)
        plans = self._plans(enquiries)
        return Services(
            referrals=referrals,
            assessments=assessments,
            enquiries=enquiries,
            needs=self._needs(assessments),
            plans=plans,
            care=self._care(plans),
            exclusions=self._exclusions(),
            tenancy=self._tenancy(),
            homeless=self._homeless(),
            benefits=self._benefits(),
            reviews=self._reviews(),
            patients=self._patients(),
            supervised=self._supervised(),
        )

    def _later(self, day: date, least: int, most: int) -> date | None:
        """A day after `day`, or None where that is not yet over."""
        found = day + timedelta(days=self.rng.randrange(least, most))
        return found if found < self.as_of else None

    def _past(self, most: int = 700) -> date:
        return self.as_of - timedelta(days=self.rng.randrange(2, most))

    def _referrals(self) -> tuple[Episode, ...]:
        found: dict[tuple[str, date], Episode] = {}
        for contact in self.events.contacts:
            if self.rng.random() > 0.45:
                continue
            closed = "a) Yes" if self.rng.random() < 0.3 else "b) No"
            for child in contact.children:
                if self._born(child) <= contact.on:
                    found[child, contact.on] = Episode(child, contact.on, None, contact.source_code, (closed,))
        return tuple(found[key] for key in sorted(found))

    def _born(self, person_id: str) -> date:
        return self.family.person(person_id).born_on

    def _assessments(self, referrals: tuple[Episode, ...]) -> tuple[Episode, ...]:
        """One a child at most, after a referral that went further."""
        found: dict[str, Episode] = {}
        for referral in referrals:
            if referral.more == ("b) No",) and referral.who not in found and self.rng.random() < 0.8:
                done = self._later(referral.on, 20, 60)
                needed = ("a) Yes" if self.rng.random() < 0.6 else "b) No") if done else ""
                found[referral.who] = Episode(referral.who, referral.on, done, needed, (self._worker(),))
        return tuple(found.values())

    def _worker(self) -> str:
        return self.rng.choice(WORKERS)

    def _enquiries(self, assessments: tuple[Episode, ...]) -> tuple[Episode, ...]:
        found = []
        for one in assessments:
            if self.rng.random() < 0.3:
                conference = self._later(one.on, 10, 20) if self.rng.random() < 0.6 else None
                planned = ("a) Yes" if self.rng.random() < 0.8 else "b) No") if conference else ""
                found.append(Episode(one.who, one.on, conference, planned))
        return tuple(found)

    def _needs(self, assessments: tuple[Episode, ...]) -> tuple[Episode, ...]:
        return tuple(
            Episode(
                one.who,
                one.until,
                self._later(one.until, 60, 400),
                self.rng.choice(("a) N1", "b) N2", "d) N4", "e) N5", "f) N6")),
                one.more,
            )
            for one in assessments
            if one.until is not None and one.kind == "a) Yes"
        )

    def _plans(self, enquiries: tuple[Episode, ...]) -> tuple[Episode, ...]:
        return tuple(
            Episode(
                one.who,
                one.until,
                self._later(one.until, 100, 500),
                self.rng.choice(("a) NEG", "b) PHY", "d) EMO", "e) MUL")),
            )
            for one in enquiries
            if one.until is not None and one.kind == "a) Yes"
        )

    def _care(self, plans: tuple[Episode, ...]) -> tuple[Episode, ...]:
        found = []
        for one in plans:
            begun = self._later(one.on, 30, 120)
            if begun is not None and self.rng.random() < 0.2:
                status, placement = self.rng.choice((("C1", "U6"), ("C2", "U1"), ("V2", "K2"), ("E1", "A5")))
                found.append(Episode(one.who, begun, None, status, (placement, self._worker())))
        return tuple(found)

    def _exclusions(self) -> tuple[Episode, ...]:
        found = []
        for child in self.family.children(self.as_of):
            if not child.school_code or self.rng.random() > 0.08:
                continue
            days = sorted({self._school_day() for _ in range(self.rng.choice((1, 1, 2)))})
            for place, day in enumerate(days):
                permanent = place == len(days) - 1 and self.rng.random() < 0.1
                kind, sessions = ("PERM", "") if permanent else ("SUSP", str(self.rng.randrange(1, 11)))
                reason = self.rng.choice(("PP", "PA", "VP", "VA", "DB", "DB", "DM", "BU", "DA"))
                found.append(Episode(child.id, day, None, kind, (sessions, reason)))
        return tuple(found)

    def _school_day(self) -> date:
        day = self._past(55)
        return day - timedelta(days=max(0, day.weekday() - 4))

    def _adults_at_home(self) -> list[SynthPerson]:
        return [one for one in self.family.adults(self.as_of) if one.id in self.family.household]

    def _tenancy(self) -> Tenancy | None:
        adults = self._adults_at_home()
        if not adults or self.rng.random() > 0.3:
            return None
        tenants = tuple(one.id for one in adults[: self.rng.choice((1, 1, 2))])
        owed = self.rng.choice(("0.00", "0.00", "0.00", "84.20", "612.00", "1,240.50"))
        begun = self.as_of - timedelta(days=self.rng.randrange(400, 4000))
        served = self._past(200) if owed == "1,240.50" else None
        return Tenancy(tenants, begun, "Notice served" if served else "Current", owed, served)

    def _homeless(self) -> tuple[Episode, ...]:
        if self.rng.random() > 0.06:
            return ()
        applied = self._past(400)
        duty = self.rng.choice(("Prevention duty owed", "Relief duty owed", "Main duty owed"))
        ended = self._later(applied, 56, 200)
        placed = self.rng.choice(("", "Nightly paid", "Hostel", "Refuge")) if ended is None else ""
        there = [one for one in self.family.people if one.id in self.family.household and one.born_on < applied]
        return tuple(Episode(one.id, applied, ended, duty, (placed,)) for one in there)

    def _benefits(self) -> tuple[Episode, ...]:
        found = []
        for adult in self._adults_at_home():
            if self.rng.random() < 0.35:
                kinds = self.rng.choice((("UC",), ("UC",), ("UC", "PIP"), ("JSA",), ("UC", "CA")))
                paid = "Y" if self.rng.random() < 0.85 else "N"
                as_at = self._past(30)
                found += [Episode(adult.id, as_at, None, kind, (paid,)) for kind in kinds]
        return tuple(found)

    def _reviews(self) -> tuple[Episode, ...]:
        found = []
        for child in self.family.children(self.as_of):
            age = (self.as_of - child.born_on).days
            if not 0 <= age < 5 * 365 or self.rng.random() < 0.1:
                continue
            for kind, after in REVIEWS:
                due = child.born_on + timedelta(days=after)
                if due > self.as_of + timedelta(days=60) or self.rng.random() < 0.1:
                    continue
                done = due + timedelta(days=self.rng.randrange(0, 30))
                missed = done >= self.as_of or self.rng.random() < 0.12
                outcome = "Due" if due >= self.as_of else "Was not brought" if missed else "Completed"
                level = self.rng.choice(("Universal", "Universal", "Universal", "Targeted", "Specialist"))
                concern = self.rng.choice(("", "", "", "", "Feeding", "Immunisations overdue"))
                until = done if outcome == "Completed" else None
                found.append(Episode(child.id, due, until, kind, (outcome, level, concern, self._worker())))
        return tuple(found)

    def _patients(self) -> tuple[Episode, ...]:
        found = []
        for person in self.family.people:
            if (self.as_of - person.born_on).days < 6 * 365 or self.rng.random() > 0.08:
                continue
            on = self._past()
            team = (
                "C02" if (self.as_of - person.born_on).days < 18 * 365 else self.rng.choice(("A06", "A02", "D01"))
            )
            priority = self.rng.choice(("2", "3", "3", "3"))
            found.append(Episode(person.id, on, self._later(on, 60, 500), team, (priority,)))
        return tuple(found)

    def _supervised(self) -> tuple[Episode, ...]:
        found = []
        for adult in self.family.adults(self.as_of):
            if self.rng.random() < 0.04:
                kind = self.rng.choice(("Community Order", "Suspended Sentence Order", "Licence"))
                on = self._past(500)
                until = on + timedelta(days=self.rng.choice((365, 540, 730)))
                conditions = self.rng.choice(("Unpaid work", "Programme; Curfew", "No contact; Exclusion zone"))
                risk = self.rng.choice(("Low", "Medium", "Medium", "High"))
                found.append(Episode(adult.id, on, until, kind, (risk, conditions, self._worker())))
        return tuple(found)
