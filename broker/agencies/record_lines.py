"""A batch of records as lines of JSON (NDJSON): the adapter of what a partner system sends over the interface.

Decides that a line is a row like any other: accepted, rejected with its reason or blank, and known again by the
sender's own `source`. An organisation sends the kinds of information that the formats of its type become and no
other. Whether the list is whole is part of what it is called: one that is sent in parts never ends anything by
what is missing from it. Source: docs/api.md, `POST /v1/records`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import BinaryIO, Final

from broker.agencies.cells import Cells
from broker.agencies.columns import Column
from broker.agencies.contract import Adapter, BlankRow, Extent, HeadingRow, Item, Row, Sender
from broker.agencies.delimited import SHOWN
from broker.agencies.findings import FileRefused, Rejection, RejectionReason, RowRefused
from broker.agencies.incoming import IncomingRecord
from broker.agencies.limits import STANDARD, Limits
from broker.agencies.record_line import RecordLine
from broker.agencies.register import ADAPTERS
from broker.documents.strict_json import JsonRefused, read_json
from broker.errors import CallWrong
from broker.vocabulary.codes import Organisation, Vocabulary

_LIST: Final = re.compile(r"[a-z][a-z0-9-]{0,31}")
_PREFIX: Final = {Extent.INCREMENTS: "api:", Extent.WHOLE_LIST: "api-whole:"}


def sent_categories(organisation: Organisation) -> frozenset[str]:
    """The kinds of information an organisation sends: what the formats of its type become."""
    return frozenset(
        code
        for adapter in ADAPTERS.values()
        if adapter.find_refusal(organisation) is None
        for code in adapter.category_codes
    )


class RecordLines(Adapter):
    """The list that an organisation calls by a name of its own."""

    title = "Records over the interface"
    source = "docs/api.md, POST /v1/records"
    controller_types: frozenset[str] = frozenset()
    encoding = "utf-8"
    columns: tuple[Column, ...] = ()

    def __init__(self, name: str, extent: Extent, organisation: Organisation, vocabulary: Vocabulary) -> None:
        if not _LIST.fullmatch(name):
            raise CallWrong("list", "is a name of small letters, digits and hyphens, 32 at most")
        self._code, self._extent = f"{_PREFIX[extent]}{name}", extent
        self._organisation, self._vocabulary = organisation, vocabulary

    @property
    def code(self) -> str:
        """`api:` or `api-whole:` and the list's name."""
        return self._code

    @property
    def extent(self) -> Extent:
        """As it is called."""
        return self._extent

    @property
    def category_codes(self) -> frozenset[str]:
        """What the organisation may send."""
        return sent_categories(self._organisation)

    def find_refusal(self, organisation: Organisation) -> str | None:
        """Only the organisation it was made for may send it."""
        if organisation.code == self._organisation.code:
            return None
        return f"`{organisation.code}` may not send a list of `{self._organisation.code}`"

    def read(
        self,
        stream: BinaryIO,
        sender: Sender,
        limits: Limits = STANDARD,
        on_bytes: Callable[[bytes], None] | None = None,
    ) -> Iterator[Item]:
        """The lines, in their order. Raises `FileRefused` where a limit of the whole is passed."""
        yield HeadingRow(())
        first_seen: dict[str, int] = {}
        allowed = self.category_codes
        for number, data in enumerate(stream, start=1):
            if on_bytes is not None:
                on_bytes(data)
            if number > limits.rows:
                raise FileRefused(sender.where, f"more than {limits.rows} lines; send the batch in parts")
            if not data.strip():
                yield BlankRow(number)
                continue
            try:
                line = self._line(number, data, sender, limits, allowed)
                record = line.record(self._code)
                earlier = first_seen.setdefault(record.source_key, number)
                if earlier != number:
                    raise RowRefused(RejectionReason.DUPLICATE, "source", f"line {earlier}")
            except RowRefused as refused:
                text = data[: SHOWN * 4].decode("utf-8", errors="replace")[:SHOWN].rstrip("\r\n")
                yield Rejection(number, refused.reason, refused.column, refused.note, (text,))
                continue
            yield Row((number,), (record,), tuple(line.flags))

    def _line(
        self, number: int, data: bytes, sender: Sender, limits: Limits, allowed: frozenset[str]
    ) -> RecordLine:
        if len(data) > limits.line_bytes:
            raise RowRefused(RejectionReason.TOO_LONG)
        try:
            value = read_json(data)
        except JsonRefused as refused:
            raise RowRefused(RejectionReason.NOT_JSON, None, str(refused)) from None
        return RecordLine(number, value, sender, self._vocabulary, allowed)

    def understand(self, cells: Cells, sender: Sender) -> tuple[IncomingRecord, ...]:
        """Never asked for: lines have no cells."""
        del cells, sender
        raise RowRefused(RejectionReason.NOT_JSON)
