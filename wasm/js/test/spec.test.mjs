// The files of `spec` against one another: schemas, openapi.yaml, the tables in the prose, and every vector. It needs no build.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020 } from "ajv/dist/2020.js";
import { parse } from "yaml";
import { expander } from "../vectors/expand.mjs";
import { laidOut } from "../vectors/layout.mjs";
import { fileNames, readVectors, writtenVectors } from "../vectors/read.mjs";
import { decode } from "./decode.mjs";

const SPEC = new URL("../../../spec/", import.meta.url);
const ANSWERS = ["success.json", "empty.json", "error.json", "operator-answer.json"];
const ALWAYS = ["Cache-Control", "Referrer-Policy", "X-Content-Type-Options"];
const BEFORE_DECODING = [4050, 4130, 4150];
const REFUSED_FIELDS = [4001, 4003];
const REFUSED_COMMANDS = [4000, 4001, 4003];
const PRODUCTS = ["accounts", "livechat", "email", "meeting", "groupchat", "remote"];
const AHEAD = 5 * 60 * 1000;

// The rules for a request that no schema can state, by requirement. `holds` for a request that the schema accepts and the format
// refuses.
const INEXPRESSIBLE = [
  {
    requirement: "SSO-REQ-013",
    why: "a password's bound counts bytes, and a schema counts characters",
    holds: ({ password }) => typeof password === "string" && [...password].length <= 1024 && Buffer.byteLength(password) > 1024,
  },
  {
    requirement: "SSO-DIR-002",
    why: "whether a company must be named depends on the server's settings",
    holds: ({ userid, company }, { settings }) =>
      userid !== undefined && company === undefined && settings?.company === undefined,
  },
  {
    requirement: "SSO-REQ-012",
    why: "which products there are depends on the server's settings",
    // A direct sign-in may name any (SSO-DIR-010).
    holds: ({ product, userid }, vector) => userid === undefined && isForeign(product, vector),
  },
  {
    requirement: "SSO-REQ-023",
    why: "a schema does not know the time that `issued_at` may run ahead of",
    holds: ({ issued_at }, { now = world.now }) => Number(issued_at) > now + AHEAD,
  },
];

// The same for commands.
const INEXPRESSIBLE_OF_COMMANDS = [
  {
    why: "a schema does not know the time at which a key must not have ended",
    holds: ({ expiresAt }, { now = world.now }) => Number.isSafeInteger(expiresAt) && expiresAt <= now,
  },
  {
    why: "a schema does not know the time up to which events may be deleted",
    holds: ({ before }, { now = world.now }) => Number.isSafeInteger(before) && before > now,
  },
  {
    why: "which products a company may have depends on the server's settings",
    holds: ({ products }, vector) => Array.isArray(products) && products.some((name) => isForeign(name, vector)),
  },
  {
    why: "which products may be registered depends on the server's settings",
    holds: ({ command, name }, vector) => ["set_product", "rotate_product"].includes(command) && isForeign(name, vector),
  },
  {
    why: "a password's bound counts bytes in a command too",
    holds: ({ password }) => typeof password === "string" && Buffer.byteLength(password) > 1024,
  },
];

const openapi = parse(text("openapi.yaml"));
const schemas = Object.fromEntries(jsonFiles("schemas/").map((file) => [file, json(`schemas/${file}`)]));
const { turn: turnSchema, ...callSchemas } = schemas["call.json"].$defs;
const written = withoutFiles(writtenVectors());
const { world, vectors } = withoutFiles(readVectors());
const answered = vectors.map((vector) => ({ ...vector, body: JSON.parse(vector.response.body) }));
const requests = answered.filter(({ request }) => request !== undefined);

const ajv = new Ajv2020({ strict: true });
for (const schema of Object.values(schemas)) ajv.addSchema(schema);

for (const [file, schema] of Object.entries(schemas))
  test(`${file} is a schema of 2020-12 in strict mode, named by its file`, () => {
    assert.equal(schema.$schema, "https://json-schema.org/draft/2020-12/schema");
    assert.equal(schema.$id, file);
    assert.ok(ajv.getSchema(file));
    for (const name of Object.keys(schema.$defs ?? {})) assert.ok(ajv.getSchema(`${file}#/$defs/${name}`));
  });

