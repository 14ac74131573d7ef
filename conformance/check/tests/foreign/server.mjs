// A server for the third-party sign-on format, as a team writes it that knows Node well: plain `node:http`, everything
// in memory. The whole wire is served.
//
//     SSOKEY_FILE=key.txt PORT=8080 node server.mjs
//
// It is for testing the judge and has five mistakes, each of which such code really makes:
//
//  1. It finds users by e-mail alone, unique over all companies: a different company's key reaches the same user.
//  2. It looks at a body rather than at its content type, and takes whatever it can read.
//  3. It trusts `URLSearchParams`, `Buffer`, `trim` and `JSON.parse`, which repair what is broken: a broken escape stays as it is,
//     bytes that are not UTF-8 become U+FFFD, a byte order mark is dropped, and of two JSON members the last one wins.
//  4. It says in `details` what was wrong with the value, and quotes it.
//  5. It gives passwords to scrypt as they are, which pads them with NUL: one that ends in NUL is the same without it.
//
// A sixth cannot be seen in any answer, only in how long it takes: a direct sign-in of nobody hashes nothing.

import { createHash, randomBytes, randomUUID, scrypt, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { promisify } from "node:util";

const PRODUCTS = ["chat", "help-desk"];
const LIMIT = 8192;
const SKEW = 5 * 60 * 1000;
const TOKEN_LIFE = 60 * 60 * 1000;
const CODE_LIFE = 60 * 1000;
const TOKEN = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const LABELS = /^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/;
const LOCAL = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;

class Refusal extends Error {
  constructor(status, code, name, details, headers = {}) {
    super(details);
    Object.assign(this, { status, code, name, headers });
  }
}

const missing = (name) => new Refusal(400, 4001, "missing_parameter", `${name} is required and must not be empty`);
const invalid = (name, value) => new Refusal(400, 4003, "invalid_parameter", `${name} has a value that is not valid: ${value}`);
const noToken = () => new Refusal(401, 4012, "invalid_token", "the token is not accepted");

// ---- storage ----

const digest = (text) => createHash("sha256").update(text).digest();
const secret = (variable) => process.env[variable] && readFileSync(process.env[variable], "utf8").replace(/\r?\n$/, "");

const companies = [
  { id: 1, name: "Partner Ltd", domain: "partner.example", key: secret("SSOKEY_FILE") },
  { id: 2, name: "Other Inc", domain: "other.example", key: secret("SECOND_SSOKEY_FILE") },
].filter(({ key }) => key);
const productSecret = secret("PRODUCT_SECRET_FILE") ?? randomBytes(32).toString("hex");

const users = new Map(); // by e-mail
const tokens = new Map(); // by digest
const codes = new Map(); // by digest

// The cost of every hash; tests that hash a lot lower it.
const cost = { cost: Number(process.env.SCRYPT_COST ?? 16384) };
const derive = promisify(scrypt);

async function hash(password) {
  const salt = randomBytes(16);
  return { salt, tag: await derive(password, salt, 32, cost) };
}

async function verify(password, { salt, tag }) {
  return timingSafeEqual(await derive(password, salt, 32, cost), tag);
}

// ---- the request ----

/** The values of a header that may come several times, or be a list. */
const valuesOf = (headers = []) => headers.flatMap((header) => header.split(",")).map((value) => value.trim());

function only(names, params) {
  const fields = {};
  for (const name of names) {
    const values = params.getAll(name);
    if (values.length > 1) throw new Refusal(400, 4002, "duplicate_parameter", `${name} occurs twice`);
    if (values.length) fields[name] = values[0];
  }
  return fields;
}

/** The known fields of a request, of its query or of its body. */
function fieldsOf({ method, url, body, headers }, names) {
  if (Buffer.byteLength(url.search) > LIMIT + 1 || body.length > LIMIT) {
    throw new Refusal(413, 4130, "too_large", `query and body may each have ${LIMIT} bytes`);
  }
  const inQuery = only(names, url.searchParams);
  if (method === "GET") return inQuery;
  if (body.length && valuesOf(headers["content-encoding"]).some((coding) => !/^(identity)?$/i.test(coding))) {
    throw new Refusal(415, 4150, "unsupported_media_type", "send the body as it is", { "Accept-Encoding": "identity" });
  }
  const text = body.toString().trim();
  let fields;
  if (/^[{["]/.test(text)) {
    let json;
    try {
      json = JSON.parse(text);
    } catch {
      throw new Refusal(400, 4000, "malformed_request", "the body is not JSON");
    }
    if (typeof json !== "object" || json === null || Array.isArray(json)) {
      throw new Refusal(400, 4000, "malformed_request", "the body is not a JSON object");
    }
    fields = Object.fromEntries(names.filter((name) => Object.hasOwn(json, name)).map((name) => [name, json[name]]));
  } else {
    fields = only(names, new URLSearchParams(text));
  }
  for (const name of names) {
    if (name in inQuery && name in fields) throw new Refusal(400, 4002, "duplicate_parameter", `${name} is in query and body`);
  }
  return fields;
}

/** Refuses what is missing, empty or outside its bounds. */
function checked(fields, required) {
  for (const name of required) if (!(name in fields)) throw missing(name);
  for (const [name, value] of Object.entries(fields)) {
    if (value === "") throw missing(name);
    if (typeof value !== "string" || !isValid[name](value)) throw invalid(name, value);
  }
  return fields;
}

const plain = (value) => !/\p{Cc}/u.test(value);
const isDomain = (value) => value.length <= 253 && LABELS.test(value);

function isEmail(value) {
  const at = value.lastIndexOf("@");
  const [local, domain] = [value.slice(0, at), value.slice(at + 1)];
  return at > 0 && value.length <= 254 && local.length <= 64 && LOCAL.test(local) && LABELS.test(domain);
}

const isValid = {
  email: isEmail,
  userid: isEmail,
  password: (value) => Buffer.byteLength(value) <= 1024,
  ssokey: plain,
  code: plain,
  product: (value) => PRODUCTS.includes(value),
  company: isDomain,
  issued_at: (value) => /^[1-9][0-9]{0,15}$/.test(value) && Number(value) <= Date.now() + SKEW,
};

function bearer({ headers }) {
  const values = valuesOf(headers.authorization);
  if (values.length > 1) throw new Refusal(400, 4002, "duplicate_parameter", "send one authorization");
  return /^bearer +(.*)$/i.exec(values[0] ?? "")?.[1];
}

/** The one token of a request. */
function tokenOf(request, { token, _token }) {
  const given = [token, _token, bearer(request)].filter((token) => token !== undefined);
  if (given.length > 1) throw new Refusal(400, 4002, "duplicate_parameter", "send one token");
  if (given.length === 1 && typeof given[0] !== "string") throw invalid(token === undefined ? "_token" : "token", given[0]);
  if (!TOKEN.test(given[0] ?? "")) throw noToken();
  return given[0];
}

// ---- the operations ----

/** The three rules: the user, with the password sent as the stored one. */
async function settle(request) {
  const names = ["email", "password", "ssokey", "product", "issued_at"];
  const { email, password, ssokey, product, issued_at } = checked(fieldsOf(request, names), names.slice(0, 4));
  const company = companies.find(({ key }) => timingSafeEqual(digest(key), digest(ssokey)));
  if (!company) throw new Refusal(401, 4010, "invalid_ssokey", "the ssokey is not accepted");
  const issuedAt = issued_at === undefined ? undefined : Number(issued_at);
  const name = email.toLowerCase();
  let user = users.get(name);
  if (!user) {
    const stored = await hash(password);
    const created = { id: users.size + 1, email: name, company, version: 1, issuedAt, stored };
    user = users.get(name) ?? created; // a different request may have been faster
    users.set(name, user);
  }
  for (let round = 1; round <= 3; round++) {
    const { stored, version } = user;
    if (await verify(password, stored)) return { user, product };
    if (issuedAt < user.issuedAt && user.issuedAt <= Date.now() + SKEW)
      throw new Refusal(409, 4092, "outdated_password", "a newer password is stored");
    const replacement = await hash(password);
    if (user.version === version) {
      Object.assign(user, { stored: replacement, issuedAt, version: version + 1 });
      return { user, product };
    }
    // A different request was faster: its password may be this one.
  }
  throw new Refusal(409, 4091, "concurrent_update", "the password changes too often");
}

async function signOn(request) {
  const { user, product } = await settle(request);
  return account(user, newToken(user, product));
}

async function launch(request) {
  const { user, product } = await settle(request);
  const code = randomBytes(32).toString("base64url");
  codes.set(digest(code).toString("hex"), { user, product, version: user.version, until: Date.now() + CODE_LIFE });
  return { status: 303, answer: {}, headers: { Location: `https://${product}.example/enter?code=${code}` } };
}

function exchange(request) {
  const { code, product } = checked(fieldsOf(request, ["code", "product"]), ["code", "product"]);
  if (!timingSafeEqual(digest(bearer(request) ?? ""), digest(productSecret))) throw noToken();
  const name = digest(code).toString("hex");
  const grant = codes.get(name);
  codes.delete(name);
  if (!grant || grant.product !== product || !isCurrent(grant)) throw noToken();
  return account(grant.user, newToken(grant.user, product));
}

async function direct(request) {
  const names = ["userid", "password", "company", "product"];
  const { product: named, ...others } = fieldsOf(request, names);
  const isOfOthers = typeof named === "string" && /^[a-z0-9-]{1,32}$/.test(named) && !PRODUCTS.includes(named);
  const fields = named === undefined || isOfOthers ? others : { ...others, product: named };
  const { userid, password, company, product } = checked(fields, names.slice(0, 3));
  const user = users.get(userid.toLowerCase());
  const known = user && user.company.domain === company.toLowerCase();
  if (!known || !(await verify(password, user.stored))) {
    throw new Refusal(401, 4011, "invalid_credentials", "the credentials are not accepted");
  }
  return account(user, newToken(user, product));
}

function session(request) {
  const { product, ...fields } = fieldsOf(request, ["token", "_token", "product"]);
  if (product !== undefined) checked({ product }, []);
  const token = tokenOf(request, fields);
  const grant = tokens.get(digest(token).toString("hex"));
  if (!grant || !isCurrent(grant)) throw noToken();
  if (product && grant.product && grant.product !== product) throw noToken(); // every company has every product
  return account(grant.user, token);
}

function signOut(request) {
  const token = tokenOf(request, fieldsOf(request, ["token", "_token"]));
  tokens.delete(digest(token).toString("hex"));
  return { status: 200, answer: {} };
}

const isCurrent = ({ user, version, until }) => version === user.version && Date.now() < until;

function newToken(user, product) {
  const token = randomUUID();
  tokens.set(digest(token).toString("hex"), { user, product, version: user.version, until: Date.now() + TOKEN_LIFE });
  return token;
}

function account({ id, email, company }, token) {
  const answer = {
    loginId: email,
    companyName: company.name,
    isCreator: false,
    domainOwnershipVerified: false,
    token,
    email,
    userId: id,
    permissions: [],
    isCompanyAdmin: false,
    accountType: "ENTERPRISE",
    domainMxVerified: false,
    companyId: company.id,
    displayName: email,
    companyDomain: company.domain,
  };
  return { status: 200, answer };
}

// ---- HTTP ----

const routes = {
  "/api/sso/authenticate": [["GET", "POST"], signOn],
  "/api/sso/login": [["GET", "POST"], launch],
  "/api/sso/exchange": [["POST"], exchange],
  "/api/authenticate": [["GET", "POST"], direct],
  "/api/session": [["GET"], session],
  "/api/signout": [["POST"], signOut],
};

async function handle({ method, url: target, headersDistinct: headers }, body) {
  try {
    const url = new URL(target, "http://localhost");
    const [methods, operation] = routes[url.pathname] ?? [];
    if (!operation) throw new Refusal(404, 4040, "not_found", `there is nothing at ${url.pathname}`);
    if (!methods.includes(method)) {
      throw new Refusal(405, 4050, "method_not_allowed", "see the Allow header", { Allow: methods.join(", ") });
    }
    const { status, answer, ...more } = await operation({ method, url, headers, body });
    return { status, body: { status_code: status, return: answer, stat: "ok" }, ...more };
  } catch (thrown) {
    const refusal = thrown instanceof Refusal ? thrown : new Refusal(500, 5000, "internal", "the server is at fault");
    const { status, code, name, message: details } = refusal;
    return { status, body: { error: { code, name, details }, status_code: status, stat: "fail" }, headers: refusal.headers };
  }
}

const server = createServer(async (request, response) => {
  const body = Buffer.concat(await request.toArray());
  const { status, headers, body: answer } = await handle(request, body);
  response.writeHead(status, {
    "Content-Type": "application/json",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    ...headers,
  });
  response.end(JSON.stringify(answer));
});

server.listen(Number(process.env.PORT ?? 0), "127.0.0.1", () => {
  console.log(`ready http://127.0.0.1:${server.address().port}`);
});
