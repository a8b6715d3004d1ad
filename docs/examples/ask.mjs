// A client of the broker in one file, with nothing but Node (18 or later): written from docs/api.md, "Signing".
// It asks one thing, verifies the answer, keeps the receipt, and prints the answer. It does not ask again by itself.
//
//   node ask.mjs settings.json GET "/v1/disclosures?by=kim&role=lead-practitioner"
//   node ask.mjs settings.json POST /v1/profiles body.json visit-7
//
// settings.json: {"url", "authority", "key_id", "private_key" (a file, PEM), "receipts" (a file), "broker_keys"},
// the last an object of key id to the 32 bytes of the key in base64, as your officer gave them to you.
// Exit codes: 0 done, 1 the broker's answer is no, 3 something else than the broker answered, or nothing did.
import { createHash, createPrivateKey, createPublicKey, randomBytes, sign, verify } from "node:crypto";
import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from "node:fs";
import http from "node:http";
import https from "node:https";

const [settingsFile, method, target, bodyFile, idempotencyKey] = process.argv.slice(2);
const settings = JSON.parse(readFileSync(settingsFile, "utf8"));
const body = bodyFile ? readFileSync(bodyFile) : Buffer.alloc(0);
const [path, query = ""] = target.split("?");

const digestOf = (bytes) => `sha-256=:${createHash("sha256").update(bytes).digest("base64")}:`;
const nameOf = (component) => {
  const [name, flag] = component.split(";");
  return `"${name}"${flag ? `;${flag}` : ""}`;
};
const baseOf = (components, parameters) =>
  [...components.map(([name, value]) => `${nameOf(name)}: ${value}`), `"@signature-params": ${parameters}`].join("\n");
const listOf = (components) => `(${components.map(([name]) => nameOf(name)).join(" ")})`;

class NotBelieved extends Error {}
const require = (held, what) => {
  if (!held) throw new NotBelieved(`the answer is not the broker's: ${what}`);
};

// What is asked: the components in their order, the parameters, the base, the signature.
const nonce = randomBytes(16).toString("base64url");
const created = Math.floor(Date.now() / 1000);
const asked = [
  ["@method", method],
  ["@authority", settings.authority],
  ["@path", path],
  ["@query", `?${query}`],
  ["content-type", "application/json"],
  ["content-digest", digestOf(body)],
];
if (idempotencyKey) asked.push(["idempotency-key", idempotencyKey]);
const parameters =
  `${listOf(asked)};created=${created};expires=${created + 60};nonce="${nonce}"` +
  `;keyid="${settings.key_id}";tag="broker-request-v1"`;
const privateKey = createPrivateKey(readFileSync(settings.private_key));
const signature = sign(null, Buffer.from(baseOf(asked, parameters)), privateKey).toString("base64");
const headers = {
  Host: settings.authority,
  "Content-Type": "application/json",
  "Content-Digest": digestOf(body),
  "Signature-Input": `sig=${parameters}`,
  Signature: `sig=:${signature}:`,
};
if (idempotencyKey) headers["Idempotency-Key"] = idempotencyKey;
if (body.length) headers["Content-Length"] = body.length;

function send() {
  return new Promise((resolve, reject) => {
    const { request } = settings.url.startsWith("https:") ? https : http;
    const sent = request(settings.url + target, { method, headers, timeout: 30000 }, (answer) => {
      const parts = [];
      answer.on("data", (part) => parts.push(part));
      answer.on("error", reject);
      answer.on("end", () => resolve({ answer, bytes: Buffer.concat(parts) }));
    });
    sent.on("timeout", () => sent.destroy(new Error("no answer in time")));
    sent.on("error", reject);
    sent.end(body);
  });
}

// Nothing of the answer is used, its status included, before all of this held.
function believe(answer, bytes) {
  const one = (name) => {
    const values = answer.rawHeaders.filter((_, at) => at % 2 && answer.rawHeaders[at - 1].toLowerCase() === name);
    require(values.length === 1, `it needs one ${name}`);
    return values[0];
  };
  require(one("broker-in-reply-to") === `${settings.key_id}/${nonce}`, "it is to another request");
  require(one("content-digest") === digestOf(bytes), "the digest is of another body");
  const covered = [
    ["@status", answer.statusCode],
    ["content-type", one("content-type")],
    ["content-digest", one("content-digest")],
    ["broker-in-reply-to", one("broker-in-reply-to")],
    ...asked.map(([name, value]) => [`${name};req`, value]),
  ];
  const said = one("signature-input").replace(/^sig=/, "");
  require(said.startsWith(listOf(covered)), "it covers something else");
  const found = said.slice(listOf(covered).length).match(/^;created=(\d{1,12});keyid="([^"]+)";tag="broker-response-v1"$/);
  require(found !== null, "its parameters are others");
  require(Math.abs(Date.now() / 1000 - Number(found[1])) <= 65, "the clocks are more than a minute apart");
  const pinned = settings.broker_keys[found[2]];
  require(pinned !== undefined, "it is signed by a key that is not pinned");
  const spki = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), Buffer.from(pinned, "base64")]);
  const key = createPublicKey({ key: spki, format: "der", type: "spki" });
  const given = one("signature").match(/^sig=:([A-Za-z0-9+/]{86}==):$/);
  require(given !== null, "its signature is written otherwise");
  const signed = Buffer.from(baseOf(covered, said));
  require(verify(null, signed, key, Buffer.from(given[1], "base64")), "its signature does not verify");
}

function keep(receipt) {
  const file = openSync(settings.receipts, "a", 0o600);
  writeSync(file, `${JSON.stringify({ at: receipt.at, leaf_hash: receipt.leaf_hash, origin: receipt.origin })}\n`);
  fsyncSync(file);
  closeSync(file);
}

try {
  const { answer, bytes } = await send();
  believe(answer, bytes);
  const value = JSON.parse(bytes);
  if (value.receipt) keep(value.receipt);
  console.log(JSON.stringify(value, null, 2));
  process.exitCode = answer.statusCode < 400 ? 0 : 1;
} catch (error) {
  console.error(error instanceof NotBelieved ? error.message : "the broker was not reached");
  process.exitCode = 3;
}