test("openapi.yaml is a document of OpenAPI 3.1", async () => {
  assert.match(openapi.openapi, /^3\.1\./);
  const validator = new Validator();
  // It takes references by their letters, and openapi.yaml writes the directory where a schema does not.
  for (const [file, schema] of Object.entries(schemas))
    for (const name of [file, `schemas/${file}`]) await validator.addSpecRef(structuredClone(schema), name);
  const { valid, errors } = await validator.validate(structuredClone(openapi));
  assert.ok(valid, JSON.stringify(errors));
});

test("every reference leads somewhere, and none to another host", (t) => {
  const files = { "openapi.yaml": openapi };
  for (const [file, schema] of Object.entries(schemas)) files[`schemas/${file}`] = schema;
  let count = 0;
  for (const [file, document] of Object.entries(files))
    for (const reference of references(document)) {
      const target = new URL(reference, new URL(file, "spec:/"));
      const found = files[target.pathname.slice(1)];
      assert.equal(target.protocol, "spec:", reference);
      assert.ok(found !== undefined && at(found, target.hash) !== undefined, `${file}: ${reference}`);
      count += 1;
    }
  assert.ok(count > 0);
  t.diagnostic(`${count} references`);
});

test("every vector has the shape of one, as it is written and expanded, and the world its own", (t) => {
  accepted("world.json", written.world);
  accepted("expanded-vector.json#/$defs/world", world);
  for (const vector of written.vectors) accepted("vector.json", vector, vector.id);
  for (const vector of vectors) accepted("expanded-vector.json", vector, vector.id);
  assert.ok(vectors.length > 0);
  t.diagnostic(`${vectors.length} vectors`);
});

test("a pair has its shape, and the schema of e-mails accepts and rejects what the pairs say", () => {
  for (const file of ["passwords.json", "emails.json"]) {
    const pairs = json(file);
    accepted("pairs.json", pairs, file);
    assert.equal(new Set(pairs.map(({ name }) => name)).size, pairs.length, file);
    for (const { name, expect, length = 24, ...texts } of pairs) {
      const [one, other] = [texts.one, texts.other].map((text) => text.replaceAll("#", "7".repeat(length)));
      assert.notEqual(one, other, name);
      assert.equal(expect === undefined, file === "passwords.json", name);
      const schema = `field.json#/$defs/${expect === undefined ? "password" : "email"}`;
      accepted(schema, one, name);
      (expect === "refused" ? rejected : accepted)(schema, other, name);
    }
  }
});

test("names are expanded as in the example, and one that the world does not have is an error", () => {
  const { world, written, expanded } = json("expansion.json");
  const { expand, ...rest } = expander(world);
  assert.deepEqual({ ...rest, vectors: written.map(expand) }, expanded);
  for (const wrong of [
    { calls: ["none"] },
    { calls: [{ calls: "none" }] },
    { request: { request: "none" } },
    { command: { x: "{none}" } },
  ])
    assert.throws(() => expand({ calls: [], response: { response: "failed" }, ...wrong }), /world\.json has no `none`/);
});

test("every name that the world gives is used", () => {
  const { texts, named, calls } = written.world;
  const uses = JSON.stringify([written.vectors, named, Object.values(calls)]);
  const isStored = (kind) => ["company", "key", "product"].includes(kind);
  const records = Object.entries(named).filter(([kind]) => !isStored(kind));
  const names = [
    ...Object.keys(texts).map((name) => `{${name}}`),
    ...Object.keys(calls).map((name) => `"${name}"`),
    ...records.flatMap(([kind, byName]) => Object.keys(byName).map((name) => `"${kind}":"${name}"`)),
  ];
  assert.deepEqual(
    names.filter((name) => !uses.includes(name)),
    [],
  );
});

