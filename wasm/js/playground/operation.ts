import type { RawRequest } from "../entries/raw.js";
import { printable, utf8 } from "./bytes.js";

/** A field of the page's form. */
export type Field = "email" | "password" | "ssokey" | "product" | "issued_at" | "company" | "code" | "secret" | "token";

/** The contents of the form. */
export type Values = Record<Field, string>;

/** An operation of the format, and the way in which the form makes a request for it. */
export interface Operation {
  label: string;
  method: "GET" | "POST";
  path: string;
  about: string;
  /** The form's fields, and the names under which they are sent. */
  fields: { field: Field; name: string; isOptional?: true }[];
  /** The field that is sent as Bearer. */
  bearer?: Field;
}

const FORM = "application/x-www-form-urlencoded";

const SIGN_ON: Operation["fields"] = [
  { field: "email", name: "email" },
  { field: "password", name: "password" },
  { field: "ssokey", name: "ssokey" },
  { field: "product", name: "product" },
  { field: "issued_at", name: "issued_at", isOptional: true },
];

/** All of them, the one that matters most first. */
export const OPERATIONS: readonly Operation[] = [
  {
    label: "Sign-on",
    method: "POST",
    path: "/api/sso/authenticate",
    about: "The partner signs a user on: the three password rules, answered with a token.",
    fields: SIGN_ON,
  },
  {
    label: "Launch",
    method: "POST",
    path: "/api/sso/login",
    about: "The same rules, answered with the way into a product: its URL with a single-use code.",
    fields: SIGN_ON,
  },
  {
    label: "Exchange",
    method: "POST",
    path: "/api/sso/exchange",
    about: "The product turns a code into a token, once, with a secret of its own.",
    fields: [
      { field: "code", name: "code" },
      { field: "product", name: "product" },
    ],
    bearer: "secret",
  },
  {
    label: "Direct sign-in",
    method: "POST",
    path: "/api/authenticate",
    about: "The user signs in without a key: it authenticates only, and never creates or updates.",
    fields: [
      { field: "email", name: "userid" },
      { field: "password", name: "password" },
      { field: "company", name: "company", isOptional: true },
      { field: "product", name: "product", isOptional: true },
    ],
  },
  {
    label: "Session",
    method: "GET",
    path: "/api/session",
    about: "Who holds this token, and is it good for the product? A token ends with its time, and when the password is replaced.",
    fields: [{ field: "product", name: "product", isOptional: true }],
    bearer: "token",
  },
  {
    label: "Sign-out",
    method: "POST",
    path: "/api/signout",
    about: "Ends a token, also when repeated.",
    fields: [],
    bearer: "token",
  },
];

/** The form's fields that an operation uses, in the form's order. */
export function fieldsOf({ fields, bearer }: Operation): Set<Field> {
  return new Set([...fields.map(({ field }) => field), ...(bearer === undefined ? [] : [bearer])]);
}

/** The request of an operation: what is required is sent even if it is empty, so that its refusal can be seen. */
export function requestOf({ method, path, fields, bearer }: Operation, values: Values): RawRequest {
  const sent = fields.filter(({ field, isOptional }) => !isOptional || values[field] !== "");
  const form = utf8(new URLSearchParams(sent.map(({ field, name }) => [name, values[field]])).toString());
  const isForm = method === "POST" && form.length > 0;
  return {
    method,
    path,
    query: method === "GET" ? form : new Uint8Array(),
    contentType: isForm ? FORM : undefined,
    authorization: bearer === undefined ? [] : [`Bearer ${values[bearer]}`],
    contentEncoding: [],
    body: isForm ? form : new Uint8Array(),
    source: undefined,
  };
}

/** The operation and the values that would say the same as this request; `undefined` if the form cannot say it. */
export function filledFrom(request: RawRequest): { operation: Operation; values: Partial<Values> } | undefined {
  const operation = OPERATIONS.find(({ path }) => path === request.path);
  const pairs = pairsOf(request);
  if (operation === undefined || pairs === undefined) return undefined;
  const values: Partial<Values> = {};
  for (const [name, value] of pairs) {
    const field = operation.fields.find((field) => field.name === name)?.field;
    if (field === undefined || values[field] !== undefined) return undefined;
    values[field] = value;
  }
  const bearer = /^Bearer (\S+)$/.exec(request.authorization.join())?.[1];
  if (operation.bearer !== undefined && bearer !== undefined) values[operation.bearer] = bearer;
  return { operation, values };
}

/** The fields of a query or a form; `undefined` of any other request. */
export function pairsOf(request: RawRequest): [name: string, value: string][] | undefined {
  const { method, contentType, contentEncoding, query, body } = request;
  if (body === "too_large" || contentEncoding.length > 0) return undefined;
  const isForm = method === "POST" && (contentType === FORM || body.length === 0) && query.length === 0;
  if (!isForm && (method !== "GET" || body.length > 0)) return undefined;
  const text = printable(isForm ? body : query);
  try {
    // It throws where `URLSearchParams` would put something else for what cannot be decoded.
    decodeURIComponent(text?.replaceAll("+", " ") ?? "%");
    const pairs = [...new URLSearchParams(text)];
    return pairs.every((pair) => pair.every((part) => printable(utf8(part)) !== undefined)) ? pairs : undefined;
  } catch {
    return undefined;
  }
}
