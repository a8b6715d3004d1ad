"""Where everything is put together, and the only place: settings in, a working broker out.

Decides which parts make a broker and in which order they are checked: standing rules and access first, then keys,
then the database. Nothing here decides what is done with them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from broker.access import Access
from broker.agreements.partnership import Partnership, load_partnership
from broker.clock import Clock, SystemClock
from broker.errors import CallWrong, SystemFailed
from broker.http_signatures.answer_signer import AnswerSigner
from broker.keyring import KeyProvider, Keyring, KeysMissing
from broker.keyring.answer_keys import open_signer, prepare_next, take_next
from broker.keyring.file_provider import FileProvider
from broker.openid.registration import Registration
from broker.settings import Settings
from broker.store.dialect import open_engine
from broker.store.grants import grant_to
from broker.store.schema import Upgraded, find_revision, require_newest, upgrade
from broker.store.session import Store

if TYPE_CHECKING:
    from broker.openid.provider import Provider


@dataclass(frozen=True, slots=True)
class Broker:
    """The parts that use cases are given."""

    settings: Settings
    clock: Clock
    partnership: Partnership
    access: Access
    keyring: Keyring
    store: Store


@dataclass(frozen=True, slots=True)
class Migrated:
    """What `migrate` did: whether it made keys, how the database moved, and to which role it gave access."""

    keys_made: bool
    database: Upgraded
    granted_to: str | None = None


def policies_folder(settings: Settings) -> Path:
    """Where the standing rules lie. Raises CallWrong when there are none."""
    found = settings.policies_dir
    if found is None or not found.is_dir():
        raise CallWrong(
            str(found or "policies"), "there is no such folder of standing rules; set BROKER_POLICIES_DIR"
        )
    return found


@contextmanager
def open_broker(settings: Settings, clock: Clock | None = None) -> Iterator[Broker]:
    """A working broker, closed when the block ends.

    Raises DocumentsRefused for standing rules or access rules that are not accepted, KeysMissing or KeyFileRefused
    for keys, CallWrong for a database that needs `broker migrate`.
    """
    folder = policies_folder(settings)
    partnership = load_partnership(folder)
    access = Access.load(folder / "access", partnership.vocabulary.roles.keys())
    keyring = Keyring(_provider(settings), settings.pseudonym_epoch)
    engine = open_engine(settings.database())
    try:
        require_newest(engine)
        store = Store(engine, keyring)
        yield Broker(settings, clock or SystemClock(), partnership, access, keyring, store)
    finally:
        engine.dispose()


def migrate(settings: Settings, grant: str | None = None) -> Migrated:
    """Makes keys where there are none and brings the database up to date; harmless when both are there. `grant` is
    the PostgreSQL role that serves: it gets what it needs of every table and nothing more.

    Raises CallWrong for a role that is not fit, SystemFailed when the database holds data and the keys are gone:
    new keys would open nothing.
    """
    _make_folder(settings.data_dir)
    engine = open_engine(settings.database())
    try:
        try:
            _provider(settings)
            made = False
        except KeysMissing:
            if find_revision(engine) is not None:
                raise SystemFailed(
                    str(settings.keys()),
                    "the keys of this database are missing; restore the key file from its backup",
                ) from None
            FileProvider.create(settings.keys())
            made = True
        moved = upgrade(engine)
        if grant is not None:
            grant_to(engine, grant)
        return Migrated(made, moved, grant)
    finally:
        engine.dispose()


def open_answer_signer(settings: Settings) -> AnswerSigner:
    """The signer of answers; its key is made in the keys folder where there is none. Raises SystemFailed."""
    _make_folder(settings.keys())
    return open_signer(settings.keys())


def prepare_answer_key(settings: Settings) -> AnswerSigner:
    """Makes and publishes the next key of answers. Raises CallWrong, SystemFailed."""
    _make_folder(settings.keys())
    return prepare_next(settings.keys())


def rotate_answer_key(settings: Settings, until_at: datetime) -> AnswerSigner:
    """Takes the next key of answers into use; the one before is published until an instant. Raises CallWrong,
    SystemFailed."""
    return take_next(settings.keys(), until_at)


def open_sign_in(settings: Settings) -> Provider | None:
    """The provider that people sign in with; None where none is named. Raises CallWrong for one that is named in
    part, or whose secret others may read."""
    issuer, client_id, file = settings.oidc_issuer, settings.oidc_client_id, settings.oidc_secret_file
    if issuer is None and client_id is None and file is None:
        return None
    for name, value in (("ISSUER", issuer), ("CLIENT_ID", client_id), ("SECRET_FILE", file)):
        if value is None:
            raise CallWrong(f"BROKER_OIDC_{name}", "is missing; a provider is named by all three of them")
    if issuer is None or client_id is None or file is None:
        raise AssertionError("one of them is missing")
    try:
        if file.stat().st_mode & 0o077:
            raise CallWrong("BROKER_OIDC_SECRET_FILE", "may be read by others; make it 0600")
        secret = file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise CallWrong("BROKER_OIDC_SECRET_FILE", "cannot be read; look at its path and owner") from None
    if not secret:
        raise CallWrong("BROKER_OIDC_SECRET_FILE", "is empty; put the secret into it")
    # Here and not above: what speaks to a provider takes a while to load, and no verb but `serve` speaks to one.
    from broker.openid.provider import Provider

    return Provider(Registration(issuer, client_id, secret, settings.oidc_account_claim))


def _provider(settings: Settings) -> KeyProvider:
    # A KMS or PKCS#11 provider is chosen here, by a setting of its own, once there is one.
    return FileProvider.load(settings.keys())


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SystemFailed(str(folder), f"the data folder cannot be made: {error.strerror}") from None