test("the files have the layout that README.md describes", () => {
  for (const file of ["expansion.json", ...fileNames().map((name) => `vectors/${name}`)]) {
    assert.equal(text(file), laidOut(json(file)), file);
    for (const line of text(file).split("\n")) assert.ok(line.length <= 200, `${file}: ${line}`);
  }
});

test("calls and replies fit, but for those after which an unfit reply is told", (t) => {
  const count = { calls: 0, replies: 0, misfits: 0, "replies to the event of a fault, which are not judged": 0 };
  for (const { id, calls } of vectors)
    for (const [index, { call, reply }] of calls.entries()) {
      accepted("call.json", call, id);
      count.calls += 1;
      if (reply === undefined) continue;
      const told = calls[index + 1]?.call.event;
      if (told?.reason === "unfit_reply") {
        assert.equal(told.fault.call, call.call, id);
        rejected("call.json#/$defs/turn", { call, reply }, id);
        count.misfits += 1;
      } else if (call.event?.kind === "host_fault") {
        count["replies to the event of a fault, which are not judged"] += 1;
      } else {
        accepted("reply.json", reply, id);
        accepted("call.json#/$defs/turn", { call, reply }, id);
        count.replies += 1;
      }
    }
  report(t, count);
});

test("every answer is of one kind, and no other schema accepts it", (t) => {
  const count = Object.fromEntries(ANSWERS.map((schema) => [schema, 0]));
  for (const { id, body } of answered) {
    const kind = kindOf(body);
    for (const schema of ANSWERS) (schema === kind ? accepted : rejected)(schema, body, id);
    count[kind] += 1;
  }
  report(t, count);
});

test("an answer that lacks a member, or has one of a different type, is rejected", () => {
  const isOfRequest = ({ command }) => command === undefined;
  const ofRequests = ANSWERS.map((kind) => answered.find((vector) => isOfRequest(vector) && kindOf(vector.body) === kind));
  for (const { body } of [
    ...ofRequests.filter(Boolean),
    ...commands()
      .map(({ name }) => successOf(name))
      .filter(returns),
  ])
    for (const path of paths(body))
      for (const change of [remove, retype]) {
        const broken = structuredClone(body);
        change(
          path.slice(0, -1).reduce((object, name) => object[name], broken),
          path.at(-1),
        );
        rejected(kindOf(body), broken, path.join("."));
      }
});

test("commands and their answers have the members of README.md's table", () => {
  assert.deepEqual(
    commands().map(({ name }) => name),
    schemas["command.json"].properties.command.enum,
  );
  const { company, key, user, event, ...answers } = schemas["operator-answer.json"].$defs;
  for (const { name, members, optional, returned } of commands()) {
    hasMembers(schemas["command.json"].$defs[name], ["command", ...members], optional);
    const { body } = successOf(name);
    const shape = { rotate_key: "issue_key", purge_events: "purge" }[name] ?? name;
    const schema = answers[shape];
    assert.equal(schema === undefined, returned.length === 0, name);
    assert.deepEqual(Object.keys(body.return), returned, name);
    if (schema === undefined) continue;
    hasMembers(schema, returned);
    accepted(`operator-answer.json#/$defs/${shape}`, body.return, name);
  }
  const shapes = [...section("README.md", "## The operator", "## Refusals and failures").matchAll(/`\{("\w+Id":.*?)\}`/g)];
  const members = shapes.map(([, shape]) => [...shape.matchAll(/"(\w+)":/g)].map(([, name]) => name));
  assert.deepEqual(
    members,
    [company, key, user, event].map(({ properties }) => Object.keys(properties)),
  );
});

