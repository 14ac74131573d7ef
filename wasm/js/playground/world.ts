import { type MemoryStorage, memoryStorage } from "../entries/memory.js";
import { addCompany, issueKey, setProduct } from "../entries/operator/browser.js";
import type { Settings } from "../entries/raw.js";

/** A storage with its server, over which requests of the page are decided. */
export interface World {
  name: string;
  storage: MemoryStorage;
  settings: Settings;
  /** Milliseconds since 1970. */
  now(): number;
}

/** A new company, and the secrets of its own and of a product. */
export interface Demo {
  world: World;
  domain: string;
  ssokey: string;
  /** The products that the company's users may sign on to. */
  products: readonly string[];
  product: string;
  secret: string;
}

const COMPANY = { name: "Demo Partner", domain: "demo.example", email: "it@demo.example" };
const PRODUCT = { name: "livechat", launchUrl: "https://chat.example/enter" };

/** A world with one company, one key and one product to be launched into. */
export async function demo(): Promise<Demo> {
  const storage = memoryStorage();
  const { products } = await addCompany(storage, COMPANY);
  const { ssokey } = await issueKey(storage, { companyEmail: COMPANY.email });
  const { name: product, secret } = await setProduct(storage, PRODUCT);
  if (secret === null) throw new Error("the product was there before");
  const world = { name: `the company ${COMPANY.name}`, storage, settings: {}, now: Date.now };
  return { world, domain: COMPANY.domain, ssokey, products, product, secret };
}
