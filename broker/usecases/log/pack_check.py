"""Checks an evidence pack, with nothing but Python 3 and this file:   python3 check.py --log-key KEY

Every entry is hashed and led by its proof to the root of the signed checkpoint (RFC 9162); the log's signature on
it is verified (RFC 8032, C2SP signed note); documents have the digests that entries name; what a release rests on
is here too. Exit code 0: it holds. 1: it does not. 2: cannot say, because no key was given. Have the log's key
told to you by another way. Not checked: the words in index.html, and whether something else was left out, such as
a withdrawal.
"""

import base64
import hashlib
import json
import sys
from pathlib import Path

Point = tuple[int, int, int, int]
PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
CURVE = -121665 * pow(121666, -1, PRIME) % PRIME


def add(one: Point, other: Point) -> Point:
    a = (one[1] - one[0]) * (other[1] - other[0]) % PRIME
    b = (one[1] + one[0]) * (other[1] + other[0]) % PRIME
    c, d = 2 * one[3] * other[3] * CURVE % PRIME, 2 * one[2] * other[2] % PRIME
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % PRIME, g * h % PRIME, f * g % PRIME, e * h % PRIME


def times(number: int, point: Point) -> Point:
    total: Point = (0, 1, 1, 0)
    while number:
        total = add(total, point) if number & 1 else total
        number, point = number >> 1, add(point, point)
    return total


def point_of(data: bytes) -> Point:
    odd, y = int.from_bytes(data, "little") >> 255, int.from_bytes(data, "little") % (1 << 255)
    square = (y * y - 1) * pow(CURVE * y * y + 1, -1, PRIME) % PRIME
    x = pow(square, (PRIME + 3) // 8, PRIME)
    x = x if (x * x - square) % PRIME == 0 else x * pow(2, (PRIME - 1) // 4, PRIME) % PRIME
    if y >= PRIME or (x * x - square) % PRIME or (x == 0 and odd):
        raise ValueError("not a point of the curve")
    x = x if x & 1 == odd else PRIME - x
    return x, y, 1, x * y % PRIME


def verifies(key: bytes, message: bytes, signature: bytes) -> bool:
    scalar = int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or scalar >= ORDER:
        return False
    digest = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % ORDER
    base = point_of((4 * pow(5, -1, PRIME) % PRIME).to_bytes(32, "little"))
    left, right = times(scalar, base), add(point_of(signature[:32]), times(digest, point_of(key)))
    return all((left[i] * right[2] - right[i] * left[2]) % PRIME == 0 for i in (0, 1))


def signed_by(note: str, log_key: str) -> bool:
    name, key_id, encoded = log_key.strip().split("+", 2)
    tagged = base64.b64decode(encoded, validate=True)
    if tagged[0] != 1 or hashlib.sha256(f"{name}\n".encode() + tagged).hexdigest()[:8] != key_id:
        return False
    text, _, lines = note.rpartition("\n\n")
    wanted = f"— {name} "
    found = [base64.b64decode(line[len(wanted) :]) for line in lines.splitlines() if line.startswith(wanted)]
    mine = [data[4:] for data in found if data[:4].hex() == key_id]
    return text.startswith(f"{name}\n") and any(verifies(tagged[1:], f"{text}\n".encode(), one) for one in mine)


def root_from(index: int, size: int, leaf: bytes, proof: list[bytes]) -> bytes | None:
    place, last, found = index, size - 1, leaf
    for other in proof:
        if place & 1 or place == last:
            found = hashlib.sha256(b"\1" + other + found).digest()
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            found = hashlib.sha256(b"\1" + found + other).digest()
        place, last = place >> 1, last >> 1
    return found if 0 <= index < size and last == 0 else None


def check(folder: Path, log_key: str | None) -> int:
    pack, bad = json.loads((folder / "pack.json").read_bytes()), 0
    origin, size, root = pack["checkpoint"].split("\n")[:3]
    held, needed, named, seen = {one["digest"] for one in pack["documents"]}, set[str](), set[str](), set[bytes]()
    for one in pack["entries"]:
        leaf = hashlib.sha256(b"\0" + one["entry"].encode()).digest()
        proof = [bytes.fromhex(text) for text in one["proof"]]
        holds = root_from(one["index"], int(size), leaf, proof) == base64.b64decode(root)
        told = "TWICE IN THE PACK" if leaf in seen else "in the log" if holds else "NOT IN THE LOG"
        entry = json.loads(one["entry"])
        event, details = entry["event"], entry["details"]
        print(f"entry {one['index']}: {entry['at']} {event}: {told}")
        bad += told != "in the log"
        seen, named = seen | {leaf}, named | {details.get("document_digest", "")}
        rules = f"rules {entry['agreements_digest']} {entry['policies_digest']}"
        held.update([rules] if event == "rules.adopted" else details.get("introduces", ()))
        if event in ("profile.released", "adhoc.released"):
            needed.update(details["rests_on"], [rules])
        needed.update([details["document_digest"]] if event == "agreement.published" else ())
    for ground in sorted(needed - held):
        print(f"{ground}: a release in the pack rests on it, and it IS NOT IN THE PACK")
    for one in pack["documents"]:
        digest = "sha256:" + hashlib.sha256((folder / one["file"]).read_bytes()).hexdigest()
        holds = digest == one["digest"] and digest in named
        print(f"{one['file']}: {'as the log names it' if holds else 'NOT WHAT THE LOG NAMES'}")
        bad += not holds
    if not signed_by(pack["checkpoint"], log_key or pack["log_key"]):
        print(f"checkpoint of `{origin}`: NOT SIGNED WITH THIS KEY")
        return 1
    print(f"checkpoint of `{origin}` at {size} entries: signed with {log_key or pack['log_key']}")
    if log_key is None and not bad:
        print("that key came with the pack, so anybody may have made it: give the log's own with --log-key")
    print(
        f"{len(seen)} entries. Not proved: that none was left out; the log (evidence.packed) says how many it had"
    )
    return 1 if bad or needed - held or not pack["entries"] else 2 if log_key is None else 0


def main(words: list[str]) -> int:
    given = words[words.index("--log-key") + 1] if "--log-key" in words else None
    if given is not None and Path(given).is_file():
        given = Path(given).read_text("ascii")
    try:
        return check(Path(__file__).parent, given)
    except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        print(f"the pack cannot be read: {type(error).__name__}")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