test("events are of the kinds, for the reasons and in the calls of storage.md's table, and each is in a vector", () => {
  const table = tableRows("## Events", "## Calls").map((row) => row.map(quoted));
  const { properties, oneOf } = schemas["event.json"];
  assert.deepEqual(
    properties.kind.enum,
    table.map(([[kind]]) => kind),
  );
  const told = table.flatMap(([[kind], reasons]) =>
    reasons.length === 0 ? [`${kind} null`] : reasons.map((reason) => `${kind} ${reason}`),
  );
  const allowed = oneOf.flatMap(({ properties: { kind, reason } }) =>
    choices(kind).flatMap((kind) => choices(reason).map((reason) => `${kind} ${reason}`)),
  );
  assert.deepEqual(new Set(allowed), new Set(told));
  for (const [name, { properties }] of Object.entries(callSchemas)) {
    const kinds = table.filter(([, , [call]]) => call === name).map(([[kind]]) => kind);
    const event = properties.event?.anyOf?.[0] ?? properties.event;
    assert.deepEqual(event === undefined ? [] : choices(event.properties.kind), kinds, name);
  }
  const events = vectors.flatMap(({ calls }) => calls.map(({ call }) => call.event).filter(Boolean));
  assert.deepEqual(new Set(events.map(({ kind, reason }) => `${kind} ${reason}`)), new Set(told));
});

test("request schemas accept what the format accepts and reject what it refuses for a field", (t) => {
  const count = {};
  for (const vector of requests) {
    const { id, request, body } = vector;
    const code = body.error?.code;
    const schema = requestSchema(request.path);
    if (schema === undefined || BEFORE_DECODING.includes(code)) continue;
    const known = Object.keys(schemas[schema].properties);
    const { way, fields, hasDuplicates } = decode(request, known);

    assert.equal(fields === undefined, code === 4000, `${id}: SSO-REQ-005`);
    if (code === 4000) {
      tally(count, "not decodable, so nothing to judge (SSO-REQ-005)");
    } else if (code === 4002) {
      // JSON.parse hides a repeated member, and the other token may stand in a header.
      const isSeen = !ajv.validate(schema, fields);
      assert.ok(isSeen || hasDuplicates || way === "JSON" || request.authorization !== undefined, id);
      tally(count, isSeen ? "two tokens under two names" : "a field twice, which no object shows (SSO-REQ-006, SSO-SES-002)");
    } else {
      assert.ok(!hasDuplicates, id);
      const refuses = REFUSED_FIELDS.includes(code);
      const read = Object.fromEntries(Object.entries(fields).filter(([name]) => known.includes(name)));
      const beyond = INEXPRESSIBLE.find(({ holds }) => holds(read, vector));
      assert.ok(refuses || beyond === undefined, id);
      // A request may have a fault that the schema sees besides one that it does not.
      const isUnseen = beyond !== undefined && ajv.validate(schema, fields);
      if (isUnseen) tally(count, `${beyond.why} (${beyond.requirement})`);
      const verdict = refuses && !isUnseen ? rejected : accepted;
      verdict(schema, fields, id);
      tally(count, `${schema} ${verdict.name}`);
      tally(count, `${way} ${verdict.name}`);
    }
  }
  const judged = ["query", "form", "JSON", ...new Set(Object.keys(openapi.paths).map(requestSchema))];
  const expected = judged.flatMap((name) => [`${name} accepted`, `${name} rejected`]);
  const exempt = INEXPRESSIBLE.map(({ requirement, why }) => `${why} (${requirement})`);
  report(t, { ...Object.fromEntries([...expected, ...exempt].map((name) => [name, 0])), ...count });
});

test("bounds on which no vector stands", () => {
  const label = "a".repeat(63);
  const domain = [label, label, label, "a".repeat(61)].join(".");
  assert.equal(domain.length, 253);
  accepted("field.json#/$defs/company", domain);
  rejected("field.json#/$defs/company", `${domain}a`);
  const largest = String(Number.MAX_SAFE_INTEGER);
  for (let at = 0; at < largest.length; at++)
    for (let digit = 0; digit <= 9; digit++) {
      const digits = largest.slice(0, at) + digit + largest.slice(at + 1);
      const isWithin = digits[0] !== "0" && BigInt(digits) <= BigInt(largest);
      (isWithin ? accepted : rejected)("field.json#/$defs/issued_at", digits);
      if (digit > 0) accepted("field.json#/$defs/issued_at", String(digit).repeat(15));
    }
});

