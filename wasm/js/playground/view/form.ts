import { type Field, fieldsOf, OPERATIONS, type Operation, type Values } from "../operation.js";
import { byId, element } from "./element.js";

const form = byId("request", HTMLFormElement);
const operations = byId("operation", HTMLSelectElement);
const fields = [...form.querySelectorAll<HTMLInputElement | HTMLSelectElement>("[data-field]")];

operations.replaceChildren(...OPERATIONS.map(({ label, path }) => element("option", { value: path }, label)));
operations.addEventListener("change", showFields);
showFields();

/** Calls `send` whenever the form is submitted. */
export function onSubmit(send: (operation: Operation, values: Values) => void): void {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(chosen(), values());
  });
}

/** Puts values into the form, and leaves the others. */
export function fill(values: Partial<Values>, operation?: Operation): void {
  for (const field of fields) field.value = values[field.dataset["field"] as Field] ?? field.value;
  if (operation !== undefined) operations.value = operation.path;
  showFields();
}

/** Offers products. */
export function offerProducts(names: readonly string[]): void {
  byId("products", HTMLDataListElement).replaceChildren(...names.map((value) => element("option", { value })));
}

/** Offers a token that was given. */
export function offerToken(token: string): void {
  byId("tokens", HTMLDataListElement).prepend(element("option", { value: token }));
}

/** Forgets the tokens that were given. */
export function forgetTokens(): void {
  byId("tokens", HTMLDataListElement).replaceChildren();
  fill({ token: "", code: "" });
}

function chosen(): Operation {
  return OPERATIONS.find(({ path }) => path === operations.value) as Operation;
}

function values(): Values {
  return Object.fromEntries(fields.map((field) => [field.dataset["field"], field.value])) as Values;
}

function showFields(): void {
  const operation = chosen();
  const used = fieldsOf(operation);
  for (const field of fields) {
    const row = field.closest<HTMLElement>(".field");
    if (row !== null) row.hidden = !used.has(field.dataset["field"] as Field);
  }
  byId("about", HTMLElement).textContent = operation.about;
  byId("target", HTMLElement).textContent = `${operation.method} ${operation.path}`;
}
