// The page: what is asked by its forms is decided by the wasm, over storage in memory, and shown.

import { ENTROPY_LENGTH, randomBytes } from "../core/entropy.js";
import { type Core, loadCore } from "../entries/browser.js";
import { loadOperatorCore } from "../entries/operator/browser.js";
import { answerBy, decide } from "../entries/raw.js";
import { filledFrom, type Operation, requestOf, type Values } from "./operation.js";
import { record } from "./trace.js";
import { isMatch, judge, linkTo, type Vector, type VectorWorld } from "./vector.js";
import { bodyOf } from "./verdict.js";
import { byId } from "./view/element.js";
import { fill, forgetTokens, offerProducts, offerToken, onSubmit } from "./view/form.js";
import { choose, offerVectors, tellTally } from "./view/picker.js";
import { clear, showBusy, showFailure, showJudged, showRun, showWorld } from "./view/result.js";
import { demo, type World } from "./world.js";

const VECTORS = new URL("./vectors.json", import.meta.url);

let core: Core;
let world: World;
let isBusy = false;

/** Does one thing at a time; what is asked for meanwhile is dropped, as by a button that is pressed twice. */
async function alone(work: () => Promise<void>): Promise<void> {
  if (isBusy) return;
  isBusy = true;
  try {
    await showBusy(true);
    await work();
  } catch (error) {
    showFailure(error);
  } finally {
    isBusy = false;
    await showBusy(false);
  }
}

async function begin(): Promise<void> {
  const { world: fresh, domain, ssokey, products, product, secret } = await demo();
  world = fresh;
  forgetTokens();
  offerProducts(products);
  fill({ email: `ann@${domain}`, password: "correct horse", ssokey, product, secret, company: domain, issued_at: "" });
  clear();
  showWorld(world);
}

async function send(operation: Operation, values: Values): Promise<void> {
  address("");
  const request = requestOf(operation, values);
  const moment = { now: world.now(), entropy: randomBytes(ENTROPY_LENGTH) };
  const configured = core.configure(world.settings);
  // What a storage in memory fails at shows in its reply.
  const run = await record(
    answerBy(world.storage, core, () => {}),
    (answer) => decide(configured, request, moment, answer),
  );
  const token = bodyOf(run).return?.token;
  if (token !== undefined && operation.path !== "/api/session") {
    offerToken(token);
    fill({ token });
  }
  const location = run.response.headers.find(([name]) => name.toLowerCase() === "location")?.[1];
  if (location !== undefined) fill({ code: new URL(location).searchParams.get("code") ?? "" });
  showRun(request, run);
  showWorld(world);
}

async function show(shared: VectorWorld, vector: Vector): Promise<void> {
  choose(vector);
  address(linkTo(vector));
  const judged = await judge({ core, operator: await loadOperatorCore() }, shared, vector);
  world = judged.world;
  const filled = judged.request && filledFrom(judged.request);
  if (filled !== undefined) fill(filled.values, filled.operation);
  showJudged(vector, judged);
  showWorld(world);
}

/** Says what the page shows in its address, of which no part ever holds what was typed. */
function address(hash: string): void {
  history.replaceState(null, "", location.pathname + location.search + hash);
}

async function showAll(shared: VectorWorld, vectors: readonly Vector[]): Promise<void> {
  const cores = { core, operator: await loadOperatorCore() };
  const different: string[] = [];
  let count = 0;
  for (const vector of vectors) {
    if (!isMatch(await judge(cores, shared, vector))) different.push(vector.id);
    count += 1;
    tellTally(`${count - different.length} of ${count} match`);
    await new Promise((painted) => setTimeout(painted));
  }
  const others = different.length === 0 ? "" : `; these differ: ${different.join(", ")}`;
  tellTally(`Done: ${count - different.length} of ${count} match${others}`);
}

async function load(): Promise<void> {
  core = await loadCore();
  await begin();
  onSubmit((operation, values) => void alone(() => send(operation, values)));
  byId("reset", HTMLButtonElement).addEventListener("click", () => void alone(begin));
}

async function loadVectors(): Promise<void> {
  const response = await fetch(VECTORS);
  if (!response.ok) throw new Error(`the vectors cannot be loaded: HTTP status ${response.status}`);
  const { world: shared, vectors } = (await response.json()) as { world: VectorWorld; vectors: Vector[] };
  const run = (vector: Vector) => void alone(() => show(shared, vector));
  offerVectors(vectors, run, (listed) => void alone(() => showAll(shared, listed)));
  const runLinked = () => {
    const linked = vectors.find((vector) => linkTo(vector) === location.hash);
    if (linked !== undefined) run(linked);
    else if (location.hash.startsWith("#vector=")) tellTally("no vector has the name that the link gives");
  };
  addEventListener("hashchange", runLinked);
  runLinked();
}

await alone(load);
await loadVectors().catch((error: unknown) => tellTally(String(error)));