test("the command schema accepts what can be read, is whole and is within bounds", (t) => {
  const unread = "commands that are no object, or have a member twice, which no schema sees";
  const count = { accepted: 0, rejected: 0, [unread]: 0 };
  for (const { why } of INEXPRESSIBLE_OF_COMMANDS) count[why] = 0;
  for (const vector of answered.filter(({ command }) => command !== undefined)) {
    const { code } = vector.body.error ?? {};
    const refuses = REFUSED_COMMANDS.includes(code);
    if (typeof vector.command === "string" && code === 4000) {
      tally(count, unread);
      continue;
    }
    const command = typeof vector.command === "string" ? JSON.parse(vector.command) : vector.command;
    const beyond = INEXPRESSIBLE_OF_COMMANDS.find(({ holds }) => holds(command, vector));
    assert.ok(refuses || beyond === undefined, vector.id);
    const isUnseen = beyond !== undefined && ajv.validate("command.json", command);
    if (isUnseen) tally(count, beyond.why);
    const verdict = refuses && !isUnseen ? rejected : accepted;
    verdict("command.json", command, vector.id);
    tally(count, verdict.name);
  }
  report(t, count);
});

test("the catalogue of codes is the same in README.md, error.json and openapi.yaml", () => {
  const rows = [...text("README.md").matchAll(/^\| (\d{3}) \| (\d{4}) \| `(\w+)` \| (.*) \|$/gm)];
  const catalogue = rows.map(([, status, code, name]) => `${status} ${code} ${name}`);
  assert.ok(catalogue.length > 0);
  const inSchema = schemas["error.json"].oneOf.map(({ properties: { status_code, error } }) =>
    [status_code.const, error.properties.code.const, error.properties.name.const].join(" "),
  );
  assert.deepEqual(inSchema, catalogue);
  const errors = Object.values(openapi.components.examples).filter(({ value }) => value.error !== undefined);
  const inExamples = errors.map(({ value: { status_code, error } }) => `${status_code} ${error.code} ${error.name}`);
  const ofCommands = rows.map(([, , , , meaning]) => meaning.startsWith("for the operator only"));
  assert.deepEqual(
    inExamples,
    catalogue.filter((_, index) => !ofCommands[index]),
  );
});

test("openapi.yaml describes every response of every vector: status, headers, schema and code", (t) => {
  const count = { ...Object.fromEntries(Object.keys(openapi.paths).map((path) => [path, 0])), "other paths": 0 };
  for (const { id, request, response, settings, body } of requests) {
    const success = settings?.legacyStatus ? body.error === undefined : undefined;
    assert.equal(body.success, success, `${id}: SSO-RSP-014`);
    if (settings?.legacyStatus && body.error !== undefined) {
      assert.equal(response.status, 200, `${id}: SSO-RSP-014`);
      accepted("error.json", body);
      tally(count, "errors with status 200 by option");
      continue;
    }
    // A server that does not serve an operation is one without its path.
    const isLeftOut = settings?.operations !== undefined && response.status === 404;
    for (const described of isLeftOut ? [openapi.components.responses.NotFound] : descriptions(request, response.status)) {
      assert.ok(described, `${id}: ${request.method} ${request.path} ${response.status}`);
      describes(described, response, body, id);
    }
    tally(count, request.path in openapi.paths && !isLeftOut ? request.path : "other paths");
  }
  report(t, count);
});

test("the examples of openapi.yaml fit the schemas they stand under", () => {
  for (const { content } of Object.values(openapi.components.responses)) {
    const { schema, examples } = content["application/json"];
    const values = Object.values(examples).map((example) => deref(example).value);
    assert.ok(values.length > 0);
    for (const value of values) accepted(fileOf(schema), value);
  }
});

test("a GET has the parameters that its POST has in the body", () => {
  const both = Object.values(openapi.paths).filter(({ get, post }) => get && post);
  assert.ok(both.length > 0);
  for (const { get, post } of both) {
    const parameters = get.parameters.map(deref);
    for (const { schema } of Object.values(post.requestBody.content)) {
      const { properties, required } = schemas[fileOf(schema)];
      assert.deepEqual(
        parameters.map(({ name }) => name),
        Object.keys(properties),
      );
      assert.deepEqual(
        parameters.filter(({ required }) => required).map(({ name }) => name),
        required,
      );
      for (const {
        name,
        schema: { $ref },
      } of parameters)
        assert.equal($ref, `${schema.$ref}#/properties/${name}`);
    }
  }
});

