import type { Vector } from "../vector.js";
import { byId, element } from "./element.js";

const form = byId("picker", HTMLFormElement);
const filter = byId("filter", HTMLInputElement);
const list = byId("vector", HTMLSelectElement);
const all = byId("all", HTMLButtonElement);
const tally = byId("tally", HTMLElement);

/** Lists the vectors; calls `run` with the chosen one, and `runAll` with those that are listed. */
export function offerVectors(
  vectors: readonly Vector[],
  run: (vector: Vector) => void,
  runAll: (vectors: readonly Vector[]) => void,
): void {
  const listed = () => vectors.filter(({ id, title, file }) => `${file} ${id} ${title}`.includes(filter.value.trim()));
  const show = () => {
    const found = listed();
    const files = new Set(found.map(({ file }) => file));
    list.replaceChildren(
      ...[...files].map((file) =>
        group(
          file,
          found.filter((vector) => vector.file === file),
        ),
      ),
    );
    if (list.options[0] !== undefined) list.options[0].selected = true;
    tellTally(`${list.options.length} vectors`);
  };
  const runChosen = () => {
    const vector = vectors.find(({ id }) => id === list.value);
    if (vector !== undefined) run(vector);
  };
  filter.addEventListener("input", show);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    runChosen();
  });
  // A list does not submit its form by itself.
  list.addEventListener("keydown", (event) => {
    if (event.key === "Enter") form.requestSubmit();
  });
  all.addEventListener("click", () => runAll(listed()));
  show();
}

/** Chooses a vector in the list, if it is among those that are listed. */
export function choose({ id }: Vector): void {
  if ([...list.options].some(({ value }) => value === id)) list.value = id;
}

/** Tells how many vectors there are, or how many match. */
export function tellTally(text: string): void {
  tally.textContent = text;
}

function group(file: string, vectors: readonly Vector[]): HTMLOptGroupElement {
  const options = vectors.map(({ id, title }) => element("option", { value: id }, `${id}: ${title}`));
  return element("optgroup", { label: file }, ...options);
}
