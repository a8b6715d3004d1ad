"""Bodies that two readers of JSON read differently, and whether the broker takes each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from broker.documents.strict_json import DEEPEST, LARGEST_INTEGER


@dataclass(frozen=True, slots=True)
class Row:
    """A body, and whether it is taken."""

    name: str
    body: bytes
    taken: bool = False


def _deep(levels: int) -> bytes:
    return b"[" * levels + b"]" * levels


TABLE: Final = (
    Row("an object", b'{"a":1}', taken=True),
    Row("white space around", b' \n\t{"a" : 1}\r\n', taken=True),
    Row("another alphabet", '{"a":"Ł ü 漢"}'.encode(), taken=True),
    Row("an escaped pair", b'{"a":"\\ud83d\\ude00"}', taken=True),
    Row("the largest integer", str(LARGEST_INTEGER).encode(), taken=True),
    Row("the smallest integer", str(-LARGEST_INTEGER).encode(), taken=True),
    Row("a fraction", b"[1.5,-0.25,1e3]", taken=True),
    Row("as deep as may be", _deep(DEEPEST), taken=True),
    Row("brackets in a string", b'{"a":"' + b"[" * 500 + b'"}', taken=True),
    Row("nothing", b""),
    Row("white space alone", b"  "),
    Row("a member twice", b'{"a":1,"a":2}'),
    Row("a member twice, deep", b'{"x":[{"a":1,"b":2,"a":1}]}'),
    Row("a member twice by escape", b'{"a":1,"\\u0061":2}'),
    Row("NaN", b'{"a":NaN}'),
    Row("Infinity", b'{"a":Infinity}'),
    Row("-Infinity", b"[-Infinity]"),
    Row("a number too large", b"[1e400]"),
    Row("an integer too large", b"[9007199254740993]"),
    Row("an integer of 5,000 digits", b"[" + b"9" * 5000 + b"]"),
    Row("a fraction of 5,000 digits", b"[0." + b"1" * 5000 + b"]"),
    Row("a lone high surrogate", b'{"a":"\\ud83d"}'),
    Row("a lone low surrogate", b'{"a":"\\ude00"}'),
    Row("surrogates the wrong way round", b'{"a":"\\ude00\\ud83d"}'),
    Row("a lone surrogate as a name", b'{"\\ud800":1}'),
    Row("a surrogate in UTF-8", b'{"a":"\xed\xa0\x80"}'),
    Row("overlong UTF-8", b'{"a":"\xc0\xaf"}'),
    Row("cut UTF-8", b'{"a":"\xe2\x82"}'),
    Row("Latin-1", '{"a":"é"}'.encode("latin-1")),
    Row("a byte order mark", b'\xef\xbb\xbf{"a":1}'),
    Row("UTF-16", '{"a":1}'.encode("utf-16")),
    Row("UTF-16, no mark, big end first", '{"a":1}'.encode("utf-16-be")),
    Row("UTF-16, no mark, little end first", '{"a":1}'.encode("utf-16-le")),
    Row("UTF-32", '{"a":1}'.encode("utf-32")),
    Row("too deep", _deep(DEEPEST + 1)),
    Row("far too deep", _deep(100_000)),
    Row("objects too deep", b'{"a":' * (DEEPEST + 1) + b"1" + b"}" * (DEEPEST + 1)),
    Row("bytes after the end", b'{"a":1}x'),
    Row("two values", b"{}{}"),
    Row("a NUL after the end", b'{"a":1}\x00'),
    Row("a comma too many", b'{"a":1,}'),
    Row("a comma too many in a list", b"[1,]"),
    Row("a comment", b'{"a":1}//x'),
    Row("a comment inside", b'{/**/"a":1}'),
    Row("single quotes", b"{'a':1}"),
    Row("a bare name", b"{a:1}"),
    Row("a leading zero", b"[01]"),
    Row("a plus", b"[+1]"),
    Row("hexadecimal", b"[0x10]"),
    Row("a bare point", b"[.5]"),
    Row("a line feed in a string", b'{"a":"x\ny"}'),
    Row("a NUL in a string", b'{"a":"x\x00y"}'),
    Row("an escape that is none", b'{"a":"\\x41"}'),
    Row("an escape cut short", b'{"a":"\\u00"}'),
    Row("unfinished", b'{"a":'),
    Row("an unfinished string", b'{"a":"x'),
    Row("True", b"[True]"),
    Row("undefined", b"[undefined]"),
    Row("white space that JSON has not", "[1,\u00a02]".encode()),
    Row("a form feed", b"[1,\x0c2]"),
)