test("calls, replies and records have the members of storage.md's tables", () => {
  const hashing = ["verify_password", "hash_password"];
  const calls = tableRows("## Calls", "## Promises");
  assert.deepEqual(
    calls.map(([call]) => quoted(call)[0]),
    Object.keys(callSchemas),
  );
  assert.equal(turnSchema.oneOf.length, calls.length);
  const known = new Set(["failed", "overloaded"]);
  calls.forEach(([call, members, replies], index) => {
    const [name] = quoted(call);
    hasMembers(callSchemas[name], ["call", ...quoted(members)]);
    const fitting = replies.split(";").map(quoted);
    for (const [reply, ...members] of fitting) {
      hasMembers(schemas["reply.json"].$defs[reply], ["reply", ...members]);
      known.add(reply);
    }
    const turn = turnSchema.oneOf[index].properties;
    assert.equal(turn.call.properties.call.const, name);
    const overloaded = hashing.includes(name) ? ["overloaded"] : [];
    assert.deepEqual(turn.reply.properties.reply.enum, [...fitting.map(([reply]) => reply), ...overloaded, "failed"]);
  });
  assert.deepEqual(new Set(schemas["reply.json"].properties.reply.enum), known);

  const records = tableRows("## Records", "## Events");
  assert.ok(records.length > 0);
  for (const [record, members] of records) {
    const name = record[0].toLowerCase() + record.slice(1);
    hasMembers(schemas["record.json"].$defs[name] ?? schemas[`${name}.json`], quoted(members.split(". ")[0]));
  }
});

function accepted(schema, value, about = "") {
  const isValid = ajv.validate(schema, value);
  assert.ok(isValid, `${about}: ${schema}: ${ajv.errorsText()}: ${JSON.stringify(value).slice(0, 300)}`);
}

function rejected(schema, value, about = "") {
  assert.ok(!ajv.validate(schema, value), `${about}: ${schema} accepts ${JSON.stringify(value).slice(0, 300)}`);
}

function kindOf(body) {
  if (body.error !== undefined) return "error.json";
  if (Object.keys(body.return).length === 0) return "empty.json";
  return body.return.token === undefined ? "operator-answer.json" : "success.json";
}

function returns({ body }) {
  return Object.keys(body.return).length > 0;
}

/** The first vector in which a command succeeds, with a record in each list. */
function successOf(name) {
  const isFull = (list) => !Array.isArray(list) || list.length > 0;
  const found = answered.find(
    ({ command, body }) => command?.command === name && body.return !== undefined && Object.values(body.return).every(isFull),
  );
  assert.ok(found, name);
  return found;
}

/** The rows of README.md's table of commands. */
function commands() {
  const rows = section("README.md", "## The operator", "## Refusals and failures").matchAll(/^\| `(\w+)` \| (.*) \| (.*) \|$/gm);
  let before;
  return [...rows].map(([, name, cell, returned]) => {
    const members = [...cell.replace(/ \([^)]*\)/g, "").matchAll(/`(\w+)`(\??)/g)];
    before = returned === "the same" ? before : quoted(returned);
    return {
      name,
      members: members.map(([, name]) => name),
      optional: members.filter(([, , mark]) => mark === "?").map(([, name]) => name),
      returned: before,
    };
  });
}

/** Returns true if this has the form of a product's name, but is not on the server's list. */
function isForeign(product, { settings }) {
  return typeof product === "string" && /^[a-z0-9-]{1,32}$/.test(product) && !(settings?.products ?? PRODUCTS).includes(product);
}

/** The values that a schema of one or more of them accepts. */
function choices({ const: only, enum: several, type }) {
  return several ?? [type === "null" ? null : only];
}

/** Returns what openapi.yaml says of such a response. A method that is not served is described under each that is. */
function descriptions({ method, path }, status) {
  const operations = openapi.paths[path];
  if (operations === undefined) return [openapi.components.responses.NotFound];
  const served = operations[method.toLowerCase()];
  return (served ? [served] : Object.values(operations)).map(({ responses }) => deref(responses[status]));
}

function describes({ headers, content }, response, body, id) {
  const { schema, examples } = content["application/json"];
  accepted(fileOf(schema), body, id);
  const name = body.error?.name;
  assert.ok(name === undefined || name in examples, `${id}: ${name}`);

  for (const name of ALWAYS) assert.ok(headers[name], name);
  const special = Object.keys(headers).filter((name) => !ALWAYS.includes(name));
  const sent = response.headers ?? {};
  for (const name of Object.keys(sent))
    assert.ok(
      special.some((other) => other.toLowerCase() === name),
      `${id}: ${name}`,
    );
  for (const name of special) {
    const { schema, required } = deref(headers[name]);
    const value = sent[name.toLowerCase()];
    if (value === undefined) assert.ok(!required, `${id}: ${name}`);
    else assert.ok(ajv.validate(schema, schema.type === "integer" ? Number(value) : value), `${id}: ${name}`);
  }
}

function requestSchema(path) {
  const { get, post } = openapi.paths[path] ?? {};
  const schema = post?.requestBody.content["application/json"].schema ?? (get && deref(get.parameters[0]).schema);
  return schema && fileOf(schema);
}

function fileOf({ $ref }) {
  return $ref.slice("schemas/".length);
}

function deref(object) {
  return object?.$ref === undefined ? object : at(openapi, object.$ref);
}

function at(document, pointer) {
  const names = decodeURIComponent(pointer).split("/").slice(1);
  return names.reduce((value, name) => value?.[name.replaceAll("~1", "/").replaceAll("~0", "~")], document);
}

function* references(value) {
  if (typeof value !== "object" || value === null) return;
  for (const [name, member] of Object.entries(value))
    if (name === "$ref") yield member;
    else yield* references(member);
}

function remove(object, name) {
  delete object[name];
}

function retype(object, name) {
  object[name] = typeof object[name] === "number" ? "1" : -1;
}

/** The path of every member of the objects in an answer. */
function paths(value) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([name, member]) => [[name], ...paths(member).map((path) => [name, ...path])]);
}

/** The cells of the tables' rows between two headings of storage.md, without what stands in parentheses. */
function tableRows(from, to) {
  const lines = section("storage.md", from, to).split("\n");
  const rows = lines.filter((line) => line.startsWith("| ") && !/^\| (call|event|record) \|/.test(line));
  return rows.map((row) =>
    row
      .replace(/ \([^)]*\)/g, "")
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** The text between two headings. */
function section(file, from, to) {
  return text(file).split(`\n${from}\n`)[1].split(`\n${to}\n`)[0];
}

function quoted(cell) {
  return [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name);
}

/** Fails unless these are the members of the schema's objects, in this order, and all but the optional ones required. */
function hasMembers(schema, members, optional = []) {
  const required = members.filter((name) => !optional.includes(name));
  assert.deepEqual({ members: Object.keys(schema.properties), required: schema.required }, { members, required });
}

function tally(count, name) {
  count[name] = (count[name] ?? 0) + 1;
}

/** Prints how many there were of each, and fails when there was none. */
function report(t, count) {
  for (const [name, number] of Object.entries(count)) {
    t.diagnostic(`${number} ${name}`);
    assert.ok(number > 0, `no ${name}`);
  }
}

function withoutFiles({ world, vectors }) {
  return { world, vectors: vectors.map(({ file, ...vector }) => vector) };
}

function jsonFiles(directory) {
  return readdirSync(new URL(directory, SPEC)).filter((file) => file.endsWith(".json"));
}

function json(file) {
  return JSON.parse(text(file));
}

function text(file) {
  return readFileSync(new URL(file, SPEC), "utf8");
}
